"""Files that are written beside their place and moved there when they are whole.

    with replacing(path) as target:
        target.write(block)

Rules
* Until the end of the block what was at `path` stays as it is; when the block raises, it stays for good, and nothing
  is left beside it.
* A link goes on to lead where it led: what it leads to is replaced. The new file has the permissions of the old one, or
  those that are given, or those that `open` gives; while it is written it has no others. What is not a regular file
  (`/dev/null`, a pipe) is written to directly.

Weak spot: where the folder takes no new file, nothing is written, although the old file might take it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Generator
from contextlib import contextmanager, suppress
from functools import partial
from typing import IO


@contextmanager
def replacing(path: str | os.PathLike[str], permissions: int | None = None) -> Generator[IO[bytes], None, None]:
    """A file to write bytes to, which takes the place of `path` at the end. Raises `OSError` like `open`."""
    place = os.path.realpath(path)
    try:
        mode: int | None = os.stat(place).st_mode
    except FileNotFoundError:
        mode = permissions
    if mode is not None and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        with open(place, "wb") as target:
            yield target
        return
    beside = os.path.join(os.path.dirname(place), f".{os.path.basename(place)[:200]}.{os.urandom(6).hex()}.part")
    try:
        with open(beside, "xb", opener=None if mode is None else partial(os.open, mode=stat.S_IMODE(mode))) as target:
            yield target
        if mode is not None:
            os.chmod(beside, stat.S_IMODE(mode))
        os.replace(beside, place)
    finally:
        with suppress(FileNotFoundError):  # it has been moved
            os.unlink(beside)
