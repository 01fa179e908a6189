"""The slow path for answers that deviate: keep every value that is valid, leave the odd ones as they came, say where.

Runs only after the fast path failed. It walks data and annotations together: what validates as a whole is taken as a
whole; what does not is taken apart, down to the value that is wrong. A union takes the member that its tag names, else
the one with the fewest deviations. Required fields that are missing read as None and are not dumped. Of a field that no
repr shows (a secret), no deviation shows what came either. A member that does not say which it is, but has the field
named like its tag, is that one.

Weak spot: time, about ten times the fast path for a small answer; a server that deviates in every stream chunk pays it
for every chunk.
"""

from __future__ import annotations

import functools
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import to_json

from typed_openai.core.answer.meta import Issue
from typed_openai.core.request.faults import in_words, shown
from typed_openai.core.request.pointers import escaped
from typed_openai.models.base import Result, Tagged
from typed_openai.models.shape import CLOSED

M = TypeVar("M", bound=BaseModel)


def build(model: type[M], data: dict[str, Any], pointer: str, issues: list[Issue]) -> M:
    """An instance of `model` from JSON data, whatever the data; deviations are appended to `issues`."""
    values: dict[str, Any] = {}
    rest = dict(data)
    for name, info, kind in fields_of(model):
        key = info.alias if info.alias in rest else name
        if key in rest:
            odd: list[Issue] = []
            values[name] = _read(kind, rest.pop(key), f"{pointer}/{escaped(key)}", odd)
            issues += odd if info.repr else [issue._replace(got="[REDACTED]") for issue in odd]
        elif _is_promised(info):
            issues.append(Issue(f"{pointer}/{escaped(info.alias or name)}", "a value", "nothing"))
    found = _assembled(model, values, rest)
    if isinstance(found, Result):
        found.read_otherwise()
    return found


def _is_promised(info: FieldInfo) -> bool:
    """Whether every answer has a field; of one that goes both ways that need not be so where it is given (`Said`)."""
    return info.is_required() or info.validate_default is True


def _assembled(model: type[M], values: dict[str, Any], rest: dict[str, Any]) -> M:
    """What `model_construct` makes, also of fields that are named like its own parameters (`cls`, `_fields_set`)."""
    built = model.model_construct(set(values))
    vars(built).update(values)
    for name, info in model.__pydantic_fields__.items():
        if name not in values and _is_promised(info):
            vars(built)[name] = None
    if rest and built.__pydantic_extra__ is not None:
        built.__pydantic_extra__.update(rest)
        built.__pydantic_fields_set__.update(rest)
    return built


class Kind:
    """What an annotation says, worked out once, and no earlier than needed: it may lead back to itself."""

    def __init__(self, annotation: Any) -> None:
        self.annotation = annotation
        inner = annotation
        metadata: list[Any] = []
        while get_origin(inner) is Annotated or hasattr(inner, "__value__"):  # what the alias of a union stands for
            inner, *more = get_args(inner) if get_origin(inner) is Annotated else (inner.__value__,)
            metadata += more
        self.inner: Any = inner
        self.origin, self.arguments = get_origin(inner), get_args(inner)
        self.tagged: Tagged | None = next((item for item in metadata if isinstance(item, Tagged)), None)
        self.closed: bool = CLOSED in metadata
        self.is_model: bool = isinstance(inner, type) and issubclass(inner, BaseModel)

    @functools.cached_property
    def adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(self.annotation)

    @functools.cached_property
    def below(self) -> list[Kind]:
        """Of a list its items, of a dict its keys and values, of a union its members."""
        if self.closed and self.origin is not Literal:
            return [kind_of(Annotated[each, CLOSED]) for each in self.arguments]
        return list(map(kind_of, self.arguments))

    @functools.cached_property
    def members(self) -> tuple[dict[Any, Any], Any]:
        return ({}, None) if self.tagged is None else self.tagged.members(self.inner)


@functools.lru_cache(maxsize=2048)
def kind_of(annotation: Any) -> Kind:
    return Kind(annotation)


@functools.lru_cache(maxsize=1024)
def fields_of(model: type[BaseModel]) -> list[tuple[str, FieldInfo, Kind]]:
    if not getattr(model, "__pydantic_fields_complete__", True):
        model.model_rebuild()  # a field that leads back to its own model knows only the name of it until then
    return [(name, info, kind_of(_annotation(info))) for name, info in model.__pydantic_fields__.items()]


def _annotation(info: FieldInfo) -> Any:
    return Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation


def read(annotation: Any, value: Any, pointer: str, issues: list[Issue]) -> Any:
    """The best reading of one value."""
    return _read(kind_of(annotation), value, pointer, issues)


def _read(kind: Kind, value: Any, pointer: str, issues: list[Issue]) -> Any:
    try:
        return kind.adapter.validate_json(to_json(value), strict=True)
    except ValidationError as error:
        wrong = error
    if kind.is_model and isinstance(value, dict):
        return build(kind.inner, value, pointer, issues)
    if kind.origin is list and isinstance(value, list):
        return [_read(kind.below[0], item, f"{pointer}/{index}", issues) for index, item in enumerate(value)]
    if kind.origin is dict and isinstance(value, dict):
        return {key: _read(kind.below[1], item, f"{pointer}/{escaped(key)}", issues) for key, item in value.items()}
    if kind.arguments and kind.origin not in (None, list, dict, Literal):
        before = len(issues)
        found = _member(kind, value, pointer, issues)
        if len(issues) == before and kind.tagged is not None:  # nothing else is wrong than that no tag came
            issues.append(Issue(f"{pointer}/{escaped(kind.tagged.field)}", "a value", "nothing"))
        return found
    issues.append(Issue(pointer, in_words(str(wrong.errors(include_url=False)[0]["msg"])), shown(value)))
    return value


def _member(kind: Kind, value: Any, pointer: str, issues: list[Issue]) -> Any:
    """The member of a union that fits best."""
    if kind.tagged is not None and isinstance(value, dict):
        known, unknown = kind.members
        tag = value.get(kind.tagged.field)
        model = known.get(tag) if isinstance(tag, str) else None
        untold = [] if tag else [name for name in known if isinstance(value.get(name), dict)]
        if len(untold) == 1 and untold[0] in known[untold[0]].model_fields:
            return _untold(known[untold[0]], kind.tagged.field, untold[0], value, pointer, issues)
        if model is not None or unknown is not None:
            return read(model or unknown, value, pointer, issues)
    best: tuple[Any, list[Issue]] | None = None
    for member in kind.below:
        found: list[Issue] = []
        if isinstance(value, dict | list) and _is_container(member, value):
            candidate = (_read(member, value, pointer, found), found)
            if best is None or len(found) < len(best[1]):
                best = candidate
    if best is None:
        names = " or ".join(dict.fromkeys(name for each in kind.arguments for name in _name(each).split(" or ")))
        issues.append(Issue(pointer, names, shown(value)))
        return value
    issues.extend(best[1])
    return best[0]


def _untold(model: Any, field: str, tag: str, value: dict[str, Any], pointer: str, issues: list[Issue]) -> Any:
    """A member of a union whose server left out what it is, where a field named like the tag tells: a call with a
    `function` is a function call. The tag can be read then, and is not dumped."""
    found = read(model, value, pointer, issues)
    if field not in value:
        vars(found)[field] = tag
    return found


def _is_container(kind: Kind, value: object) -> bool:
    if isinstance(value, list):
        return kind.origin is list
    return kind.is_model or kind.origin not in (list, None)


_WORDS = {
    str: "a string",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "an object",
    type(None): "null",
}


def _name(annotation: Any) -> str:
    """What an annotation means, in the words of JSON."""
    annotation = getattr(annotation, "__value__", annotation)
    origin = get_origin(annotation)
    if origin is Annotated:
        return _name(get_args(annotation)[0])
    if origin is Literal:
        return _WORDS.get(type(get_args(annotation)[0]), "a string")
    if origin in (Union, UnionType):
        return " or ".join(dict.fromkeys(map(_name, get_args(annotation))))
    return _WORDS.get(origin or annotation, "an object")
