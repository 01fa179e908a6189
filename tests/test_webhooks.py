"""Webhooks: a delivery of the service is read, anything else is refused, whatever was done to it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import pickle
import time
from email.message import Message
from typing import Any

import httpx
import pytest

from typed_openai import (
    AsyncOpenAI,
    ConfigurationError,
    InvalidWebhookSignatureError,
    OpenAI,
    ResponseDecodeError,
    sign_webhook,
)
from typed_openai.models.webhooks.webhook_events import (
    RealtimeCallIncomingWebhookEvent,
    ResponseCompletedWebhookEvent,
    UnknownWebhookEvent,
)
from typed_openai.webhooks import unwrap, verify_signature

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
EVENT: dict[str, Any] = {
    "id": "evt_1",
    "object": "event",
    "created_at": 1750000000,
    "type": "response.completed",
    "data": {"id": "resp_1"},
}
BODY = json.dumps(EVENT).encode()


@pytest.fixture(autouse=True)
def no_secret_around(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_WEBHOOK_SECRET", raising=False)


@pytest.fixture(params=["sync", "async"])
def kind(request: pytest.FixtureRequest) -> Any:
    return OpenAI if request.param == "sync" else AsyncOpenAI


def refused(headers: Any, payload: Any = BODY, secret: str | None = SECRET, **options: Any) -> str:
    """What is said of a delivery that must be refused."""
    with pytest.raises(InvalidWebhookSignatureError) as caught:
        unwrap(payload, headers, secret, **options)
    return str(caught.value)


def changed(**headers: str) -> dict[str, str]:
    """The headers of a good delivery with some replaced; underscores stand for dashes."""
    return {**sign_webhook(BODY, SECRET), **{name.replace("_", "-"): value for name, value in headers.items()}}


# --- good ones -------------------------------------------------------------------------------------------------------


def test_a_signature_of_the_standard_is_right() -> None:
    """The example of the Standard Webhooks libraries, whose signature was not made here."""
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    verify_signature('{"test": 2432232314}', headers, secret, tolerance=10.0**10)


def test_an_event_is_typed() -> None:
    event = unwrap(BODY, sign_webhook(BODY, SECRET), SECRET)
    assert isinstance(event, ResponseCompletedWebhookEvent)
    assert (event.id, event.data.id, event.issues) == ("evt_1", "resp_1", ())
    assert event.model_dump() == EVENT


def test_both_clients_unwrap_without_waiting(kind: Any) -> None:
    client = kind(api_key="sk-1", webhook_secret=SECRET)
    headers = sign_webhook(BODY, SECRET)
    assert client.webhooks.unwrap(BODY, headers).data.id == "resp_1"
    assert client.webhooks.verify_signature(BODY, headers) is None
    assert client.webhooks.unwrap(payload=BODY, headers=headers, secret=SECRET).id == "evt_1"
    with pytest.raises(InvalidWebhookSignatureError):
        client.webhooks.unwrap(BODY, headers, "another")


@pytest.mark.parametrize("payload", [BODY, BODY.decode(), bytearray(BODY), memoryview(BODY)], ids=type)
def test_a_body_may_be_bytes_or_text(payload: Any) -> None:
    assert unwrap(payload, sign_webhook(payload, SECRET), SECRET).id == "evt_1"


def test_headers_may_be_of_any_framework() -> None:
    headers = sign_webhook(BODY, SECRET)
    message: Any = Message()
    for name, value in headers.items():
        message[name] = value
    for form in (
        message,
        {name.title(): value for name, value in headers.items()},
        {name.upper(): f" {value} " for name, value in headers.items()},
        httpx.Headers(headers),
        [*headers.items(), ("Content-Type", "application/json")],
        [(name.encode(), value.encode()) for name, value in headers.items()],
    ):
        assert unwrap(BODY, form, SECRET).id == "evt_1"


def test_a_secret_without_prefix_is_taken_as_it_is() -> None:
    headers = sign_webhook(BODY, "plain", id="msg_1", timestamp=int(time.time()))
    signed = f"msg_1.{headers['webhook-timestamp']}.".encode() + BODY
    wanted = base64.b64encode(hmac.new(b"plain", signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{wanted}"
    verify_signature(BODY, headers, "plain")


@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_of_several_signatures_is_enough(place: int) -> None:
    wrong = ["v1,AAAA", "v1a,BBBB"]
    wrong.insert(place, sign_webhook(BODY, SECRET, id="msg_1")["webhook-signature"])
    headers = changed(webhook_id="msg_1", webhook_signature=" ".join(wrong))
    verify_signature(BODY, headers, SECRET)
    apart = [(name, value) for name, value in headers.items() if name != "webhook-signature"]
    pairs = [*apart, *(("webhook-signature", each) for each in wrong)]
    verify_signature(BODY, pairs, SECRET)
    verify_signature(BODY, httpx.Headers(pairs), SECRET)  # which joins them


def test_the_secret_is_that_of_the_environment(monkeypatch: pytest.MonkeyPatch, kind: Any) -> None:
    monkeypatch.setenv("OPENAI_WEBHOOK_SECRET", SECRET)
    client = kind(api_key="sk-1")
    assert unwrap(BODY, sign_webhook(BODY)).id == "evt_1"
    assert client.webhooks.unwrap(BODY, sign_webhook(BODY)).id == "evt_1"
    assert client.with_options(webhook_secret="other").config.webhook_secret == "other"
    with pytest.raises(ConfigurationError, match="no webhook secret"):
        client.with_options(webhook_secret=False).webhooks.unwrap(BODY, sign_webhook(BODY))


def test_an_event_newer_than_this_package_keeps_its_data() -> None:
    body = json.dumps({**EVENT, "type": "video.completed", "data": {"id": "video_1"}})
    event = unwrap(body, sign_webhook(body, SECRET), SECRET)
    assert isinstance(event, UnknownWebhookEvent)
    assert (event.type, event.data) == ("video.completed", {"id": "video_1"})


def test_the_headers_of_a_call_are_typed() -> None:
    call = {"call_id": "rtc_1", "sip_headers": [{"name": "From", "value": "sip:a@b"}]}
    body = json.dumps({**EVENT, "type": "realtime.call.incoming", "data": call})
    event = unwrap(body, sign_webhook(body, SECRET), SECRET)
    assert isinstance(event, RealtimeCallIncomingWebhookEvent)
    assert event.data.sip_headers[0].value == "sip:a@b"


def test_an_event_that_deviates_is_read_and_says_where() -> None:
    body = json.dumps({**EVENT, "created_at": "soon", "more": 1})
    event = unwrap(body, sign_webhook(body, SECRET), SECRET)
    assert isinstance(event, ResponseCompletedWebhookEvent)
    assert [issue.pointer for issue in event.issues] == ["/created_at"]
    assert event.model_dump()["more"] == 1


# --- bad ones --------------------------------------------------------------------------------------------------------


def test_a_changed_body_is_refused() -> None:
    headers = sign_webhook(BODY, SECRET)
    for body in (BODY + b" ", BODY.replace(b"resp_1", b"resp_2"), b"", json.dumps(EVENT, indent=1).encode()):
        assert "fits" in refused(headers, body)


def test_another_secret_id_or_timestamp_is_refused() -> None:
    headers = changed()
    assert "fits" in refused(headers, secret="whsec_" + base64.b64encode(b"x" * 24).decode())
    assert "fits" in refused({**headers, "webhook-id": "msg_2"})
    assert "fits" in refused({**headers, "webhook-timestamp": str(int(headers["webhook-timestamp"]) + 1)})


@pytest.mark.parametrize(
    "signature",
    ["v1,", "v1", "AAAA", "v2,{}", "v1a,{}", "v1,{}x", "V1,{}", "v1,ü", "v1,\ud800", "v1,{},v1,{}", "v1,v1,{}", "{}"],
)
def test_a_signature_of_another_form_is_refused(signature: str) -> None:
    good = sign_webhook(BODY, SECRET, id="msg_1")["webhook-signature"].removeprefix("v1,")
    assert "fits" in refused(changed(webhook_id="msg_1", webhook_signature=signature.replace("{}", good)))


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_missing_header_is_named(name: str) -> None:
    headers = changed()
    assert refused({**headers, name: ""}) == f"the header {name} is missing"
    del headers[name]
    assert refused(headers) == f"the header {name} is missing"


def test_two_ids_are_refused() -> None:
    assert "2 times" in refused([*changed().items(), ("Webhook-Id", "msg_2")])


@pytest.mark.parametrize(("away", "word"), [(-302, "old"), (302, "new"), (-(10**9), "old")])
def test_a_delivery_from_another_time_is_refused(away: int, word: str) -> None:
    headers = sign_webhook(BODY, SECRET, timestamp=int(time.time()) + away)
    assert f"too {word}" in refused(headers)


@pytest.mark.parametrize("away", [-297, 297])
def test_clocks_may_differ_a_little(away: int) -> None:
    headers = sign_webhook(BODY, SECRET, timestamp=int(time.time()) + away)
    verify_signature(BODY, headers, SECRET)
    assert "10 s are allowed" in refused(headers, tolerance=10)


@pytest.mark.parametrize("timestamp", ["soon", "-5", "1e9", "1_750_000_000", "１７", "9" * 400, "1.5"])
def test_a_timestamp_that_is_no_number_is_refused(timestamp: str) -> None:
    signed = b".".join((b"msg_1", timestamp.encode(), BODY))
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    headers = {"webhook-id": "msg_1", "webhook-timestamp": timestamp, "webhook-signature": f"v1,{signature}"}
    assert "not a number" in refused(headers)


@pytest.mark.parametrize("secret", ["", "  ", "whsec_", "whsec_not base64!", "whsec_abc"])
def test_a_secret_that_cannot_be_one_is_refused_and_not_shown(secret: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        unwrap(BODY, changed(), secret)
    assert "not base64!" not in str(caught.value)
    assert "whsec_abc" not in str(caught.value)


@pytest.mark.parametrize("tolerance", [-1, float("nan"), float("inf"), True, "5", None])
def test_a_tolerance_that_makes_no_sense_is_refused(tolerance: Any) -> None:
    with pytest.raises(ConfigurationError, match="tolerance"):
        verify_signature(BODY, changed(), SECRET, tolerance=tolerance)


def test_a_parsed_body_is_refused_because_its_signature_is_lost() -> None:
    with pytest.raises(TypeError, match="raw body"):
        unwrap(EVENT, changed(), SECRET)  # type: ignore[arg-type]  # what frameworks make of a body


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"text"', b"\xff"])
def test_a_signed_body_that_is_no_object_is_an_error_of_its_own(body: bytes) -> None:
    with pytest.raises(ResponseDecodeError, match="payload of the webhook"):
        unwrap(body, sign_webhook(body, SECRET), SECRET)


def test_a_bad_signature_is_a_value_error_and_can_be_pickled() -> None:
    with pytest.raises(ValueError, match="missing") as caught:
        unwrap(BODY, {}, SECRET)
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (type(copy), str(copy)) == (InvalidWebhookSignatureError, str(caught.value))


def test_a_client_does_not_show_its_secret() -> None:
    config = OpenAI(api_key="sk-1", webhook_secret=SECRET).config
    assert SECRET not in repr(config)
    with pytest.raises(ConfigurationError, match="webhook_secret must be a string"):
        OpenAI(api_key="sk-1", webhook_secret=5)  # type: ignore[arg-type]  # what is tested


@pytest.mark.parametrize("secret", ["whsec_é", "whsec_\ud800", "whsec_a", "whsec_"])
def test_a_secret_that_is_not_base64_after_its_prefix_is_a_wrong_setting(secret: str) -> None:
    with pytest.raises(ConfigurationError, match="not base64"):
        verify_signature("{}", HALF_SIGNED, secret=secret)


@pytest.mark.parametrize("payload", ['{"id": "\ud800"}', b"\xff", "\ud800"])
@pytest.mark.parametrize("secret", ["plain", "\ud800", "whsec_aaaa"])
def test_letters_that_nobody_signed_fit_no_signature(payload: str | bytes, secret: str) -> None:
    with pytest.raises(InvalidWebhookSignatureError, match="fits"):
        verify_signature(payload, HALF_SIGNED, secret=secret)


HALF_SIGNED = {"webhook-id": "a", "webhook-timestamp": str(int(time.time())), "webhook-signature": "v1,x"}


@pytest.mark.parametrize("secret", [b"whsec_c2VjcmV0", 5, ["whsec_c2VjcmV0"]], ids=["bytes", "number", "list"])
def test_a_secret_that_is_no_text_is_said_to_be_none_and_not_shown(secret: Any) -> None:
    for use in (lambda: sign_webhook(b"{}", secret), lambda: unwrap(b"{}", sign_webhook(b"{}", "x"), secret)):
        with pytest.raises(ConfigurationError, match="the webhook secret must be a text") as caught:
            use()
        assert "c2VjcmV0" not in str(caught.value)


@pytest.mark.parametrize("headers", [None, 5, "webhook-id: x"], ids=["none", "number", "text"])
def test_what_are_no_headers_is_said_to_be_none(headers: Any) -> None:
    with pytest.raises(TypeError, match="headers must be a mapping or pairs"):
        unwrap(b"{}", headers, "x")
