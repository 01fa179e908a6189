"""Live sessions over HTTP: made and forked for browsers (WebRTC), answered, handed over and ended for telephones (SIP).

API reference: "Live" (create; sessions: accept, fork, refer, reject), as the official package 3.57.0 has them.

Rules: how sound is carried is settled by WebRTC and SIP themselves, so that only the voice is set here.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StrictInt

from typed_openai.models.base import Params, Result
from typed_openai.models.live.session import ClientConfig, LiveAudioOutput, LiveSettings, MediaSessionForkConfig
from typed_openai.models.realtime.calls import CallReferParams
from typed_openai.models.shape import Shape


class MediaAudio(Shape):
    """How sound is made."""

    output: LiveAudioOutput | None = None
    """Who speaks."""


class WakePolicy(Shape):
    """When a session that has paused goes on."""

    type: Literal["speech"] = "speech"
    vad_threshold: Annotated[float, Field(ge=0, le=1)] | None = None
    """How surely it must be speech, 0 to 1; 0.5 by default."""


class MediaSessionConfig(LiveSettings):
    """How a session by WebRTC is set up."""

    audio: MediaAudio | None = None
    """How sound is made."""
    client: ClientConfig | None = None
    """What the browser may do."""
    idle_timeout_s: int | None = None
    """After how many seconds of silence the session pauses; needs `wake_policy`. Never by default."""
    wake_policy: WakePolicy | None = None
    """When it goes on."""


class CallSessionConfig(LiveSettings):
    """How a session by telephone is set up."""

    type: Literal["live"] = "live"
    audio: MediaAudio | None = None
    """How sound is made."""


class WebRTCTransport(Shape):
    """One side of a connection by WebRTC."""

    type: Literal["webrtc"] = "webrtc"
    sdp: str
    """What it offers, or answers: the text of a session description."""


class LiveCreateParams(Params):
    """A session for a browser."""

    session: MediaSessionConfig
    """How it is set up."""
    transport: WebRTCTransport
    """What the browser offers."""


class SessionForkParams(Params):
    """A session that begins where a kept one is."""

    transport: WebRTCTransport
    """What the browser offers."""
    session: MediaSessionForkConfig | None = None
    """What differs from the first; nothing by default."""


class SessionAcceptParams(Params):
    """How an incoming call is answered."""

    session: CallSessionConfig
    """How its session is set up."""


class SessionReferParams(CallReferParams):
    """Where a call goes on."""


class SessionRejectParams(Params):
    """How a call is turned down."""

    status_code: StrictInt
    """What SIP says to the caller, such as 486 (busy)."""


class LiveSessionId(Result):
    """A session that was made."""

    id: str
    """Its id: sidebands, forks and recordings name it."""


class LiveCreateResponse(Result):
    """A session for a browser, and what is answered to it."""

    session: LiveSessionId
    """The session."""
    transport: WebRTCTransport
    """What the browser takes as the remote description."""


SessionForkResponse: TypeAlias = LiveCreateResponse
"""What the answer is called in the official package."""
