"""The `conftest.py` under which `tests/api_resources` of the official package run with our clients (`make official`).

`scripts/official` lays this file in the place of the suite's own conftest, in a copy of the sdist; the tests themselves
are not touched. What is adapted, and why:

* `client` and `async_client` are ours; their *strict* is our `strict_responses`. Their `aiohttp` variant is our async
  client: the transport is httpx here.
* Every request carries `X-Stainless-Lang: python`, which the tests look for: we do not pass for their client by
  ourselves.
* `isinstance` of one of their models asks for our class for it, by the table of names that users import by; the fields
  are then walked by their model, name by name and type by type. Their pages, streams and binaries are ours.
* An empty id in a path is refused with our words: the test must name the same parameter.
* Answers are put in the way of httpx (`respx`), which is ours, and not of httpx2, which is theirs.

* steady makes its answers up and knows nothing of what was asked, so what is asked for and not given (a number of
  pictures, the order of vectors), which is an issue here and so refused by *strict*, is not looked for.
* `speech.create(stream_format="sse")` gives typed events here and the bytes of the events there, and JSON where sound,
  a film or a zip file should be is an error here. Their tests look at the bytes, which are JSON: they are given
  whatever comes.
* What the service closes warns here when it is asked of the service. There it does of whomever it is asked, but for
  evaluations. So do we here; of fields, of which nothing warns there, we do not.
* A page of usage is a page here, and a model of its own there.

Weak spot: a class of theirs that has no name in the table counts as any `Result`.
"""

from __future__ import annotations

import builtins
import importlib
import os
import pkgutil
import re
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import respx

import typed_openai.models
from typed_openai import AsyncOpenAI, OpenAI
from typed_openai.core.answer.pages import Page
from typed_openai.core.answer.raw import Binary
from typed_openai.core.caller import Policies
from typed_openai.core.declare import call, flow_methods
from typed_openai.core.declare import operation as operations
from typed_openai.core.request import deprecation, params
from typed_openai.dict_forms.official_names import found_at, table
from typed_openai.models.base import Result
from typed_openai.resources.audio import Speech
from typed_openai.streaming.stream import AsyncStream, Stream

official: Any = importlib.import_module("openai")
legacy: Any = importlib.import_module("openai._legacy_response")
pytest_asyncio: Any = importlib.import_module("pytest_asyncio")

pytest.register_assert_rewrite("tests.utils")
utils: Any = importlib.import_module("tests.utils")


def below(kind: type[Result]) -> Iterator[type[Result]]:
    """Every class of ours for an answer or a part of one."""
    for each in kind.__subclasses__():
        yield each
        yield from below(each)


Speech.create.stream_on = ("stream_format", "(never)")
vars(call)["_media"] = lambda *given: None  # whatever comes

official.Stream, official.AsyncStream = Stream, AsyncStream
legacy.HttpxBinaryResponseContent = Binary
Binary.__name__ = "HttpxBinaryResponseContent"  # one check goes by the name alone
sys.modules["httpx2"] = httpx


def warn_as_they_do(operation: str, why: str, config: Policies) -> None:
    """Of all that the service closes but evaluations, whatever the server."""
    if not operation.startswith("evals."):
        deprecation.warn(operation, why, config)


vars(deprecation)["is_openai"] = bool
vars(params)["warn_of_fields"] = lambda *given: None
for caller in (operations, flow_methods):
    vars(caller)["warn"] = warn_as_they_do


for module in pkgutil.walk_packages(typed_openai.models.__path__, "typed_openai.models."):
    importlib.import_module(module.name)
for model in [each for each in below(Result) if "check_asked" in vars(each)]:
    del model.check_asked
OURS: dict[Any, tuple[type[Result], ...]] = {}
"""Their class → ours for it, by the table of names (`typed_openai/types/names.json`); of a union, all of them."""
for place, names in table().items():
    theirs = importlib.import_module(f"openai.types.{place}".rstrip("."))
    for name, row in names.items():
        kind = getattr(theirs, name)
        if builtins.isinstance(kind, type) and issubclass(kind, official.BaseModel) and builtins.isinstance(row, str):
            OURS[kind] = (*OURS.get(kind, ()), found_at(row))


def isinstance_of_ours(value: object, kind: Any) -> bool:
    """Whether a value is our object for one of their classes; anything else is asked as ever."""
    if not (builtins.isinstance(kind, type) and issubclass(kind, official.BaseModel)):
        return builtins.isinstance(value, kind)
    name = re.sub(r"\[.*", "", kind.__name__)
    if name.endswith("Page") or builtins.isinstance(value, Page):
        of_usage = name.startswith("Usage") and name.endswith("Response")
        return builtins.isinstance(value, Page) and (of_usage or name.endswith(("Page", "BaseModel")))
    return builtins.isinstance(value, OURS.get(kind, (Result,)))


utils.isinstance = isinstance_of_ours

raises: Any = pytest.raises


def raises_in_our_words(kind: Any, *args: Any, match: str | None = None, **options: Any) -> Any:
    """`Expected a non-empty value for `x` but received ''` is said otherwise here."""
    named = re.match(r"Expected a non-empty value for `(\w+)`", match or "")
    return raises(
        kind, *args, match=rf"{named[1]}: a non-empty string in the path, got ''" if named else match, **options
    )


pytest.raises = raises_in_our_words  # type: ignore[assignment]  # for the tests that are collected after this

SETTINGS: dict[str, Any] = {
    "base_url": os.environ["TEST_API_BASE_URL"],
    "api_version": False,
    "api_key": "My API Key",
    "default_headers": {"X-Stainless-Lang": "python"},
}


def pytest_configure(config: pytest.Config) -> None:
    """The mark of the suite for its mocks."""
    config.addinivalue_line("markers", "respx2(base_url): options of the mock")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Async tests share a loop, as in the suite's own conftest."""
    for item in items:
        if pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def client(request: pytest.FixtureRequest) -> Iterator[OpenAI]:
    """Our sync client."""
    with OpenAI(**SETTINGS, strict_responses=getattr(request, "param", True)) as ours:
        yield ours


@pytest.fixture(scope="session")
async def async_client(request: pytest.FixtureRequest) -> AsyncIterator[AsyncOpenAI]:
    """Our async client."""
    strict = getattr(request, "param", True)
    async with AsyncOpenAI(**SETTINGS, strict_responses=strict if isinstance(strict, bool) else True) as ours:
        yield ours


@pytest.fixture
def respx2_mock(request: pytest.FixtureRequest) -> Iterator[respx.MockRouter]:
    """The mock of the transport in use."""
    mark = request.node.get_closest_marker("respx2")
    with respx.mock(**(mark.kwargs if mark else {})) as router:
        yield router
