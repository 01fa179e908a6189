"""One frozen `Config` per client: where each setting comes from, and what it may be.

A setting is looked up in this order: the argument, `configure(...)`, the environment, the default. `None` as an
argument means *inherit*, `False` means *none, whatever is configured elsewhere*.

Base URL rule: when the path of `base_url` has a version segment (`v1`, `v2`, `v1beta`, ...) it is used as it is, else
`/v1` is appended; a trailing slash makes no difference. `https://api.groq.com/openai` becomes `.../openai/v1`,
`https://host/v1beta/openai/` stays. `api_version=False` appends nothing, `api_version="v2"` appends that.

Weak spot: settings are read from the environment when a client is made; later changes of it are not seen.
"""

from __future__ import annotations

import ipaddress
import logging
import math
import os
import re
import sys
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, TypedDict, Unpack
from urllib.parse import SplitResult, urlsplit

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
    Environment: `OPENAI_API_KEY`. `False`: this server needs none."""
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
    max_retries: int | Literal[False] | None
    """How often a failed request is tried again; default 2."""
    default_headers: Mapping[str, str] | Literal[False] | None
    """Sent with every request; they override what the client would send."""
    default_query: Mapping[str, object] | Literal[False] | None
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
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_ENVIRONMENT = {
    "api_key": "OPENAI_API_KEY",
    "organization": "OPENAI_ORG_ID",
    "project": "OPENAI_PROJECT_ID",
    "base_url": "OPENAI_BASE_URL",
}
_OFF = {
    "organization": None,
    "project": None,
    "api_version": None,
    "timeout": None,
    "deadline": None,
    "idle_timeout": None,
    "max_retries": 0,
    "on_retry": None,
    "http_client": None,
}
"""What `False` stands for, where it is not a value itself."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Config:
    """Everything a client was told, resolved; `None` means *none*. Its repr shows no secret.

    `api_key` is `False` when the client was told that this server needs none, `None` when nobody told it anything.
    """

    api_key: APIKey | Literal[False] | None = None
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
        _refuse_unknown(arguments, "OpenAI", _NAMES)
        with _lock:
            configured = dict(_configured)
        return cls()._with(_environment(), configured, arguments)

    def changed(self, arguments: Mapping[str, Any]) -> Config:
        """A copy for `with_options`: `None` keeps what is here, `False` switches off."""
        _refuse_unknown(arguments, "with_options", _NAMES)
        return self._with(arguments)

    def _with(self, *layers: Mapping[str, Any]) -> Config:
        """A checked copy with these settings on top, the last ones last; `None` changes nothing."""
        values = {name: getattr(self, name) for name in _NAMES}
        for layer in layers:
            for name, value in layer.items():
                if value is not None:
                    values[name] = _meant(name, value, values[name])
        config = Config(**values)
        config.check()
        if config.base_url == self.base_url and config.api_version == self.api_version:
            return config
        return replace(config, base_url=versioned(config.base_url, config.api_version))

    def check(self) -> None:
        """Refuse settings that could only fail later and elsewhere."""
        url = _http_url(self.base_url)
        if url is None:
            raise ConfigurationError(
                f"base_url must be like https://host or https://host/v1, got {redact_url(self.base_url)!r}"
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
            check_seconds(name, getattr(self, name))
        for name in ("strict_responses", "log_errors"):
            if not isinstance(getattr(self, name), bool):
                raise ConfigurationError(f"{name} must be True or False, got {getattr(self, name)!r}")
        if self.on_retry is not None and not callable(self.on_retry):
            raise ConfigurationError(f"on_retry must be a function, got {type(self.on_retry).__name__}")
        if not callable(self.api_key) and not isinstance(self.api_key, str) and self.api_key not in (None, False):
            raise ConfigurationError(f"api_key must be a string or a function, got {type(self.api_key).__name__}")
        if self.api_version is not None and not isinstance(self.api_version, str):
            raise ConfigurationError(f'api_version must be like "v1" (or False for none), got {self.api_version!r}')
        for name in ("api_key", "organization", "project"):
            value = getattr(self, name)
            if value and not callable(value):
                check_header(name, value)

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or ""

    @property
    def is_local(self) -> bool:
        """Whether the server is on this machine, where no key is needed."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return True
        try:
            address = ipaddress.ip_address(self.host)
        except ValueError:
            return False
        return address.is_loopback or address.is_unspecified

    @property
    def is_openai(self) -> bool:
        """Whether the server is known to support what OpenAI's own does (base64 vectors, usage in streams)."""
        return self.host.endswith((".openai.com", ".openai.azure.com"))

    @property
    def secrets(self) -> list[str]:
        """The texts that must appear in no log, repr or exception."""
        own: Mapping[str, str] = getattr(self.http_client, "headers", None) or {}
        key = {"api-key": self.api_key} if isinstance(self.api_key, str) else {}
        return [*secrets_in(key), *secrets_in(own), *secrets_in(self.default_headers)]

    def __repr__(self) -> str:
        shown = {item.name: getattr(self, item.name) for item in fields(self)}
        if self.api_key:
            shown["api_key"] = "[REDACTED]"
        shown["default_headers"] = {
            name: "[REDACTED]" if _SECRET_HEADER.search(name) else value for name, value in self.default_headers.items()
        }
        return f"Config({', '.join(f'{name}={value!r}' for name, value in shown.items())})"


_NAMES = tuple(item.name for item in fields(Config))
_configured: dict[str, Any] = {}
_lock = threading.Lock()


def configure(**settings: Unpack[Settings]) -> None:
    """Set defaults for clients made later; called again, it changes the settings that it names.

    A setting given as `None` is forgotten again. Clients that exist already are not touched. Thread-safe.
    """
    _refuse_unknown(settings, "configure", [name for name in _NAMES if name != "http_client"])
    with _lock:
        changed = {name: value for name, value in {**_configured, **settings}.items() if value is not None}
        Config().changed(changed)  # refused here rather than by each client
        _configured.clear()
        _configured.update(changed)


def versioned(base_url: str, api_version: str | None) -> str:
    """Apply the base URL rule; the result has no trailing slash."""
    base = base_url.rstrip("/")
    segments = urlsplit(base).path.split("/")
    if not api_version or any(_VERSION_SEGMENT.fullmatch(segment) for segment in segments):
        return base
    return f"{base}/{api_version.strip('/')}"


def redact_url(url: str) -> str:
    """A URL without user name, password and query."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", f":{parts.port}" if parts.port else ""
    except ValueError:
        host, port = "", ""
    if not host or not parts.scheme:
        return url.partition("?")[0].rpartition("@")[2]
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}{parts.path}"


def secrets_in(headers: Mapping[str, str | None]) -> list[str]:
    """The values of headers that may carry a credential, with and without the scheme (`Bearer`) before it."""
    values = [value for name, value in headers.items() if value and _SECRET_HEADER.search(name)]
    return [piece for value in values for piece in {value, value.partition(" ")[2]} if len(piece) > 3]


def check_headers(where: str, headers: object) -> dict[str, str]:
    """A mapping of headers, checked, its names in lower case so that they merge."""
    given = _mapping(where, headers)
    for name, value in given.items():
        check_header_name(name)
        check_header(f"{where}[{name!r}]", value)
    return {name.lower(): value for name, value in given.items()}


def check_header_name(name: object) -> None:
    """Refuse what cannot be the name of a header."""
    if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name):
        raise ConfigurationError(f"{name!r} is no name of a header")


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


def check_seconds(name: str, value: object) -> None:
    """Refuse what cannot be a length of time; `timeout` may also be an `httpx.Timeout`."""
    if value is None or (name == "timeout" and hasattr(value, "as_dict")):
        return
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
        raise ConfigurationError(f"{name} must be a number of seconds above 0 (or False for none), got {value!r}")


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


def _meant(name: str, value: Any, current: Any) -> Any:
    """What a given value stands for, on top of the current one."""
    if name == "default_headers":
        return {} if value is False else {**current, **check_headers(name, value)}
    if name == "default_query":
        return {} if value is False else {**current, **_mapping(name, value)}
    if name == "base_url":
        return str(value).strip()  # an httpx.URL too
    return _OFF.get(name, value) if value is False else value


def _environment() -> dict[str, str | None]:
    return {name: os.environ.get(variable, "").strip() or None for name, variable in _ENVIRONMENT.items()}


def _http_url(text: str) -> SplitResult | None:
    """The parts of a URL that http can reach, None for anything else."""
    try:
        url = urlsplit(text)
        usable = url.scheme in ("http", "https") and bool(url.hostname) and url.port != 0
    except ValueError:  # a port or an IPv6 address that is none
        return None
    return url if usable and not any(letter.isspace() for letter in text) else None


def _mapping(name: str, value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ConfigurationError(f"{name} must be a mapping, got {type(value).__name__}")
    return value


def _refuse_unknown(arguments: Mapping[str, Any], where: str, names: Sequence[str]) -> None:
    for name in arguments:
        if name not in names:
            close = difflib.get_close_matches(name, names, 1)
            hint = f": did you mean {close[0]!r}?" if close else f"; it takes {', '.join(names)}"
            raise TypeError(f"{where}() has no setting {name!r}{hint}")
