"""Where tools run, as the service echoes it: containers, networks, skills.

API reference: "Responses" (`tools` of the response object). What you send: `responses/container_params.py`.

Weak spot: secrets of domains are declared as they are sent; the service does not repeat them."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from typed_openai.models.base import Open, Result, Tagged, UnknownTag


class ContainerNetworkPolicyDisabled(Result):
    """No network."""

    type: Literal["disabled"]


class ContainerNetworkPolicyDomainSecret(Result):
    """A secret that is filled in for one domain, unseen by the model."""

    domain: str
    """The domain."""
    name: str
    """Its name."""
    value: Annotated[str, Field(repr=False)]
    """The secret itself. No repr shows it."""


class ContainerNetworkPolicyAllowlist(Result):
    """Only these domains."""

    type: Literal["allowlist"]
    allowed_domains: list[str]
    """The domains."""
    domain_secrets: list[ContainerNetworkPolicyDomainSecret] | None = None
    """Secrets for domains."""


class UnknownNetworkPolicy(Result):
    """A policy of a kind that is newer than this package; its data is in `model_extra`."""

    type: UnknownTag
    """The kind of object."""


NetworkPolicy: TypeAlias = Annotated[
    ContainerNetworkPolicyDisabled | ContainerNetworkPolicyAllowlist | UnknownNetworkPolicy, Tagged("type")
]
"""What a container may reach."""


class CodeInterpreterContainerAuto(Result):
    """A container that the service makes for you."""

    type: Open[Literal["auto"]]
    """The kind of object: `auto`."""
    file_ids: list[str] | None = None
    """Uploaded files that are put into it."""
    memory_limit: Open[Literal["1g", "4g", "16g", "64g"]] | None = None
    """How much memory it has."""
    network_policy: NetworkPolicy | None = None
    """What it may reach."""


class SkillReference(Result):
    """A skill that the service keeps."""

    type: Literal["skill_reference"]
    skill_id: str
    """Id of the skill."""
    version: str | None = None
    """Its version; the latest by default."""


class InlineSkillSource(Result):
    """The files of a skill."""

    type: Open[Literal["base64"]]
    """The kind of object: `base64`."""
    media_type: Open[Literal["application/zip"]]
    """How it is packed: `application/zip`."""
    data: str
    """It in base64."""


class InlineSkill(Result):
    """A skill that is sent along."""

    type: Literal["inline"]
    name: str
    """Its name."""
    description: str
    """What it is for: the model reads it."""
    source: InlineSkillSource
    """The skill itself."""


class UnknownSkill(Result):
    """A skill of a kind that is newer than this package; its data is in `model_extra`."""

    type: UnknownTag
    """The kind of object."""


Skill: TypeAlias = Annotated[SkillReference | InlineSkill | UnknownSkill, Tagged("type")]
"""A skill for a container."""


class LocalSkill(Result):
    """A skill on your own machine."""

    name: str
    """Its name."""
    description: str
    """What it is for: the model reads it."""
    path: str
    """Where the skill is."""


class ContainerAuto(Result):
    """A container that the service makes for you."""

    type: Literal["container_auto"]
    file_ids: list[str] | None = None
    """Uploaded files that are put into it."""
    memory_limit: Open[Literal["1g", "4g", "16g", "64g"]] | None = None
    """How much memory it has."""
    network_policy: NetworkPolicy | None = None
    """What it may reach."""
    skills: list[Skill] | None = None
    """The skills that it has."""


class LocalEnvironment(Result):
    """Your own machine."""

    type: Literal["local"]
    skills: list[LocalSkill] | None = None
    """The skills that it has."""


class ContainerReference(Result):
    """A container that you have made."""

    type: Literal["container_reference"]
    container_id: str
    """Id of the container."""


class UnknownToolEnvironment(Result):
    """An environment of a kind that is newer than this package; its data is in `model_extra`."""

    type: UnknownTag
    """The kind of object."""


ToolEnvironment: TypeAlias = Annotated[
    ContainerAuto | LocalEnvironment | ContainerReference | UnknownToolEnvironment, Tagged("type")
]
"""Where a shell runs."""


class UnknownCallEnvironment(Result):
    """An environment of a kind that is newer than this package; its data is in `model_extra`."""

    type: UnknownTag
    """The kind of object."""


CallEnvironment: TypeAlias = Annotated[LocalEnvironment | ContainerReference | UnknownCallEnvironment, Tagged("type")]
"""Where commands run."""
