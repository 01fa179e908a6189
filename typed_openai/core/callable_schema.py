"""What a function takes, as a pydantic model: made from its signature, its annotations and its docstring.

    Arguments(function, docstring, namespace)    .model, .schema, .values(checked), .call(function, values)

Rules
* Each parameter is a field under an invented name with its own as alias, so that no name (`schema`, `copy`, `_x`) can
  hurt; unknown arguments are refused unless the function takes `**kwargs`.
* What the model left out is left out of the call too: the function's own default counts, evaluated once by Python.
* A description in `Annotated[..., Field(description=...)]` (or `Doc(...)`) wins over the docstring.

Weak spots: annotations that exist for the type checker only (`if TYPE_CHECKING:`) cannot be looked up; a parameter
without annotation takes anything.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.errors import PydanticUserError
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema

from typed_openai.core.docstrings import argument_texts
from typed_openai.errors import ConfigurationError

_EMPTY = inspect.Parameter.empty


class _Quiet(GenerateJsonSchema):
    """Leaves out a default that JSON cannot carry, without a warning."""

    ignored_warning_kinds = {"non-serializable-default", "skipped-choice"}


def schema_of(model: type[BaseModel], said: Mapping[str, str], what: str) -> dict[str, Any]:
    """A model's JSON schema for input; `said` describes the fields that do not describe themselves."""
    try:
        schema = model.model_json_schema(by_alias=True, schema_generator=_Quiet, mode="validation")
    except PydanticUserError as error:
        raise ConfigurationError(f"{what} has no JSON schema: {error.message}") from error
    if "$ref" in schema:  # a model that contains itself
        name = schema["$ref"].rpartition("/")[2]
        schema = {**schema["$defs"][name], "$defs": schema["$defs"]}
    for name, text in said.items():
        value = schema.get("properties", {}).get(name)
        if value is not None:
            value.setdefault("description", text)
    return schema


class Arguments:
    """The parameters of one function."""

    def __init__(self, function: Callable[..., Any], text: str, namespace: Mapping[str, Any]) -> None:
        self.what = f"the function {getattr(function, '__name__', function)!r}"
        self._parameters = dict(self._usable(function))
        hints = self._hints(function, namespace)
        self._names: dict[str, str] = {}
        """Field → parameter."""
        fields: dict[str, Any] = {}
        for number, (name, parameter) in enumerate(self._parameters.items()):
            if parameter.kind is not inspect.Parameter.VAR_KEYWORD:
                self._names[f"p{number}"] = name
                fields[f"p{number}"] = self._field(name, parameter, hints.get(name, Any))
        free = len(self._names) < len(self._parameters)
        config = ConfigDict(extra="allow" if free else "forbid", protected_namespaces=(), arbitrary_types_allowed=False)
        try:
            self.model: type[BaseModel] = create_model("Arguments", __config__=config, **fields)
        except PydanticUserError as error:
            raise ConfigurationError(f"{self.what} has a parameter that JSON cannot fill: {error.message}") from error
        self.schema = schema_of(self.model, argument_texts(text), self.what)

    def values(self, checked: BaseModel) -> dict[str, Any]:
        """By parameter, what was given."""
        given = {
            self._names[field]: getattr(checked, field) for field in self._names if field in checked.model_fields_set
        }
        return given | (checked.model_extra or {})

    def call(self, function: Callable[..., Any], values: Mapping[str, Any]) -> Any:
        """Call the function with values by parameter."""
        named = dict(values)
        positional: list[Any] = []
        for name, parameter in self._parameters.items():
            if parameter.kind is inspect.Parameter.POSITIONAL_ONLY and name in named:
                positional.append(named.pop(name))
        return function(*positional, **named)

    def _usable(self, function: Callable[..., Any]) -> Iterator[tuple[str, inspect.Parameter]]:
        try:
            parameters = inspect.signature(function).parameters
        except (TypeError, ValueError) as error:
            raise ConfigurationError(f"{self.what} has no signature to make a tool of: {error}") from error
        for position, (name, parameter) in enumerate(parameters.items()):
            if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
                raise ConfigurationError(
                    f"{self.what} takes *{name}, and a tool's arguments have names: take a list instead"
                )
            if position == 0 and name in ("self", "cls") and parameter.annotation is _EMPTY:
                raise ConfigurationError(f"{self.what} is a method without its object: tool(object.method)")
            if isinstance(parameter.default, FieldInfo):
                raise ConfigurationError(
                    f"{self.what}: Field(...) as the default of {name!r} would be its value in every direct call; "
                    f"write {name}: Annotated[..., Field(...)]"
                )
            yield name, parameter

    def _hints(self, function: Callable[..., Any], namespace: Mapping[str, Any]) -> dict[str, Any]:
        holder: Any = function
        if inspect.isclass(function):
            holder = function.__init__
        elif not inspect.isroutine(inspect.unwrap(function)) and not hasattr(function, "func"):
            holder = type(function).__call__  # an object that can be called
        holder = getattr(holder, "func", holder)  # functools.partial
        try:
            return typing.get_type_hints(holder, localns=dict(namespace), include_extras=True)
        except (NameError, TypeError) as error:
            raise ConfigurationError(
                f"{self.what} has an annotation that cannot be looked up ({error}); is it imported for types only?"
            ) from error

    @staticmethod
    def _field(name: str, parameter: inspect.Parameter, hint: Any) -> tuple[Any, Any]:
        described = next(
            (found for item in getattr(hint, "__metadata__", ()) if (found := getattr(item, "documentation", None))),
            None,
        )
        more: dict[str, Any] = {"description": described} if described else {}
        default = ... if parameter.default is _EMPTY else parameter.default
        return hint, Field(default, alias=name, **more)
