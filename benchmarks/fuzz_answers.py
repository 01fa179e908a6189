"""Damaged answers of every operation, all properties of what comes of them, in both colours; and lists of any pages.

    make soak                                         (or: .venv/bin/python benchmarks/fuzz_answers.py 20000 --write)

Each input is an answer as the API describes it, of which some values were replaced by others of any JSON type, left
out, doubled or wrapped; headers get odd values too. It is served to a sync and to an async client. What then is raised,
by the call, by a property of any object in the result, by a dump, a copy or a pickle, must be an `OpenAIError`, and
what came must be in the dump. Lists are servers that say anything about more, of which all items must come until their
word ends the list. Runs are the same for the same number.

Weak spot: one process and no sockets; what breaks on the wire is tried in `tests/wire` and `tests/bodies`.
"""

from __future__ import annotations

import asyncio
import copy
import functools
import json
import logging
import pickle
import random
import sys
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]
import httpx  # noqa: E402 - the path is set first
import promises  # noqa: E402

from tests.conformance import spec  # noqa: E402
from tests.conformance.declared import answers, declared  # noqa: E402
from tests.conformance.generate import full_instance, minimal_instance  # noqa: E402
from typed_openai import AsyncOpenAI, OpenAI, OpenAIError  # noqa: E402
from typed_openai.core.answer.pages import CursorPage  # noqa: E402
from typed_openai.models.base import Result  # noqa: E402

FOREIGN = (
    "whatever an answer holds, all that is raised is an OpenAIError (all operations, all properties, both colours)"
)
KEPT = "what came is in the dump of the result"
KEYS = {"api_key": "sk-fuzz", "admin_api_key": "sk-admin-fuzz"}
LISTS = "a list gives all items until the server's word ends it"
ODD: list[Any] = [None, True, False, 0, -1, 5, 1e308, 10**15, "", "x", "²", "\x00", [], {}, [7], [None], {"a": 1}]
ODD += [{"type": 5}, {"type": "no_such_type"}, {"type": None}, [[{}]], "9" * 400, "2024-01-01", {"error": None}]
HEADERS = ("x-ratelimit-limit-requests", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-requests", "x-request-id")
ODD_HEADERS = (
    b"\xb2",
    b"9" * 5000,
    b"9d" * 50,
    b"9" * 40 + b"d",
    b"",
    b"-1",
    b"nan",
    b"inf",
    b"1e999",
    b"6m0s",
    b"\xff",
)


class Served:
    """Gives the answers it is told to, in either colour."""

    def __init__(self) -> None:
        self.content = b""
        self.headers: list[tuple[bytes, bytes]] = []
        native = httpx.MockTransport(self)
        options: dict[str, Any] = {**KEYS, "max_retries": 0, "validation": "off"}
        self.sync = OpenAI(http_client=httpx.Client(transport=native), **options)
        self.asynchronous = AsyncOpenAI(http_client=httpx.AsyncClient(transport=native), **options)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=self.content, headers=self.headers)


def damaged(value: Any, chance: random.Random) -> Any:
    """The value with one to four of its places changed."""
    value = copy.deepcopy(value)
    for _ in range(chance.randint(1, 4)):
        places = list(_places(value))
        if not places:
            return chance.choice(ODD)
        holder, key = chance.choice(places)
        how = chance.random()
        if how < 0.6:
            holder[key] = copy.deepcopy(chance.choice(ODD))
        elif how < 0.75:
            del holder[key]
        elif how < 0.85:
            holder[key] = [holder[key], copy.deepcopy(holder[key])]
        elif isinstance(holder, dict):
            holder[chance.choice(("x_vendor", "type", "status", "error", "data", "object"))] = chance.choice(ODD)
    return value if chance.random() < 0.98 else chance.choice(ODD)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place below a JSON value, as what holds it and the key."""
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield value, key
        yield from _places(inner)


@functools.cache
def _properties(kind: type) -> list[str]:
    found = dict.fromkeys(name for each in kind.__mro__ if each not in Result.__mro__[1:] for name in vars(each))
    kinds = (property, functools.cached_property)
    return [name for name in found if isinstance(getattr(kind, name, vars(kind).get(name)), kinds)]


def _looked_at(value: Any, depth: int = 0) -> None:
    """Ask every property of every object in a result, and what those give."""
    if depth > 12:
        return
    if isinstance(value, Result):
        for name in _properties(type(value)):
            _guarded(lambda name=name: getattr(value, name))  # type: ignore[misc]  # mypy knows no defaults of lambdas
        for form in (value.model_dump, value.to_dict, value.to_json, value.as_input, value.__repr__):
            _guarded(form)
        inner: list[Any] = [*vars(value).values(), *(value.__pydantic_extra__ or {}).values()]
    else:
        inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    for each in inner:
        _looked_at(each, depth + 1)


def _guarded(work: Any) -> None:
    try:
        work()
    except OpenAIError:
        return


def _looked_at_whole(result: Any) -> None:
    if hasattr(result, "data") and hasattr(result, "get_next_page"):
        for name in ("data", "object", "has_more", "first_id", "last_id", "next_page", "issues"):
            getattr(result, name, None)
        result.has_next_page()
        repr(result)
        list(result.data)
        _looked_at(result._envelope)
    else:
        _looked_at(result)
    _ = (result.meta.rate_limit, result.meta.request_id, repr(result.meta), result.meta.headers)
    copy.deepcopy(result)
    pickle.loads(pickle.dumps(result))  # noqa: S301 - our own


async def _asked(served: Served, title: str, arguments: dict[str, str], is_async: bool) -> Any:
    call = attrgetter(title)(served.asynchronous if is_async else served.sync)
    outcome = call(**arguments)
    return await outcome if is_async else outcome


async def tried(count: int, table: promises.Promises) -> None:
    """`count` damaged answers, spread over all operations."""
    chance = random.Random(count)
    served, operations = Served(), declared()
    samples: list[tuple[str, Any]] = []
    for title, (schema, _) in answers().items():
        if " (" not in title:
            made = [full_instance(schema, spec.document()), minimal_instance(schema, spec.document())]
            samples += [(title, each.value) for each in made if each is not None]
    for number in range(count):
        title, value = samples[number % len(samples)]
        wrong = damaged(value, chance)
        served.content = json.dumps(wrong).encode()
        served.headers = [(chance.choice(HEADERS).encode(), chance.choice(ODD_HEADERS)) for _ in range(2)]
        arguments = dict.fromkeys(operations[title].path_names, "x")
        is_async = bool(number % 2)
        try:
            result = await _asked(served, title, arguments, is_async)
            _looked_at_whole(result)
        except OpenAIError:
            table.tried(FOREIGN)
        except (ArithmeticError, AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError) as error:
            table.tried(FOREIGN, f"{title}: {type(error).__name__}: {error} for {served.content[:300]!r}")
        else:
            table.tried(FOREIGN)
            dumped = None if result is None else json.loads(json.dumps(result.model_dump(mode="json")))
            whole = dumped is None or isinstance(wrong, list) or dumped == json.loads(served.content)
            table.tried(KEPT, None if whole else f"{title}: {served.content[:300]!r}")


async def listed(count: int, table: promises.Promises) -> None:
    """`count` servers of lists, which have pages with and without items and say anything about more."""
    chance = random.Random(count)
    titles = [name for name, each in declared().items() if each.page is not None and issubclass(each.page, CursorPage)]
    for number in range(count):
        pages, expected = _pages(chance)
        waiting = iter(pages)
        transport = httpx.MockTransport(lambda request, waiting=waiting: httpx.Response(200, json=next(waiting)))  # type: ignore[misc]  # mypy knows no defaults of lambdas
        endpoint = declared()[titles[number % len(titles)]]
        arguments = dict.fromkeys(endpoint.path_names, "x")
        options: dict[str, Any] = {**KEYS, "max_retries": 0, "validation": "off"}
        if number % 2:
            client = AsyncOpenAI(http_client=httpx.AsyncClient(transport=transport), **options)
            found = [item.id async for item in attrgetter(endpoint.title)(client)(**arguments)]
        else:
            plain = OpenAI(http_client=httpx.Client(transport=transport), **options)
            found = [item.id for item in attrgetter(endpoint.title)(plain)(**arguments)]
        table.tried(LISTS, None if found == expected else f"{endpoint.title}: {found} of {pages}")


def _pages(chance: random.Random) -> tuple[list[Any], list[str]]:
    """The answers of one server, and the ids of all items up to the page by which it says that there are no more."""
    pages: list[Any] = []
    expected: list[str] = []
    last = chance.randint(0, 5)
    for number in range(last + 1):
        ids = [f"i-{number}-{each}" for each in range(chance.choice((0, 0, 1, 3)))]
        expected += ids
        more = number < last
        page: dict[str, Any] = {"object": "list", "data": [{"id": each} for each in ids]}
        page["has_more"] = chance.choice((True, "true", 1)) if more else chance.choice((False, "false", 0))
        if more and (not ids or chance.random() < 0.5):
            page["last_id"] = f"cursor-{number}"
        elif not more and chance.random() < 0.3:
            del page["has_more"]
        pages.append(page)
    return pages, expected


def main() -> int:
    logging.disable(logging.CRITICAL)
    counts = [int(each) for each in sys.argv[1:] if each.isdigit()]
    count = counts[0] if counts else 5000
    table = promises.Promises()
    asyncio.run(tried(count, table))
    asyncio.run(listed(max(count // 10, 1), table))
    return table.finish()


if __name__ == "__main__":
    sys.exit(main())
