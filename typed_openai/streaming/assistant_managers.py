"""The context managers of assistant streams that are given a handler (`event_handler=...`), in both colours."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from types import TracebackType
from typing import Any, Generic, TypeVar

from typed_openai.core.declare.event_kinds import HANDLER, EventKind, HandledEventKind
from typed_openai.core.request.faults import shown
from typed_openai.errors import Fault, RequestValidationError
from typed_openai.models.assistants.assistant_events import AssistantStreamEvent
from typed_openai.streaming.assistant_handlers import AssistantEventHandler, AsyncAssistantEventHandler
from typed_openai.streaming.assistants import AssistantReader
from typed_openai.streaming.stream import AsyncStream, Stream

H = TypeVar("H", bound=AssistantEventHandler)


A = TypeVar("A", bound=AsyncAssistantEventHandler)


class AssistantStreamManager(Generic[H]):
    """`with ... as handler`: the request is sent when entered, the connection given back when left."""

    def __init__(
        self, handler: H, send: Callable[[], Stream[AssistantStreamEvent]], reader: object = None, reopen: object = None
    ) -> None:
        _check(handler, "__iter__", AssistantEventHandler)
        self._handler = handler
        self._send = send
        self._stream: Stream[AssistantStreamEvent] | None = None

    def __enter__(self) -> H:
        self._stream = self._send()
        self._handler._init(self._stream)
        return self._handler

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._stream is not None:
            self._stream.close()


class AsyncAssistantStreamManager(Generic[A]):
    """`async with ... as handler`: the request is sent when entered, the connection given back when left."""

    def __init__(
        self,
        handler: A,
        send: Callable[[], Coroutine[Any, Any, AsyncStream[AssistantStreamEvent]]],
        reader: object = None,
        reopen: object = None,
    ) -> None:
        _check(handler, "__aiter__", AsyncAssistantEventHandler)
        self._handler = handler
        self._send = send
        self._stream: AsyncStream[AssistantStreamEvent] | None = None

    async def __aenter__(self) -> A:
        self._stream = await self._send()
        self._handler._init(self._stream)
        return self._handler

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._stream is not None:
            await self._stream.aclose()


def _check(handler: object, reading: str, wanted: type[Any]) -> None:
    """Refuse what is not a handler of the client's colour; one of the official package is one."""
    if isinstance(handler, type) or not (hasattr(handler, "_init") and hasattr(handler, reading)):
        raise RequestValidationError(
            "beta.threads.runs.stream",
            [Fault(HANDLER, f"an object of a subclass of {wanted.__name__}", shown(handler))],
        )


def _begin(handler: Any) -> EventKind:
    managers = partial(AssistantStreamManager, handler), partial(AsyncAssistantStreamManager, handler)
    return EventKind(*managers, AssistantReader)


HANDLED = HandledEventKind(AssistantStreamManager, AsyncAssistantStreamManager, (H, A), _begin)
