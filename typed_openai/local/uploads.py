"""`/uploads`: a file that arrives in parts, put together and checked when it is completed.

Parts may come in any order and at the same time; the order of `part_ids` is what counts. Completing compares the number
of bytes with the one announced, and the MD5 checksum when there is one.

Weak spot: an upload is given up one hour after it was begun; here that is 3600 requests.
"""

from __future__ import annotations

import hashlib

from typed_openai.local.errors import ApiError, missing, not_found, wrong_value
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.files import FILES, lifetime, store_file
from typed_openai.local.kept import Item, Kept
from typed_openai.local.router import route
from typed_openai.local.state import State

LARGEST_PART = 64 * 1024**2
HOUR = 3600

UPLOADS = Kept("upload", "/uploads/{upload_id}", "upload_", "upload")
PARTS = Kept("part", "/uploads/{upload_id}/parts/{part_id}", "part_", "upload.part", within=UPLOADS)


def _pending(request: Request, state: State) -> Item:
    """The upload of the path; refused unless it still takes parts."""
    found = UPLOADS.at(request, state)
    if found["status"] == "pending" and found["expires_at"] <= state.now():
        UPLOADS.put(state, found, status="expired")
    return UPLOADS.in_state(request, state, "continued", "pending")


@route("POST", "/uploads")
def create(request: Request, state: State) -> Reply:
    """Announce a file."""
    given = request.given
    about = {name: given[name] for name in ("bytes", "filename", "purpose")}
    about |= {"expires_at": state.now() + HOUR, "status": "pending", "file": None}
    return UPLOADS.reply(state, UPLOADS.make(state, **about, _lifetime=lifetime(given)))


@route("POST", PARTS.list_path)
def add_part(request: Request, state: State) -> Reply:
    """Keep a part."""
    owner, content = _pending(request, state)["id"], request.file("data").content
    if len(content) > LARGEST_PART:
        raise wrong_value("data", f"A part has at most {LARGEST_PART} bytes, not {len(content)}.")
    return PARTS.reply(state, PARTS.make(state, owner, upload_id=owner, _content=content))


@route("POST", "/uploads/{upload_id}/complete")
def complete(request: Request, state: State) -> Reply:
    """Put the parts together."""
    upload, given = _pending(request, state), request.given
    if not given["part_ids"]:
        raise missing("part_ids")
    parts = [PARTS.get(state, upload["id"], part) for part in given["part_ids"]]
    if None in parts:
        gone = parts.index(None)
        raise not_found(f"part of {upload['id']}", given["part_ids"][gone], f"part_ids[{gone}]")
    content = b"".join(part["_content"] for part in parts if part is not None)
    if len(content) != upload["bytes"]:
        message = f"The parts have {len(content)} bytes together; {upload['bytes']} were announced."
        raise ApiError(400, message, param="part_ids", code="invalid_upload_size")
    found = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if (given.get("md5") or found).lower() != found:
        message = f"The checksum is {found}, not {given['md5']}."
        raise ApiError(400, message, param="md5", code="checksum_mismatch")
    name, purpose, live = upload["filename"], upload["purpose"], upload["_lifetime"]
    file = store_file(state, name, content, purpose, expires_after=live, status="uploaded")
    return _ended(upload, state, status="completed", file=FILES.show(state, file))


@route("POST", "/uploads/{upload_id}/cancel")
def cancel(request: Request, state: State) -> Reply:
    """Give an upload up."""
    return _ended(_pending(request, state), state, status="cancelled")


def _ended(upload: Item, state: State, **changes: object) -> Reply:
    for part in PARTS.all(state, upload["id"]):
        PARTS.forget(state, part)
    return UPLOADS.reply(state, UPLOADS.put(state, upload, **changes))
