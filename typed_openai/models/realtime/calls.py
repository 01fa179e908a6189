"""Calls by WebRTC and telephone (SIP) as realtime sessions (`/realtime/calls`).

API reference: "Realtime calls" (create, accept, reject, refer, hang up). Incoming calls are told by the webhook
`realtime.call.incoming`.

Rule: `CallAcceptParams` says the same as the session of a client secret (`RealtimeSessionCreateRequest`), but is a
whole request: its type is required, and a null is `NULL`. What both say stands in `SessionFields`.
"""

from typing import Literal

from pydantic import StrictInt

from typed_openai.models.base import Nullable, Params
from typed_openai.models.realtime.session import RealtimeSessionCreateRequest, RealtimeTracingConfig, SessionFields
from typed_openai.models.responses.results import ResponsePrompt


class CallCreateParams(Params):
    """A call by WebRTC."""

    sdp: str
    """What the caller offers: the text that `RTCPeerConnection.createOffer()` gives."""
    session: RealtimeSessionCreateRequest | None = None
    """How the session is set up; as the client secret says, where the call is made with one."""


class CallAcceptParams(SessionFields, Params):
    """How the session of an incoming call is set up."""

    type: Literal["realtime"]
    tracing: Nullable[RealtimeTracingConfig] = None
    """Whether the session is traced; not by default (`NULL`), and fixed once it is."""
    prompt: Nullable[ResponsePrompt] = None
    """A stored prompt to begin with."""


class CallReferParams(Params):
    """Where a call goes on."""

    target_uri: str
    """Who takes it over: `tel:+4930123456`, `sip:agent@example.com`."""


class CallRejectParams(Params):
    """How a call is turned down."""

    status_code: StrictInt | None = None
    """What SIP says to the caller, such as 486 (busy); 603 (declined) by default."""
