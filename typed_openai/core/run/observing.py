"""Tells observers what happens to an operation (`core/observers.py` says what they are). Loaded when there are any.

An `Observation` is a context around the flow of an operation: it begins what the flow does, and ends it when the flow
does, unless a stream goes on. It also follows the request as a `usage_scope` does (`Follower`), so it sees every
attempt and the end of a stream, and hands on what it sees to the scope around it.

Rules
* Nothing here fails a call: what an observer raises becomes one line in the log.
* A request that is refused is begun and ended, too: with what was given, and the refusal.
* A stream that broke and is gone on with (`streaming/resuming.py`) is one operation, its requests are attempts of it.
* Whatever nobody ends (a raw answer that is never parsed, a stream that is dropped) ends when nobody holds it any more.

Weak spot: an error that holds its own traceback holds the call that it ended, until Python collects cycles.
"""

from __future__ import annotations

import inspect
from contextlib import ExitStack, suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Self, TypeVar

from typed_openai.core.answer.one_line import one_line
from typed_openai.core.answer.raw import APIResponse
from typed_openai.core.observers import METHODS, ObservedCall
from typed_openai.core.redact import logger
from typed_openai.core.run.effects import EVERYWHERE
from typed_openai.core.run.threads import Kept
from typed_openai.core.value_kinds import kind_of
from typed_openai.errors import ConfigurationError, OpenAIError, StreamError

if TYPE_CHECKING:
    from types import TracebackType

    from typed_openai.core.caller import Caller
    from typed_openai.core.observers import ObservedKind, Observer
    from typed_openai.core.run.effects import Flow, Follower, Request

T = TypeVar("T")
RUNNING: ContextVar[ObservedCall | None] = ContextVar("typed_openai_operation", default=None)
"""The operation that runs in this context."""
RESUMED: ContextVar[Observation | None] = ContextVar("typed_openai_resumed", default=None)
"""The operation that the next request goes on with, because its stream broke."""


def check_observer(observer: object) -> None:
    """Raises `ConfigurationError` for what cannot watch."""
    lacking = [name for name in METHODS if not callable(getattr(observer, name, None))]
    if lacking or isinstance(observer, type):
        without = "" if isinstance(observer, type) else f" without {', '.join(lacking)}"
        raise ConfigurationError(f"observers: objects with {', '.join(METHODS)}, got {kind_of(observer)}{without}")
    for name in METHODS:
        if inspect.iscoroutinefunction(getattr(observer, name)):
            raise ConfigurationError(
                f"observers: {type(observer).__name__}.{name} is async: a plain function is wanted"
            )


class Observation:
    """An operation that is observed."""

    def __init__(
        self,
        client: Caller,
        observers: tuple[Observer, ...],
        operation: str,
        kind: ObservedKind,
        params: object,
    ) -> None:
        self.observers = observers
        self.call = ObservedCall(operation, kind, params, client.config.base_url, RUNNING.get())
        self.outer: Follower | None = None
        """Who follows the request besides: a `usage_scope`."""
        self._told: list[Observer] = []
        """Who was told that it begins, and is to be told that it ends: all of them, unless one was interrupted."""
        self._entered = ExitStack()
        self._goes_on = False
        self._begun = False
        self._over = False
        self._failure: BaseException | None = None
        self._broken = False
        """Whether its stream broke, which somebody may get over (`streaming/resuming.py`)."""
        self._before: ObservedCall | None = None

    def around(self, flow: Flow[T], request: Request | None = None) -> Flow[T]:
        """The flow, observed; `request` is the one that it sends, where it is one."""
        with self:
            if request is not None:
                self.sends(request)
            self.begin()
            result = yield from flow
            self.gives(result)
            return result

    def go_on(self, flow: Flow[T]) -> Flow[T]:
        """A flow whose request goes on with this operation, whose stream broke."""
        RESUMED.set(self)
        try:
            return (yield from flow)
        finally:
            RESUMED.set(None)

    def sends(self, request: Request) -> None:
        """This is the request: the operation begins."""
        call = self.call
        if not self._begun:
            call.params, call.url, call.streams = request.params, request.url.partition("?")[0], request.streams
        request.observed = self
        self.begin()

    def gives(self, result: Any, failure: BaseException | None = None) -> None:
        """What the flow gives to who called it, and what went wrong all the same; a stream goes on, and ends by
        itself."""
        self._goes_on, self._failure = self.call.streams, failure
        if isinstance(result, APIResponse):
            if not self._goes_on:
                self.call._told = lambda: _parsed(result)
        elif not self._goes_on:
            self.call._result = result

    def begin(self, enter: bool = True) -> None:
        """Tell that it begins, once. What does not run in this context (the items of a job) does not `enter` what
        observers give for it, and `join`s instead where it does run."""
        if self._begun:
            return
        self._begun = True
        for observer in self.observers:
            self._told.append(observer)
            entered = self._tell(observer, "begin")
            if enter and hasattr(entered, "__enter__"):
                with self._forgiving(observer, "begin"):
                    self._entered.enter_context(entered)

    def join(self) -> None:
        """What runs in this context from now on is part of the operation."""
        RUNNING.set(self.call)

    def finish(self, error: BaseException | None = None) -> None:
        """Tell that it is over, once."""
        if self._over:
            return
        self._over = True
        call = self.call
        call.error, call.seconds = error, call.elapsed()
        with ExitStack() as interrupted:  # in whatever one of them: the others are told all the same
            for observer in reversed(self._told):
                interrupted.callback(self._tell, observer, "end")

    def event(self) -> None:
        """An event of a stream came."""
        arrivals = self.call.arrivals
        arrivals.append(self.call.elapsed())
        if len(arrivals) == 1:
            for observer in self.observers:
                self._tell(observer, "first_event")

    def __enter__(self) -> Self:
        self._before = RUNNING.get()
        RUNNING.set(self.call)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if RUNNING.get() is self.call:  # else a generator was finalized elsewhere: its context keeps the operation
            RUNNING.set(self._before)
        self.begin()  # of a request that was refused nobody has heard yet
        try:
            with self._forgiving(None, "begin"):
                self._entered.close()
        finally:
            if not self._broken and (error is not None or not self._goes_on):
                self.finish(error or self._failure)

    def __del__(self) -> None:
        if self._begun and not self._over:
            self.finish()

    # -- as a follower of the request ----------------------------------------------------------------------------

    def beside(self, scope: Follower | None) -> Self:
        """Follow the request together with the `usage_scope` that it was first sent in."""
        if self.outer is None and not self.call.attempts:
            self.outer = scope
        return self

    def admit(self, request: Request) -> None:
        if self.outer is not None:
            self.outer.admit(request)
        self.call.attempts += 1
        for observer in self.observers:
            self._tell(observer, "attempt", request)

    def unpaid(self) -> Self:
        self.outer = None
        return self

    def count(self, request: Request, answer: Any) -> None:
        if self.outer is not None:
            self.outer.count(request, answer)
        if self._goes_on:  # the body of `with_streaming_response`, read as a whole
            self.call._result = answer

    def count_stream(self, machine: Any) -> None:
        if self.outer is not None:
            self.outer.count_stream(machine)
        self.call._told = machine.partial
        self._broken = machine.resumable and isinstance(machine.broke, StreamError)
        if self._broken:
            return
        machine.request.observed = None  # else they hold each other
        self.finish(machine.broke)

    # -- what observers do wrong ---------------------------------------------------------------------------------

    def _tell(self, observer: Observer, method: str, *more: object) -> Any:
        with self._forgiving(observer, method):
            return getattr(observer, method)(self.call, *more)

    def _forgiving(self, observer: Observer | None, method: str) -> _Forgiving:
        return _Forgiving(f"{'context' if observer is None else type(observer).__name__}.{method}", self.call)


class ErrorLog:
    """The observer of `log_errors=True`: each error that a request (a socket) ends with is one in the log."""

    def begin(self, call: ObservedCall) -> None:
        """Nothing."""

    def attempt(self, call: ObservedCall, request: Request) -> None:
        """Nothing."""

    def first_event(self, call: ObservedCall) -> None:
        """Nothing."""

    def end(self, call: ObservedCall) -> None:
        if call.kind in ("request", "socket") and isinstance(call.error, OpenAIError):
            logger.error("%s: %s", call.operation, call.error)


class _Forgiving(Kept):
    """Logs what an observer raises."""

    def __init__(self, what: str, call: ObservedCall) -> None:
        super().__init__(Exception)
        self._what, self._call = what, call

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> bool:
        kept = super().__exit__(kind, error, at)
        if error is not None and kept:
            said = one_line(f"{type(error).__name__}: {error}")
            logger.error("%s: the observer %s raised %s", self._call.operation, self._what, said)
            self.error = None
        return kept


def _parsed(answer: APIResponse[Any]) -> Any:
    with suppress(OpenAIError):
        return answer.parse()
    return None


def observe(client: Caller, operation: str, kind: ObservedKind, params: object) -> Observation | None:
    """The observation of an operation that is about to begin; None where nobody observes.

    For what is no flow of an operation: tools, jobs, sockets. Use it as a context, `begin()` it inside, and say what it
    `gives`; what stays open after that sets `call.streams` and calls `event()` and `finish(error)`.
    """
    if (resumed := RESUMED.get()) is not None:
        return resumed
    everywhere = () if client.config.telemetry is False else EVERYWHERE
    observers = tuple(dict.fromkeys((*everywhere, *client.observers)))
    return Observation(client, observers, operation, kind, params) if observers else None


def observed(
    client: Caller, operation: str, kind: ObservedKind, params: object, flow: Flow[T], request: Request | None = None
) -> Flow[T]:
    """A flow, observed where somebody observes; `request` is the one that it sends, where it is one."""
    observation = observe(client, operation, kind, params)  # when it begins to run: then it is known what is around it
    return (yield from flow if observation is None else observation.around(flow, request))
