"""Open sets of keyword arguments, and calls that are handed on: the result is the plain one, not unknown.

Never executed. mypy says so of open sets only with the plugin. What ty does not see is marked: it takes what is handed
to a thread for all of its overloads.
"""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, assert_type

from typed_openai import APIResponse, AsyncOpenAI, OpenAI
from typed_openai.models.assistants import Run
from typed_openai.models.chat import ChatCompletion, ChatCompletionChunk
from typed_openai.models.completions import Completion
from typed_openai.models.responses import Response
from typed_openai.streaming.stream import Stream

client = OpenAI()
async_client = AsyncOpenAI()


async def any_keywords_give_the_plain_result(options: dict[str, Any]) -> None:
    assert_type(client.chat.completions.create(**options), ChatCompletion)
    assert_type(client.chat.completions.create(model="gpt-4o", messages=[], **options), ChatCompletion)
    assert_type(await async_client.chat.completions.create(**options), ChatCompletion)
    assert_type(client.responses.create(**options), Response)
    assert_type(client.completions.create(**options), Completion)
    assert_type(client.beta.threads.runs.create("thread_1", **options), Run)
    raw = client.chat.completions.with_raw_response.create(**options)
    assert_type(raw, APIResponse[ChatCompletion])


def what_is_written_beside_them_decides(options: dict[str, Any], flag: bool) -> None:
    assert_type(client.chat.completions.create(stream=False, **options), ChatCompletion)
    client.chat.completions.create(stream=True, **options).close()


class Asks(Protocol):
    def __call__(self, *, model: str, messages: list[dict[str, str]]) -> ChatCompletion: ...


def asked(ask: Asks) -> ChatCompletion:
    return ask(model="gpt-4o", messages=[])


def asked_somehow(ask: Callable[..., ChatCompletion]) -> ChatCompletion:
    return ask(model="gpt-4o", messages=[])


async def asked_later(ask: Callable[..., Awaitable[ChatCompletion]]) -> ChatCompletion:
    return await ask(model="gpt-4o", messages=[])


async def a_call_that_is_handed_on_is_the_plain_one() -> None:
    asked(client.chat.completions.create)
    asked_somehow(client.chat.completions.create)
    await asked_later(async_client.chat.completions.create)
    partly = functools.partial(client.chat.completions.create, model="gpt-4o")
    assert_type(partly(messages=[]), ChatCompletion)


async def a_call_in_a_thread_is_the_plain_one() -> None:
    create = client.chat.completions.create
    assert_type(await asyncio.to_thread(create, model="gpt-4o", messages=[]), ChatCompletion)  # ty: ignore[type-assertion-failure]


def a_stream_is_a_stream() -> None:
    assert_type(client.chat.completions.create(model="gpt-4o", messages=[], stream=True), Stream[ChatCompletionChunk])
