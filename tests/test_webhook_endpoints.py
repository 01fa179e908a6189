"""Endpoints of webhooks: what is asked of the service, and that the secret it tells is shown by nothing."""

from __future__ import annotations

import json
import logging
from typing import Any

import httpx
import pytest

from tests.canned import Answer, Connect, Wire, done, listed, status
from typed_openai import RequestValidationError, ResponseDecodeError
from typed_openai.middleware import log_requests

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZg=="
ENDPOINT: dict[str, Any] = {
    "id": "we_1",
    "object": "webhook_endpoint",
    "created_at": 1750000000,
    "updated_at": 1750000001,
    "name": "mine",
    "url": "https://example.com/hook",
    "event_types": ["response.completed"],
    "signing_secret_hint": "whsec_...Zg==",
}
MADE = {**ENDPOINT, "signing_secret": SECRET}
GIVEN = {"name": "mine", "url": "https://example.com/hook", "event_types": ["response.completed"]}


def asked(wire: Wire) -> tuple[str, str, Any]:
    """Verb, path and body of the only request."""
    request = wire.request
    return request.method, request.url.path.removeprefix("/v1"), json.loads(request.content or b"null")


async def test_an_endpoint_is_made_and_its_secret_is_there_once(connect: Connect) -> None:
    wire = Wire(status(200, MADE))
    made = await done(connect(wire).webhooks.create(**GIVEN))
    assert asked(wire) == ("POST", "/webhook_endpoints", GIVEN)
    assert (made.signing_secret, made.signing_secret_hint) == (SECRET, "whsec_...Zg==")
    assert made.model_dump() == MADE


async def test_the_secret_is_replaced_and_the_old_one_may_live_on(connect: Connect) -> None:
    for given in ({}, {"keep_old_secret_active_for_24_hours": True}):
        wire = Wire(status(200, MADE))
        rotated = await done(connect(wire).webhooks.rotate_secret("we_1", **given))
        assert asked(wire)[:2] == ("POST", "/webhook_endpoints/we_1/rotate_secret")
        assert (asked(wire)[2] or {}) == given
        assert rotated.signing_secret == SECRET


async def test_an_endpoint_is_fetched_changed_listed_and_deleted(connect: Connect) -> None:
    wire = Wire(status(200, ENDPOINT))
    assert (await done(connect(wire).webhooks.retrieve("we_1"))).model_dump() == ENDPOINT
    assert asked(wire) == ("GET", "/webhook_endpoints/we_1", None)
    wire = Wire(status(200, ENDPOINT))
    assert (await done(connect(wire).webhooks.update("we_1", name="other"))).id == "we_1"
    assert asked(wire) == ("POST", "/webhook_endpoints/we_1", {"name": "other"})
    wire = Wire(status(200, {"object": "list", "data": [ENDPOINT], "has_more": False}))
    assert [each.name for each in await listed(await done(connect(wire).webhooks.list(limit=3)))] == ["mine"]
    assert wire.request.url.params["limit"] == "3"
    wire = Wire(status(200, {"id": "we_1", "object": "webhook_endpoint.deleted", "deleted": True}))
    assert (await done(connect(wire).webhooks.delete("we_1"))).deleted is True


async def test_a_delivery_is_tried_and_its_status_told(connect: Connect) -> None:
    answer = {
        "object": "webhook_endpoint.test",
        "webhook_endpoint_id": "we_1",
        "event_type": "batch.failed",
        "status_code": 500,
        "success": True,
    }
    wire = Wire(status(200, answer))
    result = await done(connect(wire).webhooks.test("we_1", event_type="batch.failed"))
    assert asked(wire) == ("POST", "/webhook_endpoints/we_1/test", {"event_type": "batch.failed"})
    assert (result.success, result.status_code) == (True, 500)


async def test_kinds_of_events_are_listed_newer_ones_too(connect: Connect) -> None:
    wire = Wire(status(200, {"object": "list", "data": ["response.completed", "tea.ready"]}))
    assert (await done(connect(wire).webhooks.event_types.list())).data == ["response.completed", "tea.ready"]
    assert asked(wire) == ("GET", "/webhook_event_types", None)


async def test_a_kind_of_event_that_there_is_not_is_refused_with_the_nearest(connect: Connect) -> None:
    wire = Wire()
    with pytest.raises(RequestValidationError, match=r"event_types\[0\].*did you mean 'response.completed'") as caught:
        await done(connect(wire).webhooks.create(**{**GIVEN, "event_types": ["response.complete"]}))
    assert "validation=" in str(caught.value)
    assert wire.requests == []


# --- the secret ------------------------------------------------------------------------------------------------------


async def test_no_repr_shows_a_signing_secret(connect: Connect) -> None:
    for answer in (MADE, {**MADE, "created_at": "soon"}):  # as described, and not
        client = connect(Wire(status(200, answer)))
        made = await done(client.webhooks.create(**GIVEN))
        raw = await done(client.webhooks.with_raw_response.create(**GIVEN))
        for shown in (made, made.meta, made.issues, raw, raw.parse(), [made]):
            assert SECRET not in f"{shown!r} {shown}"
        assert "signing_secret_hint='whsec_...Zg=='" in repr(made)


async def test_no_log_shows_a_signing_secret(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for secret in (SECRET, {"value": SECRET}, [SECRET]):
        client = connect(Wire(status(200, {**MADE, "signing_secret": secret})), middleware=[log_requests(bodies=True)])
        assert (await done(client.webhooks.create(**GIVEN))).signing_secret == secret
    assert '"signing_secret":"[REDACTED]"' in caplog.text
    assert "signing_secret_hint" in caplog.text
    assert SECRET not in caplog.text


def cut_off(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, content=json.dumps({"signing_secret": SECRET}).encode()[:-9])


BROKEN: list[Answer] = [
    cut_off,
    status(200, [MADE["signing_secret"]]),
    status(200, [{"signing_secret": "of another form"}, {"secret": 'with "quotes", of another form'}]),
]


@pytest.mark.parametrize("answer", BROKEN)
async def test_no_message_shows_a_signing_secret_of_an_answer_that_cannot_be_read(
    connect: Connect, answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(ResponseDecodeError) as caught:
        await done(connect(Wire(answer), log_errors=True).webhooks.rotate_secret("we_1"))
    for text in (str(caught.value), repr(caught.value), caplog.text):
        assert "MDEy" not in text
        assert "another form" not in text


async def test_secrets_that_are_sent_are_in_no_log_and_no_repr(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    from typed_openai.models.containers import ContainerCreateParams

    caplog.set_level(logging.DEBUG)
    hidden = [{"domain": "example.com", "name": "TOKEN", "value": "in]confident"}]
    policy = {"type": "allowlist", "allowed_domains": ["example.com"], "domain_secrets": hidden}
    wire = Wire(status(200, {"id": "x"}))
    await done(connect(wire, middleware=[log_requests(bodies=True)]).containers.create(name="b", network_policy=policy))
    assert b"in]confident" in wire.request.content
    assert '"domain_secrets":"[REDACTED]"' in caplog.text
    assert "confident" not in caplog.text
    assert "confident" not in repr(ContainerCreateParams.model_validate({"name": "b", "network_policy": policy}))
