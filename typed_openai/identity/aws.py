"""Who asks, told by the credentials of AWS: each request is signed (Signature Version 4) in the place of a key.

    OpenAI(provider=bedrock("us-east-1"))                     # by itself, where there is no key of Bedrock
    OpenAI(provider=bedrock("us-east-1"), api_key=aws_signature("us-east-1", profile="work"))

Rules
* botocore (extra `[aws]`) finds the credentials, keeps and renews them, and makes the signature; it is loaded by the
  first request. Its chain: environment, `~/.aws` (profiles, SSO, roles), web identity, container, machine.
* Signed are host, content type, time, token and the hash of the body; what a proxy may change is not.
* The secret key leaves this process never, the session token with the request; neither is in a message, log or repr.
  What botocore logs of requests and answers (DEBUG) is not logged where it is for us.

Weak spot: a clock that is wrong by more than five minutes makes signatures that AWS refuses.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import Any

from typed_openai.core.extras import needed
from typed_openai.core.setting_types import Proof
from typed_openai.errors import ConfigurationError
from typed_openai.identity.workload import IdentityError

__all__ = ["AWSSignature", "aws_signature"]

_NAME = re.compile(r"[A-Za-z0-9-]+")
_SIGNED = ("content-type",)
_NEEDS = ("to sign requests to AWS", "or pass a key: api_key=..., for Bedrock AWS_BEARER_TOKEN_BEDROCK")


_LOUD = ("botocore.auth", "botocore.endpoint", "botocore.parsers")
"""Loggers that tell what is signed, and what the services that give credentials answer."""
_quiet: ContextVar[bool] = ContextVar("typed_openai_quiet", default=False)


def _is_told(record: logging.LogRecord) -> bool:
    return not _quiet.get()


@contextmanager
def _quietly() -> Generator[None, None, None]:
    """Within it botocore does not log what credentials are in; other users of it are not concerned."""
    for name in _LOUD:
        logging.getLogger(name).addFilter(_is_told)  # once, however often it is added
    before = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(before)


class AWSSignature:
    """Signs requests in the place of a key: `api_key=aws_signature(...)`, for clients of both colours."""

    def __init__(self, region: str, service: str, profile: str | None, session: Any) -> None:
        self.region, self.service, self.profile = region, service, profile
        self._given = session is not None
        self._session = session
        self._lock = Lock()

    def __call__(self) -> AWSSignature:
        """What signs the next request: this."""
        return self

    def sign(self, method: str, url: str, headers: Mapping[str, str], digest: str) -> Proof:
        """The headers that sign a request whose body has this hash (SHA-256, hexadecimal). Raises `IdentityError`
        where AWS does not say who asks, `ConfigurationError` without botocore."""
        auth, request = needed("botocore.auth", *_NEEDS), needed("botocore.awsrequest", *_NEEDS)
        told = {name: headers[name] for name in _SIGNED if name in headers}
        asked = request.AWSRequest(method=method, url=url, headers={**told, "x-amz-content-sha256": digest})
        with _quietly():
            found = self._credentials()
            auth.SigV4Auth(found, self.service, self.region).add_auth(asked)
        proof = {name.lower(): str(value) for name, value in asked.headers.items() if name.lower() not in told}
        signature = proof["authorization"].rpartition("Signature=")[2]
        return Proof(proof, [each for each in (found.secret_key, found.token, signature) if each])

    def _credentials(self) -> Any:
        """The credentials of this moment; botocore renews them when they are about to end."""
        sessions, exceptions = needed("botocore.session", *_NEEDS), needed("botocore.exceptions", *_NEEDS)
        hint = "look at `aws sts get-caller-identity`, AWS_PROFILE and AWS_ACCESS_KEY_ID"
        try:
            with self._lock:
                if self._session is None:
                    self._session = sessions.Session(profile=self.profile)
                credentials = self._session.get_credentials()
            found = None if credentials is None else credentials.get_frozen_credentials()
        except exceptions.BotoCoreError as error:
            raise IdentityError(f"AWS gave no credentials ({type(error).__name__}: {error}); {hint}") from error
        if found is None or not found.access_key or not found.secret_key:
            raise IdentityError(f"there are no credentials of AWS; {hint}")
        return found

    def __repr__(self) -> str:
        return f"<AWSSignature for {self.service} in {self.region}>"

    def __reduce__(self) -> Any:
        if self._given:
            raise TypeError("a session may hold credentials: make a signature where it is used instead of pickling it")
        return AWSSignature, (self.region, self.service, self.profile, None)


def aws_signature(
    region: str, service: str = "bedrock-mantle", *, profile: str | None = None, session: Any = None
) -> AWSSignature:
    """What signs requests with credentials of AWS.

    region: as in `us-east-1`. service: by which AWS knows the server (`bedrock` for `bedrock-runtime`). profile: of
    `~/.aws/config`, else what `AWS_PROFILE` says. session: a `botocore.session.Session` with credentials of your own,
    in the place of a profile. Raises `ConfigurationError`; when a request is signed, `IdentityError`.
    """
    given: tuple[tuple[str, object], ...] = (("region", region), ("service", service))
    for name, value in given:
        if not isinstance(value, str) or not _NAME.fullmatch(value):
            raise ConfigurationError(f"{name}: a name of AWS (letters, digits, '-'), such as us-east-1, got {value!r}")
    if profile is not None and session is not None:
        raise ConfigurationError("profile and session were given: pass one of them")
    return AWSSignature(region, service, profile, session)
