"""Sound as numbers: from any rate, width and number of channels to what a session takes. Pure.

Rules
* Samples travel as 16-bit numbers, mono. Channels are averaged; wider samples lose their lowest bits.
* More samples are made by straight lines between those there are, fewer by the average of those that one stands for:
  fit for speech, and free of a drift, since positions are kept as whole numbers.
* What comes in pieces is converted in pieces, to the same bytes as the whole.

Weak spot: no filter as a studio has it; who converts music takes a library (`soxr`) and hands over the result.
"""

from __future__ import annotations

import sys
from array import array
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias

from typed_openai.core.option_values import check_count
from typed_openai.errors import ConfigurationError

Encoding: TypeAlias = Literal["pcm", "pcmu", "pcma"]
_MOST = 32767
_WIDEST = 4
_G711_RATE = 8000
_REALTIME_RATE = 24000


@dataclass(frozen=True)
class SoundFormat:
    """How sound is written down. Raises `ConfigurationError` for numbers that no sound has."""

    rate: int = _REALTIME_RATE
    """Samples a second."""
    width: int = 2
    """Bytes of a sample: 1 (unsigned), 2, 3 or 4 (signed, little-endian)."""
    channels: int = 1
    """Samples that belong together."""
    encoding: Encoding = "pcm"
    """`"pcmu"` and `"pcma"` are G.711 (μ-law, A-law), of one byte."""

    def __post_init__(self) -> None:
        check_count("rate", self.rate, "samples a second")
        check_count("channels", self.channels)
        if check_count("width", self.width) > _WIDEST:
            raise ConfigurationError(f"width: bytes of a sample, 1 to {_WIDEST}, got {self.width!r}")

    @property
    def frame(self) -> int:
        """Bytes of one point in time."""
        return self.width * self.channels

    def milliseconds(self, size: int) -> int:
        """How long so many bytes sound."""
        return size * 1000 // (self.frame * self.rate)

    def bytes_of(self, milliseconds: int) -> int:
        """How many bytes sound so long; whole frames, one at least."""
        return max(self.rate * milliseconds // 1000, 1) * self.frame


REALTIME = SoundFormat()
"""What sessions take unless they were told otherwise: 24 kHz, 16 bit, mono."""


def format_of(said: object) -> SoundFormat:
    """The format that a session names (`{"type": "audio/pcm", "rate": 24000}`), or the usual one."""
    kind, rate = getattr(said, "type", None), getattr(said, "rate", None)
    if isinstance(said, dict):
        kind, rate = said.get("type"), said.get("rate")
    if kind in ("audio/pcmu", "g711_ulaw"):
        return SoundFormat(_G711_RATE, 1, 1, "pcmu")
    if kind in ("audio/pcma", "g711_alaw"):
        return SoundFormat(_G711_RATE, 1, 1, "pcma")
    return SoundFormat(rate if type(rate) is int and rate > 0 else _REALTIME_RATE)


class Converter:
    """From one format to another, piece by piece."""

    def __init__(self, source: SoundFormat, target: SoundFormat) -> None:
        self._source = source
        self._target = target
        self._rest = b""
        self._samples = array("h")
        self._begins_at = 0
        """The number of the first sample that is kept."""
        self._next = 0
        """The number of the next sample to be made."""

    def feed(self, block: bytes) -> bytes:
        """What a piece becomes, as far as it can be told before the next one."""
        if self._source == self._target:
            return block
        return self._converted(block, is_last=False)

    def end(self) -> bytes:
        """What is left."""
        return b"" if self._source == self._target else self._converted(b"", is_last=True)

    def _converted(self, block: bytes, is_last: bool) -> bytes:
        frame = self._source.frame
        data = self._rest + block
        whole = len(data) - len(data) % frame
        self._rest = data[whole:]
        samples = _read(data[:whole], self._source)
        if self._source.rate != self._target.rate:
            self._samples.extend(samples)
            samples = self._resampled(is_last)
        return _written(samples, self._target)

    def _resampled(self, is_last: bool) -> array[int]:
        came, wanted = self._source.rate, self._target.rate
        known, first = self._samples, self._begins_at
        made = array("h")
        end = first + len(known)
        while True:
            place, part = divmod(self._next * came, wanted)
            if wanted < came:
                until = min((self._next + 1) * came // wanted, end if is_last else sys.maxsize)
                if until > end or place >= until:
                    break
                window = known[place - first : until - first]
                made.append(sum(window) // len(window))
            else:
                if place + 1 >= end and not (is_last and place < end):
                    break
                here = known[place - first]
                there = known[min(place + 1, end - 1) - first]
                made.append(here + (there - here) * part // wanted)
            self._next += 1
        keep = max(self._next * came // wanted - first, 0)
        del known[:keep]
        self._begins_at = first + keep
        return made


def _read(data: bytes, source: SoundFormat) -> array[int]:
    """The samples of whole frames, mono."""
    if source.encoding != "pcm":
        table = _decoded(source.encoding)
        samples = array("h", [table[byte] for byte in data])
    elif source.width == 1:
        samples = array("h", [(byte - 128) << 8 for byte in data])
    else:
        upper = b"".join(
            data[place + source.width - 2 : place + source.width] for place in range(0, len(data), source.width)
        )
        samples = array("h", data if source.width == 2 else upper)
        if sys.byteorder == "big":
            samples.byteswap()
    if source.channels == 1:
        return samples
    count = source.channels
    return array("h", [sum(samples[at : at + count]) // count for at in range(0, len(samples), count)])


def _written(samples: array[int], target: SoundFormat) -> bytes:
    if target.encoding != "pcm":
        table = _encoded(target.encoding)
        mono = bytes(table[sample + _MOST + 1] for sample in samples)
        return mono if target.channels == 1 else b"".join(bytes([byte]) * target.channels for byte in mono)
    if target.width == 1:
        parts = [bytes([(sample >> 8) + 128]) for sample in samples]
    else:
        lowest = bytes(target.width - 2)
        if target.width == 2 and target.channels == 1 and sys.byteorder == "little":
            return samples.tobytes()
        parts = [lowest + sample.to_bytes(2, "little", signed=True) for sample in samples]
    return b"".join(part * target.channels for part in parts)


@cache
def _decoded(encoding: Encoding) -> list[int]:
    """The sample of each byte (ITU-T G.711)."""
    return [(_of_mu if encoding == "pcmu" else _of_a)(byte) for byte in range(256)]


def _of_mu(byte: int) -> int:
    byte = ~byte & 0xFF
    size = (((byte & 0x0F) << 3) + 0x84 << (byte >> 4 & 7)) - 0x84
    return -size if byte & 0x80 else size


def _of_a(byte: int) -> int:
    byte ^= 0x55
    size, segment = (byte & 0x0F) << 4, byte >> 4 & 7
    size = size + 8 if segment == 0 else size + 0x108 << (segment - 1)
    return size if byte & 0x80 else -size


@cache
def _encoded(encoding: Encoding) -> bytes:
    """The byte of each sample, from -32768: that whose sample is nearest."""
    known = sorted({sample: byte for byte, sample in enumerate(_decoded(encoding))}.items())
    made = bytearray()
    place = 0
    for sample in range(-_MOST - 1, _MOST + 1):
        while place + 1 < len(known) and abs(known[place + 1][0] - sample) <= abs(known[place][0] - sample):
            place += 1
        made.append(known[place][1])
    return bytes(made)
