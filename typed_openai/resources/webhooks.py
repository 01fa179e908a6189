"""Webhooks: what the service delivers to you, checked and typed, and where it delivers (API reference: Webhooks).

`unwrap` and `verify_signature` send nothing, so both colours are called alike, without `await`. The rest looks after
the endpoints of a project.
"""

from typed_openai.core.answer.pages import CursorPage
from typed_openai.core.declare.verbs import Resource, delete, get, nested, post
from typed_openai.models.webhooks.webhook_endpoints import (
    DeletedWebhookEndpoint,
    WebhookCreateParams,
    WebhookEndpoint,
    WebhookEndpointTestResult,
    WebhookEndpointWithSecret,
    WebhookEventTypeList,
    WebhookListParams,
    WebhookRotateSecretParams,
    WebhookTestParams,
    WebhookUpdateParams,
)
from typed_openai.models.webhooks.webhook_events import UnwrapWebhookEvent
from typed_openai.webhooks import TOLERANCE, HeadersLike, Payload
from typed_openai.webhooks import unwrap as unwrapped
from typed_openai.webhooks import verify_signature as verified


class EventTypes(Resource):
    """What there is to be told of."""

    list = get("/webhook_event_types", WebhookEventTypeList)
    """List the kinds of events that endpoints of this project can be told of."""


class Webhooks(Resource):
    """Check what is delivered, and read it; say where to deliver."""

    path = "webhooks"

    create = post("/webhook_endpoints", WebhookCreateParams, WebhookEndpointWithSecret)
    """Make an endpoint. Keep the `signing_secret` of the answer: it is not told again."""
    retrieve = get("/webhook_endpoints/{webhook_endpoint_id}", WebhookEndpoint)
    """Fetch an endpoint, without its secret."""
    update = post("/webhook_endpoints/{webhook_endpoint_id}", WebhookUpdateParams, WebhookEndpoint)
    """Change the name of an endpoint, its URL, or what it is told of."""
    list = get("/webhook_endpoints", WebhookListParams, CursorPage[WebhookEndpoint])
    """List the endpoints of the project, without their secrets."""
    delete = delete("/webhook_endpoints/{webhook_endpoint_id}", DeletedWebhookEndpoint)
    """Delete an endpoint: nothing is delivered to it any more."""
    rotate_secret = post(
        "/webhook_endpoints/{webhook_endpoint_id}/rotate_secret", WebhookRotateSecretParams, WebhookEndpointWithSecret
    )
    """Replace the signing secret of an endpoint. The answer has the new one, which is not told again."""
    test = post("/webhook_endpoints/{webhook_endpoint_id}/test", WebhookTestParams, WebhookEndpointTestResult)
    """Let a sample event be delivered to an endpoint, and say what it answered."""
    event_types = nested(EventTypes)

    def unwrap(
        self, payload: Payload, headers: HeadersLike, secret: str | None = None, *, tolerance: float = TOLERANCE
    ) -> UnwrapWebhookEvent:
        """The event of a delivery whose signature is right.

        `payload` is the raw body; `secret` is by default that of the client (`webhook_secret`), which has it from the
        environment (`OPENAI_WEBHOOK_SECRET`). Raises `InvalidWebhookSignatureError` when the signature is wrong, or
        more than `tolerance` seconds old or ahead, `ConfigurationError` when there is no usable secret,
        `ResponseDecodeError` when what is signed is not a JSON object.
        """
        config = self.client.config
        known = config.webhook_secret or "" if secret is None else secret
        event = unwrapped(payload, headers, known, tolerance=tolerance)
        if config.unknown is not None:
            config.unknown.note(UnwrapWebhookEvent, event, "webhooks.unwrap", self.client.secrets)
        return event

    def verify_signature(
        self, payload: Payload, headers: HeadersLike, secret: str | None = None, *, tolerance: float = TOLERANCE
    ) -> None:
        """Raise `InvalidWebhookSignatureError` unless the delivery is from the service; arguments as for `unwrap`."""
        known = self.client.config.webhook_secret or "" if secret is None else secret
        verified(payload, headers, known, tolerance=tolerance)
