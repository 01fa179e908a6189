"""What the service tells by webhook: one model for each event, told apart by `type`.

API reference: "Webhook events". How they get here, and whether they are real: `typed_openai/webhooks/`.

Rules
* An event names an object (`data.id`) and says what became of it; the object itself is fetched with its own operation.
* An event newer than this package is an `UnknownWebhookEvent`, whose `data` is not typed.

Weak spot: events of agents, live transports and safety are known from the official library only.
"""

from typing import Annotated, Any, Literal

from typing_extensions import TypeAliasType

from typed_openai.models.base import Open, Result, Tagged
from typed_openai.models.webhooks.webhook_objects import (
    AgentActionObject,
    AgentSessionCreatedObject,
    AgentSessionObject,
    LiveCallObject,
    LiveTransportCallObject,
    LiveTransportObject,
    RealtimeCallObject,
    SafetyIdentifierObject,
    WebhookObject,
)


class WebhookEvent(Result):
    """What all events have."""

    id: str
    """Id of the event; the same when it is delivered again."""
    created_at: int
    """When it happened, Unix seconds."""
    object: Open[Literal["event"]] | None = None


class _ObjectEvent(WebhookEvent):
    """An event that names its object and says no more of it."""

    type: Any
    data: WebhookObject
    """What it is about."""


class AgentEnvironmentExpiredWebhookEvent(_ObjectEvent):
    """An environment of an agent has expired and cannot go on."""

    type: Literal["agent.environment.expired"]


class AgentEnvironmentFailedWebhookEvent(_ObjectEvent):
    """An environment of an agent could not be set up."""

    type: Literal["agent.environment.failed"]


class AgentEnvironmentReadyWebhookEvent(_ObjectEvent):
    """An environment of an agent is set up."""

    type: Literal["agent.environment.ready"]


class AgentEnvironmentSuspendedWebhookEvent(_ObjectEvent):
    """An environment of an agent was put to sleep."""

    type: Literal["agent.environment.suspended"]


class AgentSessionActionRequiredWebhookEvent(WebhookEvent):
    """A session of an agent waits for you."""

    type: Literal["agent.session.action_required"]
    data: AgentActionObject
    """What it is about."""


class AgentSessionCreatedWebhookEvent(WebhookEvent):
    """A session of an agent was made."""

    type: Literal["agent.session.created"]
    data: AgentSessionCreatedObject
    """What it is about."""


class AgentSessionFailedWebhookEvent(WebhookEvent):
    """A session of an agent has failed."""

    type: Literal["agent.session.failed"]
    data: AgentSessionObject
    """What it is about."""


class AgentSessionIdleWebhookEvent(WebhookEvent):
    """A session of an agent has nothing to do."""

    type: Literal["agent.session.idle"]
    data: AgentSessionObject
    """What it is about."""


class AgentSessionInProgressWebhookEvent(WebhookEvent):
    """A session of an agent is at work."""

    type: Literal["agent.session.in_progress"]
    data: AgentSessionObject
    """What it is about."""


class BatchCancelledWebhookEvent(_ObjectEvent):
    """A batch was given up."""

    type: Literal["batch.cancelled"]


class BatchCompletedWebhookEvent(_ObjectEvent):
    """A batch is done."""

    type: Literal["batch.completed"]


class BatchExpiredWebhookEvent(_ObjectEvent):
    """A batch was not done in time."""

    type: Literal["batch.expired"]


class BatchFailedWebhookEvent(_ObjectEvent):
    """A batch has failed."""

    type: Literal["batch.failed"]


class EvalRunCanceledWebhookEvent(_ObjectEvent):
    """A run of an evaluation was given up."""

    type: Literal["eval.run.canceled"]


class EvalRunFailedWebhookEvent(_ObjectEvent):
    """A run of an evaluation has failed."""

    type: Literal["eval.run.failed"]


class EvalRunSucceededWebhookEvent(_ObjectEvent):
    """A run of an evaluation is done."""

    type: Literal["eval.run.succeeded"]


class FineTuningJobCancelledWebhookEvent(_ObjectEvent):
    """A fine-tuning job was given up."""

    type: Literal["fine_tuning.job.cancelled"]


class FineTuningJobFailedWebhookEvent(_ObjectEvent):
    """A fine-tuning job has failed."""

    type: Literal["fine_tuning.job.failed"]


class FineTuningJobSucceededWebhookEvent(_ObjectEvent):
    """A fine-tuning job is done."""

    type: Literal["fine_tuning.job.succeeded"]


class LiveCallIncomingWebhookEvent(WebhookEvent):
    """Somebody calls by SIP; of older subscriptions."""

    type: Literal["live.call.incoming"]
    data: LiveCallObject
    """What it is about."""


class LiveTransportConnectedWebhookEvent(WebhookEvent):
    """A live session over WebRTC has begun."""

    type: Literal["live.transport.connected"]
    data: LiveTransportObject
    """What it is about."""


class LiveTransportIncomingWebhookEvent(WebhookEvent):
    """Somebody calls by SIP and waits for a live session."""

    type: Literal["live.transport.incoming"]
    data: LiveTransportCallObject
    """What it is about."""


class RealtimeCallIncomingWebhookEvent(WebhookEvent):
    """Somebody calls by SIP and waits for a realtime session."""

    type: Literal["realtime.call.incoming"]
    data: RealtimeCallObject
    """What it is about."""


class ResponseCancelledWebhookEvent(_ObjectEvent):
    """A response in the background was given up."""

    type: Literal["response.cancelled"]


class ResponseCompletedWebhookEvent(_ObjectEvent):
    """A response in the background is done."""

    type: Literal["response.completed"]


class ResponseFailedWebhookEvent(_ObjectEvent):
    """A response in the background has failed."""

    type: Literal["response.failed"]


class ResponseIncompleteWebhookEvent(_ObjectEvent):
    """A response in the background has ended early."""

    type: Literal["response.incomplete"]


class SafetyAlertCreatedWebhookEvent(_ObjectEvent):
    """There is a safety alert."""

    type: Literal["safety.alert.created"]


class SafetyDeactivationIssuedWebhookEvent(_ObjectEvent):
    """A safety identifier was deactivated."""

    type: Literal["safety.deactivation_issued"]


class SafetyIdentifierBlockedWebhookEvent(WebhookEvent):
    """A safety identifier was blocked."""

    type: Literal["safety_identifier.blocked"]
    data: SafetyIdentifierObject
    """What it is about."""


class SafetyOrgAlertCreatedWebhookEvent(_ObjectEvent):
    """There is a safety alert for the organization."""

    type: Literal["safety.org_alert.created"]


class SafetyWarningIssuedWebhookEvent(_ObjectEvent):
    """A warning about a safety identifier was issued."""

    type: Literal["safety.warning_issued"]


class UnknownWebhookEvent(WebhookEvent):
    """An event of a kind that is newer than this package."""

    type: str
    """The kind of event."""
    data: Any = None
    """What it is about, as it came: most often a dict with an `id`."""


UnwrapWebhookEvent = TypeAliasType(
    "UnwrapWebhookEvent",
    Annotated[
        AgentEnvironmentExpiredWebhookEvent
        | AgentEnvironmentFailedWebhookEvent
        | AgentEnvironmentReadyWebhookEvent
        | AgentEnvironmentSuspendedWebhookEvent
        | AgentSessionActionRequiredWebhookEvent
        | AgentSessionCreatedWebhookEvent
        | AgentSessionFailedWebhookEvent
        | AgentSessionIdleWebhookEvent
        | AgentSessionInProgressWebhookEvent
        | BatchCancelledWebhookEvent
        | BatchCompletedWebhookEvent
        | BatchExpiredWebhookEvent
        | BatchFailedWebhookEvent
        | EvalRunCanceledWebhookEvent
        | EvalRunFailedWebhookEvent
        | EvalRunSucceededWebhookEvent
        | FineTuningJobCancelledWebhookEvent
        | FineTuningJobFailedWebhookEvent
        | FineTuningJobSucceededWebhookEvent
        | LiveCallIncomingWebhookEvent
        | LiveTransportConnectedWebhookEvent
        | LiveTransportIncomingWebhookEvent
        | RealtimeCallIncomingWebhookEvent
        | ResponseCancelledWebhookEvent
        | ResponseCompletedWebhookEvent
        | ResponseFailedWebhookEvent
        | ResponseIncompleteWebhookEvent
        | SafetyAlertCreatedWebhookEvent
        | SafetyDeactivationIssuedWebhookEvent
        | SafetyIdentifierBlockedWebhookEvent
        | SafetyOrgAlertCreatedWebhookEvent
        | SafetyWarningIssuedWebhookEvent
        | UnknownWebhookEvent,
        Tagged("type"),
    ],
)
"""An event, told apart by `type`."""
