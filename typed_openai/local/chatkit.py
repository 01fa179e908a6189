"""`/chatkit`: sessions that are kept until they end, and the chat that each of them would have led to.

A web page makes threads, and none is open here: each session makes one by itself, with a greeting in it, for its user.

Weak spot: no chat goes on: there is nothing that takes a message.
"""

from __future__ import annotations

import hashlib

from typed_openai.local.exchange import Reply, Request
from typed_openai.local.kept import Item, Kept, Move
from typed_openai.local.router import route
from typed_openai.local.state import State

LIFE = 600
LIMIT = 10
_SWITCHES: Item = {
    "automatic_thread_titling": {"enabled": True},
    "file_upload": {"enabled": False, "max_file_size": None, "max_files": None},
    "history": {"enabled": True, "recent_threads": None},
}


def _shown(session: Item, state: State) -> Item:
    over = session["status"] == "active" and state.now() >= session["expires_at"]
    return {**session, "status": "expired" if over else session["status"]}


SESSIONS = Kept("session", "/chatkit/sessions/{session_id}", "cksess_", shown=_shown)
THREADS = Kept("thread", "/chatkit/threads/{thread_id}", "cthr_")
ITEMS = Kept("item", "/chatkit/threads/{thread_id}/items/{item_id}", "cti_", "chatkit.thread_item", within=THREADS)
ROUTES = (
    *SESSIONS.moves(cancel=Move("cancelled")),
    *THREADS.routes("list", "retrieve", "delete"),
    *ITEMS.routes("list"),
)


def _greet(user: str, state: State) -> None:
    """The thread of a session, with a greeting."""
    thread = THREADS.make(state, title=None, status={"type": "active"}, user=user)
    said = [{"type": "output_text", "text": f"Hello, {user}.", "annotations": []}]
    ITEMS.make(state, thread["id"], thread_id=thread["id"], type="chatkit.assistant_message", content=said)


@route("POST", SESSIONS.list_path)
def create(request: Request, state: State) -> Reply:
    """A session for a web page."""
    given = request.given
    workflow = {"version": None, "state_variables": None, "tracing": {"enabled": True}, **given["workflow"]}
    wanted = given.get("chatkit_configuration") or {}
    limit = (given.get("rate_limits") or {}).get("max_requests_per_1_minute") or LIMIT
    session = SESSIONS.make(
        state,
        user=given["user"],
        client_secret="ek_" + hashlib.sha256(state.new_id("secret_").encode()).hexdigest()[:32],
        expires_at=state.now() + ((given.get("expires_after") or {}).get("seconds") or LIFE),
        status="active",
        workflow={**workflow, "tracing": {"enabled": True, **(workflow["tracing"] or {})}},
        chatkit_configuration={name: {**usual, **(wanted.get(name) or {})} for name, usual in _SWITCHES.items()},
        max_requests_per_1_minute=limit,
        rate_limits={"max_requests_per_1_minute": limit},
    )
    _greet(given["user"], state)
    return SESSIONS.reply(state, session)
