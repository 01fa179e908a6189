"""Automations: inputs that a session gets at a time, once or again and again (`/agents/automations`).

Rules
* `type="once"` goes with `run_at`, `type="periodic"` with `expression` and `timezone`; that is checked.
* A new session is given in full (`NewSessionTargetParam`) and comes back without its secrets: two classes.

Weak spots: whether an expression is one of cron and a zone exists, the service checks.
"""

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, StrictInt, model_validator
from pydantic_core import PydanticCustomError
from typing_extensions import TypeAliasType

from typed_openai.models.agents.agent_settings import AgentSettingsParam, SessionAgentSettings
from typed_openai.models.agents.environments import (
    ContainerSize,
    EnvironmentDesktop,
    EnvironmentNetwork,
    EnvironmentPackages,
    EnvironmentParam,
    HostedPlugin,
    NoEnvironment,
    TemplateFile,
    TemplateSkill,
)
from typed_openai.models.agents.kept_objects import AgentListParams, AgentObject
from typed_openai.models.agents.session_inputs import AgentInputMessage
from typed_openai.models.base import Model, Open, Params, Result, Tagged, UnknownTag
from typed_openai.models.receipts import Deleted
from typed_openai.models.shape import Shape
from typed_openai.models.shared import Metadata
from typed_openai.models.unknown_kinds import UnknownKind

# --- what is given ---------------------------------------------------------------------------------------------------


class AnyTargetParam(Model):
    """What happens when an automation is due."""


class NewSessionTargetParam(AnyTargetParam, Params):
    """A new session is begun each time, with a kept agent (`agent_id`) or one of its own (`agent`)."""

    type: Literal["new_session"] = "new_session"
    environment: EnvironmentParam
    """Where the agent works."""
    input: Annotated[list[AgentInputMessage], Field(min_length=1)]
    """What it is told first."""
    agent: AgentSettingsParam | None = None
    """The agent."""
    agent_id: str | None = None
    """Id of a kept agent."""
    metadata: Metadata | None = None
    """Your own notes on the sessions."""
    vault_ids: list[str] | None = None
    """Vaults whose credentials they may use."""

    @model_validator(mode="after")
    def _one_agent(self) -> Self:
        if (self.agent is None) == (self.agent_id is None):
            raise PydanticCustomError("one_agent", "Input should have agent or agent_id, and not both")
        return self


class ExistingSessionTarget(AnyTargetParam, Shape):
    """A session is told something each time."""

    type: Literal["existing_session"] = "existing_session"
    session_id: str
    """The session."""
    instructions: str
    """What it is told."""


AutomationTargetParam: TypeAlias = Annotated[NewSessionTargetParam | ExistingSessionTarget, Tagged("type")]
"""What happens when an automation is due, told apart by `type`."""


class AutomationCreateParams(Params):
    """An automation to make: `once` at a time, or `periodic` by a cron expression."""

    type: Literal["once", "periodic"]
    """How often it is due."""
    name: str
    """Its name, for people."""
    target: AutomationTargetParam
    """What happens then."""
    run_at: StrictInt | None = None
    """With `once`: when, Unix seconds."""
    expression: str | None = None
    """With `periodic`: when, as a cron expression."""
    timezone: str | None = None
    """With `periodic`: the zone of the expression, such as `Europe/Zurich`."""
    metadata: Metadata | None = None
    """Your own notes on it."""

    @model_validator(mode="after")
    def _is_due(self) -> Self:
        times = {"once": ("run_at",), "periodic": ("expression", "timezone")}
        needed = times[self.type]
        missing = [name for name in needed if getattr(self, name) is None]
        others = [n for names in times.values() for n in names if n not in needed and getattr(self, n) is not None]
        if missing or others:
            raise PydanticCustomError(
                "no_time",
                'with type="{type}" {needed} and nothing else of time; missing: {missing}',
                {"type": self.type, "needed": " and ".join(needed), "missing": ", ".join(missing or needed)},
            )
        return self


class AutomationUpdateParams(Params):
    """What to change in an automation; what is left out stays as it is."""

    expression: str | None = None
    """When it is due, as a cron expression; for periodic ones."""
    metadata: Metadata | None = None
    """Your own notes on it; they replace those before."""
    name: str | None = None
    """Its name, for people."""
    run_at: StrictInt | None = None
    """When it is due, Unix seconds, in the future; for those that are due once and were not yet."""
    target: AutomationTargetParam | None = None
    """What happens then: all of it anew, of the same type."""
    timezone: str | None = None
    """The zone of the expression; for periodic ones."""


class AutomationListParams(AgentListParams):
    """Which automations to list."""

    session_id: str | None = None
    """Only those that tell this session something."""


# --- what comes back -------------------------------------------------------------------------------------------------


class AutomationHostedEnvironment(Result):
    """An environment that OpenAI hosts; None stands for what the template or the service says."""

    type: Literal["openai_hosted"]
    capability_directories: list[str] | None = None
    """Directories with what the agent can do besides."""
    container_size: Open[ContainerSize] | None = None
    """How large it is."""
    desktop: EnvironmentDesktop | None = None
    """Whether there is a screen."""
    environment_id: str | None = None
    """The environment, where it is one that was made beforehand."""
    environment_template_id: str | None = None
    """The template, where there is one."""
    files: list[TemplateFile] | None = None
    """Files that are there before the agent begins."""
    network: EnvironmentNetwork | None = None
    """What it may reach."""
    packages: EnvironmentPackages | None = None
    """What is installed."""
    plugins: list[HostedPlugin] | None = None
    """Its plugins."""
    skills: list[TemplateSkill] | None = None
    """Its skills."""


class AutomationSelfHostedEnvironment(Result):
    """An environment of yours."""

    type: Literal["self_hosted"]
    capability_directories: list[str]
    """Directories with what the agent can do besides."""
    environment_id: str | None = None
    """The environment, where it is one that is there."""
    workspace_directory: str
    """The absolute directory of the project in it."""


AutomationEnvironment: TypeAlias = Annotated[
    NoEnvironment | AutomationHostedEnvironment | AutomationSelfHostedEnvironment | UnknownKind, Tagged("type")
]
"""Where the agent of an automation works."""


class NewSessionTarget(Result):
    """A new session is begun each time."""

    type: Literal["new_session"]
    agent: SessionAgentSettings | None = None
    """The agent; None where it is a kept one."""
    agent_id: str | None = None
    """Id of the kept agent."""
    environment: AutomationEnvironment
    """Where the agent works."""
    input: list[AgentInputMessage]
    """What it is told first."""
    metadata: dict[str, str]
    """Your own notes on the sessions."""
    vault_ids: list[str]
    """Vaults whose credentials they may use."""


AutomationTarget: TypeAlias = Annotated[NewSessionTarget | ExistingSessionTarget | UnknownKind, Tagged("type")]
"""What happens when an automation is due, told apart by `type`."""


class CreatedByDeveloper(Result):
    """You made it."""

    type: Literal["developer"]


class CreatedByAgent(Result):
    """An agent made it, for its own session."""

    type: Literal["agent"]
    session_id: str
    """The session."""
    tool_call_id: str
    """The call by which it did."""


class AnyAutomation(AgentObject):
    """What automations have in common."""

    object: Open[Literal["agent.automation"]]
    name: str
    """Its name, for people."""
    target: AutomationTarget
    """What happens when it is due."""
    created_by: Annotated[CreatedByDeveloper | CreatedByAgent | UnknownKind, Tagged("type")]
    """Who made it."""
    metadata: dict[str, str]
    """Your own notes on it."""
    status: Open[Literal["active", "paused", "completed"]]
    """Whether it will be due again; what it began may still be at work."""
    pause_reason: Open[Literal["target_session_failed"]] | None = None
    """Why the service paused it."""


class PeriodicAutomation(AnyAutomation):
    """An automation that is due again and again."""

    type: Literal["periodic"]
    expression: str
    """When, as a cron expression."""
    timezone: str
    """The zone of the expression."""


class OneTimeAutomation(AnyAutomation):
    """An automation that is due once."""

    type: Literal["once"]
    run_at: int
    """When, Unix seconds."""


class UnknownAutomation(AnyAutomation):
    """An automation of a kind that is newer than this package; its data is in `model_extra`."""

    type: UnknownTag
    """The kind."""


Automation = TypeAliasType(
    "Automation", Annotated[PeriodicAutomation | OneTimeAutomation | UnknownAutomation, Tagged("type")]
)
"""An automation, told apart by `type`."""


class AutomationDeleted(Deleted):
    """The receipt for deleting an automation."""

    object: Open[Literal["agent.automation.deleted"]]


# --- what it did -----------------------------------------------------------------------------------------------------


class DeliveryError(Result):
    """Why an input did not get to its session."""

    code: str
    """The reason, for programs."""
    message: str
    """The reason, for people."""


class InvokedByHand(Result):
    """Somebody asked for it."""

    type: Literal["manual"]


class InvokedByAutomation(Result):
    """It was due."""

    type: Literal["automation"]
    automation: Automation
    """The automation as it was then."""


class AutomationInvocation(AgentObject):
    """One time that an automation was due, or that somebody asked for it."""

    object: Open[Literal["agent.automation.invocation"]]
    automation_id: str
    """The automation."""
    status: Open[Literal["queued", "completed", "failed", "skipped"]]
    """Whether the input got to its session; what the agent does about it is another matter."""
    source: Annotated[InvokedByHand | InvokedByAutomation | UnknownKind, Tagged("type")]
    """Why it was."""
    scheduled_at: int | None = None
    """When it was due, Unix seconds; None where somebody asked for it."""
    session_id: str | None = None
    """The session, as soon as there is one."""
    error: DeliveryError | None = None
    """Why it failed."""
    skip_reason: Open[Literal["pending_delivery"]] | None = None
    """Why it was left out."""
