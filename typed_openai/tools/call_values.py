"""What function calls carry, as values: who reads the arguments of which call (`parsed_arguments`).

    keep_values(answer, tools)      each call of a completion or response gets what its tool reads of it

Which tool reads what
* A tool made by `tool` or `pydantic_function_tool` (that of the official package too): an object of its model, or a
  dict of the values of its function.
* A tool with a strict schema, written as a dict or a model: plain data.
* Any other tool, and a name that was not on offer: nothing, the value is None.

Rules: what does not fit is kept as the error that says so, and raised by who looks (`ToolArgumentsError`; its cause is
what a validator raised instead of saying that): the call is the model's, and may be answered. Whatever was given for
tools, nothing here raises: that is checked elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from pydantic import BaseModel
from pydantic_core import from_json

from typed_openai.core.run.threads import Kept
from typed_openai.errors import Fault
from typed_openai.models.shared import FunctionDefinition
from typed_openai.models.value_texts import CallText
from typed_openai.tools.definition import ToolArgumentsError, ToolFunction, ToolModel

Read: TypeAlias = Callable[[str], object]
Key: TypeAlias = tuple[str | None, str]
"""Namespace and name of a function."""


def keep_values(answer: object, tools: object) -> None:
    """Give each call of a completion or response what its tool reads of its arguments."""
    known = CallReaders(tools)
    for call in _calls(answer):
        call.keep_value(known.value(call, call.name, call.arguments))


def _calls(answer: object) -> Iterator[Any]:
    """The calls of functions, whatever else a server sent."""
    for item in listed(getattr(answer, "output", None)):
        if isinstance(item, CallText):
            yield item
    for choice in listed(getattr(answer, "choices", None)):
        for call in listed(getattr(getattr(choice, "message", None), "tool_calls", None)):
            if isinstance(function := getattr(call, "function", None), CallText):
                yield function


class CallReaders:
    """What reads the arguments of calls, for the tools of one request."""

    def __init__(self, tools: object) -> None:
        self._known = dict(_readers(listed(tools)))

    def value(self, call: object, name: object, arguments: object) -> object:
        """What the tool of a call reads of its arguments, or the `ToolArgumentsError` that says why they do not fit;
        None without such a tool."""
        if not isinstance(name, str) or not isinstance(arguments, str):
            return None
        namespace = getattr(call, "namespace", None)
        named_itself = namespace == name  # as a function does that was found by a search
        read = self._known.get((namespace, name)) or (self._known.get((None, name)) if named_itself else None)
        kept = Kept(Exception)
        with kept:
            return None if read is None else read(arguments)
        if kept.error is None or isinstance(kept.error, ToolArgumentsError):
            return kept.error
        got = f"{type(kept.error).__name__}: {kept.error}"
        wrong = ToolArgumentsError(name, arguments, [Fault("(all)", "what validators of the tool can check", got)])
        wrong.__cause__ = kept.error
        return wrong


def _readers(tools: Iterable[Any], namespace: str | None = None) -> Iterator[tuple[Key, Read]]:
    for each in tools:
        if isinstance(each, ToolFunction | ToolModel):
            yield (namespace, each.name), each.arguments
            continue
        given = _members(each)
        if given.get("type") == "namespace" and isinstance(name := given.get("name"), str):
            yield from _readers(listed(given.get("tools")), name)
        elif given.get("type") == "function":
            inner = given.get("function", each if isinstance(each, Mapping) else given)
            definition = _members(inner)
            name = definition.get("name")
            model = getattr(inner, "model", None)
            if isinstance(name, str) and isinstance(inner, PydanticFunctionTool):
                yield (namespace, name), inner.tool.arguments
            elif isinstance(name, str) and isinstance(model, type) and issubclass(model, BaseModel):
                yield (namespace, name), ToolModel(FunctionDefinition(name=name), model, None).arguments
            elif isinstance(name, str) and definition.get("strict") is True:
                yield (namespace, name), PlainData(name)


def listed(value: object) -> list[Any]:
    """What there is to go through, where a server or a caller may have put anything."""
    return list(value) if isinstance(value, list | tuple) else []


def _members(value: Any) -> Mapping[str, Any]:
    """What a dict or a model has."""
    if isinstance(value, BaseModel):
        return {name: getattr(value, name, None) for name in type(value).model_fields}
    return value if isinstance(value, Mapping) else {}


class PlainData:
    """Reads arguments as plain JSON data."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, arguments: str) -> object:
        try:
            return from_json(arguments)
        except ValueError as error:
            fault = Fault("(all)", f"one JSON object ({error})", "text that is not JSON")
            raise ToolArgumentsError(self.name, arguments, [fault]) from None


class PydanticFunctionTool(dict[str, Any]):
    """The definition of a function made of a pydantic model, as a request takes it; `model` is that model."""

    def __init__(self, definition: Mapping[str, Any], tool: ToolModel[Any]) -> None:
        super().__init__(definition)
        self.tool = tool

    @property
    def model(self) -> type[BaseModel]:
        """What the arguments become."""
        found: type[BaseModel] = self.tool.wrapped
        return found
