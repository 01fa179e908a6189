"""The administration of an organization (API reference: Administration). All of it is asked with `admin_api_key`.

What hangs below `organization` has a file of its own for each area; by `_admin = True` of a class there a client knows
which key to send.
"""

from typed_openai.core.declare.verbs import Resource, nested


class Organization(Resource):
    """An organization: its projects, what they cost, what was done in them."""

    admin_api_keys = nested("typed_openai.resources.organization_access.AdminAPIKeys")
    """Keys for administration itself."""
    audit_logs = nested("typed_openai.resources.organization_audit_logs.AuditLogs")
    """Who did what."""
    certificates = nested("typed_openai.resources.organization_access.Certificates")
    """Certificates for mutual TLS."""
    data_retention = nested("typed_openai.resources.organization_settings.DataRetention")
    """What the service keeps of what the organization sends."""
    external_keys = nested("typed_openai.resources.organization_settings.ExternalKeys")
    """Encryption keys of your own."""
    external_storage = nested("typed_openai.resources.organization_settings.ExternalStorage")
    """Buckets of your own for the files of projects."""
    groups = nested("typed_openai.resources.organization_groups.Groups")
    """Groups of users."""
    invites = nested("typed_openai.resources.organization_invites.Invites")
    """Invitations."""
    projects = nested("typed_openai.resources.projects.Projects")
    """What work, keys, people and bills are divided into."""
    roles = nested("typed_openai.resources.organization_roles.Roles")
    """Named sets of permissions."""
    spend_alerts = nested("typed_openai.resources.organization_settings.SpendAlerts")
    """Mails about what is spent."""
    spend_limit = nested("typed_openai.resources.organization_settings.SpendLimit")
    """What may be spent."""
    usage = nested("typed_openai.resources.organization_usage.Usage")
    """What the organization has used, and what it cost."""
    users = nested("typed_openai.resources.organization_users.Users")
    """Who is in the organization."""
    workload_identity_providers = nested("typed_openai.resources.organization_access.WorkloadIdentityProviders")
    """Those whose tokens are good in place of a key."""


class Admin(Resource):
    """What an administrator does."""

    path = "admin"

    organization = nested(Organization)
    """The organization that the key belongs to."""
