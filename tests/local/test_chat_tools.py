"""Chat with tools: which are called, with what, and what is made of their results."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.local.api import Api, assert_described


def function(name: str, **properties: object) -> dict[str, object]:
    """A function tool."""
    parameters = {"type": "object", "properties": properties, "required": list(properties)}
    return {"type": "function", "function": {"name": name, "parameters": parameters}}


STRING = {"type": "string"}
WEATHER = function("get_weather", city=STRING, unit={"type": "string", "enum": ["celsius", "fahrenheit"]})
CLOCK = function("get_time", timezone=STRING)
CODE = {"type": "custom", "custom": {"name": "run_code"}}


def calls(answer: Any) -> list[tuple[str, Any]]:
    """Names and parsed arguments of the calls in the first choice."""
    assert_described(answer.json, "CreateChatCompletionResponse")
    made = answer.json["choices"][0]["message"].get("tool_calls", [])
    return [(each["function"]["name"], json.loads(each["function"]["arguments"])) for each in made]


def test_the_user_is_answered_with_a_call_filled_from_what_was_said(api: Api) -> None:
    answer = api.chat("What's the weather in Paris?", tools=[WEATHER])
    assert calls(answer) == [("get_weather", {"city": "Paris", "unit": "celsius"})]
    choice = answer.json["choices"][0]
    assert choice["finish_reason"] == "tool_calls"
    assert choice["message"]["content"] is None


def test_an_enumeration_takes_the_value_the_user_mentions(api: Api) -> None:
    ((_, arguments),) = calls(api.chat("Weather in Paris in Fahrenheit", tools=[WEATHER], parallel_tool_calls=False))
    assert arguments["unit"] == "fahrenheit"


def test_the_tool_the_text_speaks_of_is_called_else_the_first(api: Api) -> None:
    assert [name for name, _ in calls(api.chat("What time is it?", tools=[WEATHER, CLOCK]))] == ["get_time"]
    assert [name for name, _ in calls(api.chat("Hm", tools=[WEATHER, CLOCK]))] == ["get_weather"]


def test_two_places_are_two_calls_unless_calls_in_parallel_are_off(api: Api) -> None:
    text = "What's the weather in New York and Tokyo?"
    assert [each["city"] for _, each in calls(api.chat(text, tools=[WEATHER]))] == ["New York", "Tokyo"]
    assert len(calls(api.chat(text, tools=[WEATHER], parallel_tool_calls=False))) == 1


def test_calls_have_ids_of_their_own(api: Api) -> None:
    made = [api.chat("Hm", tools=[WEATHER]).json["choices"][0]["message"]["tool_calls"][0]["id"] for _ in range(2)]
    assert made[0] != made[1]


def test_no_tool_is_called_when_the_choice_is_none(api: Api) -> None:
    assert calls(api.chat("Weather in Paris?", tools=[WEATHER], tool_choice="none")) == []


@pytest.mark.parametrize(
    "choice",
    [
        {"type": "function", "function": {"name": "get_time"}},
        {
            "type": "allowed_tools",
            "allowed_tools": {"mode": "auto", "tools": [{"type": "function", "function": {"name": "get_time"}}]},
        },
    ],
)
def test_a_choice_by_name_is_obeyed(api: Api, choice: dict[str, object]) -> None:
    answer = api.chat("Weather in Paris?", tools=[WEATHER, CLOCK], tool_choice=choice)
    assert [name for name, _ in calls(answer)] == ["get_time"]


def test_a_choice_of_a_tool_that_is_not_there_is_refused(api: Api) -> None:
    choice = {"type": "function", "function": {"name": "gone"}}
    assert api.chat(tools=[WEATHER], tool_choice=choice).error["param"] == "tool_choice.function.name"


def test_a_custom_tool_gets_the_text(api: Api) -> None:
    answer = api.chat("Print 1", tools=[CODE]).json
    assert_described(answer, "CreateChatCompletionResponse")
    (call,) = answer["choices"][0]["message"]["tool_calls"]
    assert (call["type"], call["custom"]) == ("custom", {"name": "run_code", "input": "Print 1"})


def conversation(*results: str) -> list[Mapping[str, object]]:
    """A user, calls of the weather tool, and their results."""
    made = [
        {"id": f"call_{index}", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
        for index, _ in enumerate(results)
    ]
    told = [
        {"role": "tool", "tool_call_id": f"call_{index}", "content": result} for index, result in enumerate(results)
    ]
    return [{"role": "user", "content": "Weather?"}, {"role": "assistant", "tool_calls": made}, *told]


def test_the_result_of_a_tool_is_quoted(api: Api) -> None:
    answer = api.chat(messages=conversation("21 degrees"), tools=[WEATHER]).json
    assert answer["choices"][0]["message"]["content"].endswith(': get_weather answered "21 degrees".')
    assert answer["choices"][0]["finish_reason"] == "stop"


def test_several_results_are_all_quoted(api: Api) -> None:
    said = api.chat(messages=conversation("1", "2"), tools=[WEATHER]).json["choices"][0]["message"]["content"]
    assert said.endswith('get_weather answered "1" and get_weather answered "2".')


def test_a_required_call_is_made_even_after_a_result(api: Api) -> None:
    assert len(calls(api.chat(messages=conversation("21"), tools=[WEATHER], tool_choice="required"))) == 1


def test_a_limit_cuts_the_arguments_short(api: Api) -> None:
    choice = api.chat("Weather in Paris?", tools=[WEATHER], max_tokens=1).json["choices"][0]
    assert choice["finish_reason"] == "length"
    with pytest.raises(json.JSONDecodeError):
        json.loads(choice["message"]["tool_calls"][0]["function"]["arguments"])


def test_functions_the_forerunners_of_tools_still_work(api: Api) -> None:
    functions = [WEATHER["function"]]
    answer = api.chat("Weather in Paris?", functions=functions).json
    assert_described(answer, "CreateChatCompletionResponse")
    assert answer["choices"][0]["finish_reason"] == "function_call"
    assert answer["choices"][0]["message"]["function_call"]["name"] == "get_weather"
    messages = [{"role": "user", "content": "?"}, {"role": "function", "name": "get_weather", "content": "21"}]
    told = api.chat(messages=messages, functions=functions).json["choices"][0]["message"]["content"]
    assert told.endswith('get_weather answered "21".')


def test_a_function_without_parameters_is_called_with_an_empty_object(api: Api) -> None:
    tool = {"type": "function", "function": {"name": "ping"}}
    assert calls(api.chat("Hm", tools=[tool])) == [("ping", {})]
