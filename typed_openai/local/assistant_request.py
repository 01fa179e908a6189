"""What requests for assistants, threads and runs have in common.

Tools, tool resources, tool choice and response format: their values are kept as they came, since answers show them
again; what is read from them for work (`function_tools`, `form`, `choice`) is in the words of `echo`.

Rule: a file or vector store that is named must be there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from typed_openai.local.echo import Choice, Form, Tool
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


def form(value: Any) -> Form:
    """What a response format asks for."""
    if isinstance(value, str) or value["type"] == "text":
        return Form()
    if value["type"] == "json_object":
        return Form("json_object")
    return Form("json_schema", value["json_schema"].get("schema") or {"type": "object"})


def choice(value: Any, parallel: bool) -> Choice:
    """What a tool choice asks for, as far as functions are concerned."""
    if isinstance(value, dict):
        named = value.get("function")
        return Choice("required", (named["name"],), parallel) if named else Choice("none")
    return Choice(value if value in ("none", "required") else "auto", None, parallel)


def function_tools(tools: Sequence[Mapping[str, Any]]) -> list[Tool]:
    """The functions among the tools."""
    functions = [tool["function"] for tool in tools if tool["type"] == "function"]
    return [Tool(function["name"], "function", function.get("parameters")) for function in functions]


def has_tool(tools: Sequence[Mapping[str, Any]], kind: str) -> bool:
    """Whether a tool of that kind is among them."""
    return any(tool["type"] == kind for tool in tools)
