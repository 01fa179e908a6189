"""What answers cost: by the lists of genai-prices, by prices of one's own, and an error where nobody knows."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tests.canned import HELLO, Connect, Wire, done, status
from tests.test_usage import LAST, USED, WORD, answer, events, read
from typed_openai import (
    BudgetExceededError,
    ConfigurationError,
    Cost,
    OpenAI,
    Provider,
    UnknownPriceError,
    tool,
    usage_scope,
)
from typed_openai.local import LocalServer
from typed_openai.prices import ledger

MINI = {"model": "gpt-4o-mini"}
ASKED: dict[str, Any] = HELLO | MINI
OWN = Provider(name="own", base_url="http://own.test/v1", needs_key=False, prices={"m": (1, 2), "cheap": (1, 2, 0.5)})


def dollars(text: str) -> Decimal:
    return Decimal(text)


async def cost(connect: Connect, reply: Any, settings: dict[str, Any] | None = None, **options: Any) -> Cost:
    completion = await done(connect(Wire(reply), **(settings or {})).chat.completions.create(**ASKED))
    found: Cost = completion.cost(**options)
    return found


CASES: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    (MINI, {}, "0.00021"),
    ({"model": "gpt-4o-mini-2024-07-18"}, {}, "0.00021"),
    ({"model": "a name that nobody has a price for"}, {}, "0.00021"),  # the model that was asked for
    (MINI, {"prompt_tokens_details": {"cached_tokens": 400}}, "0.00018"),
    (MINI, {"prompt_tokens_details": {"cached_tokens": None}}, "0.00021"),
    (MINI, {"prompt_tokens_details": {"cached_tokens": 5000}}, "0.00021"),  # more than all: a server that cannot count
    ({"model": "gpt-5"}, {}, "0.00225"),
    ({"model": "gpt-5", "service_tier": "flex"}, {}, "0.001125"),
    ({"model": "gpt-5", "service_tier": "default"}, {}, "0.00225"),
]


@pytest.mark.parametrize(("told", "details", "total"), CASES)
async def test_an_answer_knows_what_it_cost(
    connect: Connect, told: dict[str, Any], details: dict[str, Any], total: str
) -> None:
    usage = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100, **details}
    found = await cost(connect, answer(**{"usage": usage, **told}), model="gpt-4o-mini")
    assert found.total == dollars(total)
    assert found.total == found.input + found.output
    assert found.provider == "openai"


async def test_a_response_an_embedding_and_a_transcription_know_theirs(connect: Connect) -> None:
    with LocalServer() as server:
        client = connect.kind(base_url=server.base_url)
        response = await done(client.responses.create(model="gpt-4o-mini", input="Hello"))
        embedded = await done(client.embeddings.create(model="text-embedding-3-small", input="Hello"))
        expected = response.usage.input_tokens * dollars("0.15") + response.usage.output_tokens * dollars("0.6")
        assert response.cost(provider="openai").total == expected / 1_000_000
        assert embedded.cost(provider="openai").total == embedded.usage.prompt_tokens * dollars("0.02") / 1_000_000
    usage = {"type": "duration", "seconds": 90}
    wire = Wire(status(200, {"text": "Hello", "usage": usage}))
    heard = await done(connect(wire).audio.transcriptions.create(model="whisper-1", file=b"RIFF"))
    assert heard.cost(model="whisper-1").total == dollars("0.009")


UNKNOWN: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"model": "nobody-knows"}, {}, "nobody knows what 'nobody-knows' costs at api.openai.com"),
    ({"usage": None}, {}, "does not say what was consumed"),
    ({"usage": {}}, {}, "does not say what was consumed"),
    (MINI, {"base_url": "https://llm.example.com"}, "at llm.example.com"),
    (MINI, {"base_url": "http://localhost:8000"}, "own prices: Provider"),
    ({"model": "whisper-1"}, {}, "no price of 'whisper-1' for input_tokens"),
]


@pytest.mark.parametrize(("told", "settings", "said"), UNKNOWN)
async def test_what_nobody_knows_is_an_error_that_says_so_and_never_0(
    connect: Connect, told: dict[str, Any], settings: dict[str, Any], said: str
) -> None:
    with pytest.raises(UnknownPriceError) as caught:
        await cost(connect, answer(**told), settings)
    assert said in str(caught.value)
    assert isinstance(caught.value, LookupError)


async def test_prices_of_a_server_of_ones_own_need_no_list(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "genai_prices", None)
    usage = {"prompt_tokens": 1000, "completion_tokens": 100, "prompt_tokens_details": {"cached_tokens": 400}}
    own = {"provider": OWN}
    assert (await cost(connect, answer(model="m", usage=usage), own)).total == dollars("0.0012")
    assert (await cost(connect, answer(model="cheap", usage=usage), own)).total == dollars("0.001")
    assert (await cost(connect, answer(model="m", usage=usage), own)).provider == "own"
    with pytest.raises(ConfigurationError, match=r"typed-openai\[prices\]"):
        await cost(connect, answer(model="other", usage=usage), own)


async def test_one_price_may_be_that_of_any_model_and_may_be_nothing(connect: Connect) -> None:
    free = Provider(name="free", base_url="http://free.test/v1", needs_key=False, prices={"*": (0, 0)})
    assert (await cost(connect, answer(model="whatever"), {"provider": free})).total == 0


@pytest.mark.parametrize("price", [1, (1,), (1, 2, 3, 4), (-1, 2), "12", ("a", "b")])
async def test_a_price_that_is_not_one_is_refused(connect: Connect, price: Any) -> None:
    odd = Provider(name="odd", base_url="http://odd.test/v1", needs_key=False, prices={"m": price})
    with pytest.raises(ConfigurationError, match=r"prices\['m'\]"):
        await cost(connect, answer(model="m"), {"provider": odd})


@pytest.mark.parametrize("take", [pickle.loads])
async def test_a_pickled_answer_still_knows(connect: Connect, take: Callable[[bytes], Any]) -> None:
    completion = await done(connect(Wire(answer(model="m")), provider=OWN).chat.completions.create(**HELLO))
    assert take(pickle.dumps(completion)).cost() == completion.cost()


def test_what_streams_and_runs_add_up_to_knows_what_it_cost() -> None:
    @tool
    def get_weather(city: str) -> str:
        """The weather in a city."""
        return "sunny"

    with LocalServer() as server, OpenAI(base_url=server.base_url) as client:
        messages: Any = [{"role": "user", "content": "What is the weather in Paris?"}]
        options: Any = {"stream_options": {"include_usage": True}}
        with client.chat.completions.stream(messages=messages, **MINI, **options) as events:
            streamed = events.get_final_completion()
        assert streamed.meta.status == 200
        assert streamed.cost(provider="openai").total > 0
        with client.responses.stream(input="Hello", **MINI) as heard:
            assert heard.get_final_response().cost(provider="openai").total > 0
        parsed = client.chat.completions.parse(messages=messages, response_format=int, **MINI)
        assert parsed.cost(provider="openai").total > 0
        run = client.chat.completions.run_tools(messages=messages, tools=[get_weather], **MINI)
        assert len(run.steps) == 2
        parts = [step.answer.cost(provider="openai").total for step in run.steps]
        assert run.cost(provider="openai").total == sum(parts)


async def test_a_scope_adds_up_what_everything_in_it_cost(connect: Connect) -> None:
    client = connect(Wire(answer(1000, 100, id="a", **MINI), answer(2000, 0, id="b", model="gpt-5")))
    with usage_scope() as used:
        first = await done(client.chat.completions.create(**ASKED))
        second = await done(client.chat.completions.create(**ASKED | {"model": "gpt-5"}))
    assert used.cost.total == first.cost().total + second.cost().total == dollars("0.00271")
    assert used.cost.model == ""


async def test_a_stream_in_a_scope_is_paid_with_the_usage_that_came(connect: Connect) -> None:
    client = connect(Wire(events(WORD, LAST, USED, "[DONE]")))
    with usage_scope() as used:
        await read(await done(client.chat.completions.create(**ASKED, stream=True)))
    assert used.cost.total == (5 * dollars("0.15") + 2 * dollars("0.6")) / 1_000_000


async def test_a_scope_with_an_unknown_price_in_it_says_so_and_what_the_rest_costs(connect: Connect) -> None:
    client = connect(Wire(answer(1000, 100, id="a", **MINI), answer(model="nobody-knows", id="b")))
    with usage_scope() as used:
        await done(client.chat.completions.create(**ASKED))
        await done(client.chat.completions.create(**HELLO))
    with pytest.raises(UnknownPriceError, match="nobody-knows") as caught:
        _ = used.cost
    assert caught.value.known is not None
    assert caught.value.known.total == dollars("0.00021")
    assert caught.value.models == ("nobody-knows",)


async def test_a_budget_in_dollars_refuses_the_next_request(connect: Connect) -> None:
    wire = Wire(*(answer(1000, 100, id=str(number), **MINI) for number in range(9)))
    client = connect(wire)
    with usage_scope(budget_usd=0.0004) as used:
        for _ in range(2):
            await done(client.chat.completions.create(**ASKED))
        with pytest.raises(BudgetExceededError, match=r"\$0.00042 of \$0.0004") as caught:
            await done(client.chat.completions.create(**ASKED))
    assert (caught.value.budget, caught.value.used) == (dollars("0.0004"), dollars("0.00042"))
    assert len(wire.requests) == used.requests == 2


async def test_with_a_budget_a_model_whose_price_nobody_knows_is_not_asked(connect: Connect) -> None:
    wire = Wire()
    with usage_scope(budget_usd=1), pytest.raises(UnknownPriceError, match="nobody knows what 'm' costs"):
        await done(connect(wire).chat.completions.create(**HELLO))
    assert wire.requests == []


async def test_what_names_no_model_costs_no_budget(connect: Connect) -> None:
    with LocalServer() as server, usage_scope(budget_usd=0.01):
        client = connect.kind(base_url=server.base_url)
        assert (await done(client.vector_stores.create(name="free"))).id


@pytest.mark.parametrize("budget", [-1, "1", True, float("nan"), float("inf")])
def test_a_budget_that_is_not_an_amount_is_refused(budget: Any) -> None:
    with pytest.raises(ConfigurationError, match="budget_usd"), usage_scope(budget_usd=budget):
        pass


async def test_a_scope_of_many_answers_keeps_few_of_them(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "MOST_WAITING", 3)
    client = connect(Wire(*(answer(1000, 100, id=str(number), **MINI) for number in range(8))))
    with usage_scope() as used:
        for _ in range(8):
            await done(client.chat.completions.create(**ASKED))
    assert len(used._ledger._waiting) < 3
    assert used.cost.total == 8 * dollars("0.00021")


def test_nobody_loads_price_lists_who_does_not_ask_for_a_price() -> None:
    code = """
import sys
from typed_openai import OpenAI, usage_scope
from typed_openai.local import LocalServer
with LocalServer() as server, OpenAI(base_url=server.base_url) as client:
    client.chat.completions.create(model="m", messages=[{"role": "user", "content": "Hi"}])
    assert not any(name.startswith("typed_openai.prices") for name in sys.modules)
    with usage_scope():
        client.chat.completions.create(model="m", messages=[{"role": "user", "content": "Hi"}])
assert "genai_prices" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_amounts_read_like_money() -> None:
    assert str(Cost(dollars("0.00018"))) == "$0.000180"
    assert str(Cost(dollars("1234.5"))) == "$1,234.50"
    assert repr(Cost(dollars("0.5"), model="m", provider="own")) == "Cost($0.500000 for m at own)"
    assert float(Cost(dollars("0.5"))) == 0.5
