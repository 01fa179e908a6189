"""Bodies packed by brotli and zstd, which httpx asks for where their packages are, are held to what holds for gzip."""

from __future__ import annotations

import gzip
import itertools
import json
import sys
import tracemalloc
from typing import Any

import brotli  # type: ignore[import-untyped]  # it has no types
import httpx
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bodies.test_readers import coming, cut, read_packed, streamed
from tests.canned import HELLO, Connect, Wire, completion, done, listed, models
from typed_openai.core.answer.pieces import PIECE, UnpackingError
from typed_openai.core.answer.unpacking import unpacker
from typed_openai.errors import APIConnectionError, APIError, BodyTooLargeError, StreamTooLargeError

MB = 1024 * 1024
SAID = b"abc" * 50_000
KINDS = ("br", "zstd", "gzip")


def zstd(content: bytes) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=True, write_content_size=False).compress(content)


def pack(content: bytes, kind: str) -> bytes:
    packers = {"br": brotli.compress, "zstd": zstd, "gzip": gzip.compress}
    found: bytes = packers[kind](content)
    return found


SKIPPED = b"\x50\x2a\x4d\x18" + (5).to_bytes(4, "little") + b"never"
WHOLE: list[tuple[str, bytes, bytes]] = [
    ("br", pack(SAID, "br"), SAID),
    ("br", pack(b"", "br"), b""),
    ("br", b"", b""),
    ("zstd", pack(SAID, "zstd"), SAID),
    ("zstd", pack(SAID, "zstd") + pack(b"more", "zstd"), SAID + b"more"),
    ("zstd", SKIPPED + pack(SAID, "zstd") + SKIPPED + pack(b"more", "zstd") + SKIPPED, SAID + b"more"),
    ("zstd", b"", b""),
    ("gzip, br", pack(pack(SAID, "gzip"), "br"), SAID),
    ("BR , zstd", pack(pack(SAID, "br"), "zstd"), SAID),
]
DAMAGED: list[tuple[str, bytes]] = [
    ("br", pack(SAID, "br")[:-1]),
    ("br", pack(SAID, "br")[:-4]),
    ("br", pack(SAID, "br") + b"something else"),
    ("br", pack(SAID, "br") + pack(SAID, "br")),
    ("zstd", pack(SAID, "zstd")[:-1]),
    ("zstd", pack(SAID, "zstd")[:-9]),
    ("zstd", pack(SAID, "zstd") + pack(SAID, "zstd")[:-1]),
    ("zstd", pack(SAID, "zstd") + pack(SAID, "zstd")[:2]),
    ("zstd", pack(SAID, "zstd") + b"something else"),
    ("zstd", pack(SAID, "zstd") + bytes(10)),
    ("zstd", pack(SAID, "zstd")[:-4] + b"\1\2\3\4"),
]


def in_blocks(content: bytes, size: int) -> list[bytes]:
    return [content[at : at + size] for at in range(0, len(content), size)]


@pytest.mark.parametrize("size", [1, 3, 10**6])
@pytest.mark.parametrize(("encoding", "packed", "content"), WHOLE, ids=map(str, range(len(WHOLE))))
async def test_a_packed_body_is_the_same_for_every_reader(
    connect: Connect, encoding: str, packed: bytes, content: bytes, size: int
) -> None:
    client = connect(Wire(coming(in_blocks(packed, size), content_encoding=encoding)), max_retries=0)
    assert (await done(client.files.content("f"))).content == content
    assert b"".join(await streamed(client, "iter_bytes")) == content
    assert "".join(await streamed(client, "iter_text")).encode() == content


@pytest.mark.parametrize("size", [1, 7, 10**6])
@pytest.mark.parametrize(("encoding", "packed"), DAMAGED, ids=map(str, range(len(DAMAGED))))
async def test_a_packed_body_that_is_not_whole_is_an_error_with_what_came(
    connect: Connect, encoding: str, packed: bytes, size: int
) -> None:
    client = connect(Wire(coming(in_blocks(packed, size), content_encoding=encoding)), max_retries=0)
    with pytest.raises(APIConnectionError, match="cannot be decompressed") as caught:
        await done(client.files.content("f"))
    assert caught.value.kind == "decode"
    assert caught.value.content == SAID[: len(caught.value.content)] or caught.value.content.startswith(SAID)
    assert encoding == "br" or len(caught.value.content) > 100_000 or "check" in str(caught.value).lower()
    with pytest.raises(APIConnectionError, match="cannot be decompressed"):
        await streamed(client, "iter_bytes")


@pytest.mark.parametrize("kind", KINDS)
async def test_an_answer_and_an_error_may_be_packed(connect: Connect, kind: str) -> None:
    body = models("a", "b")(httpx.Request("GET", "http://h")).content
    client = connect(Wire(coming([pack(body, kind)], content_encoding=kind)))
    assert [model.id for model in (await done(client.models.list())).data] == ["a", "b"]
    said = pack(b'{"error": {"message": "no room"}}', kind)
    refused = lambda request: httpx.Response(400, content=said, headers={"content-encoding": kind})  # noqa: E731
    with pytest.raises(APIError, match="no room"):
        await done(connect(Wire(refused), max_retries=0).models.list())


@pytest.mark.parametrize("kind", KINDS)
async def test_a_small_body_that_unpacks_to_a_large_one_is_stopped_in_time(connect: Connect, kind: str) -> None:
    content = pack(bytes(256 * MB), kind)
    assert len(content) < MB
    for blocks in ([content], in_blocks(content, 1000)):
        client = connect(Wire(coming(blocks, content_encoding=kind)), max_body=2 * MB)
        tracemalloc.start()
        try:
            with pytest.raises(BodyTooLargeError) as caught:
                await done(client.files.content("f"))
            assert tracemalloc.get_traced_memory()[1] < 16 * MB
        finally:
            tracemalloc.stop()
        assert caught.value.content == bytes(2 * MB)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_stream_of_events_may_be_packed_and_has_the_same_bound(connect: Connect, kind: str) -> None:
    choice = {"index": 0, "delta": {"role": "assistant", "content": "a"}, "finish_reason": None}
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    event = b"data: " + json.dumps(chunk).encode() + b"\n\n"
    last = event.replace(b"null", b'"stop"') + b"data: [DONE]\n\n"
    headers = {"content_type": "text/event-stream", "content_encoding": kind}
    client = connect(Wire(coming(in_blocks(pack(event * 9 + last, kind), 5), **headers)))
    assert len(await listed(await done(client.chat.completions.create(**HELLO, stream=True)))) == 10
    client = connect(Wire(coming([pack(event * 100_000, kind)], **headers)), max_body=50_000)
    with pytest.raises(StreamTooLargeError):
        await listed(await done(client.chat.completions.create(**HELLO, stream=True)))


@pytest.mark.parametrize("kind", KINDS)
def test_pieces_have_a_bound_whatever_a_block_stands_for(kind: str) -> None:
    unpack = unpacker(kind)
    assert unpack is not None
    sizes = [len(piece) for piece in itertools.islice(unpack.feed(pack(bytes(64 * MB), kind)), 20)]
    assert max(sizes) <= 64 * PIECE


@pytest.mark.parametrize(("kind", "module"), [("br", "brotli"), ("zstd", "zstandard")])
async def test_without_the_package_the_error_names_it(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, kind: str, module: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, "brotlicffi", None)
    client = connect(Wire(coming([pack(SAID, kind)], content_encoding=kind)), max_retries=0)
    with pytest.raises(APIConnectionError, match=f"pip install {module}"):
        await done(client.files.content("f"))


async def test_older_brotli_packages_without_a_limit_are_held_to_the_same(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = brotli.Decompressor

    class Old:
        def __init__(self) -> None:
            self._new = new()

        def process(self, data: bytes) -> bytes:
            found: bytes = self._new.process(data)
            return found

        def is_finished(self) -> bool:
            return bool(self._new.is_finished())

    monkeypatch.setattr(brotli, "Decompressor", Old)
    client = connect(Wire(coming([pack(SAID, "br")], content_encoding="br")), max_body=2 * MB)
    assert (await done(client.files.content("f"))).content == SAID
    client = connect(Wire(coming([pack(bytes(256 * MB), "br")], content_encoding="br")), max_body=2 * MB)
    with pytest.raises(BodyTooLargeError):
        await done(client.files.content("f"))


async def test_completions_are_read_too(connect: Connect) -> None:
    body = completion("hello")(httpx.Request("POST", "http://h")).content
    for kind in KINDS:
        client = connect(Wire(coming([pack(body, kind)], content_encoding=kind)))
        assert (await done(client.chat.completions.create(**HELLO))).text == "hello"


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["br", "zstd"]),
    st.binary(max_size=300),
    st.lists(st.integers(min_value=0, max_value=300), max_size=8),
    st.integers(min_value=0, max_value=300),
)
def test_packed_bytes_come_out_whole_or_are_an_error(kind: str, content: bytes, places: list[int], kept: int) -> None:
    packed = pack(content, kind)
    whole: Any = unpacker(kind)
    assert b"".join(read_packed(whole, cut(packed, places))) == content
    if 0 < kept < len(packed):
        with pytest.raises(UnpackingError):
            read_packed(unpacker(kind), cut(packed[:kept], places))
