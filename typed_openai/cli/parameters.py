"""The parameters of an operation as those of a command: ids by position, the rest as options, all from its declaration.

* What stands in the path is positional, in the order of the path.
* Everything else is an option: its name with hyphens, the literal under the field as its help, its kind and bounds as
  its placeholder. Switches have a twin (`--stream/--no-stream`); lists and objects may be given several times.
* A list operation's `limit` counts the items that are shown, over all pages (0: all of them).
* What cannot be typed (functions, types) is not an option; an operation that requires such a thing is not a command.

Weak spot: what a model checks in a function of its own is not told before it refuses.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args, get_origin

import click
from pydantic import TypeAdapter

from typed_openai.cli.tree import as_command
from typed_openai.cli.values import Shape, shape_of
from typed_openai.core.declare.docs import field_texts
from typed_openai.core.declare.endpoint import Endpoint
from typed_openai.core.declare.flow_methods import FlowMethod
from typed_openai.core.declare.signature import fields_of, members_of

LIMIT = "limit"
_ANY = 2**53
"""A bound beyond this is that of the number format and tells nobody anything."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of an operation."""

    name: str
    shape: Shape
    required: bool
    about: str = ""
    bounds: str = ""
    default: Any = None

    @property
    def option(self) -> str:
        """The option, as it is typed."""
        return f"--{as_command(self.name).strip('-')}"

    @property
    def is_switch(self) -> bool:
        """Whether it is yes or no and nothing else."""
        shape = self.shape
        return shape.boolean and not (shape.text or shape.number or shape.whole or shape.words or shape.repeats)


def ids_of(declaration: Endpoint | FlowMethod) -> list[str]:
    """What is given by position: what stands in the path, the outermost first."""
    if isinstance(declaration, Endpoint):
        return declaration.path_names
    needed = [item for item in _signature(declaration) if item.default is item.empty and item.annotation is str]
    needed = [item for item in needed if item.name == "id" or item.name.endswith("_id")]
    own = inspect.signature(declaration.function).parameters
    needed = [item for item in needed if item.name in own]
    return [item.name for item in sorted(needed, key=lambda item: item.kind is not item.KEYWORD_ONLY)]


def parameters_of(declaration: Endpoint | FlowMethod) -> list[Parameter]:
    """What is given by name; raises `TypeError` when something is required that cannot be typed."""
    ids = ids_of(declaration)
    texts = field_texts(declaration.params)
    bounds = _bounds_of(declaration.params)
    found: list[Parameter] = []
    for item in _signature(declaration):
        if item.name in ids:
            continue
        shape, required = shape_of(item.annotation), item.default is item.empty
        if item.name == "wait":
            shape, required = Shape(object=True), False
        if not shape.typeable:
            if required or _names_type(item.annotation):
                raise TypeError(f"{declaration.title} takes {item.name}, which cannot be typed")
            continue
        about = texts.get(item.name, "")
        found.append(Parameter(item.name, shape, required, about, bounds.get(item.name, ""), item.default))
    return found


def _names_type(annotation: Any) -> bool:
    """Whether a type is meant, which is what the operation is for."""
    return any(get_origin(member) in (type, TypeAdapter) for member in members_of(annotation))


def _signature(declaration: Endpoint | FlowMethod) -> Iterator[inspect.Parameter]:
    if isinstance(declaration, FlowMethod):
        left_out = {"self", "extra_headers", "extra_query", "extra_body", "timeout", "deadline", "idempotency_key"}
        yield from (item for item in declaration.__signature__.parameters.values() if item.name not in left_out)
        return
    streams = (declaration.stream_on[0],) if declaration.events_at is not None else ()
    yield from fields_of(declaration.params, streams)


def _bounds_of(model: Any) -> dict[str, str]:
    """`1..100` for each field of a model that has bounds."""
    found: dict[str, str] = {}
    for name, info in getattr(model, "__pydantic_fields__", {}).items():
        marks = {key: value for mark in _marks(info.annotation, info.metadata) for key, value in _limits(mark)}
        if marks:
            low = marks.get("ge", f">{marks['gt']}" if "gt" in marks else "")
            high = marks.get("le", f"<{marks['lt']}" if "lt" in marks else "")
            found[info.alias or name] = f"{low}..{high}"
    return found


def _marks(annotation: Any, metadata: Any) -> Iterator[Any]:
    yield from metadata
    for inner in get_args(annotation):
        if hasattr(inner, "ge") or hasattr(inner, "metadata"):
            yield inner
        yield from _marks(inner, ())


def _limits(mark: Any) -> Iterator[tuple[str, Any]]:
    for each in (mark, *getattr(mark, "metadata", ())):
        for key in ("ge", "gt", "le", "lt"):
            value = getattr(each, key, None)
            if isinstance(value, int | float) and abs(value) < _ANY:
                yield key, value


def as_option(parameter: Parameter, about: str = "") -> click.Option:
    """The option of a parameter; its value is the texts that were given, or a switch."""
    name = parameter.option
    needed = " [required]" if parameter.required else ""
    about = f"{about or parameter.about}{needed}".strip()
    if parameter.is_switch:
        return click.Option([f"{name}/--no-{name[2:]}", parameter.name], default=None, help=about)
    metavar = parameter.shape.metavar() + (f" {parameter.bounds}" if parameter.bounds else "")
    return click.Option([name, parameter.name], multiple=True, metavar=metavar, help=about)
