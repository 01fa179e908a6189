"""Headers and other values that travel as given: refused here when no request could carry them, never shown."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from typed_openai.errors import ConfigurationError

_NOT_CARRIED = re.compile(r"[^\t\x20-\x7e]").search
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def mapping(name: str, value: object) -> Mapping[str, Any]:
    """The value, which must be a mapping."""
    if not isinstance(value, Mapping):
        raise ConfigurationError(f"{name} must be a mapping, got {type(value).__name__}")
    return value


def check_headers(where: str, headers: object) -> dict[str, str]:
    """A mapping of headers, checked, its names in lower case so that they merge."""
    given = mapping(where, headers)
    for name, value in given.items():
        check_header_name(name)
        check_header(f"{where}[{name!r}]", value)
    return {name.lower(): value for name, value in given.items()}


def check_default_headers(where: str, headers: object) -> dict[str, str | None]:
    """The same for headers of every request, of which None (`omit`, also the official package's) leaves one out."""
    given = mapping(where, headers)
    sent = {name: value for name, value in given.items() if not _is_left_out(value)}
    for name in given:
        check_header_name(name)
    return {name.lower(): None for name in given} | check_headers(where, sent)


def _is_left_out(value: object) -> bool:
    kind = type(value)
    return value is None or (kind.__name__ in ("Omit", "NotGiven") and kind.__module__.startswith("openai."))


def check_header_name(name: object) -> None:
    """Refuse what cannot be the name of a header."""
    if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name):
        raise ConfigurationError(f"{name!r} is not a name of a header")


def check_header(name: str, value: object) -> None:
    """Refuse a header value that could not be sent, without showing it."""
    if not isinstance(value, str):
        raise ConfigurationError(f"{name} must be a string, got {type(value).__name__}")
    if _NOT_CARRIED(value):
        raise ConfigurationError(
            f"{name} contains characters that no HTTP header can carry (a line break, a curly quote?)"
        )
    if value != value.strip():
        raise ConfigurationError(f"{name} begins or ends with white space: strip it")


def refuse_quoted(name: str, value: str) -> None:
    """Refuse a value in quotes, without showing it: they are not part of a key, a .env file was read with them on."""
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'`":
        found = next((variable for variable, text in os.environ.items() if text.strip() == value), "")
        where = f"the environment variable {found} has them: take them off there, or in the .env file" if found else ""
        raise ConfigurationError(f"{name} is in quotes: {where or 'they are not part of it, take them off'}")


def check_seconds(name: str, value: object) -> None:
    """Refuse what cannot be a length of time; `timeout` may also be an `httpx.Timeout`."""
    if value is None or (name == "timeout" and hasattr(value, "as_dict")):
        return
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
        raise ConfigurationError(f"{name} must be a number of seconds above 0 (or False for none), got {value!r}")


def http_url(text: str) -> SplitResult | None:
    """The parts of a URL that http can reach, None for anything else."""
    try:
        url = urlsplit(text)
        usable = url.scheme in ("http", "https") and bool(url.hostname) and url.port != 0
    except ValueError:  # a port or an IPv6 address that is none
        return None
    return url if usable and not any(letter.isspace() for letter in text) else None
