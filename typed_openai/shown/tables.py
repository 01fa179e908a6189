"""Lists as tables: pages, what `client.map` gave, what came of batches. Every cell is escaped.

The columns of a page are what its items have and say: id, names, states, times; no secrets, nothing long.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel

from typed_openai.core.known_secrets import without
from typed_openai.shown.compact import held, is_secret_name, short, text_of, value_of
from typed_openai.shown.markup import cell

_ROWS = 50
_COLUMNS = 7
_LONGEST = 200
_AFTER_ID = ("name", "filename", "model", "role", "status", "purpose", "content")


def page(shown: Any) -> Mapping[str, str]:
    """A page of a list."""
    items = value_of(value_of(shown, "_envelope"), "data")
    items = items if isinstance(items, list) else []
    rows: list[Mapping[str, Any]] = [fields_of(item) for item in items]
    names = columns(rows[:_ROWS])
    caption = f"{len(items)} items{', and more pages' if shown.has_next_page() else ''}"
    return {
        "text/html": _table(
            names, ([_cell(name, row.get(name)) for name in names] for row in rows[:_ROWS]), len(rows), caption
        )
    }


def fields_of(item: object) -> Mapping[str, Any]:
    """What an item of a list has, by name."""
    if isinstance(item, BaseModel):
        return held(item)
    return {str(name): value for name, value in item.items()} if isinstance(item, dict) else {"": item}


def columns(rows: list[Mapping[str, Any]]) -> list[str]:
    """The names that are worth a column, in reading order."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    names = [
        name
        for name in names
        if name != "object"
        and not is_secret_name(name)
        and any(isinstance(row.get(name), str | int | float | list) for row in rows)
    ]
    order = ["id", *_AFTER_ID]
    return sorted(names, key=lambda name: order.index(name) if name in order else len(order))[:_COLUMNS]


def _cell(name: str, value: object) -> str:
    if value is None:
        return ""
    return time_of(name, value) or _short(value)


def time_of(name: str, value: object) -> str | None:
    """A number as a time, where its name says that it is one; else None."""
    if not isinstance(value, int) or isinstance(value, bool) or not name.endswith(("_at", "created")):
        return None
    return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%d %H:%M:%S") if 0 < value < 2**33 else None


def _short(value: object) -> str:
    text = without(value) if isinstance(value, str) else short(value)
    return cell(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text):,} characters)")


def map_result(shown: Any) -> Mapping[str, str]:
    """What became of one item."""
    rows = [["index", str(shown.index)], ["params", _short(shown.params)]]
    outcome = "value" if shown.error is None else "error"
    rows.append([outcome, _outcome(shown.value if shown.error is None else shown.error)])
    return {"text/html": _table(["", ""], rows, len(rows), "from the checkpoint" if shown.resumed else "")}


def batch_results(shown: Any) -> Mapping[str, str]:
    """What each line got."""
    found = list(shown.items())
    rows = [[cell(str(name)), _outcome(outcome)] for name, outcome in found[:_ROWS]]
    rows += [[cell(str(name)), "missing"] for name in shown.missing[: _ROWS - len(rows)]]
    return {"text/html": _table(["custom_id", "outcome"], rows, len(found) + len(shown.missing), shown.explanation())}


def _outcome(outcome: object) -> str:
    if isinstance(outcome, BaseException):
        return f"<b>{cell(type(outcome).__name__)}</b>: {_short(str(outcome))}"
    return _short(text_of(outcome) or outcome)


def _table(names: list[str], rows: Iterable[list[str]], total: int, caption: str) -> str:
    """A table; names and cells are HTML already but for the names."""
    body = [f"<tr>{''.join(f'<td>{text}</td>' for text in row)}</tr>" for row in rows]
    head = f"<thead><tr>{''.join(f'<th>{cell(name)}</th>' for name in names)}</tr></thead>" if any(names) else ""
    more = f" (the first {len(body)} of {total})" if total > len(body) else ""
    return f"<table><caption>{cell(caption)}{more}</caption>{head}<tbody>{''.join(body)}</tbody></table>"
