"""What is called for the events of an assistant stream: the callbacks, and which event asks for which of them.

The order is that of the official package: `on_event` first, then the particular ones; of an event about a text that is
new, `on_text_created` before `on_text_delta`. Each tool call is done once. The loops that call are in
`assistant_handlers.py`.

Weak spot: a snapshot is built for every delta, whether a callback looks at it or not.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, Generic, TypeAlias, TypeVar

from typed_openai.core.answer.tolerant import read
from typed_openai.models.assistants.assistant_events import AssistantStreamEvent
from typed_openai.models.assistants.run_step_deltas import RunStepDelta, RunStepDeltaEvent, ToolCallDelta
from typed_openai.models.assistants.run_steps import RunStep, ToolCall
from typed_openai.models.assistants.runs import Run
from typed_openai.models.assistants.thread_message_deltas import (
    MessageDelta,
    MessageDeltaEvent,
    TextDelta,
    TextDeltaBlock,
)
from typed_openai.models.assistants.thread_messages import (
    ImageFile,
    ImageFileContentBlock,
    Message,
    Text,
    TextContentBlock,
)
from typed_openai.models.base import Result
from typed_openai.streaming.assistants import AssistantAccumulator
from typed_openai.streaming.joining import listed

D = TypeVar("D")
_Call: TypeAlias = tuple[str, tuple[Any, ...]]
"""A callback by its name, and what it is given."""
_STEP_ENDS = ("completed", "cancelled", "expired", "failed")
_RUN_GOES_ON = ("created", "queued", "in_progress", "cancelling")


class Calls:
    """What the events so far add up to, and which callbacks the next one asks for."""

    def __init__(self) -> None:
        self.accumulator = AssistantAccumulator()
        self.event: AssistantStreamEvent | None = None
        self._content: tuple[int, Any] | None = None
        """The content of a message that is being written: its index, and what came of it."""
        self._tool_call: tuple[int, Any] | None = None
        """The call of a step that is being written, likewise."""

    @staticmethod
    def as_ours(event: Any) -> AssistantStreamEvent:
        """An event as one of ours: a view of `as_official` gives those of the official package."""
        found: AssistantStreamEvent = event
        if not isinstance(event, Result):
            data = event.data.model_dump(mode="json", exclude_unset=True, warnings=False)
            found = read(AssistantStreamEvent, {"event": event.event, "data": data}, "", [])
        return found

    def of(self, event: Any) -> Iterator[_Call]:
        """The callbacks for one event, in their order."""
        self.event = event
        yield "on_event", (event,)
        before = self._blocks()
        self.accumulator.add(event)
        state = str(event.event).rpartition(".")[2]
        if isinstance(event.data, Run) and state not in _RUN_GOES_ON:
            yield from self._tool_call_done()
        elif isinstance(event.data, Message):
            yield from self._of_message(event.data, state)
        elif isinstance(event.data, MessageDeltaEvent):
            yield from self._of_message_delta(event.data.delta, before)
        elif isinstance(event.data, RunStep):
            yield from self._of_step(event.data, state)
        elif isinstance(event.data, RunStepDeltaEvent):
            yield from self._of_step_delta(event.data.delta)
        self.event = None

    def _blocks(self) -> int:
        """How many contents the message has that is being written."""
        return 0 if self._content is None else len(listed(getattr(self.accumulator.current_message, "content", None)))

    def _of_message(self, message: Message, state: str) -> Iterator[_Call]:
        if state == "created":
            self._content = None
            yield "on_message_created", (message,)
        elif state in ("completed", "incomplete"):
            if self._content is not None:
                yield from _content_done(_at(message.content, self._content[0]))
            self._content = None
            yield "on_message_done", (message,)

    def _of_message_delta(self, delta: MessageDelta, before: int) -> Iterator[_Call]:
        snapshot = self.accumulator.current_message
        blocks = listed(getattr(delta, "content", None))
        whole = getattr(snapshot, "content", None)
        for index in sorted({_index(block) for block in blocks}):
            if index >= before and isinstance(new := _at(whole, index), TextContentBlock):
                yield "on_text_created", (new.text,)
        for block in blocks:
            index = _index(block)
            content = _at(whole, index)
            if isinstance(block, TextDeltaBlock) and isinstance(content, TextContentBlock) and block.text is not None:
                yield "on_text_delta", (block.text, content.text)
            if self._content is not None and self._content[0] != index:
                yield from _content_done(self._content[1])
            self._content = index, content
        yield "on_message_delta", (delta, snapshot)

    def _of_step(self, step: RunStep, state: str) -> Iterator[_Call]:
        if state == "created":
            yield "on_run_step_created", (step,)
        elif state in _STEP_ENDS:
            yield from self._tool_call_done()
            yield "on_run_step_done", (step,)

    def _of_step_delta(self, delta: RunStepDelta) -> Iterator[_Call]:
        snapshot = self.accumulator.current_step
        whole = getattr(getattr(snapshot, "step_details", None), "tool_calls", None)
        for each in listed(getattr(getattr(delta, "step_details", None), "tool_calls", None)):
            index = _index(each)
            call = _at(whole, index)
            if self._tool_call is not None and self._tool_call[0] == index:
                yield "on_tool_call_delta", (each, call)
            else:
                yield from self._tool_call_done()
                yield "on_tool_call_created", (call,)
            self._tool_call = index, call
        yield "on_run_step_delta", (delta, snapshot)

    def _tool_call_done(self) -> Iterator[_Call]:
        if self._tool_call is not None:
            call, self._tool_call = self._tool_call[1], None
            yield "on_tool_call_done", (call,)


def ended(error: BaseException | None) -> Iterator[_Call]:
    """The callbacks at the end, whichever it was."""
    if isinstance(error, TimeoutError):
        yield "on_timeout", ()
    if isinstance(error, Exception):
        yield "on_exception", (error,)
    yield "on_end", ()


def _content_done(content: object) -> Iterator[_Call]:
    if isinstance(content, TextContentBlock):
        yield "on_text_done", (content.text,)
    elif isinstance(content, ImageFileContentBlock):
        yield "on_image_file_done", (content.image_file,)


def _index(part: Any) -> int:
    index = getattr(part, "index", None)
    return index if isinstance(index, int) else 0


def _at(parts: Any, index: int) -> Any:
    """One of several parts; the last one where there are fewer than its index says."""
    found = listed(parts)
    return found[min(index, len(found) - 1)] if found else None


class Callbacks(ABC, Generic[D]):
    """The callbacks: each does nothing until a subclass says what it does."""

    @abstractmethod
    def _nothing(self) -> D: ...

    def on_event(self, event: AssistantStreamEvent) -> D:
        """Called for each event, before any other callback."""
        return self._nothing()

    def on_run_step_created(self, run_step: RunStep) -> D:
        """Called when a step begins."""
        return self._nothing()

    def on_run_step_delta(self, delta: RunStepDelta, snapshot: RunStep) -> D:
        """Called for each piece of a step; `snapshot` is the step so far."""
        return self._nothing()

    def on_run_step_done(self, run_step: RunStep) -> D:
        """Called when a step is over: completed, failed, cancelled or expired."""
        return self._nothing()

    def on_tool_call_created(self, tool_call: ToolCall) -> D:
        """Called with the first piece of a tool call."""
        return self._nothing()

    def on_tool_call_delta(self, delta: ToolCallDelta, snapshot: ToolCall) -> D:
        """Called for each further piece of a tool call; `snapshot` is the call so far."""
        return self._nothing()

    def on_tool_call_done(self, tool_call: ToolCall) -> D:
        """Called once when a tool call is whole: with the next call, or when its step or the run stops."""
        return self._nothing()

    def on_exception(self, exception: Exception) -> D:
        """Called when an error ends the reading, before it is raised."""
        return self._nothing()

    def on_timeout(self) -> D:
        """Called before `on_exception` when that error says that time ran out."""
        return self._nothing()

    def on_end(self) -> D:
        """Called last, whatever ended the reading."""
        return self._nothing()

    def on_message_created(self, message: Message) -> D:
        """Called when a message begins."""
        return self._nothing()

    def on_message_delta(self, delta: MessageDelta, snapshot: Message) -> D:
        """Called for each piece of a message; `snapshot` is the message so far."""
        return self._nothing()

    def on_message_done(self, message: Message) -> D:
        """Called when a message is whole, or was given up (`message.status`)."""
        return self._nothing()

    def on_text_created(self, text: Text) -> D:
        """Called with the first piece of a text."""
        return self._nothing()

    def on_text_delta(self, delta: TextDelta, snapshot: Text) -> D:
        """Called for each piece of a text, the first one included; `snapshot` is the text so far."""
        return self._nothing()

    def on_text_done(self, text: Text) -> D:
        """Called when a text is whole: with the next content of its message, or with the message."""
        return self._nothing()

    def on_image_file_done(self, image_file: ImageFile) -> D:
        """Called when a picture among the files is whole."""
        return self._nothing()
