"""Calls are made when they were approved, told to a ledger, and not made again by a run that goes on."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.canned import Connect, Wire, done, failure
from tests.tool_runs.talk import Api
from typed_openai import APIError, OpenAIError, RequestValidationError, ToolRun
from typed_openai.tools.ledger import LedgerError, NotApprovedError, RecordedToolError
from typed_openai.tools.loop import CalledTool


class Till:
    """Takes payments, and remembers them."""

    def __init__(self) -> None:
        self.paid: list[int] = []

    def pay(self, amount: int) -> str:
        """Pays."""
        if amount < 0:
            raise ValueError("nothing to pay")
        self.paid.append(amount)
        return f"paid {amount}"


def pays(api: Api, *amounts: int) -> Any:
    return api.answer(*(("pay", json.dumps({"amount": amount})) for amount in amounts))


@pytest.fixture
def till() -> Till:
    return Till()


async def test_only_what_is_approved_is_called(connect: Connect, api: Api, till: Till) -> None:
    asked: list[str] = []

    def approve(call: CalledTool) -> object:
        asked.append(call.arguments)
        return {1: True, 2: False, 3: "Too much."}[json.loads(call.arguments)["amount"]]

    wire = Wire(pays(api, 1, 2, 3), api.answer(text="Done."))
    run = await done(api.run(connect(wire), tools=[till.pay], approve=approve))
    assert till.paid == [1]
    assert len(asked) == 3
    assert api.told(wire.body) == ["paid 1", "The call of pay was not approved.", "Too much."]
    assert [type(call.error) for call in run.calls] == [type(None), NotApprovedError, NotApprovedError]


@pytest.mark.parametrize("verdict", [None, 0, "", 1, [True]])
async def test_nothing_but_true_allows_a_call(connect: Connect, api: Api, till: Till, verdict: Any) -> None:
    await done(
        api.run(connect(Wire(pays(api, 1), api.answer(text="."))), tools=[till.pay], approve=lambda call: verdict)
    )
    assert till.paid == []


async def test_nothing_is_called_before_all_of_a_round_were_looked_at(connect: Connect, api: Api, till: Till) -> None:
    def approve(call: CalledTool) -> bool:
        if "2" in call.arguments:
            raise OpenAIError("ask tomorrow")
        return True

    with pytest.raises(OpenAIError, match="ask tomorrow") as caught:
        await done(api.run(connect(Wire(pays(api, 1, 2))), tools=[till.pay], approve=approve))
    assert till.paid == []
    ended: ToolRun[Any] | None = ToolRun.of(caught.value)
    assert ended is not None
    assert [call.finished for call in ended.calls] == [False, False]


async def test_an_async_client_awaits_the_approval(api: Api, till: Till) -> None:
    async def approve(call: CalledTool) -> bool:
        return True

    wire = Wire(pays(api, 1), api.answer(text="Done."))
    await api.run(Connect(is_async=True)(wire), tools=[till.pay], approve=approve)
    assert till.paid == [1]
    with pytest.raises(RequestValidationError, match="use AsyncOpenAI"):
        api.run(Connect(is_async=False)(wire), tools=[till.pay], approve=approve)


def facts(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


async def test_a_ledger_says_what_was_called_with_which_arguments(
    connect: Connect, api: Api, till: Till, tmp_path: Path
) -> None:
    path = tmp_path / "ledger.jsonl"
    wire = Wire(pays(api, 1), api.answer(text="Done."))
    await done(api.run(connect(wire), tools=[till.pay], ledger=path))
    assert [each["fact"] for each in facts(path)] == ["run", "answer", "started", "called", "answer"]
    called = facts(path)[3]
    assert {name: called[name] for name in ("round", "name", "arguments", "output", "approved", "error")} == {
        "round": 1,
        "name": "pay",
        "arguments": '{"amount": 1}',
        "output": "paid 1",
        "approved": True,
        "error": None,
    }
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_run_goes_on_where_its_ledger_ends(connect: Connect, api: Api, till: Till, tmp_path: Path) -> None:
    path = str(tmp_path / "ledger.jsonl")
    client = connect(Wire(pays(api, 1, 2), failure(500)), max_retries=0)
    with pytest.raises(APIError):
        await done(api.run(client, tools=[till.pay], ledger=path))
    assert sorted(till.paid) == [1, 2]
    wire = Wire(pays(api, 3), api.answer(text="Done."))
    run = await done(api.run(connect(wire), tools=[till.pay], ledger=path))
    assert sorted(till.paid) == [1, 2, 3]
    assert run.text == "Done."
    assert len(wire.requests) == 2
    assert [call.output for call in run.calls] == ["paid 1", "paid 2", "paid 3"]
    again = await done(api.run(connect(wire), tools=[till.pay], ledger=path))
    assert len(wire.requests) == 2
    assert (again.text, again.usage) == (run.text, run.usage)
    assert again.messages == run.messages


async def test_of_a_round_that_was_cut_only_what_is_missing_is_called(
    connect: Connect, api: Api, till: Till, tmp_path: Path
) -> None:
    path = tmp_path / "ledger.jsonl"
    options: dict[str, Any] = {"tools": [till.pay], "ledger": path, "parallel": False}
    with pytest.raises(ValueError, match="nothing to pay"):
        await done(api.run(connect(Wire(pays(api, 1, -2))), **options))
    assert facts(path)[-1]["fact"] == "started"
    with path.open("a") as file:
        file.write('{"fact": "called", "rou')  # somebody pulled the plug
    wire = Wire(api.answer(text="Done."))
    run = await done(api.run(connect(wire), **options, on_tool_error="feed_back"))
    assert till.paid == [1]
    assert run.calls[1].output == "pay failed: ValueError: nothing to pay"
    again = await done(api.run(connect(wire), **options))
    assert isinstance(again.calls[1].error, RecordedToolError)


async def test_what_was_not_approved_stays_so(connect: Connect, api: Api, till: Till, tmp_path: Path) -> None:
    options: dict[str, Any] = {"tools": [till.pay], "ledger": tmp_path / "ledger.jsonl"}
    wire = Wire(pays(api, 1), api.answer(text="Done."))
    await done(api.run(connect(wire), **options, approve=lambda call: False))
    run = await done(api.run(connect(wire), **options, approve=lambda call: True))
    assert till.paid == []
    assert isinstance(run.calls[0].error, NotApprovedError)


async def test_a_broken_line_is_named(connect: Connect, api: Api, till: Till, tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    wire = Wire(pays(api, 1), api.answer(text="Done."))
    await done(api.run(connect(wire), tools=[till.pay], ledger=path))
    lines = path.read_text().splitlines()
    for broken in ("nonsense", "[]", "{}", '{"fact": "called"}'):
        path.write_text("\n".join([*lines[:2], broken, *lines[3:], ""]))
        with pytest.raises(LedgerError, match=r"ledger\.jsonl:3: this is not a line of a ledger"):
            await done(api.run(connect(wire), tools=[till.pay], ledger=path))


async def test_the_ledger_of_another_run_is_refused(connect: Connect, api: Api, till: Till, tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    path.write_text('{"fact": "run", "operation": "chat.completions.run_tools", "asked": "something else"}\n')
    with pytest.raises(LedgerError, match=":1: this is the ledger of another run"):
        await done(api.run(connect(Wire()), tools=[till.pay], ledger=path))


async def test_what_cannot_be_told_is_not_done(connect: Connect, api: Api, till: Till, tmp_path: Path) -> None:
    wire = Wire(pays(api, 1))
    with pytest.raises(LedgerError, match="cannot be"):
        await done(api.run(connect(wire), tools=[till.pay], ledger=tmp_path / "no" / "ledger.jsonl"))
    with pytest.raises(LedgerError, match="cannot be"):
        await done(api.run(connect(wire), tools=[till.pay], ledger=tmp_path))
    assert not wire.requests


@pytest.mark.parametrize(("name", "wrong"), [("approve", "yes"), ("ledger", 3)])
async def test_a_wrong_option_is_refused(connect: Connect, api: Api, till: Till, name: str, wrong: Any) -> None:
    with pytest.raises(RequestValidationError, match=name):
        await done(api.run(connect(Wire()), tools=[till.pay], **{name: wrong}))
