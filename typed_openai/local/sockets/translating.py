"""Live translation: what is heard is said again, word for word, as nobody here speaks a second language.

Rules: what is said ends with a silence or with the session; a session is closed once all was said, and the socket after
it.

Weak spot: the translation of a sound is the same text, so a test can tell what was heard and not how it was translated.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any, ClassVar

from typed_openai.local import tokens
from typed_openai.local.exchange import Request
from typed_openai.local.kept import Item
from typed_openai.local.realtime import opened_by
from typed_openai.local.realtime_sessions import SESSION_LIFE
from typed_openai.local.sockets.line import Line
from typed_openai.local.sockets.realtime import require_named, sound_of
from typed_openai.local.sockets.speaking import PIECE_MS
from typed_openai.local.sockets.talk import Talk, Told, on
from typed_openai.local.sockets.voice import Ear, spoken, understood
from typed_openai.local.state import State
from typed_openai.sockets.pcm import REALTIME

_HOW = REALTIME
_TURNS: Mapping[str, Any] = {"type": "server_vad"}


class TranslationTalk(Talk):
    """A session that translates."""

    events: ClassVar[str] = "typed_openai.models.realtime.translation_events.CLIENT_EVENTS"

    def __init__(self, state: State, request: Request, line: Line) -> None:
        super().__init__(state, request, line)
        given = opened_by(request, state, translates=True)
        model = request.query_text("model") or given.get("model")
        require_named(model)
        about = {"id": state.new_id("sess_"), "type": "translation", "expires_at": state.now() + SESSION_LIFE}
        audio = {"input": {"transcription": None, "noise_reduction": None}, "output": {"language": "en"}}
        self.session: Item = {**about, "model": model, "audio": _merged(audio, given.get("audio") or {})}
        self._ear = Ear(_HOW, _TURNS)

    def opened(self) -> Told:
        """The session, as it is."""
        yield self.event("session.created", session=self.session)

    @on("session.update")
    def update(self, event: Item) -> Told:
        """Set the session."""
        given = event["session"].get("audio") or {}
        self.session = {**self.session, "audio": _merged(self.session["audio"], given)}
        yield self.event("session.updated", session=self.session)

    @on("session.input_audio_buffer.append")
    def append(self, event: Item) -> Told:
        """Hear, and say what was heard once it was all said."""
        for noticed in self._ear.hear(sound_of(event)):
            if noticed.what == "stopped":
                yield from self._translated(noticed.sound)

    @on("session.close")
    def close(self, event: Item) -> Told:
        """Say what is left, and end."""
        rest = self._ear.taken()
        if rest.strip(b"\0"):
            yield from self._translated(rest)
        yield self.event("session.closed")
        self.over = True

    def _translated(self, sound: bytes) -> Told:
        text = understood(self.state, sound, _HOW)
        at = {"elapsed_ms": self._ear.heard_ms}
        words = tokens.split(text)
        if self.session["audio"]["input"].get("transcription"):
            for word in words:
                yield self.event("session.input_transcript.delta", delta=word, **at)
        for word in words:
            yield self.event("session.output_transcript.delta", delta=word, **at)
        said = spoken(self.state, text, _HOW)
        how = {"sample_rate": _HOW.rate, "channels": 1, "format": "pcm16"}
        size = _HOW.bytes_of(PIECE_MS)
        for start in range(0, len(said), size):
            delta = b64encode(said[start : start + size]).decode()
            yield self.event("session.output_audio.delta", delta=delta, **how, **at)


def _merged(audio: Mapping[str, Any], given: Mapping[str, Any]) -> Item:
    """The sound of a session after a change: what it leaves out stays."""
    return {name: {**part, **(given.get(name) or {})} for name, part in audio.items()}
