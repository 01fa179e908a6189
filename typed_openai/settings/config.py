"""One frozen `Config` per client: where each setting comes from, and what it may be.

A setting is looked up in this order: the argument, `configure(...)`, the environment, the default. `None` as an
argument means *inherit*, `False` means *none, whatever is configured elsewhere*.

Which server all this is about, and how sources are laid over each other, is in `settings/sources.py`.

Base URL rule: when the path of `base_url` has a version segment (`v1`, `v2`, `v1beta`, ...) it is used as it is, else
`/v1` is appended; a trailing slash makes no difference. `https://api.groq.com/openai` becomes `.../openai/v1`,
`https://host/v1beta/openai/` stays. `api_version=False` appends nothing, `api_version="v2"` appends that. Addresses
that are known to want none (Databricks' `/serving-endpoints`, GitHub Models, Open WebUI's `/api`, ...: `providers.py`)
stay as they are unless `api_version` is given.

Weak spot: settings are read from the environment when a client is made; later changes of it are not seen.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Literal, Unpack
from urllib.parse import urlsplit

from typed_openai.core.known_secrets import HIDDEN, of_proxies, without
from typed_openai.core.redact import SHORT, is_secret, logger, redact_url, secrets_in
from typed_openai.core.request.headers import check_header, check_seconds, http_url, refuse_quoted
from typed_openai.core.run.transports import check_transport
from typed_openai.core.setting_types import CREDENTIALS, Credential
from typed_openai.core.value_kinds import wrong_arguments
from typed_openai.errors import ConfigurationError
from typed_openai.settings.names import SETTING_NAMES

if TYPE_CHECKING:
    from typed_openai.core.answer.unknown_report import UnknownReport
    from typed_openai.core.observers import Observer
    from typed_openai.core.run.effects import Middleware
    from typed_openai.core.run.retry import RetryEvent
    from typed_openai.core.run.tls import TLS
    from typed_openai.core.setting_types import (
        APIKey,
        APIType,
        Capabilities,
        ClientCert,
        FilePath,
        TimeoutLike,
        Validation,
    )
    from typed_openai.providers import Provider
    from typed_openai.settings.azure import Azure
    from typed_openai.settings.names import Settings


def _hide(record: logging.LogRecord) -> bool:
    """Let no line be logged with a credential in it, wherever it came from."""
    message = record.getMessage()
    shown = without(message)
    if shown != message:
        record.msg, record.args = shown, ()
    return True


logger.addFilter(_hide)

DEFAULT_BASE_URL = "https://api.openai.com/v1"
_VERSION_SEGMENT = re.compile(r"v\d+((alpha|beta)\d*)?", re.IGNORECASE)
_NONE: frozenset[str] = frozenset()


TIMEOUT = 120.0
"""Seconds for each network operation, unless a setting says otherwise."""
MAX_RETRIES = 2
"""How often a call is tried again, unless a setting says otherwise."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Config:
    """Everything a client was told, resolved; `None` means *none*. Its repr shows no secret.

    `api_key` and `admin_api_key` are `False` when the client was told that this server needs none, `None` when nobody
    told it anything.
    """

    api_key: APIKey | Literal[False] | None = None
    admin_api_key: APIKey | Literal[False] | None = None
    organization: str | None = None
    project: str | None = None
    base_url: str = DEFAULT_BASE_URL
    api_version: str | None = "v1"
    timeout: float | TimeoutLike | None = TIMEOUT
    deadline: float | None = None
    idle_timeout: float | None = 120.0
    max_body: int | None = 1024**3
    max_retries: int = MAX_RETRIES
    default_headers: Mapping[str, str | None] = field(default_factory=dict)
    default_query: Mapping[str, object] = field(default_factory=dict)
    validation: Validation = "strict"
    vendor_fields: tuple[str, ...] = ()
    strict_responses: bool = False
    log_errors: bool = False
    on_retry: Callable[[RetryEvent], object] | None = None
    middleware: tuple[Middleware, ...] = ()
    observers: tuple[Observer, ...] = ()
    telemetry: bool | None = None
    http_client: Any = None
    transport: Any = None
    webhook_secret: str | None = None
    provider: Provider | None = None
    api_type: APIType = "openai"
    azure_endpoint: str | None = None
    azure_deployment: str | None = None
    azure_ad_token: str | None = None
    azure_ad_token_provider: APIKey | None = None
    azure: Azure | None = None
    """Where operations are on Azure, worked out from the rest."""
    appended: str = ""
    """What was put behind the base URL that was given."""
    told: set[str] = field(default_factory=set, repr=False, compare=False)
    """Kinds of answers whose deviations were logged: once for a client, and for all that `with_options` makes of it."""
    client_cert: ClientCert | None = None
    ca_bundle: FilePath | None = None
    report_unknown: bool = False
    unknown: UnknownReport | None = field(default=None, repr=False, compare=False)
    """Where it is counted what the models do not know, for the same clients; None where nobody looks."""

    @classmethod
    def resolve(cls, arguments: Mapping[str, Any]) -> Config:
        """Argument, then `configure`, then environment, then default; unknown names are refused."""
        _refuse_unknown(arguments, "OpenAI", SETTING_NAMES)
        with _lock:
            configured = dict(_configured)
        from typed_openai.settings.sources import environment

        return cls()._with(environment(), configured, arguments)

    def changed(self, arguments: Mapping[str, Any]) -> Config:
        """A copy for `with_options`: `None` keeps what is here, `False` switches off, `set_default_headers` and
        `set_default_query` take the place of what is here."""
        _refuse_unknown(arguments, "with_options", [*SETTING_NAMES, *_REPLACING])
        replaced = {name: value for name in _REPLACING if (value := arguments.get(name)) is not None}
        if not replaced:
            return self._with({name: value for name, value in arguments.items() if name not in _REPLACING})
        kept = {name: value for name, value in arguments.items() if name not in _REPLACING}
        for name, value in replaced.items():
            if kept.get(_REPLACING[name]) is not None:
                raise ConfigurationError(f"{name} and {_REPLACING[name]} were given: pass one of them")
            kept[_REPLACING[name]] = value
        return self._with(dict.fromkeys(map(_REPLACING.__getitem__, replaced), False), kept)

    def _with(self, *layers: Mapping[str, Any]) -> Config:
        """A checked copy with these settings on top, the last ones last; `None` changes nothing."""
        from typed_openai.settings.sources import layered

        values = layered(self.settings(), Config().settings(), self.azure, layers)
        config = Config(**values, told=self.told, unknown=self._report(values["report_unknown"] is True))
        config.check()
        if config.azure:
            return config
        if config.base_url == self.base_url and config.api_version == self.api_version:
            return replace(config, appended=self.appended)
        chosen = any(layer.get("api_version") for layer in layers)
        url = versioned(config.base_url, config.api_version, chosen)
        return replace(config, base_url=url, appended=url.removeprefix(config.base_url.rstrip("/")))

    def _report(self, is_on: bool) -> UnknownReport | None:
        if not is_on or self.unknown is not None:
            return self.unknown if is_on else None
        from typed_openai.core.answer.unknown_report import UnknownReport

        return UnknownReport()

    def settings(self) -> dict[str, Any]:
        """What settings are, by name."""
        return {name: getattr(self, name) for name in SETTING_NAMES}

    def check(self) -> None:
        """Refuse settings that could only fail later and elsewhere."""
        url = http_url(self.base_url)
        if url is None:
            refuse_quoted("base_url", self.base_url)
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
        if self.max_body is not None and (type(self.max_body) is not int or self.max_body < 1):
            raise ConfigurationError(f"max_body must be a whole number of bytes above 0, got {self.max_body!r}")
        for name in ("timeout", "deadline", "idle_timeout"):
            check_seconds(name, getattr(self, name))
        for name in ("strict_responses", "report_unknown", "log_errors"):
            if not isinstance(getattr(self, name), bool):
                raise ConfigurationError(f"{name} must be True or False, got {getattr(self, name)!r}")
        if self.on_retry is not None and not callable(self.on_retry):
            raise ConfigurationError(f"on_retry must be a function, got {type(self.on_retry).__name__}")
        if self.api_version is not None and not isinstance(self.api_version, str):
            raise ConfigurationError(f'api_version must be like "v1" (or False for none), got {self.api_version!r}')
        self._check_identity()
        if self.webhook_secret is not None and not isinstance(self.webhook_secret, str):
            raise ConfigurationError(f"webhook_secret must be a string, got {type(self.webhook_secret).__name__}")
        refuse_quoted("webhook_secret", self.webhook_secret or "")
        if self.api_type not in ("openai", "azure"):
            raise ConfigurationError(f'api_type must be "openai" or "azure", got {self.api_type!r}')
        if self.azure_ad_token_provider is not None and not callable(self.azure_ad_token_provider):
            raise ConfigurationError("azure_ad_token_provider must be a function that returns a token")
        named: tuple[object, ...] = self.vendor_fields
        if not all(isinstance(name, str) and name for name in named):
            raise ConfigurationError(f"vendor_fields must be names of members or parts, got {named!r}")
        check_transport(self.transport)
        if self.client_cert is not None or self.ca_bundle is not None:
            from typed_openai.core.run.tls import check_certificates

            check_certificates(self.client_cert, self.ca_bundle)
        self._check_what_is_around()

    def _check_what_is_around(self) -> None:
        """Middleware, observers, telemetry."""
        for middleware in self.middleware:
            if not callable(middleware):
                raise ConfigurationError(f"middleware must be functions, got {type(middleware).__name__}")
            if wrong := wrong_arguments("middleware", middleware, ("request", "send")):
                raise ConfigurationError(wrong)
        if self.telemetry not in (None, True, False):
            raise ConfigurationError(f"telemetry must be True or False, got {self.telemetry!r}")
        if self.observers:
            from typed_openai.core.run.observing import check_observer

            for observer in self.observers:
                check_observer(observer)

    def _check_identity(self) -> None:
        """Refuse what cannot say who asks."""
        for name in ("api_key", "admin_api_key"):
            key = getattr(self, name)
            if not callable(key) and not isinstance(key, str) and key not in (None, False):
                raise ConfigurationError(f"{name} must be a string or a function, got {type(key).__name__}")
        for name in ("api_key", "admin_api_key", "organization", "project", "azure_ad_token"):
            value = getattr(self, name)
            if value and not callable(value):
                check_header(name, value)
                refuse_quoted(name, value)

    def tls(self) -> TLS:
        """How connections of a client speak TLS."""
        from typed_openai.core.run.tls import TLS

        return TLS(self.client_cert, self.ca_bundle)

    @property
    def server(self) -> tuple[APIType, Provider | None]:
        """Which server was chosen, whatever its address: what is meant for one does not go to another."""
        return self.api_type, self.provider

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or ""

    @property
    def is_local(self) -> bool:
        """Whether the server is on this machine, where no key is needed."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return True
        import ipaddress  # loaded by the first request that has no key

        try:
            address = ipaddress.ip_address(self.host)
        except ValueError:
            return False
        return address.is_loopback or address.is_unspecified

    @property
    def capabilities(self) -> Capabilities:
        """What the server is known to do (base64 vectors, usage in streams): by its preset, or by its host."""
        if self.azure is not None:
            return self.azure.capabilities
        if self.provider is not None:
            return self.provider.capabilities
        from typed_openai.providers import capabilities_of

        return capabilities_of(self.host)

    @property
    def setting_names(self) -> tuple[str, ...]:
        """What settings are called."""
        return SETTING_NAMES

    @property
    def lets_through(self) -> frozenset[str]:
        """Names of members, and kinds of parts, that are sent although the API description has none such: those of the
        server's preset, and those that the user named."""
        if self.provider is None and not self.vendor_fields:
            return _NONE
        return frozenset((*self.vendor_fields, *(self.provider.vendor_fields if self.provider is not None else ())))

    @property
    def credential(self) -> Credential:
        """How requests prove who asks. `value`: a string, a function, False for *this server needs none*, or None."""
        if self.api_type != "azure":
            return Credential("authorization", "Bearer ", self.api_key, "api_key")
        if self.azure_ad_token_provider is not None:
            return Credential("authorization", "Bearer ", self.azure_ad_token_provider, "azure_ad_token_provider")
        if self.azure_ad_token is not None:
            return Credential("authorization", "Bearer ", self.azure_ad_token, "azure_ad_token")
        return Credential("api-key", "", self.api_key, "api_key")

    @property
    def admin_credential(self) -> Credential:
        """The same for what only an administrator may ask; neither stands in for the other."""
        return Credential("authorization", "Bearer ", self.admin_api_key, "admin_api_key")

    @property
    def _key_password(self) -> str | None:
        """That of the key of the client certificate."""
        named = self.client_cert
        return named[2] if isinstance(named, tuple) and len(named) > 2 else None

    @property
    def secrets(self) -> list[str]:
        """The texts that must appear in no log, repr or exception."""
        value = self.credential.value
        own = self.http_client
        held = (value, self.api_key, self.admin_api_key, self.azure_ad_token, self.webhook_secret, self._key_password)
        named: list[Mapping[str, object]] = [
            *({"api-key": each} for each in held if isinstance(each, str)),
            {"webhook secret": (self.webhook_secret or "").removeprefix("whsec_")},
            getattr(own, "headers", None) or {},
            getattr(own, "params", None) or {},
            {f"cookie {cookie.name}": cookie.value for cookie in getattr(getattr(own, "cookies", None), "jar", ())},
            {"authorization": getattr(getattr(own, "auth", None), "_auth_header", None)},
            self.default_headers,
            self.default_query,
        ]
        found = [piece for each in named for piece in secrets_in(each)]
        return list(dict.fromkeys([*found, *(text for text in of_proxies(own) if len(text) > SHORT)]))

    def __repr__(self) -> str:
        shown = {item.name: getattr(self, item.name) for item in fields(self) if item.name != "webhook_secret"}
        for name in (*CREDENTIALS, "admin_api_key"):
            if shown[name]:
                shown[name] = HIDDEN
        if self._key_password is not None:
            shown["client_cert"] = (*shown["client_cert"][:2], HIDDEN)
        for name in ("default_headers", "default_query"):
            shown[name] = {each: HIDDEN if is_secret(each) else value for each, value in shown[name].items()}
        return without(f"Config({', '.join(f'{name}={value!r}' for name, value in shown.items())})", self.secrets)

    def __reduce__(self) -> Any:
        raise TypeError("Config holds a key: make one where it is used instead of pickling it")


_REPLACING = {"set_default_headers": "default_headers", "set_default_query": "default_query"}
"""Options of `with_options` that replace a setting, where the setting itself is laid on top of what is there."""
_configured: dict[str, Any] = {}
_lock = threading.Lock()


def configure(**settings: Unpack[Settings]) -> None:
    """Set defaults for clients made later; called again, it changes the settings that it names.

    A setting given as `None` is forgotten again. Clients that exist already are not touched. Thread-safe.
    """
    _refuse_unknown(settings, "configure", [name for name in SETTING_NAMES if name != "http_client"])
    with _lock:
        changed = {name: value for name, value in {**_configured, **settings}.items() if value is not None}
        Config().changed(changed)  # refused here rather than by each client
        _configured.clear()
        _configured.update(changed)


def versioned(base_url: str, api_version: str | None, chosen: bool = False) -> str:
    """Apply the base URL rule; the result has no trailing slash. `chosen`: somebody said that version himself."""
    base = base_url.rstrip("/")
    segments = urlsplit(base).path.split("/")
    if not api_version or any(_VERSION_SEGMENT.fullmatch(segment) for segment in segments):
        return base
    from typed_openai.providers import takes_version

    return f"{base}/{api_version.strip('/')}" if chosen or takes_version(base) else base


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


def _refuse_unknown(arguments: Mapping[str, Any], where: str, names: Sequence[str]) -> None:
    for name in arguments:
        if name not in names:
            from typed_openai.settings.wrong_settings import no_setting

            raise no_setting(where, name, names)
