"""Field by field, what the official package 3.57.0 has in the areas that are here is here.

Two walks. The table of names (`typed_openai/types/names.json`) pairs classes: each field of an official result is an
attribute of ours (None when it was not sent), each key of an official TypedDict is taken by ours. The walk from the
operations pairs what they take and give, and what stands in the same places below; members of unions are paired by what
names them.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import re
import sys
import typing
from collections.abc import Iterator
from typing import Any, get_type_hints

import openai
import pytest
from pydantic import BaseModel
from typing_extensions import is_typeddict

from tests.interop.declared import declared_operations
from tools.official_names import Pairs, bare, fields, is_shape, members
from typed_openai import OpenAI
from typed_openai.core.answer.tolerant import read
from typed_openai.core.declare.endpoint import Endpoint
from typed_openai.core.declare.flow_methods import FlowMethod
from typed_openai.core.declare.resource import Nested
from typed_openai.core.declare.signature import union_of
from typed_openai.dict_forms.official_names import found_at, table
from typed_openai.models.base import Result
from typed_openai.models.shape import Shape
from typed_openai.resources import Resources

Pair = tuple[Any, type[BaseModel]]
"""An official class, and ours for it."""
IN_THE_PATH = (
    r"(thread|run|conversation|vector_store|eval|session|subagent|vault|workload_identity_provider|project)_id"
)
ELSEWHERE = {
    r"(EnvironmentCreate|EventCreate)Params\.idempotency_key": "an option of every call that makes something",
    rf"\w*Params\w*\.{IN_THE_PATH}": "a parameter of the path, which the call takes beside the others",
    r"\w*Params\w*\.betas": "an option of calls of an area in beta",
}
"""What our class for an official one does not have: a pattern of `Class.field`, and why."""
NOT_TAKEN = {
    r"beta\.agents\.sessions\.create: (output_type|tool_handlers)": "`agent_text_format(T)` says the "
    "form of answers, and `sessions.stream(output_type=T, tools=...)` reads them and calls functions",
    r"(chat\.completions|responses)\.parse: (stream_options|stream|background)": "parse waits for the whole answer",
    r"responses\.parse: verbosity": "Responses take it in `text`; at the top the service refuses it",
    r"responses\.parse: parse_as": "`json_schema_for(T).read(response.output_text)` reads what was asked for otherwise",
}
"""Parameters that our call of the same name does not take, and why."""


def lacking(official: Any, ours: type[BaseModel]) -> list[str]:
    """The fields of an official class that ours does not have, but for those with a reason."""
    known = {*fields(ours), *ours.__pydantic_fields__}
    if not is_typeddict(official):
        known |= set(dir(ours))
    else:
        known |= set(getattr(ours, "output_only", ()))
    names = list(fields(official)) if is_typeddict(official) else [*official.model_fields]
    missing = [name for name in names if name not in known]
    return [
        f"{official.__module__}.{official.__name__}.{name} (ours: {ours.__name__})"
        for name in missing
        if not any(re.fullmatch(pattern, f"{official.__name__}.{name}") for pattern in ELSEWHERE)
    ]


def named_pairs() -> Iterator[Pair]:
    """The pairs of the table of names."""
    for place, names in table().items():
        module = importlib.import_module(f"openai.types.{place}".rstrip("."))
        for name, value in names.items():
            official = bare(getattr(module, name))
            if is_shape(official) and isinstance(value, str) and ":" in value and is_shape(found_at(value)):
                yield official, found_at(value)  # what `parse` gives is not a model: it holds one


def test_every_field_of_a_named_class_is_here() -> None:
    pairs = dict.fromkeys(named_pairs())
    assert len(pairs) > 1200
    assert [line for official, ours in pairs for line in lacking(official, ours)] == []


def test_what_was_not_sent_reads_as_none_or_as_nothing() -> None:
    seen = 0
    for official, ours in dict.fromkeys(named_pairs()):
        if is_typeddict(official) or not issubclass(ours, Result):
            continue
        empty = read(ours, {}, "", [])
        for name in set(official.model_fields):
            seen += 1
            if issubclass(ours, Shape) and name in ours.constants:
                continue  # it names the shape, also where a server leaves it out
            assert getattr(empty, name) in (None, [], {}, False, "", 0), f"{ours.__name__}.{name}"
    assert seen > 2900


def test_a_reason_stands_for_something_that_is_not_here() -> None:
    names = {
        f"{official.__name__}.{name}"
        for official, ours in named_pairs()
        for name in {*fields(official)} - {*fields(ours), *ours.__pydantic_fields__}
    }
    assert [pattern for pattern in ELSEWHERE if not any(re.fullmatch(pattern, name) for name in names)] == []


# -- from the operations down ------------------------------------------------------------------------------------------


@functools.cache
def official_method(title: str) -> Any:
    """The official function of an operation, None where there is none."""
    client: Any = openai.OpenAI(api_key="sk-x")
    *place, name = title.split(".")
    found = getattr(type(functools.reduce(getattr, place, client)), name, None)
    return None if found is None else inspect.unwrap(found)


def official_types(title: str) -> dict[str, Any]:
    """Parameters and `return` of an official operation, as types."""
    function = official_method(title)
    return get_type_hints(function, vars(sys.modules[function.__module__]), {}, include_extras=True)


def is_official(title: str) -> bool:
    try:
        return official_method(title) is not None
    except AttributeError:
        return False


OPERATIONS = {
    title: endpoint
    for title, endpoint in declared_operations().items()
    if endpoint.events_at is None and is_official(title)
}


def beginnings(title: str, endpoint: Endpoint) -> Iterator[tuple[Any, Any]]:
    """What an operation gives and takes, there and here, as annotations."""
    types = official_types(title)
    result = endpoint.result if endpoint.page is None else typing.get_args(endpoint.result)[0]
    events = [] if endpoint.stream is None else [getattr(endpoint.stream.event, "__value__", endpoint.stream.event)]
    yield types.get("return"), union_of([result, *(endpoint.results or {}).values(), *events])
    if endpoint.params is not None:
        for name, annotation in fields(endpoint.params).items():
            if name in types:
                yield types[name], annotation


def below(theirs: Any, mine: Any, seen: set[Pair]) -> Iterator[Pair]:
    """The pairs that stand in the place of two annotations, and below."""
    ours = [kind for kind in members(mine) if is_shape(kind)]
    for official in members(theirs):
        if not is_shape(official) or not official.__module__.startswith("openai.types"):
            continue
        alike = sorted(ours, key=lambda cls: Pairs.likeness(official, cls), reverse=True)
        if alike and Pairs.likeness(official, alike[0]) > 0.3 and (official, alike[0]) not in seen:
            seen.add((official, alike[0]))
            yield official, alike[0]
            known = fields(alike[0])
            for name, annotation in fields(official).items():
                if name in known:
                    yield from below(annotation, known[name], seen)


def helpers() -> Iterator[str]:
    """The operations of several steps that the official package has too."""
    waiting: list[type] = [Resources]
    while waiting:
        for member in vars(waiting.pop()).values():
            if isinstance(member, Nested):
                waiting.append(member.load())
            elif isinstance(member, FlowMethod) and is_official(member.title):
                yield member.title


CALLS = sorted({*filter(is_official, declared_operations()), *helpers()})


@pytest.mark.parametrize("title", CALLS)
def test_every_parameter_of_an_official_call_is_taken(title: str) -> None:
    ours: Any = functools.reduce(getattr, title.split("."), OpenAI(api_key="sk-x"))
    known = {*inspect.signature(ours).parameters, "self", "extra_headers", "extra_query", "extra_body", "timeout"}
    official = inspect.signature(official_method(title)).parameters
    missing = [f"{title}: {name}" for name in official if name not in known]
    assert [line for line in missing if not any(re.fullmatch(pattern, line) for pattern in NOT_TAKEN)] == []


def test_enough_calls_are_walked() -> None:
    assert len(CALLS) > 120
    assert len(OPERATIONS) > 100


def test_every_field_below_an_operation_is_here() -> None:
    seen: set[Pair] = set()
    found: list[str] = []
    for title, endpoint in OPERATIONS.items():
        for theirs, mine in beginnings(title, endpoint):
            for official, ours in below(theirs, mine, seen):
                found += [f"{title}: {line}" for line in lacking(official, ours)]
    assert len(seen) > 700
    assert found == []
