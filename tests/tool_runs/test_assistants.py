"""Functions that a model asks for: found by name, arguments checked by their own signature, outcome as text."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any, Literal

import httpx
import pytest
from pydantic import BaseModel

from tests.models.test_assistants import run_data
from tests.wire.test_assistants import FAST, Server, waiting
from typed_openai import AsyncOpenAI, OpenAI, ToolRun, tool
from typed_openai.errors import ConfigurationError
from typed_openai.tools.assistant_loop import Functions


class Place(BaseModel):
    city: str
    country: str = "NL"


def weather(city: str, unit: Literal["c", "f"] = "c", *, days: int = 1) -> dict[str, Any]:
    return {"city": city, "unit": unit, "days": days}


async def later(place: Place) -> str:
    await asyncio.sleep(0)
    return f"{place.city}, {place.country}"


def shout(json: str, self: int = 0, **more: object) -> object:
    return [json, self, sorted(more)]


def boom() -> str:
    raise LookupError("boom")


Answering = Callable[[Functions, str, str], str]


def asking(name: str, arguments: str) -> Server:
    """A service whose run asks for one function, and is done when it is told the outcome."""
    queued = run_data("queued")
    return Server(queued, waiting(("call_1", name, arguments)), queued, run_data("completed"))


def run_tools(server: Server, functions: Any) -> None:
    with httpx.Client(transport=httpx.MockTransport(server)) as http_client:
        runs = OpenAI(api_key="sk-x", http_client=http_client).beta.threads.runs
        runs.run_tools("t", assistant_id="a", functions=functions, wait=FAST)


async def run_tools_async(server: Server, functions: Any) -> None:
    async with httpx.AsyncClient(transport=httpx.MockTransport(server)) as http_client:
        runs = AsyncOpenAI(api_key="sk-x", http_client=http_client).beta.threads.runs
        await runs.run_tools("t", assistant_id="a", functions=functions, wait=FAST)


def told(server: Server) -> str:
    """What the model was told of the call."""
    (output,) = server.sent(2)["tool_outputs"]
    assert output["tool_call_id"] == "call_1"
    text: str = output["output"]
    return text


@pytest.fixture(params=["sync", "async"])
def answer(request: pytest.FixtureRequest) -> Answering:
    """The outcome of one call, in either colour."""

    def in_sync(functions: Functions, name: str, arguments: str) -> str:
        run_tools(server := asking(name, arguments), functions)
        return told(server)

    def in_async(functions: Functions, name: str, arguments: str) -> str:
        asyncio.run(run_tools_async(server := asking(name, arguments), functions))
        return told(server)

    return in_sync if request.param == "sync" else in_async


@pytest.mark.parametrize(
    ("arguments", "outcome"),
    [
        ('{"city":"Paris"}', '{"city":"Paris","unit":"c","days":1}'),
        ('{"city":"Paris","unit":"f","days":3}', '{"city":"Paris","unit":"f","days":3}'),
    ],
)
def test_a_function_is_called_with_its_arguments(answer: Answering, arguments: str, outcome: str) -> None:
    assert answer([weather], "weather", arguments) == outcome


def test_functions_may_have_other_names_for_the_model(answer: Answering) -> None:
    assert answer({"get_weather": weather}, "get_weather", '{"city":"Rome"}').startswith('{"city":"Rome"')


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("weather", '{"town":"Paris"}', "city: Field required, got nothing\n  town: Extra inputs are not permitted"),
        ("weather", '{"city":"Paris","unit":"k"}', "unit: Input should be 'c' or 'f'"),
        ("weather", "{", "text that is not JSON"),
        ("weather", "[1]", "wrong arguments for 'weather':\n  (all): one JSON object, got [1]"),
        ("climate", "{}", "There is no function 'climate'; there are: weather."),
    ],
)
def test_what_the_model_did_wrong_is_told_to_it(answer: Answering, name: str, arguments: str, said: str) -> None:
    assert said in answer([weather], name, arguments)


def test_parameters_may_be_called_anything_and_be_open(answer: Answering) -> None:
    assert answer([shout], "shout", '{"json":"a","self":2,"x":1,"model_fields":2}') == '["a",2,["model_fields","x"]]'


def test_a_function_without_parameters_takes_no_arguments_at_all(answer: Answering) -> None:
    assert answer({"now": lambda: 5}, "now", "") == "5"


def test_positional_parameters_and_tools_that_were_made_before_will_do(answer: Answering) -> None:
    def by_place(city: str, /) -> str:
        return city

    assert answer([by_place], "by_place", '{"city":"Rome"}') == "Rome"
    counted: Any = tool(lambda words: len(words), name="counted")
    assert answer([counted], "counted", '{"words":"abc"}') == "3"

    @tool
    def listed(words: dict[str, int]) -> list[str]:
        return [*words]

    assert answer({"any": listed}, "any", '{"words":[{"key":"a","value":1}]}') == '["a"]'


def test_a_sync_function_does_not_block_an_async_client() -> None:
    async def main() -> str:
        here, server = threading.get_ident(), asking("where", "")
        await run_tools_async(server, {"where": lambda: threading.get_ident() == here})
        return told(server)

    assert asyncio.run(main()) == "false"


def test_what_a_function_raises_passes_through(answer: Answering) -> None:
    with pytest.raises(LookupError, match="boom"):
        answer([boom], "boom", "{}")


def test_what_was_done_before_a_function_raised_is_on_the_error(answer: Answering) -> None:
    with pytest.raises(LookupError, match="boom") as caught:
        answer([boom], "boom", "{}")
    run: ToolRun[Any] | None = ToolRun.of(caught.value)
    assert run is not None
    assert [(call.name, call.error) for call in run.calls] == [("boom", caught.value)]
    assert run.steps[-1].answer.status == "requires_action"


def test_an_async_function_is_awaited_by_an_async_client() -> None:
    asyncio.run(run_tools_async(server := asking("later", '{"place":{"city":"Delft"}}'), [later]))
    assert told(server) == "Delft, NL"


def test_an_async_function_is_refused_by_a_sync_client_before_anything_is_sent() -> None:
    server = asking("later", '{"place":{"city":"Delft"}}')
    with pytest.raises(ConfigurationError, match="AsyncOpenAI"):
        run_tools(server, [later])
    assert server.asked == []


def test_functions_that_cannot_work_are_refused_at_once() -> None:
    def starred(*cities: str) -> str:
        return cities[0]

    refused: list[tuple[Any, str]] = [
        ([], "at least one"),
        ([lambda: 1], "no name"),
        ([starred], "a list"),
        ([tool(Place)], "no code"),
    ]
    for functions, why in refused:
        with pytest.raises(ConfigurationError, match=why):
            run_tools(asking("city", "{}"), functions)
