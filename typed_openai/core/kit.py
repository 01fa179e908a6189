"""The libraries that connections are made of: httpx, or another of its shape (httpx2), with the core below it.

Classes of ours that have to be of a class of theirs (a transport, a stream) are made here, once for each library. What
another library is asked for and raises is brought home in `abroad.py`.
"""

from __future__ import annotations

import functools
import sys
from types import ModuleType
from typing import Any

import httpx

_SHAPE = ("Request", "Response", "URL", "ByteStream", "Timeout")
"""What a library of the shape of httpx has."""
CORES = {"httpx": "httpcore", "httpx2": "httpcore2"}


class Kit:
    """One library."""

    def __init__(self, http: Any, core: Any) -> None:
        self.http, self.core = http, core
        self.is_home = http is httpx
        """Whether it is the one whose classes the rest of the package knows."""
        self.broken = (http.RemoteProtocolError, http.ReadError, http.WriteError)
        """What a connection that was closed in the meantime ends with."""
        self._made: dict[type, Any] = {}

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
