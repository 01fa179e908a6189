"""What counts as a token here: a word with the space before it, in bits of at most eight characters.

That is no tokenizer of any model; it is a rule that anyone can check by eye, near enough to the real numbers to test
budgets and limits with. Everything that has to do with tokens stands in this file and agrees with itself: a stream
sends one token per chunk, `max_tokens` cuts after that many, log probabilities come one per token, usage counts them.

Rules: `"".join(split(text)) == text`, always; a character is never cut in two; log probabilities are never positive
and depend on the token and its place alone.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from typing import Any

PER_MESSAGE = 3
"""Tokens that the frame of one chat message costs; the reply's own frame costs as much again."""

_FREQUENT = "the a and of to in is it that for on was with as at by an be this from"
ALTERNATIVES = tuple(f" {word}" for word in _FREQUENT.split())

_TOKEN = re.compile(r"\s*\S{1,8}|\s+")


def split(text: str) -> list[str]:
    """The text in tokens, nothing lost."""
    return _TOKEN.findall(text)


def count(text: str) -> int:
    """How many tokens the text has."""
    return len(split(text))


def inputs(value: Any) -> list[str | list[int]]:
    """What an input holds that is a text, tokens, or several of either: each a text or the numbers of its tokens."""
    one = isinstance(value, str) or (value and isinstance(value[0], int))
    return [value] if one else list(value)


def cut(text: str, limit: int | None) -> tuple[str, bool]:
    """The text's first `limit` tokens, and whether anything was cut off."""
    found = split(text)
    if limit is None or len(found) <= limit:
        return text, False
    return "".join(found[:limit]), True


def cut_at_stop(text: str, stops: str | Iterable[str] | None) -> str:
    """The text up to the earliest of the stop sequences (one, several, none), which is not part of it."""
    listed = [stops] if isinstance(stops, str) else stops or []
    places = [place for stop in listed if stop and (place := text.find(stop)) >= 0]
    return text[: min(places)] if places else text


def chat_prompt(texts: Iterable[str]) -> int:
    """The tokens of a conversation's messages with their frames."""
    return PER_MESSAGE + sum(PER_MESSAGE + count(text) for text in texts)


def usage(prompt: int, completion: int) -> dict[str, Any]:
    """The usage object of chat and of text completions."""
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 0,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def response_usage(prompt: int, size: int, thoughts: int = 0) -> dict[str, Any]:
    """The usage object of responses and of decisions."""
    return {
        "input_tokens": prompt,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": size,
        "output_tokens_details": {"reasoning_tokens": thoughts},
        "total_tokens": prompt + size,
    }


def logprob(token: str, place: int) -> float:
    """An invented log probability between -0.5 and 0, the same for the same token at the same place."""
    return -(zlib.crc32(f"{place}:{token}".encode()) % 5000) / 10000


def likeliest(token: str, place: int, number: int) -> list[tuple[str, float]]:
    """The `number` likeliest tokens at a place with their log probabilities, the real one first."""
    others = [other for other in ALTERNATIVES if other != token]
    own = logprob(token, place)
    ranked = [(token, own), *((other, own - 1 - rank) for rank, other in enumerate(others))]
    return ranked[:number]


def token_logprobs(text: str, top: int) -> list[dict[str, Any]]:
    """One entry per token, as chat completions give them, each with its `top` likeliest."""
    return [
        _entry(token, logprob(token, place))
        | {"top_logprobs": [_entry(other, value) for other, value in likeliest(token, place, top)]}
        for place, token in enumerate(split(text))
    ]


def _entry(token: str, value: float) -> dict[str, Any]:
    return {"token": token, "logprob": value, "bytes": list(token.encode())}
