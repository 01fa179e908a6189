"""Groups of users (`/organization/groups`), and who is in them.

API reference: "Groups" and "Group users". What roles they have: `assigned_roles.py`.

Weak spot: the service calls one thing by two names, `is_scim_managed` and, in the answer to giving a role,
`scim_managed`; both are as it says.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import StringConstraints

from typed_openai.models.admin.lists import CursorListParams
from typed_openai.models.admin.roles import Role
from typed_openai.models.base import Open, Params, Result
from typed_openai.models.receipts import Deleted

GroupName: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=255)]
"""What a group is called, in 1 to 255 characters."""


class GroupCreateParams(Params):
    """A new group."""

    name: GroupName
    """What it is called, in 1 to 255 characters."""


class GroupUpdateParams(GroupCreateParams):
    """What to change of a group."""


class GroupListParams(CursorListParams):
    """Which groups to list; 100 to a page and the oldest first unless this says otherwise."""


class UserCreateParams(Params):
    """Who comes into a group."""

    user_id: str
    """The user."""


class UserListParams(CursorListParams):
    """Which users of a group to list; 100 to a page and the newest first unless this says otherwise."""


class GroupUpdateResponse(Result):
    """A group that was changed."""

    id: str
    """Names the group in other calls."""
    name: str
    """What it is called."""
    created_at: int
    """When it was made, Unix seconds."""
    is_scim_managed: bool
    """Whether it is managed by your identity provider, which alone may change it."""


class Group(GroupUpdateResponse):
    """A group of users."""

    group_type: Open[Literal["group", "tenant_group"]]
    """Whether it is one of the organization or of the whole tenant."""


class GroupDeleteResponse(Deleted):
    """A group that was deleted."""

    object: Open[Literal["group.deleted"]]


class OrganizationGroupUser(Result):
    """A user in a group."""

    id: str
    """Names the user in other calls."""
    name: str
    """Their name."""
    email: str | None
    """Their address."""


class UserRetrieveResponse(OrganizationGroupUser):
    """A user in a group, with more of what is known."""

    picture: str | None
    """Where their picture is."""
    is_service_account: bool | None
    """Whether it is a program and not a person."""
    user_type: Open[Literal["user", "tenant_user"]]
    """Whether they are one of the organization or of the whole tenant."""


class UserCreateResponse(Result):
    """A user who came into a group."""

    object: Open[Literal["group.user"]]
    user_id: str
    """Who."""
    group_id: str
    """Into which."""


class UserDeleteResponse(Result):
    """A user who was taken out of a group."""

    object: Open[Literal["group.user.deleted"]]
    deleted: bool
    """Whether they are out."""


class GroupOfRole(Result):
    """The group that got a role."""

    object: Open[Literal["group"]]
    id: str
    """Names the group in other calls."""
    name: str
    """What it is called."""
    created_at: int
    """When it was made, Unix seconds."""
    scim_managed: bool
    """Whether it is managed by your identity provider."""


class RoleCreateResponse(Result):
    """A role that a group got."""

    object: Open[Literal["group.role"]]
    group: GroupOfRole
    """Which group."""
    role: Role
    """Which role."""
