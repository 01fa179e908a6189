"""Live over HTTP: sessions for browsers and telephones (API reference: Live)."""

from types import NoneType

from typed_openai.core.answer.raw import Binary
from typed_openai.core.declare.verbs import Resource, asynchronous, get, nested, post
from typed_openai.models.live.media_sessions import (
    LiveCreateParams,
    LiveCreateResponse,
    SessionAcceptParams,
    SessionForkParams,
    SessionForkResponse,
    SessionReferParams,
    SessionRejectParams,
)

_SAYS_NOTHING = {"accept": "*/*"}


class Sessions(Resource):
    """Answer, hand over, fork and end sessions."""

    path = "live.sessions"

    accept = post("/live/sessions/{session_id}/accept", SessionAcceptParams, NoneType, headers=_SAYS_NOTHING)
    """Take an incoming call (webhook `live.call.incoming`), with the session that is to answer it."""
    download_recording = get(
        "/live/sessions/{session_id}/content", Binary, headers={"accept": "application/binary"}, media="sound"
    )
    """Fetch the recording of a session that was kept (`store=True`): `read()`, `write_to_file(path)`."""
    fork = post("/live/sessions/{session_id}/fork", SessionForkParams, SessionForkResponse)
    """Begin another session where a kept one is, for another browser."""
    hangup = post("/live/sessions/{session_id}/hangup", NoneType, headers=_SAYS_NOTHING)
    """End a session."""
    refer = post("/live/sessions/{session_id}/refer", SessionReferParams, NoneType, headers=_SAYS_NOTHING)
    """Hand a call over to somebody else, a person say."""
    reject = post("/live/sessions/{session_id}/reject", SessionRejectParams, NoneType, headers=_SAYS_NOTHING)
    """Turn an incoming call down."""


AsyncSessions = asynchronous(Sessions)


class Live(Resource):
    """Speak with a model that hands work on."""

    path = "live"

    create = post("/live/sessions", LiveCreateParams, LiveCreateResponse)
    """Answer what a browser offers (WebRTC) with a session; `transport.sdp` is for `setRemoteDescription`."""
    sessions = nested("typed_openai.resources.live.Sessions")
    """Answer, hand over, fork and end sessions."""


AsyncLive = asynchronous(Live)
