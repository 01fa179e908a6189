"""A response and its stream as the service sends them: 1,000 events, each with its name, number and padding.

Thoughts, then a text, then a function call; most events bring a few characters of one of them. What is whole is told
again in the `done` events, and all of it in the last one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

BEGUN: dict[str, Any] = json.loads("""{
    "id": "resp_68a1f7c2b09c8191a3f0d1e5b7c9a2040d1e5b7c9a204f13", "object": "response", "created_at": 1755445186,
    "status": "in_progress", "background": false, "error": null, "incomplete_details": null, "instructions": null,
    "max_output_tokens": null, "max_tool_calls": null, "model": "gpt-5-2025-08-07", "output": [],
    "parallel_tool_calls": true, "previous_response_id": null, "prompt_cache_key": null,
    "reasoning": {"effort": "medium", "summary": "detailed"}, "safety_identifier": null, "service_tier": "default",
    "store": true, "temperature": 1.0, "text": {"format": {"type": "text"}, "verbosity": "medium"},
    "tool_choice": "auto", "tools": [{"type": "function", "name": "look_up", "description": null, "strict": true,
    "parameters": {"type": "object", "properties": {"name": {"type": "string"}}}}], "top_logprobs": 0, "top_p": 1.0,
    "truncation": "disabled", "usage": null, "user": null, "metadata": {}}""")
USAGE: dict[str, Any] = json.loads("""{
    "input_tokens": 61, "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
    "output_tokens": 974, "output_tokens_details": {"reasoning_tokens": 96}, "total_tokens": 1035}""")
SUMMARIES, WORDS, PIECES = 96, 700, 188  # how many deltas of thoughts, of the text, of the function's arguments
SUFFIX = "68a1f7c3d2e48191b6a4c8e0f2d4b6a80d1e5b7c9a204f13"
PADDING = {"obfuscation": "q8Zr2LwPx0aB"}


def _told() -> Iterator[tuple[str, dict[str, Any]]]:
    """The names and fields of all events."""
    thoughts, text, arguments = " Hmm," * SUMMARIES, " word" * WORDS, '"x":' * PIECES
    summary: dict[str, Any] = {"type": "summary_text", "text": thoughts}
    thought = {"id": f"rs_{SUFFIX}", "type": "reasoning", "summary": [summary]}
    part: dict[str, Any] = {"type": "output_text", "annotations": [], "logprobs": [], "text": text}
    said = {"id": f"msg_{SUFFIX}", "type": "message", "status": "completed", "role": "assistant", "content": [part]}
    called = {"call_id": "call_9Ue2pXc4vN7bQ1sL5kT8wYzA", "name": "look_up", "arguments": arguments}
    call = {"id": f"fc_{SUFFIX}", "type": "function_call", "status": "completed", **called}
    yield "created", {"response": BEGUN}
    yield "in_progress", {"response": BEGUN}

    at: dict[str, Any] = {"item_id": thought["id"], "output_index": 0, "summary_index": 0}
    yield "output_item.added", {"output_index": 0, "item": {**thought, "summary": []}}
    yield "reasoning_summary_part.added", {**at, "part": {**summary, "text": ""}}
    yield from [("reasoning_summary_text.delta", {**at, "delta": " Hmm,", **PADDING})] * SUMMARIES
    yield "reasoning_summary_text.done", {**at, "text": thoughts}
    yield "reasoning_summary_part.done", {**at, "part": summary}
    yield "output_item.done", {"output_index": 0, "item": thought}

    at = {"item_id": said["id"], "output_index": 1, "content_index": 0}
    yield "output_item.added", {"output_index": 1, "item": {**said, "status": "in_progress", "content": []}}
    yield "content_part.added", {**at, "part": {**part, "text": ""}}
    yield from [("output_text.delta", {**at, "delta": " word", "logprobs": [], **PADDING})] * WORDS
    yield "output_text.done", {**at, "text": text, "logprobs": []}
    yield "content_part.done", {**at, "part": part}
    yield "output_item.done", {"output_index": 1, "item": said}

    at = {"item_id": call["id"], "output_index": 2}
    yield "output_item.added", {"output_index": 2, "item": {**call, "status": "in_progress", "arguments": ""}}
    yield from [("function_call_arguments.delta", {**at, "delta": '"x":', **PADDING})] * PIECES
    yield "function_call_arguments.done", {**at, "name": "look_up", "arguments": arguments}
    yield "output_item.done", {"output_index": 2, "item": call}
    yield "completed", {"response": {**BEGUN, "status": "completed", "output": [thought, said, call], "usage": USAGE}}


def event(number: int, name: str, data: dict[str, Any]) -> bytes:
    told = {"type": f"response.{name}", "sequence_number": number, **data}
    return f"event: response.{name}\ndata: {json.dumps(told, separators=(',', ':'))}\n\n".encode()


EVENTS = [event(number, name, data) for number, (name, data) in enumerate(_told())]
BLOCKS = [b"".join(EVENTS[start : start + 5]) for start in range(0, len(EVENTS), 5)]
RESPONSE = json.dumps(list(_told())[-1][1]["response"]).encode()
