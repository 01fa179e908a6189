"""Paths of the official package's `openai.lib.streaming`: handlers of assistant streams."""

from typed_openai.streaming.assistant_handlers import AssistantEventHandler, AsyncAssistantEventHandler
from typed_openai.streaming.assistant_managers import A as AsyncAssistantEventHandlerT
from typed_openai.streaming.assistant_managers import AssistantStreamManager, AsyncAssistantStreamManager
from typed_openai.streaming.assistant_managers import H as AssistantEventHandlerT

__all__ = [
    "AssistantEventHandler",
    "AssistantEventHandlerT",
    "AssistantStreamManager",
    "AsyncAssistantEventHandler",
    "AsyncAssistantEventHandlerT",
    "AsyncAssistantStreamManager",
]
