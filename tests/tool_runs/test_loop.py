"""The tool loop of chat and of responses: what is sent, what is called, what is told; in both colours.

The scripted server (`Wire`) answers with calls in turn; the local server shows whole conversations.
"""

from __future__ import annotations

import asyncio
import json
import pickle
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from pydantic import BaseModel

from tests.canned import Connect, Wire, done, status
from tests.tool_runs.talk import HELLO, PARIS, ROME, Api, Chat, InResponses, boom, weather
from typed_openai import ConfigurationError, OpenAI, RequestValidationError, ToolRoundsExceededError, tool, usage_scope
from typed_openai.local import LocalServer, ToolCall
from typed_openai.tools.definition import ToolArgumentsError
from typed_openai.tools.loop import CalledTool, ToolStep


async def test_it_calls_what_is_asked_for_and_tells_the_model_until_it_answers(connect: Connect, api: Api) -> None:
    wire = Wire(api.answer(PARIS, ROME), api.answer(PARIS), api.answer(text="Sunny."))
    run = await done(api.run(connect(wire), tools=[weather]))
    assert run.text == "Sunny."
    assert [len(step.calls) for step in run.steps] == [2, 1, 0]
    assert [step.round for step in run.steps] == [1, 2, 3]
    assert api.told(wire.body) == ['{"city":"Paris","days":1}', '{"city":"Rome","days":2}', '{"city":"Paris","days":1}']
    assert [call.arguments for call in run.calls] == [PARIS[1], ROME[1], PARIS[1]]
    assert run.usage.total_tokens == 9
    assert all(json.loads(request.content)["tools"] for request in wire.requests)


async def test_the_conversation_can_be_sent_again(connect: Connect, api: Api) -> None:
    wire = Wire(api.answer(PARIS), api.answer(text="Sunny."))
    client = connect(wire)
    run = await done(api.run(client, tools=[weather]))
    await done(api.again(client, [*run.messages, {"role": "user", "content": "Thanks"}]))
    assert api.told(wire.body) == ['{"city":"Paris","days":1}']
    assert len(run.messages) == 4
    assert len(run.steps[0].messages) == 3


async def test_what_the_caller_gave_is_left_alone(connect: Connect) -> None:
    messages = [{"role": "user", "content": HELLO}]
    client = connect(Wire(Chat.answer(PARIS), Chat.answer(text="x")))
    await done(client.chat.completions.run_tools(model="m", messages=messages, tools=[weather]))
    assert messages == [{"role": "user", "content": HELLO}]


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (("weather", '{"city": "Paris", "days": "many"}'), "days"),
        (("weather", '{"city": "Par'), "JSON"),
        (("wether", "{}"), "no tool 'wether'; there are: weather"),
    ],
)
async def test_what_the_model_did_wrong_is_told_to_it(
    connect: Connect, api: Api, call: tuple[str, str], told: str
) -> None:
    wire = Wire(api.answer(call), api.answer(PARIS), api.answer(text="Sunny."))
    run = await done(api.run(connect(wire), tools=[weather], on_tool_error="raise"))
    assert told in api.told(wire.body)[0]
    assert isinstance(run.calls[0].error, ToolArgumentsError | LookupError)
    assert run.calls[1].error is None


async def test_calls_of_servers_with_a_dialect_and_of_other_kinds_are_answered_too(connect: Connect) -> None:
    body = json.loads(Chat.answer(PARIS)(httpx.Request("GET", "http://x")).content)
    message = body["choices"][0]["message"]
    del message["tool_calls"][0]["type"]
    message["tool_calls"].append({"id": "call-9", "type": "custom", "custom": {"name": "shell", "input": "ls"}})
    wire = Wire(status(200, body), Chat.answer(text="x"))
    run = await done(Chat.run(connect(wire), tools=[weather]))
    assert Chat.told(wire.body) == ['{"city":"Paris","days":1}', "There is no tool 'shell'; there are: weather."]
    assert [call.id for call in run.calls] == ["call-0", "call-9"]


async def test_what_a_tool_raises_is_raised_with_a_note_by_default(connect: Connect, api: Api) -> None:
    for calls in [[("boom", '{"city": "X"}')], [PARIS, ("boom", '{"city": "X"}')]]:
        wire = Wire(api.answer(*calls))
        with pytest.raises(LookupError, match="no X") as caught:
            await done(api.run(connect(wire), tools=[weather, boom]))
        assert "the tool 'boom'" in caught.value.__notes__[0]
        assert len(wire.requests) == 1


async def test_an_error_that_takes_no_attributes_comes_through_with_its_note_too(connect: Connect, api: Api) -> None:
    @dataclass(frozen=True)
    class Refused(Exception):
        why: str

    def refuse() -> str:
        raise Refused("no")

    with pytest.raises(Refused) as caught:
        await done(api.run(connect(Wire(api.answer(("refuse", "{}")))), tools=[refuse]))
    assert (caught.value.why, caught.value.__notes__) == ("no", ["raised by the tool 'refuse', called with '{}'"])


async def test_what_is_to_be_awaited_is_refused_by_a_sync_client_with_the_name_of_the_tool(api: Api) -> None:
    def look_up() -> Any:
        return asyncio.sleep(0)

    with (
        LocalServer(script=[ToolCall("look_up")]) as server,
        OpenAI(base_url=server.base_url, api_key="sk") as client,
        pytest.raises(ConfigurationError, match=r"'look_up'.* is async: use AsyncOpenAI"),
    ):
        api.run(client, tools=[look_up])


async def test_what_a_tool_raises_can_be_told_to_the_model(connect: Connect, api: Api) -> None:
    wire = Wire(api.answer(("boom", '{"city": "X"}')), api.answer(text="Sorry."))
    run = await done(api.run(connect(wire), tools=[boom], on_tool_error="feed_back"))
    assert api.told(wire.body) == ["boom failed: LookupError: no X"]
    assert isinstance(run.calls[0].error, LookupError)


async def test_a_function_can_decide_what_becomes_of_an_error(connect: Connect, api: Api) -> None:
    def decide(error: Exception, call: CalledTool) -> object:
        if isinstance(error, LookupError):
            return f"{call.name}: try another"
        raise error

    wire = Wire(api.answer(("boom", '{"city": "X"}')), api.answer(text="Sorry."))
    await done(api.run(connect(wire), tools=[boom], on_tool_error=decide))
    assert api.told(wire.body) == ["boom: try another"]

    def divide() -> float:
        return 1 / 0

    with pytest.raises(ZeroDivisionError):
        await done(api.run(connect(Wire(api.answer(("divide", "")))), tools=[divide], on_tool_error=decide))


async def test_an_interrupt_in_a_tool_passes_whatever_the_policy(connect: Connect, api: Api) -> None:
    class Stop(BaseException):
        pass

    def stop() -> str:
        raise Stop

    with pytest.raises(Stop):
        await done(api.run(connect(Wire(api.answer(("stop", "{}")))), tools=[stop], on_tool_error="feed_back"))


async def test_a_model_that_never_answers_is_stopped(connect: Connect, api: Api) -> None:
    wire = Wire(api.answer(PARIS))
    client = connect(wire)
    with pytest.raises(ToolRoundsExceededError, match=r"after 2 rounds .* weather") as caught:
        await done(api.run(client, tools=[weather], max_rounds=2))
    error = caught.value
    assert len(wire.requests) == 3
    assert len(error.steps) == 2
    assert error.completion.usage.total_tokens == 3
    assert len(error.messages) == 5
    await done(api.again(client, error.messages))
    assert len(api.told(wire.body)) == 2
    assert pickle.loads(pickle.dumps(error)).messages == error.messages


async def test_the_calls_of_a_round_run_at_once_in_their_order(connect: Connect, api: Api) -> None:
    met = threading.Barrier(2, timeout=5)

    def meet(name: str) -> str:
        met.wait()
        return name

    wire = Wire(api.answer(("meet", '{"name": "a"}'), ("meet", '{"name": "b"}')), api.answer(text="x"))
    await done(api.run(connect(wire), tools=[meet]))
    assert api.told(wire.body) == ["a", "b"]


async def test_one_after_the_other_is_possible(connect: Connect, api: Api) -> None:
    running: list[str] = []

    def alone(name: str) -> int:
        running.append(name)
        return len(running)

    wire = Wire(api.answer(("alone", '{"name": "a"}'), ("alone", '{"name": "b"}')), api.answer(text="x"))
    await done(api.run(connect(wire), tools=[alone], parallel=False))
    assert (running, api.told(wire.body)) == (["a", "b"], ["1", "2"])


async def test_async_tools_are_awaited_and_sync_clients_refuse_them_before_sending(connect: Connect, api: Api) -> None:
    async def later(city: str) -> str:
        await asyncio.sleep(0)
        return city.upper()

    wire = Wire(api.answer(("later", '{"city": "a"}'), ("later", '{"city": "b"}')), api.answer(text="x"))
    client = connect(wire)
    if connect.is_async:
        await done(api.run(client, tools=[later]))
        assert api.told(wire.body) == ["A", "B"]
    else:
        with pytest.raises(RequestValidationError, match="use AsyncOpenAI"):
            api.run(client, tools=[later])
        assert wire.requests == []


async def test_a_plain_function_may_give_something_to_await(connect: Connect, api: Api) -> None:
    async def later() -> str:
        return "late"

    hidden: Callable[[], Any] = tool(lambda: later(), name="hidden", strict=False)
    wire = Wire(api.answer(("hidden", "{}")), api.answer(text="x"))
    if connect.is_async:
        await done(api.run(connect(wire), tools=[hidden]))
        assert api.told(wire.body) == ["late"]
    else:
        with pytest.raises(ConfigurationError, match="async"):
            api.run(connect(wire), tools=[hidden])


async def test_every_step_is_seen(connect: Connect, api: Api) -> None:
    seen: list[ToolStep[Any]] = []
    wire = Wire(api.answer(PARIS), api.answer(text="x"))

    async def look(step: ToolStep[Any]) -> None:
        await asyncio.sleep(0)
        seen.append(step)

    run = await done(api.run(connect(wire), tools=[weather], on_step=look if connect.is_async else seen.append))
    assert seen == run.steps
    assert seen[0].calls[0].output == '{"city":"Paris","days":1}'


async def test_a_forced_choice_is_for_the_first_round(connect: Connect, api: Api) -> None:
    among = {"mode": "required", "tools": [{"type": "function", "name": "weather"}]}
    allowed = {"type": "allowed_tools"} | ({"allowed_tools": among} if api is Chat else among)
    for choice, later in (("required", None), ("auto", "auto"), (allowed, "auto")):
        wire = Wire(api.answer(PARIS), api.answer(text="x"))
        await done(api.run(connect(wire), tools=[weather], tool_choice=choice))
        first, second = (json.loads(request.content) for request in wire.requests)
        assert first["tool_choice"] == choice
        left = second.get("tool_choice")
        assert (left.get("allowed_tools", left)["mode"] if isinstance(left, dict) else left) == later


class Place(BaseModel):
    city: str


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"tools": [weather, weather]}, r"tools\[1\]"),
        ({"tools": [tool(Place)]}, "no code"),
        ({"tools": "weather"}, "a list of functions"),
        ({"tools": [3]}, "a function"),
        ({"tools": [lambda: 1]}, "no name"),
        ({"tools": [weather], "max_rounds": 0}, "a number from 1"),
        ({"tools": [weather], "on_tool_error": "ignore"}, "feed_back"),
        ({"tools": [weather], "stream": True}, "no parameter of run_tools"),
    ],
)
async def test_what_makes_no_sense_is_refused_before_anything_is_sent(
    connect: Connect, api: Api, given: dict[str, Any], said: str
) -> None:
    wire = Wire(api.answer(text="x"))
    with pytest.raises(RequestValidationError, match=said):
        await done(api.run(connect(wire), **given))
    assert wire.requests == []


async def test_wrong_parameters_are_refused_as_by_create(connect: Connect, api: Api) -> None:
    with pytest.raises(RequestValidationError, match="temperatur"):
        await done(api.run(connect(Wire()), tools=[weather], temperatur=1))
    with pytest.raises(RequestValidationError, match="messages"):
        await done(connect(Wire()).chat.completions.run_tools(model="m", tools=[weather]))


async def test_rounds_count_in_a_usage_scope(connect: Connect, api: Api) -> None:
    with usage_scope() as used:
        await done(api.run(connect(Wire(api.answer(PARIS), api.answer(text="x"))), tools=[weather]))
    assert (used.total_tokens, used.requests) == (6, 2)


async def test_tools_of_the_service_stand_beside_functions_in_responses(connect: Connect) -> None:
    wire = Wire(InResponses.answer(text="x"))
    await done(InResponses.run(connect(wire), tools=[weather, {"type": "web_search"}]))
    assert [each["type"] for each in wire.body["tools"]] == ["function", "web_search"]


async def test_a_response_may_be_what_a_run_begins_with(connect: Connect) -> None:
    wire = Wire(InResponses.answer(text="Hello."), InResponses.answer(PARIS), InResponses.answer(text="Sunny."))
    client = connect(wire)
    before = await done(client.responses.create(model="m", input=HELLO))
    run = await done(client.responses.run_tools(model="m", input=before, tools=[weather]))
    assert run.text == "Sunny."
    assert [item["type"] for item in wire.body["input"]] == ["message", "function_call", "function_call_output"]


async def test_to_a_conversation_only_what_is_new_is_sent(connect: Connect) -> None:
    wire = Wire(InResponses.answer(PARIS), InResponses.answer(PARIS), InResponses.answer(text="x"))
    run = await done(InResponses.run(connect(wire), tools=[weather], conversation="conv_1"))
    sent = [json.loads(request.content)["input"] for request in wire.requests]
    assert sent[0] == HELLO
    assert [[item["type"] for item in items] for items in sent[1:]] == [["function_call_output"]] * 2
    assert len(run.messages) == 6


async def test_whole_conversations_with_the_local_server(connect: Connect, api: Api) -> None:
    @tool
    def get_weather(city: str) -> str:
        """The weather."""
        return f"sunny in {city}"

    with LocalServer() as server:
        client = connect.kind(api_key="sk-x", base_url=server.base_url)
        run = await done(api.run(client, tools=[get_weather], tool_choice="required"))
        assert "sunny in" in run.text
        assert len(run.steps) == 2
        again = await done(api.again(client, [*run.messages, {"role": "user", "content": "Thanks"}]))
        assert "Thanks" in (again.text if api is Chat else again.output_text)
