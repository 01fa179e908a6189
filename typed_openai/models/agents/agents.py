"""Agents that the service keeps: a model with instructions and tools, to have sessions with (`/agents`).

Rule: where the API takes null, `None` leaves a parameter out and `NULL` sends the null (which takes a value away).
"""

from typing import Literal

from typed_openai.models.agents.agent_settings import (
    AgentCompaction,
    AgentExperimental,
    AgentReasoning,
    AgentServiceTier,
    AgentSettings,
    AgentText,
    MultiAgentConfig,
)
from typed_openai.models.agents.agent_tools import PersistedAgentTool, PersistedAgentTools
from typed_openai.models.agents.kept_objects import AgentObject
from typed_openai.models.base import Nullable, Open, Params
from typed_openai.models.known_values import KnownResponsesModel
from typed_openai.models.receipts import Deleted
from typed_openai.models.shared import Metadata


class _AgentParams(Params):
    """What an agent is made of, its model left out."""

    compaction: Nullable[AgentCompaction] = None
    """How a long context is made shorter; by default in one go."""
    experimental: AgentExperimental | None = None
    """Settings that the service tries out."""
    instructions: Nullable[str] = None
    """What it is told besides what all agents are told."""
    metadata: Nullable[Metadata] = None
    """Your own notes on it; they replace those before."""
    multi_agent: Nullable[MultiAgentConfig] = None
    """Whether it may have helpers; not by default."""
    name: Nullable[str] = None
    """Its name, for people."""
    reasoning: Nullable[AgentReasoning] = None
    """How the model thinks."""
    service_tier: Nullable[AgentServiceTier] = None
    """Which lane its requests take; `auto` by default."""
    text: Nullable[AgentText] = None
    """What its answers look like; plain text of medium length by default."""
    tools: Nullable[PersistedAgentTools] = None
    """What it may use, without secrets; up to 3 MiB as JSON."""


class AgentCreateParams(_AgentParams):
    """What a new agent is made of."""

    model: KnownResponsesModel
    """Name of the model."""


class AgentUpdateParams(_AgentParams):
    """What to change in an agent; what is left out stays as it is."""

    model: KnownResponsesModel | None = None
    """Name of the model."""


class Agent(AgentObject, AgentSettings):
    """An agent that the service keeps."""

    object: Open[Literal["agent"]]
    metadata: dict[str, str]
    """Your own notes on it."""
    name: str | None = None
    """Its name, for people."""
    tools: list[PersistedAgentTool]
    """What it may use."""
    updated_at: int
    """When it was changed last, Unix seconds."""


class AgentDeleted(Deleted):
    """The receipt for deleting an agent."""

    object: Open[Literal["agent.deleted"]]
