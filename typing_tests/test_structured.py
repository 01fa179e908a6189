"""Structured output as type checkers see it: what `parse` gives follows from the type it is asked for.

Never executed; see `test_chat.py` for how errors are expected.
"""

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar, assert_type

from pydantic import BaseModel, TypeAdapter
from typing_extensions import TypedDict

from typed_openai import (
    AsyncOpenAI,
    AsyncParsedChatCompletionStream,
    AsyncParsedResponseStream,
    OpenAI,
    OutputFormat,
    ParsedChatCompletion,
    ParsedChatCompletionStream,
    ParsedOutput,
    ParsedResponse,
    ParsedResponseStream,
    PartialOutput,
    SchemaFault,
    json_schema_for,
    lint_schema,
    pydantic_function_tool,
)
from typed_openai.models.chat import ChatCompletion, ChoiceLogprobs
from typed_openai.models.responses import IncompleteDetails, Response, ResponseOutputItem
from typed_openai.models.shared import CompletionUsage
from typed_openai.streaming.chat import ChatCompletionStream
from typed_openai.streaming.responses import ResponseStream
from typed_openai.structured import ParsedChatCompletionMessage

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


def what_parse_gives_has_all_that_it_holds_and_goes_where_that_goes() -> None:
    answer = client.chat.completions.parse(model="m", messages=hello, response_format=Person)
    assert_type(answer.created, int)
    assert_type(answer.system_fingerprint, str | None)
    assert_type(answer.choices[0].message, ParsedChatCompletionMessage[Person])
    assert_type(answer.choices[0].logprobs, ChoiceLogprobs | None)
    assert_type(answer.choices[0].message.role, Literal["assistant"])
    assert_type(answer.choices[0].message.content, str | None)
    print(completion_id(answer), answer.nothing)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType]
    client.chat.completions.create(model="m", messages=[*hello, answer.choices[0].message])
    response = client.responses.parse(model="m", input="x", text_format=Person)
    assert_type(response.id, str)
    assert_type(response.output, list[ResponseOutputItem])
    assert_type(response.incomplete_details, IncompleteDetails | None)
    for item in response.output:
        if item.type == "message":
            assert_type(item.content[0].type, Literal["output_text", "refusal", "(unknown)"])
    client.responses.create(model="m", input=[response, {"role": "user", "content": "And?"}])
    print(response_id(response))


def completion_id(completion: ChatCompletion) -> str:
    return completion.id


def response_id(response: Response) -> str:
    return response.id


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
    assert_type(json_schema_for(Person).read_partial("{"), Person | None)


async def streamed_values_have_the_type_too() -> None:
    with client.chat.completions.stream(model="m", messages=hello, response_format=Person) as stream:
        assert_type(stream, ParsedChatCompletionStream[Person])
        for event in stream:
            if isinstance(event, PartialOutput):
                assert_type(event, PartialOutput[Person])
            if event.type == "output.partial":
                assert_type(event.parsed, Person | None)
            elif event.type == "output.parsed":
                assert_type(event, ParsedOutput[Person])
                assert_type(event.parsed.name, str)
            elif event.type == "content.delta":
                assert_type(event.delta, str)
        assert_type(stream.snapshot, ChatCompletion | None)
        assert_type(stream.get_final_completion(), ParsedChatCompletion[Person])
    async with async_client.chat.completions.stream(model="m", messages=hello, response_format=list[Person]) as awaited:
        assert_type(awaited, AsyncParsedChatCompletionStream[list[Person]])
        async for event_of_list in awaited:
            if event_of_list.type == "output.partial":
                assert_type(event_of_list.parsed, list[Person] | None)
        assert_type((await awaited.get_final_completion()).parsed, list[Person])
    union = TypeAdapter[int | Person](int | Person)
    of_union = client.chat.completions.stream(model="m", messages=hello, response_format=union)
    assert_type(of_union.get_final_completion().parsed, int | Person)
    in_box = client.chat.completions.stream(model="m", messages=hello, response_format=Box[int])
    assert_type(in_box.get_final_completion().parsed, Box[int])


async def the_same_of_response_streams() -> None:
    with client.responses.stream(model="m", input="Hello!", text_format=Person) as stream:
        assert_type(stream, ParsedResponseStream[Person])
        for event in stream:
            if event.type == "output.parsed":
                assert_type(event, ParsedOutput[Person])
            elif event.type == "response.output_text.delta":
                assert_type(event.delta, str)
        assert_type(stream.get_final_response().output_parsed, Person)
    awaited = async_client.responses.stream(input="Hello!", text_format=dict[str, Person])
    assert_type(awaited, AsyncParsedResponseStream[dict[str, Person]])
    assert_type(await awaited.get_final_response(), ParsedResponse[dict[str, Person]])
    again = client.responses.stream(response_id="resp_1", text_format=TypeAdapter[int | Person](int | Person))
    assert_type(again.get_final_response().output_parsed, int | Person)


def a_format_that_is_no_type_gives_the_ordinary_stream() -> None:
    form = json_schema_for(Person).response_format
    stream = client.chat.completions.stream(model="m", messages=hello, response_format=form)
    assert_type(stream, ChatCompletionStream)
    assert_type(client.chat.completions.stream(model="m", messages=hello), ChatCompletionStream)
    as_dict = {"type": "json_object"}
    assert_type(
        client.chat.completions.stream(model="m", messages=hello, response_format=as_dict), ChatCompletionStream
    )
    assert_type(client.responses.stream(model="m", input="Hello!"), ResponseStream)


async def without_a_type_there_is_none() -> None:
    answer = client.chat.completions.parse(model="m", messages=hello, tools=[pydantic_function_tool(Person)])
    assert_type(answer, ParsedChatCompletion[None])
    for call in answer.choices[0].message.tool_calls or []:
        if call.type == "function":
            assert_type(call.function.parsed_arguments, object)
    assert_type(await async_client.responses.parse(model="m", input="x"), ParsedResponse[None])


def mistakes_are_found() -> None:
    parse = client.chat.completions.parse
    answer = parse(model="m", messages=hello, response_format=Person)
    answer.parsed.nmae  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    answer.no_such_thing  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    parse(model="m", messages=hello, response_format=Person, temprature=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    parse(model="m", messages=hello, response_format=Person, stream=True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
