"""Chat streams: what the chunks add up to, and the typed events that applications want instead of `choices[0]`.

    with client.chat.completions.stream(model="gpt-4o", messages=[...]) as stream:
        for event in stream:
            if event.type == "content.delta":
                print(event.delta, end="")
    completion = stream.get_final_completion()

Rules
* Everything is keyed: choices by index, tool calls by index and id. Servers leave the index out, give two calls the
  same one, or repeat id, type and name in every fragment; all of that adds up right.
* The usage chunk, Azure's filter chunk and other chunks without choices never reach a loop as an index error.
* An unknown field of a delta is accumulated by its type (`joining.py`) and nothing is dropped.

Weak spot: a server that sends a function's name in several fragments which each equal the whole so far cannot be told
from one that repeats it; equal names are taken as repetition.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from typed_openai.core.endpoint import Helper
from typed_openai.models.base import Result
from typed_openai.models.chat_completions import (
    ChatCompletion,
    ChatCompletionChunk,
    ChatCompletionTokenLogprob,
    ChoiceDeltaToolCall,
    ChoiceDeltaToolCallCustom,
    ChoiceDeltaToolCallFunction,
)
from typed_openai.models.shared import CompletionUsage
from typed_openai.streaming.accumulator import Accumulator, Reader
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
from typed_openai.streaming.joining import Parts, built, listed

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


class _ToolCall:
    """One tool call in the making. What a server adds to it (Gemini's `extra_content`) is kept."""

    __slots__ = ("id", "index", "inside", "name", "rest", "said", "type")

    def __init__(self, index: int) -> None:
        self.index = index
        self.id: str | None = None
        self.type: str | None = None
        self.name = ""
        self.said = Parts()
        self.inside = Parts()
        self.rest = Parts()

    def add(self, fragment: ChoiceDeltaToolCall) -> None:
        self.id = fragment.id or self.id
        said: object = fragment.type
        self.type = said if said and isinstance(said, str) else self.type
        self.rest.add(fragment.model_extra or {})
        piece = fragment.custom or fragment.function
        if isinstance(piece, ChoiceDeltaToolCallCustom | ChoiceDeltaToolCallFunction):
            self.type = self.type or ("function" if piece is fragment.function else "custom")
            name: object = piece.name
            if isinstance(name, str) and name != self.name:
                self.name += name
            self.said.add({"text": _said_in(fragment)})
            self.inside.add(piece.model_extra or {})

    def text(self) -> str:
        """What the model wrote for the tool: the arguments of a function, the input of a custom tool."""
        text = self.said.joined().get("text")
        return text if isinstance(text, str) else ""

    @property
    def form(self) -> str:
        """`custom`, `function`, or its own type, for a kind that is newer than this package."""
        return "custom" if self.type == "custom" else str(self.type) if self.rest.get(self.type or "") else "function"

    def data(self) -> dict[str, Any]:
        rest = {"id": self.id or "", "type": self.type or "function", **self.rest.joined()}
        if self.form not in _CALL_EVENTS:
            return rest
        inner, member = ("custom", "input") if self.form == "custom" else ("function", "arguments")
        return {**rest, inner: {**self.inside.joined(), "name": self.name, member: self.text()}}


def _said_in(fragment: ChoiceDeltaToolCall) -> object:
    """The next characters for a tool."""
    if isinstance(fragment.custom, ChoiceDeltaToolCallCustom):
        return fragment.custom.input
    return getattr(fragment.function, "arguments", None)


class _Choice:
    """One answer in the making."""

    __slots__ = ("audio", "calls", "choice", "finish_reason", "last_call", "message")

    def __init__(self) -> None:
        self.choice = Parts()
        self.message = Parts()
        self.calls: list[_ToolCall] = []
        self.last_call: _ToolCall | None = None
        self.audio: list[str] = []
        self.finish_reason: str | None = None

    def call_for(self, delta: ChoiceDeltaToolCall) -> _ToolCall:
        """The call that a fragment belongs to: by index unless its id says otherwise, else the latest."""
        index = _int_or_none(delta.index)
        id_ = delta.id or None
        same_id = next((call for call in self.calls if id_ is not None and call.id == id_), None)
        same_index = [call for call in self.calls if call.index == index]
        if same_id is not None:
            found: _ToolCall | None = same_id
        elif index is None:
            found = None if id_ is not None else self.last_call
        else:
            found = same_index[-1] if same_index else None
            if found is not None and id_ is not None and found.id is not None:
                found = None  # the same index, but another id: another call
        if found is None:
            found = _ToolCall(len(self.calls) if index is None else index)
            self.calls.append(found)
        self.last_call = found
        return found

    def data(self, index: int) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": None, "refusal": None, **self.message.joined()}
        message["role"] = message.get("role") or "assistant"
        if self.calls:
            message["tool_calls"] = [call.data() for call in sorted(self.calls, key=lambda call: call.index)]
        if self.audio and isinstance(message.get("audio"), dict):
            message["audio"]["data"] = _rejoined(self.audio)
        rest = {"logprobs": None, **self.choice.joined()}
        return {**rest, "index": index, "finish_reason": self.finish_reason, "message": message}


def _rejoined(pieces: list[str]) -> str:
    """Base64 pieces as one; each piece may be padded."""
    try:
        return base64.b64encode(b"".join(base64.b64decode(piece, validate=True) for piece in pieces)).decode()
    except binascii.Error:
        return "".join(pieces)


class ChatCompletionAccumulator(Accumulator[ChatCompletionChunk, ChatCompletion]):
    """Adds chat chunks up to one `ChatCompletion`."""

    event = ChatCompletionChunk
    ends_alone = True
    names_events = False
    closing = b"data: [DONE]\n\n"

    @classmethod
    def finishes(cls, event: Any) -> bool:
        return any(getattr(choice, "finish_reason", None) for choice in listed(event.choices))

    def __init__(self) -> None:
        self._head: dict[str, Any] = {}
        self._choices: dict[int, _Choice] = {}
        self._snapshot: ChatCompletion | None = None

    def add(self, event: ChatCompletionChunk) -> None:
        self._snapshot = None
        data = {name: value for name, value in event.model_dump(exclude={"choices"}).items() if value is not None}
        self._head.update(data)
        for choice in listed(event.choices):
            self._add_choice(self._choices.setdefault(_index(getattr(choice, "index", None)), _Choice()), choice)

    def _add_choice(self, known: _Choice, choice: Any) -> None:
        if not hasattr(choice, "model_dump"):
            return  # a choice that is no object: it stays visible in the chunk and its issues
        rest = choice.model_dump(exclude={"delta", "index", "finish_reason"})
        known.choice.add(rest)
        known.finish_reason = choice.finish_reason or known.finish_reason
        delta = choice.delta
        if not hasattr(delta, "model_dump"):
            return
        known.message.add(delta.model_dump(exclude={"tool_calls", "role"}))
        if delta.role:
            known.message.add({"role": delta.role})
        sound = getattr(delta.audio, "data", None)
        if sound and isinstance(sound, str):
            known.audio.append(sound)
        for fragment in listed(delta.tool_calls):
            if isinstance(fragment, ChoiceDeltaToolCall):
                known.call_for(fragment).add(fragment)

    def snapshot(self) -> ChatCompletion | None:
        if not self._head and not self._choices:
            return None
        if self._snapshot is None:
            choices = [choice.data(index) for index, choice in sorted(self._choices.items())]
            head = {**self._head, "object": "chat.completion"}
            self._snapshot = built(ChatCompletion, {**head, "choices": choices})
        return self._snapshot

    @property
    def is_complete(self) -> bool:
        return bool(self._choices) and all(choice.finish_reason for choice in self._choices.values())

    def text_of(self, index: int, name: str = "content") -> str:
        """The answer text of one choice so far, or its `refusal`."""
        choice = self._choices.get(index)
        text = choice.message.joined().get(name) if choice is not None else None
        return text if isinstance(text, str) else ""

    def calls_of(self, index: int) -> list[_ToolCall]:
        choice = self._choices.get(index)
        return choice.calls if choice is not None else []


class ChatCompletionReader(Reader[ChatCompletionChunk, ChatEvent, ChatCompletion]):
    """Turns chunks into `ChatEvent`s and keeps the running completion."""

    def __init__(self) -> None:
        self.accumulator: ChatCompletionAccumulator = ChatCompletionAccumulator()
        self._finished: set[int] = set()
        self._logprobs: dict[tuple[int, str], list[ChatCompletionTokenLogprob]] = {}

    def read(self, event: ChatCompletionChunk) -> Iterator[ChatEvent]:
        self.accumulator.add(event)
        found = False
        for item in self._events(event):
            found = True
            yield item
        if not found and not self._is_opening(event):
            yield Unknown(event)

    def _events(self, chunk: ChatCompletionChunk) -> Iterator[ChatEvent]:
        if chunk.prompt_filter_results:
            yield ContentFilter(chunk.prompt_filter_results)
        for choice in listed(chunk.choices):
            if not hasattr(choice, "delta"):
                continue
            yield from self._of_choice(choice, _index(choice.index))
        if isinstance(chunk.usage, CompletionUsage):
            yield Usage(chunk.usage)

    def _of_choice(self, choice: Any, index: int) -> Iterator[ChatEvent]:
        delta = choice.delta
        if hasattr(delta, "tool_calls"):
            thought = delta.reasoning_content or delta.reasoning
            for kind, text in ((ReasoningDelta, thought), (ContentDelta, delta.content), (RefusalDelta, delta.refusal)):
                if isinstance(text, str) and text:
                    yield kind(text, index)
            for fragment in listed(delta.tool_calls):
                if isinstance(fragment, ChoiceDeltaToolCall):
                    yield from self._of_call(fragment, index)
        if choice.logprobs is not None:
            yield from self._of_logprobs(choice.logprobs, index)
        if choice.content_filter_results:
            yield ContentFilter(choice.content_filter_results, index)
        if choice.finish_reason and index not in self._finished:
            yield from self._finish(index, choice.finish_reason)

    def _of_call(self, fragment: ChoiceDeltaToolCall, index: int) -> Iterator[ChatEvent]:
        calls = self.accumulator.calls_of(index)
        call = next((known for known in reversed(calls) if known.id == fragment.id and fragment.id), None)
        call = call or next((known for known in reversed(calls) if known.index == fragment.index), calls[-1])
        made = _CALL_EVENTS.get(call.form)
        if made is not None:
            piece = _said_in(fragment)
            yield made[0](calls.index(call), call.id, call.name, piece if isinstance(piece, str) else "", index)

    def _of_logprobs(self, logprobs: object, index: int) -> Iterator[ChatEvent]:
        for name, (kind, _) in _LOGPROBS_EVENTS.items():
            tokens = [each for each in listed(getattr(logprobs, name, None)) if hasattr(each, "logprob")]
            if tokens:
                self._logprobs.setdefault((index, name), []).extend(tokens)
                yield kind(tokens, index)

    def _finish(self, index: int, reason: str) -> Iterator[ChatEvent]:
        self._finished.add(index)
        for name, whole in (("content", ContentDone), ("refusal", RefusalDone)):
            text = self.accumulator.text_of(index, name)
            if text:
                yield whole(text, index)
            tokens = self._logprobs.get((index, name))
            if tokens:
                yield _LOGPROBS_EVENTS[name][1](tokens, index)
        for number, call in enumerate(self.accumulator.calls_of(index)):
            made = _CALL_EVENTS.get(call.form)
            if made is not None:
                yield made[1](number, call.id, call.name, call.text(), index)
        yield Finish(reason, index)

    def _is_opening(self, chunk: ChatCompletionChunk) -> bool:
        """The usual first chunk of a choice: a role and an empty text."""
        return all(set(_said(choice)) <= {"role", "content", "refusal"} for choice in listed(chunk.choices)) and bool(
            chunk.choices
        )

    def finish(self) -> Iterator[ChatEvent]:
        """Servers that never send a finish reason end with `[DONE]`: what is whole then is whole."""
        for index in sorted(self.accumulator._choices):
            if index not in self._finished:
                yield from self._finish(index, "")

    def text(self, event: ChatEvent) -> str:
        return event.delta if isinstance(event, ContentDelta) else ""


def _index(value: object) -> int:
    """The index of a choice; servers that send one choice may leave it out."""
    return _int_or_none(value) or 0


def _int_or_none(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _said(choice: Any) -> dict[str, Any]:
    delta = getattr(choice, "delta", None)
    return delta.model_dump() if isinstance(delta, Result) else {"?": delta}


class ChatCompletionStream(EventStream[ChatEvent, ChatCompletion]):
    """Typed chat events; `snapshot` is the completion so far, `text()` the words alone."""

    def get_final_completion(self) -> ChatCompletion:
        """Read to the end and return the whole completion; raises `StreamError` when it is not whole."""
        return self._final()


class AsyncChatCompletionStream(AsyncEventStream[ChatEvent, ChatCompletion]):
    """Typed chat events; `snapshot` is the completion so far, `text()` the words alone."""

    async def get_final_completion(self) -> ChatCompletion:
        """Read to the end and return the whole completion; raises `StreamError` when it is not whole."""
        return await self._final()


EVENTS = Helper(ChatCompletionStream, AsyncChatCompletionStream, ChatCompletionReader)
