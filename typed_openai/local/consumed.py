"""What this server answered, and what that consumed: of all of it together, and by model and project, for usage.

`Counter.total` is what answers to POST say in their `usage`, whether a stream
was asked to tell it or not; `Counter.entries` are the single answers of the areas that `/organization/usage` tells of.

Weak spots: what is made in the background (responses, runs of assistants) is told by no answer to POST and is not
counted; what has no `usage` in its answer is no entry (speech, searches, sessions).
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from typed_openai.local.exchange import Answer, Reply, Request, StreamReply
from typed_openai.local.json_text import parse_json
from typed_openai.local.state import State

KINDS = {
    **dict.fromkeys(("/v1/chat/completions", "/v1/completions", "/v1/responses"), "completions"),
    "/v1/embeddings": "embeddings",
    **dict.fromkeys(("/v1/images/generations", "/v1/images/edits", "/v1/images/variations"), "images"),
}
"""Of what there are entries."""
_TOKENS = {"completions": ("input_tokens", "output_tokens"), "embeddings": ("input_tokens",)}


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


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer: its kind, when it was given, whose it was, and its numbers."""

    kind: str
    at: int
    whose: Mapping[str, str | None]
    numbers: Mapping[str, int]


class Counter:
    """What one server was asked and what it cost, so far; the entries oldest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.total = Consumed()
        self.entries: list[Entry] = []

    def add(self, request: Request, answer: Answer) -> None:
        """Count a request and what its answer says."""
        used = tokens_of(_usage(answer)) if request.method == "POST" else (0, 0)
        with self._lock:
            self.total = self.total.and_also(Consumed(1, *used))


def count(state: State, request: Request, answer: Answer) -> None:
    """Enter an answer, if it is one that counts."""
    kind, usage = KINDS.get(request.path) if request.method == "POST" else None, _usage(answer)
    if kind is None or answer.status != 200 or (isinstance(answer, StreamReply) and not usage):
        return
    said: Any = answer.body if isinstance(answer, Reply) else parse_json(request.body)
    used: Mapping[str, int] = dict(zip(("input_tokens", "output_tokens"), tokens_of(usage), strict=True))
    numbers = {"images": len(said["data"])} if kind == "images" else {name: used[name] for name in _TOKENS[kind]}
    whose = {"model": said.get("model"), "project_id": request.headers.get("openai-project", "proj_local")}
    state.part(Counter).entries.append(Entry(kind, state.now(), whose, {**numbers, "num_model_requests": 1}))


def _usage(answer: Answer) -> object:
    """What an answer says of what it consumed, or what a plain one would say in place of a stream."""
    if isinstance(answer, StreamReply):
        return answer.usage
    return answer.body.get("usage") if isinstance(answer.body, Mapping) else None


def tokens_of(usage: object) -> tuple[int, int]:
    """The tokens of input and output that a usage object tells of, whichever words it has for them."""
    return _tokens(usage, "input_tokens", "prompt_tokens"), _tokens(usage, "output_tokens", "completion_tokens")


def _tokens(usage: object, *names: str) -> int:
    found = (usage.get(name) for name in names) if isinstance(usage, Mapping) else ()
    return next((count for count in found if isinstance(count, int)), 0)
