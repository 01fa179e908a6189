"""Who may ask: requests in the name of this machine, from its own pages or from no page at all.

The server listens on 127.0.0.1 only, but a browser on this machine reaches that too, and any page may make it ask:
under a name of its own that it lets point to 127.0.0.1 (DNS rebinding: `Host` tells), or across sites (`Origin` tells).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from typed_openai.local.errors import ApiError


def check_hosts(headers: Mapping[str, str]) -> None:
    """Raise 403 for a request in another name than that of this machine, or from a page of another."""
    host = headers.get("host")
    if host is not None and not is_loopback(_name_in(f"//{host}")):
        raise ApiError(403, f"This local server is not {host!r}. Ask for it as 127.0.0.1 or localhost.")
    origin = headers.get("origin")
    if origin is not None and not is_loopback(_name_in(origin)):
        raise ApiError(403, f"This local server answers no pages of {origin!r}, only those of this machine.")


def is_loopback(name: str | None) -> bool:
    """Whether a host name means this machine and nothing else can be meant by it."""
    if not name:
        return False
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _name_in(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # refused when it is not a number
    except ValueError:
        return None
    return None if "@" in parts.netloc or parts.path.strip("/") else parts.hostname
