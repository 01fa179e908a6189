"""What the models do not know of an answer: one walk over a typed value, beside the annotations of its fields.

Found are fields that no model has (`model_extra`), values that an enumeration does not list, and members of unions
whose tag names no model. The walk goes by what is there: a model is walked by its own class, whatever union it came
in; annotations are asked only which values a text may have and which member of a union stands for what is unknown.

Rules
* Nothing of what was said is told: of a value its JSON type, of an object the names in it, of a text in an enumeration
  the text where it looks like a name (and not like a key), else its length. What a server calls a field is told the
  same way.
* A place is a JSON pointer without numbers and without the keys of maps (`metadata`), which are the user's: `*` there.
* Of what is unknown nothing inside is looked at: there is nothing to compare it with.
* Loaded when a client reports (`report_unknown=True`); others pay for a comparison with None.
* What was read as a type of the user's (`parse(to=...)`, `cast_to=`) is looked at beside the data that it was read
  from: fields that his models do not have are told whether they keep such fields or not; models of this package below
  his are looked at as ever. What a model said (structured outputs) is no answer of a server, so nobody looks.

Weak spots: a field declared as any JSON value has nothing unknown in it, nor has a TypedDict or dataclass of a user.
A member of a union that its server gave no tag is what it was taken for.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

from pydantic import AliasChoices, AliasPath, BaseModel

from typed_openai.core.answer.tolerant import Kind, fields_of, kind_of
from typed_openai.core.known_secrets import HIDDEN, without
from typed_openai.core.request.pointers import escaped
from typed_openai.models.base import Result

UnknownKind: TypeAlias = Literal["field", "value", "member"]
"""A field that the model does not have; a value that its enumeration does not list; a member of a union whose tag names
no model."""
_NAME = re.compile(r"[A-Za-z_][\w.:/-]{0,63}")
_ISSUED = re.compile(r"(?:whsec_|ek_|sk-)\S{8}")
"""How secrets begin that servers make."""
_MOST_NAMES = 12
_WORDS = {bool: "true or false", int: "a whole number", float: "a number", type(None): "null", str: "a string"}


class Found(NamedTuple):
    """One thing that no model knows."""

    kind: UnknownKind
    pointer: str
    model: str
    """The model that lacks it."""
    example: str


def unknown_in(annotation: Any, value: Any, secrets: Sequence[str]) -> Iterator[Found]:
    """All of it in a typed value; `annotation` is the model, or the alias of a union, that it was read as. A `Result`
    as such (of `client.request`) knows nothing, so nothing in it is unknown."""
    if annotation is Result:
        return
    told: list[_Told] = []
    _look(_plan(kind_of(annotation)), value, "", type(value).__name__, told)
    for kind, pointer, model, example in told:
        yield Found(kind, without(pointer, secrets), model, without(example, secrets))


def unknown_beside(value: Any, data: Any, secrets: Sequence[str]) -> Iterator[Found]:
    """All of it in a value that was read from data as a type of the user's."""
    told: list[_Told] = []
    _look_beside(value, data, "", told)
    for kind, pointer, model, example in told:
        yield Found(kind, without(pointer, secrets), model, without(example, secrets))


def _look_beside(value: Any, data: Any, pointer: str, told: list[_Told]) -> None:
    if isinstance(value, Result):
        if type(value) is not Result:
            _look_into(value, pointer, told)
    elif isinstance(value, BaseModel) and isinstance(data, dict):
        fields = _names(type(value))
        for name, found in data.items():
            place = f"{pointer}/{escaped(name)}"
            if name in fields:
                _look_beside(getattr(value, fields[name], None), found, place, told)
            else:
                told.append(("field", f"{pointer}/{escaped(_name(name))}", type(value).__name__, _shape(found)))
    elif isinstance(value, dict) and isinstance(data, dict):
        for name in value.keys() & data.keys():
            _look_beside(value[name], data[name], f"{pointer}/*", told)
    elif isinstance(value, list | tuple) and isinstance(data, list):
        for one, other in zip(value, data, strict=False):
            _look_beside(one, other, f"{pointer}/*", told)


@functools.lru_cache(maxsize=1024)
def _names(model: type[BaseModel]) -> dict[str, str]:
    """What the fields of a model are called in data, any of their names; and their own."""
    found: dict[str, str] = {}
    for name, info in model.__pydantic_fields__.items():
        alias = info.validation_alias
        for each in alias.choices if isinstance(alias, AliasChoices) else [alias, info.alias, name]:
            called = each.path[0] if isinstance(each, AliasPath) else each
            if isinstance(called, str):
                found[called] = name
        found.setdefault(name, name)
    return found


class _Plan:
    """What is looked at where an annotation stands. Lazy, as it may lead back to itself."""

    def __init__(self, kind: Kind) -> None:
        inner = kind.inner
        is_map = kind.origin is dict
        self._below = [] if kind.origin is Literal or is_map else kind.below
        self.others: type[BaseModel] | None = kind.members[1] if kind.tagged is not None else None
        """The member that stands for what is unknown."""
        self.tag = "" if kind.tagged is None else kind.tagged.field
        self._item = kind.below[0] if kind.origin is list else kind.below[1] if is_map else None
        self.own: frozenset[Any] | None = frozenset(get_args(inner)) if kind.origin is Literal else None
        self.takes_any = inner in (str, Any, object)
        self.is_model = kind.is_model

    @functools.cached_property
    def forms(self) -> list[_Plan]:
        """Itself, or the members of the union that it is, those of unions among them."""
        if self._item is not None or not self._below:
            return [self]
        return [self, *(form for each in self._below for form in _plan(each).forms)]

    @functools.cached_property
    def values(self) -> frozenset[Any]:
        """The texts that are listed; none where any text is taken."""
        if any(form.takes_any for form in self.forms):
            return frozenset()
        return frozenset(value for form in self.forms for value in form.own or () if isinstance(value, str))

    @functools.cached_property
    def items(self) -> _Plan | None:
        """Of the items of a list, or the values of a map."""
        return next((_plan(form._item) for form in self.forms if form._item is not None), None)

    @functools.cached_property
    def is_dull(self) -> bool:
        """Whether nothing in such a value can be unknown."""
        return not self.values and self.items is None and not any(form.is_model for form in self.forms)

    @functools.cached_property
    def unknowns(self) -> dict[type[BaseModel], str]:
        """The members that stand for what is unknown, with the field that says what they are."""
        return {form.others: form.tag for form in self.forms if form.others is not None}


@functools.lru_cache(maxsize=2048)
def _plan(kind: Kind) -> _Plan:
    return _Plan(kind)


@functools.lru_cache(maxsize=1024)
def _fields(model: type[BaseModel]) -> list[tuple[str, str, _Plan]]:
    """The fields of a model that have anything to look at: name, place, plan."""
    told = [(name, escaped(info.alias or name), _plan(kind)) for name, info, kind in fields_of(model)]
    return [each for each in told if not each[2].is_dull]


_Told: TypeAlias = tuple[UnknownKind, str, str, str]


def _look(plan: _Plan, value: Any, pointer: str, owner: str, told: list[_Told]) -> None:
    """Look at a value, and add what is unknown."""
    if isinstance(value, str):
        if plan.values and value not in plan.values:
            told.append(("value", pointer, owner, f'"{_name(value)}"' if _is_name(value) else _shape(value)))
    elif isinstance(value, BaseModel):
        tag = plan.unknowns.get(type(value))
        if tag is None:
            _look_into(value, pointer, told)
        else:
            said = getattr(value, tag, None)
            example = f'{tag} "{_name(said)}": ' if isinstance(said, str) else ""
            told.append(("member", pointer, owner, example + _shape(value.__pydantic_extra__ or {})))
    elif isinstance(value, list | tuple | dict) and plan.items is not None:
        for item in value.values() if isinstance(value, dict) else value:
            _look(plan.items, item, f"{pointer}/*", owner, told)


def _look_into(value: BaseModel, pointer: str, told: list[_Told]) -> None:
    """Look at the fields of a model."""
    here, owner = vars(value), type(value).__name__
    for name, place, plan in _fields(type(value)):
        if (found := here.get(name)) is not None:
            _look(plan, found, f"{pointer}/{place}", owner, told)
    for name, found in (value.__pydantic_extra__ or {}).items():
        told.append(("field", f"{pointer}/{escaped(_name(name))}", owner, _shape(found)))


def _is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None and _ISSUED.search(text) is None


def _name(text: str) -> str:
    """A name that a server chose; what does not look like one may be anything."""
    return text if _is_name(text) else HIDDEN if _ISSUED.search(text) else f"({len(text)} characters)"


def _shape(value: Any) -> str:
    """What a JSON value is, and nothing of what it says."""
    if isinstance(value, BaseModel):
        value = value.model_dump(exclude_unset=True, warnings=False)
    if isinstance(value, dict):
        names = ", ".join(map(_name, list(map(str, value))[:_MOST_NAMES])) + ", ..." * (len(value) > _MOST_NAMES)
        return f"an object with {names}" if value else "an empty object"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}, the first {_shape(value[0])}" if value else "an empty list"
    return _WORDS.get(type(value), "a value")


__all__ = ["Found", "UnknownKind", "unknown_beside", "unknown_in"]
