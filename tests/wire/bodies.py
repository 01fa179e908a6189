"""Answers as servers send them, to be bent by the tests: one whole completion, and the chunks of one."""

from __future__ import annotations

import copy
import json
from typing import Any

COMPLETION: dict[str, Any] = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1_700_000_000,
    "model": "m-1",
    "choices": [
        {
            "index": 0,
            "finish_reason": "stop",
            "logprobs": None,
            "message": {"role": "assistant", "content": "Hello there", "refusal": None},
        }
    ],
    "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
}


def completion(**changes: Any) -> dict[str, Any]:
    """A completion with some of its top fields changed; `...` leaves a field out."""
    body = {**copy.deepcopy(COMPLETION), **changes}
    return {name: value for name, value in body.items() if value is not ...}


def choice(**changes: Any) -> dict[str, Any]:
    """The choice of a completion with some fields changed; `...` leaves a field out."""
    body = {**copy.deepcopy(COMPLETION["choices"][0]), **changes}
    return {name: value for name, value in body.items() if value is not ...}


def piece(delta: dict[str, Any] | None = None, finish_reason: str | None = None, **changes: Any) -> dict[str, Any]:
    """One chunk; `...` leaves a field out."""
    body: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1_700_000_000,
        "model": "m-1",
        "choices": [{"index": 0, "delta": delta if delta is not None else {}, "finish_reason": finish_reason}],
        **changes,
    }
    return {name: value for name, value in body.items() if value is not ...}


def event(data: object, end: bytes = b"\n\n") -> bytes:
    """One unnamed event; data that is not bytes is sent as JSON."""
    return b"data: " + (data if isinstance(data, bytes) else json.dumps(data).encode()) + end


DONE = event(b"[DONE]")

HELLO: list[bytes] = [
    event(piece({"role": "assistant", "content": ""})),
    event(piece({"content": "Hel"})),
    event(piece({"content": "lo \u2028 dé"})),
    event(piece({"content": "jà"})),
    event(piece(finish_reason="stop")),
]
"""The events of an ordinary stream, up to its finish reason; `[DONE]` is not among them."""

TEXT = "Hello \u2028 déjà"
"""What they add up to."""
