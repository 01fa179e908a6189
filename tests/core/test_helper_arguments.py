"""What an operation of several steps says of arguments that it does not take: which, where, and what was meant.

Every one of them is tried, in both colours, with each of its arguments misspelt; nothing may have been sent.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest

import typed_openai.resources
from tests.canned import Connect, Wire, done
from typed_openai import RequestValidationError
from typed_openai.core.declare.flow_methods import FlowMethod
from typed_openai.core.declare.resource import Resource


def helpers() -> Iterator[FlowMethod]:
    """All operations of several steps that there are."""
    for module in pkgutil.iter_modules(typed_openai.resources.__path__):
        for kind in vars(importlib.import_module(f"typed_openai.resources.{module.name}")).values():
            if isinstance(kind, type) and issubclass(kind, Resource) and not kind.is_async:
                yield from (each for each in vars(kind).values() if isinstance(each, FlowMethod))


def own(helper: FlowMethod) -> list[inspect.Parameter]:
    return [item for item in helper.own_parameters if item.kind is not item.VAR_KEYWORD]


HELPERS = {each.title: each for each in helpers()}


def required(helper: FlowMethod) -> dict[str, Any]:
    return {item.name: "x" for item in own(helper) if item.default is item.empty}


async def refusal(connect: Connect, helper: FlowMethod, *args: Any, **given: Any) -> RequestValidationError:
    wire = Wire()
    assert helper.owner is not None
    resource = (helper.owner.awaited if connect.is_async else helper.owner)(connect(wire))
    with pytest.raises(RequestValidationError) as caught:
        await done(getattr(resource, helper.name)(*args, **given))
    assert wire.requests == []
    assert caught.value.operation == helper.title
    return caught.value


def test_there_are_as_many_as_there_should_be() -> None:
    assert len(HELPERS) >= 35


@pytest.mark.parametrize("title", sorted(HELPERS))
async def test_a_misspelt_argument_is_told_with_the_one_that_was_meant(connect: Connect, title: str) -> None:
    helper = HELPERS[title]
    for item in own(helper):
        given, wrong = required(helper), item.name + item.name[-1]
        given.pop(item.name, None)
        error = await refusal(connect, helper, **given, **{wrong: "x"})
        faults = {fault.path: fault for fault in error.faults}
        assert faults[wrong].hint == f"did you mean {item.name!r}?"
        if item.default is item.empty:
            missing = faults[item.name]
            assert (missing.allowed, missing.given) == ("required", "nothing")
            assert missing.hint == f"did you mean it by {wrong!r}?"


@pytest.mark.parametrize("title", sorted(HELPERS))
async def test_what_is_missing_and_what_is_twice_is_told(connect: Connect, title: str) -> None:
    helper = HELPERS[title]
    for name in required(helper):
        given = {each: value for each, value in required(helper).items() if each != name}
        error = await refusal(connect, helper, **given)
        assert (error.faults[0].path, error.faults[0].allowed, error.faults[0].given) == (name, "required", "nothing")
    for first in own(helper)[:1]:
        if first.kind is not first.POSITIONAL_OR_KEYWORD:
            continue
        error = await refusal(connect, helper, "x", **{**required(helper), first.name: "x"})
        assert (error.faults[0].path, error.faults[0].allowed) == (first.name, "once")


@pytest.mark.parametrize(
    "title", sorted(title for title, each in HELPERS.items() if len(own(each)) == len(each.own_parameters))
)
async def test_a_name_like_no_other_is_told_with_those_that_there_are(connect: Connect, title: str) -> None:
    helper = HELPERS[title]
    error = await refusal(connect, helper, **required(helper), zzzz=1)
    assert str(error.faults[0]) == f"zzzz: no such parameter (there are {', '.join(item.name for item in own(helper))})"


@pytest.mark.parametrize("title", sorted(HELPERS))
async def test_too_many_by_position_are_refused_as_operations_refuse_them(connect: Connect, title: str) -> None:
    helper = HELPERS[title]
    assert helper.owner is not None
    resource = (helper.owner.awaited if connect.is_async else helper.owner)(connect(Wire()))
    with pytest.raises(TypeError, match=rf"{title}\(\) takes \d+ positional arguments, got 9"):
        await done(getattr(resource, helper.name)(*"x" * 9))


@pytest.mark.parametrize("name", ["concurency", "chekpoint", "orderd"])
async def test_many_at_once_tell_the_option_that_was_meant(connect: Connect, name: str) -> None:
    client = connect(Wire())
    with pytest.raises(RequestValidationError, match=rf"client\.map: .*\n  {name}: no such option \(did you mean '"):
        client.map([], **{name: 1})


async def test_bulk_tells_the_option_that_was_meant(connect: Connect, tmp_path: Any) -> None:
    with pytest.raises(RequestValidationError, match=r"concurency: no such option \(did you mean 'concurrency'\?\)"):
        await done(connect(Wire()).bulk([], tmp_path / "out.jsonl", concurency=2))


async def test_options_of_tool_loops_are_known_too(connect: Connect) -> None:
    error = await refusal(connect, HELPERS["responses.run_tools"], tools=[], max_round=3, deadlin=3)
    assert [fault.hint for fault in error.faults] == ["did you mean 'max_rounds'?", "did you mean 'deadline'?"]


async def test_what_only_the_server_knows_goes_through_where_nothing_is_checked(connect: Connect) -> None:
    wire = Wire()
    client = connect(wire, validation="off")
    messages = [{"role": "user", "content": "x"}]
    await done(client.chat.completions.run_tools(model="m", messages=messages, tools=[], max_round=3))
    assert wire.body["max_round"] == 3
