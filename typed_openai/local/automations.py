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
from typed_openai.local.kept import Item, Kept, given_of
from typed_openai.local.paging import page
from typed_openai.local.router import route
from typed_openai.local.state import State

AUTOMATIONS = Kept("automation", "/agents/automations/{automation_id}", "auto_", "agent.automation")
INVOCATIONS = Kept(
    "invocation",
    "/agents/automations/{automation_id}/invocations/{invocation_id}",
    "autoinv_",
    "agent.automation.invocation",
    within=AUTOMATIONS,
)
ROUTES = (*AUTOMATIONS.routes("retrieve", "delete"), *INVOCATIONS.routes("list", "retrieve"))
_TIMES = {"once": ("run_at",), "periodic": ("expression", "timezone")}
_OVERRIDES = ("container_size", "environment_id", "environment_template_id", *SHOWN)


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


@route("POST", AUTOMATIONS.list_path)
def create(request: Request, state: State) -> Reply:
    """Make an automation."""
    given = request.given
    times = {name: given[name] for name in _TIMES[given["type"]]}
    told = {"type": given["type"], "name": given["name"], "metadata": given.get("metadata") or {}, **times}
    about: Item = {"created_by": {"type": "developer"}, "status": "active", "pause_reason": None}
    target, kept = _target(given["target"], state), {"_target": given["target"]}
    return AUTOMATIONS.reply(state, AUTOMATIONS.make(state, **told, **about, target=target, **kept))


@route("GET", AUTOMATIONS.list_path)
def list_automations(request: Request, state: State) -> Reply:
    """The automations, those of a session where that is asked for."""
    wanted = request.given.get("session_id")
    shown = [AUTOMATIONS.show(state, each) for each in AUTOMATIONS.all(state)]
    return Reply(page(request, [each for each in shown if wanted in (None, each["target"].get("session_id"))]))


@route("POST", AUTOMATIONS.path)
def update(request: Request, state: State) -> Reply:
    """Change what the request names, and nothing else."""
    found, given = AUTOMATIONS.at(request, state), request.given
    changes = given_of(request, ("name", "metadata", "run_at", "expression", "timezone"))
    for name in set(changes) & {"run_at", "expression", "timezone"} - {*_TIMES[found["type"]]}:
        raise wrong_value(name, f"An automation of the type {found['type']!r} has no {name!r}.")
    if "target" in given:
        if given["target"]["type"] != found["target"]["type"]:
            raise wrong_value("target.type", f"The target is of the type {found['target']['type']!r}, which stays.")
        changes |= {"target": _target(given["target"], state), "_target": given["target"]}
    return AUTOMATIONS.reply(state, AUTOMATIONS.put(state, found, **changes))


@route("POST", f"{AUTOMATIONS.path}/pause")
def pause(request: Request, state: State) -> Reply:
    """Let an automation not be due."""
    return AUTOMATIONS.reply(state, AUTOMATIONS.put(state, AUTOMATIONS.at(request, state), status="paused"))


@route("POST", f"{AUTOMATIONS.path}/resume")
def resume(request: Request, state: State) -> Reply:
    """Let an automation be due again."""
    return AUTOMATIONS.reply(state, AUTOMATIONS.put(state, AUTOMATIONS.at(request, state), status="active"))


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
