"""Where tools run: containers, their networks and skills, and your own machine.

API reference: "Responses", the tools `code_interpreter` and `shell`. Params; what comes back:
`responses/containers.py`.

Weak spot: names of files, skills and domains are the service's business and not checked here."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from typed_openai.models.base import Model, Params, Tagged, accepts_results


class NetworkPolicyParam(Model):
    """What a container may reach."""


class ContainerNetworkPolicyDisabledParam(NetworkPolicyParam, Params):
    """No network."""

    type: Literal["disabled"] = "disabled"


class ContainerNetworkPolicyDomainSecretParam(Params):
    """A secret that is filled in for one domain, unseen by the model."""

    domain: Annotated[str, StringConstraints(min_length=1)]
    """The domain."""
    name: Annotated[str, StringConstraints(min_length=1)]
    """Its name."""
    value: Annotated[str, StringConstraints(min_length=1, max_length=10485760), Field(repr=False)]
    """The secret itself. No repr shows it."""


class ContainerNetworkPolicyAllowlistParam(NetworkPolicyParam, Params):
    """Only these domains."""

    type: Literal["allowlist"] = "allowlist"
    allowed_domains: Annotated[list[str], Field(min_length=1)]
    """The domains."""
    domain_secrets: Annotated[list[ContainerNetworkPolicyDomainSecretParam], Field(min_length=1)] | None = None
    """Secrets for domains."""


if TYPE_CHECKING:
    AnyNetworkPolicy: TypeAlias = NetworkPolicyParam
else:
    AnyNetworkPolicy = Annotated[
        ContainerNetworkPolicyDisabledParam | ContainerNetworkPolicyAllowlistParam,
        Tagged("type"),
        accepts_results(),
    ]
    """What a container may reach."""


class CodeInterpreterContainerAutoParam(Params):
    """A container that the service makes for you."""

    type: Literal["auto"] = "auto"
    file_ids: Annotated[list[str], Field(max_length=50)] | None = None
    """Uploaded files that are put into it."""
    memory_limit: Literal["1g", "4g", "16g", "64g"] | None = None
    """How much memory it has."""
    network_policy: AnyNetworkPolicy | None = None
    """What it may reach."""


class SkillParam(Model):
    """A skill for a container."""


class SkillReferenceParam(SkillParam, Params):
    """A skill that the service keeps."""

    type: Literal["skill_reference"] = "skill_reference"
    skill_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    """Id of the skill."""
    version: str | None = None
    """Its version; the latest by default."""


class InlineSkillSourceParam(Params):
    """The files of a skill."""

    type: Literal["base64"] = "base64"
    media_type: Literal["application/zip"] = "application/zip"
    data: Annotated[str, StringConstraints(min_length=1, max_length=70254592)]
    """It in base64."""


class InlineSkillParam(SkillParam, Params):
    """A skill that is sent along."""

    type: Literal["inline"] = "inline"
    name: str
    """Its name."""
    description: str
    """What it is for: the model reads it."""
    source: InlineSkillSourceParam
    """The skill itself."""


if TYPE_CHECKING:
    AnySkill: TypeAlias = SkillParam
else:
    AnySkill = Annotated[SkillReferenceParam | InlineSkillParam, Tagged("type"), accepts_results()]
    """A skill for a container."""


if TYPE_CHECKING:
    Skills: TypeAlias = Sequence[SkillParam]
else:
    Skills = list[AnySkill]
    """The skills of a container."""


class LocalSkillParam(Params):
    """A skill on your own machine."""

    name: str
    """Its name."""
    description: str
    """What it is for: the model reads it."""
    path: str
    """Where the skill is."""


class ShellEnvironmentParam(Model):
    """Where a shell runs."""


class ContainerAutoParam(ShellEnvironmentParam, Params):
    """A container that the service makes for you."""

    type: Literal["container_auto"] = "container_auto"
    file_ids: Annotated[list[str], Field(max_length=50)] | None = None
    """Uploaded files that are put into it."""
    memory_limit: Literal["1g", "4g", "16g", "64g"] | None = None
    """How much memory it has."""
    network_policy: AnyNetworkPolicy | None = None
    """What it may reach."""
    skills: Annotated[Skills, Field(max_length=200)] | None = None
    """The skills that it has."""


class LocalEnvironmentParam(ShellEnvironmentParam, Params):
    """Your own machine."""

    type: Literal["local"] = "local"
    skills: Annotated[list[LocalSkillParam], Field(max_length=200)] | None = None
    """The skills that it has."""


class ContainerReferenceParam(ShellEnvironmentParam, Params):
    """A container that you have made."""

    type: Literal["container_reference"] = "container_reference"
    container_id: str
    """Id of the container."""


if TYPE_CHECKING:
    AnyToolEnvironment: TypeAlias = ShellEnvironmentParam
else:
    AnyToolEnvironment = Annotated[
        ContainerAutoParam | LocalEnvironmentParam | ContainerReferenceParam,
        Tagged("type"),
        accepts_results(),
    ]
    """Where a shell runs."""


if TYPE_CHECKING:
    AnyCallEnvironment: TypeAlias = ShellEnvironmentParam
else:
    AnyCallEnvironment = Annotated[LocalEnvironmentParam | ContainerReferenceParam, Tagged("type"), accepts_results()]
    """Where commands run."""
