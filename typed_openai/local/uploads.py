"""`/uploads`: a file that arrives in parts, put together and checked when it is completed.

Parts may come in any order and at the same time; the order of `part_ids` is what counts. Completing compares the number
of bytes with the one announced, and the MD5 checksum when there is one.

Weak spot: an upload is given up one hour after it was begun; here that is 3600 requests.
"""

from __future__ import annotations

import hashlib

from typed_openai.local.errors import ApiError, not_found, refuse_empty, wrong_value
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.files import FILES, lifetime, store_file
from typed_openai.local.kept import Item, Kept, Move
from typed_openai.local.router import route
from typed_openai.local.state import State

LARGEST_PART = 64 * 1024**2
HOUR = 3600

UPLOADS = Kept(
    "upload",
    "/uploads/{upload_id}",
    "upload_",
    first={"status": "pending", "file": None},
    made=lambda said, state: {
        **{name: said[name] for name in ("bytes", "filename", "purpose")},
        "expires_at": state.now() + HOUR,
        "_lifetime": lifetime(said),
    },
    shown=lambda upload, state: {**upload, "status": _status(upload, state)},
    moved=lambda upload, _, state: _emptied(upload, state),
)
PARTS = Kept("part", "/uploads/{upload_id}/parts/{part_id}", "part_", within=UPLOADS)


ROUTES = (
    *UPLOADS.routes("create"),
    *UPLOADS.moves(cancel=Move("cancelled", "continued", ("pending",))),
)


def _status(upload: Item, state: State) -> str:
    over = upload["status"] == "pending" and upload["expires_at"] <= state.now()
    return "expired" if over else str(upload["status"])


def _emptied(upload: Item, state: State) -> None:
    """Forget the parts of an upload, which is over."""
    for part in PARTS.all(state, upload["id"]):
        PARTS.forget(state, part)


@route("POST", PARTS.list_path)
def add_part(request: Request, state: State) -> Reply:
    """Keep a part."""
    owner = UPLOADS.in_state(request, state, "continued", "pending")["id"]
    content = request.file("data").content
    if len(content) > LARGEST_PART:
        raise wrong_value("data", f"A part has at most {LARGEST_PART} bytes, not {len(content)}.")
    return PARTS.reply(state, PARTS.make(state, owner, upload_id=owner, _content=content))


@route("POST", "/uploads/{upload_id}/complete")
def complete(request: Request, state: State) -> Reply:
    """Put the parts together."""
    upload, given = UPLOADS.in_state(request, state, "continued", "pending"), request.given
    refuse_empty("part_ids", given["part_ids"])
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
    _emptied(upload, state)
    return UPLOADS.reply(state, UPLOADS.put(state, upload, status="completed", file=FILES.show(state, file)))
