"""Several who change what the bridge keeps at the same moment: nobody undoes what another did, in any store.

Where two threads meet is decided by the tests: a store that lets another writer in between a look and a change.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bridge.conftest import FAST, WEATHER, Bridged
from tests.canned import Connect, done
from typed_openai import ConfigurationError, NotFoundError, OpenAI
from typed_openai.bridge import (
    AssistantStore,
    MemoryAssistantStore,
    SQLiteAssistantStore,
    SwappingStore,
    assistants_over_responses,
)
from typed_openai.bridge.outcomes import absorbed, with_outputs
from typed_openai.bridge.shelf import Shelf
from typed_openai.local import LocalServer

STORES: dict[str, Callable[[Path], SwappingStore]] = {
    "memory": lambda _: MemoryAssistantStore(),
    "SQLite": lambda folder: SQLiteAssistantStore(folder / "kept.db"),
}


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> SwappingStore:
    return STORES[request.param](tmp_path)


def run(flow: Any) -> Any:
    """What a flow over a store comes to."""
    try:
        effect = next(flow)
        while True:
            effect = flow.send(effect.function(*effect.arguments))
    except StopIteration as stop:
        return stop.value


# -- stores ------------------------------------------------------------------------------------------------------------


def test_a_swap_changes_only_what_is_held_still(store: SwappingStore) -> None:
    assert store.swap("a", None, None) is True
    assert store.swap("a", None, b"1") is True
    assert [store.swap("a", None, b"2"), store.swap("a", b"0", b"2"), store.swap("a", b"0", None)] == [False] * 3
    assert store.get("a") == b"1"
    assert [store.swap("a", b"1", b"2"), store.get("a")] == [True, b"2"]
    assert [store.swap("a", None, None), store.swap("a", b"2", None), store.get("a")] == [False, True, None]


def with_name(name: str) -> Callable[[dict[str, Any] | None], dict[str, Any]]:
    return lambda known: {**(known or {}), name: True}


def test_of_many_threads_every_change_is_kept(store: SwappingStore) -> None:
    begin, shelf = threading.Barrier(4), Shelf(store)

    def add(name: int) -> None:
        begin.wait()
        for number in range(6):
            run(shelf.change(with_name(f"{name}.{number}"), "run", "t", "r"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(4)))
    kept = run(shelf.get("run", "t", "r"))
    assert {name for name in kept if name != "at"} == {f"{name}.{number}" for name in range(4) for number in range(6)}


def test_what_is_given_back_as_it_was_is_not_written(store: SwappingStore) -> None:
    shelf = Shelf(store)
    run(shelf.put({"a": 1}, "run"))
    before = store.get("run")
    assert run(shelf.change(lambda known: known, "run"))["a"] == 1
    assert store.get("run") == before
    assert run(shelf.change(lambda known: None, "run")) is None
    assert store.get("run") is None


class Stubborn(MemoryAssistantStore):
    """Says each time that something else is held."""

    def swap(self, key: str, old: bytes | None, new: bytes | None, /) -> bool:
        return False


def test_a_store_that_never_swaps_is_told() -> None:
    with pytest.raises(ConfigurationError, match=r"Stubborn\.swap said 1000 times"):
        run(Shelf(Stubborn()).change(lambda known: {"a": 1}, "run"))


class Plain:
    """A store with four methods."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.get, self.put = self.kept.get, self.kept.__setitem__

    def delete(self, key: str, /) -> None:
        self.kept.pop(key, None)

    def keys(self, prefix: str, /) -> list[str]:
        return [key for key in self.kept if key.startswith(prefix)]


def test_a_store_without_swap_serves_all_the_same() -> None:
    store: AssistantStore = Plain()
    shelf = Shelf(store)
    run(shelf.change(lambda known: {"a": 1}, "run"))
    assert run(shelf.get("run"))["a"] == 1
    run(shelf.change(lambda known: None, "run"))
    assert run(shelf.get("run")) is None


# -- records of runs ---------------------------------------------------------------------------------------------------

NEW: dict[str, Any] = {
    "run": {
        "id": "run_1",
        "thread_id": "conv_1",
        "assistant_id": "asst_1",
        "status": "queued",
        "started_at": None,
        "metadata": {},
    },
    "rounds": [],
}
CALL = {
    "type": "function_call",
    "id": "fc_1",
    "call_id": "call_1",
    "name": "f",
    "arguments": "{}",
    "status": "completed",
}
WROTE = {"type": "message", "id": "msg_1", "status": "completed", "role": "assistant", "content": []}


def response(identifier: str, status: str, *output: Any) -> dict[str, Any]:
    return {"id": identifier, "status": status, "created_at": 1, "output": [*output], "usage": {"output_tokens": 1}}


FIRST = [response("resp_1", "queued"), response("resp_1", "in_progress"), response("resp_1", "completed", CALL)]
SECOND = [response("resp_2", "queued"), response("resp_2", "in_progress"), response("resp_2", "completed", WROTE)]


@given(
    st.lists(st.sampled_from([*FIRST, *SECOND]), max_size=8), st.lists(st.sampled_from([*FIRST, *SECOND]), max_size=8)
)
def test_what_is_seen_late_undoes_nothing(early: list[dict[str, Any]], late: list[dict[str, Any]]) -> None:
    """Whoever looked when, in whichever order they note it: all steps stay, and a run never goes back."""
    record = absorbed(NEW, FIRST[-1], 1)
    for each in early:
        if each in FIRST:
            record = absorbed(record, each, 2)
    record = absorbed(with_outputs(record, {"call_1": "7"}, 3), SECOND[0], 3)
    record = absorbed(record, SECOND[-1], 4)
    for each in late:
        record = absorbed(record, each, 5)
    assert record["run"]["status"] == "completed"
    assert [each["id"] for each in record["rounds"]] == ["resp_1", "resp_2"]
    steps = [step["step_details"] for each in record["rounds"] for step in each["steps"]]
    assert steps[0]["tool_calls"][0]["function"]["output"] == "7"
    assert steps[1]["message_creation"]["message_id"] == "msg_1"


def test_a_run_that_is_over_keeps_its_end_and_the_steps_that_come_late() -> None:
    record = absorbed(NEW, FIRST[-1], 1)
    record = {**record, "run": {**record["run"], "status": "cancelled"}}
    record = absorbed(record, SECOND[-1], 2)
    assert record["run"]["status"] == "cancelled"
    assert len(record["rounds"]) == 2


# -- whole calls -------------------------------------------------------------------------------------------------------


class Between(MemoryAssistantStore):
    """Lets somebody else in, once, before a key of this kind is written; `None`: nobody."""

    def __init__(self) -> None:
        super().__init__()
        self.kind = ""
        self.other: Callable[[], object] | None = None

    def _before(self, key: str) -> None:
        if self.other is not None and key.startswith(self.kind):
            other, self.other = self.other, None
            other()

    def put(self, key: str, value: bytes, /) -> None:
        self._before(key)
        super().put(key, value)

    def swap(self, key: str, old: bytes | None, new: bytes | None, /) -> bool:
        self._before(key)
        return super().swap(key, old, new)


@pytest.fixture
def between(connect: Connect, server: LocalServer) -> Bridged:
    return Bridged(connect, server, Between())


@pytest.fixture
def other(between: Bridged, server: LocalServer) -> Any:
    """Another program over the same store."""
    with OpenAI(base_url=server.base_url, api_key="sk-local") as client:
        yield assistants_over_responses(client, store=between.store)


def meanwhile(between: Bridged, kind: str, call: Callable[[], object]) -> None:
    store: Any = between.store
    store.kind, store.other = kind, call


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_who_looks_at_a_run_while_it_goes_on_takes_no_step_from_it(between: Bridged, other: Any) -> None:
    thread = await between.thread("What is the weather in Berlin?")
    run = await between.run(thread, await between.assistant(tools=[WEATHER]))
    assert run.status == "requires_action"
    [call] = run.required_action.submit_tool_outputs.tool_calls
    outputs = [{"tool_call_id": call.id, "output": "sunny"}]

    def goes_on() -> None:
        made = other.beta.threads.runs.submit_tool_outputs(run.id, thread_id=thread, tool_outputs=outputs)
        other.beta.threads.runs.poll(made.id, thread_id=thread, wait=FAST)

    meanwhile(between, "run/", goes_on)
    await done(between.runs.update(run.id, thread_id=thread, metadata={"a": "b"}))
    seen = await done(between.runs.retrieve(run.id, thread_id=thread))
    assert (seen.status, seen.metadata) == ("completed", {"a": "b"})
    steps = [each.type for each in (await done(between.runs.steps.list(run.id, thread_id=thread))).data]
    assert steps == ["message_creation", "tool_calls"]
    assert [role for role, _ in await between.texts(thread)] == ["user", "assistant"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_two_who_attach_files_at_once_both_see_theirs(between: Bridged, other: Any) -> None:
    thread = await between.thread()
    files = [
        (await done(between.plain.files.create(file=(f"{name}.md", b"tea"), purpose="assistants"))).id for name in "ab"
    ]

    def message(file: str) -> dict[str, Any]:
        tools = [{"type": "code_interpreter"}, {"type": "file_search"}]
        return {"role": "user", "content": "Look.", "attachments": [{"file_id": file, "tools": tools}]}

    meanwhile(between, "thread/", lambda: other.beta.threads.messages.create(thread, **message(files[1])))
    await done(between.threads.messages.create(thread, **message(files[0])))
    resources = (await done(between.threads.retrieve(thread))).tool_resources
    assert set(resources.code_interpreter.file_ids) == set(files)
    [store] = resources.file_search.vector_store_ids
    found = await done(between.plain.vector_stores.files.list(store))
    assert {each.id for each in found.data} == set(files)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_two_who_change_an_assistant_at_once_change_it_both(between: Bridged, other: Any) -> None:
    assistant = await between.assistant(name="A")
    meanwhile(between, "assistant/", lambda: other.beta.assistants.update(assistant, instructions="Be brief."))
    changed = await done(between.client.beta.assistants.update(assistant, name="B"))
    assert (changed.name, changed.instructions) == ("B", "Be brief.")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_an_assistant_that_was_deleted_meanwhile_stays_deleted(between: Bridged, other: Any) -> None:
    assistant = await between.assistant(name="A")
    meanwhile(between, "assistant/", lambda: other.beta.assistants.delete(assistant))
    with pytest.raises(NotFoundError, match="No assistant"):
        await done(between.client.beta.assistants.update(assistant, name="B"))
