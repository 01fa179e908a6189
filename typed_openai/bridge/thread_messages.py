"""`/threads/…/messages`: the items of a conversation that are messages, and the notes on them.

Rule: while a run works on a thread, nothing can be put into it, as before.

Weak spots: a message that was put into the conversation past the bridge has no time of its own (`created_at` is 0);
other items of the conversation (calls, outputs, thoughts) are passed over, so a page may take several requests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from typed_openai.bridge.exchange import Answer, Asked, Bridge, Refusal
from typed_openai.bridge.messages import message_of
from typed_openai.bridge.outcomes import steps_in
from typed_openai.bridge.pages import ascends, size_of, whole
from typed_openai.bridge.progress import active, record_at, require_idle
from typed_openai.bridge.reading import objects
from typed_openai.bridge.refusals import refuse
from typed_openai.bridge.shelf import Item
from typed_openai.bridge.threads import MESSAGE, PICTURES, put_messages

if TYPE_CHECKING:
    from typed_openai.core.run.effects import Flow

_SOME = 100
"""How many items are asked for at once."""


def create(bridge: Bridge, asked: Asked) -> Flow[Answer]:
    """Put a message into a thread."""
    refuse(asked)
    thread_id = asked.path["thread_id"]
    yield from require_idle(bridge, thread_id)
    made = yield from put_messages(bridge, thread_id, [asked.given])
    if not made:
        raise Refusal(502, "The service took the message and did not say what became of it.")
    return made[0]


def list_some(bridge: Bridge, asked: Asked) -> Flow[Answer]:
    """The messages of a thread, in pages."""
    thread_id, query = asked.path["thread_id"], asked.query
    most = size_of(query)
    yield from active(bridge, thread_id)  # so that what a run has written by now is known to be its own
    wanted = None
    if "run_id" in query:
        steps = steps_in((yield from record_at(bridge, thread_id, query["run_id"])))
        wanted = {(step["step_details"].get("message_creation") or {}).get("message_id") for step in steps}
    found: list[Item] = []
    cursor, more = query.get("after"), True
    while more and len(found) <= most:
        order = "asc" if ascends(query) else "desc"
        page = yield from bridge.ask(
            "conversations.items.list", thread_id, order=order, after=cursor, limit=_SOME, include=PICTURES
        )
        items = objects(page.get("data"))
        more, cursor = bool(page.get("has_more") and items), page.get("last_id")
        for item in items:
            if item.get("id") == query.get("before"):
                more = False
                break
            if item.get("type") == "message" and (wanted is None or item.get("id") in wanted):
                found.append(item)
    shown = found[:most]
    notes = yield from bridge.shelf.several([(MESSAGE, thread_id, str(item["id"])) for item in shown])
    messages = [message_of(item, thread_id, told) for item, told in zip(shown, notes, strict=True)]
    return whole(messages, len(found) > most)


def _message_at(bridge: Bridge, asked: Asked) -> Flow[Item]:
    """The item of a message. Refuses what is another kind of item."""
    thread_id, message_id = asked.path["thread_id"], asked.path["message_id"]
    item = yield from bridge.ask(
        "conversations.items.retrieve", message_id, conversation_id=thread_id, include=PICTURES
    )
    if item.get("type") != "message":
        message = f"{message_id!r} of thread {thread_id!r} is not a message: {item.get('type')}."
        raise Refusal(404, message, param="message_id")
    return item


def retrieve(bridge: Bridge, asked: Asked) -> Flow[Answer]:
    """One message."""
    item = yield from _message_at(bridge, asked)
    yield from active(bridge, asked.path["thread_id"])
    notes = yield from bridge.shelf.get(MESSAGE, *asked.path.values())
    return message_of(item, asked.path["thread_id"], notes or {})


def update(bridge: Bridge, asked: Asked) -> Flow[Answer]:
    """Replace the metadata of a message."""
    item = yield from _message_at(bridge, asked)

    def noted(known: Item | None) -> Item | None:
        return {**(known or {}), "metadata": asked.given["metadata"] or {}} if "metadata" in asked.given else known

    notes = yield from bridge.shelf.change(noted, MESSAGE, *asked.path.values())
    return message_of(item, asked.path["thread_id"], notes or {})


def delete(bridge: Bridge, asked: Asked) -> Flow[Answer]:
    """Take a message out of a thread."""
    message_id = asked.path["message_id"]
    yield from bridge.ask("conversations.items.delete", message_id, conversation_id=asked.path["thread_id"])
    yield from bridge.shelf.delete(MESSAGE, *asked.path.values())
    return {"id": message_id, "object": "thread.message.deleted", "deleted": True}
