"""`/agents/sessions`: sessions, what they are told, what happens in them, what they leave behind.

What a session does is decided in `agent_work.py`; who listens is served by `session_log.py`.

Rules: one turn at a time; a session that was told to be followed (`stream=True`) is followed until it rests, one that
is listened to until the listener leaves, or the session is deleted.

Weak spot: approvals are never asked for, so that nothing can be approved.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typed_openai.local.agent_environments import ENVIRONMENTS, SHOWN, new_environment
from typed_openai.local.agent_work import ARTIFACTS, ITEMS, SESSIONS, SUBAGENTS, SUBITEMS, SUBTURNS, TRACES, TURNS, Work
from typed_openai.local.agents import AGENTS, SETTINGS, VAULTS, settings_of
from typed_openai.local.errors import ApiError, wrong_value
from typed_openai.local.exchange import Answer, Reply, Request, StreamReply
from typed_openai.local.kept import Item, Kept
from typed_openai.local.paging import page
from typed_openai.local.router import Route, route
from typed_openai.local.session_log import log_of, tell
from typed_openai.local.state import State


def _items_of(turns: Kept, items: Kept) -> Route:
    """The route that lists what was said and done in a turn, of the first agent or of a subagent."""

    def listed(request: Request, state: State) -> Reply:
        turn = turns.at(request, state)
        found = [item for item in items.all(state, *turn["_of"]) if item["turn_id"] == turn["id"]]
        return Reply(page(request, [items.show(state, item) for item in found]))

    return Route("GET", f"{turns.path}/items", listed)


ROUTES = (
    *SESSIONS.routes("list", "retrieve", "update", "delete"),
    *TURNS.routes("list", "retrieve"),
    _items_of(TURNS, ITEMS),
    *ITEMS.routes("list"),
    *SUBAGENTS.routes("list", "retrieve"),
    *SUBTURNS.routes("list", "retrieve"),
    _items_of(SUBTURNS, SUBITEMS),
    *SUBITEMS.routes("list"),
    *TRACES.routes("list"),
    *ARTIFACTS.routes("list", "retrieve", "delete", "content"),
)


def make_session(given: Mapping[str, Any], state: State) -> Item:
    """A new session, which was told nothing yet."""
    agent = _agent(given, state)
    for vault in given.get("vault_ids") or []:
        VAULTS.find(state, vault)
    said = {name: given[name] for name in SESSIONS.first if given.get(name) is not None}
    environment = _environment(given["environment"], state)
    session = SESSIONS.make(state, **said, agent=agent, environment=environment, last_active_at=state.now())
    tell(state, session["id"], "agent.session.created", session=SESSIONS.show(state, session))
    if environment["type"] == "openai_hosted":
        about = {"session_id": session["id"], "turn_id": None}
        for status in ("pending", "ready", "connected"):
            now = {"id": environment["id"], "type": environment["type"], "status": status, "error": None}
            tell(state, session["id"], f"agent.session.environment.{status}", environment=now, **about)
    return session


def _agent(given: Mapping[str, Any], state: State) -> Item:
    """The agent of a session: a kept one, with what is different, or one of its own."""
    own, identifier = given.get("agent") or {}, given.get("agent_id")
    kept = SETTINGS if identifier is None else AGENTS.find(state, identifier)
    about = {"id": identifier or state.new_id("agent_"), "name": kept.get("name")}
    return {**about, **settings_of(own, {name: kept[name] for name in SETTINGS}, state)}


def _environment(given: Mapping[str, Any], state: State) -> Item:
    """Where a session works, as it shows it."""
    if given["type"] == "none":
        return {"type": "none"}
    if given["type"] == "self_hosted":
        about = {"type": "self_hosted", "id": state.new_id("env_"), "remote_url": "wss://local.invalid/agents"}
        directories = {"capability_directories": given.get("capability_directories") or []}
        return {**about, **directories, "workspace_directory": given["workspace_directory"]}
    identifier = given.get("environment_id")
    made = new_environment(given, state) if identifier is None else ENVIRONMENTS.find(state, identifier)
    return {name: made[name] for name in ("id", "type", "container_size", *SHOWN)}


@route("POST", "/agents/sessions")
def create(request: Request, state: State) -> Answer:
    """Make a session, and tell it what comes along."""
    given = request.known
    session = make_session(given, state)
    said = given.get("input")
    if said is None and given["environment"]["type"] == "none":
        raise wrong_value("input", "A session that works nowhere needs an input.")
    if said is not None:
        text = [{"role": "user", "content": [{"type": "input_text", "text": said}]}]
        Work(state, session["id"]).hear(text if isinstance(said, str) else said)
    elif given.get("stream"):
        tell(state, session["id"], "agent.session.idle", session=SESSIONS.show(state, session))
    if given.get("stream"):
        return StreamReply(log_of(state, session["id"]).follow(state, 0, to_rest=True), ending=b"")
    return SESSIONS.reply(state, SESSIONS.find(state, session["id"]))


def _changed(session: Item, said: Item, state: State) -> Item:
    """What a request changes of a session: of its agent what is named."""
    return {**said, "agent": {**session["agent"], **settings_of(said.get("agent") or {}, session["agent"], state)}}


SESSIONS.changed = _changed


@route("POST", f"{SESSIONS.path}/events")
def create_events(request: Request, state: State) -> Reply:
    """Tell a session something; all of what it does about it happens now."""
    session = SESSIONS.at(request, state)
    work = Work(state, session["id"])
    with log_of(state, session["id"]).lock:
        for place, each in enumerate(request.given["events"]):
            _hear(work, each, SESSIONS.find(state, session["id"]), f"events[{place}]")
    return Reply(b"", 204, content_type="")


def _hear(work: Work, given: Mapping[str, Any], session: Item, at: str) -> None:
    kind = given["type"].rpartition(".")[2]
    if kind == "message":
        if session["status"] != "idle":
            message = f"The session {session['id']!r} is {session['status']}; it hears messages when it is idle."
            raise ApiError(409, message, param=at, code="active_turn_not_steerable")
        work.hear(given["input"])
    elif kind == "tool_result":
        work.take_result(given)
    elif kind == "cancel":
        work.stop()
    else:
        raise wrong_value(f"{at}.request_id", f"The session waits for no approval of {given['request_id']!r}.")


@route("GET", f"{SESSIONS.path}/events")
def follow(request: Request, state: State) -> Answer:
    """What happens from now on, or behind the event that is named."""
    session = SESSIONS.at(request, state)
    log = log_of(state, session["id"])
    with log.lock:
        place = log.place_behind(request.headers.get("last-event-id", ""))
        shown = SESSIONS.show(state, SESSIONS.find(state, session["id"]))
        first = {"type": f"agent.session.{shown['status']}", "event_id": state.new_id("evt_"), "session": shown}
        if place is None:
            return StreamReply(log.follow(state, len(log.events), first), ending=b"")
        return StreamReply(log.follow(state, place), ending=b"")
