"""`/conversations`: conversations and their items, kept until they are deleted or the server ends.

Each item that is sent here gets an id of its own, also one that brings another. A response in a conversation hears
what was said before and puts there what it was asked and what it answered (`add_items`).

Weak spots: `include` is accepted and changes nothing; an `item_reference` must name an item of the same conversation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from typed_openai.local.errors import not_found
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.kept import Item, Kept
from typed_openai.local.paging import whole_page
from typed_openai.local.response_request import as_kept, read_items
from typed_openai.local.router import route
from typed_openai.local.state import State

CONVERSATIONS = Kept("conversation", "/conversations/{conversation_id}", "conv_", first={"metadata": {}})
ITEMS = Kept("item", "/conversations/{conversation_id}/items/{item_id}", "", "", within=CONVERSATIONS)
ROUTES = CONVERSATIONS.routes("retrieve", "update", "delete") + ITEMS.routes("list", "retrieve")


def add_items(state: State, conversation: str, items: Iterable[Mapping[str, Any]]) -> list[Item]:
    """Put items at the end of a conversation and give them as they are kept."""
    CONVERSATIONS.find(state, conversation)
    return [ITEMS.put(state, {**as_kept(item, state), "_of": (conversation,)}) for item in items]


def _given(request: Request, known: Iterable[Item] = ()) -> list[Item]:
    """The items of a request, without their ids; references, of which those known may be named, are left out."""
    items = read_items(request.given.get("items"))
    ids = {item["id"] for item in known}
    for item in items:
        if item["type"] == "item_reference" and item.get("id") not in ids:
            raise not_found("item", str(item.get("id")), "items")
    new = [item for item in items if item["type"] != "item_reference"]
    return [{name: value for name, value in item.items() if name != "id"} for item in new]


@route("POST", "/conversations")
def create(request: Request, state: State) -> Reply:
    """Begin a conversation."""
    items = _given(request)
    made = CONVERSATIONS.make(state, metadata=CONVERSATIONS.said(request).get("metadata", {}))
    add_items(state, made["id"], items)
    return CONVERSATIONS.reply(state, made)


@route("POST", ITEMS.list_path)
def create_items(request: Request, state: State) -> Reply:
    """Add items."""
    (conversation,) = ITEMS.of(request, state)
    kept = add_items(state, conversation, _given(request, ITEMS.all(state, conversation)))
    return Reply(whole_page([ITEMS.show(state, item) for item in kept]))


@route("DELETE", ITEMS.path)
def delete_item(request: Request, state: State) -> Reply:
    """Take an item out and show the conversation."""
    ITEMS.forget(state, ITEMS.at(request, state))
    return CONVERSATIONS.retrieve(request, state)
