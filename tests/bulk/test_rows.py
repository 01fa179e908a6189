"""Rows that become requests, tables that go in and come out; in both colours."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.bulk.files import Echo, asked, bulk, lines_in, told
from tests.canned import Connect, failure
from typed_openai import ConfigurationError, RequestValidationError
from typed_openai.bulk.template import Filler
from typed_openai.models.chat import UserMessage
from typed_openai.models.chat.params import ChatCompletionCreateParams

arrow: Any = importlib.import_module("pyarrow")
parquet: Any = importlib.import_module("pyarrow.parquet")
ROWS = [{"id": "one", "text": "hello"}, {"id": "two", "text": "wor\nld"}, {"id": "three", "text": 'a "quote", {b}'}]
TEMPLATE = {"model": "m", "messages": [{"role": "user", "content": "{text}!"}]}
WANTED = {row["id"]: f"{row['text']}!" for row in ROWS}


def table(kind: str, folder: Path) -> Any:
    """The same rows in one of the forms that may go in."""
    if kind == "rows":
        return ROWS
    if kind == "arrow":
        return arrow.Table.from_pylist(ROWS)
    path = folder / f"in.{kind}"
    if kind == "parquet":
        parquet.write_table(arrow.Table.from_pylist(ROWS), path)
    elif kind == "feather":
        importlib.import_module("pyarrow.feather").write_feather(arrow.Table.from_pylist(ROWS), path)
    elif kind == "jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    else:
        import csv

        with open(path, "w", newline="", encoding="utf-8-sig") as file:
            writer = csv.DictWriter(file, ["id", "text"], delimiter="\t" if kind == "tsv" else ",")
            writer.writeheader()
            writer.writerows(ROWS)
    return path


@pytest.mark.parametrize("kind", ["rows", "arrow", "parquet", "feather", "jsonl", "csv", "tsv"])
async def test_each_row_becomes_a_request_by_a_template(connect: Connect, tmp_path: Path, kind: str) -> None:
    out = tmp_path / "out.jsonl"
    given = table(kind, tmp_path)
    report = await bulk(connect, Echo(), given, out, template=TEMPLATE, id_column="id")
    assert told(out) == WANTED
    assert report.answered == 3
    assert (await bulk(connect, Echo(), given, out, template=TEMPLATE, id_column="id")).resumed == 3


async def test_a_function_may_make_the_request_and_a_params_object_be_the_template(
    connect: Connect, tmp_path: Path
) -> None:
    def ask(row: dict[str, Any]) -> ChatCompletionCreateParams:
        return ChatCompletionCreateParams(model="m", messages=[UserMessage(content=row["text"].upper())])

    await bulk(connect, Echo(), ROWS, tmp_path / "one.jsonl", template=ask)
    assert told(tmp_path / "one.jsonl") == {f"request-{n}": row["text"].upper() for n, row in enumerate(ROWS)}
    template = ChatCompletionCreateParams(model="m", messages=[UserMessage(content="{id}: {text}")])
    await bulk(connect, Echo(), ROWS, tmp_path / "two.jsonl", template=template, id_column="id")
    assert told(tmp_path / "two.jsonl")["one"] == "one: hello"


async def test_a_template_of_another_endpoint_says_which(connect: Connect, tmp_path: Path) -> None:
    template = {"model": "e", "input": "{text}"}
    with pytest.raises(RequestValidationError, match="url: what is asked"):
        await bulk(connect, Echo(), ROWS, tmp_path / "out.jsonl", template=template)
    assert Filler(template, "/v1/embeddings")({"text": "x"}) == ("/v1/embeddings", {"model": "e", "input": "x"})


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{a}", "1"),
        ("{a}{a} {b}", "11 "),
        ('Answer as {"a": 1} or {}', 'Answer as {"a": 1} or {}'),
        ("{{a}} {{{a}}}", "{a} {1}"),
        ("{ a } {0} {a.b}", "{ a } {0} {a.b}"),
    ],
)
def test_placeholders_are_names_of_columns_and_nothing_else(text: str, filled: str) -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": text}]}
    assert Filler(body, None)({"a": 1, "b": None})[1]["messages"][0]["content"] == filled


async def test_a_row_that_lacks_a_column_is_the_failure_of_that_row(connect: Connect, tmp_path: Path) -> None:
    rows: Any = [ROWS[0], {"id": "x"}, 7, ROWS[1]]
    report = await bulk(connect, Echo(), rows, tmp_path / "out.jsonl", template=TEMPLATE)
    assert (report.answered, report.failed) == (2, 2)


async def test_two_rows_of_one_name_end_the_job(connect: Connect, tmp_path: Path) -> None:
    with pytest.raises(RequestValidationError, match="used only once"):
        await bulk(connect, Echo(), [ROWS[0]] * 2, tmp_path / "out.jsonl", template=TEMPLATE, id_column="id")


async def test_a_table_without_the_column_that_is_named(connect: Connect, tmp_path: Path) -> None:
    given = table("parquet", tmp_path)
    template = {"model": "m", "messages": [{"role": "user", "content": "{txt}"}]}
    with pytest.raises(RequestValidationError, match=r"\{txt\}: a column of .*in.parquet, got id, text"):
        await bulk(connect, Echo(), given, tmp_path / "out.jsonl", template=template)


async def test_what_is_no_parquet_file_is_said(connect: Connect, tmp_path: Path) -> None:
    (tmp_path / "in.parquet").write_text("id,text\n")
    with pytest.raises(ConfigurationError, match=r"in\.parquet cannot be read"):
        await bulk(connect, Echo(), tmp_path / "in.parquet", tmp_path / "out.jsonl", template=TEMPLATE)


async def test_answers_may_come_as_a_table_with_columns_of_what_people_look_for(
    connect: Connect, tmp_path: Path
) -> None:
    given, out = asked(tmp_path / "in.jsonl", "a", "b"), tmp_path / "out.parquet"
    await bulk(connect, Echo(qb=failure(400, message="odd", code="bad")), given, out)
    rows = {row["custom_id"]: row for row in parquet.read_table(out).to_pylist()}
    assert (rows["a"]["text"], rows["a"]["finish_reason"], rows["a"]["total_tokens"]) == ("a", "stop", 5)
    assert (rows["b"]["text"], rows["b"]["status_code"], rows["b"]["error_code"]) == (None, 400, "bad")
    assert rows["b"]["error_message"] == "odd"
    assert json.loads(rows["a"]["line"])["custom_id"] == "a"


async def test_a_job_goes_on_from_a_table(connect: Connect, tmp_path: Path) -> None:
    given, out = asked(tmp_path / "in.jsonl", "a", "b"), tmp_path / "out.parquet"
    await bulk(connect, Echo(qb=failure(404)), given, out)
    assert not leftovers(tmp_path)
    wire = Echo()
    report = await bulk(connect, wire, given, out)
    assert wire.asked == ["b"]
    assert (report.resumed, report.answered) == (1, 1)
    assert {row["custom_id"]: row["text"] for row in parquet.read_table(out).to_pylist()} == {"a": "a", "b": "b"}
    assert not leftovers(tmp_path)


def leftovers(folder: Path) -> list[str]:
    """Files beside those of the job."""
    return [path.name for path in folder.iterdir() if path.name not in ("in.jsonl", "out.parquet")]


async def test_an_output_of_another_kind_is_refused(connect: Connect, tmp_path: Path) -> None:
    given = asked(tmp_path / "in.jsonl", "a")
    with pytest.raises(ConfigurationError, match=r"an output whose name ends with \.jsonl"):
        await bulk(connect, Echo(), given, tmp_path / "out.csv")
    parquet.write_table(arrow.Table.from_pylist(ROWS), tmp_path / "out.parquet")
    with pytest.raises(ConfigurationError, match="it has no column 'line'"):
        await bulk(connect, Echo(), given, tmp_path / "out.parquet")


async def test_without_pyarrow_the_error_names_the_extra(
    connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = table("parquet", tmp_path)
    real = importlib.import_module

    def missing(name: str, package: str | None = None) -> Any:
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return real(name, package)

    monkeypatch.setattr("importlib.import_module", missing)
    for source, out in ((given, "out.jsonl"), (asked(tmp_path / "in.jsonl", "a"), "out.parquet")):
        wire = Echo()
        with pytest.raises(ConfigurationError, match=r"typed-openai\[parquet\]"):
            await bulk(connect, wire, source, tmp_path / out, template=TEMPLATE if source == given else None)
        assert wire.requests == []
    assert lines_in(given.parent / "in.jsonl")


async def test_a_row_of_a_csv_file_with_too_many_or_too_few_values_is_the_failure_of_that_row(
    connect: Connect, tmp_path: Path
) -> None:
    (tmp_path / "in.csv").write_text('id,text\none,hello\ntwo,hello, world\nthree\nfour,"hello, world"\n')
    out = tmp_path / "out.jsonl"
    report = await bulk(connect, Echo(), tmp_path / "in.csv", out, template=TEMPLATE, id_column="id")
    assert (report.answered, report.failed) == (2, 2)
    assert told(out) == {"one": "hello!", "request-1": None, "request-2": None, "four": "hello, world!"}
    assert "line 3 of " in out.read_text()
    assert "2 values, as the first line has, got 3" in out.read_text()


@pytest.mark.parametrize("content", [b"", b"id,text\n", b"\xef\xbb\xbfid,text\n"])
async def test_a_csv_file_without_rows_is_a_job_without_lines(connect: Connect, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "in.csv").write_bytes(content)
    report = await bulk(connect, Echo(), tmp_path / "in.csv", tmp_path / "out.jsonl", template=TEMPLATE)
    assert (report.answered, report.failed, report.left) == (0, 0, 0)


@pytest.mark.parametrize("content", [b"id,text\n1,\xff\n", b'id,text\n1,"hello\n'])
async def test_a_csv_file_that_cannot_be_read_is_said(connect: Connect, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "in.csv").write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"in\.csv cannot be read"):
        await bulk(connect, Echo(), tmp_path / "in.csv", tmp_path / "out.jsonl", template=TEMPLATE)


async def test_a_long_text_of_a_csv_file_is_a_text_like_any_other(connect: Connect, tmp_path: Path) -> None:
    text = "a page, " * 50_000
    (tmp_path / "in.csv").write_text(f'id,text\nlong,"{text}"\nshort,hello\n')
    out = tmp_path / "out.jsonl"
    await bulk(connect, Echo(), tmp_path / "in.csv", out, template=TEMPLATE, id_column="id")
    assert told(out) == {"long": f"{text}!", "short": "hello!"}


async def test_rows_of_json_may_come_as_windows_writes_them(connect: Connect, tmp_path: Path) -> None:
    rows = b'\xef\xbb\xbf{"id": "one", "text": "hello"}\r\n\r\n{"id": "two", "text": "a\xe2\x80\xa8b"}'
    (tmp_path / "in.jsonl").write_bytes(rows)
    out = tmp_path / "out.jsonl"
    await bulk(connect, Echo(), tmp_path / "in.jsonl", out, template=TEMPLATE, id_column="id")
    assert told(out) == {"one": "hello!", "two": "a\u2028b!"}


async def test_columns_without_a_name_are_columns_too(connect: Connect, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("id,text,,\none,hello,,\n\ntwo,world,x,\n")  # as spreadsheets write them
    out = tmp_path / "out.jsonl"
    await bulk(connect, Echo(), tmp_path / "in.csv", out, template=TEMPLATE, id_column="id")
    assert told(out) == {"one": "hello!", "two": "world!"}


async def test_two_columns_of_one_name_are_refused_before_anything_is_asked(connect: Connect, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("id,text,text\none,hello,world\n")
    wire = Echo()
    with pytest.raises(ConfigurationError, match="more than one column is called 'text'"):
        await bulk(connect, wire, tmp_path / "in.csv", tmp_path / "out.jsonl", template=TEMPLATE)
    assert wire.asked == []
    assert not (tmp_path / "out.jsonl").exists()
