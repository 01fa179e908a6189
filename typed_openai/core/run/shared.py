"""One transport for all requests of a client, which the user gave (`transport=httpx.MockTransport(...)`) and closes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from typed_openai.core.run.carrier import AsyncCarrier, Carrier, SyncCarrier

if TYPE_CHECKING:
    from typed_openai.core.run.kit import Kit


class _Sharing(Carrier):
    def __init__(self, kit: Kit, follower: Callable[[Any], Any], transport: Any) -> None:
        super().__init__(kit, follower)
        self._transport = transport
        self.is_closed = False


class Shared(_Sharing, SyncCarrier):
    """The connections of a sync client."""

    def answer(self, request: Any) -> Any:
        """The answer to a request, whatever it says."""
        response = self._transport.handle_request(request)
        response.request = request
        return response

    def close(self) -> None:
        """The transport stays open."""
        self.is_closed = True


class AsyncShared(_Sharing, AsyncCarrier):
    """The connections of an async client."""

    async def answer(self, request: Any) -> Any:
        """The answer to a request, whatever it says."""
        response = await self._transport.handle_async_request(request)
        response.request = request
        return response

    async def aclose(self) -> None:
        """The transport stays open."""
        self.is_closed = True
