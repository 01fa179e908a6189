"""One thing that is wrong with a request; `errors.RequestValidationError` holds them all. Plain data, pickles."""

from __future__ import annotations

from typed_openai.core.known_secrets import without


class Fault:
    """One thing that is wrong with a request: where, what is allowed, what was given, and a hint."""

    __slots__ = ("allowed", "given", "hint", "path")

    def __init__(self, path: str, allowed: str, given: str, hint: str = "") -> None:
        self.path = path
        self.allowed = allowed
        self.given: str = without(given)
        self.hint = hint

    def __repr__(self) -> str:
        return f"Fault({str(self)!r})"

    def __str__(self) -> str:
        given = f", got {self.given}" if self.given else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.path}: {self.allowed}{given}{hint}"
