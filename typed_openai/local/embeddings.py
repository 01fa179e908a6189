"""`POST /embeddings`: vectors that are made by hashing words, so that texts with words in common lie close.

Each word (or given token) of a text has one place in the vector, found by a hash, and counts there; the vector is then
scaled to length 1. So the dot product of two vectors says how many words two texts share: enough to show a search at
work, and the same on every machine. Synonyms are strangers to it.

Rules: values are float32 in both encodings, so that floats and base64 (little-endian float32) decode to the same
numbers; the size is the model's, or `dimensions`.
"""

from __future__ import annotations

import base64
import math
import re
import sys
import zlib
from array import array
from collections import Counter

from typed_openai.local import tokens
from typed_openai.local.errors import missing, refuse_outside
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.models import require_model
from typed_openai.local.router import route
from typed_openai.local.state import State

SIZES = {"text-embedding-3-large": 3072, "text-embedding-3-small": 1536, "text-embedding-ada-002": 1536}
"""Vector sizes of models that users know; every other model has `DEFAULT_SIZE`."""

DEFAULT_SIZE = 256
LARGEST_SIZE = 8192

_WORD = re.compile(r"\w+")


def vector(words: list[str], size: int) -> array[float]:
    """The unit vector of a bag of words. There must be at least one word."""
    counts = Counter(zlib.crc32(word.encode()) % size for word in words)
    length = math.sqrt(sum(count * count for count in counts.values()))
    values = array("f", bytes(4 * size))
    for place, count in counts.items():
        values[place] = count / length
    return values


@route("POST", "/embeddings")
def create(request: Request, state: State) -> Reply:
    """One vector for each input."""
    given = request.given
    require_model(state, given["model"])
    size = given.get("dimensions") or SIZES.get(given["model"], DEFAULT_SIZE)
    refuse_outside("dimensions", size, 1, LARGEST_SIZE)
    inputs = tokens.inputs(given["input"])
    if "" in inputs:
        raise missing("input" if isinstance(given["input"], str) else f"input[{inputs.index('')}]")
    vectors = [vector(_words(each), size) for each in inputs]
    as_text = given.get("encoding_format") == "base64"
    data = [
        {"object": "embedding", "index": index, "embedding": _base64(each) if as_text else each.tolist()}
        for index, each in enumerate(vectors)
    ]
    used = sum(tokens.count(each) if isinstance(each, str) else len(each) for each in inputs)
    usage = {"prompt_tokens": used, "total_tokens": used}
    return Reply({"object": "list", "data": data, "model": given["model"], "usage": usage})


def _words(value: str | list[int]) -> list[str]:
    """An input as words."""
    if isinstance(value, str):
        return _WORD.findall(value.lower()) or [value]
    return [f"token {number}" for number in value]


def _base64(values: array[float]) -> str:
    if sys.byteorder == "big":
        values = array("f", values)
        values.byteswap()
    return base64.b64encode(values.tobytes()).decode()
