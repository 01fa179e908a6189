"""Answers below the typed result: `with_raw_response`, `with_streaming_response`, and binary results.

* `client.files.with_raw_response.retrieve(id)` gives an `APIResponse`: status, headers, bytes, and `parse()`.
* `with client.files.with_streaming_response.content(id) as response:` gives the body bit by bit.
* A binary operation gives `Binary`: the bytes at hand, with `read`, `iter_bytes`, `iter_lines`, `write_to_file`.

Weak spot: `Binary` holds the whole body in memory; large downloads belong in `with_streaming_response`.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from typed_openai.core.meta import Headers, Meta, RawResponse, charset_of
from typed_openai.core.readers import Blocks, Lines, LineTooLong, Pieces, Reader, Texts, lines_of
from typed_openai.errors import OpenAIError
from typed_openai.shown.hooks import Shown

if TYPE_CHECKING:
    from typed_openai.core.flow import Reply
    from typed_openai.core.media import Media
    from typed_openai.errors import APIConnectionError

S = TypeVar("S")
T = TypeVar("T")
_BLOCK = 64 * 1024


class APIResponse(RawResponse, Generic[T]):
    """An answer with its status and headers; `parse()` gives what the call would have returned."""

    __slots__ = ("_parse", "_parsed", "http_version")

    def __init__(self, reply: Reply, parse: Callable[[], T]) -> None:
        super().__init__(reply.meta, reply.content or b"")
        self.http_version = reply.response.http_version
        """What the server spoke: `HTTP/1.1`, or `HTTP/2` with an `http_client` that does."""
        self._parse: Callable[[], T] | None = parse
        self._parsed: T

    def parse(self) -> T:
        """The typed result; parsed once."""
        if self._parse is not None:
            self._parsed, self._parse = self._parse(), None
        return self._parsed

    def __reduce__(self) -> tuple[Any, ...]:
        """What came, and what `parse()` gives or raises: it is told now, as no client goes along."""
        try:
            value, error = self.parse(), None
        except OpenAIError as refusal:
            value, error = None, refusal
        return _restored, (type(self), self.meta, self.content, self.http_version, value, error)

    def read(self) -> bytes:
        return self.content


def _restored(
    kind: type[APIResponse[Any]],
    meta: Meta,
    content: bytes,
    http_version: str,
    value: object,
    error: OpenAIError | None,
) -> APIResponse[Any]:
    """A pickled answer."""

    def told() -> object:
        if error is not None:
            raise error
        return value

    answer = kind.__new__(kind)
    RawResponse.__init__(answer, meta, content)
    answer.http_version = http_version
    answer._parse = told
    return answer


class Binary(Shown, RawResponse):
    """A binary answer, whole. Also has `status_code`, `headers`, `meta`, `text` and `json()`."""

    __slots__ = ()

    @property
    def content_type(self) -> str | None:
        return self.headers.get("content-type")

    def read(self) -> bytes:
        """All bytes."""
        return self.content

    def iter_bytes(self, chunk_size: int = _BLOCK) -> Iterator[bytes]:
        """The bytes in pieces of `chunk_size`."""
        for start in range(0, len(self.content), chunk_size):
            yield self.content[start : start + chunk_size]

    def write_to_file(self, file: str | os.PathLike[str]) -> None:
        """Write the bytes to a path; an existing file is replaced when the new one is whole."""
        from typed_openai.core.replacing import replacing

        with replacing(file) as target:
            target.write(self.content)

    stream_to_file = write_to_file

    def iter_lines(self) -> Iterator[str]:
        """Lines of text without their ends (LF, CR LF). A separator like U+2028, legal inside JSON, ends none."""
        return lines_of(self.text)


class _Streamed(Generic[T]):
    """What both colours of an answer that is read bit by bit share."""

    def __init__(self, reply: Reply, parse: Callable[[bytes], T], media: Media | None = None) -> None:
        self._reply = reply
        self._parse = parse
        self._media = media
        self._content: bytes | None = None

    @property
    def meta(self) -> Meta:
        return self._reply.meta

    @property
    def status_code(self) -> int:
        return self._reply.status

    @property
    def headers(self) -> Headers:
        return self.meta.headers

    @property
    def request_id(self) -> str | None:
        return self.meta.request_id

    def _bytes(self, chunk_size: int | None) -> Reader[bytes]:
        return Blocks() if chunk_size is None else Pieces(chunk_size)

    def _texts(self) -> Texts:
        return Texts(charset_of(self.headers))

    def _lines(self) -> Lines:
        return Lines(charset_of(self.headers), self._reply.request.max_body)

    def _suspicion(self) -> Media | None:
        """What looks at the body before anybody gets it, where its headers say that it is not what was asked for."""
        media = self._media
        return media if media is not None and media.doubts(self.headers) else None

    def _failed(self, error: Exception, received: list[bytes]) -> APIConnectionError:
        """An error of the transport (or a line without end) as ours, with what was kept of the body."""
        from typed_openai.core.transport import BodyTooLarge, translate

        if isinstance(error, LineTooLong):
            error = BodyTooLarge(error.args[0])
        return translate(error, self._reply.request, self._reply.response, b"".join(received))


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

    def _read(self, reader: Reader[S]) -> Iterator[S]:
        from typed_openai.core.bodies import body, within
        from typed_openai.core.transport import TRANSPORT_ERRORS

        response, request = self._reply.response, self._reply.request
        if self._suspicion() is not None:
            self.read()
        try:
            blocks = [self._content] if self._content is not None else within(body(response), response, request)
            for block in blocks:
                yield from reader.feed(block)
            yield from reader.end()
        except (*TRANSPORT_ERRORS, LineTooLong) as error:
            raise self._failed(error, []) from error

    def read(self) -> bytes:
        """The whole body; when it breaks off, the error's `content` is what came of it."""
        if self._content is None:
            from typed_openai.core.bodies import body, bounded, within
            from typed_openai.core.transport import TRANSPORT_ERRORS

            response, request = self._reply.response, self._reply.request
            received: list[bytes] = []
            try:
                received.extend(bounded(within(body(response), response, request), request.max_body))
            except TRANSPORT_ERRORS as error:
                raise self._failed(error, received) from error
            content = b"".join(received)
            if (media := self._suspicion()) is not None:
                media.check(content, self._reply)
            self._content = content
        return self._content

    def parse(self) -> T:
        """Read the body and give what the call would have returned."""
        return self._parse(self.read())

    def stream_to_file(self, file: str | os.PathLike[str], *, chunk_size: int | None = None) -> None:
        """Write the body to a path while it arrives; an existing file is replaced when the new one is whole."""
        from typed_openai.core.replacing import replacing

        with replacing(file) as target:
            for block in self.iter_bytes(chunk_size):
                target.write(block)

    def close(self) -> None:
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

    async def _read(self, reader: Reader[S]) -> AsyncIterator[S]:
        from typed_openai.core.bodies import body_async, within_async
        from typed_openai.core.transport import TRANSPORT_ERRORS

        response, request = self._reply.response, self._reply.request
        if self._suspicion() is not None:
            await self.read()
        try:
            if self._content is not None:
                for piece in reader.feed(self._content):
                    yield piece
            else:
                async for block in within_async(body_async(response), request):
                    for piece in reader.feed(block):
                        yield piece
            for piece in reader.end():
                yield piece
        except (*TRANSPORT_ERRORS, LineTooLong) as error:
            raise self._failed(error, []) from error

    async def read(self) -> bytes:
        """The whole body; when it breaks off, the error's `content` is what came of it."""
        if self._content is None:
            from typed_openai.core.bodies import body_async, bounded_async, within_async
            from typed_openai.core.transport import TRANSPORT_ERRORS

            response, request = self._reply.response, self._reply.request
            received: list[bytes] = []
            try:
                async for block in bounded_async(within_async(body_async(response), request), request.max_body):
                    received.append(block)
            except TRANSPORT_ERRORS as error:
                raise self._failed(error, received) from error
            content = b"".join(received)
            if (media := self._suspicion()) is not None:
                media.check(content, self._reply)
            self._content = content
        return self._content

    async def parse(self) -> T:
        """Read the body and give what the call would have returned."""
        return self._parse(await self.read())

    async def stream_to_file(self, file: str | os.PathLike[str], *, chunk_size: int | None = None) -> None:
        """Write the body to a path while it arrives (the disk is written to in the event loop's thread); an existing
        file is replaced when the new one is whole."""
        from typed_openai.core.replacing import replacing

        with replacing(file) as target:
            async for block in self.iter_bytes(chunk_size):
                target.write(block)

    async def close(self) -> None:
        await self._reply.response.aclose()


class StreamedResponseManager(Generic[T]):
    """`with ... as response`: the request is sent when entered, the connection given back when left."""

    def __init__(self, send: Callable[[], StreamedResponse[T]]) -> None:
        self._send = send
        self._response: StreamedResponse[T] | None = None

    def __enter__(self) -> StreamedResponse[T]:
        self._response = self._send()
        return self._response

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._response is not None:
            self._response.close()


class AsyncStreamedResponseManager(Generic[T]):
    """`async with ... as response`: the request is sent when entered, the connection given back when left."""

    def __init__(self, send: Callable[[], Coroutine[Any, Any, AsyncStreamedResponse[T]]]) -> None:
        self._send = send
        self._response: AsyncStreamedResponse[T] | None = None

    async def __aenter__(self) -> AsyncStreamedResponse[T]:
        self._response = await self._send()
        return self._response

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._response is not None:
            await self._response.close()
