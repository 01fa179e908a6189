"""What settings may be: the types that engine, settings and presets of servers share. Data, no dependencies."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias

from typed_openai.core.known_secrets import HIDDEN

CREDENTIALS = ("api_key", "azure_ad_token", "azure_ad_token_provider")
"""Settings of which a client has one: a later one replaces the others."""


ADMINISTRATION = ("/organization/", "/projects/")
"""What paths of the administration begin with: nothing below them is asked with another key than an administrator's."""


class Credential(NamedTuple):
    """What proves who asks: the header, what stands before the value there, the value or its function, the setting."""

    header: str
    scheme: str
    value: APIKey | Literal[False] | None
    setting: str

    def for_async(self) -> Credential:
        """The same for an async client: a source that knows how to let the event loop go on (`later`) is asked so."""
        later = getattr(self.value, "later", None)
        return self if later is None else self._replace(value=later)

    def __repr__(self) -> str:
        return f"Credential({self.header!r}, {self.scheme!r}, {HIDDEN}, {self.setting!r})"


Validation: TypeAlias = Literal["strict", "warn", "off"]


APIType: TypeAlias = Literal["openai", "azure"]


class Proof(NamedTuple):
    """What signs one request."""

    headers: Mapping[str, str]
    """To be sent with it, names in lower case."""
    secrets: Sequence[str]
    """What nobody is told of all that it is made of."""

    def __repr__(self) -> str:
        return f"Proof({', '.join(self.headers)})"


class Signer(Protocol):
    """Signs requests in the place of a key (`typed_openai.identity.aws_signature`)."""

    def sign(self, method: str, url: str, headers: Mapping[str, str], digest: str, /) -> Proof:
        """What signs a request with these headers (names in lower case), whose body has this SHA-256 (hexadecimal)."""
        ...


APIKey: TypeAlias = str | Callable[[], str | Signer] | Callable[[], Awaitable[str | Signer]]


FilePath: TypeAlias = str | PathLike[str]


ClientCert: TypeAlias = FilePath | tuple[FilePath, FilePath] | tuple[FilePath, FilePath, str | None]
"""A certificate to show (PEM): one file with its key in it, certificate and key, or these and the key's password."""


def is_path(value: object) -> bool:
    """Whether a value names a file."""
    return bool(value) and isinstance(value, str | PathLike)


class TimeoutLike(Protocol):
    """Anything with `as_dict()` giving connect, read, write and pool seconds: an `httpx.Timeout`."""

    def as_dict(self) -> dict[str, float | None]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a server is known to do beyond plain requests; where nothing is known, nothing special is asked of it."""

    base64_embeddings: bool = False
    """Takes `encoding_format="base64"`, which `embeddings.create` then asks for by itself."""
    stream_usage: bool = False
    """Takes `stream_options={"include_usage": True}`, which `.stream(...)` then asks for by itself."""
    ends_streams: bool = True
    """Ends a stream with `[DONE]` or a finish reason. False: a connection that closes cleanly is an end as well."""


TransportName: TypeAlias = Literal["httpx", "httpx2", "aiohttp"]


class SyncTransport(Protocol):
    """A sync transport: an `httpx.BaseTransport`, or one of httpx2."""

    def handle_request(self, request: Any, /) -> Any: ...


class AsyncTransport(Protocol):
    """An async transport: an `httpx.AsyncBaseTransport`, or one of httpx2."""

    async def handle_async_request(self, request: Any, /) -> Any: ...


TransportLike: TypeAlias = SyncTransport | AsyncTransport
