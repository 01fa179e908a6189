"""What an entry of the audit log says of what was done: one shape for each kind that says the same.

API reference: "Administration", Audit logs. The entries: `audit_logs.py`.

Rules: nothing here has to be there; what was made says its `data`, what was changed its `changes_requested`.
"""

from typing import Any, Literal

from typed_openai.models.admin.external_storage import Provider
from typed_openai.models.base import Open, Result


class Subject(Result):
    """To what something was done."""

    id: str | None = None
    """Its id."""


class NamedSubject(Subject):
    """To what something was done, by name."""

    name: str | None = None
    """Its name."""


class MadeOfAnything(Subject):
    """What was made, in whatever shape."""

    data: dict[str, Any] | None = None
    """What was said of it."""


class ChangedAnyhow(Subject):
    """What was changed, in whatever shape."""

    changes_requested: dict[str, Any] | None = None
    """What was to change."""


class KeyScopes(Result):
    """What a key may do."""

    scopes: list[str] | None = None
    """Its scopes, such as `api.model.request`."""


class KeyChanges(KeyScopes):
    """What was to change of a key."""

    expires_in_seconds: int | None = None
    """How long it was to be good."""


class APIKeyCreated(Subject):
    """A key that was made."""

    data: KeyScopes | None = None
    """What it may do."""


class APIKeyUpdated(Subject):
    """A key that was changed."""

    changes_requested: KeyChanges | None = None
    """What was to change."""


class CertificateDeleted(NamedSubject):
    """A certificate that was deleted."""

    certificate: str | None = None
    """The certificate as PEM."""


class CertificatesToggled(Result):
    """Certificates that were made active or inactive."""

    certificates: list[NamedSubject] | None = None
    """Which."""


class CheckpointPermission(Result):
    """Who may use a checkpoint."""

    fine_tuned_model_checkpoint: str | None = None
    """The checkpoint."""
    project_id: str | None = None
    """The project."""


class CheckpointPermissionCreated(Subject):
    """A project that may use a checkpoint now."""

    data: CheckpointPermission | None = None
    """Which, and what."""


class ExternalStoragePlace(Result):
    """Where files are kept."""

    geography: str | None = None
    """In which region."""
    provider: Provider | None = None
    """With whom."""


class ExternalStorageRegistered(Subject):
    """A bucket of your own that was registered."""

    data: ExternalStoragePlace | None = None
    """Where it is."""


class GroupName(Result):
    """What a group is called."""

    group_name: str | None = None
    """Its name."""


class GroupCreated(Subject):
    """A group that was made."""

    data: GroupName | None = None
    """What it is called."""


class GroupUpdated(Subject):
    """A group that was changed."""

    changes_requested: GroupName | None = None
    """What it was to be called."""


class MemberRole(Result):
    """What somebody is."""

    role: str | None = None
    """Their role."""


class InvitedMember(MemberRole):
    """Who was invited, as what."""

    email: str | None = None
    """Their address."""


class InviteSent(Subject):
    """An invitation that was sent."""

    data: InvitedMember | None = None
    """To whom, as what."""


class MemberAdded(Subject):
    """A user or a service account that came in."""

    data: MemberRole | None = None
    """As what."""


class MemberUpdated(Subject):
    """A user or a service account that was changed."""

    changes_requested: MemberRole | None = None
    """What they were to be."""


class IPAllowlistUpdated(Subject):
    """A list of addresses that was changed."""

    allowed_ips: list[str] | None = None
    """The addresses, or ranges of them."""


class IPAllowlist(IPAllowlistUpdated):
    """A list of addresses that was made or deleted."""

    name: str | None = None
    """What it is called."""


class IPAllowlistsToggled(Result):
    """Lists of addresses that were put to use, or out of it."""

    configs: list[NamedSubject] | None = None
    """Which."""


class SignFailed(Result):
    """Why somebody could not log in or out."""

    error_code: str | None = None
    """The reason as a code."""
    error_message: str | None = None
    """The reason in words."""


class OrganizationChanges(Result):
    """What was to change of the organization."""

    api_call_logging: str | None = None
    """Whose calls are logged."""
    api_call_logging_project_ids: str | None = None
    """Those of which projects."""
    description: str | None = None
    """What is said of it."""
    name: str | None = None
    """Its name."""
    threads_ui_visibility: str | None = None
    """Who sees threads: `ANY_ROLE`, `OWNERS`, or `NONE`."""
    title: str | None = None
    """Its title."""
    usage_dashboard_visibility: str | None = None
    """Who sees what it uses: `ANY_ROLE` or `OWNERS`."""


class OrganizationUpdated(Subject):
    """The organization, changed."""

    changes_requested: OrganizationChanges | None = None
    """What was to change."""


class ProjectTitle(Result):
    """What a project is called on the dashboard."""

    title: str | None = None
    """Its title."""


class ProjectNames(ProjectTitle):
    """What a project is called."""

    name: str | None = None
    """Its name."""


class ProjectCreated(Subject):
    """A project that was made."""

    data: ProjectNames | None = None
    """What it is called."""


class ProjectUpdated(Subject):
    """A project that was changed."""

    changes_requested: ProjectTitle | None = None
    """What it was to be called."""


class RateLimitChanges(Result):
    """What was to change of a rate limit."""

    batch_1_day_max_input_tokens: int | None = None
    """Input tokens of batches in a day."""
    max_audio_megabytes_per_1_minute: int | None = None
    """Megabytes of audio in a minute."""
    max_images_per_1_minute: int | None = None
    """Pictures in a minute."""
    max_requests_per_1_day: int | None = None
    """Requests in a day."""
    max_requests_per_1_minute: int | None = None
    """Requests in a minute."""
    max_tokens_per_1_minute: int | None = None
    """Tokens in a minute."""


class RateLimitUpdated(Subject):
    """A rate limit that was changed."""

    changes_requested: RateLimitChanges | None = None
    """What was to change."""


class RoleAssignment(Subject):
    """A role that somebody got or lost."""

    principal_id: str | None = None
    """Who: a user or a group."""
    principal_type: str | None = None
    """Which of the two."""
    resource_id: str | None = None
    """In what."""
    resource_type: str | None = None
    """What kind of thing that is."""


class RoleBinding(Subject):
    """A role that came to mean something for a thing, or no more."""

    connector_id: str | None = None
    """Which connector."""
    connector_name: str | None = None
    """What that is called."""
    enabled: bool | None = None
    """Whether it may be used."""
    permissions: list[str] | None = None
    """What the role allows there."""
    resource_id: str | None = None
    """Which thing."""
    resource_type: str | None = None
    """What kind of thing that is."""
    role_id: str | None = None
    """Which role."""
    source: (
        Open[
            Literal["role_toggle", "role_connector_update", "role_delete", "workspace_permissions", "connector_publish"]
        ]
        | None
    ) = None
    """How it came about."""
    workspace_id: str | None = None
    """In which workspace."""


class RoleCreated(Subject):
    """A role that was made."""

    permissions: list[str] | None = None
    """What it allows."""
    resource_id: str | None = None
    """In what."""
    resource_type: str | None = None
    """What kind of thing that is."""
    role_name: str | None = None
    """What it is called."""


class RoleChanges(Result):
    """What was to change of a role."""

    description: str | None = None
    """What it is for."""
    metadata: dict[str, Any] | None = None
    """Notes that are kept with it."""
    permissions_added: list[str] | None = None
    """What it allows beside the rest."""
    permissions_removed: list[str] | None = None
    """What it allows no more."""
    resource_id: str | None = None
    """In what."""
    resource_type: str | None = None
    """What kind of thing that is."""
    role_name: str | None = None
    """What it is called."""


class RoleUpdated(Subject):
    """A role that was changed."""

    changes_requested: RoleChanges | None = None
    """What was to change."""


class IdentityMappingCreated(MadeOfAnything):
    """A rule of an identity provider that was made."""

    identity_provider_id: str | None = None
    """Of which provider."""


class IdentityMappingUpdated(ChangedAnyhow):
    """A rule of an identity provider that was changed."""

    identity_provider_id: str | None = None
    """Of which provider."""


class IdentityMappingDeleted(Subject):
    """A rule of an identity provider that was deleted."""

    identity_provider_id: str | None = None
    """Of which provider."""
    project_id: str | None = None
    """In which project."""
    service_account_id: str | None = None
    """For which service account."""
