"""What a handler is given and what it gives back; nothing here knows of sockets.

`Request` is the received request, taken apart. `Reply` is a whole answer, `StreamReply` one that comes as
server-sent events. A handler builds everything that can fail before it returns, because once a stream has begun there
is no status left to refuse with.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from typed_openai.local.forms import Form, UploadedFile
from typed_openai.local.state import State


@dataclass(frozen=True, slots=True)
class Request:
    """One received request. `headers` have lower-case names; `query` keeps every value of a repeated key."""

    method: str
    path: str
    query: Mapping[str, list[str]] = field(default_factory=dict[str, list[str]])
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    path_params: Mapping[str, str] = field(default_factory=dict[str, str])
    given: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What the request says in query, body and form, checked by the model of its parameters (`declared.py`)."""
    known: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What of that the model knows."""
    form: Form | None = None

    def file(self, name: str) -> UploadedFile:
        """The file of that name in the form, which was checked to have one."""
        return (self.form or Form((), ())).file(name)

    def files(self, name: str) -> list[UploadedFile]:
        """All files of that name in the form."""
        return [] if self.form is None else self.form.files(name)

    def query_text(self, name: str) -> str | None:
        """The last value given for a query parameter, or None."""
        values = self.query.get(name)
        return values[-1] if values else None


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer. A body of bytes is sent as it is, a string as UTF-8, everything else as JSON."""

    body: object
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    content_type: str = "application/json"

    def encoded(self) -> bytes:
        """The body as it goes over the wire."""
        if isinstance(self.body, bytes):
            return self.body
        return self.body.encode() if isinstance(self.body, str) else dump_json(self.body)


@dataclass(frozen=True, slots=True)
class Event:
    """One server-sent event: JSON data, and a name where the API gives its events names."""

    data: object
    name: str = ""

    def encoded(self) -> bytes:
        """The event as it goes over the wire, blank line included."""
        head = f"event: {self.name}\n".encode() if self.name else b""
        return head + b"data: " + dump_json(self.data) + b"\n\n"


class Encoded(Protocol):
    """What goes out as one piece of a stream: an `Event`, or bytes that came from elsewhere."""

    @property
    def data(self) -> object: ...

    def encoded(self) -> bytes:
        """The bytes."""
        ...


@dataclass(frozen=True, slots=True)
class StreamReply:
    """An answer in events. `ending` is what closes it, for the endpoints that say goodbye."""

    events: Iterable[Encoded]
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    content_type: str = "text/event-stream; charset=utf-8"
    ending: bytes = b"data: [DONE]\n\n"
    status: int = 200
    usage: object = None
    """What is consumed, as the plain answer would say it."""


POLL = {"openai-poll-after-ms": "10"}
"""The header that says when to ask again."""

Answer: TypeAlias = Reply | StreamReply
Handler: TypeAlias = Callable[[Request, State], Answer]


def dump_json(value: object) -> bytes:
    """Compact JSON in UTF-8, characters beyond ASCII unescaped, as the service writes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
