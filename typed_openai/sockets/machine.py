"""From messages to typed events, and to the error where something is wrong. Pure: it does no I/O and starts no clock.

Rules
* A message goes from bytes to model in one `validate_json`; what deviates takes the tolerant path (`issues`), with
  `strict_responses` it is an error. A type that nobody knows is the unknown member of the union.
* An answer is under way from its first event (or from what asked for it) to its last. Only then does the idle clock
  run: a conversation may be silent for as long as people are.
* What came of answers under way is kept, as it came: `.partial` is made of it when an error is raised. Where a socket
  has no answers that end (translations, live), the latest `KEPT` bytes are. Nothing is added up on the hot path.

Weak spot: an answer that is asked for and never begins counts as under way until an `error` event or another answer.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from typed_openai.core.answer.decode import read_json
from typed_openai.core.answer.reported import line
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
from typed_openai.core.redact import redact_url
from typed_openai.errors import (
    StreamDecodeError,
    StreamError,
    StreamStalledError,
    StreamTooLargeError,
)
from typed_openai.models.base import Result, attach
from typed_openai.sockets.failures import ServerEventError, WebSocketConnectionClosedError
from typed_openai.sockets.members import number_in, text_in

if TYPE_CHECKING:
    from typed_openai.core.answer.meta import Meta
    from typed_openai.core.caller import Policies
    from typed_openai.core.run.effects import Follower, Request
    from typed_openai.sockets.effects import LineEnded
    from typed_openai.sockets.protocol import SocketProtocol

KEPT = 4 * 1024 * 1024
"""Bytes that are kept for `.partial` where nothing says that an answer has ended."""
_BEGINS, _ENDS, _FAILS, _SETS, _SPEAKS = "begins", "ends", "fails", "sets", "speaks"
_SESSIONS = ("session.created", "session.updated", "session.started")
_SPEECH = ("response.output_audio.delta", "response.audio.delta")
F = TypeVar("F", bound=StreamError)


class Spoken:
    """How much has come of the sound of the item that spoke last."""

    __slots__ = ("_base64", "content_index", "item_id")

    def __init__(self) -> None:
        self.item_id = ""
        self.content_index = 0
        self._base64 = 0

    @property
    def bytes(self) -> int:
        """Its bytes."""
        return self._base64 * 3 // 4

    def take(self, event: Any) -> None:
        """Add the sound of an event, of this item or another."""
        item_id, content_index = text_in(event, "item_id"), number_in(event, "content_index") or 0
        if item_id != self.item_id or content_index != self.content_index:
            self.item_id, self.content_index, self._base64 = item_id, content_index, 0
        self._base64 += len(text_in(event, "delta"))


class SocketMachine:
    """Reads the messages of one connection, across reconnects."""

    def __init__(self, protocol: SocketProtocol, config: Policies, request: Request, idle: float | None) -> None:
        self.protocol = protocol
        self.config = config
        self.request = request
        self.meta: Meta | None = None
        """How the connection was opened."""
        self.idle = idle
        self.scope: Follower | None = None
        """Counts what answers consume (the `usage_scope` in which it was opened)."""
        self.events = 0
        self.latest = b""
        """The latest message, as it came."""
        self.latest_event: Any = None
        self.under_way: set[str] = set()
        """The answers that have begun and not ended, by id."""
        self.asked = 0
        """Answers that were asked for and have not begun."""
        self.session: Any = None
        """The session, as the server said it last."""
        self.spoken = Spoken()
        self._since = time.monotonic()
        self._validate = protocol.reader.validate_json
        self._marks = {
            **dict.fromkeys(protocol.begins, _BEGINS),
            **dict.fromkeys(protocol.ends, _ENDS),
            **dict.fromkeys(_SESSIONS, _SETS),
            **dict.fromkeys(_SPEECH, _SPEAKS),
            "error": _FAILS,
        }
        self._rolling = not protocol.begins
        self._kept: deque[bytes] = deque()
        self._kept_bytes = 0
        self._most = KEPT if self._rolling else (config.max_body or KEPT)

    def sent(self, kind: str) -> None:
        """A client event of this type was sent."""
        if kind in self.protocol.asks:
            self.asked += 1
            self._since = time.monotonic()

    def patience(self) -> float | None:
        """Seconds that the next message may take, None for any number."""
        if self.idle is None or not (self.asked or self.under_way):
            return None
        return max(self._since + self.idle - time.monotonic(), 0.0)

    def feed(self, message: bytes) -> Any:
        """The event that a message is."""
        try:
            event = self._validate(message, strict=True)
        except ValidationError as cause:
            event = self._deviating(message, cause)
        if self.config.unknown is not None:
            self.config.unknown.note(self.protocol.union, event, self.request.operation, self.request.secrets)
        self.latest, self.latest_event = message, event
        self.events += 1
        mark = self._marks.get(event.type)
        if mark is not None:
            self._note(mark, event)
        if self._rolling or self.under_way:
            self._keep(message)
        if self.idle is not None:
            self._since = time.monotonic()
        return event

    def read(self, message: bytes) -> Any:
        """A message as an event, without taking it into account."""
        try:
            return self._validate(message, strict=True)
        except ValidationError as cause:
            return self._deviating(message, cause)

    def _note(self, mark: str, event: Any) -> None:
        if mark == _SPEAKS:
            self.spoken.take(event)
        elif mark == _SETS:
            self.session = getattr(event, "session", None)
        elif mark == _BEGINS:
            self.asked = max(self.asked - 1, 0)
            self.under_way.add(_id_of(event))
        elif mark == _FAILS:
            self.asked = max(self.asked - 1, 0)
        else:
            if self.scope is not None:
                self.scope.count(self.request, getattr(event, "response", None))
            self.under_way.discard(_id_of(event))
            if not self.under_way:
                self._kept.clear()
                self._kept_bytes = 0

    def _keep(self, message: bytes) -> None:
        self._kept.append(message)
        self._kept_bytes += len(message)
        while self._kept_bytes > self._most and len(self._kept) > 1:
            self._kept_bytes -= len(self._kept.popleft())

    def _deviating(self, message: bytes, cause: ValidationError) -> Any:
        """What an event says that is not as it should be."""
        secrets, union = self.request.secrets, self.protocol.union
        try:
            (value, odd), why = read_json(message), "is not a JSON object"
        except ValueError as error:
            value, odd, why = None, [], f"is not JSON ({error})"
        if not isinstance(value, dict):
            raise self.failure(StreamDecodeError, f"event {self.events + 1} {why}: {head(message, secrets)!r}")
        event, issues = tolerate(union, value, secrets, odd)
        if not isinstance(getattr(event, "type", None), str):
            raise self.failure(StreamDecodeError, f"event {self.events + 1} has no type: {head(message, secrets)!r}")
        log_issues(type(event), issues, self.config)
        if self.config.strict_responses:
            meta = self.meta if self.meta is not None else event.meta
            raise strict_error(issues, type(event), meta, value, message, secrets, cause)
        return attach(event, event.meta, issues)

    # -- what goes wrong -------------------------------------------------------------------------------------------

    def reported(self, event: Any) -> ServerEventError:
        """The error that an `error` event is; the event itself is on `event`."""
        secrets = self.request.secrets
        content = event.model_dump_json().encode()
        body, text = error_body(content, secrets)
        error = self.failure(ServerEventError, f"the server reported an error after {self.events} events: {text}", body)
        error.event = event
        return error

    def failed(self, event: Any) -> ServerEventError:
        """The error that the last event of a failed answer is; `partial` is the response as it came."""
        why = getattr(getattr(event.response, "status_details", None), "error", None)
        body = why.model_dump() if isinstance(why, Result) else event.response.model_dump()
        said = line(hidden(body, self.request.secrets))
        error = self.failure(ServerEventError, f"the response {_id_of(event)} failed: {said}", body)
        error.event, error.partial = event, event.response
        return error

    def stalled(self, why: str) -> StreamStalledError:
        """Nothing comes any more."""
        return self.failure(StreamStalledError, f"{why} after {self.events} events")

    def closed(
        self, ended: LineEnded, unsent: Sequence[bytes] = (), in_doubt: Sequence[bytes] = (), note: str = ""
    ) -> StreamError:
        """The error for a line that ended."""
        if ended.why == "heartbeat" and not unsent:
            return self.stalled(f"{ended.reason}; raise ping_timeout in websocket_connection_options if it may")
        if ended.why == "size":
            return self.failure(StreamTooLargeError, f"{ended.reason}; raise max_size in websocket_connection_options")
        said = f" ({ended.reason})" if ended.reason else ""
        how = {"closed": f"closed with code {ended.code}{said}", "cut": f"cut{said}"}.get(ended.why, f"broken{said}")
        waiting = f"; {len(self.under_way) or self.asked} unfinished" if self.under_way or self.asked else ""
        waiting += f"; {len(unsent)} messages were not sent" if unsent else ""
        message = f"the connection was {how} after {self.events} events{waiting}{note}"
        error = self.failure(WebSocketConnectionClosedError, message)
        error.close_code, error.close_reason = ended.code, ended.reason
        error.unsent_messages, error.in_doubt = [*map(_text, unsent)], [*map(_text, in_doubt)]
        return error

    def failure(self, cls: type[F], message: str, body: object = None) -> F:
        """An error of this connection, with all that came of unfinished answers."""
        request = self.request
        meta = None if self.meta is None else public(self.meta, request.secrets)
        where = f"{request.operation} {redact_url(request.url)}"
        content = hide(b"\n".join(self._kept), request.secrets)
        error = cls(f"{where}: {message}", meta=meta, body=body, content=content)
        error.events_received = self.events
        error.partial = scrubbed(self.partial(), request.secrets)
        return error

    def partial(self) -> Any:
        """What arrived of unfinished answers, added up; None where nothing did."""
        if not self._kept:
            return None
        total = self.protocol.adder()
        for message in list(self._kept):
            try:
                total.add(self._validate(message, strict=True))
            except ValidationError:
                total.add(tolerate(self.protocol.union, read_json(message)[0], self.request.secrets)[0])
        return total.snapshot()

    def lost(self) -> Any:
        """After a break: what had come of answers that nobody will finish. The next connection begins anew."""
        found = self.partial()
        self._kept.clear()
        self._kept_bytes, self.asked = 0, 0
        self.under_way.clear()
        return found


def _id_of(event: Any) -> str:
    return str(getattr(getattr(event, "response", None), "id", ""))


def _text(message: bytes) -> str | bytes:
    return message.decode("utf-8", "replace")
