"""The union of the events of a streamed response, and the model of each by its name.

API reference: "Responses", streaming events.

Weak spot: reading by the union builds the models of all events; a stream whose events have names reads each by its own.
"""

from typing import Annotated, TypeAlias, get_args

from typing_extensions import TypeAliasType

from typed_openai.models.base import Result, Tagged, literal_values
from typed_openai.models.responses.call_events import ResponseCallEvent
from typed_openai.models.responses.events import ResponseErrorEvent, ResponseStateEvent, UnknownEvent

ResponseProgressEvent: TypeAlias = ResponseStateEvent | ResponseCallEvent
"""What every stream of a response may tell, whatever carries it."""

ResponseStreamEvent = TypeAliasType(
    "ResponseStreamEvent", Annotated[ResponseProgressEvent | ResponseErrorEvent | UnknownEvent, Tagged("type")]
)
"""An event of a streamed response, told apart by `type`."""

BY_NAME: dict[str, type[Result]] = {
    str(name): model
    for model in get_args(get_args(ResponseStreamEvent.__value__)[0])
    for name in literal_values(model.model_fields["type"].annotation)
    if name != "error"
}
"""The model of each event by its name; errors are left out, for a stream raises them."""
