"""Live: sessions that listen and speak at the same time, over HTTP for browsers and telephones, and over sockets.

API reference: Live.
"""

from types import NoneType

from typed_openai.core.answer.raw import Binary
from typed_openai.core.declare.verbs import Resource, get, nested, post
from typed_openai.models.live.connect_params import SidebandConnectParams
from typed_openai.models.live.media_sessions import (
    LiveCreateParams,
    LiveCreateResponse,
    SessionAcceptParams,
    SessionForkParams,
    SessionReferParams,
    SessionRejectParams,
)
from typed_openai.sockets.declaration import socket

QUEUE = 2 * 1024 * 1024
"""Bytes of messages that may wait for a connection."""
_SAYS_NOTHING = {"accept": "*/*"}


class Sessions(Resource):
    """Answer, hand over, fork and end sessions."""

    accept = post("/live/sessions/{session_id}/accept", SessionAcceptParams, NoneType, headers=_SAYS_NOTHING)
    """Take an incoming call (webhook `live.call.incoming`), with the session that is to answer it."""
    download_recording = get(
        "/live/sessions/{session_id}/content", Binary, headers={"accept": "application/binary"}, media="sound"
    )
    """Fetch the recording of a session that was kept (`store=True`): `read()`, `write_to_file(path)`."""
    fork = post("/live/sessions/{session_id}/fork", SessionForkParams, LiveCreateResponse)
    """Begin another session where a kept one is, for another browser."""
    hangup = post("/live/sessions/{session_id}/hangup", NoneType, headers=_SAYS_NOTHING)
    """End a session."""
    refer = post("/live/sessions/{session_id}/refer", SessionReferParams, NoneType, headers=_SAYS_NOTHING)
    """Hand a call over to somebody else, a person say."""
    reject = post("/live/sessions/{session_id}/reject", SessionRejectParams, NoneType, headers=_SAYS_NOTHING)
    """Turn an incoming call down."""


class Sideband(Resource):
    """Beside a session that runs elsewhere (WebRTC, SIP)."""

    connect = socket(
        "/live/sessions/{session_id}/attach",
        SidebandConnectParams,
        "typed_openai.sockets.connections.SIDEBAND",
        queue=QUEUE,
    )
    """Attach to a running session: hear what it tells, and steer it. It is not started again."""


class Forks(Resource):
    """New sessions that begin where another stands."""

    connect = socket("/live/sessions/{session_id}/fork", None, "typed_openai.sockets.connections.FORKS", queue=QUEUE)
    """Open a new session with the context of another; then `connection.session.start(...)` says what is different."""


class Live(Resource):
    """Speak with a model that listens meanwhile, and hands work on."""

    path = "live"

    connect = socket("/live/sessions", None, "typed_openai.sockets.connections.LIVE", queue=QUEUE)
    """Open a session; `connection.session.start(session=...)` starts it, `session.started` says that it runs."""
    create = post("/live/sessions", LiveCreateParams, LiveCreateResponse)
    """Answer what a browser offers (WebRTC) with a session; `transport.sdp` is for `setRemoteDescription`."""
    forks = nested(Forks)
    """New sessions that begin where another stands."""
    sessions = nested(Sessions)
    """Answer, hand over, fork and end sessions."""
    sideband = nested(Sideband)
    """Beside a session that runs elsewhere."""
