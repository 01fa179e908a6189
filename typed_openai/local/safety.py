"""`/content_provenance_checks` and `/safety`: marks by rule, and reports that are there when somebody asks for them.

What this server made itself (pictures that it draws, tones that it makes) bears a mark; nothing else does. An alert or
a case is whatever id is asked for, so that a webhook's sample event can be followed.

Weak spot: no file is really searched for marks: the first bytes and what this server left in it are all that is read.
"""

from __future__ import annotations

from typed_openai.local.errors import ApiError
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.router import route
from typed_openai.local.sounds import is_sound, said_in
from typed_openai.local.state import State

_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
_ALERT = {
    "object": "safety.alert",
    "error_type": "other",
    "model": "gpt-6-luna",
    "reason": "A sample alert of the local server.",
    "request_paused": False,
}


@route("POST", "/content_provenance_checks")
def check(request: Request, state: State) -> Reply:
    """What marks a file bears."""
    file = request.file("file")
    head, sounds = file.content[:12], is_sound(file.content)
    if not sounds and not head.startswith(_PICTURES) and head[8:] != b"WEBP":
        message = f"The file {file.name!r} is neither a picture (PNG, JPEG, WebP, GIF) nor a sound."
        raise ApiError(400, message, param="file", code="invalid_file")
    made = sounds and said_in(file.content) is not None
    found = {"outcome": "detected" if made else "not_detected", "model": "local-echo" if made else None}
    marks = [{"type": "synthid", **found, "generated_at": None}]
    if not sounds:
        marks.append({"type": "c2pa", **found, "validation_state": "not_present", "issuer": None, "generated_at": None})
    return Reply({"object": "content_provenance_check", "created_at": state.now(), "results": marks})


@route("GET", "/safety/alerts/{id}")
def alert(request: Request, state: State) -> Reply:
    """A sample alert of that id."""
    about = {"request_id": "req_local", "response_id": "resp_local", "created_at": state.now()}
    return Reply({**_ALERT, **about, "id": request.path_params["id"]})


@route("GET", "/safety/cases/{id}")
def case(request: Request, state: State) -> Reply:
    """A sample case of that id."""
    about = {"object": "safety.case", "entity_identifier": "user-1", "notice": {"type": "warning"}}
    reason = "A sample case of the local server."
    return Reply({**about, "id": request.path_params["id"], "created_at": state.now(), "reason": reason})
