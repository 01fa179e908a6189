"""`embeddings.create_many`: any number of texts, one block of numbers; in both colours."""

from __future__ import annotations

import base64
import importlib
import json
import struct
from typing import Any

import httpx
import pytest

from tests.canned import Connect, Wire, done, failure, status
from typed_openai import ConfigurationError, RequestValidationError, ResponseValidationError
from typed_openai.bulk.vectors import MOST_TOKENS, chunks
from typed_openai.errors import APIStatusError, DeadlineExceededError

numpy: Any = importlib.import_module("numpy")


class Embedder(Wire):
    """Gives the length of a text and its number as its vector."""

    def __init__(self, *, as_numbers: bool = False, turned: bool = False) -> None:
        super().__init__()
        self.as_numbers = as_numbers
        self.turned = turned

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        items = []
        for index, text in enumerate(json.loads(request.content)["input"]):
            numbers = [float(len(text)), float(text[1:]) if isinstance(text, str) else float(text[0])]
            packed = base64.b64encode(struct.pack("<2f", *numbers)).decode()
            vector = numbers if self.as_numbers else packed
            items.append({"object": "embedding", "index": index, "embedding": vector})
        body = {"object": "list", "model": "e", "data": items[::-1] if self.turned else items}
        return httpx.Response(200, json={**body, "usage": {"prompt_tokens": len(items), "total_tokens": len(items)}})


async def many(connect: Connect, wire: Any, texts: Any, **params: Any) -> Any:
    return await done(connect(wire, max_retries=False).embeddings.create_many(texts, model="e", **params))


@pytest.mark.parametrize(("as_numbers", "turned"), [(False, False), (True, False), (False, True), (True, True)])
async def test_any_number_of_texts_become_one_array_in_their_order(
    connect: Connect, as_numbers: bool, turned: bool
) -> None:
    wire = Embedder(as_numbers=as_numbers, turned=turned)
    vectors = await many(connect, wire, (f"t{number}" for number in range(5000)))
    assert sorted(len(json.loads(each.content)["input"]) for each in wire.requests) == [904, 2048, 2048]
    assert len(vectors) == 5000
    array = numpy.asarray(vectors)
    assert array.shape == (5000, 2)
    assert array.dtype == numpy.float32
    assert array[:, 1].tolist() == [float(number) for number in range(5000)]
    assert numpy.shares_memory(array, vectors.array), "no copy is made"
    assert numpy.asarray(vectors, dtype="float64").dtype == numpy.float64
    assert list(vectors[-1]) == [5.0, 4999.0]
    assert [list(each) for each in vectors[1:3]] == [[2.0, 1.0], [2.0, 2.0]]
    assert (vectors.model, vectors.dimensions, vectors.usage.total_tokens) == ("e", 2, 5000)


async def test_no_list_of_floats_is_made_of_what_comes_as_base64(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(text: str) -> list[float]:
        raise AssertionError("decoded to a list")

    monkeypatch.setattr("typed_openai.models.embeddings._decoded", fail)
    wire = Embedder()
    assert len(await many(connect, wire, ["t1", "t2"])) == 2
    assert wire.body["encoding_format"] == "base64"


async def test_nothing_becomes_an_empty_array_and_nothing_is_sent(connect: Connect) -> None:
    wire = Embedder()
    vectors = await many(connect, wire, [])
    assert len(vectors) == 0
    assert vectors.array.shape == (0, 0)
    assert wire.requests == []


def test_a_request_keeps_to_its_tokens_and_to_one_kind() -> None:
    long = [[1] * 8000] * 40
    assert [len(chunk) for chunk in chunks(long)] == [18, 18, 4]
    assert all(sum(map(len, chunk)) <= MOST_TOKENS for chunk in chunks(long))
    assert [len(chunk) for chunk in chunks(["a", "b", [1, 2], "c"])] == [2, 1, 1]


async def test_token_numbers_go_as_they_are(connect: Connect) -> None:
    wire = Embedder()
    vectors = await many(connect, wire, [[7, 8], [9]])
    assert wire.body["input"] == [[7, 8], [9]]
    assert vectors.array.tolist() == [[2.0, 7.0], [1.0, 9.0]]


@pytest.mark.parametrize("texts", ["one text", ["a", ""], ["a", None], [b"bytes"], [7]])
async def test_what_is_no_text_is_refused_before_anything_is_sent(connect: Connect, texts: Any) -> None:
    wire = Embedder()
    with pytest.raises(RequestValidationError, match="texts"):
        await many(connect, wire, texts)
    assert wire.requests == []


async def test_options_that_make_no_sense_are_refused(connect: Connect) -> None:
    wire = Embedder()
    with pytest.raises(ConfigurationError, match="concurrency"):
        await many(connect, wire, ["t1"], concurrency=0)
    with pytest.raises(RequestValidationError, match="dimensions"):
        await many(connect, wire, ["t1"], dimension=3)
    assert wire.requests == []


async def test_the_first_failure_ends_it(connect: Connect) -> None:
    with pytest.raises(APIStatusError):
        await many(connect, Wire(failure(400)), [f"t{number}" for number in range(3000)])


@pytest.mark.parametrize("count", [1, 3])
async def test_another_number_of_vectors_than_texts_is_an_error(connect: Connect, count: int) -> None:
    items = [{"object": "embedding", "index": index, "embedding": [0.5]} for index in range(count)]
    body = {"object": "list", "model": "e", "data": items, "usage": {"prompt_tokens": 1, "total_tokens": 1}}
    with pytest.raises(ResponseValidationError, match=f"2 vectors of one length, got {count} of 1 numbers"):
        await many(connect, Wire(status(200, body)), ["t1", "t2"])


async def test_the_deadline_is_for_all_together(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    wire = Embedder()
    with pytest.raises(DeadlineExceededError):
        await many(connect, wire, ["t1"], deadline=1e-9)


async def test_without_numpy_the_numbers_are_there_all_the_same(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors = await many(connect, Embedder(), ["t1", "t22"])
    real = importlib.import_module

    def missing(name: str, package: str | None = None) -> Any:
        if name == "numpy":
            raise ImportError(name)
        return real(name, package)

    monkeypatch.setattr("importlib.import_module", missing)
    assert [list(each) for each in vectors] == [[2.0, 1.0], [3.0, 22.0]]
    with pytest.raises(ConfigurationError, match="pip install numpy"):
        _ = vectors.array
