"""What goes both ways is closed where users give it and open where servers send it: true of every `Shape` there is."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

import typed_openai.models
from typed_openai import OpenAI, RequestValidationError
from typed_openai.core.answer.meta import Issue
from typed_openai.core.answer.tolerant import build
from typed_openai.models.base import Model, Params, Result
from typed_openai.models.responses.params import ResponseCreateParams
from typed_openai.models.returned import ReturnedShape
from typed_openai.models.shape import SAID, Said, Shape
from typed_openai.models.vector_stores.chunking import StaticFileChunkingStrategyObject
from typed_openai.models.vector_stores.vector_stores import ExpiresAfter, VectorStore, VectorStoreCreateParams


def all_models() -> list[type[Model]]:
    for module in pkgutil.walk_packages(typed_openai.models.__path__, "typed_openai.models."):
        importlib.import_module(module.name)
    found = list(dict.fromkeys(_below(Model)))
    return [model for model in found if model.__module__.startswith("typed_openai.models.")]


def _below(model: type[Any]) -> Iterator[type[Any]]:
    for each in model.__subclasses__():
        yield each
        yield from _below(each)


MODELS = all_models()
SHAPES = [model for model in MODELS if issubclass(model, Shape) and model is not Shape]
FORGETFUL = [shape for shape in SHAPES if issubclass(shape, ReturnedShape) and shape.__pydantic_fields__]
CLOSED = [shape for shape in SHAPES if not issubclass(shape, ReturnedShape)]
FLOOR = 150
LOOK_ALIKE = {"HostedInlineSkill"}
"""What is another thing than that which it is made of: a skill is no plugin."""


def faults(model: type[Any], data: dict[str, Any], read: bool = False) -> set[tuple[Any, ...]]:
    """`(type, place)` of everything that is wrong with an object, as given or as read."""
    try:
        if read:
            model.__pydantic_validator__.validate_json(json.dumps(data), strict=True)
        else:
            model.__pydantic_validator__.validate_python(data)
    except ValidationError as error:
        return {(item["type"], item["loc"]) for item in error.errors()}
    return set()


def test_there_are_shapes() -> None:
    assert len(SHAPES) >= FLOOR
    assert len(FORGETFUL) > 15


def adds_nothing(model: type[Any]) -> bool:
    """Whether a class is its only base once more, for type checkers too."""
    (written,) = ast.parse(inspect.getsource(model)).body
    return isinstance(written, ast.ClassDef) and len(written.bases) == len(written.body) == 1


def test_an_answer_that_adds_nothing_to_another_is_another_name_of_that() -> None:
    answers = [model for model in MODELS if issubclass(model, Result) and not model.__name__.startswith("Unknown")]
    assert len(answers) > 1000
    twins = [model.__name__ for model in answers if all(map(adds_nothing, model.__bases__[0].__subclasses__()))]
    assert {*twins} == LOOK_ALIKE


@pytest.mark.parametrize("shape", FORGETFUL, ids=lambda shape: shape.__name__)
def test_what_was_said_forgets_and_keeps_where_it_is_given_but_for_slips_of_the_pen(shape: type[ReturnedShape]) -> None:
    slip = max(shape.known, key=len) + "s"
    places = {
        place for kind, place in faults(shape, {"no_such_name": 1, "created_by": "x", slip: 1}) if "extra" in kind
    }
    assert places <= {(slip,)}
    assert len(slip) < 8 or places == {(slip,)}
    assert not {place for kind, place in faults(shape, {"no_such_name": 1, slip: 1}, read=True) if "extra" in kind}


@pytest.mark.parametrize("shape", CLOSED, ids=lambda shape: shape.__name__)
def test_a_name_that_nobody_knows_is_refused_where_it_is_given_and_kept_where_it_is_read(shape: type[Shape]) -> None:
    assert ("extra_forbidden", ("no_such_name",)) in faults(shape, {"no_such_name": 1})
    assert ("extra_forbidden", ("no_such_name",)) not in faults(shape, {"no_such_name": 1}, read=True)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_every_field_is_closed_where_it_is_given(shape: type[Shape]) -> None:
    shape.model_rebuild()
    marks = {name: {type(mark) for mark in info.metadata} for name, info in shape.__pydantic_fields__.items()}
    open_fields = [name for name, found in marks.items() if not any(kind.__name__ in CLOSING for kind in found)]
    assert open_fields == []


CLOSING = ("_Closed", "_Exact", "_WhenRead", "FilledIn")


def smart_unions(schema: Any, definitions: dict[str, Any], seen: set[str], above: bool = False) -> Iterator[str]:
    """Where something that is closed when given stands below a union that tries strict first."""
    kind = schema["type"]
    if kind == "lax-or-strict" and above:
        yield str(schema.get("lax_schema", {}).get("type"))
    if kind == "definition-ref":
        key = f"{schema['schema_ref']} {above}"
        if key not in seen:
            seen.add(key)
            yield from smart_unions(definitions[schema["schema_ref"]], definitions, seen, above)
        return
    above = above or (kind == "union" and schema.get("mode", "smart") == "smart")
    for name, inner in schema.items():
        if name in ("metadata", "serialization", "definitions"):
            continue
        for each in inner.values() if isinstance(inner, dict) and "type" not in inner else [inner]:
            for one in each if isinstance(each, list | tuple) else [each]:
                for part in one if isinstance(one, tuple) else [one]:
                    if isinstance(part, dict) and isinstance(part.get("type"), str):
                        yield from smart_unions(part, definitions, seen, above)


def below_smart_unions(model: Any) -> list[str]:
    schema: Any = TypeAdapter(model).core_schema
    definitions = {each["ref"]: each for each in schema.get("definitions", ())} if "definitions" in schema else {}
    inner = schema["schema"] if schema["type"] == "definitions" else schema
    return [*smart_unions(inner, definitions, set())]


@pytest.mark.parametrize(
    "model", [model for model in MODELS if issubclass(model, Params | Shape)], ids=lambda model: model.__name__
)
def test_no_union_that_tries_strict_first_stands_above_a_shape(model: type[Model]) -> None:
    assert below_smart_unions(model) == []


def test_the_walk_finds_a_union_that_tries_strict_first() -> None:
    class Loose(Params):
        strategy: StaticFileChunkingStrategyObject | ExpiresAfter

    assert below_smart_unions(Loose) != []


STATIC = {"max_chunk_size_tokens": 800, "chunk_overlap_tokens": 400}


def test_bounds_values_and_kinds_hold_where_it_is_given() -> None:
    assert faults(ExpiresAfter, {"anchor": "last_used_at", "days": 366}) == {
        ("literal_error", ("anchor",)),
        ("less_than_equal", ("days",)),
    }
    assert faults(ExpiresAfter, {"days": True}) == faults(ExpiresAfter, {"days": "7"}) == {("int_type", ("days",))}


def test_what_a_server_sends_is_its_own_business() -> None:
    sent = {"anchor": "last_used_at", "days": 366, "hours": 3}
    assert faults(ExpiresAfter, sent, read=True) == set()
    assert faults(ExpiresAfter, {**sent, "days": "366"}, read=True) == {("int_type", ("days",))}
    store = VectorStore.__pydantic_validator__.validate_json(json.dumps(STORE | {"expires_after": sent}), strict=True)
    assert store.model_dump()["expires_after"] == sent


STORE = {
    "id": "vs_1",
    "object": "vector_store",
    "created_at": 1,
    "name": "a",
    "usage_bytes": 1,
    "file_counts": {"in_progress": 0, "completed": 0, "failed": 0, "cancelled": 0, "total": 0},
    "status": "completed",
    "last_active_at": 1,
    "metadata": {},
}


def test_a_kept_answer_is_read_whatever_its_server_said() -> None:
    kept = STORE | {"expires_after": {"anchor": "newer", "days": 4000, "more": 1}}
    for store in (VectorStore.model_validate(kept), VectorStore.model_validate_json(json.dumps(kept))):
        assert store.model_dump() == kept


def test_constants_are_sent_also_where_they_were_left_to_their_default() -> None:
    given = VectorStoreCreateParams(expires_after=ExpiresAfter(days=7))
    assert json.loads(given.model_dump_json(exclude_unset=True)) == {
        "expires_after": {"anchor": "last_active_at", "days": 7}
    }
    as_dict = VectorStoreCreateParams.model_validate({"expires_after": {"days": 7}})
    assert as_dict.model_dump_json(exclude_unset=True) == given.model_dump_json(exclude_unset=True)


def test_what_was_read_dumps_as_it_came_without_constants_that_were_not_sent() -> None:
    assert ExpiresAfter.__pydantic_validator__.validate_json('{"days":7}', strict=True).model_dump() == {"days": 7}


def test_what_came_may_be_given_as_it_is_members_that_nobody_knows_included() -> None:
    came = {"type": "static", "static": {**STATIC, "unit": "tokens"}, "since": 1}
    read = StaticFileChunkingStrategyObject.__pydantic_validator__.validate_json(json.dumps(came), strict=True)
    given = VectorStoreCreateParams(chunking_strategy=read)
    assert json.loads(given.model_dump_json(exclude_unset=True)) == {"chunking_strategy": came}


def test_a_misspelt_name_is_told_in_its_place_with_the_name_that_was_meant() -> None:
    with (
        OpenAI(api_key="k", base_url="http://127.0.0.1:1/v1") as client,
        pytest.raises(RequestValidationError) as caught,
    ):
        client.vector_stores.create(
            chunking_strategy={"type": "static", "static": {**STATIC, "max_chunk_size_token": 1}},
            expires_after={"day": 1},
        )
    faults = {fault.path: fault.hint for fault in caught.value.faults}
    assert faults["chunking_strategy.static.max_chunk_size_token"] == "did you mean 'max_chunk_size_tokens'?"
    assert faults["expires_after.day"] == "did you mean 'days'?"


def test_the_patient_reading_makes_an_issue_of_the_odd_value_and_not_of_the_newer_one_beside_it() -> None:
    issues: list[Issue] = []
    sent = STORE | {"expires_after": {"anchor": "newer", "days": "x", "more": 1}}
    assert build(VectorStore, sent, "", issues).model_dump() == sent
    assert [issue.pointer for issue in issues] == ["/expires_after/days"]


PROMISED = [
    (shape, name)
    for shape in SHAPES
    for name, info in shape.__pydantic_fields__.items()
    if not info.is_required() and {"_WhenRead", "FilledIn"} & {type(mark).__name__ for mark in info.metadata}
]


@pytest.mark.parametrize(("shape", "name"), PROMISED, ids=lambda part: getattr(part, "__name__", part))
def test_what_a_server_always_says_is_an_issue_where_it_is_missing(shape: type[Shape], name: str) -> None:
    issues: list[Issue] = []
    assert getattr(build(shape, {}, "", issues), name) is None
    key = shape.__pydantic_fields__[name].alias or name
    assert (f"/{key}", "nothing") in {(issue.pointer, issue.got) for issue in issues}


class _Piece(Shape):
    """A piece."""

    id: Said[str] = SAID
    """Its id."""
    size: Said[int] = SAID
    """Its size."""


def test_what_a_server_always_says_may_be_left_out_of_what_is_given_and_is_missed_where_it_is_read() -> None:
    assert faults(_Piece, {}) == set()
    assert faults(_Piece, {"id": 1, "size": "1"}) == {("string_type", ("id",)), ("int_type", ("size",))}
    assert faults(_Piece, {"id": "a"}, read=True) == {("int_type", ("size",))}
    assert _Piece(id="a").model_dump() == {"id": "a"}


def test_a_shape_that_comes_again_is_given_in_the_same_way() -> None:
    part: dict[str, Any] = {"prompt_cache_breakpoint": {}}
    content = [
        {"type": "input_text", "text": "a", **part},
        {"type": "input_image", "image_url": "https://example.com/a.png", "detail": "auto", **part},
        {"type": "input_file", "file_id": "file-1", **part},
    ]
    sent = ResponseCreateParams.model_validate({"model": "m", "input": [{"role": "user", "content": content}]})
    found = sent.model_dump(mode="json", exclude_unset=True)["input"][0]["content"]
    assert [each["prompt_cache_breakpoint"] for each in found] == [{"mode": "explicit"}] * 3


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape.constants], ids=lambda shape: shape.__name__)
def test_every_shape_that_comes_again_is_given_in_the_same_way(shape: type[Shape]) -> None:
    class Twice(Params):
        __annotations__ = {"first": shape, "second": shape}

    refs = {field["schema"]["type"] for field in model_fields_of(Twice.__pydantic_core_schema__)}
    assert len(refs) == 1, "the second is another schema than the first"


def model_fields_of(schema: Any) -> list[Any]:
    inner = schema["schema"] if schema["type"] == "definitions" else schema
    while "fields" not in inner:
        inner = inner["schema"]
    return list(inner["fields"].values())
