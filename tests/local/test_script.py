"""A server that is told what to say says it, once each, by every door; then the rules hold again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from typed_openai import OpenAI
from typed_openai.local import LocalServer, ToolCall

MESSAGES: list[Any] = [{"role": "user", "content": "hi"}]


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalServer(script=["one", ToolCall("add", a=1, b=2), {"sum": 3}]) as server:
        yield server


@pytest.fixture
def client(server: LocalServer) -> OpenAI:
    return OpenAI(base_url=server.base_url)


def test_answers_come_in_order_and_then_the_rules_hold(client: OpenAI) -> None:
    def asked() -> Any:
        return client.chat.completions.create(model="gpt-4o", messages=MESSAGES).choices[0]

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


def test_responses_and_streams_say_the_same(server: LocalServer, client: OpenAI) -> None:
    response = client.responses.create(model="gpt-4o", input="hi")
    assert response.output_text == "one"
    with client.responses.stream(model="gpt-4o", input="hi") as stream:
        assert [(call.name, json.loads(call.arguments)) for call in stream.get_final_response().function_calls] == [
            ("add", {"a": 1, "b": 2})
        ]
    with client.chat.completions.stream(model="gpt-4o", messages=MESSAGES) as chunks:
        assert "".join(chunks.text()) == '{"sum": 3}'
    server.answer([ToolCall("f"), ToolCall("g", '{"broken')])
    message = client.chat.completions.create(model="gpt-4o", messages=MESSAGES).choices[0].message
    assert [(call.function.name, call.function.arguments) for call in message.tool_calls or []] == [
        ("f", "{}"),
        ("g", '{"broken'),
    ]


def test_what_waits_can_be_forgotten(server: LocalServer, client: OpenAI) -> None:
    server.forget()
    completion = client.chat.completions.create(model="gpt-4o", messages=MESSAGES)
    assert 'you said "hi"' in str(completion.choices[0].message.content)


def test_a_call_of_a_custom_tool_is_one(server: LocalServer, client: OpenAI) -> None:
    server.forget()
    server.answer(ToolCall("shell", "ls"))
    tools: list[Any] = [{"type": "custom", "custom": {"name": "shell"}}]
    message = client.chat.completions.create(model="gpt-4o", messages=MESSAGES, tools=tools).choices[0].message
    assert (message.tool_calls or [])[0].to_dict()["custom"] == {"name": "shell", "input": "ls"}
