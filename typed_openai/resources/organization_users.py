"""The users of an organization, and the roles that they have (API reference: Administration)."""

from typed_openai.core.answer.pages import CursorPage, NextCursorPage
from typed_openai.core.declare.verbs import Resource, delete, get, nested, post
from typed_openai.models.admin.assigned_roles import AssignedRole, RoleCreateParams, RoleDeleteResponse
from typed_openai.models.admin.roles import RoleListParams
from typed_openai.models.admin.users import (
    OrganizationUser,
    RoleCreateResponse,
    UserDeleteResponse,
    UserListParams,
    UserUpdateParams,
)


class Roles(Resource):
    """The roles of a user."""

    _admin = True

    create = post("/organization/users/{user_id}/roles", RoleCreateParams, RoleCreateResponse)
    """Give a user a role."""
    retrieve = get("/organization/users/{user_id}/roles/{role_id}", AssignedRole)
    """Fetch a role that a user has, and through whom."""
    list = get("/organization/users/{user_id}/roles", RoleListParams, NextCursorPage[AssignedRole])
    """List the roles that a user has, through groups too."""
    delete = delete("/organization/users/{user_id}/roles/{role_id}", RoleDeleteResponse)
    """Take a role from a user."""


class Users(Resource):
    """The users of the organization; they come in by an invitation (`invites`)."""

    path = "admin.organization.users"
    _admin = True

    retrieve = get("/organization/users/{user_id}", OrganizationUser)
    """Fetch a user."""
    update = post("/organization/users/{user_id}", UserUpdateParams, OrganizationUser)
    """Change what a user is in the organization."""
    list = get("/organization/users", UserListParams, CursorPage[OrganizationUser])
    """List the users of the organization, or those with some addresses."""
    delete = delete("/organization/users/{user_id}", UserDeleteResponse)
    """Take a user out of the organization."""
    roles = nested(Roles)
