"""From bytes to typed events, and to the error when a stream does not end well. Pure: it does no I/O.

Rules
* An event goes from bytes to model in one `validate_json`; what deviates takes the tolerant path; an `error` in an
  event raises, whatever its name.
* A stream is complete when it said so: `[DONE]`, an event `done`, or (real servers leave that out) when the accumulated
  result is complete. Otherwise its end is a `StreamTruncatedError`.
* The blocks of bytes are kept: `.partial` and `.content` of an error are made from them when it is raised. Nothing is
  accumulated on the hot path.
* The idle clock starts anew with each data event; keep-alive comments do not touch it.

Weak spot: keeping the bytes costs memory in proportion to the stream.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from typed_openai.config import redact_url
from typed_openai.core.meta import Issue
from typed_openai.core.response import error_body, head, hide, is_error, strict_error, tolerate
from typed_openai.core.sse import DONE, SSEDecoder, SSEEvent, SSEOverflowError
from typed_openai.errors import (
    APIConnectionError,
    APIError,
    APIStreamError,
    DeadlineExceededError,
    StreamDeadlineError,
    StreamDecodeError,
    StreamError,
    StreamInterruptedError,
    StreamStalledError,
    StreamTruncatedError,
)
from typed_openai.models.base import Result, attach

if TYPE_CHECKING:
    from typed_openai.config import Config
    from typed_openai.core.meta import Meta
    from typed_openai.core.request import Request
    from typed_openai.streaming.accumulator import Accumulator

C = TypeVar("C", bound=Result)
_F = TypeVar("_F", bound=StreamError)


class StreamMachine(Generic[C]):
    """Decodes one stream. `feed` blocks of bytes, then `end`; both give typed events."""

    def __init__(
        self, kind: type[Accumulator[C, Any]], config: Config, request: Request, meta: Meta, replaying: bool = False
    ) -> None:
        self.kind = kind
        self.config = config
        self.request = request
        self.meta = meta
        self.done = False
        self.events = 0
        self._replaying = replaying
        self.blocks: list[bytes] = []
        self._model: Any = kind.event
        self._decoder = SSEDecoder()
        self._last_event = time.monotonic()
        self._events_before = 0

    def feed(self, block: bytes) -> Iterator[C]:
        """The events that are complete with this block."""
        self.blocks.append(block)
        try:
            items = self._decoder.feed(block)
        except SSEOverflowError as error:
            raise self._failure(StreamDecodeError, str(error)) from None
        return self._typed(items)

    def _typed(self, items: list[bytes | SSEEvent]) -> Iterator[C]:
        validate = self._model.__pydantic_validator__.validate_json
        for item in items:
            if isinstance(item, bytes):
                if item == DONE:
                    self.done = True
                    return
                data = item
            else:
                if self._is_end(item):
                    self.done = True
                    return
                data = item.data
            try:
                event = validate(data, strict=True)
            except ValidationError as error:
                event = self._deviating(data, error)
            else:
                extra = event.__pydantic_extra__
                if extra and "error" in extra and is_error(extra["error"]):
                    raise self._reported(extra)
            self.events += 1
            yield event

    def end(self) -> Iterator[C]:
        """The events that only the end completes; raises when the stream is not whole."""
        yield from self._typed(self._decoder.end())
        if self.done:
            return
        if self.events == 0:
            raise self._no_stream()
        partial = self._accumulated()
        if not partial.is_complete:
            message = f"the stream ended after {self.events} events without [DONE] or a finish reason"
            raise self._failure(StreamTruncatedError, message)

    def check_clocks(self) -> None:
        """After each block: raise when no data event came for too long, or the deadline has passed."""
        now = time.monotonic()
        if self.events != self._events_before:
            self._events_before = self.events
            self._last_event = now
        elif self.request.idle_timeout is not None and now - self._last_event > self.request.idle_timeout:
            raise self.stalled()
        if self.request.deadline_at is not None and now > self.request.deadline_at and not self.done:
            raise self._failure(StreamDeadlineError, "the deadline passed while the stream was running")

    def stalled(self) -> StreamStalledError:
        seconds = self.request.idle_timeout
        message = f"no data event for {seconds:g} s" if seconds is not None else "no data event in time"
        return self._failure(
            StreamStalledError, f"{message} after {self.events} events; raise idle_timeout=... if it may"
        )

    def interrupted(self, error: APIConnectionError) -> StreamError:
        """The stream's own error for a failure of the transport."""
        if isinstance(error, DeadlineExceededError):
            return self._failure(StreamDeadlineError, "the deadline passed while the stream was running")
        if isinstance(error, TimeoutError):
            return self.stalled()
        return self._failure(StreamInterruptedError, f"the connection broke after {self.events} events: {error}")

    def _is_end(self, event: SSEEvent) -> bool:
        """Named events: `error` raises, `done` ends; any other name carries an ordinary event."""
        if event.event == "error":
            body, text = error_body(hide(event.data, self.request.secrets))
            raise self._failure(APIStreamError, f"the server reported an error: {text}", body)
        return event.event == "done" or event.data == DONE

    def _deviating(self, data: bytes, error: ValidationError) -> Any:
        try:
            value = from_json(data)
        except ValueError as why:
            shown = head(data, self.request.secrets)
            raise self._failure(StreamDecodeError, f"event {self.events + 1} is not JSON ({why}): {shown!r}") from None
        if not isinstance(value, dict):
            shown = head(data, self.request.secrets)
            raise self._failure(StreamDecodeError, f"event {self.events + 1} is no JSON object: {shown!r}")
        if is_error(value.get("error")) or value.get("object") == "error":
            raise self._reported(value)
        event, issues = tolerate(self._model, value, self.config)
        if self.config.strict_responses:
            raise strict_error(issues, self._model, self.meta, value, hide(data, self.request.secrets), error)
        return attach(event, self.meta, issues)

    def _reported(self, value: dict[str, Any]) -> APIError:
        body, text = error_body(hide(to_json(value), self.request.secrets))
        return self._failure(APIStreamError, f"the server reported an error after {self.events} events: {text}", body)

    def _no_stream(self) -> APIError:
        """Not one event: an empty stream, or something that is no stream at all."""
        content = b"".join(self.blocks)
        kind = self.meta.headers.get("content-type", "no content type")
        if not content.strip() or content.lstrip().startswith((b":", b"data:", b"event:", b"id:", b"retry:")):
            return self._failure(StreamTruncatedError, "the event stream was empty")
        try:
            value = from_json(content)
        except ValueError:
            value = None
        if isinstance(value, dict) and is_error(value.get("error")):
            return self._reported(value)
        shown = head(content, self.request.secrets)
        message = f"expected an event stream, got {kind}; the body begins {shown!r}"
        return self._failure(StreamDecodeError, f"{message}; does this server stream?", value)

    def partial(self) -> Any:
        """The typed snapshot of everything that arrived, None when no event did."""
        return self._accumulated().snapshot()

    def _accumulated(self) -> Accumulator[C, Any]:
        accumulator = self.kind()
        replay = StreamMachine(self.kind, self.config, self.request, self.meta, replaying=True)
        for block in list(self.blocks):
            try:
                for event in replay.feed(block):
                    accumulator.add(event)
            except APIError:
                break  # the very error that is being reported: what came before it is the partial result
        return accumulator

    def _failure(self, cls: type[_F], message: str, body: object = None) -> _F:
        where = redact_url(self.request.url)
        content = hide(b"".join(self.blocks), self.request.secrets)
        error = cls(f"{self.request.method} {where}: {message}", meta=self.meta, body=body, content=content)
        error.events_received = self.events
        if not self._replaying:
            error.partial = self.partial()
        return error


def gather(kind: type[Accumulator[C, Any]], content: bytes, config: Config, request: Request, meta: Meta) -> Any:
    """The result of a stream that came although nobody asked for one; says so in `issues`."""
    machine = StreamMachine(kind, config, request, meta)
    accumulator = kind()
    for event in machine.feed(content):
        accumulator.add(event)
    for event in machine.end():
        accumulator.add(event)
    result: Any = accumulator.snapshot()
    return attach(result, meta, (*result.issues, Issue("", "a JSON object", "an event stream, which was put together")))
