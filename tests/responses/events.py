"""A response stream by hand: its events as dicts, read as the machine reads them, and as bytes on the wire."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import httpx

from typed_openai.models.readers import reader_of
from typed_openai.models.responses.stream_events import ResponseStreamEvent

HEAD: dict[str, Any] = {
    "id": "resp_1",
    "object": "response",
    "created_at": 1,
    "status": "in_progress",
    "error": None,
    "incomplete_details": None,
    "instructions": None,
    "model": "m",
    "tools": [],
    "output": [],
    "parallel_tool_calls": True,
    "metadata": {},
    "tool_choice": "auto",
    "temperature": 1.0,
    "top_p": 1.0,
}
THOUGHT = {"id": "rs_1", "type": "reasoning", "summary": [{"type": "summary_text", "text": "Hm."}]}
PART = {"type": "output_text", "text": "Hi you", "annotations": [], "logprobs": []}
MESSAGE = {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": [PART]}
CALL = {
    "id": "fc_1",
    "type": "function_call",
    "status": "completed",
    "call_id": "call_1",
    "name": "now",
    "arguments": '{"a":1}',
}
WHOLE = {**HEAD, "status": "completed", "output": [THOUGHT, MESSAGE, CALL]}


def story() -> list[dict[str, Any]]:
    """Thoughts, a message and a call, from `created` to `completed`."""
    thought = {"output_index": 0, "item_id": "rs_1", "summary_index": 0}
    text = {"output_index": 1, "item_id": "msg_1", "content_index": 0}
    call = {"output_index": 2, "item_id": "fc_1"}
    begun = {**CALL, "status": "in_progress", "arguments": ""}
    told: list[tuple[str, dict[str, Any]]] = [
        ("created", {"response": HEAD}),
        ("in_progress", {"response": HEAD}),
        ("output_item.added", {"output_index": 0, "item": {**THOUGHT, "summary": []}}),
        ("reasoning_summary_part.added", {**thought, "part": {"type": "summary_text", "text": ""}}),
        ("reasoning_summary_text.delta", {**thought, "delta": "Hm."}),
        ("reasoning_summary_text.done", {**thought, "text": "Hm."}),
        ("reasoning_summary_part.done", {**thought, "part": THOUGHT["summary"][0]}),
        ("output_item.done", {"output_index": 0, "item": THOUGHT}),
        ("output_item.added", {"output_index": 1, "item": {**MESSAGE, "status": "in_progress", "content": []}}),
        ("content_part.added", {**text, "part": {**PART, "text": ""}}),
        ("output_text.delta", {**text, "delta": "Hi", "logprobs": []}),
        ("output_text.delta", {**text, "delta": " ", "logprobs": []}),
        ("output_text.delta", {**text, "delta": "you", "logprobs": []}),
        ("output_text.done", {**text, "text": "Hi you", "logprobs": []}),
        ("content_part.done", {**text, "part": PART}),
        ("output_item.done", {"output_index": 1, "item": MESSAGE}),
        ("output_item.added", {"output_index": 2, "item": begun}),
        ("function_call_arguments.delta", {**call, "delta": '{"a"'}),
        ("function_call_arguments.delta", {**call, "delta": ":1}"}),
        ("function_call_arguments.done", {**call, "name": "now", "arguments": '{"a":1}'}),
        ("output_item.done", {"output_index": 2, "item": CALL}),
        ("completed", {"response": WHOLE}),
    ]
    return [{"type": f"response.{name}", "sequence_number": n, **data} for n, (name, data) in enumerate(told)]


def read(events: Iterable[dict[str, Any]]) -> list[Any]:
    """Events as models, the odd ones as the tolerant path gives them."""
    from typed_openai.core.answer.tolerant import read as tolerate

    found: list[Any] = []
    for event in events:
        try:
            found.append(reader_of(ResponseStreamEvent).validate_json(json.dumps(event), strict=True))
        except ValueError:
            found.append(tolerate(ResponseStreamEvent, event, "", []))
    return found


def wire(events: Iterable[dict[str, Any]], named: bool = True) -> bytes:
    """Events as they travel."""
    said = [(f"event: {event['type']}\n" if named else "", json.dumps(event)) for event in events]
    return b"".join(f"{head}data: {data}\n\n".encode() for head, data in said)


def transport(body: bytes) -> httpx.MockTransport:
    """A server that streams these bytes, whatever it is asked."""
    return httpx.MockTransport(
        lambda _: httpx.Response(200, headers={"content-type": "text/event-stream"}, content=body)
    )
