"""From bytes to typed events, and to the error when a stream does not end well. Pure: it does no I/O.

Rules
* An event goes from bytes to model in one `validate_json`; what deviates takes the tolerant path; an `error` in an
  event raises, whatever its name.
* A named event is read by the model of its name, where the kind of stream knows it (`Accumulator.by_name`).
* A kind of stream whose events are told apart by name puts the name into the JSON text first (`Accumulator.wrap`).
* A stream is complete when its events say so (a finish reason, a terminal event, an event named `done`). `[DONE]` alone
  is not an end: some servers send it and break off, so reading goes on, and a body that then ends cleanly is whole
  where the API has no event for the end (`Accumulator.ends_alone`). Any other end is a `StreamTruncatedError`; so is an
  end in the middle of an event, and one before the first.
* A whole stream without what makes it an answer (`Result.is_answer`) is an error of the server.
* Whole events of one name that come in one block are read in one go (`SSEDecoder.run`); a block of any other shape goes
  piece by piece, and what is odd about an event is looked into for that event alone (`_typed`).
* The blocks of bytes are kept: `.partial` and `.content` of an error are made from them when it is raised. Nothing is
  accumulated on the hot path.
* Keep-alives that come as events (`keepalives.py`) are skipped and counted: `issues` of what the stream adds up to.
* The idle clock starts anew with each event that says something; keep-alives, in whichever dress, do not touch it.

Weak spots: keeping the bytes costs memory in proportion to the stream, up to `max_body`. A stall may be found a
hundredth of `idle_timeout` late, so that an event which comes in several blocks costs no alarm.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from typed_openai.core.answer.decode import read_json
from typed_openai.core.answer.meta import Issue
from typed_openai.core.answer.reported import error_in, error_of_choice, is_error, may_report, says_failure
from typed_openai.core.answer.response import (
    error_body,
    head,
    hidden,
    hide,
    log_issues,
    public,
    scrubbed,
    strict_error,
    tolerate,
)
from typed_openai.core.answer.sse import (
    DONE,
    SSEDecoder,
    SSEEvent,
    SSEOverflowError,
    begins_like_events,
    may_begin_events,
)
from typed_openai.core.answer.tally import Tally, bounded
from typed_openai.core.redact import redact_url
from typed_openai.errors import (
    APIConnectionError,
    APIError,
    APIStreamError,
    BodyTooLargeError,
    DeadlineExceededError,
    StreamDeadlineError,
    StreamDecodeError,
    StreamError,
    StreamInterruptedError,
    StreamStalledError,
    StreamTooLargeError,
    StreamTruncatedError,
)
from typed_openai.models.base import Result, attach
from typed_openai.models.readers import reader_of
from typed_openai.streaming.keepalives import is_keepalive, is_ping
from typed_openai.streaming.outside import behind_events, told_failure

if TYPE_CHECKING:
    from typed_openai.core.answer.meta import Meta
    from typed_openai.core.caller import Policies
    from typed_openai.core.run.effects import Request
    from typed_openai.streaming.accumulator import Accumulator

_SHORT = 0.01
"""The part of `idle_timeout` for which a silence goes unwatched, but for the timeout of the read itself."""
_NAMING = frozenset(("type", "event", "object", "sequence_number"))
"""Fields that say what an event is, and nothing of what it is about."""

C = TypeVar("C", bound=Result)
_E = TypeVar("_E", bound=APIError)
_F = TypeVar("_F", bound=StreamError)


class _Readers:
    """`validate_json` by the name of an event; names that a kind of stream does not know get that of all its events."""

    def __init__(self, kind: type[Accumulator[Any, Any]]) -> None:
        self.kind = kind
        self.seen: dict[object, Any] = {}
        """Those of the names that are known and have been asked for."""
        self.common = reader_of(kind.event).validate_json if not kind.by_name else None

    def of(self, name: str) -> Any:
        model = self.kind.by_name.get(name)
        if model is not None:
            reader = self.seen[name] = reader_of(model).validate_json
            return reader
        if self.common is None:
            self.common = reader_of(self.kind.event).validate_json
        return self.common


class StreamMachine(Generic[C]):
    """Decodes one stream. `begin`, `feed` blocks of bytes, then `end`; the last two give typed events."""

    def __init__(
        self,
        kind: type[Accumulator[C, Any]],
        config: Policies,
        request: Request,
        meta: Meta,
        replaying: bool = False,
        run: Any = None,
    ) -> None:
        self.kind: type[Accumulator[C, Any]] = kind
        self.config = config
        self.request = request
        self.meta = meta
        self.done = False
        self.events = 0
        self.resumable = False
        """Whether somebody may get over it where this breaks (`resuming.py`)."""
        self.run = run
        """Runs a flow with the driver of the client, where the request may be sent again (`renewing.py`)."""
        self._replaying = replaying
        self.blocks: list[bytes] = []
        self._left = math.inf if request.max_body is None or replaying else request.max_body
        self._ended = False
        self._said_done = False
        self.notes = Tally()
        """Where events were not as they should be, keep-alives among them."""
        self._recent: tuple[list[C], list[C]] = ([], [])
        self._model: Any = kind.event
        self._tagged = not isinstance(kind.event, type)
        self._fields = frozenset(getattr(kind.event, "__pydantic_fields__", ()))
        self._readers = _Readers(kind)
        self._latest: Any = None
        self._wrap = kind.wrap
        self._decoder = SSEDecoder()
        self._last_event = time.monotonic()
        self._events_before = 0
        self._known = self._readers.seen
        if kind.wrap is None and kind.failure is None and not kind.by_name:
            self._known[""] = self._readers.common

    def begin(self) -> None:
        """Somebody reads from now on; how long the stream lay unread before does not count as silence."""
        self._last_event = time.monotonic()

    def feed(self, block: bytes) -> Iterable[C]:
        """The events that are complete with this block."""
        self.blocks.append(block)
        self._left -= len(block)
        if self._left < 0:
            raise self._failure(StreamTooLargeError, BodyTooLargeError.told(self.request.max_body))
        run = self._decoder.run(block)
        if run is None:
            return self._piecewise(block)
        return self._ordinary(*run) or self._typed(self._fed(block))

    def _piecewise(self, block: bytes) -> Iterator[C]:
        """A block that begins or ends within an event, or has several names in it."""
        for piece in self._decoder.cut(block):
            run = self._decoder.run(piece)
            if run is not None:
                yield from self._ordinary(*run) or self._typed(self._fed(piece))
            else:
                for item in self._fed(piece):
                    name, data = ("", item) if isinstance(item, bytes) else (item.event, item.data)
                    yield from self._ordinary(name, [data]) or self._typed([item])
                    if self.done:
                        return
            if self.done:
                return

    def _fed(self, piece: bytes) -> list[bytes | SSEEvent]:
        try:
            return self._decoder.feed(piece)
        except SSEOverflowError as error:
            why = str(error)
        raise self._failure(StreamDecodeError, hidden(why, self.request.secrets))

    def _ordinary(self, name: str, run: list[bytes]) -> list[C]:
        """The hot path: events of one name in one go. None at all when there is anything odd about one of them, or when
        the name comes for the first time: `_typed` looks into that."""
        validate = self._known.get(name)
        if validate is None:
            return []
        try:
            events: list[C] = [validate(data, strict=True) for data in run]
        except ValidationError:
            return []
        if b'"error"' in b"".join(run):
            return []
        self._latest, self._recent = events[-1], (self._recent[1], events)
        self.events += len(events)
        return events

    def _typed(self, items: list[bytes | SSEEvent]) -> Iterator[C]:
        readers, wrap, failure = self._readers, self._wrap, self.kind.failure
        for item in items:
            name = ""
            if isinstance(item, bytes):
                if item == DONE:
                    if self._finish():
                        return
                    continue
                data = item
            else:
                if self._is_end(item):
                    if self._finish(item.event == "done"):
                        return
                    continue
                name, data = item.event, item.data
            event: Any = None
            cause = None
            try:
                event = readers.of(name)(data if wrap is None else wrap(name, data), strict=True)
            except ValidationError as error:
                cause = error
            else:
                if may_report(data) and self._reports(event, data):
                    raise self._reported(data)
                if failure is not None and isinstance(event, failure):
                    raise self._reported(data)
            if cause is not None:
                bare = data.strip()
                if bare == DONE:
                    if self._finish():
                        return
                    continue
                if not bare or (self._ended and DONE.startswith(bare)):
                    continue  # a keep-alive, or a `[DONE]` that was cut
                event = self._deviating(name, data, cause)
                if event is None:
                    continue
            self.events += 1
            self._latest, self._recent = event, (self._recent[1], [event])
            yield event

    def end(self) -> Iterator[C]:
        """The events that only the end completes; raises when the stream is not whole."""
        self._ended = True
        yield from self._typed(self._decoder.end())
        if self.done:
            return
        if self.events == 0:
            raise self._no_stream()
        if self.kind.is_last(self._latest):
            return
        so_far = self._accumulated()
        alone = self.kind.ends_alone and self._said_done
        if not (so_far.is_complete or alone) and self.config.capabilities.ends_streams:
            raise self._without_end()
        self._check_answer(so_far)

    def _without_end(self) -> APIError:
        if told_failure(behind := behind_events(self.blocks))[0]:
            return self._reported(behind)
        said = "with [DONE] but without" if self._said_done else "without [DONE] or"
        kind = "a finish reason" if self.kind.ends_alone else "the event that ends it"
        shown = f"; behind them stands {head(behind, self.request.secrets)!r}" if behind else ""
        return self._failure(StreamTruncatedError, f"the stream ended after {self.events} events {said} {kind}{shown}")

    def _finish(self, by_event: bool = False) -> bool:
        """The stream says that it is complete: whether it is believed, as its events say so too (an event `done` is one
        itself). It is not an answer when it has said nothing else."""
        if self.events == 0:
            self.done = True
            raise self._failure(StreamTruncatedError, "the event stream was empty")
        self._said_done = True
        if self._replaying:
            return False
        self.done = self.kind.is_last(self._latest) or self._has_finished()
        if not self.done:
            so_far = self._accumulated(self.events)
            self.done = by_event or so_far.is_complete
            if self.done:
                self._check_answer(so_far)
        return self.done

    def _has_finished(self) -> bool:
        """Whether the latest events say that the one answer is whole which was asked for; nothing is added up."""
        asked = self.request.asked
        if asked("n") not in (None, 1) or isinstance(asked("prompt"), list):
            return False
        return any(map(self.kind.finishes, [event for events in self._recent for event in events]))

    def _check_answer(self, so_far: Accumulator[C, Any]) -> None:
        snapshot = so_far.snapshot()
        if snapshot is None and not self._replaying and any(map(_is_about_something, self.again())):
            return  # events that add up to nothing by themselves (sound without a response around it) are something
        if snapshot is None or (isinstance(snapshot, Result) and not snapshot.is_answer()):
            said = head(self.blocks[-1], self.request.secrets)
            message = f"the stream ended after {self.events} events with nothing of an answer in it; its last bytes are"
            raise self._failure(APIStreamError, f"{message} {said!r}")

    def check_clocks(self) -> float | None:
        """After each block: raise when no data event came for too long, or the deadline has passed. Gives the time at
        which the next block must be there, where the timeout of its read alone would come too late."""
        now = time.monotonic()
        limit = self.request.idle_timeout
        until = None
        new, self._events_before = self.events - self._events_before, self.events
        if new > 1 or (new and not (self._tagged and self._pinged())):
            self._last_event = now
        elif limit is not None and not self.done:
            silence = now - self._last_event
            if silence >= limit:
                raise self.stalled()
            if silence > limit * _SHORT:
                until = self._last_event + limit
        if self.request.deadline_at is not None and now > self.request.deadline_at and not self.done:
            raise self._failure(StreamDeadlineError, "the deadline passed while the stream was running")
        return until

    def _pinged(self) -> bool:
        """Whether the latest event is a keep-alive that this kind of stream has among its events."""
        return any(is_ping(getattr(self._latest, name, None)) for name in ("type", "event"))

    def stalled(self) -> StreamStalledError:
        seconds = self.request.idle_timeout
        message = f"no data event for {seconds:g} s" if seconds is not None else "no data event in time"
        return self._failure(
            StreamStalledError, f"{message} after {self.events} events; raise idle_timeout=... if it may"
        )

    def has_ended(self) -> bool:
        """Whether the event that ends such streams has come, so that nothing is lost where the connection breaks."""
        return not self.kind.ends_alone and self.events > 0 and self._accumulated().is_complete

    def interrupted(self, error: APIConnectionError) -> StreamError:
        """The stream's own error for a failure of the transport."""
        if isinstance(error, DeadlineExceededError):
            return self._failure(StreamDeadlineError, "the deadline passed while the stream was running")
        if isinstance(error, TimeoutError):
            return self.stalled()
        if told_failure(behind := behind_events(self.blocks))[0]:
            return self._reported(behind)
        return self._told(StreamInterruptedError, f"{error} (after {self.events} events)")

    def _is_end(self, event: SSEEvent) -> bool:
        """Named events: `error` raises, `done` ends; any other name carries an ordinary event."""
        if event.event == "error":
            raise self._reported(event.data)
        return event.event == "done" or event.data == DONE

    def _deviating(self, name: str, data: bytes, cause: ValidationError) -> Any:
        """What an event says that is not as it should be; None for a keep-alive."""
        secrets = self.request.secrets
        try:
            (value, odd), why = read_json(data), "is not a JSON object"
        except ValueError as error:
            value, odd, why = None, [], f"is not JSON ({error})"
        if error_in(value) is None and not says_failure(value) and is_keepalive(name, data, value, self._fields):
            shown = head(b"event %b: %b" % (name.encode(), data) if name else data, secrets)
            self.notes.add([Issue("", "events that say something", f"a keep-alive: {shown!r}")])
            return None
        if why != "is not a JSON object" and self._ended:
            why = f"the stream ended in the middle of event {self.events + 1}: {head(data, secrets)!r}"
            raise self._failure(StreamTruncatedError, why) from None
        if error_in(value) is not None:
            raise self._reported(data)
        if not isinstance(value, dict):
            raise self._failure(StreamDecodeError, f"event {self.events + 1} {why}: {head(data, secrets)!r}")
        said = value
        if self._wrap is not None:
            value = from_json(self._wrap(name, to_json(value) if odd else data))
        event, issues = tolerate(self._model, value, secrets, odd)
        self.notes.add(issues)
        if self._fields and self._fields.isdisjoint(value):
            self._events_before += 1  # it has nothing of what such events have: no sign of life
        if not _is_about_something(event) and says_failure(said):
            raise self._reported(data)
        log_issues(self._model, issues, self.config)
        if self.config.strict_responses:
            raise self.ends_with(strict_error(issues, self._model, self.meta, value, data, secrets, cause))
        return attach(event, self.meta, issues)

    def _reports(self, event: Any, data: bytes) -> bool:
        """Whether an event that is as it should be reports an error, beside its own fields or in one of its choices. In
        one of a known name about an item an `error` is data of that: of a call of a tool, say."""
        extra, value = event.__pydantic_extra__, read_json(data)[0]
        if isinstance(value, dict) and error_of_choice(value.get("choices")) is not None:
            return True
        known = self.kind.by_name.get(getattr(event, "type", ""))
        is_about = known is not None and isinstance(event, known) and getattr(event, "item_id", None) is not None
        return not is_about and extra is not None and is_error(extra.get("error"))

    def _reported(self, data: bytes) -> StreamError:
        body, text = error_body(data, self.request.secrets)
        return self._failure(APIStreamError, f"the server reported an error after {self.events} events: {text}", body)

    def _no_stream(self) -> APIError:
        """Not one event: an empty stream, or something that is not a stream at all."""
        content = b"".join(self.blocks)
        kind = public(self.meta, self.request.secrets).headers.get("content-type", "no content type")
        if not content.strip() or begins_like_events(content) or may_begin_events(content):
            return self._failure(StreamTruncatedError, "the event stream was empty")
        is_failure, value = told_failure(content)
        if is_failure:
            return self._reported(content)
        shown, value = head(content, self.request.secrets), hidden(value, self.request.secrets)
        got = f"a body without events ({kind})" if "event-stream" in kind else kind
        message = f"expected an event stream, got {got}; the body begins {shown!r}"
        return self._failure(StreamDecodeError, f"{message}; does this server stream?", value)

    def partial(self) -> Any:
        """The typed snapshot of everything that arrived, None when no event did."""
        return self.with_notes(self._accumulated().snapshot())

    def with_notes(self, result: Any) -> Any:
        """What the stream adds up to, with how it came and the issues of its events among its own: one of each kind."""
        if not isinstance(result, Result):
            return result
        known = {(issue.pointer, issue.expected) for issue in result.issues}
        noted = [note for note in self.notes.issues() if (note.pointer, note.expected) not in known]
        meta = result.meta if result.meta.status else self.meta  # how the stream began is how its sum came
        return attach(result, meta, bounded((*result.issues, *noted)))

    def _accumulated(self, count: int | None = None) -> Accumulator[C, Any]:
        """What all that came adds up to, or the first `count` events of it."""
        accumulator = self.kind()
        for event in itertools.islice(self.again(), count):
            accumulator.add(event)
        return accumulator

    def again(self) -> Iterator[C]:
        """Once more the events of all that came, up to the error that is being reported."""
        replay = StreamMachine(self.kind, self.config, self.request, self.meta, replaying=True)
        try:
            for block in list(self.blocks):
                yield from replay.feed(block)
            if self._ended:
                replay._ended = True
                yield from replay._typed(replay._decoder.end())
        except APIError:
            return

    def _failure(self, cls: type[_F], message: str, body: object = None) -> _F:
        return self._told(cls, f"{self.request.method} {redact_url(self.request.url)}: {message}", body)

    def _told(self, cls: type[_F], message: str, body: object = None) -> _F:
        """An error of the stream, with all that came of it; `message` names the URL."""
        secrets = self.request.secrets
        content = hide(b"".join(self.blocks), secrets)
        error = cls(message, meta=public(self.meta, secrets), body=body, content=content)
        error.events_received = self.events
        if not self._replaying:
            error.partial = scrubbed(self.partial(), secrets)
        return self.ends_with(error)

    def may_renew(self, error: APIError) -> bool:
        """Whether an error of this stream stands for a status after which the request is sent again."""
        if self.run is None or type(error) is not APIStreamError:
            return False
        from typed_openai.core.run.retry import is_temporary

        asked = self.request.asked
        return is_temporary(error) and all(self.kind.is_quiet(event, asked) for event in self.again())

    def ends_with(self, error: _E) -> _E:
        """The error, which the stream ends with; who observes it wants to know (`observed.py`)."""
        return error


def _is_about_something(event: Result) -> bool:
    """Whether an event says anything of what its name promises: the name alone is not a sign that it does."""
    said: Any = getattr(event, "data", None)
    said = said if isinstance(said, Result) else event
    promised = [name for name, field in type(said).model_fields.items() if field.is_required() and name not in _NAMING]
    return event.is_answer() and (not promised or any(getattr(said, name, None) is not None for name in promised))


def gather(kind: type[Accumulator[C, Any]], content: bytes, config: Policies, request: Request, meta: Meta) -> Any:
    """The result of a stream that came although nobody asked for one; says so in `issues`."""
    machine = StreamMachine(kind, config, request, meta)
    accumulator = kind()
    for events in (machine.feed(content), machine.end()):
        for event in () if machine.done else events:
            accumulator.add(event)
            if config.unknown is not None:
                config.unknown.note(kind.event, event, request.operation, request.secrets)
    result: Any = machine.with_notes(accumulator.snapshot())
    came = Issue("", "a JSON object", "an event stream, which was put together")
    issues = (came, *result.issues, *(result.check_asked(request.asked) if isinstance(result, Result) else ()))
    if config.strict_responses:
        raise strict_error(issues, type(result), meta, result.model_dump(), content, request.secrets, None)
    return attach(result, meta, issues)
