"""`/agents/automations`: what happens at a time, here only when somebody asks for it (`invocations`).

Weak spots: no clock looks at schedules; expressions of cron and zones are not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typed_openai.local.agent_environments import SHOWN, described
from typed_openai.local.agent_sessions import make_session
from typed_openai.local.agent_work import SESSIONS, Work
from typed_openai.local.agents import SETTINGS, settings_of
from typed_openai.local.errors import wrong_value
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.kept import CRUD, Item, Kept, Move
from typed_openai.local.router import route
from typed_openai.local.state import State

AUTOMATIONS = Kept(
    "automation",
    "/agents/automations/{automation_id}",
    "auto_",
    "agent.automation",
    first={"created_by": {"type": "developer"}, "status": "active", "pause_reason": None, "metadata": {}},
    made=lambda said, state: {**_timed(said, said["type"]), **_aimed(said, state)},
    changed=lambda automation, said, state: _changed(automation, said, state),
    wanted=lambda automation, given: given.get("session_id") in (None, automation["target"].get("session_id")),
)
INVOCATIONS = Kept(
    "invocation", "/agents/automations/{automation_id}/invocations/{invocation_id}", "autoinv_", within=AUTOMATIONS
)
ROUTES = (
    *AUTOMATIONS.routes(*CRUD),
    *AUTOMATIONS.moves(pause=Move("paused"), resume=Move("active")),
    *INVOCATIONS.routes("list", "retrieve"),
)
_TIMES = {"once": ("run_at",), "periodic": ("expression", "timezone")}
_OVERRIDES = ("container_size", "environment_id", "environment_template_id", *SHOWN)


def _timed(said: Item, kind: str) -> Item:
    """What is said, without the times that only other kinds have."""
    others = {name for names in _TIMES.values() for name in names} - {*_TIMES[kind]}
    return {name: value for name, value in said.items() if name not in others}


def _aimed(said: Item, state: State) -> Item:
    """The target that is said: as it is shown, and as it is."""
    return {"target": _target(said["target"], state), "_target": said["target"]} if "target" in said else {}


def _changed(automation: Item, said: Item, state: State) -> Item:
    kind = automation["type"]
    for name in said.keys() - _timed(said, kind).keys():
        raise wrong_value(name, f"An automation of the type {kind!r} has no {name!r}.")
    aim = automation["target"]["type"]
    if "target" in said and said["target"]["type"] != aim:
        raise wrong_value("target.type", f"The target is of the type {aim!r}, which stays.")
    return {**said, **_aimed(said, state)}


def _target(given: Mapping[str, Any], state: State) -> Item:
    """A target as it is shown: without secrets."""
    if given["type"] == "existing_session":
        SESSIONS.find(state, given["session_id"])
        return {name: given[name] for name in ("type", "session_id", "instructions")}
    agent = given.get("agent")
    return {
        "type": "new_session",
        "agent": None if agent is None else settings_of(agent, SETTINGS, state),
        "agent_id": given.get("agent_id"),
        "environment": _environment(given["environment"], state),
        "input": [{"type": "message", **each} for each in given["input"]],
        "metadata": given.get("metadata") or {},
        "vault_ids": given.get("vault_ids") or [],
    }


def _environment(given: Mapping[str, Any], state: State) -> Item:
    if given["type"] == "none":
        return {"type": "none"}
    if given["type"] == "self_hosted":
        directory = {"workspace_directory": given["workspace_directory"], "environment_id": None}
        return {"type": "self_hosted", "capability_directories": given.get("capability_directories") or [], **directory}
    shown, _ = described(given, state)
    said = {name: shown.get(name, given.get(name)) for name in _OVERRIDES if given.get(name) is not None}
    return {"type": "openai_hosted", **dict.fromkeys(_OVERRIDES), **said}


@route("POST", INVOCATIONS.list_path)
def invoke(request: Request, state: State) -> Reply:
    """Do now what an automation does."""
    (automation,) = INVOCATIONS.of(request, state)
    target = AUTOMATIONS.find(state, automation)["_target"]
    if target["type"] == "new_session":
        session, said = make_session(target, state)["id"], target["input"]
    else:
        session = SESSIONS.find(state, target["session_id"])["id"]
        said = [{"role": "user", "content": [{"type": "input_text", "text": target["instructions"]}]}]
    Work(state, session).hear(said)
    none = dict.fromkeys(("error", "scheduled_at", "skip_reason"))
    told = {"automation_id": automation, "session_id": session, "status": "completed", "source": {"type": "manual"}}
    return INVOCATIONS.reply(state, INVOCATIONS.make(state, automation, **told, **none))
