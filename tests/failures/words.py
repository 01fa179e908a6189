"""The words in which servers report failures, and the operations that may get them instead of an answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.canned import HELLO

FAILURES: list[tuple[str, dict[str, Any], str]] = [
    ("openai", {"error": {"message": "it broke", "code": "x"}}, "it broke"),
    ("text", {"error": "it broke"}, "it broke"),
    ("list", {"error": [{"message": "it broke"}, {"message": "badly"}]}, "it broke; badly"),
    ("true", {"error": True, "message": "it broke"}, "it broke"),
    ("number", {"error": 1, "msg": "it broke"}, "it broke"),
    ("vllm", {"object": "error", "message": "it broke", "code": 40001}, "it broke"),
    ("code", {"code": 500, "msg": "it broke", "success": False}, "it broke"),
    ("code and data", {"code": 401, "message": "it broke", "data": None}, "it broke"),
    ("success", {"success": False, "errors": [{"code": 7, "message": "it broke"}], "result": None}, "it broke"),
    ("error code", {"error_code": 336003, "error_msg": "it broke"}, "it broke"),
    ("camels", {"errorCode": "E1", "errorMessage": "it broke"}, "it broke"),
    ("error message", {"choices": None, "error_message": "it broke"}, "it broke"),
    ("envoy", {"message": "it broke"}, "it broke"),
    ("capitals", {"Message": "it broke"}, "it broke"),
    ("detail", {"detail": "it broke"}, "it broke"),
    ("fastapi", {"detail": [{"loc": ["body", "x"], "msg": "it broke", "type": "missing"}]}, "body.x: it broke"),
    ("status", {"status": "error", "reason": "it broke"}, "it broke"),
    ("problem", {"title": "Bad Gateway", "status": 502, "detail": "it broke"}, "it broke"),
    ("fault", {"fault": {"faultstring": "it broke", "detail": {"errorcode": "x"}}}, "it broke"),
    ("minimax", {"choices": None, "base_resp": {"status_code": 1004, "status_msg": "it broke"}}, "it broke"),
    ("ok", {"ok": False, "description": "it broke"}, "it broke"),
]
"""What to call it, the body, and what an error must say of it."""

OPERATIONS: dict[str, Callable[[Any], Any]] = {
    "chat.completions.create": lambda client: client.chat.completions.create(**HELLO),
    "chat.completions.retrieve": lambda client: client.chat.completions.retrieve("c"),
    "chat.completions.list": lambda client: client.chat.completions.list(),
    "completions.create": lambda client: client.completions.create(model="m", prompt="p"),
    "responses.create": lambda client: client.responses.create(model="m", input="i"),
    "responses.retrieve": lambda client: client.responses.retrieve("r"),
    "responses.delete": lambda client: client.responses.delete("r"),
    "responses.input_items.list": lambda client: client.responses.input_items.list("r"),
    "embeddings.create": lambda client: client.embeddings.create(model="m", input="i"),
    "images.generate": lambda client: client.images.generate(prompt="p"),
    "moderations.create": lambda client: client.moderations.create(input="i"),
    "audio.transcriptions.create": lambda client: client.audio.transcriptions.create(file=b"x", model="m"),
    "models.list": lambda client: client.models.list(),
    "models.retrieve": lambda client: client.models.retrieve("m"),
    "models.delete": lambda client: client.models.delete("m"),
    "files.retrieve": lambda client: client.files.retrieve("f"),
    "files.list": lambda client: client.files.list(),
    "batches.retrieve": lambda client: client.batches.retrieve("b"),
    "fine_tuning.jobs.retrieve": lambda client: client.fine_tuning.jobs.retrieve("j"),
    "vector_stores.create": lambda client: client.vector_stores.create(),
    "vector_stores.search": lambda client: client.vector_stores.search("v", query="q"),
    "conversations.items.retrieve": lambda client: client.conversations.items.retrieve("i", conversation_id="c"),
    "conversations.items.list": lambda client: client.conversations.items.list("c"),
    "beta.threads.runs.retrieve": lambda client: client.beta.threads.runs.retrieve("r", thread_id="t"),
    "beta.threads.messages.list": lambda client: client.beta.threads.messages.list("t"),
}
"""Calls that give one typed answer each."""

STREAMS: dict[str, tuple[Callable[[Any], Any], list[dict[str, Any]]]] = {
    "chat": (
        lambda client: client.chat.completions.create(**HELLO, stream=True),
        [{"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
         for choice in ({"index": 0, "delta": {"content": "A"}}, {"index": 0, "delta": {"content": "n"}})],
    ),
    "completions": (
        lambda client: client.completions.create(model="m", prompt="p", stream=True),
        [{"id": "c", "object": "text_completion", "created": 1, "model": "m", "choices": [{"index": 0, "text": text}]}
         for text in "An"],
    ),
    "responses": (
        lambda client: client.responses.create(model="m", input="i", stream=True),
        [{"type": "response.output_text.delta", "item_id": "m", "output_index": 0, "content_index": 0, "delta": text,
          "sequence_number": number, "logprobs": []} for number, text in enumerate("An")],
    ),
}  # fmt: skip
"""Streams and how two events of them look."""

OTHER_STREAMS: dict[str, tuple[Callable[[Any], Any], list[dict[str, Any]]]] = {
    "assistants": (
        lambda client: client.beta.threads.runs.create("t", assistant_id="a", stream=True),
        [{"event": "thread.message.delta", "data": {"id": "m", "object": "thread.message.delta", "delta": {
            "content": [{"index": 0, "type": "text", "text": {"value": text}}]}}} for text in "An"],
    ),
    "images": (
        lambda client: client.images.generate(prompt="p", model="gpt-image-1", stream=True),
        [{"type": "image_generation.partial_image", "b64_json": text, "partial_image_index": 0, "created_at": 1,
          "background": "auto", "output_format": "png", "quality": "low", "size": "1024x1024"} for text in "An"],
    ),
    "speech": (
        lambda client: client.audio.speech.create(model="m", voice="alloy", input="i", stream_format="sse"),
        [{"type": "speech.audio.delta", "audio": text} for text in ("QUFB", "QUJD")],
    ),
    "transcriptions": (
        lambda client: client.audio.transcriptions.create(file=b"x", model="m", stream=True),
        [{"type": "transcript.text.delta", "delta": text} for text in "An"],
    ),
}  # fmt: skip
"""Those of the areas around it."""
NAMED: dict[str, str] = {
    "responses": "response.output_text.delta",
    "assistants": "thread.message.delta",
    "images": "image_generation.partial_image",
    "speech": "speech.audio.delta",
    "transcriptions": "transcript.text.delta",
}
"""How an event that carries something is named, where events have names."""
FINISHES: dict[str, dict[str, Any]] = {
    "chat": {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [
        {"index": 0, "delta": {}, "finish_reason": "stop"}]},
    "completions": {"id": "c", "object": "text_completion", "created": 1, "model": "m", "choices": [
        {"index": 0, "text": "", "finish_reason": "stop"}]},
    "responses": {"type": "response.completed", "sequence_number": 2, "response": {
        "id": "r", "object": "response", "created_at": 1, "model": "m", "status": "completed", "output": [],
        "parallel_tool_calls": True, "tool_choice": "auto", "tools": []}},
}  # fmt: skip
"""The event with which a stream of each kind comes to its proper end."""
