"""The tools of an MCP server, as tools of a run: a session of the `mcp` package stands in `tools=[...]` as it is.

    async with mcp.Client("https://example.com/mcp") as session:         # pip install "typed-openai[mcp]"
        run = await client.responses.run_tools(model=..., input=..., tools=[session, get_weather])

    tools = await mcp_tools(session, prefix="files_")        # the same by hand: to choose some, for create()

Rules
* A session is whatever has `list_tools` and `call_tool`: `mcp.Client`, `mcp.ClientSession`. Nothing of `mcp` is
  imported here. Opening and closing it is yours.
* Its tools are listed when the run begins, all pages; they are called over the session, in the one loop, beside
  functions: approvals, the ledger, `on_tool_error` and observers know no difference.
* Arguments are checked by the server, which knows its schema; here they have to be one JSON object.
* What the server calls an error (`isError`) is told to the model, as MCP wants it. What breaks (the connection, the
  protocol) is raised, and is for `on_tool_error`.
* A text is told as it is, a picture as a picture (responses take them, chat does not), anything else as JSON.

Weak spots: sessions of `mcp` are async, so an `OpenAI` client cannot use them. Sound and other bytes are named, not
told. A tool that the server adds during a run is not seen.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Iterable
from typing import Any, Protocol, TypeGuard

from pydantic import PrivateAttr, RootModel
from pydantic_core import to_json

from typed_openai.core.extras import needed
from typed_openai.errors import ConfigurationError
from typed_openai.models.shared import FunctionDefinition
from typed_openai.tools.definition import DefinedTool, ToolFunction

__all__ = ["MCPSession", "MCPTool", "is_session", "mcp_tools"]

_NOT_A_NAME = re.compile(r"[^a-zA-Z0-9_-]")
_MOST = 64
_PAGES = 1000


class MCPSession(Protocol):
    """A session of an MCP server: `mcp.Client` or `mcp.ClientSession`, open."""

    def list_tools(self) -> Awaitable[Any]:
        """What tools there are."""
        ...

    def call_tool(self, name: str, arguments: dict[str, Any] | None = None, /) -> Awaitable[Any]:
        """Call one of them."""
        ...


class _Arguments(RootModel[dict[str, Any]]):
    """One JSON object; what stands in it the server checks."""


class MCPTool(ToolFunction[..., Awaitable[Any]]):
    """A tool of an MCP server: calling it asks the server."""

    _session: Any = PrivateAttr()
    _known_as: str = PrivateAttr()

    def __init__(self, session: MCPSession, told: Any, prefix: str = "") -> None:
        known_as = str(told.name)
        schema = _member(told, "input_schema", "inputSchema") or {"type": "object", "properties": {}}
        said = {"description": told.description} if told.description else {}
        name = _NOT_A_NAME.sub("_", f"{prefix}{known_as}")[:_MOST]
        definition = FunctionDefinition(name=name, parameters=schema, **said)
        DefinedTool.__init__(self, definition, _Arguments, None)
        self._session = session
        self._known_as = known_as
        self._function = self._ask

    @property
    def is_async(self) -> bool:
        """Whether it has to be awaited: always."""
        return True

    def arguments(self, json_text: str) -> dict[str, Any]:
        """What the model wrote, as a dict. Raises `ToolArgumentsError` for anything but one JSON object."""
        read: Any = self._read(json_text)
        given: dict[str, Any] = read.root
        return given

    def invoke(self, json_text: str) -> Any:
        """The coroutine that asks the server with what the model wrote. Raises `ToolArgumentsError`."""
        return self._ask(**self.arguments(json_text))

    async def ainvoke(self, json_text: str) -> Any:
        """Ask the server with what the model wrote. Raises `ToolArgumentsError`, and what the session raises."""
        return await self.invoke(json_text)

    async def _ask(self, /, **values: Any) -> Any:
        return _told(await self._session.call_tool(self._known_as, values))


async def mcp_tools(session: MCPSession, *, prefix: str = "") -> list[MCPTool]:
    """All tools of an MCP server, to stand in `tools=[...]`.

    session: an open session of the `mcp` package.
    prefix: what the model sees before each name, so that two servers may have tools of one name. What the service does
    not take in a name becomes `_`; 64 letters at most.
    Raises `ConfigurationError` where two tools of the server come to the same name, and what the session raises.
    """
    found: list[MCPTool] = []
    cursor: Any = None
    for _ in range(_PAGES):
        page: Any = await _listed(session, cursor)
        found += [MCPTool(session, each, prefix) for each in page.tools]
        cursor = _member(page, "next_cursor", "nextCursor")
        if not cursor:
            break
    names = [each.name for each in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ConfigurationError(f"the MCP server has several tools that would be called {', '.join(twice)}")
    return found


def is_session(given: object) -> TypeGuard[MCPSession]:
    """Whether something among the tools is a session of an MCP server."""
    return not isinstance(given, type) and hasattr(given, "list_tools") and hasattr(given, "call_tool")


def _listed(session: Any, cursor: Any) -> Awaitable[Any]:
    """One page. `ClientSession` takes where to go on as an object of its own, `Client` and servers of tests by name."""
    if not cursor:
        listed: Awaitable[Any] = session.list_tools()
        return listed
    import inspect

    if "cursor" in inspect.signature(session.list_tools).parameters:
        further: Awaitable[Any] = session.list_tools(cursor=cursor)
        return further
    types = needed("mcp.types", "a session of an MCP server")
    last: Awaitable[Any] = session.list_tools(params=types.PaginatedRequestParams(cursor=cursor))
    return last


def _member(told: Any, *names: str) -> Any:
    """A member under its name of today or of before: mcp 2 writes `is_error`, mcp 1 `isError`."""
    return next((value for name in names if (value := getattr(told, name, None)) is not None), None)


def _told(result: Any) -> Any:
    """What the model is told of a result."""
    blocks: Iterable[Any] = getattr(result, "content", None) or ()
    said = [_said(block) for block in blocks]
    if not said:
        structured = _member(result, "structured_content", "structuredContent")
        return "" if structured is None else structured
    if all(isinstance(each, str) for each in said):
        return "\n".join(said)
    return said


def _said(block: Any) -> Any:
    """One block of a result: a text, a picture as a part, JSON of a link, the name of what cannot be told."""
    kind, mime = getattr(block, "type", ""), _member(block, "mime_type", "mimeType")
    if kind == "text":
        return str(block.text)
    if kind == "image":
        from typed_openai import parts

        return parts.image(f"data:{mime or 'image/png'};base64,{block.data}")
    inner = getattr(block, "resource", block)
    text = getattr(inner, "text", None)
    if isinstance(text, str):
        return text
    data = _member(inner, "data", "blob")
    if data is not None:
        what = _member(inner, "mime_type", "mimeType") or kind
        return f"({what}, {len(str(data))} characters of base64, which is not shown here)"
    return to_json(block, fallback=str, exclude_none=True).decode()
