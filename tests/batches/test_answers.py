"""Lines that come back: read one by one, typed, joined by custom id; what cannot be read harms nobody else."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest

from tests.batches.service import answered, completion, jsonl, refused, unasked, vectors
from typed_openai import APIError, APIStatusError, BadRequestError, InternalServerError, RateLimitError
from typed_openai.bulk.batches import BatchLine, BatchLineIssue, BatchReader, BatchResults, CustomIds, UnknownAnswer
from typed_openai.models.chat.completions import ChatCompletion
from typed_openai.models.embeddings import CreateEmbeddingResponse
from typed_openai.settings.config import Config

CHAT = "/v1/chat/completions"
TRICKY = 'a "}\n{" b\r\n\u2028\u2029\x85 end}{'


def read(content: bytes, endpoint: str = CHAT) -> BatchResults:
    return BatchResults([], BatchReader(endpoint).read(content, "file-1"))


def test_answers_are_typed_by_the_endpoint() -> None:
    chat = read(jsonl(answered("a", completion("two"))))
    assert chat.answer("a", ChatCompletion).text == "two"
    embedded = read(jsonl(answered("a", vectors(0.5, 1.5))), "/v1/embeddings")
    assert embedded.answers(CreateEmbeddingResponse)["a"].data[0].embedding == [0.5, 1.5]


def test_the_answer_of_an_endpoint_newer_than_the_package_is_kept() -> None:
    found = read(jsonl(answered("a", {"id": "x", "n": 1})), "/v1/dreams").answer("a", UnknownAnswer)
    assert found.model_dump() == {"id": "x", "n": 1}


def test_an_answer_knows_its_status_and_request() -> None:
    meta = read(jsonl(answered("a", completion("x")))).answer("a", ChatCompletion).meta
    assert (meta.status, meta.request_id, meta.url) == (200, "req-a", CHAT)


def test_no_text_is_rewritten_whatever_is_in_it() -> None:
    content = jsonl(answered("a", completion(TRICKY)), answered(TRICKY, completion("b")))
    found = read(content)
    assert found.answer("a", ChatCompletion).text == TRICKY
    assert found.answer(TRICKY, ChatCompletion).text == "b"
    assert not found.issues


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 100_000])
def test_a_file_may_come_in_blocks_of_any_size(size: int) -> None:
    content = jsonl(*(answered(f"é-{place}", completion("ü" * place)) for place in range(4)))
    reader = BatchReader(CHAT)
    found: list[BatchLine | BatchLineIssue] = []
    for start in range(0, len(content), size):
        found += reader.feed(content[start : start + size])
    found += reader.close()
    assert [line.custom_id for line in found if isinstance(line, BatchLine)] == [f"é-{place}" for place in range(4)]
    assert [line.number for line in found] == [1, 2, 3, 4]


def test_line_ends_blank_lines_and_a_byte_order_mark_do_not_matter() -> None:
    one, two = (json.dumps(answered(name, completion(name))).encode() for name in "ab")
    found = read(b"\xef\xbb\xbf" + one + b"\r\n\r\n  \n" + two)
    assert list(found) == ["a", "b"]
    assert not found.issues


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"{broken", "it is not JSON"),
        (b'{"custom_id": "x", "response": {"status_code": 200, "body', "it is not JSON"),
        (b"\xff\xfe", "it is not JSON"),
        (b"[1]", "it has no custom_id"),
        (b"null", "it has no custom_id"),
        (b'{"custom_id": 7, "response": null, "error": null}', "it has no custom_id"),
        (b'{"custom_id": "x"}', "'x' has neither a response nor an error"),
        (b'{"custom_id": "x", "response": null, "error": null}', "'x' has neither a response nor an error"),
    ],
)
def test_a_broken_line_is_told_and_harms_no_other(line: bytes, why: str) -> None:
    good = json.dumps(answered("a", completion("fine"))).encode()
    found = read(b"\n".join([good, line, good.replace(b'"a"', b'"b"')]))
    assert list(found) == ["a", "b"]
    [issue] = found.issues
    assert (issue.file_id, issue.number, issue.content) == ("file-1", 2, line)
    assert why in issue.why
    assert str(issue).startswith("line 2 of file-1: ")


def test_broken_lines_are_told_up_to_a_bound_and_then_counted() -> None:
    odd = {**completion("x"), "created": "today"}
    good = jsonl(*(answered(f"a{number}", odd) for number in range(5)))
    found = read(good + b"\n" + b"{broken\n" * 1000)
    assert len(found) == 5
    assert len(found.issues) == 102
    assert found.issues[100].why == "900 lines more could not be used"
    assert "/created" in found.issues[101].why
    assert "5 times" in found.issues[101].why


def test_a_second_answer_to_the_same_line_is_told_and_the_first_counts() -> None:
    found = read(jsonl(answered("a", completion("first")), answered("a", completion("second"))))
    assert found.answer("a", ChatCompletion).text == "first"
    assert "answered before" in found.issues[0].why


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, BadRequestError), (429, RateLimitError), (500, InternalServerError), (418, APIStatusError)],
)
def test_a_refusal_is_the_error_that_the_plain_call_would_have_raised(status: int, kind: type[APIStatusError]) -> None:
    found = read(jsonl(answered("a", refused("not like this"), status)))
    error = found.errors["a"]
    assert type(error) is kind
    assert isinstance(error, APIStatusError)
    assert (error.status_code, error.code, error.request_id) == (status, "bad", "req-a")
    assert "not like this" in str(error)
    with pytest.raises(kind):
        found.answer("a", ChatCompletion)
    assert type(pickle.loads(pickle.dumps(error))) is kind


def test_a_request_that_was_never_executed_is_an_error_of_its_own() -> None:
    error = read(jsonl(unasked("a", "batch_expired", "too late"))).errors["a"]
    assert type(error) is APIError
    assert error.code == "batch_expired"
    assert "too late" in str(error)
    assert "batch_expired" in str(error)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (refused("under 200"), "under 200"),
        ("<html>", "a JSON object"),
        (None, "a JSON object"),
        ([1], "a JSON object"),
    ],
)
def test_an_answer_that_is_none_is_an_error(body: Any, says: str) -> None:
    error = read(jsonl(answered("a", body))).errors["a"]
    assert says in str(error)


def test_an_answer_that_deviates_keeps_what_is_valid_and_says_where() -> None:
    body = {**completion("x"), "created": "yesterday"}
    found = read(jsonl(answered("a", body))).answer("a", ChatCompletion)
    assert found.text == "x"
    assert [issue.pointer for issue in found.issues] == ["/created"]
    strict = BatchReader(CHAT, Config.resolve({"strict_responses": True})).read(jsonl(answered("a", body)))
    assert isinstance(strict[0], BatchLine)
    assert isinstance(strict[0].outcome, APIError)


def test_an_answer_right_in_the_response_is_read_too() -> None:
    line = {"id": "response-1", "custom_id": "request-1", "response": completion("2+2 equals 4.")}
    assert read(jsonl(line)).answer("request-1", ChatCompletion).text == "2+2 equals 4."


def test_a_key_that_a_server_echoes_does_not_stand_in_an_error() -> None:
    content = jsonl(answered("a", refused("your key sk-secret-123 is wrong"), 401))
    [line] = BatchReader(CHAT, secrets=["sk-secret-123"]).read(content)
    assert isinstance(line, BatchLine)
    assert "sk-secret-123" not in f"{line.outcome!s} {line.outcome!r}"


def test_results_stand_in_the_order_of_the_lines_and_name_what_is_missing() -> None:
    lines = BatchReader(CHAT).read(jsonl(*(answered(name, completion(name)) for name in "cab")))
    found = BatchResults([], lines, ["a", "x", "b", "c", "y"])
    assert list(found) == ["a", "b", "c"]
    assert found.missing == ["x", "y"]
    assert len(found) == 3
    with pytest.raises(KeyError):
        found["x"]


def test_an_answer_of_another_kind_is_a_type_error() -> None:
    found = read(jsonl(answered("a", completion("x"))))
    assert found.answers(CreateEmbeddingResponse) == {}
    with pytest.raises(TypeError, match="ChatCompletion, not a CreateEmbeddingResponse"):
        found.answer("a", CreateEmbeddingResponse)


def test_the_custom_ids_of_a_file_that_went_in_are_found_beside_broken_lines() -> None:
    content = b'\xef\xbb\xbf{"custom_id":"a"}\n{broken\n\n{"custom_id":7}\n{"custom_id":"b"}'
    for size in (1, 7, 1000):
        ids = CustomIds()
        for start in range(0, len(content), size):
            ids.feed(content[start : start + size])
        assert ids.close() == ["a", "b"]


@pytest.mark.parametrize(
    "body", [{"code": 500, "msg": "it broke"}, {"message": "it broke"}, {"choices": [], "error_message": "it broke"}]
)
def test_a_failure_in_other_words_is_the_error_of_its_line(body: dict[str, Any]) -> None:
    found = read(jsonl(answered("a", body), answered("b", completion("two"))))
    assert "it broke" in str(found.errors["a"])
    assert found.answer("b", ChatCompletion).text == "two"


# --- JSON in texts ---------------------------------------------------------------------------------------------------


def as_text(line: dict[str, Any], *places: str) -> dict[str, Any]:
    """The line with the values at these places as JSON text, as OGX writes it."""
    for place in places:
        *outer, last = place.split(".")
        inner = line
        for name in outer:
            inner = inner[name]
        inner[last] = json.dumps(inner[last])
    return line


@pytest.mark.parametrize(
    ("places", "pointers"),
    [
        (["response.body"], ["/response/body"]),
        (["response"], ["/response"]),
        (["response.body", "response"], ["/response", "/response/body"]),
    ],
)
def test_a_body_that_is_json_in_a_text_is_read_with_an_issue(places: list[str], pointers: list[str]) -> None:
    found = read(jsonl(as_text(answered("a", completion("two")), *places))).answer("a", ChatCompletion)
    assert found.text == "two"
    assert [issue.pointer for issue in found.issues] == pointers
    failed = read(jsonl(as_text(answered("a", refused("slow down"), 429), *places)))["a"]
    assert isinstance(failed, RateLimitError)
    assert "slow down" in str(failed)


@pytest.mark.parametrize("body", ["", "hello", "{", "[1]", "null"])
def test_a_body_that_is_only_text_is_no_answer(body: str) -> None:
    line = answered("a", completion("two"))
    line["response"]["body"] = body
    assert isinstance(read(jsonl(line))["a"], APIError)
