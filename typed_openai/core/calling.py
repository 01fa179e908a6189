"""Functions of the user's that a model asks to be called: found by name, arguments checked, outcome put into text.

Rules
* The JSON arguments are validated by the function's own signature: annotations say the types (pydantic's), a parameter
  without annotation takes anything, what has no default is required, an unknown name is refused unless there is
  `**kwargs`.
* What the model did wrong (no JSON, arguments that do not fit, a function that is not there) becomes the outcome, as
  a text that says what would be right: models correct themselves.
* What the function raises passes through untouched.
* Sync functions in both colours, async ones with an async client; one call after the other, in the order asked for.

Weak spot: annotations that exist only while type checking cannot be evaluated; the function is refused with a NameError
before anything is sent.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model
from pydantic_core import to_json

from typed_openai.core.flow import Call
from typed_openai.errors import ConfigurationError

if TYPE_CHECKING:
    from typed_openai.core.flow import Flow

Functions: TypeAlias = Mapping[str, Callable[..., Any]] | Iterable[Callable[..., Any]]
"""Functions by name, or functions that are called by the name they were defined with."""

_VARIABLE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


class _Arguments(BaseModel):
    """The checked arguments of one call."""

    model_config = ConfigDict(extra="forbid")


class _OpenArguments(_Arguments):
    """The checked arguments of one call to a function with `**kwargs`."""

    model_config = ConfigDict(extra="allow")


class Callables:
    """The functions that a model may ask for."""

    def __init__(self, functions: Functions) -> None:
        by_name: dict[str, Callable[..., Any]]
        if isinstance(functions, Mapping):
            by_name = {str(name): function for name, function in functions.items()}
        else:
            by_name = {_name(function): function for function in functions}
        if not by_name:
            raise ConfigurationError("functions: at least one function is needed")
        self._functions = {name: (function, _model(name, function)) for name, function in by_name.items()}

    def answer(self, name: str, arguments: str) -> Flow[str]:
        """Call a function with arguments in JSON; gives the outcome as text (JSON unless the function gives a text)."""
        if name not in self._functions:
            return f"There is no function {name!r}; there are: {', '.join(sorted(self._functions))}."
        function, model = self._functions[name]
        try:
            checked = model.model_validate_json(arguments.strip() or "{}")
        except ValidationError as error:
            faults = "; ".join(_fault(each) for each in error.errors(include_url=False))
            return f"The arguments of {name} do not fit: {faults}."
        given = {info.alias or key: getattr(checked, key) for key, info in model.model_fields.items()}
        sent = {model.model_fields[key].alias for key in checked.model_fields_set if key in model.model_fields}
        kwargs = {key: value for key, value in given.items() if key in sent} | (checked.model_extra or {})
        outcome = yield Call(_with(function, kwargs))
        return outcome if isinstance(outcome, str) else to_json(outcome, fallback=str).decode()


def _with(function: Callable[..., Any], kwargs: dict[str, Any]) -> Callable[[], Any]:
    def call() -> Any:
        return function(**kwargs)

    call.__qualname__ = getattr(function, "__qualname__", "function")
    return call


def _name(function: Callable[..., Any]) -> str:
    name = getattr(function, "__name__", None)
    if not isinstance(name, str) or name == "<lambda>":
        raise ConfigurationError(f"functions: {function!r} has no name; give a mapping of name to function")
    return name


def _model(name: str, function: Callable[..., Any]) -> type[_Arguments]:
    """A model of what a function takes; its fields have made-up names, because a parameter may be called `json`."""
    parameters = inspect.signature(function, eval_str=True).parameters.values()
    if any(parameter.kind is parameter.POSITIONAL_ONLY for parameter in parameters):
        raise ConfigurationError(f"functions: {name} has parameters that cannot be given by name")
    fields: dict[str, Any] = {}
    for number, parameter in enumerate(parameters):
        if parameter.kind not in _VARIABLE:
            annotation = Any if parameter.annotation is parameter.empty else parameter.annotation
            default: Any = ... if parameter.default is parameter.empty else parameter.default
            fields[f"argument_{number}"] = (annotation, Field(default, alias=parameter.name))
    is_open = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)
    base: type[_Arguments] = _OpenArguments if is_open else _Arguments
    model: type[_Arguments] = create_model("Arguments", __base__=base, **fields)
    return model


def _fault(error: Any) -> str:
    where = ".".join(map(str, error["loc"]))
    return f"{where}: {error['msg']}" if where else str(error["msg"])
