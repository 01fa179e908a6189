"""Tables in and out, by pyarrow (extra `[parquet]`): rows out of Parquet and Arrow files, answers as Parquet and rows.

Columns of the answers: `custom_id`, `status_code`, `request_id`, `model`, `text`, `finish_reason`, `prompt_tokens`,
`completion_tokens`, `total_tokens`, `error_code`, `error_message`, and `line`, the whole line as JSON text.

Rules: rows are read and written in blocks; a whole file never stands in memory. A job whose output is `out.parquet`
writes lines to `out.parquet.jsonl` while it goes, and makes the table of them at its end; the next run makes the lines
of the table again, so that nothing is asked twice.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_json

from typed_openai.bulk.lines import code_of, message_of
from typed_openai.bulk.output import bare, read_line
from typed_openai.core.answer.records import Records, Row
from typed_openai.core.extras import needed
from typed_openai.errors import ConfigurationError
from typed_openai.shown.compact import listed, text_of, value_of
from typed_openai.usage import Tokens
from typed_openai.usage import _tokens_of as tokens_of

_ROWS = 4096
_WHAT = "client.bulk with a table"
_TEXTS = ("custom_id", "request_id", "model", "text", "finish_reason", "error_code", "error_message", "line")
_NUMBERS = ("status_code", "prompt_tokens", "completion_tokens", "total_tokens")


def rows_of_table(table: Any) -> tuple[Iterator[dict[str, Any]], list[str], int | None]:
    """The rows of an object of Arrow, pandas or polars; its columns, and how many rows where it says so."""
    found = needed("pyarrow", _WHAT)
    try:
        reader = found.RecordBatchReader.from_stream(table)
    except (found.ArrowException, TypeError, ValueError) as error:
        raise ConfigurationError(f"client.bulk: a {type(table).__name__} cannot be read as a table: {error}") from error
    total = len(table) if hasattr(table, "__len__") else None
    return (row for batch in reader for row in batch.to_pylist()), list(reader.schema.names), total


def rows_of_file(path: Path) -> tuple[Iterator[dict[str, Any]], list[str], int | None]:
    """The rows of a Parquet, Arrow or Feather file; its columns, and how many rows."""
    found = needed("pyarrow", _WHAT)
    try:
        data = needed("pyarrow.dataset", _WHAT).dataset(
            path, format="parquet" if path.suffix.lower() == ".parquet" else "ipc"
        )
        total = data.count_rows()
    except (found.ArrowException, OSError, ValueError) as error:
        raise ConfigurationError(f"client.bulk: {path} cannot be read: {error}") from error

    def rows() -> Iterator[dict[str, Any]]:
        for batch in data.to_batches(batch_size=_ROWS, batch_readahead=1, fragment_readahead=1):
            yield from batch.to_pylist()

    return rows(), list(data.schema.names), total


def write_answers(lines: Path, table: Path) -> None:
    """Make a Parquet file of a file of answers. Raises `ConfigurationError` when it cannot be written."""
    found, parquet = needed("pyarrow", _WHAT), needed("pyarrow.parquet", _WHAT)
    schema, beside = _schema(found), table.with_name(f"{table.name}.tidy")
    try:
        with parquet.ParquetWriter(beside, schema) as writer:
            for rows in _blocks(lines):
                writer.write_table(found.Table.from_pylist(rows, schema=schema))
        os.replace(beside, table)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise ConfigurationError(f"client.bulk: {error}: {lines} holds everything") from error


def _schema(found: Any) -> Any:
    """The columns of answers."""
    return found.schema([*((each, found.string()) for each in _TEXTS), *((each, found.int64()) for each in _NUMBERS)])


def records_of(output: str) -> Records:
    """The rows of a file of answers, all of them. Raises `ConfigurationError` when it cannot be read."""
    path = Path(output)
    if path.suffix.lower() == ".parquet":
        return Records(rows_of_file(path)[0])
    with _readable(path):
        return Records(row for rows in _blocks(path) for row in rows)


def stream_of(output: str) -> Any:
    """A file of answers as a reader of record batches, block by block. Raises `ConfigurationError` when it is not
    there."""
    found, path = needed("pyarrow", "records()"), Path(output)
    if path.suffix.lower() == ".parquet":
        with _readable(path):
            data = needed("pyarrow.dataset", "records()").dataset(path, format="parquet")
            return data.scanner(batch_size=_ROWS, batch_readahead=1, fragment_readahead=1).to_reader()
    with _readable(path), open(path, "rb"):
        schema = _schema(found)
    batches = (found.RecordBatch.from_pylist(rows, schema=schema) for rows in _blocks(path))
    return found.RecordBatchReader.from_batches(schema, batches)


@contextmanager
def _readable(path: Path) -> Generator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"client.bulk: {path} cannot be read: {error}") from error


def read_answers(table: Path, lines: Path) -> None:
    """Make a file of answers of the Parquet file that was made of one."""
    rows, columns, _ = rows_of_file(table)
    if "line" not in columns:
        raise ConfigurationError(f"client.bulk: {table} was not written by this job: it has no column 'line'")
    beside = lines.with_name(f"{lines.name}.tidy")
    with open(beside, "wb") as file:
        file.writelines(row["line"].encode() + b"\n" for row in rows)
    os.replace(beside, lines)


def _blocks(lines: Path) -> Iterator[list[Row]]:
    rows: list[Row] = []
    with open(lines, "rb") as file:
        for line in file:
            data = read_line(line)
            if data is not None:
                rows.append({**flat(data), "line": bare(line).decode()})
            if len(rows) == _ROWS:
                yield rows
                rows = []
    if rows:
        yield rows


def flat(data: Mapping[str, Any]) -> Row:
    """A line of answers as the row of a table, but for the line itself."""
    response, error = data.get("response"), data.get("error")
    body, status = (value_of(response, name) for name in ("body", "status_code"))
    told = error or value_of(body, "error")
    return {
        "custom_id": data["custom_id"],
        "request_id": _text(value_of(response, "request_id")),
        **_said(body),
        "error_code": _text(value_of(told, "code") or value_of(told, "type")),
        "error_message": _text(value_of(told, "message")),
        "status_code": status if isinstance(status, int) else None,
        **_taken(body),
    }


def row_of_answer(value: object, error: Exception | None) -> Row:
    """What became of a request as the row of a table: the columns of a file of answers, with `answer`, the JSON of what
    came, in place of its line."""
    meta = getattr(value if error is None else error, "meta", None)
    return {
        "request_id": getattr(meta, "request_id", None),
        **_said(value),
        "error_code": None if error is None else code_of(error),
        "error_message": None if error is None else message_of(error),
        "status_code": getattr(meta, "status", None) or None,
        **_taken(value),
        "answer": None if value is None else _json(value),
    }


def _json(value: object) -> str:
    """A value as JSON text: of a result what came in."""
    return value.model_dump_json() if isinstance(value, BaseModel) else to_json(value, fallback=str).decode()


def _said(answer: object) -> Row:
    """What an answer says, in three columns."""
    choice = next(iter(listed(answer, "choices")), None)
    ended = value_of(choice, "finish_reason") if choice is not None else value_of(answer, "status")
    return {
        "model": _text(value_of(answer, "model")),
        "text": text_of(answer) or None,
        "finish_reason": _text(ended),
    }


def _taken(answer: object) -> Row:
    """What an answer consumed, in tokens."""
    tokens = tokens_of(value_of(answer, "usage"))
    return dict.fromkeys(Tokens._fields) if tokens is None else {**tokens._asdict()}


def _text(value: object) -> str | None:
    return None if value is None else str(value)
