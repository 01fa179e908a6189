"""A JSONL file that one job at a time appends to, line by line, and that a killed process leaves readable.

Rules
* Each line is handed to the system at once; `fsync` follows when it is due (`SYNC_SECONDS`) and at the end.
* What a process or machine that died left at the end (half a line, the zero bytes of blocks that were never written) is
  cut off. A file that is somebody else's is refused and left as it is.
* A line that cannot be written whole (a full disk) leaves the file as it was.
* The lock is on what the path names: who waited for it while the file was removed, or another put in its place, opens
  what is there now. What is removed or put in place is locked until, or before, others can find it.

Weak spot: the lock that keeps a second job off the file is the system's (`flock`): there is none on Windows, nor on
some network disks.
"""

from __future__ import annotations

import os
import shutil
import stat
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import BinaryIO

from typed_openai.errors import ConfigurationError

_BLOCK = 1024 * 1024
BLANK = b"\0 \t\r\n"
"""What stands in no line: a crash leaves zero bytes, before one, after it, or instead of it."""
SYNC_SECONDS = 1.0
"""How long a line may wait for `fsync`."""
_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
_MOVES_OPEN_FILES = os.name != "nt"


class AppendedFile:
    """The lines of one job. May be used by several threads. Subclasses say what a line is (`_take`, `_is_torn`)."""

    def __init__(self, path: str | os.PathLike[str], what: str) -> None:
        self.path: str = os.fspath(path)
        self.what = what
        self._lock = threading.Lock()
        self._end = 0
        was_there = os.path.exists(self.path)
        try:
            self._have(self._opened())
        except OSError as error:
            raise ConfigurationError(f"{what}: {error}") from error
        try:
            self.is_made: bool = not was_there and os.fstat(self._file).st_size == 0
            """Whether there was no such file before."""
            self._end, is_ended = self._index()
            os.ftruncate(self._file, self._end)
            if not is_ended:
                self.append(b"\n")
        except ConfigurationError:
            self._close()
            raise
        except OSError as error:  # what looks like a file and cannot be read as one (/proc/self/mem)
            self._close()
            raise ConfigurationError(f"{what}: {self.path} cannot be read: {error}") from error
        self._begun = self._end
        self._synced = time.monotonic()

    @property
    def has_grown(self) -> bool:
        """Whether this job has written a line."""
        return self._end > self._begun

    def _take(self, number: int, start: int, line: bytes) -> None:
        """Learn what a line holds. Raises `ConfigurationError` when it was not written by a job of this kind."""
        raise self._foreign(number)

    def _is_torn(self, written: bytes) -> bool:
        """Whether a last line without an end is the beginning of one of ours."""
        return False

    def _is_whole(self, written: bytes) -> bool:
        """Whether a last line without an end is one all the same."""
        return False

    def _foreign(self, number: int) -> ConfigurationError:
        return ConfigurationError(f"{self.what}: line {number} of {self.path} was not written by this job")

    def _opened(self) -> int:
        """The file that the path names, once nobody else has it."""
        while True:
            with ExitStack() as unless_found:
                file = os.open(self.path, _FLAGS, 0o666)
                unless_found.callback(os.close, file)
                if not stat.S_ISREG(os.fstat(file).st_mode):
                    raise ConfigurationError(f"{self.what}: {self.path} is a device or a pipe: give the path of a file")
                self._claim(file)
                if os.path.exists(self.path) and os.path.samestat(os.fstat(file), os.stat(self.path)):
                    unless_found.pop_all()
                    return file  # else whoever had it has removed it, or put another in its place

    def _have(self, file: int) -> None:
        self._file = file
        self._close = weakref.finalize(self, os.close, file)  # also when nobody ever begins the job

    def _claim(self, file: int) -> None:
        """Keep other jobs off a file."""
        try:
            import fcntl
        except ModuleNotFoundError:
            return  # Windows
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigurationError(f"{self.what}: another job is writing to {self.path}") from None
        except OSError:
            return  # a disk that knows no locks

    def _index(self) -> tuple[int, bool]:
        """Take all lines; gives the end of the last whole one, and whether it has one."""
        end, is_ended = 0, True
        with open(self._file, "rb", closefd=False) as file:
            for number, line in enumerate(_lines(file), 1):
                is_ended = line.endswith(b"\n")
                if not is_ended and not self._is_whole(line):
                    is_ended = True
                    written = line.rstrip(b"\0")
                    if not self._is_torn(written) or len(line) == _BLOCK > len(written) == end:
                        raise self._foreign(number)
                    break  # torn when the process was killed, or the machine
                content = line.strip(BLANK)
                if content:
                    self._take(number, end + line.index(content), content)
                end += len(line)
        return end, is_ended

    def read_at(self, start: int, size: int) -> bytes:
        """A part of the file; the caller holds the lock."""
        os.lseek(self._file, start, os.SEEK_SET)
        return os.read(self._file, size)

    def append(self, line: bytes) -> None:
        """Write a line: it survives the end of the process, not yet that of the machine.

        Raises `ConfigurationError` when it cannot be written; the file then ends with the line before it.
        """
        with self._lock:
            try:
                self._write(line)
            except OSError as error:
                os.ftruncate(self._file, self._end)
                raise ConfigurationError(f"{self.what}: {error}: {self.path}") from error
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

    def remove(self) -> None:
        """Remove the file; it takes no more lines."""
        if not _MOVES_OPEN_FILES:
            self._close()
        os.unlink(os.path.realpath(self.path))  # a link to it stays
        self._close()

    def replace(self, write: Callable[[BinaryIO], object]) -> None:
        """Put another file in the place of this one, in one step; raises `OSError` when that cannot be."""
        place = os.path.realpath(self.path)
        beside = f"{place}.tidy"
        with ExitStack() as undo:
            file = os.open(beside, _FLAGS | os.O_TRUNC, 0o666)
            undo.callback(os.unlink, beside)
            if _MOVES_OPEN_FILES:
                undo.callback(os.close, file)
            self._claim(file)
            with open(file, "wb", closefd=not _MOVES_OPEN_FILES) as opened:
                write(opened)
                opened.flush()
                os.fsync(file)
            shutil.copymode(place, beside)
            if not _MOVES_OPEN_FILES:
                self._close()
            os.replace(beside, place)
            undo.pop_all()
        self._close()
        if _MOVES_OPEN_FILES:
            self._have(file)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines; of a run of zero bytes only the beginning, however long it is."""
    while line := file.readline(_BLOCK):
        while len(line) % _BLOCK == 0 and not line.endswith((b"\n", b"\0")) and (more := file.readline(_BLOCK)):
            line += more
        yield line
