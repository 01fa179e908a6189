"""Projects of the local server, through the client: what is made in one is found there, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from typed_openai import NULL, OpenAI
from typed_openai.errors import AuthenticationError, BadRequestError, NotFoundError
from typed_openai.local import LocalServer

ADMIN = "sk-admin-0123456789"


@pytest.fixture
def organization(server: LocalServer) -> Iterator[Any]:
    with OpenAI(base_url=server.base_url, admin_api_key=ADMIN, strict_responses=True) as client:
        yield client.admin.organization


@pytest.fixture
def project(organization: Any) -> str:
    return str(organization.projects.create(name="Atlas").id)


def test_a_project_is_made_changed_and_archived_for_good(organization: Any) -> None:
    made = organization.projects.create(name="Atlas", residency="EU_STORAGE_PROCESSING")
    assert (made.name, made.status, made.archived_at) == ("Atlas", "active", None)
    assert organization.projects.update(made.id, name="Pleione").name == "Pleione"
    archived = organization.projects.archive(made.id)
    assert (archived.status, archived.archived_at is None) == ("archived", False)
    assert organization.projects.archive(made.id).archived_at == archived.archived_at
    assert organization.projects.list().data == []
    assert [each.id for each in organization.projects.list(include_archived=True)] == [made.id]


def test_a_list_of_projects_goes_on_over_its_pages(organization: Any) -> None:
    made = [organization.projects.create(name=f"p{number}").id for number in range(5)]
    assert [each.id for each in organization.projects.list(limit=2)] == made[::-1]


def test_a_service_account_has_a_key_that_is_told_once(organization: Any, project: str) -> None:
    accounts, keys = organization.projects.service_accounts, organization.projects.api_keys
    account = accounts.create(project, name="bot", expires_in_seconds=60)
    assert account.api_key.value.startswith("sk-svcacct-")
    assert account.api_key.value not in repr(account)
    assert account.api_key.expires_at is not None
    further = accounts.api_keys.create(project, account.id, name="second")
    assert (further.value == account.api_key.value, further.expires_at) == (False, None)
    listed = keys.list(project).data
    assert [each.name for each in listed] == ["second", "Secret Key"]
    assert {each.owner.service_account.id for each in listed} == {account.id}
    assert not [each for each in listed if account.api_key.value in each.model_dump_json()]
    assert keys.update(project, further.id, expires_in_seconds=5).expires_at is not None
    assert keys.delete(project, further.id).deleted
    assert accounts.update(project, account.id, role="owner").role == "owner"
    assert accounts.delete(project, account.id).deleted
    assert keys.list(project).data == []


def test_a_service_account_may_be_made_without_a_key(organization: Any, project: str) -> None:
    account = organization.projects.service_accounts.create(project, name="bot", create_service_account_only=True)
    assert (account.api_key, account.role) == (None, "none")
    assert organization.projects.api_keys.list(project).data == []


def test_users_and_groups_of_the_organization_work_in_a_project_with_its_roles(organization: Any, project: str) -> None:
    invite = organization.invites.create(email="ada@example.com", role="reader")
    for _ in range(2):
        organization.invites.retrieve(invite.id)
    users, groups, roles = organization.projects.users, organization.projects.groups, organization.projects.roles
    ada = users.create(project, email="ada@example.com", role="member")
    assert (ada.email, ada.role) == ("ada@example.com", "member")
    assert users.update(project, ada.id, role="owner").role == "owner"
    with pytest.raises(NotFoundError, match=r"eve@example\.com"):
        users.create(project, email="eve@example.com", role="member")
    with pytest.raises(BadRequestError, match="user_id"):
        users.create(project, role="member")
    role = roles.create(project, role_name="reader", permissions=["api.model.read"])
    assert roles.update(project, role.id, description=NULL, permissions=["a", "b"]).permissions == ["a", "b"]
    assert users.roles.create(project, ada.id, role_id=role.id).user.id == ada.id
    assert [each.name for each in users.roles.list(project, ada.id)] == ["reader"]
    group = organization.groups.create(name="staff")
    joined = groups.create(project, group_id=group.id, role="member")
    assert (joined.group_id, joined.group_name, joined.project_id) == (group.id, "staff", project)
    assert groups.roles.create(project, group.id, role_id=role.id).role.id == role.id
    assert groups.roles.retrieve(project, group.id, role.id).name == "reader"
    assert groups.roles.delete(project, group.id, role.id).deleted
    assert [each.group_name for each in groups.list(project)] == ["staff"]
    assert groups.delete(project, group.id).deleted
    assert users.delete(project, ada.id).deleted
    assert not [*groups.list(project), *users.list(project)]


def test_what_a_project_may_do_is_kept_and_what_is_not_named_stays(organization: Any, project: str) -> None:
    projects = organization.projects
    assert projects.model_permissions.update(project, mode="allow_list", model_ids=["m"]).model_ids == ["m"]
    assert projects.model_permissions.retrieve(project).api_model_ids == ["m"]
    assert projects.model_permissions.delete(project).deleted
    assert projects.model_permissions.retrieve(project).mode == "deny_list"
    tools = projects.hosted_tool_permissions.update(project, mcp={"enabled": False}, web_search=NULL)
    assert (tools.mcp.enabled, tools.web_search.enabled) == (False, True)
    tiers = projects.service_tier_settings.update(project, enabled_tiers=["flex"])
    assert (tiers.default, tiers.enabled_tiers) == ("standard", ["flex"])
    assert projects.data_retention.retrieve(project).type == "organization_default"
    assert projects.data_retention.update(project, retention_type="none").type == "none"
    limits = projects.rate_limits.list_rate_limits(project).data
    changed = projects.rate_limits.update_rate_limit(project, limits[0].id, max_requests_per_1_minute=3)
    assert (changed.model, changed.max_requests_per_1_minute) == (limits[0].model, 3)
    assert changed.max_tokens_per_1_minute == limits[0].max_tokens_per_1_minute


def test_what_a_project_may_spend(organization: Any, project: str) -> None:
    month: Any = {"currency": "USD", "interval": "month"}
    projects, mail = organization.projects, {"type": "email", "recipients": ["a@example.com"]}
    with pytest.raises(NotFoundError):
        projects.spend_limit.retrieve(project)
    assert projects.spend_limit.update(project, threshold_amount=500, **month).enforcement.status == "inactive"
    assert projects.spend_limit.delete(project).deleted
    alert = projects.spend_alerts.create(project, threshold_amount=1, notification_channel=mail, **month)
    changed = projects.spend_alerts.update(project, alert.id, threshold_amount=2, notification_channel=mail, **month)
    assert changed.threshold_amount == 2
    assert projects.spend_alerts.delete(project, alert.id).deleted


def test_a_certificate_is_active_in_the_projects_in_which_it_was_made_so(organization: Any, project: str) -> None:
    other = organization.projects.create(name="other").id
    certificate = organization.certificates.create(certificate="-----BEGIN CERTIFICATE-----").id
    certificates = organization.projects.certificates
    assert [each.active for each in certificates.activate(project, certificate_ids=[certificate]).data] == [True]
    assert [each.active for each in certificates.list(project)] == [True]
    assert [each.active for each in certificates.list(other)] == [False]
    with pytest.raises(NotFoundError):
        certificates.deactivate(project, certificate_ids=[certificate, "cert_gone"])
    assert [each.active for each in certificates.list(project)] == [True]
    assert [each.active for each in certificates.deactivate(project, certificate_ids=[certificate]).data] == [False]


@pytest.mark.parametrize("area", ["users", "groups", "service_accounts", "api_keys", "spend_alerts", "roles"])
def test_what_is_in_a_project_is_in_no_other_and_none_that_is_not_there(organization: Any, area: str) -> None:
    with pytest.raises(NotFoundError, match="proj_gone"):
        getattr(organization.projects, area).list("proj_gone")


# -- what was used ----------------------------------------------------------------------------------------------------


def test_what_the_server_answered_is_what_was_used(server: LocalServer) -> None:
    with OpenAI(base_url=server.base_url, strict_responses=True) as client:
        answers = [
            client.chat.completions.create(model=model, messages=[{"role": "user", "content": "Hello!"}])
            for model in ("small", "large", "small")
        ]
        client.embeddings.create(model="vectors", input="some text")
        usage, start = client.admin.organization.usage, answers[0].created
        rows = usage.completions(start_time=start, group_by=["model"]).records(by="model")
        assert [(row["model"], row["num_model_requests"]) for row in rows] == [("small", 2), ("large", 1)]
        tokens = [answer.usage.prompt_tokens for answer in answers if answer.usage is not None]
        assert sum(row["input_tokens"] for row in rows) == sum(tokens)
        assert usage.embeddings(start_time=start).records(by=())[0]["num_model_requests"] == 1
        assert usage.completions(start_time=start, models=["large"]).records(by=())[0]["num_model_requests"] == 1
        bill = usage.costs(start_time=start, group_by=["line_item"]).records(by="line_item")
        assert [row["line_item"] for row in bill][:2] == ["small, input_tokens", "small, output_tokens"]
        assert bill[0]["amount"] == pytest.approx(bill[0]["quantity"] * 0.01)
        assert usage.images(start_time=start).records() == []
        assert client.admin.organization.audit_logs.list().data == []


def test_buckets_go_on_over_pages_until_now(server: LocalServer) -> None:
    with OpenAI(base_url=server.base_url, strict_responses=True) as client:
        now = client.chat.completions.create(model="m", messages=[{"role": "user", "content": "Hello!"}]).created
        hours = [*client.admin.organization.usage.completions(start_time=now - 9 * 3600, bucket_width="1h", limit=4)]
        assert len(hours) == 10
        assert [len(hour.results) for hour in hours] == [0] * 9 + [1]
        for limit in (0, 169):
            with pytest.raises(BadRequestError, match="limit"):
                client.admin.organization.usage.completions(start_time=now, bucket_width="1h", limit=limit)
        with pytest.raises(BadRequestError, match="next_page"):
            client.admin.organization.usage.costs(start_time=now, page="two")


def test_a_server_may_ask_administrators_for_a_key_of_their_own() -> None:
    with LocalServer(api_key="sk-ordinary-012345", admin_api_key=ADMIN) as server:
        client = OpenAI(base_url=server.base_url, api_key="sk-ordinary-012345", admin_api_key=ADMIN)
        assert client.admin.organization.projects.list().data == []
        assert client.models.list().data
        with pytest.raises(AuthenticationError, match="The admin key is missing"):
            client.with_options(admin_api_key=False).admin.organization.projects.list()
        with pytest.raises(AuthenticationError, match="The API key is not the one"):
            client.with_options(api_key=ADMIN).models.list()
