"""Who works in a project, and with which keys: users, groups, service accounts, API keys.

API reference: "Administration", Project users, groups, service accounts, API keys. What roles they have:
`assigned_roles.py`.

Rules: a key is said in full once, in the answer to making it (`value`), later only its ends (`redacted_value`).
"""

from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt

from typed_openai.models.admin.lists import AdminListParams, CursorListParams
from typed_openai.models.base import Nullable, Open, Params, Result
from typed_openai.models.receipts import Deleted

# -- users ------------------------------------------------------------------------------------------------------------


class UserCreateParams(Params):
    """Who comes into a project: a user of the organization, by id or address."""

    role: str
    """What they are there: `owner` or `member`."""
    email: Nullable[str] = None
    """Their address."""
    user_id: Nullable[str] = None
    """Their id."""


class UserUpdateParams(Params):
    """What to change of a user of a project."""

    role: Nullable[str] = None
    """What they are there: `owner` or `member`."""


class UserListParams(AdminListParams):
    """Which users of a project to list: 20 on a page unless `limit` says otherwise, at most 100."""


class ProjectUser(Result):
    """A user of a project."""

    object: Open[Literal["organization.project.user"]]
    id: str
    """Names the user in other calls."""
    added_at: int
    """When they came into the project, Unix seconds."""
    role: str
    """What they are there: `owner` or `member`."""
    email: str | None = None
    """Their address."""
    name: str | None = None
    """Their name."""


class UserDeleteResponse(Deleted):
    """A user who is out of a project."""

    object: Open[Literal["organization.project.user.deleted"]]


# -- groups -----------------------------------------------------------------------------------------------------------


class GroupCreateParams(Params):
    """Which group comes into a project."""

    group_id: str
    """The group."""
    role: str
    """The role that its members get there: its id, or `owner` or `member`."""


class GroupRetrieveParams(Params):
    """Which kind of group to look for."""

    group_type: Literal["group", "tenant_group"] | None = None
    """One of the organization (`group`, default) or of the whole tenant."""


class GroupListParams(CursorListParams):
    """Which groups of a project to list; 20 to a page and the oldest first unless this says otherwise."""

    limit: Annotated[StrictInt, Field(ge=0, le=100)] | None = None
    """How many to a page, up to 100."""


class ProjectGroup(Result):
    """A group that has access to a project."""

    object: Open[Literal["project.group"]]
    project_id: str
    """Which project."""
    group_id: str
    """Which group."""
    group_name: str
    """What the group is called."""
    group_type: Open[Literal["group", "tenant_group"]]
    """Whether it is one of the organization or of the whole tenant."""
    created_at: int
    """When it came into the project, Unix seconds."""


class GroupDeleteResponse(Result):
    """A group that is out of a project."""

    object: Open[Literal["project.group.deleted"]]
    deleted: bool
    """Whether it is out."""


# -- service accounts -------------------------------------------------------------------------------------------------


class ServiceAccountCreateParams(Params):
    """An account for a program."""

    name: str
    """What it is called."""
    create_service_account_only: Nullable[StrictBool] = None
    """True: without a key and without the roles that it has by default."""
    expires_in_seconds: Nullable[StrictInt] = None
    """How long its first key is good, in seconds. Default: for ever, unless your policy asks for an end."""


class ServiceAccountUpdateParams(Params):
    """What to change of a service account."""

    name: str | None = None
    """What it is called."""
    role: Literal["member", "owner"] | None = None
    """What it is in the project."""


class ServiceAccountListParams(AdminListParams):
    """Which service accounts to list: 20 on a page unless `limit` says otherwise, at most 100."""


class _Account(Result):
    object: Open[Literal["organization.project.service_account"]]
    id: str
    """Names the account in other calls."""
    name: str
    """What it is called."""
    created_at: int
    """When it was made, Unix seconds."""


class ProjectServiceAccount(_Account):
    """An account for a program."""

    role: Open[Literal["owner", "member", "none"]]
    """What it is in the project."""


class APIKeyCreateResponse(Result):
    """A key of a service account, in full: it is not said again."""

    object: Open[Literal["organization.project.service_account.api_key"]]
    id: str
    """Names the key in other calls."""
    value: str = Field(repr=False)
    """The key: keep it where secrets are kept. No repr shows it."""
    name: str
    """What it is called."""
    created_at: int
    """When it was made, Unix seconds."""
    expires_at: int | None = None
    """Until when it is good, Unix seconds; None for ever."""


class ServiceAccountCreateResponse(_Account):
    """A new account for a program, with its first key."""

    role: Open[Literal["member", "none"]]
    """What it is in the project."""
    api_key: APIKeyCreateResponse | None
    """Its key, which is not said again; None when it was made without."""


class ServiceAccountDeleteResponse(Deleted):
    """A service account that was deleted."""

    object: Open[Literal["organization.project.service_account.deleted"]]


# -- keys -------------------------------------------------------------------------------------------------------------


class APIKeyCreateParams(Params):
    """A further key of a service account."""

    expires_in_seconds: Nullable[StrictInt] = None
    """How long it is good, in seconds. Default: for ever, unless your policy asks for an end."""
    name: str | None = None
    """What it is called."""
    scopes: list[str] | None = None
    """What it may do. Default: all that the account may."""


class APIKeyUpdateParams(Params):
    """What to change of a key that is still good."""

    expires_in_seconds: StrictInt | None = None
    """How long it is good from now on, in seconds. Default: as long as before."""
    scopes: list[str] | None = None
    """What it may do from now on; `[]` for all that its owner may, `["api.all.read"]` to read only."""


class APIKeyListParams(AdminListParams):
    """Which keys of a project to list: 20 on a page unless `limit` says otherwise, at most 100."""

    owner_project_access: Literal["active", "inactive", "any"] | None = None
    """Only those whose owners have access to the project, or have none. Left out, some of the latter are missing."""


class _Owner(Result):
    id: str
    """Whose id."""
    name: str
    """Their name."""
    created_at: int
    """When the account was made, Unix seconds."""
    role: str
    """What they are in the project."""


class ProjectApiKeyOwnerServiceAccount(_Owner):
    """The service account that a key belongs to."""


class ProjectApiKeyOwnerUser(_Owner):
    """The user that a key belongs to."""

    email: str
    """Their address."""


class ProjectApiKeyOwner(Result):
    """Whom a key belongs to."""

    type: Open[Literal["user", "service_account"]] | None = None
    """Which of the two it is."""
    user: ProjectApiKeyOwnerUser | None = None
    """The user."""
    service_account: ProjectApiKeyOwnerServiceAccount | None = None
    """The service account."""


class ProjectAPIKey(Result):
    """A key of a project, without the key itself."""

    object: Open[Literal["organization.project.api_key"]]
    id: str
    """Names the key in other calls."""
    redacted_value: str
    """The ends of it."""
    name: str
    """What it is called."""
    created_at: int
    """When it was made, Unix seconds."""
    last_used_at: int | None
    """When it was used last, Unix seconds; None for never."""
    owner_project_access: Open[Literal["active", "inactive"]]
    """Whether its owner has access to the project."""
    owner: ProjectApiKeyOwner
    """Whose it is."""
    expires_at: int | None = None
    """Until when it is good, Unix seconds; None for ever."""


class APIKeyDeleteResponse(Deleted):
    """A key that is void."""

    object: Open[Literal["organization.project.api_key.deleted"]]
