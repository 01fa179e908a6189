"""The organization of the local server, through the client: people come in by invitations, all else by being made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.local.api import Api, assert_described
from typed_openai import OpenAI
from typed_openai.errors import NotFoundError
from typed_openai.local import LocalServer
from typed_openai.models.admin.users import OrganizationUser


@pytest.fixture
def organization(server: LocalServer) -> Iterator[Any]:
    with OpenAI(base_url=server.base_url, admin_api_key="sk-admin", api_key="sk-x", validation="strict") as client:
        yield client.admin.organization


def joined(organization: Any, email: str = "ada@example.com") -> OrganizationUser:
    """A user who accepted an invitation."""
    invite = organization.invites.create(email=email, role="reader")
    assert invite.status == "pending"
    states = [organization.invites.retrieve(invite.id).status for _ in range(3)]
    assert states == ["pending", "accepted", "accepted"]
    (user,) = organization.users.list(emails=[email])
    assert isinstance(user, OrganizationUser)
    return user


def test_who_accepts_an_invitation_is_a_user_until_they_are_taken_out(organization: Any) -> None:
    ada, bob = joined(organization), joined(organization, "bob@example.com")
    assert [user.email for user in organization.users.list()] == ["bob@example.com", "ada@example.com"]
    assert organization.users.update(ada.id, role="owner").role == "owner"
    assert organization.users.delete(bob.id).deleted
    assert [user.role for user in organization.users.list()] == ["owner"]


def test_a_role_is_had_by_whom_it_was_given_to_until_it_is_taken_or_deleted(organization: Any) -> None:
    ada, group = joined(organization), organization.groups.create(name="Writers")
    role = organization.roles.create(role_name="auditor", permissions=["api.usage.read"])
    assert organization.users.roles.create(ada.id, role_id=role.id).user.id == ada.id
    assert organization.groups.roles.create(group.id, role_id=role.id).group.name == "Writers"
    changed = organization.roles.update(role.id, description="Looks at bills.", permissions=[])
    assert (changed.name, changed.permissions) == ("auditor", [])
    held = organization.groups.roles.retrieve(role.id, group_id=group.id)
    assert (held.description, held.assignment_sources[0].principal_id) == ("Looks at bills.", group.id)
    assert organization.groups.roles.delete(role.id, group_id=group.id).deleted
    with pytest.raises(NotFoundError, match="role"):
        organization.groups.roles.retrieve(role.id, group_id=group.id)
    assert [each.id for each in organization.users.roles.list(ada.id)] == [role.id]
    organization.roles.delete(role.id)
    assert list(organization.users.roles.list(ada.id)) == []


def test_lists_of_groups_go_on_from_their_cursor(organization: Any) -> None:
    made = [organization.groups.create(name=f"group {number}").id for number in range(5)]
    page = organization.groups.list(limit=2)
    assert (page.next, page.has_more, page.issues) == (made[1], True, ())
    assert [group.id for group in page] == made
    assert organization.groups.list(limit=5).next is None


def test_a_user_of_a_group_is_one_of_the_organization(organization: Any) -> None:
    ada, group = joined(organization), organization.groups.create(name="Writers")
    with pytest.raises(NotFoundError, match="user-nobody"):
        organization.groups.users.create(group.id, user_id="user-nobody")
    assert organization.groups.users.create(group.id, user_id=ada.id).group_id == group.id
    assert organization.groups.users.retrieve(ada.id, group_id=group.id).email == ada.email
    assert organization.groups.update(group.id, name="Readers").name == "Readers"
    organization.users.delete(ada.id)
    assert list(organization.groups.users.list(group.id)) == []


def test_a_key_is_told_once(organization: Any) -> None:
    key = organization.admin_api_keys.create(name="nightly", expires_in_seconds=60)
    assert key.expires_at == key.created_at + 60
    assert key.value.endswith(key.redacted_value[-4:])
    assert "value" not in organization.admin_api_keys.retrieve(key.id).model_dump()
    assert organization.admin_api_keys.delete(key.id).deleted


def test_certificates_are_made_active_all_or_none(organization: Any) -> None:
    one, other = (organization.certificates.create(certificate=f"PEM {name}", name=name) for name in "ab")
    with pytest.raises(NotFoundError, match="gone"):
        organization.certificates.activate(certificate_ids=[one.id, "gone"])
    assert [each.active for each in organization.certificates.list()] == [False, False]
    assert [each.active for each in organization.certificates.activate(certificate_ids=[one.id, other.id])] == [
        True
    ] * 2
    assert [each.id for each in organization.certificates.deactivate(certificate_ids=[one.id])] == [one.id]
    assert {each.name: each.active for each in organization.certificates.list()} == {"a": False, "b": True}
    told = organization.certificates.retrieve(one.id, include=["content"]).certificate_details
    assert (told.content, organization.certificates.retrieve(one.id).certificate_details.content) == ("PEM a", None)
    assert organization.certificates.update(one.id, name="c").name == "c"
    assert organization.certificates.delete(one.id).object == "certificate.deleted"


def test_a_limit_that_is_lifted_is_gone_and_data_are_kept_as_was_said(organization: Any) -> None:
    with pytest.raises(NotFoundError):
        organization.spend_limit.retrieve()
    organization.spend_limit.update(currency="USD", interval="month", threshold_amount=5)
    assert organization.spend_limit.retrieve().enforcement.status == "inactive"
    assert organization.spend_limit.delete().deleted
    with pytest.raises(NotFoundError):
        organization.spend_limit.delete()
    before = organization.data_retention.retrieve().type
    assert organization.data_retention.update(retention_type="zero_data_retention").type != before
    assert organization.data_retention.retrieve().type == "zero_data_retention"


def test_an_alert_is_replaced_whole(organization: Any) -> None:
    def said(amount: int, **channel: Any) -> dict[str, Any]:
        mail = {"type": "email", "recipients": ["a@example.com"], **channel}
        return {"currency": "USD", "interval": "month", "threshold_amount": amount, "notification_channel": mail}

    alert = organization.spend_alerts.create(**said(5, subject_prefix="Spent:"))
    changed = organization.spend_alerts.update(alert.id, **said(6))
    assert (changed.id, changed.threshold_amount) == (alert.id, 6)
    assert changed.notification_channel.subject_prefix is None
    assert [each.id for each in organization.spend_alerts.list()] == [alert.id]
    assert organization.spend_alerts.delete(alert.id).deleted


def test_keys_and_buckets_of_a_cloud_are_kept_and_found_to_be_good(organization: Any) -> None:
    place = {"tenant_id": "t", "vault_uri": "https://v", "key_name": "k"}
    key = organization.external_keys.create(name="k", type="azure", **place)
    assert (key.key_name, key.kms_arn, key.issues) == ("k", None, ())
    assert organization.external_keys.validate(key.id).status == "valid"
    assert [each.id for each in organization.external_keys.list(purpose="ekm")] == [key.id]
    assert list(organization.external_keys.list(purpose="psp_decryption")) == []
    assert organization.external_keys.delete(key.id).id == key.id
    bucket = {"type": "aws", "bucket": "b", "role_arn": "arn"}
    storage = organization.external_storage.create(project_id="proj_1", provider=bucket)
    assert (storage.status, storage.provider.bucket, storage.issues) == ("pending", "b", ())
    assert organization.external_storage.validate(storage.id).status == "validated"
    assert [each.id for each in organization.external_storage.list(project_id="proj_1")] == [storage.id]
    assert organization.external_storage.delete(storage.id).deleted


def test_rules_are_deleted_with_their_provider(organization: Any) -> None:
    providers = organization.workload_identity_providers
    provider = providers.create(audience="a", issuer="https://i", name="n", type="oidc")
    assert (provider.enabled, provider.verification.type, provider.issues) == (True, "discovery", ())
    at = {"attribute_matchers": {"repository": "a/b", "protected": True}, "project_id": "proj_1"}
    rule = providers.federation_rules.create(provider.id, **at, service_account_id="sa_1")
    assert (rule.workload_identity_provider_id, rule.permissions.type) == (provider.id, "service_account_default")
    less = {"type": "restricted", "scopes": ["api.responses.write"]}
    changed = providers.federation_rules.update(rule.id, workload_identity_provider_id=provider.id, permissions=less)
    assert changed.permissions.scopes == ["api.responses.write"]
    assert changed.updated_at > rule.updated_at
    assert providers.update(provider.id, enabled=False).enabled is False
    assert [each.id for each in providers.federation_rules.list(provider.id)] == [rule.id]
    assert providers.delete(provider.id).deleted
    with pytest.raises(NotFoundError):
        providers.federation_rules.retrieve(rule.id, workload_identity_provider_id=provider.id)


MADE: dict[str, tuple[str, dict[str, Any]]] = {
    "AdminApiKeyCreateResponse": ("/organization/admin_api_keys", {"name": "x"}),
    "Certificate": ("/organization/certificates", {"certificate": "x"}),
    "GroupResponse": ("/organization/groups", {"name": "x"}),
    "Invite": ("/organization/invites", {"email": "x", "role": "reader", "projects": [{"id": "p", "role": "member"}]}),
    "Role": ("/organization/roles", {"role_name": "x", "permissions": ["y"]}),
}


@pytest.mark.parametrize("schema", MADE)
def test_what_is_made_is_as_the_description_says(api: Api, schema: str) -> None:
    path, body = MADE[schema]
    made = api.post(path, body)
    assert made.status == 200
    assert_described(made.json, schema)
