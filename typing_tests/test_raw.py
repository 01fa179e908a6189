"""Raw and streamed answers as type checkers see them, in both colours.

Never executed; see `test_chat.py` for how errors are expected.
"""

from typing import assert_type

from typed_openai import APIResponse, AsyncCursorPage, AsyncOpenAI, AsyncStream, OpenAI, Stream, SyncCursorPage
from typed_openai.core.answer.meta import Headers
from typed_openai.core.answer.raw import AsyncStreamedResponse, StreamedResponse
from typed_openai.models.chat import ChatCompletion, ChatCompletionChunk, ChatCompletionCreateParams
from typed_openai.models.embeddings import CreateEmbeddingResponse
from typed_openai.models.models import Model

client = OpenAI()
async_client = AsyncOpenAI()
hello = [{"role": "user", "content": "Hello!"}]
params = ChatCompletionCreateParams(model="gpt-4o", messages=[])


def a_raw_answer_parses_to_the_result(streaming: bool) -> None:
    answer = client.chat.completions.with_raw_response.create(model="gpt-4o", messages=hello)
    assert_type(answer, APIResponse[ChatCompletion])
    assert_type(answer.parse(), ChatCompletion)
    assert_type(answer.status_code, int)
    assert_type(answer.headers, Headers)
    assert_type(answer.headers.get("x-request-id"), str | None)
    assert_type(client.embeddings.with_raw_response.create(model="m", input="a"), APIResponse[CreateEmbeddingResponse])
    assert_type(client.chat.completions.with_raw_response.list(), APIResponse[SyncCursorPage[ChatCompletion]])
    raw = client.chat.completions.with_raw_response
    assert_type(raw.create(params, stream=True), APIResponse[Stream[ChatCompletionChunk]])
    either = raw.create(model="gpt-4o", messages=hello, stream=streaming)
    assert_type(either, APIResponse[ChatCompletion] | APIResponse[Stream[ChatCompletionChunk]])


def what_hangs_below_is_raw_too() -> None:
    assert_type(client.chat.with_raw_response.completions.retrieve("chatcmpl-1"), APIResponse[ChatCompletion])
    assert_type(client.chat.with_raw_response.completions.messages.list("chatcmpl-1").status_code, int)
    with client.chat.with_streaming_response.completions.retrieve("chatcmpl-1") as answer:
        assert_type(answer, StreamedResponse[ChatCompletion])


async def a_whole_client_may_be_raw() -> None:
    assert_type(client.with_raw_response.models.retrieve("m"), APIResponse[Model])
    assert_type(client.with_raw_response.chat.completions.create(params), APIResponse[ChatCompletion])
    assert_type(await async_client.with_raw_response.models.retrieve("m"), APIResponse[Model])
    async with async_client.with_streaming_response.chat.completions.create(params) as answer:
        assert_type(answer, AsyncStreamedResponse[ChatCompletion])


async def an_async_raw_answer_is_awaited() -> None:
    answer = await async_client.chat.completions.with_raw_response.create(model="gpt-4o", messages=hello)
    assert_type(answer, APIResponse[ChatCompletion])
    raw = async_client.chat.completions.with_raw_response
    streamed = await raw.create(model="gpt-4o", messages=hello, stream=True)
    assert_type(streamed, APIResponse[AsyncStream[ChatCompletionChunk]])
    assert_type(await raw.list(), APIResponse[AsyncCursorPage[ChatCompletion]])
    assert_type(await async_client.models.with_raw_response.retrieve("m"), APIResponse[Model])


def a_streamed_answer_is_read_bit_by_bit() -> None:
    with client.chat.completions.with_streaming_response.create(model="gpt-4o", messages=hello) as answer:
        assert_type(answer, StreamedResponse[ChatCompletion])
        for block in answer.iter_bytes(1024):
            assert_type(block, bytes)
        assert_type(answer.parse(), ChatCompletion)
    with client.chat.completions.with_streaming_response.create(params, stream=True) as answer:
        assert_type(answer.status_code, int)


async def an_async_streamed_answer_too() -> None:
    streaming = async_client.chat.completions.with_streaming_response
    async with streaming.create(model="gpt-4o", messages=hello) as answer:
        assert_type(answer, AsyncStreamedResponse[ChatCompletion])
        async for line in answer.iter_lines():
            assert_type(line, str)
        assert_type(await answer.parse(), ChatCompletion)


async def what_parse_gives_is_shown_by_both_doors() -> None:
    raw = client.chat.completions.with_raw_response.parse(model="gpt-4o", messages=hello, response_format=list[int])
    assert_type(raw.parse().parsed, list[int])
    with client.responses.with_streaming_response.parse(model="gpt-4o", input="x", text_format=list[int]) as answer:
        assert_type(answer.parse().output_parsed, list[int])
    streaming = async_client.chat.completions.with_streaming_response
    async with streaming.parse(model="gpt-4o", messages=hello, response_format=list[int]) as opened:
        assert_type((await opened.parse()).parsed, list[int])


# -- errors that must be found ----------------------------------------------------------------------------------------


async def a_wrong_use_is_found() -> None:
    raw, awaited = client.chat.completions.with_raw_response, async_client.chat.completions.with_raw_response
    raw.create(params).choices  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    raw.create(model="gpt-4o", messages=hello, temprature=1)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    raw.stream(params)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    awaited.retrieve("chatcmpl-1").parse()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    await async_client.models.with_streaming_response.list()  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
    with async_client.models.with_streaming_response.list():  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues]
        pass
