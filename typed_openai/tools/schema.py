"""What a function takes, as a pydantic model: made from its signature, its annotations and its docstring.

    Arguments(function, docstring, namespace)    .model, .schema, .values(checked), .call(function, values)

Rules
* Each parameter is a field under an invented name with its own as alias, so that no name (`schema`, `copy`, `_x`) can
  hurt; unknown arguments are refused unless the function takes `**kwargs`.
* What the model left out is left out of the call too: the function's own default counts, evaluated once by Python.
* A description in `Annotated[..., Field(description=...)]` (or `Doc(...)`, or a plain text) wins over the docstring;
  an alias there is what the model calls the argument.
* `**kwargs: int` takes any names with values of that type; `**kwargs: Unpack[D]` those of the TypedDict `D`.

Weak spots: annotations that exist for the type checker only (`if TYPE_CHECKING:`) cannot be looked up; a parameter
without annotation takes anything.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any, Literal

import typing_extensions
from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.errors import PydanticUserError
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema

from typed_openai.errors import ConfigurationError
from typed_openai.tools.docstrings import argument_texts

_EMPTY = inspect.Parameter.empty
_UNPACKED = (typing.Unpack, typing_extensions.Unpack)
_REQUIREMENTS: dict[Any, bool] = {
    typing.Required: True,
    typing_extensions.Required: True,
    typing.NotRequired: False,
    typing_extensions.NotRequired: False,
}


Schema = dict[str, Any]

_SCHEMAS = ("properties", "$defs", "patternProperties")
_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
_INNER = ("items", "additionalProperties", "not", "propertyNames", "contains")
"""Where schemas stand inside a schema: by name, in lists, alone. Names and the values of enums are none."""


class _Quiet(GenerateJsonSchema):
    """Leaves out a default that JSON cannot carry, without a warning."""

    ignored_warning_kinds = {"non-serializable-default", "skipped-choice"}


def schema_of(model: type[BaseModel], said: Mapping[str, str], what: str) -> Schema:
    """A model's JSON schema for input, without the titles that pydantic invents.

    `said` describes the fields that do not describe themselves.
    """
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
    tidied: Schema = _tidied(schema)
    return tidied


def _tidied(node: Any) -> Any:
    """A schema without `title`s (a property that is called so stays); the schema given is left as it is."""
    if not isinstance(node, dict):
        return node
    tidied = {key: value for key, value in node.items() if key != "title"}
    for key, value in tidied.items():
        if key in _SCHEMAS:
            tidied[key] = {name: _tidied(each) for name, each in value.items()}
        elif key in _LISTS:
            tidied[key] = [_tidied(each) for each in value]
        elif key in _INNER:
            tidied[key] = _tidied(value)
    return tidied


class Arguments:
    """The parameters of one function."""

    def __init__(self, function: Callable[..., Any], text: str, namespace: Mapping[str, Any]) -> None:
        self.what: str = f"the function {getattr(function, '__name__', function)!r}"
        self._parameters = dict(self._usable(function))
        hints = self._hints(function, namespace)
        self._names: dict[str, str] = {}
        """Field → parameter."""
        self._aliases: dict[str, str] = {}
        """Parameter → what the model calls it."""
        fields: dict[str, Any] = {}
        free: Any = None
        for name, parameter in self._parameters.items():
            hint = hints.get(name, Any)
            if parameter.kind is not inspect.Parameter.VAR_KEYWORD:
                self._add(fields, name, hint, parameter.default)
            elif typing.get_origin(hint) in _UNPACKED:
                (listed,) = typing.get_args(hint)
                for key, inner in typing.get_type_hints(listed, include_extras=True).items():
                    bare, is_required = _required(inner, key in listed.__required_keys__)
                    self._add(fields, key, bare, _EMPTY if is_required else None)
            else:
                free = hint
        try:
            self.model: type[BaseModel] = create_model("Arguments", __base__=_base(free), **fields)
        except PydanticUserError as error:
            raise ConfigurationError(f"{self.what} has a parameter that JSON cannot fill: {error.message}") from error
        said = {self._aliases.get(name, name): about for name, about in argument_texts(text).items()}
        self.schema: dict[str, Any] = schema_of(self.model, said, self.what)

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
        left_out: list[Any] = []
        """The defaults of those before: what stands behind them has no other way to its place."""
        for name, parameter in self._parameters.items():
            if parameter.kind is not inspect.Parameter.POSITIONAL_ONLY:
                break
            if name not in named:
                left_out.append(parameter.default)
                continue
            positional += [*left_out, named.pop(name)]
            left_out = []
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
        """The annotations of the parameters; that of the result may be anything."""
        holder: Any = function
        if inspect.isclass(function):
            holder = function.__init__
        elif not inspect.isroutine(inspect.unwrap(function)) and not hasattr(function, "func"):
            holder = type(function).__call__  # an object that can be called
        holder = getattr(holder, "func", holder)  # functools.partial
        known = getattr(inspect.unwrap(holder), "__globals__", {})
        written = {name: hint for name, hint in getattr(holder, "__annotations__", {}).items() if name != "return"}
        try:
            return typing.get_type_hints(
                SimpleNamespace(__annotations__=written), known, dict(namespace), include_extras=True
            )
        except (NameError, TypeError) as error:
            raise ConfigurationError(
                f"{self.what} has an annotation that cannot be looked up ({error}); is it imported for types only?"
            ) from error

    def _add(self, fields: dict[str, Any], name: str, hint: Any, default: Any) -> None:
        """A field for a parameter, under the name that `Annotated[..., Field(alias=...)]` says, or its own."""
        said = getattr(hint, "__metadata__", ())
        described = next((text for item in said if (text := _description(item))), None)
        more: dict[str, Any] = {"description": described} if described else {}
        alias = name
        for info in said:
            if isinstance(info, FieldInfo):
                alias = info.alias or alias
                more = {} if info.description else more
        field = f"p{len(fields)}"
        self._names[field] = name
        self._aliases[name] = alias
        fields[field] = hint, Field(... if default is _EMPTY else default, alias=alias, **more)


def _description(said: Any) -> str | None:
    """What an annotation says of an argument: a text, or `Doc(...)`; `Field(description=...)` speaks for itself."""
    found = said if isinstance(said, str) else getattr(said, "documentation", None)
    return found if isinstance(found, str) else None


def _required(hint: Any, otherwise: bool) -> tuple[Any, bool]:
    """The type of a key of a TypedDict, and whether it says itself that it has to be there."""
    said = _REQUIREMENTS.get(typing.get_origin(hint))
    return (hint, otherwise) if said is None else (typing.get_args(hint)[0], said)


def _base(free: Any) -> type[BaseModel]:
    """What the model of the arguments inherits from; other names than its fields have values of the type `free`."""
    extra: Literal["allow", "forbid"] = "forbid" if free is None else "allow"
    config = ConfigDict(extra=extra, protected_namespaces=(), arbitrary_types_allowed=False)
    typed = {} if free in (None, Any) else {"__pydantic_extra__": dict[str, free]}
    return type("Arguments", (BaseModel,), {"__module__": __name__, "model_config": config, "__annotations__": typed})
