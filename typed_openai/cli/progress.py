"""What takes its time shows that it does, on standard error, where somebody looks: bars for files, a line for waiting.

    with waiting(terminal, "batches.wait") as status:      ⠋ batches.wait: in_progress, 3 of 10, 0:42
    with Progress(terminal).bar("downloading", total) as advance:

Where standard error is no terminal nothing is shown, and nothing of rich is loaded.
"""

from __future__ import annotations

import io
import os
import threading
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typed_openai.cli.terminal import Terminal, clean

if TYPE_CHECKING:
    from rich.status import Status

_SMALL = 1 << 20
"""Bytes of a file that is sent too soon to be watched."""
_PATIENCE = 0.4
"""Seconds before a call counts as one that takes its time."""


class Waited:
    """The line that says what is waited for; a state as soon as one is known."""

    def __init__(self, what: str, status: Status | None) -> None:
        self._what = what
        self._status = status
        self._began = time.monotonic()
        self._state = ""
        self._lock = threading.Lock()
        self._over = threading.Event()

    def seen(self, result: Any) -> None:
        """The object that is waited for, as it was last seen."""
        counts = getattr(result, "request_counts", None) or getattr(result, "file_counts", None)
        done, total = (getattr(counts, name, None) for name in ("completed", "total"))
        of = f", {done} of {total}" if isinstance(done, int) and isinstance(total, int) and total else ""
        self._state = f"{getattr(result, 'status', '')}{of}{_cost(result)}"
        self._draw()

    def parts(self, progress: Any) -> None:
        """How far a file in parts is."""
        self._state = f"{len(progress.part_ids)} of {progress.parts} parts"
        self._draw()

    def _draw(self) -> None:
        if self._status is not None:
            seconds = int(time.monotonic() - self._began)
            state = f": {clean(self._state)}" if self._state else ""
            self._status.update(f"{self._what}{state}, {seconds // 60}:{seconds % 60:02}")

    def tick(self) -> None:
        """Show the line once it takes long, and count the seconds; runs in a thread of its own."""
        if self._status is None or self._over.wait(_PATIENCE):
            return
        self._draw()
        with self._lock:
            if not self._over.is_set():
                self._status.start()
        while not self._over.wait(1.0):
            self._draw()

    def end(self) -> None:
        """Take the line away."""
        self._over.set()
        with self._lock:
            if self._status is not None:
                self._status.stop()


def _cost(result: Any) -> str:
    """What it has cost so far, where that is known."""
    if getattr(result, "usage", None) is None or not hasattr(result, "cost"):
        return ""
    from typed_openai.errors import OpenAIError

    try:
        return f", ${result.cost().total:.4f}"
    except OpenAIError:
        return ""


@contextmanager
def waiting(terminal: Terminal, what: str) -> Generator[Waited]:
    """Say what is waited for, as soon as it takes longer than a moment."""
    if not terminal.watched:
        yield Waited(what, None)
        return
    waited = Waited(what, terminal.console(error=True).status(what))
    thread = threading.Thread(target=waited.tick, daemon=True)
    thread.start()
    try:
        yield waited
    finally:
        waited.end()


class Progress:
    """Bars for what is sent and fetched."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    @contextmanager
    def bar(self, what: str, total: int | None, shown: bool = True) -> Generator[Callable[[int], None]]:
        """A bar that is moved on by numbers of bytes; `total` is None where nobody knows it."""
        if not self._terminal.watched or not shown:
            yield lambda count: None
            return
        with _bars(self._terminal) as bars:
            task = bars.add_task(what, total=total)
            yield lambda count: bars.advance(task, count)

    @contextmanager
    def files(self, declaration: Any, params: dict[str, Any]) -> Generator[dict[str, Any]]:
        """The parameters of a call, its large files so that sending them can be watched."""
        from typed_openai.cli.parameters import parameters_of

        given = dict(params)
        if not self._terminal.watched:
            yield given
            return
        with ExitStack() as stack:
            for parameter in parameters_of(declaration):
                value = given.get(parameter.name)
                if parameter.shape.file and isinstance(value, str) and _size(value) > _SMALL:
                    given[parameter.name] = stack.enter_context(uploading(self._terminal, value))
            yield given


@contextmanager
def uploading(terminal: Terminal, path: str) -> Generator[Any]:
    """A file to be sent, with a bar while it is; the path itself where nobody looks or it is small."""
    size = _size(path)
    if not terminal.watched or size <= _SMALL:
        yield Path(path)
        return
    with _bars(terminal) as bars, open(path, "rb") as file:
        task = bars.add_task(f"sending {Path(path).name}", total=size)
        yield Watched(file, lambda place: bars.update(task, completed=place))


class Watched(io.RawIOBase):
    """An open file that tells how far it was read; one of our own, so that it has a name and can seek."""

    def __init__(self, file: io.BufferedReader, told: Callable[[int], object]) -> None:
        self._file = file
        self._told = told
        self.name = file.name

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes."""
        data = self._file.read(size)
        self._told(self._file.tell())
        return data

    def seek(self, place: int, whence: int = 0, /) -> int:
        """Go to a place."""
        return self._file.seek(place, whence)

    def tell(self) -> int:
        """Where it stands."""
        return self._file.tell()

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can be read again."""
        return True


def _size(path: str) -> int:
    try:
        return os.path.getsize(path)
    except OSError:
        return 0


def _bars(terminal: Terminal) -> Any:
    from rich import progress

    return progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.DownloadColumn(),
        progress.TransferSpeedColumn(),
        progress.TimeRemainingColumn(),
        console=terminal.console(error=True),
        transient=True,
    )
