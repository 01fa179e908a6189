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
from typed_openai.local.arguments import Arguments, Json
from typed_openai.local.errors import missing, wrong_type, wrong_value
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.models import require_model
from typed_openai.local.router import route
from typed_openai.local.state import State

SIZES = {"text-embedding-3-large": 3072, "text-embedding-3-small": 1536, "text-embedding-ada-002": 1536}
"""Vector sizes of models that users know; every other model has `DEFAULT_SIZE`."""

DEFAULT_SIZE = 256
MOST_INPUTS = 2048
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
    body = request.arguments()
    model = body.string("model")
    require_model(state, model)
    size = body.integer("dimensions", 1, LARGEST_SIZE) or SIZES.get(model, DEFAULT_SIZE)
    base64_wanted = body.choice("encoding_format", ("float", "base64"), "float") == "base64"
    inputs = _inputs(body)
    used = sum(spent for _, spent in inputs)
    vectors = [vector(words, size) for words, _ in inputs]
    data = [
        {"object": "embedding", "index": index, "embedding": _base64(each) if base64_wanted else each.tolist()}
        for index, each in enumerate(vectors)
    ]
    usage = {"prompt_tokens": used, "total_tokens": used}
    return Reply({"object": "list", "data": data, "model": model, "usage": usage})


def _base64(values: array[float]) -> str:
    if sys.byteorder == "big":
        values = array("f", values)
        values.byteswap()
    return base64.b64encode(values.tobytes()).decode()


def _inputs(body: Arguments) -> list[tuple[list[str], int]]:
    """The inputs as words and token counts: a string, strings, tokens, or lists of tokens."""
    value = body.required("input")
    if isinstance(value, str):
        return [_text(value, "input")]
    if not isinstance(value, list):
        raise wrong_type("input", "a string or an array", value)
    if not 1 <= len(value) <= MOST_INPUTS:
        raise wrong_value("input", f"The parameter 'input' has {len(value)} items; it must have 1 to {MOST_INPUTS}.")
    if isinstance(value[0], int | float):
        return [_tokens(value, "input")]
    found: list[tuple[list[str], int]] = []
    for index, item in enumerate(value):
        at = f"input[{index}]"
        found.append(_tokens(item, at) if isinstance(item, list) else _text(item, at))
    return found


def _text(value: Json, at: str) -> tuple[list[str], int]:
    if not isinstance(value, str):
        raise wrong_type(at, "a string or an array of tokens", value)
    if not value:
        raise missing(at)
    return _WORD.findall(value.lower()) or [value], tokens.count(value)


def _tokens(value: list[Json], at: str) -> tuple[list[str], int]:
    for index, item in enumerate(value):
        whole = isinstance(item, int) or (isinstance(item, float) and item.is_integer())  # 1.0 is one in JSON
        if isinstance(item, bool) or not whole:
            raise wrong_type(f"{at}[{index}]", "an integer", item)
    if not value:
        raise missing(at)
    return [f"token {item:.0f}" if isinstance(item, float) else f"token {item}" for item in value], len(value)
