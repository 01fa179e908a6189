"""Keys that nobody has to keep: the place where a program runs says who it is, and `api_key=` asks it.

    key = exchanged(kubernetes_token(), identity_provider_id="idp_...", service_account_id="sa_...")
    client = OpenAI(api_key=key)                       # or AsyncOpenAI(api_key=key)

    OpenAI(base_url="https://llm.corp/v1", api_key=azure_managed_identity("api://llm"))       # a server that takes them

Rules
* Each is a function without arguments that gives a token; async clients ask `later`, which does not keep their loop.
* A token is kept until shortly before it ends (20 minutes, or half of its time where that is less); of many threads
  that want a new one, one asks, and what it gets, a failure too, is for all who waited for it. Where there is no new
  one the one before is given while it holds. The file of Kubernetes is read each time: what is mounted there is
  replaced.
* Time is what both clocks of the machine say, as one of them stands still while it sleeps.
* Metadata servers are asked directly, never through a proxy. They and the token exchange have `timeout` seconds, and a
  redirect is not followed.
* What makes no sense is a `ConfigurationError` at once. What goes wrong later is an `IdentityError`, which says where
  and what to look at, and shows no token.

OpenAI itself takes the token that `exchanged` gives for one of these (RFC 8693). Source: OpenAI's guide to workload
identity federation; Microsoft's and Google's pages on their metadata servers (169.254.169.254).

Weak spot: a service that refuses a token before its time is not asked for another one; `forget()` does that.
"""

from __future__ import annotations

import asyncio
import json
import math
import time
import urllib.error
import urllib.request
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from http.client import HTTPException
from os import PathLike
from pathlib import Path
from threading import Lock
from typing import Any, Literal
from urllib.parse import urlencode

from typed_openai.core.option_values import check_amount
from typed_openai.core.redact import logger
from typed_openai.core.request.headers import http_url
from typed_openai.errors import ConfigurationError, OpenAIError

__all__ = [
    "IdentityError",
    "TokenSource",
    "azure_managed_identity",
    "exchanged",
    "gcp_identity",
    "kubernetes_token",
]

KUBERNETES_FILE = "/var/run/secrets/kubernetes.io/serviceaccount/token"
AZURE_METADATA = "http://169.254.169.254/metadata/identity/oauth2/token"
GCP_METADATA = "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/identity"
EXCHANGE = "https://auth.openai.com/oauth/token"
EARLY = 1200.0
"""Seconds before the end of a token from which on it is replaced."""
_AGAIN = 30.0
"""Seconds after which it is tried again to replace a token that still holds."""
_MOST = 1024 * 1024
"""Bytes that are read of an answer."""
_TOKEN_TYPES = {"jwt": "urn:ietf:params:oauth:token-type:jwt", "id": "urn:ietf:params:oauth:token-type:id_token"}


class IdentityError(OpenAIError):
    """The place where this runs did not say who it is, or its word was not taken."""


class _Token:
    """A token, or none, and how old it is."""

    def __init__(self, text: str = "", seconds: float = 0.0) -> None:
        self.text = text
        self.seconds = seconds
        """For how long it holds."""
        self.fresh = seconds - min(EARLY, seconds / 2)
        """For how long nobody asks for another."""
        self._made = time.monotonic(), time.time()

    @property
    def age(self) -> float:
        """In seconds."""
        return max(time.monotonic() - self._made[0], time.time() - self._made[1])

    @property
    def is_fresh(self) -> bool:
        """Whether it is given without a question."""
        return self.age < self.fresh

    def put_off(self) -> float:
        """Ask for another one a little later; gives how many seconds it still holds."""
        age = self.age
        self.fresh = min(age + _AGAIN, self.seconds)
        return self.seconds - age


class TokenSource:
    """A function that gives a token, and keeps it while it holds."""

    def __init__(
        self,
        what: str,
        fetch: Callable[[], tuple[str, float]],
        kind: Literal["jwt", "id"] = "jwt",
        again: Callable[[], TokenSource] | None = None,
    ) -> None:
        self.what = what
        self.kind = kind
        self._fetch = fetch
        self._again = again
        self._lock = Lock()
        self._kept = _Token()
        self._failure = ("",)
        """What the last failure said; another tuple after another one."""

    def __call__(self) -> str:
        """The token. Raises `IdentityError`."""
        seen = self._failure
        with self._lock:
            if not self._kept.is_fresh:
                if self._failure is not seen:  # while this one waited for its turn
                    raise IdentityError(*self._failure)
                self._renew()
            return self._kept.text

    def _renew(self) -> None:
        """Get another token, or keep the one that still holds."""
        try:
            self._kept = _Token(*self._fetch())
        except IdentityError as error:
            left = self._kept.put_off()
            if left <= 0:
                self._failure = (str(error),)
                raise
            logger.warning("no new token %s, the one before holds for %.0f s: %s", self.what, left, error)

    async def later(self) -> str:
        """The token, for async clients, which ask so by themselves: a thread is taken where another one has to be
        fetched. Raises `IdentityError`."""
        kept = self._kept
        return kept.text if kept.is_fresh else await asyncio.to_thread(self)

    def forget(self) -> None:
        """Ask for another one next time."""
        with self._lock:
            self._kept = _Token()

    def __repr__(self) -> str:
        return f"<TokenSource {self.what}>"

    def __reduce__(self) -> Any:
        """Another one of its kind in another process, where that can be made; it holds no token."""
        if self._again is not None:
            return self._again, ()
        raise TypeError("a token source may hold a token: make one where it is used instead of pickling it")


def kubernetes_token(path: str | PathLike[str] = KUBERNETES_FILE) -> TokenSource:
    """The token of the service account of a pod, from the file that the cluster mounts. Raises `IdentityError`."""

    def fetch() -> tuple[str, float]:
        try:
            token = Path(path).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise IdentityError(f"no token of a service account: {error}; is it mounted in this pod?") from error
        if not token:
            raise IdentityError(f"the token file {path} is empty")
        return token, 0.0

    return TokenSource(f"of Kubernetes, {path}", fetch)


def azure_managed_identity(
    resource: str = "https://management.azure.com/",
    *,
    client_id: str | None = None,
    object_id: str | None = None,
    endpoint: str = AZURE_METADATA,
    timeout: float = 10.0,
) -> TokenSource:
    """The token of a managed identity of Azure, from the metadata server of the machine.

    resource: for whom the token is (`https://cognitiveservices.azure.com` for Azure OpenAI). client_id, object_id:
    which identity, where there are several. timeout: in seconds. Raises `IdentityError`.
    """
    _check(endpoint, timeout, resource=resource)
    query = {"api-version": "2018-02-01", "resource": resource, "client_id": client_id, "object_id": object_id}
    asked = {name: value for name, value in query.items() if value is not None}

    def fetch() -> tuple[str, float]:
        request = urllib.request.Request(f"{endpoint}?{urlencode(asked)}", headers={"Metadata": "true"})  # noqa: S310 - as given
        return _token_of(_object(_asked("Azure", request, timeout), "Azure"), "Azure")

    return TokenSource(f"of Azure for {resource}", fetch)


def gcp_identity(
    audience: str = "https://api.openai.com/v1", *, endpoint: str = GCP_METADATA, timeout: float = 10.0
) -> TokenSource:
    """The identity token of a machine of Google Cloud, from its metadata server.

    audience: for whom the token is, as agreed with them. timeout: in seconds. Raises `IdentityError`.
    """
    _check(endpoint, timeout, audience=audience)

    def fetch() -> tuple[str, float]:
        url = f"{endpoint}?{urlencode({'audience': audience})}"
        request = urllib.request.Request(url, headers={"Metadata-Flavor": "Google"})  # noqa: S310 - as given
        token = _asked("Google Cloud", request, timeout).strip()
        if not token:
            raise IdentityError("Google Cloud gave an empty token")
        return token, _time_left(token)

    return TokenSource(f"of Google Cloud for {audience}", fetch, "id")


def exchanged(
    source: TokenSource,
    *,
    identity_provider_id: str,
    service_account_id: str,
    endpoint: str = EXCHANGE,
    timeout: float = 10.0,
) -> TokenSource:
    """What OpenAI gives for such a token: the key of a service account, for some time.

    identity_provider_id, service_account_id: as set up for the organization. timeout: in seconds.
    Raises `IdentityError`, also with what the service says where it refuses.
    """
    given: object = source
    if not isinstance(given, TokenSource):
        raise ConfigurationError(
            f"source: what says who this is (kubernetes_token(), ...), got {type(source).__name__}"
        )
    _check(endpoint, timeout, identity_provider_id=identity_provider_id, service_account_id=service_account_id)

    def fetch() -> tuple[str, float]:
        body = {
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
            "subject_token": source(),
            "subject_token_type": _TOKEN_TYPES[source.kind],
            "identity_provider_id": identity_provider_id,
            "service_account_id": service_account_id,
        }
        sent, headers = json.dumps(body).encode(), {"Content-Type": "application/json"}
        request = urllib.request.Request(endpoint, sent, headers)  # noqa: S310 - as given
        return _token_of(_object(_asked("the token exchange", request, timeout), "the token exchange"), "the exchange")

    return TokenSource(f"exchanged for one {source.what}", fetch)


def _check(endpoint: str, timeout: float, **texts: object) -> None:
    """Raises `ConfigurationError` for what cannot be asked."""
    check_amount("timeout", timeout, "a number of seconds")
    given: object = endpoint
    if not isinstance(given, str) or http_url(given) is None:
        raise ConfigurationError(f"endpoint: a URL of http or https, got {endpoint!r}")
    for name, text in texts.items():
        if not isinstance(text, str) or not text.strip():
            raise ConfigurationError(f"{name}: a text, got {text!r}")


class _Stays(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: what is sent may be a token."""

    def redirect_request(
        self, req: object, fp: object, code: object, msg: object, headers: object, newurl: object
    ) -> None:
        return None


def _asked(who: str, request: urllib.request.Request, timeout: float) -> str:
    """The body of a good answer. Metadata servers (`http:`) are on this machine's own network: no proxy."""
    direct = [urllib.request.ProxyHandler({})] if request.type == "http" else []
    try:
        with urllib.request.build_opener(_Stays, *direct).open(request, timeout=timeout) as answer:
            body: bytes = answer.read(_MOST)
    except urllib.error.HTTPError as error:
        with error:
            raise IdentityError(f"{who} gave no token: status {error.code}{_reason(error.read(_MOST))}") from None
    except (OSError, HTTPException) as error:
        what = type(error).__name__
        raise IdentityError(f"{who} cannot be asked who this is ({what}): is this its machine?") from None
    return body.decode("utf-8", "replace")


def _reason(body: bytes) -> str:
    """The code that an answer gives for its refusal, which is no place for tokens."""
    try:
        code = json.loads(body).get("error")
    except (ValueError, AttributeError):
        return ""
    return f", {code[:80]}" if isinstance(code, str) else ""


def _object(body: str, who: str) -> Mapping[str, Any]:
    try:
        told = json.loads(body)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise IdentityError(f"{who} gave no JSON object")
    return told


def _token_of(told: Mapping[str, Any], who: str) -> tuple[str, float]:
    token, seconds = told.get("access_token"), told.get("expires_in")
    if not isinstance(token, str) or not token:
        raise IdentityError(f"{who} gave no access_token")
    try:
        left = float(seconds)  # type: ignore[arg-type]  # Azure says it as a text, others as a number, None is caught
    except (TypeError, ValueError):
        raise IdentityError(f"{who} gave a token without the time it holds for (expires_in)") from None
    if not math.isfinite(left):
        raise IdentityError(f"{who} gave a token that holds for {left} seconds (expires_in)")
    return token, left


def _time_left(token: str) -> float:
    """How many seconds a JWT has left, by its own word; none where it says nothing, so that it is not kept."""
    middle = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        told = json.loads(urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
        left = float(told["exp"]) - time.time()
        return max(0.0, left) if math.isfinite(left) else 0.0
    except (ValueError, KeyError, TypeError):
        return 0.0
