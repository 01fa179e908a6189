"""Requests to what this package does not declare: `client.request("POST", "/evals", body={...})`, `client.post(...)`.

They go the way of every call: key, headers, attempts, deadlines, errors and usage scopes. Nothing can be checked but
that the path stays on the server of the client, where the key belongs. What is below a path of the administration goes
with the key of the administrator, as all of that does. What comes back is what `cast_to` says (`casts.py`), by default
an `APIResponse`: `json()` is the plain data, `parse()` an open `Result` with all of it as attributes.

`options=` holds what the official package has there: `headers`, `params`, `timeout`, `max_retries`, `idempotency_key`,
`extra_json`; each may be said there or as an argument, not as both.

Weak spot: `content` is held in memory, whatever it is read from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args
from urllib.parse import unquote

from pydantic import BaseModel
from pydantic_core import PydanticSerializationError, to_json

from typed_openai.core.declare import call
from typed_openai.core.declare.casts import Cast, meant
from typed_openai.core.declare.endpoint import Endpoint
from typed_openai.core.declare.resource import Resource
from typed_openai.core.request import params as requests
from typed_openai.core.request.faults import shown
from typed_openai.core.request.params import is_dots
from typed_openai.core.setting_types import ADMINISTRATION
from typed_openai.errors import Fault, RequestValidationError

if TYPE_CHECKING:
    from typed_openai.core.caller import Caller
    from typed_openai.core.run.effects import Flow

Method: TypeAlias = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
_OPTIONS = {
    "headers": "extra_headers",
    "params": "extra_query",
    "extra_json": "extra_body",
    "timeout": "timeout",
    "idempotency_key": "idempotency_key",
}
"""What the official package calls its options of a request → what it is here."""
_ALIASES = {"body": "extra_body", "query": "extra_query"}
_BODIES = ("body", "content", "files")
_FILES = "a dict of files, or a list of (name, file)"
_ALWAYS = ("", None)
"""A parameter that is never given: what is asked with `stream=True` streams, whatever its body says."""


def requested(client: Caller, method: str, path: str, given: Mapping[str, Any]) -> Flow[Any]:
    """The flow of `client.request` and its like. Raises `RequestValidationError` before anything is sent."""
    told = {name: value for name, value in requests.given(dict(given)).items() if value is not None}
    if isinstance(told.get("body"), BaseModel):
        told["body"] = told["body"].model_dump(mode="json", by_alias=True, exclude_unset=True)
    wanted = meant(told.pop("cast_to", None), told.pop("stream", None), told.pop("stream_cls", None))
    faults = [*_faults(method, path), *(wanted if isinstance(wanted, list) else ())]
    retries = _take_options(told, faults)
    sent = _body(method, told, faults)
    for name, stands in _ALIASES.items():
        if name in told:
            _said_once(told, stands, told.pop(name), name, faults)
    if faults or not isinstance(wanted, Cast):
        raise RequestValidationError("client.request", faults)
    if retries is not None:
        client = client.changed({"max_retries": retries})
    endpoint = Endpoint(
        method,
        path,
        wanted.params,
        wanted.result,
        streams=wanted.streams,
        stream_on=_ALWAYS,
        multipart=sent.is_form,
        parts=sent.parts,
        admin=unquote(path).startswith(ADMINISTRATION),
        name=f"{method} {path}",
    )
    area = Resource(client, "raw" if wanted.is_raw else "plain")
    area.is_async = client.is_async
    if sent.content is not None:
        told["extra_body"] = {"content": sent.content}
    answer = yield from call.flow(endpoint, area, (), told)
    return answer if wanted.to is None else answer.parse(to=wanted.to)


def _said_once(told: dict[str, Any], stands: str, value: Any, name: str, faults: list[Fault]) -> None:
    """Let an argument stand for another one."""
    if told.get(stands):
        faults.append(Fault(stands, f"once, as {name}", "twice"))
    told[stands] = value


def _take_options(told: dict[str, Any], faults: list[Fault]) -> int | None:
    """Put what `options` says among the arguments; gives how often to try again, where it says so."""
    options: Any = told.pop("options", None) or {}
    if not isinstance(options, Mapping):
        faults.append(Fault("options", f"a dict with {', '.join((*_OPTIONS, 'max_retries'))}", shown(options)))
        return None
    retries: int | None = None
    body = told.get("body")
    for name, value in requests.given(dict(options)).items():
        if name == "max_retries":
            retries = value
        elif name == "extra_json" and isinstance(body, Mapping) and isinstance(value, Mapping):
            told["body"] = {**body, **value}
        elif name in _OPTIONS:
            if value is not None or name == "timeout":
                _said_once(told, _OPTIONS[name], False if value is None else value, f"options.{name}", faults)
        else:
            allowed = f"one of {', '.join((*_OPTIONS, 'max_retries'))}"
            faults.append(Fault(f"options.{name}", allowed, ""))
    return retries


class _Sent:
    """How the body of a request travels."""

    is_form = False
    parts: Mapping[str, str] | None = None
    content: bytes | None = None


def _body(method: str, told: dict[str, Any], faults: list[Fault]) -> _Sent:
    """Take what is sent out of the arguments, as far as it is no JSON object."""
    sent = _Sent()
    body, content, files = (told.get(name) for name in _BODIES)
    for name in _BODIES[1:]:
        told.pop(name, None)
    if content is None and files is None:
        if body is None or isinstance(body, Mapping):
            return sent
        content, body = _json(body, faults), None
        told.pop("body")
    if method in ("GET", "DELETE"):
        faults.append(Fault("content" if files is None else "files", "with POST, PUT and PATCH only", ""))
    sent.is_form = True
    if files is not None:
        if content is not None:
            faults.append(Fault("content", "without files", ""))
        if body is not None and not isinstance(body, Mapping):
            faults.append(Fault("body", "an object, beside files", shown(body)))
            body = None
        told["body"] = {**(body or {}), **_files(files, faults)}
        if isinstance(headers := told.get("extra_headers"), Mapping):  # a form says itself what separates its parts
            told["extra_headers"] = {
                name: value for name, value in headers.items() if str(name).lower() != "content-type"
            }
        return sent
    if body is not None:
        faults.append(Fault("content", "without body", ""))
    sent.content = _text(content, faults)
    sent.parts = {"content": _kind(told.get("extra_headers"))}
    return sent


def _json(body: Any, faults: list[Fault]) -> bytes:
    if isinstance(body, bytes | bytearray | memoryview | str):
        faults.append(Fault("body", "JSON data; bytes go as content=...", shown(body)))
        return b""
    try:
        return to_json(body, by_alias=True)
    except (PydanticSerializationError, ValueError, TypeError, RecursionError) as error:
        faults.append(Fault("body", "data that is JSON", f"{type(body).__name__} ({error})"))
        return b""


def _text(content: Any, faults: list[Fault]) -> Any:
    """The bytes of a body that is sent as it is."""
    if isinstance(content, str):
        try:
            return content.encode()
        except UnicodeEncodeError as error:
            faults.append(Fault("content", "text that UTF-8 can carry", str(error)))
            return b""
    if isinstance(content, bytes | bytearray | memoryview):
        return bytes(content)
    read = getattr(content, "read", None)
    pieces: Any = [read()] if callable(read) else content
    pieces = list(pieces) if isinstance(pieces, Iterable) else [pieces]
    if not all(isinstance(piece, bytes | bytearray | memoryview) for piece in pieces):
        faults.append(Fault("content", "bytes, text, an open binary file, or an iterable of bytes", shown(content)))
        return b""
    return b"".join(map(bytes, pieces))


def _kind(headers: Any) -> str:
    """The content type that was given for a body; JSON, as most are."""
    named = {str(name).lower(): value for name, value in headers.items()} if isinstance(headers, Mapping) else {}
    return named.get("content-type") or "application/json"


def _files(files: Any, faults: list[Fault]) -> dict[str, Any]:
    """Files by the names of their fields; one that comes several times ends with `[]`, as forms of OpenAI have it."""
    pairs = list(files.items()) if isinstance(files, Mapping) else files
    if not isinstance(pairs, list | tuple) or not all(isinstance(pair, tuple) and len(pair) == 2 for pair in pairs):
        faults.append(Fault("files", _FILES, shown(files)))
        return {}
    found: dict[str, Any] = {}
    for name, file in pairs:
        field = str(name).removesuffix("[]")
        if field == name and field in found:
            faults.append(Fault("files", f"{name}[] as the name of several files", shown(name)))
        elif field == name:
            found[field] = file
        else:
            found.setdefault(field, []).append(file)
    return found


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
