"""What is sent about agents: the header of the area, what is refused first, what is shown to nobody."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from tests.agents.conftest import AGENT, HOSTED, Both
from tests.conformance.declared import declared
from typed_openai import NULL, RequestValidationError
from typed_openai.local import LocalServer

SECRET = "s3cr3t-tok3n-0123456789"
OPERATIONS = {title: endpoint for title, endpoint in declared().items() if title.startswith("beta.agents.")}
MESSAGE = {"role": "user", "content": [{"type": "input_text", "text": "x"}]}
NEW = {"type": "new_session", "environment": {"type": "none"}, "input": [MESSAGE], "agent_id": "agent_1"}


@pytest.mark.parametrize("title", OPERATIONS)
def test_every_operation_says_that_it_is_of_agents(title: str) -> None:
    headers = {name.lower(): value for name, value in (OPERATIONS[title].headers or {}).items()}
    assert headers["openai-beta"] == "agents=v1"


def test_there_are_as_many_operations_as_the_official_package_has() -> None:
    assert len([endpoint for endpoint in OPERATIONS.values() if endpoint.title != "beta.agents.sessions.stream"]) == 57


WRONG: dict[str, tuple[str, dict[str, Any], str]] = {
    "no model": ("create", {}, "model"),
    "a token for a kept agent": (
        "create",
        {"model": "m", "tools": [{"type": "mcp", "server_label": "x", "transport": {
            "type": "http", "server_url": "https://x", "authorization": SECRET}}]},
        "authorization",
    ),
    "two tools of one name": (
        "create",
        {"model": "m", "tools": 2 * [{"type": "function", "name": "f", "description": "x", "parameters": {}}]},
        "no other tool has",
    ),
    "no agent": ("sessions.create", {"environment": {"type": "none"}}, "agent_id"),
    "an agent without a model": ("sessions.create", {"environment": {"type": "none"}, "agent": {}}, "agent.model"),
    "an environment and what is in it": (
        "sessions.create",
        {"environment": {**HOSTED, "environment_id": "env_1", "env": {"A": "b"}}, "agent_id": "x"},
        "environment_id alone",
    ),
    "an environment of no kind": ("sessions.create", {"environment": {"type": "moon"}, "agent_id": "x"}, "moon"),
    "no inputs": ("sessions.events.create", {"session_id": "s", "events": []}, "events"),
    "a form without values": (
        "sessions.events.create",
        {"session_id": "s", "events": [{
            "type": "agent.session.input.computer_use_approval_request_result", "request_id": "r",
            "response": {"type": "browser_authentication", "action": "submit"}}]},
        "fields",
    ),
    "a time of the other kind": (
        "automations.create",
        {"type": "once", "name": "n", "target": NEW, "expression": "* * * * *", "timezone": "UTC"},
        "run_at",
    ),
    "no zone": (
        "automations.create", {"type": "periodic", "name": "n", "target": NEW, "expression": "* *"}, "timezone",
    ),
    "two agents": (
        "automations.create",
        {"type": "once", "run_at": 5, "name": "n", "target": {**NEW, "agent": {"model": "m"}}},
        "not both",
    ),
    "a file without content": (
        "environments.files.create", {"environment_id": "e", "type": "inline", "path": "/workspace/a"}, "data",
    ),
    "two contents": (
        "environments.files.create",
        {"environment_id": "e", "type": "inline", "path": "/workspace/a", "data": "aGk=", "file_id": "file-1"},
        "file_id",
    ),
    "a name of a variable that is none": (
        "vaults.credentials.create",
        {"vault_id": "v", "name": "n", "auth": {"type": "environment_variable", "secret_name": "a-b",
                                               "secret_value": SECRET, "networking": {"type": "unrestricted"}}},
        "secret_name",
    ),
    "a secret of two lines": (
        "vaults.credentials.create",
        {"vault_id": "v", "name": "n", "auth": {"type": "environment_variable", "secret_name": "A",
                                               "secret_value": f"{SECRET}\n{SECRET}",
                                               "networking": {"type": "unrestricted"}}},
        "secret_value",
    ),
    "no hosts": (
        "vaults.credentials.create",
        {"vault_id": "v", "name": "n", "auth": {"type": "environment_variable", "secret_name": "A",
                                               "secret_value": SECRET,
                                               "networking": {"type": "limited", "allowed_hosts": []}}},
        "allowed_hosts",
    ),
    "a token that is no text": (
        "vaults.credentials.create",
        {"vault_id": "v", "name": "n", "auth": {"type": "static_bearer", "token": [SECRET], "mcp_server_url": "x"}},
        "auth.token",
    ),
    "a credential of no kind": (
        "vaults.credentials.create",
        {"vault_id": "v", "name": "n", "auth": {"type": "bearer", "token": SECRET, "mcp_server_url": "x"}},
        "auth",
    ),
    "variables that are no texts": (
        "environments.create", {"environment": {**HOSTED, "env": {"A": {"b": SECRET}}}}, "env",
    ),
    "an environment in a list": ("environments.create", {"environment": [{**HOSTED, "env": {"A": SECRET}}]}, "env"),
    "an id with a way out": ("retrieve", {"agent_id": ""}, "agent_id"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
async def test_what_cannot_be_right_is_refused_before_anything_is_sent(
    both: Both, server: LocalServer, case: str
) -> None:
    name, given, told = WRONG[case]
    operation: Any = both.agents
    for part in name.split("."):
        operation = getattr(operation, part)
    with pytest.raises(RequestValidationError, match=told) as raised:
        await both.done(operation(**given))
    assert SECRET not in str(raised.value)
    assert server.requests == []


async def test_null_takes_away_and_none_leaves_out(both: Both, server: LocalServer) -> None:
    agent = await both.done(both.agents.create(model="m", name="x", instructions="y"))
    changed = await both.done(both.agents.update(agent.id, name=NULL, instructions=None))
    assert (changed.name, changed.instructions) == (None, "y")


async def test_what_came_may_be_given_again(both: Both) -> None:
    agent = await both.done(both.agents.create(**AGENT, text={"verbosity": "low"}, reasoning={"effort": "high"}))
    names = ("multi_agent", "reasoning", "text", "tools", "compaction", "experimental")
    parts = {name: getattr(agent, name) for name in names}
    twin = await both.done(both.agents.create(model="m", **parts))
    assert {name: getattr(twin, name) for name in names} == parts


async def test_secrets_come_back_nowhere_and_nobody_sees_them(
    both: Both, server: LocalServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "typed_openai")
    transport = {"type": "http", "server_url": "https://x", "authorization": SECRET, "headers": {"x-a": SECRET}}
    tool = {"type": "mcp", "server_label": "x", "transport": transport}
    environment = {**HOSTED, "env": {"A": SECRET}, "setup_commands": [{"command": f"login {SECRET}"}]}
    shown = [
        await both.session(agent={"model": "m", "tools": [tool]}, environment=environment),
        await both.done(both.agents.environments.templates.create(env={"A": SECRET})),
    ]
    vault = await both.done(both.agents.vaults.create(name="v"))
    refresh = {"client_id": "c", "refresh_token": SECRET, "token_endpoint": "https://x",
               "token_endpoint_auth": {"type": "client_secret_post", "client_secret": SECRET}}  # fmt: skip
    for auth in (
        {"type": "static_bearer", "token": SECRET, "mcp_server_url": "https://x"},
        {"type": "mcp_oauth", "access_token": SECRET, "mcp_server_url": "https://x", "refresh": refresh},
        {"type": "environment_variable", "secret_name": "A", "secret_value": SECRET,
         "networking": {"type": "limited", "allowed_hosts": ["example.com"]}},
    ):  # fmt: skip
        shown.append(await both.done(both.agents.vaults.credentials.create(vault.id, name="c", auth=auth)))
        rotated = {
            name: value for name, value in auth.items() if name in ("type", "token", "access_token", "secret_value")
        }
        shown.append(
            await both.done(both.agents.vaults.credentials.update(shown[-1].id, vault_id=vault.id, auth=rotated))
        )
    assert [each.auth.type for each in shown[2:]] == [
        each for kind in ("static_bearer", "mcp_oauth", "environment_variable") for each in (kind, kind)
    ]
    assert [each for each in shown if SECRET in repr(each) or SECRET in each.model_dump_json()] == []
    assert SECRET not in caplog.text


async def test_no_params_object_shows_its_secrets() -> None:
    from typed_openai.models.agents.session_inputs import LoginValue
    from typed_openai.models.agents.sessions import SessionCreateParams
    from typed_openai.models.agents.vaults import CredentialCreateParams

    auth: dict[str, Any] = {"type": "static_bearer", "token": SECRET, "mcp_server_url": "https://x"}
    environment = {**HOSTED, "env": {"A": SECRET}, "setup_commands": [{"command": SECRET}]}
    transport = {"type": "stdio", "command": "x", "cwd": "/", "env": {"A": SECRET}}
    agent = {"model": "m", "tools": [{"type": "mcp", "server_label": "x", "transport": transport}]}
    given = [
        CredentialCreateParams.model_validate({"name": "n", "auth": auth}),
        SessionCreateParams.model_validate({"environment": environment, "agent": agent}),
        LoginValue(field_id="f", value=SECRET),
    ]
    assert [each for each in given if SECRET in repr(each)] == []
