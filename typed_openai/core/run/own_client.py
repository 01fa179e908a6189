"""A client of the user's own, as our requests go through it: the same, but that it looks for no cookies where none are.

httpx searches every answer for cookies, and makes two objects of urllib for it: a sixth of what a call costs. A view of
the client shares all that it has (its `__dict__`): transport, auth, hooks, headers, cookies, what is changed later.

Rules
* Where an answer says `Set-Cookie` (or `Set-Cookie2`) the cookies of the client look at it, as ever.
* A jar, cookies or a client with ways of their own, which a view would not have, are left alone.

Weak spot: what a subclass compares with `is` is the view, not the client.
"""

from __future__ import annotations

import functools
from http.cookiejar import CookieJar
from typing import Any

_SAID = b"set-cookie"
_NOT_SHARED = frozenset(("__del__", "__slots__", "__init_subclass__"))
"""What a class may have of which a view knows nothing, or with which it would be seen."""


@functools.cache
def _cookies_of(library: Any) -> Any:
    """The cookies of a library, which look at an answer only where it says some."""

    class Cookies(library.Cookies):  # type: ignore[misc]  # the base is known at run time only
        def __init__(self, real: Any) -> None:
            self.jar = real.jar

        def extract_cookies(self, response: Any) -> None:
            for name, _ in response.headers.raw:
                if name[:10].lower() == _SAID:
                    super().extract_cookies(response)
                    return

    return Cookies


@functools.lru_cache(maxsize=64)
def _view_of(kind: Any, library: Any) -> Any:
    """A class whose objects are clients of that kind, with such cookies."""
    made = _cookies_of(library)

    def cookies(client: Any) -> Any:
        real = kind.cookies.fget(client)
        return made(real) if type(real) is library.Cookies and type(real.jar) is CookieJar else real

    own = {"cookies": property(cookies, kind.cookies.fset), "__module__": kind.__module__}
    return type(kind.__name__, (kind,), own)


def view(own: Any, library: Any) -> Any:
    """What our requests are sent with in the place of a client of the user's own: a view of it, or itself."""
    kind: Any = type(own)
    base = library.AsyncClient if hasattr(kind, "aclose") else library.Client
    metaclass = type(kind)
    if not issubclass(kind, base) or metaclass is not type or kind.cookies is not base.cookies:
        return own
    if any(not _NOT_SHARED.isdisjoint(vars(each)) for each in kind.__mro__[:-1]):
        return own
    seen = object.__new__(_view_of(kind, library))
    seen.__dict__ = own.__dict__
    return seen
