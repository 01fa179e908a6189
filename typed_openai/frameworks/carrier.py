"""The transport of a view: runs the exchange that a request brings along, and makes a response of the answer.

Rules
* An error status is an answer: the official package makes its error of it. Ours goes along, in the extensions.
* No answer is an error of the HTTP package, which the official one takes for a lost connection or a timeout.
* Any other error of ours goes up as it is.

Weak spot: what is sent by the HTTP client of a view without its view has no exchange, and is refused.
"""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from typed_openai import errors
from typed_openai.frameworks.exchange import Answer, Exchange, kept_headers
from typed_openai.frameworks.translation import OURS, translated

if TYPE_CHECKING:
    from typed_openai.core.answer.meta import Meta

EXCHANGE = "typed_openai.exchange"
"""Where a request of the view keeps what is to be sent, among its extensions."""
META = "typed_openai.meta"
"""Where a response of the view keeps how it came."""


@functools.cache
def transport_class(family: Any, is_async: bool) -> Any:
    """The class of transports of one colour, for one HTTP package."""
    base = family.AsyncBaseTransport if is_async else family.BaseTransport
    return type("Transport", (_Awaited if is_async else _Blocking, base), {})


@functools.cache
def _body_class(family: Any, is_async: bool) -> Any:
    base = family.AsyncByteStream if is_async else family.SyncByteStream
    return type("Body", (_AwaitedBody if is_async else _BlockingBody, base), {})


class _Transport:
    """What both colours share."""

    def __init__(self, view: Any) -> None:
        self.view = view
        self.family = view.family

    def exchange(self, request: Any) -> Exchange:
        """What is to be sent."""
        found: Exchange | None = request.extensions.get(EXCHANGE)
        if found is None:
            raise errors.ConfigurationError("the HTTP client of a view sends what the view asks, nothing else")
        return found

    def answered(self, answer: Answer, request: Any) -> Any:
        """A response of a good answer."""
        body: dict[str, Any] = {"content": answer.content}
        if answer.pieces is not None:
            body = {"stream": _body_class(self.family, self.view.typed.is_async)(answer.pieces, self.view)}
        return self._response(answer.meta, answer.headers, request, **body)

    def refused(self, error: errors.APIStatusError, request: Any) -> Any:
        """A response of an error status."""
        response = self._response(error.meta, kept_headers(error.meta), request, content=error.content)
        response.extensions[OURS] = error
        return response

    def _response(self, meta: Meta, headers: list[tuple[str, str]], request: Any, **body: Any) -> Any:
        extensions = {META: meta, "http_version": b"HTTP/1.1"}
        response = self.family.Response(meta.status, headers=headers, request=request, extensions=extensions, **body)
        response.elapsed = timedelta(seconds=meta.elapsed)
        return response

    def lost(self, error: errors.APIConnectionError, request: Any) -> Exception:
        """The error of the HTTP package."""
        late = isinstance(error, errors.APITimeoutError)
        kind: Any = self.family.ReadTimeout if late else self.family.ConnectError
        found: Exception = kind(error.message, request=request)
        return found


class _Blocking(_Transport):
    def handle_request(self, request: Any) -> Any:
        try:
            return self.answered(self.view.typed.driver.run(self.exchange(request).flow()), request)
        except errors.APIStatusError as error:
            return self.refused(error, request)
        except errors.APIConnectionError as error:
            raise self.lost(error, request) from error


class _Awaited(_Transport):
    async def handle_async_request(self, request: Any) -> Any:
        try:
            return self.answered(await self.view.typed.driver.run(self.exchange(request).flow()), request)
        except errors.APIStatusError as error:
            return self.refused(error, request)
        except errors.APIConnectionError as error:
            raise self.lost(error, request) from error


class _Body:
    """A body that is still to be read; what breaks it off is the official package's error."""

    def __init__(self, of: Any, view: Any) -> None:
        self._of = of
        self._view = view

    def _failed(self, error: errors.OpenAIError) -> Exception:
        return translated(error, self._view.official, self._view.family)


class _BlockingBody(_Body):
    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._of
        except errors.OpenAIError as error:
            raise self._failed(error) from error

    def close(self) -> None:
        self._of.close()


class _AwaitedBody(_Body):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for block in self._of:
                yield block
        except errors.OpenAIError as error:
            raise self._failed(error) from error

    async def aclose(self) -> None:
        await self._of.aclose()
