"""`/conversations`: conversations and their items, kept until they are deleted or the server ends.

Each item that is sent here gets an id of its own, also one that brings another. A response in a conversation hears
what was said before (`remembered`) and puts there what it was asked and what it answered (`add_items`).

Weak spots: `include` is accepted and changes nothing; an `item_reference` must name an item of the same conversation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from typed_openai.local.arguments import Arguments
from typed_openai.local.errors import missing, not_found, wrong_value
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.paging import page
from typed_openai.local.response_request import read_items
from typed_openai.local.router import route
from typed_openai.local.state import Collection, State

MOST = 20
"""How many items may be added at once."""
_PREFIXES = {"message": "msg_", "reasoning": "rs_", "function_call": "fc_", "custom_tool_call": "ctc_"}
_WITH_STATUS = frozenset(
    f"{kind}_call{end}" for kind in ("function", "computer", "shell", "apply_patch") for end in ("", "_output")
)
"""Items that the service keeps with a status, also when they came without one."""
_FILLED: Mapping[str, Mapping[str, object]] = {
    "output_text": {"annotations": [], "logprobs": []},
    "input_image": {"detail": "auto"},
}
"""What the service says of a piece of a message that came without it."""


@dataclass(frozen=True, slots=True)
class StoredConversation:
    """The object as it is shown, and its items, oldest first."""

    shown: Mapping[str, object]
    items: tuple[Mapping[str, object], ...] = ()


class StoredConversations(Collection[StoredConversation]):
    """The conversations of one server."""


def find(state: State, identifier: str) -> StoredConversation:
    """The conversation of that id; 404 when there is none."""
    return state.part(StoredConversations).found(identifier, "conversation", "conversation_id")


def remembered(state: State, identifier: str) -> list[Mapping[str, object]]:
    """The items of a conversation, oldest first; 404 when there is none of that id."""
    return list(find(state, identifier).items)


def add_items(state: State, identifier: str, items: Iterable[Mapping[str, object]]) -> list[Mapping[str, object]]:
    """Put items at the end of a conversation and give them as they are kept."""
    found = find(state, identifier)
    kept: list[Mapping[str, object]] = [_kept(item, state) for item in items]
    state.part(StoredConversations).put(identifier, replace(found, items=(*found.items, *kept)))
    return kept


def _kept(item: Mapping[str, object], state: State) -> dict[str, object]:
    """An item as the service keeps it."""
    kind = str(item["type"])
    kept = {**item, "id": item.get("id") or state.new_id(_PREFIXES.get(kind, "item_"))}
    if kind in _WITH_STATUS and not kept.get("status"):
        kept["status"] = "completed"
    parts = item.get("content")
    if kind == "message" and isinstance(parts, list):
        kept["content"] = [_part(part) for part in parts]
    return kept


def _part(part: object) -> object:
    """A piece of a message with everything that the description requires of it."""
    if not isinstance(part, dict):
        return part
    return {**_FILLED.get(str(part.get("type")), {}), **part}


def _given(body: Arguments, state: State, existing: Iterable[Mapping[str, object]] = ()) -> list[Mapping[str, object]]:
    """The items of a request."""
    items = read_items(body, "items")
    if len(items) > MOST:
        raise wrong_value("items", f"At most {MOST} items may be added at once, not {len(items)}.")
    known = {item["id"] for item in existing}
    for item in items:
        if item["type"] == "item_reference" and item.get("id") not in known:
            raise not_found("item", str(item.get("id")), "items")
    return [
        {name: value for name, value in item.items() if name != "id"}
        for item in items
        if item["type"] != "item_reference"
    ]


def _place(request: Request, state: State) -> tuple[str, StoredConversation]:
    identifier = request.path_params["conversation_id"]
    return identifier, find(state, identifier)


def _item(request: Request, found: StoredConversation) -> Mapping[str, object]:
    identifier = request.path_params["item_id"]
    for item in found.items:
        if item["id"] == identifier:
            return item
    raise not_found("item", identifier, "item_id")


@route("POST", "/conversations")
def create(request: Request, state: State) -> Reply:
    """Begin a conversation."""
    body = request.arguments()
    items = _given(body, state)
    metadata = body.metadata()
    identifier = state.new_id("conv_")
    shown = {"id": identifier, "object": "conversation", "created_at": state.now(), "metadata": metadata}
    state.part(StoredConversations).put(identifier, StoredConversation(shown))
    add_items(state, identifier, items)
    return Reply(shown)


@route("GET", "/conversations/{conversation_id}")
def retrieve(request: Request, state: State) -> Reply:
    """One conversation."""
    return Reply(_place(request, state)[1].shown)


@route("POST", "/conversations/{conversation_id}")
def update(request: Request, state: State) -> Reply:
    """Replace the notes on a conversation."""
    identifier, found = _place(request, state)
    body = request.arguments()
    body.required("metadata")
    changed = replace(found, shown={**found.shown, "metadata": body.metadata()})
    state.part(StoredConversations).put(identifier, changed)
    return Reply(changed.shown)


@route("DELETE", "/conversations/{conversation_id}")
def delete(request: Request, state: State) -> Reply:
    """Forget a conversation."""
    identifier, _ = _place(request, state)
    state.part(StoredConversations).pop(identifier)
    return Reply({"id": identifier, "object": "conversation.deleted", "deleted": True})


@route("POST", "/conversations/{conversation_id}/items")
def create_items(request: Request, state: State) -> Reply:
    """Add items."""
    identifier, found = _place(request, state)
    body = request.arguments()
    if body.raw("items") is None:
        raise missing("items")
    kept = add_items(state, identifier, _given(body, state, found.items))
    ends = {"first_id": kept[0]["id"], "last_id": kept[-1]["id"]} if kept else {"first_id": "", "last_id": ""}
    return Reply({"object": "list", "data": kept, **ends, "has_more": False})


@route("GET", "/conversations/{conversation_id}/items")
def list_items(request: Request, state: State) -> Reply:
    """The items in pages, newest first unless asked otherwise."""
    return Reply(page(request, _place(request, state)[1].items))


@route("GET", "/conversations/{conversation_id}/items/{item_id}")
def retrieve_item(request: Request, state: State) -> Reply:
    """One item."""
    return Reply(_item(request, _place(request, state)[1]))


@route("DELETE", "/conversations/{conversation_id}/items/{item_id}")
def delete_item(request: Request, state: State) -> Reply:
    """Take an item out and show the conversation."""
    identifier, found = _place(request, state)
    gone = _item(request, found)
    rest = tuple(item for item in found.items if item is not gone)
    state.part(StoredConversations).put(identifier, replace(found, items=rest))
    return Reply(found.shown)
