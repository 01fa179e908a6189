"""Agents, environments, vaults, automations: made, listed, fetched, changed, deleted, over the local server."""

from __future__ import annotations

import os
from typing import Any

import pytest

from tests.agents.conftest import HOSTED, Both
from typed_openai import NotFoundError
from typed_openai.agents.staged_files import AgentFilePreparationError, AgentFileStagingError
from typed_openai.errors import APIStatusError, RequestValidationError
from typed_openai.local import LocalServer
from typed_openai.local.faults import Fault
from typed_openai.models.agents.automations import OneTimeAutomation, PeriodicAutomation

MESSAGE = {"role": "user", "content": [{"type": "input_text", "text": "Good day."}]}
TARGET: dict[str, Any] = {"type": "new_session", "environment": {"type": "none"}, "input": [MESSAGE],
                          "agent": {"model": "m"}}  # fmt: skip
KINDS: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "": ({"model": "m", "metadata": {"a": "b"}}, {"name": "new"}, "agent.deleted"),
    "environments.templates": ({"name": "old"}, {"name": "new"}, "agent.environment.template.deleted"),
    "vaults": ({"metadata": {"a": "b"}}, {"name": "new"}, "vault.deleted"),
    "automations": (
        {"type": "periodic", "name": "old", "expression": "0 7 * * *", "timezone": "UTC", "target": TARGET},
        {"name": "new"},
        "agent.automation.deleted",
    ),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_an_object_is_made_listed_fetched_changed_and_deleted(both: Both, kind: str) -> None:
    made_of, change, receipt = KINDS[kind]
    resource: Any = both.agents
    for part in filter(None, kind.split(".")):
        resource = getattr(resource, part)
    made = [await both.done(resource.create(**made_of)) for _ in range(3)]
    assert [each.issues for each in made] == [(), (), ()]
    listed = await both.each(resource.list(limit=2))
    assert [each.id for each in listed] == [each.id for each in reversed(made)]
    changed = await both.done(resource.update(made[0].id, **change))
    fetched = await both.done(resource.retrieve(made[0].id))
    assert (changed, fetched.name) == (fetched, "new")
    gone = await both.done(resource.delete(made[0].id))
    assert (gone.id, gone.deleted, gone.object) == (made[0].id, True, receipt)
    with pytest.raises(NotFoundError):
        await both.done(resource.retrieve(made[0].id))


async def test_credentials_are_within_their_vault(both: Both) -> None:
    vaults = both.agents.vaults
    vault = await both.done(vaults.create())
    auth = {"type": "static_bearer", "token": "t", "mcp_server_url": "https://x"}
    made = await both.done(vaults.credentials.create(vault.id, name="n", auth=auth, metadata={"a": "b"}))
    assert await both.done(vaults.credentials.retrieve(made.id, vault_id=vault.id)) == made
    assert [each.id for each in await both.each(vaults.credentials.list(vault.id, metadata={"a": "b"}))] == [made.id]
    assert await both.each(vaults.credentials.list(vault.id, metadata={"a": "c"}, status=["active"])) == []
    gone = await both.done(vaults.credentials.delete(made.id, vault_id=vault.id))
    assert gone.object == "vault.credential.deleted"


async def test_a_session_keeps_its_agent_and_what_is_different(both: Both) -> None:
    agent = await both.done(both.agents.create(model="m", name="x", reasoning={"effort": "low"}))
    session = await both.session(agent_id=agent.id, agent={"reasoning": {"effort": "high"}})
    assert (session.agent.id, session.agent.name, session.agent.model) == (agent.id, "x", "m")
    assert session.agent.reasoning.effort == "high"
    sessions = both.agents.sessions
    changed = await both.done(sessions.update(session.id, agent={"model": "other"}, metadata={"a": "b"}))
    assert (changed.agent.model, changed.agent.reasoning.effort, changed.metadata) == ("other", "high", {"a": "b"})
    assert [each.id for each in await both.each(sessions.list(agent_id=agent.id, metadata={"a": "b"}))] == [session.id]
    assert await both.each(sessions.list(agent_id="agent_other")) == []
    assert (await both.done(sessions.delete(session.id))).object == "agent.session.deleted"


async def test_subagents_have_turns_and_items_of_their_own(both: Both) -> None:
    session = await both.session(agent={"model": "m", "multi_agent": {"enabled": True}})
    _, result = await both.turn(session, "Good day.")
    sessions, at = both.agents.sessions, {"session_id": session.id}
    (helper,) = await both.each(sessions.subagents.list(session.id))
    assert await both.done(sessions.subagents.retrieve(helper.id, **at)) == helper
    (turn,) = await both.each(sessions.subagents.turns.list(helper.id, **at))
    at["subagent_id"] = helper.id
    assert await both.done(sessions.subagents.turns.retrieve(turn.id, **at)) == turn
    items = await both.each(sessions.subagents.turns.items.list(turn.id, **at))
    assert items == await both.each(sessions.subagents.items.list(helper.id, session_id=session.id))
    (trace,) = await both.each(sessions.traces.list(session.id))
    assert (trace.id, turn.subagent_id) == (result.turn_id, helper.id)
    assert await both.done(sessions.turns.retrieve(result.turn_id, session_id=session.id)) == result.turn
    kept = await both.each(sessions.items.list(session.id, order="asc", limit=1))
    assert [item.id for item in kept] == [item.id for item in result.items]


async def test_artifacts_are_listed_fetched_and_deleted(both: Both) -> None:
    session = await both.session(agent={"model": "m"})
    await both.turn(session, "Good day.")
    artifacts, at = both.agents.sessions.artifacts, {"session_id": session.id}
    (made,) = await both.each(artifacts.list(session.id, environment_id=session.environment.id))
    assert await both.done(artifacts.retrieve(made.id, **at)) == made
    assert len((await both.done(artifacts.content(made.id, **at))).read()) == made.size_bytes
    assert (await both.done(artifacts.delete(made.id, **at))).object == "agent.session.artifact.deleted"
    assert await both.each(artifacts.list(session.id)) == []


async def test_an_automation_is_due_when_somebody_asks(both: Both) -> None:
    automations = both.agents.automations
    once = await both.done(automations.create(type="once", run_at=1, name="n", target=TARGET))
    session = await both.session(agent={"model": "m"})
    target = {"type": "existing_session", "session_id": session.id, "instructions": "Go on."}
    often = await both.done(
        automations.create(type="periodic", expression="* * * * *", timezone="UTC", name="n", target=target)
    )
    assert isinstance(once, OneTimeAutomation)
    assert isinstance(often, PeriodicAutomation)
    assert [each.id for each in await both.each(automations.list(session_id=session.id))] == [often.id]
    made = [await both.done(automations.invocations.create(each.id)) for each in (once, often)]
    assert [(each.status, each.issues) for each in made] == 2 * [("completed", ())]
    assert made[1].session_id == session.id
    items = await both.each(both.agents.sessions.items.list(session.id, order="asc"))
    assert items[0].text == "Go on."
    at = {"automation_id": often.id}
    assert await both.done(automations.invocations.retrieve(made[1].id, **at)) == made[1]
    assert await both.each(automations.invocations.list(often.id)) == [made[1]]
    assert (await both.done(automations.pause(once.id))).status == "paused"
    assert (await both.done(automations.resume(once.id))).status == "active"
    with pytest.raises(APIStatusError, match="expression"):
        await both.done(automations.update(once.id, expression="* * * * *"))


async def test_a_list_by_marks_goes_on_over_all_its_pages(both: Both) -> None:
    files = [{"type": "inline", "path": f"/workspace/{name}", "data": "aGk="} for name in ("b", "a/c", "a/b", "d")]
    made = await both.done(both.agents.environments.create(environment={**HOSTED, "files": files}))
    listing = both.agents.environments.files.list
    found = await both.each(listing(made.id, limit=1, order="asc"))
    assert [each.path for each in found] == [f"/workspace/{name}" for name in ("a/b", "a/c", "b", "d")]
    assert [each.path for each in await both.each(listing(made.id, path="/workspace/a"))] == [
        "/workspace/a/c",
        "/workspace/a/b",
    ]
    page = await both.done(listing(made.id, limit=3))
    assert (page.has_next_page(), page.next_page_info().params) == (True, {"page": page.next_page})
    assert not (await both.done(page.get_next_page())).has_next_page()


async def test_an_environment_is_like_its_template(both: Both, tmp_path: Any) -> None:
    environments = both.agents.environments
    network = {"access": "restricted", "allowed_domains": ["example.com"]}
    file = {"type": "inline", "path": "/workspace/a.txt", "data": "aGk="}
    template = await both.done(environments.templates.create(network=network, files=[file]))
    session = await both.session(environment={**HOSTED, "environment_template_id": template.id})
    assert session.environment.network.allowed_domains == ["example.com"]
    assert [(each.path, each.size_bytes) for each in session.environment.files] == [("/workspace/a.txt", 2)]
    kept = await both.done(environments.retrieve(session.environment.id))
    assert (kept.status, kept.type, kept.issues) == ("ready", "openai_hosted", ())
    assert session.environment.id in [each.id for each in await both.each(environments.list(type="openai_hosted"))]


# -- files of this machine -------------------------------------------------------------------------------------------


def tree(tmp_path: Any) -> Any:
    (tmp_path / "in").mkdir()
    (tmp_path / "a.csv").write_text("1")
    (tmp_path / "in" / "b.csv").write_text("22")
    (tmp_path / "in" / "c.txt").write_text("333")
    return tmp_path


async def test_files_of_a_directory_are_uploaded_as_they_lie(both: Both, tmp_path: Any) -> None:
    files = both.agents.environments.files
    prepared = await both.done(
        files.prepare_directory(tree(tmp_path), destination="/workspace/d", include=["**/*.csv"])
    )
    assert [each["path"] for each in prepared.files] == ["/workspace/d/a.csv", "/workspace/d/in/b.csv"]
    made = await both.done(both.agents.environments.create(environment={**HOSTED, "files": prepared.files}))
    assert [each.file_id for each in made.files] == prepared.uploaded_file_ids
    assert [each.size_bytes for each in await both.each(files.list(made.id, order="asc"))] == [1, 2]


async def test_a_file_is_uploaded_into_an_environment(both: Both) -> None:
    made = await both.done(both.agents.environments.create(environment=HOSTED))
    staged = await both.done(both.agents.environments.files.upload(made.id, file=b"xyz", path="/workspace/z"))
    assert (staged.file.size_bytes, staged.file.path) == (3, "/workspace/z")
    assert (await both.done(both.client.files.content(staged.uploaded_file_id))).read() == b"xyz"


@pytest.mark.parametrize(
    "place", ["a", "/etc/a", "/workspace/", "/workspace/../a", "/workspace/a\\b", "/workspace/.codex/a",
              "/workspace/.managed-agents-x", "/workspace/outputs", "/workspace/a//b"]
)  # fmt: skip
async def test_a_place_that_no_file_can_go_to_is_refused(
    both: Both, server: LocalServer, tmp_path: Any, place: str
) -> None:
    files = both.agents.environments.files
    with pytest.raises(RequestValidationError, match="files"):
        await both.done(files.prepare({place: tree(tmp_path) / "a.csv"}))
    with pytest.raises(RequestValidationError, match="path"):
        await both.done(files.upload("env_1", file=b"x", path=place))
    assert server.requests == []


async def test_all_that_is_wrong_with_files_is_told_before_one_is_sent(
    both: Both, server: LocalServer, tmp_path: Any
) -> None:
    root, files = tree(tmp_path), both.agents.environments.files
    (root / "link").symlink_to(root / "a.csv")
    chosen = {"/workspace/a": root / "a.csv", "/workspace/a/b": root / "gone", "/workspace/c": root / "link"}
    with pytest.raises(RequestValidationError) as raised:
        await both.done(files.prepare(chosen))
    assert len(raised.value.faults) == 3
    wrongs: list[dict[str, Any]] = [
        {"include": each} for each in ([], "*.csv", ["../*"], ["*.png"], ["link"], ["**.csv"], [5], None, ["**"])
    ]
    wrongs += [{"root": each} for each in (root / "gone", None, b"/tmp", 5, root / "a.csv")]
    for wrong in (*wrongs, {"destination": "/etc"}, {"destination": None}):
        given = {"root": root, "destination": "/workspace/d", "include": ["*.csv"], **wrong}
        with pytest.raises(RequestValidationError, match=next(iter(wrong))):
            await both.done(files.prepare_directory(given.pop("root"), **given))
    assert server.requests == []


@pytest.mark.parametrize("odd", ["empty", "locked", b"\xff.csv", None, 5, b"a.csv", "", "a\0b", "."])
async def test_a_file_that_cannot_be_uploaded_is_told_before_another_is(
    both: Both, server: LocalServer, tmp_path: Any, monkeypatch: pytest.MonkeyPatch, odd: Any
) -> None:
    root, files = tree(tmp_path), both.agents.environments.files
    if odd == "empty":
        odd = root / "empty.csv"
        odd.touch()
    elif odd == "locked":
        odd = root / "a.csv"
        monkeypatch.setattr("builtins.open", _locked)
    elif odd == b"\xff.csv":
        odd = root / os.fsdecode(odd)
        try:
            odd.write_bytes(b"x")
        except OSError:
            return  # a disk that has no such names
    with pytest.raises(RequestValidationError, match="files"):
        await both.done(files.prepare({"/workspace/a": root / "in" / "b.csv", "/workspace/b": odd}))
    for wrong in (None, [("/workspace/a", root / "a.csv")], {5: root / "a.csv"}):
        with pytest.raises(RequestValidationError, match="files"):
            await both.done(files.prepare(wrong))
    for environment in (None, 5, "", "..", "env/1"):
        with pytest.raises(RequestValidationError, match="environment_id"):
            await both.done(files.upload(environment, file=b"x", path="/workspace/a"))
    assert server.requests == []


def _locked(*_: Any, **__: Any) -> Any:
    raise PermissionError(13, "Permission denied")


async def test_what_was_uploaded_is_named_where_something_failed(
    both: Both, server: LocalServer, tmp_path: Any
) -> None:
    root, files = tree(tmp_path), both.agents.environments.files
    server.fail_next(Fault(path="/files"))
    server.fail_next(Fault(status=400, path="/files"))
    with pytest.raises(AgentFilePreparationError, match="1 of 2") as raised:
        await both.done(files.prepare({"/workspace/a": root / "a.csv", "/workspace/b": root / "in" / "b.csv"}))
    (kept,) = raised.value.prepared.uploaded_file_ids
    assert (await both.done(both.client.files.retrieve(kept))).filename == "a.csv"
    with pytest.raises(AgentFileStagingError) as staging:
        await both.done(files.upload("env_gone", file=b"x", path="/workspace/a"))
    assert (await both.done(both.client.files.content(staging.value.uploaded_file_id))).read() == b"x"
