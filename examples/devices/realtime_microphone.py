"""Speak with a model: the microphone goes in, the speaker comes out, and whoever interrupts is heard at once.

    pip install 'typed-openai[realtime,sounddevice]'
    python -m examples.devices.realtime_microphone

The server finds by itself who speaks when (turn detection). When somebody speaks while the model does, what was not
played yet is thrown away, and the model is told how much of its answer was heard.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import sounddevice  # type: ignore[import-not-found, import-untyped, unused-ignore]  # an extra that few have

from typed_openai import AsyncOpenAI
from typed_openai.sockets import Transcript

RATE = 24_000
BLOCK = RATE // 20
"""Frames of one block: a twentieth of a second."""


class Microphone:
    """What is said, block by block."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._blocks: asyncio.Queue[bytes] = asyncio.Queue()

    def _heard(self, data: Any, frames: int, time: Any, status: Any) -> None:
        self._loop.call_soon_threadsafe(self._blocks.put_nowait, bytes(data))

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with sounddevice.RawInputStream(
            samplerate=RATE, channels=1, dtype="int16", blocksize=BLOCK, callback=self._heard
        ):
            while True:
                yield await self._blocks.get()


class Speaker:
    """Plays what comes, and knows how much of the latest item was played."""

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._played = 0
        self._item = ""
        self._stream = sounddevice.RawOutputStream(
            samplerate=RATE, channels=1, dtype="int16", blocksize=BLOCK, callback=self._wanted
        )
        self._stream.start()

    @property
    def played_ms(self) -> int:
        """Milliseconds of the latest item that were played."""
        return self._played * 1000 // (RATE * 2)

    def _wanted(self, out: Any, frames: int, time: Any, status: Any) -> None:
        block = bytes(self._waiting[: frames * 2])
        del self._waiting[: frames * 2]
        self._played += len(block)
        out[:] = block.ljust(frames * 2, b"\0")

    def play(self, item_id: str, pcm: bytes) -> None:
        """Play more of an item."""
        if item_id != self._item:
            self._item, self._played = item_id, 0
        self._waiting += pcm

    def stop(self) -> None:
        """Throw away what was not played."""
        self._waiting.clear()


async def talk(model: str = "gpt-realtime") -> None:
    """Until somebody presses Ctrl-C."""
    transcript, speaker = Transcript(), Speaker()
    async with AsyncOpenAI().realtime.connect(model=model, restore_session=True) as connection:
        await connection.session.update(
            session={"type": "realtime", "audio": {"input": {"transcription": {"model": "gpt-4o-transcribe"}}}}
        )
        speaking = asyncio.create_task(connection.send_audio(Microphone(), rate=RATE))
        try:
            async for event in connection:
                turn = transcript.add(event)
                if turn is not None and turn.is_final:
                    print(turn)
                if event.type == "response.output_audio.delta":
                    speaker.play(event.item_id, event.pcm)
                elif event.type == "input_audio_buffer.speech_started":
                    speaker.stop()
                    await connection.interrupt(speaker.played_ms)
        finally:
            speaking.cancel()


def main() -> None:
    asyncio.run(talk())


if __name__ == "__main__":
    main()
