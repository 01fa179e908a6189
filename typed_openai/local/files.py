"""`/files`: documents that are really kept, byte for byte, until they are deleted, expire, or the server ends.

A new file is `uploaded`; the second question about it finds it `processed`, so that waiting has something to wait for.
A file for `fine-tune`, `batch` or `evals` with a line that is not a JSON object ends in `error`, and `status_details`
says which line.

For other areas: `store_file` keeps a file that the server made, `content_of` gives its bytes, `FILES` knows the whole.

Weak spots: the service lets nobody download files of some purposes (`assistants`); this server gives all of them back.
Nothing is ever read out of a document.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typed_openai.local.errors import ApiError, wrong_value
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.json_text import json_lines
from typed_openai.local.kept import Item, Kept
from typed_openai.local.router import route
from typed_openai.local.state import State

LINED = ("batch", "evals", "fine-tune")
"""Purposes whose files are JSONL."""
MONTH = 30 * 24 * 3600


def _asked(file: Item, state: State) -> Item:
    """A step towards being processed."""
    if file["_asked"] != 1 or file["status"] != "uploaded":
        return {**file, "_asked": file["_asked"] + 1}
    fault = _broken_line(file["_content"]) if file["purpose"] in LINED else None
    ended = {"status": "processed"} if fault is None else {"status": "error", "status_details": fault}
    return {**file, "_asked": 2, **ended}


def _broken_line(content: bytes) -> str | None:
    return next((f"Line {number} is not a JSON object." for number, line in json_lines(content) if line is None), None)


FILES = Kept(
    "file",
    "/files/{file_id}",
    "file-",
    limit=10_000,
    most=10_000,
    asked=_asked,
    polled=True,
    alive=lambda file, state: file.get("expires_at", state.now() + 1) > state.now(),
)
ROUTES = FILES.routes("list", "retrieve", "delete", "content")


def content_of(state: State, identifier: str, purpose: str | None = None) -> bytes | None:
    """The bytes of a file, None when there is none of that id and purpose (None: any)."""
    found = FILES.get(state, identifier)
    return None if found is None or purpose not in (None, found["purpose"]) else found["_content"]


def required_content(state: State, identifier: str, purpose: str, param: str) -> bytes:
    """The bytes of a file that a request names; 400 when there is none of that purpose."""
    content = content_of(state, identifier, purpose)
    if content is None:
        message = f"{param!r} is {identifier!r}; this local server has no such file of purpose {purpose!r}."
        raise ApiError(400, message, param=param, code="invalid_file")
    return content


def store_file(
    state: State,
    name: str,
    content: bytes,
    purpose: str,
    *,
    expires_after: int | None = None,
    status: str = "processed",
) -> Item:
    """Keep a file; `expires_after` are seconds."""
    expiry = {} if expires_after is None else {"expires_at": state.now() + expires_after}
    about = {"bytes": len(content), "filename": name, "purpose": purpose, "status": status}
    return FILES.make(state, **about, **expiry, _content=content, _asked=0)


def lifetime(given: Mapping[str, Any]) -> int | None:
    """Seconds that a file lives that a request asks for; None for ever."""
    asked = given.get("expires_after")
    return asked["seconds"] if asked else MONTH if given.get("purpose") == "batch" else None


@route("POST", "/files")
def create(request: Request, state: State) -> Reply:
    """Keep a file."""
    file, purpose = request.file("file"), request.given["purpose"]
    if purpose in LINED and not file.name.lower().endswith(".jsonl"):
        raise wrong_value("file", f"A file for {purpose!r} has a name that ends in '.jsonl', not {file.name!r}.")
    seconds = lifetime(request.given)
    stored = store_file(state, file.name, file.content, purpose, expires_after=seconds, status="uploaded")
    return Reply(FILES.show(state, stored))
