"""A server that is told what to say says it, once each, by every door; then the rules hold again."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from pydantic import BaseModel, Field

from typed_openai import OpenAI
from typed_openai.local import LocalServer, ToolCall

MESSAGES: list[Any] = [{"role": "user", "content": "hi"}]


@pytest.mark.openai_answer("one", ToolCall("add", a=1, b=2), {"sum": 3})
def test_answers_come_in_order_and_then_the_rules_hold(openai_client: OpenAI) -> None:
    def asked() -> Any:
        return openai_client.chat.completions.create(model="gpt-4o", messages=MESSAGES).choices[0]

    first, second, third, fourth = asked(), asked(), asked(), asked()
    assert (first.message.content, first.finish_reason) == ("one", "stop")
    call = second.message.tool_calls[0]
    assert (call.function.name, json.loads(call.function.arguments), second.finish_reason) == (
        "add",
        {"a": 1, "b": 2},
        "tool_calls",
    )
    assert json.loads(third.message.content) == {"sum": 3}
    assert 'you said "hi"' in fourth.message.content


@pytest.mark.openai_answer("one", ToolCall("add", a=1, b=2), {"sum": 3})
def test_responses_and_streams_say_the_same(openai_server: LocalServer, openai_client: OpenAI) -> None:
    response = openai_client.responses.create(model="gpt-4o", input="hi")
    assert response.output_text == "one"
    with openai_client.responses.stream(model="gpt-4o", input="hi") as stream:
        assert [(call.name, json.loads(call.arguments)) for call in stream.get_final_response().function_calls] == [
            ("add", {"a": 1, "b": 2})
        ]
    with openai_client.chat.completions.stream(model="gpt-4o", messages=MESSAGES) as chunks:
        assert "".join(chunks.text()) == '{"sum": 3}'
    openai_server.answer([ToolCall("f"), ToolCall("g", '{"broken')])
    message = openai_client.chat.completions.create(model="gpt-4o", messages=MESSAGES).choices[0].message
    assert [(call.function.name, call.function.arguments) for call in message.tool_calls or []] == [
        ("f", "{}"),
        ("g", '{"broken'),
    ]


@pytest.mark.openai_answer("one", ToolCall("add", a=1, b=2), {"sum": 3})
def test_what_waits_can_be_forgotten(openai_server: LocalServer, openai_client: OpenAI) -> None:
    openai_server.forget()
    completion = openai_client.chat.completions.create(model="gpt-4o", messages=MESSAGES)
    assert 'you said "hi"' in str(completion.choices[0].message.content)


def test_a_call_of_a_custom_tool_is_one(openai_server: LocalServer, openai_client: OpenAI) -> None:
    openai_server.answer(ToolCall("shell", "ls"))
    tools: list[Any] = [{"type": "custom", "custom": {"name": "shell"}}]
    message = openai_client.chat.completions.create(model="gpt-4o", messages=MESSAGES, tools=tools).choices[0].message
    assert (message.tool_calls or [])[0].to_dict()["custom"] == {"name": "shell", "input": "ls"}


class Order(BaseModel):
    """What is ordered."""

    item: str
    count: int = Field(alias="number")


def chat(client: OpenAI, text: str, **more: Any) -> Any:
    return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}], **more)


def test_an_answer_may_have_text_and_calls_whole_and_streamed(
    openai_server: LocalServer, openai_client: OpenAI
) -> None:
    openai_server.answer("Let me see.", tool_calls=[ToolCall("add", a=1), ("sub", {"b": 2}), {"name": "mul"}], times=3)
    whole = chat(openai_client, "hi").choices[0]
    with openai_client.chat.completions.stream(model="gpt-4o", messages=MESSAGES) as stream:
        streamed = stream.get_final_completion().choices[0]
    for choice in (whole, streamed):
        assert (choice.message.content, choice.finish_reason) == ("Let me see.", "tool_calls")
        assert [call.function.name for call in choice.message.tool_calls] == ["add", "sub", "mul"]
    response = openai_client.responses.create(model="gpt-4o", input="hi")
    assert (response.output_text, len(response.function_calls)) == ("Let me see.", 3)


def test_a_value_is_said_as_json_by_its_aliases(openai_server: LocalServer, openai_client: OpenAI) -> None:
    openai_server.answer(parsed=Order(item="tea", number=2), times=2)
    assert json.loads(chat(openai_client, "hi").text) == {"item": "tea", "number": 2}
    assert openai_client.responses.parse(model="gpt-4o", input="hi", text_format=Order).output_parsed == Order(
        item="tea", number=2
    )


def test_a_refusal_is_one_by_every_door(openai_server: LocalServer, openai_client: OpenAI) -> None:
    openai_server.answer(refusal="I would rather not.", times=4)
    assert chat(openai_client, "hi").choices[0].message.refusal == "I would rather not."
    with openai_client.chat.completions.stream(model="gpt-4o", messages=MESSAGES) as chunks:
        assert chunks.get_final_completion().choices[0].message.refusal == "I would rather not."
    part: Any = openai_client.responses.create(model="gpt-4o", input="hi").output[0]
    assert part.content[0].refusal == "I would rather not."
    with openai_client.responses.stream(model="gpt-4o", input="hi") as events:
        streamed: Any = events.get_final_response().output[0]
        assert streamed.content[0].refusal == "I would rather not."


@pytest.mark.parametrize(
    "when",
    ["tea", re.compile("(?i)TEA"), {"temperature": 0.5}, lambda asked: asked.params["temperature"] == 0.5],
    ids=["text", "pattern", "params", "function"],
)
def test_an_answer_waits_for_what_it_is_meant_for(openai_server: LocalServer, openai_client: OpenAI, when: Any) -> None:
    openai_server.answer("any", times=None)
    openai_server.answer("meant", when=when)
    said = [chat(openai_client, text, temperature=t).text for text, t in (("hi", 0), ("tea?", 0.5), ("tea?", 0.5))]
    assert said == ["any", "meant", "any"]


def test_what_nobody_asked_for_is_known(openai_server: LocalServer, openai_client: OpenAI) -> None:
    openai_server.answer("one", ToolCall("add", a=1))
    chat(openai_client, "hi")
    assert openai_server.left == ['add({"a": 1})']


def test_tokens_are_counted_whether_a_stream_tells_them_or_not(
    openai_server: LocalServer, openai_client: OpenAI
) -> None:
    plain = chat(openai_client, "hi")
    once = openai_server.consumed
    assert tuple(once) == (1, plain.usage.prompt_tokens, plain.usage.completion_tokens)
    openai_server.answer("one")
    list(chat(openai_client, "hi", stream=True))
    openai_server.answer("one")
    list(openai_client.responses.create(model="gpt-4o", input="hi", stream=True))
    openai_client.models.list()
    assert openai_server.consumed.requests == 4
    assert openai_server.consumed.output_tokens > once.output_tokens
    assert (
        openai_server.consumed.total_tokens
        == openai_server.consumed.input_tokens + openai_server.consumed.output_tokens
    )


@pytest.mark.parametrize(
    ("answers", "named", "words"),
    [
        ((), {"parsed": {"a": 1}, "refusal": "no"}, "parsed and refusal"),
        (("a", "b"), {"tool_calls": []}, "one text"),
        ((), {"tool_calls": [3]}, "a tool call is"),
        ((), {"parsed": object()}, "can be written as JSON"),
        (("a",), {"times": 0}, "from 1"),
        ((3,), {}, "a text, ToolCalls, or an object .* not 3"),
        ((True,), {}, "not True"),
        ((b"bytes",), {}, "not b'bytes'"),
    ],
    ids=["two", "texts", "call", "value", "times", "number", "truth", "bytes"],
)
def test_what_cannot_be_an_answer_is_refused(
    openai_server: LocalServer, answers: tuple[Any, ...], named: dict[str, Any], words: str
) -> None:
    with pytest.raises((TypeError, ValueError), match=words):
        openai_server.answer(*answers, **named)
