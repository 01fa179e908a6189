"""What aimock keeps between calls: files, batches and fine-tuning jobs, from the first step to the last."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.interop.colours import Session
from typed_openai import APIError, NotFoundError, WaitFailedError
from typed_openai.bulk.batches import BatchBuilder, BatchLimits
from typed_openai.core.run.waiting import Waiting
from typed_openai.models.chat.completions import ChatCompletion
from typed_openai.models.chat.messages import UserMessage
from typed_openai.models.chat.params import ChatCompletionCreateParams
from typed_openai.models.embeddings import CreateEmbeddingResponse, EmbeddingCreateParams

pytestmark = pytest.mark.interop

FAST: Waiting = {"interval": 0.01}
EXAMPLE = {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Ho"}]}


def lines(number: int) -> BatchBuilder:
    made = BatchBuilder(BatchLimits(lines=2))
    for place in range(number):
        name = f"naïve \u2028 {place}"
        made.add(name, ChatCompletionCreateParams(model="m", messages=[UserMessage(content="x")]))
    return made


async def test_a_batch_is_run_from_its_lines_to_its_answers(aimock: Session) -> None:
    asked = lines(3)
    asked.add("vector", EmbeddingCreateParams(model="e", input="x"))
    results = await aimock.run(aimock.client.batches.run(asked, wait=FAST, metadata={"night": "12"}))
    assert list(results) == list(asked)
    assert len(results.answers(ChatCompletion)) == 3
    assert results.answer("vector", CreateEmbeddingResponse).data[0].embedding
    assert (results.missing, results.issues, results.errors) == ([], [], {})
    assert [batch.status for batch in results.batches] == ["completed"] * 3


async def test_the_answers_are_found_by_batch_ids_alone(aimock: Session) -> None:
    batches = await aimock.run(aimock.client.batches.submit(lines(3)))
    results = await aimock.run(aimock.client.batches.results([batch.id for batch in batches], wait=FAST))
    assert set(results) == set(lines(3))
    assert results.missing == []


@pytest.mark.parametrize("end", ["failed", "expired"])
async def test_a_batch_that_ends_badly_raises_with_what_there_is(aimock: Session, end: str) -> None:
    headers = {"X-AIMock-Batch-Outcome": end}
    client = aimock.changed(default_headers=headers).client
    with pytest.raises(WaitFailedError, match=f"ended as '{end}'") as caught:
        await aimock.run(client.batches.run(lines(2), wait=FAST))
    results = caught.value.result
    if end == "failed":
        assert [type(error) for error in results.errors.values()] == [APIError] * 2
        assert {error.code for error in results.errors.values()} == {"mock_failure"}
    else:
        assert results.missing == list(lines(2))


async def test_a_batch_is_cancelled_and_listed(aimock: Session) -> None:
    client = aimock.client
    [batch] = await aimock.run(client.batches.submit(lines(1)))
    assert (await aimock.run(client.batches.cancel(batch.id))).status == "cancelling"
    ended: Any = await aimock.run(client.batches.wait(batch.id, wait={**FAST, "raise_on_failure": False}))
    assert ended.status == "cancelled"
    page = await aimock.run(client.batches.with_raw_response.list(limit=1))
    assert page.parse().data[0].id == batch.id
    with pytest.raises(NotFoundError, match="batch_none"):
        await aimock.run(client.batches.retrieve("batch_none"))


async def test_a_training_is_followed_to_its_end(aimock: Session) -> None:
    client = aimock.client
    content = (json.dumps(EXAMPLE) + "\n").encode() * 10
    file = await aimock.run(client.files.create(file=("train.jsonl", content), purpose="fine-tune"))
    job = await aimock.run(client.fine_tuning.jobs.create(model="gpt-4o-mini", training_file=file.id, suffix="x"))
    done = await aimock.run(client.fine_tuning.jobs.wait(job.id, wait=FAST))
    assert done.status == "succeeded"
    assert done.fine_tuned_model
    events = await aimock.run(client.fine_tuning.jobs.with_raw_response.list_events(job.id))
    assert all(event.message for event in events.parse().data)
    jobs = await aimock.run(client.fine_tuning.jobs.with_raw_response.list(limit=1))
    assert jobs.parse().data[0].id == job.id


async def test_a_training_is_cancelled(aimock: Session) -> None:
    client = aimock.client
    file = await aimock.run(
        client.files.create(file=("train.jsonl", json.dumps(EXAMPLE).encode() + b"\n"), purpose="fine-tune")
    )
    job = await aimock.run(client.fine_tuning.jobs.create(model="gpt-4o-mini", training_file=file.id))
    cancelled = await aimock.run(client.fine_tuning.jobs.cancel(job.id))
    assert cancelled.status == "cancelled"
    with pytest.raises(WaitFailedError, match="ended as 'cancelled'"):
        await aimock.run(client.fine_tuning.jobs.wait(job.id, wait=FAST))
