"""Sessions: an agent at work, where it works, what it waits for (`/agents/sessions`).

Rules
* Nothing but an environment is required to make one; without `agent_id` the agent needs a model, which is checked.
* Where the API takes null, `None` leaves a parameter out and `NULL` sends the null.

Weak spot: whether an input is needed (no environment, or a stream of a hosted one) the service checks, too.
"""

from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import Field, StrictBool, model_validator
from pydantic_core import PydanticCustomError

from typed_openai.models.agents.agent_settings import AgentServiceTier, AgentSettingsParam, SessionAgentSettings
from typed_openai.models.agents.agent_tools import AgentTools
from typed_openai.models.agents.environments import EnvironmentParam, SessionEnvironment
from typed_openai.models.agents.items import BrowserAuthenticationRequest
from typed_openai.models.agents.kept_objects import AgentListParams, AgentObject
from typed_openai.models.agents.session_inputs import InputMessages
from typed_openai.models.agents.turns import SessionPromptCacheOptions, TokenUsage
from typed_openai.models.base import Nullable, Open, Params, Result, Tagged
from typed_openai.models.known_values import KnownResponsesModel
from typed_openai.models.receipts import Deleted
from typed_openai.models.shared import Metadata, ReasoningEffort
from typed_openai.models.unknown_kinds import UnknownKind

SessionStatus: TypeAlias = Literal["idle", "in_progress", "requires_action", "failed"]
"""What a session does: nothing, it works, it waits for you, it cannot go on."""
Review: TypeAlias = Literal["none", "auto_review"]
"""Whether actions are looked at by the service before they are done."""

# --- what is given ---------------------------------------------------------------------------------------------------


class AgentStreamOptions(Params):
    """What a stream of events carries besides."""

    include_obfuscation: StrictBool | None = None
    """Whether events are padded to hide their length from those who watch the network; True by default."""


class SessionCreateParams(Params):
    """A session to begin: an agent, where it works, what it is told first."""

    environment: EnvironmentParam
    """Where the agent works: `{"type": "none"}` for nowhere."""
    agent: AgentSettingsParam | None = None
    """The agent; beside `agent_id`, what is different from that one in this session."""
    agent_id: str | None = None
    """Id of a kept agent."""
    input: Nullable[InputMessages] = None
    """What the agent is told first: a text or messages. Needed where it works nowhere."""
    metadata: Nullable[Metadata] = None
    """Your own notes on the session."""
    prompt_cache_options: Nullable[SessionPromptCacheOptions] = None
    """How long what is cached of its prompts lives."""
    review: Review | None = None
    """Whether actions are looked at before they are done; `none` by default."""
    stream: StrictBool | None = None
    """Whether the events of the session follow as they happen."""
    stream_options: AgentStreamOptions | None = None
    """What the stream carries besides."""
    vault_ids: Nullable[list[str]] = None
    """Vaults whose credentials it may use."""

    @model_validator(mode="after")
    def _names_an_agent(self) -> Self:
        if self.agent_id is None and (self.agent is None or self.agent.model is None):
            raise PydanticCustomError(
                "no_agent", "agent_id of a kept agent, or agent with a model; missing: {missing}",
                {"missing": "agent_id" if self.agent is None else "agent.model"},
            )  # fmt: skip
        return self


class SessionListParams(AgentListParams):
    """Which sessions to list."""

    agent_id: str | None = None
    """Only those of this agent."""
    metadata: Metadata | None = None
    """Only those with all of these notes; what was changed just now may take a while to be found."""


class SessionReasoningUpdate(Params):
    """How the model of a session is to think."""

    effort: ReasoningEffort | None = None
    """How long it may think; null lets the model decide."""


class SessionAgentUpdate(Params):
    """What to change in the agent of a session."""

    model: KnownResponsesModel | None = None
    """Name of the model for the turns to come."""
    reasoning: SessionReasoningUpdate | None = None
    """How the model thinks."""
    service_tier: AgentServiceTier | None = None
    """Which lane its requests take; null for `auto`."""
    tools: AgentTools | None = None
    """What it may use from now on, in place of what it had; null for nothing."""


class SessionUpdateParams(Params):
    """What to change in a session; what is left out stays as it is."""

    agent: SessionAgentUpdate | None = None
    """What to change in its agent."""
    metadata: Nullable[Metadata] = None
    """Your own notes on it; they replace those before."""
    prompt_cache_options: Nullable[SessionPromptCacheOptions] = None
    """How long what is cached of the prompts to come lives."""
    review: Review | None = None
    """Whether actions of the turns to come are looked at before they are done."""


class EventStreamParams(Params):
    """How to follow a session."""

    include_obfuscation: StrictBool | None = None
    """Whether events are padded to hide their length from those who watch the network; True by default."""


class SessionTurnParams(EventStreamParams):
    """What a session is told, and who calls the functions that it asks for."""

    input: InputMessages
    """A text or messages."""
    tools: list[Any] | None = Field(default=None, exclude=True)
    """Functions to call, plain or made with `tool`; async ones with an async client. The agent has to know them."""
    tool_handlers: dict[str, Any] | None = Field(default=None, exclude=True)
    """The official package's way to say it: functions by name, each called with one dict, which nobody checks."""
    on_tool_error: Any = Field(default=None, exclude=True)
    """What happens when one of them raises: "raise" (default), "feed_back" tells the model; a function is called with
    the error and the call, and what it gives is told to the model."""
    parallel: StrictBool | None = Field(default=None, exclude=True)
    """Whether calls that come together run at once; True by default."""


# --- what comes back -------------------------------------------------------------------------------------------------


class SessionAgent(SessionAgentSettings):
    """The agent of a session."""

    id: str
    """Names the agent; that of a kept one where there is one."""
    name: str | None = None
    """The name that the kept agent had."""


class McpToolCallRequest(Result):
    """A tool of an MCP server is to be called."""

    type: Literal["mcp_tool_call"]
    server_label: str
    """What the server is called."""
    name: str | None = None
    """Which tool; None where nobody says."""
    arguments: Any = None
    """Its arguments; None where nobody says."""
    message: str
    """What to ask your user."""


class BrowserOriginAccessRequest(Result):
    """The browser wants to go somewhere."""

    type: Literal["browser_origin_access"]
    origin: str
    """Where."""
    reason: str | None = None
    """Why."""


class McpApprovalAction(Result):
    """Say whether a tool of an MCP server may be called (`McpApprovalInput`)."""

    type: Literal["mcp_approval_request"]
    request_id: str
    """Names the request where it is answered."""
    turn_id: str
    """The turn that waits."""
    request: McpToolCallRequest
    """What is to be done."""


class ComputerApprovalAction(Result):
    """Answer the browser (`ComputerApprovalInput`)."""

    type: Literal["computer_use_approval_request"]
    request_id: str
    """Names the request where it is answered."""
    turn_id: str
    """The turn that waits."""
    request: Annotated[BrowserAuthenticationRequest | BrowserOriginAccessRequest | UnknownKind, Tagged("type")]
    """What is asked."""


class FunctionCallAction(Result):
    """Call one of your functions and hand in what it came to (`ToolResultInput`)."""

    type: Literal["function_call"]
    call_id: str
    """Names the call where its outcome is handed in."""
    turn_id: str
    """The turn that waits."""
    name: str
    """Which function."""
    arguments: Any
    """Its arguments: an object of JSON."""


class EnvironmentConnectionAction(Result):
    """Connect an environment of yours again."""

    type: Literal["environment_connection"]
    environment_id: str
    """The environment."""


RequiredAction: TypeAlias = Annotated[
    McpApprovalAction | ComputerApprovalAction | FunctionCallAction | EnvironmentConnectionAction | UnknownKind,
    Tagged("type"),
]
"""What a session waits for, told apart by `type`."""


class AgentSession(AgentObject):
    """An agent at work."""

    object: Open[Literal["agent.session"]]
    agent: SessionAgent
    """The agent."""
    environment: SessionEnvironment
    """Where it works."""
    status: Open[SessionStatus]
    """What the session does."""
    required_actions: list[RequiredAction]
    """What it waits for."""
    error: str | None = None
    """Why it cannot go on."""
    last_active_at: int
    """When something happened last, Unix seconds."""
    metadata: dict[str, str]
    """Your own notes on it."""
    usage: TokenUsage | None = None
    """What it consumed; None where nobody knows."""
    vault_ids: list[str]
    """The vaults whose credentials it may use."""
    prompt_cache_options: SessionPromptCacheOptions | None = None
    """How long what is cached of its prompts lives."""
    review: Open[Review] | None = None
    """Whether actions are looked at before they are done; None for `none`."""


class AgentSessionDeleted(Deleted):
    """The receipt for deleting a session."""

    object: Open[Literal["agent.session.deleted"]]
