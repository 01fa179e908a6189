"""Rows, as users hold them: `records()` of anything that holds many results, and the Arrow stream of the same rows.

    rows = client.files.list().records()    # a list of dicts
    polars.DataFrame(client.files.list())   # pandas, polars, duckdb and pyarrow take what has records as it is
    (await page.records()).table            # an async client reads the pages first

Rules
* `Records` is a list of rows that knows the Arrow PyCapsule interface; `HasRecords` is the base of what makes some.
* A row holds texts, numbers, booleans, None, and lists of numbers. An object inside is told by its members
  (`usage.total_tokens`), however deep; an empty one and any other list is its JSON text. Nothing that came is left out.
* A member whose name is that of another's path (`{"a.b": 1, "a": {"b": 2}}`) gets an underscore.
* A column of the Arrow stream is of the narrowest type that takes all of its values: bool, int64, double, a list of
  either of the numbers, else text (JSON text for what is not text). One without a value is null. Nothing is refused.
* pyarrow (extra `[parquet]`) is imported when an Arrow stream is asked for.

Weak spots
* A library that knows lists looks at the dicts of `Records` and not at the stream; `.table` is the table.
* A column's type is known when all rows are, so all of them stand in memory; a file of answers does not (`BulkReport`,
  which knows its columns).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any, TypeAlias

from pydantic import BaseModel
from pydantic_core import to_json

from typed_openai.core.extras import needed

Cell: TypeAlias = "str | int | float | bool | list[int] | list[float] | None"
"""What stands in a row."""
Row: TypeAlias = dict[str, Cell]
"""One flat row."""
_INT64 = range(-(2**63), 2**63)


class Records(list[Row]):
    """Flat rows: a list of dicts, for what takes those, and a table, for what takes Arrow."""

    __slots__ = ()

    @property
    def table(self) -> Any:
        """The rows as a `pyarrow.Table`. Raises `ConfigurationError` without pyarrow (extra `[parquet]`)."""
        return table_of(self)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The rows as an Arrow stream. Raises `ConfigurationError` without pyarrow (extra `[parquet]`)."""
        stream: object = self.table.__arrow_c_stream__(requested_schema)
        return stream


class HasRecords(ABC):
    """The base of what makes rows."""

    __slots__ = ()

    @abstractmethod
    def _records(self) -> Records:
        """The rows, made anew."""

    def records(self) -> Records:
        """All of it as flat rows, for a table, a file or a data frame."""
        return self._records()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The rows as an Arrow stream, which pandas, polars and duckdb take. Raises `ConfigurationError` without
        pyarrow (extra `[parquet]`)."""
        return self._records().__arrow_c_stream__(requested_schema)


class AsksOnce(HasRecords):
    """The base of what makes rows by asking a server. Its Arrow stream is of the rows that were made for the first
    one: duckdb asks twice, once for the columns."""

    _streamed: Records | None = None

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The rows as an Arrow stream, which pandas, polars and duckdb take; made once, whoever asks again. Raises
        `ConfigurationError` without pyarrow (extra `[parquet]`)."""
        if self._streamed is None:
            needed("pyarrow", "an Arrow stream")
            self._streamed = self._records()
        return self._streamed.__arrow_c_stream__(requested_schema)


def rows_of(items: Iterable[object]) -> Records:
    """A row for each item."""
    return Records(map(row_of, items))


def row_of(item: object) -> Row:
    """A result (or data, or anything) as a flat row; what is not an object is the one `value` of its row."""
    found: Row = {}
    data = item.model_dump(mode="json") if isinstance(item, BaseModel) else item
    if isinstance(data, Mapping):
        _flatten(data, "", found)
    else:
        found["value"] = cell(data)
    return found


def _flatten(data: Mapping[Any, Any], path: str, into: Row) -> None:
    """Depth first; what Python cannot go into any deeper is JSON text."""
    for name, value in data.items():
        place = f"{path}{name}"
        if isinstance(value, Mapping) and value and place.count(".") < _DEEPEST:
            _flatten(value, f"{place}.", into)
        else:
            while place in into:
                place += "_"
            into[place] = cell(value)


_DEEPEST = 32
"""Members of members that get columns of their own."""


def cell(value: Any) -> Cell:
    """A value as it stands in a row."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, list) and value and all(type(each) in (int, float) for each in value):
        return value
    return _text(value)


def _text(value: object) -> str:
    return value if isinstance(value, str) else to_json(value, fallback=str, inf_nan_mode="constants").decode()


def table_of(rows: Iterable[Row]) -> Any:
    """Rows as a table of pyarrow's: columns in the order in which they were met first."""
    found, rows = needed("pyarrow", "records()"), list(rows)
    names = dict.fromkeys(chain.from_iterable(rows))
    columns = {name: _column(found, [row.get(name) for row in rows]) for name in names}
    return found.table(columns) if columns else found.table({}, schema=found.schema([]))


def _column(found: Any, values: list[Cell]) -> Any:
    """The values of a column in the narrowest type that takes them all as they are."""
    kinds = {_kind(value) for value in values if value is not None}
    if not kinds:
        return found.nulls(len(values))
    if kinds in ({"int", "double"}, {"ints", "doubles"}) and all(map(_is_exact, values)):
        kinds -= {"int", "ints"}
    kind = kinds.pop() if len(kinds) == 1 else "text"
    if kind == "bool":
        return found.array(values, found.bool_())
    if kind in ("int", "ints"):
        return found.array(values, found.int64() if kind == "int" else found.list_(found.int64()))
    if kind in ("double", "doubles"):
        floats = found.float64()
        return found.array([*map(_floats, values)], floats if kind == "double" else found.list_(floats))
    return found.array([None if value is None else _whole(_text(value)) for value in values], found.string())


def _kind(value: Cell) -> str:
    """What a value is, in a word."""
    if isinstance(value, list):
        kinds = {_kind(each) for each in value}
        if kinds == {"int", "double"} and _is_exact(value):
            return "doubles"
        return f"{kinds.pop()}s" if kinds in ({"int"}, {"double"}) else "text"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "int" if value in _INT64 else "text"
    return "double" if isinstance(value, float) else "text"


def _is_exact(value: Cell) -> bool:
    """Whether a number, or each of a list, is the same as a float."""
    if isinstance(value, list):
        return all(map(_is_exact, value))
    return not isinstance(value, int) or abs(value) <= 2**53


def _floats(value: Cell) -> Any:
    """Numbers as floats."""
    return [float(each) for each in value] if isinstance(value, list) else value if value is None else float(value)


def _whole(text: str) -> str:
    """Text that is Unicode: half a surrogate pair, which JSON can spell, is a question mark."""
    return text.encode("utf-8", "replace").decode()
