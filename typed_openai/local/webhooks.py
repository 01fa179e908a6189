"""`/webhook_endpoints`: where webhooks go, their secrets, and sample events that are really delivered.

`test` sends a signed event to the endpoint and waits for its answer: by HTTP, to this machine only. It is the one
thing here that goes by the clock of the machine, because whoever checks a signature compares its time with his own.

Weak spots: events are delivered by `test` alone, never because something has happened (a response, a batch); what a
sample event is about does not exist. Endpoints elsewhere are kept, and what is to be delivered there is refused.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import SplitResult, urlsplit

from typed_openai.local.arguments import Arguments
from typed_openai.local.errors import ApiError, missing, wrong_value
from typed_openai.local.exchange import Reply, Request, dump_json
from typed_openai.local.paging import page
from typed_openai.local.router import route
from typed_openai.local.state import Collection, State

EVENTS = (
    *(f"agent.environment.{what}" for what in ("ready", "failed", "suspended", "expired")),
    *(f"agent.session.{what}" for what in ("created", "action_required", "in_progress", "idle", "failed")),
    *(f"batch.{what}" for what in ("completed", "failed", "expired", "cancelled")),
    *(f"eval.run.{what}" for what in ("succeeded", "failed", "canceled")),
    *(f"fine_tuning.job.{what}" for what in ("succeeded", "failed", "cancelled")),
    "realtime.call.incoming",
    *(f"response.{what}" for what in ("completed", "failed", "cancelled", "incomplete")),
    "safety.alert.created",
    *(f"video.{what}" for what in ("completed", "failed")),
)
_IDS = {
    "agent": "sess_",
    "batch": "batch_",
    "eval": "evalrun_",
    "fine_tuning": "ftjob-",
    "response": "resp_",
    "safety": "alert_",
    "video": "video_",
}
DAY = 24 * 60 * 60
PATIENCE = 5.0
"""How many seconds an endpoint may take to answer."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The object as it is shown, its secret, and the one before, which is good until `old_until`."""

    shown: Mapping[str, object]
    secret: str
    old: str | None = None
    old_until: int = 0

    def with_secret(self) -> dict[str, object]:
        """As only those see it who have made it or replaced its secret."""
        return {**self.shown, "signing_secret": self.secret}

    def signatures(self, signed: bytes, now: int) -> str:
        """One signature for each secret that is good now."""
        secrets = [self.secret] if self.old is None or now >= self.old_until else [self.secret, self.old]
        return " ".join(f"v1,{_signature(secret, signed)}" for secret in secrets)


class Endpoints(Collection[Endpoint]):
    """The endpoints of one server."""


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def _place(request: Request, state: State) -> tuple[str, Endpoint]:
    identifier = request.path_params["webhook_endpoint_id"]
    found = state.part(Endpoints).found(identifier, "webhook endpoint", "webhook_endpoint_id")
    return identifier, found


def _secret(state: State) -> str:
    """The next secret of this server: the same in each run, and so good for tests only."""
    return "whsec_" + base64.b64encode(hashlib.sha256(state.new_id("secret_").encode()).digest()).decode()


def _hint(secret: str) -> str:
    return f"whsec_...{secret[-4:]}"


def _url(body: Arguments) -> str:
    url = body.string("url")
    if _parts(url) is None:
        raise wrong_value("url", f"The parameter 'url' is {url!r}; it must be an HTTPS URL.")
    return url


def _parts(url: str) -> SplitResult | None:
    """What a URL is made of; None when it is no HTTP one."""
    try:
        parts = urlsplit(url)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if whole else None


def _events(body: Arguments) -> list[str]:
    """The kinds of events that are asked for, each once."""
    given = body.strings("event_types")
    if not given:
        raise missing("event_types")
    for index, event in enumerate(given):
        if event not in EVENTS:
            listed = ", ".join(map(repr, sorted(EVENTS)))
            raise wrong_value(f"event_types[{index}]", f"There is no event {event!r}; there are {listed}.")
    return list(dict.fromkeys(given))


@route("POST", "/webhook_endpoints")
def create(request: Request, state: State) -> Reply:
    """Make an endpoint; its secret is told here."""
    body = request.arguments()
    events, name, url = _events(body), body.string("name"), _url(body)
    identifier, secret = state.new_id("we_"), _secret(state)
    shown = {
        "id": identifier,
        "object": "webhook_endpoint",
        "created_at": state.now(),
        "updated_at": state.now(),
        "name": name,
        "url": url,
        "event_types": events,
        "signing_secret_hint": _hint(secret),
    }
    made = Endpoint(shown, secret)
    state.part(Endpoints).put(identifier, made)
    return Reply(made.with_secret())


@route("GET", "/webhook_endpoints")
def listing(request: Request, state: State) -> Reply:
    """The endpoints in pages, oldest first, without their secrets."""
    return Reply(page(request, [each.shown for each in state.part(Endpoints).values()]))


@route("GET", "/webhook_endpoints/{webhook_endpoint_id}")
def retrieve(request: Request, state: State) -> Reply:
    """One endpoint, without its secret."""
    return Reply(_place(request, state)[1].shown)


@route("POST", "/webhook_endpoints/{webhook_endpoint_id}")
def update(request: Request, state: State) -> Reply:
    """Change what is given; an unchanged endpoint keeps its date."""
    identifier, found = _place(request, state)
    body = request.arguments()
    given: dict[str, object] = {}
    if body.raw("event_types") is not None:
        given["event_types"] = _events(body)
    if body.raw("name") is not None:
        given["name"] = body.string("name")
    if body.raw("url") is not None:
        given["url"] = _url(body)
    shown = {**found.shown, **given}
    if shown != found.shown:
        shown["updated_at"] = state.now()
    state.part(Endpoints).put(identifier, replace(found, shown=shown))
    return Reply(shown)


@route("DELETE", "/webhook_endpoints/{webhook_endpoint_id}")
def delete(request: Request, state: State) -> Reply:
    """Forget an endpoint."""
    identifier, _ = _place(request, state)
    state.part(Endpoints).pop(identifier)
    return Reply({"id": identifier, "object": "webhook_endpoint.deleted", "deleted": True})


@route("POST", "/webhook_endpoints/{webhook_endpoint_id}/rotate_secret")
def rotate_secret(request: Request, state: State) -> Reply:
    """Replace the secret; the new one is told here. The old one is good for a day more when that is asked for."""
    identifier, found = _place(request, state)
    keep = request.body != b"" and request.arguments().flag("keep_old_secret_active_for_24_hours")
    secret = _secret(state)
    shown = {**found.shown, "signing_secret_hint": _hint(secret), "updated_at": state.now()}
    rotated = Endpoint(shown, secret, found.secret if keep else None, state.now() + DAY if keep else 0)
    state.part(Endpoints).put(identifier, rotated)
    return Reply(rotated.with_secret())


@route("POST", "/webhook_endpoints/{webhook_endpoint_id}/test")
def test(request: Request, state: State) -> Reply:
    """Deliver a sample event, and say what the endpoint answered."""
    identifier, found = _place(request, state)
    kind = request.arguments().choice("event_type", EVENTS)
    event = {"id": state.new_id("evt_"), "object": "event", "created_at": state.now(), "type": kind}
    answered = _deliver(found, dump_json({**event, "data": _about(kind, state)}), str(event["id"]), state)
    shown = {"object": "webhook_endpoint.test", "webhook_endpoint_id": identifier, "event_type": kind}
    return Reply({**shown, "status_code": answered, "success": True})


def _about(kind: str, state: State) -> dict[str, object]:
    """What a sample event tells of."""
    if kind == "realtime.call.incoming":
        header = {"name": "From", "value": "sip:+15550100@sip.example.com"}
        return {"call_id": state.new_id("rtc_"), "sip_headers": [header]}
    about: dict[str, object] = {"id": state.new_id(_IDS[kind.partition(".")[0]])}
    if kind == "agent.session.action_required":
        about["required_action"] = {"type": "function_call"}
    elif kind.startswith("agent.session."):
        about["environment_type"] = "remote"
    return about


def _deliver(endpoint: Endpoint, content: bytes, identifier: str, state: State) -> int:
    """Send an event to an endpoint of this machine; gives the status of its answer, 400 when there is none."""
    parts = urlsplit(str(endpoint.shown["url"]))
    if parts.scheme != "http" or parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        message = f"This local server delivers to http://127.0.0.1 only, not to {parts.scheme}://{parts.hostname}."
        raise ApiError(400, message, code="endpoint_unreachable")
    moment = str(int(time.time()))
    signed = f"{identifier}.{moment}.".encode() + content
    headers = {
        "content-type": "application/json",
        "user-agent": "typed-openai-local-webhooks",
        "webhook-id": identifier,
        "webhook-timestamp": moment,
        "webhook-signature": endpoint.signatures(signed, state.now()),
    }
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", target, content, headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        message = f"Nothing could be delivered to {parts.hostname}:{parts.port}: {error}."
        raise ApiError(400, message, code="endpoint_unreachable") from error
    finally:
        connection.close()


@route("GET", "/webhook_event_types")
def event_types(request: Request, state: State) -> Reply:
    """What endpoints can be told of."""
    return Reply({"object": "list", "data": [*EVENTS]})
