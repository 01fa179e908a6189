"""The users of an organization (`/organization/users`).

API reference: "Users". They come in by `invites.py`. What roles they have: `assigned_roles.py`.

Rules
* On update `None` leaves a field as it is; `NULL` empties it.

Weak spot: that a user has `role` or `role_id`, not both, the service checks.
"""

from typing import Literal

from typed_openai.models.admin.lists import AdminListParams
from typed_openai.models.admin.roles import Role
from typed_openai.models.base import Nullable, Open, Params, Result
from typed_openai.models.receipts import Deleted


class UserUpdateParams(Params):
    """What to change of a user."""

    developer_persona: Nullable[str] = None
    """What kind of developer it is, in the words of the service's onboarding."""
    role: Nullable[str] = None
    """`owner` or `reader`."""
    role_id: Nullable[str] = None
    """A role by its id."""
    technical_level: Nullable[str] = None
    """How much of a developer it is, in the same words."""


class UserListParams(AdminListParams):
    """Which users to list."""

    emails: list[str] | None = None
    """Only those with one of these addresses."""


class User(Result):
    """The account behind a user, which may be in several organizations."""

    object: Open[Literal["user"]]
    id: str
    """Its id."""
    email: str | None = None
    """Its address."""
    name: str | None = None
    """Its name."""
    picture: str | None = None
    """Where its picture is."""
    enabled: bool | None = None
    """Whether it may be used."""
    banned: bool | None = None
    """Whether the service locked it."""
    banned_at: int | None = None
    """When, Unix seconds."""


class ProjectsData(Result):
    """A project that a user is in."""

    id: str | None = None
    """Its id."""
    name: str | None = None
    """Its name."""
    role: str | None = None
    """What the user is there: `owner` or `member`."""


class Projects(Result):
    """The projects that a user is in."""

    object: Open[Literal["list"]]
    data: list[ProjectsData]
    """One by one."""


class OrganizationUser(Result):
    """A user of the organization."""

    object: Open[Literal["organization.user"]]
    id: str
    """Names the user in other calls."""
    name: str | None = None
    """Their name."""
    email: str | None = None
    """Their address."""
    role: str | None = None
    """`owner` or `reader`."""
    added_at: int
    """When they came to the organization, Unix seconds."""
    created: int | None = None
    """When their account was made, Unix seconds."""
    is_default: bool | None = None
    """Whether it is the organization's default user."""
    is_service_account: bool | None = None
    """Whether it is a program and not a person."""
    is_scale_tier_authorized_purchaser: bool | None = None
    """Whether they may buy Scale Tier."""
    is_scim_managed: bool | None = None
    """Whether they are managed by your identity provider."""
    api_key_last_used_at: int | None = None
    """When a key of theirs was used last, Unix seconds."""
    technical_level: str | None = None
    """How much of a developer it is, in the words of the service's onboarding."""
    developer_persona: str | None = None
    """What kind of developer it is, in the same words."""
    user: User | None = None
    """The account behind it."""
    projects: Projects | None = None
    """The projects that they are in, where the service says so."""


class UserDeleteResponse(Deleted):
    """A user who is out of the organization."""

    object: Open[Literal["organization.user.deleted"]]


class RoleCreateResponse(Result):
    """A role that a user got."""

    object: Open[Literal["user.role"]]
    user: OrganizationUser
    """Who."""
    role: Role
    """Which."""
