"""Roles that users and groups have, in the organization or in a project (`.../users/{user_id}/roles` and the like).

API reference: "Role assignments". What making an assignment answers names whom it was made for: `users.py`,
`groups.py`.
"""

from typing import Any, TypeAlias

from typed_openai.models.admin.roles import RoleBase
from typed_openai.models.base import Params, Result


class RoleCreateParams(Params):
    """Which role somebody gets."""

    role_id: str
    """The role."""


class AssignmentSource(Result):
    """Somebody through whom a role is had."""

    principal_id: str
    """A user or a group."""
    principal_type: str
    """Which of the two: `user` or `group`."""


class AssignedRole(RoleBase):
    """A role that somebody has."""

    created_at: int | None
    """When the role was made, Unix seconds."""
    updated_at: int | None
    """When it was changed last, Unix seconds."""
    created_by: str | None
    """Who made it."""
    created_by_user_obj: dict[str, Any] | None
    """The same, with what is known of them."""
    metadata: dict[str, Any] | None
    """Notes that are kept with it."""
    assignment_sources: list[AssignmentSource] | None
    """Through whom it is had: a group, say, that a user is in."""


RoleRetrieveResponse: TypeAlias = AssignedRole
RoleListResponse: TypeAlias = AssignedRole
"""What the answers of its operations are called in the official package."""


class RoleDeleteResponse(Result):
    """A role that was taken from somebody."""

    object: str
    """From whom, in a word: `user.role.deleted`, `group.role.deleted`."""
    deleted: bool
    """Whether it is gone."""
