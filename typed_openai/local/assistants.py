"""`/assistants`: made, listed, changed, deleted. What they do is decided in `run_work.py`.

Tools, tool choice and response format are kept as they came, since answers show them again; what is read from them for
work is in `tool_choices.py`. A file or vector store that tool resources name must be there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typed_openai.local.files import FILES
from typed_openai.local.kept import CRUD, Item, Kept
from typed_openai.local.models import require_model
from typed_openai.local.state import State
from typed_openai.local.vector_stores import STORES, make_store

ASSISTANTS = Kept(
    "assistant",
    "/assistants/{assistant_id}",
    "asst_",
    first={
        **dict.fromkeys(("name", "description", "instructions", "model")),
        "tools": [],
        "tool_resources": {},
        "metadata": {},
        "temperature": 1.0,
        "top_p": 1.0,
        "response_format": "auto",
    },
    made=lambda said, state: _checked(said, state),
    changed=lambda _, said, state: _checked(said, state),
)
ROUTES = ASSISTANTS.routes(*CRUD)


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


def _checked(said: Item, state: State) -> Item:
    """What a request says, once what it names is there; an assistant of before has a model."""
    if "model" in said:
        require_model(state, said["model"])
    made = {"tool_resources": resources(said["tool_resources"], state)} if "tool_resources" in said else {}
    return {**{name: value for name, value in said.items() if name in ASSISTANTS.first}, **made}
