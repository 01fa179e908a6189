"""What the official package 3.57.0 knows and the API description does not yet: taken in strict mode, typed in results.

Found by a comparison of all its types with ours, path by path. Weak spot: a table of facts, not a comparison: the
official package is not installed where these tests run.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.canned import Connect, Wire, done, status
from typed_openai.models.assistants.assistant_events import ErrorEvent
from typed_openai.models.chat.params import ChatCompletionCreateParams
from typed_openai.models.responses.params import ResponseCreateParams
from typed_openai.models.responses.results import Response

_TOOLS: dict[str, dict[str, Any]] = {
    "function": {"type": "function", "name": "f", "parameters": {}, "strict": False, "async": True},
    "custom": {"type": "custom", "name": "c", "async": True},
    "namespace": {
        "type": "namespace",
        "name": "n",
        "description": "d",
        "tools": [{"type": "function", "name": "f", "async": True}, {"type": "custom", "name": "c", "async": True}],
    },
    "gif": {
        "type": "image_generation",
        "output_format": "gif",
        "frame_count": 4,
        "frame_duration_ms": 100,
        "complexity": "high",
        "quality": "xhigh",
        "size": "1536x864",
    },
    "svg": {
        "type": "image_generation",
        "output_format": "svg",
        "quality": "max",
        "svg": {"model": "gpt-6-astra", "reasoning": {"effort": "high"}},
    },
}
_PICTURE = {
    "type": "image_generation_call",
    "id": "ig_1",
    "status": "failed",
    "result": None,
    "action": "edit",
    "background": "opaque",
    "output_format": "svg",
    "quality": "max",
    "revised_prompt": "a cat",
    "size": "1536x864",
    "svg_usage": {"input_tokens": 1, "model": "m", "output_tokens": 2, "reasoning_tokens": 1, "total_tokens": 3},
    "error": {
        "code": "moderation_blocked",
        "message": "no",
        "param": None,
        "type": "image_generation_user_error",
        "moderation_details": {"categories": ["violence"], "moderation_stage": "input"},
    },
}
_ITEMS: dict[str, dict[str, Any]] = {
    "function call": {"type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}", "async": True},
    "custom call": {"type": "custom_tool_call", "call_id": "c2", "name": "c", "input": "x", "async": True},
    "picture": _PICTURE,
    "search": {"type": "web_search_call", "id": "ws_1", "status": "incomplete", "action": {"type": "search"}},
    "compaction": {"type": "compaction_trigger", "id": "ct_1"},
}


def sent(**arguments: Any) -> Any:
    made = ResponseCreateParams(model="m", **arguments)
    return json.loads(made.model_dump_json(exclude_unset=True, by_alias=True))


@pytest.mark.parametrize("kind", _TOOLS)
def test_tools_of_the_newest_package_are_sent_as_given(kind: str) -> None:
    assert sent(input="x", tools=[_TOOLS[kind]])["tools"] == [_TOOLS[kind]]


@pytest.mark.parametrize("kind", _ITEMS)
def test_items_of_the_newest_package_are_sent_as_given(kind: str) -> None:
    assert sent(input=[_ITEMS[kind]])["input"] == [_ITEMS[kind]]


def test_the_cache_can_be_filled_beforehand_and_compared() -> None:
    options = {"mode": "explicit", "ttl": "12h", "prewarm": True, "comparison_response_id": "resp_1"}
    assert sent(input="x", prompt_cache_options=options)["prompt_cache_options"] == options
    chat = ChatCompletionCreateParams.model_validate(
        {"model": "m", "messages": [{"role": "user", "content": "x"}], "prompt_cache_options": {"ttl": "12h"}}
    )
    assert chat.prompt_cache_options is not None
    assert chat.prompt_cache_options.ttl == "12h"


_REPORTS: dict[str, Any] = {
    "access_programs": {"cyber": "standard"},
    "image": {"context_compression": "enabled"},
    "input_transformations": [{"id": "rs_1", "action": "removed", "reason": "model_mismatch", "type": "reasoning"}],
    "prompt_cache_diagnostics": {
        "type": "cache_miss", "cache_missed_tokens": 5, "reason": "tools_changed", "comparison_reusable_tokens": 3
    },
    "prompt_cache_options": {"mode": "implicit", "ttl": "12h", "comparison_response_id": "resp_0"},
    "tool_usage": {
        "image_gen": {
            "input_tokens": 1, "input_tokens_details": {"image_tokens": 1, "text_tokens": 0},
            "output_tokens": 2, "output_tokens_details": {"image_tokens": 2, "text_tokens": 0},
            "total_tokens": 3, "cached_tokens": 1,
            "cached_tokens_details": {"cached_image_tokens": 1, "cached_text_tokens": 0},
        },
        "web_search": {"num_requests": 2},
    },
    "error": {
        "code": "misalignment_policy_violation", "message": "no", "type": "invalid_request_error", "param": "input",
        "misalignment": {
            "detailed_explanation": "it wrote mail", "error_type": "other", "review_target": "rt_1",
            "steer": {"message": "do not"},
        },
    },
    "usage": {
        "input_tokens": 1,
        "input_tokens_details": {
            "cached_tokens": 0, "cache_write_tokens": 1,
            "cache_write_tokens_details": {"ttl_12h_tokens": 1, "ttl_30m_tokens": 0},
        },
        "output_tokens": 0, "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": 1,
    },
    "tools": list(_TOOLS.values()),
    "output": [_ITEMS["function call"], _ITEMS["custom call"], _PICTURE, _ITEMS["search"]],
    "instructions": [
        {"type": "configuration_update", "id": "cu_1", "reasoning": {"effort": "low"}},
        {
            "type": "message", "role": "user",
            "content": [
                {"type": "input_text", "text": "x", "prompt_cache_breakpoint": {"mode": "explicit", "ttl": "12h"}}
            ],
        },
    ],
}  # fmt: skip


def unknown_members(value: Any) -> list[str]:
    """The names at any depth that no model knows."""
    if isinstance(value, list):
        return [name for each in value for name in unknown_members(each)]
    inner = getattr(type(value), "model_fields", None)
    if inner is None:
        return []
    below = [name for field in inner for name in unknown_members(getattr(value, field))]
    return [*(value.model_extra or ()), *below]


@pytest.mark.parametrize("name", _REPORTS)
def test_what_the_newest_service_reports_is_typed(name: str) -> None:
    body = {
        "id": "resp_1", "object": "response", "created_at": 1, "model": "m", "output": [], "tools": [],
        "tool_choice": "auto", "parallel_tool_calls": True, name: _REPORTS[name],
    }  # fmt: skip
    read = Response.model_validate_json(json.dumps(body), strict=True)
    assert unknown_members(read) == []
    assert read.to_dict() == body


def test_the_error_of_a_stream_of_assistants_says_what_was_stopped() -> None:
    data = {"code": None, "message": "no", "param": None, "type": "x", "misalignment": {"error_type": "other"}}
    read = ErrorEvent.model_validate_json(json.dumps({"event": "error", "data": data}), strict=True)
    assert unknown_members(read) == []
    assert read.data.misalignment is not None
    assert read.data.misalignment.error_type == "other"


@pytest.mark.parametrize("size", ["auto", "1024x1024", "1792x1024", "1536x864"])
async def test_sizes_are_known_values_or_any_other(connect: Connect, size: str) -> None:
    wire = Wire(status(200, {"created": 1, "data": []}))
    await done(connect(wire).images.generate(prompt="x", size=size))
    assert wire.body["size"] == size
