"""Names of tools and formats that the service refuses never leave: too long, of other letters, empty, one twice."""

from __future__ import annotations

from typing import Any

import pytest

from tests.canned import Connect, Wire, completion, done
from typed_openai import ConfigurationError, RequestValidationError, tool

USER = [{"role": "user", "content": "x"}]
WRONG = ["", " ", "get weather", "wetter_für", "a.b", "x" * 65, "x\n"]


def in_chat(name: str) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name}}


def in_responses(name: str) -> dict[str, Any]:
    return {"type": "function", "name": name, "parameters": None}


@pytest.mark.parametrize("name", WRONG, ids=ascii)
async def test_a_name_of_a_function_that_the_service_refuses_is_not_sent(connect: Connect, name: str) -> None:
    wire = Wire(completion())
    client = connect(wire)
    with pytest.raises(RequestValidationError, match=r"tools\[0\]\.function\.name"):
        await done(client.chat.completions.create(model="m", messages=USER, tools=[in_chat(name)]))
    longer = name * 2 if len(name) == 65 else name  # responses take names of up to 128
    with pytest.raises(RequestValidationError, match=r"tools\[0\]\.name"):
        await done(client.responses.create(model="m", input="x", tools=[in_responses(longer)]))
    form = {"type": "json_schema", "json_schema": {"name": name}}
    with pytest.raises(RequestValidationError, match=r"response_format\.json_schema\.name"):
        await done(client.chat.completions.create(model="m", messages=USER, response_format=form))
    assert not wire.requests


async def test_two_tools_with_one_name_are_not_sent(connect: Connect) -> None:
    wire = Wire(completion())
    client = connect(wire)
    tools = [in_chat("f"), in_chat("g"), {"type": "custom", "custom": {"name": "f"}}]
    said = r"tools\[2\]\.custom\.name: a name that no other tool has, got 'f'"
    with pytest.raises(RequestValidationError, match=said):
        await done(client.chat.completions.create(model="m", messages=USER, tools=tools))
    with pytest.raises(RequestValidationError, match=r"tools\[1\]\.name: a name that no other"):
        await done(client.responses.create(model="m", input="x", tools=[in_responses("f"), in_responses("f")]))
    assert not wire.requests


@pytest.mark.parametrize("name", ["f", "get-weather_2", "x" * 64])
async def test_every_name_that_the_service_takes_is_sent(connect: Connect, name: str) -> None:
    wire = Wire(completion())

    def f() -> None: ...

    tools = [tool(f, name=name), in_chat(f"{name[:60]}_2")]
    await done(connect(wire).chat.completions.create(model="m", messages=USER, tools=tools))
    assert [each["function"]["name"] for each in wire.body["tools"]] == [name, f"{name[:60]}_2"]


def get_weather(city: str) -> None: ...
def wetter_für(city: str) -> None: ...
def a_name_that_goes_on_and_on_until_nobody_remembers_how_it_began_at_all(city: str) -> None: ...


@pytest.mark.parametrize(
    ("target", "name"),
    [
        (wetter_für, None),
        (a_name_that_goes_on_and_on_until_nobody_remembers_how_it_began_at_all, None),
        (get_weather, "get weather"),
        (get_weather, "x" * 65),
        (get_weather, "weather.get"),
        (get_weather, "weather\n"),
    ],
    ids=["letters of another script", "too long", "blank", "65", "dot", "line break"],
)
def test_a_name_that_the_service_refuses_is_refused_where_the_tool_is_made(target: Any, name: str | None) -> None:
    with pytest.raises(ConfigurationError, match=r"up to 64; tool\(\.\.\., name=\.\.\.\)"):
        tool(target, name=name)
