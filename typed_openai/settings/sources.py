"""Where each setting comes from: sources laid one over the other, and which server they are about.

A source is a mapping of settings: the environment, `configure(...)`, the arguments; `None` changes nothing. `provider`
and `api_type` choose a server. Where a source chooses another one than those before it did, what they said about
address and credentials is forgotten, headers that carry a credential included, and what preset and environment say of
the chosen server takes its place: no key goes to a server that it was not meant for.

Of the credentials there is one: a later source that has one replaces whichever there was; two in one are refused.
The timeout of an `http_client` counts where no source has said another.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from typed_openai.core.redact import is_secret, redact_url
from typed_openai.core.request.headers import check_default_headers, http_url, mapping
from typed_openai.core.setting_types import CREDENTIALS
from typed_openai.errors import ConfigurationError

if TYPE_CHECKING:
    from typed_openai.settings.azure import Azure

_OPENAI = {
    "api_key": "OPENAI_API_KEY",
    "admin_api_key": "OPENAI_ADMIN_KEY",
    "organization": "OPENAI_ORG_ID",
    "project": "OPENAI_PROJECT_ID",
    "base_url": "OPENAI_BASE_URL",
    "webhook_secret": "OPENAI_WEBHOOK_SECRET",
    "ca_bundle": "OPENAI_CA_BUNDLE",
}
_CERTIFICATE = ("OPENAI_CLIENT_CERT", "OPENAI_CLIENT_KEY", "OPENAI_CLIENT_KEY_PASSWORD")
_HEADERS = "OPENAI_CUSTOM_HEADERS"
_SWITCHES = {"report_unknown": "OPENAI_REPORT_UNKNOWN"}
_WORDS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
_AZURE = ("azure_endpoint", "azure_deployment", "azure_ad_token", "azure_ad_token_provider")
_OF_SERVER = (
    *("base_url", "api_version", "api_key", "admin_api_key", "organization", "project", "client_cert"),
    *_AZURE,
)
_ALTERNATIVES = (CREDENTIALS, ("azure_endpoint", "base_url"), ("provider", "api_type"))
_OFF = {
    "organization": None,
    "project": None,
    "webhook_secret": None,
    "api_version": None,
    "timeout": None,
    "deadline": None,
    "idle_timeout": None,
    "max_body": None,
    "max_retries": 0,
    "on_retry": None,
    "middleware": (),
    "observers": (),
    "vendor_fields": (),
    "http_client": None,
    "transport": None,
    "client_cert": None,
    "ca_bundle": None,
}
"""What `False` stands for, where it is not a value itself."""
_OF_HTTPX = 5.0
"""Seconds that httpx waits where nobody says anything: much too short for a model, so nobody is taken to mean them."""


def environment() -> dict[str, Any]:
    """What the environment says of OpenAI's own service."""
    headers = _headers(os.environ.get(_HEADERS, ""))
    switches = {name: _switch(_SWITCHES[name], said) for name, said in _variables(_SWITCHES).items()}
    return {
        **_variables(_OPENAI),
        **_certificate(),
        **switches,
        **({"default_headers": headers} if headers else {}),
    }


def _certificate() -> dict[str, Any]:
    """The certificate that the environment names."""
    certificate, key, password = (os.environ.get(name, "").strip() for name in _CERTIFICATE)
    if not certificate:
        if key:
            raise ConfigurationError(
                f"{_CERTIFICATE[1]} is set and {_CERTIFICATE[0]} is not: a key needs its certificate"
            )
        return {}
    if not key and not password:
        return {"client_cert": certificate}
    return {"client_cert": (certificate, key or certificate, *([password] if password else []))}


def _switch(variable: str, said: str) -> bool:
    """What the environment says of a setting that is on or off."""
    value = _WORDS.get(said.lower())
    if value is None:
        raise ConfigurationError(f"{variable} must be one of {', '.join(_WORDS)}, got {said!r}")
    return value


def _headers(text: str) -> dict[str, str]:
    """Headers as `Name: value`, one a line."""
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, colon, value = line.partition(":")
        if not colon:
            raise ConfigurationError(f"{_HEADERS} must have lines like `Name: value`, got one without a colon")
        found[name.strip()] = value.strip()
    return found


def layered(
    settings: Mapping[str, Any], defaults: Mapping[str, Any], azure: Azure | None, sources: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """What settings are with the sources on top, the last ones last; `azure` is what was worked out of them before."""
    layers = _Layers(settings, defaults, azure)
    for source in sources:
        layers.add({name: value for name, value in source.items() if value is not None})
    return layers.finished()


class _Layers:
    """`values` is what settings are so far, `said` what sources said of the server that is chosen now."""

    def __init__(self, settings: Mapping[str, Any], defaults: Mapping[str, Any], azure: Azure | None) -> None:
        self.values: dict[str, Any] = dict(settings)
        self.defaults = defaults
        self.said: dict[str, Any] = {}
        self.azure: Azure | None = azure

    def add(self, source: dict[str, Any]) -> None:
        _refuse_contradictions(source)
        chosen = self._chosen(source)
        if chosen != (self.values["api_type"], self.values["provider"]):
            self._move(*chosen)
        self._put({name: value for name, value in source.items() if name not in ("api_type", "provider")})

    def _chosen(self, source: Mapping[str, Any]) -> tuple[Any, Any]:
        """API type and provider with this source on top."""
        if "provider" not in source and "api_type" not in source:
            return self.values["api_type"], self.values["provider"]
        if not source.get("provider"):
            return source.get("api_type", "openai"), None
        from typed_openai.providers import find

        return "openai", find(source["provider"])

    def _move(self, api_type: Any, provider: Any) -> None:
        """To another server: forget what was meant for the one before, and see what is known of this one."""
        values, before = self.values, self.values["provider"]
        for name in _OF_SERVER:
            values[name] = self.defaults[name]
            self.said.pop(name, None)
        leaving = {} if before is None else {name.lower() for name in before.headers}
        values["default_headers"] = {
            name: value
            for name, value in values["default_headers"].items()
            if name not in leaving and not is_secret(name)
        }
        values["default_query"] = {
            name: value
            for name, value in values["default_query"].items()
            if not is_secret(name) and not (self.azure and name in self.azure.query)
        }
        if before is not None and "validation" not in self.said:
            values["validation"] = self.defaults["validation"]
        self.azure = None
        values["api_type"], values["provider"] = api_type, provider
        for name, value in self._surroundings().items():
            if name == "default_headers":
                values[name] = {**check_default_headers(name, value), **values[name]}
            elif name != "validation":
                self._put({name: value})
            elif name not in self.said:
                values[name] = value

    def _surroundings(self) -> dict[str, Any]:
        """What preset and environment say of the server that was chosen."""
        if self.values["api_type"] == "azure":
            token = _variables({"azure_ad_token": "AZURE_OPENAI_AD_TOKEN"})
            key = token or _variables({"api_key": "AZURE_OPENAI_API_KEY"})
            return {**key, **_variables({"azure_endpoint": "AZURE_OPENAI_ENDPOINT"})}
        if self.values["provider"] is None:
            return dict(environment())
        found: dict[str, Any] = self.values["provider"].settings()
        return found

    def _put(self, settings: Mapping[str, Any]) -> None:
        """Lay settings over those that are there."""
        values, said = self.values, self.said
        for names in _ALTERNATIVES[:2]:
            if any(name in settings for name in names):
                for name in names:
                    said.pop(name, None)
                    if name in CREDENTIALS:
                        values[name] = None
        for name, value in settings.items():
            values[name] = said[name] = _meant(name, value, values[name])
        own = _own_timeout(settings.get("http_client"))
        if own is not False and "timeout" not in said and values["timeout"] == self.defaults["timeout"]:
            values["timeout"] = own

    def finished(self) -> dict[str, Any]:
        if self.values["api_type"] == "azure":
            return {**self.values, **self._at_azure()}
        for name in _AZURE:
            if self.values[name] is not None:
                raise ConfigurationError(f'{name} is a setting of AzureOpenAI (and of api_type="azure")')
        return {**self.values, "azure": None}

    def _at_azure(self) -> dict[str, Any]:
        """What changes when the addresses of Azure have been worked out; without an endpoint there are none yet."""
        from typed_openai.settings.azure import address

        said, before = self.said, self.azure
        url = said.get("azure_endpoint") or said.get("base_url") or (before.root if before else None)
        if url is None:
            return {"azure": None}
        if http_url(url) is None:
            raise ConfigurationError(
                f"the Azure endpoint must be like https://NAME.openai.azure.com, got {redact_url(url)!r}"
            )
        azure = address(
            url,
            verbatim="base_url" in said or ("azure_endpoint" not in said and before is not None and before.verbatim),
            version=said.get("api_version"),
            deployment=said.get("azure_deployment"),
            fallback_version=before.api_version if before else _variables({"": "OPENAI_API_VERSION"}).get(""),
            fallback_deployment=before.deployment if before else None,
        )
        old = before.query if before else {}
        query = {name: value for name, value in self.values["default_query"].items() if old.get(name) != value}
        return {
            "azure": azure,
            "base_url": azure.base_url,
            "api_version": azure.api_version,
            "azure_deployment": azure.deployment,
            "default_query": {**azure.query, **query},
        }


def _refuse_contradictions(source: Mapping[str, Any]) -> None:
    """Two settings from one source that cannot both be meant."""
    for names in _ALTERNATIVES:
        given = [name for name in names if source.get(name) not in (None, False, "openai")]
        if len(given) > 1:
            raise ConfigurationError(f"{' and '.join(given)} were given: pass one of them")


def _variables(names: Mapping[str, str]) -> dict[str, str]:
    """What the environment says: only the settings whose variable is set."""
    found = {name: os.environ.get(variable, "").strip() for name, variable in names.items()}
    return {name: value for name, value in found.items() if value}


def _meant(name: str, value: Any, current: Any) -> Any:
    """What a given value stands for, on top of the current one."""
    if name == "default_headers":
        return {} if value is False else {**current, **check_default_headers(name, value)}
    if name == "default_query":
        return {} if value is False else {**current, **mapping(name, value)}
    if name in ("base_url", "azure_endpoint"):
        return str(value).strip()  # an httpx.URL too
    if name == "client_cert" and isinstance(value, list):
        return tuple(value)
    if name in ("middleware", "observers", "vendor_fields") and value is not False:
        return _listed(name, value)
    return _OFF.get(name, value) if value is False else value


def _own_timeout(client: Any) -> Any:
    """The `httpx.Timeout` that the user gave a client of his own, False when that is what httpx gives every client."""
    timeout: Any = getattr(client, "timeout", None)
    values: dict[str, float | None] = timeout.as_dict() if hasattr(timeout, "as_dict") else {}
    return timeout if set(values.values()) - {_OF_HTTPX} else False


def _listed(name: str, value: object) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise ConfigurationError(f"{name} must be a list, got {type(value).__name__}")
    return tuple(value)
