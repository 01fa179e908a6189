"""Sound as a socket hears and makes it: its formats, when somebody speaks, what was said.

A sound that this server made itself is understood word for word when it is heard again (`Spoken`); of any other it is
said how long it is. Somebody speaks while it is loud: 20 milliseconds at a time are looked at.

Rule: silence at both ends does not matter to what was said.

Weak spots: a tone is speech, a whisper is not; `semantic_vad` is the same with a fixed patience.
"""

from __future__ import annotations

import hashlib
import math
import threading
from array import array
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from typed_openai.local.sounds import samples
from typed_openai.local.state import State
from typed_openai.sockets.pcm import REALTIME, Converter, SoundFormat

__all__ = ["REALTIME", "Ear", "Noticed", "Spoken", "spoken", "understood"]

_FRAME_MS = 20
_LOUD = 0.03
"""Of the loudest there is, at the threshold 0.5."""
_MOST_SPOKEN = 1000


class Spoken:
    """What the sounds of this server say, the newest thousand."""

    def __init__(self) -> None:
        self._texts: OrderedDict[bytes, str] = OrderedDict()
        self._lock = threading.Lock()

    def remember(self, sound: bytes, text: str) -> None:
        """That a sound says this."""
        with self._lock:
            self._texts[_mark(sound)] = text
            while len(self._texts) > _MOST_SPOKEN:
                self._texts.popitem(last=False)

    def text(self, sound: bytes) -> str | None:
        """What a sound says; None for one that was not made here."""
        with self._lock:
            return self._texts.get(_mark(sound))


def _mark(sound: bytes) -> bytes:
    return hashlib.sha256(sound.strip(b"\0\xff\xd5")).digest()  # nothing, in each of the formats


def _converted(sound: bytes, source: SoundFormat, target: SoundFormat) -> bytes:
    converter = Converter(source, target)
    return converter.feed(sound) + converter.end()


def spoken(state: State, text: str, how: SoundFormat, speed: float = 1.0) -> bytes:
    """The tones of a text, which are understood when they are heard again."""
    sound = _converted(samples(text, speed), REALTIME, how)
    state.part(Spoken).remember(sound, text)
    return sound


def understood(state: State, sound: bytes, how: SoundFormat) -> str:
    """What a sound says."""
    return state.part(Spoken).text(sound) or f"A sound of {how.milliseconds(len(sound)) / 1000:.2f} seconds."


class Noticed(NamedTuple):
    """That somebody began to speak or stopped, and when in milliseconds; `sound` is what was said."""

    what: Literal["started", "stopped"]
    at: int
    sound: bytes = b""


class Ear:
    """Hears sound, and notices speech in it where it is told how."""

    def __init__(self, how: SoundFormat, turns: Mapping[str, Any] | None) -> None:
        self.sound = bytearray()
        """What was heard and is not a message yet."""
        self.heard_ms = 0
        """How much was heard since the session began."""
        self.speaking = False
        self._quiet = 0
        self._looked_at = 0
        self.set(how, turns)

    def set(self, how: SoundFormat, turns: Mapping[str, Any] | None) -> None:
        """Hear in this format, and tell turns apart like this (None: not at all)."""
        self.how, self.turns = how, turns
        told = turns or {}
        self._loud = 32768 * _LOUD * 2 * (0.5 if told.get("threshold") is None else told["threshold"])
        self._patience = 500 if told.get("silence_duration_ms") is None else told["silence_duration_ms"]
        self._before = 300 if told.get("prefix_padding_ms") is None else told["prefix_padding_ms"]

    def hear(self, sound: bytes) -> Iterator[Noticed]:
        """Take in sound; gives what is noticed in it."""
        self.sound += sound
        size = self.how.bytes_of(_FRAME_MS)
        while self.turns is not None and len(self.sound) - self._looked_at >= size:
            frame = bytes(self.sound[self._looked_at : self._looked_at + size])
            self._looked_at += size
            self.heard_ms += _FRAME_MS
            yield from self._noticed(self._is_loud(frame))
        if self.turns is None:
            self.heard_ms += self.how.milliseconds(len(sound))

    def _is_loud(self, frame: bytes) -> bool:
        values = array("h", _converted(frame, self.how, SoundFormat(self.how.rate)))
        return math.sqrt(sum(value * value for value in values) / max(1, len(values))) > self._loud

    def _noticed(self, loud: bool) -> Iterator[Noticed]:
        if loud:
            self._quiet = 0
            if not self.speaking:
                self.speaking = True
                before = min(self.how.milliseconds(self._looked_at), self._before + _FRAME_MS)
                yield Noticed("started", self.heard_ms - before)
        elif self.speaking:
            self._quiet += _FRAME_MS
            if self._quiet >= self._patience:
                at = self.heard_ms
                yield Noticed("stopped", at, self.taken(self._looked_at))
        else:
            kept = self.how.bytes_of(self._before)
            drop = max(0, self._looked_at - kept)
            del self.sound[:drop]
            self._looked_at -= drop

    def taken(self, size: int | None = None) -> bytes:
        """What was heard and is not a message yet, which begins anew."""
        sound = bytes(self.sound[:size])
        del self.sound[:size]
        self._looked_at = max(0, self._looked_at - len(sound))
        self.speaking, self._quiet = False, 0
        return sound
