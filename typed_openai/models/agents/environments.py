"""Where agents work: environments of the service or your own, the files in them, and templates for new ones.

Rules
* What is given (`...Param`) and what comes back are two shapes here: contents of files and archives, variables and
  setup commands go in and never come out. No repr shows variables and commands.
* `EnvironmentParam` is for a session, `NewEnvironmentParam` for an environment made beforehand: it says neither which
  one it is nor how large.

Weak spots: whether a path lies in `/workspace` and a domain is one, the service checks (the helpers of
`environments.files` check paths).
"""

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from typed_openai.models.agents.kept_objects import AgentListParams, AgentObject
from typed_openai.models.base import Model, Nullable, Open, Params, Result, Tagged
from typed_openai.models.receipts import Deleted
from typed_openai.models.responses.containers import InlineSkillSource, Skill, SkillReference
from typed_openai.models.shape import CLOSED, Shape
from typed_openai.models.unknown_kinds import UnknownKind

EnvironmentStatus: TypeAlias = Literal[
    "pending", "ready", "connected", "disconnected", "suspended", "expired", "failed"
]
"""How far an environment is: in the making, ready, in use, lost, asleep, gone, broken."""
ContainerSize: TypeAlias = Literal["small", "medium", "large"]
"""How much CPU and memory an environment has."""

# --- what an environment has, both ways ------------------------------------------------------------------------------


class EnvironmentNetwork(Shape):
    """What an environment may reach."""

    access: Literal["enabled", "disabled", "restricted"]
    """All, nothing, or what the domains say."""
    allowed_domains: list[str] | None = None
    """Where access is restricted: only these."""
    blocked_domains: list[str] | None = None
    """Where access is restricted: all but these. Does not come back."""


class EnvironmentPackages(Shape):
    """Packages that are installed."""

    npm: list[str] | None = None
    """From npm, for the whole environment."""
    python: list[str] | None = None
    """From PyPI."""
    system: list[str] | None = None
    """Of the system."""


class EnvironmentDesktop(Shape):
    """Whether there is a screen."""

    enabled: bool
    """Whether there is a desktop with a browser."""


# --- what is given ---------------------------------------------------------------------------------------------------


class AnyFileParam(Model):
    """A file for an environment."""


class AnyEnvironmentParam(Model):
    """Where an agent works."""


class TemplateFileID(AnyFileParam, Shape):
    """A file that was uploaded (`client.files`)."""

    type: Literal["file_id"] = "file_id"
    file_id: str
    """Id of the uploaded file."""
    path: str
    """Where it goes: an absolute path below `/workspace`."""


class HostedInlineFileParam(AnyFileParam, Params):
    """A file that is sent along."""

    type: Literal["inline"] = "inline"
    data: str
    """Its content in base64."""
    path: str
    """Where it goes: an absolute path below `/workspace`."""


HostedFileParam: TypeAlias = Annotated[TemplateFileID | HostedInlineFileParam, Tagged("type")]
"""A file for an environment."""


class HostedPluginParam(Params):
    """A plugin that is sent along as a ZIP archive."""

    type: Literal["inline"] = "inline"
    name: str
    """Its name, as its `.codex-plugin/plugin.json` has it."""
    description: str
    """What it is for, as its `.codex-plugin/plugin.json` says."""
    source: Annotated[InlineSkillSource, CLOSED]
    """The archive."""


class SetupCommand(Params):
    """A command that is run before the agent begins. It never comes back."""

    command: Annotated[str, Field(repr=False)]
    """The command, for a shell. No repr shows it."""
    cwd: str | None = None
    """The absolute directory in which it runs; `/workspace` by default."""


class NewEnvironmentParam(Params):
    """An environment that OpenAI hosts: what is in it, or the template that says so."""

    type: Literal["openai_hosted"] = "openai_hosted"
    capability_directories: list[str] | None = None
    """Directories with what the agent can do besides."""
    desktop: EnvironmentDesktop | None = None
    """Whether there is a screen; as the template says, else not."""
    env: Annotated[dict[str, str] | None, Field(repr=False)] = None
    """Variables. They do not come back, and no repr shows them."""
    environment_template_id: str | None = None
    """A template; what is given besides comes on top of it."""
    files: list[HostedFileParam] | None = None
    """Files that are there before the agent begins."""
    network: EnvironmentNetwork | None = None
    """What it may reach; a template cannot be widened."""
    packages: EnvironmentPackages | None = None
    """What is installed."""
    plugins: list[HostedPluginParam] | None = None
    """Plugins that are sent along."""
    setup_commands: list[SetupCommand] | None = None
    """Commands that are run first, in this order."""
    skills: Annotated[list[Skill], CLOSED] | None = None
    """Skills, kept by the service or sent along."""


class HostedEnvironmentParam(AnyEnvironmentParam, NewEnvironmentParam):
    """The same for a session: a new environment, or one that was made beforehand (`environment_id`)."""

    container_size: ContainerSize | None = None
    """How large it is; `medium` by default."""
    environment_id: str | None = None
    """Id of the environment; nothing else is said then."""

    @model_validator(mode="after")
    def _one_or_new(self) -> Self:
        others = sorted(self.model_fields_set - {"type", "environment_id"})
        if self.environment_id is not None and others:
            raise PydanticCustomError(
                "environment_is_there",
                "Input should have environment_id alone: what is there cannot be given {others}",
                {"others": ", ".join(others)},
            )
        return self


class NoEnvironment(AnyEnvironmentParam, Shape):
    """The agent works nowhere: it has its tools alone."""

    type: Literal["none"] = "none"


class SelfHostedEnvironmentParam(AnyEnvironmentParam, Params):
    """An environment of yours, which connects to the service."""

    type: Literal["self_hosted"] = "self_hosted"
    workspace_directory: str
    """The absolute directory of the project in it."""
    capability_directories: list[str] | None = None
    """Directories with what the agent can do besides."""


EnvironmentParam: TypeAlias = Annotated[
    NoEnvironment | HostedEnvironmentParam | SelfHostedEnvironmentParam, Tagged("type")
]
"""Where the agent of a session works, told apart by `type`."""


class EnvironmentCreateParams(Params):
    """An environment to make beforehand."""

    environment: NewEnvironmentParam
    """What is in it."""
    vault_ids: Nullable[Annotated[list[str], Field(max_length=10)]] = None
    """Vaults whose credentials it may use, up to 10."""


class EnvironmentListParams(AgentListParams):
    """Which environments to list."""

    type: Literal["openai_hosted"] | None = None
    """The kind; those that OpenAI hosts by default."""


# --- what comes back -------------------------------------------------------------------------------------------------


class HostedFileID(Result):
    """An uploaded file in an environment."""

    type: Literal["file_id"]
    id: str
    """Names the file in the session."""
    file_id: str
    """Id of the uploaded file."""
    path: str
    """Where it is."""
    size_bytes: int
    """Its size."""


class HostedInlineFile(Result):
    """A file in an environment that was sent along."""

    type: Literal["inline"]
    id: str
    """Names the file in the session."""
    path: str
    """Where it is."""
    size_bytes: int
    """Its size."""


HostedFile: TypeAlias = Annotated[HostedFileID | HostedInlineFile | UnknownKind, Tagged("type")]
"""A file in an environment, without its content."""


class HostedPlugin(Result):
    """A plugin in an environment."""

    type: Literal["inline"]
    name: str
    """Its name."""
    description: str
    """What it is for."""


class HostedInlineSkill(HostedPlugin):
    """A skill in an environment that was sent along."""


class HostedSkillReference(Result):
    """A skill of the service in an environment."""

    type: Literal["skill_reference"]
    skill_id: str
    """Id of the skill."""
    name: str
    """Its name."""
    description: str
    """What it is for."""
    version: str
    """Which version is installed."""


HostedSkill: TypeAlias = Annotated[HostedSkillReference | HostedInlineSkill | UnknownKind, Tagged("type")]
"""A skill in an environment, without its archive."""


class HostedEnvironment(Result):
    """An environment that OpenAI hosts, as a session shows it."""

    type: Literal["openai_hosted"]
    id: str
    """Names it in other calls."""
    capability_directories: list[str]
    """Directories with what the agent can do besides."""
    files: list[HostedFile]
    """The files in it."""
    network: EnvironmentNetwork
    """What it may reach."""
    packages: EnvironmentPackages
    """What is installed."""
    plugins: list[HostedPlugin]
    """Its plugins."""
    skills: list[HostedSkill]
    """Its skills."""
    container_size: Open[ContainerSize] | None = None
    """How large it is; None where that has no name."""
    desktop: EnvironmentDesktop | None = None
    """Whether there is a screen."""


class SelfHostedEnvironment(Result):
    """An environment of yours, as a session shows it."""

    type: Literal["self_hosted"]
    id: str
    """Names it in other calls."""
    capability_directories: list[str]
    """Directories with what the agent can do besides."""
    remote_url: str
    """Where it has to connect: for `codex exec-server --remote`, as it is."""
    workspace_directory: str
    """The absolute directory of the project in it."""


SessionEnvironment: TypeAlias = Annotated[
    NoEnvironment | HostedEnvironment | SelfHostedEnvironment | UnknownKind, Tagged("type")
]
"""Where the agent of a session works, told apart by `type`."""


class EnvironmentInfo(Result):
    """An environment by itself."""

    id: str
    """Names it in other calls."""
    object: Open[Literal["agent.environment"]]
    type: Open[Literal["openai_hosted", "self_hosted"]]
    """Who hosts it: OpenAI or you."""
    status: Open[EnvironmentStatus]
    """How far it is."""
    files: list[HostedFile]
    """The files that were put into it."""
    plugins: list[HostedPlugin]
    """Its plugins."""
    skills: list[HostedSkill]
    """Its skills."""


# --- files -----------------------------------------------------------------------------------------------------------


class EnvironmentFileCreateParams(Params):
    """A file to put into an environment: one that was uploaded (`file_id`), or its content (`data`)."""

    type: Literal["file_id", "inline"]
    """Which of both it is."""
    path: str
    """Where it goes: an absolute path below `/workspace`."""
    file_id: str | None = None
    """With `file_id`: id of the uploaded file."""
    data: str | None = None
    """With `inline`: the content in base64."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        needed, other = ("file_id", "data") if self.type == "file_id" else ("data", "file_id")
        if getattr(self, needed) is None or getattr(self, other) is not None:
            raise PydanticCustomError(
                "one_content", 'with type="{type}" {needed} and no {other}; missing: {needed}',
                {"type": self.type, "needed": needed, "other": other},
            )  # fmt: skip
        return self


class EnvironmentFileListParams(Params):
    """Which files of an environment to list."""

    limit: Nullable[StrictInt] = None
    """How many to a page, 1 to 100."""
    order: Literal["asc", "desc"] | None = None
    """By path: `desc` (default) or `asc`."""
    page: str | None = None
    """The mark of a page, as the page before has it in `next`; everything else as for that one."""
    path: Nullable[str] = None
    """Only what is in this absolute directory."""


class EnvironmentFile(Result):
    """A file in an environment, as it is now."""

    object: Open[Literal["agent.environment.file"]]
    environment_id: str
    """The environment that it is in."""
    path: str
    """Its absolute path."""
    size_bytes: int
    """Its size."""


# --- templates -------------------------------------------------------------------------------------------------------


class TemplateParams(Params):
    """What is in the environments of a template; to change one, what is to be in them from now on."""

    capability_directories: Nullable[list[str]] = None
    """Directories with what the agent can do besides."""
    desktop: Nullable[EnvironmentDesktop] = None
    """Whether there is a screen; not by default."""
    env: Nullable[dict[str, str]] = Field(default=None, repr=False)
    """Variables. They do not come back, and no repr shows them."""
    files: Nullable[list[HostedFileParam]] = None
    """Files that are there before the agent begins."""
    name: Nullable[str] = None
    """Its name, for people."""
    network: Nullable[EnvironmentNetwork] = None
    """What they may reach."""
    packages: Nullable[EnvironmentPackages] = None
    """What is installed."""
    plugins: Nullable[list[HostedPluginParam]] = None
    """Plugins that are sent along."""
    setup_commands: Nullable[list[SetupCommand]] = None
    """Commands that are run first, in this order."""
    skills: Nullable[Annotated[list[Skill], CLOSED]] = None
    """Skills, kept by the service or sent along."""


class TemplateCreateParams(TemplateParams):
    """What is in the environments of a new template."""


class TemplateUpdateParams(TemplateParams):
    """What to change in a template; what is left out stays as it is."""


class TemplateInlineFile(Result):
    """A file of a template that was sent along."""

    type: Literal["inline"]
    path: str
    """Where it goes."""
    size_bytes: int
    """Its size."""


TemplateFile: TypeAlias = Annotated[TemplateFileID | TemplateInlineFile | UnknownKind, Tagged("type")]
"""A file of a template, without its content."""
TemplateSkill: TypeAlias = Annotated[SkillReference | HostedInlineSkill | UnknownKind, Tagged("type")]
"""A skill of a template; which version it is shows when an environment is made."""


class EnvironmentTemplate(AgentObject):
    """What new environments are made like."""

    object: Open[Literal["agent.environment.template"]]
    updated_at: int
    """When it was changed last, Unix seconds."""
    name: str | None = None
    """Its name, for people."""
    capability_directories: list[str]
    """Directories with what the agent can do besides."""
    files: list[TemplateFile]
    """The files in them."""
    network: EnvironmentNetwork
    """What they may reach."""
    packages: EnvironmentPackages
    """What is installed."""
    plugins: list[HostedPlugin]
    """Their plugins."""
    skills: list[TemplateSkill]
    """Their skills."""
    desktop: EnvironmentDesktop | None = None
    """Whether there is a screen."""


class EnvironmentTemplateDeleted(Deleted):
    """The receipt for deleting a template."""

    object: Open[Literal["agent.environment.template.deleted"]]
