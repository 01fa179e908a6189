"""What the variants of a resource inherit from one generic class: each keeps what it takes and gives."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from types import GenericAlias
from typing import Any

import pytest

from tests.tools import library
from tools.stubgen.filled_in import OPERATIONS, filled_in
from tools.stubgen.model import Applied, Class, Method, Module, Reference, Variable
from tools.stubgen.printing import Printer
from tools.stubgen.reading import modules_below, variants
from tools.stubgen.sharing import shared
from typed_openai.core.declare.resource import Nested
from typed_openai.core.declare.verbs import Resource
from typed_openai.models.base import T
from typed_openai.resources import Resources

pytestmark = pytest.mark.once


def resources(root: type = Resources) -> Iterator[type[Resource]]:
    for value in vars(root).values():
        if isinstance(value, Nested):
            below = value.load()
            yield below
            yield from resources(below)


def printed(classes: list[Class], module: str) -> ast.Module:
    return filled_in(ast.parse(Printer(Module(module, False, classes)).text()))


def by_class(stub: ast.Module) -> dict[str, dict[str, list[str]]]:
    """Each operation of each class, with its overloads."""
    found: dict[str, dict[str, list[str]]] = {}
    for node in stub.body:
        if isinstance(node, ast.ClassDef):
            for member in node.body:
                if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef):
                    found.setdefault(node.name, {}).setdefault(member.name, []).append(signature(member))
    return found


def signature(method: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    colour = "async " if isinstance(method, ast.AsyncFunctionDef) else ""
    returns = "" if method.returns is None else ast.unparse(method.returns)
    return f"{colour}{ast.unparse(method.args)} -> {returns}"


EVERY = {f"{each.__module__.rpartition('.')[2]}.{each.__name__}": each for each in resources()}


def test_all_resources_are_looked_at() -> None:
    assert {each.__module__ for each in EVERY.values()} >= set(modules_below(Resources)) - {Resources.__module__}
    assert len(EVERY) > 100


@pytest.mark.parametrize("name", EVERY)
def test_every_variant_takes_and_gives_what_it_would_without_sharing(name: str) -> None:
    resource = EVERY[name]
    alone, module = variants(resource), resource.__module__
    assert by_class(printed(shared(alone, module, resource.__name__), module)) == by_class(printed(alone, module))


def test_each_operation_of_a_made_up_resource_is_said_once() -> None:
    generic, *rest = shared(variants(library.Books), library.__name__, "Books")
    assert generic.name == f"_Books{OPERATIONS}"
    assert [each.name for each in generic.members] == ["create", "update", "list", "scan", "delete"]
    assert [each.name for each in rest[0].members if isinstance(each, Method)] == [
        *("read", "wait", "create_and_wait", "retell")
    ]
    assert not [each for variant in rest[2:] for each in variant.members if isinstance(each, Method)]


def test_a_class_of_coroutines_that_users_may_inherit_from_stands_whole() -> None:
    *_, awaited = made(method(int), method(int), method(int, is_async=True))
    assert awaited.base is None
    assert awaited.members == [method(int, is_async=True)]


def method(result: Any, *parameters: str, is_async: bool = False) -> Method:
    taken = [inspect.Parameter(each, inspect.Parameter.KEYWORD_ONLY) for each in parameters]
    return Method("do", "", [inspect.Signature(taken, return_annotation=result)], is_async)


def made(*variants: Method | None, only_static: bool = False) -> list[Class]:
    classes = [Class(f"V{number}", "", [each] if each else []) for number, each in enumerate(variants)]
    classes[-1].only_static = only_static
    return shared(classes, "here", "One")


def test_what_is_given_is_a_type_variable_that_each_variant_fills_in() -> None:
    generic, one, two = made(method(int), method(str))
    assert generic.base == Applied(Reference("typing", "Generic"), (Variable("_IntT"),))
    assert [each.base for each in (one, two)] == [
        Applied(Reference("here", generic.name), (given,)) for given in (int, str)
    ]


def test_what_is_awaited_is_a_coroutine() -> None:
    *_, two = made(method(int), method(int, is_async=True), only_static=True)
    assert two.base is not None
    assert two.base.arguments == (Applied(Reference("types", "CoroutineType"), (Any, Any, int)),)


@pytest.mark.parametrize(
    "second",
    [None, method(int, "more"), method(GenericAlias(dict, (str, T))), Method("do", "", method(int).signatures * 2)],
    ids=["missing", "takes more", "follows a type", "more overloads"],
)
def test_what_differs_stands_in_each_variant(second: Method | None) -> None:
    assert [each.name for each in made(method(int), second)] == ["V0", "V1"]


def test_results_with_one_name_and_different_variants_have_two_variables() -> None:
    first = Class("One", "", [method(int), Method("more", "", method(int).signatures)])
    second = Class("Two", "", [method(str), Method("more", "", method(bytes).signatures)])
    generic, *_ = shared([first, second], "here", "One")
    assert generic.base is not None
    assert generic.base.arguments == (Variable("_IntT"), Variable("_IntT2"))
