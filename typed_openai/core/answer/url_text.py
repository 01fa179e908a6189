"""A URL as text, with the parts of it that an `httpx.URL` tells: what raw answers and errors say was asked.

It is a `str` (logged, compared and pickled as one); its parts are read when somebody asks for them.
"""

from __future__ import annotations

from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit


class URLText(str):
    """The text of a URL; `scheme`, `host`, `port`, `path`, `query`, `params` and `fragment` are its parts."""

    __slots__ = ()

    @property
    def _parts(self) -> SplitResult:
        return urlsplit(str(self))

    @property
    def scheme(self) -> str:
        return self._parts.scheme

    @property
    def host(self) -> str:
        return self._parts.hostname or ""

    @property
    def port(self) -> int | None:
        """The port, None where it is that of the scheme."""
        return self._parts.port

    @property
    def path(self) -> str:
        return unquote(self._parts.path) or "/"

    @property
    def query(self) -> bytes:
        """What stands behind the question mark, as it was sent."""
        return self._parts.query.encode()

    @property
    def params(self) -> dict[str, str]:
        """The parameters in the query; of several with one name the last."""
        return dict(parse_qsl(self._parts.query, keep_blank_values=True))

    @property
    def fragment(self) -> str:
        return self._parts.fragment
