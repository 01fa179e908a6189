"""Realtime over HTTP as it was before it became stable (API reference: Realtime, beta).

New programs make a client secret (`realtime.client_secrets`).
"""

from typed_openai.core.declare.verbs import Resource, nested, post
from typed_openai.models.realtime.beta_sessions import (
    SessionCreateParams,
    SessionCreateResponse,
    TranscriptionSession,
    TranscriptionSessionCreateParams,
)

BETA = {"OpenAI-Beta": "assistants=v2"}
"""What the official package sends here, too."""


class Sessions(Resource):
    """Let browsers open a session of their own, as before 2025-08."""

    _headers = BETA

    create = post("/realtime/sessions", SessionCreateParams, SessionCreateResponse)
    """Set up a session; the secret that opens it is in `client_secret`."""


class TranscriptionSessions(Resource):
    """Let browsers open a session that only listens, as before 2025-08."""

    _headers = BETA

    create = post("/realtime/transcription_sessions", TranscriptionSessionCreateParams, TranscriptionSession)
    """Set up a session that only writes down what it hears; the secret that opens it is in `client_secret`."""


class Realtime(Resource):
    """Realtime as it was before it became stable."""

    path = "beta.realtime"

    sessions = nested(Sessions)
    """Let browsers open a session of their own."""
    transcription_sessions = nested(TranscriptionSessions)
    """Let browsers open a session that only listens."""
