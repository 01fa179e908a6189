"""The context managers that `with_streaming_response` gives, in both colours."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Generic

from typed_openai.core.answer.raw import AsyncStreamedResponse, StreamedResponse
from typed_openai.models.base import T


class StreamedResponseManager(Generic[T]):
    """`with ... as response`: the request is sent when entered, the connection given back when left."""

    def __init__(self, send: Callable[[], StreamedResponse[T]]) -> None:
        self._send = send
        self._response: StreamedResponse[T] | None = None

    def __enter__(self) -> StreamedResponse[T]:
        self._response = self._send()
        return self._response

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._response is not None:
            self._response.close()


class AsyncStreamedResponseManager(Generic[T]):
    """`async with ... as response`: the request is sent when entered, the connection given back when left."""

    def __init__(self, send: Callable[[], Coroutine[Any, Any, AsyncStreamedResponse[T]]]) -> None:
        self._send = send
        self._response: AsyncStreamedResponse[T] | None = None

    async def __aenter__(self) -> AsyncStreamedResponse[T]:
        self._response = await self._send()
        return self._response

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._response is not None:
            await self._response.close()
