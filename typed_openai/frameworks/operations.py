"""Which declared operation a verb and a path belong to: `POST /files` is `client.files.create`.

Rules
* The area with the name of the path's first segment is looked at first, so that one call loads one area; the others
  only when nothing there fits.
* A path that is spelled out goes before one with placeholders.
* What stands in the query of a declared path (`/responses?beta=true`) has to be asked; an area that the query names
  (`beta`) is looked at before all others.
* Operations that give typed events are not looked at: what is asked of the server is the plain one's.

Weak spot: of two operations with one verb and path the first is taken; they are spellings of the same.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, unquote

from typed_openai.core.declare.resource import Nested, Resource

if TYPE_CHECKING:
    from typed_openai.client import BaseClient
    from typed_openai.core.declare.endpoint import Endpoint

_PLACEHOLDER = re.compile(r"{(\w+)}")


class Found(NamedTuple):
    """An operation with the values that stood in its path."""

    endpoint: Endpoint
    resource: Resource
    values: dict[str, str]


class _Way(NamedTuple):
    """How an operation is reached below its area, and the paths that it takes."""

    method: str
    pattern: re.Pattern[str]
    query: frozenset[tuple[str, str]]
    place: tuple[str, ...]
    name: str


def operation_of(client: BaseClient, method: str, path: str, query: Mapping[str, str]) -> Found | None:
    """The operation of a verb, and of a path below `base_url` with this query; None when none is declared."""
    kind: Any = type(client)
    first = path.split("/")[1].replace("-", "_")
    areas = sorted(_nested(kind), key=lambda area: (area not in query, area != first))
    for area in areas:
        for way in _ways(kind, area):
            fits = way.pattern.fullmatch(path) if way.method == method and way.query <= query.items() else None
            if fits is not None:
                resource: Any = functools.reduce(getattr, way.place, client)
                values = {name: unquote(value) for name, value in fits.groupdict().items()}
                return Found(_endpoint(type(resource), way.name), resource, values)
    return None


def _nested(kind: Any) -> dict[str, Nested]:
    """The resources below a client or a resource, by name."""
    return {name: found for base in kind.__mro__ for name, found in vars(base).items() if isinstance(found, Nested)}


def _endpoint(kind: type, name: str) -> Any:
    return next(vars(base)[name] for base in kind.__mro__ if name in vars(base))


@functools.cache
def _ways(client: type, area: str) -> tuple[_Way, ...]:
    """All operations of an area, those without placeholders first."""
    found = _walk((area,), _nested(client)[area].load())
    return tuple(sorted(found, key=lambda way: way.pattern.groups))


def _walk(place: tuple[str, ...], kind: type[Resource]) -> Iterator[_Way]:
    from typed_openai.core.declare.endpoint import Endpoint

    for name, found in vars(kind).items():
        if isinstance(found, Endpoint) and found.events_at is None:
            path, _, query = found.path.partition("?")
            pattern = re.compile(_PLACEHOLDER.sub(r"(?P<\1>[^/]+)", path))
            yield _Way(found.method, pattern, frozenset(parse_qsl(query)), place, name)
    for name, below in _nested(kind).items():
        yield from _walk((*place, name), below.load())
