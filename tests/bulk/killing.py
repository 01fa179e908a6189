"""Jobs in a process of their own: killed when the output has so many lines, or run on a terminal."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
JOB = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell lets its background jobs ignore
from typed_openai import OpenAI
OpenAI().bulk(sys.argv[1], sys.argv[2], **eval(sys.argv[3]))
"""


def killed_at(lines: int, given: Path, out: Path, how: signal.Signals = signal.SIGKILL, **options: object) -> int:
    """Begin a job, kill it once `out` (or the files in it, of a directory) has so many lines; its exit code."""
    command = [sys.executable, "-c", JOB, str(given), str(out), repr(options)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL) as process:
        try:
            until = time.monotonic() + 120
            while written(out) < lines:
                assert process.poll() is None, "the job ended before it was killed"
                assert time.monotonic() < until
                time.sleep(0.002)
            os.kill(process.pid, how)
            return process.wait(60)
        finally:
            process.kill()


def written(out: Path) -> int:
    """Whole lines in the files whose names begin like that of the output."""
    there = [path for path in out.parent.rglob("*") if path.is_file() and str(path).startswith(str(out))]
    return sum(path.read_bytes().count(b"\n") for path in there if path.suffix == ".jsonl")


def on_a_terminal(program: str, arguments: Sequence[object], **environment: str) -> tuple[int, str]:
    """Run a program with its output on a terminal; its exit code, and all that it wrote."""
    whole = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "120", **environment}
    leader, follower = pty.openpty()
    command = [sys.executable, "-c", program, *map(str, arguments)]
    process = subprocess.Popen(command, cwd=ROOT, env=whole, stderr=follower, stdout=follower)
    os.close(follower)
    said = b""
    try:
        while block := os.read(leader, 65536):
            said += block
    except OSError:
        pass  # the other end is closed
    os.close(leader)
    return process.wait(60), said.decode()
