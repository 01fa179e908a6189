"""What a flow may ask for (effects), what it asks with (`Request`) and what it is given (`Reply`): data, and nothing
that acts.

A flow is a generator that yields effects and returns a value; whether a sync or an async driver performs them it
neither knows nor cares (`drivers.py`). `Request` is one request, ready for any number of attempts.

Rules: nothing here knows a client, a setting's source or an endpoint. Who counts what is consumed stands in `OPEN`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

from typed_openai.core.answer.decode import read_json
from typed_openai.core.answer.meta import Headers, Meta
from typed_openai.core.known_secrets import Secrets
from typed_openai.core.redact import logger, redact_url
from typed_openai.core.request.headers import check_header
from typed_openai.errors import APIError, ConfigurationError, ResponseValidationError

if TYPE_CHECKING:
    from concurrent.futures import Future

    from typed_openai.core.answer.unknown_report import UnknownReport
    from typed_openai.core.request.multipart import Form
    from typed_openai.core.run.native import HTTPXResponse
    from typed_openai.core.setting_types import Credential, Signer, TimeoutLike
    from typed_openai.models.base import Params

T = TypeVar("T")


MAX_ERROR_BODY = 1024 * 1024
"""Bytes that are kept of the body of an error."""


class Send:
    """Send a request; gives a `Reply`, its body read unless the request streams."""

    __slots__ = ("request",)

    def __init__(self, request: Request) -> None:
        self.request = request


class Read:
    """Read the whole body of a reply that streams; gives the bytes, and the connection back."""

    __slots__ = ("reply",)

    def __init__(self, reply: Reply) -> None:
        self.reply = reply


class Sleep:
    """Wait for a number of seconds."""

    __slots__ = ("seconds",)

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds


class Call:
    """Call a function of the user's; an async driver awaits what it returns."""

    __slots__ = ("arguments", "function")

    def __init__(self, function: Callable[..., Any], *arguments: object) -> None:
        self.function = function
        self.arguments = arguments


class Work:
    """Call a function of ours that takes its time on disk or CPU; an async driver does it in a thread."""

    __slots__ = ("arguments", "function")

    def __init__(self, function: Callable[..., Any], *arguments: object) -> None:
        self.function = function
        self.arguments = arguments


class Until:
    """Wait until somebody sets a future, in whichever thread; `TimeoutError` at a time of `time.monotonic()`."""

    __slots__ = ("at", "future")

    def __init__(self, future: Future[None], at: float | None = None) -> None:
        self.future = future
        self.at = at


class Together:
    """Run several flows at once, at most `limit` of them; gives their values in order (see `core/run/together.py`)."""

    __slots__ = ("each", "flows", "limit")

    def __init__(self, flows: Sequence[Flow[Any]], limit: int, each: Callable[[Any], object] | None = None) -> None:
        self.flows = flows
        self.limit = limit
        self.each = each


class On:
    """Run a flow over other connections of the same colour, those of another client; gives its value."""

    __slots__ = ("flow", "pool")

    def __init__(self, pool: Any, flow: Flow[Any]) -> None:
        self.pool = pool
        self.flow = flow


Effect: TypeAlias = Send | Read | Sleep | Until | Call | Work | On | Together


Flow: TypeAlias = Generator[Effect, Any, T]


_UNKNOWN = Meta()


class Reply:
    """What a driver brings back: the response of the transport, how it came, and the pool it belongs to, which must
    not be collected while the body is being read."""

    __slots__ = ("content", "ends", "is_kept", "meta", "pool", "request", "response", "scope", "status")

    def __init__(self, request: Request, response: HTTPXResponse, pool: object) -> None:
        self.request = request
        self.response = response
        self.pool = pool
        self.status: int = response.status_code
        self.content: bytes | None = None
        self.meta: Meta = _UNKNOWN
        self.is_kept = False
        """Whether it was given, and paid for, before."""
        self.scope: Follower | None = None
        """Counts what the answer says was consumed; None when it has done so, or nobody counts."""
        self.ends: Ends | None = None
        """What is called at the end of the body, where somebody wants that."""

    def at_end(self, call: Callable[[bytes | None], object]) -> None:
        """Call this once when nobody reads the answer any more: with its body where it was read to its proper end, else
        with None. For an answer that is whole that is now. What it raises is logged, and changes nothing."""
        if self.content is not None:
            Ends([call]).told(self.content)
        elif self.ends is None:
            self.ends = Ends([call])
        else:
            self.ends.calls.append(call)

    def ended(self, content: bytes | None) -> None:
        """Nobody reads it any more."""
        ends, self.ends = self.ends, None
        if ends is not None:
            ends.told(content)

    def counted(self, read: Callable[[], T]) -> T:
        """What is read from this reply, taken into account by the `usage_scope` of the request, once; what is refused
        (`strict_responses`) was paid for all the same."""
        try:
            result = read()
        except ResponseValidationError as error:
            self._count(error.body)
            raise
        except APIError as error:
            self._count(error.body if error.partial is None else error.partial)
            raise
        self._count(result)
        return result

    def count_unparsed(self) -> None:
        """Take a raw answer into account, which nobody may ever parse."""
        if self.scope is not None and self.content:
            with suppress(ValueError):
                self._count(read_json(self.content)[0])

    def _count(self, result: object) -> None:
        if self.scope is not None:
            self.scope.count(self.request, result)
            self.scope = None

    def collector(self, received: list[bytes]) -> Callable[[bytes], object]:
        """Where the body goes while it is read: to the sink of the request when the answer is good, else to a list."""
        sink = self.request.sink
        return received.append if sink is None or self.status >= 300 else sink

    def most(self) -> int | None:
        """How many bytes of the body are kept: of an error less than of a good answer, of what goes to a sink none."""
        most = self.request.max_body
        if self.status >= 300:
            return most if most is None else min(most, MAX_ERROR_BODY)
        return most if self.request.sink is None else None

    def whole(self, content: bytes) -> HTTPXResponse:
        """The answer in the words of the transport, with a body that was read."""
        from typed_openai.core.run.native import whole_response

        return whole_response(self.meta, content, self.response.http_version)

    @property
    def headers(self) -> Headers:
        """The headers of the answer."""
        return Headers(list(self.response.headers.multi_items()))


class Ends:
    """What is called at the end of an answer; at the latest when nobody holds the answer any more."""

    def __init__(self, calls: list[Callable[[bytes | None], object]]) -> None:
        self.calls = calls

    def told(self, content: bytes | None) -> None:
        """It is the end."""
        from typed_openai.core.run.threads import Kept

        calls, self.calls = self.calls, []
        for call in calls:
            kept = Kept(Exception)
            with kept:
                call(content)
            if kept.error is not None:
                logger.error("what was to be done at the end of an answer raised %r", kept.error)

    def __del__(self) -> None:
        if self.calls:
            self.told(None)


class Follower(Protocol):
    """Follows a request to its end: counts what is consumed (a `usage_scope`), tells observers (an `Observation`)."""

    def admit(self, request: Request) -> None:
        """Before each attempt: count it, or raise where it must not be sent."""

    def unpaid(self) -> Follower | None:
        """Who follows a request whose answer costs nothing."""

    def count(self, request: Request, answer: Any) -> None:
        """Take an answer into account."""

    def count_stream(self, machine: Any) -> None:
        """Take a stream that ended into account."""


class Observed(Follower, Protocol):
    """A request's place in an operation that somebody observes (`core/run/observing.py`)."""

    def beside(self, scope: Follower | None) -> Follower:
        """Follow the request together with the `usage_scope` that it was first sent in."""
        ...

    def event(self) -> None:
        """An event of its stream came."""

    def finish(self, error: BaseException | None = None) -> None:
        """Nothing more comes of it."""

    def go_on(self, flow: Flow[T]) -> Flow[T]:
        """A flow whose request goes on with this operation, whose stream broke."""
        ...


class Sender(Protocol):
    """What a middleware hands a request on to."""

    def __call__(self, request: Request, /) -> Flow[Reply]: ...


class Middleware(Protocol):
    """A step around each attempt: a generator function that sends (or does not) and returns the reply."""

    def __call__(self, request: Request, send: Sender, /) -> Flow[Reply]: ...


HeaderItems = tuple[tuple[str, str], ...]


@dataclass(slots=True, repr=False, eq=False)
class Request:
    """One request, ready for any number of attempts. `streams`: the body of the answer is read bit by bit."""

    operation: str
    method: str
    url: str
    base_headers: HeaderItems
    headers: dict[str, str | None]
    content: bytes | None = None
    form: Form | None = None
    streams: bool = False
    timeout: float | TimeoutLike | None = None
    idle_timeout: float | None = None
    deadline_at: float | None = None
    max_body: int | None = None
    """How many bytes of the answer are kept, unpacked; None for any number."""
    api_key: Callable[[], Any] | None = None
    credential: Credential | None = None
    """How `api_key` is sent, and which setting it came from."""
    origin: str = ""
    """How the URL came about, where that helps to understand a 404."""
    secrets: Secrets = field(default_factory=Secrets)
    anonymous: bool = False
    """Goes to a stranger: with nothing that an `http_client` of the user's own would add (headers, cookies, auth)."""
    administers: bool = False
    """Asked by an administrator: where his key goes with it, an `http_client` of the user's own does not sign it."""
    check: Callable[[Any, Request], Any] | None = None
    """A flow that looks at this request once more before it is sent."""
    params: Params | dict[str, Any] | None = None
    """What was asked for, so that what was not given can be told."""
    prices: Mapping[str, tuple[float, ...]] | None = None
    """Prices of the server's own, for whoever wants to know what the answer cost."""
    sink: Callable[[bytes], object] | None = None
    """Takes the body of a good answer block by block; nobody else gets it then."""
    observed: Observed | None = None
    """Tells observers of the operation what becomes of this request."""
    signer: Signer | None = None
    """Signs it when all else of it is there."""
    kept: Any = None
    """What a middleware that sends several requests for this one finds again at the next attempt."""
    unknown: UnknownReport | None = None
    """Counts what of the answer no model knows, where it is read as a type of the user's."""

    def authorize(self, key: Any) -> None:
        """Use what a function of the user's returned for this attempt: a key, or what signs it (`Signer`)."""
        header, scheme, setting = "authorization", "Bearer ", "api_key"
        if self.credential is not None:
            header, scheme, _, setting = self.credential
        self.signer = None if isinstance(key, str) or not hasattr(key, "sign") else key
        if self.signer is not None:
            self.headers.pop(header, None)  # that of an attempt before
            return
        check_header(f"the key returned by {setting}()", key)
        if not key:
            raise ConfigurationError(f"the key returned by {setting}() is empty")
        self.headers[header] = f"{scheme}{key}"
        if key not in self.secrets:
            self.secrets = self.secrets.more([key])

    def asked(self, name: str) -> Any:
        """A parameter of the call, None where it was not given."""
        params = self.params
        return params.get(name) if isinstance(params, dict) else getattr(params, name, None)

    def __repr__(self) -> str:
        """Without headers and body: either may hold a secret."""
        return f"<Request {self.operation}: {self.method} {redact_url(self.url)}>"

    def has(self, header: str) -> bool:
        """Whether this header was set by hand: for this call (perhaps to be left out), or for all of them."""
        return header in self.headers or any(name == header for name, _ in self.base_headers)


OPEN: ContextVar[Follower | None] = ContextVar("typed_openai_usage", default=None)
"""The innermost scope; the engine looks once for each request."""
EVERYWHERE: list[Any] = []
"""The observers of every client, besides its own (`typed_openai.otel.instrument`)."""
