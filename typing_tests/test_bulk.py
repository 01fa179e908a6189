"""`client.bulk` and `embeddings.create_many` as type checkers see them.

Never executed; see `test_chat.py` for how errors are expected.
"""

from decimal import Decimal
from pathlib import Path
from typing import Any, assert_type

from typed_openai import AsyncOpenAI, OpenAI
from typed_openai.bulk import BulkOptions, BulkProgress, BulkReport
from typed_openai.bulk.vectors import Vectors
from typed_openai.models.chat import ChatCompletionCreateParams
from typed_openai.usage import Tokens

client = OpenAI()
async_client = AsyncOpenAI()


def show(progress: BulkProgress) -> None:
    assert_type(progress.eta, float | None)


def reports(params: list[ChatCompletionCreateParams], rows: list[dict[str, str]], bar: Any) -> None:
    report = client.bulk("in.jsonl", "out.jsonl", engine="map", concurrency=64, progress=True)
    assert_type(report, BulkReport)
    assert_type(report.answered, int)
    assert_type(report.usage, Tokens)
    assert_type(report.cost, Decimal | None)
    assert_type(report.left, int | None)
    client.bulk(params, Path("out.parquet"), progress=show, budget_usd="2.50", clients={client: 2, OpenAI(): 1})
    client.bulk(rows, "out.jsonl", template={"model": "m", "input": "{text}"}, url="/v1/embeddings", progress=bar)
    client.bulk("in.csv", "out.jsonl", template=lambda row: params[0], engine="ray", workers=4)
    client.bulk("in.jsonl", "out.jsonl", engine="batch", enqueued_tokens=90_000, wait={"interval": 5.0})
    options: BulkOptions = {"engine": "batch"}
    client.bulk("in.jsonl", "out.jsonl", **options)


def mistakes() -> None:
    client.bulk("in.jsonl", "out.jsonl", engine="spark")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.bulk("in.jsonl", "out.jsonl", concurency=4)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.bulk("in.jsonl")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


async def both_colours(texts: list[str]) -> None:
    assert_type(await async_client.bulk("in.jsonl", "out.jsonl"), BulkReport)
    vectors = client.embeddings.create_many(texts, model="m", concurrency=4)
    assert_type(vectors, Vectors)
    assert_type(await async_client.embeddings.create_many(iter(texts), model="m", dimensions=3), Vectors)
    assert_type(len(vectors), int)
