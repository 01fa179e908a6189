"""Sessions: agents at work, what they say and do, what they leave behind (API reference: Agent sessions; beta)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from types import NoneType
from typing import TYPE_CHECKING, Any

from typed_openai.core.answer.pages import CursorPage
from typed_openai.core.answer.raw import Binary
from typed_openai.core.call_options import CallOptions
from typed_openai.core.declare.flow_methods import flow_method
from typed_openai.core.declare.verbs import Resource, delete, get, nested, post
from typed_openai.models.agents.items import AgentSessionItem
from typed_openai.models.agents.kept_objects import AgentListParams
from typed_openai.models.agents.session_inputs import SessionEventCreateParams
from typed_openai.models.agents.sessions import (
    AgentSession,
    AgentSessionDeleted,
    EventStreamParams,
    SessionCreateParams,
    SessionListParams,
    SessionTurnParams,
    SessionUpdateParams,
)
from typed_openai.models.agents.turn_results import AgentTurnResult
from typed_openai.models.agents.turns import (
    ArtifactListParams,
    SessionArtifact,
    SessionArtifactDeleted,
    SessionTrace,
    Subagent,
    Turn,
)
from typed_openai.resources.agent_beta import BETA

if TYPE_CHECKING:
    from typed_openai.core.run.effects import Flow
    from typed_openai.core.run.waiting import Waiting
    from typed_openai.tools.agent_loop import AgentToolRun, AgentToolStep
    from typed_openai.tools.mcp import MCPSession

EVENTS = "typed_openai.streaming.agent_sessions.SessionAccumulator"
_SESSION = "/agents/sessions/{session_id}"
_SUBAGENT = f"{_SESSION}/subagents/{{subagent_id}}"


class ResultArtifacts(Resource):
    """The files that one turn left behind, by their paths."""

    path = "beta.agents.sessions.artifacts.for_result"
    _headers = BETA
    _turn: tuple[str | None, str | None] = (None, None)

    @flow_method(options=(CallOptions,))
    def content(self, path: str, **options: Any) -> Flow[Binary]:
        """Fetch the bytes of the file that the turn left at an absolute path.

        Raises `RequestValidationError` where it left none there, with the paths of those that it left.
        """
        from typed_openai.agents.result_artifacts import content_of

        return (yield from content_of(self, path, options))

    @flow_method(options=(CallOptions,))
    def download(self, path: str, *, to: str | PathLike[str], **options: Any) -> Flow[SessionArtifact]:
        """Write the file that the turn left at an absolute path into a file of this machine; see `content`."""
        from typed_openai.agents.result_artifacts import download

        return (yield from download(self, path, to, options))


class Artifacts(Resource):
    """Files that completed turns left behind."""

    _headers = BETA

    retrieve = get(f"{_SESSION}/artifacts/{{artifact_id}}", SessionArtifact)
    """Describe an artifact: its path, its size, who made it."""
    list = get(f"{_SESSION}/artifacts", ArtifactListParams, CursorPage[SessionArtifact])
    """List the artifacts of a session, the newest first unless `order` says otherwise."""
    delete = delete(f"{_SESSION}/artifacts/{{artifact_id}}", SessionArtifactDeleted)
    """Delete an artifact."""
    content = get(
        f"{_SESSION}/artifacts/{{artifact_id}}/content", Binary, headers={**BETA, "accept": "application/octet-stream"}
    )
    """Fetch the bytes of an artifact: `read()`, `iter_bytes()`, `write_to_file(path)`."""

    def for_result(self, result: AgentTurnResult) -> ResultArtifacts:
        """The artifacts of one turn, by their paths: `for_result(result).content("/workspace/outputs/a.csv")`."""
        found: Any = (ResultArtifacts.awaited if self.is_async else ResultArtifacts)(self.client)
        found._turn = result.session_id, result.turn_id
        return found  # type: ignore[no-any-return]  # of either colour


class Items(Resource):
    """What was said and done in a session."""

    _headers = BETA

    list = get(f"{_SESSION}/items", AgentListParams, CursorPage[AgentSessionItem])
    """List the items of a session, the newest first unless `order` says otherwise."""


class Traces(Resource):
    """What happened in the turns of a session, for tools that show it."""

    _headers = BETA

    list = get(f"{_SESSION}/traces", AgentListParams, CursorPage[SessionTrace])
    """List the traces of a session, the newest first unless `order` says otherwise."""


class TurnItems(Resource):
    """What was said and done in a turn."""

    _headers = BETA

    list = get(f"{_SESSION}/turns/{{turn_id}}/items", AgentListParams, CursorPage[AgentSessionItem])
    """List the items of a turn, the newest first unless `order` says otherwise."""


class Turns(Resource):
    """What an agent did about each input."""

    _headers = BETA

    retrieve = get(f"{_SESSION}/turns/{{turn_id}}", Turn)
    """Fetch a turn."""
    list = get(f"{_SESSION}/turns", AgentListParams, CursorPage[Turn])
    """List the turns of a session, the newest first unless `order` says otherwise."""
    items = nested(TurnItems)


class SubagentTurnItems(Resource):
    """What was said and done in a turn of a subagent."""

    _headers = BETA

    list = get(f"{_SUBAGENT}/turns/{{turn_id}}/items", AgentListParams, CursorPage[AgentSessionItem])
    """List the items of a turn of a subagent, the newest first unless `order` says otherwise."""


class SubagentTurns(Resource):
    """What a subagent did about each input."""

    _headers = BETA

    retrieve = get(f"{_SUBAGENT}/turns/{{turn_id}}", Turn)
    """Fetch a turn of a subagent."""
    list = get(f"{_SUBAGENT}/turns", AgentListParams, CursorPage[Turn])
    """List the turns of a subagent, the newest first unless `order` says otherwise."""
    items = nested(SubagentTurnItems)


class SubagentItems(Resource):
    """What was said and done by a subagent."""

    _headers = BETA

    list = get(f"{_SUBAGENT}/items", AgentListParams, CursorPage[AgentSessionItem])
    """List the items of a subagent, the newest first unless `order` says otherwise."""


class Subagents(Resource):
    """Helpers that the agent of a session made."""

    _headers = BETA

    retrieve = get(_SUBAGENT, Subagent)
    """Fetch a subagent."""
    list = get(f"{_SESSION}/subagents", AgentListParams, CursorPage[Subagent])
    """List the subagents of a session, the newest first unless `order` says otherwise."""
    items = nested(SubagentItems)
    turns = nested(SubagentTurns)


class Events(Resource):
    """Tell a session something, and follow what happens in it."""

    _headers = BETA

    create = post(f"{_SESSION}/events", SessionEventCreateParams, NoneType, headers={**BETA, "accept": "*/*"})
    """Tell a session something: messages, outcomes of functions, answers to approvals, a stop."""
    stream = get(
        f"{_SESSION}/events",
        EventStreamParams,
        AgentTurnResult,
        stream=EVENTS,
        stream_on=("stream", None),
        events="typed_openai.streaming.agent_sessions.EVENTS",
        opens="typed_openai.streaming.session_resuming.follow",
    )
    """Follow what happens in a session, event by event; a broken connection is opened again where it broke off.

    It ends where the service ends it and the session rests. `snapshot` is what the latest turn came to so far.
    """


class Sessions(Resource):
    """Agents at work."""

    path = "beta.agents.sessions"
    _headers = BETA

    create = post("/agents/sessions", SessionCreateParams, AgentSession, stream=EVENTS)
    """Begin a session; with `stream=True` event by event."""
    stream = post(
        f"{_SESSION}/events",
        SessionTurnParams,
        AgentTurnResult,
        stream="typed_openai.streaming.agent_sessions.TurnAccumulator",
        events="typed_openai.agents.turns.TURN",
        typed=("output_type", "typed_openai.agents.parsed_turns.EVENTS"),
        opens="typed_openai.agents.turns.speak",
    )
    """Tell an idle session something and follow the turn to its end, with `get_final_result()`.

    `tools` are called when the agent asks for them; calls of other functions are left to you. With a type (or a
    `TypeAdapter` of it) as `output_type` the answer is read as a value of it: what is there already (`output.partial`)
    after each piece of text, the value (`output.parsed`) at the end, and `output_parsed` on the final result; the agent
    has to answer in that form (`agent_text_format`). A broken connection is opened again where it broke off. Nobody
    else may tell the session anything meanwhile.
    """
    retrieve = get(_SESSION, AgentSession)
    """Fetch a session: what it does, what it waits for."""
    update = post(_SESSION, SessionUpdateParams, AgentSession)
    """Change a session or its agent; what is left out stays as it is."""
    list = get("/agents/sessions", SessionListParams, CursorPage[AgentSession])
    """List the sessions, the newest first unless `order` says otherwise."""
    delete = delete(_SESSION, AgentSessionDeleted)
    """Delete a session; what it has is cleaned up later."""

    @flow_method(options=("typed_openai.tools.loop.ToolOptions", CallOptions))
    def run_tools(
        self,
        session_id: str,
        *,
        input: str | Sequence[Mapping[str, object]],
        tools: Sequence[Callable[..., Any] | MCPSession],
        on_step: Callable[[AgentToolStep], object] | None = None,
        wait: Waiting | None = None,
        **params: Any,
    ) -> Flow[AgentToolRun]:
        """Tell an idle session something, and call your functions whenever it asks for them, until it rests.

        An error that ends the run early still has it: `AgentToolRun.of(error)` is the run so far. For waiting between
        two rounds see `Waiting`; a session that failed raises `WaitFailedError`.

        input: a text or messages.
        tools: functions, plain or made with `tool`, which the agent knows; async ones with an async client.
        on_step: called after each round with an `AgentToolStep`; it may be async with an async client.
        """
        from typed_openai.tools.agent_loop import AgentToolLoop

        loop = AgentToolLoop(self, session_id, tools, on_step, {"input": input, **params}, wait)
        return (yield from loop.converse())

    artifacts = nested(Artifacts)
    events = nested(Events)
    items = nested(Items)
    subagents = nested(Subagents)
    traces = nested(Traces)
    turns = nested(Turns)
