"""Webhooks: what the service delivers to you, checked and typed (API reference: Webhooks).

Nothing here goes over the network, so both colours are called alike, without `await`.
"""

from typed_openai.core.endpoint import Resource, asynchronous
from typed_openai.models.webhook_events import UnwrapWebhookEvent
from typed_openai.webhooks import TOLERANCE, HeadersLike, Payload
from typed_openai.webhooks import unwrap as unwrapped
from typed_openai.webhooks import verify_signature as verified


class Webhooks(Resource):
    """Check what is delivered, and read it."""

    path = "webhooks"

    def unwrap(
        self, payload: Payload, headers: HeadersLike, secret: str | None = None, *, tolerance: float = TOLERANCE
    ) -> UnwrapWebhookEvent:
        """The event of a delivery whose signature is right.

        `payload` is the raw body; `secret` is by default that of the client (`webhook_secret`), which has it from the
        environment (`OPENAI_WEBHOOK_SECRET`). Raises `InvalidWebhookSignatureError` when the signature is wrong, or
        more than `tolerance` seconds old or ahead, `ConfigurationError` when there is no usable secret,
        `ResponseDecodeError` when what is signed is no JSON object.
        """
        known = self.client.config.webhook_secret or "" if secret is None else secret
        return unwrapped(payload, headers, known, tolerance=tolerance)

    def verify_signature(
        self, payload: Payload, headers: HeadersLike, secret: str | None = None, *, tolerance: float = TOLERANCE
    ) -> None:
        """Raise `InvalidWebhookSignatureError` unless the delivery is from the service; arguments as for `unwrap`."""
        known = self.client.config.webhook_secret or "" if secret is None else secret
        verified(payload, headers, known, tolerance=tolerance)


AsyncWebhooks = asynchronous(Webhooks)
