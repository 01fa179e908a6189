"""The file in which `client.map` keeps answers, so that what was paid for is not asked again (rules: `mapping.py`).

A line: `{"index": 3, "key": "...", "request_id": "req-1", "value": {...}}`. The key is SHA-256 of the operation and of
the JSON that is sent; with other parameters in its place an item is asked anew. The latest line of an item counts. Only
positions are held in memory; answers are read when their items come.
"""

from __future__ import annotations

import os
import threading
import time
from hashlib import sha256
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from pydantic_core import from_json, to_json

from typed_openai.core.meta import Meta
from typed_openai.core.request import Request, json_body
from typed_openai.core.response import parse
from typed_openai.errors import ConfigurationError

if TYPE_CHECKING:
    from typed_openai.client import BaseClient
    from typed_openai.core.endpoint import Endpoint
    from typed_openai.models.base import Params

_SYNC_SECONDS = 1.0


class _Place(NamedTuple):
    start: int
    size: int


class Checkpoint:
    """The answers of one job. May be used by several threads."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)
        self._lock = threading.Lock()
        self._places: dict[tuple[int, str], _Place] = {}
        try:
            self._file: BinaryIO = open(self.path, "r+b" if os.path.exists(self.path) else "w+b")  # noqa: SIM115
        except OSError as error:
            raise ConfigurationError(f"checkpoint: {error}") from error
        try:
            self._end = self._index()
        except ConfigurationError:
            self._file.close()
            raise
        self._file.truncate(self._end)
        self._synced = time.monotonic()

    def _index(self) -> int:
        """Where the answers are; gives the end of the last whole line."""
        end = 0
        for number, line in enumerate(self._file, 1):
            if not line.endswith(b"\n"):
                if not line.startswith(b'{"index":'[: len(line)]):
                    raise self._foreign(number)
                break  # torn when the process was killed
            if line.strip():
                self._places[self._read(number, line)] = _Place(end, len(line))
            end += len(line)
        return end

    def _read(self, number: int, line: bytes) -> tuple[int, str]:
        try:
            data = from_json(line)
        except ValueError:
            data = None
        if isinstance(data, dict):
            index, key = data.get("index"), data.get("key")
            if isinstance(index, int) and isinstance(key, str) and isinstance(data.get("value"), dict):
                return index, key
        raise self._foreign(number)

    def _foreign(self, number: int) -> ConfigurationError:
        return ConfigurationError(f"checkpoint: line {number} of {self.path} was not written by client.map")

    def find(self, index: int, operation: Endpoint, params: Params, client: BaseClient) -> Any:
        """The answer of an item, typed; None when it is not there."""
        place = self._places.get((index, key_of(operation, params)))
        if place is None:
            return None
        with self._lock:
            self._file.seek(place.start)
            data = from_json(self._file.read(place.size))
        id_ = data.get("request_id")
        meta = Meta(200, [("x-request-id", id_)] if isinstance(id_, str) else [], "POST", operation.path)
        request = Request(operation.title, "POST", operation.path, (), {})
        return parse(operation.model, to_json(data["value"]), meta, client.config, request)

    def add(self, index: int, operation: Endpoint, params: Params, value: Any) -> None:
        """Write down an answer."""
        key, id_ = to_json(key_of(operation, params)), to_json(value.meta.request_id)
        body = value.model_dump_json().encode()
        line = b'{"index":%d,"key":%b,"request_id":%b,"value":%b}\n' % (index, key, id_, body)
        with self._lock:
            self._file.seek(self._end)
            self._file.write(line)
            self._file.flush()
            self._end += len(line)
            if time.monotonic() - self._synced >= _SYNC_SECONDS:
                self._sync()

    def _sync(self) -> None:
        os.fsync(self._file.fileno())
        self._synced = time.monotonic()

    def close(self) -> None:
        """Everything onto the disk."""
        with self._lock:
            if not self._file.closed:
                self._sync()
                self._file.close()


def key_of(operation: Endpoint, params: Params) -> str:
    """What an item asks, as a hash."""
    return sha256(operation.title.encode() + b"\n" + json_body(operation.title, params, None)).hexdigest()
