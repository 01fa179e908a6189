"""Secrets with which browsers and telephones open a realtime session of their own (`/realtime/client_secrets`).

API reference: "Realtime" (create client secret), "Realtime translation" (create client secret).

Rules: a secret is good for 10 seconds to 2 hours, and for sessions that are set up as it says; no repr shows it.
"""

from typing import Annotated, Literal

from pydantic import Field, StrictInt

from typed_openai.models.base import Params, Result
from typed_openai.models.realtime.session import AnyRealtimeSession, RealtimeSessionConfig
from typed_openai.models.realtime.translations import (
    RealtimeTranslationSession,
    RealtimeTranslationSessionCreateRequest,
)


class ExpiresAfter(Params):
    """When a secret ends."""

    anchor: Literal["created_at"] | None = None
    seconds: Annotated[StrictInt, Field(ge=10, le=7200)] | None = None
    """How long it is good for, 10 to 7200; 600 by default."""


class ClientSecretCreateParams(Params):
    """A secret for sessions that answer or only listen."""

    expires_after: ExpiresAfter | None = None
    """When it ends; after ten minutes by default."""
    session: RealtimeSessionConfig | None = None
    """How sessions are set up that it opens: `{"type": "realtime", "model": "gpt-realtime-2"}`."""


class TranslationClientSecretCreateParams(Params):
    """A secret for sessions that translate."""

    session: RealtimeTranslationSessionCreateRequest
    """How sessions are set up that it opens."""
    expires_after: ExpiresAfter | None = None
    """When it ends; after ten minutes by default."""


class Secret(Result):
    """What a browser or a telephone opens a session with."""

    value: Annotated[str, Field(repr=False)]
    """The secret (`ek_…`), in place of an API key. No repr shows it."""
    expires_at: int
    """When it ends, Unix seconds."""


class ClientSecretCreateResponse(Secret):
    """A secret, and the session that it opens."""

    session: AnyRealtimeSession
    """How the session is set up."""


class RealtimeTranslationClientSecretCreateResponse(Secret):
    """A secret, and the session that it opens."""

    session: RealtimeTranslationSession
    """How the session is set up."""
