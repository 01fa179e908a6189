"""From run-time classes to plain data: which resources there are, and what each of them holds.

Rules
* A resource `X` becomes `X` and `AsyncX`, which exist, and `XWithRawResponse` and `XWithStreamingResponse` in both
  colours, which do not: at run time these are the same class in another mode.
* Helpers that give events (`chat.completions.stream`) or take several steps exist in plain mode only, but for those
  that ask once (`FlowMethod.raw`).
* Whatever else a resource module shows publicly (a function, a constant) is described too: a stub hides its module.
"""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any, get_type_hints

from tools.stubgen.model import Attribute, Class, Method, Module, Reference
from tools.stubgen.overloads import signatures
from tools.stubgen.sharing import shared
from typed_openai.core.attribute_docs import attribute_docs, names_for_types
from typed_openai.core.declare.endpoint import Endpoint
from typed_openai.core.declare.flow_methods import FlowMethod
from typed_openai.core.declare.resource import Mode, Nested
from typed_openai.core.declare.signature import is_coroutine
from typed_openai.core.declare.verbs import Resource
from typed_openai.dict_forms.making import IN_CALLS
from typed_openai.sockets.connect_options import ConnectOptions
from typed_openai.sockets.connections import __name__ as CONNECTIONS
from typed_openai.sockets.declaration import Socket

SUFFIXES: dict[Mode, str] = {"plain": "", "raw": "WithRawResponse", "streaming": "WithStreamingResponse"}
VARIANTS: dict[str, Mode] = {"with_raw_response": "raw", "with_streaming_response": "streaming"}


def modules_below(root: type) -> list[str]:
    """The modules of all resources that hang below a class, its own first."""
    found = {root.__module__: None}
    for nested in vars(root).values():
        if isinstance(nested, Nested):
            found |= dict.fromkeys(modules_below(nested.load()))
    return list(found)


def read_module(name: str) -> Module:
    """Everything public that a resource module defines."""
    module = importlib.import_module(name)
    classes: list[Class] = []
    known: set[str] = set()
    for item, value in list(vars(module).items()):
        if not isinstance(value, type) or value.__module__ != name or item.startswith("_"):
            continue
        known.add(item)
        if issubclass(value, Resource):
            if not value.is_async:
                classes += shared(variants(value), name, item)
        elif any(isinstance(member, Nested) for base in value.__mro__ for member in vars(base).values()):
            classes += _roots(value)
        else:
            raise TypeError(f"{name}.{item}: beside resources there is no room for other classes")
    described = Module(name, hasattr(module, "__path__"), classes)
    for item in _defined(module):
        value = getattr(module, item)
        if isinstance(value, FunctionType):
            described.functions[item] = _function(value)
        elif item not in known:
            described.constants[item] = dict[str, str] if isinstance(value, dict) else type(value)
    return described


def _defined(module: ModuleType) -> Iterator[str]:
    """The public names that a module assigns or defines itself, without its classes."""
    for statement in ast.parse(inspect.getsource(module)).body:
        targets: list[Any] = [statement]
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for target in targets:
            name = getattr(target, "id", None) or (target.name if isinstance(target, ast.FunctionDef) else "_")
            if not name.startswith("_"):
                yield name


def _function(function: FunctionType) -> Method:
    hints = get_type_hints(function, localns=names_for_types(function.__module__))
    bare = inspect.signature(function)
    parameters = [item.replace(annotation=hints.get(item.name, Any)) for item in bare.parameters.values()]
    signature = bare.replace(parameters=parameters, return_annotation=hints.get("return", Any))
    return Method(function.__name__, inspect.getdoc(function) or "", [signature])


def _plain(function: FunctionType, is_async: bool) -> Method:
    """A method that sends nothing: the same in both colours, but for a resource that it gives."""
    described = _function(function)
    (signature,) = described.signatures
    given = signature.return_annotation
    if is_async and isinstance(given, type) and issubclass(given, Resource):
        signature = signature.replace(return_annotation=given.awaited)
    described.signatures[0] = signature.replace(parameters=[*signature.parameters.values()][1:])
    return described


def _roots(cls: type) -> list[Class]:
    """A class that is no resource itself: the areas of a client, in the colour that its name says, and its variants."""
    return [_root(cls, mode) for mode in SUFFIXES]


def _root(cls: type, mode: Mode) -> Class:
    is_async = cls.__name__.startswith("Async")
    docs = attribute_docs(cls)
    found = {name: value for base in reversed(cls.__mro__) for name, value in vars(base).items()}
    members: list[Method | Attribute] = [
        Attribute(name, docs.get(name, ""), _reference(value.load(), is_async, mode))
        for name, value in found.items()
        if isinstance(value, Nested)
    ]
    if mode != "plain":
        return Class(cls.__name__ + SUFFIXES[mode], f"{SUMMARIES[mode]} of `{cls.__name__}`.", members, None, True)
    for name, other in VARIANTS.items():
        if name in found:
            doc = inspect.getdoc(found[name]) or ""
            members.append(Attribute(name, doc, Reference(cls.__module__, cls.__name__ + SUFFIXES[other])))
    return Class(cls.__name__, inspect.getdoc(cls) or "", members)


def variants(resource: type[Resource]) -> list[Class]:
    """A resource in both colours and each mode, each with all that it has."""
    if resource.__bases__ != (Resource,):
        raise TypeError(
            f"{resource.__qualname__}: a resource inherits from Resource alone, or its stub would lack the rest"
        )
    return [_variant(resource, is_async, mode) for mode in SUFFIXES for is_async in (False, True)]


def _variant(resource: type[Resource], is_async: bool, mode: Mode) -> Class:
    members: list[Method | Attribute] = []
    docs = attribute_docs(resource)
    for name, value in vars(resource).items():
        if isinstance(value, Nested):
            below = value.load()
            doc = docs.get(name) or inspect.getdoc(below) or ""
            members.append(Attribute(name, doc, _reference(below, is_async, mode)))
        elif isinstance(value, Endpoint):
            if value.events_at is None or mode == "plain":
                members.append(_method(value, is_async, mode))
        elif isinstance(value, Socket):
            if mode == "plain":
                members.append(_socket(value, is_async))
        elif isinstance(value, FlowMethod):
            if mode == "plain" or value.raw:
                members.append(_steps(value, is_async, mode))
        elif isinstance(value, FunctionType) and "return" in value.__annotations__ and not name.startswith("_"):
            if mode == "plain":
                members.append(_plain(value, is_async))
        elif not name.startswith("_") and not hasattr(Resource, name) and name not in Resource.__annotations__:
            raise TypeError(f"{resource.__qualname__}.{name}: cannot describe {value!r} in a stub")
    name = _reference(resource, is_async, mode).name
    if mode != "plain":
        return Class(
            name, f"{SUMMARIES[mode]} of `{_reference(resource, is_async, 'plain').name}`.", members, None, True
        )
    for attribute, other in VARIANTS.items():
        doc = inspect.getdoc(vars(Resource)[attribute]) or ""
        members.append(Attribute(attribute, doc, _reference(resource, is_async, other)))
    return Class(name, inspect.getdoc(resource) or "", members)  # without its base: editors list public names only


SUMMARIES: dict[Mode, str] = {
    "raw": "Every operation gives an `APIResponse`: what the type checker sees as `with_raw_response`",
    "streaming": "Every operation is a context manager: what the type checker sees as `with_streaming_response`",
}


def _method(endpoint: Endpoint, is_async: bool, mode: Mode) -> Method:
    awaited = is_async and is_coroutine(endpoint, mode)
    return Method(endpoint.name, endpoint.__doc__, signatures(endpoint, is_async, mode), awaited)


def _steps(steps: FlowMethod, is_async: bool, mode: Mode) -> Method:
    signature = steps.signature(IN_CALLS, mode, is_async)
    shown = [signature.replace(parameters=list(signature.parameters.values())[1:])]
    return Method(steps.name, steps.__doc__, shown, is_async and mode != "streaming")


def _socket(socket: Socket, is_async: bool) -> Method:
    options = inspect.Parameter("options", inspect.Parameter.VAR_KEYWORD, annotation=ConnectOptions)
    manager = Reference(CONNECTIONS, socket.colours.managers[is_async].__name__)
    signature = inspect.Signature([*socket.own_parameters(IN_CALLS), options], return_annotation=manager)
    return Method(socket.name, socket.__doc__, [signature])


def _reference(resource: type[Resource], is_async: bool, mode: Mode) -> Reference:
    return Reference(resource.__module__, f"{'Async' if is_async else ''}{resource.__name__}{SUFFIXES[mode]}")
