"""Webhooks: whether what was delivered is really from the service, and what it says (API reference: Webhooks).

    event = client.webhooks.unwrap(request.body, request.headers)      # the secret is OPENAI_WEBHOOK_SECRET
    if isinstance(event, ResponseCompletedWebhookEvent):
        response = client.responses.retrieve(event.data.id)

The same functions work without a client: `unwrap(payload, headers, secret)`. `sign_webhook(payload)` makes the headers
of a delivery, for tests of your own.

Rules (Standard Webhooks 1.0): the HMAC-SHA256 of `{webhook-id}.{webhook-timestamp}.{body}` in base64 is one of the
`v1,` signatures in `webhook-signature` (there are two while a secret is being replaced); they are compared in constant
time. The timestamp is at most `tolerance` seconds from now, in either direction. The body is what came, byte for byte:
one that was parsed and written again has another signature. Header names are taken in any case; headers are a mapping
or pairs, as text or as bytes (ASGI).

Routes of FastAPI, Flask and Django, which know what came twice, are in `webhooks.fastapi`, `.flask` and `.django`.

Weak spots: a delivery may come twice; `event.id` tells which you have seen. Only signatures with a shared secret (`v1`)
are known, not those with public keys (`v1a`).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import math
import os
import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import uuid4

from typed_openai.errors import ConfigurationError, InvalidWebhookSignatureError, ResponseDecodeError

if TYPE_CHECKING:
    from typed_openai.core.answer.meta import Issue
    from typed_openai.models.webhooks.webhook_events import UnwrapWebhookEvent

__all__ = ["TOLERANCE", "sign_webhook", "unwrap", "verify_signature"]

TOLERANCE = 300
"""How many seconds the clocks of both sides may differ, the way included."""

Payload: TypeAlias = str | bytes | bytearray | memoryview
HeadersLike: TypeAlias = (
    Mapping[str, str] | Mapping[bytes, bytes] | Iterable[tuple[str, str]] | Iterable[tuple[bytes, bytes]]
)

_PREFIX = "whsec_"
_NAMES = ("webhook-id", "webhook-timestamp", "webhook-signature")


def unwrap(
    payload: Payload, headers: HeadersLike, secret: str | None = None, *, tolerance: float = TOLERANCE
) -> UnwrapWebhookEvent:
    """The event of a delivery whose signature is right.

    `payload` is the raw body; `secret` is by default that of the environment (`OPENAI_WEBHOOK_SECRET`). Raises
    `InvalidWebhookSignatureError` when the signature is wrong, too old or too new, `ConfigurationError` when there is
    no usable secret, `ResponseDecodeError` when what is signed is not a JSON object.
    """
    content = _bytes(payload)
    verify_signature(content, headers, secret, tolerance=tolerance)
    return read_event(content)


def verify_signature(
    payload: Payload, headers: HeadersLike, secret: str | None = None, *, tolerance: float = TOLERANCE
) -> None:
    """Raise `InvalidWebhookSignatureError` unless the delivery is from the service; arguments as for `unwrap`."""
    number: object = tolerance
    if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number < math.inf:
        raise ConfigurationError(f"tolerance must be a number of seconds from 0, got {tolerance!r}")
    key, content = _key(secret), _bytes(payload)
    identifier, timestamp, signatures = _headers(headers)
    wanted = _signature(key, identifier, timestamp, content).encode()
    parts = [part.rstrip(",").partition(",") for part in signatures.split()]  # some join headers by ", "
    given = [value for version, _, value in parts if version == "v1"]
    matches = [hmac.compare_digest(wanted, each.encode("utf-8", "replace")) for each in given]  # all, also after a hit
    if not any(matches):
        raise InvalidWebhookSignatureError(
            f"none of the {len(given)} v1 signatures fits: is this the secret of this endpoint, and the body unchanged?"
        )
    away = time.time() - _seconds(timestamp)
    if abs(away) > tolerance:
        which = "old" if away > 0 else "new"
        raise InvalidWebhookSignatureError(
            f"the delivery is too {which}: its timestamp is {abs(away):.0f} s from now, {tolerance:g} s are allowed"
        )


def sign_webhook(
    payload: Payload, secret: str | None = None, *, id: str | None = None, timestamp: int | None = None
) -> dict[str, str]:
    """The three headers of a delivery, as the service would send them: for tests of what receives it.

    `secret` as for `unwrap`; `id` is made up and `timestamp` (Unix seconds) is now unless they are given.
    """
    identifier = f"msg_{uuid4().hex}" if id is None else id
    moment = str(int(time.time()) if timestamp is None else timestamp)
    signature = _signature(_key(secret), identifier, moment, _bytes(payload))
    return dict(zip(_NAMES, (identifier, moment, f"v1,{signature}"), strict=True))


def delivery_id(headers: HeadersLike) -> str:
    """The id of a delivery, which is part of what is signed: the same when it is delivered again."""
    return _headers(headers)[0]


def read_event(content: bytes) -> UnwrapWebhookEvent:
    """The event that a body tells of, without a look at any signature; `event.issues` says where it deviates."""
    from pydantic import ValidationError
    from pydantic_core import from_json

    from typed_openai.core.answer.response import hidden, hide
    from typed_openai.core.answer.tolerant import read
    from typed_openai.models.base import attach
    from typed_openai.models.readers import reader_of
    from typed_openai.models.webhooks.webhook_events import UnwrapWebhookEvent

    try:
        event: UnwrapWebhookEvent = reader_of(UnwrapWebhookEvent).validate_json(content, strict=True)
    except ValidationError:
        pass
    else:
        return event
    try:
        data: Any = from_json(content)
    except ValueError as error:
        why = f"the payload of the webhook is not JSON: {error}"
        raise ResponseDecodeError(why, content=hide(content, ())) from error
    if not isinstance(data, dict):
        why = "the payload of the webhook is not a JSON object"
        raise ResponseDecodeError(why, body=hidden(data, ()), content=hide(content, ()))
    issues: list[Issue] = []
    event = read(UnwrapWebhookEvent, data, "", issues)
    attach(event, event.meta, tuple(issues))
    return event


def _bytes(payload: object) -> bytes:
    if isinstance(payload, str):
        return payload.encode("utf-8", "surrogatepass")  # what no server signed fits no signature
    if isinstance(payload, bytes | bytearray | memoryview):
        return bytes(payload)
    raise TypeError(f"payload must be the raw body (bytes or str), not {type(payload).__name__}")


def _key(secret: str | None) -> bytes:
    """The bytes that are signed with. No message shows them."""
    given: object = os.environ.get("OPENAI_WEBHOOK_SECRET", "") if secret is None else secret
    if not isinstance(given, str):
        raise ConfigurationError(f"the webhook secret must be a text (whsec_...), got {type(given).__name__}")
    text = given.strip()
    if not text:
        raise ConfigurationError(
            "no webhook secret: set the environment variable OPENAI_WEBHOOK_SECRET or pass secret=... "
            "(or OpenAI(webhook_secret=...))"
        )
    if not text.startswith(_PREFIX):
        return text.encode("utf-8", "surrogatepass")
    try:
        key = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except ValueError:  # letters that are not base64, or not ASCII
        key = b""
    if not key:
        raise ConfigurationError(f"the webhook secret begins with {_PREFIX} and is not base64 after that")
    return key


def _headers(headers: HeadersLike) -> tuple[str, str, str]:
    """Id, timestamp and signatures; several headers with signatures count as one."""
    items = getattr(headers, "items", None)  # of mappings, and of what is nearly one (email.message.Message)
    pairs: Any = headers if items is None else items()
    if isinstance(pairs, str | bytes) or not isinstance(pairs, Iterable):
        raise TypeError(f"headers must be a mapping or pairs, not {type(headers).__name__}")
    found: dict[str, list[str]] = {name: [] for name in _NAMES}
    for name, value in pairs:
        values = found.get(_text(name).lower())
        if values is not None:
            values.append(_text(value).strip())
    for name, values in found.items():
        if not any(values):
            raise InvalidWebhookSignatureError(f"the header {name} is missing")
        if name != "webhook-signature" and len(set(values)) > 1:
            raise InvalidWebhookSignatureError(f"the header {name} is there {len(values)} times")
    identifier, timestamp, signatures = found.values()
    return identifier[0], timestamp[0], " ".join(signatures)


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _seconds(timestamp: str) -> int:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 15):
        raise InvalidWebhookSignatureError("the header webhook-timestamp is not a number of seconds")
    return int(timestamp)


def _signature(key: bytes, identifier: str, timestamp: str, content: bytes) -> str:
    signed = b".".join((identifier.encode("utf-8", "replace"), timestamp.encode("utf-8", "replace"), content))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
