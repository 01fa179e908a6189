"""Every property of every class, and every door of an answer, on data that no server should send.

    make soak                                     (or: .venv/bin/python benchmarks/fuzz_properties.py 3000 --write)

* Classes: each class of results that the package has is read from random data, some fields as they should be, others of
  any JSON type or missing, and every property and form of it, and of what lies in it, is asked.
* Doors: damaged answers (JSON, bytes, text, odd headers) of all operations, those with bytes and with nothing among
  them, through the plain call, `with_raw_response` and `with_streaming_response`, in both colours; then every property
  and every reader of what came: pages, `Binary`, `APIResponse`, streamed ones, streams.

What is raised must be an `OpenAIError`; `json()` says with a ValueError that a body is none. Runs are the same for the
same number.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import pickle
import random
import sys
from collections.abc import Callable, Iterator
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]
import promises  # noqa: E402 - the path is set first
from fuzz_answers import HEADERS, ODD, ODD_HEADERS, Served, _looked_at, damaged  # noqa: E402

from tests.conformance import spec  # noqa: E402
from tests.conformance.declared import answers, declared  # noqa: E402
from tests.conformance.filled import classes, filled  # noqa: E402
from tests.conformance.generate import full_instance, minimal_instance  # noqa: E402
from typed_openai import OpenAIError  # noqa: E402
from typed_openai.core.answer.raw import Binary  # noqa: E402
from typed_openai.core.answer.tolerant import build  # noqa: E402
from typed_openai.models.base import Result  # noqa: E402

CLASSES = "every property of every class of results tells, or raises an OpenAIError, whatever lies in it"
DOORS = "every door of an answer (raw, streamed, bytes, pages) gives what it gives, or an OpenAIError"
FOREIGN = (ArithmeticError, AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError)
READERS = ("read", "text", "json", "parse", "iter_bytes", "iter_text", "iter_lines", "iter_raw", "__repr__")
BODIES = (
    b"",
    b"\xff\xfe{",
    b"ID3\x04" + bytes(300),
    b'"text"',
    b"null",
    b"<html>",
    b'data: {"a": 1}\n\ndata: [DONE]\n\n',
)


async def every_class(times: int, table: promises.Promises) -> None:
    """Each class `times` times, from random data."""
    chance = random.Random(times)
    for kind in classes(Result):
        for _ in range(times):
            data = filled(kind, chance, ODD)
            try:
                _looked_at(build(kind, data, "", []))
            except FOREIGN as error:
                if not isinstance(error, OpenAIError):
                    table.tried(
                        CLASSES, f"{kind.__name__}: {type(error).__name__}: {error} for {json.dumps(data)[:300]}"
                    )
                    continue
            table.tried(CLASSES)


def _told(thing: Any) -> Iterator[str]:
    """The names of all public properties of an object."""
    for name in dict.fromkeys(name for kind in type(thing).__mro__ for name in vars(kind)):
        if isinstance(inspect.getattr_static(type(thing), name), property | cached_property) and name[0] != "_":
            yield name


def _allows(work: Callable[[], Any], *more: type[Exception]) -> Any:
    try:
        return work()
    except (OpenAIError, *more):
        return None


async def _read(thing: Any, name: str) -> None:
    """What a reader gives, to its end, in either colour."""
    if not hasattr(thing, name):
        return
    try:
        found: Any = getattr(thing, name)
        found = found() if callable(found) else found
        found = await found if inspect.isawaitable(found) else found
        if hasattr(found, "__aiter__"):
            async for each in found:
                _looked_at(each)
        elif inspect.isgenerator(found):
            for each in found:
                _looked_at(each)
        else:
            await _seen(found)
    except OpenAIError:
        return
    except ValueError:
        if name != "json":
            raise


async def _seen(thing: Any) -> None:
    """Ask all properties of what a call gave, and of what lies in it."""
    for name in _told(thing):
        _allows(lambda name=name: getattr(thing, name))  # type: ignore[misc]  # mypy knows no defaults of lambdas
    repr(thing)
    _looked_at(thing)
    if hasattr(thing, "_envelope"):
        _looked_at(thing._envelope)
    if hasattr(thing, "_repr_markdown_"):
        _ = (thing._repr_markdown_(), thing._repr_html_(), thing._repr_mimebundle_(), thing._mime_())
    if isinstance(thing, Binary | Result):
        pickle.loads(pickle.dumps(thing))  # noqa: S301 - our own


async def _through(
    client: Any, title: str, door: str, arguments: dict[str, str], is_async: bool, chance: random.Random
) -> None:
    owner, _, name = title.rpartition(".")
    resource = attrgetter(owner)(client)
    outcome = getattr(resource if door == "plain" else getattr(resource, f"with_{door}_response"), name)(**arguments)
    if door == "streaming":
        response = await outcome.__aenter__() if is_async else outcome.__enter__()
        for name in chance.sample(READERS, 3):
            await _seen(response)
            await _read(response, name)
        await outcome.__aexit__(None, None, None) if is_async else outcome.__exit__(None, None, None)
        return
    result = await outcome if is_async else outcome
    await _seen(result)
    if door == "raw":
        for name in (*READERS, "http_response", "request", "elapsed"):
            await _read(result, name)
        _allows(lambda: pickle.loads(pickle.dumps(result)))  # noqa: S301 - our own


def _bodies(chance: random.Random) -> list[tuple[str, Any]]:
    """All operations, with answers as the API describes them where it does."""
    described = answers()
    found: list[tuple[str, Any]] = []
    for title in (title for title, endpoint in declared().items() if endpoint.events_at is None):
        schema = described[title][0] if title in described else None
        made = [full_instance(schema, spec.document()), minimal_instance(schema, spec.document())] if schema else []
        found += [(title, each.value) for each in made if each is not None] or [(title, None)]
    chance.shuffle(found)
    return found


async def doors(count: int, table: promises.Promises) -> None:
    """`count` answers, spread over all operations, doors and colours."""
    chance = random.Random(count)
    served, operations, bodies = Served(), declared(), _bodies(chance)
    for number in range(count):
        title, value = bodies[number % len(bodies)]
        wrong = value is None or chance.random() < 0.2
        served.content = chance.choice(BODIES) if wrong else json.dumps(damaged(value, chance)).encode()
        served.headers = [(chance.choice(HEADERS).encode(), chance.choice(ODD_HEADERS)) for _ in range(2)]
        if chance.random() < 0.3:
            served.headers.append((b"content-type", chance.choice((b"audio/mpeg", b"text/html", b"text/event-stream"))))
        is_async = bool(number % 2)
        client = served.asynchronous if is_async else served.sync
        door = chance.choice(("plain", "raw", "streaming"))
        try:
            await _through(client, title, door, dict.fromkeys(operations[title].path_names, "x"), is_async, chance)
        except OpenAIError:
            table.tried(DOORS)
        except FOREIGN as error:
            what = f"{title} {door}: {type(error).__name__}: {error} for {served.content[:300]!r} {served.headers}"[
                :900
            ]
            table.tried(DOORS, what)
        else:
            table.tried(DOORS)


def main() -> int:
    logging.disable(logging.CRITICAL)
    counts = [int(each) for each in sys.argv[1:] if each.isdigit()]
    count = counts[0] if counts else 5000
    table = promises.Promises()
    asyncio.run(every_class(max(count // 500, 1), table))
    asyncio.run(doors(count, table))
    return table.finish()


if __name__ == "__main__":
    sys.exit(main())
