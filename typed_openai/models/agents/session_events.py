"""The events of a session: one model for each of 33 kinds, told apart by `type` (`AgentSessionEvent`).

Rules
* Each event has an `event_id` of its own; one that comes twice has the same.
* `type="error"` reports that a turn or the session failed. It is an event like the others: those that say how the turn
  ended follow it.
* An event that is newer than this package is an `UnknownSessionEvent`, with its data in `model_extra`.

Weak spot: events have no numbers, so that nobody sees whether one is missing between two others.
"""

from typing import Annotated, Literal, TypeAlias

from typing_extensions import TypeAliasType

from typed_openai.models.agents.environments import EnvironmentStatus
from typed_openai.models.agents.items import AgentOutputText, AgentSessionItem, AgentSummaryText
from typed_openai.models.agents.sessions import AgentSession
from typed_openai.models.agents.turns import Subagent, TokenUsage, Turn
from typed_openai.models.base import Open, Result, Tagged
from typed_openai.models.unknown_kinds import UnknownKind


class SessionEvent(Result):
    """Something that happened in a session."""

    event_id: str
    """Names the event."""
    obfuscation: str | None = None
    """Padding that says nothing."""


class _OfSession(SessionEvent):
    """The session is in another state."""

    session: AgentSession
    """The session as it is now."""


class _InSession(SessionEvent):
    """Something about a part of the session."""

    session_id: str
    """The session."""
    turn_id: str | None = None
    """The turn, where it is about one."""


class _OfTurn(SessionEvent):
    """A turn is in another state."""

    session_id: str
    """The session."""
    turn_id: str
    """The turn."""
    turn: Turn
    """The turn as it is now."""


class _EndOfTurn(_OfTurn):
    """A turn is over."""

    usage: TokenUsage | None = None
    """What the agent of the session consumed in it."""


class _OfSubagent(SessionEvent):
    """A subagent is in another state."""

    subagent: Subagent
    """The subagent as it is now."""


class _OfPart(_InSession):
    """Something about an item of the turn's output."""

    item_id: str
    """The item."""
    output_index: int
    """Which item of the output it is, from 0."""


class _OfText(_OfPart):
    """Something about a text of a message."""

    content_index: int
    """Which part of the message it is, from 0."""


class _OfSummary(_OfPart):
    """Something about a summary of thoughts."""

    summary_index: int
    """Which part of the summary it is, from 0."""


# --- the session -----------------------------------------------------------------------------------------------------


class AgentSessionCreatedEvent(_OfSession):
    """The session was made."""

    type: Literal["agent.session.created"]


class AgentSessionIdleEvent(_OfSession):
    """The session does nothing any more."""

    type: Literal["agent.session.idle"]


class AgentSessionInProgressEvent(_OfSession):
    """The session works."""

    type: Literal["agent.session.in_progress"]


class AgentSessionRequiresActionEvent(_OfSession):
    """The session waits for you (`session.required_actions`)."""

    type: Literal["agent.session.requires_action"]


class AgentSessionFailedEvent(_OfSession):
    """The session cannot go on."""

    type: Literal["agent.session.failed"]


class SessionError(Result):
    """What went wrong."""

    type: str
    """The kind of error."""
    code: str | None = None
    """The reason, for programs."""
    message: str
    """The reason, for people."""
    param: str | None = None
    """The parameter that is to blame."""


class AgentSessionErrorEvent(SessionEvent):
    """A turn or the session failed."""

    type: Literal["error"]
    error: SessionError
    """What went wrong."""
    session_id: str
    """The session."""


# --- its environment -------------------------------------------------------------------------------------------------


class EnvironmentFault(Result):
    """What went wrong with an environment."""

    type: str
    """The kind of error."""
    code: str
    """The reason, for programs."""
    message: str
    """The reason, for people."""


class AgentSessionEnvironmentState(Result):
    """An environment as it is now."""

    id: str
    """Names it in other calls."""
    type: str
    """Who hosts it."""
    status: Open[EnvironmentStatus]
    """How far it is."""
    error: EnvironmentFault | None = None
    """What went wrong."""


class _OfEnvironment(_InSession):
    """An environment is in another state."""

    environment: AgentSessionEnvironmentState
    """The environment as it is now."""


class AgentSessionEnvironmentPendingEvent(_OfEnvironment):
    """The environment is in the making."""

    type: Literal["agent.session.environment.pending"]


class AgentSessionEnvironmentReadyEvent(_OfEnvironment):
    """The environment is ready."""

    type: Literal["agent.session.environment.ready"]


class AgentSessionEnvironmentConnectedEvent(_OfEnvironment):
    """The environment is in use."""

    type: Literal["agent.session.environment.connected"]


class AgentSessionEnvironmentDisconnectedEvent(_OfEnvironment):
    """The environment was lost."""

    type: Literal["agent.session.environment.disconnected"]


class AgentSessionEnvironmentSuspendedEvent(_OfEnvironment):
    """The environment was put to sleep; what is in it is kept."""

    type: Literal["agent.session.environment.suspended"]


class AgentSessionEnvironmentExpiredEvent(_OfEnvironment):
    """The environment slept too long and is gone."""

    type: Literal["agent.session.environment.expired"]


class AgentSessionEnvironmentFailedEvent(_OfEnvironment):
    """The environment is broken."""

    type: Literal["agent.session.environment.failed"]


class AgentSessionEnvironmentResetEvent(_InSession):
    """A new environment took the place of the old one: what was said is kept, files and processes are not."""

    type: Literal["agent.session.environment.reset"]
    environment_id: str
    """The environment, whose id stays."""
    reset_count: int
    """How often that happened; told again, it is the same number."""


# --- its subagents ---------------------------------------------------------------------------------------------------


class AgentSessionSubagentCreatedEvent(_OfSubagent):
    """A subagent was made."""

    type: Literal["agent.session.subagent.created"]


class AgentSessionSubagentActiveEvent(_OfSubagent):
    """A subagent was opened again."""

    type: Literal["agent.session.subagent.active"]


class AgentSessionSubagentClosedEvent(_OfSubagent):
    """A subagent was closed."""

    type: Literal["agent.session.subagent.closed"]


# --- its turns -------------------------------------------------------------------------------------------------------


class AgentSessionTurnCreatedEvent(_OfTurn):
    """A turn was made."""

    type: Literal["agent.session.turn.created"]


class AgentSessionTurnInProgressEvent(_OfTurn):
    """A turn began."""

    type: Literal["agent.session.turn.in_progress"]


class AgentSessionTurnCompletedEvent(_EndOfTurn):
    """A turn is done."""

    type: Literal["agent.session.turn.completed"]


class AgentSessionTurnFailedEvent(_EndOfTurn):
    """A turn failed."""

    type: Literal["agent.session.turn.failed"]


class AgentSessionTurnCancelledEvent(_EndOfTurn):
    """A turn was stopped."""

    type: Literal["agent.session.turn.cancelled"]


class AgentSessionTurnItemAddedEvent(_InSession):
    """An item was begun."""

    type: Literal["agent.session.turn.item.added"]
    item: AgentSessionItem
    """The item so far."""
    output_index: int | None = None
    """Which item of the output it is, from 0; None for what is not output."""


class AgentSessionTurnItemDoneEvent(_InSession):
    """An item is whole."""

    type: Literal["agent.session.turn.item.done"]
    item: AgentSessionItem
    """The item."""
    output_index: int
    """Which item of the output it is, from 0."""


class AgentSessionTurnContentPartAddedEvent(_OfText):
    """A part of a message was begun."""

    type: Literal["agent.session.turn.content_part.added"]
    part: AgentOutputText
    """The part so far."""


class AgentSessionTurnContentPartDoneEvent(_OfText):
    """A part of a message is whole."""

    type: Literal["agent.session.turn.content_part.done"]
    part: AgentOutputText
    """The part."""


class AgentSessionTurnOutputTextDeltaEvent(_OfText):
    """The next words of the agent."""

    type: Literal["agent.session.turn.output_text.delta"]
    delta: str
    """The words."""


class AgentSessionTurnOutputTextDoneEvent(_OfText):
    """A text of the agent is whole."""

    type: Literal["agent.session.turn.output_text.done"]
    text: str
    """The text."""


class AgentSessionTurnReasoningSummaryPartAddedEvent(_OfSummary):
    """A part of a summary was begun."""

    type: Literal["agent.session.turn.reasoning_summary_part.added"]
    part: AgentSummaryText
    """The part so far."""


class AgentSessionTurnReasoningSummaryPartDoneEvent(_OfSummary):
    """A part of a summary is whole."""

    type: Literal["agent.session.turn.reasoning_summary_part.done"]
    part: AgentSummaryText
    """The part."""
    status: Open[Literal["incomplete"]] | None = None
    """`incomplete` where it was broken off."""


class AgentSessionTurnReasoningSummaryTextDeltaEvent(_OfSummary):
    """The next words of a summary."""

    type: Literal["agent.session.turn.reasoning_summary_text.delta"]
    delta: str
    """The words."""


class AgentSessionTurnReasoningSummaryTextDoneEvent(_OfSummary):
    """A text of a summary is whole."""

    type: Literal["agent.session.turn.reasoning_summary_text.done"]
    text: str
    """The text."""


class AgentOutputCommandExecutionOutputDeltaEvent(_OfPart):
    """A command printed something."""

    type: Literal["agent.output.command_execution_output.delta"]
    delta: str
    """What it printed."""


class UnknownSessionEvent(UnknownKind):
    """An event of a kind that is newer than this package; its data is in `model_extra`."""

    event_id: str | None = None
    """Names the event."""


AgentTurnEvent: TypeAlias = (
    AgentSessionTurnCreatedEvent
    | AgentSessionTurnInProgressEvent
    | AgentSessionTurnCompletedEvent
    | AgentSessionTurnFailedEvent
    | AgentSessionTurnCancelledEvent
    | AgentSessionTurnItemAddedEvent
    | AgentSessionTurnItemDoneEvent
    | AgentSessionTurnContentPartAddedEvent
    | AgentSessionTurnContentPartDoneEvent
    | AgentSessionTurnOutputTextDeltaEvent
    | AgentSessionTurnOutputTextDoneEvent
    | AgentSessionTurnReasoningSummaryPartAddedEvent
    | AgentSessionTurnReasoningSummaryPartDoneEvent
    | AgentSessionTurnReasoningSummaryTextDeltaEvent
    | AgentSessionTurnReasoningSummaryTextDoneEvent
    | AgentOutputCommandExecutionOutputDeltaEvent
)
"""What happens in a turn."""

AgentSessionEvent = TypeAliasType(
    "AgentSessionEvent",
    Annotated[
        AgentSessionCreatedEvent
        | AgentSessionIdleEvent
        | AgentSessionInProgressEvent
        | AgentSessionRequiresActionEvent
        | AgentSessionFailedEvent
        | AgentSessionErrorEvent
        | AgentSessionEnvironmentPendingEvent
        | AgentSessionEnvironmentReadyEvent
        | AgentSessionEnvironmentConnectedEvent
        | AgentSessionEnvironmentDisconnectedEvent
        | AgentSessionEnvironmentSuspendedEvent
        | AgentSessionEnvironmentExpiredEvent
        | AgentSessionEnvironmentFailedEvent
        | AgentSessionEnvironmentResetEvent
        | AgentSessionSubagentCreatedEvent
        | AgentSessionSubagentActiveEvent
        | AgentSessionSubagentClosedEvent
        | AgentTurnEvent
        | UnknownSessionEvent,
        Tagged("type"),
    ],
)
"""An event of a session, told apart by `type`."""
