"""What this server answered, counted: tokens, vectors and pictures, by model and project, for `/organization/usage`.

The service looks at each whole answer (`count`); who asks for usage gets what was counted (`Counts.entries`).

Weak spots: streams are not counted, nor what has no `usage` in its answer (speech, searches, sessions).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from typed_openai.local.exchange import Answer, Reply, Request
from typed_openai.local.state import State

KINDS = {
    "/v1/chat/completions": "completions",
    "/v1/completions": "completions",
    "/v1/responses": "completions",
    "/v1/embeddings": "embeddings",
    "/v1/images/generations": "images",
    "/v1/images/edits": "images",
    "/v1/images/variations": "images",
}
"""What is counted where."""
_NAMES = {"prompt_tokens": "input_tokens", "completion_tokens": "output_tokens"}
_TOKENS = {"completions": ("input_tokens", "output_tokens"), "embeddings": ("input_tokens",)}


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer: its kind, when it was given, whose it was, and its numbers."""

    kind: str
    at: int
    whose: Mapping[str, str | None]
    numbers: Mapping[str, int]


@dataclass(slots=True)
class Counts:
    """All that one server answered, oldest first."""

    entries: list[Entry] = field(default_factory=list[Entry])


def count(state: State, request: Request, answer: Answer) -> None:
    """Count an answer, if it is one that counts."""
    kind = KINDS.get(request.path) if request.method == "POST" else None
    body: Any = answer.body if isinstance(answer, Reply) and answer.status == 200 else None
    if kind is None or not isinstance(body, dict):
        return
    whose = {"model": body.get("model"), "project_id": request.headers.get("openai-project", "proj_local")}
    numbers = {**dict(_numbers(kind, body)), "num_model_requests": 1}
    state.part(Counts).entries.append(Entry(kind, state.now(), whose, numbers))


def _numbers(kind: str, body: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    if kind == "images":
        yield "images", len(body.get("data") or ())
        return
    usage = {_NAMES.get(name, name): value for name, value in (body.get("usage") or {}).items()}
    yield from ((name, usage.get(name) or 0) for name in _TOKENS[kind])
