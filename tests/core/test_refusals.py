"""What is refused before a byte is sent, how the refusal says so, and how to send it all the same (`validation`)."""

from __future__ import annotations

import logging
import operator
import re
import types
from typing import Any

import numpy as np
import pytest

from tests.canned import HELLO, Connect, Wire, body_of, done, refused
from typed_openai.errors import RequestValidationError
from typed_openai.models.base import NULL
from typed_openai.models.chat.messages import UserMessage

USER: dict[str, Any] = {"role": "user", "content": "hello"}


# --- what JSON cannot carry ------------------------------------------------------------------------------------------


def _tool(parameters: object) -> list[dict[str, Any]]:
    return [{"type": "function", "function": {"name": "f", "parameters": parameters}}]


def _nested(depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for _ in range(depth):
        found = {"a": found}
    return found


UNSENDABLE: list[tuple[object, str, str]] = [
    (object(), "", "object object at"),
    ({"b": 1, "a": [0, object]}, ".a[1]", "class 'object'"),
    (float("nan"), "", "NaN or Infinity"),
    ([float("-inf")], "[0]", "NaN or Infinity"),
    (b"\xff", "", "utf-8"),
    ("\ud800", "", "lone surrogate"),
    (len, "", "built-in function len"),
    ((1, {2: {"c": 1 + 2j, "d": int}}), "[1].2.d", "class 'int'"),
]
"""A value, where in it the fault is, and what is said of it."""


@pytest.mark.parametrize(("value", "inside", "said"), UNSENDABLE)
async def test_what_json_cannot_carry_is_refused_in_its_very_place_and_shown(
    connect: Connect, value: object, inside: str, said: str
) -> None:
    for named in (
        {"tools": _tool({"x": value})},
        {"extra_body": {"tools": _tool({"x": value})}},
    ):
        error = await refused(connect, **HELLO, **named)
        (fault,) = error.faults
        assert fault.path == f"tools[0].function.parameters.x{inside}"
        assert fault.allowed == "what JSON can carry"
        assert re.search(said, str(fault), re.IGNORECASE)


@pytest.mark.parametrize(("value", "inside", "said"), UNSENDABLE)
async def test_what_json_cannot_carry_is_refused_without_validation_too(
    connect: Connect, value: object, inside: str, said: str
) -> None:
    wire = Wire()
    for validation in ("warn", "off"):
        client = connect(wire, validation=validation)
        with pytest.raises(RequestValidationError, match=re.escape(f"odd{inside}: what JSON can carry")):
            await done(client.chat.completions.create(**HELLO, odd=value))
    assert wire.requests == []


@pytest.mark.parametrize("value", [object(), {"a": object()}, b"\xff"], ids=["object", "inside", "bytes"])
@pytest.mark.parametrize("operation", ["responses.compact", "responses.input_tokens.count", "conversations.create"])
async def test_what_cannot_be_written_is_never_sent_as_null_where_null_could_stand(
    connect: Connect, operation: str, value: object
) -> None:
    wire = Wire()
    call = operator.attrgetter(operation)(connect(wire))
    given = [{"role": "user", "content": "Hi"}, {"type": "tool_search_call", "arguments": value}]
    where = "items" if operation == "conversations.create" else "input"
    with pytest.raises(RequestValidationError, match=rf"{where}\[1\]\.arguments.*: what JSON can carry"):
        await done(call(**{where: given}, **({} if where == "items" else {"model": "m"})))
    assert wire.requests == []


@pytest.mark.parametrize("validation", ["strict", "off"])
async def test_what_stands_for_plain_data_is_sent_as_that_at_any_depth(connect: Connect, validation: str) -> None:
    odd = {"a": np.int64(5), "b": [np.float32(0.5), np.array([1, 2])], "c": types.MappingProxyType({"d": NULL})}
    sent = await body_of(connect, **HELLO, tools=_tool({"x": odd}), settings={"validation": validation})
    assert sent["tools"][0]["function"]["parameters"]["x"] == {"a": 5, "b": [0.5, [1, 2]], "c": {"d": None}}


async def test_texts_that_only_look_like_constants_are_sent(connect: Connect) -> None:
    body = await body_of(connect, model="m", messages=[{"role": "user", "content": "is NaN or Infinity a number?"}])
    assert body["messages"][0]["content"] == "is NaN or Infinity a number?"


async def test_deep_nesting_is_sent_and_a_loop_is_refused(connect: Connect) -> None:
    assert (await body_of(connect, **HELLO, extra_body={"deep": _nested(100)}))["deep"] == _nested(100)
    loop: dict[str, Any] = {}
    loop["again"] = loop
    for validation in ("strict", "off"):
        wire = Wire()
        with pytest.raises(RequestValidationError, match=r"deep\.again: .*, got a dict that holds itself"):
            await done(connect(wire, validation=validation).chat.completions.create(**HELLO, extra_body={"deep": loop}))
        assert wire.requests == []


# --- what is refused -------------------------------------------------------------------------------------------------


async def test_an_unknown_parameter_is_refused_with_the_nearest_name(connect: Connect) -> None:
    error = await refused(connect, **HELLO, max_token=5)
    first, second = str(error).split("\n")
    assert first == "chat.completions.create: 1 fault, nothing was sent"
    assert second == "  max_token: no such parameter (did you mean 'max_tokens'?)"
    assert error.operation == "chat.completions.create"
    assert isinstance(error, ValueError)


async def test_an_unknown_parameter_without_a_near_name_says_how_to_send_it(connect: Connect) -> None:
    error = await refused(connect, **HELLO, zzz=5)
    assert "zzz: no such parameter (to send it all the same: extra_body={'zzz': ...})" in str(error)
    assert await body_of(connect, **HELLO, extra_body={"zzz": 5}) == {**HELLO, "zzz": 5}


async def test_every_fault_is_listed_with_its_path(connect: Connect) -> None:
    error = await refused(
        connect,
        messages=[USER, {"role": "user", "content": [{"type": "text"}]}, {"role": "robot", "content": "x"}],
        temperature="0.5",
        n=0,
        store="yes",
        tools=[{"type": "function", "function": {"description": "d"}}],
        stream_option={},
    )
    paths = {fault.path for fault in error.faults}
    assert paths == {
        "model",
        "messages[1].content[0].text",
        "messages[2]",
        "temperature",
        "n",
        "store",
        "tools[0].function.name",
        "stream_option",
    }
    assert "8 faults, nothing was sent" in str(error)
    by_path = {fault.path: fault for fault in error.faults}
    assert str(by_path["model"]) == "model: required, got nothing"
    assert by_path["temperature"].given == "'0.5'"
    assert "robot" in str(by_path["messages[2]"])
    assert "'developer', 'system', 'user'" in str(by_path["messages[2]"])


async def test_a_fault_in_an_iterator_has_its_index(connect: Connect) -> None:
    error = await refused(connect, model="m", messages=({"role": role, "content": "x"} for role in ("user", "robot")))
    assert [fault.path for fault in error.faults] == ["messages[1]"]


async def test_an_unknown_value_of_an_enumeration_says_how_to_send_it_anyway(connect: Connect) -> None:
    error = await refused(connect, **HELLO, reasoning_effort="hihg")
    (fault,) = error.faults
    assert fault.path == "reasoning_effort"
    assert "did you mean 'high'?" in fault.hint
    assert "extra_body={'reasoning_effort': ...}" in fault.hint
    assert 'validation="warn"' in fault.hint
    assert "'minimal'" in fault.allowed
    sent = await body_of(connect, **HELLO, extra_body={"reasoning_effort": "hihg"})
    assert sent["reasoning_effort"] == "hihg"


async def test_a_long_value_is_shown_short(connect: Connect) -> None:
    error = await refused(connect, model="m", messages="x" * 10_000)
    assert len(str(error)) < 500


async def test_parameters_by_position_that_are_no_params_object_are_refused(connect: Connect) -> None:
    error = await refused(connect, HELLO)
    assert "a ChatCompletionCreateParams, got dict (parameters are passed by name)" in str(error)


async def test_a_refusal_comes_before_the_missing_key(connect: Connect) -> None:
    with pytest.raises(RequestValidationError):
        await done(connect(Wire(), api_key=None).chat.completions.create(model="m"))


# --- validation ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("validation", ["warn", "off"])
async def test_without_strictness_what_was_given_is_sent(
    connect: Connect, validation: str, caplog: pytest.LogCaptureFixture
) -> None:
    given: dict[str, Any] = {
        "model": "m",
        "messages": [{"role": "robot", "content": "x", "new": None}],
        "temperature": "0.5",
        "max_token": 5,
    }
    assert await body_of(connect, settings={"validation": validation}, **given, n=None) == given
    told = [record for record in caplog.records if record.name == "typed_openai"]
    assert len(told) == (1 if validation == "warn" else 0)
    if told:
        assert told[0].levelno == logging.WARNING
        for part in ("chat.completions.create", "max_token", "did you mean 'max_tokens'", "temperature", "messages[0]"):
            assert part in told[0].getMessage()


async def test_warn_says_nothing_when_all_is_well(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    assert await body_of(connect, settings={"validation": "warn"}, **HELLO) == HELLO
    assert [record for record in caplog.records if record.name == "typed_openai"] == []


async def test_models_in_unchecked_arguments_are_sent_as_their_caller_set_them(connect: Connect) -> None:
    body = await body_of(
        connect, settings={"validation": "off"}, model="m", messages=(UserMessage(content="hello"),), stop=NULL, n=None
    )
    assert body == {**HELLO, "stop": None}


async def test_validation_may_be_changed_for_one_call(connect: Connect) -> None:
    wire = Wire()
    client = connect(wire)
    await done(client.with_options(validation="off").chat.completions.create(**HELLO, new=1))
    assert wire.body["new"] == 1
    with pytest.raises(RequestValidationError):
        await done(client.chat.completions.create(**HELLO, new=1))
