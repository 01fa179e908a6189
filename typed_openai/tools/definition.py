"""Tools made of what you have: a plain function (sync or async) or a pydantic model.

    @tool
    def get_weather(city: str, unit: Literal["celsius", "fahrenheit"] = "celsius") -> str:
        \"""What the weather is like.

        Args:
            city: City and country.
        \"""

    answer = client.chat.completions.create(model=..., messages=messages, tools=[get_weather])
    result = get_weather.invoke(answer.choices[0].message.tool_calls[0].function.arguments)

Rules
* What `tool` returns stands in `tools=[...]` as it is, with chat, responses and assistants, and can be called like the
  function. In checked parameters its definition takes its place: those are values, without code in them.
* Name: that of the function. Description: first paragraph of its docstring. Arguments: from the signature by pydantic;
  their descriptions from the docstring (Google, numpy, Sphinx), where `Annotated[..., Field(description=...)]` wins.
* The schema is strict where strict schemas can say it (`strict=None`), by the rewrites of
  `structured/strict_schema.py`. They are undone before the function's types check what came: what has a default may be
  null, which means *left out*, and a dict is a list of entries. Strict or not, a null that an argument does not take
  stands for one that was left out. `strict=True` raises where that cannot be, `strict=False` never tries.
* What the model wrote is checked by the function's own types before anything is called.

Weak spots: servers other than OpenAI's take `strict` and mostly ignore it. Decimals beside a rewritten argument pass
through floats.
"""

from __future__ import annotations

import builtins
import contextlib
import functools
import inspect
import re
import sys
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, Generic, ParamSpec, Protocol, TypeGuard, TypeVar, overload

from pydantic import BaseModel, PrivateAttr, ValidationError
from pydantic_core import from_json, to_json

from typed_openai.core.request.faults import path_of, shown
from typed_openai.errors import ConfigurationError, Fault, OpenAIError
from typed_openai.models.chat.params import FunctionTool
from typed_openai.models.dialects import arguments_text
from typed_openai.models.shared import FunctionDefinition
from typed_openai.models.tools import AnyAgentTool, AssistantToolParam, RealtimeTool, ResponseTool
from typed_openai.structured.strict_forms import Undo
from typed_openai.structured.strict_probe import faults_of
from typed_openai.structured.strict_schema import SchemaFault, convert
from typed_openai.tools.docstrings import argument_texts, first_paragraph
from typed_openai.tools.schema import Arguments, Schema, schema_of

__all__ = ["DefinedTool", "ToolArgumentsError", "ToolFunction", "ToolModel", "ToolOutputError", "tool"]

_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)  # an `async def` is a CoroutineType for pyright, a Coroutine for mypy
T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)


class ToolArgumentsError(OpenAIError, ValueError):
    """The model called a tool with arguments that do not fit it. The message is fit to be shown to the model.

    `tool`: name of the tool. `arguments`: what the model sent, untouched. `faults`: everything that is wrong with it.
    """

    def __init__(self, tool: str, arguments: str, faults: list[Fault]) -> None:
        lines = "\n".join(f"  {fault}" for fault in faults)
        super().__init__(f"wrong arguments for {tool!r}:\n{lines}\nwhat was sent: {shown(arguments)}")
        self.tool = tool
        self.arguments = arguments
        self.faults = faults


class ToolOutputError(OpenAIError, TypeError):
    """A tool gave a part of a message (a picture, a recording) that the API does not take as the output of a tool."""


class DefinedTool(FunctionTool, ResponseTool, RealtimeTool, AssistantToolParam, AnyAgentTool):
    """A function tool that can also read its arguments: a `ToolFunction` or a `ToolModel`. Compared by identity."""

    _reads: builtins.type[BaseModel] = PrivateAttr()
    _undo: Undo | None = PrivateAttr()

    def __init__(self, definition: FunctionDefinition, reads: builtins.type[BaseModel], undo: Undo | None) -> None:
        super().__init__(function=definition)
        self._reads = reads
        self._undo = undo

    @property
    def name(self) -> str:
        """What the model calls it."""
        return self.function.name

    @property
    def definition(self) -> FunctionTool:
        """The tool as chat takes it, as a plain value: it can be stored, compared and pickled."""
        return FunctionTool(function=self.function)

    def as_input(self) -> dict[str, object]:
        """The tool as chat and assistants take it."""
        return {"type": "function", "function": self.function.model_dump(exclude_unset=True)}

    def for_responses(self) -> dict[str, object]:
        """The tool as the Responses API takes it, where nothing is nested."""
        return {"type": "function", "strict": False, **self.function.model_dump(exclude_unset=True)}

    def for_realtime(self) -> dict[str, object]:
        """The tool as a realtime session takes it, which knows nothing of `strict`."""
        return {"type": "function", **self.function.model_dump(exclude_unset=True, exclude={"strict"})}

    def for_agents(self) -> dict[str, object]:
        """The tool as agents take it: a description has to be there, strictness is not said."""
        known = self.function.model_dump(exclude_unset=True, exclude={"strict"})
        return {"type": "function", "parameters": {"type": "object", "properties": {}}, "description": "", **known}

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def _read(self, json_text: str) -> BaseModel:
        """The checked arguments. No text at all stands for no arguments: servers send that."""
        json_text = arguments_text(json_text)  # some servers send the object itself
        text = json_text if json_text.strip() else "{}"
        try:
            given = from_json(text)
        except ValueError as error:
            fault = Fault("(all)", f"one JSON object ({error})", "text that is not JSON")
            raise ToolArgumentsError(self.name, json_text, [fault]) from None
        if given is None:  # no arguments, too: some servers write it so
            given, text = {}, "{}"
        if not isinstance(given, dict):
            raise ToolArgumentsError(self.name, json_text, [Fault("(all)", "one JSON object", shown(given))])
        meant = given if self._undo is None else self._undo(given)
        try:
            return self._reads.model_validate_json(text if meant == given else to_json(meant))
        except ValidationError as error:
            with contextlib.suppress(ValidationError):  # then what was wrong first is what is told
                return self._reads.model_validate_json(to_json(_without_nulls(meant, error)))
            raise ToolArgumentsError(self.name, json_text, _faults(error, meant)) from None


class ToolFunction(DefinedTool, Generic[P, R_co]):
    """A function as a tool. Calling it calls the function."""

    _function: Callable[P, R_co] = PrivateAttr()
    _takes: Arguments = PrivateAttr()

    def __init__(
        self,
        definition: FunctionDefinition,
        function: Callable[P, R_co],
        takes: Arguments,
        undo: Undo | None,
    ) -> None:
        super().__init__(definition, takes.model, undo)
        self._function = function
        self._takes = takes

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        return self._function(*args, **kwargs)

    @property
    def wrapped(self) -> Callable[P, R_co]:
        """The function itself."""
        return self._function

    @property
    def is_async(self) -> bool:
        """Whether the function has to be awaited."""
        function = inspect.unwrap(self._function)
        return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(getattr(function, "__call__", None))  # noqa: B004 - an object with async __call__

    def arguments(self, json_text: str) -> dict[str, Any]:
        """The arguments that the model wrote, as values of the function's own types; what it left out is missing.

        Raises `ToolArgumentsError`.
        """
        return self._takes.values(self._read(json_text))

    def invoke(self, json_text: str) -> R_co:
        """Call the function with what the model wrote; for an async function this is the coroutine to await.

        Raises `ToolArgumentsError` before anything is called, and whatever the function raises.
        """
        result: R_co = self._takes.call(self._function, self.arguments(json_text))
        return result

    @overload
    async def ainvoke(self: ToolFunction[P, Coroutine[Any, Any, T]], json_text: str) -> T: ...
    @overload
    async def ainvoke(self, json_text: str) -> R_co: ...
    async def ainvoke(self, json_text: str) -> Any:
        """The same from async code: an async function is awaited, a sync one runs in a thread of its own."""
        values = self.arguments(json_text)
        if not self.is_async:
            import asyncio  # not needed by sync code

            result = await asyncio.to_thread(self._takes.call, self._function, values)
        else:
            result = self._takes.call(self._function, values)
        return await result if isinstance(result, Awaitable) else result


class ToolModel(DefinedTool, Generic[M]):
    """A pydantic model as a tool: its arguments are an instance of the model. Calling it makes one."""

    _model: builtins.type[M] = PrivateAttr()

    def __init__(self, definition: FunctionDefinition, model: builtins.type[M], undo: Undo | None) -> None:
        super().__init__(definition, model, undo)
        self._model = model

    def __call__(self, **values: Any) -> M:
        return self._model(**values)

    @property
    def wrapped(self) -> builtins.type[M]:
        """The model itself."""
        return self._model

    def arguments(self, json_text: str) -> M:
        """What the model wrote, as an instance. Raises `ToolArgumentsError`."""
        found = self._read(json_text)
        if not isinstance(found, self._model):  # a wrap validator of the user's own may return anything
            raise ConfigurationError(f"{self.name}: validation gave {type(found).__name__}, not {self._model.__name__}")
        return found

    def invoke(self, json_text: str) -> M:
        """The same as `arguments`: there is nothing to call."""
        return self.arguments(json_text)


class ToolMaker(Protocol):
    """`tool` with its options given, waiting for the function or model."""

    @overload
    def __call__(  # type: ignore[overload-overlap]  # a class is callable too: the first that fits counts
        self, target: type[M], /
    ) -> ToolModel[M]: ...
    @overload
    def __call__(self, target: Callable[P, R], /) -> ToolFunction[P, R]: ...


@overload
def tool(  # type: ignore[overload-overlap]  # as above
    target: type[M], /, *, name: str | None = None, description: str | None = None, strict: bool | None = None
) -> ToolModel[M]: ...
@overload
def tool(
    target: Callable[P, R], /, *, name: str | None = None, description: str | None = None, strict: bool | None = None
) -> ToolFunction[P, R]: ...
@overload
def tool(*, name: str | None = None, description: str | None = None, strict: bool | None = None) -> ToolMaker: ...
def tool(
    target: Any = None, /, *, name: str | None = None, description: str | None = None, strict: bool | None = None
) -> Any:
    """A tool from a function or a pydantic model; `@tool`, `@tool(name=...)` and `tool(function)` are the same.

    name: what the model calls it; that of the function or class by default.
    description: first paragraph of the docstring by default.
    strict: None makes the schema strict where possible, True insists, False does not.
    Raises `ConfigurationError` where no tool can be made of the target: `*args`, an annotation that cannot be looked up
    or has no JSON schema, a lambda without `name`, and `strict=True` on what strict schemas cannot say.
    """
    namespace = dict(sys._getframe(1).f_locals)  # annotations may name what is local where the tool is made

    def make(target: Any) -> Any:
        return _make(target, namespace, name, description, strict)

    return make if target is None else make(target)


def _make(
    target: Any, namespace: Mapping[str, Any], name: str | None, description: str | None, strict: bool | None
) -> DefinedTool:
    if isinstance(target, DefinedTool):
        raise ConfigurationError(f"{target.name!r} is a tool already")
    if not callable(target):
        raise ConfigurationError(f"a tool is made of a function or a pydantic model, got {shown(target)}")
    if inspect.isasyncgenfunction(inspect.unwrap(target)):
        raise ConfigurationError(f"{shown(target)} yields its values one by one: a tool returns what the model is told")
    called = _named(target, name or _name_of(target))
    text = _text_of(target)
    about = description if description is not None else first_paragraph(text)

    def define(schema: Schema, reads: type[BaseModel]) -> tuple[FunctionDefinition, Undo | None]:
        parameters, undo = _parameters(called, schema, strict, reads)
        said: dict[str, Any] = {"description": about} if about else {}
        if undo is not None or strict is not None:
            said["strict"] = undo is not None
        return FunctionDefinition(name=called, parameters=parameters, **said), undo

    if _is_model(target):
        definition, undo = define(schema_of(target, argument_texts(text), f"the model {called!r}"), target)
        return ToolModel(definition, target, undo)
    takes = Arguments(target, text, namespace)
    definition, undo = define(takes.schema, takes.model)
    return ToolFunction(definition, target, takes, undo)


def _is_model(target: object) -> TypeGuard[type[BaseModel]]:
    return inspect.isclass(target) and issubclass(target, BaseModel)


def _text_of(target: Any) -> str:
    """The docstring; that of a class only if somebody wrote it (a dataclass makes one of its signature)."""
    if inspect.isclass(target):
        text = target.__doc__ or ""
        return "" if text.startswith(f"{target.__name__}(") else text
    return "" if isinstance(target, functools.partial) else inspect.getdoc(target) or ""


def _name_of(target: Any) -> str:
    found: object = getattr(target, "__name__", None) or getattr(getattr(target, "func", None), "__name__", None)
    if isinstance(found, str) and found.replace("-", "_").isidentifier():
        return found  # what of it the service does not take is said by `_named`
    raise ConfigurationError(f"{shown(target)} has no name that a model could call it by: tool(..., name=...)")


def _named(target: Any, name: str) -> str:
    """The name, which has to be one that the service takes."""
    if _NAME.fullmatch(name):
        return name
    raise ConfigurationError(
        f"{shown(target)} would be called {name!r}: the service takes letters, digits, '_' and '-', up to 64; "
        "tool(..., name=...) gives it another name"
    )


def _parameters(called: str, schema: Schema, strict: bool | None, reads: type[BaseModel]) -> tuple[Schema, Undo | None]:
    """The schema to send; what undoes its rewrites where it is a strict one."""
    schema.pop("description", None)  # that of the tool says it
    if strict is False:
        return schema, None
    plan = convert(schema)
    faults = plan.faults
    if schema.get("additionalProperties"):
        faults = [SchemaFault("#", "an object with free keys", "name the arguments"), *faults]
    if not faults:
        unfit = faults_of(plan, reads.model_validate_json)
        if unfit:
            lines = "\n".join(f"  {fault}" for fault in unfit)
            raise ConfigurationError(f"the tool {called!r} could never be called:\n{lines}")
        return plan.schema, plan.undo
    if strict:
        lines = "\n".join(f"  {fault}" for fault in faults)
        raise ConfigurationError(f"the tool {called!r} cannot be strict:\n{lines}")
    return schema, None


def _without_nulls(given: Any, error: ValidationError) -> Any:
    """The arguments without the nulls that were refused: many models write null for what they leave out."""
    refused = {item["loc"] for item in error.errors(include_url=False) if item["input"] is None}
    return _cleared(given, refused, ())


def _cleared(value: Any, refused: set[tuple[int | str, ...]], place: tuple[int | str, ...]) -> Any:
    if isinstance(value, dict):
        kept = {name: each for name, each in value.items() if each is not None or (*place, name) not in refused}
        return {name: _cleared(each, refused, (*place, name)) for name, each in kept.items()}
    if isinstance(value, list):
        return [_cleared(each, refused, (*place, number)) for number, each in enumerate(value)]
    return value


def _faults(error: ValidationError, given: object) -> list[Fault]:
    found: list[Fault] = []
    for item in error.errors(include_url=False):
        got = "nothing" if item["type"] == "missing" else shown(item["input"])
        found.append(Fault(path_of(item["loc"], given), item["msg"], got))
    return found
