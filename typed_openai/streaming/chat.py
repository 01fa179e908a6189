"""Chat streams: what the chunks add up to, and the typed events that applications want instead of `choices[0]`.

    with client.chat.completions.stream(model="gpt-4o", messages=[...]) as stream:
        for event in stream:
            if event.type == "content.delta":
                print(event.delta, end="")
    completion = stream.get_final_completion()

Rules
* Everything is keyed: choices by index, tool calls by index and id (`placing.py`). Servers leave the index out, give
  two calls the same one, or repeat id, type and name in every fragment; all of that adds up right.
* The usage chunk, Azure's filter chunk and other chunks without choices never reach a loop as an index error.
* An unknown field of a delta is accumulated by its type (`joining.py`) and nothing is dropped, whatever its JSON type
  (`chat_choices.py`). The issues of the chunks are those of the completion: one of each kind, counted.

Weak spot: a server that sends a function's name in several fragments which each equal the whole so far cannot be told
from one that repeats it; equal names are taken as repetition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from typed_openai.core.answer.meta import Issue
from typed_openai.core.answer.tally import Tally
from typed_openai.core.declare.event_kinds import EventKind
from typed_openai.errors import StreamTruncatedError
from typed_openai.models.base import Asked
from typed_openai.models.chat.chunks import ChatCompletionChunk, ChunkChoice
from typed_openai.models.chat.completions import ChatCompletion, ChatCompletionTokenLogprob
from typed_openai.models.dialects import text_in, thoughts_of, usage_of
from typed_openai.models.shared import CompletionUsage
from typed_openai.streaming.accumulator import Accumulator, Reader
from typed_openai.streaming.chat_choices import ChoiceSoFar, Step
from typed_openai.streaming.chat_events import (
    ChatEvent,
    ContentDelta,
    ContentDone,
    ContentFilter,
    CustomCallDelta,
    CustomCallDone,
    Finish,
    LogprobsContentDelta,
    LogprobsContentDone,
    LogprobsRefusalDelta,
    LogprobsRefusalDone,
    ReasoningDelta,
    RefusalDelta,
    RefusalDone,
    ToolCallDelta,
    ToolCallDone,
    Unknown,
    Usage,
)
from typed_openai.streaming.events import AsyncEventStream, EventStream
from typed_openai.streaming.joining import Heads, built, listed
from typed_openai.streaming.placing import Places

__all__ = [
    "EVENTS",
    "AsyncChatCompletionStream",
    "ChatCompletionAccumulator",
    "ChatCompletionReader",
    "ChatCompletionStream",
    "ChatEvent",
    "ContentDelta",
    "ContentDone",
    "ContentFilter",
    "CustomCallDelta",
    "CustomCallDone",
    "Finish",
    "LogprobsContentDelta",
    "LogprobsContentDone",
    "LogprobsRefusalDelta",
    "LogprobsRefusalDone",
    "ReasoningDelta",
    "RefusalDelta",
    "RefusalDone",
    "ToolCallDelta",
    "ToolCallDone",
    "Unknown",
    "Usage",
]

_CallEvent = Callable[[int, str | None, str, str, int], ChatEvent]
_CALL_EVENTS: Mapping[str, tuple[_CallEvent, _CallEvent]] = MappingProxyType(
    {"function": (ToolCallDelta, ToolCallDone), "custom": (CustomCallDelta, CustomCallDone)}
)
_LogprobsEvent = Callable[[list[ChatCompletionTokenLogprob], int], ChatEvent]
_LOGPROBS_EVENTS: Mapping[str, tuple[_LogprobsEvent, _LogprobsEvent]] = MappingProxyType(
    {
        "content": (LogprobsContentDelta, LogprobsContentDone),
        "refusal": (LogprobsRefusalDelta, LogprobsRefusalDone),
    }
)
_QUIET = ("role", "content", "refusal")


class ChatCompletionAccumulator(Accumulator[ChatCompletionChunk, ChatCompletion]):
    """Adds chat chunks up to one `ChatCompletion`."""

    event = ChatCompletionChunk
    ends_alone = True
    names_events = False
    closing = b"data: [DONE]\n\n"

    @classmethod
    def finishes(cls, event: Any) -> bool:
        return any(getattr(choice, "finish_reason", None) for choice in listed(event.choices))

    @classmethod
    def is_quiet(cls, event: Any, asked: Asked) -> bool:
        choices = event.model_dump().get("choices")
        deltas = [choice.get("delta") if isinstance(choice, dict) else choice for choice in listed(choices)]
        is_empty = all(isinstance(delta, dict) and not any({**delta, "role": None}.values()) for delta in deltas)
        return isinstance(choices, list) and is_empty and not cls.finishes(event) and event.usage is None

    def __init__(self) -> None:
        self.steps: list[Step] = []
        """What the latest chunk adds to each answer that it speaks of."""
        self.choices: Places[ChoiceSoFar] = Places(ChoiceSoFar)
        self._head = Heads()
        self._latest: dict[str, Any] = {}
        self._odd: list[Any] = []
        self._tally = Tally()
        self._snapshot: ChatCompletion | None = None

    def add(self, event: ChatCompletionChunk) -> None:
        self._snapshot = None
        if event.issues:
            self._tally.add(event.issues)
        data = event.model_dump()
        listed = data.pop("choices", None)
        if data != self._latest:
            self._latest = data
            self._head.add(data)
        if listed is None:
            self.steps = []
            return
        listed = listed if isinstance(listed, list) else [listed]
        said = [each for each in listed if isinstance(each, dict)]
        self._odd += [each for each in listed if not isinstance(each, dict | None)]
        self.steps = [choice.add(each) for choice, each in zip(self.choices.of(said), said, strict=True)]

    def snapshot(self) -> ChatCompletion | None:
        head = self._head.joined()
        if not head and not self.choices.all and not self._odd:
            return None
        if self._snapshot is None:
            answers = [choice.data() for choice in self._in_order()]
            head = {name: value for name, value in head.items() if value is not None}
            whole = {**head, "object": "chat.completion", "choices": [*answers, *self._odd]}
            self._snapshot = built(ChatCompletion, whole, self._issues)
            if self._snapshot.usage is None and (usage := _usage(whole)) is not None:
                vars(self._snapshot)["usage"] = usage  # to be read; the dump has it where it came
        return self._snapshot

    def _in_order(self) -> list[ChoiceSoFar]:
        return sorted(self.choices.all, key=lambda choice: choice.number)

    def _issues(self) -> Iterator[Issue]:
        yield from self._tally.issues()
        yield from self._head.changes("", ("object", "obfuscation", "usage"))
        yield from self.choices.issues("/choices")
        for choice in self.choices.all:
            yield from choice.issues(f"/choices/{choice.number}")

    @property
    def is_complete(self) -> bool:
        return bool(self.choices.all) and all(choice.is_whole for choice in self.choices.all)


class ChatCompletionReader(Reader[ChatCompletionChunk, ChatEvent, ChatCompletion]):
    """Turns chunks into `ChatEvent`s and keeps the running completion.

    What says that something is whole waits until nothing can follow any more, since servers give a finish reason with
    each chunk: it comes at the end of the stream, before the usage, which waits for it.
    """

    def __init__(self) -> None:
        self.accumulator: ChatCompletionAccumulator = ChatCompletionAccumulator()
        self._waiting: list[ChatEvent] = []
        """What came after a finish reason."""
        self._ended: dict[int, ChoiceSoFar] = {}
        self._logprobs: dict[tuple[int, str], list[ChatCompletionTokenLogprob]] = {}

    def read(self, event: ChatCompletionChunk) -> Iterator[ChatEvent]:
        self.accumulator.add(event)
        steps = self.accumulator.steps
        found = [*self._events(event, steps)]
        for step in steps:
            if step.said.get("finish_reason"):
                self._ended.setdefault(step.choice.number, step.choice)
        if not found and not (steps and all(map(_is_quiet, steps))):
            found = [Unknown(event)]
        if not self._ended:
            yield from found
        elif all(map(_is_quiet, steps)):
            self._waiting += found
        else:
            yield from self._waited()
            self._waiting = [item for item in found if isinstance(item, Usage)]
            yield from (item for item in found if not isinstance(item, Usage))

    def _waited(self) -> list[ChatEvent]:
        waiting, self._waiting = self._waiting, []
        return waiting

    def _events(self, chunk: ChatCompletionChunk, steps: list[Step]) -> Iterator[ChatEvent]:
        if chunk.prompt_filter_results:
            yield ContentFilter(chunk.prompt_filter_results)
        typed = [choice for choice in listed(chunk.choices) if hasattr(choice, "delta")]
        for number, step in enumerate(steps):
            yield from _of_step(step)
            if len(typed) == len(steps) and (typed[number].logprobs or typed[number].content_filter_results):
                yield from self._beside(typed[number], step.choice.number)
        if isinstance(chunk.usage, CompletionUsage):
            yield Usage(chunk.usage)
        elif (chunk.__pydantic_extra__ or any("usage" in step.said for step in steps)) and (usage := _usage(chunk)):
            yield Usage(usage)

    def _beside(self, choice: ChunkChoice, index: int) -> Iterator[ChatEvent]:
        """What a chunk says of an answer beside its words."""
        for name, (kind, _) in _LOGPROBS_EVENTS.items():
            tokens = [each for each in listed(getattr(choice.logprobs, name, None)) if hasattr(each, "logprob")]
            if tokens:
                self._logprobs.setdefault((index, name), []).extend(tokens)
                yield kind(tokens, index)
        if choice.content_filter_results:
            yield ContentFilter(choice.content_filter_results, index)

    def _done(self, choice: ChoiceSoFar) -> Iterator[ChatEvent]:
        index = choice.number
        for name, whole in (("content", ContentDone), ("refusal", RefusalDone)):
            text = choice.text(name)
            if text:
                yield whole(text, index)
            tokens = self._logprobs.get((index, name))
            if tokens:
                yield _LOGPROBS_EVENTS[name][1](tokens, index)
        for number, call in enumerate(choice.calls.all):
            made = _CALL_EVENTS.get(call.form)
            if made is not None:
                given = (number, call.id, call.name, call.text(), index)
                is_read = made[1] is ToolCallDone and self.tools
                yield ToolCallDone(*given, self._read(call.name, call.text())) if is_read else made[1](*given)
        yield Finish(choice.finish_reason or "", index)

    def _read(self, name: str, arguments: str) -> object:
        """What the tool of a call reads of its arguments."""
        from typed_openai.tools.call_values import CallReaders

        return CallReaders(self.tools).value(None, name, arguments)

    def finish(self) -> Iterator[ChatEvent]:
        """What is whole now: the answers in the order in which they ended (those without a finish reason at last)."""
        for choice in {**self._ended, **{each.number: each for each in self.accumulator.choices.all}}.values():
            yield from self._done(choice)
        yield from self._waited()

    def text(self, event: ChatEvent) -> str:
        return event.delta if isinstance(event, ContentDelta) and event.index == 0 else ""  # as `completion.text`


def _usage(answer: Any) -> CompletionUsage | None:
    """What was consumed, where other servers say it."""
    found = usage_of(answer)
    return built(CompletionUsage, dict(found)) if isinstance(found, Mapping) else None


def _of_step(step: Step) -> Iterator[ChatEvent]:
    delta, choice = step.delta, step.choice
    spoken = (ReasoningDelta, thoughts_of(delta)), (ContentDelta, text_in(delta.get("content")))
    for kind, text in (*spoken, (RefusalDelta, text_in(delta.get("refusal")))):
        if text:
            yield kind(text, choice.number)
    for call, text in step.pieces:
        made = _CALL_EVENTS.get(call.form)
        if made is not None:
            yield made[0](choice.calls.all.index(call), call.id, call.name, text, choice.number)


def _is_quiet(step: Step) -> bool:
    """Whether a chunk says nothing new of an answer, as the usual first one: a role and an empty text."""
    return not any(value for name, value in step.delta.items() if name not in _QUIET) and "delta" not in step.said


class ChatSoFar:
    """The completion so far under the name of the official package; the same for all streams of chat events."""

    _reader: Any

    @property
    def current_completion_snapshot(self) -> ChatCompletion:
        """The completion so far. Raises `StreamTruncatedError` before the first chunk, where `snapshot` is None."""
        found: ChatCompletion | None = self._reader.accumulator.snapshot()
        if found is None:
            raise StreamTruncatedError("no chunk has come yet")
        return found


class ChatCompletionStream(ChatSoFar, EventStream[ChatEvent, ChatCompletion]):
    """Typed chat events; `snapshot` is the completion so far, `text()` the words alone."""

    def get_final_completion(self) -> ChatCompletion:
        """Read to the end and return the whole completion; raises `StreamError` when it is not whole."""
        return self._final()


class AsyncChatCompletionStream(ChatSoFar, AsyncEventStream[ChatEvent, ChatCompletion]):
    """Typed chat events; `snapshot` is the completion so far, `text()` the words alone."""

    async def get_final_completion(self) -> ChatCompletion:
        """Read to the end and return the whole completion; raises `StreamError` when it is not whole."""
        return await self._final()


EVENTS = EventKind(ChatCompletionStream, AsyncChatCompletionStream, ChatCompletionReader)
