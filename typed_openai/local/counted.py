"""What this server answered, counted: tokens, vectors and pictures, by model and project, for `/organization/usage`.

The service looks at each answer (`count`); who asks for usage gets what was counted (`Counts.entries`).

Weak spot: what has no `usage` in its answer is not counted (speech, searches, sessions).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from typed_openai.local.exchange import Answer, Reply, Request, StreamReply
from typed_openai.local.json_text import parse_json
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
    if kind is None or answer.status != 200:
        return
    body: Any = answer.body if isinstance(answer, Reply) else _of_stream(request, answer)
    if not isinstance(body, dict):
        return
    whose = {"model": body.get("model"), "project_id": request.headers.get("openai-project", "proj_local")}
    numbers = {**dict(_numbers(kind, body)), "num_model_requests": 1}
    state.part(Counts).entries.append(Entry(kind, state.now(), whose, numbers))


def _of_stream(request: Request, answer: StreamReply) -> dict[str, object] | None:
    """What the plain answer would say, as far as it counts; None for a stream without usage."""
    asked: Any = parse_json(request.body) if answer.usage else None
    return {"model": asked.get("model"), "usage": answer.usage} if isinstance(asked, dict) else None


def _numbers(kind: str, body: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    if kind == "images":
        yield "images", len(body.get("data") or ())
        return
    usage = {_NAMES.get(name, name): value for name, value in (body.get("usage") or {}).items()}
    yield from ((name, usage.get(name) or 0) for name in _TOKENS[kind])
