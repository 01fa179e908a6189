"""Tools of an MCP server stand among functions, and are called by the one loop."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import mcp
import pytest
from mcp.server import MCPServer

from tests.canned import Connect, Wire
from tests.tool_runs.talk import Api
from typed_openai import ConfigurationError, RequestValidationError
from typed_openai.models.chat.messages import ImagePart
from typed_openai.tools.definition import ToolArgumentsError
from typed_openai.tools.mcp import mcp_tools


def server() -> MCPServer:
    made = MCPServer("sums")

    @made.tool()
    def add(a: int, b: int) -> int:
        """Adds two numbers."""
        return a + b

    @made.tool(name="tidy.up")
    def tidy() -> str:
        """Tidies."""
        raise ValueError("too much to tidy")

    return made


def over(*answers: Any) -> tuple[Any, Wire]:
    """An async client of a scripted service, and what it was asked."""
    wire = Wire(*answers)
    return Connect(is_async=True)(wire), wire


class Talk:
    """A session that says what it was made to say, in the words of mcp 1."""

    def __init__(self, *pages: list[str], content: Any = (), **more: Any) -> None:
        self.pages = pages
        self.called: list[Any] = []
        self.result = SimpleNamespace(content=content, **more)

    async def list_tools(self, cursor: str | None = None) -> Any:
        at = int(cursor or 0)
        tools = [SimpleNamespace(name=n, description=None, inputSchema={"type": "object"}) for n in self.pages[at]]
        return SimpleNamespace(tools=tools, nextCursor=str(at + 1) if at + 1 < len(self.pages) else None)

    async def call_tool(self, name: str, arguments: Any = None) -> Any:
        self.called.append((name, arguments))
        return self.result


async def test_a_session_stands_among_the_tools(api: Api) -> None:
    def shout(text: str) -> str:
        return text.upper()

    calls = (("add", '{"a": 1, "b": 2}'), ("shout", '{"text": "hi"}'), ("tidy_up", ""), ("add", '{"a": "x"}'))
    client, _ = over(api.answer(*calls), api.answer(text="Done."))
    async with mcp.Client(server()) as session:
        run = await api.run(client, tools=[shout, session])
    assert run.text == "Done."
    outputs = [call.output for call in run.calls]
    assert outputs[:2] == ["3", "HI"]
    assert "Error executing tool tidy.up" in outputs[2]
    assert "Error executing tool add" in outputs[3]
    assert [call.error for call in run.calls] == [None] * 4


async def test_a_client_session_does_as_well_as_a_client() -> None:
    async with mcp.Client(server()) as client:
        add, tidy = await mcp_tools(client.session, prefix="sums-")
        assert (add.name, tidy.name) == ("sums-add", "sums-tidy_up")
        assert add.function.description == "Adds two numbers."
        assert await add.ainvoke('{"a": 1, "b": 2}') == "3"
        assert await add(a=1, b=2) == "3"
        with pytest.raises(ToolArgumentsError):
            await add.ainvoke("[1]")


async def test_all_pages_are_asked_for_and_names_are_the_servers() -> None:
    talk = Talk(["a", "b/c"], ["d"], content=[SimpleNamespace(type="text", text="x")])
    tools = await mcp_tools(talk)
    assert [each.name for each in tools] == ["a", "b_c", "d"]
    assert await tools[1].invoke('{"self": 1, "name": "n"}') == "x"
    assert talk.called == [("b/c", {"self": 1, "name": "n"})]


async def test_two_tools_of_one_name_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="would be called a_b"):
        await mcp_tools(Talk(["a.b", "a/b"]))


async def test_what_a_server_gives_is_told_whatever_it_is() -> None:
    def said(*content: Any, **more: Any) -> Any:
        return Talk(["a"], content=list(content), **more)

    async def told(talk: Talk) -> Any:
        (tool,) = await mcp_tools(talk)
        return await tool.invoke("")

    text = SimpleNamespace(type="text", text="One.")
    assert await told(said(text, text)) == "One.\nOne."
    assert await told(said()) == ""
    assert await told(said(structuredContent={"result": 3})) == {"result": 3}
    resource = SimpleNamespace(uri="a://b", text="inside")
    assert await told(said(SimpleNamespace(type="resource", resource=resource))) == "inside"
    sound = SimpleNamespace(type="audio", data="AAAA", mimeType="audio/wav")
    assert await told(said(sound)) == "(audio/wav, 4 characters of base64, which is not shown here)"
    link = mcp.types.ResourceLink(type="resource_link", name="n", uri="a://b")
    assert '"a://b"' in await told(said(link))
    image = mcp.types.ImageContent(type="image", data="iVBORw0KGgo=", mimeType="image/png")
    first, second = await told(said(text, image))
    assert first == "One."
    assert isinstance(second, ImagePart)


async def test_a_session_that_breaks_is_for_on_tool_error(api: Api) -> None:
    class Broken(Talk):
        async def call_tool(self, name: str, arguments: Any = None) -> Any:
            raise ConnectionResetError("gone")

    client, _ = over(api.answer(("a", "{}")), api.answer(text="Done."))
    run = await api.run(client, tools=[Broken(["a"])], on_tool_error="feed_back")
    assert run.calls[0].output == "a failed: ConnectionResetError: gone"
    client, _ = over(api.answer(("a", "{}")))
    with pytest.raises(ConnectionResetError):
        await api.run(client, tools=[Broken(["a"])])


async def test_a_name_that_is_taken_is_refused_before_anything_is_sent(api: Api) -> None:
    def a() -> str:
        return ""

    client, wire = over(api.answer(text="Done."))
    with pytest.raises(RequestValidationError, match="a tool with a name of its own"):
        await api.run(client, tools=[a, Talk(["a"])])
    assert not wire.requests


def test_a_sync_client_says_which_one_takes_sessions(api: Api) -> None:
    client = Connect(is_async=False)(Wire())
    with pytest.raises(RequestValidationError, match="use AsyncOpenAI"):
        api.run(client, tools=[Talk(["a"])])
