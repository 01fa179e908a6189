"""Buckets of usage and costs: pages that go on by themselves, and the rows that they make."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.canned import KEY, Answer, Connect, Wire, done, listed, status
from typed_openai.errors import RequestValidationError
from typed_openai.models.admin.usage import UnknownUsageResult, UsageCompletionsResult

DAY = 86_400
START = 1_749_945_600  # 2025-06-15, 00:00 UTC


def bucket(day: int, *results: dict[str, Any], width: int = DAY) -> dict[str, Any]:
    start = START + day * width
    return {"object": "bucket", "start_time": start, "end_time": start + width, "results": list(results)}


def page(*buckets: dict[str, Any], following: str | None = None) -> Answer:
    body = {"object": "page", "data": list(buckets), "has_more": following is not None, "next_page": following}
    return status(200, body)


def tokens(model: str | None, read: int, written: int, **more: Any) -> dict[str, Any]:
    kind = "organization.usage.completions.result"
    counted = {"input_tokens": read, "output_tokens": written, "num_model_requests": 1}
    return {"object": kind, "model": model, "project_id": None, **counted, **more}


def cost(value: float, item: str | None = None, currency: str = "usd", **more: Any) -> dict[str, Any]:
    amount = {"value": value, "currency": currency}
    return {"object": "organization.costs.result", "amount": amount, "line_item": item, **more}


def usage(connect: Connect, wire: Wire) -> Any:
    return connect(wire, admin_api_key=KEY).admin.organization.usage


async def test_buckets_are_iterated_over_all_pages(connect: Connect) -> None:
    wire = Wire(page(bucket(0), bucket(1), following="page_2"), page(bucket(2), following="page_3"), page(bucket(3)))
    found = await listed(usage(connect, wire).embeddings(start_time=START, group_by=["model"], limit=2))
    assert [each.start_time for each in found] == [START + day * DAY for day in range(4)]
    assert [request.url.params.get("page") for request in wire.requests] == [None, "page_2", "page_3"]
    assert {str(request.url.params["start_time"]) for request in wire.requests} == {str(START)}
    assert [request.url.params.get_list("group_by[]") for request in wire.requests] == [["model"]] * 3


async def test_one_page_is_as_in_the_official_package(connect: Connect) -> None:
    wire = Wire(page(bucket(0, tokens("gpt-5", 3, 4)), following="page_2"))
    found = await done(usage(connect, wire).completions(start_time=START))
    assert (found.object, found.has_more, found.next_page) == ("page", True, "page_2")
    (result,) = found.data[0].results
    assert isinstance(result, UsageCompletionsResult)
    assert (result.input_tokens, result.output_tokens, result.model) == (3, 4, "gpt-5")
    assert found.next_page_info().params == {"page": "page_2"}


@pytest.mark.parametrize("more", [{"has_more": False, "next_page": "page_2"}, {"has_more": False, "next_page": None}])
async def test_the_list_ends_where_the_server_says_so(connect: Connect, more: dict[str, Any]) -> None:
    wire = Wire(status(200, {"object": "page", "data": [bucket(0)], **more}))
    assert len(await listed(usage(connect, wire).costs(start_time=START))) == 1
    assert len(wire.requests) == 1


async def test_a_server_that_names_no_next_page_is_told_of(connect: Connect) -> None:
    wire = Wire(status(200, {"object": "page", "data": [bucket(0)], "has_more": True, "next_page": None}))
    found = await done(usage(connect, wire).costs(start_time=START))
    assert not found.has_next_page()
    assert [issue.pointer for issue in found.issues] == ["/has_more"]


async def test_a_server_that_gives_the_same_page_again_is_asked_once_more_and_not_for_ever(connect: Connect) -> None:
    wire = Wire(page(bucket(0, cost(1)), following="page_2"))
    rows = await done((await done(usage(connect, wire).costs(start_time=START))).records())
    assert (len(rows), len(wire.requests)) == (1, 2)


async def test_what_is_counted_since_this_package_was_made_is_kept(connect: Connect) -> None:
    newer = {"object": "organization.usage.dreams.result", "dreams": 3, "model": "gpt-9", "vivid": True}
    found = await done(usage(connect, Wire(page(bucket(0, newer)))).completions(start_time=START, group_by=["model"]))
    assert isinstance(found.data[0].results[0], UnknownUsageResult)
    (row,) = await done(found.records())
    assert {"dreams": 3, "model": "gpt-9", "vivid": True}.items() <= row.items()
    assert await done(found.records(by="model")) == [{"model": "gpt-9", "dreams": 3}]


# -- rows -------------------------------------------------------------------------------------------------------------


async def test_a_row_says_when_what_was_counted_apart_and_numbers(connect: Connect) -> None:
    wire = Wire(page(bucket(0, tokens("gpt-5", 3, 4, batch=True, input_cached_tokens=2)), bucket(1)))
    found = await done(usage(connect, wire).completions(start_time=START, group_by=["model", "batch"]))
    (row,) = await done(found.records())
    assert (row["day"], row["start_time"], row["end_time"]) == ("2025-06-15", START, START + DAY)
    assert (row["model"], row["batch"], row["project_id"]) == ("gpt-5", True, None)
    assert (row["input_tokens"], row["input_cached_tokens"], row["output_audio_tokens"]) == (3, 2, None)
    assert "object" not in row
    assert list(row).index("service_tier") < list(row).index("input_tokens")


async def test_rows_are_those_of_all_pages_that_follow(connect: Connect) -> None:
    wire = Wire(page(bucket(0, cost(0.1)), following="page_2"), page(bucket(1, cost(0.2), cost(0.3))))
    rows = await done((await done(usage(connect, wire).costs(start_time=START))).records())
    assert [(row["day"], row["amount"], row["currency"]) for row in rows] == [
        ("2025-06-15", 0.1, "usd"),
        ("2025-06-16", 0.2, "usd"),
        ("2025-06-16", 0.3, "usd"),
    ]


async def test_rows_are_added_up_over_what_is_not_named(connect: Connect) -> None:
    days = [bucket(day, cost(0.1, "gpt-5, input"), cost(0.2, "gpt-5, output")) for day in range(3)]
    wire = Wire(page(*days[:2], following="page_2"), page(days[2]))
    found = await done(usage(connect, wire).costs(start_time=START, group_by=["line_item"]))
    items = await done(found.records(by="line_item"))
    assert [(row["line_item"], row["amount"]) for row in items] == [("gpt-5, input", 0.3), ("gpt-5, output", 0.6)]
    per_day = await done(found.records(by=["day"]))
    assert [set(row) for row in per_day] == [{"day", "currency", "amount"}] * 3
    assert sum(row["amount"] for row in per_day) == pytest.approx(0.9)
    assert await done(found.records(by=["month"])) == [{"month": "2025-06", "currency": "usd", "amount": 0.9}]
    assert await done(found.records(by=[])) == [{"currency": "usd", "amount": 0.9}]
    assert len(await done(found.records(by=("day", "line_item")))) == 6


async def test_two_currencies_are_never_added(connect: Connect) -> None:
    found = await done(
        usage(connect, Wire(page(bucket(0, cost(1), cost(2, currency="eur"), cost(3))))).costs(start_time=1)
    )
    assert await done(found.records(by="day")) == [
        {"day": "2025-06-15", "currency": "usd", "amount": 4},
        {"day": "2025-06-15", "currency": "eur", "amount": 2},
    ]


async def test_quantities_of_two_units_are_not_added(connect: Connect) -> None:
    items = [
        cost(1, "a", quantity=5, quantity_unit="tokens"),
        cost(1, "b", quantity=7, quantity_unit="images"),
        cost(1, "a", quantity=6, quantity_unit="tokens"),
    ]
    found = await done(usage(connect, Wire(page(bucket(0, *items)))).costs(start_time=1, group_by=["line_item"]))
    (row,) = await done(found.records(by="day"))
    assert (row["amount"], row["quantity"], row["quantity_unit"]) == (3, None, None)
    first, second = await done(found.records(by="line_item"))
    assert (first["quantity"], first["quantity_unit"]) == (11, "tokens")
    assert (second["quantity"], second["quantity_unit"]) == (7, "images")


async def test_whole_numbers_stay_whole_and_money_is_added_exactly(connect: Connect) -> None:
    big = 2**60 + 1
    found = await done(
        usage(connect, Wire(page(bucket(0, tokens(None, big, 1), tokens(None, 1, 1))))).completions(start_time=1)
    )
    (row,) = await done(found.records(by=()))
    assert row["input_tokens"] == big + 1
    many = await done(usage(connect, Wire(page(bucket(0, *[cost(0.1)] * 10)))).costs(start_time=1))
    assert (await done(many.records(by=())))[0]["amount"] == 1.0


@pytest.mark.parametrize("name", ["project", "user", "api_key", "vector_store"])
async def test_an_id_may_be_named_by_what_it_is_the_id_of(connect: Connect, name: str) -> None:
    counted = {"object": "organization.usage.file_searches.result", "num_requests": 2, f"{name}_id": "x"}
    wire = Wire(page(bucket(0, counted), bucket(1, counted)))
    found = await done(usage(connect, wire).file_search_calls(start_time=1, group_by=[f"{name}_id"]))
    assert await done(found.records(by=name)) == [{f"{name}_id": "x", "num_requests": 4}]


async def test_hours_of_a_day_are_told_apart_by_when_they_begin(connect: Connect) -> None:
    hours = [bucket(hour, tokens(None, 1, 1), width=3600) for hour in (0, 1)]
    found = await done(usage(connect, Wire(page(*hours))).completions(start_time=START, bucket_width="1h"))
    assert [row["start_time"] for row in await done(found.records(by="start_time"))] == [START, START + 3600]
    assert [row["input_tokens"] for row in await done(found.records(by="day"))] == [2]


@pytest.mark.parametrize(
    ("by", "place", "words"),
    [
        ("model", r"by\[0\]", r"counted apart by group_by=\['model'\] in the call"),
        (["day", "moon"], r"by\[1\]", "one of day, start_time, end_time, month, project_id"),
        ("", r"by\[0\]", "one of"),
    ],
)
async def test_what_was_not_counted_apart_cannot_be_told_apart(
    connect: Connect, by: Any, place: str, words: str
) -> None:
    wire = Wire(page(bucket(0, tokens(None, 1, 1)), following="page_2"))
    found = await done(usage(connect, wire).completions(start_time=1, group_by=["project_id"]))
    with pytest.raises(RequestValidationError, match=f"records: 1 fault.*\n  {place}: .*{words}"):
        await done(found.records(by=by))
    assert len(wire.requests) == 1


@pytest.mark.parametrize("missing", ["results", "start_time", "amount"])
async def test_a_bucket_that_lacks_something_breaks_no_row(connect: Connect, missing: str) -> None:
    broken = bucket(0, cost(1))
    broken.pop(missing, None)
    if missing == "amount":
        broken["results"][0].pop("amount")
    found = await done(usage(connect, Wire(page(broken, bucket(1, cost(2))))).costs(start_time=1))
    assert [row["amount"] for row in await done(found.records())][-1] == 2
    assert len(await done(found.records(by="day"))) == (1 if missing == "results" else 2)


async def test_amounts_that_come_as_text_are_numbers(connect: Connect) -> None:
    """The description says numbers; the service has sent texts since May 2026."""
    body = bucket(0, cost("12.50", "a", quantity="3"), cost("0.0000000000000000000000042", "a"), cost(1, "b"))  # type: ignore[arg-type]  # as it comes
    found = await done(usage(connect, Wire(page(body))).costs(start_time=1, group_by=["line_item"]))
    amounts = [result.amount.value for result in found.data[0].results]
    assert amounts == [12.5, 4.2e-24, 1.0]
    assert all(type(amount) is float for amount in amounts)
    assert (found.issues, found.data[0].results[0].quantity) == ((), 3.0)
    assert found.data[0].model_dump(mode="json") == body
    assert [row["amount"] for row in await done(found.records())] == [12.5, 4.2e-24, 1]
    assert [row["amount"] for row in await done(found.records(by="line_item"))] == [12.5, 1]


ODD: list[Any] = [None, True, 7, -1, 1e300, 2**70, "odd", "7", [], {}, [7], [None], ["odd"], {"object": "odd", "x": {}}]
PLACES = ["data", "data.0", "data.0.results", "data.0.results.0", "data.0.start_time", "data.0.end_time"]
PLACES += [f"data.0.results.0.{each}" for each in ("object", "amount", "amount.value", "amount.currency", "line_item")]


def put(value: Any, place: list[str], odd: Any) -> Any:
    """A value with another in one place of it."""
    if not place:
        return odd
    index = int(place[0]) if isinstance(value, list) else place[0]
    copied = value.copy()
    copied[index] = put(value[index], place[1:], odd)
    return copied


@pytest.mark.parametrize("place", PLACES)
async def test_whatever_stands_anywhere_in_a_page_its_rows_can_be_told_and_added_up(
    connect: Connect, place: str
) -> None:
    whole = {"object": "page", "data": [bucket(0, cost(1, "a")), bucket(1, cost(2, "b"))], "has_more": False}
    for odd in ODD:
        found = await done(
            usage(connect, Wire(status(200, put(whole, place.split("."), odd)))).costs(
                start_time=1, group_by=["line_item"]
            )
        )
        rows = await done(found.records())
        assert place == "data" or rows[-1] | {"amount": 2, "line_item": "b"} == rows[-1]
        assert json.loads(json.dumps(rows)) == rows
        for by in ("day", "month", "start_time", "line_item", ["day", "line_item"], []):
            assert len(await done(found.records(by=by))) <= len(rows)
