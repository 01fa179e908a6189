"""What happens in a session: turns of the agent and its subagents, what they consumed, what they left behind."""

from typing import Any, Literal, TypeAlias

from typed_openai.models.agents.items import AgentContent
from typed_openai.models.agents.kept_objects import AgentListParams, AgentObject
from typed_openai.models.base import Nullable, Open, Result
from typed_openai.models.receipts import Deleted
from typed_openai.models.shape import Shape

TurnStatus: TypeAlias = Literal["queued", "in_progress", "waiting", "completed", "failed", "cancelled"]
"""How far a turn is; `waiting`: for something from outside."""
TurnErrorCode: TypeAlias = Literal[
    "context_length_exceeded",
    "max_output_tokens",
    "usage_limit_exceeded",
    "project_spend_limit_exceeded",
    "organization_spend_limit_exceeded",
    "organization_usage_limit_exceeded",
    "billing_not_active",
    "credit_balance_exhausted",
    "rate_limit_exceeded",
    "flex_unavailable",
    "server_overloaded",
    "cyber_policy",
    "misalignment_policy_violation",
    "connection_failed",
    "server_error",
    "authentication_error",
    "invalid_request",
    "resource_not_found",
    "sandbox_error",
    "executor_version_incompatible",
    "active_turn_not_steerable",
    "request_timeout",
    "internal_error",
]
"""Why a turn failed, for programs."""


class SessionPromptCacheOptions(Shape):
    """How long what is cached of prompts lives."""

    ttl: Literal["30m", "12h"] | None = None
    """At least this long; half an hour by default."""


class AgentInputTokensDetails(Result):
    """What the tokens read were."""

    cached_tokens: int
    """Found in the cache."""


class AgentOutputTokensDetails(Result):
    """What the tokens generated were."""

    reasoning_tokens: int
    """Thoughts."""


class TokenUsage(Result):
    """What a session or a turn consumed, as far as the service knows; it may change afterwards."""

    input_tokens: int
    """Read."""
    input_tokens_details: AgentInputTokensDetails
    """What those were."""
    output_tokens: int
    """Generated."""
    output_tokens_details: AgentOutputTokensDetails
    """What those were."""
    total_tokens: int
    """Both together."""


class SessionTurnError(Result):
    """Why a turn failed."""

    code: Open[TurnErrorCode]
    """The reason, for programs."""
    message: str
    """The reason, for people."""


class Turn(AgentObject):
    """What an agent does about one input."""

    object: Open[Literal["agent.session.turn"]]
    session_id: str
    """The session that it belongs to."""
    agent_id: str
    """The agent that did it."""
    subagent_id: str | None = None
    """The subagent that did it; None for the agent of the session itself."""
    status: Open[TurnStatus]
    """How far it is."""
    started_at: int | None = None
    """When it began, Unix seconds."""
    completed_at: int | None = None
    """When it was over, Unix seconds."""
    error: SessionTurnError | None = None
    """Why it failed."""
    usage: TokenUsage | None = None
    """What it consumed; None where nobody knows."""
    prompt_cache_options: SessionPromptCacheOptions | None = None
    """How long what it cached lives; None where the model decided."""

    @property
    def is_over(self) -> bool:
        """Whether it is completed, failed or cancelled."""
        return self.status in ("completed", "failed", "cancelled")


class Subagent(Result):
    """A helper that the agent of a session made."""

    id: str
    """Names it in other calls."""
    object: Open[Literal["agent.session.subagent"]]
    session_id: str
    """The session that it belongs to."""
    parent_agent_id: str
    """The agent that made it."""
    name: str | None = None
    """What it is called; None where it has no name."""
    status: Open[Literal["active", "closed"]]
    """Whether it can still be asked."""
    instructions: list[AgentContent] | None = None
    """What it was to do at first; None where nobody knows."""
    opened_at: int
    """When it was made, Unix seconds."""
    closed_at: int | None = None
    """When it was closed, Unix seconds; None while it is active."""


class SessionTrace(AgentObject):
    """What happened in a turn, for tools that show it; `id` is that of the turn."""

    object: Open[Literal["agent.session.trace"]]
    session_id: str
    """The session that it belongs to."""
    otlp: dict[str, Any]
    """An OTLP `ExportTraceServiceRequest` as JSON (`resourceSpans`), as far as it is published."""


class ArtifactListParams(AgentListParams):
    """Which artifacts to list."""

    environment_id: Nullable[str] = None
    """Only those that were made in this environment."""


class SessionArtifact(AgentObject):
    """A file that a completed turn left behind; it does not change any more."""

    object: Open[Literal["agent.session.artifact"]]
    session_id: str
    """The session that it belongs to."""
    turn_id: str
    """The turn that made it."""
    environment_id: str
    """The environment that it was made in."""
    path: str
    """Its absolute path there."""
    size_bytes: int
    """Its size."""


class SessionArtifactDeleted(Deleted):
    """The receipt for deleting an artifact."""

    object: Open[Literal["agent.session.artifact.deleted"]]
