"""Calls that can be made of both packages: for each declared operation its smallest, its fullest, and some between.

Arguments are made of the API description where it has the operation, else of the types of the official package, by the
generator of `tests/conformance`. Files are a few bytes with a name and a type.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, get_type_hints

import openai

from tests.conformance import declared, spec
from tests.conformance.generate import valid_instances
from tests.conformance.samples import Binary
from tools.drift.sources import methods, schema_of
from typed_openai.core.declare.endpoint import Endpoint
from typed_openai.models.file_input import is_file_field

MOST = 12
"""Calls of one operation."""
FILE = ("file.bin", b"\x00\xff\r\n--bytes", "application/octet-stream")


@dataclass(frozen=True)
class Call:
    """One call: the operation, what is special about it, and its arguments by name."""

    title: str
    about: str
    arguments: dict[str, Any]
    is_described: bool
    """Whether the API description has the operation: what it allows must be taken, which types say less of."""

    def __str__(self) -> str:
        """How reports name it."""
        return f"{self.title} {self.about}"


@cache
def official() -> dict[str, Any]:
    """Every operation of the official package, as functions."""
    client = openai.OpenAI(api_key="sk-parity")
    return dict(methods(client, "", client))


def compared() -> dict[str, Endpoint]:
    """The declared operations that both packages have and that are one request."""
    return {
        title: endpoint
        for title, endpoint in declared.declared().items()
        if title in official() and endpoint.events_at is None
    }


def calls(title: str) -> Iterator[Call]:
    """Some calls of an operation."""
    endpoint = compared()[title]
    odd = "a/b?c#d%é" if endpoint.takes_slashes else "a?b#c%é"
    place = {name: f"{name} {odd}" for name in endpoint.path_names}
    is_described, seen = endpoint.params is None or title in declared.requests(), list[Any]()
    for about, values in _values(title, endpoint):
        given = {name: _given(name, value, endpoint) for name, value in values.items()}
        if given not in seen:
            seen.append(given)
            yield Call(title, about, {**place, **given}, is_described)
        if len(seen) == MOST:
            return


def _values(title: str, endpoint: Endpoint) -> Iterator[tuple[str, dict[str, Any]]]:
    if endpoint.params is None:
        yield "as it is", {}
        return
    described = declared.requests().get(title)
    schema, root = (described[0], spec.document()) if described is not None else _of_signature(title, endpoint)
    for instance in valid_instances(schema, root):
        value: Any = instance.value
        if isinstance(value, dict):
            has_null = endpoint.method == "POST" and not endpoint.multipart  # queries and forms have no word for it
            yield str(instance), {name: inner for name, inner in value.items() if has_null or inner is not None}


def _of_signature(title: str, endpoint: Endpoint) -> tuple[dict[str, Any], dict[str, Any]]:
    """One schema of the parameters of an official method, and the document around it."""
    function = inspect.unwrap(official()[title])
    hints = get_type_hints(function, vars(sys.modules[function.__module__]), {}, include_extras=True)
    known = set(endpoint.params.__pydantic_fields__) if endpoint.params is not None else set[str]()
    found: dict[str, Any] = {"type": "object", "properties": {}, "required": [], "$defs": {}}
    for name, parameter in inspect.signature(function).parameters.items():
        if name in known:
            schema, document = schema_of(hints.get(name, Any))
            found["$defs"] |= document.get("$defs", {})
            found["properties"][name] = {key: value for key, value in schema.items() if key != "$defs"}
            if parameter.default is parameter.empty:
                found["required"].append(name)
    found["$defs"] = {name: _under_their_names(each) for name, each in found["$defs"].items()}
    return found, found


def _under_their_names(schema: dict[str, Any]) -> dict[str, Any]:
    """An object without the properties that Python calls otherwise (`async_`)."""
    kept = {name: each for name, each in schema.get("properties", {}).items() if not name.endswith("_")}
    return {**schema, "properties": kept} if "properties" in schema else schema


def _given(name: str, value: Any, endpoint: Endpoint) -> Any:
    """A value as both packages take it: a file in place of what stands for one."""
    info = None if endpoint.params is None else endpoint.params.__pydantic_fields__.get(name)
    if isinstance(value, Binary) or (isinstance(value, str) and info is not None and is_file_field(info)):
        return FILE
    return [FILE if isinstance(item, Binary) else item for item in value] if isinstance(value, list) else value
