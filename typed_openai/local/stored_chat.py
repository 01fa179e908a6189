"""Chat completions that were created with `store: true`: list, retrieve, messages, update, delete.

A stored chat keeps the completion as it was answered, the messages of its request and its metadata. Updating replaces
the metadata, nothing else can change.

Weak spot: the messages come back with the role they had, as the service does, though the API description names
`assistant` as the only role of a message in this list.
"""

from __future__ import annotations

from typing import Any

from typed_openai.local.exchange import Reply, Request
from typed_openai.local.kept import Item, Kept
from typed_openai.local.paging import page
from typed_openai.local.router import route
from typed_openai.local.state import State

_LISTED_PARTS = ("text", "image_url")

CHATS = Kept("stored chat completion", "/chat/completions/{completion_id}", "chatcmpl-", "chat.completion", order="asc")
ROUTES = CHATS.routes("list", "retrieve", "update", "delete")


@route("GET", "/chat/completions/{completion_id}/messages")
def messages(request: Request, state: State) -> Reply:
    """The messages that a stored completion answered, in pages."""
    chat = CHATS.at(request, state)
    shown = [_message(each, f"{chat['id']}-{place}") for place, each in enumerate(chat["_messages"])]
    return Reply(page(request, shown, order="asc"))


def _message(message: Item, identifier: str) -> dict[str, Any]:
    """A message of a request in the form of this list: its content as one string, its parts beside it."""
    content, parts = message.get("content"), None
    if isinstance(content, list):
        parts = [part for part in content if part.get("type") in _LISTED_PARTS]
        content = " ".join(part["text"] for part in parts if isinstance(part.get("text"), str)) or None
    return {"refusal": None, **message, "id": identifier, "content": content, "content_parts": parts}
