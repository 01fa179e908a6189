"""`batches.wait`, `submit`, `results` and `run`, in both colours, against a scripted service."""

from __future__ import annotations

import json
import time
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest

from tests.batches.service import FAST, Run, Service, answered, completion, jsonl, refused, unasked, vectors
from typed_openai import BadRequestError, NotFoundError, RequestValidationError, WaitFailedError, WaitTimeoutError
from typed_openai.bulk.batches import BatchBuilder, BatchLimits
from typed_openai.models.chat.completions import ChatCompletion
from typed_openai.models.chat.messages import UserMessage
from typed_openai.models.chat.params import ChatCompletionCreateParams
from typed_openai.models.embeddings import CreateEmbeddingResponse, EmbeddingCreateParams

ALL_GOOD = ("completed", jsonl(*(answered(f"q-{place}", completion(str(place))) for place in (2, 0, 1))), b"")


def questions(number: int, **limits: int) -> BatchBuilder:
    lines = BatchBuilder(BatchLimits(**limits))
    for place in range(number):
        lines.add(f"q-{place}", ChatCompletionCreateParams(model="m", messages=[UserMessage(content=str(place))]))
    return lines


def test_run_uploads_creates_waits_and_joins(run: Run) -> None:
    service = Service(states=("validating", "in_progress", "finalizing"), ends=[ALL_GOOD])
    results = run(service, "batches.run", questions(3), wait=FAST, metadata={"night": "12"})
    assert {name: answer.text for name, answer in results.answers(ChatCompletion).items()} == {
        "q-0": "0",
        "q-1": "1",
        "q-2": "2",
    }
    assert list(results) == ["q-0", "q-1", "q-2"]
    assert (results.missing, results.errors, results.issues) == ([], {}, [])
    [batch] = results.batches
    assert (batch.status, batch.metadata) == ("completed", {"night": "12"})
    assert service.asked == [
        "POST /files",
        "POST /batches",
        *["GET /batches/batch_1"] * 4,
        "GET /files/output-batch_1/content",
    ]
    assert [line["custom_id"] for line in service.lines_of("file-1")] == ["q-0", "q-1", "q-2"]


def test_output_and_error_file_are_both_read_and_missing_ids_named(run: Run) -> None:
    output = jsonl(answered("q-3", completion("three")))
    error = jsonl(answered("q-0", refused("too long"), 400), unasked("q-1", "batch_expired", "late"))
    service = Service(ends=[("completed", output, error)])
    results = run(service, "batches.run", questions(4), wait=FAST)
    assert results.answer("q-3", ChatCompletion).text == "three"
    assert {name: type(found).__name__ for name, found in results.errors.items()} == {
        "q-0": "BadRequestError",
        "q-1": "APIError",
    }
    assert results.missing == ["q-2"]
    again = questions(4).only([*results.errors, *results.missing])
    assert list(again) == ["q-0", "q-1", "q-2"]


def test_lines_beyond_the_limits_and_of_other_endpoints_go_into_batches_of_their_own(run: Run) -> None:
    lines = questions(3, lines=2)
    lines.add("e", EmbeddingCreateParams(model="m", input="x"))
    service = Service(
        ends=[
            ("completed", jsonl(answered("q-1", completion("1")), answered("q-0", completion("0"))), b""),
            ("completed", jsonl(answered("q-2", completion("2"))), b""),
            ("completed", jsonl(answered("e", vectors(1.0))), b""),
        ]
    )
    results = run(service, "batches.run", lines, wait=FAST)
    assert list(results) == ["q-0", "q-1", "q-2", "e"]
    assert list(results.answers(CreateEmbeddingResponse)) == ["e"]
    assert [batch.endpoint for batch in results.batches] == ["/v1/chat/completions"] * 2 + ["/v1/embeddings"]


def test_results_come_back_from_the_ids_alone(run: Run) -> None:
    service = Service(ends=[("completed", jsonl(answered("q-1", completion("1"))), b"")])
    created: list[str] = []
    run(service, "batches.submit", questions(2), on_created=lambda batch: created.append(batch.id))
    assert created == ["batch_1"]
    results = run(service, "batches.results", created, wait=FAST)
    assert list(results) == ["q-1"]
    assert results.missing == ["q-0"]
    assert list(run(service, "batches.results", "batch_1", wait=FAST)) == ["q-1"]


def test_files_that_went_in_are_not_fetched_when_nothing_is_missing(run: Run) -> None:
    counts = {"request_counts": {"total": 3, "completed": 3, "failed": 0}}
    service = Service(ends=[ALL_GOOD], more=counts)
    run(service, "batches.submit", questions(3))
    assert run(service, "batches.results", "batch_1", wait=FAST).missing == []
    assert "GET /files/file-1/content" not in service.asked


def test_a_file_that_went_in_and_has_expired_leaves_what_is_missing_unknown(run: Run) -> None:
    service = Service(ends=[("completed", jsonl(answered("q-1", completion("1"))), b"")], lost={"file-1"})
    run(service, "batches.submit", questions(2))
    results = run(service, "batches.results", "batch_1", wait=FAST)
    assert (list(results), results.missing) == (["q-1"], [])


@pytest.mark.parametrize("end", ["expired", "cancelled", "failed"])
def test_a_batch_that_ended_badly_raises_with_everything_that_there_is(run: Run, end: str) -> None:
    errors = {"errors": {"object": "list", "data": [{"code": "x", "message": "no such model", "line": 2}]}}
    service = Service(ends=[(end, jsonl(answered("q-0", completion("0"))), b"")], more=errors)
    with pytest.raises(WaitFailedError, match=f"batch_1 ended as '{end}'.*line 2: no such model.*1 missing") as caught:
        run(service, "batches.run", questions(2), wait=FAST)
    results = caught.value.result
    assert results.answer("q-0", ChatCompletion).text == "0"
    assert results.missing == ["q-1"]


def test_a_batch_that_ended_badly_is_returned_on_demand(run: Run) -> None:
    service = Service(ends=[("expired", b"", jsonl(unasked("q-0", "batch_expired", "late")))])
    results = run(service, "batches.run", questions(1), wait={**FAST, "raise_on_failure": False})
    assert list(results.errors) == ["q-0"]
    assert results.batches[0].status == "expired"


def test_one_bad_batch_does_not_take_the_answers_of_the_others(run: Run) -> None:
    ends = [("failed", b"", b""), ("completed", jsonl(answered("q-1", completion("1"))), b"")]
    with pytest.raises(WaitFailedError) as caught:
        run(Service(ends=ends), "batches.run", questions(2, lines=1), wait=FAST)
    assert list(caught.value.result) == ["q-1"]
    assert caught.value.result.missing == ["q-0"]


def test_the_deadline_is_for_all_batches_together_and_the_error_says_how_to_go_on(run: Run) -> None:
    began = time.monotonic()
    service = Service(states=("in_progress",) * 1000, ends=[ALL_GOOD, ALL_GOOD])
    with pytest.raises(WaitTimeoutError) as caught:
        run(service, "batches.run", questions(2, lines=1), wait={"interval": 0.01, "deadline": 0.05})
    assert time.monotonic() - began < 30
    assert "client.batches.results(['batch_1', 'batch_2'])" in "".join(caught.value.__notes__)
    assert caught.value.result.id == "batch_1"


def test_a_failure_half_way_names_what_was_made_before_it(run: Run) -> None:
    service = Service(ends=[ALL_GOOD] * 3, break_at="POST /batches 2")
    created: list[str] = []
    with pytest.raises(BadRequestError, match="no more today") as caught:
        run(service, "batches.submit", questions(3, lines=1), on_created=lambda batch: created.append(batch.id))
    notes = "".join(caught.value.__notes__)
    assert "client.batches.results(['batch_1'])" in notes
    assert "file-2 was uploaded" in notes
    assert created == ["batch_1"]


def test_no_line_is_refused_before_anything_is_sent(run: Run) -> None:
    service = Service()
    with pytest.raises(RequestValidationError, match="at least one line"):
        run(service, "batches.run", BatchBuilder())
    assert service.asked == []


def test_parameters_of_the_batch_are_checked_and_sent(run: Run) -> None:
    service = Service(ends=[ALL_GOOD])
    expiry = {"anchor": "created_at", "seconds": 3600}
    run(service, "batches.submit", questions(1), metadata={"a": "b"}, output_expires_after=expiry)
    batch = service.batches["batch_1"]
    assert batch["output_expires_after"] == expiry
    assert (batch["metadata"], batch["completion_window"], batch["input_file_id"]) == ({"a": "b"}, "24h", "file-1")
    with pytest.raises(RequestValidationError, match="seconds"):
        run(service, "batches.submit", questions(1), output_expires_after={"seconds": 1})


def test_progress_is_told_for_each_question(run: Run) -> None:
    seen: list[tuple[str, str]] = []
    service = Service(ends=[ALL_GOOD])
    wait: Any = {**FAST, "on_progress": lambda batch: seen.append((batch.id, batch.status))}
    run(service, "batches.run", questions(3), wait=wait)
    assert seen == [("batch_1", "in_progress"), ("batch_1", "completed")]


@pytest.mark.parametrize("end", ["failed", "expired", "cancelled"])
def test_wait_raises_with_the_batch_unless_told_otherwise(run: Run, end: str) -> None:
    service = Service(states=("validating", "cancelling"), ends=[(end, b"", b"")])
    run(service, "batches.submit", questions(1))
    with pytest.raises(WaitFailedError, match=f"ended as '{end}'") as caught:
        run(service, "batches.wait", "batch_1", wait=FAST)
    assert caught.value.result.status == end
    assert run(service, "batches.wait", "batch_1", wait={"raise_on_failure": False}).status == end


def test_lines_of_an_answer_may_be_broken_and_the_others_are_there(run: Run) -> None:
    output = jsonl(answered("q-0", completion("0"))) + b"{broken\n" + json.dumps({"custom_id": "q-1"}).encode()
    results = run(Service(ends=[("completed", output, b"")]), "batches.run", questions(2), wait=FAST)
    assert list(results) == ["q-0"]
    assert results.missing == ["q-1"]
    assert [issue.number for issue in results.issues] == [2, 3]
    assert {issue.file_id for issue in results.issues} == {"output-batch_1"}


def test_files_are_read_as_they_arrive_and_never_held_whole(run: Run) -> None:
    def arriving() -> Iterator[bytes]:
        for place in range(40):
            line = jsonl(answered(f"q-{place}", completion(str(place))))
            yield line[:-1]
            yield b" " * 500_000 + b"\n"

    counts = {"request_counts": {"total": 40, "completed": 40, "failed": 0}}
    service = Service(ends=[("completed", b"-", b"")], more=counts, arriving=[arriving()])
    run(service, "batches.submit", questions(40))
    tracemalloc.start()
    try:
        results = run(service, "batches.results", "batch_1", wait=FAST)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert results.answer("q-39", ChatCompletion).text == "39"
    assert peak < 10_000_000, "of 20 MB"


def test_a_file_that_breaks_off_is_fetched_again_and_no_line_is_read_twice(run: Run, sleeps: list[float]) -> None:
    whole = jsonl(*(answered(f"q-{place}", completion(str(place))) for place in range(3)))
    cut = len(whole) // 2
    service = Service(ends=[("completed", whole, b"")], max_retries=1)
    service.arriving = [[whole[:100], whole[100:cut], None], [whole[: cut - 50], whole[cut - 50 :]]]
    results = run(service, "batches.run", questions(3), wait=FAST)
    assert {name: answer.text for name, answer in results.answers(ChatCompletion).items()} == {
        "q-0": "0",
        "q-1": "1",
        "q-2": "2",
    }
    assert results.issues == []
    assert service.asked.count("GET /files/output-batch_1/content") == 2


def test_a_file_that_cannot_be_fetched_is_the_error_of_that_call(run: Run) -> None:
    service = Service(ends=[ALL_GOOD], lost={"output-batch_1"})
    with pytest.raises(NotFoundError, match="gone"):
        run(service, "batches.run", questions(3), wait=FAST)
