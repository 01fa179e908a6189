"""Where webhooks are delivered: the endpoints of a project (`/webhook_endpoints`) and what may be told to them.

API reference: "Webhook endpoints". What is delivered: `webhook_events.py`; whether it is real:
`typed_openai/webhooks/`.

Rules
* The signing secret comes with the answers to `create` and `rotate_secret` and never again. No repr shows it; only the
  attribute and a dump of the object do.

Weak spot: all of this is known from the official library only; the API description has none of it.
"""

from typing import Literal, TypeAlias

from pydantic import Field, StrictBool, StrictInt

from typed_openai.models.base import Open, Params, Result

WebhookEventType: TypeAlias = Literal[
    "agent.environment.expired",
    "agent.environment.failed",
    "agent.environment.ready",
    "agent.environment.suspended",
    "agent.session.action_required",
    "agent.session.created",
    "agent.session.failed",
    "agent.session.idle",
    "agent.session.in_progress",
    "batch.cancelled",
    "batch.completed",
    "batch.expired",
    "batch.failed",
    "eval.run.canceled",
    "eval.run.failed",
    "eval.run.succeeded",
    "fine_tuning.job.cancelled",
    "fine_tuning.job.failed",
    "fine_tuning.job.succeeded",
    "realtime.call.incoming",
    "response.cancelled",
    "response.completed",
    "response.failed",
    "response.incomplete",
    "safety.alert.created",
    "video.completed",
    "video.failed",
]


class WebhookCreateParams(Params):
    """An endpoint to deliver to."""

    event_types: list[WebhookEventType]
    """What it is told of."""
    name: str
    """Its name, for people."""
    url: str
    """Where to deliver; HTTPS."""


class WebhookUpdateParams(Params):
    """What to change of an endpoint; the rest stays as it is."""

    event_types: list[WebhookEventType] | None = None
    """What it is told of from now on: all of it, not only what is new."""
    name: str | None = None
    """Its name, for people."""
    url: str | None = None
    """Where to deliver; HTTPS."""


class WebhookListParams(Params):
    """Which endpoints to list."""

    after: str | None = None
    """Go on after the endpoint with this id."""
    limit: StrictInt | None = None
    """How many to a page; 20 by default."""


class WebhookRotateSecretParams(Params):
    """How to replace the signing secret of an endpoint."""

    keep_old_secret_active_for_24_hours: StrictBool | None = None
    """Whether deliveries are signed with the old secret, too, for a day; by default it is void at once."""


class WebhookTestParams(Params):
    """A delivery to try."""

    event_type: WebhookEventType
    """The kind of the sample event."""


class WebhookEndpoint(Result):
    """Where webhooks are delivered."""

    id: str
    """Names the endpoint in other calls."""
    object: Open[Literal["webhook_endpoint"]]
    created_at: int
    """When it was made, Unix seconds."""
    event_types: list[str]
    """What it is told of."""
    name: str
    """Its name, for people."""
    url: str
    """Where deliveries go."""
    signing_secret_hint: str | None = None
    """The end of its signing secret or the like, to tell secrets apart; no secret itself."""
    updated_at: int | None = None
    """When it or its secret was changed last, Unix seconds; at first, when it was made."""


class WebhookEndpointWithSecret(WebhookEndpoint):
    """An endpoint that was made, or whose secret was replaced: the only answers with the secret in them."""

    signing_secret: str = Field(repr=False)
    """What deliveries are signed with: keep it where secrets are kept. No repr shows it."""


class DeletedWebhookEndpoint(Result):
    """The answer to deleting an endpoint."""

    id: str
    """The endpoint."""
    object: Open[Literal["webhook_endpoint.deleted"]]
    deleted: bool
    """Whether it is gone."""


class WebhookEndpointTestResult(Result):
    """How a delivery went that was tried."""

    object: Open[Literal["webhook_endpoint.test"]]
    event_type: str
    """The kind of event that was delivered."""
    status_code: int
    """What the endpoint answered, as HTTP status: 2xx says that it took the delivery."""
    success: bool
    """Whether there was an answer at all, whatever it was: look at `status_code`."""
    webhook_endpoint_id: str
    """The endpoint."""


class WebhookEventTypeList(Result):
    """What endpoints of this project can be told of."""

    object: Open[Literal["list"]]
    data: list[str]
    """The kinds of events."""
