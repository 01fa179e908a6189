"""A stream of events that broke, opened again where it broke off. A flow, the same for both colours.

Rules
* Gone on with is what broke, ended too early or fell silent; what the server reports, what cannot be read and a
  deadline that passed are raised. So is what a reader cannot continue (`Reader.place()`).
* A server that gives the whole result in place of the rest is believed, if the reader can read it (`Reader.take()`).
* `max_retries` attempts in a row that bring nothing new are made, the first of them at once; each opening has the
  ordinary retries of its operation besides. Then the error of the stream is raised, with everything on `.partial`.
* The deadline of the call is that of all its connections together.
* With `log_errors`, a break that is got over is not an error: only what is raised is logged as one.

Weak spot: `.content` of the error has the bytes of the last connection only.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from typed_openai.core.redact import logger
from typed_openai.core.run.effects import Sleep
from typed_openai.core.run.retry import backoff
from typed_openai.errors import (
    OpenAIError,
    StreamError,
    StreamInterruptedError,
    StreamStalledError,
    StreamTruncatedError,
)

if TYPE_CHECKING:
    from typed_openai.core.run.effects import Flow
    from typed_openai.streaming.accumulator import Reader
    from typed_openai.streaming.stream import AsyncStream, Stream

_BROKEN = (StreamInterruptedError, StreamTruncatedError, StreamStalledError)
"""After these the rest of a stream may still be had."""

_KEPT = ("extra_headers", "timeout")
"""Options of the call that hold for what goes on with it too."""


class Resuming:
    """What an event stream does when its connection breaks."""

    def __init__(
        self,
        run: Callable[[Flow[Any]], Any],
        reader: Reader[Any, Any, Any],
        fetch: Callable[..., Flow[Any]],
        given: Mapping[str, object],
        max_retries: int,
    ) -> None:
        self._run = run
        self._reader = reader
        self._fetch = fetch
        self._options = {name: given[name] for name in _KEPT if name in given}
        self._most = max_retries
        self.in_vain = 0
        """Attempts in a row that brought nothing new."""
        self._progress = reader.progress

    def reopen(self, error: StreamError, stream: Stream[Any] | AsyncStream[Any]) -> Any:
        """Run `after` with the driver of the client: what it gives, or the coroutine that will."""
        return self._run(self.after(error, stream))

    def after(self, error: StreamError, stream: Stream[Any] | AsyncStream[Any]) -> Flow[Any]:
        """The stream that goes on after this error, None when nothing is missing; raises the error otherwise."""
        reader = self._reader
        if not isinstance(error, _BROKEN):
            if reader.resumed and error.events_received == 0 and reader.take(error.body):
                return None
            raise self._final(error, stream)
        observed = stream.observed
        if reader.accumulator.is_complete:
            if observed is not None:
                observed.finish()
            return None
        if reader.progress != self._progress:
            self._progress, self.in_vain = reader.progress, 0
        place = reader.place()
        pause = backoff(self.in_vain) if self.in_vain else 0.0
        options = dict(self._options)
        if stream.deadline_at is not None:
            options["deadline"] = remaining = stream.deadline_at - time.monotonic() - pause
            place = place if remaining > 0 else None
        if place is None or self.in_vain >= self._most:
            raise self._final(error, stream)
        self.in_vain += 1
        reader.resumed = True
        logger.info("%s; going on from %s", type(error).__name__, place)
        if pause:
            yield Sleep(pause)
        try:
            again = self.opened(place, options)
            return (yield from again if observed is None else observed.go_on(again))
        except OpenAIError as failure:
            raise self._final(error, stream) from failure

    def opened(self, place: dict[str, object], options: dict[str, Any]) -> Flow[Any]:
        """The stream that goes on from a place; None where nothing is missing any more."""
        return (yield from self._fetch(**place, **options, stream=True))

    def _final(self, error: StreamError, stream: Stream[Any] | AsyncStream[Any]) -> StreamError:
        """What cannot be got over: the error, with what came over all connections and not only the last."""
        if self._reader.resumed:
            error.partial = self._reader.accumulator.snapshot()
            error.events_received = self._reader.progress
        return stream.given_up(error)
