"""The union of what a realtime server tells.

API reference: "Realtime", server events.

Weak spot: reading by the union builds the models of all events, once.
"""

from typing import Annotated

from typing_extensions import TypeAliasType

from typed_openai.models.base import Tagged
from typed_openai.models.realtime.events import RealtimeSessionEvent, UnknownRealtimeEvent
from typed_openai.models.realtime.response_events import RealtimeAnswerEvent

RealtimeServerEvent = TypeAliasType(
    "RealtimeServerEvent", Annotated[RealtimeSessionEvent | RealtimeAnswerEvent | UnknownRealtimeEvent, Tagged("type")]
)
"""What a realtime server tells, told apart by `type`."""
