"""`/assistants`: definitions, made, listed, changed and forgotten in the store. No server keeps assistants any more.

Rule: an id that the program already knows may be given a definition where the bridge is made, and stays what it was.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from typed_openai.bridge.exchange import Answer, Asked, Bridge, Refusal
from typed_openai.bridge.pages import page_of
from typed_openai.bridge.reading import member, objects, rest
from typed_openai.bridge.refusals import refuse
from typed_openai.bridge.shelf import Item
from typed_openai.errors import Fault, RequestValidationError
from typed_openai.models.assistants.assistants import Assistant

if TYPE_CHECKING:
    from typed_openai.core.run.effects import Flow

ASSISTANT = "assistant"
_OF_THE_SERVICE = frozenset({"id", "object", "created_at"})
"""What only the service says of an assistant."""
DEFAULTS: Item = {
    **dict.fromkeys(("name", "description", "instructions", "temperature", "top_p")),
    "tools": [],
    "tool_resources": {},
    "metadata": {},
    "response_format": "auto",
}


def definition(identifier: str, given: Mapping[str, Any]) -> Item:
    """An assistant of these members, as it is kept."""
    said = {name: value for name, value in given.items() if value is not None}
    head = {"id": identifier, "object": ASSISTANT, "created_at": int(time.time())}
    return {**head, **DEFAULTS, **said}


def given_definition(client: Any, identifier: str, given: Any) -> Item:
    """A definition that a program brings, checked as `beta.assistants.create` would; an assistant that the service gave
    once is one, too."""
    operation, made = client.beta.assistants.create, {}
    if isinstance(given, Assistant):
        given = given.model_dump()
    if isinstance(given, Mapping) and given.get("object") == ASSISTANT:
        made = {"created_at": given["created_at"]} if "created_at" in given else {}
        given = {name: value for name, value in given.items() if name not in _OF_THE_SERVICE}
    request = operation.request(**given) if isinstance(given, Mapping) else operation.request(given)
    said = json.loads(request.content)
    if member(member(said, "tool_resources"), "file_search").get("vector_stores"):
        path = f"{identifier}.tool_resources.file_search.vector_stores"
        hint = "one would be made whenever the program begins: name one that is there (vector_store_ids)"
        raise RequestValidationError("assistants_over_responses", [Fault(path, "nothing", "a description", hint)])
    return {**definition(identifier, said), **made}


def assistant_at(bridge: Bridge, identifier: str) -> Flow[Item]:
    """The assistant of this id; refuses with what to do when there is none."""
    found = yield from bridge.shelf.get(ASSISTANT, identifier)
    if found is None:
        name = type(bridge.shelf.store).__name__
        raise Refusal(
            404,
            f"No assistant {identifier!r} is kept in this {name}. The service keeps none any more: make it with"
            f" beta.assistants.create(...), or say what it is with assistants={{{identifier!r}: {{...}}}}.",
            param="assistant_id",
        )
    return found


def resources_of(bridge: Bridge, given: Any) -> Flow[Item]:
    """Tool resources as they are kept; the vector stores that they describe are made."""
    found: Item = {**(given or {})}
    search = found.get("file_search")
    if isinstance(search, dict):
        stores = [*(search.get("vector_store_ids") or ())]
        for described in objects(search.get("vector_stores")):
            made = yield from bridge.make("vector_stores.create", **described)
            stores.append(made["id"])
        found["file_search"] = {**rest(search, "vector_stores"), "vector_store_ids": stores}
    return found


def _shown(assistant: Item) -> Item:
    return rest(assistant, "at")


def create(bridge: Bridge, asked: Asked) -> Flow[Answer]:
    """Make an assistant."""
    refuse(asked)
    resources = yield from resources_of(bridge, asked.given.get("tool_resources"))
    made = definition(f"asst_{uuid4().hex}", {**asked.given, "tool_resources": resources})
    yield from bridge.shelf.put(made, ASSISTANT, made["id"])
    return _shown(made)


def list_all(bridge: Bridge, asked: Asked) -> Flow[Answer]:
    """All assistants, in pages."""
    kept = yield from bridge.shelf.every(ASSISTANT)
    return page_of([_shown(each) for each in kept], asked.query)


def retrieve(bridge: Bridge, asked: Asked) -> Flow[Answer]:
    """One assistant."""
    return _shown((yield from assistant_at(bridge, asked.path["assistant_id"])))


def update(bridge: Bridge, asked: Asked) -> Flow[Answer]:
    """Change what is named, and nothing else."""
    refuse(asked)
    found = yield from assistant_at(bridge, asked.path["assistant_id"])
    changes = {name: DEFAULTS.get(name) if value is None else value for name, value in asked.given.items()}
    if "tool_resources" in changes:
        changes["tool_resources"] = yield from resources_of(bridge, changes["tool_resources"])
    changed = yield from bridge.shelf.change(
        lambda known: None if known is None else {**known, **changes}, ASSISTANT, found["id"]
    )
    return _shown(changed or (yield from assistant_at(bridge, found["id"])))


def delete(bridge: Bridge, asked: Asked) -> Flow[Answer]:
    """Forget an assistant; its vector stores stay."""
    found = yield from assistant_at(bridge, asked.path["assistant_id"])
    yield from bridge.shelf.delete(ASSISTANT, found["id"])
    return {"id": found["id"], "object": "assistant.deleted", "deleted": True}
