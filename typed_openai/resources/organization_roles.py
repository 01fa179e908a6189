"""The roles that there are in an organization (API reference: Administration).

Giving them to somebody stands beside whom they are given to: `organization_users.py`, `organization_groups.py`.
"""

from typed_openai.core.answer.pages import NextCursorPage
from typed_openai.core.declare.verbs import Resource, delete, get, post
from typed_openai.models.admin.roles import Role, RoleCreateParams, RoleDeleteResponse, RoleListParams, RoleUpdateParams


class Roles(Resource):
    """Roles: named sets of permissions, to be given to users and groups."""

    path = "admin.organization.roles"
    _admin = True

    create = post("/organization/roles", RoleCreateParams, Role)
    """Make a role."""
    retrieve = get("/organization/roles/{role_id}", Role)
    """Fetch a role: its name and what it allows."""
    update = post("/organization/roles/{role_id}", RoleUpdateParams, Role)
    """Change a role; who has it may do what it allows from then on."""
    list = get("/organization/roles", RoleListParams, NextCursorPage[Role])
    """List the roles, those of the service among them, the oldest first unless `order` says otherwise."""
    delete = delete("/organization/roles/{role_id}", RoleDeleteResponse)
    """Delete a role; nobody has it any more."""
