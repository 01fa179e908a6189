"""The client that the bridge gives: its settings, stores, definitions, raw answers, and what it leaves alone."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

from tests.bridge.conftest import FAST, WEATHER, Bridged
from tests.canned import Connect, Wire, done, listed, status
from typed_openai import ConfigurationError, OpenAI, RequestValidationError
from typed_openai.bridge import SQLiteAssistantStore, assistants_over_responses
from typed_openai.local import LocalServer
from typed_openai.models.assistants import AssistantCreateParams

HELLO = [{"role": "user", "content": "Hello"}]


# -- definitions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "definition",
    [
        {"model": "gpt-4o", "instructions": "Be brief.", "tools": [{"type": "code_interpreter"}]},
        AssistantCreateParams(model="gpt-4o", instructions="Be brief.", tools=[{"type": "code_interpreter"}]),
    ],
    ids=["dict", "params"],
)
async def test_a_program_keeps_the_ids_that_it_knows(connect: Connect, server: LocalServer, definition: Any) -> None:
    plain = connect.kind(base_url=server.base_url, api_key="sk-x")
    client = assistants_over_responses(plain, assistants={"asst_abc123": definition})
    assistant = await done(client.beta.assistants.retrieve("asst_abc123"))
    assert (assistant.id, assistant.instructions, assistant.tools[0].type) == (
        "asst_abc123",
        "Be brief.",
        "code_interpreter",
    )
    thread = {"messages": HELLO}
    run = await done(client.beta.threads.create_and_run_poll(assistant_id="asst_abc123", thread=thread, wait=FAST))
    assert (run.status, run.assistant_id) == ("completed", "asst_abc123")
    await done(plain.close())


async def test_an_assistant_that_the_service_gave_once_is_a_definition(bridged: Bridged) -> None:
    tools = [{"type": "code_interpreter"}, WEATHER]
    saved = await done(
        bridged.client.beta.assistants.create(model="gpt-4o", name="A", tools=tools, metadata={"a": "b"})
    )
    for definition in (saved, json.loads(saved.model_dump_json())):
        client = assistants_over_responses(bridged.plain, assistants={saved.id: definition})
        assert await done(client.beta.assistants.retrieve(saved.id)) == saved


@pytest.mark.parametrize(
    ("definition", "path"),
    [
        ({"model": "gpt-4o", "instruction": "Be brief."}, "instruction"),
        ({}, "model"),
        (
            {"model": "m", "tool_resources": {"file_search": {"vector_stores": [{"file_ids": ["file-1"]}]}}},
            "asst_1.tool_resources.file_search.vector_stores",
        ),
    ],
)
def test_a_definition_that_is_wrong_is_refused_at_once(definition: Any, path: str) -> None:
    with pytest.raises(RequestValidationError) as caught, OpenAI(api_key="sk-x") as plain:
        assistants_over_responses(plain, assistants={"asst_1": definition})
    assert caught.value.faults[0].path == path


# -- stores ------------------------------------------------------------------------------------------------------------


async def test_a_file_lets_another_process_go_on(connect: Connect, server: LocalServer, tmp_path: Path) -> None:
    path = tmp_path / "assistants.db"
    first, second = (
        assistants_over_responses(connect.kind(base_url=server.base_url, api_key="sk-x"), store=path) for _ in "ab"
    )
    assistant = await done(first.beta.assistants.create(model="gpt-4o"))
    thread = await done(first.beta.threads.create(messages=HELLO, metadata={"a": "b"}))
    run = await done(first.beta.threads.runs.create(thread.id, assistant_id=assistant.id))
    again = await done(second.beta.threads.runs.poll(run.id, thread.id, wait=FAST))
    assert (again.id, again.status) == (run.id, "completed")
    assert len(await listed(second.beta.threads.messages.list(thread.id))) == 2
    assert path.stat().st_mode & 0o777 == 0o600
    assert (await done(second.beta.threads.delete(thread.id))).deleted
    kept = SQLiteAssistantStore(path).keys("")
    assert kept == [f"assistant/{assistant.id}"]
    for client in (first, second):
        await done(client.close())


class Slow:
    """A store of the user's whose methods are awaited."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    async def get(self, key: str, /) -> bytes | None:
        return self.kept.get(key)

    async def put(self, key: str, value: bytes, /) -> None:
        self.kept[key] = value

    async def delete(self, key: str, /) -> None:
        self.kept.pop(key, None)

    async def keys(self, prefix: str, /) -> list[str]:
        return [key for key in self.kept if key.startswith(prefix)]


async def test_a_store_of_ones_own_may_be_async_with_an_async_client(connect: Connect, server: LocalServer) -> None:
    store = Slow()
    client = assistants_over_responses(connect.kind(base_url=server.base_url, api_key="sk-x"), store=store)
    if not connect.is_async:
        with pytest.raises(ConfigurationError, match="use AsyncOpenAI"):
            client.beta.assistants.create(model="gpt-4o")
    else:
        assistant = await client.beta.assistants.create(model="gpt-4o")
        made = client.beta.threads.create_and_run_stream(assistant_id=assistant.id, thread={"messages": HELLO})
        async with made as stream:
            run = await stream.get_final_run()
        assert {key.split("/")[0] for key in store.kept} == {"assistant", "thread", "message", "run"}
        assert json.loads(store.kept[f"run/{run.thread_id}/{run.id}"])["run"]["status"] == "completed"
    await done(client.close())


async def test_calls_that_begin_at_once_all_find_the_definitions(server: LocalServer) -> None:
    async with Connect(is_async=True).kind(base_url=server.base_url, api_key="sk-x") as plain:
        definitions = {f"asst_{number}": {"model": "gpt-4o"} for number in range(5)}
        client = assistants_over_responses(plain, store=Lagging(), assistants=definitions)
        found = await asyncio.gather(*(client.beta.assistants.retrieve(name) for name in definitions))
    assert [assistant.id for assistant in found] == [*definitions]


class Lagging(Slow):
    """Lets others go first whenever it is asked for something."""

    async def put(self, key: str, value: bytes, /) -> None:
        await asyncio.sleep(0)
        await super().put(key, value)


class Broken(Slow):
    async def put(self, key: str, value: bytes, /) -> None:
        raise OSError("disk full")


async def test_a_store_that_fails_is_named_and_not_called_a_connection_error(server: LocalServer) -> None:
    async with Connect(is_async=True).kind(base_url=server.base_url, api_key="sk-x") as plain:
        client = assistants_over_responses(plain, store=Broken())
        with pytest.raises(ConfigurationError, match="Broken, where assistants are kept, failed: OSError: disk full"):
            await client.beta.assistants.create(model="gpt-4o")


def test_what_is_no_store_is_refused() -> None:
    with OpenAI(api_key="sk-x") as plain, pytest.raises(ConfigurationError, match=r"without get, put, delete, keys"):
        assistants_over_responses(plain, store=5)  # type: ignore[arg-type]  # what is refused


# -- the client --------------------------------------------------------------------------------------------------------


async def test_each_request_goes_out_as_the_call_would(connect: Connect) -> None:
    wire = Wire(status(200, {"id": "conv_1", "object": "conversation", "created_at": 1, "metadata": {}}))
    client = assistants_over_responses(connect(wire, organization="org-1"))
    await done(client.beta.threads.create(timeout=7, extra_headers={"x-a": "b"}))
    sent = wire.request
    assert (sent.method, sent.url.path) == ("POST", "/v1/conversations")
    assert "openai-beta" not in sent.headers
    assert (sent.headers["x-a"], sent.headers["openai-organization"]) == ("b", "org-1")
    assert sent.extensions["timeout"]["read"] == 7
    changed = client.with_options(api_key="sk-other")
    await done(changed.beta.threads.retrieve("conv_1"))
    assert wire.last.headers["authorization"] == "Bearer sk-other"
    assert "idempotency-key" not in wire.last.headers


async def test_options_of_a_call_are_those_of_each_of_its_requests(connect: Connect) -> None:
    item = {"type": "message", "id": "msg_1", "role": "user", "content": []}
    wire = Wire(
        status(200, {"id": "conv_1", "object": "conversation", "created_at": 1, "metadata": {}}),
        status(200, {"object": "list", "data": [item], "first_id": "msg_1", "last_id": "msg_1", "has_more": False}),
    )
    threads = assistants_over_responses(connect(wire)).beta.threads
    await done(threads.create(messages=HELLO, extra_query={"trace": "a b"}, idempotency_key="mine"))
    assert [request.headers["idempotency-key"] for request in wire.requests] == ["mine-0", "mine-1"]
    assert [request.url.params["trace"] for request in wire.requests] == ["a b", "a b"]
    assert wire.last.url.params["include[]"] == "message.input_image.image_url"


async def test_a_key_that_is_fetched_for_each_attempt_is_the_key_of_each_request(connect: Connect) -> None:
    wire = Wire(status(200, {"id": "conv_1", "object": "conversation", "created_at": 1, "metadata": {}}))
    keys = iter(["sk-1", "sk-2", "sk-3"])
    client = assistants_over_responses(connect(wire, api_key=lambda: next(keys)))
    await done(client.beta.threads.retrieve("conv_1"))
    await done(client.beta.threads.retrieve("conv_1"))
    assert [request.headers["authorization"] for request in wire.requests] == ["Bearer sk-1", "Bearer sk-2"]


async def test_another_server_needs_another_bridge(bridged: Bridged) -> None:
    changed = bridged.client.with_options(base_url="http://localhost:1/v1")
    with pytest.raises(ConfigurationError, match=r"assistants_over_responses\(client\.with_options\(base_url="):
        await done(changed.beta.threads.retrieve("conv_1"))


async def test_everything_else_is_left_alone(bridged: Bridged) -> None:
    await done(bridged.client.responses.create(model="gpt-4o", input="Hello"))
    await done(bridged.client.models.list())
    with pytest.raises(Exception, match="thread"):
        await done(bridged.client.beta.chatkit.threads.retrieve("thread_1"))
    assert bridged.asked() == ["POST /v1/responses", "GET /v1/models", "GET /v1/chatkit/threads/thread_1"]


async def test_an_answer_can_be_seen_raw(bridged: Bridged) -> None:
    raw = await done(bridged.threads.with_raw_response.create(metadata={"a": "b"}))
    assert (raw.status_code, raw.parse().object) == (200, "thread")
    assert raw.headers["x-request-id"]
    assert json.loads(raw.content)["metadata"] == {"a": "b"}


def test_calls_that_are_answered_otherwise_do_not_warn() -> None:
    wire = Wire(status(200, {"id": "conv_1", "object": "conversation", "created_at": 1, "metadata": {}}))
    client = Connect(is_async=False)(wire)
    with pytest.warns(DeprecationWarning, match="2026-08-26"):
        client.beta.threads.retrieve("conv_1")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert assistants_over_responses(client).beta.threads.retrieve("conv_1").object == "thread"


def test_a_client_without_a_bridge_loads_nothing_of_it() -> None:
    code = (
        "import sys, typed_openai; c = typed_openai.OpenAI(api_key='x'); c.chat; c.beta.threads.runs;"
        "print([name for name in sys.modules if name.startswith('typed_openai.bridge')])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"client": None}, "a client of typed_openai, got NoneType"),
        ({"assistants": 5}, "assistants: a dict from ids to definitions, got int"),
        ({"assistants": ["asst_1"]}, "assistants: a dict from ids to definitions, got list"),
        ({"ignore": "truncation_strategy"}, "ignore: a list with only .*, got 'truncation_strategy'"),
        ({"ignore": ["temperature"]}, "ignore: a list with only .*, got \\['temperature'\\]"),
        ({"ignore": 5}, "ignore: a list with only .*, got 5"),
    ],
)
def test_what_a_bridge_cannot_be_made_of_is_told(wrong: dict[str, Any], told: str) -> None:
    with OpenAI(api_key="sk-x") as plain, pytest.raises(ConfigurationError, match=told):
        assistants_over_responses(**{"client": plain, **wrong})
