"""The events of a streamed response that tell of its state and of what the model says.

API reference: "Responses", streaming events. Those that tell of calls of tools: `responses/call_events.py`; the union
of all: `responses/stream_events.py`.

Rules
* One class for each kind of event, told apart by `type`; the fields that all have stand in bases.
* An event of a kind that is newer than this package is an `UnknownEvent`.

Weak spot: `obfuscation` (padding) is declared nowhere; it stays in `model_extra`.
"""

from typing import Any, Literal, TypeAlias

from typed_openai.models.base import Open, Result
from typed_openai.models.json_text import json_texts
from typed_openai.models.logprob_rows import WithLogprobs
from typed_openai.models.responses.calls import AgentTag
from typed_openai.models.responses.content import Annotation, ResponseContentPart
from typed_openai.models.responses.outputs import ResponseOutputItem
from typed_openai.models.responses.results import Response
from typed_openai.models.unknown_kinds import UnknownKind


class ResponseEvent(Result):
    """What all events have."""

    agent: AgentTag | None = None
    """The agent that it tells of, where several work on one response."""
    sequence_number: int
    """The number of the event in its stream, from 0; a stream that broke off goes on after it (`starting_after`)."""
    stream_id: str | None = None
    """The lane that it belongs to, over a socket, where `response.create` named one."""


class StateEvent(ResponseEvent):
    """An event about the whole response."""

    response: Response
    """The response as it is now."""

    @classmethod
    def model_rebuild(cls, **options: Any) -> bool | None:
        """As pydantic's; the schema of a response is built once, for all events that carry one."""
        Response.model_rebuild()
        return super().model_rebuild(**options)


class ItemEvent(ResponseEvent):
    """An event about one item of the output."""

    item_id: str
    """Id of the item."""
    output_index: int
    """Which item of the output, from 0."""


class ContentEvent(ItemEvent):
    """An event about one part of an item."""

    content_index: int
    """Which part of the item, from 0."""


class SummaryEvent(ItemEvent):
    """An event about one piece of the summary of the thoughts."""

    summary_index: int
    """Which piece of the summary, from 0."""


class LogprobTop(Result):
    """One token that could have stood in a place."""

    token: str | None = None
    """The token."""
    logprob: float | None = None
    """Natural logarithm of its probability."""


class ResponseLogprob(Result):
    """One token, and what else could have stood there."""

    token: str
    """The token."""
    logprob: float
    """Natural logarithm of its probability."""
    top_logprobs: list[LogprobTop] | None = None
    """The likeliest tokens for this place."""


class SummaryPart(Result):
    """A piece of the summary of the thoughts."""

    type: Open[Literal["summary_text"]]
    text: str
    """The text."""


class UnknownEvent(UnknownKind):
    """An event of a kind that is newer than this package; its data is in `model_extra`."""

    sequence_number: int | None = None
    """The number of the event in its stream, from 0."""
    stream_id: str | None = None
    """The lane that it belongs to, over a socket."""


class ResponseCompletedEvent(StateEvent):
    """The response is whole: `response` has everything."""

    type: Literal["response.completed"]


class ResponseContentPartAddedEvent(ContentEvent):
    """A part of an item begins."""

    type: Literal["response.content_part.added"]
    part: ResponseContentPart
    """The part as it is now."""


class ResponseContentPartDoneEvent(ContentEvent):
    """A part of an item is whole."""

    type: Literal["response.content_part.done"]
    part: ResponseContentPart
    """The part as it is now."""


class ResponseCreatedEvent(StateEvent):
    """The response was made; nothing is in it yet."""

    type: Literal["response.created"]


class ResponseErrorEvent(ResponseEvent):
    """The server reports an error; a stream raises it."""

    type: Literal["error"]
    code: str | None = None
    """What went wrong, as a code."""
    message: str
    """What went wrong, in words."""
    param: str | None = None
    """The parameter that is at fault."""


@json_texts("delta")
class ResponseFunctionCallArgumentsDeltaEvent(ItemEvent):
    """More of a function call's arguments."""

    type: Literal["response.function_call_arguments.delta"]
    delta: str
    """What comes next."""


@json_texts("arguments")
class ResponseFunctionCallArgumentsDoneEvent(ItemEvent):
    """A function call's arguments are whole."""

    type: Literal["response.function_call_arguments.done"]
    name: str
    """Name of the function."""
    arguments: str
    """The whole arguments, as JSON text."""


class ResponseInProgressEvent(StateEvent):
    """The model is at work."""

    type: Literal["response.in_progress"]


class ResponseFailedEvent(StateEvent):
    """The response failed: `response.error` says why."""

    type: Literal["response.failed"]


class ResponseIncompleteEvent(StateEvent):
    """The response ended too early: `response.incomplete_details` says why."""

    type: Literal["response.incomplete"]


class ResponseOutputItemAddedEvent(ResponseEvent):
    """An item begins."""

    type: Literal["response.output_item.added"]
    output_index: int
    """Which item of the output, from 0."""
    item: ResponseOutputItem
    """The item as it is now."""


class ResponseOutputItemDoneEvent(ResponseEvent):
    """An item is whole."""

    type: Literal["response.output_item.done"]
    output_index: int
    """Which item of the output, from 0."""
    item: ResponseOutputItem
    """The item as it is now."""


class ResponseReasoningSummaryPartAddedEvent(SummaryEvent):
    """A piece of the summary of the thoughts begins."""

    type: Literal["response.reasoning_summary_part.added"]
    part: SummaryPart
    """The part as it is now."""


class ResponseReasoningSummaryPartDoneEvent(SummaryEvent):
    """A piece of the summary of the thoughts is whole."""

    type: Literal["response.reasoning_summary_part.done"]
    status: Open[Literal["incomplete"]] | None = None
    """Set when the piece was cut short."""
    part: SummaryPart
    """The part as it is now."""


class ResponseReasoningSummaryTextDeltaEvent(SummaryEvent):
    """More of the summary of the thoughts."""

    type: Literal["response.reasoning_summary_text.delta"]
    delta: str
    """What comes next."""


class ResponseReasoningSummaryTextDoneEvent(SummaryEvent):
    """The text of a piece of the summary is whole."""

    type: Literal["response.reasoning_summary_text.done"]
    text: str
    """The whole text."""


class ResponseReasoningTextDeltaEvent(ContentEvent):
    """More of the thoughts."""

    type: Literal["response.reasoning_text.delta"]
    delta: str
    """What comes next."""


class ResponseReasoningTextDoneEvent(ContentEvent):
    """The text of the thoughts is whole."""

    type: Literal["response.reasoning_text.done"]
    text: str
    """The whole text."""


class ResponseRefusalDeltaEvent(ContentEvent):
    """More of a refusal."""

    type: Literal["response.refusal.delta"]
    delta: str
    """What comes next."""


class ResponseRefusalDoneEvent(ContentEvent):
    """A refusal is whole."""

    type: Literal["response.refusal.done"]
    refusal: str
    """The whole refusal."""


class ResponseTextDeltaEvent(WithLogprobs, ContentEvent):
    """More of the answer."""

    type: Literal["response.output_text.delta"]
    delta: str
    """What comes next."""
    logprobs: list[ResponseLogprob] | None = None  # as of the text itself
    """How likely the tokens are, when the request asked for it."""


class ResponseTextDoneEvent(WithLogprobs, ContentEvent):
    """A text of the answer is whole."""

    type: Literal["response.output_text.done"]
    text: str
    """The whole text."""
    logprobs: list[ResponseLogprob] | None = None  # as of the text itself
    """How likely the tokens are, when the request asked for it."""


class ResponseOutputTextAnnotationAddedEvent(ContentEvent):
    """A note on the answer."""

    type: Literal["response.output_text.annotation.added"]
    annotation_index: int
    """Which note of the text, from 0."""
    annotation: Annotation | None
    """The note."""


class ResponseQueuedEvent(StateEvent):
    """The response waits for its turn."""

    type: Literal["response.queued"]


@json_texts("delta")
class ResponseCustomToolCallInputDeltaEvent(ItemEvent):
    """More of the input for a custom tool."""

    type: Literal["response.custom_tool_call_input.delta"]
    delta: str
    """What comes next."""


@json_texts("input")
class ResponseCustomToolCallInputDoneEvent(ItemEvent):
    """The input for a custom tool is whole."""

    type: Literal["response.custom_tool_call_input.done"]
    input: str
    """The whole input."""


ResponseStateEvent: TypeAlias = (
    ResponseCompletedEvent
    | ResponseContentPartAddedEvent
    | ResponseContentPartDoneEvent
    | ResponseCreatedEvent
    | ResponseFunctionCallArgumentsDeltaEvent
    | ResponseFunctionCallArgumentsDoneEvent
    | ResponseInProgressEvent
    | ResponseFailedEvent
    | ResponseIncompleteEvent
    | ResponseOutputItemAddedEvent
    | ResponseOutputItemDoneEvent
    | ResponseReasoningSummaryPartAddedEvent
    | ResponseReasoningSummaryPartDoneEvent
    | ResponseReasoningSummaryTextDeltaEvent
    | ResponseReasoningSummaryTextDoneEvent
    | ResponseReasoningTextDeltaEvent
    | ResponseReasoningTextDoneEvent
    | ResponseRefusalDeltaEvent
    | ResponseRefusalDoneEvent
    | ResponseTextDeltaEvent
    | ResponseTextDoneEvent
    | ResponseOutputTextAnnotationAddedEvent
    | ResponseQueuedEvent
    | ResponseCustomToolCallInputDeltaEvent
    | ResponseCustomToolCallInputDoneEvent
)
"""An event that tells of the state of a response, or of what the model says."""
