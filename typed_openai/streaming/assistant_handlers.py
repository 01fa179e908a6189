"""Assistant streams that call an object of yours: `AssistantEventHandler`, in both colours.

    class Printer(AssistantEventHandler):
        def on_text_delta(self, delta, snapshot):
            print(delta.value, end="")

    with client.beta.threads.runs.stream(thread_id=..., assistant_id=..., event_handler=Printer()) as stream:
        stream.until_done()

Rules
* A handler reads its stream as it is iterated; what calls it is the reading, so nothing is called before. One handler
  is for one stream.
* Which event asks for which calls, and the callbacks, are said once (`assistant_callbacks.py`); the colours have only
  their loops.
* Whatever ends the reading, an error of a callback included, is told by `on_exception` (after `on_timeout` where time
  ran out), and `on_end` comes last.

Weak spot: a sync callback in an async handler is refused by Python only when it is called (None cannot be awaited).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Coroutine, Iterator
from types import TracebackType
from typing import Any, TypeVar

from typed_openai.errors import ConfigurationError, OpenAIError
from typed_openai.models.assistants.assistant_events import AssistantStreamEvent
from typed_openai.models.assistants.run_steps import RunStep
from typed_openai.models.assistants.runs import Run
from typed_openai.models.assistants.thread_message_deltas import MessageDeltaEvent, TextDeltaBlock
from typed_openai.models.assistants.thread_messages import Message
from typed_openai.streaming.assistant_callbacks import Callbacks, Calls, ended
from typed_openai.streaming.assistants import SoFar
from typed_openai.streaming.joining import listed
from typed_openai.streaming.stream import AsyncStream, Stream

D = TypeVar("D")


class _Handler(SoFar, Callbacks[D]):
    """What both colours of a handler share. A subclass need not call `__init__`."""

    _stream: Any = None
    _reader: Any = Calls()  # of nothing yet; each handler has its own when it is given its stream
    _events: Any = None

    def _init(self, stream: Any) -> None:
        """Given the stream that is to be read, when the call is entered."""
        if self._stream is not None:
            raise ConfigurationError(
                f"{type(self).__name__}: one handler is for one stream; make a new one for each call of stream()"
            )
        self._stream = stream
        self._reader = Calls()

    def _begun(self) -> Any:
        if self._stream is None:
            raise ConfigurationError(f"{type(self).__name__}: nothing is read yet: enter the call with `with` first")
        return self._stream

    def _final_run(self) -> Run:
        run = self.current_run
        if run is None:
            raise OpenAIError("the stream told of no run")
        return run


class AssistantEventHandler(_Handler[None]):
    """Is called for each event of an assistant stream: subclass it, and give one to `runs.stream(event_handler=...)`.

    Iterating it gives the events of the server; `text_deltas` the words alone.
    """

    _stream: Stream[AssistantStreamEvent] | None

    def _nothing(self) -> None:
        return None

    def __iter__(self) -> Iterator[AssistantStreamEvent]:
        yield from self._read()

    def __next__(self) -> AssistantStreamEvent:
        return next(self._read())

    def _read(self) -> Iterator[AssistantStreamEvent]:
        if self._events is None:
            self._events = self._run(self._begun())
        events: Iterator[AssistantStreamEvent] = self._events
        return events

    def _run(self, stream: Stream[AssistantStreamEvent]) -> Iterator[AssistantStreamEvent]:
        with _Ending(self):
            for event in map(self._reader.as_ours, stream):
                for name, given in self._reader.of(event):
                    getattr(self, name)(*given)
                yield event

    @property
    def text_deltas(self) -> Iterator[str]:
        """The words alone, as they come."""
        return (text for event in self for text in _texts(event))

    def until_done(self) -> None:
        """Read to the end."""
        for _ in self:
            pass

    def get_final_run(self) -> Run:
        """Read to the end and return the run as it stopped. Raises what ended the stream early."""
        self.until_done()
        return self._final_run()

    def get_final_run_steps(self) -> list[RunStep]:
        """Read to the end and return what the run did, oldest first."""
        self.until_done()
        steps: list[RunStep] = self._reader.accumulator.steps
        return steps

    def get_final_messages(self) -> list[Message]:
        """Read to the end and return what the run wrote, oldest first."""
        self.until_done()
        messages: list[Message] = self._reader.accumulator.messages
        return messages

    def close(self) -> None:
        """Stop, and give the connection back."""
        if self._stream is not None:
            self._stream.close()


class AsyncAssistantEventHandler(_Handler[Coroutine[Any, Any, None]]):
    """Is called for each event of an assistant stream: subclass it with `async def` callbacks, and give one to
    `runs.stream(event_handler=...)` of an `AsyncOpenAI`.

    `async for` over it gives the events of the server; `text_deltas` the words alone.
    """

    _stream: AsyncStream[AssistantStreamEvent] | None

    async def _nothing(self) -> None:
        return None

    async def __aiter__(self) -> AsyncIterator[AssistantStreamEvent]:
        async for event in self._read():
            yield event

    async def __anext__(self) -> AssistantStreamEvent:
        return await anext(self._read())

    def _read(self) -> AsyncIterator[AssistantStreamEvent]:
        if self._events is None:
            self._events = self._run(self._begun())
        events: AsyncIterator[AssistantStreamEvent] = self._events
        return events

    async def _run(self, stream: AsyncStream[AssistantStreamEvent]) -> AsyncIterator[AssistantStreamEvent]:
        async with _Ending(self):
            async for told in stream:
                event = self._reader.as_ours(told)
                for name, given in self._reader.of(event):
                    await getattr(self, name)(*given)
                yield event

    @property
    def text_deltas(self) -> AsyncIterator[str]:
        """The words alone, as they come."""
        return (text async for event in self for text in _texts(event))

    async def until_done(self) -> None:
        """Read to the end."""
        async for _ in self:
            pass

    async def get_final_run(self) -> Run:
        """Read to the end and return the run as it stopped. Raises what ended the stream early."""
        await self.until_done()
        return self._final_run()

    async def get_final_run_steps(self) -> list[RunStep]:
        """Read to the end and return what the run did, oldest first."""
        await self.until_done()
        steps: list[RunStep] = self._reader.accumulator.steps
        return steps

    async def get_final_messages(self) -> list[Message]:
        """Read to the end and return what the run wrote, oldest first."""
        await self.until_done()
        messages: list[Message] = self._reader.accumulator.messages
        return messages

    async def close(self) -> None:
        """Stop, and give the connection back."""
        if self._stream is not None:
            await self._stream.close()

    aclose = close


class _Ending:
    """Calls a handler when the reading of its stream ends, in both colours."""

    def __init__(self, handler: _Handler[Any]) -> None:
        self.handler = handler

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for name, given in ended(error):
            getattr(self.handler, name)(*given)

    async def __aenter__(self) -> None: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        for name, given in ended(error):
            await getattr(self.handler, name)(*given)


def _texts(event: Any) -> list[str]:
    """The words in an event."""
    blocks = listed(getattr(event.data.delta, "content", None)) if isinstance(event.data, MessageDeltaEvent) else []
    texts = [block.text.value for block in blocks if isinstance(block, TextDeltaBlock) and block.text is not None]
    return [text for text in texts if isinstance(text, str) and text]


# -- how a call comes to its handler ---------------------------------------------------------------------------------
