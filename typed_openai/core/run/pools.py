"""The connections: one set of slots per process or running event loop (`slots.py`), and what holds for redirects.

Rules
* One SSL context per process, and two for each client that has certificates of its own (`tls.py`). Async pools are kept
  per running event loop and closed by it at its end. After a fork the child starts with fresh pools: a connection must
  not be shared by two processes.
* Where a redirect leads to another host, no header that may hold a credential goes along; what stands in a redirect is
  neither unpacked nor read without bound.

Weak spot: the bound of a redirect holds for our own pools, not for an `http_client` of the user's own.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import suppress
from functools import partial
from http.cookiejar import CookieJar
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

import httpx

from typed_openai.core.extras import needed
from typed_openai.core.redact import is_secret
from typed_openai.core.run.bodies import bounded, bounded_async
from typed_openai.core.run.kit import Kit, kit, library_name, library_of
from typed_openai.core.run.marks import FIRST_URL, SIGNED
from typed_openai.core.run.proxies import Proxies
from typed_openai.core.run.slots import Slots
from typed_openai.core.run.tls import TLS, place
from typed_openai.core.run.transport import elsewhere, proxy_names
from typed_openai.errors import ConfigurationError

if TYPE_CHECKING:
    import asyncio

Keeper: TypeAlias = AsyncGenerator[None, None]
MOST_OF_A_REDIRECT = 1024 * 1024
_LAST_PORT = 65535
LIMITS = httpx.Limits(max_connections=1000, max_keepalive_connections=100)
_making = threading.RLock()
"""Held while connections are begun or given up. A fork waits for that: in the child nobody would let go of it."""
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_making.acquire, after_in_parent=_making.release, after_in_child=_making.release)


def _keep_secrets(request: httpx.Request) -> None:
    """Before each hop: httpx takes `Authorization` away where a redirect leads to another host; this does so with every
    header that may hold a credential (`api-key`, `Helicone-Auth`), and on the same host with a signature, which is of
    one URL. The log does not show what in the URL that it leads to may let one in."""
    if request.url.port is not None and request.url.port > _LAST_PORT:
        raise httpx.UnsupportedProtocol(f"there is no port {request.url.port}", request=request)
    first = request.extensions.get(FIRST_URL)
    if first is None or request.url is first:
        return
    is_away, signature = place(request.url) != place(first), request.extensions.get(SIGNED, ())
    for name in [name for name in request.headers if name in signature or (is_away and is_secret(name))]:
        del request.headers[name]
    request.url = elsewhere(request.url)


class _Cookies(CookieJar):
    """Cookies as ever, but answers without any (all but the first of a connection) are not searched for them: that
    costs more than the rest of a call's bookkeeping together."""

    def extract_cookies(self, response: Any, request: Any) -> None:
        headers = getattr(getattr(response, "response", None), "headers", None)
        if headers is None or "set-cookie" in headers:
            super().extract_cookies(response, request)


class _Bounded:
    """The body of a redirect, which httpx reads whole before it follows: as long as the body of an error may be."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        return bounded(self._stream, MOST_OF_A_REDIRECT)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return bounded_async(self._stream, MOST_OF_A_REDIRECT)

    def close(self) -> None:
        self._stream.close()

    async def aclose(self) -> None:
        await self._stream.aclose()


def _bound_redirect(made_of: Kit, response: Any) -> None:
    """Nobody looks at the body of a redirect that is followed: it is not unpacked, and not without bound."""
    if response.has_redirect_location:
        response.headers.pop("content-encoding", None)
        response.stream = made_of.made(_Bounded, "SyncByteStream", "AsyncByteStream")(response.stream)


def _follower(made_of: Kit, is_async: bool, transport: Any) -> Any:
    """A client of httpx in which redirects go on, through our connections."""

    async def before(request: Any) -> None:
        _keep_secrets(request)

    async def after(response: Any) -> None:
        _bound_redirect(made_of, response)

    hooks = {"request": [_keep_secrets], "response": [partial(_bound_redirect, made_of)]}
    if is_async:
        hooks = {"request": [before], "response": [after]}
    kind = made_of.http.AsyncClient if is_async else made_of.http.Client
    return kind(transport=transport, trust_env=False, follow_redirects=True, event_hooks=hooks, cookies=_Cookies())


def _kit_of(transport: Any, is_async: bool) -> Kit:
    """The library of a transport that was chosen."""
    if not isinstance(transport, str):
        return kit(library_name(transport, "AsyncBaseTransport" if is_async else "BaseTransport"))
    if transport != "httpx":
        needed(transport, f"transport={transport!r}")
    return kit("httpx" if transport == "aiohttp" else transport)


def _sync_carrier(transport: Any, tls: TLS) -> tuple[Any, Any]:
    """What carries the requests of a sync client, and the library that they are made of."""
    made_of = _kit_of(transport, False)
    follower = partial(_follower, made_of, False)
    if isinstance(transport, str):
        carrier: Any = Slots(made_of, follower, proxies(), tls)
    else:
        from typed_openai.core.run.shared import Shared

        carrier = Shared(made_of, follower, transport)
    return brought_home(carrier, made_of.http, False), made_of.http


def _async_carrier(transport: Any, tls: TLS) -> tuple[Any, Any]:
    """What carries the requests of an async client in one loop, and the library that they are made of."""
    made_of = _kit_of(transport, True)
    follower = partial(_follower, made_of, True)
    if transport == "aiohttp":
        from typed_openai.core.run.aiohttp_slots import AiohttpSlots

        carrier: Any = AiohttpSlots(made_of, follower, proxies(), tls)
    elif isinstance(transport, str):
        from typed_openai.core.run.slots_async import AsyncSlots

        carrier = AsyncSlots(made_of, follower, proxies(), tls)
    else:
        from typed_openai.core.run.shared import AsyncShared

        carrier = AsyncShared(made_of, follower, transport)
    return brought_home(carrier, made_of.http, True), made_of.http


def brought_home(client: Any, library: Any, is_async: bool) -> Any:
    """A client, with answers and errors in the words of httpx."""
    if library is httpx:
        return client
    from typed_openai.core.run.abroad import Abroad, AsyncAbroad

    return AsyncAbroad(client) if is_async else Abroad(client)


def proxies() -> Proxies:
    """Those of the environment, all of which can be used."""
    try:
        found = Proxies()
        for url in found.by_scheme.values():
            proxy = httpx.Proxy(url).url
            if proxy.scheme.startswith("socks"):
                import_module("socksio")
            if proxy.port is not None and proxy.port > _LAST_PORT:
                raise ValueError
    except (ValueError, ImportError, httpx.InvalidURL):
        raise ConfigurationError(
            f"a proxy setting of the environment cannot be used ({proxy_names()}): it must be like http://host:port "
            "(for socks5://, install httpx[socks])"
        ) from None  # the cause may show the proxy's password
    return found


def _close(client: Any, pid: int) -> None:
    """Close a client, but in the process that made it only: a fork shares the sockets of its parent."""
    if pid == os.getpid():
        client.close()


class SyncPool:
    """The connections of a sync client: made at the first request, and again after a fork."""

    def __init__(self, own: Any = None, transport: Any = "httpx", tls: TLS | None = None) -> None:
        self.own: Any = own
        self.tls: TLS = TLS() if tls is None else tls
        self._transport = transport
        self.http: Any = httpx
        """The library that requests are made of."""
        if own is not None:
            self.http = library_of(own, is_async=False) or httpx
            self._home = brought_home(_seen(own, self.http), self.http, is_async=False)
        self.closed = False
        self._client: Any = None
        self._pid = 0

    def client(self) -> Any:
        """What sends requests, as `httpx.Client.send` does."""
        if self.own is not None:
            return _usable(self._home, self.closed)
        if self._client is None or self._pid != os.getpid():
            with _making:
                refuse_closed(self.closed)
                if self._client is None or self._pid != os.getpid():
                    self._client, self.http = _sync_carrier(self._transport, self.tls)
                    self._pid = os.getpid()
                    # Held from outside of the cycles of its user, so that what is collected is closed before it goes.
                    weakref.finalize(self, _close, self._client, self._pid)
        return self._client

    def close(self) -> None:
        with _making:
            self.closed = True
            client, self._client = self._client, None
        if client is not None:
            _close(client, self._pid)


class AsyncPool:
    """The connections of an async client: one set per running event loop, so that a client outlives `asyncio.run`."""

    def __init__(self, own: Any = None, transport: Any = "httpx", tls: TLS | None = None) -> None:
        self.own: Any = own
        self.tls: TLS = TLS() if tls is None else tls
        self._transport = transport
        self.http: Any = httpx
        """The library that requests are made of."""
        if own is not None:
            self.http = library_of(own, is_async=True) or httpx
            self._home = brought_home(_seen(own, self.http), self.http, is_async=True)
        self.closed = False
        self._clients: dict[asyncio.AbstractEventLoop, tuple[Any, weakref.finalize[[Keeper], AsyncPool]]] = {}
        self._pid = 0

    def client(self, loop: asyncio.AbstractEventLoop) -> Any:
        """What sends requests in this loop, as `httpx.AsyncClient.send` does."""
        if self.own is not None:
            return _usable(self._home, self.closed)
        known = self._clients.get(loop)
        if known is None or self._pid != os.getpid():
            with _making:
                refuse_closed(self.closed)
                if self._pid != os.getpid():
                    self._of_parent = self._clients  # not dropped: that would wake the parent's loop
                    self._clients = {}
                    self._pid = os.getpid()
                client, self.http = _async_carrier(self._transport, self.tls)
                for other in [other for other in self._clients if other.is_closed()]:
                    self._clients.pop(other)[1].detach()
                # Held from outside of the pool's own cycles, so that a pool which is collected can still close it.
                self._clients[loop] = client, weakref.finalize(self, _let_go, _closed_with_its_loop(client))
            return client
        return known[0]

    async def close(self, loop: asyncio.AbstractEventLoop) -> None:
        with _making:
            self.closed = True
            if self._pid != os.getpid():
                return
            known = self._clients.pop(loop, None)
            for _, finalizer in self._clients.values():
                finalizer()
            self._clients = {}
        if known is not None:
            known[1].detach()
            await known[0].aclose()


def _let_go(keeper: Keeper) -> None:
    """Whoever calls this was the last to hold the keeper, which its loop closes thereupon."""


def _closed_with_its_loop(client: Any) -> Keeper:
    """A generator that closes the client when it is closed itself, which a loop does at its end with all generators
    that were begun in it (`shutdown_asyncgens`, part of `asyncio.run`), and when nobody holds it any more."""

    async def keep() -> Keeper:
        try:
            yield
        finally:
            await client.aclose()

    keeper = keep()
    with suppress(StopIteration):
        keeper.__anext__().__await__().send(None)  # to its `yield`, which takes no waiting
    return keeper


def _seen(own: Any, library: Any) -> Any:
    """The user's own client, as our requests go through it."""
    from typed_openai.core.run.own_client import view  # few give one

    return view(own, library)


def _usable(own: Any, closed: bool) -> Any:
    """The user's own client, unless it or ours was closed."""
    refuse_closed(closed)
    if own.is_closed:
        raise ConfigurationError("the http_client was closed: close it after the last request")
    return own


def refuse_closed(closed: bool) -> None:
    """Raise where a client was closed, whatever it would be used for."""
    if closed:
        raise ConfigurationError("this client was closed: make a new one, or close it later")
