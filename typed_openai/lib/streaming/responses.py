"""`openai.lib.streaming.responses`: streams and events of responses under the names there; the classes are ours."""

from typed_openai.models.responses.events import (
    ResponseFunctionCallArgumentsDeltaEvent,
    ResponseTextDeltaEvent,
    ResponseTextDoneEvent,
)
from typed_openai.models.responses.stream_events import ResponseStreamEvent
from typed_openai.streaming.responses import AsyncResponseStream, ResponseStream

__all__ = [
    "AsyncResponseStream",
    "AsyncResponseStreamManager",
    "ResponseFunctionCallArgumentsDeltaEvent",
    "ResponseStream",
    "ResponseStreamEvent",
    "ResponseStreamManager",
    "ResponseTextDeltaEvent",
    "ResponseTextDoneEvent",
]
ResponseStreamManager, AsyncResponseStreamManager = ResponseStream, AsyncResponseStream
