"""`client.map` and `usage_scope` as type checkers see them: the value of an item follows from its params.

Never executed; see `test_chat.py` for how errors are expected.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import assert_type

from typed_openai import AsyncOpenAI, MapResult, OpenAI, UsageScope, usage_scope
from typed_openai.models.base import Params, Result
from typed_openai.models.chat import ChatCompletion, ChatCompletionCreateParams
from typed_openai.models.completions import Completion, CompletionCreateParams
from typed_openai.models.embeddings import CreateEmbeddingResponse, EmbeddingCreateParams
from typed_openai.models.images import ImageGenerateParams, ImagesResponse
from typed_openai.models.moderations import ModerationCreateParams, ModerationCreateResponse
from typed_openai.models.responses import Response, ResponseCreateParams

client = OpenAI()
async_client = AsyncOpenAI()


def values_follow_from_params(
    chats: list[ChatCompletionCreateParams],
    responses: list[ResponseCreateParams],
    texts: list[EmbeddingCreateParams],
    prompts: list[CompletionCreateParams],
    checks: list[ModerationCreateParams],
    pictures: list[ImageGenerateParams],
    mixed: list[Params],
    functions: list[Callable[[], int]],
) -> None:
    for chat in client.map(chats, concurrency=4, checkpoint="x.jsonl"):
        assert_type(chat, MapResult[ChatCompletion])
        assert_type(chat.value, ChatCompletion | None)
        assert_type(chat.unwrap(), ChatCompletion)
        assert_type(chat.error, Exception | None)
    assert_type(next(client.map(responses)), MapResult[Response])
    assert_type(next(client.map(texts)), MapResult[CreateEmbeddingResponse])
    assert_type(next(client.map(prompts)), MapResult[Completion])
    assert_type(next(client.map(checks)), MapResult[ModerationCreateResponse])
    assert_type(next(client.map(pictures)), MapResult[ImagesResponse])
    assert_type(next(client.map([pictures[0]])), MapResult[ImagesResponse])
    assert_type(
        next(client.map(EmbeddingCreateParams(model="m", input=text) for text in "ab")).value,
        CreateEmbeddingResponse | None,
    )
    assert_type(next(client.map(mixed)), MapResult[Result])
    assert_type(next(client.map(functions)), MapResult[int])


async def values_follow_from_params_in_the_other_colour(
    chats: list[ChatCompletionCreateParams],
    responses: list[ResponseCreateParams],
    texts: list[EmbeddingCreateParams],
    prompts: list[CompletionCreateParams],
    checks: list[ModerationCreateParams],
    mixed: list[Params],
    functions: list[Callable[[], Awaitable[int]]],
    arriving: AsyncIterator[EmbeddingCreateParams],
) -> None:
    async for chat in async_client.map(chats, ordered=False, on_progress=print):
        assert_type(chat, MapResult[ChatCompletion])
    assert_type(await anext(async_client.map(arriving)), MapResult[CreateEmbeddingResponse])
    assert_type(await anext(async_client.map(responses)), MapResult[Response])
    assert_type(await anext(async_client.map(texts)), MapResult[CreateEmbeddingResponse])
    assert_type(await anext(async_client.map(prompts)), MapResult[Completion])
    assert_type(await anext(async_client.map(checks)), MapResult[ModerationCreateResponse])
    assert_type(await anext(async_client.map(mixed)), MapResult[Result])
    assert_type(await anext(async_client.map(functions)), MapResult[int])


def scopes_have_types() -> None:
    with usage_scope(budget=10) as used:
        assert_type(used, UsageScope)
        assert_type(used.total_tokens, int)
        assert_type(used.remaining, int | None)
