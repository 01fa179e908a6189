"""What watches operations (`Observer`), what it is told (`ObservedCall`), and one that keeps calls in a file: `record`.

    client = OpenAI(observers=[record("calls.db")])

One row in the table `calls` for each request with its attempts: time, operation, method, URL, status, model, tokens,
seconds, what was asked, what was answered, what went wrong.

Rules
* Redacted: no header is kept, and no key of the client or of the server's making is in URL, request or answer.
* The file is for its owner alone (mode 0600), and may be shared by threads and processes.
* Streams are kept with what they add up to; files with their names only.
* A file that cannot be written (locked, full, damaged) fails no call: it is written no more, and one line is logged.

Weak spots: what people typed is kept as they typed it; that may hold secrets that nobody knows to be such. A row is
written by whoever reads the answer, in the event loop too.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from pydantic_core import to_json

from typed_openai.core import sqlite_file
from typed_openai.core.answer.response import hide, masked
from typed_openai.core.observers import ObservedCall, ObservedKind, Observer
from typed_openai.core.option_values import check_file
from typed_openai.core.redact import logger, without_secrets
from typed_openai.errors import APIError, ConfigurationError

if TYPE_CHECKING:
    from typed_openai.core.known_secrets import Secrets
    from typed_openai.core.run.effects import Request

__all__ = ["ObservedCall", "ObservedKind", "Observer", "Recorder", "opened", "record"]

_TABLE = """
calls (
    id integer primary key, at real, operation text, method text, url text, status integer, model text,
    input_tokens integer, output_tokens integer, seconds real, request text, answer text, error text
)
"""
_LONGEST = 1_000_000
"""Characters of a request or an answer that are kept."""


def record(path: str | os.PathLike[str]) -> Recorder:
    """An observer that keeps every request in a file of SQLite, which is made when it is not there.

    Raises `ConfigurationError` for what cannot be the path of a file."""
    return Recorder(check_file("path", path), lambda why: logger.warning("%s; from now on they are not", why))


@contextmanager
def opened(where: Path) -> Generator[sqlite3.Connection]:
    """The file of calls; raises `ConfigurationError` when it cannot be used."""
    try:
        with closing(sqlite_file.opened(where, _TABLE)) as calls, calls:
            calls.row_factory = sqlite3.Row
            yield calls
    except (OSError, sqlite3.Error) as error:
        raise ConfigurationError(f"calls cannot be recorded in {where}: {error}") from error


class Recorder:
    """An observer that keeps each request; `tell` is given what went wrong with that, once, and then it keeps no
    more."""

    def __init__(self, path: Path, tell: Callable[[str], object]) -> None:
        self._path = path
        self._tell = tell
        self._broken = False

    def begin(self, call: ObservedCall) -> None:
        """Nothing yet."""

    def attempt(self, call: ObservedCall, request: Request) -> None:
        """Keep what goes out, without what is secret."""
        hidden = request.secrets
        call.state[self] = {
            "method": request.method,
            "url": without_secrets(request.url, hidden),
            "request": _text(_sent(request), hidden),
            "secrets": hidden,
        }

    def first_event(self, call: ObservedCall) -> None:
        """Nothing yet."""

    def end(self, call: ObservedCall) -> None:
        """Keep what came of it."""
        sent = call.state.pop(self, None)
        if sent is None or self._broken:
            return
        secrets, error, result = sent.pop("secrets"), call.error, call.result
        answer = _answer(error.body if isinstance(error, APIError) else result)
        row = {
            **sent,
            "at": call.began_at,
            "operation": call.operation,
            "status": error.meta.status or None if isinstance(error, APIError) else _status(result),
            "seconds": call.seconds,
            "answer": _text(answer, secrets),
            "error": _text(str(error or "").encode(), secrets),
            **_counted(result, call),
        }
        names = ", ".join(row)
        marks = ", ".join(f":{name}" for name in row)
        try:
            with opened(self._path) as calls:
                calls.execute(f"insert into calls ({names}) values ({marks})", row)  # noqa: S608 - names of ours
        except ConfigurationError as failure:
            self._broken = True
            self._tell(str(failure))


def _text(content: bytes, secrets: Secrets) -> str:
    try:
        text = masked(hide(content, secrets)).decode()
    except UnicodeDecodeError:
        return f"({len(content)} bytes)"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text):,} characters)"


def _sent(request: Request) -> bytes:
    if request.form is None:
        return request.content or b""
    from typed_openai.core.request.multipart import named

    files = {name: named(file)[0] for name, file in request.form.files}
    whole = {name: content.decode() for name, content, _ in request.form.whole}
    return json.dumps({**request.form.fields, **whole, **files}).encode()


def _answer(result: Any) -> bytes:
    """What came, as bytes: JSON of what is typed."""
    if result is None or isinstance(result, str | bytes):
        return result.encode() if isinstance(result, str) else result or b""
    if isinstance(result, BaseModel):
        return result.model_dump_json().encode()
    content = getattr(result, "content", None)
    return content if isinstance(content, bytes) else to_json(result, fallback=str)


def _status(result: Any) -> int | None:
    return getattr(getattr(result, "meta", None), "status", None)


def _counted(result: Any, call: ObservedCall) -> dict[str, Any]:
    """Model and tokens, as far as an answer tells them."""
    usage, model = getattr(result, "usage", None), getattr(result, "model", None) or call.asked("model")
    told = [getattr(usage, name, None) for name in ("prompt_tokens", "input_tokens")]
    made = [getattr(usage, name, None) for name in ("completion_tokens", "output_tokens")]
    return {
        "model": model if isinstance(model, str) else None,
        "input_tokens": next((each for each in told if isinstance(each, int)), None),
        "output_tokens": next((each for each in made if isinstance(each, int)), None),
    }
