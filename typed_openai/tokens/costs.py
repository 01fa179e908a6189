"""What pictures, sound and tool definitions cost in tokens, as far as the service has said in public. Pure.

    image_tokens(model, size, detail)      tiles of 512 or patches of 32 pixels, by model
    audio_tokens(content)                  ten for a second
    tool_tokens(function, model, count)    name, description and each argument, with the frames around them

Sources: the service's guide to images ("Calculating costs") for tiles and patches, its cookbook ("How to count tokens
with tiktoken") for messages and functions. Weak spots: the tables know the models of their day, and a model that they
do not know is counted like gpt-4o; the cookbook counts functions with flat arguments only, nested ones are counted here
in the same way, one level after another.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

Count = Callable[[str], int]

PER_MESSAGE = 3
PER_NAME = 1
PER_REPLY = 3
"""Every reply is primed with the beginning of a message."""

UNKNOWN_SIZE = (1024, 1024)
"""What a picture is taken for that cannot be looked at (behind a URL)."""

_TILES = {
    "gpt-4o-mini": (2833, 5667),
    "gpt-4o": (85, 170),
    "gpt-4.1": (85, 170),
    "gpt-4.5": (85, 170),
    "gpt-5": (70, 140),
    "o1": (75, 150),
    "o3": (75, 150),
    "computer-use-preview": (65, 129),
}
"""Model → tokens of the picture as such, and of each tile."""

_PATCHES = {
    "gpt-4.1-mini": 1.62,
    "gpt-4.1-nano": 2.46,
    "gpt-5-mini": 1.62,
    "gpt-5-nano": 2.46,
    "o4-mini": 1.72,
}
"""Model → tokens for each patch."""

_MOST_PATCHES = 1536
_TILES_BY_DEFAULT = (85, 170)


def image_tokens(model: str, size: tuple[int, int], detail: str) -> int:
    """The tokens of one picture; `auto` and `original` count as `high`."""
    width, height = (max(1, side) for side in size)
    known = max((name for name in (*_TILES, *_PATCHES) if model.startswith(name)), key=len, default="")
    if known in _PATCHES:
        return math.ceil(_patches(width, height) * _PATCHES[known])
    base, tile = _TILES.get(known, _TILES_BY_DEFAULT)
    if detail == "low":
        return base
    scale = min(1.0, 2048 / max(width, height))
    scale *= min(1.0, 768 / (min(width, height) * scale))
    return base + tile * math.ceil(round(width * scale) / 512) * math.ceil(round(height * scale) / 512)


def _patches(width: int, height: int) -> int:
    """How many squares of 32 pixels cover the picture, once it was shrunk until 1536 do."""
    needed = math.ceil(width / 32) * math.ceil(height / 32)
    if needed <= _MOST_PATCHES:
        return needed
    shrink = math.sqrt(32**2 * _MOST_PATCHES / (width * height))
    across, down = width * shrink / 32, height * shrink / 32
    shrink *= min(math.floor(across) / across if across >= 1 else 1, math.floor(down) / down if down >= 1 else 1)
    return min(_MOST_PATCHES, math.ceil(width * shrink / 32) * math.ceil(height * shrink / 32))


def audio_tokens(content: bytes) -> int:
    """The tokens of a recording: ten for a second. The length of a wav is known, of an mp3 guessed from 128 kbit/s."""
    per_second = 16_000
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        per_second = int.from_bytes(content[28:32], "little") or per_second
    return math.ceil(len(content) / per_second * 10)


def tool_tokens(function: Mapping[str, Any], model: str, count: Count) -> int:
    """The tokens of one function's definition, without the end that all of them share (`TOOLS_END`)."""
    total = 10 if model.startswith(("gpt-3.5", "gpt-4-")) or model == "gpt-4" else 7
    parameters = function.get("parameters")
    total += count(f"{function.get('name', '')}:{_said(function)}")
    return total + (_properties(parameters, count) if isinstance(parameters, Mapping) else 0)


TOOLS_END = 12
"""What closes the list of tools, once for a request."""


def _properties(schema: Mapping[str, Any], count: Count) -> int:
    total = 0
    for definition in (schema.get("$defs") or {}).values():
        total += _properties(definition, count)
    properties = schema.get("properties") or {}
    total += 3 if properties else 0
    for name, value in properties.items():
        if isinstance(value, Mapping):
            total += 3 + count(f"{name}:{value.get('type', '')}:{_said(value)}") + _inside(value, count)
    return total


def _inside(value: Mapping[str, Any], count: Count) -> int:
    """What is below a property: its values, its alternatives, its items, its own properties."""
    values = value.get("enum") or ()
    total = -3 + sum(3 + count(str(each)) for each in values) if values else 0
    for each in (*(value.get("anyOf") or ()), value.get("items")):
        if isinstance(each, Mapping):
            total += _inside(each, count)
    return total + _properties(value, count)


def _said(about: Mapping[str, Any]) -> str:
    return str(about.get("description") or "").removesuffix(".")
