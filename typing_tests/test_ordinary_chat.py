"""Ordinary code around chat, one snippet a function: no type checker says a word, with the mypy plugin or without.

Never executed. What is wrong and must be found: `test_dict_forms.py`; for the plugin `tests/mypy_plugin/mistakes.txt`.
"""

import asyncio
import base64
import functools
import json
import os
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Literal, assert_type

from pydantic import BaseModel

from typed_openai import AsyncOpenAI, AzureOpenAI, OpenAI
from typed_openai.models.chat import ChatCompletion, ChatMessage, SystemMessage, TextPart, UserMessage
from typed_openai.types.chat import ChatCompletionMessageParam, ChatCompletionToolParam

client = OpenAI()
async_client = AsyncOpenAI()
SYSTEM: Final = "system"
MODEL = os.environ.get("MODEL", "gpt-4o")


class Role(StrEnum):
    user = "user"


class Recipe(BaseModel):
    name: str


def one_question() -> str:
    completion = client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "Hi"}])
    return completion.choices[0].message.content or ""


def a_list_of_dicts_of_texts(history: list[dict[str, str]]) -> None:
    history.append({"role": "user", "content": "Hi"})
    client.chat.completions.create(model=MODEL, messages=history)


def a_list_without_annotation(question: str) -> None:
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": question}]
    client.chat.completions.create(model=MODEL, messages=messages)


def a_list_of_dicts_of_anything(history: list[dict[str, Any]]) -> None:
    client.chat.completions.create(model=MODEL, messages=history)


def a_list_of_dicts_of_objects(history: list[dict[str, object]]) -> None:
    client.chat.completions.create(model=MODEL, messages=history)


def a_list_of_official_params(history: list[ChatCompletionMessageParam]) -> None:
    history.append({"role": "user", "content": "Hi"})
    client.chat.completions.create(model=MODEL, messages=history)


def a_list_of_models(question: str) -> None:
    messages: list[ChatMessage] = [SystemMessage(content="Be brief."), UserMessage(content=question)]
    client.chat.completions.create(model=MODEL, messages=messages)


def a_sequence_or_a_tuple(history: Sequence[dict[str, str]]) -> None:
    client.chat.completions.create(model=MODEL, messages=history)
    client.chat.completions.create(model=MODEL, messages=({"role": "user", "content": "Hi"},))


def a_conversation_goes_on(history: list[dict[str, str]]) -> None:
    answer = client.chat.completions.create(model=MODEL, messages=[*history, {"role": "user", "content": "Hi"}])
    history.append({"role": "assistant", "content": answer.choices[0].message.content or ""})
    client.chat.completions.create(model=MODEL, messages=history)


def an_answer_goes_back_as_it_is(first: ChatCompletion) -> None:
    client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": "Hi"}, first.choices[0].message, UserMessage(content="And?")]
    )


def an_answer_goes_back_as_a_dict(first: ChatCompletion) -> None:
    said = first.choices[0].message
    client.chat.completions.create(
        model=MODEL, messages=[{"role": "assistant", "content": said.content, "tool_calls": said.tool_calls}]
    )


def an_answer_goes_back_dumped(first: ChatCompletion) -> None:
    client.chat.completions.create(
        model=MODEL, messages=[first.choices[0].message.model_dump(), {"role": "user", "content": "And?"}]
    )


def the_role_comes_in_a_variable(role: str, said: Literal["user", "assistant"]) -> None:
    client.chat.completions.create(model=MODEL, messages=[{"role": role, "content": "Hi"}])
    client.chat.completions.create(model=MODEL, messages=[{"role": said, "content": "Hi"}])
    client.chat.completions.create(model=MODEL, messages=[{"role": SYSTEM, "content": "Hi"}])
    client.chat.completions.create(model=MODEL, messages=[{"role": Role.user, "content": "Hi"}])


def content_comes_in_a_variable(parts: list[dict[str, str]], anything: Any, text: str | None) -> None:
    client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": parts}])
    client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": anything}])
    client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": text or "Hi"}])
    client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": text if text else "Hi"}])


def content_is_made_of_parts(path: Path) -> None:
    picture = base64.b64encode(path.read_bytes()).decode()
    client.chat.completions.create(
        model=MODEL,
        messages=[
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What is this?"},
                    {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{picture}"}},
                    TextPart(text="Be brief."),
                ],
            }
        ],
    )


def messages_from_a_comprehension(names: list[str], parts: list[dict[str, str]]) -> None:
    client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": name} for name in names])
    client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": part["text"]} for part in parts if "text" in part]
    )


def messages_put_together(history: list[dict[str, str]], flag: bool) -> None:
    client.chat.completions.create(model=MODEL, messages=history + [{"role": "user", "content": "Hi"}])
    client.chat.completions.create(model=MODEL, messages=history or [{"role": "user", "content": "Hi"}])
    client.chat.completions.create(model=MODEL, messages=history if flag else [{"role": "user", "content": "Hi"}])


def a_message_by_a_function(text: str) -> None:
    def message(role: str, content: str) -> dict[str, str]:
        return {"role": role, "content": content}

    client.chat.completions.create(model=MODEL, messages=[message("user", text)])


def dicts_by_name(options: dict[str, Any]) -> None:
    client.chat.completions.create(model=MODEL, messages=[dict(role="user", content="Hi"), dict(options)])
    client.chat.completions.create(model=MODEL, messages=[{"role": "user", **options}])


def messages_from_a_file(path: Path) -> None:
    client.chat.completions.create(model=MODEL, messages=json.loads(path.read_text()))


def a_stream_is_printed() -> None:
    stream = client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "Hi"}], stream=True)
    for chunk in stream:
        print(chunk.choices[0].delta.content or "", end="")


def a_stream_with_usage(flag: bool) -> None:
    client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": "Hi"}],
        stream=flag,
        stream_options={"include_usage": True},
    )


def a_function_is_a_tool(schema: dict[str, object]) -> None:
    client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": "Hi"}],
        tools=[
            {
                "type": "function",
                "function": {
                    "name": "weather",
                    "description": "The weather of a city.",
                    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
                    "strict": True,
                },
            },
            {"type": "function", "function": {"name": "other", "parameters": schema}},
        ],
        tool_choice={"type": "function", "function": {"name": "weather"}},
    )


def tools_come_in_a_variable(tools: list[dict[str, Any]], tool: ChatCompletionToolParam) -> None:
    client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "Hi"}], tools=tools)
    client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": "Hi"}], tools=[tool], tool_choice="auto"
    )


def a_tool_is_answered(completion: ChatCompletion, run: Callable[[str], str]) -> None:
    messages: list[Any] = [completion.choices[0].message]
    for call in completion.choices[0].message.tool_calls or []:
        messages.append({"role": "tool", "tool_call_id": call.id, "content": run(call.id)})
    client.chat.completions.create(model=MODEL, messages=messages)


def an_answer_keeps_to_a_schema(schema: dict[str, Any]) -> None:
    client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": "Hi"}],
        response_format={"type": "json_schema", "json_schema": {"name": "recipe", "schema": schema, "strict": True}},
    )
    client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": "Hi"}], response_format={"type": "json_object"}
    )


def an_answer_is_parsed() -> Recipe | None:
    completion = client.chat.completions.parse(
        model=MODEL, messages=[{"role": "user", "content": "A recipe."}], response_format=Recipe
    )
    return completion.choices[0].message.parsed


def keyword_arguments_in_a_dict(options: dict[str, Any]) -> None:
    client.chat.completions.create(**options)
    client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "Hi"}], **options)


def the_call_is_passed_on() -> None:
    ask = functools.partial(client.chat.completions.create, model=MODEL)
    ask(messages=[{"role": "user", "content": "Hi"}])


async def the_call_runs_in_a_thread() -> None:
    await asyncio.to_thread(client.chat.completions.create, model=MODEL, messages=[{"role": "user", "content": "Hi"}])


async def many_at_once(questions: list[str]) -> list[str]:
    answers = await asyncio.gather(
        *(
            async_client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": question}])
            for question in questions
        )
    )
    return [answer.choices[0].message.content or "" for answer in answers]


async def an_async_stream() -> None:
    async for chunk in await async_client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": "Hi"}], stream=True
    ):
        print(chunk.choices[0].delta.content)


def a_helper_of_ones_own(ask: Callable[..., ChatCompletion]) -> str:
    return ask(model=MODEL, messages=[{"role": "user", "content": "Hi"}]).choices[0].message.content or ""


def a_helper_is_given_the_call() -> str:
    return a_helper_of_ones_own(client.chat.completions.create)


def a_generator_asks(questions: Iterator[str]) -> Iterator[str]:
    for question in questions:
        completion = client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": question}])
        yield completion.text or ""


def settings_of_a_call(seconds: float) -> None:
    client.with_options(timeout=seconds).chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": "Hi"}],
        temperature=0,
        max_completion_tokens=10,
        stop=["END"],
        logit_bias={"50256": -100},
        metadata={"user": "me"},
        extra_body={"top_k": 3, "nested": {"a": [1]}},
        extra_headers={"x-a": "b"},
    )


def another_server_and_another_model() -> None:
    local = OpenAI(base_url="http://localhost:11434/v1", api_key="none")
    local.chat.completions.create(model="llama3.2", messages=[{"role": "user", "content": "Hi"}])
    AzureOpenAI(azure_endpoint="https://x").chat.completions.create(
        model="my-deployment", messages=[{"role": "user", "content": "Hi"}]
    )


def raw_answers() -> None:
    raw = client.chat.completions.with_raw_response.create(model=MODEL, messages=[{"role": "user", "content": "Hi"}])
    assert_type(raw.parse(), ChatCompletion)
