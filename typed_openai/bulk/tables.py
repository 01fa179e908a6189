"""Tables in and out, by pyarrow (extra `[parquet]`): rows out of Parquet and Arrow files, and answers as Parquet.

Columns of the answers: `custom_id`, `status_code`, `request_id`, `model`, `text`, `finish_reason`, `prompt_tokens`,
`completion_tokens`, `total_tokens`, `error_code`, `error_message`, and `line`, the whole line as JSON text.

Rules: rows are read and written in blocks; a whole file never stands in memory. A job whose output is `out.parquet`
writes lines to `out.parquet.jsonl` while it goes, and makes the table of them at its end; the next run makes the lines
of the table again, so that nothing is asked twice.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from typed_openai.core.extras import needed
from typed_openai.errors import ConfigurationError
from typed_openai.shown.compact import listed, text_of, value_of
from typed_openai.usage import _tokens_of as tokens_of

_ROWS = 4096
_TEXTS = ("custom_id", "request_id", "model", "text", "finish_reason", "error_code", "error_message", "line")
_NUMBERS = ("status_code", "prompt_tokens", "completion_tokens", "total_tokens")


def arrow(name: str = "pyarrow") -> Any:
    """A module of pyarrow's. Raises `ConfigurationError` that names the extra where it is not installed."""
    return needed(name, 'client.bulk: tables need pyarrow: pip install "typed-openai[parquet]"')


def rows_of_table(table: Any) -> tuple[Iterator[dict[str, Any]], list[str], int | None]:
    """The rows of an object of Arrow, pandas or polars; its columns, and how many rows where it says so."""
    found = arrow()
    try:
        reader = found.RecordBatchReader.from_stream(table)
    except (found.ArrowException, TypeError, ValueError) as error:
        raise ConfigurationError(f"client.bulk: a {type(table).__name__} cannot be read as a table: {error}") from error
    total = len(table) if hasattr(table, "__len__") else None
    return (row for batch in reader for row in batch.to_pylist()), list(reader.schema.names), total


def rows_of_file(path: Path) -> tuple[Iterator[dict[str, Any]], list[str], int | None]:
    """The rows of a Parquet, Arrow or Feather file; its columns, and how many rows."""
    found = arrow()
    try:
        data = arrow("pyarrow.dataset").dataset(path, format="parquet" if path.suffix.lower() == ".parquet" else "ipc")
        total = data.count_rows()
    except (found.ArrowException, OSError, ValueError) as error:
        raise ConfigurationError(f"client.bulk: {path} cannot be read: {error}") from error

    def rows() -> Iterator[dict[str, Any]]:
        for batch in data.to_batches(batch_size=_ROWS, batch_readahead=1, fragment_readahead=1):
            yield from batch.to_pylist()

    return rows(), list(data.schema.names), total


def write_answers(lines: Path, table: Path) -> None:
    """Make a Parquet file of a file of answers. Raises `ConfigurationError` when it cannot be written."""
    found, parquet = arrow(), arrow("pyarrow.parquet")
    fields = [*((name, found.string()) for name in _TEXTS), *((name, found.int64()) for name in _NUMBERS)]
    schema, beside = found.schema(fields), table.with_name(f"{table.name}.tidy")
    try:
        with parquet.ParquetWriter(beside, schema) as writer:
            for rows in _blocks(lines):
                writer.write_table(found.Table.from_pylist(rows, schema=schema))
        os.replace(beside, table)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise ConfigurationError(f"client.bulk: {error}: {lines} holds everything") from error


def read_answers(table: Path, lines: Path) -> None:
    """Make a file of answers of the Parquet file that was made of one."""
    rows, columns, _ = rows_of_file(table)
    if "line" not in columns:
        raise ConfigurationError(f"client.bulk: {table} was not written by this job: it has no column 'line'")
    beside = lines.with_name(f"{lines.name}.tidy")
    with open(beside, "wb") as file:
        file.writelines(row["line"].encode() + b"\n" for row in rows)
    os.replace(beside, lines)


def _blocks(lines: Path) -> Iterator[Sequence[Mapping[str, Any]]]:
    rows: list[Mapping[str, Any]] = []
    with open(lines, "rb") as file:
        for line in file:
            rows.append(flat(line))
            if len(rows) == _ROWS:
                yield rows
                rows = []
    if rows:
        yield rows


def flat(line: bytes) -> dict[str, Any]:
    """A line of answers as the row of a table."""
    data = from_json(line)
    response, error = data.get("response") or {}, data.get("error") or {}
    body = response.get("body")
    tokens = tokens_of(value_of(body, "usage"))
    told = error if error or not isinstance(body, dict) else body.get("error") or {}
    choice = next(iter(listed(body, "choices")), None)
    ended = value_of(choice, "finish_reason") if choice is not None else value_of(body, "status")
    status = response.get("status_code")
    return {
        "custom_id": data["custom_id"],
        "request_id": _text(response.get("request_id")),
        "model": _text(value_of(body, "model")),
        "text": text_of(body) or None,
        "finish_reason": _text(ended),
        "error_code": _text(value_of(told, "code") or value_of(told, "type")),
        "error_message": _text(value_of(told, "message")),
        "line": line.decode().rstrip("\n"),
        "status_code": status if isinstance(status, int) else None,
        **(tokens._asdict() if tokens is not None else {}),
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)
