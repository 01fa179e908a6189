"""Members of requests that one server has of its own are named once, by the client (`vendor_fields`) or its preset."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from tests.canned import Connect, Wire, completion, done, refused
from typed_openai import ConfigurationError, OpenAI
from typed_openai.providers import PROVIDERS, Provider

CACHED: dict[str, Any] = {"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}}
VIDEO: dict[str, Any] = {"type": "video_url", "video_url": {"url": "https://x/a.mp4"}, "fps": 2}
USER: dict[str, Any] = {"role": "user", "content": "hi"}
MESSAGES: dict[str, list[dict[str, Any]]] = {
    "cache_control": [
        {"role": "system", "content": [CACHED]},
        {"role": "user", "content": [CACHED]},
        {**USER, "cache_control": {}},
        {"role": "tool", "tool_call_id": "c", "content": [CACHED]},
    ],
    "video_url": [{"role": "user", "content": [VIDEO, {"type": "text", "text": "a"}]}],
    "prefix": [USER, {"role": "assistant", "content": "{", "prefix": True}],
    "partial": [USER, {"role": "assistant", "content": "{", "partial": True}],
}


@pytest.mark.parametrize("name", MESSAGES)
async def test_what_is_named_passes_at_any_depth_and_is_sent_as_given(connect: Connect, name: str) -> None:
    wire = Wire(completion())
    client = connect(wire, vendor_fields=[name])
    await done(client.chat.completions.create(model="m", messages=iter(MESSAGES[name])))
    assert wire.body["messages"] == MESSAGES[name]


@pytest.mark.parametrize("name", MESSAGES)
async def test_what_nobody_named_is_refused_and_told_how(connect: Connect, name: str) -> None:
    error = await refused(connect, model="m", messages=MESSAGES[name])
    assert f"vendor_fields=[{name!r}]" in str(error)


async def test_everything_else_is_checked_as_ever(connect: Connect) -> None:
    wire = Wire(completion())
    client = connect(wire, vendor_fields=["cache_control"])
    messages = [{"role": "user", "content": [{**CACHED, "txt": "b"}]}]
    with pytest.raises(ValueError, match="txt") as caught:
        await done(client.chat.completions.create(model="m", messages=messages, temperature=9))
    assert "cache_control" not in str(caught.value)
    assert "temperature" in str(caught.value)
    assert not wire.requests


async def test_it_holds_for_one_call_and_for_the_top_of_a_request(connect: Connect) -> None:
    wire = Wire(completion())
    client = connect(wire)
    there = client.with_options(vendor_fields=["top_k"])
    await done(there.chat.completions.create(model="m", messages=[USER], top_k=3))
    assert wire.body["top_k"] == 3
    with pytest.raises(ValueError, match="top_k"):
        await done(client.chat.completions.create(model="m", messages=[USER], top_k=3))


async def test_answers_are_in_their_forms_beside_it(connect: Connect) -> None:
    wire = Wire(completion())
    client = connect(wire, vendor_fields=["cache_control"])
    answer = (await done(client.chat.completions.create(model="m", messages=[USER]))).choices[0].message
    await done(client.chat.completions.create(model="m", messages=[*MESSAGES["cache_control"], answer]))
    assert wire.body["messages"][-1] == answer.as_input()


async def test_responses_have_it_too(connect: Connect) -> None:
    wire = Wire(completion())
    client = connect(wire, vendor_fields=["cache_control"])
    items = [{"role": "user", "content": [{"type": "input_text", "text": "a", "cache_control": {}}]}]
    await done(client.with_raw_response.responses.create(model="m", input=items))
    assert wire.body["input"] == items


PRESETS = {
    "deepseek": {"prefix"},
    "mistral": {"prefix"},
    "moonshot": {"partial", "video_url"},
    "openrouter": {"cache_control", "video_url"},
    "qwen": {"cache_control", "partial", "video_url"},
    "together": {"video_url"},
    "vllm": {"video_url"},
}


def test_presets_name_what_their_servers_document() -> None:
    assert {name: set(row.vendor_fields) for name, row in PROVIDERS.items() if row.vendor_fields} == PRESETS


@pytest.mark.parametrize("name", PRESETS)
async def test_a_preset_lets_its_own_through_without_a_warning(
    connect: Connect, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    wire = Wire(completion())
    client = connect(wire, provider=name, api_key="k")
    with caplog.at_level(logging.WARNING, "typed_openai"):
        for field in PRESETS[name]:
            await done(client.chat.completions.create(model="m", messages=MESSAGES[field]))
            assert wire.body["messages"] == MESSAGES[field]
        assert caplog.records == []
        await done(client.chat.completions.create(model="m", messages=[{**USER, "strange": 1}]))
    assert "strange" in caplog.text


async def test_the_names_of_a_user_stand_beside_those_of_the_preset(connect: Connect) -> None:
    mine = Provider(
        name="mine", base_url="http://localhost/v1", needs_key=False, validation="strict", vendor_fields=("prefix",)
    )
    wire = Wire(completion())
    client = connect(wire, provider=mine, vendor_fields=("partial",))
    for field in ("prefix", "partial"):
        await done(client.chat.completions.create(model="m", messages=MESSAGES[field]))
        assert wire.body["messages"] == MESSAGES[field]


@pytest.mark.parametrize("wrong", ["cache_control", [3], [""], {"a": 1}])
def test_what_is_no_list_of_names_is_refused(wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match="vendor_fields"):
        OpenAI(api_key="k", vendor_fields=wrong)
