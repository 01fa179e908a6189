"""`/assistants`: made, listed, changed, deleted. What they do is decided in `run_work.py`.

Tools, tool choice and response format are kept as they came, since answers show them again; what is read from them for
work is in `tool_choices.py`. A file or vector store that tool resources name must be there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typed_openai.local.exchange import Reply, Request
from typed_openai.local.files import FILES
from typed_openai.local.kept import Item, Kept, given_of
from typed_openai.local.models import require_model
from typed_openai.local.router import route
from typed_openai.local.state import State
from typed_openai.local.vector_stores import STORES, make_store

DEFAULTS: dict[str, Any] = {
    "name": None,
    "description": None,
    "instructions": None,
    "model": None,
    "tools": [],
    "tool_resources": {},
    "metadata": {},
    "temperature": 1.0,
    "top_p": 1.0,
    "response_format": "auto",
}
ASSISTANTS = Kept("assistant", "/assistants/{assistant_id}", "asst_", "assistant")
ROUTES = ASSISTANTS.routes("list", "retrieve", "delete")


def resources(given: Mapping[str, Any] | None, state: State) -> dict[str, Any]:
    """Tool resources as they are kept; vector stores that they describe are made. Empty when there are none."""
    found: dict[str, Any] = {}
    code, search = ((given or {}).get(name) for name in ("code_interpreter", "file_search"))
    if code is not None:
        found["code_interpreter"] = {"file_ids": code.get("file_ids") or []}
        for identifier in found["code_interpreter"]["file_ids"]:
            FILES.find(state, identifier)
    if search is not None:
        stores = [*(search.get("vector_store_ids") or [])]
        for identifier in stores:
            STORES.find(state, identifier)
        stores += [make_store(state, described)["id"] for described in search.get("vector_stores") or []]
        found["file_search"] = {"vector_store_ids": stores}
    return found


def _given(request: Request, state: State) -> Item:
    """The members that a request sets."""
    found = given_of(request, DEFAULTS)
    if "model" in found:
        require_model(state, found["model"])
    if "tool_resources" in found:
        found["tool_resources"] = resources(found["tool_resources"], state)
    return found


@route("POST", "/assistants")
def create(request: Request, state: State) -> Reply:
    """Make an assistant."""
    return ASSISTANTS.reply(state, ASSISTANTS.make(state, **{**DEFAULTS, **_given(request, state)}))


@route("POST", "/assistants/{assistant_id}")
def update(request: Request, state: State) -> Reply:
    """Change what the request names, and nothing else."""
    found = ASSISTANTS.at(request, state)
    return ASSISTANTS.reply(state, ASSISTANTS.put(state, found, **_given(request, state)))
