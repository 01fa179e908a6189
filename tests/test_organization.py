"""The organization's operations from outside: what is refused before it is sent, how lists go on, what no repr shows.

That every operation takes and gives what the API description says: `conformance/`. That the local server has them:
`local/test_organization.py`.
"""

from __future__ import annotations

import functools
import json
import pickle
from typing import Any

import pytest

from tests.canned import Answer, Connect, Wire, done, listed, status
from tests.conformance.declared import declared
from typed_openai.core.answer.pages import NextCursorPage
from typed_openai.errors import RequestValidationError
from typed_openai.models.admin.external_keys import MEMBERS, CloudKey
from typed_openai.models.admin.external_storage import AwsExternalStorageProvider, UnknownExternalStorageProvider
from typed_openai.models.base import NULL

ADMIN = "sk-admin-0123456789"
CLOUDS = sorted(MEMBERS)


def organization(connect: Connect, wire: Wire) -> Any:
    return connect(wire, admin_api_key=ADMIN).admin.organization


async def faults(call: Any, *args: Any, **kwargs: Any) -> list[str]:
    with pytest.raises(RequestValidationError) as caught:
        await done(call(*args, **kwargs))
    return [str(fault) for fault in caught.value.faults]


# --- what is refused -------------------------------------------------------------------------------------------------

LOWEST = {title: each for title, each in declared().items() if title.startswith("admin.") and each.path_names}


@pytest.mark.parametrize("title", LOWEST)
async def test_an_id_that_is_none_is_refused_in_its_place(connect: Connect, title: str) -> None:
    wire, names = Wire(), LOWEST[title].path_names
    call = functools.reduce(getattr, title.split("."), connect(wire, admin_api_key=ADMIN))
    for name in names:
        for wrong in ("", " ", "..", "a/b", "../x", "a\\b", None, 7):
            ids = dict.fromkeys(names, "x") | {name: wrong}
            assert [fault.partition(":")[0] for fault in await faults(call, **ids)] == [name]
    assert wire.requests == []


@pytest.mark.parametrize("cloud", CLOUDS)
async def test_a_key_has_the_members_of_its_cloud_and_no_others(connect: Connect, cloud: str) -> None:
    needed, others = MEMBERS[cloud]
    call = organization(connect, Wire()).external_keys.create
    assert await faults(call, name="k", type=cloud) == [f"{name}: required, got nothing" for name in needed]
    filled = {"name": "k", "type": cloud, **dict.fromkeys((*needed, *others), "x")}
    foreign = sorted(CloudKey.model_fields.keys() - filled.keys())
    assert len(foreign) > 10
    found = await faults(call, **filled, **dict.fromkeys(foreign, "x"))
    assert [fault.partition(":")[0] for fault in found] == foreign
    assert all(f"a key of type '{cloud}' has none" in fault for fault in found)
    wire = Wire(status(200, {"id": "ekey_1", "object": "x"}))
    await done(organization(connect, wire).external_keys.create(**filled, purpose="ekm"))
    assert json.loads(wire.request.content) == {**filled, "purpose": "ekm"}


async def test_every_member_of_a_key_belongs_to_one_cloud() -> None:
    named = [name for needed, others in MEMBERS.values() for name in (*needed, *others)]
    assert sorted(named) == sorted(CloudKey.model_fields)


async def test_a_bucket_is_described_as_its_cloud_wants_it(connect: Connect) -> None:
    create = organization(connect, Wire()).external_storage.create
    wrong = {"type": "aws", "bucket": "b", "region": "x"}
    found = await faults(create, project_id="p", provider=wrong)
    assert [fault.partition(":")[0] for fault in found] == ["provider.role_arn", "provider.region"]
    assert "provider" in (await faults(create, project_id="p", provider={"type": "ibm", "bucket": "b"}))[0]


@pytest.mark.parametrize(
    ("call", "given", "place"),
    [
        ("groups.create", {"name": ""}, "name"),
        ("groups.create", {"name": "x" * 256}, "name"),
        ("groups.list", {"limit": 1001}, "limit"),
        ("roles.list", {"limit": -1}, "limit"),
        ("invites.create", {"email": "a@b", "role": "member"}, "role"),
        ("invites.create", {"email": "a@b", "role": "owner", "projects": [{"id": "p"}]}, "projects[0].role"),
        ("admin_api_keys.create", {"name": "x", "expires_in_seconds": 0}, "expires_in_seconds"),
        ("certificates.activate", {"certificate_ids": []}, "certificate_ids"),
        ("certificates.deactivate", {"certificate_ids": ["x"] * 11}, "certificate_ids"),
        ("spend_limit.update", {"currency": "USD", "interval": "month", "threshold_amount": 0}, "threshold_amount"),
        ("spend_limit.update", {"currency": "EUR", "interval": "month", "threshold_amount": 1}, "currency"),
        ("data_retention.update", {"retention_type": "none"}, "retention_type"),
        (
            "workload_identity_providers.create",
            {"audience": "a", "issuer": "i", "name": "n", "type": "oidc", "verification": {"type": "discovery"}},
            "verification.discovery_url",
        ),
    ],
)
async def test_what_the_service_would_refuse_is_refused_before(
    connect: Connect, call: str, given: dict[str, Any], place: str
) -> None:
    wire = Wire()
    found = await faults(functools.reduce(getattr, call.split("."), organization(connect, wire)), **given)
    assert [fault.partition(":")[0] for fault in found] == [place]
    assert wire.requests == []


async def test_null_empties_and_none_leaves_as_it_is(connect: Connect) -> None:
    wire = Wire(status(200, {"object": "organization.user", "id": "user_1", "added_at": 1}))
    await done(organization(connect, wire).users.update("user_1", role="owner", role_id=None, technical_level=NULL))
    assert json.loads(wire.request.content) == {"role": "owner", "technical_level": None}


# --- lists -----------------------------------------------------------------------------------------------------------


def groups(*names: str, **more: object) -> Answer:
    about = {"created_at": 1, "is_scim_managed": False, "group_type": "group"}
    data = [{"id": f"group_{name}", "name": name, **about} for name in names]
    return status(200, {"object": "list", "data": data, **more})


@pytest.mark.parametrize(
    ("ends", "afters"),
    [
        ([{"has_more": True, "next": "c 1"}, {"has_more": False, "next": None}], [None, "c 1"]),
        ([{"has_more": True, "next": "c1"}, {"has_more": True, "next": "c2"}, {}], [None, "c1", "c2"]),
        ([{"next": "c1"}, {"next": None}], [None, "c1"]),
        ([{"has_more": False, "next": "c1"}], [None]),
        ([{"has_more": True, "next": None}, {"has_more": False, "next": None}], [None, "group_a"]),
        ([{"has_more": True, "next": "c1"}, {"has_more": True, "next": "c1"}], [None, "c1"]),
    ],
)
async def test_a_list_goes_on_from_the_cursor_that_the_page_names(
    connect: Connect, ends: list[dict[str, object]], afters: list[str | None]
) -> None:
    wire = Wire(*(groups("a", **end) for end in ends))
    await listed(organization(connect, wire).groups.list())
    assert [request.url.params.get("after") for request in wire.requests] == afters


async def test_a_page_says_where_the_list_goes_on(connect: Connect) -> None:
    page = await done(organization(connect, Wire(groups("a", has_more=True, next="c1"))).groups.list())
    assert isinstance(page, NextCursorPage)
    assert (page.next, page.last_id, page.issues) == ("c1", "group_a", ())
    assert pickle.loads(pickle.dumps(page)).next == "c1"


# --- answers ---------------------------------------------------------------------------------------------------------


async def test_no_repr_shows_a_key_that_was_made(connect: Connect) -> None:
    made = {"object": "organization.admin_api_key", "id": "key_1", "redacted_value": "sk-...9", "created_at": 1}
    wire = Wire(status(200, {**made, "value": "sk-admin-made-9", "expires_at": None, "owner": {"role": "owner"}}))
    key = await done(organization(connect, wire).admin_api_keys.create(name="x"))
    assert key.value == "sk-admin-made-9"
    assert "made" not in repr(key) + str(key)
    assert key.issues == ()


async def test_what_is_newer_than_this_package_is_kept(connect: Connect) -> None:
    told = {"object": "organization.external_storage", "id": "s", "created_at": 1, "project_id": "p", "geography": "EU"}
    aws = {"type": "aws", "bucket": "b", "role_arn": "r", "region": "e", "account_id": "1", "external_id": "o"}
    newer = {"type": "ibm", "bucket": "b"}
    wire = Wire(*(status(200, {**told, "status": "new", "provider": each}) for each in (aws, newer)))
    known, unknown = [await done(organization(connect, wire).external_storage.retrieve("s")) for _ in range(2)]
    assert isinstance(known.provider, AwsExternalStorageProvider)
    assert isinstance(unknown.provider, UnknownExternalStorageProvider)
    assert unknown.provider.model_dump() == newer
    assert (known.issues, unknown.issues) == ((), ())
