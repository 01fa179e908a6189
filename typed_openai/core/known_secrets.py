"""The credentials in use, so that whatever is told (messages, logs, reprs, pickles of errors) can be searched for them.

    secrets = Secrets(["sk-..."])      # as long as somebody holds it, its texts are known
    known()                            # all that are known now, in every form in which they may be written
    without("no such key: sk-...")     # "no such key: [REDACTED]"

Rules
* Clients hold what they were given: keys, tokens, credentials in headers, queries, cookies, proxies and webhooks
  (`Config.secrets`), and the last few that functions or single calls brought. The register holds all of it weakly: what
  nobody can use any more is not known any more.
* Proxies and the webhook secret of the environment are read there when something is searched.
* Nothing happens at import, little where a client is made, nothing in a call but in one with credentials of its own.
* At most `MOST` holders count, the newest ones, and only texts of at least `SHORTEST` characters: `EMPTY` and `ollama`
  stand in many a text. (What belongs to a call is searched for all credentials of that call, too.)
* The data of a result are what came, whatever came; what is searched is what is said about it.

Weak spots: a credential that arrives in pieces is found where they are added up, not in the pieces. One that a server
writes in base64 (but for Basic authentication), or backwards, is not found.
"""

from __future__ import annotations

import base64
import json
import os
import re
import threading
import weakref
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import quote, quote_plus, unquote

HIDDEN = "[REDACTED]"
MOST = 500
SHORTEST = 8
"""Characters of a text that is looked for in what others say, and of a part of a header that counts as a secret."""
_LEARNED = 16
_PIECES = re.compile(r"[\s;,=\"']+")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


class Secrets(list[str]):
    """Texts that nobody is told, known as long as this lives. Its repr shows none of them.

    `root`: those of a client, of which these are some more for one call.
    """

    __slots__ = ("__weakref__", "_forms", "_root", "learned")

    def __init__(self, texts: Iterable[str] = (), root: Secrets | None = None) -> None:
        super().__init__(texts)
        self._root = root
        self._forms: tuple[str, ...] | None = None
        self.learned: deque[str] = deque(maxlen=_LEARNED)
        """What calls brought, the last few of them."""
        if root is None:
            _register(self)

    def more(self, texts: Iterable[str]) -> Secrets:
        """These and some more for one call; its client knows them for a while."""
        root = self if self._root is None else self._root
        new = [text for text in texts if text not in self]
        for text in new:
            if text not in root.learned:
                root.learned.append(text)
                _forget()
        return Secrets([*self, *new], root)

    def forms(self) -> tuple[str, ...]:
        """How they may be written; worked out once, as a list of them is never changed."""
        if self._forms is None:
            self._forms = forms(self)
        return self._forms

    def __repr__(self) -> str:
        return f"<{len(self)} secrets>"

    def __reduce__(self) -> tuple[Any, ...]:
        return list, ()


class _Register:
    """Who holds secrets, and what was found of them when somebody last looked."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.holders: list[weakref.ref[Secrets]] = []
        self.found: tuple[str, ...] | None = None
        self.changes = 0


_all = _Register()


def _forget(gone: object = None) -> None:
    """What was found is not so any more. Takes no lock: a garbage collection may call it at any moment."""
    _all.changes += 1
    _all.found = None


def _register(secrets: Secrets) -> None:
    with _all.lock:
        if len(_all.holders) >= 2 * MOST:
            alive = [holder for holder in _all.holders if holder() is not None]
            _all.holders = alive[-MOST:]
        _all.holders.append(weakref.ref(secrets, _forget))
    _forget()


def forget_all() -> None:
    """Know nothing any more: for tests."""
    with _all.lock:
        _all.holders = []
    _forget()


def known() -> tuple[str, ...]:
    """Everything that is known of living holders, in all forms, the longest first."""
    found = _all.found
    if found is not None:
        return found
    with _all.lock:
        before = _all.changes
        living = [secrets for holder in reversed(_all.holders) if (secrets := holder()) is not None][:MOST]
        found = forms(text for secrets in living for text in (*secrets, *secrets.learned) if len(text) >= SHORTEST)
        del living
        _all.found = found
        if before != _all.changes:  # somebody went while this was made
            _all.found = None
    return found


def forms(texts: Iterable[str]) -> tuple[str, ...]:
    """How texts may be written: as they are, in JSON, in a URL. The longest first: one may be part of another."""
    written: dict[str, None] = {}
    for text in dict.fromkeys(texts):
        written[text] = None
        if not text.isalnum():
            escaped = json.dumps(text)[1:-1]
            written |= dict.fromkeys((escaped, escaped.replace("/", "\\/"), quote(text, safe=""), quote_plus(text)))
    return tuple(sorted(written, key=len, reverse=True))


def searched(secrets: Sequence[str] = (), of_environment: bool = True) -> tuple[str, ...]:
    """What a text is searched for: these secrets, all that are known, and those that stand in the environment."""
    found = known()
    given = secrets.forms() if isinstance(secrets, Secrets) else forms(secrets)
    more = {form for form in given if form not in found}
    if of_environment:
        more.update(forms(_of_environment()))
    return tuple(sorted({*found, *more}, key=len, reverse=True)) if more else found


def without(text: str, secrets: Sequence[str] = (), of_environment: bool = True) -> str:
    """A text in which no secret stands, neither these nor one that is known."""
    for form in searched(secrets, of_environment):
        if form in text:
            text = text.replace(form, HIDDEN)
    return text


def pieces(value: str) -> list[str]:
    """What of the value of a header may be a credential: all of it, what stands behind a scheme (`Bearer`), the values
    of cookies and of parameters; the password that Basic authentication packs."""
    scheme, _, rest = value.partition(" ")
    found = [value, rest, *(piece for piece in _PIECES.split(value) if len(piece) >= SHORTEST)]
    if scheme.lower() == "basic":
        found += unpacked(rest)
    return list(dict.fromkeys(found))


def unpacked(basic: str) -> list[str]:
    """User and password together, and the password, of what Basic authentication sends."""
    try:
        text = base64.b64decode(basic, validate=True).decode()
    except ValueError:
        return []
    return [text, text.partition(":")[2]]


def of_proxies(client: object) -> list[str]:
    """What the proxies of an httpx client are told of who asks, read where httpx and httpcore keep it, if they do."""
    mounted = getattr(client, "_mounts", None)
    transports = [getattr(client, "_transport", None), *(mounted.values() if isinstance(mounted, dict) else ())]
    found: list[str] = []
    for pool in (getattr(transport, "_pool", None) for transport in transports):
        for name, value in getattr(pool, "_proxy_headers", None) or ():
            if name.lower() == b"proxy-authorization":
                found += pieces(value.decode("latin-1"))
        found += [each.decode("latin-1") for each in (getattr(pool, "_proxy_auth", None) or ())[1:]]
    return found


def of_url(url: str) -> list[str]:
    """What a URL says of who asks: the password, as it stands there and as it is meant, and what is sent of it."""
    who, at, _ = url.partition("//")[2].rpartition("@")
    user, colon, password = who.partition(":")
    if not at or not colon:
        return []
    sent = base64.b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode()
    return [who, password, unquote(password), sent]


def _of_environment() -> Iterator[str]:
    for name in _PROXIES:
        value = os.environ.get(name)
        if value and "@" in value:
            yield from (text for text in of_url(value) if len(text) >= SHORTEST)
    secret = os.environ.get("OPENAI_WEBHOOK_SECRET", "").strip()
    if len(secret) >= SHORTEST:
        yield from (secret, secret.removeprefix("whsec_"))
