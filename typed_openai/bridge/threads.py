"""`/threads`: conversations, with what those have no place for kept beside them; and how messages get into one.

Rules
* A thread is a conversation: it has its id, and both APIs see the same items.
* Attachments are what they were: for the code interpreter, files of the thread; for file search, files in a vector
  store that the thread gets with the first of them, and that expires a week after it was last used.

Weak spot: who deletes a thread deletes the conversation and what is kept of it here; items of conversations are not
deleted by the service, and vector stores stay.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from typed_openai.bridge.definitions import resources_of
from typed_openai.bridge.exchange import Answer, Asked, Bridge
from typed_openai.bridge.messages import code_files_of, files_for, item_of, message_of, vector_stores_of
from typed_openai.bridge.reading import number, objects
from typed_openai.bridge.refusals import refuse
from typed_openai.bridge.shelf import Item

if TYPE_CHECKING:
    from typed_openai.core.run.effects import Flow

THREAD, MESSAGE, RUN, ACTIVE = "thread", "message", "run", "active"
"""Kinds of what is kept of a thread."""
MOST = 20
"""How many items may be added at once."""
PICTURES = ["message.input_image.image_url"]
"""Items show the address of a picture only to who asks for it."""
_WEEK: Item = {"anchor": "last_active_at", "days": 7}


def thread_of(conversation: Item, kept: Item | None) -> Item:
    """A thread as it is shown."""
    return {
        "id": conversation["id"],
        "object": THREAD,
        "created_at": number(conversation.get("created_at")) or 0,
        "metadata": conversation.get("metadata") or {},
        "tool_resources": (kept or {}).get("tool_resources") or {},
    }


def make_thread(bridge: Bridge, given: Item) -> Flow[Item]:
    """A new thread with the messages that a request describes."""
    conversation = yield from bridge.make("conversations.create", metadata=given.get("metadata") or {})
    identifier = str(conversation["id"])
    kept: Item = {"tool_resources": (yield from resources_of(bridge, given.get("tool_resources")))}
    yield from bridge.shelf.put(kept, THREAD, identifier)
    yield from put_messages(bridge, identifier, objects(given.get("messages")))
    return thread_of(conversation, (yield from bridge.shelf.get(THREAD, identifier)))


def create(bridge: Bridge, asked: Asked) -> Flow[Answer]:
    """Make a thread; the request may be empty."""
    refuse(asked)
    return (yield from make_thread(bridge, asked.given))


def retrieve(bridge: Bridge, asked: Asked) -> Flow[Answer]:
    """One thread."""
    identifier = asked.path["thread_id"]
    conversation = yield from bridge.make("conversations.retrieve", identifier)
    return thread_of(conversation, (yield from bridge.shelf.get(THREAD, identifier)))


def update(bridge: Bridge, asked: Asked) -> Flow[Answer]:
    """Replace the metadata or the tool resources of a thread."""
    identifier, given = asked.path["thread_id"], asked.given
    if "metadata" in given:
        conversation = yield from bridge.make("conversations.update", identifier, metadata=given["metadata"] or {})
    else:
        conversation = yield from bridge.make("conversations.retrieve", identifier)
    kept = yield from bridge.shelf.get(THREAD, identifier)
    if "tool_resources" in given:
        resources = yield from resources_of(bridge, given["tool_resources"])
        kept = yield from bridge.shelf.change(
            lambda known: {**(known or {}), "tool_resources": resources}, THREAD, identifier
        )
    return thread_of(conversation, kept)


def delete(bridge: Bridge, asked: Asked) -> Flow[Answer]:
    """Delete a thread, and what is known of its messages and runs."""
    identifier = asked.path["thread_id"]
    yield from bridge.ask("conversations.delete", identifier)
    for kind in (MESSAGE, RUN):
        yield from bridge.shelf.delete_all(kind, identifier)
    for kind in (THREAD, ACTIVE):
        yield from bridge.shelf.delete(kind, identifier)
    return {"id": identifier, "object": "thread.deleted", "deleted": True}


# -- putting messages into a thread ------------------------------------------------------------------------------------


def put_messages(bridge: Bridge, thread_id: str, messages: Sequence[Item]) -> Flow[list[Item]]:
    """Put messages into a thread, their files where tools find them; the messages as they are shown."""
    made: list[Item] = []
    for begin in range(0, len(messages), MOST):
        some = messages[begin : begin + MOST]
        items = [item_of(each) for each in some]
        added = yield from bridge.ask("conversations.items.create", thread_id, items=items, include=PICTURES)
        for item, message in zip(objects(added.get("data")), some, strict=False):
            told = {name: message.get(name) for name in ("attachments", "metadata") if message.get(name)}
            notes = {"created_at": int(time.time()), **told}
            yield from bridge.shelf.put(notes, MESSAGE, thread_id, str(item.get("id")))
            made.append(message_of(item, thread_id, notes))
    yield from _attach(bridge, thread_id, [each for one in messages for each in objects(one.get("attachments"))])
    return made


def _attach(bridge: Bridge, thread_id: str, attachments: Sequence[Item]) -> Flow[None]:
    """Let the tools of a thread see attached files."""
    code, searched = (files_for(attachments, tool) for tool in ("code_interpreter", "file_search"))
    if not code and not searched:
        return
    kept = (yield from bridge.shelf.get(THREAD, thread_id)) or {}
    stores, own = vector_stores_of(kept.get("tool_resources") or {}), ""
    if searched and not stores:
        own = str((yield from bridge.make("vector_stores.create", file_ids=searched, expires_after=_WEEK))["id"])

    def attached(known: Item | None) -> Item:
        resources: dict[str, Any] = {**((known or {}).get("tool_resources") or {})}
        if code:
            resources["code_interpreter"] = {"file_ids": [*dict.fromkeys([*code_files_of(resources), *code])]}
        if not searched:
            return {**(known or {}), "tool_resources": resources}
        used = vector_stores_of(resources) or [own or stores[0]]
        resources["file_search"] = {"vector_store_ids": used}
        return {**(known or {}), "tool_resources": resources, "indexing": used[0]}

    changed = yield from bridge.shelf.change(attached, THREAD, thread_id)
    if searched and (used := changed["indexing"]) != own:  # one that was there, or that somebody else made meanwhile
        for file in searched:
            yield from bridge.ask("vector_stores.files.create", used, file_id=file)
