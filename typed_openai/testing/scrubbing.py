"""What may stand in a recording: no key, no organisation, no user, no host, no boundary chosen at random.

* Of headers only those that are listed are kept, in both directions, so that what nobody thought of gets in nowhere.
* Bodies and events are searched for everything that this package knows to be a secret (`core/known_secrets.py`), for
  the values of the environment that name an account, for what is called as a credential is (`authorization`, the
  `headers` of a tool, the signature of an address), and for what looks like a key, an organisation, a project, a user
  or a mail address. So are paths.
* The boundary of a form is one that is always the same.

Weak spots: a key that a model says in pieces is found in none of them; what a user wrote in a prompt stands there.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from typing import Any

from typed_openai.core.answer.response import hide
from typed_openai.core.known_secrets import SHORTEST, without
from typed_openai.core.redact import CREDENTIAL_NAMES, is_secret

HIDDEN = "REDACTED"
BOUNDARY = "recorded-boundary"
KEPT_OF_REQUESTS = frozenset({"accept", "content-type", "openai-beta"})
KEPT_OF_ANSWERS = frozenset(
    {
        "content-type",
        "openai-poll-after-ms",
        "retry-after",
        "retry-after-ms",
        "x-request-id",
        "x-should-retry",
        *(f"x-ratelimit-{what}-{of}" for what in ("limit", "remaining", "reset") for of in ("requests", "tokens")),
    }
)
PRIVATE = re.compile(
    r"\b(?:sk|ek|sess|whsec|org|proj|user)-?[-_](?=[A-Za-z_*-]*[A-Z0-9*])[A-Za-z0-9][A-Za-z0-9_*-]{5,}|[\w.+-]+@[\w-]+\.[\w.-]+"
    r"|\b(?:gsk_|hf_|xai-|pplx-|nvapi-|gh[pousr]_|github_pat_|xox[abprs]-|AIza|AKIA)[A-Za-z0-9_-]{16,}"
    r"|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}"
)
"""Keys, those of other services too (also shortened with stars, as error messages quote them), organisations, projects,
users, mail addresses: what is made at random has a digit or a capital in it, `user_location` does not."""
_IN_URLS = re.compile(
    r"((?:[?&;](?:amp;)?[\w.-]*(?:auth|key|token|secret|password|passwd|pwd|credential|signature|sig)=))[^&\s\"'<>\\#,;)\]}]+"
    r"|(://[^/\s:@\"'<>]*:)[^/\s@\"'<>]+(?=@)",
    re.IGNORECASE,
)
"""What proves who asks in an address that stands in a text: a signature, a token in the query, a password."""
_KEYS = ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "OPENAI_WEBHOOK_SECRET")
_ACCOUNTS = ("OPENAI_ORG_ID", "OPENAI_PROJECT_ID")
_CALLED_SECRET = re.compile(f"(?:{CREDENTIAL_NAMES})$", re.IGNORECASE)
_DATA = re.compile(r"data: ?")
_END = re.compile(r"(\r\n|\n|\r)")
_RANDOM_BOUNDARY = re.compile(r"boundary=\"?([^\";,]+)\"?")


def scrubbed_text(text: str, secrets: tuple[str, ...] = ()) -> str:
    """A text without what is private; `secrets` are some more texts that nobody is told. JSON (all of it, a line, the
    data of an event, what stands in a text of JSON) is looked at by its values: `\\n` before a key is no letter."""
    hidden = _of_json(text, secrets)
    if hidden is not None:
        return hidden
    return "".join(_of_line(line, secrets) for line in _END.split(text))


def _of_line(line: str, secrets: tuple[str, ...]) -> str:
    mark = _DATA.match(line)
    before = mark[0] if mark is not None else ""
    rest = line[len(before) :]
    hidden = _of_json(rest, secrets)
    return before + (_plain(rest, secrets) if hidden is None else hidden)


def _of_json(text: str, secrets: tuple[str, ...]) -> str | None:
    """A text of JSON; None for any other."""
    if not text.lstrip().startswith(("{", "[", '"')):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    hidden = _of_value(value, secrets)
    return text if hidden == value else json.dumps(hidden, ensure_ascii=False, separators=(",", ":"))


def _of_value(value: Any, secrets: tuple[str, ...], name: str = "") -> Any:
    if isinstance(value, str):
        return HIDDEN if value and _CALLED_SECRET.search(name) else scrubbed_text(value, secrets)
    if isinstance(value, list):
        return [_of_value(each, secrets, name) for each in value]
    if not isinstance(value, dict):
        return value
    if name == "headers" and value and all(isinstance(each, str) for each in value.values()):
        return {HIDDEN: HIDDEN}
    return {_plain(key, secrets): _of_value(each, secrets, key) for key, each in value.items()}


def _plain(text: str, secrets: tuple[str, ...]) -> str:
    for secret in (*secrets, *_of_environment()):
        text = text.replace(secret, HIDDEN)
    text = _IN_URLS.sub(lambda found: f"{found[1] or found[2]}{HIDDEN}", without(text))
    return PRIVATE.sub(HIDDEN, text)


def scrubbed_query(query: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """A query without what is called as a credential is, and without what is private."""
    return {
        name: [HIDDEN if is_secret(name) else scrubbed_text(value) for value in values]
        for name, values in query.items()
    }


def _of_environment() -> list[str]:
    """What the environment knows; a short key (`none`, `EMPTY`, `ollama`) is a word that stands in many a text."""
    keys = [os.environ.get(name, "") for name in _KEYS]
    accounts = [os.environ.get(name, "") for name in _ACCOUNTS]
    return [key for key in keys if len(key) >= SHORTEST] + [account for account in accounts if account]


def scrubbed(content: bytes, secrets: tuple[str, ...] = ()) -> bytes:
    """A text without what is private; other bytes without the secrets that are known."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return hide(content, (*secrets, *_of_environment()))
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
