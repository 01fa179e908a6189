"""Standard streams as a program of ours needs them: open, and able to write whatever a server says. And `tell`.

Rules
* `COLUMNS=0` (a shell in a container that found no terminal) says nothing of a width: rich would draw into no column.
* One that is closed (`>&-`, a service without a console) leads nowhere. Its number is taken, so that no file or socket
  that is opened later gets it, and with it what others write there.
* A character that the encoding of standard output does not have (a pipe on Windows, `PYTHONIOENCODING=ascii`) is
  written as JSON writes it, `\\u65e5`: JSON stays JSON, and nothing that was paid for is lost.

`make_ready` is only for programs of ours, as the first thing they do: the streams of somebody else's are theirs.
"""

from __future__ import annotations

import codecs
import io
import json
import os
import sys
from contextlib import suppress

_ESCAPES = "typed_openai.json"


def make_ready() -> None:
    """Open what is closed, and teach standard output to spell out what it cannot write."""
    for name in ("COLUMNS", "LINES"):
        if os.environ.get(name, "").strip("0") == "":
            os.environ.pop(name, None)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # the lowest number that is free is that of the stream that is missing
            nowhere = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(nowhere, mode, encoding="utf-8", errors="backslashreplace", closefd=False))
    codecs.register_error(_ESCAPES, _escaped)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors=_ESCAPES)


def _escaped(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


def tell(text: str) -> None:
    """A line on standard error for whoever reads it: no reason to fail where nobody does any more (`2>&1 | head`), the
    disk of a log is full, the stream is closed, or there is none (a service, `pythonw`)."""
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
