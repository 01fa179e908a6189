"""`as_official(client)`: the client as frameworks want it that ask `isinstance(x, openai.…)` of what they are given.

Many frameworks take an OpenAI client and only call it; they take ours as it is. Some look at the class of the answer
(LangChain, pydantic-ai) or catch the official package's errors. For them this view runs every call through our client,
with its checks, retries and limits, and hands out the answer as the official class of the same name.

    llm = ChatOpenAI(model="gpt-4o", client=as_official(client).chat.completions)

Rules
* The official package must be installed (such frameworks depend on it); nothing else here imports it.
* The view of a client passes for the official client of its colour: `isinstance(view, openai.OpenAI)` holds.
* Results, chunks and events become the class that has the same name there; what has no such class stays as it is. What
  `parse` read stands where it stands there: `message.parsed`, `output_parsed`. `chat.completions.stream` gives the
  official event of each chunk, not our events.
* Errors that came of the API become the official ones (ours is the `__cause__`); a request that our checks refuse stays
  a `RequestValidationError`: no server has seen it.

Weak spots
* The view has what our client has: a framework that reaches for what is private in the official one does not find it.
* Events of `chat.completions.stream` have no `snapshot`: nobody pays for one per chunk.
* An official object holds what the server sent and nothing of `meta` and `issues`. Pages keep our class and our items.
"""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from types import SimpleNamespace, TracebackType
from typing import TYPE_CHECKING, Any, Self

from typed_openai import errors
from typed_openai.client import BaseClient
from typed_openai.core.endpoint import Resource
from typed_openai.core.raw import APIResponse
from typed_openai.models.base import Result
from typed_openai.models.chat_completions import ChatCompletionChunk
from typed_openai.streaming.events import AsyncEventStream, EventStream
from typed_openai.streaming.stream import AsyncStream, Stream
from typed_openai.structured import ParsedChatCompletion
from typed_openai.structured_responses import ParsedResponse

_SHELVES = ("types.chat", "types.responses", "types")


def as_official(client: BaseClient) -> Any:
    """A view of the client (either colour) whose answers and errors are those of the official `openai` package.

    Raises `ConfigurationError` when that package is not installed.
    """
    return _View(client, _official())


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
        return _View(value, _official())
    for kinds, view in _STREAMS.items():
        if isinstance(value, kinds):
            return view(value)
    if isinstance(value, ParsedChatCompletion | ParsedResponse):
        return _with_values(value)
    return _Raw(value) if isinstance(value, APIResponse) else value


def _with_values(outcome: Any) -> Any:
    """What `parse` gave, the values where they stand in the official objects."""
    if isinstance(outcome, ParsedChatCompletion):
        completion = _handed_out(outcome.completion)
        for theirs, ours in zip(completion.choices, outcome.choices, strict=True):
            theirs.message.parsed = ours.message.parsed
        return completion
    response = _counterpart(_official(), "ParsedResponse").construct(**outcome.response.model_dump())
    for item in response.output:
        for part in item.content if item.type == "message" else ():
            if part.type == "output_text":
                part.parsed = outcome.output_parsed
                return response
    return response


def _event(raw: Any) -> Any:
    """What a helper that gives events is given, in the official form."""
    official = _handed_out(raw)
    if not isinstance(raw, ChatCompletionChunk):
        return official
    return importlib.import_module("openai.lib.streaming.chat").ChunkEvent.construct(type="chunk", chunk=official)


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


def _call(operation: Callable[..., Any], give: Callable[[Any], Any] = _handed_out) -> Callable[..., Any]:
    """The operation, its outcome in official form."""

    async def call_async(*args: Any, **kwargs: Any) -> Any:
        try:
            return give(await operation(*args, **kwargs))
        except errors.APIError as error:
            raise _official_error(error) from error

    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return give(operation(*args, **kwargs))
        except errors.APIError as error:
            raise _official_error(error) from error

    return functools.wraps(operation)(call_async if inspect.iscoroutinefunction(operation) else call)


_FORMATS = {"chat.completions": "response_format", "responses": "text_format"}


def _raw_parse(resource: Any) -> Callable[..., Any]:
    """`with_raw_response.parse(...)`, which our `parse` has no raw form of: LangChain asks for it. A format that is no
    type goes to `create`, as the official `parse` does it."""
    parse, create, name = type(resource)(resource.client).parse, resource.create, _FORMATS[resource.path]

    async def parse_async(**kwargs: Any) -> Any:
        given = isinstance(kwargs.get(name), dict)
        return await create(**kwargs) if given else _raw_parsed(await parse(**kwargs))

    def parse_sync(**kwargs: Any) -> Any:
        given = isinstance(kwargs.get(name), dict)
        return create(**kwargs) if given else _raw_parsed(parse(**kwargs))

    return _call(parse_async if resource.is_async else parse_sync)


def _raw_parsed(outcome: Any) -> Any:
    meta = outcome.meta
    return SimpleNamespace(parse=lambda: _handed_out(outcome), headers=meta.headers, status_code=meta.status)


class _View:
    """A client or a resource, its operations giving official objects."""

    def __init__(self, of: Any, official: Any) -> None:
        self._of = of
        names = [each.__name__ for each in type(of).__mro__] if isinstance(of, BaseClient) else []
        self._passes_for = next((kind for name in names if (kind := getattr(official, name, None))), _View)

    if not TYPE_CHECKING:

        @property
        def __class__(self) -> type:
            """What `isinstance` looks at besides the real class."""
            return self._passes_for

    def __getattr__(self, name: str) -> Any:
        if name == "parse" and getattr(self._of, "mode", "") == "raw" and self._of.path in _FORMATS:
            return _raw_parse(self._of)
        found = getattr(self._of, name)
        if isinstance(found, BaseClient | Resource):
            return _handed_out(found)
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


class _RawReader:
    """Lets a helper that gives events of its own give what they are made of; it still knows what they add up to."""

    def __init__(self, of: Any) -> None:
        self._of = of

    def __getattr__(self, name: str) -> Any:
        return getattr(self._of, name)

    def read(self, raw: Any) -> Iterator[Any]:
        for _ in self._of.read(raw):
            pass
        yield raw

    def finish(self) -> Iterator[Any]:
        for _ in self._of.finish():
            pass
        return iter(())


class _Streamed:
    """What both colours of a stream share."""

    def __init__(self, of: Any) -> None:
        self._of = of
        self._give: Callable[[Any], Any] = _handed_out
        if isinstance(of, EventStream | AsyncEventStream):
            self._give = _event
            raw: Any = of
            raw._reader = _RawReader(raw._reader)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._of, name)
        return _call(found) if name.startswith("get_final_") else found


class _Chunks(_Streamed):
    """A stream of official chunks or events."""

    def __iter__(self) -> Iterator[Any]:
        try:
            for chunk in self._of:
                yield self._give(chunk)
        except errors.APIError as error:
            raise _official_error(error) from error

    def __next__(self) -> Any:
        return _call(self._of.__next__, self._give)()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._of.close()


class _AsyncChunks(_Streamed):
    """A stream of official chunks or events."""

    async def __aiter__(self) -> AsyncIterator[Any]:
        try:
            async for chunk in self._of:
                yield self._give(chunk)
        except errors.APIError as error:
            raise _official_error(error) from error

    async def __anext__(self) -> Any:
        return await _call(self._of.__anext__, self._give)()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self._of.aclose()


_STREAMS: dict[tuple[type, type], type[_Streamed]] = {
    (Stream, EventStream): _Chunks,
    (AsyncStream, AsyncEventStream): _AsyncChunks,
}
