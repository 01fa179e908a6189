"""Realtime: sockets, secrets for browsers, calls by WebRTC and telephone (API reference: Realtime)."""

from types import NoneType

from typed_openai.core.answer.raw import Binary
from typed_openai.core.declare.verbs import Resource, nested, post
from typed_openai.models.realtime.calls import (
    CallAcceptParams,
    CallCreateParams,
    CallReferParams,
    CallRejectParams,
)
from typed_openai.models.realtime.client_secrets import (
    ClientSecretCreateParams,
    ClientSecretCreateResponse,
    RealtimeTranslationClientSecretCreateResponse,
    TranslationClientSecretCreateParams,
)
from typed_openai.models.realtime.connect_params import RealtimeConnectParams, TranslationConnectParams
from typed_openai.sockets.declaration import socket

_SAYS_NOTHING = {"accept": "*/*"}


class ClientSecrets(Resource):
    """Let browsers and telephones open a session of their own, without your key."""

    create = post("/realtime/client_secrets", ClientSecretCreateParams, ClientSecretCreateResponse)
    """Make a secret that opens a session for ten minutes, or as long as `expires_after` says; `value` goes to the
    browser."""


class TranslationClientSecrets(Resource):
    """Let browsers open a session that translates."""

    create = post(
        "/realtime/translations/client_secrets",
        TranslationClientSecretCreateParams,
        RealtimeTranslationClientSecretCreateResponse,
    )
    """Make a secret that opens a session which translates; `value` goes to the browser."""


class Translations(Resource):
    """Say in another language what is heard."""

    connect = socket(
        "/realtime/translations", TranslationConnectParams, "typed_openai.sockets.connections.TRANSLATIONS"
    )
    """Open a session that says in another language what it hears; `connection.session.close()` ends it gracefully."""
    client_secrets = nested(TranslationClientSecrets)
    """Let browsers open a session that translates."""


class Calls(Resource):
    """Answer the telephone, and browsers by WebRTC."""

    create = post(
        "/realtime/calls",
        CallCreateParams,
        Binary,
        multipart=True,
        parts={"sdp": "application/sdp", "session": "application/json"},
        headers={"accept": "application/sdp"},
    )
    """Answer what a browser offers (`sdp`): the text of the answer is for `setRemoteDescription`, the id of the call is
    the end of `meta.headers["location"]`."""
    accept = post("/realtime/calls/{call_id}/accept", CallAcceptParams, NoneType, headers=_SAYS_NOTHING)
    """Take an incoming call (webhook `realtime.call.incoming`), with the session that is to answer it."""
    hangup = post("/realtime/calls/{call_id}/hangup", NoneType, headers=_SAYS_NOTHING)
    """End a call, of either kind."""
    refer = post("/realtime/calls/{call_id}/refer", CallReferParams, NoneType, headers=_SAYS_NOTHING)
    """Hand a call over to somebody else, a person say."""
    reject = post("/realtime/calls/{call_id}/reject", CallRejectParams, NoneType, headers=_SAYS_NOTHING)
    """Turn an incoming call down."""


class Realtime(Resource):
    """Speak with a model."""

    path = "realtime"

    connect = socket("/realtime", RealtimeConnectParams, "typed_openai.sockets.connections.REALTIME")
    """Open a session to speak with a model, or join a call."""
    calls = nested(Calls)
    """Answer the telephone, and browsers by WebRTC."""
    client_secrets = nested(ClientSecrets)
    """Let browsers and telephones open a session of their own, without your key."""
    translations = nested(Translations)
    """Say in another language what is heard."""
