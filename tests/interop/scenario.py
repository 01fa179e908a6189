"""One scenario: an operation, what is special about this call of it, and its arguments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Scenario:
    """A call that a server must accept."""

    operation: str
    about: str
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]

    @property
    def streams(self) -> bool:
        """Whether it asks for a stream of chunks."""
        return self.keywords.get("stream") is True or self.keywords.get("stream_format") == "sse"

    def call(self, operation: Any) -> Any:
        """Call the operation, of whichever colour."""
        return operation(*self.arguments, **self.keywords)

    def __str__(self) -> str:
        """How reports name it."""
        return f"{self.operation} {self.about}"


def scenario(operation: str, about: str, /, *arguments: Any, **keywords: Any) -> Scenario:
    """`scenario("models.retrieve", "by name", "gpt-4o")`."""
    return Scenario(operation, about, arguments, keywords)
