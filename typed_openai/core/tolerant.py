"""The slow path for answers that deviate: keep every value that is valid, leave the odd ones as they came, say where.

Runs only after the fast path failed. It walks data and annotations together: what validates as a whole is taken as a
whole; what does not is taken apart, down to the value that is wrong. A union takes the member that its tag names, else
the one with the fewest deviations. Required fields that are missing read as None and are not dumped.

Weak spot: time, about ten times the fast path for a small answer; a server that deviates in every stream chunk pays it
for every chunk.
"""

from __future__ import annotations

import functools
from typing import Annotated, Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import to_json

from typed_openai.core.faults import shown
from typed_openai.core.meta import Issue
from typed_openai.models.base import Tagged

M = TypeVar("M", bound=BaseModel)


def build(model: type[M], data: dict[str, Any], pointer: str, issues: list[Issue]) -> M:
    """An instance of `model` from JSON data, whatever the data; deviations are appended to `issues`."""
    values: dict[str, Any] = {}
    rest = dict(data)
    for name, info in model.__pydantic_fields__.items():
        key = info.alias if info.alias in rest else name
        if key in rest:
            values[name] = read(_annotation(info), rest.pop(key), f"{pointer}/{_escaped(key)}", issues)
        elif info.is_required():
            issues.append(Issue(f"{pointer}/{_escaped(info.alias or name)}", "a value", "nothing"))
    return _assembled(model, values, rest)


def _assembled(model: type[M], values: dict[str, Any], rest: dict[str, Any]) -> M:
    """What `model_construct` makes, also of fields that are named like its own parameters (`cls`, `_fields_set`)."""
    built = model.model_construct(set(values))
    vars(built).update(values)
    for name, info in model.__pydantic_fields__.items():
        if name not in values and info.is_required():
            vars(built)[name] = None
    if rest and built.__pydantic_extra__ is not None:
        built.__pydantic_extra__.update(rest)
        built.__pydantic_fields_set__.update(rest)
    return built


def read(annotation: Any, value: Any, pointer: str, issues: list[Issue]) -> Any:
    """The best reading of one value."""
    try:
        return _adapter(annotation).validate_json(to_json(value), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
    metadata: tuple[Any, ...] = ()
    inner = getattr(annotation, "__value__", annotation)  # what the alias of a union stands for
    if get_origin(inner) is Annotated:
        inner, *rest = get_args(inner)
        metadata = tuple(rest)
    origin, arguments = get_origin(inner), get_args(inner)
    if isinstance(inner, type) and issubclass(inner, BaseModel) and isinstance(value, dict):
        return build(inner, value, pointer, issues)
    if origin is list and isinstance(value, list):
        return [read(arguments[0], item, f"{pointer}/{index}", issues) for index, item in enumerate(value)]
    if origin is dict and isinstance(value, dict):
        return {key: read(arguments[1], item, f"{pointer}/{_escaped(key)}", issues) for key, item in value.items()}
    if arguments and origin is not None and origin not in (list, dict):
        return _member(inner, arguments, metadata, value, pointer, issues)
    issues.append(Issue(pointer, _expected(first), shown(value)))
    return value


def _member(
    union: Any, arguments: tuple[Any, ...], metadata: tuple[Any, ...], value: Any, pointer: str, issues: list[Issue]
) -> Any:
    """The member of a union that fits best."""
    tagged = next((item for item in metadata if isinstance(item, Tagged)), None)
    if tagged is not None and isinstance(value, dict):
        known, unknown = tagged.members(union)
        tag = value.get(tagged.field)
        model = known.get(tag) if isinstance(tag, str) else None
        if model is not None or unknown is not None:
            return read(model or unknown, value, pointer, issues)
    best: tuple[Any, list[Issue]] | None = None
    for member in arguments:
        found: list[Issue] = []
        if member is not type(None) and isinstance(value, dict | list) and _is_container(member, value):
            candidate = (read(member, value, pointer, found), found)
            if best is None or len(found) < len(best[1]):
                best = candidate
    if best is None:
        names = " or ".join(dict.fromkeys(map(_name, arguments)))
        issues.append(Issue(pointer, names, shown(value)))
        return value
    issues.extend(best[1])
    return best[0]


def _is_container(member: Any, value: object) -> bool:
    bare = get_args(member)[0] if get_origin(member) is Annotated else member
    if isinstance(value, list):
        return get_origin(bare) is list
    return get_origin(bare) not in (list, None) or (isinstance(bare, type) and issubclass(bare, BaseModel))


def _expected(error: Any) -> str:
    return str(error["msg"]).removeprefix("Input should be ")


def _name(annotation: Any) -> str:
    if annotation is type(None):
        return "null"
    if get_origin(annotation) is Annotated:
        return _name(get_args(annotation)[0])
    return getattr(annotation, "__name__", str(annotation))


def _annotation(info: FieldInfo) -> Any:
    return Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation


@functools.lru_cache(maxsize=2048)
def _adapter(annotation: Any) -> TypeAdapter[Any]:
    return TypeAdapter(annotation)


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
