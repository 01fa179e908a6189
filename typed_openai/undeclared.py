"""Requests to what has no operation here, as users make them: `client.request`, `client.get`, `client.post`, ...

    client.post("/evals", body={"name": "tea"}, cast_to=Eval)          # an Eval; without cast_to an APIResponse
    client.get("/evals", cast_to=SyncCursorPage[Eval])                 # a page that goes on by itself
    client.post("/chat/completions", body=..., cast_to=ChatCompletionChunk, stream=True)

Calls of the official package hold here as they are. What `cast_to` may be is in `core/declare/casts.py`, what is sent
in `core/declare/raw_request.py`; here are the names, and what a type checker makes of them, once for each colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypedDict, TypeVar, Unpack, overload

from typed_openai.core.call_options import PostOptions

if TYPE_CHECKING:
    from typed_openai.core.answer.raw import APIResponse
    from typed_openai.core.declare.raw_request import Method
    from typed_openai.core.setting_types import TimeoutLike
    from typed_openai.models.base import Result, TypeLike
    from typed_openai.streaming.stream import AsyncStream, Stream

A = TypeVar("A")
T = TypeVar("T")
C = TypeVar("C", bound="Result")


class OfficialOptions(TypedDict, total=False):
    """What `options=` may hold, under the names of the official package."""

    headers: Mapping[str, str | None]
    """`extra_headers` of other calls."""
    params: Mapping[str, object]
    """The query."""
    extra_json: Mapping[str, object]
    """Fields on top of those of `body`."""
    timeout: float | TimeoutLike | None
    """Seconds for each network operation; None for any number."""
    max_retries: int
    """How often this request is tried again."""
    idempotency_key: str
    """Kept over all attempts."""


class AskedOptions(PostOptions, total=False):
    """What a request to any path takes."""

    query: Mapping[str, object] | None
    """Query parameters."""
    body: object
    """Goes out as JSON, unchecked: a dict, a list, a model. Beside `files`: the other fields of the form."""
    content: bytes | str | Iterable[bytes] | None
    """Goes out as it is, with the `content-type` of `extra_headers` (else JSON's); not with GET, DELETE."""
    files: Mapping[str, Any] | Sequence[tuple[str, Any]] | None
    """Files of a form (paths, bytes, open files, `(name, content)`) by their fields; not with GET, DELETE."""
    options: OfficialOptions | None
    """Options of the request under the names of the official package."""


class _Asks:
    """A verb of a client, of either colour."""

    def __init__(self, client: Any, method: str) -> None:
        self._client = client
        self._method = method

    def __call__(self, path: str, **options: Any) -> Any:
        """`client.request(method, path, ...)` of this verb: the answer, or what is awaited for it."""
        return self._client.request(self._method, path, **options)

    def __repr__(self) -> str:
        return f"<{self._method} of {self._client!r}>"


class Ask(Protocol):
    """What a verb of a sync client is to type checkers: `client.post("/path", body={...}, cast_to=Model)`."""

    @overload
    def __call__(self, path: str, **options: Unpack[AskedOptions]) -> APIResponse[Result]: ...
    @overload
    def __call__(
        self, path: str, *, cast_to: TypeLike[T], stream: Literal[False] = False, **options: Unpack[AskedOptions]
    ) -> T: ...
    @overload
    def __call__(
        self, path: str, *, cast_to: type[C], stream: Literal[True], **options: Unpack[AskedOptions]
    ) -> Stream[C]: ...
    @overload
    def __call__(
        self,
        path: str,
        *,
        cast_to: Any = None,
        stream: Literal[True],
        stream_cls: type[T],
        **options: Unpack[AskedOptions],
    ) -> T: ...
    @overload
    def __call__(
        self, path: str, *, cast_to: TypeLike[T], stream: Literal[True], **options: Unpack[AskedOptions]
    ) -> Stream[Any]: ...


class AsyncAsk(Protocol):
    """The same of an async client."""

    @overload
    async def __call__(self, path: str, **options: Unpack[AskedOptions]) -> APIResponse[Result]: ...
    @overload
    async def __call__(
        self, path: str, *, cast_to: TypeLike[T], stream: Literal[False] = False, **options: Unpack[AskedOptions]
    ) -> T: ...
    @overload
    async def __call__(
        self, path: str, *, cast_to: type[C], stream: Literal[True], **options: Unpack[AskedOptions]
    ) -> AsyncStream[C]: ...
    @overload
    async def __call__(
        self,
        path: str,
        *,
        cast_to: Any = None,
        stream: Literal[True],
        stream_cls: type[T],
        **options: Unpack[AskedOptions],
    ) -> T: ...
    @overload
    async def __call__(
        self, path: str, *, cast_to: TypeLike[T], stream: Literal[True], **options: Unpack[AskedOptions]
    ) -> AsyncStream[Any]: ...


class _Verb(Generic[A]):
    """A verb, as an attribute of clients."""

    def __init__(self, method: str) -> None:
        self._method = method

    def __get__(self, client: object, owner: type[Any]) -> A:
        asks: Any = _Asks
        made: A = asks(client, self._method)
        return made


class Undeclared:
    """The requests of a sync client."""

    get = _Verb[Ask]("GET")
    """`request("GET", path, ...)`."""
    post = _Verb[Ask]("POST")
    """`request("POST", path, ...)`."""
    put = _Verb[Ask]("PUT")
    """`request("PUT", path, ...)`."""
    patch = _Verb[Ask]("PATCH")
    """`request("PATCH", path, ...)`."""
    delete = _Verb[Ask]("DELETE")
    """`request("DELETE", path, ...)`."""

    @overload
    def request(self, method: Method, path: str, **options: Unpack[AskedOptions]) -> APIResponse[Result]: ...
    @overload
    def request(
        self,
        method: Method,
        path: str,
        *,
        cast_to: TypeLike[T],
        stream: Literal[False] = False,
        **options: Unpack[AskedOptions],
    ) -> T: ...
    @overload
    def request(
        self, method: Method, path: str, *, cast_to: type[C], stream: Literal[True], **options: Unpack[AskedOptions]
    ) -> Stream[C]: ...
    @overload
    def request(
        self,
        method: Method,
        path: str,
        *,
        cast_to: Any = None,
        stream: Literal[True],
        stream_cls: type[T],
        **options: Unpack[AskedOptions],
    ) -> T: ...
    @overload
    def request(
        self, method: Method, path: str, *, cast_to: TypeLike[T], stream: Literal[True], **options: Unpack[AskedOptions]
    ) -> Stream[Any]: ...
    def request(
        self,
        method: Method,
        path: str,
        *,
        body: object = None,
        query: Mapping[str, object] | None = None,
        cast_to: Any = None,
        stream: bool = False,
        stream_cls: Any = None,
        **options: Any,
    ) -> Any:
        """Ask for what has no operation here: `client.request("GET", "/evals", query={"limit": 5}).json()`.

        `path` is what follows `base_url`; `body` goes out as JSON, unchecked. cast_to: what the answer is given as, by
        default an `APIResponse` with `json()` and `parse()`; with `stream=True` an event of the stream (or
        `stream_cls=Stream[Event]`). Raises what every call raises, `RequestValidationError` before anything is sent.
        """
        return _asked(
            self, method, path, body=body, query=query, cast_to=cast_to, stream=stream, stream_cls=stream_cls, **options
        )


class AsyncUndeclared:
    """The requests of an async client."""

    get = _Verb[AsyncAsk]("GET")
    """`request("GET", path, ...)`."""
    post = _Verb[AsyncAsk]("POST")
    """`request("POST", path, ...)`."""
    put = _Verb[AsyncAsk]("PUT")
    """`request("PUT", path, ...)`."""
    patch = _Verb[AsyncAsk]("PATCH")
    """`request("PATCH", path, ...)`."""
    delete = _Verb[AsyncAsk]("DELETE")
    """`request("DELETE", path, ...)`."""

    @overload
    async def request(self, method: Method, path: str, **options: Unpack[AskedOptions]) -> APIResponse[Result]: ...
    @overload
    async def request(
        self,
        method: Method,
        path: str,
        *,
        cast_to: TypeLike[T],
        stream: Literal[False] = False,
        **options: Unpack[AskedOptions],
    ) -> T: ...
    @overload
    async def request(
        self, method: Method, path: str, *, cast_to: type[C], stream: Literal[True], **options: Unpack[AskedOptions]
    ) -> AsyncStream[C]: ...
    @overload
    async def request(
        self,
        method: Method,
        path: str,
        *,
        cast_to: Any = None,
        stream: Literal[True],
        stream_cls: type[T],
        **options: Unpack[AskedOptions],
    ) -> T: ...
    @overload
    async def request(
        self, method: Method, path: str, *, cast_to: TypeLike[T], stream: Literal[True], **options: Unpack[AskedOptions]
    ) -> AsyncStream[Any]: ...
    async def request(
        self,
        method: Method,
        path: str,
        *,
        body: object = None,
        query: Mapping[str, object] | None = None,
        cast_to: Any = None,
        stream: bool = False,
        stream_cls: Any = None,
        **options: Any,
    ) -> Any:
        """Ask for what has no operation here: `client.request("GET", "/evals", query={"limit": 5}).json()`.

        `path` is what follows `base_url`; `body` goes out as JSON, unchecked. cast_to: what the answer is given as, by
        default an `APIResponse` with `json()` and `parse()`; with `stream=True` an event of the stream (or
        `stream_cls=Stream[Event]`). Raises what every call raises, `RequestValidationError` before anything is sent.
        """
        return await _asked(
            self, method, path, body=body, query=query, cast_to=cast_to, stream=stream, stream_cls=stream_cls, **options
        )


def _asked(client: Any, method: str, path: str, **given: Any) -> Any:
    """The answer, or what is awaited for it."""
    from typed_openai.core.declare.raw_request import requested

    return client.driver.run(requested(client, method, path, given))
