"""`as_official(client)`: the client as frameworks want it that ask `isinstance(x, openai.…)` of what they are given.

Many frameworks take an OpenAI client and only call it; they take ours as it is. Some look at the class of the answer
(LangChain, pydantic-ai) or catch the official package's errors. For them this view runs every call through our client,
with its checks, retries and limits, and hands out the answer as the official class of the same name.

    llm = ChatOpenAI(model="gpt-4o", client=as_official(client).chat.completions)

Rules
* The official package must be installed (such frameworks depend on it); nothing else here imports it.
* Results, chunks and events become the class that has the same name there; what has no such class stays as it is.
* Errors that came of the API become the official ones (ours is the `__cause__`); a request that our checks refuse stays
  a `RequestValidationError`: no server has seen it.

Weak spots
* The view is no `openai.OpenAI`: a framework that insists on the class of the *client* cannot take it.
* An official object holds what the server sent and nothing of `meta` and `issues`. Pages keep our class and our items.
"""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from types import SimpleNamespace, TracebackType
from typing import Any, Self

from typed_openai import errors
from typed_openai.client import BaseClient
from typed_openai.core.endpoint import Resource
from typed_openai.core.raw import APIResponse
from typed_openai.models.base import Result
from typed_openai.streaming.stream import AsyncStream, Stream

_SHELVES = ("types.chat", "types.responses", "types")


def as_official(client: BaseClient) -> Any:
    """A view of the client (either colour) whose answers and errors are those of the official `openai` package.

    Raises `ConfigurationError` when that package is not installed.
    """
    _official()
    return _View(client)


def _official() -> Any:
    try:
        return importlib.import_module("openai")
    except ModuleNotFoundError as error:
        raise errors.ConfigurationError("as_official: the package openai is not installed") from error


@functools.cache
def _counterpart(official: Any, name: str) -> Any:
    """The official model of this name, None when there is none."""
    for shelf in _SHELVES:
        found = getattr(importlib.import_module(f"openai.{shelf}"), name, None)
        if isinstance(found, type) and issubclass(found, official.BaseModel):
            return found
    return None


def _handed_out(value: Any) -> Any:
    """What a call gave, in its official form."""
    if isinstance(value, Result):
        model = _counterpart(_official(), type(value).__name__)
        return value if model is None else model.construct(**value.model_dump())
    if isinstance(value, BaseClient | Resource):
        return _View(value)
    if isinstance(value, Stream):
        return _Chunks(value)
    if isinstance(value, AsyncStream):
        return _AsyncChunks(value)
    return _Raw(value) if isinstance(value, APIResponse) else value


def _official_error(error: errors.APIError) -> Exception:
    official = _official()
    request = SimpleNamespace(method=error.meta.method, url=error.meta.url)
    kind: Any = next(found for each in type(error).__mro__ if (found := getattr(official, each.__name__, None)))
    if issubclass(kind, official.APITimeoutError):
        made = kind(request=request)
    elif issubclass(kind, official.APIConnectionError):
        made = kind(message=error.message, request=request)
    elif isinstance(error, errors.APIStatusError | errors.APIResponseValidationError):
        response = SimpleNamespace(
            status_code=error.meta.status, headers=error.meta.headers, content=error.content, request=request
        )
        made = kind(message=error.message, response=response, body=error.body)
    else:
        made = official.APIError(error.message, request, body=error.body)
    found_error: Exception = made
    return found_error


def _call(operation: Callable[..., Any]) -> Callable[..., Any]:
    """The operation, its outcome in official form."""

    async def call_async(*args: Any, **kwargs: Any) -> Any:
        try:
            return _handed_out(await operation(*args, **kwargs))
        except errors.APIError as error:
            raise _official_error(error) from error

    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return _handed_out(operation(*args, **kwargs))
        except errors.APIError as error:
            raise _official_error(error) from error

    return functools.wraps(operation)(call_async if inspect.iscoroutinefunction(operation) else call)


def _raw_parse(resource: Any) -> Callable[..., Any]:
    """`with_raw_response.parse(...)`, which our `parse` has no raw form of: LangChain asks for it. A format that is no
    type goes to `create`, as the official `parse` does it."""
    parse, create = type(resource)(resource.client).parse, resource.create

    async def parse_async(**kwargs: Any) -> Any:
        given = isinstance(kwargs.get("response_format"), dict)
        return await create(**kwargs) if given else _raw_parsed(await parse(**kwargs))

    def parse_sync(**kwargs: Any) -> Any:
        given = isinstance(kwargs.get("response_format"), dict)
        return create(**kwargs) if given else _raw_parsed(parse(**kwargs))

    return _call(parse_async if resource.is_async else parse_sync)


def _raw_parsed(outcome: Any) -> Any:
    official, meta = _handed_out(outcome.completion), outcome.completion.meta
    for theirs, ours in zip(official.choices, outcome.choices, strict=True):
        theirs.message.parsed = ours.message.parsed
    return SimpleNamespace(parse=lambda: official, headers=meta.headers, status_code=meta.status)


class _View:
    """A client or a resource, its operations giving official objects."""

    def __init__(self, of: Any) -> None:
        self._of = of

    def __getattr__(self, name: str) -> Any:
        if name == "parse" and getattr(self._of, "mode", "") == "raw" and self._of.path == "chat.completions":
            return _raw_parse(self._of)
        found = getattr(self._of, name)
        if isinstance(found, BaseClient | Resource):
            return _View(found)
        return _call(found) if callable(found) and not isinstance(found, type) else found

    def __repr__(self) -> str:
        return f"<official view of {self._of!r}>"


class _Raw:
    """A raw answer whose `parse()` gives the official object."""

    def __init__(self, of: APIResponse[Any]) -> None:
        self._of = of

    def __getattr__(self, name: str) -> Any:
        return getattr(self._of, name)

    def parse(self) -> Any:
        return _call(self._of.parse)()


class _Chunks:
    """A stream of official chunks."""

    def __init__(self, of: Stream[Any]) -> None:
        self._of = of

    def __getattr__(self, name: str) -> Any:
        return getattr(self._of, name)

    def __iter__(self) -> Iterator[Any]:
        try:
            for chunk in self._of:
                yield _handed_out(chunk)
        except errors.APIError as error:
            raise _official_error(error) from error

    def __next__(self) -> Any:
        return _call(self._of.__next__)()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._of.close()


class _AsyncChunks:
    """A stream of official chunks."""

    def __init__(self, of: AsyncStream[Any]) -> None:
        self._of = of

    def __getattr__(self, name: str) -> Any:
        return getattr(self._of, name)

    async def __aiter__(self) -> AsyncIterator[Any]:
        try:
            async for chunk in self._of:
                yield _handed_out(chunk)
        except errors.APIError as error:
            raise _official_error(error) from error

    async def __anext__(self) -> Any:
        return await _call(self._of.__anext__)()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self._of.aclose()
