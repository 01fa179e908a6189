"""What requests for assistants, threads and runs have in common, read and checked.

Tools, tool resources, tool choice and response format: their values are kept as they came, since answers show them
again; what is read from them for work (`function_tools`, `form`, `choice`) is in the words of `echo`.

Rules: a file or vector store that is named must be there; null counts as absent.
"""

from __future__ import annotations

from collections.abc import Sequence

from typed_openai.local.arguments import Arguments, Json
from typed_openai.local.echo import Choice, Form, Tool
from typed_openai.local.errors import wrong_value
from typed_openai.local.files import shown_file
from typed_openai.local.state import State
from typed_openai.local.vector_store_state import find_store
from typed_openai.local.vector_stores import make_store

KINDS = ("code_interpreter", "file_search", "function")


def read_tools(body: Arguments, most: int) -> list[Json]:
    """The tools of a request, at most so many."""
    tools = body.objects("tools")
    if len(tools) > most:
        raise wrong_value(body.path("tools"), f"There may be {most} tools at most, not {len(tools)}.")
    for tool in tools:
        if tool.choice("type", KINDS) == "function":
            function = tool.required_child("function")
            function.string("name")
            function.child("parameters")
    return body.array("tools")


def read_resources(body: Arguments, state: State) -> dict[str, object]:
    """The tool resources of a request; vector stores that it describes are made. Empty when there are none."""
    given = body.child("tool_resources") or Arguments({})
    found: dict[str, object] = {}
    code, search = given.child("code_interpreter"), given.child("file_search")
    if code is not None:
        files = code.strings("file_ids")
        for identifier in files:
            shown_file(state, identifier)
        found["code_interpreter"] = {"file_ids": files}
    if search is not None:
        stores = search.strings("vector_store_ids")
        for identifier in stores:
            find_store(state, identifier)
        for described in search.objects("vector_stores"):
            stores.append(make_store(state, described).id)
        if len(stores) > 1:
            raise wrong_value(search.path("vector_store_ids"), "There may be one vector store at most.")
        found["file_search"] = {"vector_store_ids": stores}
    return found


def read_format(body: Arguments) -> Json:
    """The response format of a request, `auto` when there is none."""
    value = body.raw("response_format")
    if value is None or isinstance(value, str):
        return body.choice("response_format", ("auto",), default="auto")
    given = body.required_child("response_format")
    if given.choice("type", ("text", "json_object", "json_schema")) == "json_schema":
        described = given.required_child("json_schema")
        described.string("name")
        described.child("schema")
    return value


def read_choice(body: Arguments) -> Json:
    """The tool choice of a request, `auto` when there is none."""
    value = body.raw("tool_choice")
    if value is None or isinstance(value, str):
        return body.choice("tool_choice", ("none", "auto", "required"), default="auto")
    given = body.required_child("tool_choice")
    if given.choice("type", KINDS) == "function":
        given.required_child("function").string("name")
    return value


def form(value: object) -> Form:
    """What a response format asks for."""
    if not isinstance(value, dict) or value["type"] == "text":
        return Form()
    if value["type"] == "json_object":
        return Form("json_object")
    return Form("json_schema", value["json_schema"].get("schema") or {"type": "object"})


def choice(value: object, parallel: bool) -> Choice:
    """What a tool choice asks for, as far as functions are concerned."""
    if isinstance(value, dict):
        named = value.get("function")
        return Choice("required", (named["name"],), parallel) if named else Choice("none")
    if value == "none":
        return Choice("none")
    return Choice("required" if value == "required" else "auto", None, parallel)


def function_tools(tools: Sequence[object]) -> list[Tool]:
    """The functions among the tools."""
    functions = [tool["function"] for tool in tools if isinstance(tool, dict) and tool["type"] == "function"]
    return [Tool(function["name"], "function", function.get("parameters")) for function in functions]


def has_tool(tools: Sequence[object], kind: str) -> bool:
    """Whether a tool of that kind is among them."""
    return any(isinstance(tool, dict) and tool["type"] == kind for tool in tools)
