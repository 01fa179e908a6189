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
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.kept import Item, Kept, given_of
from typed_openai.local.models import require_model
from typed_openai.local.router import route
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

AGENTS = Kept("agent", "/agents/{agent_id}", "agent_", "agent", deleted="agent.deleted")
VAULTS = Kept("vault", "/vaults/{vault_id}", "vault_", "vault")
CREDENTIALS = Kept(
    "credential", "/vaults/{vault_id}/credentials/{credential_id}", "cred_", "vault.credential", within=VAULTS
)
ROUTES = (
    *AGENTS.routes("list", "retrieve", "delete"),
    *VAULTS.routes("list", "retrieve", "update", "delete", changes=("metadata", "name")),
    *CREDENTIALS.routes("list", "retrieve", "delete"),
)


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


@route("POST", "/agents")
def create(request: Request, state: State) -> Reply:
    """Make an agent."""
    made = {
        "name": None,
        "metadata": {},
        **settings_of(request.given, SETTINGS, state, True),
        "updated_at": state.now(),
    }
    return AGENTS.reply(state, AGENTS.make(state, **{**made, **given_of(request, ("name", "metadata"))}))


@route("POST", AGENTS.path)
def update(request: Request, state: State) -> Reply:
    """Change what the request names, and nothing else."""
    found = AGENTS.at(request, state)
    changes = {**settings_of(request.given, found, state, True), **given_of(request, ("name", "metadata"))}
    return AGENTS.reply(state, AGENTS.put(state, {**found, **changes}, updated_at=state.now()))


@route("POST", VAULTS.list_path)
def create_vault(request: Request, state: State) -> Reply:
    """Make a vault."""
    return VAULTS.reply(
        state, VAULTS.make(state, **{"name": None, "metadata": {}, **given_of(request, ("name", "metadata"))})
    )


@route("POST", CREDENTIALS.list_path)
def create_credential(request: Request, state: State) -> Reply:
    """Keep what a credential is for."""
    (vault,) = CREDENTIALS.of(request, state)
    told = {"name": request.given["name"], "metadata": request.given.get("metadata") or {}}
    auth = _auth(request.given["auth"])
    return CREDENTIALS.reply(
        state, CREDENTIALS.make(state, vault, vault_id=vault, auth=auth, updated_at=state.now(), **told)
    )


@route("POST", CREDENTIALS.path)
def update_credential(request: Request, state: State) -> Reply:
    """Replace the secrets of a credential, or its notes."""
    found = CREDENTIALS.at(request, state)
    auth = request.given.get("auth")
    if auth is not None and auth["type"] != found["auth"]["type"]:
        raise wrong_value("auth.type", f"This credential is of the type {found['auth']['type']!r}, which stays.")
    if auth is not None and auth["type"] == "mcp_oauth" and ("expires_at" in auth or "access_token" in auth):
        found = {**found, "auth": {**found["auth"], "expires_at": auth.get("expires_at")}}
    changes = given_of(request, ("metadata",))
    return CREDENTIALS.reply(state, CREDENTIALS.put(state, found, updated_at=state.now(), **changes))


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
