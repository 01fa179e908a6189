"""Rows of what holds many results, and the Arrow stream of the same rows; in both colours."""

from __future__ import annotations

import base64
import importlib
import json
import pickle
import struct
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bulk.files import Echo, bulk
from tests.canned import Connect, Wire, completion, done, failure, status
from tests.conformance.filled import classes
from tests.test_mapping import USAGE, questions
from typed_openai import ConfigurationError, usage_scope
from typed_openai.bulk.batches import BatchReader, BatchResults
from typed_openai.core.answer.records import Records, row_of, table_of
from typed_openai.models.base import Result
from typed_openai.models.chat import Choice, ChoiceLogprobs, ChunkChoice
from typed_openai.models.completions import CompletionChoice, CompletionLogprobs
from typed_openai.models.embeddings import CreateEmbeddingResponse
from typed_openai.models.responses.content import ResponseOutputText

arrow: Any = importlib.import_module("pyarrow")


def pages(*numbers: int) -> Wire:
    """Lists of one file each."""
    told = [{"id": f"file-{n}", "object": "file", "bytes": n, "status": {"a": {"b": n}}, "more": []} for n in numbers]
    return Wire(
        *(
            status(200, {"object": "list", "data": [each], "has_more": each is not told[-1], "last_id": each["id"]})
            for each in told
        )
    )


# --- pages -----------------------------------------------------------------------------------------------------------


async def test_a_page_has_rows_of_it_and_all_that_follow(connect: Connect) -> None:
    rows = await done((await done(connect(pages(1, 2, 3)).files.list())).records())
    assert [row["bytes"] for row in rows] == [1, 2, 3]
    assert rows[0] == {"id": "file-1", "object": "file", "bytes": 1, "status.a.b": 1, "more": "[]"}
    assert rows.table.to_pylist() == rows


async def test_a_last_page_is_a_table(connect: Connect) -> None:
    page = await done(connect(pages(1)).files.list())
    assert arrow.table(page).column("bytes").to_pylist() == [1]


def test_a_page_that_others_follow_is_a_table_of_all() -> None:
    page = Connect(is_async=False)(pages(1, 2)).files.list()
    assert arrow.table(page).column("id").to_pylist() == ["file-1", "file-2"]


def test_what_asks_a_server_is_asked_once_however_often_its_stream_is_asked_for() -> None:
    wire = pages(1, 2)
    page = Connect(is_async=False)(wire).files.list()
    mapped = Connect(is_async=False)(Echo()).map(questions(2))
    for held, column in ((page, "bytes"), (mapped, "index")):
        first, second = arrow.table(held), arrow.table(held)
        assert first.column(column).to_pylist() == second.column(column).to_pylist()
        assert first.num_rows == 2
    assert len(wire.requests) == 2


async def test_an_async_page_that_others_follow_says_what_to_await() -> None:
    page = await Connect(is_async=True)(pages(1, 2)).files.list()
    with pytest.raises(ConfigurationError, match=r"await page\.records\(\)"):
        arrow.table(page)


async def test_a_server_that_sends_the_same_page_again_makes_its_rows_once(connect: Connect) -> None:
    same = status(200, {"object": "list", "data": [{"id": "file-1"}], "has_more": True, "last_id": "file-1"})
    page = await done(connect(Wire(same, same, same)).files.list())
    assert [row["id"] for row in await done(page.records())] == ["file-1"]
    assert page.issues


def test_a_page_that_was_pickled_has_the_rows_it_holds() -> None:
    page = pickle.loads(pickle.dumps(Connect(is_async=False)(pages(1)).files.list()))
    assert [row["id"] for row in page.records()] == ["file-1"]


# --- map, batches, bulk, usage ---------------------------------------------------------------------------------------


async def test_results_of_a_map_have_rows_with_values_and_errors(connect: Connect) -> None:
    client = connect(Echo(q1=failure(404)), max_retries=0)
    rows = await done(client.map(questions(3)).records())
    assert [(row["index"], row["text"], row["status_code"]) for row in rows] == [
        (0, "0", 200),
        (1, None, 404),
        (2, "2", 200),
    ]
    assert rows[0]["total_tokens"] == 5
    assert rows[1]["error_message"]
    assert json.loads(str(rows[2]["answer"]))["usage"] == USAGE
    assert len({tuple(row) for row in rows}) == 1, "all rows have the same columns"
    assert rows.table.to_pylist() == rows


def test_outcomes_of_batches_have_rows_by_custom_id() -> None:
    said = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "yes"}}
    body = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [said], "usage": USAGE}
    lines = [
        {"custom_id": "a", "response": {"status_code": 200, "request_id": "r", "body": body}, "error": None},
        {"custom_id": "b", "response": None, "error": {"code": "batch_expired", "message": "too late"}},
    ]
    content = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    found = BatchResults([], BatchReader("/v1/chat/completions").read(content, "file-1"))
    one, two = found.records()
    assert (one["custom_id"], one["request_id"], one["model"], one["total_tokens"]) == ("a", "r", "m", 5)
    assert (two["custom_id"], two["answer"], two["status_code"]) == ("b", None, None)
    assert "too late" in str(two["error_message"])
    assert arrow.table(found).to_pylist() == [one, two]


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
async def test_a_report_of_a_bulk_job_is_the_table_of_its_output(connect: Connect, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"out.{suffix}"
    report = await bulk(connect, Echo(), questions(3), out)
    rows = report.records()
    assert {row["text"] for row in rows} == {"0", "1", "2"}
    assert arrow.table(report).to_pylist() == rows
    out.unlink()
    for ask in (report.records, report.__arrow_c_stream__):
        with pytest.raises(ConfigurationError, match="cannot be read"):
            ask()


async def test_usage_has_a_row_for_each_model(connect: Connect) -> None:
    with usage_scope() as used:
        await done(
            connect(Wire(completion("a", usage=USAGE))).chat.completions.create(
                model="m", messages=[{"role": "user", "content": "x"}]
            )
        )
    (row,) = used.records()
    assert (row["prompt_tokens"], row["completion_tokens"], row["total_tokens"]) == (3, 2, 5)
    assert arrow.table(used).to_pylist() == [row]


# --- log probabilities -----------------------------------------------------------------------------------------------

LIKELY = {"token": "a", "logprob": -0.5, "bytes": [97]}
OTHER = {"token": "b", "logprob": -1.5, "bytes": [98]}
WRITTEN = {**LIKELY, "top_logprobs": [LIKELY, OTHER]}


def test_logprobs_have_rows_of_what_was_written_and_what_could_have_been() -> None:
    told = [(0, LIKELY), (1, LIKELY), (2, OTHER)]
    chat = ChoiceLogprobs.model_validate({"content": [WRITTEN], "refusal": None})
    assert chat.records() == [{"part": "content", "position": 0, "rank": rank, **each} for rank, each in told]
    text = ResponseOutputText.model_validate(
        {"type": "output_text", "text": "a", "annotations": [], "logprobs": [WRITTEN]}
    )
    assert text.records() == [{"position": 0, "rank": rank, **each} for rank, each in told]
    beside = CompletionLogprobs.model_validate(
        {
            "tokens": ["x", "a"],
            "token_logprobs": [None, -0.5],
            "text_offset": [0, 1],
            "top_logprobs": [None, {"b": -1.5}],
        }
    )
    assert [(row["position"], row["rank"], row["token"], row["logprob"]) for row in beside.records()] == [
        (0, 0, "x", None),
        (1, 0, "a", -0.5),
        (1, 1, "b", -1.5),
    ]
    for each in (chat, text, beside):
        assert arrow.table(each).to_pylist() == each.records()


def test_logprobs_that_deviate_make_the_rows_there_are() -> None:
    deviating: dict[str, Any] = {"content": "no", "refusal": [None]}
    assert ChoiceLogprobs.model_construct(**deviating).records() == [
        {"part": "refusal", "position": 0, "rank": 0, "value": None}
    ]
    assert ResponseOutputText.model_construct(text="a", logprobs=None).records() == []


TOKEN = {"token": "a", "logprob": -0.5, "bytes": [97]}


@pytest.mark.parametrize("kind", [each for each in classes(Result) if "logprobs" in each.model_fields], ids=str)
def test_whatever_has_logprobs_has_rows_of_them(kind: Any) -> None:
    if issubclass(kind, CompletionLogprobs | CompletionChoice | Choice | ChunkChoice):
        return  # these hold an object, which has rows
    told = kind.model_construct(logprobs=[TOKEN, TOKEN])
    assert told.records() == [{"position": place, "rank": 0, **TOKEN} for place in (0, 1)]
    assert arrow.table(told).to_pylist() == told.records()
    assert kind.model_construct().records() == []


# --- vectors ---------------------------------------------------------------------------------------------------------


def vectors(*texts: Any) -> dict[str, Any]:
    data = [{"object": "embedding", "index": place, "embedding": text} for place, text in enumerate(texts)]
    return {"object": "list", "model": "m", "data": data, "usage": {"prompt_tokens": 1, "total_tokens": 1}}


def as_base64(*numbers: float) -> str:
    return base64.b64encode(struct.pack(f"<{len(numbers)}f", *numbers)).decode()


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        ([as_base64(0.5, 1.5), as_base64(2.5, 3.5)], "fixed_size_list<item: float>[2]"),
        ([[0.5, 1.5], [2.5, 3.5]], "list<item: double>"),
        ([as_base64(0.5, 1.5), [2.5, 3.5]], "list<item: double>"),
    ],
    ids=["base64", "numbers", "both"],
)
async def test_vectors_have_a_row_each_and_stand_in_the_table_as_they_came(
    connect: Connect, sent: list[Any], kind: str
) -> None:
    answer = await done(connect(Wire(status(200, vectors(*sent)))).embeddings.create(model="m", input=["a", "b"]))
    rows = answer.records()
    assert rows == [
        {"embedding": [0.5, 1.5], "index": 0, "object": "embedding"},
        {"embedding": [2.5, 3.5], "index": 1, "object": "embedding"},
    ]
    table = arrow.table(answer)
    assert (
        str(table.column("embedding").type).replace("element", "item").replace("item: float not null", "item: float")
        == kind
    )
    assert table.select(["embedding", "index", "object"]).to_pylist() == rows


def test_vectors_that_deviate_make_the_rows_there_are() -> None:
    for sent in ([], [as_base64()], [as_base64(1.0), as_base64(1.0, 2.0)]):
        answer = CreateEmbeddingResponse.model_validate(vectors(*sent))
        assert len(answer.records()) == arrow.table(answer).num_rows == len(sent)


async def test_vectors_of_many_texts_are_a_table_over_their_memory(connect: Connect) -> None:
    wire = Wire(status(200, vectors(as_base64(0.5, 1.5), as_base64(2.5, 3.5))))
    found = await done(connect(wire).embeddings.create_many(["a", "b"], model="m"))
    assert found.records() == [{"index": 0, "embedding": [0.5, 1.5]}, {"index": 1, "embedding": [2.5, 3.5]}]
    table = arrow.table(found)
    assert table.to_pylist() == found.records()
    (chunk,) = table.column("embedding").chunks
    assert chunk.flatten().buffers()[1].address == arrow.py_buffer(found.data).address
    assert arrow.table(found[:0]).num_rows == 0


# --- rows and columns ------------------------------------------------------------------------------------------------

plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
JSON = st.recursive(plain, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@given(st.lists(st.dictionaries(st.text(), JSON)))
def test_any_data_is_a_table_of_as_many_rows(data: list[dict[str, Any]]) -> None:
    rows = Records(map(row_of, data))
    assert table_of(rows).num_rows == len(rows) or not any(rows)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([True, None], "bool"),
        ([1, None], "int64"),
        ([1, 2.5], "double"),
        ([2**60 + 1, 2.5], "string"),
        ([2**63], "string"),
        ([True, 1], "string"),
        (["a", 1], "string"),
        ([[1, 2], None], "list<item: int64>"),
        ([[1], [2.5, 1]], "list<item: double>"),
        ([[1], "[]"], "string"),
        ([None, None], "null"),
        (["\ud800"], "string"),
    ],
    ids=str,
)
def test_a_column_takes_all_of_its_values(values: list[Any], kind: str) -> None:
    column = table_of([{"x": value} for value in values]).column("x")
    assert (str(column.type), len(column)) == (kind.replace("item", "item"), len(values))
    if kind != "string":
        assert column.to_pylist() == values


def test_no_member_takes_the_place_of_another() -> None:
    assert row_of({"a.b": 1, "a": {"b": 2}, "a.b_": 3}) == {"a.b": 1, "a.b_": 2, "a.b__": 3}
    deep: dict[str, Any] = {}
    for _ in range(200):
        deep = {"a": deep}
    assert len(row_of(deep)) == 1


def test_rows_lack_what_others_have() -> None:
    assert table_of([{"a": 1}, {"b": "x"}]).to_pylist() == [{"a": 1, "b": None}, {"a": None, "b": "x"}]
    assert Records().table.num_rows == 0


def test_without_pyarrow_the_rows_are_there_and_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    rows = Records([{"a": 1}])
    assert rows == [{"a": 1}]
    with pytest.raises(ConfigurationError, match=r"typed-openai\[parquet\]"):
        rows.__arrow_c_stream__()
