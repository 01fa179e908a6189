"""Who asks, told by the credentials of Google: an access token in the place of a key, new before the old one ends.

    OpenAI(provider=vertex("project"))                                           # by itself, where no key is given
    OpenAI(provider=vertex("project"), api_key=google_access_token(credentials=mine))

Rules
* google-auth (extra `[google]`) finds the application default credentials and asks for tokens; it is loaded by the
  first request. Its chain: `GOOGLE_APPLICATION_CREDENTIALS`, what `gcloud auth application-default login` wrote, the
  metadata server of the machine.
* A metadata server is looked for once, for a second: google-auth by itself tries three times, for three seconds each,
  and pauses in between, wherever there is none. `NO_GCE_CHECK=true` spares it all.
* As for every `TokenSource`: one asks where many want a token, and async clients wait for it in a thread.

Weak spot: a metadata server that takes longer than that to say that it is there is taken for none.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import UTC
from functools import partial
from types import SimpleNamespace
from typing import Any

from typed_openai.core.extras import needed
from typed_openai.identity.workload import IdentityError, TokenSource

__all__ = ["google_access_token"]

CLOUD = "https://www.googleapis.com/auth/cloud-platform"
_NEEDS = ("to fetch tokens of Google", "or pass one: api_key=...")
_LOOKING = 1.0
"""Seconds that a metadata server has to say that it is there."""
_UNTIMED = 3600.0
"""Seconds for which a token is kept that says nothing of its end."""


def google_access_token(*, scopes: Sequence[str] = (CLOUD,), credentials: Any = None) -> TokenSource:
    """The access token of the application default credentials of Google.

    scopes: what it is for. credentials: of `google.auth` of your own (a service account, another account to act for),
    in the place of the default ones. When a token is fetched: raises `IdentityError`, `ConfigurationError` without
    google-auth.
    """
    wanted, found = tuple(scopes), list[Any]()

    def fetch() -> tuple[str, float]:
        auth, exceptions = needed("google.auth", *_NEEDS), needed("google.auth.exceptions", *_NEEDS)
        transport = needed("google.auth.transport.requests", *_NEEDS)
        scoped = needed("google.auth.credentials", *_NEEDS).with_scopes_if_required
        try:
            with transport.requests.Session() as session:
                request = transport.Request(session)
                if not found and credentials is None:
                    found.append(auth.default(scopes=wanted, request=_Looking(request, exceptions.TransportError))[0])
                elif not found:
                    found.append(scoped(credentials, wanted))
                found[0].refresh(request)
        except exceptions.DefaultCredentialsError as error:
            raise IdentityError(
                "there are no credentials of Google: set GOOGLE_APPLICATION_CREDENTIALS, run `gcloud auth "
                "application-default login`, or pass a token (api_key=...); no metadata server said within "
                f"{_LOOKING:g} s that this is a machine of Google Cloud ({_first_line(error)})"
            ) from error
        except exceptions.GoogleAuthError as error:
            raise IdentityError(f"Google gave no token ({type(error).__name__}: {_first_line(error)})") from error
        token, ends = found[0].token, found[0].expiry
        if not isinstance(token, str) or not token:
            raise IdentityError("Google gave an empty token")
        return token, _UNTIMED if ends is None else max(0.0, ends.replace(tzinfo=UTC).timestamp() - time.time())

    what = "the default credentials" if credentials is None else type(credentials).__name__
    again = partial(google_access_token, scopes=wanted) if credentials is None else None
    return TokenSource(f"of Google for {what}", fetch, again=again)


class _Looking:
    """Asks for google-auth, which looks for credentials: a metadata server that does not answer at once is not there,
    and google-auth is told so in an answer, since it would try an error again."""

    def __init__(self, request: Any, unanswered: type[Exception]) -> None:
        self._request = request
        self._unanswered = unanswered

    def __call__(self, url: str, *, headers: Mapping[str, str] | None = None, **options: Any) -> Any:
        if "metadata-flavor" not in map(str.lower, headers or {}):
            return self._request(url, headers=headers, **options)
        try:
            return self._request(url, headers=headers, **{**options, "timeout": _LOOKING})
        except self._unanswered:
            return SimpleNamespace(status=404, headers={}, data=b"")


def _first_line(error: Exception) -> str:
    """What an error says, without the answer that it may show."""
    return str(error.args[0] if error.args else error).partition("\n")[0][:200]
