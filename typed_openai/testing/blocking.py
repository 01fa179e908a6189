"""While a guard stands, sockets of this process reach this machine only, and hosts that were allowed.

    with Guard(["api.example.com"]):
        ...  # connecting elsewhere raises HostBlockedError before anything is sent, even a question for an address

Guards stand inside one another; the innermost says what is allowed. Names are refused when they are looked up,
addresses when they are connected to; sockets in the file system are of this machine.

Weak spots: what does not ask through Python's `socket` (uvloop, libraries in C or Rust, other processes) and datagrams
sent without a connection pass by.
"""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Iterable
from functools import partial
from types import TracebackType
from typing import Any

from typed_openai.errors import OpenAIError
from typed_openai.local.hosts import is_loopback

_HOW = (
    "allow it with @pytest.mark.openai_allow_hosts({host!r}), or everything with pytest --openai-block=none; "
    "answers of a real service are recorded with @pytest.mark.openai_cassette and pytest --openai-record"
)
_OLDER = ("gethostbyname", "gethostbyname_ex", "gethostbyaddr")
"""The older ways to look a name up."""
_ANY_OF_THIS_MACHINE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104  # connected to, they mean this machine


class HostBlockedError(OpenAIError):
    """A test asked a host that is not this machine. `host` is its name or address; the message says how to allow it."""

    def __init__(self, host: str) -> None:
        super().__init__(f"This test may ask this machine only, not {host!r}: {_HOW.format(host=host)}")
        self.host = host

    def __reduce__(self) -> tuple[Any, ...]:
        return HostBlockedError, (self.host,)


class Guard:
    """Lets sockets reach this machine and the hosts `allowed` while it stands. `blocked` counts what was refused."""

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self.blocked: Counter[str] = Counter()
        self._allowed: set[str] = set()
        if hosts := [*allowed]:
            self.allow(*hosts)

    def __enter__(self) -> Guard:
        with _lock:
            _standing.append(self)
            if len(_standing) == 1:
                _real.take()
                _put(_guarded_connect, _guarded_connect_ex, _guarded_lookup)
                for name in _OLDER:
                    setattr(socket, name, partial(_guarded_older, name))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with _lock:
            _standing.remove(self)
            if not _standing:
                _put(_real.connect, _real.connect_ex, _real.lookup)
                for name in _OLDER:
                    setattr(socket, name, _real.older[name])

    def allow(self, *hosts: str) -> None:
        """Allow these as well, from now on. Raises `TypeError` for what is no name of a host, and for none."""
        given: tuple[object, ...] = hosts
        if not hosts or not all(isinstance(host, str) and host.strip() for host in given):
            raise TypeError(f"names of hosts are expected, got {', '.join(map(repr, hosts)) or 'none'}")
        self._allowed.update(host.lower() for host in hosts)

    def check(self, host: str) -> bool:
        """Whether a host is allowed by its name or address, and not only as this machine; raises when it is not."""
        name = host.lower().rstrip(".").partition("%")[0]
        if name in self._allowed:
            return True
        if name in _ANY_OF_THIS_MACHINE or is_loopback(name) or name == socket.gethostname().lower():
            return False
        self.blocked[host] += 1
        raise HostBlockedError(host)


class _Real:
    """What was there before the outermost guard, be it Python's own or somebody's who was there first."""

    connect: Any
    connect_ex: Any
    lookup: Any
    older: dict[str, Any]

    def take(self) -> None:
        """Keep what is there now."""
        self.connect, self.connect_ex = socket.socket.connect, socket.socket.connect_ex
        self.lookup = socket.getaddrinfo
        self.older = {name: getattr(socket, name) for name in _OLDER}


_real = _Real()
_standing: list[Guard] = []
_lock = threading.Lock()


def _put(connect: Any, connect_ex: Any, lookup: Any) -> None:
    setattr(socket.socket, "connect", connect)  # noqa: B010  # a method of a class of others
    setattr(socket.socket, "connect_ex", connect_ex)  # noqa: B010  # as above
    socket.getaddrinfo = lookup


def _check(sock: socket.socket, address: Any) -> None:
    if sock.family in (socket.AF_INET, socket.AF_INET6) and _standing:
        _standing[-1].check(_text(address[0]))


def _guarded_connect(sock: socket.socket, address: Any) -> None:
    _check(sock, address)
    _real.connect(sock, address)


def _guarded_connect_ex(sock: socket.socket, address: Any) -> int:
    _check(sock, address)
    code: int = _real.connect_ex(sock, address)
    return code


def _guarded_lookup(host: Any, *args: Any, **kwargs: Any) -> Any:
    guard = _standing[-1] if _standing else None
    if guard is None or host is None or not guard.check(_text(host)):
        return _real.lookup(host, *args, **kwargs)
    found = _real.lookup(host, *args, **kwargs)
    guard.allow(*(str(entry[4][0]) for entry in found))
    return found


def _guarded_older(name: str, host: Any) -> Any:
    guard = _standing[-1] if _standing else None
    allowed = guard is not None and guard.check(_text(host))
    found = _real.older[name](host)
    if guard is not None and allowed:
        guard.allow(*([found] if isinstance(found, str) else found[2]))
    return found


def _text(host: object) -> str:
    return host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
