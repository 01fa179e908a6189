"""Responses as type checkers see them: plain, streamed, resumed, waited for; items that come back go out again.

Never executed; see `test_chat.py` for how errors are expected.
"""

from __future__ import annotations

from typing import Any, assert_type

from typed_openai import AsyncOpenAI, OpenAI, parts
from typed_openai.core.answer.pages import SyncCursorPage
from typed_openai.models.chat import FilePart, ImagePart, SharedPart, TextPart, UserMessage
from typed_openai.models.responses import (
    CompactedResponse,
    EasyInputMessageParam,
    FunctionCallOutputParam,
    InputTokenCountResponse,
    Response,
    ResponseFunctionToolCall,
    ResponseInputTextParam,
    ResponseItem,
    ResponseStreamEvent,
    UnknownEvent,
)
from typed_openai.streaming.responses import AsyncResponseStream, ResponseStream
from typed_openai.streaming.stream import AsyncStream, Stream


def sync(client: OpenAI, flag: bool) -> None:
    responses = client.responses
    response = responses.create(model="m", input="Hello")
    assert_type(response, Response)
    assert_type(responses.create(model="m", input="Hello", background=True), Response)
    assert_type(responses.create(model="m", input="Hello", stream=True), Stream[ResponseStreamEvent])
    assert_type(responses.create(model="m", input="Hello", stream=flag), Response | Stream[ResponseStreamEvent])
    assert_type(responses.retrieve("r"), Response)
    assert_type(responses.retrieve("r", stream=True, starting_after=3), Stream[ResponseStreamEvent])
    assert_type(responses.cancel("r"), Response)
    assert_type(responses.wait("r", wait={"interval": 1.0, "deadline": None}), Response)
    assert_type(responses.compact(model="m", input="Hello"), CompactedResponse)
    assert_type(responses.input_tokens.count(model="m", input="Hello"), InputTokenCountResponse)
    assert_type(responses.input_items.list("r"), SyncCursorPage[ResponseItem])
    responses.create(model="m", inputs="Hello")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    responses.wait()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def items(client: OpenAI, response: Response) -> None:
    assert_type(response.output_text, str)
    assert_type(response.refusal, str | None)
    assert_type(response.function_calls, list[ResponseFunctionToolCall])
    assert_type(response.as_input(), list[dict[str, Any]])
    question = EasyInputMessageParam(role="user", content="Hello")
    outputs = [FunctionCallOutputParam(call_id=call.call_id, output="1") for call in response.function_calls]
    client.responses.create(model="m", input=[question, *response.output, *outputs])
    client.responses.create(model="m", input=response.as_input())
    client.responses.create(model="m", input=response)
    client.responses.create(model="m", input=[question, response, *outputs])
    for item in response.output:
        assert_type(item.id, str | None)
        if item.type == "function_call":
            assert_type(item.arguments, str)


def parts_of_chat(client: OpenAI, picture: ImagePart, report: FilePart) -> None:
    content = [TextPart(text="What is this?"), picture, report]
    shared: list[SharedPart] = [*content]
    mixed = [ResponseInputTextParam(text="What is this?"), parts.image("a.png")]
    UserMessage(content=content)
    UserMessage(content=shared)
    question = EasyInputMessageParam(role="user", content=content)
    inline = EasyInputMessageParam(role="user", content=[ResponseInputTextParam(text="What is this?"), picture])
    output = FunctionCallOutputParam(call_id="c", output=[picture, report])
    client.responses.create(model="m", input=[question, inline, output])
    client.responses.create(model="m", input=[{"role": "user", "content": content}])
    client.responses.create(model="m", input=[question, {"role": "user", "content": mixed}])
    client.conversations.create(items=[question, {"role": "user", "content": [picture]}])
    EasyInputMessageParam(role="user", content=shared)
    EasyInputMessageParam(role="user", content=mixed)
    EasyInputMessageParam(role="user", content=[parts.audio("a.mp3")])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]


def streams(client: OpenAI) -> None:
    with client.responses.stream(model="m", input="Hello", background=True) as stream:
        assert_type(stream, ResponseStream)
        for event in stream:
            if event.type == "response.output_text.delta":
                assert_type(event.delta, str)
            elif event.type == "response.completed":
                assert_type(event.response, Response)
            elif isinstance(event, UnknownEvent):
                assert_type(event, UnknownEvent)
        assert_type(stream.snapshot, Response | None)
        assert_type(stream.get_final_response(), Response)
    with client.responses.stream(response_id="r", starting_after=3) as rest:
        assert_type(rest, ResponseStream)
    client.responses.stream(responseid="r")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]


async def awaited(client: AsyncOpenAI) -> None:
    responses = client.responses
    assert_type(await responses.create(model="m", input="Hello"), Response)
    assert_type(await responses.create(model="m", input="Hello", stream=True), AsyncStream[ResponseStreamEvent])
    assert_type(await responses.retrieve("r", stream=True, starting_after=3), AsyncStream[ResponseStreamEvent])
    assert_type(await responses.wait("r"), Response)
    async with responses.stream(response_id="r", starting_after=3) as stream:
        assert_type(stream, AsyncResponseStream)
        async for event in stream:
            if event.type == "response.output_item.done":
                assert_type(event.output_index, int)
        assert_type(await stream.get_final_response(), Response)
