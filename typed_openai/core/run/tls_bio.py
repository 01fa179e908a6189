"""TLS inside TLS, which `SSLContext.wrap_socket` cannot do: for an https server behind an https proxy.

It looks like a socket as far as `network.Wire` needs one. Weak spot: no renegotiation while a block is being sent.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
_RECORD = 16 * 1024
"""Bytes of one TLS record (RFC 8446, section 5.1)."""


class TunnelledTLS:
    """A TLS connection whose bytes travel through the socket of another."""

    def __init__(self, outer: ssl.SSLSocket, context: ssl.SSLContext, server_hostname: str | None) -> None:
        self._outer = outer
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._inner = context.wrap_bio(self._incoming, self._outgoing, server_hostname=server_hostname)
        self._carry(self._inner.do_handshake)

    def _carry(self, step: Callable[[], T]) -> T:
        """Take a step, with the bytes that it wants to send or to see."""
        while True:
            try:
                outcome = step()
            except ssl.SSLWantReadError:
                self._outer.sendall(self._outgoing.read())
                block = self._outer.recv(_RECORD)
                if block:
                    self._incoming.write(block)
                else:
                    self._incoming.write_eof()
                continue
            self._outer.sendall(self._outgoing.read())
            return outcome

    def recv(self, size: int) -> bytes:
        return self._carry(lambda: self._inner.read(size))

    def send(self, data: bytes) -> int:
        return self._carry(lambda: self._inner.write(data))

    def selected_alpn_protocol(self) -> str | None:
        return self._inner.selected_alpn_protocol()

    def __getattr__(self, name: str) -> Any:  # timeouts, closing, addresses: those of the socket
        return getattr(self._outer, name)
