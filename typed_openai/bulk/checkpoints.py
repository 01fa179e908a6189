"""The file in which `client.map` keeps answers, so that what was paid for is not asked again (rules: `bulk/map.py`).

A line: `{"index": 3, "key": "...", "request_id": "req-1", "value": {...}}`. The key is SHA-256 of the operation and of
the JSON that is sent. An item takes the answer to what it asks: that of its own position before any other, and no
answer serves two items. Only positions are held in memory (some 400 bytes for each answer that no item has taken yet);
answers are read when their items come. What a process or machine that died left at the end (half a line, the zero bytes
of blocks that were never written) is cut off.

Weak spots: the lock that keeps a second job off the file is the system's (`flock`): there is none on Windows, nor on
some network disks. What a client adds to each request (another server, `default_query`, headers) is no part of the key.
"""

from __future__ import annotations

import os
import stat
import threading
import time
import weakref
from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from pydantic_core import from_json, to_json

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

_BLOCK = 1024 * 1024
SYNC_SECONDS = 1.0
"""How long an answer may wait for `fsync`."""


class _Place(NamedTuple):
    start: int
    size: int


class Checkpoint:
    """The answers of one job. May be used by several threads."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)
        self._lock = threading.Lock()
        self._places: dict[bytes, dict[int, _Place]] = {}
        """By key, then by the position of the item that got the answer (below 0 where several had the same)."""
        try:
            self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
        except OSError as error:
            raise ConfigurationError(f"checkpoint: {error}") from error
        self._close = weakref.finalize(self, os.close, self._file)  # also when nobody ever begins the job
        try:
            if not stat.S_ISREG(os.fstat(self._file).st_mode):
                raise ConfigurationError(f"checkpoint: {self.path} is a device or a pipe: give the path of a file")
            self._claim()
            self._end = self._index()
            os.ftruncate(self._file, self._end)
        except ConfigurationError:
            self._close()
            raise
        self._synced = time.monotonic()

    def _claim(self) -> None:
        """Keep other jobs off the file."""
        try:
            import fcntl
        except ModuleNotFoundError:
            return  # Windows
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigurationError(f"checkpoint: another job is writing to {self.path}") from None
        except OSError:
            return  # a disk that knows no locks

    def _index(self) -> int:
        """Where the answers are; gives the end of the last whole line."""
        end = 0
        with open(self._file, "rb", closefd=False) as file:
            for number, line in enumerate(_lines(file), 1):
                if not line.endswith(b"\n"):
                    written = line.rstrip(b"\0")
                    if (
                        not written.startswith(b'{"index":'[: len(written)])
                        or len(line) == _BLOCK > len(written) == end
                    ):
                        raise self._foreign(number)
                    break  # torn when the process was killed, or the machine
                if line.strip():
                    index, key = self._read(number, line)
                    known = self._places.setdefault(key, {})
                    known[-1 - len(known) if index in known else index] = _Place(end, len(line))
                end += len(line)
        return end

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
        """The answer of an item, typed, to be taken once; None when there is none, or what was kept is no answer."""
        while (data := self._taken(index, key_of(operation, params))) is not None:
            id_ = data.get("request_id")
            meta = Meta(200, [("x-request-id", id_)] if isinstance(id_, str) else [], "POST", operation.path)
            request = Request(operation.title, "POST", operation.path, (), {}, params=params)
            try:
                return parse(operation.model, to_json(data["value"]), meta, client.config, request)
            except ResponseValidationError:
                raise
            except APIError as error:
                logger.warning("checkpoint: what %s holds is no answer and does not count: %s", self.path, error)
        return None

    def _taken(self, index: int, key: bytes) -> Any:
        """The line of an answer, which nobody else gets any more; None when there is none (left)."""
        with self._lock:
            places = self._places.get(key)
            if not places:
                return None
            place = places.pop(index if index in places else next(iter(places)))
            os.lseek(self._file, place.start, os.SEEK_SET)
            return from_json(os.read(self._file, place.size))

    def add(self, index: int, operation: BatchedOperation, params: Params, value: Any) -> None:
        """Write down an answer: it survives the end of the process, not yet that of the machine.

        Raises `ConfigurationError` when it cannot be written; the file then ends with the answer before it.
        """
        key, id_ = to_json(key_of(operation, params)), to_json(value.meta.request_id)
        body = value.model_dump_json().encode()
        line = b'{"index":%d,"key":%b,"request_id":%b,"value":%b}\n' % (index, key, id_, body)
        with self._lock:
            try:
                self._write(line)
            except OSError as error:
                os.ftruncate(self._file, self._end)
                raise ConfigurationError(f"checkpoint: {error}: {self.path}") from error
            self._end += len(line)

    def _write(self, line: bytes) -> None:
        os.lseek(self._file, self._end, os.SEEK_SET)
        rest = memoryview(line)
        while rest:
            rest = rest[os.write(self._file, rest) :]

    @property
    def is_due(self) -> bool:
        """Whether it is time to `sync`."""
        return time.monotonic() - self._synced >= SYNC_SECONDS

    def sync(self) -> None:
        """Everything onto the disk."""
        with self._lock:
            if self._close.alive:
                os.fsync(self._file)
                self._synced = time.monotonic()

    def close(self) -> None:
        """Everything onto the disk, and others may have the file."""
        self.sync()
        with self._lock:
            self._close()


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines; of a run of zero bytes only the beginning, however long it is."""
    while line := file.readline(_BLOCK):
        while len(line) % _BLOCK == 0 and not line.endswith((b"\n", b"\0")) and (more := file.readline(_BLOCK)):
            line += more
        yield line


def key_of(operation: BatchedOperation, params: Params) -> bytes:
    """What an item asks, as a hash in hexadecimal digits."""
    digest = sha256(operation.title.encode() + b"\n" + json_body(operation.title, params, None))
    return digest.hexdigest().encode()
