"""The union of what a live server tells the connection that holds the session.

API reference: "Live", server events.

Weak spot: reading by the union builds the models of all events, once.
"""

from typing import Annotated

from typing_extensions import TypeAliasType

from typed_openai.models.base import Tagged
from typed_openai.models.live.events import LiveToldEvent, UnknownLiveEvent

LiveServerEvent = TypeAliasType("LiveServerEvent", Annotated[LiveToldEvent | UnknownLiveEvent, Tagged("type")])
"""What the connection that holds a session is told, told apart by `type`."""
