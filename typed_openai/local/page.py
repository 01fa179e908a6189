"""The page at `/` of a local server: what is asked and answered, live, and buttons for what shall go wrong next.

    with LocalServer(page=Page()) as server: ...      http://127.0.0.1:PORT/ in a browser

One file (`page.html`), no framework, nothing from elsewhere: its Content-Security-Policy allows this server alone, and
its own script by its hash. What happens is a list of messages (asked, answered, event, ended); a browser gets all that
are kept and then each new one, as server-sent events.

Rules
* Who may see it is who may ask the server: requests in the name of this machine, from its own pages (`hosts.py`).
* Requests are shown as the journal keeps them, secrets redacted; requests for the page itself are not recorded, take no
  fault, and need no key.
* Bounded: the last `MOST_MESSAGES` messages, of each text the first `MOST_OF_A_TEXT` characters.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import re
import shlex
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

from typed_openai.local.errors import ApiError
from typed_openai.local.exchange import Reply, Request, StreamReply, dump_json
from typed_openai.local.faults import MEANT, Fault
from typed_openai.local.journal import RecordedRequest
from typed_openai.local.router import PREFIX

MOST_MESSAGES = 5000
MOST_OF_A_TEXT = 100_000
BELOW = "/_page/"
"""Where the page asks; no operation of the API stands there."""
_PATIENCE = 0.25
"""Seconds between two looks at whether the server stops."""
_KEEPALIVE = 15.0
_CODE = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)
_FAULTS: Mapping[str, type] = {**{name: kinds[-1] for name, (kinds, *_) in MEANT.items()}, "path": str}
"""What a button may ask for, and as what."""

Check = Callable[[str, str, bytes], list[str]]
"""Given method, path and body of a request: everything that is wrong with it."""


class Watched:
    """One request while it is answered. This one is watched by nobody."""

    def answered(self, reply: Reply | StreamReply) -> None:
        """Its answer begins."""

    def event(self, piece: bytes) -> None:
        """A piece of a streamed answer goes out."""

    def ended(self, how: str = "") -> None:
        """It is over; `how` says what went wrong."""


NOBODY = Watched()


class Page:
    """What browsers see of one server. `check` finds what is wrong with a request."""

    def __init__(self, check: Check | None = None) -> None:
        self._check = check
        self._messages: deque[tuple[int, bytes]] = deque(maxlen=MOST_MESSAGES)
        self._count = 0
        self._numbers = itertools.count(1)
        self._changed = threading.Condition()

    def takes(self, path: str) -> bool:
        """Whether a request is for the page."""
        return path == "/" or path.startswith(BELOW)

    def watch(self, request: Request) -> Watched:
        """Show a request; what becomes of it is told to what this gives."""
        record = RecordedRequest.of(request)
        number = next(self._numbers)
        query = f"?{urlencode(record.query, doseq=True)}" if record.query else ""
        self.tell(
            kind="asked",
            id=number,
            at=time.time(),
            method=record.method,
            path=record.path + query,
            headers=dict(record.headers),
            body=text_of(record.body),
            faults=[] if self._check is None else self._check(record.method, record.path, request.body),
            curl=curl_of(record, query),
        )
        return _Watching(self, number)

    def tell(self, **message: Any) -> None:
        """Let everybody who looks know."""
        with self._changed:
            self._count += 1
            self._messages.append((self._count, dump_json(message)))
            self._changed.notify_all()

    def forget(self) -> None:
        """Drop everything that is shown."""
        with self._changed:
            self._messages.clear()
        self.tell(kind="forgotten")

    def answer(self, request: Request, act: Callable[[str, Mapping[str, Any]], None]) -> Reply | None:
        """The answer to a request of the page, None for its events; `act` does what a button asks for. Raises
        `ApiError` for what the page never asks."""
        if request.path == "/":
            return _html()
        name = request.path.removeprefix(BELOW)
        if name == "events" and request.method == "GET":
            return None
        if request.method != "POST" or name not in ("fault", "say", "forget"):
            raise ApiError(404, f"The page has no {request.path!r}.")
        if not request.headers.get("content-type", "").startswith("application/json"):
            raise ApiError(415, "The page sends JSON.")  # what a form of another site cannot do unasked
        if name == "forget":
            self.forget()
        act(name, json.loads(request.body or b"{}"))
        return Reply({"done": True})

    def follow(self, after: int, stopping: threading.Event) -> Iterator[bytes]:
        """The messages after a number, as server-sent events, and each new one as it comes; a comment now and then."""
        quiet = time.monotonic()
        while not stopping.is_set():
            with self._changed:
                waiting = [entry for entry in self._messages if entry[0] > after]
                if not waiting:
                    self._changed.wait(_PATIENCE)
            for number, message in waiting:
                yield b"id: %d\ndata: %b\n\n" % (number, message)
                after, quiet = number, time.monotonic()
            if time.monotonic() - quiet > _KEEPALIVE:
                yield b": nothing new\n\n"
                quiet = time.monotonic()


class _Watching(Watched):
    def __init__(self, page: Page, number: int) -> None:
        self._page = page
        self._number = number
        self._began = time.perf_counter()

    def answered(self, reply: Reply | StreamReply) -> None:
        body = text_of(reply.encoded()) if isinstance(reply, Reply) else None
        took = round((time.perf_counter() - self._began) * 1000, 1)
        self._page.tell(
            kind="answered",
            id=self._number,
            status=reply.status,
            ms=took,
            body=body,
            content_type=reply.content_type,
            headers=dict(reply.headers),
        )

    def event(self, piece: bytes) -> None:
        self._page.tell(kind="event", id=self._number, text=text_of(piece))

    def ended(self, how: str = "") -> None:
        self._page.tell(kind="ended", id=self._number, how=how)


def fault_of(wanted: Mapping[str, Any]) -> Fault:
    """The fault that a button asks for. Raises `ApiError` where it is none."""
    unknown = [name for name in wanted if name not in _FAULTS]
    if unknown:
        raise ApiError(400, f"There is no fault {unknown[0]!r}; there are {', '.join(_FAULTS)}.")
    try:
        made: dict[str, Any] = {name: _FAULTS[name](value) for name, value in wanted.items()}
        return Fault(**made)
    except (TypeError, ValueError) as error:
        raise ApiError(400, f"That is not a fault: {error}.") from None


def text_of(body: bytes) -> str:
    """A body as it is shown: text, cut where it is long; of anything else its size."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return f"({len(body):,} bytes)"
    return text if len(text) <= MOST_OF_A_TEXT else f"{text[:MOST_OF_A_TEXT]}… ({len(text):,} characters)"


_BY_CURL = ("host", "content-length", "user-agent", "accept-encoding", "connection", "transfer-encoding")
_SECRET = {"authorization": "Bearer $", "api-key": "$"}
"""What stands before the variable of a key."""


def curl_of(record: RecordedRequest, query: str) -> str:
    """The request as a curl command; the key is `$OPENAI_API_KEY` (of an administrator `$OPENAI_ADMIN_KEY`), the server
    the `Host` that was asked."""
    from typed_openai.core.setting_types import ADMINISTRATION

    administers = record.path.removeprefix(PREFIX).startswith(ADMINISTRATION)
    key = "OPENAI_ADMIN_KEY" if administers else "OPENAI_API_KEY"
    url = f"http://{record.headers.get('host', '127.0.0.1')}{record.path}{query}"
    parts = [f"curl -sS -X {record.method} {shlex.quote(url)}"]
    for name, value in record.headers.items():
        if name in _SECRET:
            parts.append(f'-H "{name}: {_SECRET[name]}{key}"')
        elif name not in _BY_CURL:
            parts.append(f"-H {shlex.quote(f'{name}: {value}')}")
    if record.body:
        text = text_of(record.body)
        shown = "@body" if text.startswith("(") and text.endswith(" bytes)") else shlex.quote(text)
        parts.append(f"--data-binary {shown}")
    return " \\\n  ".join(parts)


def _html() -> Reply:
    """The page, with a policy that lets its own script run and nothing else."""
    source = (files("typed_openai.local") / "page.html").read_text("utf-8")
    hashes = {kind: _hash(code) for kind, code in _CODE.findall(source)}
    policy = (
        f"default-src 'none'; script-src {hashes['script']}; style-src {hashes['style']}; "
        "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    headers = {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
    }
    return Reply(source, 200, headers, "text/html; charset=utf-8")


def _hash(code: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"
