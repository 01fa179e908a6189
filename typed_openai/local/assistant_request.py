"""What requests for assistants, threads and runs have in common.

Tools, tool choice and response format are kept as they came, since answers show them again; what is read from them for
work is in `offers.py`.

Rule: a file or vector store that is named must be there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typed_openai.local.files import FILES
from typed_openai.local.state import State
from typed_openai.local.vector_stores import STORES, make_store


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
