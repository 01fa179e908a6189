"""What a list or an object of a request is made of does not matter: every operation sends the same for all that people
have in their variables. The instances are generated from the API description.
"""

from __future__ import annotations

import types
from collections import UserDict, UserList, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, get_args, get_origin

import pytest

from tests.conformance import declared, spec
from tests.conformance.generate import valid_instances
from tests.conformance.test_schemas import parameters
from typed_openai.core.declare.signature import members_of, signature_of
from typed_openai.core.request.params import check_params, form_body, json_body, query
from typed_openai.errors import RequestValidationError
from typed_openai.models.base import Params
from typed_openai.settings.config import Config

pytestmark = pytest.mark.once
CONFIG = Config()
TITLES = sorted(
    title for title, (_, model) in declared.requests().items() if isinstance(model, type) and issubclass(model, Params)
)
TITLES = [title for title in TITLES if title in declared.declared()]
KINDS = ("minimal", "full", "branch", "optional")
MOST = 30
"""Instances of one operation."""


class Once:
    """Can be gone over, and nothing else."""

    def __init__(self, items: list[Any]) -> None:
        self.items = items

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items)


class Text(str):
    """A text of a class of its own."""


Container = Callable[[Any], Any]
LISTS: dict[str, Container] = {"tuple": tuple, "iterator": iter, "deque": deque, "list-like": UserList, "once": Once}
OBJECTS: dict[str, Container] = {"read-only": types.MappingProxyType, "dict-like": UserDict}


def made_of(value: Any, lists: Container = list, objects: Container = dict, texts: Container = str) -> Any:
    """A value with other containers in it, at every depth below the top."""
    if isinstance(value, dict):
        return objects({name: made_of(inner, lists, objects, texts) for name, inner in value.items()})
    if isinstance(value, list):
        return lists([made_of(inner, lists, objects, texts) for inner in value])
    return texts(value) if isinstance(value, str) else value


def sent(title: str, given: dict[str, Any]) -> object:
    """What goes out."""
    endpoint = declared.declared()[title]
    assert endpoint.params is not None
    checked = check_params(title, endpoint.params, None, given, CONFIG)
    if endpoint.method in ("GET", "DELETE"):
        return query(title, checked)
    return (
        str(form_body(title, endpoint.params, checked, None)) if endpoint.multipart else json_body(title, checked, None)
    )


def instances(title: str) -> Iterator[dict[str, Any]]:
    """Parameters that the operation takes, as plain lists and dicts."""
    schema, _ = declared.requests()[title]
    for instance in [i for i in valid_instances(schema, spec.document()) if i.kind in KINDS][:MOST]:
        if isinstance(instance.value, dict):
            yield parameters(instance.value)


@pytest.mark.parametrize("title", TITLES)
def test_lists_and_objects_of_any_kind_are_sent_as_plain_ones(title: str) -> None:
    seen = 0
    for given in instances(title):
        try:
            plain = sent(title, dict(given))
        except RequestValidationError:
            continue  # of what is looser or stricter than its description: `test_schemas.py`
        others: list[dict[str, Container]] = [{"texts": Text}]
        others += [{"lists": each} for each in LISTS.values()] + [{"objects": each} for each in OBJECTS.values()]
        for other in others:
            assert sent(title, {name: made_of(value, **other) for name, value in given.items()}) == plain, other
        seen += 1
    assert seen


def lists_in(annotation: Any) -> Iterator[Any]:
    for member in members_of(annotation):
        if get_origin(member) in (Sequence, Iterable):
            yield member
            yield from lists_in(get_args(member)[0])


def test_signatures_ask_for_sequences_only_where_one_value_could_be_gone_over_too() -> None:
    found = [
        member
        for endpoint in declared.declared().values()
        for parameter in signature_of(endpoint).parameters.values()
        for member in lists_in(parameter.annotation)
    ]
    assert sum(get_origin(each) is Iterable for each in found) > 100
    strict = [set(members_of(get_args(each)[0])) for each in found if get_origin(each) is Sequence]
    assert len(strict) > 50
    assert all(items & {str, bytes, object} for items in strict)
