"""Requests to what this package does not declare: `client.request("POST", "/evals", body={...})`.

They go the way of every call: key, headers, attempts, deadlines, errors and usage scopes. Nothing can be checked but
that the path stays on the server of the client, where the key belongs. What is below a path of the administration goes
with the key of the administrator, as all of that does. What comes back is an `APIResponse`: `json()` is
the plain data, `parse()` an open `Result` with all of it as attributes.

Weak spot: JSON bodies only; no uploads, streams or pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args
from urllib.parse import unquote

from typed_openai.core.declare import call
from typed_openai.core.declare.endpoint import Endpoint
from typed_openai.core.declare.resource import Resource
from typed_openai.core.request.faults import shown
from typed_openai.core.request.params import is_dots
from typed_openai.core.setting_types import ADMINISTRATION
from typed_openai.errors import Fault, RequestValidationError
from typed_openai.models.base import Result

if TYPE_CHECKING:
    from typed_openai.core.answer.raw import APIResponse
    from typed_openai.core.caller import Caller
    from typed_openai.core.run.effects import Flow

Method: TypeAlias = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


def requested(
    client: Caller,
    method: str,
    path: str,
    body: Mapping[str, object] | None,
    query: Mapping[str, object] | None,
    options: Mapping[str, Any],
) -> Flow[APIResponse[Result]]:
    """The flow of `client.request`. Raises `RequestValidationError` before anything is sent."""
    given = {"extra_body": body, "extra_query": query}
    faults = [
        *_faults(method, path),
        *(
            Fault(name, f"once, as {name.removeprefix('extra_')}", "twice")
            for name in given
            if given[name] is not None and options.get(name)
        ),
    ]
    if faults:
        raise RequestValidationError("client.request", faults)
    admin = unquote(path).startswith(ADMINISTRATION)
    endpoint = Endpoint(method, path, None, Result, admin=admin, name=f"{method} {path}")
    area = Resource(client, "raw")
    area.is_async = client.is_async
    named = {name: value for name, value in given.items() if value is not None}
    answer: APIResponse[Result] = yield from call.flow(endpoint, area, (), {**options, **named})
    return answer


def _faults(method: str, path: object) -> list[Fault]:
    found: list[Fault] = []
    if method not in get_args(Method):
        found.append(Fault("method", f"one of {', '.join(get_args(Method))}", shown(method)))
    if not isinstance(path, str) or not path.startswith("/") or path.startswith("//"):
        hint = "another server is another client: with_options(base_url=...)"
        found.append(Fault("path", "a path below base_url that begins with /", shown(path), hint))
    elif not {"?", "#", "{", "}"}.isdisjoint(path):
        found.append(Fault("path", "a path, filled in, without a query", shown(path), "parameters go into query={...}"))
    elif any(map(is_dots, map(unquote, path.split("/")))):
        found.append(Fault("path", "a path of names", shown(path), "dots climb up the path to another operation"))
    return found
