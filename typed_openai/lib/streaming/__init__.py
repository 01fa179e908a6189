"""Paths of the official package's `openai.lib.streaming`: handlers of assistant streams."""

from typed_openai.streaming.assistant_handlers import A as AsyncAssistantEventHandlerT
from typed_openai.streaming.assistant_handlers import (
    AssistantEventHandler,
    AssistantStreamManager,
    AsyncAssistantEventHandler,
    AsyncAssistantStreamManager,
)
from typed_openai.streaming.assistant_handlers import H as AssistantEventHandlerT

__all__ = [
    "AssistantEventHandler",
    "AssistantEventHandlerT",
    "AssistantStreamManager",
    "AsyncAssistantEventHandler",
    "AsyncAssistantEventHandlerT",
    "AsyncAssistantStreamManager",
]
