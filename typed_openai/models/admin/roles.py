"""Roles: named sets of permissions, made for an organization or a project (`/organization/roles`).

API reference: "Roles". Who has which: `assigned_roles.py`.

Rules: on update `None` leaves a field as it is; `NULL` empties it.
"""

from typing import Literal

from typed_openai.models.admin.lists import CursorListParams
from typed_openai.models.base import Nullable, Open, Params, Result
from typed_openai.models.receipts import Deleted


class RoleCreateParams(Params):
    """A new role."""

    permissions: list[str]
    """What it allows, such as `api.groups.read`."""
    role_name: str
    """Its name, which no other role has."""
    description: Nullable[str] = None
    """What it is for."""


class RoleUpdateParams(Params):
    """What to change of a role."""

    description: Nullable[str] = None
    """What it is for."""
    permissions: Nullable[list[str]] = None
    """What it allows from now on: all of it, not only what is new."""
    role_name: Nullable[str] = None
    """Its name."""


class RoleListParams(CursorListParams):
    """Which roles to list: of an organization up to 1000 and the oldest first unless this says otherwise."""


class RoleBase(Result):
    """What is said of every role."""

    id: str
    """Names the role in other calls."""
    name: str
    """Its name."""
    description: str | None
    """What it is for."""
    permissions: list[str]
    """What it allows, such as `api.groups.read`."""
    resource_type: str
    """What it is a role in: `api.organization` or `api.project`."""
    predefined_role: bool
    """Whether it comes from the service, which alone may change it."""


class Role(RoleBase):
    """A role."""

    object: Open[Literal["role"]]


class RoleDeleteResponse(Deleted):
    """A role that was deleted."""

    object: Open[Literal["role.deleted"]]
