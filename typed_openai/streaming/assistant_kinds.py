"""The typed events of assistant streams, as a declaration names them: with the handlers that may be called for each."""

from __future__ import annotations

from typed_openai.core.declare.event_kinds import EventKind
from typed_openai.streaming.assistants import AssistantReader, AssistantStream, AsyncAssistantStream

EVENTS = EventKind(
    AssistantStream, AsyncAssistantStream, AssistantReader, "typed_openai.streaming.assistant_managers.HANDLED"
)
