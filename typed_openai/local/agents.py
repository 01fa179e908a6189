"""`/agents` and `/vaults`: agents, vaults and credentials, kept until they are deleted or the server ends.

Rules
* An agent is shown with everything that it has, as the service fills it in; secrets of tools and credentials are kept
  nowhere, not even in memory.
* Sessions keep the agent that they began with (`agent_sessions.py`).

Weak spot: credentials are never used, since nothing here reaches an MCP server.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typed_openai.local.errors import wrong_value
from typed_openai.local.kept import CRUD, Item, Kept
from typed_openai.local.models import require_model
from typed_openai.local.state import State

SETTINGS: Item = {
    "instructions": None,
    "model": None,
    "multi_agent": {"enabled": False, "max_concurrent_subagents": None},
    "reasoning": {"effort": None, "summary": None},
    "service_tier": "auto",
    "text": {"format": {"type": "text"}, "verbosity": "medium"},
    "tools": [],
    "compaction": {"async": False},
    "experimental": {"time_awareness": False},
}
"""What an agent has that was told nothing of it."""
_OBJECTS = ("multi_agent", "reasoning", "text", "compaction", "experimental")
_TOOLS: dict[str, Item] = {
    "function": {"defer_loading": False},
    "programmatic_tool_calling": {"enabled": True},
    "mcp": {
        "allowed_tools": None,
        "connection_origin": "service",
        "credential_id": None,
        "request_metadata": {},
        "required": False,
    },
    "web_search": {"allowed_domains": None, "context_size": "medium", "location": None, "mode": "live"},
    "computer_use": {"include_screenshots": False},
}
_TRANSPORTS: dict[str, Item] = {"http": {}, "stdio": {"args": [], "env_vars": []}}
_SECRET = ("authorization", "env")

AGENTS = Kept(
    "agent",
    "/agents/{agent_id}",
    "agent_",
    first={"name": None, "metadata": {}},
    made=lambda said, state: {**_said(said, SETTINGS, state), "updated_at": state.now()},
    changed=lambda agent, said, state: _said(said, agent, state),
)
VAULTS = Kept("vault", "/vaults/{vault_id}", "vault_", first={"name": None, "metadata": {}})
CREDENTIALS = Kept(
    "credential",
    "/vaults/{vault_id}/credentials/{credential_id}",
    "cred_",
    within=VAULTS,
    first={"metadata": {}},
    made=lambda said, state: {**said, "auth": _auth(said["auth"]), "updated_at": state.now()},
    changed=lambda credential, said, _: {**said, **_renewed(credential, said.get("auth"))},
    shown=lambda credential, _: {**credential, "vault_id": credential["_of"][0]},
)
ROUTES = (*AGENTS.routes(*CRUD), *VAULTS.routes(*CRUD), *CREDENTIALS.routes(*CRUD))


def _said(said: Item, known: Item, state: State) -> Item:
    """What is said of a kept agent, over what is known of it."""
    return {**said, **settings_of(said, {name: known[name] for name in SETTINGS}, state, is_kept=True)}


def settings_of(given: Mapping[str, Any], known: Mapping[str, Any], state: State, is_kept: bool = False) -> Item:
    """The settings of an agent: what is given over what is known; null is what nobody said. Of a kept agent headers are
    shown, which hold no secrets then."""
    found = {**known, **{name: value for name, value in given.items() if name in SETTINGS}}
    for name in _OBJECTS:
        said, before = given.get(name) or {}, SETTINGS[name] if name in given else known[name]
        found[name] = {**before, **{part: value for part, value in said.items() if value is not None}}
    if found["multi_agent"]["enabled"] and found["multi_agent"]["max_concurrent_subagents"] is None:
        found["multi_agent"]["max_concurrent_subagents"] = 6
    found["service_tier"] = found["service_tier"] or "auto"
    found["tools"] = [_tool(tool, is_kept) for tool in found["tools"] or []]
    if found["model"] is None:
        raise wrong_value("agent.model", "An agent needs a model, or the id of a kept agent ('agent_id').")
    require_model(state, found["model"])
    return found


def _tool(given: Mapping[str, Any], is_kept: bool) -> Item:
    """A tool as it is shown: with what the service fills in, without secrets."""
    tool = {**_TOOLS.get(given["type"], {}), **given}
    if "transport" in tool:
        secret = _SECRET if is_kept else (*_SECRET, "headers")
        transport = {name: value for name, value in tool["transport"].items() if name not in secret}
        tool["transport"] = {**_TRANSPORTS[transport["type"]], **transport}
    return tool


def _renewed(credential: Item, given: Mapping[str, Any] | None) -> Item:
    """What is shown of a credential whose secrets are replaced."""
    auth: Item = credential["auth"]
    told = {"type": auth["type"]} if given is None else given
    if told["type"] != auth["type"]:
        raise wrong_value("auth.type", f"This credential is of the type {auth['type']!r}, which stays.")
    if auth["type"] == "mcp_oauth" and told.keys() & {"expires_at", "access_token"}:
        auth = {**auth, "expires_at": told.get("expires_at")}
    return {"auth": auth}


def _auth(given: Mapping[str, Any]) -> Item:
    """A credential as it is shown, without its secrets."""
    if given["type"] == "static_bearer":
        return {name: given[name] for name in ("type", "mcp_server_url")}
    if given["type"] == "environment_variable":
        return {name: given[name] for name in ("type", "networking", "secret_name")}
    refresh = given.get("refresh")
    if refresh is not None:
        how = {"type": refresh["token_endpoint_auth"]["type"]}
        known = {name: refresh.get(name) for name in ("client_id", "token_endpoint", "resource", "scope")}
        refresh = {**known, "token_endpoint_auth": how}
    told = {name: given.get(name) for name in ("type", "mcp_server_url", "expires_at")}
    return {**told, "refresh": refresh}
