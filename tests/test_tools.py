"""A function or a model becomes a tool: its schema, its descriptions, its arguments, and what it refuses."""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import json
import pickle
import threading
from collections.abc import AsyncIterator, Callable
from datetime import date
from functools import partial
from typing import Annotated, Any, Literal, NotRequired

import pytest
from pydantic import BaseModel, Field
from typing_extensions import Doc, TypedDict, Unpack

from tests.canned import HELLO, Connect, Wire, done, status
from typed_openai import ConfigurationError, OpenAIError, RequestValidationError, tool
from typed_openai.models.chat.messages import UserMessage
from typed_openai.models.chat.params import ChatCompletionCreateParams, FunctionTool
from typed_openai.tools.definition import ToolArgumentsError, ToolFunction, ToolModel

Unit = Literal["celsius", "fahrenheit"]


@tool
def get_weather(city: str, unit: Unit = "celsius", day: date | None = None) -> str:
    """What the weather is like
    in a city.

    More about it.

    Args:
        city: City and country,
            such as Paris, France.
        unit (str, optional): Of the temperature.

    Returns:
        A sentence: short.
    """
    return f"{city}: 22 {unit} on {day}"


class Booking(BaseModel):
    """Books a table.

    Attributes:
        guests: How many.
    """

    guests: int = Field(ge=1)
    name: Annotated[str, Field(description="Who books.", max_length=20)]
    notes: list[str] = []


def parameters_of(made: FunctionTool) -> dict[str, Any]:
    assert made.function.parameters is not None
    return made.function.parameters


def test_name_description_and_schema_come_from_the_function() -> None:
    assert get_weather.definition.model_dump(exclude_unset=True) == {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "What the weather is like in a city.",
            "strict": True,
            "parameters": {
                "type": "object",
                "properties": {
                    "city": {"type": "string", "description": "City and country, such as Paris, France."},
                    "unit": {
                        "description": "Of the temperature. (default: celsius)",
                        "anyOf": [{"type": "string", "enum": ["celsius", "fahrenheit"]}, {"type": "null"}],
                    },
                    "day": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
                },
                "required": ["city", "unit", "day"],
                "additionalProperties": False,
            },
        },
    }


def test_a_tool_is_still_its_function() -> None:
    assert get_weather("Oslo", unit="fahrenheit") == "Oslo: 22 fahrenheit on None"
    assert get_weather.wrapped("Oslo") == "Oslo: 22 celsius on None"


def test_arguments_become_values_of_the_functions_own_types() -> None:
    assert get_weather.arguments('{"city": "Rome", "day": "2030-01-02"}') == {"city": "Rome", "day": date(2030, 1, 2)}
    assert get_weather.invoke('{"city": "Rome", "day": "2030-01-02"}') == "Rome: 22 celsius on 2030-01-02"


def test_null_means_left_out_where_the_type_has_no_null() -> None:
    assert get_weather.arguments('{"city": "Rome", "unit": null, "day": null}') == {"city": "Rome", "day": None}


def test_without_strict_the_schema_keeps_defaults_and_null_means_left_out_all_the_same() -> None:
    loose = tool(get_weather.wrapped, strict=False)
    assert parameters_of(loose)["properties"]["unit"] == {
        "type": "string",
        "enum": ["celsius", "fahrenheit"],
        "default": "celsius",
        "description": "Of the temperature.",
    }
    assert parameters_of(loose)["required"] == ["city"]
    assert loose.function.strict is False
    assert loose.arguments('{"city": "Rome", "unit": null}') == {"city": "Rome"}
    with pytest.raises(ToolArgumentsError, match="city: Input should be a valid string, got None"):
        loose.arguments('{"city": null, "unit": null}')


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("{", "one JSON object"),
        ("[1]", r"one JSON object, got \[1\]"),
        ("{}", "city: Field required, got nothing"),
        ('{"city": 3}', "city: Input should be a valid string, got 3"),
        ('{"city": "Rome", "wind": 1}', "wind: Extra inputs are not permitted, got 1"),
        ('{"city": "Rome", "unit": "kelvin"}', "unit: Input should be 'celsius' or 'fahrenheit'"),
    ],
)
def test_wrong_arguments_are_named_with_what_was_sent(sent: str, expected: str) -> None:
    with pytest.raises(ToolArgumentsError, match=expected) as caught:
        get_weather.invoke(sent)
    assert caught.value.arguments == sent
    assert caught.value.tool == "get_weather"
    assert len(caught.value.faults) == 1
    assert isinstance(caught.value, OpenAIError)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_no_text_is_no_arguments_and_neither_is_null() -> None:
    @tool
    def ping() -> str:
        return "pong"

    assert parameters_of(ping) == {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
    assert "description" not in ping.function.model_dump(exclude_unset=True)
    assert ping.invoke("") == ping.invoke("null") == "pong"


def numpy_style(first: int, second: str = "b") -> None:
    """Does.

    Parameters
    ----------
    first : int
        The one
        and only.
    second : str, optional
        The other.

    Returns
    -------
    nothing : None
        No text.
    """


def sphinx_style(first: int, second: str = "b") -> None:
    """Does.

    :param int first: The one
        and only.
    :param second: The other.
    :returns: No text.
    """


def google_style(first: int, second: str = "b") -> None:
    """Does.

    Args:
        first (int): The one
            and only.
        second: The other.

    Raises:
        first: No text.
    """


@pytest.mark.parametrize("function", [numpy_style, sphinx_style, google_style])
def test_every_style_of_docstring_describes_the_arguments(function: Callable[[int, str], None]) -> None:
    made = tool(function)
    assert made.function.description == "Does."
    properties = parameters_of(made)["properties"]
    assert {name: each["description"] for name, each in properties.items()} == {
        "first": "The one and only.",
        "second": "The other. (default: b)",
    }


def test_an_annotation_wins_over_the_docstring() -> None:
    @tool
    def add(a: Annotated[int, Field(description="Wins.", ge=0)], b: Annotated[int, Doc("Wins too.")]) -> int:
        """Adds.

        Args:
            a: Loses.
            b: Loses.
        """
        return a + b

    properties = parameters_of(add)["properties"]
    assert properties["a"] == {"type": "integer", "minimum": 0, "description": "Wins."}
    assert properties["b"]["description"] == "Wins too."
    with pytest.raises(ToolArgumentsError, match="greater than or equal to 0"):
        add.invoke('{"a": -1, "b": 2}')


def test_options_take_the_place_of_what_the_function_says() -> None:
    @tool(name="lookup", description="Finds.")
    def find(schema: str, copy: int, _x: int = 1) -> str:
        """Never read."""
        return f"{schema} {copy} {_x}"

    assert (find.name, find.function.description) == ("lookup", "Finds.")
    assert find.invoke('{"schema": "a", "copy": 2, "_x": 3}') == "a 2 3"


def test_what_strict_schemas_cannot_say_is_sent_as_it_is() -> None:
    def count(words: dict[str, Any], **more: int) -> int:
        return len(words) + sum(more.values())

    made = tool(count)
    assert "strict" not in made.function.model_dump(exclude_unset=True)
    assert parameters_of(made)["properties"]["words"]["additionalProperties"] is True
    assert made.invoke('{"words": {"a": 2, "b": []}, "c": 4}') == 6
    with pytest.raises(
        ConfigurationError, match=r"'count' cannot be strict:\n  #: .*\n  #/properties/words: an object"
    ):
        tool(count, strict=True)


def test_a_dict_is_a_list_of_entries_under_strict_and_a_dict_is_taken_too() -> None:
    @tool
    def count(words: dict[str, int], place: tuple[int, int] = (0, 0)) -> int:
        return sum(words.values()) + sum(place)

    assert count.function.strict is True
    assert parameters_of(count)["properties"]["words"]["type"] == "array"
    entries = '[{"key": "a", "value": 2}, {"key": "b", "value": 3}]'
    assert count.invoke(f'{{"words": {entries}, "place": {{"item_0": 1, "item_1": 1}}}}') == 7
    assert count.invoke('{"words": {"a": 2, "b": 3}, "place": null}') == 5
    with pytest.raises(ToolArgumentsError, match=r"words.a: .*integer"):
        count.invoke('{"words": [{"key": "a", "value": "many"}], "place": null}')


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog"]
    title: Annotated[str, Field(min_length=1)]
    friends: list[Dog] = []


def test_nested_models_are_strict_all_the_way_down() -> None:
    @tool(strict=True)
    def keep(pet: Annotated[Cat | Dog, Field(discriminator="kind")], other: Dog) -> str:
        return pet.kind + other.kind

    schema = parameters_of(keep)
    assert schema["properties"]["pet"] == {"anyOf": [{"$ref": "#/$defs/Cat"}, {"$ref": "#/$defs/Dog"}]}
    assert schema["$defs"]["Dog"] == {
        "type": "object",
        "properties": {
            "kind": {"type": "string", "const": "dog"},
            "title": {"type": "string", "description": "(at least 1 characters)"},
            "friends": {
                "anyOf": [{"type": "array", "items": {"$ref": "#/$defs/Dog"}}, {"type": "null"}],
                "description": "(default: [])",
            },
        },
        "required": ["kind", "title", "friends"],
        "additionalProperties": False,
    }
    assert schema["$defs"]["Cat"]["required"] == ["kind", "lives"]
    assert keep.invoke('{"pet": {"kind": "cat", "lives": null}, "other": {"kind": "dog", "title": "x"}}') == "catdog"


def test_a_model_is_a_tool_whose_arguments_are_an_instance() -> None:
    made = tool(Booking)
    assert made.function.description == "Books a table."
    properties = parameters_of(made)["properties"]
    assert properties["guests"] == {"type": "integer", "minimum": 1, "description": "How many."}
    assert properties["name"] == {"type": "string", "description": "Who books. (at most 20 characters)"}
    assert made.arguments('{"guests": 2, "name": "Ann", "notes": null}') == Booking(guests=2, name="Ann")
    assert made(guests=2, name="Ann").guests == 2
    with pytest.raises(ToolArgumentsError, match=r"guests: .*\n.*name: .*at most 20"):
        made.invoke(json.dumps({"guests": 0, "name": "A" * 21}))


def test_a_model_that_contains_itself_is_an_object_at_the_root() -> None:
    schema = parameters_of(tool(Dog))
    assert schema["type"] == "object"
    assert schema["required"] == ["kind", "title", "friends"]


def test_a_dataclass_a_partial_and_a_bound_method_are_tools_too() -> None:
    @dataclasses.dataclass
    class Point:
        x: int
        y: int = 0

        def moved(self, by: int) -> int:
            """Moves."""
            return self.x + by

    assert tool(Point).invoke('{"x": 4, "y": null}') == Point(4)
    assert tool(Point).function.description is None
    assert tool(Point(1).moved).invoke('{"by": 2}') == 3
    assert tool(functools.partial(Point, 7)).invoke('{"y": 1}') == Point(7, 1)


def test_free_keywords_and_positional_parameters_arrive() -> None:
    def collect(a: int, /, b: int = 2, **others: Any) -> tuple[Any, ...]:
        return a, b, others

    assert tool(collect).invoke('{"a": 1, "c": 3}') == (1, 2, {"c": 3})


def test_a_positional_argument_arrives_in_its_place_whichever_was_left_out_before_it() -> None:
    def collect(a: int = 1, b: int = 2, c: int = 3, /, *, d: int = 4) -> tuple[int, ...]:
        return a, b, c, d

    assert tool(collect).invoke('{"b": 7}') == (1, 7, 3, 4)
    assert tool(collect).invoke('{"a": null, "b": null, "c": 7, "d": 8}') == (1, 2, 7, 8)
    assert tool(collect).invoke("{}") == (1, 2, 3, 4)


class Lengths(TypedDict):
    width: int
    height: NotRequired[int]


def test_free_keywords_have_the_type_that_is_said() -> None:
    @tool
    def numbered(a: str, **others: int) -> object:
        return a, others

    assert numbered.invoke('{"a": "x", "b": "2"}') == ("x", {"b": 2})
    assert parameters_of(numbered)["additionalProperties"] == {"type": "integer"}
    with pytest.raises(ToolArgumentsError, match=r"c: .* integer"):
        numbered.invoke('{"a": "x", "c": "many"}')

    @tool
    def measured(**lengths: Unpack[Lengths]) -> object:
        return lengths

    assert measured.invoke('{"width": 3, "height": null}') == {"width": 3}
    assert list(parameters_of(measured)["properties"]) == ["width", "height"]
    with pytest.raises(ToolArgumentsError, match="width"):
        measured.invoke("{}")


def test_an_argument_may_have_another_name_for_the_model() -> None:
    @tool
    def fly(from_: Annotated[str, Field(alias="from")]) -> str:
        """Fly.

        Args:
            from_: Where it begins.
        """
        return from_

    assert parameters_of(fly)["properties"] == {"from": {"type": "string", "description": "Where it begins."}}
    assert fly.invoke('{"from": "Paris"}') == "Paris"


def test_a_text_in_an_annotation_describes_unless_a_field_does() -> None:
    @tool
    def both(a: Annotated[int, "plain"], b: Annotated[int, "plain", Field(description="field")]) -> None:
        """Do it."""

    properties = parameters_of(both)["properties"]
    assert [properties[name]["description"] for name in "ab"] == ["plain", "field"]


def test_what_the_annotation_of_the_result_names_does_not_matter() -> None:
    def given(a: int) -> int:
        return a

    given.__annotations__["return"] = "OnlyForTheTypeChecker"
    assert tool(given).invoke('{"a": 1}') == 1


async def test_an_async_function_is_awaited_and_a_sync_one_gets_a_thread() -> None:
    @tool
    async def slow(n: int) -> int:
        await asyncio.sleep(0)
        return n + 1

    @tool
    def where(n: int) -> int:
        assert threading.current_thread() is not threading.main_thread()
        return n + 2

    assert (slow.is_async, where.is_async) == (True, False)
    assert await slow(1) == 2
    assert await slow.invoke('{"n": 1}') == 2
    assert await slow.ainvoke('{"n": 1}') == 2
    assert await where.ainvoke('{"n": 1}') == 3
    with pytest.raises(ToolArgumentsError):
        await slow.ainvoke("{}")


def test_what_the_function_raises_comes_through() -> None:
    def fail() -> None:
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        tool(fail).invoke("{}")


def missing(a: NotThere) -> None: ...  # type: ignore[name-defined]  # noqa: F821 - that is the point
def starred(*a: int) -> None: ...
def unfit(a: threading.Lock) -> None: ...
def unbound(self, a: int) -> None: ...  # type: ignore[no-untyped-def]  # that is the point
def old_style(a: int = Field(default=3)) -> None: ...
def called_back(a: Callable[[], int]) -> None: ...
async def one_by_one() -> AsyncIterator[int]:
    yield 1


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (missing, "NotThere"),
        (starred, r"\*a"),
        (unfit, "JSON cannot fill"),
        (unbound, "method without its object"),
        (old_style, "Annotated"),
        (called_back, "no JSON schema"),
        (one_by_one, "yields its values one by one"),
        (lambda a: a, "name="),
        (3, "a function or a pydantic model, got 3"),
        (get_weather, "a tool already"),
    ],
)
def test_what_no_tool_can_be_made_of_says_why(target: Any, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        tool(target)


def test_a_tool_stands_in_a_request_as_its_definition() -> None:
    params = ChatCompletionCreateParams(
        model="m",
        messages=[UserMessage(content="Hello")],
        tools=[get_weather, tool(Booking)],
    )
    assert params.tools == [get_weather.definition, tool(Booking).definition]
    assert [type(each) for each in params.tools] == [FunctionTool, FunctionTool]
    assert pickle.loads(pickle.dumps(params)) == params


def test_the_responses_api_takes_it_flat() -> None:
    flat = get_weather.for_responses()
    assert flat["type"] == "function"
    assert flat["name"] == "get_weather"
    assert flat["strict"] is True
    assert flat["parameters"] == get_weather.function.parameters


@pytest.mark.parametrize("validation", ["strict", "warn", "off"])
async def test_a_tool_stands_in_every_request_that_takes_tools(connect: Connect, validation: str) -> None:
    wire = Wire(status(200, {"id": "x", "choices": [{}], "output": [], "input_tokens": 1}))
    client = connect(wire, validation=validation)
    flat = get_weather.for_responses()
    nested = get_weather.as_input()
    warned = {} if validation == "strict" else {"temprature": 1}
    search: dict[str, Any] = {"type": "web_search"}
    for call, expected in (
        (partial(client.responses.create, input="Hello"), flat),
        (partial(client.responses.input_tokens.count, input="Hello"), flat),
        (partial(client.chat.completions.create, **HELLO), nested),
        (partial(client.beta.assistants.create, model="m"), nested),
        (partial(client.beta.threads.runs.create, thread_id="t", assistant_id="a"), nested),
    ):
        others = [search] if expected is flat else []
        await done(call(tools=[get_weather, *others], **warned))
        assert wire.body["tools"] == [expected, *others]
    with pytest.raises(RequestValidationError):
        await done(connect(wire).responses.create(input="Hello", tools=[nested]))


def test_tools_are_compared_by_identity_and_can_be_keys() -> None:
    assert {get_weather: 1}[get_weather] == 1
    assert tool(Booking) != tool(Booking)
    assert isinstance(get_weather, ToolFunction)
    assert isinstance(tool(Booking), ToolModel)
