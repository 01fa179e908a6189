"""What was asked and answered, kept in a file of SQLite when somebody said so (`typed-openai logs on`). Never else.

* One row for each attempt: time, operation, URL, status, model, tokens, seconds, request and answer.
* Redacted: no header is kept, and no key of the client or of the server's making is in URL, request or answer.
* The file is for its owner alone (mode 0600), in `$TYPED_OPENAI_HOME` or the system's folder for settings.
* Streams are kept with what they add up to; files with their names only.

Weak spot: what people typed is kept as they typed it; that may hold secrets that nobody knows to be such.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typed_openai.cli.home import home
from typed_openai.core.answer.response import hide, masked
from typed_openai.core.redact import without_secrets
from typed_openai.errors import APIConnectionError, ConfigurationError

if TYPE_CHECKING:
    from typed_openai.middleware import Flow, Reply, Request, Sender

_TABLE = """
create table if not exists calls (
    id integer primary key, at real, operation text, method text, url text, status integer, model text,
    input_tokens integer, output_tokens integer, seconds real, request text, answer text, error text
)
"""
_LONGEST = 1_000_000
"""Characters of a request or an answer that are kept."""


def path() -> Path:
    """Where the calls are kept."""
    return Path(home()) / "logs.db"


def _mark() -> Path:
    return Path(home()) / "logs.on"


def is_on() -> bool:
    """Whether calls are recorded."""
    return _mark().exists()


def switch(on: bool) -> None:
    """Record calls from now on, or no more; what was recorded stays."""
    if on:
        _mark().parent.mkdir(parents=True, exist_ok=True)
        _mark().touch()
    else:
        _mark().unlink(missing_ok=True)


@contextmanager
def opened() -> Generator[sqlite3.Connection]:
    """The file of calls; raises `ConfigurationError` when it cannot be used."""
    where = path()
    try:
        where.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(where, os.O_CREAT | os.O_RDWR, 0o600))
        with closing(sqlite3.connect(where, timeout=5.0)) as calls, calls:
            calls.row_factory = sqlite3.Row
            calls.execute(_TABLE)
            yield calls
    except (OSError, sqlite3.Error) as error:
        raise ConfigurationError(f"calls cannot be recorded in {where}: {error}") from error


class Recorder:
    """A middleware that keeps each attempt."""

    def __init__(self) -> None:
        self._row: int | None = None
        self._secrets: list[str] = []

    def __call__(self, request: Request, send: Sender) -> Flow[Reply]:
        """Send, and keep what went out and what came."""
        began, at = time.perf_counter(), time.time()
        reply: Reply | None = None
        error = ""
        try:
            reply = yield from send(request)
            return reply
        except APIConnectionError as failure:
            error = str(failure)
            raise
        finally:
            self._secrets = request.secrets
            content = (reply.content or b"") if reply is not None else b""
            self._keep(
                at=at,
                operation=request.operation,
                method=request.method,
                url=without_secrets(request.url, request.secrets),
                status=None if reply is None else reply.status,
                seconds=time.perf_counter() - began,
                request=self._text(_sent(request)),
                answer=self._text(content),
                error=error,
                **_counted(content, request),
            )

    def answered(self, result: Any) -> None:
        """What the stream that was asked for last adds up to."""
        if self._row is not None and hasattr(result, "model_dump_json"):
            content = result.model_dump_json().encode()
            counted = _counted(content, None)
            with opened() as calls:
                calls.execute(
                    "update calls set answer = ?, input_tokens = ?, output_tokens = ? where id = ?",
                    (self._text(content), counted["input_tokens"], counted["output_tokens"], self._row),
                )

    def _text(self, content: bytes) -> str:
        try:
            text = masked(hide(content, self._secrets)).decode()
        except UnicodeDecodeError:
            return f"({len(content)} bytes)"
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text):,} characters)"

    def _keep(self, **row: Any) -> None:
        names = ", ".join(row)
        marks = ", ".join(f":{name}" for name in row)
        with opened() as calls:
            self._row = calls.execute(f"insert into calls ({names}) values ({marks})", row).lastrowid  # noqa: S608 - names of ours


def _sent(request: Request) -> bytes:
    if request.form is None:
        return request.content or b""
    from typed_openai.core.request.multipart import named

    files = {name: named(file)[0] for name, file in request.form.files}
    whole = {name: content.decode() for name, content, _ in request.form.whole}
    return json.dumps({**request.form.fields, **whole, **files}).encode()


def _counted(content: bytes, request: Request | None) -> dict[str, Any]:
    """Model and tokens, as far as an answer tells them."""
    try:
        answer = json.loads(content) if content else {}
    except ValueError:
        answer = {}
    answer = answer if isinstance(answer, dict) else {}
    usage = answer.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    model = answer.get("model") or (request.asked("model") if request is not None else None)
    return {
        "model": model if isinstance(model, str) else None,
        "input_tokens": usage.get("prompt_tokens", usage.get("input_tokens")),
        "output_tokens": usage.get("completion_tokens", usage.get("output_tokens")),
    }


def recorded(limit: int, search: str = "") -> list[sqlite3.Row]:
    """The latest calls, newest first; those whose request or answer holds a text."""
    with opened() as calls:
        where = "where request like :like or answer like :like" if search else ""
        asked = f"select * from calls {where} order by id desc limit :limit"  # noqa: S608 - nothing of it is typed
        return calls.execute(asked, {"like": f"%{search}%", "limit": limit}).fetchall()


def forget() -> int:
    """Drop all calls; how many there were."""
    with opened() as calls:
        return calls.execute("delete from calls").rowcount
