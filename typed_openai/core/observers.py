"""What watches operations (`Observer`), and what it is told (`ObservedCall`): data, and nothing that acts.

    class Timed:
        def begin(self, call): ...
        def attempt(self, call, request): ...
        def first_event(self, call): ...
        def end(self, call): print(call.operation, call.seconds, call.error or call.result)

    client = OpenAI(observers=[Timed()])

Rules
* The four are plain functions in both colours: the end of a stream may come where nothing can be awaited.
* The same `ObservedCall` comes to all four. `end` comes once for each `begin`, whatever happens; for a stream when it
  ends, is closed or is dropped.
* What an observer raises is logged in one line and changes nothing.
* Operations are nested: a helper of several requests (`run_tools`, `wait`, `parse`) is one, and so is each of its
  requests and each tool that is called; `parent` is the one around. A request with all its attempts is one operation.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from typed_openai.core.redact import redact_url

if TYPE_CHECKING:
    from typed_openai.core.run.effects import Request

__all__ = ["ObservedCall", "ObservedKind", "Observer"]

METHODS = ("begin", "attempt", "first_event", "end")
"""What an observer has."""

ObservedKind: TypeAlias = Literal["request", "steps", "tool", "job", "socket"]
"""One request with its attempts; a helper of several requests; a function that a tool loop calls; `map` and `bulk`; a
connection that stays open."""


class ObservedCall:
    """One operation, while it runs and after its end."""

    def __init__(
        self, operation: str, kind: ObservedKind, params: Any, base_url: str, parent: ObservedCall | None
    ) -> None:
        self.operation = operation
        """Its name, as messages have it: `chat.completions.create`; of a tool, the name that the model knows."""
        self.kind = kind
        self.params: Any = params
        """What was asked for: of a request its checked parameters, of a helper its arguments, of a tool the call
        (`CalledTool`)."""
        self.base_url = base_url
        """The root of the server's URLs."""
        self.parent = parent
        """The operation that this one is part of."""
        self.url = ""
        """Where a request goes, without query; empty for other kinds."""
        self.streams = False
        """Whether the answer is read bit by bit, so that the end comes later than the answer."""
        self.began_at: float = time.time()
        """When it began, in seconds since 1970."""
        self.attempts = 0
        """Requests sent so far, of this operation alone."""
        self.arrivals: array[float] = array("d")
        """When each event of a stream came, in seconds after the beginning."""
        self.seconds: float | None = None
        """How long it took; None before its end."""
        self.error: BaseException | None = None
        """What it ended with; of a stream that was given up by its reader None."""
        self.state: dict[Any, Any] = {}
        """For observers: what they want to find again, under a key of their own."""
        self._began = time.perf_counter()
        self._result: Any = None
        self._told: Callable[[], Any] | None = None

    @property
    def result(self) -> Any:
        """The typed result: of a stream what all that came adds up to (worked out when it is first asked for), of a
        call for a raw answer what its `parse()` gives. None where nothing came."""
        if self._told is not None:
            self._result, self._told = self._told(), None
        return self._result

    def asked(self, name: str) -> Any:
        """A parameter, None where it was not given."""
        params = self.params
        return params.get(name) if isinstance(params, Mapping) else getattr(params, name, None)

    def elapsed(self) -> float:
        """Seconds since it began."""
        return time.perf_counter() - self._began

    def __repr__(self) -> str:
        where = f" {redact_url(self.url)}" if self.url else ""
        return f"<ObservedCall {self.operation}{where}>"


class Observer(Protocol):
    """Watches operations: `OpenAI(observers=[...])`, also of `configure` and `with_options`."""

    def begin(self, call: ObservedCall, /) -> AbstractContextManager[Any] | None:
        """It begins, and nothing was sent. A context manager that this gives is entered, and left when the operation
        gives something to who called it: for a stream that is before its end."""

    def attempt(self, call: ObservedCall, request: Request, /) -> object:
        """A request is about to be sent; headers may be added to `request.headers` (names in lower case)."""

    def first_event(self, call: ObservedCall, /) -> object:
        """The first event of a stream came. Not called for an answer that comes whole."""

    def end(self, call: ObservedCall, /) -> object:
        """It is over: `call.result` or `call.error`, and `call.seconds`."""
