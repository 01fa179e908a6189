"""Sounds without a model: WAV files with one short tone for each word, and what can be told of a sound file by looking.

A file that was made here carries its text in a comment (a LIST chunk, as any WAV may have one), so that the
transcription of local speech gives back what was said. The same text and speed give the same bytes.

Weak spots: tones are no speech; of formats other than WAV only the size is known, and the length is guessed from it.
"""

from __future__ import annotations

import io
import math
import struct
import wave
import zlib
from array import array

RATE = 24_000
"""Samples in a second; one channel, 16 bits."""
WORD_SECONDS = 0.05
MOST_WORDS = 60
SOUNDS = frozenset({"aac", "flac", "m4a", "mp3", "mp4", "ogg", "wav", "webm"})
BYTES_PER_SECOND = 16_000
"""Of a file that is no WAV: 128 kilobits in a second."""


def samples(text: str, speed: float = 1.0) -> bytes:
    """The tones of a text as raw samples, 16 bits, little-endian."""
    words = text.split()[:MOST_WORDS] or ["."]
    length = max(1, round(RATE * WORD_SECONDS / speed))
    values = array("h")
    for word in words:
        step = 2 * math.pi * (220 + zlib.crc32(word.encode("utf-8", "surrogatepass")) % 440) / RATE
        values.extend(round(9000 * math.sin(step * n) * math.sin(math.pi * n / length)) for n in range(length))
    return struct.pack(f"<{len(values)}h", *values)


def wav(text: str, speed: float = 1.0) -> bytes:
    """A WAV file with the tones of a text, and the text itself as its comment."""
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples(text, speed))
    said = text.encode("utf-8", "surrogatepass") + b"\0"
    comment = b"INFOICMT" + struct.pack("<I", len(said)) + said + b"\0" * (len(said) % 2)
    whole = target.getvalue() + b"LIST" + struct.pack("<I", len(comment)) + comment
    return whole[:4] + struct.pack("<I", len(whole) - 8) + whole[8:]


def is_sound(content: bytes) -> bool:
    """Whether a file is a sound by its first bytes."""
    from typed_openai.core.request.filetypes import suffix_of

    return suffix_of(content) in SOUNDS


def said_in(content: bytes) -> str | None:
    """The text that a file made here carries; None for any other."""
    place = content.rfind(b"INFOICMT") if content[:4] == b"RIFF" else -1
    if place < 0 or len(content) < place + 12:
        return None
    (length,) = struct.unpack("<I", content[place + 8 : place + 12])
    return content[place + 12 : place + 12 + length].rstrip(b"\0").decode("utf-8", "replace")


def seconds_of(content: bytes) -> float:
    """The length: from the header of a WAV, else guessed from the size; to the hundredth of a second."""
    seconds = len(content) / BYTES_PER_SECOND
    if content[:4] == b"RIFF":
        try:
            with wave.open(io.BytesIO(content)) as file:
                seconds = file.getnframes() / file.getframerate()
        except (wave.Error, EOFError, ZeroDivisionError):
            pass
    return max(0.01, round(seconds, 2))
