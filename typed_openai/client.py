"""`OpenAI` and `AsyncOpenAI`: a configuration, a driver, and the tree of resources.

Both take the settings of `settings.Settings` as keyword arguments and read the rest from `configure(...)` and the
environment. A client may be shared by threads; an async one also by several event loops; both survive a fork. Nothing
is connected or loaded before the first request.

Weak spot: `with_options` shares the connection pool, so closing one of two such clients closes it for both.
"""

from __future__ import annotations

import sys
from dataclasses import fields
from functools import cached_property, partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Literal, Never, Self, TypeVar, Unpack, overload

from typed_openai.core.declare.members import Members
from typed_openai.core.known_secrets import Secrets
from typed_openai.core.redact import is_secret, redact_url, secrets_in
from typed_openai.core.request.headers import check_headers
from typed_openai.core.run.transports import OF_CONNECTIONS, chosen, refuse_another
from typed_openai.core.setting_types import CREDENTIALS
from typed_openai.errors import ConfigurationError, MissingAPIKeyError
from typed_openai.resources import AsyncResources, Resources
from typed_openai.settings.config import Config, set_up_logging, versioned
from typed_openai.settings.shown import ShownDoc, ShownSettings
from typed_openai.undeclared import AsyncUndeclared, Undeclared

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping
    from os import PathLike

    from typed_openai.bulk.map import AnyIterable, MapOptions
    from typed_openai.bulk.map_results import AsyncMapResults, MapResults
    from typed_openai.bulk.options import BulkOptions, BulkSource
    from typed_openai.bulk.report import BulkReport
    from typed_openai.core.answer.unknown_report import UnknownReport
    from typed_openai.core.caller import Declared
    from typed_openai.core.observers import Observer
    from typed_openai.core.run.drivers import AsyncDriver, SyncDriver
    from typed_openai.core.run.effects import HeaderItems, Request
    from typed_openai.core.setting_types import APIKey, Credential, TimeoutLike
    from typed_openai.models.base import AnsweredBy, Params, Result
    from typed_openai.settings.names import AsyncClientChanges, AsyncClientSettings, ClientChanges, ClientSettings

T = TypeVar("T")
A = TypeVar("A", bound="Result")
__version__ = "0.1.0"


def _where_keys_come_from(config: Config, admin: bool) -> str:
    if admin:
        given = "set the environment variable OPENAI_ADMIN_KEY or pass admin_api_key=..."
        if config.api_type == "azure" or config.provider is not None:
            given = "pass admin_api_key=... (OPENAI_ADMIN_KEY is read for OpenAI's own service)"
        return f"{given}; api_key is never sent in its place"
    if config.api_type == "azure":
        return (
            "set the environment variable AZURE_OPENAI_API_KEY (or AZURE_OPENAI_AD_TOKEN), or pass api_key=..., "
            "azure_ad_token=... or azure_ad_token_provider=..."
        )
    variables = "OPENAI_API_KEY" if config.provider is None else config.provider.variables
    return f"{f'set the environment variable {variables} or ' if variables else ''}pass api_key=..."


def _watching(config: Config) -> tuple[Observer, ...]:
    """What watches the operations of a client. Raises `ConfigurationError` where telemetry is wanted and what it needs
    is not installed."""
    found = config.observers
    if config.log_errors:
        from typed_openai.core.run.observing import ErrorLog

        found = (*found, ErrorLog())
    if config.telemetry:
        from typed_openai.otel import observer

        found = (*found, observer())
    return found


def _origin(config: Config) -> str:
    """What the message of a 404 says about its URL."""
    if config.azure is not None:
        return config.azure.origin
    if config.host.endswith(".azure.com") and not any(part in config.base_url for part in ("/openai/", "/models")):
        return "this is an Azure resource: use AzureOpenAI(azure_endpoint=...), or its URL with /openai/v1"
    where = "check the model or id, and the URL"
    if config.appended:
        given = redact_url(config.base_url.removesuffix(config.appended))
        return f"{where}: {config.appended} was appended to base_url {given} (api_version=False leaves it as it is)"
    if versioned(config.base_url, config.api_version, chosen=True) != config.base_url:
        return f"{where}: nothing was appended to base_url (api_version={config.api_version!r} is when you give it)"
    return ""


class _Setting(Generic[T]):
    """A setting, to be read from a client. It cannot be set there: a client may be in use elsewhere, and what was built
    from its settings would not follow."""

    def __set_name__(self, owner: type[BaseClient], name: str) -> None:
        self._name = name

    def __get__(self, client: BaseClient, owner: type[BaseClient]) -> T:
        value: T = getattr(client.config, self._name)
        return value

    def __set__(self, client: BaseClient, value: Never) -> None:
        raise AttributeError(
            f"{self._name} is not set on a client: client.with_options({self._name}=...) gives one that has it"
        )


class BaseClient(Members):
    """What both colours share: configuration, headers, and what a request needs from its client."""

    is_async = False
    driver: Any
    api_key: _Setting[APIKey | Literal[False] | None] = _Setting()
    admin_api_key: _Setting[APIKey | Literal[False] | None] = _Setting()
    organization: _Setting[str | None] = _Setting()
    project: _Setting[str | None] = _Setting()
    base_url: _Setting[str] = _Setting()
    """The root of all URLs of this client, without a slash at its end."""
    timeout: _Setting[float | TimeoutLike | None] = _Setting()
    max_retries: _Setting[int] = _Setting()
    default_headers: _Setting[Mapping[str, str | None]] = _Setting()
    default_query: _Setting[Mapping[str, object]] = _Setting()
    webhook_secret: _Setting[str | None] = _Setting()

    def __init__(self, settings: Mapping[str, Any]) -> None:
        set_up_logging()
        self._set_up(Config.resolve(settings), {}, settings)

    def _set_up(self, config: Config, added: Mapping[str, str], settings: Mapping[str, Any]) -> None:
        if settings.get("http_client"):
            from typed_openai.core.run.transport import authenticates

            if authenticates(config.http_client, self.is_async) and not any(map(settings.get, CREDENTIALS)):
                config = config.changed({"api_key": False})
        self.observers: tuple[Observer, ...] = _watching(config)
        self._transport = chosen(config.transport, self.is_async, bool(settings.get("transport")))
        refuse_another(settings, config.http_client, self._transport)
        if config.api_type == "azure" and config.azure is None:
            raise ConfigurationError("no Azure resource: pass azure_endpoint=... or set AZURE_OPENAI_ENDPOINT")
        self.config: Config = config
        self.credential: Credential = config.credential
        self._admin_credential = config.admin_credential
        if self.is_async:
            self.credential = self.credential.for_async()
            self._admin_credential = self._admin_credential.for_async()
        self._proofs = ("authorization", "api-key") if config.api_type == "azure" else ("authorization",)
        self._proofs_are_ours = config.default_headers.keys().isdisjoint(self._proofs)
        self._origin = _origin(config)
        self._prices = None if config.provider is None else config.provider.prices or None
        self._added: dict[str, str] = {}
        self.add_headers(added)

    def changed(self, settings: Mapping[str, Any]) -> Self:
        """What `with_options` gives."""
        other = type(self).__new__(type(self))
        config, added = self.config.changed(settings), self._added
        if config.server != self.config.server:
            added = {name: value for name, value in added.items() if not is_secret(name)}
        other._set_up(config, added, settings)
        certified = config.client_cert == self.config.client_cert  # another server is not shown that of this one
        if certified and all(settings.get(name) is None for name in OF_CONNECTIONS):
            other.driver = self.driver
        return other

    def add_headers(self, headers: Mapping[str, str] | None = None, /, **more: str) -> None:
        """Send these headers from now on, with every request of every resource of this client.

        Clients that `with_options` makes of it afterwards send them too; those that it made before do not.
        """
        self._added |= check_headers("headers", {**(headers or {}), **more})
        self._headers: dict[tuple[bool, bool, object], HeaderItems] = {}
        self.secrets = Secrets([*self.config.secrets, *secrets_in(self._added)])

    def url(self, path: str, title: str, method: str, params: object) -> str:
        """The URL of an operation; on Azure it may depend on the parameters."""
        azure = self.config.azure
        if azure is not None:
            path = azure.path(title, method, path, params)
        return self.config.base_url + path

    def headers_for(self, operation: Declared, streams: bool) -> HeaderItems:
        """The headers of a request, built once for each kind of request."""
        key = (
            operation.method == "POST" and not operation.multipart,
            streams,
            operation if operation.headers or operation.admin else None,
        )
        found = self._headers.get(key)
        if found is None:
            found = self._headers[key] = tuple(self._build_headers(*key[:2], operation).items())
        return found

    def _build_headers(self, has_json: bool, streams: bool, operation: Declared) -> dict[str, str]:
        from typed_openai.core.run.native import VERSION

        config = self.config
        headers = {
            "accept": "text/event-stream" if streams else "application/json",
            "accept-encoding": "gzip, deflate",
            "user-agent": f"typed-openai/{__version__} python/{'.'.join(map(str, sys.version_info[:3]))} {VERSION}",
        }
        if has_json:
            headers["content-type"] = "application/json"
        given = {**config.default_headers, **self._added}
        name, scheme, value, _ = self._admin_credential if operation.admin else self.credential
        if isinstance(value, str) and value and given.keys().isdisjoint(self._proofs):
            headers[name] = f"{scheme}{value}"
        if config.organization:
            headers["openai-organization"] = config.organization
        if config.project:
            headers["openai-project"] = config.project
        headers.update(operation.headers or {})
        if streams:
            headers["accept"] = "text/event-stream"
        return {name: value for name, value in {**headers, **given}.items() if value is not None}

    def identify(self, request: Request, admin: bool = False) -> None:
        """Let the request say who asks: with the credential of the call, else with that of the client (with `admin`,
        that of its administrator). Raises `MissingAPIKeyError` when the server surely wants one and there is none."""
        credential = self._admin_credential if admin else self.credential
        value = credential.value
        request.administers = admin
        request.origin, request.prices = self._origin, self._prices
        if not request.headers.keys().isdisjoint(self._proofs):
            for name in self._proofs:  # that of this call goes alone
                request.headers.setdefault(name, None)
        elif callable(value) and not any(map(request.has, self._proofs)) and self._proofs_are_ours:
            request.api_key, request.credential = value, credential
        self.require_key(request.headers, admin)

    def require_key(self, headers: Mapping[str, object], admin: bool = False) -> None:
        """Raise when the server surely wants a key (with `admin`, that of an administrator) and there is none;
        `headers` are those of this call."""
        config, value = self.config, (self._admin_credential if admin else self.credential).value
        found = bool(value) or value is False
        if (found and config.provider is None) or config.is_local:
            return
        given = {*headers, *config.default_headers, *self._added, *getattr(config.http_client, "headers", ())}
        if config.provider is not None and (missing := config.provider.missing(given)) is not None:
            raise MissingAPIKeyError(f"{config.provider.name} needs the header {missing}")
        if not found and given.isdisjoint(("authorization", "api-key", "x-api-key")):
            raise MissingAPIKeyError(
                f"no {'admin' if admin else 'API'} key for {config.host}: {_where_keys_come_from(config, admin)} "
                f"({'admin_' * admin}api_key=False for a server that needs none; servers on localhost never do)"
            )

    def maker(self) -> Callable[[], OpenAI]:
        """What makes a sync client that was told the same, in another process too; it pickles, with the key in it."""
        told = {each.name: getattr(self.config, each.name) for each in fields(self.config)}
        return partial(_made, told, dict(self._added))

    def no_such_name(self, owner: Any, name: str) -> AttributeError:
        """The error for a name that this client, or a resource of it, does not have: with what was meant."""
        from typed_openai.shown.wrong_names import missing

        return missing(owner, name)

    def not_callable(self, owner: Any) -> TypeError:
        """The error for a group of operations that was called."""
        from typed_openai.shown.wrong_names import not_callable

        return not_callable(owner)

    @property
    def unknown(self) -> UnknownReport:
        """What came that no model knows (`report_unknown=True`): fields, values and members of unions, counted."""
        from typed_openai.core.answer.unknown_report import OFF

        return OFF if self.config.unknown is None else self.config.unknown

    def is_closed(self) -> bool:
        """Whether its connections were closed, by it or by a client that shares them; then a call raises
        `ConfigurationError`."""
        driver: Any = vars(self).get("driver")  # made by the first call
        given = getattr(self.config.http_client, "is_closed", False)
        return bool(given or (driver is not None and driver.pool.closed))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.config.base_url}>"

    def __reduce__(self) -> Any:
        name = type(self).__name__
        raise TypeError(f"{name} holds connections and a key: make one where it is used instead of pickling it")


def _made(told: Mapping[str, Any], headers: Mapping[str, str]) -> OpenAI:
    client = OpenAI.__new__(OpenAI)
    client._set_up(Config(**told), headers, {})
    return client


class OpenAI(BaseClient, Undeclared, Resources):
    """The sync client. Settings are those of `settings.ClientSettings`, all optional."""

    if not TYPE_CHECKING:
        __signature__ = ShownSettings()
        __doc__ = ShownDoc(__doc__)

    def __init__(self, **settings: Unpack[ClientSettings]) -> None:
        super().__init__(settings)

    def with_options(self, **settings: Unpack[ClientChanges]) -> Self:
        """A client with some settings changed, on the same connections: `client.with_options(timeout=5).models.list()`.

        `None` keeps a setting, `False` switches it off; headers and query parameters are merged, those given as
        `set_default_headers` and `set_default_query` replace what was there. Headers that are added to this client
        later (`add_headers`) do not reach the new one: it is made of what is known now.
        """
        return self.changed(settings)

    copy = with_options

    @overload
    def map(self, items: Iterable[AnsweredBy[A]], /, **options: Unpack[MapOptions]) -> MapResults[A]: ...
    @overload
    def map(self, items: Iterable[Params], /, **options: Unpack[MapOptions]) -> MapResults[Result]: ...
    @overload
    def map(self, items: Iterable[Callable[[], T]], /, **options: Unpack[MapOptions]) -> MapResults[T]: ...
    def map(self, items: Iterable[Any], /, **options: Unpack[MapOptions]) -> MapResults[Any]:
        """Many requests at once: a `MapResult` for each params object or function (options and rules: `bulk/map.py`).

        At most `concurrency=8` run, in step with the rate limits; `ordered=False` gives them as they are completed.
        With `checkpoint=path` what was answered is not asked again by the next job. Raises `ConfigurationError` for an
        option that makes no sense and a checkpoint that cannot be used; what goes wrong later is on the items.
        """
        from typed_openai.bulk.map import Job
        from typed_openai.bulk.map_results import MapResults
        from typed_openai.core.run.crowd import in_threads

        job = Job(self, items, options)
        return MapResults(in_threads(job), job)

    def bulk(self, source: BulkSource, out: str | PathLike[str], /, **options: Unpack[BulkOptions]) -> BulkReport:
        """Ask all requests of a file and write the answers to another: `client.bulk("in.jsonl", "out.jsonl")`.

        Lines in and out have the format of the Batch service. `source` is a .jsonl file of requests, rows (.csv,
        .tsv, .parquet, a table) with a `template`, or an iterable of params objects; options and their defaults:
        `bulk/options.py`. What `out` answers already is not asked again, so a job that was killed goes on. Failures of
        requests are counted, not raised. Raises `ConfigurationError` for files and options that make no sense,
        `RequestValidationError` with every fault of the lines, before anything is sent.
        """
        from typed_openai.bulk.run import run

        return run(self, source, out, options)

    @cached_property
    def driver(self) -> SyncDriver:
        from typed_openai.core.run.drivers import SyncDriver
        from typed_openai.core.run.pools import SyncPool

        return SyncDriver(SyncPool(self.config.http_client, self._transport, self.config.tls()))

    def close(self) -> None:
        """Close the connections; an `http_client` of your own stays open."""
        self.driver.pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class AsyncOpenAI(BaseClient, AsyncUndeclared, AsyncResources):
    """The async client (asyncio). Settings are those of `settings.AsyncClientSettings`, all optional."""

    if not TYPE_CHECKING:
        __signature__ = ShownSettings()
        __doc__ = ShownDoc(__doc__)

    is_async = True

    def __init__(self, **settings: Unpack[AsyncClientSettings]) -> None:
        super().__init__(settings)

    def with_options(self, **settings: Unpack[AsyncClientChanges]) -> Self:
        """A client with some settings changed, on the same connections: `client.with_options(timeout=5).models.list()`.

        `None` keeps a setting, `False` switches it off; headers and query parameters are merged, those given as
        `set_default_headers` and `set_default_query` replace what was there. Headers that are added to this client
        later (`add_headers`) do not reach the new one: it is made of what is known now.
        """
        return self.changed(settings)

    copy = with_options

    @overload
    def map(self, items: AnyIterable[AnsweredBy[A]], /, **options: Unpack[MapOptions]) -> AsyncMapResults[A]: ...
    @overload
    def map(self, items: AnyIterable[Params], /, **options: Unpack[MapOptions]) -> AsyncMapResults[Result]: ...
    @overload
    def map(
        self, items: AnyIterable[Callable[[], Awaitable[T]]], /, **options: Unpack[MapOptions]
    ) -> AsyncMapResults[T]: ...
    def map(self, items: AnyIterable[Any], /, **options: Unpack[MapOptions]) -> AsyncMapResults[Any]:
        """Many requests at once: a `MapResult` for each params object or function (options and rules: `bulk/map.py`).

        At most `concurrency=8` run, in step with the rate limits; `ordered=False` gives them as they are completed.
        With `checkpoint=path` what was answered is not asked again by the next job. Raises `ConfigurationError` for an
        option that makes no sense and a checkpoint that cannot be used; what goes wrong later is on the items.
        """
        from typed_openai.bulk.map import Job
        from typed_openai.bulk.map_results import AsyncMapResults
        from typed_openai.core.run.crowd import in_tasks

        job = Job(self, items, options)
        return AsyncMapResults(in_tasks(job), job)

    async def bulk(self, source: BulkSource, out: str | PathLike[str], /, **options: Unpack[BulkOptions]) -> BulkReport:
        """Ask all requests of a file and write the answers to another: `client.bulk("in.jsonl", "out.jsonl")`.

        Lines in and out have the format of the Batch service. `source` is a .jsonl file of requests, rows (.csv,
        .tsv, .parquet, a table) with a `template`, or an iterable of params objects; options and their defaults:
        `bulk/options.py`. What `out` answers already is not asked again, so a job that was killed goes on. Failures of
        requests are counted, not raised. Raises `ConfigurationError` for files and options that make no sense,
        `RequestValidationError` with every fault of the lines, before anything is sent.
        """
        from typed_openai.bulk.run import run_async

        return await run_async(self, source, out, options)

    @cached_property
    def driver(self) -> AsyncDriver:
        from typed_openai.core.run.drivers import AsyncDriver
        from typed_openai.core.run.pools import AsyncPool

        return AsyncDriver(AsyncPool(self.config.http_client, self._transport, self.config.tls()))

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


Client = OpenAI
AsyncClient = AsyncOpenAI
