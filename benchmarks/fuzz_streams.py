"""Slow: streams that no server should send, by the thousands. Is anything lost, is any error not ours?

    .venv/bin/python benchmarks/fuzz_streams.py [count] [seed] [--write]

Three kinds of input, `count` of each (20,000 by default), from a seed that is printed when something is lost:
* decoder: events with every line ending, byte order marks, comments and keep-alives, whole and cut at random places,
  must give the same chunks, and damaged bytes an `OpenAIError` or chunks;
* deltas: chunks with values of any JSON type at any field must add up to a completion that has all of them, whose text
  is that of the events;
* bent: a quarter of `count` whole streams of each kind (chat, completions, responses, assistants), with values of any
  JSON type at some of their fields, must add up to a result that has all of them.
The tests hold the same properties for some hundred inputs (`tests/wire/test_other_forms.py`, `test_any_types.py`).
"""

from __future__ import annotations

import json
import logging
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))
from promises import Promises

from tests.wire.test_any_types import KINDS, lost, paths
from typed_openai.core.answer.meta import Meta
from typed_openai.core.run.effects import Request
from typed_openai.errors import OpenAIError
from typed_openai.settings.config import Config
from typed_openai.streaming.chat import ChatCompletionAccumulator, ChatCompletionReader
from typed_openai.streaming.machine import StreamMachine

REQUEST = Request("chat.completions.create", "POST", "http://127.0.0.1/v1", (), {})
SAME = "a stream of chat gives the same chunks wherever it is cut"
OURS = "a damaged stream of chat gives chunks or an OpenAIError"
KEPT = "whatever stands in a delta is in the completion"
ANYWHERE = "whatever stands at any field of an event of any kind of stream is in the result"
AGREES = "text and events of a stream agree with its completion"
FIELDS = (
    "role",
    "content",
    "refusal",
    "tool_calls",
    "function_call",
    "audio",
    "reasoning",
    "reasoning_content",
    "vendor",
)
CALL_FIELDS = ("type", "function", "custom", "vendor")
PINGS = (b": keep-alive", b"event: ping\ndata: ping", b"data: null", b"data: : waiting", b"retry: 10", b"id: 1")


class Values:
    """Random JSON values, each leaf of which occurs once."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.number = 100_000

    def leaf(self) -> object:
        self.number += 1
        return self.chance.choice((f"t{self.number}", self.number))

    def value(self, depth: int = 3) -> Any:
        kind = self.chance.randrange(7 if depth else 3)
        if kind < 3:
            return self.leaf()
        if kind == 3:
            return [self.value(depth - 1) for _ in range(self.chance.randrange(3))]
        if kind == 4:
            return {str(self.leaf()): self.value(depth - 1) for _ in range(self.chance.randrange(3))}
        part = {"type": "text", "text": f"t{self.leaf()}"}
        return part if kind == 5 else {"type": "thinking", "thinking": [part]}

    def delta(self) -> dict[str, Any]:
        chosen = self.chance.sample(FIELDS, self.chance.randrange(4))
        delta = {name: self.value() for name in chosen}
        if self.chance.random() < 0.4:
            calls = [self.call() for _ in range(self.chance.randrange(1, 3))]
            delta["tool_calls"] = calls[0] if len(calls) == 1 and self.chance.random() < 0.5 else calls
        return delta

    def call(self) -> dict[str, Any]:
        call = {name: self.value() for name in self.chance.sample(CALL_FIELDS, self.chance.randrange(1, 4))}
        if self.chance.random() < 0.5:
            call["index"] = self.chance.choice((0, "0", 1.0, None))
        return call


def chunk(delta: object = None, reason: str | None = None, where: str = "delta") -> dict[str, Any]:
    choice = {"index": 0, where: {} if delta is None else delta, "finish_reason": reason}
    return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}


def leaves(value: object) -> Iterator[str]:
    """The leaves of a value that occur once, and such names."""
    if isinstance(value, dict):
        yield from (name for name in value if name[-1:].isdigit())
        value = [*value.values()]
    if isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    elif value not in (None, "", 0, 1, "0", "text", "thinking"):
        yield str(value)


def of(blocks: list[bytes]) -> list[dict[str, Any]]:
    """The chunks of a stream in these blocks."""
    machine = StreamMachine(ChatCompletionAccumulator, Config(), REQUEST, Meta())
    found = [made.model_dump() for block in blocks for made in machine.feed(block)]
    return found if machine.done else [*found, *(made.model_dump() for made in machine.end())]


def cut(content: bytes, chance: random.Random) -> list[bytes]:
    places = sorted(chance.randrange(len(content) + 1) for _ in range(chance.randrange(6)))
    return [content[start:end] for start, end in zip([0, *places], [*places, len(content)], strict=True)]


def decoder(table: Promises, chance: random.Random, name: str) -> None:
    """One stream, cut, then damaged."""
    values = Values(chance)
    end = chance.choice((b"\n", b"\r\n", b"\r"))
    chunks = [chunk({"content": str(values.leaf())}) for _ in range(chance.randrange(1, 5))] + [chunk(reason="stop")]
    events = [b"data: " + json.dumps(each).encode() for each in chunks]
    events = [
        each for event in events for each in ((chance.choice(PINGS), event) if chance.random() < 0.3 else (event,))
    ]
    content = b"".join(event.replace(b"\n", end) + end + end for event in [*events, b"data: [DONE]"])
    content = b"\xef\xbb\xbf" + content if chance.random() < 0.1 else content
    found = of(cut(content, chance))
    table.tried(SAME, None if found == chunks else f"{name}: {content!r}")
    at = chance.randrange(len(content))
    damaged = content[:at] + chance.randbytes(chance.randrange(4)) + content[at + chance.randrange(4) :]
    lost = None
    try:
        of(cut(damaged, chance))
    except OpenAIError:
        pass
    except (ValueError, TypeError, LookupError, AttributeError, RuntimeError, ArithmeticError) as error:
        lost = f"{name}: {type(error).__name__} for {damaged!r}"
    table.tried(OURS, lost)


def deltas(table: Promises, chance: random.Random, name: str) -> None:
    """One completion from odd chunks."""
    values = Values(chance)
    places = ("delta", "delta", "delta", "message")
    chunks = [chunk(values.delta(), where=chance.choice(places)) for _ in range(chance.randrange(1, 5))]
    machine = StreamMachine(ChatCompletionAccumulator, Config(), REQUEST, Meta())
    reader = ChatCompletionReader()
    events: list[Any] = []
    for data in [*chunks, chunk(reason="stop")]:
        for made in machine.feed(b"data: " + json.dumps(data).encode() + b"\n\n"):
            events += reader.read(made)
    events += reader.finish()
    final = reader.accumulator.snapshot()
    told = "" if final is None else final.model_dump_json() + "".join(map(str, final.issues))
    missing = [leaf for data in chunks for leaf in leaves(data["choices"]) if leaf not in told]
    table.tried(KEPT, f"{name}: {missing} of {json.dumps(chunks)}" if missing else None)
    said = "".join(each.delta for each in events if each.type == "content.delta")
    agrees = final is not None and said == final.text
    table.tried(AGREES, None if agrees else f"{name}: {json.dumps(chunks)}")


def shape(chance: random.Random, depth: int = 2) -> Any:
    """A form of value for `numbered` to fill."""
    kind = chance.randrange(6 if depth else 4)
    if kind < 4:
        return ("text", "number", "part", "thought")[kind]
    inner = [shape(chance, depth - 1) for _ in range(chance.randrange(3))]
    return inner if kind == 4 else dict(zip("abc", inner, strict=False))


def bent(table: Promises, chance: random.Random, name: str) -> None:
    """One stream of each kind, bent."""
    for kind, (_, events) in KINDS.items():
        every = [*paths([sent for _, sent in events])]
        places = chance.sample(every, chance.randrange(4))
        shapes = [shape(chance) for _ in places]
        missing = lost(kind, places, shapes)
        table.tried(ANYWHERE, f"{name}: {kind} {missing} of {places} {shapes}" if missing else None)


def main() -> int:
    logging.getLogger("typed_openai").addHandler(logging.NullHandler())
    numbers = [int(argument) for argument in sys.argv[1:] if argument.isdigit()]
    count, seed = [*numbers, *(20_000, 1)[len(numbers) :]][:2]
    table = Promises()
    for number in range(count):
        for work in (decoder, deltas, *((bent,) if number % 4 == 0 else ())):
            name = f"{work.__name__} {seed}/{number}"
            work(table, random.Random(name), name)
    return table.finish()


if __name__ == "__main__":
    sys.exit(main())
