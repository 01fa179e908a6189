"""Assistant streams: what the events add up to, and the events that applications want besides.

    with client.beta.threads.runs.stream(thread_id=..., assistant_id=...) as stream:
        for event in stream:
            if event.event == "text.delta":
                print(event.delta, end="")
    run = stream.get_final_run()

Rules
* Each event of the server is yielded as it is (`thread.run.created`, ...), followed by what it means (`text.delta`,
  `message.done`, `run.done`, ...). One field, `event`, tells all of them apart.
* Everything is keyed: messages and steps by id, their parts by index, id and type. Deltas that come before the object
  they belong to, or without index, add up right; an object that is final replaces what its deltas added up to, and an
  issue tells what of that it does not say (`replaced.py`).
* A server (or proxy) that leaves the names of events out is understood all the same: the objects say what they are.

Weak spot: a delta that is sent twice counts twice, because nothing in it says so, until its object is final.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Literal, TypeAlias, TypeVar

from pydantic_core import from_json, to_json

from typed_openai.core.answer.meta import Issue
from typed_openai.core.answer.reported import says_failure
from typed_openai.models.assistants.assistant_events import AssistantStreamEvent, ErrorEvent, RunSnapshot
from typed_openai.models.assistants.run_step_deltas import RunStepDeltaEvent
from typed_openai.models.assistants.run_steps import RunStep
from typed_openai.models.assistants.runs import Run
from typed_openai.models.assistants.thread_message_deltas import MessageDeltaEvent, RefusalDeltaBlock, TextDeltaBlock
from typed_openai.models.assistants.thread_messages import Message
from typed_openai.models.assistants.threads import Thread
from typed_openai.models.base import Result
from typed_openai.streaming.accumulator import Accumulator, Reader
from typed_openai.streaming.events import AsyncEventStream, EventStream
from typed_openai.streaming.joining import Growing, built, listed
from typed_openai.streaming.replaced import over, says, unsaid

R = TypeVar("R", bound=Result)
_GOING_ON = ("in_progress", "queued", None)
_STATED = ("thread.run", "thread.run.step", "thread.message")


def named(name: str, data: bytes) -> bytes:
    """The name and the data of an event as one JSON object; a missing name is read from the data."""
    if not name:
        try:
            value = from_json(data)
        except ValueError:
            return data
        if not isinstance(value, dict) or "error" in value or value.keys() >= {"event", "data"}:
            return data
        kind = value.get("object")
        name = f"{kind}.{value.get('status')}" if kind in _STATED else str(kind or "")
        name = "thread.created" if kind == "thread" else name
        if not name and says_failure(value):
            return data
    return b'{"event":%b,"data":%b}' % (to_json(name), data)


class _Grown(Generic[R]):
    """One message or step in the making: `part` is the field that deltas make grow."""

    def __init__(self, model: type[R], identifier: str, part: str) -> None:
        self.model = model
        self.part = part
        self.head: dict[str, Any] = {"id": identifier}
        self.growing = Growing()
        self.final: dict[str, Any] | None = None
        self._whole: R | None = None
        self._odd: list[Issue] = []
        self._built: R | None = None

    def set(self, whole: R) -> None:
        """Take an object of the server into account."""
        self._built = None
        data = whole.model_dump()
        if data.get("status") not in _GOING_ON:
            self.final, self._whole = data, whole
            self.head |= data
            return
        part = data.pop(self.part, None)
        self.head |= data
        known = self.growing.joined().get(self.part)
        self._odd += unsaid({self.part: part}, {self.part: known}, "")
        if not known:
            self.growing.add({self.part: part})

    def add(self, event: Any) -> None:
        """Take a delta into account. What is final has said all of it, or an issue tells what it has not."""
        self._built = None
        delta = event.delta.model_dump() if isinstance(event.delta, Result) else event.delta
        self.growing.add(delta if isinstance(delta, dict) else {"delta": delta})
        self.growing.add(event.model_extra or {})

    def issues(self, pointer: str) -> Iterator[Issue]:
        """Where the deltas contradict each other, or what is whole."""
        found = [*self._odd, *self.growing.changes(""), *unsaid(self.head, self.growing.joined(), "")]
        if self.final is not None:
            found += unsaid(self.growing.joined(), self.final, "")
        yield from (issue._replace(pointer=pointer + issue.pointer) for issue in found)

    def value(self) -> R:
        if self._built is None:
            pieces = self.growing.joined()
            more = [name for name, value in pieces.items() if says(value) and not says((self.final or {}).get(name))]
            odd = [*self.issues("")]
            if self._whole is not None and not more and not odd:
                self._built = self._whole
            else:
                whole = over(over({self.part: [], **self.head}, pieces), self.final or {})
                self._built = built(self.model, whole, lambda: odd)
        return self._built


class AssistantAccumulator(Accumulator[AssistantStreamEvent, RunSnapshot]):
    """Adds the events of an assistant stream up to a run with its messages and steps."""

    event = AssistantStreamEvent
    closing = b"event: done\ndata: [DONE]\n\n"
    wrap = staticmethod(named)
    failure = ErrorEvent

    @classmethod
    def is_last(cls, event: Any) -> bool:
        return isinstance(event.data, Run) and (event.data.is_over or event.data.status == "requires_action")

    def __init__(self) -> None:
        self._thread: Thread | None = None
        self._run: Run | None = None
        self._messages: dict[str, _Grown[Message]] = {}
        self._steps: dict[str, _Grown[RunStep]] = {}
        self._current: dict[type[Result], str | None] = {}

    def add(self, event: Any) -> None:
        data = event.data
        self._note(data)
        if isinstance(data, Run):
            if self._run is None or not self._run.is_over or data.is_over:
                self._run = data
        elif isinstance(data, Message):
            self._message(data.id).set(data)
        elif isinstance(data, MessageDeltaEvent):
            self._message(data.id).add(data)
        elif isinstance(data, RunStep):
            self._step(data.id).set(data)
        elif isinstance(data, RunStepDeltaEvent):
            self._step(data.id).add(data)
        elif isinstance(data, Thread):
            self._thread = data

    def _note(self, data: Any) -> None:
        """Remember which message or step an event is about; a step that is over is current no more."""
        if isinstance(data, Message | MessageDeltaEvent):
            self._current[Message] = data.id
        elif isinstance(data, RunStep | RunStepDeltaEvent):
            self._current[RunStep] = data.id if getattr(data, "status", None) in _GOING_ON else None

    @property
    def current_message(self) -> Message | None:
        """The message that was written last, as far as it came."""
        identifier = self._current.get(Message)
        return None if identifier is None else self._message(identifier).value()

    @property
    def current_step(self) -> RunStep | None:
        """The step that is being done, as far as it came; None between two steps."""
        identifier = self._current.get(RunStep)
        return None if identifier is None else self._step(identifier).value()

    def _message(self, identifier: str) -> _Grown[Message]:
        return self._messages.setdefault(str(identifier), _Grown(Message, identifier, "content"))

    def _step(self, identifier: str) -> _Grown[RunStep]:
        return self._steps.setdefault(str(identifier), _Grown(RunStep, identifier, "step_details"))

    @property
    def run(self) -> Run | None:
        """The run as the server said last."""
        return self._run

    @property
    def messages(self) -> list[Message]:
        """What the run has written so far, oldest first."""
        return [message.value() for message in self._messages.values()]

    @property
    def steps(self) -> list[RunStep]:
        """What the run has done so far, oldest first."""
        return [step.value() for step in self._steps.values()]

    def snapshot(self) -> RunSnapshot | None:
        if self._run is None and self._thread is None and not self._messages and not self._steps:
            return None
        snapshot = built(RunSnapshot, self._run.model_dump() if self._run is not None else {}, self._issues)
        snapshot.thread, snapshot.messages, snapshot.steps = self._thread, self.messages, self.steps
        return snapshot

    def _issues(self) -> Iterator[Issue]:
        for place, message in enumerate(self._messages.values()):
            yield from message.issues(f"/messages/{place}")
        for place, step in enumerate(self._steps.values()):
            yield from step.issues(f"/steps/{place}")

    @property
    def is_complete(self) -> bool:
        return self._run is not None and (self._run.is_over or self._run.status == "requires_action")


@dataclass(frozen=True, slots=True)
class AssistantTextDelta:
    """The next words of an answer; `index` says of which content of the message."""

    delta: str
    message_id: str
    index: int = 0
    event: ClassVar[Literal["text.delta"]] = "text.delta"


@dataclass(frozen=True, slots=True)
class AssistantRefusalDelta:
    """The next words of a refusal."""

    delta: str
    message_id: str
    index: int = 0
    event: ClassVar[Literal["refusal.delta"]] = "refusal.delta"


@dataclass(frozen=True, slots=True)
class AssistantToolCallDelta:
    """More of a tool call: `delta` holds the next characters of a function's arguments or of code; often `""`."""

    delta: str
    step_id: str
    type: str
    id: str | None
    name: str | None
    index: int = 0
    event: ClassVar[Literal["tool_call.delta"]] = "tool_call.delta"


@dataclass(frozen=True, slots=True)
class AssistantMessageDone:
    """A message is whole, or was given up (`message.status`)."""

    message: Message
    event: ClassVar[Literal["message.done"]] = "message.done"


@dataclass(frozen=True, slots=True)
class AssistantStepDone:
    """A step is over: completed, failed, cancelled or expired (`step.status`)."""

    step: RunStep
    event: ClassVar[Literal["step.done"]] = "step.done"


@dataclass(frozen=True, slots=True)
class AssistantRequiresAction:
    """The run waits for the outputs of `run.tool_calls`; the stream ends here."""

    run: Run
    event: ClassVar[Literal["run.requires_action"]] = "run.requires_action"


@dataclass(frozen=True, slots=True)
class AssistantRunDone:
    """The run is over: completed, incomplete, failed, cancelled or expired (`run.status`)."""

    run: Run
    event: ClassVar[Literal["run.done"]] = "run.done"


AssistantEvent: TypeAlias = (
    AssistantStreamEvent
    | AssistantTextDelta
    | AssistantRefusalDelta
    | AssistantToolCallDelta
    | AssistantMessageDone
    | AssistantStepDone
    | AssistantRequiresAction
    | AssistantRunDone
)


class AssistantReader(Reader[AssistantStreamEvent, AssistantEvent, RunSnapshot]):
    """Yields the events of the server and what they mean, and keeps the running snapshot."""

    event: AssistantStreamEvent | None = None
    """The event of the server that is being told; None between two of them."""

    def __init__(self) -> None:
        self.accumulator: AssistantAccumulator = AssistantAccumulator()

    def read(self, event: Any) -> Iterator[AssistantEvent]:
        self.accumulator.add(event)
        self.event = event
        yield event
        yield from self._meanings(event)
        self.event = None

    def _meanings(self, event: Any) -> Iterator[AssistantEvent]:
        data = event.data
        if isinstance(data, MessageDeltaEvent):
            yield from self._of_message(data)
        elif isinstance(data, RunStepDeltaEvent):
            yield from self._of_step(data)
        elif isinstance(data, Message) and data.status in ("completed", "incomplete"):
            yield AssistantMessageDone(data)
        elif isinstance(data, RunStep) and data.status not in _GOING_ON:
            yield AssistantStepDone(data)
        elif isinstance(data, Run) and data.status == "requires_action":
            yield AssistantRequiresAction(data)
        elif isinstance(data, Run) and data.is_over:
            yield AssistantRunDone(data)

    @staticmethod
    def _of_message(data: MessageDeltaEvent) -> Iterator[AssistantEvent]:
        for block in listed(getattr(data.delta, "content", None)):
            if isinstance(block, TextDeltaBlock) and (text := _text(getattr(block.text, "value", None))):
                yield AssistantTextDelta(text, data.id, _index(block.index))
            elif isinstance(block, RefusalDeltaBlock) and (text := _text(block.refusal)):
                yield AssistantRefusalDelta(text, data.id, _index(block.index))

    @staticmethod
    def _of_step(data: RunStepDeltaEvent) -> Iterator[AssistantEvent]:
        details = getattr(data.delta, "step_details", None)
        for call in listed(getattr(details, "tool_calls", None)):
            inner: Any = getattr(call, "function", None) or getattr(call, "code_interpreter", None)
            piece = _text(getattr(inner, "arguments", None) or getattr(inner, "input", None))
            identifier, name = getattr(call, "id", None), getattr(inner, "name", None)
            kind = str(getattr(call, "type", ""))
            yield AssistantToolCallDelta(piece, data.id, kind, identifier, name, _index(getattr(call, "index", None)))

    def finish(self) -> Iterator[AssistantEvent]:
        return iter(())

    def text(self, event: AssistantEvent) -> str:
        return event.delta if isinstance(event, AssistantTextDelta) else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _index(value: object) -> int:
    return value if isinstance(value, int) else 0


class SoFar:
    """What an assistant stream has told so far, under the names of the official package; the same in both colours."""

    _reader: Any

    @property
    def current_event(self) -> AssistantStreamEvent | None:
        """The event of the server that is being told; None before the first and after the last."""
        event: AssistantStreamEvent | None = self._reader.event
        return event

    @property
    def current_run(self) -> Run | None:
        """The run as the server said last."""
        run: Run | None = self._reader.accumulator.run
        return run

    @property
    def current_run_step_snapshot(self) -> RunStep | None:
        """The step that is being done, as far as it came; None between two steps."""
        step: RunStep | None = self._reader.accumulator.current_step
        return step

    @property
    def current_message_snapshot(self) -> Message | None:
        """The message that was written last, as far as it came."""
        message: Message | None = self._reader.accumulator.current_message
        return message


class AssistantStream(SoFar, EventStream[AssistantEvent, RunSnapshot]):
    """Typed assistant events; `snapshot` is the run so far with its messages and steps, `text()` the words alone."""

    @property
    def text_deltas(self) -> Iterator[str]:
        """The words alone; another name of `text()`."""
        return self.text()

    def get_final_run(self) -> Run:
        """Read to the end and return the run; raises `StreamError` when the stream is not whole."""
        return self._final()

    def get_final_messages(self) -> list[Message]:
        """Read to the end and return what the run wrote."""
        return self._final().messages

    def get_final_run_steps(self) -> list[RunStep]:
        """Read to the end and return what the run did."""
        return self._final().steps


class AsyncAssistantStream(SoFar, AsyncEventStream[AssistantEvent, RunSnapshot]):
    """Typed assistant events; `snapshot` is the run so far with its messages and steps, `text()` the words alone."""

    @property
    def text_deltas(self) -> AsyncIterator[str]:
        """The words alone; another name of `text()`."""
        return self.text()

    async def get_final_run(self) -> Run:
        """Read to the end and return the run; raises `StreamError` when the stream is not whole."""
        return await self._final()

    async def get_final_messages(self) -> list[Message]:
        """Read to the end and return what the run wrote."""
        return (await self._final()).messages

    async def get_final_run_steps(self) -> list[RunStep]:
        """Read to the end and return what the run did."""
        return (await self._final()).steps
