"""Trouble on order: what a test asks the server to do wrong with the next requests.

A `Fault` either replaces the answer (`status`, `body`), in which case the request is not carried out, or spoils the
delivery of the real one (`delay`, `drop`, `cut_after`, `stall_after`, `headers`); both go together as well. Faults wait
in a queue; each request takes the first one that is meant for its path.

`cut_after` and `stall_after` count the events of a stream; in a plain body they count bytes.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from typed_openai.local.errors import error_body
from typed_openai.local.exchange import Answer, Reply

_COUNT = (int,), 0, sys.maxsize, "a whole number from 0"
_SECONDS = (int, float), 0, sys.float_info.max, "seconds from 0"
MEANT: dict[str, tuple[tuple[type, ...], float, float, str]] = {
    "status": ((int,), 100, 599, "a status of HTTP (100 to 599)"),
    "delay": _SECONDS,
    "drop": ((bool,), 0, 1, "True or False"),
    "cut_after": _COUNT,
    "clean": ((bool,), 0, 1, "True or False"),
    "stall_after": _COUNT,
    "stall": _SECONDS,
    "keepalive": _SECONDS,
    "close": ((int,), 1000, 4999, "a code of a close (1000 to 4999)"),
    "torn": ((bool,), 0, 1, "True or False"),
    "insert_after": _COUNT,
}
"""What the members of a fault may be, None aside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong. What is not set goes right.

    * `status`: answer with this status, with `body`, or with an error object that says it was made on order.
    * `body`: answer with this body: bytes or text as they are, anything else as JSON.
    * `content_type`, `headers`: change these headers of the answer; an empty content type leaves the header out.
    * `delay`: seconds to wait before the first byte.
    * `drop`: close the connection without an answer.
    * `cut_after`: stop after so many events (or bytes of a plain body) and close the connection. Before that,
      `parting` is sent as it stands. With `clean` the stream is ended as HTTP wants it, so only `[DONE]` is missing.
    * `stall_after`: after so many events say nothing for `stall` seconds, except a comment every `keepalive` seconds
      (0: none), then go on.
    * `path`: only for requests whose path, without the query, ends in this.

    Of a socket the events that the server sends are counted, and a fault befalls the whole connection: `status` and
    `body` refuse the handshake, `cut_after` ends it right after so many events (0: at once), `clean` with a close of
    code 1000, and `keepalive` is a ping. Only there:

    * `close`: the code of the close with which `cut_after` ends it, in place of a cut.
    * `torn`: cut the event after those `cut_after` in the middle of its frame.
    * `insert_after`, `inserted`: after so many events say this: bytes as a binary message, a text as it is, anything
      else as JSON.
    """

    status: int | None = None
    body: object = None
    content_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    delay: float = 0.0
    drop: bool = False
    cut_after: int | None = None
    parting: bytes = b""
    clean: bool = False
    stall_after: int | None = None
    stall: float = 60.0
    keepalive: float = 0.0
    path: str = ""
    close: int | None = None
    torn: bool = False
    insert_after: int | None = None
    inserted: object = None

    def __post_init__(self) -> None:
        """`TypeError` and `ValueError` for what no server can do: it would look like trouble of another kind."""
        for name, (kinds, least, most, what) in MEANT.items():
            value = getattr(self, name)
            if value is None and self.__dataclass_fields__[name].default is None:
                continue
            if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
                raise TypeError(f"{name}: {what}, got {value!r}")
            if not least <= float(getattr(self, name)) <= most:
                raise ValueError(f"{name}: {what}, got {value!r}")
        if not all(isinstance(text, str) for pair in dict(self.headers).items() for text in pair):
            raise TypeError(f"headers: texts by names, got {self.headers!r}")

    @property
    def replaces(self) -> bool:
        """Whether the request is answered by the fault instead of being carried out."""
        return self.status is not None or self.body is not None

    def replacement(self) -> Reply:
        """The answer of a fault that replaces one."""
        status = self.status or 200
        body = self.body
        if body is None:
            kind = "server_error" if status >= 500 else "invalid_request_error"
            body = error_body(f"The local server answers {status} because it was told to.", kind=kind)
        return Reply(body, status)

    def dress(self, answer: Answer) -> Answer:
        """The answer with the headers that the fault changes."""
        content_type = answer.content_type if self.content_type is None else self.content_type
        return replace(answer, headers={**answer.headers, **self.headers}, content_type=content_type)


NO_FAULT = Fault()


class Faults:
    """The queue of faults that wait for a request."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault, times: int = 1) -> None:
        """Let the fault befall the next `times` requests that it is meant for."""
        with self._lock:
            self._waiting.extend([fault] * times)

    def take(self, path: str) -> Fault:
        """The fault for a request to this path; one that does nothing when none waits."""
        with self._lock:
            for place, fault in enumerate(self._waiting):
                if path.endswith(fault.path):
                    return self._waiting.pop(place)
        return NO_FAULT

    def clear(self) -> None:
        """Forget the faults that still wait."""
        with self._lock:
            self._waiting.clear()
