"""What the engine needs of a client, as protocols: its policies, and what it adds to a request. Nothing runs here.

`Config` is the `Policies` of every client, `BaseClient` the `Caller`; the engine knows neither.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, Self

from typed_openai.core.known_secrets import Secrets
from typed_openai.core.setting_types import Capabilities, TimeoutLike, Validation

if TYPE_CHECKING:
    from typed_openai.core.answer.unknown_report import UnknownReport
    from typed_openai.core.observers import Observer
    from typed_openai.core.run.effects import HeaderItems, Middleware, Request
    from typed_openai.core.run.retry import RetryEvent


class Tolerance(Protocol):
    """How an answer that deviates is taken."""

    @property
    def strict_responses(self) -> bool:
        """Whether it is an error."""
        ...

    @property
    def host(self) -> str:
        """Who it came from, for the log."""
        ...

    @property
    def told(self) -> set[str]:
        """Kinds of answers of which the log has told."""
        ...

    @property
    def unknown(self) -> UnknownReport | None:
        """Where it is counted what the models do not know; None where nobody looks."""
        ...


class Policies(Tolerance, Protocol):
    """How a client goes about its calls. What each of these means is said in `settings/names.py`."""

    @property
    def base_url(self) -> str: ...
    @property
    def timeout(self) -> float | TimeoutLike | None: ...
    @property
    def deadline(self) -> float | None: ...
    @property
    def idle_timeout(self) -> float | None: ...
    @property
    def max_body(self) -> int | None: ...
    @property
    def max_retries(self) -> int: ...
    @property
    def default_query(self) -> Mapping[str, object]: ...
    @property
    def validation(self) -> Validation: ...
    @property
    def lets_through(self) -> frozenset[str]:
        """Members and kinds of parts that are not faults of a request."""
        ...

    @property
    def setting_names(self) -> Collection[str]:
        """What settings are called, for a hint where one is given as a parameter."""
        ...

    @property
    def http_client(self) -> Any: ...
    @property
    def on_retry(self) -> Callable[[RetryEvent], object] | None: ...
    @property
    def middleware(self) -> Sequence[Middleware]: ...
    @property
    def webhook_secret(self) -> str | None: ...
    @property
    def telemetry(self) -> bool | None: ...
    @property
    def capabilities(self) -> Capabilities: ...
    def changed(self, arguments: Mapping[str, Any]) -> Self:
        """A copy with these settings on top."""
        ...


class Declared(Protocol):
    """What a client wants to know of an operation that it adds headers to."""

    @property
    def method(self) -> str: ...
    @property
    def headers(self) -> Mapping[str, str] | None: ...
    @property
    def multipart(self) -> bool: ...
    @property
    def admin(self) -> bool:
        """Whether only an administrator may ask."""
        ...


class Caller(Protocol):
    """A client, as far as the engine needs one."""

    is_async: bool
    secrets: Secrets
    observers: tuple[Observer, ...]
    """What watches its operations, besides what observes every client."""

    @property
    def config(self) -> Policies: ...
    @property
    def driver(self) -> Any: ...
    def url(self, path: str, title: str, method: str, params: object) -> str:
        """The URL of the operation of that title and method."""
        ...

    def headers_for(self, operation: Declared, streams: bool) -> HeaderItems:
        """The headers that every request of this kind has."""
        ...

    def identify(self, request: Request, admin: bool = False) -> None:
        """Let a request say who asks; with `admin`, which administrator."""
        ...

    def changed(self, settings: Mapping[str, Any]) -> Self:
        """A client with some settings changed."""
        ...

    def require_key(self, headers: Mapping[str, object], admin: bool = False) -> None:
        """Raise when the server surely wants a key (with `admin`, that of an administrator) and there is none;
        `headers` are those of this call."""
        ...

    def maker(self) -> Callable[[], Caller]:
        """What makes a sync client that was told the same, in another process too."""
        ...

    def no_such_name(self, owner: Any, name: str) -> AttributeError:
        """The error for a name that this client, or a resource of it, does not have."""
        ...

    def not_callable(self, owner: Any) -> TypeError:
        """The error for a group of operations that was called."""
        ...
