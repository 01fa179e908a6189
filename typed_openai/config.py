"""One frozen `Config` per client: where each setting comes from, and what it may be.

A setting is looked up in this order: the argument, `configure(...)`, the environment, the default. `None` as an
argument means *inherit*, `False` means *none, whatever is configured elsewhere*.

Base URL rule: when the path of `base_url` has a version segment (`v1`, `v2`, `v1beta`, ...) it is used as it is, else
`/v1` is appended; a trailing slash makes no difference. `https://api.groq.com/openai` becomes `.../openai/v1`,
`https://host/v1beta/openai/` stays. `api_version=False` appends nothing, `api_version="v2"` appends that.

Weak spot: settings are read from the environment when a client is made; later changes of it are not seen.
"""

from __future__ import annotations

import difflib
import ipaddress
import logging
import os
import re
import sys
import threading
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, TypedDict, Unpack
from urllib.parse import urlsplit

from typed_openai.errors import ConfigurationError

if TYPE_CHECKING:
    from typed_openai.core.retry import RetryEvent
    from typed_openai.core.transport import HTTPXAsyncClient, HTTPXClient

logger = logging.getLogger("typed_openai")

Validation: TypeAlias = Literal["strict", "warn", "off"]
APIKey: TypeAlias = "str | Callable[[], str] | Callable[[], Awaitable[str]]"


class TimeoutLike(Protocol):
    """Anything with `as_dict()` giving connect, read, write and pool seconds: an `httpx.Timeout`."""

    def as_dict(self) -> dict[str, float | None]: ...


class Settings(TypedDict, total=False):
    """The keyword arguments of `configure` and (with `http_client`) of both clients."""

    api_key: APIKey | Literal[False] | None
    """The key, or a function that returns it (async allowed for `AsyncOpenAI`), asked before every attempt.
    Environment: `OPENAI_API_KEY`."""
    organization: str | Literal[False] | None
    """Sent as `OpenAI-Organization`. Environment: `OPENAI_ORG_ID`."""
    project: str | Literal[False] | None
    """Sent as `OpenAI-Project`. Environment: `OPENAI_PROJECT_ID`."""
    base_url: str | None
    """Where the server is, with or without `/v1`. Environment: `OPENAI_BASE_URL`. Default: `https://api.openai.com`."""
    api_version: str | Literal[False] | None
    """The version segment appended when `base_url` has none; default `v1`; `False` appends nothing."""
    timeout: float | TimeoutLike | Literal[False] | None
    """Seconds for each network operation of an attempt, or an `httpx.Timeout`; default 120; `False`: no limit."""
    deadline: float | Literal[False] | None
    """Seconds for the whole call: attempts, back-off, reading. Default: none."""
    idle_timeout: float | Literal[False] | None
    """Seconds a stream may go without a data event; keep-alive comments do not count. Default 120."""
    max_retries: int | None
    """How often a failed request is tried again; default 2."""
    default_headers: Mapping[str, str] | None
    """Sent with every request; they override what the client would send."""
    default_query: Mapping[str, object] | None
    """Added to the query of every request."""
    validation: Validation | None
    """`strict` (default) refuses wrong parameters, `warn` logs and sends them as given, `off` does not look."""
    strict_responses: bool | None
    """True raises `ResponseValidationError` for an answer that deviates, instead of recording `issues`."""
    log_errors: bool | None
    """True logs every error of a call (logger `typed_openai`, secrets redacted); default False."""
    on_retry: Callable[[RetryEvent], object] | Literal[False] | None
    """Called before each wait for another attempt; async allowed for `AsyncOpenAI`."""


class ClientSettings(Settings, total=False):
    """What `OpenAI(...)` takes."""

    http_client: HTTPXClient | None
    """Your own `httpx.Client`: its headers, cookies, hooks, proxies and auth are honoured; closing it is yours."""


class AsyncClientSettings(Settings, total=False):
    """What `AsyncOpenAI(...)` takes."""

    http_client: HTTPXAsyncClient | None
    """Your own `httpx.AsyncClient`: its headers, cookies, hooks, proxies and auth are honoured; closing it is yours."""


DEFAULT_BASE_URL = "https://api.openai.com/v1"
_VERSION_SEGMENT = re.compile(r"v\d+((alpha|beta)\d*)?", re.IGNORECASE)
_SECRET_HEADER = re.compile(r"auth|key|token|secret|cookie|password|credential", re.IGNORECASE)
_ENVIRONMENT = {
    "api_key": "OPENAI_API_KEY",
    "organization": "OPENAI_ORG_ID",
    "project": "OPENAI_PROJECT_ID",
    "base_url": "OPENAI_BASE_URL",
}
_BUILT_IN: dict[str, Any] = {
    "base_url": DEFAULT_BASE_URL,
    "api_version": "v1",
    "timeout": 120.0,
    "idle_timeout": 120.0,
    "max_retries": 2,
    "validation": "strict",
    "strict_responses": False,
    "log_errors": False,
}


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Config:
    """Everything a client was told, resolved; `None` means *none*. Its repr shows no secret."""

    api_key: APIKey | None = None
    organization: str | None = None
    project: str | None = None
    base_url: str = DEFAULT_BASE_URL
    api_version: str | None = "v1"
    timeout: float | TimeoutLike | None = 120.0
    deadline: float | None = None
    idle_timeout: float | None = 120.0
    max_retries: int = 2
    default_headers: Mapping[str, str] = field(default_factory=dict)
    default_query: Mapping[str, object] = field(default_factory=dict)
    validation: Validation = "strict"
    strict_responses: bool = False
    log_errors: bool = False
    on_retry: Callable[[RetryEvent], object] | None = None
    http_client: Any = None

    @classmethod
    def resolve(cls, arguments: Mapping[str, Any]) -> Config:
        """Argument, then `configure`, then environment, then default; unknown names are refused."""
        _refuse_unknown(arguments, "OpenAI")
        with _lock:
            configured = dict(_configured)
        values: dict[str, Any] = {}
        for name in _NAMES:
            value = _first(arguments.get(name), configured.get(name), _from_environment(name), _BUILT_IN.get(name))
            if name in ("default_headers", "default_query"):
                value = {**(configured.get(name) or {}), **(arguments.get(name) or {})}
            if value is not None and (value is not False or name in _BOOLEANS):
                values[name] = value
            elif name in _BUILT_IN or value is False:
                values[name] = None
        config = cls(**values)
        config.check()
        return replace(config, base_url=versioned(config.base_url, config.api_version))

    def changed(self, arguments: Mapping[str, Any]) -> Config:
        """A copy for `with_options`: `None` keeps what is here, `False` switches off."""
        _refuse_unknown(arguments, "with_options")
        given: dict[str, Any] = {
            name: (None if value is False and name not in _BOOLEANS else value)
            for name, value in arguments.items()
            if value is not None
        }
        for name in ("default_headers", "default_query"):
            if name in given:
                given[name] = {**getattr(self, name), **(given[name] or {})}
        config = replace(self, **given)
        config.check()
        if "base_url" in given or "api_version" in given:
            config = replace(config, base_url=versioned(config.base_url, config.api_version))
        return config

    def check(self) -> None:
        """Refuse settings that could only fail later and elsewhere."""
        url = urlsplit(str(self.base_url))
        if url.scheme not in ("http", "https") or not url.hostname:
            raise ConfigurationError(
                f"base_url must be like https://host or https://host/v1, got {redact_url(str(self.base_url))!r}"
            )
        if url.username or url.password:
            raise ConfigurationError(
                "base_url must not contain a user name or password: pass api_key or default_headers"
            )
        if url.query or url.fragment:
            raise ConfigurationError("base_url must not contain a query or fragment: pass default_query=...")
        if self.validation not in ("strict", "warn", "off"):
            raise ConfigurationError(f'validation must be "strict", "warn" or "off", got {self.validation!r}')
        if type(self.max_retries) is not int or self.max_retries < 0:
            raise ConfigurationError(f"max_retries must be a whole number from 0, got {self.max_retries!r}")
        for name in ("timeout", "deadline", "idle_timeout"):
            _check_seconds(name, getattr(self, name))
        for name in ("api_key", "organization", "project"):
            value = getattr(self, name)
            if isinstance(value, str):
                check_header(name, value)
        for name, value in self.default_headers.items():
            check_header(f"default_headers[{name!r}]", value)

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or ""

    @property
    def is_local(self) -> bool:
        """Whether the server is on this machine, where no key is needed."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def is_openai(self) -> bool:
        """Whether the server is known to support what OpenAI's own does (base64 vectors, usage in streams)."""
        return self.host.endswith((".openai.com", ".openai.azure.com"))

    @property
    def secrets(self) -> list[str]:
        """The texts that must appear in no log, repr or exception."""
        found = [self.api_key] if isinstance(self.api_key, str) and self.api_key else []
        found += [value for name, value in self.default_headers.items() if _SECRET_HEADER.search(name)]
        return [piece for text in found for piece in {text, text.removeprefix("Bearer ")} if len(piece) > 3]

    def __repr__(self) -> str:
        shown = {item.name: getattr(self, item.name) for item in fields(self)}
        if self.api_key is not None:
            shown["api_key"] = "[REDACTED]"
        shown["default_headers"] = {
            name: "[REDACTED]" if _SECRET_HEADER.search(name) else value for name, value in self.default_headers.items()
        }
        return f"Config({', '.join(f'{name}={value!r}' for name, value in shown.items())})"


_NAMES = tuple(item.name for item in fields(Config))
_BOOLEANS = ("strict_responses", "log_errors")
_configured: dict[str, Any] = {}
_lock = threading.Lock()


def configure(**settings: Unpack[Settings]) -> None:
    """Set defaults for clients made later; called again, it changes the settings that it names.

    A setting given as `None` is forgotten again. Clients that exist already are not touched. Thread-safe.
    """
    _refuse_unknown(settings, "configure")
    given = dict(settings)
    with _lock:
        for name, value in given.items():
            if value is None:
                _configured.pop(name, None)
            else:
                _configured[name] = value


def versioned(base_url: str, api_version: str | None) -> str:
    """Apply the base URL rule; the result has no trailing slash."""
    base = base_url.rstrip("/")
    segments = urlsplit(base).path.split("/")
    if not api_version or any(_VERSION_SEGMENT.fullmatch(segment) for segment in segments):
        return base
    return f"{base}/{api_version.strip('/')}"


def redact_url(url: str) -> str:
    """A URL without user name, password and query."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host}{port}{parts.path}" if parts.scheme and host else url.rpartition("@")[2]


def check_header(name: str, value: object) -> None:
    """Refuse a header value that could not be sent, without showing it."""
    if not isinstance(value, str):
        raise ConfigurationError(f"{name} must be a string, got {type(value).__name__}")
    if not value.isascii() or any(ord(letter) < 32 and letter != "\t" for letter in value):
        raise ConfigurationError(
            f"{name} contains characters that no HTTP header can carry (a line break, a curly quote?)"
        )
    if value != value.strip():
        raise ConfigurationError(f"{name} begins or ends with white space: strip it")


def set_up_logging() -> None:
    """Honour `OPENAI_LOG` (`debug`, `info`, `warning`, `error`): level of the package's logger, printed to stderr."""
    wanted = os.environ.get("OPENAI_LOG", "").strip().upper()
    if wanted not in ("DEBUG", "INFO", "WARNING", "ERROR") or logger.level:
        return
    logger.setLevel(wanted)
    if not logger.hasHandlers():
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("[%(asctime)s %(name)s %(levelname)s] %(message)s"))
        logger.addHandler(handler)


def _first(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def _from_environment(name: str) -> str | None:
    variable = _ENVIRONMENT.get(name)
    return (os.environ.get(variable, "").strip() or None) if variable else None


def _refuse_unknown(arguments: Mapping[str, Any], where: str) -> None:
    for name in arguments:
        if name not in _NAMES:
            close = difflib.get_close_matches(name, _NAMES, 1)
            hint = f": did you mean {close[0]!r}?" if close else f"; it takes {', '.join(_NAMES)}"
            raise TypeError(f"{where}() has no setting {name!r}{hint}")


def _check_seconds(name: str, value: object) -> None:
    if value is None or (name == "timeout" and hasattr(value, "as_dict")):
        return
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        raise ConfigurationError(f"{name} must be a number of seconds above 0 (or False for none), got {value!r}")
