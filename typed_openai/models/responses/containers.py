"""Where tools run: containers, their networks and skills, and your own machine.

API reference: "Responses", the tools `code_interpreter` and `shell`, given and echoed.

Weak spots: names of files, skills and domains are the service's business and not checked here; secrets of domains are
declared as they are sent, the service does not repeat them."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from typed_openai.models.base import Model, Tagged
from typed_openai.models.shape import Shape
from typed_openai.models.unknown_kinds import UnknownKind


class NetworkPolicyParam(Model):
    """What a container may reach."""


class SkillParam(Model):
    """A skill for a container."""


class ShellEnvironmentParam(Model):
    """Where a shell runs."""


class ContainerNetworkPolicyDisabled(NetworkPolicyParam, Shape):
    """No network."""

    type: Literal["disabled"] = "disabled"


class ContainerNetworkPolicyDomainSecret(Shape):
    """A secret that is filled in for one domain, unseen by the model."""

    domain: Annotated[str, StringConstraints(min_length=1)]
    """The domain."""
    name: Annotated[str, StringConstraints(min_length=1)]
    """Its name."""
    value: Annotated[str, StringConstraints(min_length=1, max_length=10485760), Field(repr=False)]
    """The secret itself. No repr shows it."""


class ContainerNetworkPolicyAllowlist(NetworkPolicyParam, Shape):
    """Only these domains."""

    type: Literal["allowlist"] = "allowlist"
    allowed_domains: Annotated[list[str], Field(min_length=1)]
    """The domains."""
    domain_secrets: Annotated[list[ContainerNetworkPolicyDomainSecret], Field(min_length=1)] | None = None
    """Secrets for domains."""


class UnknownNetworkPolicy(UnknownKind):
    """A policy of a kind that is newer than this package; its data is in `model_extra`."""


NetworkPolicy: TypeAlias = Annotated[
    ContainerNetworkPolicyDisabled | ContainerNetworkPolicyAllowlist | UnknownNetworkPolicy, Tagged("type")
]
"""What a container may reach."""


class CodeInterpreterContainerAuto(Shape):
    """A container that the service makes for you."""

    type: Literal["auto"] = "auto"
    file_ids: Annotated[list[str], Field(max_length=50)] | None = None
    """Uploaded files that are put into it."""
    memory_limit: Literal["1g", "4g", "16g", "64g"] | None = None
    """How much memory it has."""
    network_policy: NetworkPolicy | None = None
    """What it may reach."""


class SkillReference(SkillParam, Shape):
    """A skill that the service keeps."""

    type: Literal["skill_reference"] = "skill_reference"
    skill_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    """Id of the skill."""
    version: str | None = None
    """Its version; the latest by default."""


class InlineSkillSource(Shape):
    """The files of a skill."""

    type: Literal["base64"] = "base64"
    media_type: Literal["application/zip"] = "application/zip"
    data: Annotated[str, StringConstraints(min_length=1, max_length=70254592)]
    """It in base64."""


class InlineSkill(SkillParam, Shape):
    """A skill that is sent along."""

    type: Literal["inline"] = "inline"
    name: str
    """Its name."""
    description: str
    """What it is for: the model reads it."""
    source: InlineSkillSource
    """The skill itself."""


class UnknownSkill(UnknownKind):
    """A skill of a kind that is newer than this package; its data is in `model_extra`."""


Skill: TypeAlias = Annotated[SkillReference | InlineSkill | UnknownSkill, Tagged("type")]
"""A skill for a container."""


class LocalSkill(Shape):
    """A skill on your own machine."""

    name: str
    """Its name."""
    description: str
    """What it is for: the model reads it."""
    path: str
    """Where the skill is."""


class ContainerAuto(ShellEnvironmentParam, Shape):
    """A container that the service makes for you."""

    type: Literal["container_auto"] = "container_auto"
    file_ids: Annotated[list[str], Field(max_length=50)] | None = None
    """Uploaded files that are put into it."""
    memory_limit: Literal["1g", "4g", "16g", "64g"] | None = None
    """How much memory it has."""
    network_policy: NetworkPolicy | None = None
    """What it may reach."""
    skills: Annotated[list[Skill], Field(max_length=200)] | None = None
    """The skills that it has."""


class LocalEnvironment(ShellEnvironmentParam, Shape):
    """Your own machine."""

    type: Literal["local"] = "local"
    skills: Annotated[list[LocalSkill], Field(max_length=200)] | None = None
    """The skills that it has."""


class ContainerReference(ShellEnvironmentParam, Shape):
    """A container that you have made."""

    type: Literal["container_reference"] = "container_reference"
    container_id: str
    """Id of the container."""


class UnknownToolEnvironment(UnknownKind):
    """An environment of a kind that is newer than this package; its data is in `model_extra`."""


ToolEnvironment: TypeAlias = Annotated[
    ContainerAuto | LocalEnvironment | ContainerReference | UnknownToolEnvironment, Tagged("type")
]
"""Where a shell runs."""


class UnknownCallEnvironment(UnknownKind):
    """An environment of a kind that is newer than this package; its data is in `model_extra`."""


CallEnvironment: TypeAlias = Annotated[LocalEnvironment | ContainerReference | UnknownCallEnvironment, Tagged("type")]
"""Where commands run."""
