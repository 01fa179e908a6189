"""The forms that values have in the API's strict subset: a schema, whether a value fits it, and the way back. Pure.

Each function here makes one `Form`, with the schema that `strict_schema.py` has worked out for it. The way back gives
what the type itself takes: a dict for a list of entries, a list for an object of places, nothing for a null that means
*left out*. A value that does not fit stays as it is: the type says what is wrong with it.

Of a value that is not whole (`whole=False`) the way back leaves out what it cannot tell yet, and it fits where it may
still become one that does.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Schema = dict[str, Any]

_KINDS: tuple[tuple[str, type | tuple[type, ...]], ...] = (
    ("null", type(None)),
    ("boolean", bool),
    ("integer", int),
    ("number", float),
    ("string", str),
)


class Fits(Protocol):
    """Whether a value has a form."""

    def __call__(self, value: Any, whole: bool = True, /) -> bool: ...


class Undo(Protocol):
    """The way back for one value; `whole` is False for one of which only a part has arrived."""

    def __call__(self, value: Any, whole: bool = True, /) -> Any: ...


@dataclass(slots=True)
class Form:
    """One schema in the strict subset: `schema`, whether a value has this form, and the way back."""

    schema: Schema
    fits: Fits
    undo: Undo


def anything(schema: Schema) -> Form:
    """Whatever comes."""
    return Form(schema, lambda value, whole=True: True, _as_it_is)


def scalar(schema: Schema, kind: str) -> Form:
    """A text, a number, a truth value or null."""

    def fits(value: Any, whole: bool = True, /) -> bool:
        found = kind_of(value)
        return found == kind or (kind == "number" and found == "integer")

    return Form(schema, fits, _as_it_is)


def one_of(schema: Schema, values: Sequence[Any]) -> Form:
    """One of some values."""

    def fits(value: Any, whole: bool = True, /) -> bool:
        return any(_same(value, each) or (not whole and _begins(value, each)) for each in values)

    return Form(schema, fits, _as_it_is)


def record(schema: Schema, forms: Mapping[str, Form], left_out: Collection[str]) -> Form:
    """An object with these properties; null in one of `left_out` says that it is not there."""

    def fits(value: Any, whole: bool = True, /) -> bool:
        return (
            isinstance(value, dict)
            and value.keys() <= forms.keys()
            and all(
                form.fits(value[name], whole) if name in value else not whole or name in left_out
                for name, form in forms.items()
            )
        )

    def undo(value: Any, whole: bool = True, /) -> Any:
        if not isinstance(value, dict):
            return value
        return {
            name: forms[name].undo(inner, whole) if name in forms else inner
            for name, inner in value.items()
            if inner is not None or name not in left_out
        }

    return Form(schema, fits, undo)


def entries(schema: Schema, key: Form, inner: Form) -> Form:
    """A dict, as a list of `{key, value}`."""

    def fits(value: Any, whole: bool = True, /) -> bool:
        return _are_entries(value, whole) and all(
            ("key" not in each or key.fits(each["key"], whole))
            and ("value" not in each or inner.fits(each["value"], whole))
            for each in value
        )

    def undo(value: Any, whole: bool = True, /) -> Any:
        if not _are_entries(value, whole):
            return value
        return {_as_key(each["key"]): inner.undo(each["value"], whole) for each in value if len(each) == 2}

    return Form(schema, fits, undo)


def items(schema: Schema, form: Form) -> Form:
    """A list."""
    return Form(
        schema,
        lambda value, whole=True: isinstance(value, list) and all(form.fits(each, whole) for each in value),
        lambda value, whole=True: [form.undo(each, whole) for each in value] if isinstance(value, list) else value,
    )


def places(schema: Schema, forms: Mapping[str, Form]) -> Form:
    """A tuple, as an object with a property for each place."""

    def filled(value: Any, whole: bool) -> bool:
        if not isinstance(value, dict):
            return False
        return value.keys() == (forms.keys() if whole else set(list(forms)[: len(value)]))

    def fits(value: Any, whole: bool = True, /) -> bool:
        return filled(value, whole) and all(forms[name].fits(each, whole) for name, each in value.items())

    def undo(value: Any, whole: bool = True, /) -> Any:
        if not filled(value, whole):
            return value
        return [form.undo(value[name], whole) for name, form in forms.items() if name in value]

    return Form(schema, fits, undo)


def union(schema: Schema, forms: Sequence[Form]) -> Form:
    """One of some forms: the first that a value fits."""

    def undo(value: Any, whole: bool = True, /) -> Any:
        found = next((form for form in forms if form.fits(value, whole)), None)
        return value if found is None else found.undo(value, whole)

    return Form(schema, lambda value, whole=True: any(form.fits(value, whole) for form in forms), undo)


def or_null(form: Form) -> Form:
    """The same, or null; the description stays outside, where the model sees it first."""
    inner = {key: value for key, value in form.schema.items() if key != "description"}
    outer = {"description": form.schema["description"]} if "description" in form.schema else {}
    branches = inner["anyOf"] if set(inner) == {"anyOf"} else [inner]
    schema = {"anyOf": [*branches, {"type": "null"}], **outer}
    return Form(
        schema,
        lambda value, whole=True: value is None or form.fits(value, whole),
        lambda value, whole=True: None if value is None else form.undo(value, whole),
    )


def out_of(name: str, form: Form) -> Undo:
    """The way back out of an object that is there for the sake of its one property."""

    def undo(value: Any, whole: bool = True, /) -> Any:
        if not isinstance(value, dict) or value.keys() != {name}:
            return None if value == {} and not whole else value
        return form.undo(value[name], whole)

    return undo


def kind_of(value: Any) -> str:
    """What JSON calls a text, a number, a truth value and null; `""` for all else."""
    return next((name for name, kind in _KINDS if isinstance(value, kind)), "")


def _as_it_is(value: Any, whole: bool = True, /) -> Any:
    return value


def _are_entries(value: Any, whole: bool) -> bool:
    """Whether a value is a list of `{key, value}`, each of them whole unless something is still to come."""
    names = {"key", "value"}
    return isinstance(value, list) and all(
        isinstance(each, dict) and (each.keys() == names or (not whole and each.keys() < names)) for each in value
    )


def _as_key(value: Any) -> str:
    """A key as JSON writes it: names are texts there."""
    return value if isinstance(value, str) else str(value).lower()


def _begins(one: Any, other: Any) -> bool:
    return isinstance(one, str) and isinstance(other, str) and other.startswith(one)


def _same(one: Any, other: Any) -> bool:
    return kind_of(one) == kind_of(other) and bool(one == other)
