"""What waits in a union behaves as if it did not: true of every union of the package of which members wait."""

from __future__ import annotations

import functools
import json
import operator
import pickle
import random
import sys
import threading
import types
from collections.abc import Callable, Iterator
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError
from typing_extensions import TypeAliasType

from tests.conformance.filled import classes, filled
from typed_openai.models.base import Model, Open, Result, Tagged, UnknownTag, literal_values
from typed_openai.models.deferred import LATER

ROUNDS = 6
NO_OBJECT = ("model_attributes_type", "dict_type")
ODD: tuple[Any, ...] = (None, 5, "x", {}, [], {"type": "text"}, 1.5, True)


def aliased(form: Any) -> Any:
    return getattr(form, "__value__", form)


def forms() -> Iterator[tuple[str, Any]]:
    """Every annotation of a field, and every alias, by where it stands."""
    for model in classes(Model):
        for name, info in model.__pydantic_fields__.items():
            form: Any = info.annotation
            yield f"{model.__name__}.{name}", Annotated[form, *info.metadata] if info.metadata else form
    for name, module in sorted(sys.modules.items()):
        if name.startswith("typed_openai.models."):
            for alias, value in vars(module).items():
                if get_origin(aliased(value)) is not None and not isinstance(value, type):
                    yield alias, value


def parts(form: Any) -> Iterator[Any]:
    """A form and all that stands in it."""
    form = aliased(form)
    yield form
    for inner in get_args(form):
        if not isinstance(inner, str):
            yield from parts(inner)


def waits(form: Any) -> bool:
    marks = getattr(form, "__metadata__", ())
    return LATER in marks or any(isinstance(mark, Tagged) and mark.first is not None for mark in marks)


def undeferred(form: Any) -> Any:
    """The same form, of which nothing waits."""
    if isinstance(form, TypeAliasType):
        return TypeAliasType(form.__name__, undeferred(form.__value__))
    if get_origin(form) is Annotated:
        inner, *marks = get_args(form)
        kept = [
            Tagged(mark.field, mark.default) if isinstance(mark, Tagged) else mark
            for mark in marks
            if mark is not LATER
        ]
        return Annotated[undeferred(inner), *kept] if kept else undeferred(inner)
    if get_origin(form) in (Union, types.UnionType):
        return functools.reduce(operator.or_, map(undeferred, get_args(form)))
    if get_origin(form) is list:
        return list[undeferred(get_args(form)[0])]  # type: ignore[misc]  # made at run time
    return form


@cache
def deferring() -> dict[str, Any]:
    """The outermost forms in which something waits, by where they stand."""
    found: dict[str, Any] = {}
    for place, form in forms():
        if any(map(waits, parts(form))) and not any(form == other for other in found.values()):
            found[place] = form
    return found


def models_in(form: Any) -> list[type[BaseModel]]:
    found = [each for each in parts(form) if isinstance(each, type) and issubclass(each, BaseModel)]
    return list(dict.fromkeys(found))


def said(model: type[BaseModel], chance: random.Random) -> dict[str, Any]:
    """Data for a model that says what it is; some of it is not as it should be."""
    data = filled(model, chance, ODD)
    for name, info in model.__pydantic_fields__.items():
        values = [value for each in (info.annotation, *get_args(info.annotation)) for value in literal_values(each)]
        if values and chance.random() < 0.97:
            data[info.alias or name] = chance.choice(values)
        elif info.is_required() and info.annotation is str and chance.random() < 0.8:
            data[info.alias or name] = "text"
    return data


def outcome(read: Callable[..., Any], data: Any, **how: Any) -> Any:
    """What came of it, or what is wrong with it; pydantic has two types of error for what is no object of JSON."""
    try:
        found = read(data, **how)
    except ValidationError as error:
        wrong = error.errors(include_url=False)
        swap = NO_OBJECT if isinstance(data, str | bytes) else ("", "")
        return [(each["type"].replace(*swap), place_of(each), each["msg"], repr(each["input"])) for each in wrong]
    return plain(found)


def place_of(error: Any) -> list[Any]:
    """Where an error is; of a member of a union to which pydantic gave a name, that it is one."""
    return ["a member" if isinstance(step, str) and "[" in step else step for step in error["loc"]]


def plain(value: Any) -> Any:
    """A value with the classes that it is of, and what was said of each."""
    if isinstance(value, BaseModel):
        inside = {name: plain(each) for name, each in value}
        return type(value), inside, value.model_fields_set
    return [plain(each) for each in value] if isinstance(value, list) else (type(value), repr(value))


def in_lists(form: Any, data: Any) -> Iterator[Any]:
    yield data
    yield [data, data]


PLACES = list(deferring())


def test_there_are_unions_that_wait() -> None:
    assert len(PLACES) > 10


@pytest.mark.parametrize("place", PLACES)
def test_what_waits_is_read_and_given_as_if_it_did_not(place: str) -> None:
    form = deferring()[place]
    late, whole = TypeAdapter(form).validator, TypeAdapter(undeferred(form)).validator
    chance = random.Random(place)
    for model in models_in(form):
        for _ in range(ROUNDS):
            for data in in_lists(form, said(model, chance)):
                text = json.dumps(data)
                for strict in (True, None):
                    assert outcome(late.validate_json, text, strict=strict) == outcome(
                        whole.validate_json, text, strict=strict
                    )
                    assert outcome(late.validate_python, data, strict=strict) == outcome(
                        whole.validate_python, data, strict=strict
                    )


@pytest.mark.parametrize("place", PLACES)
def test_what_waits_is_dumped_and_kept_as_if_it_did_not(place: str) -> None:
    form = deferring()[place]
    late, whole = TypeAdapter(form), TypeAdapter(undeferred(form))
    chance = random.Random(place)
    seen = 0
    for model in models_in(form):
        for _ in range(max(ROUNDS, 120 // len(models_in(form)))):
            for data in in_lists(form, said(model, chance)):
                try:
                    value = whole.validate_json(json.dumps(data), strict=True)
                except ValidationError:
                    continue
                seen += 1
                assert pickle.loads(pickle.dumps(value)) == value
                for mode in ("python", "json"):
                    assert late.dump_python(value, mode=mode, exclude_unset=True) == whole.dump_python(
                        value, mode=mode, exclude_unset=True
                    )
                assert late.dump_json(value) == whole.dump_json(value)
    assert seen


@pytest.mark.parametrize("mode", ["validation", "serialization"])
@pytest.mark.parametrize("place", PLACES)
def test_what_waits_has_its_json_schema(place: str, mode: Literal["validation", "serialization"]) -> None:
    form = deferring()[place]
    assert TypeAdapter(form).json_schema(mode=mode) == TypeAdapter(undeferred(form)).json_schema(mode=mode)


def counting_unions(schema: Any, above: bool = False) -> Iterator[str]:
    """Where something that waits stands in a union that chooses by how many fields it sees."""
    kind = schema["type"]
    if kind in ("function-plain", "lax-or-strict") and above:
        plain_function = schema if kind == "function-plain" else schema["lax_schema"]
        if plain_function["type"] == "function-plain":
            yield str(plain_function["function"]["function"].__qualname__)
    objects = [each for each in schema.get("choices", ()) if kind == "union" and is_object_of(each)]
    smart = kind == "union" and schema.get("mode", "smart") == "smart" and len(objects) > 1
    for inner in schema.values():
        for each in inner.values() if isinstance(inner, dict) and "type" not in inner else [inner]:
            for one in each if isinstance(each, list) else [each]:
                if isinstance(one, dict) and isinstance(one.get("type"), str):
                    yield from counting_unions(one, above or smart)


def is_object_of(schema: Any) -> bool:
    schema = schema[0] if isinstance(schema, tuple) else schema
    return schema["type"] not in ("str", "int", "float", "bool", "none", "literal", "list")


def test_no_union_that_counts_fields_stands_above_what_waits() -> None:
    places = {place: [*counting_unions(TypeAdapter(form).core_schema)] for place, form in deferring().items()}
    assert {place: found for place, found in places.items() if found} == {}


def test_the_walk_finds_a_union_that_counts_fields() -> None:
    loose: Any = functools.reduce(operator.or_, (deferring()["Tool"], Apple))
    assert [*counting_unions(TypeAdapter(loose).core_schema)]


# --- unions made here ------------------------------------------------------------------------------------------------


class Apple(Result):
    type: Open[Literal["apple"]]
    weight: int


def fresh() -> Any:
    """A union of which nothing has come yet."""

    class Pear(Result):
        type: Open[Literal["pear"]]
        weight: int

    class Unknown(Result):
        type: UnknownTag

    union = Annotated[Apple | Pear | Unknown, Tagged("type", first=("apple",))]
    return Pear, Unknown, TypeAdapter(union)


def test_what_waits_is_built_when_it_first_comes_and_not_before() -> None:
    pear, unknown, adapter = fresh()
    assert type(adapter.validate_json('{"type": "apple", "weight": 1}', strict=True)) is Apple
    assert type(adapter.validate_json('{"type": "plum", "weight": 1}', strict=True)) is unknown
    assert not pear.__pydantic_complete__
    assert type(adapter.validate_json('{"type": "pear", "weight": 1}', strict=True)) is pear
    assert pear.__pydantic_complete__


def test_a_broken_object_of_a_kind_that_waits_is_an_error_and_never_unknown() -> None:
    _, _, adapter = fresh()
    with pytest.raises(ValidationError, match="weight") as caught:
        adapter.validate_json('{"type": "pear", "weight": "heavy"}', strict=True)
    assert ("pear", "weight") in [error["loc"][-2:] for error in caught.value.errors()]


def test_threads_that_meet_a_new_kind_at_once_all_read_it() -> None:
    for _ in range(20):
        pear, _, adapter = fresh()
        found: list[Any] = []
        ready = threading.Barrier(6)

        def read(adapter: Any = adapter, ready: Any = ready, found: Any = found) -> None:
            ready.wait()
            found.append(adapter.validate_json('{"type": "pear", "weight": 3}', strict=True))

        threads = [threading.Thread(target=read) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [type(each) for each in found] == [pear] * 6
        assert {each.weight for each in found} == {3}
