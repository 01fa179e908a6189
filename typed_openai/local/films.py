"""Videos without a model: MP4 files of one drawn picture (`pictures.py`) a second, written with `struct` alone.

The pictures are PNG, which MPEG-4 allows (object type 0x6D) and ffmpeg plays; there is no sound. The same text, size
and length give the same bytes.

Weak spot: browsers do not show PNG in MP4; what reads the file with ffmpeg (players, `av`, OpenCV) does.
"""

from __future__ import annotations

import struct

from typed_openai.local.pictures import png

COARSE = 4
"""Squares on the shorter side of a picture: they are many."""
_SCALE = 1000
"""Units of time in a second."""
_UPRIGHT = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
"""The matrix that turns nothing."""


def frames(text: str, width: int, height: int, seconds: int) -> list[bytes]:
    """The pictures of a video, one a second."""
    return [png(f"{text} @{second}", width, height, COARSE) for second in range(seconds)]


def mp4(pictures: list[bytes], width: int, height: int) -> bytes:
    """A video that shows each of these PNG files for a second."""
    start = _box(b"ftyp", b"isom" + struct.pack(">I", 0x200) + b"isomiso2mp41")
    before = len(start) + len(_index(pictures, width, height, 0)) + 8
    return start + _index(pictures, width, height, before) + _box(b"mdat", *pictures)


def _box(kind: bytes, *parts: bytes) -> bytes:
    return struct.pack(">I", 8 + sum(map(len, parts))) + kind + b"".join(parts)


def _full(kind: bytes, *parts: bytes, flags: int = 0) -> bytes:
    return _box(kind, struct.pack(">I", flags), *parts)


def _index(pictures: list[bytes], width: int, height: int, first: int) -> bytes:
    """What stands before the pictures: how long each is shown, how large it is, and where the first begins."""
    length = len(pictures) * _SCALE
    times = struct.pack(">IIII", 0, 0, _SCALE, length)
    track_times = struct.pack(">IIIII", 0, 0, 1, 0, length)
    header = struct.pack(">IHH8x", 0x10000, 0x100, 0) + _UPRIGHT + bytes(24) + struct.pack(">I", 2)
    sizes = struct.pack(f">II{len(pictures)}I", 0, len(pictures), *map(len, pictures))
    table = _box(
        b"stbl",
        _full(b"stsd", struct.pack(">I", 1), _entry(width, height)),
        _full(b"stts", struct.pack(">III", 1, len(pictures), _SCALE)),
        _full(b"stsc", struct.pack(">IIII", 1, 1, len(pictures), 1)),
        _full(b"stsz", sizes),
        _full(b"stco", struct.pack(">II", 1, first)),
    )
    place = _box(b"dinf", _full(b"dref", struct.pack(">I", 1), _full(b"url ", flags=1)))
    handler = _full(b"hdlr", bytes(4) + b"vide" + bytes(12) + b"pictures\0")
    media = _box(
        b"mdia",
        _full(b"mdhd", times, struct.pack(">HH", 0x55C4, 0)),
        handler,
        _box(b"minf", _full(b"vmhd", bytes(8), flags=1), place, table),
    )
    size = struct.pack(">8xhhhh", 0, 0, 0, 0) + _UPRIGHT + struct.pack(">II", width << 16, height << 16)
    return _box(
        b"moov", _full(b"mvhd", times, header), _box(b"trak", _full(b"tkhd", track_times, size, flags=7), media)
    )


def _entry(width: int, height: int) -> bytes:
    """How the pictures are encoded: PNG, 24 bits a pixel."""
    decoder = struct.pack(">BB3xII", 0x6D, 0x11, 0, 0)
    described = struct.pack(">HB", 1, 0) + b"\x04" + bytes([len(decoder)]) + decoder + b"\x06\x01\x02"
    how = _full(b"esds", b"\x03" + bytes([len(described)]) + described)
    shown = struct.pack(">6xH16xHHII4xH32sHh", 1, width, height, 0x480000, 0x480000, 1, b"", 24, -1)
    return _box(b"mp4v", shown, how)
