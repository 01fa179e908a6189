"""The audit log of an organization: who did what in it, when (`/organization/audit_logs`).

API reference: "Administration", Audit logs. What an entry says of what was done: `audit_log_details.py`.

Rules
* An entry has one member with details, which is called as its `type` is, with `_` for `.`; `details` is that member.
* What is newer than this package has no member of its own: `details` is the dict that came then.
"""

from typing import Any, Literal

from pydantic import Field, StrictBool, StrictInt

from typed_openai.models.admin.audit_log_details import (
    APIKeyCreated,
    APIKeyUpdated,
    CertificateDeleted,
    CertificatesToggled,
    ChangedAnyhow,
    CheckpointPermissionCreated,
    ExternalStorageRegistered,
    GroupCreated,
    GroupUpdated,
    IdentityMappingCreated,
    IdentityMappingDeleted,
    IdentityMappingUpdated,
    InviteSent,
    IPAllowlist,
    IPAllowlistsToggled,
    IPAllowlistUpdated,
    MadeOfAnything,
    MemberAdded,
    MemberUpdated,
    NamedSubject,
    OrganizationUpdated,
    ProjectCreated,
    ProjectUpdated,
    RateLimitUpdated,
    RoleAssignment,
    RoleBinding,
    RoleCreated,
    RoleUpdated,
    SignFailed,
    Subject,
)
from typed_openai.models.admin.audit_log_types import AuditLogEventType
from typed_openai.models.admin.lists import AdminListParams
from typed_openai.models.base import Open, Params, Result


class EffectiveAt(Params):
    """A span of time."""

    gt: StrictInt | None = None
    """After this moment, Unix seconds."""
    gte: StrictInt | None = None
    """From this moment on."""
    lt: StrictInt | None = None
    """Before this moment."""
    lte: StrictInt | None = None
    """Up to this moment."""


class AuditLogListParams(AdminListParams):
    """Which entries to list, the newest first: 20 on a page unless `limit` says otherwise, at most 100."""

    actor_emails: list[str] | None = None
    """Only what users with one of these addresses did."""
    actor_ids: list[str] | None = None
    """Only what one of these did: users, service accounts or tracked keys (`key_...`)."""
    before: str | None = None
    """Go back from the entry with this id."""
    effective_at: EffectiveAt | None = None
    """Only what was done in a span of time: `{"gte": 1750000000}`."""
    event_types: list[AuditLogEventType] | None = None
    """Only what is of one of these kinds."""
    project_ids: list[str] | None = None
    """Only what was done in these projects."""
    resource_ids: list[str] | None = None
    """Only what was done to things with these ids."""
    tenant_only: StrictBool | None = None
    """True: only what was done in the whole tenant, which needs a type for it. Default false."""


class AuditLogUser(Result):
    """Who did something, with an account."""

    id: str | None = None
    """Their id."""
    email: str | None = None
    """Their address."""


class AuditLogServiceAccount(Result):
    """Which program did something."""

    id: str | None = None
    """The id of its service account."""


class AuditLogApiKey(Result):
    """With which key something was done."""

    id: str | None = None
    """The id under which the key is tracked."""
    type: Open[Literal["user", "service_account"]] | None = None
    """Whose key it is."""
    user: AuditLogUser | None = None
    """The user, if it is that of one."""
    service_account: AuditLogServiceAccount | None = None
    """The service account, if it is that of one."""


class AuditLogSession(Result):
    """In which session of the dashboard something was done."""

    user: AuditLogUser | None = None
    """Whose it is."""
    ip_address: str | None = None
    """From which address."""


class AuditLogActor(Result):
    """Who did something."""

    type: Open[Literal["session", "api_key"]] | None = None
    """How: on the dashboard, or with a key."""
    session: AuditLogSession | None = None
    """On the dashboard."""
    api_key: AuditLogApiKey | None = None
    """With a key."""


class AuditLogProject(Result):
    """In which project something was done."""

    id: str | None = None
    """Its id."""
    name: str | None = None
    """Its title."""


class AuditLogListResponse(Result):
    """An entry of the audit log."""

    id: str
    """Names the entry."""
    type: Open[AuditLogEventType]
    """What was done."""
    effective_at: int
    """When, Unix seconds."""
    actor: AuditLogActor | None = None
    """Who did it."""
    project: AuditLogProject | None = None
    """In which project; None in none."""
    api_key_created: APIKeyCreated | None = Field(alias="api_key.created", default=None)
    api_key_updated: APIKeyUpdated | None = Field(alias="api_key.updated", default=None)
    api_key_deleted: Subject | None = Field(alias="api_key.deleted", default=None)
    certificate_created: NamedSubject | None = Field(alias="certificate.created", default=None)
    certificate_updated: NamedSubject | None = Field(alias="certificate.updated", default=None)
    certificate_deleted: CertificateDeleted | None = Field(alias="certificate.deleted", default=None)
    certificates_activated: CertificatesToggled | None = Field(alias="certificates.activated", default=None)
    certificates_deactivated: CertificatesToggled | None = Field(alias="certificates.deactivated", default=None)
    checkpoint_permission_created: CheckpointPermissionCreated | None = Field(
        alias="checkpoint.permission.created", default=None
    )
    checkpoint_permission_deleted: Subject | None = Field(alias="checkpoint.permission.deleted", default=None)
    external_key_registered: MadeOfAnything | None = Field(alias="external_key.registered", default=None)
    external_key_removed: Subject | None = Field(alias="external_key.removed", default=None)
    external_storage_registered: ExternalStorageRegistered | None = Field(
        alias="external_storage.registered", default=None
    )
    external_storage_removed: Subject | None = Field(alias="external_storage.removed", default=None)
    group_created: GroupCreated | None = Field(alias="group.created", default=None)
    group_updated: GroupUpdated | None = Field(alias="group.updated", default=None)
    group_deleted: Subject | None = Field(alias="group.deleted", default=None)
    invite_sent: InviteSent | None = Field(alias="invite.sent", default=None)
    invite_accepted: Subject | None = Field(alias="invite.accepted", default=None)
    invite_deleted: Subject | None = Field(alias="invite.deleted", default=None)
    ip_allowlist_created: IPAllowlist | None = Field(alias="ip_allowlist.created", default=None)
    ip_allowlist_updated: IPAllowlistUpdated | None = Field(alias="ip_allowlist.updated", default=None)
    ip_allowlist_deleted: IPAllowlist | None = Field(alias="ip_allowlist.deleted", default=None)
    ip_allowlist_config_activated: IPAllowlistsToggled | None = Field(
        alias="ip_allowlist.config.activated", default=None
    )
    ip_allowlist_config_deactivated: IPAllowlistsToggled | None = Field(
        alias="ip_allowlist.config.deactivated", default=None
    )
    login_succeeded: dict[str, Any] | None = Field(alias="login.succeeded", default=None)
    login_failed: SignFailed | None = Field(alias="login.failed", default=None)
    logout_succeeded: dict[str, Any] | None = Field(alias="logout.succeeded", default=None)
    logout_failed: SignFailed | None = Field(alias="logout.failed", default=None)
    organization_updated: OrganizationUpdated | None = Field(alias="organization.updated", default=None)
    project_created: ProjectCreated | None = Field(alias="project.created", default=None)
    project_updated: ProjectUpdated | None = Field(alias="project.updated", default=None)
    project_archived: Subject | None = Field(alias="project.archived", default=None)
    project_deleted: Subject | None = Field(alias="project.deleted", default=None)
    rate_limit_updated: RateLimitUpdated | None = Field(alias="rate_limit.updated", default=None)
    rate_limit_deleted: Subject | None = Field(alias="rate_limit.deleted", default=None)
    role_created: RoleCreated | None = Field(alias="role.created", default=None)
    role_updated: RoleUpdated | None = Field(alias="role.updated", default=None)
    role_deleted: Subject | None = Field(alias="role.deleted", default=None)
    role_assignment_created: RoleAssignment | None = Field(alias="role.assignment.created", default=None)
    role_assignment_deleted: RoleAssignment | None = Field(alias="role.assignment.deleted", default=None)
    role_bound_to_resource: RoleBinding | None = Field(alias="role.bound_to_resource", default=None)
    role_unbound_from_resource: RoleBinding | None = Field(alias="role.unbound_from_resource", default=None)
    scim_enabled: Subject | None = Field(alias="scim.enabled", default=None)
    scim_disabled: Subject | None = Field(alias="scim.disabled", default=None)
    service_account_created: MemberAdded | None = Field(alias="service_account.created", default=None)
    service_account_updated: MemberUpdated | None = Field(alias="service_account.updated", default=None)
    service_account_deleted: Subject | None = Field(alias="service_account.deleted", default=None)
    user_added: MemberAdded | None = Field(alias="user.added", default=None)
    user_updated: MemberUpdated | None = Field(alias="user.updated", default=None)
    user_deleted: Subject | None = Field(alias="user.deleted", default=None)
    workload_identity_provider_created: MadeOfAnything | None = Field(
        alias="workload_identity_provider.created", default=None
    )
    workload_identity_provider_updated: ChangedAnyhow | None = Field(
        alias="workload_identity_provider.updated", default=None
    )
    workload_identity_provider_deleted: NamedSubject | None = Field(
        alias="workload_identity_provider.deleted", default=None
    )
    workload_identity_provider_mapping_created: IdentityMappingCreated | None = Field(
        alias="workload_identity_provider_mapping.created", default=None
    )
    workload_identity_provider_mapping_updated: IdentityMappingUpdated | None = Field(
        alias="workload_identity_provider_mapping.updated", default=None
    )
    workload_identity_provider_mapping_deleted: IdentityMappingDeleted | None = Field(
        alias="workload_identity_provider_mapping.deleted", default=None
    )

    @property
    def details(self) -> Any:
        """What is said of what was done: the member that is called as `type` is; None where there is none."""
        return getattr(self, self.type.replace(".", "_"), (self.__pydantic_extra__ or {}).get(self.type))
