"""The official client and ours ask the same of a server, operation for operation, and hear the same."""

from __future__ import annotations

import json
from typing import Any

import openai

from typed_openai import OpenAI
from typed_openai.local import LocalServer

FUNCTION = {
    "type": "function",
    "name": "get_weather",
    "description": "The weather of a city.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
HOSTED = {"type": "openai_hosted"}


def handle(given: dict[str, Any]) -> str:
    return "rain"


def tour(agents: Any) -> list[Any]:
    """Every operation once, and what some of them say."""
    sessions, environments, vaults, automations = (
        agents.sessions,
        agents.environments,
        agents.vaults,
        agents.automations,
    )
    agent = agents.create(model="gpt-5", tools=[FUNCTION], metadata={"a": "b"}, text={"verbosity": "low"})
    agents.update(agent.id, name="x", reasoning={"effort": "low", "summary": "auto"}, multi_agent={"enabled": True})
    agents.retrieve(agent.id)
    list(agents.list(limit=2, order="asc"))
    template = environments.templates.create(name="t", network={"access": "disabled"})
    environments.templates.update(template.id, env={"A": "b"})
    environments.templates.retrieve(template.id)
    list(environments.templates.list(limit=5))
    made = environments.create(environment={**HOSTED, "environment_template_id": template.id}, vault_ids=["v"])
    environments.retrieve(made.id)
    list(environments.list(type="openai_hosted"))
    environments.files.create(made.id, type="inline", path="/workspace/a", data="aGk=")
    list(environments.files.list(made.id, path="/workspace", order="asc", limit=1))
    there = {**HOSTED, "environment_id": made.id}
    session = sessions.create(
        environment=there, agent_id=agent.id, metadata={"a": "b"}, prompt_cache_options={"ttl": "30m"}
    )
    sessions.update(session.id, metadata={"c": "d"}, agent={"service_tier": "flex"}, review="none")
    sessions.retrieve(session.id)
    list(sessions.list(agent_id=agent.id, metadata={"c": "d"}))
    with sessions.stream(session.id, input="weather?", tool_handlers={"get_weather": handle}) as stream:
        result = stream.get_final_result()
    at = {"session_id": session.id}
    list(sessions.items.list(session.id, order="asc"))
    (turn,) = sessions.turns.list(session.id)
    sessions.turns.retrieve(turn.id, **at)
    list(sessions.turns.items.list(turn.id, **at))
    (helper,) = sessions.subagents.list(session.id)
    sessions.subagents.retrieve(helper.id, **at)
    list(sessions.subagents.items.list(helper.id, **at))
    (inner,) = sessions.subagents.turns.list(helper.id, **at)
    sessions.subagents.turns.retrieve(inner.id, **at, subagent_id=helper.id)
    list(sessions.subagents.turns.items.list(inner.id, **at, subagent_id=helper.id))
    list(sessions.traces.list(session.id))
    (artifact,) = sessions.artifacts.list(session.id, environment_id=made.id)
    sessions.artifacts.retrieve(artifact.id, **at)
    content = sessions.artifacts.content(artifact.id, **at).read()
    sessions.artifacts.delete(artifact.id, **at)
    sessions.events.create(session.id, events=[{"type": "agent.session.input.cancel"}])
    with sessions.events.stream(session.id, include_obfuscation=False) as events:
        first = next(iter(events))
    streamed = [
        each.type
        for each in sessions.create(environment={"type": "none"}, agent={"model": "m"}, input="hi", stream=True)
    ]
    vault = vaults.create(name="v")
    vaults.update(vault.id, metadata={"a": "b"})
    vaults.retrieve(vault.id)
    list(vaults.list(status=["active", "archived"], metadata={"a": "b"}))
    auth = {"type": "static_bearer", "token": "t", "mcp_server_url": "https://x"}
    credential = vaults.credentials.create(vault.id, name="n", auth=auth)
    vaults.credentials.update(credential.id, vault_id=vault.id, auth={"type": "static_bearer", "token": "u"})
    vaults.credentials.retrieve(credential.id, vault_id=vault.id)
    list(vaults.credentials.list(vault.id, status="active"))
    vaults.credentials.delete(credential.id, vault_id=vault.id)
    vaults.delete(vault.id)
    target = {"type": "existing_session", "session_id": session.id, "instructions": "Go on."}
    automation = automations.create(type="once", run_at=5, name="n", target=target)
    automations.update(automation.id, name="m")
    automations.retrieve(automation.id)
    list(automations.list(session_id=session.id))
    invocation = automations.invocations.create(automation.id)
    automations.invocations.retrieve(invocation.id, automation_id=automation.id)
    list(automations.invocations.list(automation.id))
    automations.pause(automation.id)
    automations.resume(automation.id)
    gone = [automations.delete(automation.id), sessions.delete(session.id), agents.delete(agent.id)]
    environments.templates.delete(template.id)
    told = [result.output_text, result.turn.usage.total_tokens, content, first.type, invocation.status]
    return [*told, streamed, [each.object for each in gone]]


def beta_of(request: Any) -> str | None:
    """What a request says of betas."""
    found: str | None = request.headers.get("openai-beta")
    return found


def bare(value: Any) -> Any:
    """A body without what names a message, which ours says and the official client leaves out."""
    if isinstance(value, dict):
        return {name: bare(inner) for name, inner in value.items() if (name, inner) != ("type", "message")}
    return [*map(bare, value)] if isinstance(value, list) else value


def asked(client: type[Any]) -> tuple[list[tuple[Any, ...]], list[Any]]:
    """What a client asks on its tour, and what it was told."""
    with LocalServer() as server:
        with client(base_url=server.base_url, api_key="k") as opened:
            told = tour(opened.beta.agents)
        found = [
            (each.method, each.path, dict(each.query), bare(json.loads(each.body or b"null")), beta_of(each))
            for each in server.requests
        ]
    return found, told


def test_both_clients_ask_the_same_and_are_told_the_same() -> None:
    ours, told = asked(OpenAI)
    theirs, also_told = asked(openai.OpenAI)
    assert ours == theirs
    assert told == also_told
    assert len({(method, path) for method, path, *_ in ours}) >= 57
    assert {beta for *_, beta in ours} == {"agents=v1"}
