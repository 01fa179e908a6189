"""Agents as type checkers see them, in both colours.

Never executed; see `test_chat.py` for how errors are expected.
"""

from typing import assert_type

from pydantic import BaseModel

from typed_openai import AsyncOpenAI, Binary, OpenAI, tool
from typed_openai.agents import (
    AgentTurnStream,
    AsyncAgentTurnStream,
    AsyncParsedTurnStream,
    ParsedTurnStream,
    PreparedAgentFiles,
    StagedAgentFile,
)
from typed_openai.core.answer.pages import SyncCursorPage, SyncTokenPage
from typed_openai.models.agents import (
    Agent,
    AgentDeleted,
    AgentSession,
    AgentSessionEvent,
    AgentSessionItem,
    AgentTurnResult,
    Automation,
    Credential,
    EnvironmentFile,
    EnvironmentInfo,
    SessionArtifact,
    Turn,
)
from typed_openai.resources.agent_sessions import AsyncResultArtifacts, ResultArtifacts
from typed_openai.streaming.agent_sessions import AsyncSessionEventStream, SessionEventStream
from typed_openai.streaming.stream import AsyncStream, Stream
from typed_openai.structured import ParsedTurn, agent_text_format
from typed_openai.tools import AgentToolRun

agents = OpenAI().beta.agents
awaited = AsyncOpenAI().beta.agents


class Invoice(BaseModel):
    total: int


@tool
def get_weather(city: str) -> str:
    """The weather of a city."""
    return city


def agents_are_kept() -> None:
    agent = agents.create(model="gpt-5", tools=[get_weather, {"type": "web_search"}], text={"verbosity": "low"})
    assert_type(agent, Agent)
    agents.update(agent.id, tools=agent.tools, reasoning=agent.reasoning)
    assert_type(agents.delete(agent.id), AgentDeleted)
    agents.create(name="x")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    assert_type(agents.environments.create(environment={"type": "openai_hosted"}), EnvironmentInfo)
    assert_type(agents.environments.files.list("e"), SyncTokenPage[EnvironmentFile])
    auth = {"type": "static_bearer", "token": "t", "mcp_server_url": "https://x"}
    assert_type(agents.vaults.credentials.create("v", name="n", auth=auth), Credential)
    assert_type(agents.automations.retrieve("a"), Automation)


def sessions_work() -> None:
    session = agents.sessions.create(
        environment={"type": "none"},
        agent={"model": "gpt-5", "text": {"format": agent_text_format(Invoice)}},
        input="hi",
    )
    assert_type(session, AgentSession)
    streamed = agents.sessions.create(environment={"type": "none"}, agent_id="a", input="hi", stream=True)
    assert_type(streamed, Stream[AgentSessionEvent])
    for event in streamed:
        if event.type == "agent.session.turn.output_text.delta":
            assert_type(event.delta, str)
        elif event.type == "agent.session.turn.completed":
            assert_type(event.turn, Turn)
    stream = agents.sessions.stream(session.id, input="hi", tools=[get_weather], on_tool_error="feed_back")
    assert_type(stream, AgentTurnStream)
    assert_type(stream.get_final_result(), AgentTurnResult)
    parsed = agents.sessions.stream(session.id, input="hi", output_type=Invoice)
    assert_type(parsed, ParsedTurnStream[Invoice])
    assert_type(parsed.get_final_result(), ParsedTurn[Invoice])
    assert_type(parsed.get_final_result().output_parsed.total, int)
    assert_type(agents.sessions.events.stream(session.id), SessionEventStream)
    assert_type(agents.sessions.run_tools(session.id, input="hi", tools=[get_weather]), AgentToolRun)
    assert_type(agents.sessions.items.list(session.id), SyncCursorPage[AgentSessionItem])
    cancel = {"type": "agent.session.input.cancel"}
    agents.sessions.events.create(session.id, events=[cancel])


def files_go_in_and_out(result: AgentTurnResult) -> None:
    assert_type(agents.environments.files.prepare({"/workspace/a": "a"}), PreparedAgentFiles)
    assert_type(agents.environments.files.upload("e", file=b"x", path="/workspace/a"), StagedAgentFile)
    artifacts = agents.sessions.artifacts.for_result(result)
    assert_type(artifacts, ResultArtifacts)
    assert_type(artifacts.content("/workspace/outputs/a"), Binary)
    assert_type(artifacts.download("/workspace/outputs/a", to="a"), SessionArtifact)


async def the_same_awaited(result: AgentTurnResult) -> None:
    streamed = await awaited.sessions.create(environment={"type": "none"}, agent_id="a", input="hi", stream=True)
    assert_type(streamed, AsyncStream[AgentSessionEvent])
    stream = awaited.sessions.stream("s", input="hi", tools=[get_weather])
    assert_type(stream, AsyncAgentTurnStream)
    assert_type(await stream.get_final_result(), AgentTurnResult)
    parsed = awaited.sessions.stream("s", input="hi", output_type=Invoice)
    assert_type(parsed, AsyncParsedTurnStream[Invoice])
    assert_type((await parsed.get_final_result()).output_parsed, Invoice)
    assert_type(awaited.sessions.events.stream("s"), AsyncSessionEventStream)
    artifacts = awaited.sessions.artifacts.for_result(result)
    assert_type(artifacts, AsyncResultArtifacts)
    assert_type(await artifacts.content("/workspace/outputs/a"), Binary)
