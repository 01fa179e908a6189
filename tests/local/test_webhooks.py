"""Endpoints of webhooks on the local server: kept, and sample events really delivered, signed with their secrets."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, get_args

import pytest

from tests.local.api import Api
from typed_openai import InvalidWebhookSignatureError, OpenAI
from typed_openai.local import LocalServer
from typed_openai.models.webhooks.webhook_endpoints import WebhookEventType
from typed_openai.models.webhooks.webhook_events import UnknownWebhookEvent
from typed_openai.webhooks import unwrap, verify_signature

EVENTS = get_args(WebhookEventType)


class Receiver(HTTPServer):
    """An endpoint of this machine: what was delivered, and what it answers."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Door)
        self.delivered: list[tuple[str, bytes, dict[str, str]]] = []
        self.answer = 204

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook?for=me"


class Door(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.delivered.append((self.path, body, dict(self.headers)))
        self.send_response(self.server.answer)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def client(server: LocalServer) -> Iterator[OpenAI]:
    with OpenAI(base_url=server.base_url, max_retries=0) as client:
        yield client


def made(api: Api, url: str = "https://example.com/hook", **more: Any) -> Any:
    answer = api.post("/webhook_endpoints", {"name": "mine", "url": url, "event_types": ["batch.failed"], **more})
    assert answer.status == 200
    return answer.json


def test_the_secret_is_told_when_it_is_made_or_replaced_and_never_again(api: Api) -> None:
    endpoint = made(api)
    path = f"/webhook_endpoints/{endpoint['id']}"
    first = endpoint.pop("signing_secret")
    assert api.get(path).json == endpoint
    assert api.get("/webhook_endpoints").json["data"] == [endpoint]
    second = api.post(f"{path}/rotate_secret", {}).json
    assert second.pop("signing_secret") != first
    assert second["signing_secret_hint"] != endpoint["signing_secret_hint"]
    assert second["updated_at"] > endpoint["updated_at"]
    assert api.get(path).json == second


def test_an_endpoint_changes_as_told_and_keeps_its_date_when_nothing_does(api: Api) -> None:
    endpoint = made(api)
    path = f"/webhook_endpoints/{endpoint['id']}"
    assert api.post(path, {"name": "mine"}).json["updated_at"] == endpoint["updated_at"]
    given = {"name": "yours", "url": "https://example.org", "event_types": ["video.failed", "video.failed"]}
    changed = api.post(path, given).json
    assert changed["updated_at"] > endpoint["updated_at"]
    assert {name: changed[name] for name in given} == {**given, "event_types": ["video.failed"]}
    assert api.delete(path).json == {"id": endpoint["id"], "object": "webhook_endpoint.deleted", "deleted": True}
    assert api.get(path).status == 404


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"name": None}, "name"),
        ({"url": "ftp://example.com"}, "url"),
        ({"url": "http://[::1"}, "url"),
        ({"event_types": []}, "event_types"),
        ({"event_types": ["batch.failed", "tea.ready"]}, "event_types[1]"),
    ],
)
def test_an_endpoint_that_is_wrong_is_refused(api: Api, more: dict[str, Any], param: str) -> None:
    answer = api.post("/webhook_endpoints", {"name": "n", "url": "https://a.b", "event_types": ["batch.failed"]} | more)
    assert answer.status == 400
    assert answer.error["param"] == param


def test_the_client_and_the_server_know_the_same_kinds_of_events(client: OpenAI) -> None:
    assert sorted(client.webhooks.event_types.list().data) == sorted(EVENTS)


@pytest.mark.parametrize("event", EVENTS)
def test_every_sample_event_is_delivered_and_can_be_unwrapped(client: OpenAI, receiver: Receiver, event: Any) -> None:
    endpoint = client.webhooks.create(name="mine", url=receiver.url, event_types=[event])
    result = client.webhooks.test(endpoint.id, event_type=event)
    assert (result.status_code, result.success, result.event_type) == (204, True, event)
    ((path, body, headers),) = receiver.delivered
    told = client.webhooks.unwrap(body, headers, endpoint.signing_secret)
    assert path == "/hook?for=me"
    assert (told.type, told.issues) == (event, ())
    assert isinstance(told, UnknownWebhookEvent) == event.startswith("video.")


def test_what_the_endpoint_answers_is_told(client: OpenAI, receiver: Receiver) -> None:
    endpoint = client.webhooks.create(name="mine", url=receiver.url, event_types=["batch.failed"])
    receiver.answer = 503
    assert client.webhooks.test(endpoint.id, event_type="batch.failed").status_code == 503


def test_a_replaced_secret_is_good_for_a_day_more_when_asked_for(
    server: LocalServer, client: OpenAI, receiver: Receiver
) -> None:
    endpoint = client.webhooks.create(name="mine", url=receiver.url, event_types=["batch.failed"])
    second = client.webhooks.rotate_secret(endpoint.id, keep_old_secret_active_for_24_hours=True)
    client.webhooks.test(endpoint.id, event_type="batch.failed")
    _, body, headers = receiver.delivered[-1]
    for secret in (endpoint.signing_secret, second.signing_secret):
        verify_signature(body, headers, secret)
    server.skip(24 * 60 * 60)
    client.webhooks.test(endpoint.id, event_type="batch.failed")
    _, body, headers = receiver.delivered[-1]
    verify_signature(body, headers, second.signing_secret)
    with pytest.raises(InvalidWebhookSignatureError):
        verify_signature(body, headers, endpoint.signing_secret)
    third = client.webhooks.rotate_secret(endpoint.id)
    client.webhooks.test(endpoint.id, event_type="batch.failed")
    _, body, headers = receiver.delivered[-1]
    assert unwrap(body, headers, third.signing_secret).type == "batch.failed"
    with pytest.raises(InvalidWebhookSignatureError):
        verify_signature(body, headers, second.signing_secret)


def test_nothing_is_delivered_elsewhere(api: Api, receiver: Receiver) -> None:
    closed = f"http://127.0.0.1:{receiver.server_port}"
    for url, why in (("https://example.com/hook", "127.0.0.1 only"), (closed.replace("http", "https"), "only")):
        answer = api.post(f"/webhook_endpoints/{made(api, url)['id']}/test", {"event_type": "batch.failed"})
        assert answer.status == 400
        assert why in answer.error["message"]
    assert receiver.delivered == []


def test_an_endpoint_that_nobody_listens_at_is_said_to_be_unreachable(api: Api) -> None:
    with Receiver() as closed:
        url = closed.url
    answer = api.post(f"/webhook_endpoints/{made(api, url)['id']}/test", {"event_type": "batch.failed"})
    assert (answer.status, answer.error["code"]) == (400, "endpoint_unreachable")
