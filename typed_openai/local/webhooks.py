"""`/webhook_endpoints`: where webhooks go, their secrets, and sample events that are really delivered.

`test` sends a signed event to the endpoint and waits for its answer: by HTTP, to this machine only. It is the one
thing here that goes by the clock of the machine, because whoever checks a signature compares its time with his own.

Weak spots: events are delivered by `test` alone, never because something has happened (a response, a batch); what a
sample event is about does not exist. Endpoints elsewhere are kept, and what is to be delivered there is refused.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import time
from typing import get_args
from urllib.parse import urlsplit

from typed_openai.local import realtime
from typed_openai.local.errors import ApiError, refuse_empty, wrong_value
from typed_openai.local.exchange import Reply, Request, dump_json
from typed_openai.local.kept import Item, Kept
from typed_openai.local.router import route
from typed_openai.local.state import State

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

ENDPOINTS = Kept(
    "webhook endpoint",
    "/webhook_endpoints/{webhook_endpoint_id}",
    "we_",
    order="asc",
    first={"_old": "", "_old_until": 0},
    made=lambda said, state: {**_checked(said), **_secret(state)},
    once={"signing_secret": "_secret"},
    changed=lambda endpoint, said, _: _changed(endpoint, said),
)
ROUTES = ENDPOINTS.routes("create", "list", "retrieve", "update", "delete")


def _changed(endpoint: Item, said: Item) -> Item:
    """What is changed; an endpoint that stays as it is keeps its date."""
    changed = {**endpoint, **_checked(said)}
    return changed if changed == endpoint else _checked(said)


def _checked(given: Item) -> Item:
    """What is said of an endpoint: a URL that is one, and the kinds of events, each once."""
    if "event_types" in given:
        given["event_types"] = list(dict.fromkeys(given["event_types"]))
        refuse_empty("event_types", given["event_types"])
    if "url" in given and not _is_url(given["url"]):
        raise wrong_value("url", f"The parameter 'url' is {given['url']!r}; it must be an HTTPS URL.")
    return given


def _is_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _secret(state: State) -> Item:
    """The next secret of this server: the same in each run, and so good for tests only."""
    secret = "whsec_" + base64.b64encode(hashlib.sha256(state.new_id("secret_").encode()).digest()).decode()
    return {"_secret": secret, "signing_secret_hint": f"whsec_...{secret[-4:]}", "updated_at": state.now()}


def _signed(endpoint: Item, content: bytes, identifier: str, now: int) -> dict[str, str]:
    """The headers of a delivery, with one signature for each secret that is good now."""
    from typed_openai.webhooks import sign_webhook

    moment, old = int(time.time()), [endpoint["_old"]] if now < endpoint["_old_until"] else []
    signed = [sign_webhook(content, secret, id=identifier, timestamp=moment) for secret in [endpoint["_secret"], *old]]
    return {**signed[0], "webhook-signature": " ".join(each["webhook-signature"] for each in signed)}


@route("POST", "/webhook_endpoints/{webhook_endpoint_id}/rotate_secret")
def rotate_secret(request: Request, state: State) -> Reply:
    """Replace the secret; the new one is told here. The old one is good for a day more when that is asked for."""
    found, keep = ENDPOINTS.at(request, state), request.given.get("keep_old_secret_active_for_24_hours")
    old = {"_old": found["_secret"], "_old_until": state.now() + DAY if keep else 0}
    return ENDPOINTS.telling(state, ENDPOINTS.put(state, found, **old, **_secret(state)))


@route("POST", "/webhook_endpoints/{webhook_endpoint_id}/test")
def test(request: Request, state: State) -> Reply:
    """Deliver a sample event, and say what the endpoint answered."""
    found, kind = ENDPOINTS.at(request, state), request.given["event_type"]
    event: Item = {"id": state.new_id("evt_"), "object": "event", "created_at": state.now(), "type": kind}
    answered = _deliver(found, dump_json({**event, "data": _about(kind, state)}), event["id"], state)
    shown = {"object": "webhook_endpoint.test", "webhook_endpoint_id": found["id"], "event_type": kind}
    return Reply({**shown, "status_code": answered, "success": True})


def _about(kind: str, state: State) -> dict[str, object]:
    """What a sample event tells of."""
    if kind == "realtime.call.incoming":
        header = {"name": "From", "value": "sip:+15550100@sip.example.com"}
        return {"call_id": realtime.ring(state), "sip_headers": [header]}
    about: dict[str, object] = {"id": state.new_id(_IDS[kind.partition(".")[0]])}
    if kind == "agent.session.action_required":
        about["required_action"] = {"type": "function_call"}
    elif kind.startswith("agent.session."):
        about["environment_type"] = "remote"
    return about


def _deliver(endpoint: Item, content: bytes, identifier: str, state: State) -> int:
    """Send an event to an endpoint of this machine; gives the status of its answer, 400 when there is none."""
    parts = urlsplit(endpoint["url"])
    if parts.scheme != "http" or parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        message = f"This local server delivers to http://127.0.0.1 only, not to {parts.scheme}://{parts.hostname}."
        raise ApiError(400, message, code="endpoint_unreachable")
    headers = {"content-type": "application/json", "user-agent": "typed-openai-local-webhooks"}
    headers |= _signed(endpoint, content, identifier, state.now())
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
    from typed_openai.models.webhooks.webhook_endpoints import WebhookEventType

    return Reply({"object": "list", "data": [*get_args(WebhookEventType)]})
