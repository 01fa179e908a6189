"""A command in a real pseudo-terminal: what it draws is read as it comes, keys are pressed, the window has a size."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from types import TracebackType
from typing import Self

PATIENCE = 30.0
_BEGIN = """
import fcntl, runpy, signal, termios
signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell lets its background jobs ignore
fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # so that a Ctrl-C that is typed reaches this process
runpy.run_module("typed_openai", run_name="__main__", alter_sys=True)
"""
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07|\x1b[()][AB0]")


class Screen:
    """`with Screen("ask", "Hi") as screen: screen.wait_for("Local echo")`; `text` is all that was drawn."""

    def __init__(self, *arguments: str, rows: int = 24, columns: int = 100, **environment: str) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        given = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR")}
        self._process = subprocess.Popen(
            [sys.executable, "-c", _BEGIN, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**given, "TERM": "xterm-256color", **environment},
            start_new_session=True,
        )
        os.close(slave)
        self.text = ""
        self.code: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._master)

    @property
    def words(self) -> str:
        """What was drawn, without escapes."""
        return _ESCAPES.sub("", self.text).replace("\r", "")

    def wait_for(self, words: str, after: str = "", patience: float = PATIENCE) -> str:
        """Read until these words were drawn (after others); fails when they never are. Gives all words so far."""
        until = time.monotonic() + patience
        while words not in (self.words.partition(after)[2] if after else self.words):
            if not self._more(until):
                raise AssertionError(f"{words!r} never came; on the screen is {self.words!r}")
        return self.words

    def insist(self, keys: str, words: str, after: str = "") -> str:
        """Press keys every second until these words come. A Ctrl-C that arrives just when readline goes to sleep is
        noticed at the next key only (CPython); a person presses it again, too."""
        for _ in range(int(PATIENCE)):
            self.press(keys)
            with contextlib.suppress(AssertionError):
                return self.wait_for(words, after, patience=1.0)
        raise AssertionError(f"{words!r} never came; on the screen is {self.words!r}")

    def press(self, keys: str) -> None:
        """Type keys; `\\x03` is Ctrl-C."""
        os.write(self._master, keys.encode())

    def end(self) -> str:
        """Read until the command ends, and give its words; `code` is its exit status."""
        until = time.monotonic() + PATIENCE
        while self._more(until):
            pass
        self.code = self._process.wait(timeout=PATIENCE)
        return self.words

    def _more(self, until: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            raise AssertionError(f"nothing more came in time; on the screen is {self.words!r}")
        try:
            data = os.read(self._master, 65536)
        except OSError:  # Linux: the other side is closed
            return False
        self.text += data.decode("utf-8", "replace")
        return bool(data)
