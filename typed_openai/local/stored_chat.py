"""Chat completions that were created with `store: true`: list, retrieve, messages, update, delete.

A stored chat keeps the completion as it was answered, the messages of its request and its metadata. Updating replaces
the metadata, nothing else can change.

Weak spot: the messages come back with the role they had, as the service does, though the API description names
`assistant` as the only role of a message in this list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from typed_openai.local.arguments import Json
from typed_openai.local.errors import missing
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.paging import page
from typed_openai.local.router import route
from typed_openai.local.state import Collection, State

_LISTED_PARTS = ("text", "image_url")


@dataclass(frozen=True, slots=True)
class StoredChat:
    """One stored completion with what belongs to it."""

    completion: Mapping[str, object]
    model: str
    messages: list[Json]
    metadata: dict[str, str]

    def shown(self) -> dict[str, object]:
        """The completion as the API shows it, metadata included."""
        return {**self.completion, "metadata": self.metadata}

    def matches(self, model: str | None, metadata: Mapping[str, str]) -> bool:
        """Whether it has this model (None: any) and at least this metadata."""
        return (model is None or model == self.model) and metadata.items() <= self.metadata.items()


class StoredChats(Collection[StoredChat]):
    """The stored completions of one server."""


def _stored(request: Request, state: State) -> StoredChat:
    identifier = request.path_params["completion_id"]
    return state.part(StoredChats).found(identifier, "stored chat completion", "completion_id")


@route("GET", "/chat/completions")
def listing(request: Request, state: State) -> Reply:
    """The stored completions in pages, by model and by metadata."""
    model, metadata = request.query_text("model"), request.query_map("metadata")
    chats = state.part(StoredChats).values()
    return Reply(page(request, [chat.shown() for chat in chats if chat.matches(model, metadata)]))


@route("GET", "/chat/completions/{completion_id}")
def retrieve(request: Request, state: State) -> Reply:
    """One stored completion."""
    return Reply(_stored(request, state).shown())


@route("POST", "/chat/completions/{completion_id}")
def update(request: Request, state: State) -> Reply:
    """Replace a stored completion's metadata; null empties it."""
    body = request.arguments()
    if "metadata" not in body.members:
        raise missing("metadata")
    changed = replace(_stored(request, state), metadata=body.metadata())
    state.part(StoredChats).put(request.path_params["completion_id"], changed)
    return Reply(changed.shown())


@route("DELETE", "/chat/completions/{completion_id}")
def delete(request: Request, state: State) -> Reply:
    """Forget a stored completion."""
    _stored(request, state)
    identifier = request.path_params["completion_id"]
    state.part(StoredChats).pop(identifier)
    return Reply({"object": "chat.completion.deleted", "id": identifier, "deleted": True})


@route("GET", "/chat/completions/{completion_id}/messages")
def messages(request: Request, state: State) -> Reply:
    """The messages that a stored completion answered, in pages."""
    chat = _stored(request, state)
    identifier = request.path_params["completion_id"]
    shown = [_message(each, f"{identifier}-{place}") for place, each in enumerate(chat.messages)]
    return Reply(page(request, shown))


def _message(message: Json, identifier: str) -> dict[str, object]:
    """A message of a request in the form of this list: its content as one string, its parts beside it."""
    members = message if isinstance(message, dict) else {}
    content = members.get("content")
    parts = content if isinstance(content, list) else None
    shown: dict[str, object] = {"refusal": None, **members, "id": identifier, "content_parts": None}
    if parts is not None:
        kept = [part for part in parts if isinstance(part, dict) and part.get("type") in _LISTED_PARTS]
        shown["content"] = " ".join(str(part["text"]) for part in kept if isinstance(part.get("text"), str)) or None
        shown["content_parts"] = kept
    else:
        shown["content"] = content
    return shown
