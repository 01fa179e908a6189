"""`/files`: documents that are really kept, byte for byte, until they are deleted, expire, or the server ends.

A new file is `uploaded`; the second question about it finds it `processed`, so that waiting has something to wait for.
A file for `fine-tune`, `batch` or `evals` with a line that is no JSON object ends in `error`, and `status_details`
says which line.

For other areas: `store_file` keeps a file that the server made, `content_of` gives its bytes, `find_file` the whole.

Weak spots: the service lets nobody download files of some purposes (`assistants`); this server gives all of them back.
Nothing is ever read out of a document.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from typed_openai.local.arguments import Arguments, parse_json
from typed_openai.local.errors import ApiError, not_found, wrong_value
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.forms import read_form
from typed_openai.local.paging import page
from typed_openai.local.router import route
from typed_openai.local.state import Collection, State

PURPOSES = ("assistants", "batch", "evals", "fine-tune", "user_data", "vision")
LINED = ("batch", "evals", "fine-tune")
"""Purposes whose files are JSONL."""
MONTH = 30 * 24 * 3600
POLL = {"openai-poll-after-ms": "10"}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file: the object as it is shown, its content, and how often it was asked for."""

    shown: Mapping[str, object]
    content: bytes
    asked: int = 0

    @property
    def id(self) -> str:
        return str(self.shown["id"])

    @property
    def name(self) -> str:
        return str(self.shown["filename"])

    @property
    def purpose(self) -> str:
        return str(self.shown["purpose"])

    def expired(self, now: int) -> bool:
        """Whether its time is over."""
        at = self.shown.get("expires_at")
        return isinstance(at, int) and at <= now

    def asked_again(self) -> StoredFile:
        """A step towards being processed."""
        if self.asked != 1 or self.shown["status"] != "uploaded":
            return replace(self, asked=self.asked + 1)
        fault = _broken_line(self.content) if self.purpose in LINED else None
        end = {"status": "processed"} if fault is None else {"status": "error", "status_details": fault}
        return replace(self, shown={**self.shown, **end}, asked=2)


class StoredFiles(Collection[StoredFile]):
    """The files of one server."""


def find_file(state: State, identifier: str) -> StoredFile | None:
    """The file of that id, None when there is none (any more)."""
    found = state.part(StoredFiles).get(identifier)
    return None if found is None or found.expired(state.now()) else found


def content_of(state: State, identifier: str, purpose: str | None = None) -> bytes | None:
    """The bytes of a file, None when there is none of that id and purpose (None: any)."""
    found = find_file(state, identifier)
    return found.content if found is not None and purpose in (None, found.purpose) else None


def store_file(
    state: State,
    name: str,
    content: bytes,
    purpose: str,
    *,
    expires_after: int | None = None,
    status: str = "processed",
) -> str:
    """Keep a file and give its id; `expires_after` are seconds."""
    shown: dict[str, object] = {
        "id": state.new_id("file-"),
        "object": "file",
        "bytes": len(content),
        "created_at": state.now(),
        "filename": name,
        "purpose": purpose,
        "status": status,
    }
    if expires_after is not None:
        shown["expires_at"] = state.now() + expires_after
    file = StoredFile(shown, content)
    state.part(StoredFiles).put(file.id, file)
    return file.id


def lifetime(body: Arguments, purpose: str) -> int | None:
    """Seconds that a new file shall live, None for ever; 400 when `expires_after` is not right."""
    given = body.child("expires_after")
    if given is None:
        return MONTH if purpose == "batch" else None
    given.choice("anchor", ("created_at",))
    given.required("seconds")
    return given.integer("seconds", 3600, MONTH)


def shown_file(state: State, identifier: str) -> Mapping[str, object]:
    """The file object of an id; 404 when there is none."""
    found = find_file(state, identifier)
    if found is None:
        raise not_found("file", identifier, "file_id")
    return found.shown


def _broken_line(content: bytes) -> str | None:
    for number, line in enumerate(content.rstrip().split(b"\n"), 1):
        try:
            Arguments.from_json(parse_json(line))
        except ApiError:
            return f"Line {number} is not a JSON object."
    return None


@route("POST", "/files")
def create(request: Request, state: State) -> Reply:
    """Keep a file."""
    form = read_form(request)
    body = form.arguments()
    purpose = body.choice("purpose", PURPOSES)
    seconds = lifetime(body, purpose)
    file = form.file("file")
    if not file.content:
        raise wrong_value("file", f"The file {file.name!r} is empty.")
    if purpose in LINED and not file.name.lower().endswith(".jsonl"):
        raise wrong_value("file", f"A file for {purpose!r} has a name that ends in '.jsonl', not {file.name!r}.")
    identifier = store_file(state, file.name, file.content, purpose, expires_after=seconds, status="uploaded")
    return Reply(shown_file(state, identifier))


@route("GET", "/files")
def listing(request: Request, state: State) -> Reply:
    """The files in pages, newest first unless asked otherwise."""
    purpose = request.query_text("purpose")
    now = state.now()
    found = [
        file.shown
        for file in state.part(StoredFiles).values()
        if not file.expired(now) and purpose in (None, file.purpose)
    ]
    return Reply(page(request, found, default_order="desc", default_limit=10_000, most=10_000))


@route("GET", "/files/{file_id}")
def retrieve(request: Request, state: State) -> Reply:
    """One file, a step nearer to being processed."""
    identifier = request.path_params["file_id"]
    shown_file(state, identifier)
    files = state.part(StoredFiles)
    found = files.get(identifier)
    if found is not None:
        files.put(identifier, found.asked_again())
    return Reply(shown_file(state, identifier), headers=POLL)


@route("GET", "/files/{file_id}/content")
def content(request: Request, state: State) -> Reply:
    """The bytes of a file."""
    identifier = request.path_params["file_id"]
    found = find_file(state, identifier)
    if found is None:
        raise not_found("file", identifier, "file_id")
    return Reply(found.content, content_type="application/octet-stream")


@route("DELETE", "/files/{file_id}")
def delete(request: Request, state: State) -> Reply:
    """Forget a file."""
    identifier = request.path_params["file_id"]
    shown_file(state, identifier)
    state.part(StoredFiles).pop(identifier)
    return Reply({"id": identifier, "object": "file", "deleted": True})
