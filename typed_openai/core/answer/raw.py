"""Answers below the typed result: `with_raw_response`, `with_streaming_response`, and binary results.

* `client.files.with_raw_response.retrieve(id)` gives an `APIResponse`: status, headers, bytes, and `parse()`.
* `with client.files.with_streaming_response.content(id) as response:` gives the body bit by bit.
* A binary operation gives `Binary`: the bytes at hand, with `read`, `iter_bytes`, `iter_lines`, `write_to_file`.
* A call with `stream=True` parses to the stream that the plain call gives, through every door, before a byte is read.
* `parse(to=...)` reads the body as any other type (`core/answer/reading.py`).
* What the official package calls these things works too: `http_response`, `http_request`, `aread`, `astream_to_file`.

Weak spot: `Binary` holds the whole body in memory; large downloads belong in `with_streaming_response`.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Generic, TypeVar, get_origin, overload

from typed_openai.core.answer.meta import Meta, OfMeta, RawResponse, charset_of
from typed_openai.core.answer.readers import Blocks, Lines, LineTooLong, Pieces, Reader, Texts
from typed_openai.core.answer.whole import Whole
from typed_openai.errors import ConfigurationError, OpenAIError
from typed_openai.models.base import TypeLike
from typed_openai.shown.hooks import Shown

if TYPE_CHECKING:
    from typed_openai.core.answer.media import Media
    from typed_openai.core.run.effects import Reply
    from typed_openai.core.run.native import HTTPXResponse
    from typed_openai.errors import APIConnectionError

S = TypeVar("S")
T = TypeVar("T")


class APIResponse(Whole, Generic[T]):
    """An answer with its status and headers; `parse()` gives what the call would have returned."""

    __slots__ = ("_parse", "_parsed", "_reply", "http_version")

    def __init__(self, reply: Reply, parse: Callable[[], T]) -> None:
        super().__init__(reply.meta, reply.content or b"")
        self._reply: Reply | None = reply
        self.http_version: str = reply.response.http_version
        """What the server spoke: `HTTP/1.1`, or `HTTP/2` with an `http_client` that does."""
        self._parse: Callable[[], T] | None = parse
        self._parsed: T

    @overload
    def parse(self) -> T: ...
    @overload
    def parse(self, *, to: TypeLike[S]) -> S: ...
    def parse(self, *, to: Any = None) -> Any:
        """The typed result, parsed once; with `to` the body as that type. Raises `ResponseValidationError` when it does
        not fit."""
        if to is not None and not is_stream(to):
            from typed_openai.core.answer.reading import read_as

            if self._reply is None:
                raise ConfigurationError("a pickled answer knows no request: use parse(to=...) before it is pickled")
            return read_as(to, self, self._reply)
        if self._parse is not None:
            self._parsed, self._parse = self._parse(), None
        return self._parsed

    @property
    def http_response(self) -> HTTPXResponse:
        """The answer as an `httpx.Response`: that of the transport while it is read as a stream, else one with the
        whole body."""
        if self._reply is not None and self._reply.content is None:
            return self._reply.response
        from typed_openai.core.run.native import whole_response

        return whole_response(self.meta, self.content, self.http_version)

    @property
    def is_closed(self) -> bool:
        """Whether the connection was given back; not before its end where the body is a stream."""
        return self._reply is None or self._reply.response.is_closed

    def close(self) -> None:
        """Give the connection back, where the body is a stream; for `AsyncOpenAI`: `aclose`."""
        if self._reply is not None:
            self._reply.response.close()

    async def aclose(self) -> None:
        """Give the connection back, where the body is a stream."""
        if self._reply is not None:
            await self._reply.response.aclose()

    def __reduce__(self) -> tuple[Any, ...]:
        """What came, and what `parse()` gives or raises: it is told now, as no client goes along."""
        try:
            value, error = self.parse(), None
        except OpenAIError as refusal:
            value, error = None, refusal
        return _restored, (type(self), self.meta, self.content, self.http_version, value, error)


def _restored(
    kind: type[APIResponse[Any]],
    meta: Meta,
    content: bytes,
    http_version: str,
    value: object,
    error: OpenAIError | None,
) -> APIResponse[Any]:
    """A pickled answer, which has no connection any more."""

    def told() -> object:
        if error is not None:
            raise error
        return value

    answer = kind.__new__(kind)
    RawResponse.__init__(answer, meta, content)
    answer.http_version = http_version
    answer._reply = None
    answer._parse = told
    return answer


class Binary(Shown, Whole):
    """A binary answer, whole. Also has `status_code`, `headers`, `meta`, `text` and `json()`."""

    __slots__ = ()

    @property
    def content_type(self) -> str | None:
        return self.headers.get("content-type")

    @property
    def response(self) -> HTTPXResponse:
        """The answer as an `httpx.Response`."""
        from typed_openai.core.run.native import whole_response

        return whole_response(self.meta, self.content)


class StreamAnswer(RawResponse):
    """The answer that a stream is read from: status, headers, the bytes so far; closing it closes the stream."""

    __slots__ = ("_reply", "_stream")

    def __init__(self, reply: Reply, content: bytes, stream: Any) -> None:
        super().__init__(reply.meta, content)
        self._reply = reply
        self._stream = stream

    @property
    def http_version(self) -> str:
        """What the server spoke: `HTTP/1.1`, or `HTTP/2` with an `http_client` that does."""
        return self._reply.response.http_version

    @property
    def is_closed(self) -> bool:
        """Whether the connection was given back."""
        return self._reply.response.is_closed

    def close(self) -> Any:
        """Close the stream; that of an `AsyncOpenAI` is awaited."""
        return self._stream.close()

    async def aclose(self) -> None:
        """Close the stream."""
        closing = self._stream.close()
        if closing is not None:
            await closing


def is_stream(kind: object) -> bool:
    """Whether a type is one of the streams of this package or of the official one (`Stream[ChatCompletionChunk]`)."""
    return getattr(get_origin(kind) or kind, "__name__", "") in ("Stream", "AsyncStream")


class _Streamed(OfMeta, Generic[T]):
    """What both colours of an answer that is read bit by bit share."""

    def __reduce__(self) -> Any:
        raise TypeError("an answer that is read bit by bit is on its connection: pickle what read() or parse() gives")

    def __init__(
        self,
        reply: Reply,
        parse: Callable[[Reply], T],
        parse_stream: Callable[[Reply], T] | None = None,
        media: Media | None = None,
    ) -> None:
        self._reply = reply
        self._parse = parse
        self._parse_stream = parse_stream
        self._media = media
        self._content: bytes | None = reply.content

    def _stream(self) -> T | None:
        """What a call that asked for a stream gives; None for any other."""
        if self._parse_stream is None:
            return None
        if self._content is not None:
            self._reply.response = self._reply.whole(self._content)
        return self._parse_stream(self._reply)

    def _parsed(self, content: bytes, to: Any) -> Any:
        self._reply.content = content
        if to is None:
            return self._parse(self._reply)
        from typed_openai.core.answer.reading import read_as

        return read_as(to, self._as_read(content), self._reply)

    def _as_read(self, content: bytes) -> RawResponse:
        return RawResponse(self.meta, content)

    @property
    def meta(self) -> Meta:
        return self._reply.meta

    @property
    def http_response(self) -> HTTPXResponse:
        """The answer of the transport."""
        return self._reply.response

    @property
    def http_version(self) -> str:
        return self._reply.response.http_version

    @property
    def is_closed(self) -> bool:
        """Whether the connection was given back."""
        return self._reply.response.is_closed

    def _bytes(self, chunk_size: int | None) -> Reader[bytes]:
        return Blocks() if chunk_size is None else Pieces(chunk_size)

    def _texts(self) -> Texts:
        return Texts(charset_of(self.headers))

    def _lines(self) -> Lines:
        return Lines(charset_of(self.headers), self._reply.request.max_body)

    def _judged(self, reader: Reader[S], held: list[bytes], encoded: bool) -> Reader[S]:
        """The reader, behind one that looks whether the body is what was asked for and has `held` what may not be."""
        known = self._content is not None or (encoded and "content-encoding" in self.headers)
        if self._media is None or known:
            return reader
        from typed_openai.core.answer.media import Judged

        return Judged(self._media, reader, self._reply, held)

    def _failed(self, error: Exception, received: list[bytes]) -> APIConnectionError:
        """An error of the transport (or a line without end) as ours, with what was kept of the body."""
        from typed_openai.core.run.transport import BodyTooLarge, translate

        if isinstance(error, LineTooLong):
            error = BodyTooLarge(error.args[0])
        failure = translate(error, self._reply.request, self._reply.response, b"".join(received))
        self._ended(failure)
        return failure

    def _ended(self, error: APIConnectionError | None = None) -> None:
        """Tell middleware, and who counts or observes; they want to know what was read as a whole, parsed or not."""
        self._reply.ended(self._content)
        if self._content is not None and self._reply.scope is not None:
            with suppress(OpenAIError):
                self._parsed(self._content, None)
        if self._reply.request.observed is not None:
            self._reply.request.observed.finish(error)


class StreamedResponse(_Streamed[T]):
    """An answer whose body is read bit by bit: `iter_bytes`, `iter_lines`, `stream_to_file`, or whole with `read`."""

    def iter_bytes(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """The decoded bytes as they arrive, or in pieces of `chunk_size`."""
        return self._read(self._bytes(chunk_size))

    def iter_text(self) -> Iterator[str]:
        """The text as it arrives, in the charset of the content type, else UTF-8."""
        return self._read(self._texts())

    def iter_lines(self) -> Iterator[str]:
        """Lines of text without their ends (LF, CR LF). Not for event streams: those are `create(stream=True)`."""
        return self._read(self._lines())

    def _read(self, reader: Reader[S], *, encoded: bool = False) -> Iterator[S]:
        from typed_openai.core.run.bodies import body, within
        from typed_openai.core.run.transport import TRANSPORT_ERRORS

        response, request = self._reply.response, self._reply.request
        held: list[bytes] = []
        reader = self._judged(reader, held, encoded)
        try:
            received = response.iter_raw() if encoded else body(response)
            blocks = [self._content] if self._content is not None else within(received, response, request)
            for block in blocks:
                yield from reader.feed(block)
            yield from reader.end()
        except (*TRANSPORT_ERRORS, LineTooLong) as error:
            raise self._failed(error, held) from error

    def read(self) -> bytes:
        """The whole body; when it breaks off, the error's `content` is what came of it."""
        if self._content is None:
            from typed_openai.core.run.bodies import body, bounded, within
            from typed_openai.core.run.transport import TRANSPORT_ERRORS

            response, request = self._reply.response, self._reply.request
            received: list[bytes] = []
            try:
                received.extend(bounded(within(body(response), response, request), request.max_body))
            except TRANSPORT_ERRORS as error:
                raise self._failed(error, received) from error
            content = b"".join(received)
            if self._media is not None:
                self._media.check(content, self._reply)
            self._content = content
        return self._content

    @overload
    def parse(self) -> T: ...
    @overload
    def parse(self, *, to: TypeLike[S]) -> S: ...
    def parse(self, *, to: Any = None) -> Any:
        """What the call would have returned: a stream, unread, or the result of the whole body (bytes of a binary one);
        with `to` the body as that type."""
        stream = self._stream() if to is None or is_stream(to) else None
        return self._parsed(self.read(), to) if stream is None else stream

    def text(self) -> str:
        """The whole body as text."""
        return self._as_read(self.read()).text

    def json(self) -> Any:
        """The whole body as plain JSON data; `ValueError` when it is none."""
        return self._as_read(self.read()).json()

    def iter_raw(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """The bytes as they were sent, still compressed where they are."""
        return self._read(self._bytes(chunk_size), encoded=True)

    def stream_to_file(self, file: str | os.PathLike[str], *, chunk_size: int | None = None) -> None:
        """Write the body to a path while it arrives; an existing file is replaced when the new one is whole."""
        from typed_openai.core.run.replacing import replacing

        with replacing(file) as target:
            for block in self.iter_bytes(chunk_size):
                target.write(block)

    def close(self) -> None:
        self._ended()
        self._reply.response.close()


class AsyncStreamedResponse(_Streamed[T]):
    """An answer whose body is read bit by bit: `iter_bytes`, `iter_lines`, `stream_to_file`, or whole with `read`."""

    def iter_bytes(self, chunk_size: int | None = None) -> AsyncIterator[bytes]:
        """The decoded bytes as they arrive, or in pieces of `chunk_size`."""
        return self._read(self._bytes(chunk_size))

    def iter_text(self) -> AsyncIterator[str]:
        """The text as it arrives, in the charset of the content type, else UTF-8."""
        return self._read(self._texts())

    def iter_lines(self) -> AsyncIterator[str]:
        """Lines of text without their ends (LF, CR LF). Not for event streams: those are `create(stream=True)`."""
        return self._read(self._lines())

    async def _read(self, reader: Reader[S], *, encoded: bool = False) -> AsyncIterator[S]:
        from typed_openai.core.run.bodies import body_async, within_async
        from typed_openai.core.run.transport import TRANSPORT_ERRORS

        response, request = self._reply.response, self._reply.request
        held: list[bytes] = []
        reader = self._judged(reader, held, encoded)
        try:
            if self._content is not None:
                for piece in reader.feed(self._content):
                    yield piece
            else:
                received = response.aiter_raw() if encoded else body_async(response)
                async for block in within_async(received, request):
                    for piece in reader.feed(block):
                        yield piece
            for piece in reader.end():
                yield piece
        except (*TRANSPORT_ERRORS, LineTooLong) as error:
            raise self._failed(error, held) from error

    async def read(self) -> bytes:
        """The whole body; when it breaks off, the error's `content` is what came of it."""
        if self._content is None:
            from typed_openai.core.run.bodies import body_async, bounded_async, within_async
            from typed_openai.core.run.transport import TRANSPORT_ERRORS

            response, request = self._reply.response, self._reply.request
            received: list[bytes] = []
            try:
                async for block in bounded_async(within_async(body_async(response), request), request.max_body):
                    received.append(block)
            except TRANSPORT_ERRORS as error:
                raise self._failed(error, received) from error
            content = b"".join(received)
            if self._media is not None:
                self._media.check(content, self._reply)
            self._content = content
        return self._content

    @overload
    async def parse(self) -> T: ...
    @overload
    async def parse(self, *, to: TypeLike[S]) -> S: ...
    async def parse(self, *, to: Any = None) -> Any:
        """What the call would have returned: a stream, unread, or the result of the whole body (bytes of a binary one);
        with `to` the body as that type."""
        stream = self._stream() if to is None or is_stream(to) else None
        return self._parsed(await self.read(), to) if stream is None else stream

    async def text(self) -> str:
        """The whole body as text."""
        return self._as_read(await self.read()).text

    async def json(self) -> Any:
        """The whole body as plain JSON data; `ValueError` when it is none."""
        return self._as_read(await self.read()).json()

    def iter_raw(self, chunk_size: int | None = None) -> AsyncIterator[bytes]:
        """The bytes as they were sent, still compressed where they are."""
        return self._read(self._bytes(chunk_size), encoded=True)

    async def stream_to_file(self, file: str | os.PathLike[str], *, chunk_size: int | None = None) -> None:
        """Write the body to a path while it arrives (the disk is written to in the event loop's thread); an existing
        file is replaced when the new one is whole."""
        from typed_openai.core.run.replacing import replacing

        with replacing(file) as target:
            async for block in self.iter_bytes(chunk_size):
                target.write(block)

    async def close(self) -> None:
        self._ended()
        await self._reply.response.aclose()
