"""A fork: a new session that begins where another one stands.

API reference: "Live", forks.

Rule: it starts with `session.start` as any session, of which only what differs is given.
"""

from typing import Annotated, Literal, TypeAlias

from typing_extensions import TypeAliasType

from typed_openai.models.base import Tagged
from typed_openai.models.event_tables import by_type
from typed_openai.models.live.client_events import InputAudioAppendEvent, LiveClientParams, LiveSaidEvent
from typed_openai.models.live.events import LiveToldEvent, UnknownLiveEvent
from typed_openai.models.live.session import ForkSessionConfig
from typed_openai.models.shape import CLOSED


class ForkSessionStartEvent(LiveClientParams):
    """Begin the new session: the first event of the connection."""

    type: Literal["session.start"] = "session.start"
    session: Annotated[ForkSessionConfig, CLOSED]
    """What differs from the session that it begins with."""


LiveForkClientEvent: TypeAlias = Annotated[
    ForkSessionStartEvent | LiveSaidEvent | InputAudioAppendEvent, Tagged("type")
]
"""An event for a fork, told apart by `type`."""

CLIENT_EVENTS = by_type(LiveForkClientEvent)
"""The model of each event by its `type`."""

LiveForkServerEvent = TypeAliasType("LiveForkServerEvent", Annotated[LiveToldEvent | UnknownLiveEvent, Tagged("type")])
"""What a fork is told, told apart by `type`."""
