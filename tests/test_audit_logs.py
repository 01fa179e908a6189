"""The audit log: what is asked for, and what an entry says of what was done."""

from __future__ import annotations

from typing import Any

import pytest

from tests.canned import KEY, Connect, Wire, done, status
from typed_openai.errors import RequestValidationError
from typed_openai.models.admin.audit_log_details import KeyChanges, MemberUpdated, Subject

CREATED = {"id": "audit_1", "type": "api_key.updated", "effective_at": 1}


def entries(*data: dict[str, Any]) -> Any:
    return status(200, {"object": "list", "data": list(data), "has_more": False})


async def test_an_entry_has_the_details_of_its_type(connect: Connect) -> None:
    changed = {"id": "key_1", "changes_requested": {"scopes": ["a"], "expires_in_seconds": 5}}
    wire = Wire(
        entries(
            {**CREATED, "api_key.updated": changed},
            {
                **CREATED,
                "type": "user.updated",
                "user.updated": {"id": "user_1", "changes_requested": {"role": "owner"}},
            },
            {**CREATED, "type": "role.deleted", "role.deleted": {"id": "role_1"}},
            {**CREATED, "type": "login.succeeded", "login.succeeded": {}},
            {**CREATED, "type": "resource.deleted"},
        )
    )
    client = connect(wire, admin_api_key=KEY, strict_responses=True)
    key, user, role, login, nothing = (await done(client.admin.organization.audit_logs.list())).data
    assert isinstance(key.details.changes_requested, KeyChanges)
    assert key.details is key.api_key_updated
    assert (key.details.id, key.details.changes_requested.expires_in_seconds) == ("key_1", 5)
    assert isinstance(user.details, MemberUpdated)
    assert isinstance(role.details, Subject)
    assert (login.details, nothing.details) == ({}, None)
    assert key.model_dump(mode="json") == {**CREATED, "api_key.updated": changed}


async def test_what_is_done_since_this_package_was_made_has_the_details_that_came(connect: Connect) -> None:
    newer = {**CREATED, "type": "moon.moved", "moon.moved": {"id": "moon_1", "to": [1, 2]}}
    client = connect(Wire(entries(newer)), admin_api_key=KEY, strict_responses=True)
    (entry,) = (await done(client.admin.organization.audit_logs.list())).data
    assert (entry.type, entry.details) == ("moon.moved", {"id": "moon_1", "to": [1, 2]})


async def test_filters_are_written_as_the_service_wants_them(connect: Connect) -> None:
    wire = Wire(entries())
    await done(
        connect(wire, admin_api_key=KEY).admin.organization.audit_logs.list(
            effective_at={"gte": 5, "lt": 9}, event_types=["user.added", "user.deleted"], tenant_only=True, limit=3
        )
    )
    assert wire.last.url.params.multi_items() == [
        ("limit", "3"),
        ("effective_at[gte]", "5"),
        ("effective_at[lt]", "9"),
        ("event_types[]", "user.added"),
        ("event_types[]", "user.deleted"),
        ("tenant_only", "true"),
    ]


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"effective_at": {"since": 1}}, r"effective_at\.since"),
        ({"effective_at": {"gte": "today"}}, r"effective_at\.gte"),
        ({"event_types": ["user.ate"]}, r"event_types\[0\]"),
    ],
)
async def test_a_wrong_filter_is_refused_in_its_place(connect: Connect, wrong: dict[str, Any], place: str) -> None:
    wire = Wire()
    with pytest.raises(RequestValidationError, match=rf"\n  {place}: "):
        await done(connect(wire, admin_api_key=KEY).admin.organization.audit_logs.list(**wrong))
    assert wire.requests == []
