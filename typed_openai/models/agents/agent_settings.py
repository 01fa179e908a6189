"""How an agent works: thinking, words, helpers, context. Shared by kept agents, sessions and automations.

Rules
* What goes both ways is one class; an answer has every member, of what is given most may be left out.
* `AgentSettings` is the end of an answer, `AgentSettingsParam` what a session or an automation is given.

Weak spot: whether a model thinks as long as it is asked to is for the service to say.
"""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field

from typed_openai.models.agents.agent_tools import AgentTool, AgentTools
from typed_openai.models.base import Open, Params, Result, Tagged
from typed_openai.models.known_values import KnownResponsesModel
from typed_openai.models.shape import Shape
from typed_openai.models.shared import ReasoningEffort, Verbosity
from typed_openai.models.unknown_kinds import UnknownKind

AgentServiceTier: TypeAlias = Literal["auto", "default", "flex", "priority", "fast", "ultrafast"]
"""Which lane the requests of an agent take through the service."""


class AgentCompaction(Shape):
    """How a context that grows long is made shorter."""

    async_: bool | None = Field(default=None, alias="async")
    """Whether that happens while the agent works on (which may cost more tokens); False by default."""


class AgentExperimental(Shape):
    """Settings that the service tries out."""

    time_awareness: bool | None = None
    """Whether the model is told from time to time how late it is; False by default."""


class MultiAgentConfig(Shape):
    """Whether the agent may have helpers, and how many."""

    enabled: bool
    """Whether it may make subagents."""
    max_concurrent_subagents: int | None = None
    """How many of them work at once; 6 by default, None where they are not enabled."""


class AgentReasoning(Shape):
    """How the model thinks."""

    effort: ReasoningEffort | None = None
    """How long it may think; the model decides where this is left out."""
    summary: Literal["concise", "detailed", "auto"] | None = None
    """How much of the thoughts is told; nothing where this is left out."""


class AgentTextFormatText(Shape):
    """Plain text, which is the default."""

    type: Literal["text"] = "text"


class AgentTextFormatJSONSchema(Shape):
    """JSON that keeps to a schema."""

    type: Literal["json_schema"] = "json_schema"
    schema_: dict[str, Any] = Field(alias="schema")
    """The JSON schema. Written `schema=...`; the attribute has a `_` because pydantic owns `schema`."""


AgentTextFormat: TypeAlias = Annotated[AgentTextFormatText | AgentTextFormatJSONSchema | UnknownKind, Tagged("type")]
"""The form of an agent's answers."""


class AgentText(Shape):
    """What the answers of an agent look like."""

    format: AgentTextFormat | None = None
    """Their form; plain text by default."""
    verbosity: Verbosity | None = None
    """How wordy they are; `medium` by default."""


class AgentSettings(Result):
    """How an agent works, as the service says it."""

    instructions: str | None = None
    """What it was told besides what all agents are told."""
    model: str
    """Name of the model, as it was asked for."""
    multi_agent: MultiAgentConfig
    """Whether it may have helpers."""
    reasoning: AgentReasoning
    """How the model thinks."""
    service_tier: Open[AgentServiceTier]
    """Which lane its requests take."""
    text: AgentText
    """What its answers look like."""
    compaction: AgentCompaction | None = None
    """How a long context is made shorter."""
    experimental: AgentExperimental | None = None
    """Settings that the service tries out."""


class SessionAgentSettings(AgentSettings):
    """The same with the tools of a session."""

    tools: list[AgentTool]
    """What it may use; tokens and variables are not repeated."""


class AgentSettingsParam(Params):
    """An agent for a session; beside the id of a kept one, what is to be different from it."""

    compaction: AgentCompaction | None = None
    """How a long context is made shorter; by default in one go."""
    experimental: AgentExperimental | None = None
    """Settings that the service tries out."""
    instructions: str | None = None
    """What it is told besides what all agents are told."""
    model: KnownResponsesModel | None = None
    """Name of the model; needed where no kept agent is named."""
    multi_agent: MultiAgentConfig | None = None
    """Whether it may have helpers; not by default."""
    reasoning: AgentReasoning | None = None
    """How the model thinks."""
    service_tier: AgentServiceTier | None = None
    """Which lane its requests take; `auto` by default."""
    text: AgentText | None = None
    """What its answers look like."""
    tools: AgentTools | None = None
    """What it may use, in place of the tools of a kept agent; up to 3 MiB as JSON."""
