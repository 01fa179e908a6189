"""Pictures without a model: PNG files drawn from a text by rule, with `zlib` and `struct` alone.

A picture is a field of coloured squares, symmetrical like a folded ink blot, in colours that the text decides. The same
text, size and detail give the same bytes. `detail` is the number of squares on the shorter side: a stream shows a
coarse picture before the fine one.

Weak spot: what the text means has no part in what is drawn.
"""

from __future__ import annotations

import struct
import zlib
from hashlib import sha256

COLOURS = 8
FINE = 16
"""Squares on the shorter side of a finished picture."""
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png(text: str, width: int, height: int, detail: int = FINE) -> bytes:
    """A picture of this size, for this text."""
    seed = sha256(text.encode("utf-8", "surrogatepass")).digest()
    palette = b"".join(sha256(seed + bytes([number])).digest()[:3] for number in range(COLOURS))
    side = max(1, min(width, height) // detail)
    columns, rows = -(-width // side), -(-height // side)
    lines: list[bytes] = []
    for row in range(rows):
        mirrored = [_colour(seed, min(column, columns - 1 - column), row) for column in range(columns)]
        line = b"".join(bytes([colour]) * side for colour in mirrored)[:width]
        lines += [b"\0" + line] * min(side, height - row * side)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)  # 8 bits a pixel, with a palette
    return SIGNATURE + b"".join(
        _chunk(kind, data)
        for kind, data in (
            (b"IHDR", header),
            (b"PLTE", palette),
            (b"IDAT", zlib.compress(b"".join(lines), 6)),
            (b"IEND", b""),
        )
    )


def _colour(seed: bytes, column: int, row: int) -> int:
    return zlib.crc32(seed + struct.pack(">II", column, row)) % COLOURS


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
