"""Groups of users, who is in them, and the roles that they have (API reference: Administration)."""

from typed_openai.core.answer.pages import NextCursorPage
from typed_openai.core.declare.verbs import Resource, delete, get, nested, post
from typed_openai.models.admin.assigned_roles import AssignedRole, RoleCreateParams, RoleDeleteResponse
from typed_openai.models.admin.groups import (
    Group,
    GroupCreateParams,
    GroupDeleteResponse,
    GroupListParams,
    GroupUpdateParams,
    GroupUpdateResponse,
    OrganizationGroupUser,
    RoleCreateResponse,
    UserCreateParams,
    UserCreateResponse,
    UserDeleteResponse,
    UserListParams,
    UserRetrieveResponse,
)
from typed_openai.models.admin.roles import RoleListParams


class Users(Resource):
    """The users in a group."""

    _admin = True

    create = post("/organization/groups/{group_id}/users", UserCreateParams, UserCreateResponse)
    """Put a user into a group."""
    retrieve = get("/organization/groups/{group_id}/users/{user_id}", UserRetrieveResponse)
    """Fetch a user of a group."""
    list = get("/organization/groups/{group_id}/users", UserListParams, NextCursorPage[OrganizationGroupUser])
    """List the users in a group, the newest first unless `order` says otherwise."""
    delete = delete("/organization/groups/{group_id}/users/{user_id}", UserDeleteResponse)
    """Take a user out of a group."""


class Roles(Resource):
    """The roles of a group, which all of its users have."""

    _admin = True

    create = post("/organization/groups/{group_id}/roles", RoleCreateParams, RoleCreateResponse)
    """Give a group a role."""
    retrieve = get("/organization/groups/{group_id}/roles/{role_id}", AssignedRole)
    """Fetch a role that a group has."""
    list = get("/organization/groups/{group_id}/roles", RoleListParams, NextCursorPage[AssignedRole])
    """List the roles that a group has."""
    delete = delete("/organization/groups/{group_id}/roles/{role_id}", RoleDeleteResponse)
    """Take a role from a group."""


class Groups(Resource):
    """Groups of users, to give them roles together."""

    path = "admin.organization.groups"
    _admin = True

    create = post("/organization/groups", GroupCreateParams, Group)
    """Make a group."""
    retrieve = get("/organization/groups/{group_id}", Group)
    """Fetch a group."""
    update = post("/organization/groups/{group_id}", GroupUpdateParams, GroupUpdateResponse)
    """Give a group another name."""
    list = get("/organization/groups", GroupListParams, NextCursorPage[Group])
    """List the groups, the oldest first unless `order` says otherwise."""
    delete = delete("/organization/groups/{group_id}", GroupDeleteResponse)
    """Delete a group; its users stay in the organization."""
    roles = nested(Roles)
    users = nested(Users)
