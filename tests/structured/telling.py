"""Both APIs behind one face, so that a test of streamed values is written once: an answer told in pieces of text.

CHAT.events('{"name"', ': "Anna"}')      the events, as dicts
CHAT.stream(client, kind)                stream() with the parameter that names the type
await CHAT.final(stream)                 the final result; CHAT.parsed(result) is its value
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import httpx

from tests.canned import HELLO, Answer, done
from tests.responses.events import HEAD

CHAT_USAGE = {"prompt_tokens": 5, "completion_tokens": 3, "total_tokens": 8}
RESPONSE_USAGE = {
    "input_tokens": 5,
    "input_tokens_details": {"cached_tokens": 0},
    "output_tokens": 3,
    "output_tokens_details": {"reasoning_tokens": 0},
    "total_tokens": 8,
}
Event = dict[str, Any]


class ChatTelling:
    """`chat.completions.stream(response_format=...)`."""

    name = "chat"
    ends_with_done = True

    def events(self, *pieces: str, finish: str = "stop", refusal: str | None = None, call: bool = False) -> list[Event]:
        deltas: list[Event] = [{"role": "assistant", "content": ""}, *({"content": piece} for piece in pieces)]
        if refusal is not None:
            deltas.append({"refusal": refusal})
        if call:
            function = {"name": "f", "arguments": "{}"}
            deltas.append({"tool_calls": [{"index": 0, "id": "c", "type": "function", "function": function}]})
        told = [chunk([{"index": 0, "delta": delta, "finish_reason": None}]) for delta in deltas]
        told.append(chunk([{"index": 0, "delta": {}, "finish_reason": finish}]))
        return [*told, chunk([], usage=CHAT_USAGE)]

    def cut(self) -> list[Event]:
        return self.events('{"name": "An', finish="length")

    def filtered(self) -> list[Event]:
        return self.events('{"name": "An', finish="content_filter")

    def refused(self) -> list[Event]:
        return self.events(refusal="I will not.")

    def called(self) -> list[Event]:
        return self.events(call=True, finish="tool_calls")

    def stream(self, client: Any, kind: Any, **params: Any) -> Any:
        return client.chat.completions.stream(**{**HELLO, "response_format": kind, **params})

    async def final(self, stream: Any) -> Any:
        return await done(stream.get_final_completion())

    def parsed(self, result: Any) -> Any:
        return result.parsed

    def asked(self, body: Any) -> Any:
        return body["response_format"]["json_schema"]

    def text(self, snapshot: Any) -> str:
        return str(snapshot.text) if snapshot is not None else ""


class ResponseTelling:
    """`responses.stream(text_format=...)`."""

    name = "responses"
    ends_with_done = False

    def events(self, *pieces: str, end: str = "completed", output: Any = None, **more: Any) -> list[Event]:
        place = {"output_index": 0, "item_id": "msg_1", "content_index": 0}
        text = "".join(pieces)
        told: list[tuple[str, Event]] = [("created", {"response": HEAD})]
        told += [("output_text.delta", {**place, "delta": piece, "logprobs": []}) for piece in pieces]
        if text:
            told.append(("output_text.done", {**place, "text": text, "logprobs": []}))
        items = [message({"type": "output_text", "text": text, "annotations": []})] if text else []
        whole = {**HEAD, "status": end, "usage": RESPONSE_USAGE, "output": items if output is None else output, **more}
        told.append((end, {"response": whole}))
        return [{"type": f"response.{name}", "sequence_number": n, **data} for n, (name, data) in enumerate(told)]

    def cut(self) -> list[Event]:
        why = {"reason": "max_output_tokens"}
        return self.events('{"name": "An', end="incomplete", incomplete_details=why)

    def filtered(self) -> list[Event]:
        return self.events('{"name": "An', end="incomplete", incomplete_details={"reason": "content_filter"})

    def refused(self) -> list[Event]:
        return self.events(output=[message({"type": "refusal", "refusal": "I will not."})])

    def called(self) -> list[Event]:
        call = {"type": "function_call", "id": "fc", "call_id": "c", "name": "f", "arguments": "{}"}
        return self.events(output=[{**call, "status": "completed"}])

    def stream(self, client: Any, kind: Any, **params: Any) -> Any:
        return client.responses.stream(**{"model": "m", "input": "Who?", "text_format": kind, **params})

    async def final(self, stream: Any) -> Any:
        return await done(stream.get_final_response())

    def parsed(self, result: Any) -> Any:
        return result.output_parsed

    def asked(self, body: Any) -> Any:
        return body["text"]["format"]

    def text(self, snapshot: Any) -> str:
        return str(snapshot.output_text) if snapshot is not None else ""


CHAT, RESPONSES = ChatTelling(), ResponseTelling()


def chunk(choices: list[Event], **more: Any) -> Event:
    return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices, **more}


def message(part: Event) -> Event:
    return {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": [part]}


def sent(events: Iterable[Event], ends: bool = True) -> Answer:
    """The events as a server sends them; `ends` adds what ends a chat stream."""
    blocks = []
    for event in events:
        name = f"event: {event['type']}\n" if "type" in event else ""
        blocks.append(f"{name}data: {json.dumps(event)}\n\n")
    content = "".join([*blocks, *(["data: [DONE]\n\n"] if ends else [])]).encode()

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=content, headers={"content-type": "text/event-stream"})

    return answer
