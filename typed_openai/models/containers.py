"""Containers in which code and shells run, and the files in them (`/containers`).

API reference: "Containers" and "Container files". Networks and skills are those of the tools that run in containers:
`responses/containers.py`.

Rules
* What operations on one object give are subclasses of it that differ only by name: `Container`, `ContainerFile`.

Weak spot: a file is either `file` or `file_id`; that it is exactly one of them, the service checks.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import StrictInt

from typed_openai.models.base import Open, Params, Result
from typed_openai.models.file_input import FileInputOrEmpty
from typed_openai.models.responses.containers import NetworkPolicy, Skill
from typed_openai.models.shape import CLOSED


class ContainerExpiresAfter(Params):
    """How long a container lives on unused."""

    anchor: Literal["last_active_at"] = "last_active_at"
    minutes: StrictInt
    """How many minutes after that it ends."""


class ContainerCreateParams(Params):
    """A container to make."""

    name: str
    """Its name."""
    expires_after: ContainerExpiresAfter | None = None
    """How long it lives on unused; 20 minutes by default."""
    file_ids: list[str] | None = None
    """Uploaded files that are put into it."""
    memory_limit: Literal["1g", "4g", "16g", "64g"] | None = None
    """How much memory it has; `1g` by default."""
    network_policy: Annotated[NetworkPolicy, CLOSED] | None = None
    """What it may reach."""
    skills: Annotated[list[Skill], CLOSED] | None = None
    """The skills that it has."""


class ContainerListParams(Params):
    """Which containers to list."""

    after: str | None = None
    """Go on after the container with this id."""
    limit: StrictInt | None = None
    """How many to a page, 1 to 100; 20 by default."""
    name: str | None = None
    """Only containers of this name."""
    order: Literal["asc", "desc"] | None = None
    """By time: `desc` (newest first, default) or `asc`."""


class FileCreateParams(Params):
    """A file to put into a container: its content, or the id of an uploaded file."""

    file: FileInputOrEmpty | None = None
    """The file: a path, bytes, an open binary file, or `(name, content[, content type])`."""
    file_id: str | None = None
    """Id of an uploaded file."""


class FileListParams(Params):
    """Which files to list."""

    after: str | None = None
    """Go on after the file with this id."""
    limit: StrictInt | None = None
    """How many to a page, 1 to 100; 20 by default."""
    order: Literal["asc", "desc"] | None = None
    """By time: `desc` (newest first, default) or `asc`."""


class ContainerExpiry(Result):
    """How long a container lives on unused, as it is said: any part may be missing, not so where it is given."""

    anchor: Open[Literal["last_active_at"]] | None = None
    """The time that `minutes` are counted from."""
    minutes: int | None = None
    """How many minutes after that it ends."""


class ContainerNetwork(Result):
    """What a container may reach."""

    type: Open[Literal["allowlist", "disabled"]]
    """`disabled`: nothing; `allowlist`: only `allowed_domains`."""
    allowed_domains: list[str] | None = None
    """The domains."""


class Container(Result):
    """A container: a machine of its own for code and shells."""

    id: str
    """Names the container in other calls and in tools."""
    object: str
    """The kind of object: `container`."""
    name: str
    """Its name."""
    created_at: int
    """When it was made, Unix seconds."""
    status: str
    """Its state, such as `running`, `active`, `expired`, `deleted`."""
    expires_after: ContainerExpiry | None = None
    """How long it lives on unused."""
    last_active_at: int | None = None
    """When it was used last, Unix seconds."""
    memory_limit: Open[Literal["1g", "4g", "16g", "64g"]] | None = None
    """How much memory it has."""
    network_policy: ContainerNetwork | None = None
    """What it may reach."""


ContainerCreateResponse: TypeAlias = Container
ContainerRetrieveResponse: TypeAlias = Container
ContainerListResponse: TypeAlias = Container
"""What the answers of its operations are called in the official package."""


class ContainerFile(Result):
    """A file in a container."""

    id: str
    """Names the file in other calls."""
    object: str
    """The kind of object: `container.file`."""
    container_id: str
    """The container that it is in."""
    created_at: int
    """When it got there, Unix seconds."""
    bytes: int
    """Its size."""
    path: str
    """Where it is in the container."""
    source: str
    """Who made it: `user` or `assistant`."""


FileCreateResponse: TypeAlias = ContainerFile
FileRetrieveResponse: TypeAlias = ContainerFile
FileListResponse: TypeAlias = ContainerFile
"""What the answers of its operations are called in the official package."""
