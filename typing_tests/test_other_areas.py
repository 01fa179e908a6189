"""Models, text completions, embeddings and moderations as type checkers see them, in both colours.

Never executed; see `test_chat.py` for how errors are expected.
"""

from collections.abc import Sequence
from typing import assert_type

from typed_openai import NULL, AsyncOpenAI, AsyncStream, OpenAI, Stream
from typed_openai.models.completions import Completion, CompletionCreateParams
from typed_openai.models.embeddings import CreateEmbeddingResponse, Embedding, EmbeddingCreateParams
from typed_openai.models.models import Model, ModelDeleted
from typed_openai.models.moderations import (
    Moderation,
    ModerationCreateResponse,
    ModerationImageURL,
    ModerationImageURLInput,
    ModerationTextInput,
)

client = OpenAI()
async_client = AsyncOpenAI()


async def models_are_described_and_deleted() -> None:
    assert_type(client.models.retrieve("gpt-4o"), Model)
    assert_type(client.models.retrieve(model="gpt-4o"), Model)
    assert_type(client.models.delete("ft:gpt-4o:acme"), ModelDeleted)
    assert_type(await async_client.models.retrieve("gpt-4o"), Model)
    assert_type(await async_client.models.delete("ft:gpt-4o:acme"), ModelDeleted)
    client.models.retrieve()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


async def texts_are_continued(streaming: bool) -> None:
    assert_type(client.completions.create(model="m", prompt="Once"), Completion)
    assert_type(client.completions.create(model="m", prompt=["Once", "Twice"], stop="."), Completion)
    assert_type(client.completions.create(model="m", prompt=[[1, 2], [3]], logprobs=5), Completion)
    assert_type(client.completions.create(model="m", prompt=NULL), Completion)
    assert_type(client.completions.create(model="m", prompt="Once", stream=True), Stream[Completion])
    assert_type(client.completions.create(model="m", prompt="Once", stream=streaming), Completion | Stream[Completion])
    params = CompletionCreateParams(model="m", prompt="Once")
    assert_type(client.completions.create(params), Completion)
    assert_type(await async_client.completions.create(params, stream=True), AsyncStream[Completion])
    assert_type(await async_client.completions.create(model="m", prompt="Once"), Completion)
    client.completions.create(model="m", prompt=7)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]


async def texts_are_embedded(texts: list[str], tokens: Sequence[Sequence[int]]) -> None:
    answer = client.embeddings.create(model="m", input=texts)
    assert_type(answer, CreateEmbeddingResponse)
    assert_type(answer.data, list[Embedding])
    assert_type(answer.data[0].embedding, list[float])
    client.embeddings.create(model="m", input="a text", dimensions=256, encoding_format="float")
    client.embeddings.create(model="m", input=tokens)
    assert_type(client.embeddings.create(EmbeddingCreateParams(model="m", input="a text")), CreateEmbeddingResponse)
    assert_type(await async_client.embeddings.create(model="m", input=[1, 2, 3]), CreateEmbeddingResponse)
    client.embeddings.create(model="m", input="a text", encoding_format="int8")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    client.embeddings.create(model="m", input={"a": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def inputs_are_moderated() -> None:
    answer = client.moderations.create(input="a text")
    assert_type(answer, ModerationCreateResponse)
    assert_type(answer.results, list[Moderation])
    assert_type(answer.results[0].categories.self_harm, bool)
    parts = [ModerationTextInput(text="a"), ModerationImageURLInput(image_url=ModerationImageURL(url="https://a.b"))]
    client.moderations.create(input=parts, model="omni-moderation-latest")
    client.moderations.create(input=[{"type": "text", "text": "a"}])
    assert_type(await async_client.moderations.create(input=["a", "b"]), ModerationCreateResponse)
    client.moderations.create(inputs="a")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
