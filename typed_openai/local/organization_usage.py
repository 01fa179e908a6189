"""`/organization/usage` and `/organization/costs`: what this server answered, in buckets; and the audit log, empty.

Weak spots: only what `consumed.py` counts is here, of all else buckets are empty; every token costs a cent, all else
nothing; there is no log of who did what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from typed_openai.local.consumed import Counter, Entry
from typed_openai.local.errors import refuse_outside, wrong_value
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.paging import whole_page
from typed_openai.local.router import Route, route
from typed_openai.local.state import State

WIDTHS = {"1m": (60, 60, 1440), "1h": (3600, 24, 168), "1d": (86_400, 7, 31)}
"""Seconds of a bucket, how many there are to a page, and at most."""
COSTS = 180
"""How many days of costs there are to a page at most."""
KINDS = (
    *("audio_speeches", "audio_transcriptions", "code_interpreter_sessions", "completions", "decisions", "embeddings"),
    *("file_search_calls", "images", "moderations", "vector_stores", "web_search_calls"),
)
FILTERS = {"project_ids": "project_id", "models": "model", "line_items": "line_item"}
PRICE = 0.01
"""What a token costs here, in dollars."""


def usage_of(kind: str) -> Route:
    """The route for one kind of usage."""

    def usage(request: Request, state: State) -> Reply:
        entries = [entry for entry in state.part(Counter).entries if entry.kind == kind]
        return _buckets(request, state, entries, lambda total: {"object": f"organization.usage.{kind}.result", **total})

    return Route("GET", f"/organization/usage/{kind}", usage)


@route("GET", "/organization/costs")
def costs(request: Request, state: State) -> Reply:
    """What was answered, priced."""
    items = [item for entry in state.part(Counter).entries for item in _priced(entry)]
    return _buckets(request, state, items, lambda total: _cost(total, request.given), COSTS)


def _priced(entry: Entry) -> Iterator[Entry]:
    """Each number of tokens as an item of the bill."""
    for name in (name for name in entry.numbers if name.endswith("_tokens")):
        whose = {**entry.whose, "line_item": f"{entry.whose['model']}, {name}"}
        yield Entry("costs", entry.at, whose, {"quantity": entry.numbers[name]})


def _cost(total: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: value for name, value in total.items() if name not in ("model", "quantity")}
    amount = {"value": round(total["quantity"] * PRICE, 2), "currency": "usd"}
    itemised = "line_item" in (given.get("group_by") or ())
    return {
        "object": "organization.costs.result",
        "amount": amount,
        **told,
        "quantity": total["quantity"] if itemised else None,
        "quantity_unit": "tokens" if itemised else None,
    }


Shown: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]
"""How a total looks in an answer."""


def _buckets(request: Request, state: State, entries: Iterable[Entry], shown: Shown, most: int = 0) -> Reply:
    """The page of buckets that a request asks for."""
    given = request.given
    width, usual, many = WIDTHS[given.get("bucket_width") or "1d"]
    size, most = given.get("limit", usual), most or many
    refuse_outside("limit", size, 1, most)
    first = _start(given) // width * width
    end = min(given.get("end_time") or state.now() + 1, state.now() + 1)
    starts = range(first, max(end, first), width)
    kept = [entry for entry in entries if _is_asked_for(entry, given)]
    data = [
        {
            "object": "bucket",
            "start_time": start,
            "end_time": start + width,
            "results": [shown(total) for total in _totals(kept, start, width, given.get("group_by") or ())],
        }
        for start in starts[:size]
    ]
    following = f"page_{starts[size]}" if len(starts) > size else None
    return Reply({"object": "page", "data": data, "has_more": following is not None, "next_page": following})


def _start(given: Mapping[str, Any]) -> int:
    page = given.get("page")
    if not page:
        return int(given["start_time"])
    if not page.removeprefix("page_").isdecimal():
        raise wrong_value("page", f"The query parameter 'page' is {page!r}; it must be the 'next_page' of a page.")
    return int(page.removeprefix("page_"))


def _is_asked_for(entry: Entry, given: Mapping[str, Any]) -> bool:
    return all(entry.whose.get(name) in given[many] for many, name in FILTERS.items() if given.get(many))


def _totals(entries: Iterable[Entry], start: int, width: int, apart: Iterable[str]) -> list[dict[str, Any]]:
    """The sums of a bucket, one for each group."""
    groups: dict[tuple[Any, ...], dict[str, Any]] = {}
    for entry in entries:
        if start <= entry.at < start + width:
            whose = {name: entry.whose.get(name) if name in apart else None for name in entry.whose}
            total = groups.setdefault(tuple(whose.values()), {**whose, **dict.fromkeys(entry.numbers, 0)})
            for name, number in entry.numbers.items():
                total[name] += number
    return list(groups.values())


@route("GET", "/organization/audit_logs")
def audit_logs(request: Request, state: State) -> Reply:
    """Nobody does anything here."""
    return Reply(whole_page([]))


ROUTES = tuple(map(usage_of, KINDS))
