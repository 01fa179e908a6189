"""The example with a microphone and a speaker, with devices that are none: what is said is heard, and played."""

from __future__ import annotations

import asyncio
import importlib
import math
import sys
import threading
from array import array
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from typed_openai.local import LocalServer

SPOKEN = array("h", [round(12000 * math.sin(number / 8)) for number in range(1200)]).tobytes()
SILENT = bytes(2400)


class Device:
    """Calls back until it is closed: a microphone that hears a second of speech and then silence, or a speaker."""

    heard = threading.Event()
    """Set as soon as a speaker has something to play."""

    def __init__(self, callback: Callable[..., None], is_input: bool, blocksize: int, **options: Any) -> None:
        self._call = callback
        self._is_input = is_input
        self._blocksize = blocksize
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def __enter__(self) -> None:
        self.start()

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        number = 0
        while not self._stop.wait(0.002):
            if self._is_input:
                self._call(SPOKEN if number < 20 else SILENT, self._blocksize, None, None)
            else:
                out = bytearray(self._blocksize * 2)
                self._call(out, self._blocksize, None, None)
                if any(out):
                    self.heard.set()
            number += 1


def test_what_is_said_is_answered_and_played(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    devices: Any = ModuleType("sounddevice")
    devices.RawInputStream = lambda **options: Device(is_input=True, **options)
    devices.RawOutputStream = lambda **options: Device(is_input=False, **options)
    monkeypatch.setitem(sys.modules, "sounddevice", devices)
    example = importlib.import_module("examples.devices.realtime_microphone")
    Device.heard.clear()

    async def talk_for_a_while() -> None:
        talking = asyncio.create_task(example.talk())
        await asyncio.to_thread(Device.heard.wait, 20)
        talking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await talking

    with LocalServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-local")
        asyncio.run(talk_for_a_while())
    assert Device.heard.is_set()
