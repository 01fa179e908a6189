"""All readers of one body agree, for any bytes, however they are cut, packed and labelled."""

from __future__ import annotations

import gzip
import itertools
import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.canned import Connect, Wire, done, entered, listed, models
from typed_openai.core.answer.pieces import UnpackingError
from typed_openai.core.answer.readers import Lines, Pieces, Texts, lines_of
from typed_openai.core.answer.unpacking import unpacker
from typed_openai.errors import APIConnectionError

SEPARATORS = ["\n", "\r", "\r\n", "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e"]
TEXT = "".join(f"line{number}{separator}" for number, separator in enumerate(SEPARATORS)) + "last"
CHARSETS = [None, "utf-8", "latin-1", "utf-16", "utf-16-le", "cp932", "utf-7", "idna", "undefined", "rot13", "nonsense"]


class Blocks(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that comes in these blocks."""

    def __init__(self, blocks: list[bytes]) -> None:
        self.blocks = blocks

    def __iter__(self) -> Iterator[bytes]:
        yield from self.blocks

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for block in self.blocks:
            yield block

    async def aclose(self) -> None:
        """Nothing to close."""


def coming(blocks: list[bytes], **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda request: httpx.Response(200, stream=Blocks(blocks), headers=named)


async def streamed(client: Any, reader: str) -> list[Any]:
    """All that a reader of a streamed answer gives, in either colour."""
    manager = client.files.with_streaming_response.content("f")
    async with entered(manager) as response:
        return await listed(getattr(response, reader)())


async def read_in_every_way(connect: Connect, answer: Any) -> dict[str, Any]:
    """What the readers of one body give, by their names."""
    client = connect(Wire(answer), max_retries=0)
    whole = await done(client.files.content("f"))
    found: dict[str, Any] = {
        "Binary": (whole.content, whole.text, list(whole.iter_lines())),
        "raw": ((raw := await done(client.files.with_raw_response.content("f"))).content, raw.text, None),
    }
    parts = [await streamed(client, name) for name in ("iter_bytes", "iter_text", "iter_lines")]
    found["streamed"] = (b"".join(parts[0]), "".join(parts[1]), parts[2])
    found["raw"] = (*found["raw"][:2], found["Binary"][2])
    return found


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize("charset", CHARSETS)
async def test_lines_and_texts_of_a_body_are_the_same_for_every_reader(
    connect: Connect, charset: str | None, size: int
) -> None:
    content = TEXT.encode(charset if charset in ("utf-16", "utf-16-le") else "utf-8") + b"\xff\xe2\x80"
    blocks = [content[start : start + size] for start in range(0, len(content), size)]
    kind = f"text/plain; charset={charset}" if charset else "text/plain"
    found = await read_in_every_way(connect, coming(blocks, content_type=kind))
    assert found["Binary"] == found["streamed"] == found["raw"]
    assert found["Binary"][0] == content


def packed(members: list[bytes], kind: str) -> bytes:
    return b"".join(gzip.compress(each) if kind == "gzip" else zlib.compress(each) for each in members)


@pytest.mark.parametrize("size", [1, 7, 10_000])
@pytest.mark.parametrize("zeros", [0, 5])
async def test_all_members_of_a_gzip_body_are_read_by_every_reader(connect: Connect, size: int, zeros: int) -> None:
    content = packed([b"first\n", b"", b"second\n" * 100], "gzip") + b"\0" * zeros
    blocks = [content[start : start + size] for start in range(0, len(content), size)]
    found = await read_in_every_way(connect, coming(blocks, content_encoding="gzip"))
    assert found["Binary"] == found["streamed"] == found["raw"]
    assert found["Binary"][0] == b"first\n" + b"second\n" * 100


DAMAGED = {
    "cut in the data": packed([b"abc" * 50_000], "gzip")[:-100],
    "cut in the check sum": packed([b"abc" * 50_000], "gzip")[:-3],
    "cut in the second member": packed([b"abc" * 50_000, b"defg" * 1000], "gzip")[:-9],
    "only a beginning of a header": packed([b"abc" * 50_000], "gzip") + b"\x1f\x8b",
    "something else behind it": packed([b"abc" * 50_000], "gzip") + b"something else",
    "wrong check sum": packed([b"abc" * 50_000], "gzip")[:-8] + b"\1\2\3\4" + packed([b"abc" * 50_000], "gzip")[-4:],
}


@pytest.mark.parametrize("name", DAMAGED)
async def test_a_gzip_body_that_is_not_whole_is_an_error_with_what_came(connect: Connect, name: str) -> None:
    content = DAMAGED[name]
    client = connect(Wire(coming([content], content_encoding="gzip")), max_retries=0)
    with pytest.raises(APIConnectionError) as caught:
        await done(client.files.content("f"))
    assert caught.value.kind == "decode"
    assert caught.value.content.startswith(b"abc" * 1000)
    assert caught.value.__cause__ is not None
    with pytest.raises(APIConnectionError, match="cannot be decompressed"):
        await streamed(client, "iter_bytes")


async def test_deflate_with_and_without_its_frame_and_several_encodings_are_read(connect: Connect) -> None:
    bare = zlib.compressobj(wbits=-15)
    for content, encoding in [
        (zlib.compress(b"hello"), "deflate"),
        (bare.compress(b"hello") + bare.flush(), "deflate"),
        (gzip.compress(zlib.compress(b"hello")), "deflate, gzip"),
        (gzip.compress(b"hello"), "x-gzip"),
        (b"hello", "identity"),
        (b"", "gzip"),
    ]:
        client = connect(Wire(coming([content[:1], content[1:]], content_encoding=encoding)), max_retries=0)
        assert (await done(client.files.content("f"))).content == (b"hello" if content else b"")


async def test_a_typed_answer_may_have_several_members_too(connect: Connect) -> None:
    body = models("a", "b")(httpx.Request("GET", "http://h")).content
    client = connect(Wire(coming([packed([body[:20], body[20:]], "gzip")], content_encoding="gzip")))
    assert [model.id for model in (await done(client.models.list())).data] == ["a", "b"]


cuts = st.lists(st.integers(min_value=0, max_value=200), max_size=8)


def cut(content: bytes, places: list[int]) -> list[bytes]:
    bounds = [0, *sorted(min(place, len(content)) for place in places), len(content)]
    return [content[begin:end] for begin, end in itertools.pairwise(bounds)]


def read(reader: Any, blocks: list[bytes]) -> list[Any]:
    found = [each for block in blocks for each in reader.feed(block)]
    return found + list(reader.end())


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace")), cuts)
def test_readers_give_the_same_for_any_bytes_however_they_are_cut(content: bytes, places: list[int]) -> None:
    blocks = cut(content, places)
    text = content.decode("utf-8", "replace")
    assert "".join(read(Texts("utf-8"), blocks)) == text
    assert read(Lines("utf-8"), blocks) == list(lines_of(text))
    pieces = read(Pieces(7), blocks)
    assert b"".join(pieces) == content
    assert all(len(piece) == 7 for piece in pieces[:-1])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(max_size=100), min_size=1, max_size=4), cuts, st.integers(min_value=0, max_value=400))
def test_packed_bytes_come_out_whole_or_are_an_error(members: list[bytes], places: list[int], kept: int) -> None:
    content = packed(members, "gzip")
    unpack = unpacker("gzip")
    assert unpack is not None
    assert b"".join(read_packed(unpack, cut(content, places))) == b"".join(members)
    ends, length = {0}, 0
    for member in members:
        ends.add(length := length + len(gzip.compress(member)))
    cutting = unpacker("gzip")
    if kept < len(content) and kept not in ends:
        with pytest.raises(UnpackingError):
            read_packed(cutting, cut(content[:kept], places))


def read_packed(unpack: Any, blocks: list[bytes]) -> list[bytes]:
    found = [piece for block in blocks for piece in unpack.feed(block)]
    unpack.end()
    return found
