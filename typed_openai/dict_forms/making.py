"""The dict form of a params model: the `TypedDict` that says which keys and values a plain dict of that shape has.

    form_of(UserMessage)   # class UserMessageDict(TypedDict): role: Required[Literal["user"]]; content: ...; name: ...

The stub generator prints the forms (`description_of`), `typed_openai.types` hands them out at run time: the two cannot
differ. Nothing here runs during a call.

Rules
* Keys are the names that the API has (aliases). What the model requires is required. A constant that names the shape
  (`type`, `role`) is required where it tells the members of a union apart, as it is in a checked request; a model is a
  member of a union when it has a nominal base (`ChatMessage`).
* Values are checked in full: an object inside is the model or its form, never any mapping. That any mapping will do is
  for the parameters of a call to say, not for a form.
* A form lives in `typed_openai.dict_forms.<module of the model>`, that of the parameters of a whole call in
  `<module>_parameters`, so that a type checker that reads calls does not read those too.
* pydantic refuses unknown keys in them, as a call does: a key that is spelled wrong is not dropped in silence. What is
  often filled from the dump of an answer forgets them.
* What only the server says of an object (`output_only`) is no key of its form.
* A model without fields that keeps what it is given (`ItemAsItCame`) has no form: any dict would fit. Nor has a base
  that leaves its tag to its members (`type: Any`).

Weak spot: a form inside itself (filters of filters) is a `ForwardRef`, resolved by the module that the form lives in.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ForwardRef, NotRequired, Required, TypeAlias, TypeGuard

from typing_extensions import TypedDict

from typed_openai.core.declare.signature import StandIns, accepted, nominal_bases
from typed_openai.models.base import Params
from typed_openai.models.returned import Returned, ReturnedShape
from typed_openai.models.shape import Shape

if TYPE_CHECKING:
    from pydantic import BaseModel

HOME = "typed_openai.dict_forms"
"""The package of modules in which forms live."""
_MODELS = "typed_openai.models."
CALLS = "_parameters"
Given: TypeAlias = Params | Shape
"""What users give: objects of requests, and those that go both ways."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a form."""

    annotation: Any
    required: bool
    field: str
    """The name of the field, under which its prose is found."""


@dataclass(frozen=True, slots=True)
class Description:
    """A form as data: what the stub says, and what the class at run time is made of."""

    name: str
    module: str
    model: type[Given]
    keys: dict[str, Key]


_forms: dict[type[BaseModel], Any] = {}
_in_work: list[type[BaseModel]] = []


def has_form(model: type[BaseModel]) -> TypeGuard[type[Given]]:
    """Whether there is a dict form: for what users give, of this package, with at least one field, but for bases."""
    fields = model.__pydantic_fields__
    is_base = "type" in fields and fields["type"].annotation is Any
    return issubclass(model, Given) and model.__module__.startswith(_MODELS) and bool(fields) and not is_base


def name_of(model: type[BaseModel]) -> str:
    """The name of the form of a model, or of all forms of the models with that nominal base."""
    return f"{model.__name__}Dict"


def module_of(model: type[BaseModel]) -> str:
    """The module that the form of a model lives in."""
    is_call = model.__name__.endswith("Params")
    return f"{HOME}.{model.__module__.removeprefix(_MODELS)}{CALLS if is_call else ''}"


def form_modules() -> tuple[str, ...]:
    """The full names of the modules in which forms live; no model is loaded for it."""
    import typed_openai.models

    found = list(pkgutil.walk_packages(typed_openai.models.__path__, _MODELS))
    names = {each.name: f"{HOME}.{each.name.removeprefix(_MODELS)}" for each in found}
    areas = [names[each.name] for each in found if each.ispkg]
    stems = [names[each.name] for each in found if not each.ispkg]
    return (*areas, *(f"{stem}{suffix}" for stem in stems for suffix in ("", CALLS)))


def forms_in(module: str) -> dict[str, type[Given]]:
    """The forms that live in a module of `typed_openai.dict_forms`, by name: the model of each."""
    source = importlib.import_module(_MODELS + module.removeprefix(f"{HOME}.").removesuffix(CALLS))
    models = [value for value in vars(source).values() if isinstance(value, type) and issubclass(value, Given)]
    return {
        name_of(model): model
        for model in models
        if model.__module__ == source.__name__ and has_form(model) and module_of(model) == module
    }


def description_of(model: type[Given], stand_ins: StandIns | None = None) -> Description:
    """The keys of the form of a model, as the stubs say them; at run time, with other stand-ins for objects inside."""
    if not model.__pydantic_fields_complete__:
        model.model_rebuild()
    tags = model.constants if nominal_bases(model) else frozenset()
    keys: dict[str, Key] = {}
    for name, info in model.__pydantic_fields__.items():
        if name in getattr(model, "output_only", ()):
            continue
        annotation = Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation
        required = info.is_required() or name in tags
        keys[info.alias or name] = Key(accepted(annotation, stand_ins or _IN_STUBS), required, name)
    return Description(name_of(model), module_of(model), model, keys)


def form_of(model: type[BaseModel]) -> Any:
    """The dict form of a model, a `TypedDict`; None where it has none."""
    if not has_form(model):
        return None
    found = _forms.get(model)
    if found is not None:
        return found
    if model in _in_work:
        return ForwardRef(name_of(model), module=module_of(model))
    _in_work.append(model)
    try:
        described = description_of(model, _IN_JSON)
    finally:
        _in_work.pop()
    keys = {
        name: Required[key.annotation] if key.required else NotRequired[key.annotation]
        for name, key in described.keys.items()
    }
    form: Any = TypedDict(described.name, keys)  # type: ignore[misc]  # made from data, which no checker follows
    form.__module__ = described.module
    settled: Any = form  # which mypy takes for a type with nothing but its keys
    settled.__pydantic_config__ = {"extra": "ignore" if issubclass(model, Returned | ReturnedShape) else "forbid"}
    form.__doc__ = model.__doc__
    _forms[model] = form
    setattr(importlib.import_module(described.module), described.name, form)  # where it is looked up by name
    return form


def family_of(base: type[BaseModel]) -> list[type[Given]]:
    """All models loaded so far that have forms and this nominal base."""
    found = [model for below in base.__subclasses__() for model in (below, *family_of(below))]
    models = [model for model in dict.fromkeys(found) if has_form(model)]
    return sorted(models, key=lambda model: model.__module__)


def _by_family(models: list[type[BaseModel]], stand_ins: list[Any]) -> list[Any]:
    """The forms of all models with one nominal base by the name that they have together in the stubs."""
    for base in nominal_bases(models[0]) if models else ():
        family = family_of(base)
        if len(family) > 3 and set(family) == {model for model in models if has_form(model)}:
            forms = [*map(form_of, family)]
            alias = ForwardRef(name_of(base), module=f"{HOME}.{base.__module__.removeprefix(_MODELS)}")
            return [alias, *(other for other in stand_ins if other not in forms)]
    return stand_ins


IN_CALLS = StandIns(form=form_of, union=_by_family)
"""In the parameters of a call: a model, its form (for completion and checks), or any mapping."""
_IN_STUBS = StandIns(form=form_of, union=_by_family, mapping=False)
_IN_JSON = StandIns(form=form_of, mapping=False, models=False)
