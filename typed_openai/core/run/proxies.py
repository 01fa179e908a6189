"""Which proxy the environment names for a URL: `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, as httpx reads
them.

Rules
* A proxy without a scheme is an http one. That of the scheme of a URL goes before `ALL_PROXY`.
* `NO_PROXY`: names with everything below them (`.name`: only what is below), addresses, networks (`10.0.0.0/8`),
  `localhost`, `*` for all; a name with a scheme (`https://name`) counts for that scheme alone, and so does a port.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit
from urllib.request import getproxies

_PORTS = {"http": 80, "https": 443}


class Proxies:
    """What the environment said when this was made."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        found = getproxies() if environment is None else environment
        names = [name.strip() for name in found.get("no", "").split(",") if name.strip()]
        schemes = () if "*" in names else ("http", "https", "all")
        self.by_scheme: dict[str, str] = {name: _with_scheme(found[name]) for name in schemes if found.get(name)}
        self._exempt = [_Exempt(name) for name in names]

    def proxy_for(self, scheme: str, host: str, port: int | None) -> str | None:
        """The URL of the proxy to ask, None for the server itself."""
        proxy = self.by_scheme.get(scheme) or self.by_scheme.get("all")
        if proxy is None or any(each.covers(scheme, host, port) for each in self._exempt):
            return None
        return proxy


def _with_scheme(proxy: str) -> str:
    return proxy if "://" in proxy else f"http://{proxy}"


class _Exempt:
    """One name of `NO_PROXY`."""

    def __init__(self, name: str) -> None:
        self._scheme, _, rest = name.rpartition("://")
        self._port: int | None = None
        if self._scheme:
            parts = urlsplit(f"//{rest}")
            self._port, rest = parts.port, parts.hostname or ""
        self._network = _network(rest.strip("[]"))
        self._name = rest.lower().removeprefix("*")
        self._exact = (bool(self._scheme) and not rest.startswith("*")) or self._name == "localhost"

    def covers(self, scheme: str, host: str, port: int | None) -> bool:
        """Whether a URL of this scheme, host and port needs no proxy."""
        host = host.lower()
        if self._scheme not in ("", "all", scheme) or self._port not in (None, port or _PORTS.get(scheme)):
            return False
        if self._network is not None:
            address = _network(host)
            return address is not None and address.network_address in self._network
        if host == self._name:
            return True
        return not self._exact and host.endswith(self._name if self._name.startswith(".") else f".{self._name}")


def _network(name: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(name, strict=False)
    except ValueError:
        return None
