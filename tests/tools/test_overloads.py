"""Overloads of operations whose result depends on the value of a parameter: formats, streams, and both at once."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, Generic, Literal, get_args

import pytest
from pydantic import StrictBool

from tools.stubgen.overloads import signatures
from typed_openai.core.answer.managers import StreamedResponseManager
from typed_openai.core.answer.raw import APIResponse, Binary
from typed_openai.core.declare.endpoint import Endpoint
from typed_openai.core.declare.event_kinds import EventKind, TypedEventKind
from typed_openai.core.declare.signature import signature_of
from typed_openai.core.declare.verbs import Resource, post
from typed_openai.models.base import Null, Nullable, Params, Result, T, TypeLike
from typed_openai.streaming.accumulator import Accumulator
from typed_openai.streaming.stream import AsyncStream, Stream

Format = Literal["short", "long", "text", "lines"]


class PrintParams(Params):
    """How to print a book."""

    title: str
    format: Format | None = None
    stream: Nullable[StrictBool] = None
    sound: Literal["bytes", "events"] | None = None


class Short(Result):
    """A short answer."""


class Long(Result):
    """A long answer."""


class Page(Result):
    """A page."""


class Pages(Accumulator[Page, Short]):
    """Adds pages up."""

    event = Page


class Telling:
    """Events."""


class TellingOf(Generic[T]):
    """Events with values of a type."""


def nothing(*_: object) -> Any:
    """What a call would be read with; nobody calls here."""


TELLING = EventKind(Telling, Telling, nothing)
TELLING_OF = TypedEventKind(TellingOf, TellingOf, nothing)
FORMATS: Mapping[tuple[str, object], Any] = {
    ("format", "long"): Long,
    ("format", "text"): str,
    ("format", "lines"): str,
}


class Press(Resource):
    """Prints books."""

    path = "press"

    alike = post("/alike", PrintParams, Short)
    copy = post("/copy", PrintParams, Short, results=FORMATS)
    create = post("/print", PrintParams, Short, stream=Pages, results=FORMATS)
    tell = post("/tell", PrintParams, Short, stream=Pages, events=TELLING, typed=("format", TELLING_OF))
    tell_more = post("/tell", PrintParams, Short, stream=Pages, events=TELLING, typed=("kind", TELLING_OF))
    speak = post("/speak", PrintParams, Binary, stream=Pages, stream_on=("sound", "events"))


def endpoint(name: str) -> Endpoint:
    found: Endpoint = vars(Press)[name]
    return found


def rows(name: str, *parameters: str, is_async: bool = False, mode: Any = "plain") -> list[tuple[Any, ...]]:
    """For each overload by name: the annotations of these parameters, whether they must be given, and the result."""
    found = signatures(endpoint(name), is_async, mode)
    by_name = found[: len(found) // 2]
    return [
        (*(shown(signature.parameters[each]) for each in parameters), signature.return_annotation)
        for signature in by_name
    ]


def shown(parameter: inspect.Parameter) -> Any:
    """The annotation; in a tuple where there is no default."""
    return (parameter.annotation,) if parameter.default is parameter.empty else parameter.annotation


def test_each_result_has_its_overload_and_one_gives_any_of_them() -> None:
    assert rows("copy", "format") == [
        (Literal["short"] | None, Short),
        ((Literal["long"],), Long),
        ((Literal["text", "lines"],), str),
        ((Format | None,), Short | Long | str),
    ]


def test_a_params_object_says_the_format_beside_it() -> None:
    found = signatures(endpoint("copy"), False, "plain")
    by_object = found[len(found) // 2 : -1]
    assert [list(each.parameters)[:2] for each in by_object] == [["params", "format"]] * 4
    assert [each.return_annotation for each in by_object] == [Short, Long, str, Short | Long | str]


def test_streams_come_after_the_results_and_do_not_care_for_the_format() -> None:
    off, on, unknown = Literal[False], (Literal[True],), (bool | Null | None,)
    anything = Short | Long | str
    found = [(*row[1:], row[0]) for row in rows("create", "stream", "format")]
    assert [row[0] for row in found] == [
        Literal["short"] | None,
        (Literal["long"],),
        (Literal["text", "lines"],),
        (Format | None,),
        Format | None,
        Format | None,
    ]
    assert [row[1] for row in found] == [Short, Long, str, anything, Stream[Page], anything | Stream[Page]]
    assert all(off in getattr(row[2], "__args__", ()) for row in found[:4])
    assert [row[2] for row in found[4:]] == [on, unknown]


def test_a_stream_may_be_asked_for_by_another_parameter_and_value() -> None:
    assert rows("speak", "sound", is_async=True) == [
        (Literal["bytes"] | None, Binary),
        ((Literal["events"],), AsyncStream[Page]),
        ((Literal["bytes", "events"] | None,), Binary | AsyncStream[Page]),
    ]


@pytest.mark.parametrize(("name", "parameter"), [("tell", "format"), ("tell_more", "kind")])
def test_a_parameter_that_may_name_a_type_has_an_overload_for_types(name: str, parameter: str) -> None:
    found = signatures(endpoint(name), False, "plain")
    of_type: Any = TellingOf
    assert [each.return_annotation for each in found] == [Telling, of_type[T]] * 2 + [Telling]
    for with_type in found[1::2]:
        assert shown(with_type.parameters[parameter]) == (TypeLike,)
    assert found[0].parameters[parameter].annotation == (None if parameter == "kind" else Format | None)
    assert found[0].parameters[parameter].default is None
    both = signature_of(endpoint(name))
    assert set(get_args(both.return_annotation)) == {Telling, of_type[T]}
    assert set(get_args(both.parameters[parameter].annotation)) > set(get_args(TypeLike))


def test_raw_and_streaming_modes_wrap_each_result() -> None:
    assert [row[1] for row in rows("copy", "format", mode="raw")][:3] == [
        APIResponse[Short],
        APIResponse[Long],
        APIResponse[str],
    ]
    assert [row[1] for row in rows("create", "format", mode="streaming")][2] == StreamedResponseManager[str]
    assert rows("create", "format", mode="streaming")[4][1] == StreamedResponseManager[Stream[Page]]


def test_the_run_time_signature_names_every_result() -> None:
    assert signature_of(endpoint("copy")).return_annotation == Short | Long | str
    assert signature_of(endpoint("create")).return_annotation == Short | Long | str | Stream[Page]


@pytest.mark.parametrize(("name", "deciding", "plain"), [("copy", ["format"], Short), ("tell", ["format"], Telling)])
def test_a_dict_of_any_options_gives_the_plain_result(name: str, deciding: list[str], plain: type) -> None:
    last = signatures(endpoint(name), False, "plain")[-1]
    only_open, *off, options = last.parameters.values()
    assert only_open.default is only_open.empty, "nobody writes it, so that nothing else fits"
    assert [each.name for each in off if each.default is None] == deciding
    assert (options.kind, options.annotation) == (options.VAR_KEYWORD, Any)
    assert last.return_annotation is plain


def test_where_every_call_gives_the_same_there_is_no_overload_for_any_options() -> None:
    assert all("_open_set" not in each.parameters for each in signatures(endpoint("alike"), False, "plain"))
