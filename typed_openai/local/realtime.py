"""`/realtime` over HTTP: secrets that open sessions, and calls that ring, are answered, handed over and ended.

A call comes in when a webhook endpoint is tested with `realtime.call.incoming` (`webhooks.py`) or a program says so
(`LocalServer.ring`), or is made with an offer (`sdp`). It is `ringing`, then `active` or `rejected`, then `ended` or
`referred`; what does not fit its state is refused.

For other areas: `session_of` gives what a secret opens, `ring` lets a call come in, `CALLS` knows them all.

Weak spots: nobody is connected: an answer to an offer repeats the offer; the models that are named need not exist.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from typed_openai.local.errors import ApiError, wrong_value
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.kept import Hook, Item, Kept, Move
from typed_openai.local.realtime_sessions import begun
from typed_openai.local.router import Route, route
from typed_openai.local.state import State

CALLS = Kept("call", "/realtime/calls/{call_id}", "rtc_", "realtime.call", silent=True)
SECRET_LIFE = 600


def calls(session: Hook) -> dict[str, Move]:
    """What may be done with a call: it is taken, with the session that a request says, and it ends."""
    return {
        "accept": Move(
            "active", "accepted", ("ringing",), taking=lambda said, state: {"session": session(said, state)}
        ),
        "reject": Move("rejected", allowed=("ringing",)),
        "refer": Move("referred", "handed over", ("active",)),
        "hangup": Move("ended", "hung up", ("active", "ringing")),
    }


class Secrets(dict[str, Item]):
    """What the secrets of one server open: sessions, and until when."""


def session_of(state: State, secret: str) -> Item | None:
    """The session that a secret opens now; None when it is none, or its time is over."""
    found = state.part(Secrets).get(secret)
    return found["session"] if found is not None and state.now() < found["expires_at"] else None


def opened_by(request: Request, state: State, translates: bool = False) -> Item:
    """The session that the secret opens with which somebody comes; empty where it is none. 400 where it is one of the
    other kind: sessions that translate have a path of their own."""
    found = session_of(state, request.headers.get("authorization", "").rpartition(" ")[2]) or {}
    if found and (found.get("type") == "translation") != translates:
        place = "/realtime" if translates else "/realtime/translations"
        message = f"The secret opens a {found.get('type') or 'realtime'} session: connect to {place}."
        raise ApiError(400, message, code="wrong_session_type")
    return found


def ring(state: State) -> str:
    """Let a call come in; gives its id."""
    return str(CALLS.make(state, status="ringing")["id"])


def answer_to(offer: str, param: str) -> str:
    """What is answered to an offer of WebRTC; 400 for what is none."""
    if not offer.startswith("v=0"):
        raise wrong_value(param, f"The parameter {param!r} must be an offer of WebRTC, which begins with 'v=0'.")
    return offer.replace("a=setup:actpass", "a=setup:active")


def _secret(session: Item, expiry: Mapping[str, Any] | None, state: State) -> Item:
    """The next secret of this server, the same in each run: good for tests only."""
    value = "ek_" + hashlib.sha256(state.new_id("secret_").encode()).hexdigest()[:32]
    made = {"value": value, "expires_at": state.now() + ((expiry or {}).get("seconds") or SECRET_LIFE)}
    state.part(Secrets)[value] = {**made, "session": session}
    return made


@route("POST", "/realtime/client_secrets")
def create_secret(request: Request, state: State) -> Reply:
    """A secret, and the session that it opens."""
    session = begun(state, "realtime", request.given.get("session") or {})
    return Reply({**_secret(session, request.given.get("expires_after"), state), "session": session})


@route("POST", "/realtime/translations/client_secrets")
def create_translation_secret(request: Request, state: State) -> Reply:
    """A secret, and the session that it opens, which translates."""
    session = begun(state, "translation", {"audio": {}, **request.given["session"]})
    return Reply({**_secret(session, request.given.get("expires_after"), state), "session": session})


def _flat(path: str, expiry: str) -> Route:
    """The route of a session in the form of before 2025-08, with the secret that opens it; one of them only listens."""

    def create_session(request: Request, state: State) -> Reply:
        given = {name: value for name, value in request.given.items() if name != "client_secret"}
        asked = (request.given.get("client_secret") or {}).get(expiry)
        session = {"modalities": ["text", "audio"], "input_audio_format": "pcm16", **given}
        return Reply({**session, "client_secret": _secret(session, asked, state)})

    return Route("POST", path, create_session)


@route("POST", "/realtime/calls")
def create_call(request: Request, state: State) -> Reply:
    """Answer an offer; the id of the call is the end of the header `location`."""
    answer = answer_to(request.given["sdp"], "sdp")
    session = request.given.get("session") or opened_by(request, state)
    call = CALLS.make(state, status="active", session=begun(state, "realtime", session))
    return Reply(answer, 201, {"location": f"/v1/realtime/calls/{call['id']}"}, content_type="application/sdp")


ROUTES = (
    *CALLS.moves(**calls(lambda said, state: begun(state, "realtime", said))),
    _flat("/realtime/sessions", "expires_after"),
    _flat("/realtime/transcription_sessions", "expires_at"),
)
