"""What must not be told: which names carry credentials, URLs and texts without them, and the logger they stay out of.

Pure, no dependencies: everything that speaks of requests uses it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from typed_openai.core.known_secrets import HIDDEN, pieces, without

logger = logging.getLogger("typed_openai")


SHORT = 3
"""Characters that are no secret."""
CREDENTIAL_NAMES = (
    r"secrets?|passw\w*|authorization|api[-_]?key|credentials?|cookie|(?:access|auth|bearer|refresh)[-_]?token"
)
"""How names in JSON end whose texts are credentials. Not `token`: that is what logprobs call a piece of text."""
_SECRET_NAME = re.compile(r"auth|key|token|secret|cookie|password|credential", re.IGNORECASE)


def redact_url(url: str) -> str:
    """A URL without user name, password and query."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, f":{parts.port}" if parts.port else ""
    except ValueError:
        parts, host, port = None, None, ""
    if parts is None or not host or not parts.scheme:
        return url.partition("?")[0].rpartition("@")[2]
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}{parts.path}"


def without_secrets(url: str, secrets: Sequence[str] = ()) -> str:
    """A URL whose query shows no credential: neither by its name nor by what it says."""
    before, mark, query = url.partition("?")
    shown = [pair.partition("=") for pair in query.split("&")]
    hidden = [f"{name}={HIDDEN}" if value and is_secret(name) else name + sign + value for name, sign, value in shown]
    return without(before + mark + "&".join(hidden), secrets, of_environment=False)  # for each request with a query


def is_secret(name: object) -> bool:
    """Whether a header (or query parameter) of that name may carry a credential."""
    return _SECRET_NAME.search(str(name)) is not None


def secrets_in(named: Mapping[str, object]) -> list[str]:
    """The values that by their names may be credentials, with and without the scheme (`Bearer`) before them."""
    values = [value for name, value in named.items() if isinstance(value, str) and is_secret(name)]
    return [piece for value in values for piece in pieces(value) if len(piece) > SHORT]
