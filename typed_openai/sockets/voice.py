"""Speaking and listening over a socket, without ceremony: sound out of an answer, sound from anywhere into the session.

    connection.send_audio("question.wav")
    for pcm in connection.audio():
        speaker.write(pcm)

What is not asked for here (transcripts, tool calls, errors with a handler) goes to the handlers (`connection.on`).

Rules
* Sound is converted to what the session takes, and from what it gives where another format is asked for: rate, width,
  channels, G.711 (`pcm.py`).
* A piece of sound is an event; sending is as fast as the server takes it, not as fast as people speak.

Weak spot: the format of a session is that of its last `session.created` or `session.updated` that was read; until one
was read it is 24 kHz, 16 bit, mono.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typed_openai.sockets.heard import AUDIO, PIECES, sound_of
from typed_openai.sockets.pcm import Converter, SoundFormat, format_of
from typed_openai.sockets.senders import checked
from typed_openai.sockets.sound_sources import Pieces, SoundSource
from typed_openai.sockets.steps import Each, stepwise

if TYPE_CHECKING:
    from typed_openai.sockets.effects import Steps

_PIECE = 100
"""Milliseconds of sound in one event."""


class Listening:
    """What the connection of a session that is heard can do."""

    protocol: Any
    is_async: Any
    config: Any
    _session: Any
    _machine: Any
    _run: Any
    _event: Any
    _dispatch: Any

    def _check_answer(self, event: Any) -> None:
        """Raise for the last event of an answer that failed, where there is such a thing."""

    def _format(self, direction: str) -> SoundFormat:
        """The format of the session: `input` or `output`."""
        audio = getattr(self._machine.session, "audio", None)
        return format_of(getattr(getattr(audio, direction, None), "format", None))

    def audio(self, *, rate: int | None = None, width: int = 2, channels: int = 1) -> Each[bytes]:
        """The sound of the next answer, piece by piece, until it is whole; of a session without answers (translations,
        live) until it ends.

        `rate` (samples a second), `width` (bytes of a sample) and `channels`: what it is to be converted to; left out,
        the format of the session. Other events go to the handlers. Raises what reading raises, and
        `ServerEventError` for an answer that failed.
        """
        given = self._format("output")
        wanted = given if rate is None else SoundFormat(rate, width, channels)
        return Each(self._run, _Hearing(self, Converter(given, wanted)).next)


class Sounding(Listening):
    """What the connection of a session can do that hears, too."""

    @stepwise
    def send_audio(
        self, source: SoundSource, *, rate: int = 24000, width: int = 2, channels: int = 1, chunk_ms: int = _PIECE
    ) -> Steps[int]:
        """Send sound, converted to what the session takes; gives how many milliseconds it lasts.

        `source`: bytes, a file or its name, an iterable of blocks (asynchronous ones with an async client). A WAV file
        says its format itself; anything else has `rate` samples a second of `width` bytes in `channels` channels.
        `chunk_ms`: how much goes into one event.
        """
        wanted = self._format("input")
        pieces = Pieces(source, SoundFormat(rate, width, channels), wanted, chunk_ms, self.is_async)
        kind, sent = self.protocol.hears, 0
        while piece := (yield from pieces.next()):
            message = checked(kind, self.protocol.events[kind], None, {"audio": piece}, None, self.config)
            yield from self._session.send(*message)
            sent += len(piece)
        return wanted.milliseconds(sent)


class _Hearing:
    """Reads events until there is sound."""

    def __init__(self, connection: Any, converter: Converter) -> None:
        self._connection = connection
        self._converter = converter
        self._is_over = False

    def next(self) -> Steps[bytes | None]:
        """The next sound; None at the end."""
        connection, protocol = self._connection, self._connection.protocol
        while not self._is_over:
            event = yield from connection._event()
            if event is not None and PIECES.get(event.type) == AUDIO:
                sound = self._converter.feed(sound_of(event))
                if connection._listeners.has(event.type):
                    yield from connection._dispatch(event)
                if sound:
                    return sound
                continue
            self._is_over = event is None or event.type in protocol.ends or event.type == protocol.last
            if event is not None:
                yield from connection._dispatch(event)
                connection._check_answer(event)
            if self._is_over:
                return self._converter.end() or None
        return None
