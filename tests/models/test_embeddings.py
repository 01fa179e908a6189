"""Embeddings: which inputs are sent, and that a vector is a list of floats however it travelled."""

from __future__ import annotations

import base64
import copy
import importlib
import json
import pickle
import struct
import sys
from array import array
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from typed_openai import ConfigurationError, ResponseValidationError
from typed_openai.models import embeddings
from typed_openai.models.embeddings import CreateEmbeddingResponse, Embedding, EmbeddingCreateParams

numpy: Any = importlib.import_module("numpy")
float32 = st.floats(width=32, allow_nan=False)


def sent(**given: Any) -> dict[str, Any]:
    """What goes out for these parameters (with a model)."""
    params = EmbeddingCreateParams.model_validate({"model": "text-embedding-3-small", **given})
    return params.model_dump(mode="json", exclude_unset=True)


def faults(**given: Any) -> list[tuple[tuple[int | str, ...], str]]:
    """Where these parameters are wrong, and how."""
    with pytest.raises(ValidationError) as caught:
        sent(**given)
    return [(fault["loc"], fault["msg"]) for fault in caught.value.errors()]


def packed(numbers: Iterable[float]) -> str:
    """Numbers as servers send them in base64."""
    numbers = list(numbers)
    return base64.b64encode(struct.pack(f"<{len(numbers)}f", *numbers)).decode()


def vector(value: object) -> list[float]:
    """The vector of an answer whose `embedding` is this value."""
    body = json.dumps({"object": "embedding", "index": 0, "embedding": value})
    return Embedding.model_validate_json(body, strict=True).embedding


# --- what goes out ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    ["text", "", ["one"], ["one", "two"], [1, 2, 3], [0], [[1, 2], [3]], ["x"] * 2048, [7] * 2048, [[7]] * 2048],
    ids=lambda value: repr(value)[:20],
)
def test_texts_and_tokens_are_sent_as_given(value: object) -> None:
    assert sent(input=value)["input"] == value


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: ("one", "two"), ["one", "two"]),
        (lambda: (text for text in ("one", "two")), ["one", "two"]),
        (lambda: iter([15, 16]), [15, 16]),
        (lambda: (iter(tokens) for tokens in ([1, 2], [3])), [[1, 2], [3]]),
        (lambda: {"one": 1, "two": 2}.keys(), ["one", "two"]),
        (lambda: array("i", [15, 16]), [15, 16]),
    ],
    ids=["tuple", "generator", "iterator", "iterators in a generator", "keys", "array"],
)
def test_whatever_can_be_read_only_once_is_read_whole(make: Callable[[], object], expected: list[Any]) -> None:
    assert sent(input=make())["input"] == expected


def test_the_callers_list_is_neither_kept_nor_changed() -> None:
    texts = ["one"]
    params = EmbeddingCreateParams(model="m", input=texts)
    texts.append("two")
    assert params.input == ["one"]


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (["one", 2], 1),
        ([1, "two"], 1),
        ([1, True], 1),
        ([False], 0),
        ([1.0], 0),
        ([1, "2"], 1),
        ([[1], "two"], 1),
        ([None], 0),
        (["one", ["two"]], 1),
    ],
    ids=repr,
)
def test_a_wrong_item_is_one_fault_at_its_place(value: list[Any], place: int) -> None:
    found = faults(input=value)
    assert [location[2] for location, _ in found] == [place]


@pytest.mark.parametrize("value", [[], [[]], [[1], []], ["x"] * 2049, [1] * 2049, [[1]] * 2049, ()])
def test_lists_hold_1_to_2048_items_and_token_lists_at_least_one(value: object) -> None:
    assert "List should have at" in faults(input=value)[0][1]


@pytest.mark.parametrize(
    "value", [5, 1.5, True, b"text", {"text": "x"}, {}, object()], ids=lambda value: type(value).__name__
)
def test_what_is_no_text_and_no_list_is_refused_once_with_all_that_is_allowed(value: object) -> None:
    message = "Input should be a string, a list of strings, a list of token numbers or a list of such lists"
    assert faults(input=value) == [(("input",), message)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"dimensions": 0},
        {"dimensions": "256"},
        {"dimensions": True},
        {"dimensions": 256.0},
        {"encoding_format": "int8"},
        {"user": 5},
        {"dimension": 256},
    ],
    ids=repr,
)
def test_a_wrong_parameter_is_named(wrong: dict[str, Any]) -> None:
    assert [location[0] for location, _ in faults(input="text", **wrong)] == list(wrong)


@pytest.mark.parametrize("name", ["model", "input"])
def test_model_and_input_are_required(name: str) -> None:
    given = {"model": "m", "input": "text"}
    del given[name]
    with pytest.raises(ValidationError, match=f"{name}\n  Field required"):
        EmbeddingCreateParams.model_validate(given)


def test_every_parameter_goes_out() -> None:
    given = {"input": "x", "dimensions": 1, "encoding_format": "base64", "user": "u"}
    assert sent(**given) == {"model": "text-embedding-3-small", **given}


# --- what comes back -------------------------------------------------------------------------------------------------


def test_an_answer_in_numbers_dumps_as_it_came() -> None:
    body = (
        '{"object":"list","data":[{"object":"embedding","embedding":[0.0023064255,-0.009327292,1],"index":0}],'
        '"model":"text-embedding-ada-002","usage":{"prompt_tokens":8,"total_tokens":8}}'
    )
    answer = CreateEmbeddingResponse.model_validate_json(body, strict=True)
    assert answer.model_dump() == json.loads(body)
    assert answer.usage.total_tokens == 8
    assert answer.data[0].embedding == [0.0023064255, -0.009327292, 1.0]


@given(st.lists(float32, max_size=20))
def test_base64_gives_the_same_numbers_as_floats(numbers: list[float]) -> None:
    assert vector(packed(numbers)) == vector(numbers) == numbers


def test_base64_is_read_as_little_endian_also_on_a_big_endian_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    little = array("f", [1.0, -2.5])
    monkeypatch.setattr(sys, "byteorder", "big" if sys.byteorder == "little" else "little")
    little.byteswap()
    assert vector(base64.b64encode(little.tobytes()).decode()) == [1.0, -2.5]


def test_a_decoded_vector_dumps_as_floats() -> None:
    item = Embedding.model_validate({"object": "embedding", "index": 3, "embedding": packed([1, 2])})
    assert item.model_dump() == {"object": "embedding", "index": 3, "embedding": [1.0, 2.0]}
    assert json.loads(item.model_dump_json())["embedding"] == [1.0, 2.0]
    assert Embedding.model_validate(item.model_dump()).embedding == [1.0, 2.0]


def item(value: object) -> Embedding:
    return Embedding.model_validate({"object": "embedding", "index": 0, "embedding": value})


def test_the_array_of_a_vector_stands_on_the_bytes_that_came() -> None:
    found = item(packed([1, -2.5, 0.1]))
    assert found.array.dtype == numpy.float32
    assert found.array.tolist() == found.embedding
    assert numpy.shares_memory(found.array, found.array), "no number is copied"
    assert not found.array.flags.writeable


@pytest.mark.parametrize("twin", [copy.copy, copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it))])
@pytest.mark.parametrize("value", [packed([1, -2.5]), [1.0, -2.5]], ids=["base64", "numbers"])
def test_copies_have_the_array_too(twin: Callable[[Embedding], Embedding], value: object) -> None:
    found = twin(item(value))
    assert found.array.tolist() == found.embedding == [1.0, -2.5]


def test_a_vector_put_in_its_place_is_the_array() -> None:
    found = item(packed([1, 2]))
    found.embedding = [3.0]
    assert found.array.tolist() == [3.0]


def test_what_came_in_place_of_a_vector_is_no_array_and_the_error_is_ours() -> None:
    body: dict[str, Any] = {"object": "embedding", "index": 0, "embedding": {"a": 1}}
    with pytest.raises(ResponseValidationError, match="array of this Embedding"):
        _ = Embedding.model_construct(**body).array


def test_an_array_without_numpy_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)
    with pytest.raises(ConfigurationError, match="pip install numpy"):
        _ = item(packed([1])).array


@pytest.mark.parametrize("text", ["?", "AAAAA", "AAA", "AAAA\nAAAA", "ÄÄÄÄ", "AAAAAA==AAAA"])
def test_wrong_base64_says_so(text: str) -> None:
    with pytest.raises(ValidationError, match="valid base64 of little-endian float32"):
        vector(text)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 6145])
def test_bytes_that_are_no_whole_floats_say_how_many_there_are(size: int) -> None:
    with pytest.raises(ValidationError, match=f"4 bytes each.*holds {size} bytes"):
        vector(base64.b64encode(bytes(size)).decode())


@pytest.mark.parametrize("value", [None, 5, {}, ["0.5"], [None], [[0.5]], [True]], ids=repr)
def test_what_is_neither_numbers_nor_base64_is_a_deviation(value: object) -> None:
    with pytest.raises(ValidationError, match=r"embedding\.floats"):
        vector(value)


def test_a_vector_of_numbers_is_read_without_python_code(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(text: str) -> list[float]:
        raise RuntimeError(text)

    monkeypatch.setattr(embeddings, "_decoded", never)

    class Fresh(Embedding):
        """Built with the patched decoder."""

    numbers = [0.5] * 1536
    body = json.dumps({"object": "embedding", "index": 0, "embedding": numbers})
    assert Fresh.model_validate_json(body, strict=True).embedding == numbers
    with pytest.raises(RuntimeError, match="AAAA"):
        Fresh.model_validate_json(body.replace(json.dumps(numbers), '"AAAAAA=="'))
