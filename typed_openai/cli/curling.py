"""A request as a curl command, exactly what would be sent; keys stand in it as variables of the shell.

The request is printed by a middleware in the place of sending it, so that any command has it (`typed-openai curl ...`).
Left out is what curl sets by itself (`User-Agent`, lengths) and the idempotency key, which is a new one each time. A
command of several requests shows the first.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from typed_openai.core.redact import is_secret
from typed_openai.core.request.filetypes import UNKNOWN, type_of_name
from typed_openai.core.request.multipart import Form, content_of, named

if TYPE_CHECKING:
    from typed_openai.cli.terminal import Terminal
    from typed_openai.middleware import Flow, Middleware, Reply, Request, Sender

_BY_CURL = ("user-agent", "accept-encoding", "content-length", "host", "idempotency-key")


def printing(terminal: Terminal) -> Middleware:
    """Print the request instead of sending it, and end the command."""

    def printed(request: Request, send: Sender) -> Flow[Reply]:
        terminal.write(as_curl(request) + "\n")
        yield from ()  # a flow that asks for nothing
        raise click.exceptions.Exit(0)

    return printed


def as_curl(request: Request) -> str:
    """The command, over several lines."""
    return " \\\n  ".join(_parts(request))


def _parts(request: Request) -> Iterator[str]:
    streams = " -N" if request.streams else ""
    yield f"curl -sS --compressed{streams} -X {request.method} {shlex.quote(_without_secrets(request.url, request))}"
    headers = {**dict(request.base_headers), **request.headers}
    for name, value in headers.items():
        if value is not None and name not in _BY_CURL:
            yield f"-H {_header(name, value)}"
    if request.form is not None:
        yield from map(_whole, request.form.whole)
        yield from map(_field, _fields(request.form))
    elif request.content:
        yield f"--data-binary {shlex.quote(request.content.decode('utf-8', 'replace'))}"


def _header(name: str, value: str) -> str:
    """One header; a secret in it as the variable that holds it."""
    if not is_secret(name):
        return shlex.quote(f"{name}: {value}")
    scheme, _, rest = value.partition(" ")
    scheme = f"{scheme} " if rest and scheme.lower() in ("bearer", "basic") else ""
    return f'"{name}: {scheme}${_variable(name, rest if scheme else value)}"'


def _variable(name: str, value: str) -> str:
    """The variable of the environment that holds a secret, else one that says which header it is for."""
    known = [variable for variable, held in os.environ.items() if value and held.strip() == value]
    if known:
        return min(known, key=lambda variable: (not variable.startswith("OPENAI_"), variable))
    own = {"authorization": "OPENAI_API_KEY", "api-key": "AZURE_OPENAI_API_KEY"}
    return own.get(name, name.upper().replace("-", "_"))


def _without_secrets(url: str, request: Request) -> str:
    from typed_openai.core.redact import without_secrets

    return without_secrets(url, request.secrets)


def _fields(form: Form) -> Iterator[tuple[str, Any]]:
    for name, texts in form.fields.items():
        yield from ((name, text) for text in texts)
    yield from form.files


def _whole(part: tuple[str, bytes, str]) -> str:
    name, content, kind = part
    quoted = content.decode().replace("\\", "\\\\").replace('"', '\\"')
    given = f'{name}="{quoted}";type={kind}'
    return f"-F {shlex.quote(given)}"


def _field(field: tuple[str, Any]) -> str:
    name, value = field
    if isinstance(value, str):
        return f"--form-string {shlex.quote(f'{name}={value}')}"
    content = content_of(value)
    called, kind = named(value)
    path = os.fspath(content) if isinstance(content, os.PathLike) else getattr(content, "name", "-")
    kind = kind or type_of_name(called or str(path)) or UNKNOWN
    quoted = str(path).replace("\\", "\\\\").replace('"', '\\"')
    filename = f';filename="{called}"' if called and os.path.basename(str(path)) != called else ""
    given = f'{name}=@"{quoted}";type={kind}{filename}'
    return f"-F {shlex.quote(given)}"
