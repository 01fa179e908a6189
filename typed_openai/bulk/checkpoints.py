"""The file in which `client.map` keeps answers, so that what was paid for is not asked again (rules: `bulk/map.py`).

A line: `{"index": 3, "key": "...", "request_id": "req-1", "value": {...}}`. The key is SHA-256 of the operation and of
the JSON that is sent. An item takes the answer to what it asks: that of its own position before any other, and no
answer serves two items. Only positions are held in memory (some 400 bytes for each answer that no item has taken yet);
answers are read when their items come. How the file is written, and what becomes of a torn end: `bulk/appended.py`.

Weak spot: what a client adds to each request (another server, `default_query`, headers) is not part of the key.
"""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import from_json, to_json

from typed_openai.bulk.appended import AppendedFile
from typed_openai.core.answer.meta import Meta
from typed_openai.core.answer.response import parse
from typed_openai.core.redact import logger
from typed_openai.core.request.params import json_body
from typed_openai.core.run.effects import Request
from typed_openai.errors import APIError, ConfigurationError, ResponseValidationError

if TYPE_CHECKING:
    from typed_openai.bulk.endpoints import BatchedOperation
    from typed_openai.core.caller import Caller
    from typed_openai.models.base import Params


class _Place(NamedTuple):
    start: int
    size: int


class Checkpoint(AppendedFile):
    """The answers of one job. May be used by several threads."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._places: dict[bytes, dict[int, _Place]] = {}
        """By key, then by the position of the item that got the answer (below 0 where several had the same)."""
        super().__init__(path, "checkpoint")

    def _is_torn(self, written: bytes) -> bool:
        return written.startswith(b'{"index":'[: len(written)])

    def _take(self, number: int, start: int, line: bytes) -> None:
        index, key = self._read(number, line)
        known = self._places.setdefault(key, {})
        known[-1 - len(known) if index in known else index] = _Place(start, len(line))

    def _read(self, number: int, line: bytes) -> tuple[int, bytes]:
        try:
            data = from_json(line)
        except ValueError:
            data = None
        if isinstance(data, dict):
            index, key = data.get("index"), data.get("key")
            if isinstance(index, int) and isinstance(key, str) and isinstance(data.get("value"), dict):
                return index, key.encode()
        raise self._foreign(number)

    def _foreign(self, number: int) -> ConfigurationError:
        return ConfigurationError(f"checkpoint: line {number} of {self.path} was not written by client.map")

    def find(self, index: int, operation: BatchedOperation, params: Params, client: Caller) -> Any:
        """The answer of an item, typed, to be taken once; None when there is none, or what was kept is not an
        answer."""
        while (data := self._taken(index, key_of(operation, params))) is not None:
            id_ = data.get("request_id")
            meta = Meta(200, [("x-request-id", id_)] if isinstance(id_, str) else [], "POST", operation.path)
            request = Request(operation.title, "POST", operation.path, (), {}, params=params)
            try:
                return parse(operation.model, to_json(data["value"]), meta, client.config, request)
            except ResponseValidationError:
                raise
            except APIError as error:
                logger.warning("checkpoint: what %s holds is not an answer and does not count: %s", self.path, error)
        return None

    def _taken(self, index: int, key: bytes) -> Any:
        """The line of an answer, which nobody else gets any more; None when there is none (left)."""
        with self._lock:
            places = self._places.get(key)
            if not places:
                return None
            place = places.pop(index if index in places else next(iter(places)))
            return from_json(self.read_at(*place))

    def add(self, index: int, operation: BatchedOperation, params: Params, value: Any) -> None:
        """Write down an answer. Raises `ConfigurationError` when it cannot be written."""
        key, id_ = to_json(key_of(operation, params)), to_json(value.meta.request_id)
        body = value.model_dump_json().encode()
        self.append(b'{"index":%d,"key":%b,"request_id":%b,"value":%b}\n' % (index, key, id_, body))


def key_of(operation: BatchedOperation, params: Params) -> bytes:
    """What an item asks, as a hash in hexadecimal digits."""
    digest = sha256(operation.title.encode() + b"\n" + json_body(operation.title, params, None))
    return digest.hexdigest().encode()
