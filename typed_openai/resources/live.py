"""Live: sessions that listen and speak at the same time, over sockets (API reference: Live)."""

from typed_openai.core.declare.verbs import Resource, asynchronous, nested
from typed_openai.models.live.connect_params import SidebandConnectParams
from typed_openai.sockets.declaration import socket

QUEUE = 2 * 1024 * 1024
"""Bytes of messages that may wait for a connection."""


class Sideband(Resource):
    """Beside a session that runs elsewhere (WebRTC, SIP)."""

    path = "live.sideband"

    connect = socket(
        "/live/sessions/{session_id}/attach",
        SidebandConnectParams,
        "typed_openai.sockets.connections.SIDEBAND",
        queue=QUEUE,
    )
    """Attach to a running session: hear what it tells, and steer it. It is not started again."""


AsyncSideband = asynchronous(Sideband)


class Forks(Resource):
    """New sessions that begin where another stands."""

    path = "live.forks"

    connect = socket("/live/sessions/{session_id}/fork", None, "typed_openai.sockets.connections.FORKS", queue=QUEUE)
    """Open a new session with the context of another; then `connection.session.start(...)` says what is different."""


AsyncForks = asynchronous(Forks)


class Live(Resource):
    """Listen and speak at the same time."""

    path = "live"

    connect = socket("/live/sessions", None, "typed_openai.sockets.connections.LIVE", queue=QUEUE)
    """Open a session; `connection.session.start(session=...)` starts it, `session.started` says that it runs."""
    forks = nested("typed_openai.resources.live.Forks")
    """New sessions that begin where another stands."""
    sideband = nested("typed_openai.resources.live.Sideband")
    """Beside a session that runs elsewhere."""


AsyncLive = asynchronous(Live)
