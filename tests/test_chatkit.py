"""ChatKit: sessions and their secrets, threads and what is in them, and what the local server keeps of both."""

from __future__ import annotations

from typing import Any

import pytest

from tests.canned import Connect, Wire, done, status
from typed_openai import NotFoundError, OpenAI, RequestValidationError
from typed_openai.local import LocalServer
from typed_openai.models.chatkit.threads import (
    ChatKitTaskGroup,
    ChatKitThreadAssistantMessageItem,
    ChatKitWidgetItem,
    UnknownThreadItem,
)

SECRET = "ek_0123456789abcdef"
ITEM = {"id": "cti_1", "object": "chatkit.thread_item", "created_at": 1, "thread_id": "cthr_1"}


def session() -> Any:
    with LocalServer() as server, OpenAI(api_key="sk-x", base_url=server.base_url) as client:
        return client.beta.chatkit.sessions.create(user="user-1", workflow={"id": "wf_1"}).model_dump()


async def test_a_session_is_asked_for_as_beta_and_no_repr_shows_its_secret(connect: Connect) -> None:
    wire = Wire(status(200, {**session(), "client_secret": SECRET}))
    given: dict[str, Any] = {"user": "user-1", "workflow": {"id": "wf_1", "state_variables": {"n": 1, "on": True}}}
    made = await done(connect(wire).beta.chatkit.sessions.create(**given))
    assert wire.body == given
    assert wire.request.headers["openai-beta"] == "chatkit_beta=v1"
    assert made.client_secret == SECRET
    assert SECRET not in repr(made)
    assert made.issues == ()


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"user": ""}, "user"),
        ({"workflow": {"idd": "wf_1"}}, "workflow"),
        ({"expires_after": {"seconds": 601}}, "expires_after.seconds"),
        ({"chatkit_configuration": {"file_upload": {"max_file_size": 513}}}, "chatkit_configuration.file_upload"),
        ({"rate_limits": {"max_requests_per_1_minute": 0}}, "rate_limits"),
    ],
)
async def test_what_does_not_fit_is_refused(connect: Connect, given: Any, place: str) -> None:
    wire = Wire()
    whole = {"user": "user-1", "workflow": {"id": "wf_1"}, **given}
    with pytest.raises(RequestValidationError, match=place):
        await done(connect(wire).beta.chatkit.sessions.create(**whole))
    assert wire.requests == []


async def test_items_are_told_apart_and_newer_ones_are_kept(connect: Connect) -> None:
    items = [
        {**ITEM, "type": "chatkit.widget", "widget": "{}"},
        {**ITEM, "type": "chatkit.task_group", "tasks": [{"type": "thought", "heading": None, "summary": "x"}]},
        {**ITEM, "type": "chatkit.dream", "of": "tea"},
    ]
    page = {"object": "list", "data": items, "first_id": "cti_1", "last_id": "cti_1", "has_more": False}
    found = await done(connect(Wire(status(200, page))).beta.chatkit.threads.list_items("cthr_1", limit=3))
    assert [type(item) for item in found.data] == [ChatKitWidgetItem, ChatKitTaskGroup, UnknownThreadItem]
    assert found.data[2].model_extra is not None
    assert found.data[2].model_extra["of"] == "tea"
    for wrong in ("", ".."):
        with pytest.raises(RequestValidationError, match="thread_id"):
            await done(connect(Wire()).beta.chatkit.threads.delete(wrong))


def test_the_local_server_keeps_sessions_and_the_chat_that_each_begins() -> None:
    with LocalServer() as server, OpenAI(api_key="sk-x", base_url=server.base_url) as client:
        made = client.beta.chatkit.sessions.create(
            user="user-1",
            workflow={"id": "wf_1"},
            expires_after={"seconds": 60},
            chatkit_configuration={"file_upload": {"enabled": True, "max_files": 2}},
        )
        assert (made.status, made.chatkit_configuration.file_upload.max_files) == ("active", 2)
        client.beta.chatkit.sessions.create(user="user-2", workflow={"id": "wf_1"})
        [thread] = client.beta.chatkit.threads.list(user="user-1")
        [item] = client.beta.chatkit.threads.list_items(thread.id)
        assert isinstance(item, ChatKitThreadAssistantMessageItem)
        assert item.content[0].text == "Hello, user-1."
        assert client.beta.chatkit.threads.retrieve(thread.id).status.type == "active"
        assert client.beta.chatkit.threads.delete(thread.id).deleted
        with pytest.raises(NotFoundError):
            client.beta.chatkit.threads.list_items(thread.id)
        assert client.beta.chatkit.sessions.cancel(made.id).status == "cancelled"
