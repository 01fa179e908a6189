"""What is around each request of a client of ours, whatever carries it: cookies, redirects, the log, a user in the URL.

    response = carrier.send(request)          # as `httpx.Client.send(request, stream=True)`

`answer` brings the answer to one request (`slots.py`, `shared.py`). A redirect goes on in a client of httpx (cookies,
methods, what may be followed) that sends through `answer`; without one, no such client is around a call.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typed_openai.core.run.kit import Kit

ANSWERED = "typed_openai.answered"
"""Where a request that goes on in a client of httpx has the redirect that came for it."""
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_log = logging.getLogger("httpx")  # its line for each request is what people filter for


class Carrier:
    """What both colours share. `follower` makes the client for redirects of the transport that leads back here."""

    _way: tuple[type, str]

    def __init__(self, kit: Kit, follower: Callable[[Any], Any]) -> None:
        self.kit = kit
        self._new_follower = follower
        self._follower: Any = None

    @property
    def follower(self) -> Any:
        """The client of httpx that redirects go on in, and that knows the cookies."""
        if self._follower is None:
            self._follower = self._new_follower(self.kit.made(*self._way)(self))
        return self._follower

    def noted(self, request: Any, response: Any) -> bool:
        """Keep the cookies of an answer, and log it; whether it is a redirect to follow."""
        if response.status_code in _REDIRECTS and response.has_redirect_location:
            request.extensions[ANSWERED] = response
            return True
        if "set-cookie" in response.headers:
            self.follower.cookies.extract_cookies(response)
        if _log.isEnabledFor(logging.INFO):
            words = (request.method, request.url, response.http_version, response.status_code, response.reason_phrase)
            _log.info('HTTP Request: %s %s "%s %d %s"', *words)
        return False

    def identify(self, request: Any) -> None:
        """What stands before the host in a URL is a user and a password."""
        url = request.url
        if url.userinfo:
            next(self.kit.http.BasicAuth(url.username, url.password).auth_flow(request))


class Through:
    """The way of a client of httpx through a carrier; becomes a `BaseTransport`."""

    def __init__(self, carrier: SyncCarrier) -> None:
        self._carrier = carrier

    def handle_request(self, request: Any) -> Any:
        answered = request.extensions.pop(ANSWERED, None)
        return answered if answered is not None else self._carrier.answer(request)


class AsyncThrough:
    """The same in the async colour; becomes an `AsyncBaseTransport`."""

    def __init__(self, carrier: AsyncCarrier) -> None:
        self._carrier = carrier

    async def handle_async_request(self, request: Any) -> Any:
        answered = request.extensions.pop(ANSWERED, None)
        return answered if answered is not None else await self._carrier.answer(request)


class SyncCarrier(Carrier):
    """Carries the requests of a sync client."""

    _way = (Through, "BaseTransport")
    answer: Callable[[Any], Any]

    def send(self, request: Any, stream: bool = True, auth: Any = True) -> Any:
        """Send, and wait for the headers; with `auth=None` without what stands in the URL."""
        if auth is not None:
            self.identify(request)
        response = self.answer(request)
        if not self.noted(request, response):
            return response
        options = {"auth": None} if auth is None else {}
        return self.follower.send(request, stream=True, **options)


class AsyncCarrier(Carrier):
    """Carries the requests of an async client in one event loop."""

    _way = (AsyncThrough, "AsyncBaseTransport")
    answer: Callable[[Any], Awaitable[Any]]

    async def send(self, request: Any, stream: bool = True, auth: Any = True) -> Any:
        """Send, and wait for the headers; with `auth=None` without what stands in the URL."""
        if auth is not None:
            self.identify(request)
        response = await self.answer(request)
        if not self.noted(request, response):
            return response
        options = {"auth": None} if auth is None else {}
        return await self.follower.send(request, stream=True, **options)
