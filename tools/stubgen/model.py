"""What the generator knows of a module, as plain data between reading and printing."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Reference:
    """A class by its place; for those that exist only in stubs."""

    module: str
    name: str


@dataclass(frozen=True, slots=True)
class Variable:
    """A type variable that exists in stubs only."""

    name: str


@dataclass(frozen=True, slots=True)
class Applied:
    """A generic class with what stands in its brackets."""

    origin: Reference
    arguments: tuple[Any, ...]


@dataclass(slots=True)
class Method:
    """An operation; several signatures are overloads."""

    name: str
    doc: str
    signatures: list[inspect.Signature]
    is_async: bool = False


@dataclass(slots=True)
class Attribute:
    """A read-only attribute: a nested resource, or a variant of the resource itself."""

    name: str
    doc: str
    type: Reference


@dataclass(slots=True)
class Class:
    """A class of the stub. `only_static`: at run time there is no such class."""

    name: str
    doc: str
    members: list[Method | Attribute]
    base: Applied | None = None
    only_static: bool = False


@dataclass(slots=True)
class Module:
    """A stub file."""

    name: str
    is_package: bool
    classes: list[Class]
    constants: dict[str, type] = field(default_factory=dict)
    functions: dict[str, Method] = field(default_factory=dict)
