"""What goes into a bulk job, as lines: files of requests, rows with a template, iterables, tables.

Rules
* A file of requests (.jsonl) is read once before anything is sent: every fault of every line is told, with the line.
  It may mix endpoints and models.
* Rows (.csv, .tsv, .parquet, a table, mappings, .jsonl with a template) become requests one by one, and never stand in
  memory all together. The columns that the template names have to be there.
* What is wrong with one item of an iterable, or one row, is the failure of that line and nobody else's. A name that
  comes twice ends the job: answers are told apart by it.
* Without names of their own items are `request-0`, `request-1`, …, and rows likewise.

Weak spots: an iterable is drawn from once, so what is wrong with its end is seen at its end. In a CSV file everything
is text.
"""

from __future__ import annotations

import csv
import os
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import AsyncIterable, Callable, Collection, Generator, Iterable, Iterator, Mapping, Sized
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

from typed_openai.bulk.jsonl import Requests, look_at
from typed_openai.bulk.lines import Line
from typed_openai.bulk.template import Filler, asked_by, column_of
from typed_openai.core.caller import Policies
from typed_openai.core.redact import logger
from typed_openai.core.request.faults import shown
from typed_openai.errors import ConfigurationError, Fault, OpenAIError, RequestValidationError
from typed_openai.models.base import Params

if TYPE_CHECKING:
    from typed_openai.bulk.options import BulkSource

_REQUESTS = (".jsonl", ".ndjson")
_TEXT_TABLES = {".csv": ",", ".tsv": "\t"}
_LONGEST = 2**31 - 1
"""Characters that a value of a CSV file may have; 131,072 by Python's default, which is less than many texts."""
_ARROW = (".parquet", ".arrow", ".feather")


@dataclass
class Source:
    """The items of a job, and how an item becomes a line."""

    items: Iterable[Any] | AsyncIterable[Any]
    make: Callable[[int, Any], Line]
    name: str
    total: int | None = None
    names: Collection[str] | None = None
    """The custom ids of all lines, where they are known before."""
    again: Callable[[], Iterable[Any]] = tuple
    """The items once more, where the custom ids are known."""
    is_ours: bool = False
    """Whether it was opened here, and so is closed here."""
    _seen: dict[str, int] = field(default_factory=dict[str, int])

    def close(self) -> None:
        """Let go of the file, when not all of it was read."""
        if self.is_ours and isinstance(self.items, Generator):
            self.items.close()

    def line(self, index: int, item: Any) -> Line:
        """An item as a line. Raises `RequestValidationError` for a name that came before."""
        line = self.make(index, item)
        if self.names is None:
            first = self._seen.setdefault(line.custom_id, index)
            if first != index:
                fault = Fault("custom_id", f"used only once; item {first} has it too", shown(line.custom_id))
                raise RequestValidationError(f"client.bulk, item {index} of {self.name}", [fault])
        return line

    def lines(self) -> Iterator[Line]:
        """All lines, of what is no async iterable."""
        if isinstance(self.items, AsyncIterable):
            raise ConfigurationError('client.bulk: an async iterable goes with engine="map"')
        for index, item in enumerate(self.items):
            yield self.line(index, item)


def open_source(given: BulkSource, options: Mapping[str, Any], config: Policies) -> Source:
    """What goes in. Raises `ConfigurationError` for what is not there or cannot be read, `RequestValidationError` with
    every fault of a file of requests."""
    template, url = options.get("template"), options.get("url")
    filler = None if template is None else Filler(template, url)
    if isinstance(given, str | os.PathLike):
        return replace(_file(Path(given), filler, options, config), is_ours=True)
    if hasattr(given, "__arrow_c_stream__"):
        from typed_openai.bulk.tables import rows_of_table

        rows, columns, total = rows_of_table(given)
        return _rows(rows, _needed(filler, "the table"), columns, "the table", options, total)
    if isinstance(given, Params | Mapping | bytes) or not isinstance(given, Iterable | AsyncIterable):
        allowed = "a path, an iterable of params objects or lines, or a table"
        raise ConfigurationError(f"client.bulk: {allowed}, got {type(given).__name__}")
    total = len(given) if isinstance(given, Sized) else None
    if filler is not None:
        return Source(given, _of_rows(filler, options.get("id_column")), "the iterable", total)
    return Source(given, _of_items(url), "the iterable", total)


def _file(path: Path, filler: Filler | None, options: Mapping[str, Any], config: Policies) -> Source:
    if not path.is_file():
        why = "a directory, not a file" if path.is_dir() else "not a file that is there"
        raise ConfigurationError(f"client.bulk: {path} is {why}")
    suffix = path.suffix.lower()
    try:
        if suffix in _REQUESTS and filler is None:
            return _requests(path, config)
        if suffix in _REQUESTS:
            return _rows(_jsonl_rows(path), filler, None, str(path), options)
        if suffix in _TEXT_TABLES:
            return _csv(path, suffix, _needed(filler, str(path)), options)
    except OSError as error:
        raise ConfigurationError(f"client.bulk: {error}") from error
    if suffix in _ARROW:
        from typed_openai.bulk.tables import rows_of_file

        rows, columns, total = rows_of_file(path)
        return _rows(rows, _needed(filler, str(path)), columns, str(path), options, total)
    known = ", ".join((*_REQUESTS, *_TEXT_TABLES, *_ARROW))
    raise ConfigurationError(f"client.bulk: {path}: a file whose name ends with {known}, got {suffix or 'no ending'!r}")


def _needed(filler: Filler | None, where: str) -> Filler:
    if filler is None:
        raise ConfigurationError(f"client.bulk: {where} has rows: template=... says what is asked about each of them")
    return filler


# --- requests --------------------------------------------------------------------------------------------------------


def _requests(path: Path, config: Policies) -> Source:
    kind = Requests(mixed=True, look=config.validation != "off", lets_through=config.lets_through)
    found = look_at(path, kind)
    if found:
        error = RequestValidationError(f"client.bulk, {path}", found)
        if config.validation != "warn" or len(kind.lines) < sum(1 for _ in _jsonl_rows(path)):
            raise error
        logger.warning("%s", error)
    again = partial(_jsonl_rows, path)
    return Source(again(), _request_line, str(path), len(kind.lines), kind.lines.keys(), again)


def _request_line(index: int, item: Any) -> Line:
    return Line(item["custom_id"], item["url"], item["body"])


def _jsonl_rows(path: Path) -> Iterator[Any]:
    with open(path, "rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                try:
                    yield from_json(line.removeprefix(BOM_UTF8) if number == 1 else line)
                except ValueError as error:
                    raise ConfigurationError(f"client.bulk: line {number} of {path} is not JSON: {error}") from None


def _of_items(url: str | None) -> Callable[[int, Any], Line]:
    """Params objects, parameters as mappings, whole lines, and pairs of a name and one of those."""

    def make(index: int, item: Any) -> Line:
        name = f"request-{index}"
        if isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str):
            name, item = item
        try:
            if isinstance(item, Mapping) and isinstance(item.get("body"), Mapping):
                given = item.get("custom_id", name)
                name = given if isinstance(given, str) and given else name
                return Line(name, *asked_by(item["body"], item.get("url", url)))
            return Line(name, *asked_by(item, url))
        except OpenAIError as error:
            return Line(name, error=error)

    return make


# --- rows ------------------------------------------------------------------------------------------------------------


def _rows(
    rows: Iterator[Any],
    filler: Filler | None,
    columns: Collection[str] | None,
    where: str,
    options: Mapping[str, Any],
    total: int | None = None,
) -> Source:
    filler, id_column = _needed(filler, where), options.get("id_column")
    if columns is not None:
        filler.require(columns, where)
        if id_column is not None:
            column_of(id_column, columns, where)
    return Source(rows, _of_rows(filler, id_column), where, total)


def _of_rows(filler: Filler, id_column: str | None) -> Callable[[int, Any], Line]:
    def make(index: int, row: Any) -> Line:
        name = f"request-{index}"
        if isinstance(row, OpenAIError):
            return Line(name, error=row)
        if not isinstance(row, Mapping):
            fault = Fault(f"row {index}", "a mapping of columns", shown(row))
            return Line(name, error=RequestValidationError("client.bulk", [fault]))
        try:
            if id_column is not None:
                name = str(row[column_of(id_column, row.keys(), f"row {index}")])
            elif row.get("custom_id") is not None:
                name = str(row["custom_id"])
            return Line(name, *filler(dict(row)))
        except OpenAIError as error:
            return Line(name, error=error)

    return make


def _whole(columns: list[str], values: list[str], where: str) -> Any:
    """A row that has a value for each column; any other as the error that it is."""
    if len(values) == len(columns):
        return dict(zip(columns, values, strict=True))
    hint = "a text with commas in it stands in quotes"
    fault = Fault(where, f"{len(columns)} values, as the first line has", str(len(values)), hint)
    return RequestValidationError("client.bulk", [fault])


def _csv(path: Path, suffix: str, filler: Filler, options: Mapping[str, Any]) -> Source:
    columns: list[str] = []

    def rows() -> Iterator[Any]:
        with open(path, encoding="utf-8-sig", newline="") as file:
            try:
                csv.field_size_limit(max(_LONGEST, csv.field_size_limit()))  # of the whole process: there is no other
                reader = csv.reader(file, delimiter=_TEXT_TABLES[suffix], strict=True)
                columns.extend(next(reader, ()))
                twice = [name for name, count in Counter(columns).items() if name and count > 1]
                if twice:
                    names = ", ".join(map(repr, twice))
                    raise ConfigurationError(f"client.bulk: {path}: more than one column is called {names}")
                for values in reader:
                    if values:
                        yield _whole(columns, values, f"line {reader.line_num} of {path}")
            except (csv.Error, UnicodeDecodeError) as error:
                raise ConfigurationError(f"client.bulk: {path} cannot be read: {error}") from error

    going = rows()
    first = next(going, None)
    if first is None:
        return _rows(iter(()), filler, None, str(path), options, 0)
    return _rows(_resumed(first, going), filler, columns, str(path), options)


def _resumed(first: Any, rest: Iterator[Any]) -> Iterator[Any]:
    """All rows, of which the first was looked at; a generator, so that it can be closed."""
    yield first
    yield from rest
