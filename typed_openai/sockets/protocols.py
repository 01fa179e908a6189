"""Which sockets the API has. One entry each; what the fields mean stands in `protocol.py`."""

from typed_openai.sockets.protocol import SocketProtocol

_ANSWER = frozenset({"response.created"})
_LAST = frozenset({"response.completed", "response.failed", "response.incomplete"})

REALTIME = SocketProtocol(
    "Realtime",
    "realtime.connect",
    "typed_openai.models.realtime.client_events.CLIENT_EVENTS",
    "typed_openai.models.realtime.server_events.RealtimeServerEvent",
    begins=_ANSWER,
    ends=frozenset({"response.done"}),
    asks=frozenset({"response.create"}),
    restores="session.update",
    hears="input_audio_buffer.append",
)
"""Speech and text both ways, and transcription alone (`extra_query={"intent": "transcription"}`)."""
TRANSLATIONS = SocketProtocol(
    "Translations",
    "realtime.translations.connect",
    "typed_openai.models.realtime.translation_events.CLIENT_EVENTS",
    "typed_openai.models.realtime.translation_events.RealtimeTranslationServerEvent",
    restores="session.update",
    hears="session.input_audio_buffer.append",
    last="session.closed",
)
"""Speech of one language to speech and text of another."""
RESPONSES = SocketProtocol(
    "Responses",
    "responses.connect",
    "typed_openai.models.responses.socket_events.CLIENT_EVENTS",
    "typed_openai.models.responses.socket_events.ResponsesServerEvent",
    begins=_ANSWER,
    ends=_LAST,
    asks=frozenset({"response.create"}),
    lanes=True,
    sums="typed_openai.sockets.lanes.LaneSums",
)
"""Many responses on one connection."""
BETA_RESPONSES = SocketProtocol(
    "BetaResponses",
    "beta.responses.connect",
    "typed_openai.models.responses.beta_socket_events.CLIENT_EVENTS",
    "typed_openai.models.responses.beta_socket_events.BetaResponsesServerEvent",
    begins=_ANSWER,
    ends=_LAST,
    asks=frozenset({"response.create"}),
    lanes=True,
    sums="typed_openai.sockets.lanes.LaneSums",
)
"""The same, with `response.inject`."""
LIVE = SocketProtocol(
    "Live",
    "live.connect",
    "typed_openai.models.live.client_events.CLIENT_EVENTS",
    "typed_openai.models.live.server_events.LiveServerEvent",
    hears="session.input_audio.append",
    last="session.closed",
)
"""A session that the program starts with `session.start`."""
SIDEBAND = SocketProtocol(
    "Sideband",
    "live.sideband.connect",
    "typed_openai.models.live.sideband_events.CLIENT_EVENTS",
    "typed_openai.models.live.sideband_events.LiveSidebandServerEvent",
    restores="session.update",
    last="session.closed",
)
"""Beside a running session (WebRTC, SIP)."""
FORKS = SocketProtocol(
    "Forks",
    "live.forks.connect",
    "typed_openai.models.live.fork_events.CLIENT_EVENTS",
    "typed_openai.models.live.fork_events.LiveForkServerEvent",
    hears="session.input_audio.append",
    last="session.closed",
)
"""A new session that begins where another stands."""
