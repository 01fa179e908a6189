"""Which transport a client has: what `transport=` may be, and what connections it makes.

Looked up like every setting: the argument, `configure(transport=...)`, `OPENAI_TRANSPORT`, and then httpx. What is said
for all clients and is of the other colour (aiohttp is async) leaves the sync ones with httpx; said to a sync client it
is refused. Nothing is switched on because a package is installed: mocks of httpx would be passed by.

The default stays httpx until it has a security fault that is not mended within a month, or until the mocks of its
ecosystem (respx, vcrpy, pytest-httpx) all know httpx2; then it changes with a new minor version, and not before.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from typed_openai.core.value_kinds import kind_of
from typed_openai.errors import ConfigurationError

VARIABLE = "OPENAI_TRANSPORT"
NAMES = ("httpx", "httpx2", "aiohttp")
ASYNC_ONLY = "aiohttp"
ACCEPTED = f"{', '.join(map(repr, NAMES[:-1]))} or {NAMES[-1]!r}, or a transport of httpx"
OF_CONNECTIONS = ("http_client", "transport", "client_cert", "ca_bundle")
"""Settings of which connections are made: a client with others of them has connections of its own."""


def check_transport(value: object) -> None:
    """Refuse what carries no requests."""
    if value is None or (isinstance(value, str) and value in NAMES):
        return
    carries = hasattr(value, "handle_request") or hasattr(value, "handle_async_request")
    if isinstance(value, str | type) or not carries:
        raise ConfigurationError(f"transport must be {ACCEPTED}, got {_shown(value)}")


def _shown(value: object) -> str:
    return repr(value) if isinstance(value, str) else f"{kind_of(value)}{_hint(value)}"


def _hint(value: object) -> str:
    return ": a client is given as http_client=..." if hasattr(value, "build_request") else ""


def chosen(value: Any, is_async: bool, is_own: bool = True) -> Any:
    """The name of a transport, or a transport; `is_own`: somebody said it of this client alone."""
    if value is None:
        value, is_own = os.environ.get(VARIABLE, "").strip() or "httpx", False
        if value not in NAMES:
            raise ConfigurationError(f"{VARIABLE} must be one of {', '.join(NAMES)}, got {value!r}")
    colour = "handle_async_request" if is_async else "handle_request"
    fits = (is_async or value != ASYNC_ONLY) if isinstance(value, str) else hasattr(value, colour)
    if fits:
        return value
    if not is_own:
        return "httpx"
    if isinstance(value, str):
        raise ConfigurationError(f"transport={value!r} is async: use AsyncOpenAI, or 'httpx' or 'httpx2'")
    other = "OpenAI" if is_async else "AsyncOpenAI"
    raise ConfigurationError(f"transport={type(value).__name__} has no {colour}: it is for {other}")


def refuse_another(settings: Mapping[str, Any], http_client: object, transport: object) -> None:
    """Refuse settings of connections that are said of those which somebody else makes."""
    if settings.get("http_client") and settings.get("transport"):
        raise ConfigurationError("http_client and transport were given: an http_client has its own transport")
    given = [name for name in ("client_cert", "ca_bundle") if settings.get(name)]
    if given and (http_client is not None or not isinstance(transport, str)):
        what = "an http_client" if http_client is not None else "a transport"
        raise ConfigurationError(
            f"{' and '.join(given)}: {what} of your own has certificates of its own: "
            f"DefaultHttpxClient({given[0]}=...), or httpx.Client(verify=an ssl.SSLContext)"
        )
