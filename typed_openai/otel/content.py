"""What people and models said, in the form of the GenAI semantic conventions: messages of parts, as JSON.

Recorded only when it is asked for: `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` is `SPAN_ONLY`, `EVENT_ONLY` or
`SPAN_AND_EVENT` (`true`, as older instrumentations have it, is `SPAN_ONLY`). Anything else is `NO_CONTENT`.

Rules
* What the conventions have no part for is kept as it is, with its own `type`.
* Pictures and sound are in there as they were sent: a data URL as a `blob` of base64, any other as its `uri`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from pydantic_core import to_jsonable_python

from typed_openai.core.redact import logger
from typed_openai.otel.attributes import field_of, finish_reasons, text_of

if TYPE_CHECKING:
    from typed_openai.core.observers import ObservedCall

VARIABLE = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
_MODES = {
    "": (False, False),
    "NO_CONTENT": (False, False),
    "FALSE": (False, False),
    "TRUE": (True, False),
    "SPAN_ONLY": (True, False),
    "EVENT_ONLY": (False, True),
    "SPAN_AND_EVENT": (True, True),
}
_TEXTS = ("text", "input_text", "output_text", "refusal", "summary_text", "reasoning_text")
_SOUND = {"wav": "audio/wav", "mp3": "audio/mpeg"}
_TOLD = {"tool_calls": "tool_call"}
"""Why a model stopped, where messages say it in another word than spans."""
_wrong: set[str] = set()


def captured() -> tuple[bool, bool]:
    """Whether content goes onto spans, and into events."""
    said = os.environ.get(VARIABLE, "").strip().upper()
    found = _MODES.get(said)
    if found is None:
        if said not in _wrong:
            _wrong.add(said)
            logger.warning("%s is %r, none of %s: no content is recorded", VARIABLE, said, ", ".join(list(_MODES)[1:]))
        return False, False
    return found


def content(call: ObservedCall, result: object) -> dict[str, Any]:
    """Attributes of what was said on both sides, as plain data."""
    given = _plain(call.asked("messages"))
    if given is None:
        given = _plain(call.asked("input"))
    if given is None:
        given = _plain(call.asked("prompt"))
    instructions = _plain(call.asked("instructions"))
    found = {
        "gen_ai.input.messages": _input_messages(given),
        "gen_ai.output.messages": _output_messages(result),
        "gen_ai.system_instructions": [_text(instructions)] if isinstance(instructions, str) else None,
        "gen_ai.tool.definitions": _tools(_plain(call.asked("tools"))) if call.kind == "request" else None,
    }
    return {name: value for name, value in found.items() if value}


def tool_content(asked: object, outcome: object) -> dict[str, Any]:
    """The arguments of a call of a tool, and what the model was told."""
    found = {
        "gen_ai.tool.call.arguments": field_of(asked, "arguments"),
        "gen_ai.tool.call.result": _plain(field_of(outcome, "output")),
    }
    return {name: value for name, value in found.items() if value is not None}


def as_text(value: Any) -> str:
    """How such a value stands on a span."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _plain(value: object) -> Any:
    if value is None or isinstance(value, str):
        return value
    return to_jsonable_python(value, exclude_none=True, fallback=lambda other: f"<{type(other).__name__}>")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(said: str) -> dict[str, Any]:
    return {"type": "text", "content": said}


def _input_messages(given: Any) -> list[dict[str, Any]]:
    """Messages of chat, items of responses, texts: as messages; calls of tools that follow each other are one."""
    messages: list[dict[str, Any]] = []
    for each in _listed(given):
        role, parts = _role_and_parts(each)
        if messages and role == messages[-1]["role"] == "assistant" and parts and parts[0]["type"] == "tool_call":
            messages[-1]["parts"] += parts
        elif parts:
            name = field_of(each, "name") if field_of(each, "role") else None
            messages.append({"role": role, "parts": parts, **({"name": name} if name else {})})
    return messages


def _role_and_parts(item: Any) -> tuple[str, list[dict[str, Any]]]:
    if not isinstance(item, Mapping):
        return "user", [_text(str(item))]
    role, kind = item.get("role"), item.get("type")
    if role == "tool" or kind in ("function_call_output", "custom_tool_call_output"):
        said = item.get("content", item.get("output"))
        return "tool", [
            {"type": "tool_call_response", "id": item.get("tool_call_id", item.get("call_id")), "response": said}
        ]
    if role is None:
        return "assistant", _item(item)
    calls = [_call(each) for each in _listed(item.get("tool_calls"))]
    return str(role), [*map(_part, _listed(item.get("content"))), *calls]


def _item(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The parts of an item of a response that is no message."""
    kind = str(item.get("type"))
    if kind in ("function_call", "custom_tool_call"):
        said = item.get("arguments", item.get("input"))
        return [{"type": "tool_call", "id": item.get("call_id"), "name": item.get("name"), "arguments": _read(said)}]
    if kind == "reasoning":
        pieces = [*_listed(item.get("summary")), *_listed(item.get("content"))]
        return [{"type": "reasoning", "content": str(field_of(piece, "text"))} for piece in pieces]
    if kind.endswith("_call"):
        told = {name: value for name, value in item.items() if name not in ("id", "type")}
        name = kind.removesuffix("_call")
        return [{"type": "server_tool_call", "id": item.get("id"), "name": name, "server_tool_call": told}]
    return [dict(item)]


def _part(part: Any) -> dict[str, Any]:
    if not isinstance(part, Mapping):
        return _text(str(part))
    kind = part.get("type")
    if kind in _TEXTS:
        return _text(str(part.get("text", part.get("refusal", ""))))
    if kind in ("image_url", "input_image"):
        url = part.get("image_url")
        return _linked(field_of(url, "url") if isinstance(url, Mapping) else url, part.get("file_id"), "image")
    if kind == "input_audio":
        sound = part.get("input_audio")
        kind_of_sound = _SOUND.get(str(field_of(sound, "format")))
        return _blob(kind_of_sound, "audio", field_of(sound, "data"))
    if kind in ("file", "input_file"):
        file = part.get("file", part)
        return _linked(field_of(file, "file_data") or field_of(file, "file_url"), field_of(file, "file_id"), "document")
    return dict(part)


def _linked(url: Any, file_id: Any, modality: str) -> dict[str, Any]:
    if not isinstance(url, str):
        return {"type": "file", "modality": modality, "file_id": file_id}
    if not url.startswith("data:"):
        return {"type": "uri", "modality": modality, "uri": url}
    head, _, data = url.removeprefix("data:").partition(",")
    return _blob(head.partition(";")[0] or None, modality, data)


def _blob(mime_type: str | None, modality: str, data: Any) -> dict[str, Any]:
    return {"type": "blob", "mime_type": mime_type, "modality": modality, "content": data}


def _call(call: Any) -> dict[str, Any]:
    """A call of a tool, as chat has it."""
    body = field_of(call, str(field_of(call, "type") or "function"))
    said = field_of(body, "arguments") or field_of(body, "input")
    return {"type": "tool_call", "id": field_of(call, "id"), "name": field_of(body, "name"), "arguments": _read(said)}


def _read(arguments: Any) -> Any:
    if isinstance(arguments, str):
        with suppress(ValueError):
            return json.loads(arguments)
    return arguments


def _output_messages(result: object) -> list[dict[str, Any]]:
    choices = field_of(result, "choices")
    if isinstance(choices, list):
        return [_choice(_plain(choice)) for choice in choices]
    output = field_of(result, "output")
    if not isinstance(output, list):
        return []
    parts: list[dict[str, Any]] = []
    for item in _listed(_plain(output)):
        parts += _role_and_parts(item)[1]
    reasons = finish_reasons(result)
    reason = _TOLD.get(reasons[-1], reasons[-1]) if reasons else None
    return [{"role": "assistant", "parts": parts, "finish_reason": reason}] if parts else []


def _choice(choice: Any) -> dict[str, Any]:
    """A choice of chat, or of a plain completion."""
    message = field_of(choice, "message")
    text = choice if isinstance(choice, str) else field_of(choice, "text")
    role, parts = _role_and_parts({"role": "assistant", "content": text} if message is None else message)
    if refusal := text_of(message, "refusal"):
        parts.append(_text(refusal))
    reason = text_of(choice, "finish_reason")
    return {"role": role, "parts": parts, "finish_reason": _TOLD.get(reason or "", reason)}


def _tools(tools: Any) -> list[dict[str, Any]]:
    definitions: list[dict[str, Any]] = []
    for tool in filter(None, _listed(tools)):
        kind = str(field_of(tool, "type"))
        body = field_of(tool, kind) or tool
        told = {name: field_of(body, name) for name in ("name", "description", "parameters")}
        told["name"] = told["name"] or kind
        definitions.append({"type": kind, **{name: value for name, value in told.items() if value is not None}})
    return definitions
