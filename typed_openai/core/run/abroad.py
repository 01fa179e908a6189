"""Answers and errors of a library that is not httpx but has its shape (httpx2), in the words of httpx.

Errors are known by the names of their classes along the MRO, so that nothing is imported for them. The rest of the
package then knows one library.

Weak spot: hooks and auth of such a client see requests and answers of their own library; `http_response` is of httpx.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from types import TracebackType
from typing import Any

import httpx


class AtHome:
    """Within it, an error of such a library is raised as that of httpx with the same name."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        found = None if error is None or isinstance(error, httpx.HTTPError | httpx.StreamError) else _known(error)
        if found is not None:
            raise found from error


def _known(error: BaseException) -> Exception | None:
    for kind in type(error).__mro__:
        home = getattr(httpx, kind.__name__, None)
        if not isinstance(home, type) or kind.__module__ == "builtins":
            continue
        if issubclass(home, httpx.RequestError):
            found = home(str(error))
            found._request = getattr(error, "_request", None)  # of the same shape
            return found
        if issubclass(home, httpx.StreamError | httpx.InvalidURL | httpx.CookieConflict):
            return httpx.InvalidURL(str(error)) if home is httpx.InvalidURL else httpx.StreamError(str(error))
    return None


class _Body(httpx.SyncByteStream):
    def __init__(self, response: Any) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        with AtHome():
            yield from self._response.iter_raw()

    def close(self) -> None:
        with AtHome():
            self._response.close()


class _AsyncBody(httpx.AsyncByteStream):
    def __init__(self, response: Any) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with AtHome():
            async for block in self._response.aiter_raw():
                yield block

    async def aclose(self) -> None:
        with AtHome():
            await self._response.aclose()


def _brought(response: Any, body: Any) -> httpx.Response:
    """The answer of another library as one of httpx, its body unread."""
    headers, more = response.headers.raw, {"stream": body}
    if response.is_stream_consumed:  # a hook has read it, and unpacked it
        headers = [pair for pair in headers if pair[0].lower() != b"content-encoding"]
        more = {"content": response.content}
    return httpx.Response(
        response.status_code,
        headers=headers,
        extensions=response.extensions,
        history=response.history,
        request=response.request,
        **more,
    )


class Abroad:
    """A sync client of such a library, or slots made of it, with what httpx's `send` gives."""

    def __init__(self, client: Any) -> None:
        self.client = client

    @property
    def is_closed(self) -> bool:
        return bool(self.client.is_closed)

    def send(self, request: Any, **options: Any) -> httpx.Response:
        """Send, and wait for the headers."""
        with AtHome():
            response = self.client.send(request, **options)
        return _brought(response, _Body(response))

    def close(self) -> None:
        self.client.close()


class AsyncAbroad:
    """The same of an async client."""

    def __init__(self, client: Any) -> None:
        self.client = client

    @property
    def is_closed(self) -> bool:
        return bool(self.client.is_closed)

    async def send(self, request: Any, **options: Any) -> httpx.Response:
        """Send, and wait for the headers."""
        with AtHome():
            response = await self.client.send(request, **options)
        return _brought(response, _AsyncBody(response))

    async def aclose(self) -> None:
        await self.client.aclose()
