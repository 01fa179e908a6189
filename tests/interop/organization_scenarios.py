"""What is asked of steady about an organization: users, groups, roles, keys, limits, and what is kept of its data.

What the description does not know (external keys and storage, workload identity) is not asked of steady; its
scenarios serve the tests that need one call of each operation.
"""

from __future__ import annotations

from typing import Any

from tests.interop.scenario import Scenario, scenario
from typed_openai.models.base import NULL

AT = "admin.organization"
PAGE: dict[str, Any] = {"after": "x_0", "limit": 3, "order": "desc"}
ALERT: dict[str, Any] = {
    "currency": "USD",
    "interval": "month",
    "threshold_amount": 100_000,
    "notification_channel": {"type": "email", "recipients": ["a@example.com"], "subject_prefix": "Spent:"},
}
LIMIT: dict[str, Any] = {"currency": "USD", "interval": "month", "threshold_amount": 1}
OIDC: dict[str, Any] = {"audience": "openai", "issuer": "https://issuer.example.com", "name": "cloud", "type": "oidc"}

MEMBERS: list[Scenario] = [
    scenario(f"{AT}.users.retrieve", "by id", "user_1"),
    scenario(f"{AT}.users.update", "by the name of a role", "user_1", role="owner"),
    scenario(
        f"{AT}.users.update",
        "with everything, and without",
        "user_1",
        role=NULL,
        role_id="role_1",
        technical_level="high",
        developer_persona=NULL,
    ),
    scenario(f"{AT}.users.list", "all of them"),
    scenario(f"{AT}.users.list", "with every filter", after="user_0", limit=3, emails=["a@example.com", "b@c.de"]),
    scenario(f"{AT}.users.delete", "by id", "user_1"),
    scenario(f"{AT}.users.roles.create", "by id", "user_1", role_id="role_1"),
    scenario(f"{AT}.users.roles.retrieve", "by ids", "role_1", user_id="user_1"),
    scenario(f"{AT}.users.roles.list", "a page", "user_1", **PAGE),
    scenario(f"{AT}.users.roles.delete", "by ids", "role_1", user_id="user_1"),
    scenario(f"{AT}.groups.create", "by name", name="Writers"),
    scenario(f"{AT}.groups.retrieve", "by id", "group_1"),
    scenario(f"{AT}.groups.update", "of its name", "group_1", name="Readers"),
    scenario(f"{AT}.groups.list", "a page", **PAGE),
    scenario(f"{AT}.groups.delete", "by id", "group_1"),
    scenario(f"{AT}.groups.users.create", "by id", "group_1", user_id="user_1"),
    scenario(f"{AT}.groups.users.retrieve", "by ids", "user_1", group_id="group_1"),
    scenario(f"{AT}.groups.users.list", "a page", "group_1", **PAGE),
    scenario(f"{AT}.groups.users.delete", "by ids", "user_1", group_id="group_1"),
    scenario(f"{AT}.groups.roles.create", "by id", "group_1", role_id="role_1"),
    scenario(f"{AT}.groups.roles.retrieve", "by ids", "role_1", group_id="group_1"),
    scenario(f"{AT}.groups.roles.list", "a page", "group_1", **PAGE),
    scenario(f"{AT}.groups.roles.delete", "by ids", "role_1", group_id="group_1"),
    scenario(f"{AT}.roles.create", "by name", role_name="auditor", permissions=["api.usage.read"]),
    scenario(f"{AT}.roles.create", "without words", role_name="auditor", permissions=[], description=NULL),
    scenario(f"{AT}.roles.retrieve", "by id", "role_1"),
    scenario(f"{AT}.roles.update", "of all", "role_1", role_name="reader", permissions=["a"], description="Reads."),
    scenario(f"{AT}.roles.update", "to nothing", "role_1", role_name=NULL, permissions=NULL, description=NULL),
    scenario(f"{AT}.roles.list", "a page", **PAGE),
    scenario(f"{AT}.roles.delete", "by id", "role_1"),
    scenario(f"{AT}.invites.create", "to the organization", email="a@example.com", role="reader"),
    scenario(
        f"{AT}.invites.create",
        "to projects",
        email="a@example.com",
        role="owner",
        projects=[{"id": "proj_1", "role": "member"}, {"id": "proj_2", "role": "owner"}],
    ),
    scenario(f"{AT}.invites.retrieve", "by id", "invite_1"),
    scenario(f"{AT}.invites.list", "a page", after="invite_0", limit=3),
    scenario(f"{AT}.invites.delete", "by id", "invite_1"),
]

ACCESS: list[Scenario] = [
    scenario(f"{AT}.admin_api_keys.create", "by name", name="nightly"),
    scenario(f"{AT}.admin_api_keys.create", "for a year", name="nightly", expires_in_seconds=31_536_000),
    scenario(f"{AT}.admin_api_keys.retrieve", "by id", "key_1"),
    scenario(f"{AT}.admin_api_keys.list", "a page", **PAGE),
    scenario(f"{AT}.admin_api_keys.delete", "by id", "key_1"),
    scenario(f"{AT}.certificates.create", "as PEM", certificate="-----BEGIN CERTIFICATE-----\n...", name="office"),
    scenario(f"{AT}.certificates.retrieve", "by id", "cert_1"),
    scenario(f"{AT}.certificates.retrieve", "with what is in it", "cert_1", include=["content"]),
    scenario(f"{AT}.certificates.update", "of its name", "cert_1", name="home"),
    scenario(f"{AT}.certificates.list", "a page", **PAGE),
    scenario(f"{AT}.certificates.delete", "by id", "cert_1"),
    scenario(f"{AT}.certificates.activate", "by ids", certificate_ids=["cert_1", "cert_2"]),
    scenario(f"{AT}.certificates.deactivate", "by ids", certificate_ids=["cert_1"]),
    scenario(f"{AT}.workload_identity_providers.create", "whose keys everybody may see", **OIDC),
    scenario(f"{AT}.workload_identity_providers.retrieve", "by id", "wip_1"),
    scenario(f"{AT}.workload_identity_providers.update", "of its words", "wip_1", description=NULL, enabled=False),
    scenario(f"{AT}.workload_identity_providers.list", "a page", **PAGE),
    scenario(f"{AT}.workload_identity_providers.delete", "by id", "wip_1"),
    scenario(
        f"{AT}.workload_identity_providers.federation_rules.create",
        "for everything that it may",
        "wip_1",
        attribute_matchers={"repository": "org/name", "protected": True, "attempt": 1},
        project_id="proj_1",
        service_account_id="sa_1",
    ),
    scenario(
        f"{AT}.workload_identity_providers.federation_rules.retrieve",
        "by ids",
        "rule_1",
        workload_identity_provider_id="wip_1",
    ),
    scenario(
        f"{AT}.workload_identity_providers.federation_rules.update",
        "for less",
        "rule_1",
        workload_identity_provider_id="wip_1",
        name=NULL,
        permissions={"type": "restricted", "scopes": ["api.responses.write"]},
    ),
    scenario(f"{AT}.workload_identity_providers.federation_rules.list", "a page", "wip_1", **PAGE),
    scenario(
        f"{AT}.workload_identity_providers.federation_rules.delete",
        "by ids",
        "rule_1",
        workload_identity_provider_id="wip_1",
    ),
]

SETTINGS: list[Scenario] = [
    scenario(f"{AT}.spend_alerts.create", "by mail", **ALERT),
    scenario(f"{AT}.spend_alerts.retrieve", "by id", "alert_1"),
    scenario(f"{AT}.spend_alerts.update", "by another", "alert_1", **{**ALERT, "threshold_amount": 0}),
    scenario(f"{AT}.spend_alerts.list", "a page", **PAGE),
    scenario(f"{AT}.spend_alerts.list", "back", before="alert_9"),
    scenario(f"{AT}.spend_alerts.delete", "by id", "alert_1"),
    scenario(f"{AT}.spend_limit.retrieve", "of the organization"),
    scenario(f"{AT}.spend_limit.update", "to an amount", **LIMIT),
    scenario(f"{AT}.spend_limit.delete", "of the organization"),
    scenario(f"{AT}.data_retention.retrieve", "of the organization"),
    scenario(f"{AT}.data_retention.update", "to nothing kept", retention_type="zero_data_retention"),
    scenario(
        f"{AT}.external_keys.create",
        "at AWS",
        name="key",
        type="aws",
        external_id="org-1",
        kms_arn="arn:aws:kms:eu-central-1:1:key/1",
        role_arn="arn:aws:iam::1:role/openai",
    ),
    scenario(f"{AT}.external_keys.retrieve", "by id", "ekey_1"),
    scenario(f"{AT}.external_keys.list", "for one purpose", **PAGE, purpose="ekm"),
    scenario(f"{AT}.external_keys.delete", "by id", "ekey_1"),
    scenario(f"{AT}.external_keys.validate", "by id", "ekey_1"),
    scenario(
        f"{AT}.external_storage.create",
        "at Oracle",
        project_id="proj_1",
        provider={"type": "oci", "bucket": "b", "region": "eu-frankfurt-1", "tenancy_ocid": "ocid1.tenancy.oc1..a"},
    ),
    scenario(f"{AT}.external_storage.retrieve", "by id", "store_1"),
    scenario(f"{AT}.external_storage.list", "of one project", **PAGE, project_id="proj_1"),
    scenario(f"{AT}.external_storage.delete", "by id", "store_1"),
    scenario(f"{AT}.external_storage.validate", "by id", "store_1"),
]

ORGANIZATION = [*MEMBERS, *ACCESS, *SETTINGS]
