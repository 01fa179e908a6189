"""Where a fault is, by the declaration: the path that the caller wrote, and the models that could stand there. Pure.

pydantic's locations name union members amid fields (`tools.0.function.function`: the first is a tag, the second a
field), which nothing but the declaration tells apart. `place_of` walks both together.

Runs only when a request is refused. Weak spot: it goes by how pydantic builds locations; where that does not fit, it
gives None, and the caller guesses from the value (`faults.path_of`).
"""

from __future__ import annotations

import re
import sys
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, Discriminator, Tag
from pydantic.fields import FieldInfo
from typing_extensions import TypeAliasType

from typed_openai.models.base import Tagged, literal_values

Step = int | str


class Place(NamedTuple):
    """One place in what was given."""

    path: str
    """As the caller writes it: `tools[0].function.name`."""

    owner: type[BaseModel] | None
    """The model that the last name of the path belongs to, or would."""

    form: Any
    """What is declared for the place; None when nothing is."""

    tag: Step | None = None
    """By which tag the owner was chosen among others; None when there was no choice."""


def place_of(model: type[BaseModel], location: Sequence[Step]) -> Place | None:
    """The place of a location that came from checking something against `model`; None when they do not fit."""
    return _walk(model, list(location), Place("", None, model))


def fields_of(model: type[BaseModel]) -> dict[str, Any]:
    """What is declared for each name that callers write."""
    return {info.alias or name: _declared(info, model) for name, info in model.__pydantic_fields__.items()}


def models_in(form: Any) -> Iterator[type[BaseModel]]:
    """The models that may stand in a place themselves, at whatever depth of unions."""
    for member in _members(form):
        bare = _bare(member)
        if isinstance(bare, type) and issubclass(bare, BaseModel):
            yield bare


def element_of(form: Any) -> Any:
    """What is declared for the elements of a list; of anything else itself."""
    for member in _members(form):
        bare = _bare(member)
        if get_origin(bare) is list:
            return get_args(bare)[0]
    return form


def tags_in(form: Any, field: str) -> list[str]:
    """The values by which the models in a place are told apart."""
    fields = [fields_of(model).get(field) for model in models_in(form)]
    return list(dict.fromkeys(str(value) for each in fields for value in _literals(each)))


def _walk(form: Any, rest: list[Step], at: Place) -> Place | None:
    while isinstance(form, TypeAliasType):
        form = form.__value__
    if not rest:
        return at._replace(form=form)
    inner, marks = _parted(form)
    origin = get_origin(inner)
    if origin in (Union, types.UnionType):
        chosen = _chosen(inner, marks, rest[0])
        if chosen is None:
            return None
        member, is_step = chosen
        return _walk(member, rest[1:], at._replace(tag=rest[0])) if is_step else _walk(member, rest, at)
    if isinstance(inner, type) and issubclass(inner, BaseModel):
        return _field(inner, rest, at)
    step, arguments = rest[0], get_args(inner)
    if isinstance(step, int) and arguments and origin not in (dict, Mapping):
        return _walk(arguments[0], rest[1:], Place(f"{at.path}[{step}]", None, arguments[0]))
    if origin in (dict, Mapping):
        after = rest[2:] if rest[1:2] == ["[key]"] else rest[1:]
        return _walk(arguments[1], after, Place(_joined(at.path, step), None, arguments[1]))
    return at._replace(form=form)  # steps inside of what pydantic checks as a whole


def _field(model: type[BaseModel], rest: list[Step], at: Place) -> Place | None:
    if not isinstance(rest[0], str):
        return None
    known = fields_of(model)
    form = known.get(rest[0], known.get(_alias(model, rest[0])))
    here = Place(_joined(at.path, rest[0]), model, form, at.tag)
    if form is None:
        return here if len(rest) == 1 else None
    found = _walk(form, rest[1:], here._replace(tag=None))
    return here if found is not None and found.path == here.path and len(rest) == 1 else found


def _chosen(union: Any, marks: tuple[Any, ...], step: Step) -> tuple[Any, bool] | None:
    """The member that a step names, and whether it was a step at all (that of an optional value is none)."""
    members = [member for member in get_args(union) if member is not types.NoneType]
    if any(isinstance(mark, Discriminator | Tagged) or getattr(mark, "discriminator", None) for mark in marks):
        tagged = [member for member in members if step in _tags(member)]
        return (tagged[0], True) if tagged else None
    if len(members) == 1:
        return members[0], False
    labelled = max(members, key=lambda member: _fit(member, str(step)))
    return (labelled, True) if _fit(labelled, str(step)) else None


def _fit(member: Any, label: str) -> int:
    """How well a label that pydantic made up (`list[str]`, `constrained-int`, `function-wrap[f()]`) fits a member."""
    bare, marks = _parted(member)
    if label.startswith("is-instance["):
        return int(label == f"is-instance[{getattr(bare, '__name__', '')}]")
    if label.startswith("literal["):
        return int(any(True for _ in _literals(member)))
    kind = getattr(get_origin(bare), "__name__", "")
    if kind and label.startswith(f"{kind}["):
        return 3
    names = {model.__name__ for model in models_in(member)} or {getattr(bare, "__name__", "")}
    if not names.isdisjoint(re.findall(r"\w+", label)):
        return 2
    return int("[" in label and (bool(marks) or not isinstance(bare, type)))


def _parted(form: Any) -> tuple[Any, tuple[Any, ...]]:
    """A form without what is annotated to it, and that."""
    marks: list[Any] = []
    while get_origin(form) is Annotated or isinstance(form, TypeAliasType):
        if isinstance(form, TypeAliasType):
            form = form.__value__
        else:
            form, *more = get_args(form)
            marks += more
    return form, tuple(marks)


def _bare(form: Any) -> Any:
    return _parted(form)[0]


def _members(form: Any) -> Iterator[Any]:
    bare, marks = _parted(form)
    if get_origin(bare) in (Union, types.UnionType):
        for member in get_args(bare):
            yield from _members(member)
    else:
        yield Annotated[bare, *marks] if marks else bare


def _tags(form: Any) -> set[Step]:
    """By what a discriminated union names a member: a `Tag`, else the values of the fields that are constants."""
    tags: set[Step] = {mark.tag for mark in _parted(form)[1] if isinstance(mark, Tag)}
    if not tags:
        for model in models_in(form):
            tags |= {str(value) for each in fields_of(model).values() for value in _literals(each)}
    return tags


def _literals(form: Any) -> Iterable[object]:
    for member in _members(form):
        yield from literal_values(_bare(member))


def _declared(info: FieldInfo, model: type[BaseModel]) -> Any:
    marks = [*info.metadata, *([info] if info.discriminator is not None else [])]
    form: Any = info.annotation
    if get_origin(form) is list and isinstance(get_args(form)[0], str):  # a model that holds itself names itself
        form = list[vars(sys.modules[model.__module__])[get_args(form)[0]]]  # type: ignore[misc]  # known at run time
    return Annotated[form, *marks] if marks else form


def _alias(model: type[BaseModel], name: str) -> str:
    info = model.__pydantic_fields__.get(name)
    return name if info is None else info.alias or name


def _joined(path: str, step: Step) -> str:
    return f"{path}.{step}" if path else str(step)
