"""`/uploads`: a file that arrives in parts, put together and checked when it is completed.

Parts may come in any order and at the same time; the order of `part_ids` is what counts. Completing compares the number
of bytes with the one announced, and the MD5 checksum when there is one.

Weak spot: an upload is given up one hour after it was begun; here that is 3600 requests.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from typed_openai.local.errors import ApiError, missing, not_found, wrong_value
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.files import PURPOSES, lifetime, shown_file, store_file
from typed_openai.local.forms import read_form
from typed_openai.local.router import route
from typed_openai.local.state import Collection, State

LARGEST = 8 * 1024**3
LARGEST_PART = 64 * 1024**2
HOUR = 3600


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of an upload."""

    upload_id: str
    content: bytes


@dataclass(frozen=True, slots=True)
class StoredUpload:
    """One upload: the object as it is shown, and how long its file shall live."""

    shown: Mapping[str, object]
    lifetime: int | None = field(default=None)

    def changed(self, **members: object) -> StoredUpload:
        """The same with other members."""
        return replace(self, shown={**self.shown, **members})


class StoredUploads(Collection[StoredUpload]):
    """The uploads of one server."""


class Parts(Collection[Part]):
    """The parts of all uploads of one server."""


def _pending(request: Request, state: State) -> StoredUpload:
    """The upload of the path; refused unless it still takes parts."""
    identifier = request.path_params["upload_id"]
    found = state.part(StoredUploads).found(identifier, "upload", "upload_id")
    expires_at = found.shown["expires_at"]
    if found.shown["status"] == "pending" and isinstance(expires_at, int) and expires_at <= state.now():
        found = _kept(state, found.changed(status="expired"))
    status = found.shown["status"]
    if status != "pending":
        raise ApiError(400, f"The upload {identifier!r} is {status}.", param="upload_id", code="invalid_upload_state")
    return found


def _kept(state: State, upload: StoredUpload) -> StoredUpload:
    state.part(StoredUploads).put(str(upload.shown["id"]), upload)
    return upload


@route("POST", "/uploads")
def create(request: Request, state: State) -> Reply:
    """Announce a file."""
    body = request.arguments()
    purpose = body.choice("purpose", PURPOSES)
    body.required("bytes")
    body.string("mime_type")
    shown = {
        "id": state.new_id("upload_"),
        "object": "upload",
        "bytes": body.integer("bytes", 1, LARGEST),
        "created_at": state.now(),
        "expires_at": state.now() + HOUR,
        "filename": body.string("filename"),
        "purpose": purpose,
        "status": "pending",
        "file": None,
    }
    return Reply(_kept(state, StoredUpload(shown, lifetime(body, purpose))).shown)


@route("POST", "/uploads/{upload_id}/parts")
def add_part(request: Request, state: State) -> Reply:
    """Keep a part."""
    upload = _pending(request, state)
    data = read_form(request).file("data")
    if not 0 < len(data.content) <= LARGEST_PART:
        raise wrong_value("data", f"A part has from 1 to {LARGEST_PART} bytes, not {len(data.content)}.")
    identifier, owner = state.new_id("part_"), str(upload.shown["id"])
    state.part(Parts).put(identifier, Part(owner, data.content))
    shown = {"id": identifier, "object": "upload.part", "created_at": state.now(), "upload_id": owner}
    return Reply(shown)


@route("POST", "/uploads/{upload_id}/complete")
def complete(request: Request, state: State) -> Reply:
    """Put the parts together."""
    upload = _pending(request, state)
    body = request.arguments()
    identifiers, owner = body.strings("part_ids"), upload.shown["id"]
    if not identifiers:
        raise missing("part_ids")
    pieces: list[bytes] = []
    for index, identifier in enumerate(identifiers):
        part = state.part(Parts).get(identifier)
        if part is None or part.upload_id != owner:
            raise not_found(f"part of {owner}", identifier, f"part_ids[{index}]")
        pieces.append(part.content)
    content = b"".join(pieces)
    if len(content) != upload.shown["bytes"]:
        message = f"The parts have {len(content)} bytes together; {upload.shown['bytes']} were announced."
        raise ApiError(400, message, param="part_ids", code="invalid_upload_size")
    wanted = body.optional_string("md5")
    found = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if wanted is not None and wanted.lower() != found:
        raise ApiError(400, f"The checksum is {found}, not {wanted}.", param="md5", code="checksum_mismatch")
    name, purpose = str(upload.shown["filename"]), str(upload.shown["purpose"])
    file = store_file(state, name, content, purpose, expires_after=upload.lifetime, status="uploaded")
    _forget_parts(state, str(owner))
    return Reply(_kept(state, upload.changed(status="completed", file=shown_file(state, file))).shown)


@route("POST", "/uploads/{upload_id}/cancel")
def cancel(request: Request, state: State) -> Reply:
    """Give an upload up."""
    upload = _pending(request, state)
    _forget_parts(state, str(upload.shown["id"]))
    return Reply(_kept(state, upload.changed(status="cancelled")).shown)


def _forget_parts(state: State, upload_id: str) -> None:
    parts = state.part(Parts)
    for identifier, part in parts.items():
        if part.upload_id == upload_id:
            parts.pop(identifier)
