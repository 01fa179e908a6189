"""What agents may use: your functions, searches, MCP servers, a computer, their own alarm clock.

Rules
* A tool is one class for both ways; what an answer always has and the service fills in may be left out.
* A kept agent holds no secrets: its MCP servers (`PersistedMcp...`) take neither a token nor variables; those of a
  session do. The service does not repeat them, and no repr shows them.

Weak spot: headers of a kept agent's MCP server come back as they were given, so they must hold no secret.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import Field

from typed_openai.models.base import Tagged
from typed_openai.models.given_results import accepts_results
from typed_openai.models.shape import CLOSED, Shape
from typed_openai.models.shared import EACH_ONCE, Name
from typed_openai.models.tools import AnyAgentTool
from typed_openai.models.unknown_kinds import UnknownKind


class AgentFunctionTool(AnyAgentTool, Shape):
    """One of your functions, with a schema for its arguments."""

    type: Literal["function"] = "function"
    name: Name
    """What the model calls it; letters, digits, `_` and `-`, up to 64."""
    description: str
    """What it does and when to call it: the model decides by this."""
    parameters: dict[str, Any]
    """Its arguments, as a JSON schema of type object."""
    defer_loading: bool | None = None
    """Whether it is only loaded when a search for tools finds it; False by default."""
    async_: bool | None = Field(default=None, alias="async")
    """Whether the agent works on without waiting for the outcome; False by default."""


class AgentToolSearch(AnyAgentTool, Shape):
    """Lets the model look for functions that were not loaded (`defer_loading`)."""

    type: Literal["tool_search"] = "tool_search"


class AgentProgrammaticToolCalling(AnyAgentTool, Shape):
    """Lets the model write programs that call tools."""

    type: Literal["programmatic_tool_calling"] = "programmatic_tool_calling"
    enabled: bool | None = None
    """Whether it may; True by default."""


class PersistedMcpTransportHTTP(Shape):
    """An MCP server that is reached over HTTP."""

    type: Literal["http"] = "http"
    server_url: str
    """Where it is."""
    headers: dict[str, str] | None = None
    """Headers to send, none of them secret: they come back."""


class PersistedMcpTransportStdio(Shape):
    """An MCP server that is a process in the environment."""

    type: Literal["stdio"] = "stdio"
    command: str
    """The command that starts it."""
    cwd: str
    """The directory that it starts in."""
    args: list[str] | None = None
    """Arguments of the command."""
    env_vars: list[str] | None = None
    """Names of variables that it takes over from the environment."""


class McpTransportHTTP(PersistedMcpTransportHTTP):
    """The same with a token, for a session."""

    headers: Annotated[dict[str, str] | None, Field(repr=False)] = None
    """Headers to send. They do not come back, and no repr shows them."""
    authorization: Annotated[str | None, Field(repr=False)] = None
    """What the server is sent as authorization. It does not come back, and no repr shows it."""


class McpTransportStdio(PersistedMcpTransportStdio):
    """The same with variables, for a session."""

    env: Annotated[dict[str, str] | None, Field(repr=False)] = None
    """Variables that are set for it. They do not come back, and no repr shows them."""


PersistedMcpTransport: TypeAlias = Annotated[
    PersistedMcpTransportHTTP | PersistedMcpTransportStdio | UnknownKind, Tagged("type")
]
"""How a kept agent reaches an MCP server."""
McpTransport: TypeAlias = Annotated[McpTransportHTTP | McpTransportStdio | UnknownKind, Tagged("type")]
"""How the agent of a session reaches an MCP server."""


class _McpTool(AnyAgentTool, Shape):
    """The tools of an MCP server."""

    type: Literal["mcp"] = "mcp"
    server_label: str
    """What the server is called among the calls."""
    allowed_tools: list[str] | None = None
    """Which of its tools may be called; all by default."""
    connection_origin: Literal["service", "environment"] | None = None
    """Who connects to it: the network of the service (default) or the environment of the session."""
    credential_id: str | None = None
    """The credential of a vault that is used; may be left out where only one fits the server's URL."""
    request_metadata: dict[str, Any] | None = None
    """What is sent along with each request to it."""
    required: bool | None = None
    """Whether it has to be there before the first turn; False by default."""


class PersistedAgentMcp(_McpTool):
    """The tools of an MCP server, for a kept agent: without secrets."""

    transport: PersistedMcpTransport
    """How it is reached."""


class AgentMcp(_McpTool):
    """The tools of an MCP server, for a session."""

    transport: McpTransport
    """How it is reached."""


class AgentWebSearchLocation(Shape):
    """Roughly where the user is."""

    city: str | None = None
    """The city."""
    country: str | None = None
    """The country in two letters (ISO 3166), such as `US`."""
    region: str | None = None
    """The state or region."""
    timezone: str | None = None
    """The IANA time zone, such as `Europe/Zurich`."""


class AgentWebSearch(AnyAgentTool, Shape):
    """Search of the web."""

    type: Literal["web_search"] = "web_search"
    allowed_domains: list[str] | None = None
    """Only these domains are searched."""
    context_size: Literal["low", "medium", "high"] | None = None
    """How much of what is found the model gets; `medium` by default."""
    location: AgentWebSearchLocation | None = None
    """For results near the user."""
    mode: Literal["disabled", "cached", "live"] | None = None
    """Where results come from: nowhere, what is stored, the web as it is (default)."""


class AgentComputerUse(AnyAgentTool, Shape):
    """A browser in an environment that OpenAI hosts."""

    type: Literal["computer_use"] = "computer_use"
    include_screenshots: bool | None = None
    """Whether its calls show screenshots; False by default."""


class AgentAutomations(AnyAgentTool, Shape):
    """Lets the agent wake itself up later."""

    type: Literal["automations"] = "automations"


class UnknownAgentTool(AnyAgentTool, UnknownKind):
    """A tool of a kind that is newer than this package; its data is in `model_extra`."""


AnywhereTool: TypeAlias = (
    AgentFunctionTool
    | AgentToolSearch
    | AgentProgrammaticToolCalling
    | AgentWebSearch
    | AgentComputerUse
    | AgentAutomations
    | UnknownAgentTool
)
"""A tool that is declared alike for kept agents and for sessions, and what is newer than all of them."""
PersistedAgentTool: TypeAlias = Annotated[PersistedAgentMcp | AnywhereTool, Tagged("type")]
"""A tool of a kept agent, told apart by `type`."""
AgentTool: TypeAlias = Annotated[AgentMcp | AnywhereTool, Tagged("type")]
"""A tool of the agent of a session, told apart by `type`."""

if TYPE_CHECKING:
    PersistedAgentTools: TypeAlias = Sequence[AnyAgentTool]
    AgentTools: TypeAlias = Sequence[AnyAgentTool]
else:
    PersistedAgentTools = Annotated[
        list[Annotated[PersistedAgentTool, CLOSED, accepts_results("for_agents")]], EACH_ONCE
    ]
    """The tools of a kept agent."""
    AgentTools = Annotated[list[Annotated[AgentTool, CLOSED, accepts_results("for_agents")]], EACH_ONCE]
    """The tools of the agent of a session."""
