"""An operation of several steps that hands its parameters on to another one takes the options of that, too, shows them
in its signature (so in stubs and help), and sends them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from tests.conformance.declared import places
from typed_openai import OpenAI
from typed_openai.core.call_options import CallOptions
from typed_openai.core.declare.flow_methods import BoundFlowMethod
from typed_openai.local import LocalServer

OF_THEIR_OWN = {"uploads.upload_file_chunked"}
"""Whose parameters are those of no other operation."""
EVERY = {*CallOptions.__annotations__}


def found(client: OpenAI, name: str) -> Any:
    place: Any = client
    for part in name.split("."):
        place = getattr(place, part)
    return place


def handing_on() -> set[str]:
    client = OpenAI(api_key="sk-x")
    bound = {name: found(client, name) for name in places()}
    return {name for name, each in bound.items() if isinstance(each, BoundFlowMethod) and each.declaration.params}


def test_what_is_handed_on_is_shown_with_the_options() -> None:
    client = OpenAI(api_key="sk-x")
    names = handing_on() - OF_THEIR_OWN
    assert len(names) > 15
    lacking = {name for name in names if not {*inspect.signature(found(client, name)).parameters} >= EVERY}
    assert lacking == set()


def _store(client: OpenAI) -> Any:
    return client.vector_stores.create(name="notes").id


def _file(client: OpenAI) -> Any:
    return client.files.create(file=("a.txt", b"x"), purpose="assistants").id


def _assistant(client: OpenAI) -> Any:
    return client.beta.assistants.create(model="m").id


def add(a: int, b: int) -> int:
    """Add."""
    return a + b


NOTE = ("b.txt", b"x")
HELLO: Any = [{"role": "user", "content": "hi"}]
CALLS: dict[str, Callable[[OpenAI, dict[str, Any]], Any]] = {
    "videos.create_and_poll": lambda client, more: client.videos.create_and_poll(prompt="x", **more),
    "vector_stores.files.create_and_poll": lambda client, more: client.vector_stores.files.create_and_poll(
        _file(client), vector_store_id=_store(client), **more
    ),
    "vector_stores.files.upload": lambda client, more: client.vector_stores.files.upload(
        vector_store_id=_store(client), file=NOTE, **more
    ),
    "vector_stores.files.upload_and_poll": lambda client, more: client.vector_stores.files.upload_and_poll(
        vector_store_id=_store(client), file=NOTE, **more
    ),
    "vector_stores.file_batches.create_and_poll": lambda client, more: (
        client.vector_stores.file_batches.create_and_poll(_store(client), file_ids=[_file(client)], **more)
    ),
    "vector_stores.file_batches.upload_and_poll": lambda client, more: (
        client.vector_stores.file_batches.upload_and_poll(_store(client), files=[NOTE], **more)
    ),
    "beta.threads.create_and_run_poll": lambda client, more: client.beta.threads.create_and_run_poll(
        assistant_id=_assistant(client), thread={"messages": HELLO}, **more
    ),
    "beta.threads.runs.create_and_poll": lambda client, more: client.beta.threads.runs.create_and_poll(
        client.beta.threads.create(messages=HELLO).id, assistant_id=_assistant(client), **more
    ),
    "beta.threads.runs.run_tools": lambda client, more: client.beta.threads.runs.run_tools(
        client.beta.threads.create(messages=HELLO).id, assistant_id=_assistant(client), functions=[add], **more
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_the_options_reach_the_request_that_begins(name: str) -> None:
    with LocalServer() as server, OpenAI(base_url=server.base_url, api_key="sk-x") as client:
        once = {} if name.endswith("run_tools") else {"idempotency_key": "once"}  # each of its requests needs its own
        CALLS[name](client, {"extra_headers": {"x-mine": "1"}, "timeout": 20, **once})
        (marked,) = [each for each in server.requests if "x-mine" in each.headers and each.method == "POST"]
    assert (marked.headers["idempotency-key"] == "once") is bool(once)
