"""Embeddings: unit vectors that say how many words two texts share."""

from __future__ import annotations

import base64
import math
import struct
from typing import Any

import pytest

from tests.local.api import Api, assert_described


def embed(api: Api, given: object, **members: object) -> Any:
    return api.post("/embeddings", {"model": "local-embedding", "input": given, **members})


def vectors(api: Api, *texts: str) -> list[list[float]]:
    return [each["embedding"] for each in embed(api, list(texts)).json["data"]]


def dot(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def test_each_input_gets_a_unit_vector_in_order(api: Api) -> None:
    answer = embed(api, ["Hello world", "Goodbye"]).json
    assert_described(answer, "CreateEmbeddingResponse")
    assert [each["index"] for each in answer["data"]] == [0, 1]
    assert [math.hypot(*each["embedding"]) for each in answer["data"]] == pytest.approx([1.0, 1.0])
    assert answer["usage"] == {"prompt_tokens": 3, "total_tokens": 3}


def test_texts_that_share_words_lie_closer(api: Api) -> None:
    question, near, far = vectors(api, "Where is the cat?", "The cat sleeps", "Stocks fell sharply")
    assert dot(question, near) > 0.4 > dot(question, far)


def test_case_and_punctuation_make_no_difference(api: Api) -> None:
    one, other = vectors(api, "Hello, World!", "hello world")
    assert one == other


@pytest.mark.parametrize(
    ("model", "size"), [("local-embedding", 256), ("text-embedding-3-small", 1536), ("text-embedding-3-large", 3072)]
)
def test_the_model_sets_the_size_unless_the_request_does(api: Api, model: str, size: int) -> None:
    assert len(embed(api, "x", model=model).json["data"][0]["embedding"]) == size
    assert len(embed(api, "x", model=model, dimensions=7).json["data"][0]["embedding"]) == 7


def test_base64_holds_the_same_little_endian_floats(api: Api) -> None:
    floats = embed(api, "one two two").json["data"][0]["embedding"]
    encoded = embed(api, "one two two", encoding_format="base64").json["data"][0]["embedding"]
    assert list(struct.unpack("<256f", base64.b64decode(encoded))) == floats


def test_tokens_are_taken_too(api: Api) -> None:
    one = embed(api, [5, 6]).json
    assert len(one["data"]) == 1
    assert one["usage"]["prompt_tokens"] == 2
    assert len(embed(api, [[5, 6], [7]]).json["data"]) == 2
    assert embed(api, [5.0, 6]).json == one


REFUSED: list[tuple[dict[str, object], str]] = [
    ({"input": None}, "input"),
    ({"input": ""}, "input"),
    ({"input": []}, "input"),
    ({"input": ["a", ""]}, "input[1]"),
    ({"input": ["a", 5]}, "input[1]"),
    ({"input": [5, "a"]}, "input[1]"),
    ({"input": [5.5]}, "input[0]"),
    ({"input": [[]]}, "input[0]"),
    ({"input": {}}, "input"),
    ({"input": ["a"] * 2049}, "input"),
    ({"input": "a", "dimensions": 0}, "dimensions"),
    ({"input": "a", "encoding_format": "hex"}, "encoding_format"),
    ({"input": "a", "model": None}, "model"),
]


@pytest.mark.parametrize(("members", "param"), REFUSED)
def test_a_wrong_request_is_refused(api: Api, members: dict[str, object], param: str) -> None:
    answer = api.post("/embeddings", {"model": "m", **members})
    assert (answer.status, answer.error["param"]) == (400, param)
