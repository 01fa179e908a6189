"""`/live` over HTTP: sessions for browsers and telephones, kept as calls are (`realtime.py`).

A call comes in when a webhook endpoint is tested with `live.call.incoming`, or a program says so (`LocalServer.ring`).
A session that asked to be kept (`store`) may be forked, and has a recording: a tone that says its instructions.

Weak spots: nobody is connected: an answer to an offer repeats the offer.
"""

from __future__ import annotations

from typed_openai.local.errors import wrong_value
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.kept import Item, Kept
from typed_openai.local.realtime import answer_to, calls
from typed_openai.local.router import route
from typed_openai.local.sounds import wav
from typed_openai.local.state import State

SESSIONS = Kept("live session", "/live/sessions/{session_id}", "live_", "live.session", silent=True)


def ring(state: State) -> str:
    """Let a call come in; gives the id of its session."""
    return str(SESSIONS.make(state, status="ringing", session={})["id"])


def _begun(session: Item, transport: Item, state: State) -> Reply:
    answer = answer_to(transport["sdp"], "transport.sdp")
    made = SESSIONS.make(state, status="active", session=session)
    return Reply({"session": {"id": made["id"]}, "transport": {"type": "webrtc", "sdp": answer}})


def _kept(request: Request, state: State) -> Item:
    found = SESSIONS.at(request, state)
    if not found["session"].get("store"):
        raise wrong_value("session_id", f"The live session {found['id']!r} was not kept: it asked for no 'store'.")
    return found


@route("POST", SESSIONS.list_path)
def create(request: Request, state: State) -> Reply:
    """A session for a browser."""
    return _begun(request.given["session"], request.given["transport"], state)


@route("POST", f"{SESSIONS.path}/fork")
def fork(request: Request, state: State) -> Reply:
    """A session that begins where a kept one is."""
    session = _kept(request, state)["session"] | (request.given.get("session") or {})
    return _begun(session, request.given["transport"], state)


@route("GET", f"{SESSIONS.path}/content")
def recording(request: Request, state: State) -> Reply:
    """What was said in a session that was kept."""
    text = _kept(request, state)["session"].get("instructions") or "Hello."
    return Reply(wav(text), content_type="audio/wav")


ROUTES = SESSIONS.moves(**calls(lambda said, _: dict(said["session"])))
