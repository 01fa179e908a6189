"""Whether, when and how a broken connection is opened again, and what the program is told of it. Pure data and sums.

Rules (names and numbers are those of the official package)
* Recoverable: a cut, and the close codes 1001, 1005, 1006, 1011, 1012, 1013, 1015 (RFC 6455, section 7.4.1).
* The wait before attempt n is `initial_delay` × 2^(n-1), at most `max_delay`, up to a quarter less at random.
* `on_reconnecting` may give another query, other headers, or `abort`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypedDict

from pydantic import Field

from typed_openai.models.base import Result

RECOVERABLE = frozenset((1001, 1005, 1006, 1011, 1012, 1013, 1015))


@dataclass(frozen=True)
class ReconnectingEvent:
    """What `on_reconnecting` is told before each attempt."""

    attempt: int
    """From 1."""
    max_attempts: int
    """How many there are at most."""
    delay: float
    """Seconds until it begins."""
    close_code: int
    """With which the connection ended; 1006 for a cut."""
    extra_query: Mapping[str, object] = field(default_factory=dict)
    """The query as it would be."""
    extra_headers: Mapping[str, str | None] = field(default_factory=dict, repr=False)
    """The headers as they would be."""


class ReconnectingOverrides(TypedDict, total=False):
    """What `on_reconnecting` may give."""

    extra_query: Mapping[str, object]
    """Takes the place of `extra_query` from now on."""
    extra_headers: Mapping[str, str | None]
    """Takes the place of `extra_headers` from now on."""
    abort: bool
    """True gives up: the error of the break is raised."""


class ReconnectedEvent(Result):
    """The connection was opened again, by this package; no server sends it. What the server knew of the old one
    (session, conversation, answers under way) is gone."""

    type: Literal["reconnected"] = "reconnected"
    attempts: int = 1
    """How many attempts it took."""
    close_code: int = 1006
    """With which the old connection ended; 1006 for a cut."""
    restored: bool = False
    """Whether the last `session.update` was sent again."""
    in_doubt: list[str] = []
    """Messages that were being sent when it broke: they may have arrived, and were not sent again."""
    lost: Annotated[Any, Field(repr=False)] = None
    """What had arrived of answers that nobody will finish, added up; None where none was under way."""


@dataclass(frozen=True)
class Policy:
    """How a connection looks after itself."""

    on_reconnecting: Callable[[ReconnectingEvent], object] | None = None
    reconnect: bool = False
    restore_session: bool = False
    max_retries: int = 5
    initial_delay: float = 0.5
    max_delay: float = 8.0

    @property
    def reconnects(self) -> bool:
        """Whether a broken connection is opened again at all."""
        return self.reconnect or self.restore_session or self.on_reconnecting is not None

    def delay(self, attempt: int) -> float:
        """Seconds before that attempt."""
        from random import random

        return min(self.initial_delay * 2.0 ** min(attempt - 1, 64), self.max_delay) * (1 - 0.25 * random())
