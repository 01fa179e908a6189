"""What webhook events are about: the objects that they name, and calls that wait.

API reference: "Webhook events" (`data`). The events: `webhook_events.py`.

Weak spot: what agents, live transports and safety events hold is known from the official library only.
"""

from typing import Literal

from typed_openai.models.base import Open, Result


class WebhookObject(Result):
    """What an event is about."""

    id: str
    """Id of the object: a response, a batch, a job, a run, ..."""


class AgentRequiredAction(Result):
    """What an agent waits for."""

    type: Open[
        Literal["computer_use_approval_request", "mcp_approval_request", "function_call", "environment_connection"]
    ]
    """The kind of action."""


class AgentActionObject(Result):
    """A session that waits for you."""

    id: str
    """Id of the session."""
    required_action: AgentRequiredAction
    """What it waits for."""


class AgentSessionObject(Result):
    """A session of an agent."""

    id: str
    """Id of the session."""
    environment_type: str
    """Where it runs."""
    environment_id: str | None = None
    """Id of its environment."""


class AgentConnection(Result):
    """How an environment of your own gets to a session."""

    remote_url: str
    """Where to connect to."""


class AgentSessionCreatedObject(AgentSessionObject):
    """A session of an agent that was made."""

    connect: AgentConnection | None = None
    """How an environment of your own gets to it."""


class SipHeader(Result):
    """A header of a call. Whoever calls has written it: do not trust it."""

    name: str
    """Its name."""
    value: str
    """Its value."""


class SipCallObject(Result):
    """A call by SIP."""

    sip_headers: list[SipHeader]
    """The headers of the INVITE, in their order, without those that authenticate."""
    sip_media_security: Open[Literal["rtp", "srtp"]] | None = None
    """Whether the sound is encrypted (`srtp`) or not (`rtp`) on its way; None when that is unknown."""


class RealtimeCallObject(SipCallObject):
    """A call that waits for a realtime session."""

    call_id: str
    """Id of the call, for accepting or rejecting it."""


class LiveCallObject(SipCallObject):
    """A call that waits for a live session."""

    session_id: str
    """Id of the session, for accepting or rejecting it."""


class LiveTransportCallObject(LiveCallObject):
    """A call that waits for a live session."""

    type: Open[Literal["sip"]]


class LiveTransportObject(Result):
    """A live session."""

    session_id: str
    """Id of the session."""
    type: Open[Literal["webrtc"]]


class SafetyIdentifierObject(Result):
    """A safety identifier that was blocked."""

    safety_identifier: str
    """The identifier, as you have sent it."""
    safety_category: str
    """What for."""
    model: str | None = None
    """The model that was asked."""
    project_id: str | None = None
    """The project that asked."""
    request_id: str | None = None
    """The request that was blocked."""
