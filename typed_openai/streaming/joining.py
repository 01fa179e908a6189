"""Putting the fragments of a stream together: texts are joined, lists extended, objects merged, the rest replaced.

The generic rule serves fields that no API description names (other servers' `reasoning_details` and the like) as well
as those it does; what needs more knowledge (tool calls by index, audio in base64) is done where it is known. Joining is
linear: fragments wait in a list until somebody asks.
"""

from __future__ import annotations

from typing import Any, TypeVar

from typed_openai.core.meta import Issue, Meta
from typed_openai.models.asked import listed
from typed_openai.models.base import Result, attach

__all__ = ["Parts", "built", "listed"]

R = TypeVar("R", bound=Result)
_REPLACED = frozenset(("id", "type", "role", "index", "finish_reason", "object", "name", "format"))


class Parts:
    """One object that arrives in fragments."""

    __slots__ = ("_texts", "_values")

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}
        self._texts: dict[str, list[str]] = {}

    def add(self, fragment: dict[str, Any]) -> None:
        """Take a fragment into account; None says nothing."""
        for name, value in fragment.items():
            if value is None:
                self._values.setdefault(name, None)
            elif isinstance(value, str) and name not in _REPLACED:
                self._texts.setdefault(name, []).append(value)
                self._values.setdefault(name, None)
            elif isinstance(value, list):
                known = self._values.get(name)
                self._values[name] = [*known, *value] if isinstance(known, list) else value
            elif isinstance(value, dict):
                known = self._values.get(name)
                self._values[name] = known if isinstance(known, Parts) else Parts()
                self._values[name].add(value)
            elif value != "":
                self._values[name] = value

    def get(self, name: str) -> Any:
        return self._values.get(name)

    def joined(self) -> dict[str, Any]:
        """The object as far as it has arrived."""
        result: dict[str, Any] = {}
        for name, value in self._values.items():
            texts = self._texts.get(name)
            if texts is not None:
                if len(texts) > 1:
                    texts[:] = ["".join(texts)]
                result[name] = texts[0]
            else:
                result[name] = value.joined() if isinstance(value, Parts) else value
        return result


def built(model: type[R], data: dict[str, Any]) -> R:
    """A result from accumulated data, whatever is missing."""
    from typed_openai.core.tolerant import build

    issues: list[Issue] = []
    return attach(build(model, data, "", issues), Meta(), tuple(issues))
