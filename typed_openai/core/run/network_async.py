"""The sockets under an async client, on asyncio's own transports: what anyio adds for each read costs more than a read.

Rules
* One clock for a connection: resolving the name, all its addresses and TLS share what `timeout` allows; the next
  address is tried beside one that is silent (RFC 8305).
* What is written waits until there is enough of it or an answer is read: headers and a small body leave in one packet.
* `abort()` closes at once, without a step at which it could be cancelled.
* `received` says whether anything came since `expect()`; `sent` whether anything left.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any

from typed_openai.core.run.chunks import Chunks
from typed_openai.core.run.network import MOST_HELD, SAID_BEFORE, STAGGER, Address, Replayed, mixed, numbered

MOST_UNREAD = 256 * 1024
"""Bytes that are taken in before anybody asks for them; then the other side has to wait."""


class AsyncWire(Replayed, asyncio.Protocol):
    """One connection, as httpcore wants it (`AsyncNetworkStream`); `core` is the httpcore whose errors it raises."""

    def __init__(self, core: Any, until: float | None) -> None:
        self._core = core
        self._until = until
        self._loop = asyncio.get_running_loop()
        self._transport: Any = None
        self._blocks: deque[bytes] = deque()
        self._unread = 0
        self._paused = False
        self._ended = self._is_lost = False
        self._error: Exception | None = None
        self._reader: asyncio.Future[None] | None = None
        self._writer: asyncio.Future[None] | None = None
        self._full = False
        self._held = b""
        self._hold_for: float | None = None
        self.received = self.sent = False
        self.chunks: Chunks | None = None
        """What reads the chunks of the next answer past h11; None for an answer that is not streamed."""
        self.closed = False

    # What asyncio tells

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self.received = True
        self._blocks.append(data)
        self._unread += len(data)
        if self._unread > MOST_UNREAD and not self._paused:
            self._paused = True
            self._transport.pause_reading()
        _let_go(self._reader)

    def eof_received(self) -> bool:
        self._ended = True
        _let_go(self._reader)
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended = self.closed = self._is_lost = True
        self._error = exc
        _let_go(self._reader)
        _let_go(self._writer)

    def pause_writing(self) -> None:
        self._full = True

    def resume_writing(self) -> None:
        self._full = False
        _let_go(self._writer)

    # What httpcore asks for

    def expect(self) -> None:
        """From now on, whatever comes or goes belongs to another request."""
        self.received = self.sent = False

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """The next bytes; none at the end."""
        self._is_replayed = False
        if self._held:
            await self._flush()
        if not self._blocks:
            self._end()
        if not self._blocks and not self._ended:
            self._reader = self._loop.create_future()
            await self._within(timeout, self._reader, self._core.ReadTimeout)
        if self._blocks:
            return self._taken(max_bytes)
        if self._error is not None:
            raise self._core.ReadError(str(self._error)) from self._error
        return b""

    def _taken(self, most: int) -> bytes:
        block = self._blocks.popleft()
        if len(block) > most:
            self._blocks.appendleft(block[most:])
            block = block[:most]
        if self.chunks is not None and (end := self.chunks.head(block)) < len(block):
            self._blocks.appendleft(block[end:])
            block = block[:end]
        self._unread -= len(block)
        if self._paused and self._unread <= MOST_UNREAD and not self.closed:
            self._paused = False
            self._transport.resume_reading()
        return block

    def unread(self, block: bytes) -> None:
        """Give bytes back, which are the next to be read."""
        if block:
            self._blocks.appendleft(block)
            self._unread += len(block)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes, at the latest when the next are read."""
        if self._is_replayed:
            self._rewrite()
            return
        self._held = self._held + buffer if self._held else buffer
        self._hold_for = timeout
        if len(self._held) >= MOST_HELD:
            await self._flush()
            if self.closed:
                raise self._core.WriteError(str(self._error or "the connection is closed")) from self._error

    async def _flush(self) -> None:
        held, self._held = self._held, b""
        if not self.closed:
            self._transport.write(held)
            self.sent = True
            if self._full:
                self._writer = self._loop.create_future()
                await self._within(self._hold_for, self._writer, self._core.WriteTimeout)

    async def _within(self, timeout: float | None, waiting: asyncio.Future[None], late: type[Exception]) -> None:
        """Wait for one of the two futures, but no longer than that."""
        if timeout is None:
            return await waiting
        bell = self._loop.call_later(timeout, _ring, waiting)
        try:
            await waiting
        except asyncio.InvalidStateError:
            raise late("timed out") from None
        finally:
            bell.cancel()

    def is_stale(self) -> bool:
        """Whether the other side has closed, or said something that nobody asked for. For a wire that is idle."""
        if self._ended or self._blocks:
            return True
        return self._is_readable(self._transport.get_extra_info("socket"))  # what a loop that was busy has not heard

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> AsyncWire:
        """The same connection, encrypted; within another tunnel, where there is one already."""
        await self._flush()
        if self._blocks:
            self.abort()
            raise self._core.ConnectError(SAID_BEFORE)
        if self._until is not None:
            left = max(self._until - time.monotonic(), 0.001)
            timeout = left if timeout is None else min(left, timeout)
        try:
            async with asyncio.timeout(timeout):
                self._transport = await self._loop.start_tls(
                    self._transport, self, ssl_context, server_hostname=server_hostname
                )
        except TimeoutError as error:
            self.abort()
            raise self._core.ConnectTimeout(str(error)) from error
        except OSError as error:
            self.abort()
            raise self._core.ConnectError(str(error)) from error
        if self._transport is None:
            raise self._core.ConnectError("the connection was closed during the TLS handshake")
        return self

    async def aclose(self) -> None:
        """Close at once."""
        self.abort()
        await asyncio.sleep(0)  # for the loop to take leave of the socket

    def abort(self) -> None:
        """Close at once, in the thread of the loop; again is nothing."""
        self.closed = True
        if self._transport is not None and not self._is_lost:  # asyncio's own trips over one that it has let go
            self._transport.abort()

    def abort_from_anywhere(self) -> None:
        """Close soon, from whichever thread; a loop that is closed has closed it."""
        if not self.closed and not self._loop.is_closed():
            self.closed = True
            self._loop.call_soon_threadsafe(self.abort)

    def get_extra_info(self, info: str) -> Any:
        """What httpcore wants to know."""
        if info == "is_readable":
            return self.is_stale()
        known = {"server_addr": "peername", "client_addr": "sockname"}.get(info, info)
        return self._transport.get_extra_info(known)


def _let_go(waiting: asyncio.Future[None] | None) -> None:
    if waiting is not None and not waiting.done():
        waiting.set_result(None)


def _ring(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_exception(asyncio.InvalidStateError())


class AsyncNetwork:
    """Makes the wire of one slot (httpcore's `AsyncNetworkBackend`), and remembers it."""

    def __init__(self, core: Any) -> None:
        self._core = core
        self.wire: AsyncWire | None = None
        self.chunks: Chunks | None = None
        """What reads the chunks of the next answer, for the wire that is made for it."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> AsyncWire:
        """Connect to the first address of a name that answers, all within `timeout` seconds."""
        loop, core = asyncio.get_running_loop(), self._core
        wire = AsyncWire(core, None if timeout is None else time.monotonic() + timeout)
        try:
            async with asyncio.timeout(timeout):
                addresses = numbered(host, port)
                if addresses is None:
                    addresses = mixed(await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM))
                connected = await _first_of(addresses)
                await loop.create_connection(lambda: wire, sock=connected)
        except TimeoutError as error:
            raise core.ConnectTimeout(str(error)) from error
        except OSError as error:
            raise core.ConnectError(str(error)) from error
        self.wire = wire
        wire.chunks = self.chunks
        return wire

    async def sleep(self, seconds: float) -> None:
        """What httpcore does between attempts to connect, of which we ask for none."""
        await asyncio.sleep(seconds)


async def _first_of(addresses: Sequence[Address]) -> socket.socket:
    """A socket that is connected to the first of these that answers. asyncio's own race loses sockets when it is
    cancelled."""
    if len(addresses) == 1:
        return await _connected(addresses[0])
    rest, tasks, errors = deque(addresses), set[asyncio.Task[socket.socket]](), list[OSError]()
    try:
        while rest or tasks:
            if rest:
                tasks.add(asyncio.create_task(_connected(rest.popleft())))
            done, _ = await asyncio.wait(tasks, timeout=STAGGER if rest else None, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                tasks.remove(task)
                error = task.exception()
                if not isinstance(error, OSError):
                    return task.result()
                errors.append(error)
    finally:
        for task in tasks:
            task.add_done_callback(_drop)
            task.cancel()
    raise errors[0] if errors else OSError("the name has no address")


async def _connected(address: Address) -> socket.socket:
    family, kind, protocol, _, place = address
    fresh = socket.socket(family, kind, protocol)
    is_connected = False
    try:
        fresh.setblocking(False)
        await asyncio.get_running_loop().sock_connect(fresh, place)
        is_connected = True
    finally:
        if not is_connected:
            fresh.close()
    return fresh


def _drop(task: asyncio.Task[socket.socket]) -> None:
    """Close what another address was faster than."""
    if not task.cancelled() and task.exception() is None:
        task.result().close()
