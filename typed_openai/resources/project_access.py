"""Who works in a project, with which roles and keys (API reference: Administration)."""

from typed_openai.core.answer.pages import CursorPage, NextCursorPage
from typed_openai.core.declare.verbs import Resource, delete, get, nested, post
from typed_openai.models.admin import assigned_roles, groups, roles, users
from typed_openai.models.admin.project_access import (
    APIKeyCreateParams,
    APIKeyCreateResponse,
    APIKeyDeleteResponse,
    APIKeyListParams,
    APIKeyUpdateParams,
    GroupCreateParams,
    GroupDeleteResponse,
    GroupListParams,
    GroupRetrieveParams,
    ProjectAPIKey,
    ProjectGroup,
    ProjectServiceAccount,
    ProjectUser,
    ServiceAccountCreateParams,
    ServiceAccountCreateResponse,
    ServiceAccountDeleteResponse,
    ServiceAccountListParams,
    ServiceAccountUpdateParams,
    UserCreateParams,
    UserDeleteResponse,
    UserListParams,
    UserUpdateParams,
)

_USERS = "/organization/projects/{project_id}/users"
_GROUPS = "/organization/projects/{project_id}/groups"
_ACCOUNTS = "/organization/projects/{project_id}/service_accounts"
_KEYS = "/organization/projects/{project_id}/api_keys"
_ROLES = "/projects/{project_id}/roles"
_OF_USER = "/projects/{project_id}/users/{user_id}/roles"
_OF_GROUP = "/projects/{project_id}/groups/{group_id}/roles"


class UserRoles(Resource):
    """The roles that a user has in a project."""

    _admin = True

    create = post(_OF_USER, assigned_roles.RoleCreateParams, users.RoleCreateResponse)
    """Give a user a role in a project."""
    retrieve = get(f"{_OF_USER}/{{role_id}}", assigned_roles.AssignedRole)
    """Fetch a role that a user has in a project, and through whom."""
    list = get(_OF_USER, roles.RoleListParams, NextCursorPage[assigned_roles.AssignedRole])
    """List the roles that a user has in a project, through groups too."""
    delete = delete(f"{_OF_USER}/{{role_id}}", assigned_roles.RoleDeleteResponse)
    """Take a role in a project from a user."""


class Users(Resource):
    """Who works in a project."""

    path = "admin.organization.projects.users"
    _admin = True

    create = post(_USERS, UserCreateParams, ProjectUser)
    """Let a user of the organization work in a project."""
    retrieve = get(f"{_USERS}/{{user_id}}", ProjectUser)
    """Fetch a user of a project."""
    update = post(f"{_USERS}/{{user_id}}", UserUpdateParams, ProjectUser)
    """Change what a user is in a project."""
    list = get(_USERS, UserListParams, CursorPage[ProjectUser])
    """List the users of a project."""
    delete = delete(f"{_USERS}/{{user_id}}", UserDeleteResponse)
    """Take a user out of a project; the owner of the organization stays in all of them."""
    roles = nested(UserRoles)
    """The roles that they have in it."""


class GroupRoles(Resource):
    """The roles that a group has in a project."""

    _admin = True

    create = post(_OF_GROUP, assigned_roles.RoleCreateParams, groups.RoleCreateResponse)
    """Give a group a role in a project."""
    retrieve = get(f"{_OF_GROUP}/{{role_id}}", assigned_roles.AssignedRole)
    """Fetch a role that a group has in a project."""
    list = get(_OF_GROUP, roles.RoleListParams, NextCursorPage[assigned_roles.AssignedRole])
    """List the roles that a group has in a project."""
    delete = delete(f"{_OF_GROUP}/{{role_id}}", assigned_roles.RoleDeleteResponse)
    """Take a role in a project from a group."""


class Groups(Resource):
    """The groups that have access to a project."""

    path = "admin.organization.projects.groups"
    _admin = True

    create = post(_GROUPS, GroupCreateParams, ProjectGroup)
    """Let the members of a group work in a project."""
    retrieve = get(f"{_GROUPS}/{{group_id}}", GroupRetrieveParams, ProjectGroup)
    """Fetch a group of a project."""
    list = get(_GROUPS, GroupListParams, NextCursorPage[ProjectGroup])
    """List the groups of a project."""
    delete = delete(f"{_GROUPS}/{{group_id}}", GroupDeleteResponse)
    """Take a group out of a project."""
    roles = nested(GroupRoles)
    """The roles that they have in it."""


class Roles(Resource):
    """Named sets of permissions in a project."""

    path = "admin.organization.projects.roles"
    _admin = True

    create = post(_ROLES, roles.RoleCreateParams, roles.Role)
    """Make a role of a project."""
    retrieve = get(f"{_ROLES}/{{role_id}}", roles.Role)
    """Fetch a role of a project."""
    update = post(f"{_ROLES}/{{role_id}}", roles.RoleUpdateParams, roles.Role)
    """Change a role of a project."""
    list = get(_ROLES, roles.RoleListParams, NextCursorPage[roles.Role])
    """List the roles of a project."""
    delete = delete(f"{_ROLES}/{{role_id}}", roles.RoleDeleteResponse)
    """Delete a role of a project."""


class ServiceAccountKeys(Resource):
    """Further keys of a service account."""

    _admin = True

    create = post(f"{_ACCOUNTS}/{{service_account_id}}/api_keys", APIKeyCreateParams, APIKeyCreateResponse)
    """Make a key for a service account; it is said in this answer only (`value`)."""


class ServiceAccounts(Resource):
    """Accounts for programs."""

    path = "admin.organization.projects.service_accounts"
    _admin = True

    create = post(_ACCOUNTS, ServiceAccountCreateParams, ServiceAccountCreateResponse)
    """Make a service account, with a key that is said in this answer only (`api_key.value`)."""
    retrieve = get(f"{_ACCOUNTS}/{{service_account_id}}", ProjectServiceAccount)
    """Fetch a service account."""
    update = post(f"{_ACCOUNTS}/{{service_account_id}}", ServiceAccountUpdateParams, ProjectServiceAccount)
    """Change the name or the role of a service account."""
    list = get(_ACCOUNTS, ServiceAccountListParams, CursorPage[ProjectServiceAccount])
    """List the service accounts of a project."""
    delete = delete(f"{_ACCOUNTS}/{{service_account_id}}", ServiceAccountDeleteResponse)
    """Delete a service account, and its keys."""
    api_keys = nested(ServiceAccountKeys)
    """Further keys of one."""


class APIKeys(Resource):
    """The keys of a project. They are made by their users, or with a service account."""

    path = "admin.organization.projects.api_keys"
    _admin = True

    retrieve = get(f"{_KEYS}/{{api_key_id}}", ProjectAPIKey)
    """Fetch a key, without the key itself."""
    update = post(f"{_KEYS}/{{api_key_id}}", APIKeyUpdateParams, ProjectAPIKey)
    """Change what a key may do, or how long it is good."""
    list = get(_KEYS, APIKeyListParams, CursorPage[ProjectAPIKey])
    """List the keys of a project, without the keys themselves."""
    delete = delete(f"{_KEYS}/{{api_key_id}}", APIKeyDeleteResponse)
    """Make a key void; those of a service account go with it."""
