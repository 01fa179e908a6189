"""Pages of buckets, and the rows that they make: what was used when, by whom, with what.

    costs = client.admin.organization.usage.costs(start_time=..., group_by=["line_item"])
    for bucket in costs: ...                    # over all pages, until end_time
    costs.records()                             # a flat dict for each result, of this page and all that follow
    costs.records(by=("day", "line_item"))      # added up over everything else

Rules
* A row has `day` (of UTC, `2025-06-14`), `start_time` and `end_time` (Unix seconds), what was counted apart (`model`,
  `project_id`, ...; None by what it was not), then numbers. Money is `amount` and `currency`.
* `by` names what stays apart: members of a row, `month` (`2025-06`), and `project`, `user`, `api_key`, `vector_store`
  for their ids. What the service did not count apart cannot be told apart here: that is refused.
* Amounts of two currencies are never added, nor quantities of two units: the one are rows of their own, the other None.
* What a result has that is newer than this package is in its row: a number is added up, all else is left out of sums.

Weak spot: `records` reads all pages before it gives the first row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeAlias, get_args
from urllib.parse import parse_qsl, urlsplit

from typed_openai.core.answer.pages import AsyncPage, Page, SyncPage, T, all_rows
from typed_openai.core.answer.records import Records, Row, cell, row_of
from typed_openai.errors import Fault, RequestValidationError
from typed_openai.models.base import Result
from typed_openai.models.number_text import number_in

if TYPE_CHECKING:
    from typed_openai.core.run.effects import Flow

UsageRow: TypeAlias = Row
"""One row: what was counted apart, and numbers."""

TIMES = ("day", "start_time", "end_time")
"""What each row says of when it was."""
_IDS = {"project": "project_id", "user": "user_id", "api_key": "api_key_id", "vector_store": "vector_store_id"}


class BucketPage(Page[T]):
    """One page of buckets, complete in itself."""

    def next_params(self) -> dict[str, object] | None:
        """The parameters that fetch the next page, None when this is the last."""
        silent = self._envelope.has_more is None
        return {"page": self.next_page} if self.next_page and (silent or self._says_more()) else None

    def _why_it_ends(self) -> str:
        return "another page than the one before" if self.repeated else "a next_page, from which the list goes on"

    def _rows(self) -> Iterator[UsageRow]:
        return _rows(self.data)

    def _added_up(self, by: str | Iterable[str] | None) -> Flow[Records]:
        """The rows of this page and all that follow, added up over what `by` does not name."""
        names = None if by is None else self._named(by)
        rows = yield from all_rows(self)
        return rows if names is None else Records(summed(rows, names))

    def _named(self, by: str | Iterable[str]) -> list[str]:
        """What rows are to be told apart by; refused where nothing says it."""
        asked = {value for name, value in parse_qsl(urlsplit(self.meta.url).query) if name.startswith("group_by")}
        names = [_IDS.get(name, name) for name in ([by] if isinstance(by, str) else by)]
        allowed = [*TIMES, "month", *sorted(asked), *(["currency"] if "/costs" in self.meta.url else [])]
        for place, name in enumerate(names):
            if name not in allowed:
                hint = f"it is counted apart by group_by=[{name!r}] in the call" if name.isidentifier() else ""
                fault = Fault(f"by[{place}]", f"one of {', '.join(allowed)}", repr(name), hint)
                raise RequestValidationError("records", [fault])
        return names


class SyncBucketPage(BucketPage[T], SyncPage[T]):
    """A page of buckets of a sync client."""

    def records(self, by: str | Iterable[str] | None = None) -> Records:
        """Flat rows of this page and all that follow, added up over what `by` does not name, if it is given.

        A row has `day` (UTC), `start_time`, `end_time`, what `group_by` counted apart, and numbers; of costs `amount`
        and `currency`. Raises `RequestValidationError` for a `by` that was not counted apart.
        """
        rows: Records = self.run(self._added_up(by))
        return rows


class AsyncBucketPage(BucketPage[T], AsyncPage[T]):
    """A page of buckets of an async client."""

    async def records(self, by: str | Iterable[str] | None = None) -> Records:
        """Flat rows of this page and all that follow, added up over what `by` does not name, if it is given.

        A row has `day` (UTC), `start_time`, `end_time`, what `group_by` counted apart, and numbers; of costs `amount`
        and `currency`. Raises `RequestValidationError` for a `by` that was not counted apart.
        """
        rows: Records = await self.run(self._added_up(by))
        return rows


BucketPage.kinds = (SyncBucketPage, AsyncBucketPage)


def _rows(buckets: Iterable[Any]) -> Iterator[UsageRow]:
    for bucket in buckets:
        start, end = (number_in(getattr(bucket, name, None)) for name in TIMES[1:])
        when: UsageRow = {"day": _utc(start), "start_time": cell(start), "end_time": cell(end)}
        results = getattr(bucket, "results", bucket)
        for result in results if isinstance(results, list) else () if results is None else (results,):
            yield {**when, **_flat(result)}


def _utc(seconds: Any, form: str = "%Y-%m-%d") -> str | None:
    """A time as the calendar of UTC has it; None for what is not a time."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime(form)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _flat(result: object) -> UsageRow:
    """A result as a row: first what was counted apart, then numbers. What is no result is the `value` of its row."""
    if not isinstance(result, Result):
        return row_of(result)
    numeric = _numeric(type(result))
    said: dict[str, Any] = {**dict.fromkeys(type(result).__pydantic_fields__), **row_of(result)}
    said.pop("object", None)
    if _MONEY & said.keys():
        amount = said.pop("amount", None)
        said["currency"], said["amount"] = said.pop("amount.currency", None), said.pop("amount.value", amount)
    plain: UsageRow = {name: number_in(value) if name in numeric else value for name, value in said.items()}
    numbers = [name for name, value in plain.items() if _is_number(value) or name in numeric]
    return {name: plain[name] for name in [*(each for each in plain if each not in numbers), *numbers]}


_MONEY = {"amount", "amount.value", "amount.currency"}


def _numeric(kind: type[Result]) -> set[str]:
    """The fields of a result that are numbers."""
    fields = kind.__pydantic_fields__.items()
    found = {name for name, info in fields if {int, float} & {info.annotation, *get_args(info.annotation)}}
    return found | {"amount"}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def summed(rows: Iterable[UsageRow], names: Iterable[str]) -> list[UsageRow]:
    """Rows added up over everything but these members, in the order in which they were met first."""
    names = list(names)
    groups: dict[tuple[object, ...], list[UsageRow]] = {}
    for row in rows:
        key = tuple(map(_hashable, [*(_member(row, name) for name in names), row.get("currency")]))
        groups.setdefault(key, []).append(row)
    return [_total(group, names) for group in groups.values()]


def _hashable(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _decimal_sum(values: Iterable[float]) -> float:
    """What amounts come to as people add them: three times 0.1 is 0.3."""
    amounts = list(values)
    return float(sum(Decimal(repr(value)) for value in amounts)) if all(map(isfinite, amounts)) else sum(amounts)


def _member(row: Mapping[str, Any], name: str) -> Any:
    return _utc(row["start_time"], "%Y-%m") if name == "month" else row.get(name)


def _total(rows: list[UsageRow], names: list[str]) -> UsageRow:
    first = rows[0]
    told: UsageRow = {name: _member(first, name) for name in names}
    if "currency" in first:
        told["currency"] = first["currency"]
    numbers = dict.fromkeys(name for row in rows for name, value in row.items() if _is_number(value))
    for name in (each for each in numbers if each not in (*TIMES, *names)):
        values: list[Any] = [row[name] for row in rows if _is_number(row.get(name))]
        told[name] = sum(values) if all(isinstance(value, int) for value in values) else _decimal_sum(values)
    units = {_member(row, "quantity_unit") for row in rows if row.get("quantity") is not None}
    if "quantity" in told:
        told["quantity_unit"] = units.pop() if len(units) == 1 else None
        told["quantity"] = None if told["quantity_unit"] is None and len(rows) > 1 else told["quantity"]
    return told
