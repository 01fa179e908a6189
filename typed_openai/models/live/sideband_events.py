"""A sideband: a second connection to a session that somebody else holds (a browser, a telephone).

API reference: "Live", sideband.

Rule: it starts nothing and sends no sound; all else is as on the first connection, and it may press keys.
"""

from typing import Annotated, Literal, TypeAlias

from typing_extensions import TypeAliasType

from typed_openai.models.base import Tagged
from typed_openai.models.event_tables import by_type
from typed_openai.models.live.client_events import LiveClientParams, LiveSaidEvent
from typed_openai.models.live.events import LiveToldEvent, SessionPaused, SessionResumed, UnknownLiveEvent


class TransportDtmfSendEvent(LiveClientParams):
    """Press a key of the telephone."""

    type: Literal["transport.dtmf.send"] = "transport.dtmf.send"
    event: str
    """The key: `0` to `9`, `*`, `#`, `A` to `D`."""


LiveSidebandClientEvent: TypeAlias = Annotated[TransportDtmfSendEvent | LiveSaidEvent, Tagged("type")]
"""An event for a session beside which the program stands, told apart by `type`."""

CLIENT_EVENTS = by_type(LiveSidebandClientEvent)
"""The model of each event by its `type`."""

LiveSidebandServerEvent = TypeAliasType(
    "LiveSidebandServerEvent",
    Annotated[LiveToldEvent | SessionResumed | SessionPaused | UnknownLiveEvent, Tagged("type")],
)
"""What a sideband is told, told apart by `type`."""
