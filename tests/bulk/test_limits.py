"""Limits, budgets, and several clients in one job; in both colours."""

from __future__ import annotations

import gc
import time
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from tests.bulk.files import Echo, asked, bulk, is_open, told
from tests.canned import Connect, Wire, completion, done, failure
from tests.test_mapping import USAGE
from typed_openai import ConfigurationError, OpenAIError
from typed_openai.bulk.limits import Rates
from typed_openai.bulk.purse import Purse
from typed_openai.models.chat.completions import ChatCompletion

NAMES = [f"q{number}" for number in range(12)]


class Clock:
    """A clock that stands still until somebody moves it."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_requests_a_minute_are_spread_over_the_minute() -> None:
    clock = Clock()
    rates = Rates(rpm=60, clock=clock)
    assert [rates.reserve(10) for _ in range(4)] == [0.0, 1.0, 2.0, 3.0]
    clock.now += 10
    assert rates.reserve(10) == 0.0, "what was not used in time is not made up for in a burst"
    assert rates.reserve(10) == 1.0


def test_tokens_a_minute_are_counted_as_expected_and_put_right_afterwards() -> None:
    clock = Clock()
    rates = Rates(tpm=600, clock=clock)
    assert [rates.reserve(100) for _ in range(3)] == [0.0, 10.0, 20.0]
    rates.settle(100, 50)
    assert rates.reserve(100) == 25.0


def told_headers(**values: object) -> dict[str, str]:
    return {f"x-ratelimit-{name.replace('_', '-')}": str(value) for name, value in values.items()}


def test_what_the_headers_leave_is_waited_for_bit_by_bit() -> None:
    clock = Clock()
    rates = Rates(clock=clock)
    rates.observe(told_headers(limit_tokens=1000, remaining_tokens=100, reset_tokens="9s"))
    assert rates.reserve(60) == 0.0
    assert rates.reserve(60) == pytest.approx(0.2)
    clock.now += 9
    assert rates.reserve(900) == 0.0


def test_headers_that_say_nothing_of_use_change_nothing() -> None:
    rates = Rates(clock=Clock())
    rates.observe(told_headers(limit_requests="many", remaining_requests=-1, reset_requests="soon"))
    rates.observe(told_headers(limit_tokens=0, remaining_tokens=0, reset_tokens="1s"))
    assert rates.reserve(10**9) == 0.0


async def test_a_job_keeps_to_requests_a_minute(connect: Connect, tmp_path: Path) -> None:
    wire = Echo()
    await bulk(connect, wire, asked(tmp_path / "in.jsonl", *NAMES[:5]), tmp_path / "out.jsonl", rpm=1200)
    gaps = [later - earlier for earlier, later in zip(wire.times, wire.times[1:], strict=False)]
    assert wire.times[-1] - wire.times[0] >= 4 * 0.05 - 0.02
    assert len(gaps) == 4


async def test_a_pause_that_is_asked_for_holds_back_all(connect: Connect, tmp_path: Path) -> None:
    wire = Echo(qq0=failure(429, headers={"retry-after-ms": "300"}))
    given = asked(tmp_path / "in.jsonl", *NAMES)
    report = await bulk(connect, wire, given, tmp_path / "out.jsonl", concurrency=1, max_retries=2)
    assert report.answered == 12
    assert wire.asked[:2] == ["q0", "q0"]
    assert wire.times[1] - wire.times[0] >= 0.29


@pytest.mark.parametrize(("budget", "answered"), [(1, 1), (26, 6), (60, 12), (1000, 12)])
async def test_a_budget_of_tokens_stops_the_job_and_the_next_one_goes_on(
    connect: Connect, tmp_path: Path, budget: int, answered: int
) -> None:
    given, out = asked(tmp_path / "in.jsonl", *NAMES), tmp_path / "out.jsonl"
    report = await bulk(connect, Echo(), given, out, budget=budget, concurrency=1)
    assert report.answered == answered
    assert report.left == 12 - answered
    assert ("budget" in (report.stopped or "")) == (answered < 12)
    assert (await bulk(connect, Echo(), given, out)).answered == 12 - answered
    assert told(out).keys() == set(NAMES)


def test_a_purse_counts_what_is_under_way_as_expected() -> None:
    purse = Purse(110, Decimal("1.00"))
    purse.reserve(30)
    assert purse.state() == ("nobody knows yet what a line takes", 1)
    purse.settle(30, 10, Decimal())
    for _ in range(3):
        assert purse.used_up() == ""
        purse.reserve(30)
    purse.reserve(30)
    assert "the budget of 110 tokens is used up: 10 tokens" in purse.used_up()
    for _ in range(4):
        purse.settle(30, 10, Decimal("0.20"))
    assert purse.used_up() == ""
    purse.reserve(10)
    purse.reserve(10)
    assert "the budget of $1.00 is used up: $0.8000" in purse.used_up()
    purse.settle(10, 0, Decimal())
    purse.settle(10, 0, Decimal())
    assert purse.used_up() == "", "what fails is taken for free"
    purse.reserve(10)
    purse.settle(10, 10, None)
    assert "cannot be kept" in purse.used_up()


async def test_a_server_that_says_nothing_of_tokens_is_taken_to_use_what_was_expected(
    connect: Connect, tmp_path: Path
) -> None:
    given = asked(tmp_path / "in.jsonl", *NAMES)
    report = await bulk(connect, Wire(completion("x")), given, tmp_path / "out.jsonl", budget=50)
    assert report.usage.total_tokens == 0
    assert 1 < report.answered < 12
    assert "is used up" in (report.stopped or "")


async def test_a_budget_is_kept_however_many_are_asked_at_once(connect: Connect, tmp_path: Path) -> None:
    given = asked(tmp_path / "in.jsonl", *(f"{'long ' * 8}{number}" for number in range(100)))
    report = await bulk(connect, Slow(), given, tmp_path / "out.jsonl", price=price, budget_usd=1, concurrency=50)
    assert report.cost is not None
    assert Decimal("0.9") <= report.cost <= Decimal("1.0")


def price(answer: Any) -> Decimal | None:
    return Decimal(answer.usage.total_tokens) / 100 if answer.usage is not None else None


async def test_costs_are_counted_and_a_budget_of_money_is_kept(connect: Connect, tmp_path: Path) -> None:
    given, out = asked(tmp_path / "in.jsonl", *NAMES), tmp_path / "out.jsonl"
    report = await bulk(connect, Echo(), given, out, price=price, budget_usd="0.20", concurrency=1)
    assert report.answered == 4
    assert report.cost == Decimal("0.20")
    assert "the budget of $0.20 is used up: $0.2000" in (report.stopped or "")
    rest = await bulk(connect, Echo(), given, out, price=price)
    assert rest.cost == Decimal("0.40")


async def test_a_cost_that_is_not_known_is_unknown_and_never_nothing(connect: Connect, tmp_path: Path) -> None:
    given, out = asked(tmp_path / "in.jsonl", "a", "b"), tmp_path / "out.jsonl"
    report = await bulk(connect, Echo(), given, out, price=lambda answer: None, budget_usd=1, concurrency=1)
    assert report.cost is None
    assert report.answered == 1
    assert "cannot be kept" in (report.stopped or "")
    assert "unknown" in str(report)


class Slow(Echo):
    """Answers after a moment, so that requests are under way at the same time."""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        time.sleep(0.01)
        return super().__call__(request)


async def shared(connect: Connect, tmp_path: Path, wires: dict[Any, float], **options: Any) -> Any:
    """A job over clients of these servers, by weight."""
    clients = {connect(wire, max_retries=options.get("max_retries", 2)): weight for wire, weight in wires.items()}
    given = asked(tmp_path / "in.jsonl", *NAMES)
    options.pop("max_retries", None)
    return await done(next(iter(clients)).bulk(given, tmp_path / "out.jsonl", clients=clients, **options))


async def test_clients_share_a_job_by_their_weights(connect: Connect, tmp_path: Path) -> None:
    light, heavy = Echo(), Echo()
    report = await shared(connect, tmp_path, {light: 1, heavy: 3}, concurrency=1)
    assert report.answered == 12
    assert (len(light.asked), len(heavy.asked)) == (3, 9)


async def test_a_key_that_is_refused_leaves_its_work_to_the_others(connect: Connect, tmp_path: Path) -> None:
    refusing = {f"q{name}": failure(401) for name in NAMES}
    bad, good = Echo(**refusing), Echo()
    report = await shared(connect, tmp_path, {bad: 1, good: 1}, concurrency=1)
    assert (report.answered, report.failed, report.stopped) == (12, 0, None)
    assert len(bad.asked) == 1
    assert len(good.asked) == 12


@pytest.mark.parametrize("code", [429, 500, 503])
async def test_a_host_that_fails_cools_down_and_the_others_take_over(
    connect: Connect, tmp_path: Path, code: int
) -> None:
    failing = {f"q{name}": failure(code) for name in NAMES}
    bad, good = Echo(**failing), Echo()
    report = await shared(connect, tmp_path, {bad: 1, good: 1}, concurrency=1)
    assert (report.answered, report.failed) == (12, 0)
    assert len(bad.asked) == 1, "it is not asked again while it cools down"
    assert report.requests == 13
    assert told(tmp_path / "out.jsonl").keys() == set(NAMES)


async def test_a_refusal_of_the_request_is_not_carried_to_another_client(connect: Connect, tmp_path: Path) -> None:
    refusing = {f"q{name}": failure(400) for name in NAMES}
    first, second = Echo(**refusing), Echo(**refusing)
    report = await shared(connect, tmp_path, {first: 1, second: 1}, concurrency=2)
    assert report.failed == 12
    assert len(first.asked) + len(second.asked) == 12


async def test_when_the_last_client_is_given_up_the_job_stops(connect: Connect, tmp_path: Path) -> None:
    first, second = (Echo(**{f"q{name}": failure(403) for name in NAMES}) for _ in "ab")
    report = await shared(connect, tmp_path, {first: 1, second: 1}, concurrency=1)
    assert len(first.asked) + len(second.asked) == 2
    assert (report.answered, report.failed, report.left) == (0, 1, 11)
    assert "every client is given up" in (report.stopped or "")


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".tsv"])
async def test_a_job_that_stops_early_lets_go_of_its_file(connect: Connect, tmp_path: Path, suffix: str) -> None:
    given, options = asked(tmp_path / f"in{suffix}", *NAMES), {}
    if suffix != ".jsonl":
        given.write_text("text\n" + "\n".join(NAMES))
        options = {"template": {"model": "m", "messages": [{"role": "user", "content": "{text}"}]}}
    refusing = Echo(**{f"q{name}": failure(403) for name in NAMES})
    gc.disable()  # that it is collected sooner or later does not count
    try:
        report = await bulk(connect, refusing, given, tmp_path / "out.jsonl", concurrency=1, **options)
        left_open = is_open(given)
    finally:
        gc.enable()
    assert "every client is given up" in (report.stopped or "")
    assert not left_open


def test_usage_of_the_echo_is_what_the_budgets_count_on() -> None:
    assert USAGE["total_tokens"] == 5


async def test_answers_that_know_their_price_are_believed(
    connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cost(answer: Any) -> Any:
        if answer.text == "q3":
            raise OpenAIError("no price is known for m")
        return SimpleNamespace(total=Decimal("0.25"))

    monkeypatch.setattr(ChatCompletion, "cost", cost, raising=False)
    report = await bulk(connect, Echo(), asked(tmp_path / "in.jsonl", *NAMES[:3]), tmp_path / "out.jsonl")
    assert report.cost == Decimal("0.75")
    report = await bulk(connect, Echo(), asked(tmp_path / "in.jsonl", *NAMES[:4]), tmp_path / "out.jsonl")
    assert report.cost is None


async def test_a_budget_of_money_that_nobody_can_keep_is_refused(
    connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match="budget_usd needs genai-prices: pip install"):
        await bulk(connect, Echo(), asked(tmp_path / "in.jsonl", "a"), tmp_path / "out.jsonl", budget_usd=3)
