"""The sockets under a sync client: connecting, reading, writing, and waking a thread that does one of them.

Rules
* One clock for a connection: resolving the name, all its addresses and TLS share what `timeout` allows. Addresses are
  tried one after the other without waiting for the silent ones (RFC 8305, "happy eyeballs").
* What is written waits until there is enough of it or an answer is read: headers and a small body leave in one packet.
* `wake(thread)` shuts down the socket before which a thread stands. Who takes a thread off the table owns it: a socket
  that serves the next call by now is never shut down.
* `received` says whether anything came since `expect()`; `sent` whether anything left.

Weak spots: a name that is slow to resolve leaves a daemon thread behind, which ends when the resolver does. A thread
that is connecting is not woken; its clock ends that.
"""

from __future__ import annotations

import os
import selectors
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest
from queue import Empty, SimpleQueue
from typing import Any, TypeAlias

from typed_openai.core.run.chunks import Chunks
from typed_openai.core.run.tls_bio import TunnelledTLS

STAGGER = 0.25
"""Seconds until the next address is tried beside one that is silent (RFC 8305 recommends them)."""
MOST_HELD = 16 * 1024
"""Bytes that are held back at most, for what follows to go along."""
SAID_BEFORE = "something was said before TLS began, which is not to be trusted"
"""What is wrong where a proxy goes on after its own answer: nobody may take that for what the server says."""
Address: TypeAlias = tuple[Any, ...]
_standing: dict[int, Wire] = {}
"""The wires before which threads stand, by the number of the thread."""
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_standing.clear)  # they are the parent's, as its threads are


def wake(thread: int) -> None:
    """Let a thread that reads or writes go on, with an error; nothing happens to one that does neither."""
    wire = _standing.pop(thread, None)
    if wire is not None:
        wire.shut_down()


class Replayed:
    """A wire of either colour, on which a call may be done once more in words only."""

    woken = False
    """Whether it was broken off here (`wake`): what was sent over it is wanted no more."""
    _is_replayed = _was_sent = False
    _failure: Exception | None = None
    unread: Callable[[bytes], None]
    _poll: Any = None

    def _is_readable(self, connected: Any) -> bool:
        """Whether something came over a socket that nobody has read yet: for one that is idle its end, mostly."""
        if self._poll is None:
            if not hasattr(select_module := _select(), "poll"):
                return bool(select_module.select([connected], [], [], 0)[0])
            self._poll = select_module.poll()
            self._poll.register(connected, select_module.POLLIN)
        return bool(self._poll.poll(0))

    def replay(self, blocks: Sequence[bytes], was_sent: bool, failure: Exception | None = None) -> None:
        """What is written up to the next read was sent already, or has failed so; then these came, and that failure."""
        for block in reversed(blocks):
            self.unread(block)
        self._is_replayed, self._was_sent, self._failure = True, was_sent, failure

    def _rewrite(self) -> None:
        if not self._was_sent:
            self._end()

    def _end(self) -> None:
        """Fail as before, if that was how it ended. The error is not kept: its traceback leads here."""
        failure, self._failure = self._failure, None
        try:
            if failure is not None:
                raise failure
        finally:
            del failure


class Wire(Replayed):
    """One connection, as httpcore wants it (`NetworkStream`); `core` is the httpcore whose errors it raises."""

    def __init__(self, core: Any, connected: Any, until: float | None) -> None:
        self._core = core
        self._socket: Any = connected
        self._pid = os.getpid()
        self._until = until
        self._timeout: float | None = None
        self._held = b""
        self._hold_for: float | None = None
        self._unread: deque[bytes] = deque()
        self.received = self.sent = False
        self.chunks: Chunks | None = None
        """What reads the chunks of the next answer past h11; None for an answer that is not streamed."""
        self.closed = False

    def expect(self) -> None:
        """From now on, whatever comes or goes belongs to another request."""
        self.received = self.sent = False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """The next bytes; none at the end."""
        self._is_replayed = False
        if self._held:
            try:
                self._flush()
            except (self._core.WriteError, self._core.WriteTimeout):
                if not self.sent:
                    raise
                # A server that does not want the rest may still have answered
        if self._unread:
            block = self._unread.popleft()
        else:
            self._end()
            block = self._standing(timeout, self._core.ReadTimeout, self._core.ReadError, max_bytes)
            self.received = self.received or bool(block)
        if self.chunks is not None:
            end = self.chunks.head(block)
            self.unread(block[end:])
            block = block[:end]
        return block

    def unread(self, block: bytes) -> None:
        """Give bytes back, which are the next to be read."""
        if block:
            self._unread.appendleft(block)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes, at the latest when the next are read."""
        if self._is_replayed:
            self._rewrite()
            return
        self._held = self._held + buffer if self._held else buffer
        self._hold_for = timeout
        if len(self._held) >= MOST_HELD:
            self._flush()

    def _flush(self) -> None:
        held, self._held = self._held, b""
        while held:
            count: int = self._standing(self._hold_for, self._core.WriteTimeout, self._core.WriteError, held)
            self.sent = True
            held = held[count:]

    def _standing(self, timeout: float | None, late: type[Exception], broken: type[Exception], what: Any) -> Any:
        """Receive (a number of bytes) or send (bytes), on the table of those that can be woken."""
        thread = threading.get_ident()
        interrupted = _standing.get(thread)  # by the handler of a signal, which asks something while that one waits
        _standing[thread] = self
        try:
            if timeout != self._timeout:
                self._socket.settimeout(timeout)
                self._timeout = timeout
            outcome = self._socket.recv(what) if type(what) is int else self._socket.send(what)
        except TimeoutError as error:
            raise late(str(error)) from error
        except (OSError, ValueError) as error:  # ValueError: TLS on a socket that was closed
            raise broken(str(error)) from error
        finally:
            self.woken = _standing.pop(thread, None) is None
            if interrupted is not None:
                _standing[thread] = interrupted
        if self.woken:
            self.close()
            raise broken("woken by another thread")
        return outcome

    def is_stale(self) -> bool:
        """Whether the other side has closed, or said something that nobody asked for. For a wire that is idle."""
        return bool(self._unread) or self._is_readable(self._socket)

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> Wire:
        """The same connection, encrypted; within another tunnel, where there is one already."""
        core = self._core
        if self._unread:
            self.close()
            raise core.ConnectError(SAID_BEFORE)
        try:
            self._flush()
            self._socket.settimeout(_left(self._until, timeout))
            plain: Any = self._socket
            if isinstance(plain, ssl.SSLSocket):
                self._socket = TunnelledTLS(plain, ssl_context, server_hostname)
            else:
                self._socket = ssl_context.wrap_socket(plain, server_hostname=server_hostname)
        except TimeoutError as error:
            self.close()
            raise core.ConnectTimeout(str(error)) from error
        except OSError as error:
            self.close()
            raise core.ConnectError(str(error)) from error
        self._timeout = -1
        return self

    def shut_down(self) -> None:
        """Wake whoever reads or writes, in whichever thread; not from a forked child, whose parent goes on."""
        if self._pid != os.getpid():
            return
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # closed in the meantime: nobody waits any more

    def abort(self) -> None:
        """Close at once, and wake who stands before it; again is nothing."""
        self.shut_down()
        self.close()

    abort_from_anywhere = abort

    def close(self) -> None:
        """Close the socket; again is nothing."""
        self.closed = True
        self._socket.close()

    def get_extra_info(self, info: str) -> Any:
        """What httpcore and `transport.abort` want to know."""
        if info == "ssl_object":
            return self._socket if isinstance(self._socket, ssl.SSLSocket | TunnelledTLS) else None
        if info == "is_readable":
            return self.is_stale()
        if info == "server_addr":
            return self._socket.getpeername()
        if info == "client_addr":
            return self._socket.getsockname()
        return self._socket if info == "socket" and self._pid == os.getpid() else None


def _select() -> Any:
    import select

    return select


class Network:
    """Makes the wire of one slot (httpcore's `NetworkBackend`), and remembers it."""

    def __init__(self, core: Any) -> None:
        self._core = core
        self.wire: Wire | None = None
        self.chunks: Chunks | None = None
        """What reads the chunks of the next answer, for the wire that is made for it."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> Wire:
        """Connect to the first address of a name that answers, all within `timeout` seconds."""
        until = None if timeout is None else time.monotonic() + timeout
        try:
            connected = _first_of(_resolved(host, port, until), until)
        except TimeoutError as error:
            raise self._core.ConnectTimeout(str(error)) from error
        except OSError as error:
            raise self._core.ConnectError(str(error)) from error
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for option in socket_options or ():
            connected.setsockopt(*option)
        self.wire = Wire(self._core, connected, until)
        self.wire.chunks = self.chunks
        return self.wire

    def sleep(self, seconds: float) -> None:
        """What httpcore does between attempts to connect, of which we ask for none."""
        time.sleep(seconds)


def _left(until: float | None, timeout: float | None = None) -> float | None:
    """Seconds until a point in time, and no more than `timeout`; never none at all."""
    if until is None:
        return timeout
    left = max(until - time.monotonic(), 0.001)
    return left if timeout is None else min(left, timeout)


def _resolved(host: str, port: int, until: float | None) -> Sequence[Address]:
    known = numbered(host, port)
    if known is not None:
        return known
    return mixed(
        socket.getaddrinfo(host, port, type=socket.SOCK_STREAM) if until is None else _asked(host, port, until)
    )


def numbered(host: str, port: int) -> Sequence[Address] | None:
    """The address that a host is already; None for a name, which somebody has to resolve."""
    try:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except socket.gaierror:
        return None


def mixed(found: Sequence[Address]) -> list[Address]:
    """Addresses in the order of the resolver, but the two families taking turns (RFC 8305, section 4)."""
    first = [each for each in found if each[0] == found[0][0]]
    others = [each for each in found if each[0] != found[0][0]]
    return [each for pair in zip_longest(first, others) for each in pair if each is not None]


def _asked(host: str, port: int, until: float) -> Any:
    """What the resolver says, asked in a thread of its own: it knows no clock."""
    answers: SimpleQueue[Any] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError, OverflowError) as error:
            answers.put(error)

    threading.Thread(target=ask, name="typed_openai-resolver", daemon=True).start()
    try:
        answer = answers.get(timeout=_left(until))
    except Empty:
        raise TimeoutError(f"the name {host} was not resolved in time") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _first_of(addresses: Sequence[Address], until: float | None) -> socket.socket:
    """A socket that is connected to the first of these that answers."""
    begun: dict[int, socket.socket] = {}
    errors: list[OSError] = []
    rest = list(addresses)
    next_at = 0.0
    with selectors.DefaultSelector() as selector:
        try:
            while rest or begun:
                now = time.monotonic()
                if until is not None and now >= until:
                    raise TimeoutError("timed out")
                if rest and (now >= next_at or not begun):
                    fresh, next_at = _begun(rest.pop(0), errors), now + STAGGER
                    if fresh is not None:
                        begun[fresh.fileno()] = fresh
                        selector.register(fresh, selectors.EVENT_WRITE)
                    continue
                waits = [next_at - now] * bool(rest) + ([until - now] if until is not None else [])
                for key, _ in selector.select(min(waits, default=None)):
                    selector.unregister(key.fd)
                    done = begun.pop(key.fd)
                    code = done.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                    if code == 0:
                        done.setblocking(True)  # a read that has no timeout waits
                        return done
                    done.close()
                    errors.append(OSError(code, os.strerror(code)))
                    next_at = 0.0
        finally:
            for each in begun.values():
                each.close()
    raise errors[0] if errors else OSError("the name has no address")


def _begun(address: Address, errors: list[OSError]) -> socket.socket | None:
    """A socket that is about to be connected; None, and an error more, where that cannot be."""
    family, kind, protocol, _, place = address
    try:
        fresh = socket.socket(family, kind, protocol)
    except OSError as error:  # a family that this machine does not have
        errors.append(error)
        return None
    try:
        fresh.setblocking(False)
        fresh.connect(place)
    except BlockingIOError:
        return fresh
    except OSError as error:
        fresh.close()
        errors.append(error)
        return None
    except OverflowError:  # a port that cannot be
        fresh.close()
        raise
    return fresh
