"""Structured output as type checkers see it: what `parse` gives follows from the type it is asked for.

Never executed; see `test_chat.py` for how errors are expected.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar, assert_type

from pydantic import BaseModel, TypeAdapter
from typing_extensions import TypedDict

from typed_openai import (
    AsyncOpenAI,
    OpenAI,
    OutputFormat,
    ParsedChatCompletion,
    ParsedResponse,
    SchemaFault,
    json_schema_for,
    lint_schema,
)
from typed_openai.models.chat import ChatCompletion
from typed_openai.models.shared import CompletionUsage

V = TypeVar("V")
client = OpenAI()
async_client = AsyncOpenAI()
hello = [{"role": "user", "content": "Hello!"}]


class Person(BaseModel):
    name: str


class Box(BaseModel, Generic[V]):
    content: V


class Film(TypedDict):
    title: str


@dataclass
class Point:
    x: int


async def the_value_has_the_type_that_was_asked_for() -> None:
    answer = client.chat.completions.parse(model="m", messages=hello, response_format=Person)
    assert_type(answer, ParsedChatCompletion[Person])
    assert_type(answer.parsed, Person)
    assert_type(answer.parsed.name, str)
    assert_type(answer.choices[0].message.parsed, Person | None)
    assert_type(answer.completion, ChatCompletion)
    assert_type(answer.usage, CompletionUsage | None)
    awaited = await async_client.chat.completions.parse(model="m", messages=hello, response_format=Person, reasks=2)
    assert_type(awaited, ParsedChatCompletion[Person])
    assert_type(awaited.parsed, Person)


async def the_same_of_responses() -> None:
    answer = client.responses.parse(model="m", input="Hello!", text_format=Person)
    assert_type(answer, ParsedResponse[Person])
    assert_type(answer.output_parsed, Person)
    awaited = await async_client.responses.parse(model="m", input="Hello!", text_format=list[Person], reasks=1)
    assert_type(awaited.output_parsed, list[Person])
    union = TypeAdapter[int | Person](int | Person)
    assert_type(client.responses.parse(input="Hello!", text_format=union).output_parsed, int | Person)


def any_type_will_do() -> None:
    parse = client.chat.completions.parse
    assert_type(parse(model="m", messages=hello, response_format=list[Person]).parsed, list[Person])
    assert_type(parse(model="m", messages=hello, response_format=dict[str, int]).parsed, dict[str, int])
    assert_type(parse(model="m", messages=hello, response_format=tuple[int, str]).parsed, tuple[int, str])
    assert_type(parse(model="m", messages=hello, response_format=Box[int]).parsed, Box[int])
    assert_type(parse(model="m", messages=hello, response_format=Film).parsed, Film)
    assert_type(parse(model="m", messages=hello, response_format=Point).parsed, Point)
    assert_type(parse(model="m", messages=hello, response_format=int).parsed, int)
    union = TypeAdapter[int | Person](int | Person)
    assert_type(parse(model="m", messages=hello, response_format=union).parsed, int | Person)


def formats_know_their_type() -> None:
    assert_type(json_schema_for(Person), OutputFormat[Person])
    assert_type(json_schema_for(list[int]).read("{}"), list[int])
    assert_type(lint_schema(Person), list[SchemaFault])


def mistakes_are_found() -> None:
    parse = client.chat.completions.parse
    answer = parse(model="m", messages=hello, response_format=Person)
    answer.parsed.nmae  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    answer.no_such_thing  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    parse(model="m", messages=hello, response_format=Person, temprature=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    parse(model="m", messages=hello, response_format=Person, stream=True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
