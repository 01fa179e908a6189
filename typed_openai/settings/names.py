"""The settings of clients and of single calls, as keyword arguments: names, types and meaning.

What is done with them is in `settings/config.py` and `core/request/params.py`. A function of your own that passes the
options of a call on can be typed with them: `def ask(text: str, **options: Unpack[PostOptions]) -> str`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, TypedDict

from typed_openai.core.setting_types import (
    APIKey,
    APIType,
    ClientCert,
    FilePath,
    TimeoutLike,
    TransportLike,
    TransportName,
    Validation,
)

if TYPE_CHECKING:
    from typed_openai.core.observers import Observer
    from typed_openai.core.run.effects import Middleware
    from typed_openai.core.run.native import HTTPXAsyncClient, HTTPXClient
    from typed_openai.core.run.retry import RetryEvent
    from typed_openai.providers import Provider, ProviderName


class Settings(TypedDict, total=False):
    """The keyword arguments of `configure` and (with `http_client`) of both clients."""

    api_key: APIKey | Literal[False] | None
    """The key, or a function that returns it (async allowed for `AsyncOpenAI`) or what signs requests
    (`typed_openai.identity`), asked before every attempt.
    Environment: `OPENAI_API_KEY`. `False`: this server needs none."""
    admin_api_key: APIKey | Literal[False] | None
    """The key of an administrator of the organization (or a function, as for `api_key`): what is below `client.admin`
    is asked with it, and nothing else. Environment: `OPENAI_ADMIN_KEY`. `False`: this server needs none."""
    organization: str | Literal[False] | None
    """Sent as `OpenAI-Organization`. Environment: `OPENAI_ORG_ID`."""
    project: str | Literal[False] | None
    """Sent as `OpenAI-Project`. Environment: `OPENAI_PROJECT_ID`."""
    base_url: str | None
    """Where the server is, with or without `/v1`. Environment: `OPENAI_BASE_URL`. Default: `https://api.openai.com`."""
    webhook_secret: str | Literal[False] | None
    """What webhooks are signed with (`whsec_...`); never sent. Environment: `OPENAI_WEBHOOK_SECRET`."""
    provider: ProviderName | Provider | Literal[False] | None
    """A server known by name (`"groq"`, see `typed_openai.providers`): its address, key variable and headers."""
    api_type: APIType | None
    """`"azure"`: `base_url` is an Azure OpenAI resource, as for `AzureOpenAI`. Default `"openai"`."""
    api_version: str | Literal[False] | None
    """The version segment appended when `base_url` has none; default `v1`; `False` appends nothing. On Azure: a date
    for the dated API (environment: `OPENAI_API_VERSION`)."""
    timeout: float | TimeoutLike | Literal[False] | None
    """Seconds for each network operation of an attempt, or an `httpx.Timeout`; default 120; `False`: no limit."""
    deadline: float | Literal[False] | None
    """Seconds for the whole call: attempts, back-off, reading. Default: none."""
    idle_timeout: float | Literal[False] | None
    """Seconds a stream may go without a data event; keep-alive comments do not count. Default 120."""
    max_body: int | Literal[False] | None
    """Bytes (unpacked) that are kept of one answer or stream, at most; more is a `BodyTooLargeError` with what came.
    Default 1 GiB, of error bodies 1 MiB; what is taken bit by bit has no bound."""
    max_retries: int | Literal[False] | None
    """How often a failed request is tried again; default 2."""
    default_headers: Mapping[str, str | None] | Literal[False] | None
    """Sent with every request; they override what the client would send, and None (`omit`) leaves a header out.
    Environment: `OPENAI_CUSTOM_HEADERS`, lines of `Name: value`, for OpenAI's own service (or `base_url`) only."""
    default_query: Mapping[str, object] | Literal[False] | None
    """Added to the query of every request."""
    validation: Validation | None
    """`strict` (default) refuses wrong parameters, `warn` logs and sends them as given, `off` does not look."""
    vendor_fields: Sequence[str] | Literal[False] | None
    """Members that are let through at any depth of a request although OpenAI has none such (`cache_control`), and kinds
    of parts (`video_url`); besides those that the preset of the server names."""
    strict_responses: bool | None
    """True raises `ResponseValidationError` for an answer that deviates, instead of recording `issues`."""
    report_unknown: bool | None
    """True counts in `client.unknown` which fields, values and members of unions came that no model knows, and logs
    each once. Environment: `OPENAI_REPORT_UNKNOWN`."""
    log_errors: bool | None
    """True logs every error of a call (logger `typed_openai`, secrets redacted); default False."""
    on_retry: Callable[[RetryEvent], object] | Literal[False] | None
    """Called before each wait for another attempt; async allowed for `AsyncOpenAI`."""
    middleware: Sequence[Middleware] | Literal[False] | None
    """Around each attempt, the first one outermost (see `typed_openai.middleware`); replaces what is configured."""
    observers: Sequence[Observer] | Literal[False] | None
    """What watches operations, from their beginning to their end (see `typed_openai.observers`); replaces what is
    configured."""
    telemetry: bool | None
    """True: spans and metrics of OpenTelemetry for every operation (extra `[otel]`, see `typed_openai.otel`); False:
    none, not even after `typed_openai.otel.instrument()`."""
    transport: TransportName | TransportLike | Literal[False] | None
    """What carries requests: `"httpx"` (the default), `"httpx2"`, `"aiohttp"` (async clients), or a transport of one of
    the first two, which is yours to close. Environment: `OPENAI_TRANSPORT`."""
    client_cert: ClientCert | Literal[False] | None
    """A certificate by which the server knows who asks (mTLS): the path of a PEM file with its key, `(certificate,
    key)`, or `(certificate, key, password)`. Environment: `OPENAI_CLIENT_CERT`, `OPENAI_CLIENT_KEY`,
    `OPENAI_CLIENT_KEY_PASSWORD`."""
    ca_bundle: FilePath | Literal[False] | None
    """Whom to trust, in the place of the certificates that everybody does: a PEM file, or a folder. Environment:
    `OPENAI_CA_BUNDLE`; for every client of this process that has none: `SSL_CERT_FILE`, `SSL_CERT_DIR`."""
    azure_endpoint: str | None
    """Azure only: the resource, such as `https://NAME.openai.azure.com`, or any URL below it that the portal shows.
    Environment: `AZURE_OPENAI_ENDPOINT`."""
    azure_deployment: str | None
    """Azure only: the deployment that all requests go to (dated API only); default: the one that `model` names."""
    azure_ad_token: str | None
    """Azure only: a Microsoft Entra token, in the place of `api_key`. Environment: `AZURE_OPENAI_AD_TOKEN`."""
    azure_ad_token_provider: Callable[[], str] | Callable[[], Awaitable[str]] | None
    """Azure only: a function that returns such a token (async allowed for `AsyncAzureOpenAI`), asked before every
    attempt."""


class ClientSettings(Settings, total=False):
    """What `OpenAI(...)` takes."""

    http_client: HTTPXClient | None
    """Your own `httpx.Client`: its headers, cookies, hooks, proxies, auth and timeout (where you pass no other)
    are honoured; closing it is yours."""


class AsyncClientSettings(Settings, total=False):
    """What `AsyncOpenAI(...)` takes."""

    http_client: HTTPXAsyncClient | None
    """Your own `httpx.AsyncClient`: its headers, cookies, hooks, proxies, auth and timeout (where you pass no other)
    are honoured; closing it is yours."""


class Replacements(TypedDict, total=False):
    """What `with_options` takes besides settings."""

    set_default_headers: Mapping[str, str | None] | None
    """Takes the place of all `default_headers`, which are merged otherwise."""
    set_default_query: Mapping[str, object] | None
    """Takes the place of all of `default_query`, which is merged otherwise."""


class ClientChanges(ClientSettings, Replacements, total=False):
    """What `OpenAI.with_options(...)` takes."""


class AsyncClientChanges(AsyncClientSettings, Replacements, total=False):
    """What `AsyncOpenAI.with_options(...)` takes."""


SETTING_NAMES = tuple(ClientSettings.__annotations__)
"""What settings are called."""
