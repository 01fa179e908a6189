"""Streams read without a connection: from bytes to events and to what they add up to, as a client does it."""

from __future__ import annotations

import json
from typing import Any

from typed_openai.core.answer.meta import Meta
from typed_openai.core.run.effects import Request
from typed_openai.settings.config import Config
from typed_openai.streaming.accumulator import Reader
from typed_openai.streaming.machine import StreamMachine

REQUEST = Request("chat.completions.create", "POST", "http://127.0.0.1/v1", (), {})


def named(name: str, data: object) -> bytes:
    """One event, with a name unless that is `""`."""
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {json.dumps(data)}\n\n".encode()


def read_all(reader: Reader[Any, Any, Any], blocks: list[bytes]) -> tuple[list[Any], Any]:
    """The typed events of a stream in these blocks, and its result with the issues of its events."""
    machine: Any = StreamMachine(type(reader.accumulator), Config(), REQUEST, Meta())
    events = [item for block in blocks for event in machine.feed(block) for item in reader.read(event)]
    events += reader.finish()
    return events, machine.with_notes(reader.accumulator.snapshot())
