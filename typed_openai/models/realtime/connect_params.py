"""What the URL of a realtime socket says.

API reference: "Realtime", connecting over WebSocket.
"""

from typed_openai.models.base import Params


class RealtimeConnectParams(Params):
    """Which session is opened, or joined."""

    model: str | None = None
    """The model that answers, or the deployment on Azure; left out for a call, or for transcription
    (`extra_query={"intent": "transcription"}`)."""
    call_id: str | None = None
    """Id of a call (WebRTC, SIP) whose session is joined."""


class TranslationConnectParams(Params):
    """Which session is opened."""

    model: str
    """The model that translates."""
