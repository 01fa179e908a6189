"""Projects of an organisation: what work, keys, people and bills are divided into (`/organization/projects`).

API reference: "Administration", Projects. What a project may do and who works in it stands beside this file.
"""

from typing import Literal, TypeAlias

from pydantic import StrictBool

from typed_openai.models.admin.lists import AdminListParams
from typed_openai.models.base import Nullable, Open, Params, Result

ProjectResidency: TypeAlias = Literal[
    "GLOBAL",
    "US_STORAGE_PROCESSING",
    "EU_STORAGE_PROCESSING",
    "JP_STORAGE",
    "JP_STORAGE_PROCESSING",
    "KR_STORAGE",
    "CA_STORAGE",
    "SG_STORAGE",
    "IN_STORAGE",
    "IN_STORAGE_PROCESSING",
    "AU_STORAGE",
    "AU_STORAGE_PROCESSING",
    "GB_STORAGE",
    "AE_STORAGE",
    "AE_STORAGE_PROCESSING",
]
"""Where data are kept, and whether they are worked on there, too."""


class _Named(Params):
    """What may be said of a project when it is made and later."""

    external_key_id: Nullable[str] = None
    """The id of the external key that its data are encrypted with."""
    geography: Nullable[str] = None
    """Where its data are kept. Deprecated by the service: say `residency` when the project is made, and only that."""


class ProjectCreateParams(_Named):
    """A project to make."""

    name: str
    """What it is called, in reports too."""
    residency: Nullable[ProjectResidency] = None
    """Where its data are kept, and worked on; the organisation must have been granted it."""


class ProjectUpdateParams(_Named):
    """What to change of a project."""

    name: Nullable[str] = None
    """What it is called from now on."""


class ProjectListParams(AdminListParams):
    """Which projects to list: 20 on a page unless `limit` says otherwise, at most 100."""

    include_archived: StrictBool | None = None
    """True: those too that were archived. Default false."""


class Project(Result):
    """A project."""

    id: str
    """Names the project in other calls (`proj_...`)."""
    created_at: int
    """When it was made, Unix seconds."""
    object: Open[Literal["organization.project"]]
    archived_at: int | None = None
    """When it was archived, Unix seconds; None while it is in use."""
    external_key_id: str | None = None
    """The id of the external key that its data are encrypted with."""
    name: str | None = None
    """What it is called."""
    residency: Open[ProjectResidency] | None = None
    """Where its data are kept, and worked on."""
    status: str | None = None
    """`active` or `archived`."""
