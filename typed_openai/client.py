"""`OpenAI` and `AsyncOpenAI`: a configuration, a driver, and the tree of resources.

Both take the settings of `config.Settings` as keyword arguments and read the rest from `configure(...)` and the
environment. A client may be shared by threads; an async one also by several event loops; both survive a fork. Nothing
is connected or loaded before the first request.

Weak spot: `with_options` shares the connection pool, so closing one of two such clients closes it for both.
"""

from __future__ import annotations

import platform
import time
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, Unpack

from typed_openai.config import AsyncClientSettings, ClientSettings, Config, check_header, set_up_logging
from typed_openai.errors import MissingAPIKeyError
from typed_openai.resources import AsyncResources, Resources

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typed_openai.core.drivers import AsyncDriver, SyncDriver
    from typed_openai.core.endpoint import Endpoint
    from typed_openai.core.request import HeaderItems

__version__ = "0.1.0"


class BaseClient:
    """What both colours share: configuration, headers, and what a request needs from its client."""

    is_async = False
    driver: Any

    def __init__(self, settings: Mapping[str, Any]) -> None:
        set_up_logging()
        self._set_up(Config.resolve(settings), {})
        own = self.config.http_client
        if own is not None and not settings.get("api_key"):
            from typed_openai.core.transport import has_own_credentials

            if has_own_credentials(own):
                self._set_up(self.config.changed({"api_key": False}), {})

    def _set_up(self, config: Config, added: Mapping[str, str]) -> None:
        self.config = config
        self._added = dict(added)
        self._headers: dict[tuple[bool, bool, object], HeaderItems] = {}
        self.secrets = config.secrets

    def _changed(self, settings: Mapping[str, Any]) -> Self:
        other = type(self).__new__(type(self))
        other._set_up(self.config.changed(settings), self._added)
        if settings.get("http_client") is None:
            other.driver = self.driver
        return other

    def add_headers(self, headers: Mapping[str, str] | None = None, /, **more: str) -> None:
        """Send these headers from now on, with every request of every resource of this client."""
        for name, value in {**(headers or {}), **more}.items():
            check_header(name, value)
            self._added[name] = value
        self._headers = {}
        self.secrets = self.config.changed({"default_headers": self._added}).secrets

    def url(self, path: str) -> str:
        return self.config.base_url + path

    def headers_for(self, endpoint: Endpoint, streams: bool) -> HeaderItems:
        """The headers of a request, built once for each kind of request."""
        key = (endpoint.method == "POST" and not endpoint.multipart, streams, endpoint if endpoint.headers else None)
        found = self._headers.get(key)
        if found is None:
            found = self._headers[key] = tuple(self._build_headers(*key[:2], endpoint.headers or {}).items())
        return found

    def _build_headers(self, has_json: bool, streams: bool, own: Mapping[str, str]) -> dict[str, str]:
        from typed_openai.core.transport import VERSION

        config = self.config
        headers = {
            "accept": "text/event-stream" if streams else "application/json",
            "accept-encoding": "gzip, deflate",
            "user-agent": f"typed-openai/{__version__} python/{platform.python_version()} {VERSION}",
        }
        if has_json:
            headers["content-type"] = "application/json"
        if isinstance(config.api_key, str) and config.api_key:
            headers["authorization"] = f"Bearer {config.api_key}"
        if config.organization:
            headers["openai-organization"] = config.organization
        if config.project:
            headers["openai-project"] = config.project
        headers.update(own)
        for name, value in (*config.default_headers.items(), *self._added.items()):
            headers[name.lower()] = value
        return headers

    def require_key(self, headers: Mapping[str, object]) -> None:
        """Raise when the server surely wants a key and there is none; `headers` are those of this call."""
        config = self.config
        if config.api_key or config.is_local or config.http_client is not None:
            return
        named = {name.lower() for name in (*headers, *config.default_headers, *self._added)}
        if named.isdisjoint(("authorization", "api-key", "x-api-key")):
            raise MissingAPIKeyError(
                f"no API key for {config.host}: set the environment variable OPENAI_API_KEY or pass api_key=... "
                "(servers on localhost need none)"
            )

    @staticmethod
    def deadline_in(seconds: float) -> float:
        return time.monotonic() + seconds

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.config.base_url}>"

    def __reduce__(self) -> Any:
        name = type(self).__name__
        raise TypeError(f"{name} holds connections and a key: make one where it is used instead of pickling it")


class OpenAI(BaseClient, Resources):
    """The sync client. Settings are those of `config.ClientSettings`, all optional."""

    def __init__(self, **settings: Unpack[ClientSettings]) -> None:
        super().__init__(settings)

    def with_options(self, **settings: Unpack[ClientSettings]) -> Self:
        """A client with some settings changed, on the same connections: `client.with_options(timeout=5).models.list()`.

        `None` keeps a setting, `False` switches it off; headers and query parameters are merged.
        """
        return self._changed(settings)

    copy = with_options

    @cached_property
    def driver(self) -> SyncDriver:
        from typed_openai.core.drivers import SyncDriver
        from typed_openai.core.transport import SyncPool

        return SyncDriver(SyncPool(self.config.http_client))

    def close(self) -> None:
        """Close the connections; an `http_client` of your own stays open."""
        self.driver.pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class AsyncOpenAI(BaseClient, AsyncResources):
    """The async client (asyncio). Settings are those of `config.AsyncClientSettings`, all optional."""

    is_async = True

    def __init__(self, **settings: Unpack[AsyncClientSettings]) -> None:
        super().__init__(settings)

    def with_options(self, **settings: Unpack[AsyncClientSettings]) -> Self:
        """A client with some settings changed, on the same connections: `client.with_options(timeout=5).models.list()`.

        `None` keeps a setting, `False` switches it off; headers and query parameters are merged.
        """
        return self._changed(settings)

    copy = with_options

    @cached_property
    def driver(self) -> AsyncDriver:
        from typed_openai.core.drivers import AsyncDriver
        from typed_openai.core.transport import AsyncPool

        return AsyncDriver(AsyncPool(self.config.http_client))

    async def close(self) -> None:
        """Close the connections of the running loop and forget the others; your own `http_client` stays open."""
        import asyncio

        await self.driver.pool.close(asyncio.get_running_loop())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()
