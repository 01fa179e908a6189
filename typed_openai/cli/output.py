"""How results are written: for people where they look, as JSON where a program reads.

    format     a result                              a list, a stream of events
    auto       terminal: text, table, picture        terminal: table, text as it comes
               else: JSON                            else: JSON, one line each
    text       what was said, nothing else           one line each
    table      names and values                      a table
    json       JSON in lines                         one JSON list (of events: one line each)
    jsonl      JSON in one line                      one line each
    yaml       YAML                                  one document each

`--select` takes a part of each; a text that it finds is written without quotes unless JSON was asked for by name.
`--output FILE` takes the place of standard output: nothing is a terminal then.

Rules: a terminal is shown nothing that it would obey (`terminal.clean`); rich is loaded for terminals and tables only.
"""

from __future__ import annotations

import errno
import io
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from typed_openai.cli.selecting import selected
from typed_openai.cli.terminal import Terminal, clean

if TYPE_CHECKING:
    from rich.table import Table

MOST_ROWS = 100
"""Rows of a list that a terminal is shown, where nobody said how many."""


def plain(value: Any) -> Any:
    """Any value as JSON data: what came in, where it is an answer."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    dump = getattr(value, "model_dump", None)
    if callable(dump):
        return dump(mode="json")
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    return to_jsonable_python(value, fallback=str, bytes_mode="base64")


class Output:
    """Writes the results of one command."""

    def __init__(
        self, terminal: Terminal, format: str, select: str | None, path: str | None, opened: ExitStack
    ) -> None:
        self.format = format
        self.select = select
        self.path: str | None = None if path == "-" else path
        self.terminal = terminal
        if path is not None and path != "-":
            self.terminal = Terminal()
            self._opened = opened
            self.terminal.out = _Later(Path(path), opened)

    @property
    def for_people(self) -> bool:
        """Whether results are shown rather than written as data."""
        return self.format in ("auto", "text", "table") and self.select is None and self.terminal.seen

    # -- results ---------------------------------------------------------------------------------------------------

    def result(self, value: Any) -> None:
        """One result of a call; of a call that gives nothing, nothing."""
        if value is None and self.select is None:
            return
        if self.select is not None or self.format in ("json", "jsonl", "yaml"):
            self._data(value if self.select is None else selected(plain(value), self.select))
        elif self.format == "table":
            self._print(self._record(value))
        elif isinstance(value, str):
            self.terminal.line(value.rstrip("\n"))
        elif self.format == "text":
            self.terminal.line(said_by(value))
        elif self.terminal.seen:
            self._shown(value)
        else:
            self._data(value)

    def items(self, found: Iterable[Any], most: int | None = None) -> None:
        """A list: item by item, as far as `most` goes (0: to its end)."""
        if self.format in ("auto", "table") and self.select is None and (self.terminal.seen or self.format == "table"):
            self._table(found, MOST_ROWS if most is None and self.terminal.seen else most)
            return
        taken = _taken(found, most or None)
        if self.format == "json":
            whole = [plain(item) for item in taken]
            self._data(whole if self.select is None else selected(whole, self.select))
            return
        for item in taken:
            value = plain(item)
            self._entry(value if self.select is None else selected(value, self.select))

    def event(self, value: Any) -> None:
        """One event of a stream, as soon as it is there."""
        data = plain(value)
        self._entry(data if self.select is None else selected(data, self.select))

    def data(self, value: Any) -> None:
        """One value as data, also where somebody looks."""
        self._data(value if self.select is None else selected(plain(value), self.select))

    def show(self, what: Any) -> None:
        """Something that is made for people (a rich renderable)."""
        self._print(what)

    def note(self, text: str) -> None:
        """Something beside the result, for whoever looks."""
        self.terminal.note(text)

    # -- how -------------------------------------------------------------------------------------------------------

    def _entry(self, value: Any) -> None:
        if self.format == "yaml":
            self.terminal.write("---\n")
            self._data(value)
        elif isinstance(value, str) and self.format in ("auto", "text"):
            self.terminal.line(value)
        else:
            self.terminal.write(self._json(value, None) + "\n")

    def _data(self, value: Any) -> None:
        data = plain(value)
        if self.format == "yaml":
            import yaml

            self.terminal.write(yaml.safe_dump(data, allow_unicode=True, sort_keys=False))
        elif isinstance(data, str) and self.format in ("auto", "text", "table"):
            self.terminal.line(data)
        elif self.format == "jsonl":
            self.terminal.write(self._json(data, None) + "\n")
        elif self.terminal.seen:
            from rich.syntax import Syntax

            self._print(Syntax(self._json(data, 2), "json", background_color="default", word_wrap=True))
        else:
            self.terminal.write(self._json(data, 2) + "\n")

    def _json(self, value: Any, indent: int | None) -> str:
        separators = (",", ":") if indent is None else None
        text = json.dumps(value, ensure_ascii=False, indent=indent, separators=separators)
        return text.encode("utf-8", "backslashreplace").decode() if not self.terminal.seen else clean(text)

    def _shown(self, value: Any) -> None:
        """For people: Markdown where the result has it, a table of a page, else names and values."""
        from rich.markdown import Markdown

        told = value._repr_markdown_() if hasattr(value, "_repr_markdown_") else None
        if told:
            self._print(Markdown(clean(told)))
        else:
            self._print(self._record(value))

    def _record(self, value: Any) -> Any:
        from rich.table import Table
        from rich.text import Text

        data = plain(value)
        if not isinstance(data, dict):
            return Text(clean(data if isinstance(data, str) else self._json(data, 2)))
        table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
        table.add_column(style="bold", no_wrap=True)
        table.add_column(overflow="fold")
        for name, item in data.items():
            if item is not None:
                table.add_row(clean(str(name)), Text(cell(name, item)))
        return table

    def _table(self, found: Iterable[Any], most: int | None) -> None:
        items = iter(found)
        rows = list(_taken(items, most or None))
        if not rows:
            self.terminal.note("Nothing there.")
            return
        self._print(table_of(rows))
        if most and next(items, None) is not None:
            self.terminal.note(f"The first {len(rows)}; --limit 0 shows all.")

    def _print(self, what: Any) -> None:
        if self.terminal.seen:
            self.terminal.console().print(what)
            return
        from rich.console import Console

        text = _Drawn(getattr(self.terminal.out, "encoding", None) or "utf-8")
        forced = None if not os.environ.get("NO_COLOR") else False  # else FORCE_COLOR is heard
        Console(file=text, width=self.terminal.width, highlight=False, force_terminal=forced).print(what)
        self.terminal.write(text.getvalue())


class _Drawn(io.StringIO):
    """Text for a stream of that encoding, by which rich chooses the lines of tables."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._encoding = encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]  # read only, by rich
        """That of the stream."""
        return self._encoding


def table_of(rows: list[Any]) -> Table:
    """A table of results, its columns what they have and say: ids, names, states, times."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from typed_openai.shown.tables import columns, fields_of

    fields = [fields_of(row) for row in rows]
    names = columns(fields)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in names:
        table.add_column(clean(name), overflow="fold", no_wrap=name == "id")
    for row in fields:
        table.add_row(*(Text(cell(name, row.get(name))) for name in names))
    return table


def cell(name: str, value: Any) -> str:
    """A value as it stands in a table: times as times, what is long in short."""
    from typed_openai.shown.tables import time_of

    if value is None:
        return ""
    time = time_of(name, value)
    if time is not None:
        return time
    text = value if isinstance(value, str) else json.dumps(plain(value), ensure_ascii=False)
    text = clean(text).replace("\n", " ")
    return text if len(text) <= 400 else f"{text[:400]}… ({len(text):,} characters)"


def said_by(value: Any) -> str:
    """The text of an answer, where it has one; else what it is in JSON."""
    from typed_openai.shown.compact import text_of

    told = text_of(value) or getattr(value, "text", None)
    return told if isinstance(told, str) else json.dumps(plain(value), ensure_ascii=False)


def _taken(found: Iterable[Any], most: int | None) -> Iterator[Any]:
    for number, item in enumerate(found, 1):
        yield item
        if number == most:
            return


def require_writable(path: Path) -> None:
    """Raise the `OSError` that writing a file would, as far as it can be known before anything is asked and paid."""
    why = errno.EISDIR if path.is_dir() else 0 if path.parent.is_dir() else errno.ENOENT
    if not why and not os.access(path if path.exists() else path.parent, os.W_OK):
        why = errno.EACCES
    if why:
        raise OSError(why, os.strerror(why), str(path))


class _Later:
    """A file that is made when the first word is written, so that a call that fails leaves no empty file behind."""

    def __init__(self, path: Path, opened: ExitStack) -> None:
        self._path = path
        self._opened = opened
        self._file: io.BufferedWriter | None = None

    @property
    def buffer(self) -> io.BufferedWriter:
        """The file as bytes; raises `OSError` when it cannot be written."""
        if self._file is None:
            self._file = self._opened.enter_context(open(self._path, "wb"))  # noqa: SIM115 - closed by the ExitStack
        return self._file

    def write(self, text: str, /) -> object:
        """Write text as UTF-8."""
        return self.buffer.write(text.encode("utf-8", "backslashreplace"))

    def flush(self) -> None:
        """Bring what was written onto the disk."""
        if self._file is not None and not self._file.closed:
            self._file.flush()

    def isatty(self) -> bool:
        """A file is no terminal."""
        return False
