"""What may stand in a recording: no key, no organisation, no user, no host, no boundary chosen at random.

* Of headers only those that are listed are kept, in both directions, so that what nobody thought of gets in nowhere.
* Bodies and events are searched for everything that this package knows to be a secret (`core/known_secrets.py`), for
  the values of the environment that name an account, and for what looks like a key, an organisation, a project, a user
  or a mail address.
* The boundary of a form is one that is always the same.

Weak spots: a key that a model says in pieces is found in none of them; what a user wrote in a prompt stands there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from typed_openai.core.known_secrets import without

HIDDEN = "REDACTED"
BOUNDARY = "recorded-boundary"
KEPT_OF_REQUESTS = frozenset({"accept", "content-type", "openai-beta"})
KEPT_OF_ANSWERS = frozenset({"content-type", "x-request-id", "openai-poll-after-ms", "retry-after"})
PRIVATE = re.compile(
    r"\b(?:sk|sess|org|proj|user)-?[-_](?=[A-Za-z_*-]*[A-Z0-9*])[A-Za-z0-9][A-Za-z0-9_*-]{5,}|[\w.+-]+@[\w-]+\.[\w.-]+"
)
"""Keys (also shortened with stars, as error messages quote them), organisations, projects, users, mail addresses: what
is made at random has a digit or a capital in it, `user_location` does not."""
_ACCOUNT = ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_WEBHOOK_SECRET")
_RANDOM_BOUNDARY = re.compile(r"boundary=\"?([^\";,]+)\"?")


def scrubbed_text(text: str, secrets: tuple[str, ...] = ()) -> str:
    """A text without what is private; `secrets` are some more texts that nobody is told."""
    for secret in (*secrets, *(os.environ.get(name, "") for name in _ACCOUNT)):
        text = text.replace(secret, HIDDEN) if secret else text
    return PRIVATE.sub(HIDDEN, without(text))


def scrubbed(content: bytes, secrets: tuple[str, ...] = ()) -> bytes:
    """A text without what is private; other bytes as they are."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return content
    return scrubbed_text(text, secrets).encode()


def kept(headers: Mapping[str, str], names: frozenset[str]) -> dict[str, str]:
    """The headers with these names, which are in lower case."""
    return {name.lower(): value for name, value in headers.items() if name.lower() in names}


def with_one_boundary(headers: Mapping[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
    """Headers and body of a request, a form with the boundary that is always the same."""
    found = _RANDOM_BOUNDARY.search(headers.get("content-type", ""))
    if found is None:
        return dict(headers), body
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    return {**headers, "content-type": kind}, body.replace(found[1].encode(), BOUNDARY.encode())
