"""Streamed chat: its chunks are as described and add up to the plain answer."""

from __future__ import annotations

from typing import Any

import pytest

from tests.local.api import Api, assert_described
from tests.local.test_chat_tools import CLOCK, CODE, WEATHER

VARIANTS: list[dict[str, object]] = [
    {},
    {"n": 3},
    {"max_tokens": 3},
    {"stop": "was"},
    {"logprobs": True, "top_logprobs": 2},
    {"response_format": {"type": "json_object"}},
    {"tools": [WEATHER, CLOCK]},
    {"tools": [CODE]},
    {"tools": [WEATHER], "n": 2},
    {"functions": [WEATHER["function"]]},
]


def add_up(events: list[Any]) -> list[dict[str, Any]]:
    """The choices that a stream's chunks amount to, by the rules of the API."""
    choices: dict[int, dict[str, Any]] = {}
    for entry in (entry for event in events for entry in event["choices"]):
        choice = choices.setdefault(entry["index"], {"text": "", "calls": {}, "function": ["", ""], "logprobs": []})
        delta = entry["delta"]
        choice["text"] += delta.get("content") or ""
        for call in delta.get("tool_calls", []):
            kept = choice["calls"].setdefault(call["index"], {"id": call.get("id"), "name": "", "arguments": ""})
            inner = call.get("function") or call.get("custom")
            kept["name"] += inner.get("name", "")
            kept["arguments"] += inner.get("arguments", inner.get("input"))
        if "function_call" in delta:
            choice["function"][0] += delta["function_call"].get("name", "")
            choice["function"][1] += delta["function_call"]["arguments"]
        choice["logprobs"] += (entry["logprobs"] or {"content": []})["content"]
        choice["finish"] = entry["finish_reason"]
    return [choices[index] for index in sorted(choices)]


def taken_apart(choice: Any) -> dict[str, Any]:
    """A plain choice in the same form."""
    message = choice["message"]
    inner = [(call["id"], call.get("function") or call["custom"]) for call in message.get("tool_calls", [])]
    called = message.get("function_call", {"name": "", "arguments": ""})
    return {
        "text": message["content"] or "",
        "calls": {
            index: {"id": each, "name": made["name"], "arguments": made.get("arguments", made.get("input"))}
            for index, (each, made) in enumerate(inner)
        },
        "function": [called["name"], called["arguments"]],
        "logprobs": (choice["logprobs"] or {"content": []})["content"],
        "finish": choice["finish_reason"],
    }


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda each: "+".join(each) or "plain")
def test_a_stream_adds_up_to_the_plain_answer(api: Api, variant: dict[str, object]) -> None:
    text = "Weather and time in Paris and Rome?"
    plain = [taken_apart(choice) for choice in api.chat(text, **variant).json["choices"]]
    streamed = add_up(api.chat(text, stream=True, **variant).events)
    for choice in (*plain, *streamed):
        for call in choice["calls"].values():
            assert call.pop("id").startswith("call_local")
    assert streamed == plain


@pytest.mark.parametrize("variant", VARIANTS[:7], ids=lambda each: "+".join(each) or "plain")
def test_each_chunk_is_as_described(api: Api, variant: dict[str, object]) -> None:
    events = api.chat(stream=True, stream_options={"include_usage": True}, **variant).events
    for event in events:
        assert_described(event, "CreateChatCompletionStreamResponse")
    assert len({event["id"] for event in events}) == 1


def test_the_role_comes_first_then_a_word_per_chunk_then_the_reason(api: Api) -> None:
    first, *middle, last = (event["choices"][0] for event in api.chat("Hello", stream=True).events)
    assert first["delta"] == {"role": "assistant", "content": "", "refusal": None}
    assert [entry["delta"] for entry in middle[:3]] == [{"content": "Local"}, {"content": " echo"}, {"content": " (no"}]
    assert (last["delta"], last["finish_reason"]) == ({}, "stop")
    assert {entry["finish_reason"] for entry in (first, *middle)} == {None}


def test_usage_comes_in_a_last_chunk_without_choices_when_asked_for(api: Api) -> None:
    *events, last = api.chat(stream=True, stream_options={"include_usage": True}).events
    assert last["choices"] == []
    assert last["usage"] == api.chat().json["usage"]
    assert [event["usage"] for event in events] == [None] * len(events)
    assert all("usage" not in event for event in api.chat(stream=True).events)


def test_arguments_come_in_fragments_after_the_name(api: Api) -> None:
    events = api.chat("Weather in Paris?", tools=[WEATHER], stream=True).events
    deltas = [call for event in events for call in event["choices"][0]["delta"].get("tool_calls", [])]
    assert deltas[0]["function"] == {"name": "get_weather", "arguments": ""}
    assert len(deltas) > 3
    assert all(set(delta) == {"index", "function"} for delta in deltas[1:])


def test_choices_take_turns(api: Api) -> None:
    indexes = [event["choices"][0]["index"] for event in api.chat(n=2, stream=True).events]
    assert indexes[:4] == [0, 1, 0, 1]


def test_moderation_comes_in_a_chunk_of_its_own(api: Api) -> None:
    *_, verdict = api.chat("You idiot", stream=True, moderation={"model": "m"}).events
    assert_described(verdict, "CreateChatCompletionStreamResponse")
    assert (verdict["choices"], verdict["moderation"]["input"]["results"][0]["flagged"]) == ([], True)


def test_a_wrong_request_is_refused_before_the_stream_begins(api: Api) -> None:
    answer = api.post("/chat/completions", {"model": "m", "stream": True})
    assert (answer.status, answer.headers["content-type"]) == (400, "application/json")
