"""How many requests a server answered, and the tokens that it says were consumed.

Counted is what answers to POST say in their `usage`, whether a stream was asked to tell it or not. Weak spot: what is
made in the background (responses, runs of assistants) is told by no answer to POST and is not counted.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import NamedTuple

from typed_openai.local.exchange import Answer, StreamReply


class Consumed(NamedTuple):
    """A number of requests, and the tokens of their answers."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0

    @property
    def total_tokens(self) -> int:
        """Of input and output."""
        return self.input_tokens + self.output_tokens

    def and_also(self, other: Consumed) -> Consumed:
        """Both together."""
        return Consumed(*(one + more for one, more in zip(self, other, strict=True)))


class Counter:
    """What one server was asked and what it cost, so far."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.total = Consumed()

    def add(self, method: str, answer: Answer) -> None:
        """Count a request and what its answer says."""
        usage: object = None
        if method == "POST":
            usage = answer.usage if isinstance(answer, StreamReply) else _member(answer.body, "usage")
        with self._lock:
            self.total = self.total.and_also(Consumed(1, *tokens_of(usage)))


def tokens_of(usage: object) -> tuple[int, int]:
    """The tokens of input and output that a usage object tells of, whichever words it has for them."""
    return _tokens(usage, "input_tokens", "prompt_tokens"), _tokens(usage, "output_tokens", "completion_tokens")


def _member(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, Mapping) else None


def _tokens(usage: object, *names: str) -> int:
    found = (_member(usage, name) for name in names)
    return next((count for count in found if isinstance(count, int)), 0)
