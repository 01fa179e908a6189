"""HTTP clients of the user's own with the settings that ours have, under the names of the official package.

    OpenAI(http_client=DefaultHttpxClient(proxy="http://proxy:8080"))

    OpenAI(http_client=DefaultHttpxClient(http2=True, client_cert=("client.pem", "client.key")))

What is not given is as in the connections that a client makes itself: time-outs, limits, redirects followed. Without an
`http_client` a client needs none of these.
"""

from __future__ import annotations

from typing import Any

from typed_openai.core.extras import needed
from typed_openai.core.run.native import HTTPXAsyncClient, HTTPXClient, Timeout
from typed_openai.core.run.pools import LIMITS
from typed_openai.errors import ConfigurationError
from typed_openai.settings.config import MAX_RETRIES, TIMEOUT

DEFAULT_MAX_RETRIES = MAX_RETRIES
DEFAULT_TIMEOUT = Timeout(TIMEOUT)
DEFAULT_CONNECTION_LIMITS = LIMITS


def _filled(options: dict[str, Any]) -> dict[str, Any]:
    return {
        "timeout": DEFAULT_TIMEOUT,
        "limits": DEFAULT_CONNECTION_LIMITS,
        "follow_redirects": True,
        **_certified(options),
    }


def _certified(options: dict[str, Any]) -> dict[str, Any]:
    """`client_cert` and `ca_bundle` as httpx takes them. Raises `ConfigurationError` for files that do not load."""
    named = {name: options[name] for name in ("client_cert", "ca_bundle") if options.get(name)}
    rest = {name: value for name, value in options.items() if name not in ("client_cert", "ca_bundle")}
    if not named:
        return rest
    if "verify" in rest or "cert" in rest:
        raise ConfigurationError(f"{next(iter(named))} and httpx's own verify or cert were given: pass one of them")
    from typed_openai.core.run.tls import TLS, check_certificates

    check_certificates(named.get("client_cert"), named.get("ca_bundle"))
    return {**rest, "verify": TLS(**named).own}


class DefaultHttpxClient(HTTPXClient):
    """An `httpx.Client` with our defaults; takes what that takes, and `client_cert` and `ca_bundle`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**_filled(options))


class DefaultAsyncHttpxClient(HTTPXAsyncClient):
    """An `httpx.AsyncClient` with our defaults; takes what that takes, and `client_cert` and `ca_bundle`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**_filled(options))


class DefaultAioHttpClient(DefaultAsyncHttpxClient):
    """The same over aiohttp, which costs far less with many calls in flight. Raises `ConfigurationError` without the
    package `httpx-aiohttp`."""

    def __init__(self, **options: Any) -> None:
        extra = needed("httpx_aiohttp", "DefaultAioHttpClient")
        options = _certified(options)
        super().__init__(**{"transport": extra.AiohttpTransport(verify=options.get("verify", True)), **options})
