"""Models of vector stores: what may be sent, what is refused before it is, and what answers become."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from typed_openai.models.base import NULL, Params
from typed_openai.models.vector_stores.chunking import (
    AutoFileChunkingStrategyParam,
    OtherFileChunkingStrategyObject,
    StaticFileChunkingStrategyObject,
    UnknownFileChunkingStrategy,
)
from typed_openai.models.vector_stores.filters import ComparisonFilter, CompoundFilter, Filter
from typed_openai.models.vector_stores.vector_store_files import (
    FileBatchCreateParams,
    FileCreateParams,
    FileUpdateParams,
    VectorStoreFile,
    VectorStoreFileBatch,
)
from typed_openai.models.vector_stores.vector_stores import (
    VectorStore,
    VectorStoreCreateParams,
    VectorStoreSearchParams,
    VectorStoreSearchResponse,
    VectorStoreUpdateParams,
)

STATIC = {"type": "static", "static": {"max_chunk_size_tokens": 200, "chunk_overlap_tokens": 50}}
FILE: dict[str, Any] = {
    "id": "file-1",
    "object": "vector_store.file",
    "created_at": 1750000000,
    "vector_store_id": "vs_1",
    "status": "completed",
    "last_error": None,
    "usage_bytes": 1234,
    "attributes": {"language": "en", "year": 2024, "share": 0.5, "draft": False},
    "chunking_strategy": STATIC,
}
COUNTS = {"in_progress": 0, "completed": 1, "failed": 0, "cancelled": 0, "total": 1}
BATCH: dict[str, Any] = {
    "id": "vsfb_1",
    "object": "vector_store.files_batch",
    "created_at": 1750000000,
    "vector_store_id": "vs_1",
    "status": "completed",
    "file_counts": COUNTS,
}
STORE: dict[str, Any] = {
    "id": "vs_1",
    "object": "vector_store",
    "created_at": 1750000000,
    "name": "policies",
    "usage_bytes": 1234,
    "file_counts": COUNTS,
    "status": "completed",
    "expires_after": {"anchor": "last_active_at", "days": 7},
    "expires_at": 1750604800,
    "last_active_at": None,
    "metadata": None,
}


def sent(params: Params) -> Any:
    return json.loads(params.model_dump_json(exclude_unset=True, by_alias=True))


# --- filters ---------------------------------------------------------------------------------------------------------


def test_filters_nest_to_any_depth_as_dicts_and_as_models() -> None:
    comparison = {"type": "eq", "key": "language", "value": "en"}
    nested: dict[str, Any] = {"type": "and", "filters": [comparison, {"type": "or", "filters": [comparison]}]}
    whole = {"type": "or", "filters": [nested, {"type": "in", "key": "year", "value": [2023, 2024.5, "old"]}]}
    params = VectorStoreSearchParams.model_validate({"query": "q", "filters": whole})
    assert sent(params) == {"query": "q", "filters": whole}
    parts: list[Filter] = [
        CompoundFilter.model_validate(nested),
        ComparisonFilter(type="in", key="year", value=[2023, 2024.5, "old"]),
    ]
    assert VectorStoreSearchParams.model_validate({"query": "q", "filters": {"type": "or", "filters": parts}}) == params


@pytest.mark.parametrize("value", ["text", 7, 2**60, 0.5, True, ["a", 1], []])
def test_a_compared_value_keeps_its_type(value: object) -> None:
    filtered = ComparisonFilter.model_validate({"type": "eq", "key": "k", "value": value})
    assert filtered.value == value
    assert type(filtered.value) is type(value)
    assert json.loads(filtered.model_dump_json())["value"] == value


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"type": "like", "key": "k", "value": "v"}, "filters"),
        ({"type": "eq", "key": "k"}, "filters.eq.value"),
        ({"type": "eq", "value": "v"}, "filters.eq.key"),
        ({"type": "eq", "key": "k", "value": "v", "valeu": 1}, "filters.eq.valeu"),
        ({"type": "eq", "key": "k", "value": float("nan")}, "filters.eq.value"),
        ({"type": "eq", "key": "k", "value": {"a": 1}}, "filters.eq.value"),
        ({"type": "in", "key": "k", "value": [True]}, "filters.in.value"),
        ({"type": "and"}, "filters.and.filters"),
        ({"type": "and", "filters": [{"type": "xor", "filters": []}]}, "filters.and.filters.0"),
    ],
)
def test_a_wrong_filter_is_refused_where_it_is_wrong(wrong: object, place: str) -> None:
    with pytest.raises(ValidationError) as caught:
        VectorStoreSearchParams.model_validate({"query": "q", "filters": wrong})
    assert all(".".join(map(str, error["loc"])).startswith(place) for error in caught.value.errors())


# --- other parameters ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "attributes",
    [
        {"text": "x" * 512, "whole": 2**60, "part": 0.5, "flag": True},
        {f"{number:064}": number for number in range(16)},
        {},
    ],
)
def test_attributes_are_sent_as_given(attributes: dict[str, Any]) -> None:
    params = FileCreateParams(file_id="file-1", attributes=attributes)
    assert sent(params)["attributes"] == attributes
    assert all(type(params.attributes[key]) is type(value) for key, value in attributes.items())  # type: ignore[index]  # it is a dict here


@pytest.mark.parametrize(
    "attributes",
    [
        {"k" * 65: 1},
        {"k": "x" * 513},
        {"k": None},
        {"k": ["list"]},
        {"k": float("inf")},
        {1: "x"},
        {str(number): 1 for number in range(17)},
    ],
)
def test_attributes_over_the_limits_are_refused(attributes: object) -> None:
    for model, more in ((FileCreateParams, {"file_id": "f"}), (FileUpdateParams, {})):
        with pytest.raises(ValidationError, match="attributes"):
            model.model_validate({**more, "attributes": attributes})


@pytest.mark.parametrize(
    ("params", "fine", "wrong"),
    [
        ("max_num_results", [1, 50], [0, 51, 1.5, "5", True]),
        ("rewrite_query", [True, False], [1, "yes"]),
        ("query", ["a", ["a", "b"], ("a",), []], [1, [1], None, {"a": 1}]),
        ("ranking_options", [{}, {"ranker": "none"}, {"score_threshold": 1}], [{"score_threshold": 1.1}, {"rank": 1}]),
    ],
)
def test_a_search_is_checked(params: str, fine: list[Any], wrong: list[Any]) -> None:
    for value in fine:
        VectorStoreSearchParams.model_validate({"query": "q", params: value})
    for value in wrong:
        with pytest.raises(ValidationError, match=params):
            VectorStoreSearchParams.model_validate({"query": "q", params: value})


def test_the_constants_of_a_shape_are_filled_in() -> None:
    params = VectorStoreCreateParams.model_validate(
        {"expires_after": {"days": 365}, "chunking_strategy": AutoFileChunkingStrategyParam()}
    )
    assert sent(params) == {
        "expires_after": {"anchor": "last_active_at", "days": 365},
        "chunking_strategy": {"type": "auto"},
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "static"},
        {"type": "other"},
        {"type": "static", "static": {"max_chunk_size_tokens": 99, "chunk_overlap_tokens": 0}},
        {"type": "static", "static": {"max_chunk_size_tokens": 4097, "chunk_overlap_tokens": 0}},
        {"type": "static", "static": {"max_chunk_size_tokens": 100}},
        {"type": "auto", "static": STATIC["static"]},
    ],
)
def test_a_wrong_chunking_strategy_is_refused(wrong: object) -> None:
    with pytest.raises(ValidationError, match="chunking_strategy"):
        FileCreateParams.model_validate({"file_id": "f", "chunking_strategy": wrong})


def test_how_a_file_was_cut_may_be_asked_for_again() -> None:
    cut = VectorStoreFile.model_validate(FILE).chunking_strategy
    assert sent(FileCreateParams.model_validate({"file_id": "f", "chunking_strategy": cut})) == {
        "file_id": "f",
        "chunking_strategy": STATIC,
    }


@pytest.mark.parametrize("days", [0, 366, 1.5, "7"])
def test_an_expiry_outside_of_a_year_is_refused(days: object) -> None:
    with pytest.raises(ValidationError, match="days"):
        VectorStoreCreateParams.model_validate({"expires_after": {"days": days}})


def test_an_update_can_empty_every_field() -> None:
    params = VectorStoreUpdateParams(name=NULL, metadata=NULL, expires_after=NULL)
    assert sent(params) == {"name": None, "metadata": None, "expires_after": None}
    assert sent(FileUpdateParams(attributes=NULL)) == {"attributes": None}


@pytest.mark.parametrize("wrong", [{}, {"file_ids": []}, {"files": []}, {"file_ids": ["f"] * 2001}])
def test_a_batch_has_files_and_not_too_many(wrong: object) -> None:
    with pytest.raises(ValidationError, match="file"):
        FileBatchCreateParams.model_validate(wrong)


# --- answers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "body"), [(VectorStore, STORE), (VectorStoreFile, FILE), (VectorStoreFileBatch, BATCH)]
)
def test_an_answer_dumps_as_it_came(model: Any, body: Any) -> None:
    assert model.model_validate_json(json.dumps(body), strict=True).model_dump() == body


def test_attributes_keep_their_types() -> None:
    attributes = VectorStoreFile.model_validate_json(json.dumps(FILE), strict=True).attributes
    assert attributes == FILE["attributes"]
    assert [type(value) for value in (attributes or {}).values()] == [str, int, float, bool]


@pytest.mark.parametrize(
    ("kind", "model"),
    [
        (STATIC, StaticFileChunkingStrategyObject),
        ({"type": "other"}, OtherFileChunkingStrategyObject),
        ({"type": "by_page", "pages": 2}, UnknownFileChunkingStrategy),
    ],
)
def test_every_way_of_cutting_has_its_model(kind: object, model: type[Any]) -> None:
    file = VectorStoreFile.model_validate_json(json.dumps({**FILE, "chunking_strategy": kind}), strict=True)
    assert type(file.chunking_strategy) is model
    assert file.model_dump()["chunking_strategy"] == kind


def test_a_found_chunk_has_its_text_in_one_piece() -> None:
    content = [{"type": "text", "text": "one"}, {"type": "text", "text": "two"}]
    body = {"file_id": "f", "filename": "a.md", "score": 0.5, "attributes": None, "content": content}
    assert VectorStoreSearchResponse.model_validate_json(json.dumps(body), strict=True).text == "one\ntwo"
