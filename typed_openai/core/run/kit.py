"""The libraries that connections are made of: httpx, or another of its shape (httpx2), with the core below it.

Classes of ours that have to be of a class of theirs (a transport, a stream) are made here, once for each library. What
another library is asked for and raises is brought home in `abroad.py`.
"""

from __future__ import annotations

import functools
import logging
import sys
from types import FunctionType, ModuleType
from typing import Any

import httpx

from typed_openai.core.once_each import OfObject

_SHAPE = ("Request", "Response", "URL", "ByteStream", "Timeout")
"""What a library of the shape of httpx has."""
_CORE_ERRORS = ("TimeoutException", "NetworkError", "ProtocolError", "ProxyError", "UnsupportedProtocol")
CORES = {"httpx": "httpcore", "httpx2": "httpcore2"}


def _server(url: Any) -> tuple[str, bytes, int | None]:
    return url.scheme, url.raw_host, url.port


class Kit:
    """One library."""

    def __init__(self, http: Any, core: Any) -> None:
        self.http, self.core = http, core
        self.is_home: bool = http is httpx
        """Whether it is the one whose classes the rest of the package knows."""
        self.broken: tuple[Any, Any, Any] = (http.RemoteProtocolError, http.ReadError, http.WriteError)
        """What a connection that was closed in the meantime ends with."""
        self.core_errors: tuple[Any, ...] = tuple(getattr(core, name) for name in _CORE_ERRORS)
        self.place = OfObject(self._place)
        """A URL in the words of the core; URLs of operations are the same object each time."""
        self.server = OfObject(_server)
        """What calls must have in common to share connections."""
        self._direct = (core.HTTPConnection, core.AsyncHTTPConnection)
        self._log = logging.getLogger(f"{core.__name__}.http11")
        self._made: dict[type, Any] = {}
        self._untouched: dict[type, object] = {}

    def is_plain(self, is_async: bool) -> bool:
        """Whether nothing stands in the way of the library's transport: no mock, no cassette, no instrument. Then a
        slot may go past what that does for each request."""
        return self._is_untouched(self.http.AsyncHTTPTransport if is_async else self.http.HTTPTransport, is_async)

    def is_direct(self, connection: object, is_async: bool) -> bool:
        """Whether a connection of the core leads to the server itself, not to a proxy, and nothing stands in its way
        (respx does). Then a call may go past the core as well."""
        kind = type(connection)
        return kind is self._direct[is_async] and self._is_untouched(kind, is_async)

    def _is_untouched(self, kind: Any, is_async: bool) -> bool:
        now: Any = kind.handle_async_request if is_async else kind.handle_request
        if kind not in self._untouched:
            own: Any = kind.__init__
            if type(now) is not FunctionType or now.__code__.co_filename != own.__code__.co_filename:
                return False
            self._untouched[kind] = now
        return now is self._untouched[kind]

    def is_followed(self, request: Any) -> bool:
        """Whether somebody listens to what the core does for a request, step by step."""
        return "trace" in request.extensions or self._log.isEnabledFor(logging.DEBUG)

    def request(self, request: Any) -> Any:
        """A request in the words of the core; everything in it has the right type already."""
        asked = object.__new__(self.core.Request)
        asked.method = request.method.encode()
        asked.url = self.place(request.url)
        asked.headers = request.headers.raw
        asked.stream = request.stream
        asked.extensions = request.extensions
        return asked

    def _place(self, url: Any) -> Any:
        return self.core.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)

    def at_home(self, error: Exception) -> Exception:
        """An error of the core as the one of the library with the same name."""
        kind = next(kind for kind in type(error).__mro__ if hasattr(self.http, kind.__name__))
        found: Exception = getattr(self.http, kind.__name__)(str(error))
        return found

    def made(self, ours: type, *theirs: str) -> Any:
        """A class of ours that is also one of theirs."""
        if ours not in self._made:
            self._made[ours] = type(ours.__name__, (ours, *(getattr(self.http, name) for name in theirs)), {})
        return self._made[ours]


@functools.cache
def kit(name: str) -> Kit:
    """The library of that name, which is loaded. Raises `ImportError` without it."""
    from importlib import import_module

    return Kit(import_module(name), import_module(CORES[name]))


def library_of(client: object, is_async: bool) -> ModuleType | None:
    """The library whose client of that colour this is, None for what is not one: told by its shape, so that nothing is
    imported for it."""
    return sys.modules.get(library_name(client, "AsyncClient" if is_async else "Client", ""))


def library_name(thing: object, base: str, otherwise: str = "httpx") -> str:
    """The name of the library that has the base class of that name among those of a thing."""
    for kind in type(thing).__mro__:
        name = kind.__module__.partition(".")[0]
        module = sys.modules.get(name)
        if kind is getattr(module, base, None) and all(hasattr(module, each) for each in _SHAPE):
            return name
    return otherwise
