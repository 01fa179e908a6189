"""Where output goes: whether somebody looks at it, in which width, with which colours. Everything prints through here.

Rules
* `NO_COLOR` (not empty) takes the colours away, `FORCE_COLOR` brings them into pipes; neither makes a pipe a terminal.
* Text of a server never reaches a terminal with control characters in it (`clean`); a pipe gets it as it came.
* Results go to standard output, everything else (notes, progress, errors) to standard error.
* A reader that goes away (`| head`) is not an error: `Closed` is raised, and the command ends quietly with 0.
* rich is loaded when a terminal is there to show something on, and not before.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from typing import TYPE_CHECKING, Any, Protocol, TextIO

if TYPE_CHECKING:
    from rich.console import Console

_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Closed(Exception):
    """Whoever read the output went away."""


def clean(text: str) -> str:
    """Text without what a terminal would obey: control characters (but for tabs and line ends) are spelled out."""
    return _UNFIT.sub(lambda found: "" if found[0] == "\r" else repr(found[0])[1:-1], text)


class Out(Protocol):
    """What results are written to: a text stream with the bytes below it."""

    @property
    def buffer(self) -> Any: ...
    def write(self, text: str, /) -> object: ...
    def flush(self) -> None: ...
    def isatty(self) -> bool: ...


class Terminal:
    """Both outputs of a command."""

    def __init__(self) -> None:
        self.out: Out = sys.stdout
        self.err: TextIO = sys.stderr
        self._consoles: dict[bool, Console] = {}

    @property
    def seen(self) -> bool:
        """Whether standard output is a terminal: then tables, colours and Markdown, else JSON."""
        return self.out.isatty()

    @property
    def watched(self) -> bool:
        """Whether standard error is a terminal, so that progress may be shown."""
        return self.err.isatty() and os.environ.get("TERM") != "dumb"

    @property
    def width(self) -> int:
        """Columns."""
        return shutil.get_terminal_size((100, 24)).columns

    def write(self, text: str) -> None:
        """Write text of ours to standard output; raises `Closed` when nobody reads it any more."""
        try:
            self.out.write(text)
            self.out.flush()
        except BrokenPipeError:
            raise Closed from None

    def line(self, text: str) -> None:
        """Write one text of a server and end the line: cleaned where it would reach a terminal."""
        self.write((clean(text) if self.seen else text) + "\n")

    def write_bytes(self, content: bytes) -> None:
        """Write bytes as they are; raises `Closed` when nobody reads them any more."""
        try:
            self.out.flush()
            self.out.buffer.write(content)
            self.out.buffer.flush()
        except BrokenPipeError:
            raise Closed from None

    def note(self, text: str) -> None:
        """Say something beside the result, on standard error."""
        self.err.write(f"{clean(text)}\n")
        self.err.flush()

    def console(self, error: bool = False) -> Console:
        """rich's view of standard output, or of standard error."""
        if error not in self._consoles:
            from rich.console import Console

            stream: Any = self.err if error else self.out
            self._consoles[error] = Console(file=stream, highlight=False, soft_wrap=False, **_colours(stream))
        return self._consoles[error]


def _colours(stream: TextIO) -> dict[str, Any]:
    """What rich is told: it knows NO_COLOR and FORCE_COLOR, but takes the latter for a terminal."""
    return {"force_terminal": True} if stream.isatty() else {"force_terminal": False}
