"""What `typed-openai serve` adds to the local server: what the client would have refused, and an end by a signal."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from typed_openai.core.declare.endpoint import Endpoint
from typed_openai.core.declare.resource import Nested
from typed_openai.core.request.params import check_params
from typed_openai.errors import RequestValidationError
from typed_openai.settings.config import Config


def faults_of(method: str, path: str, body: bytes) -> list[str]:
    """Everything that the client would refuse about a JSON body; nothing where no operation takes one there."""
    endpoint = _operations().get(method + _shape(path))
    if endpoint is None or endpoint.params is None or endpoint.multipart or method != "POST":
        return []
    try:
        given = json.loads(body or b"{}")
    except ValueError as error:
        return [f"not JSON: {error}"]
    if not isinstance(given, dict):
        return ["an object is wanted"]
    try:
        check_params(endpoint.title, endpoint.params, None, given, Config())
    except RequestValidationError as error:
        return [str(fault) for fault in error.faults]
    return []


_known: dict[str, Endpoint] = {}


def _operations() -> dict[str, Endpoint]:
    """The operations by method and shape of their path (`POST/files/*`)."""
    if not _known:
        from typed_openai.resources import Resources

        waiting: list[Any] = [Resources]
        for area in waiting:
            for value in vars(area).values():
                if isinstance(value, Nested):
                    loaded = value.load()
                    if loaded not in waiting:
                        waiting.append(loaded)
                elif isinstance(value, Endpoint) and value.events_at is None:
                    _known.setdefault(value.method + _template(value.path), value)
    return _known


def _template(path: str) -> str:
    return "/".join("*" if part.startswith("{") else part for part in path.split("/"))


def _shape(path: str) -> str:
    """The path of a request as that of the operation that it is for."""
    parts = path.removeprefix("/v1").split("/")
    names = {part for key in _operations() for part in key.split("/")}
    return "/".join(part if part in names or not part else "*" for part in parts)


@contextmanager
def until_ended() -> Generator[threading.Event]:
    """An event that is set by Ctrl-C or SIGTERM, which end nothing else meanwhile."""
    over = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        over.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield over
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
