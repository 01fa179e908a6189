"""The fuzz harness of `make soak`, a little of it: damaged answers raise nothing foreign, and no item is lost."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.canned import Connect, Wire, done, status
from typed_openai.core.answer.tolerant import read
from typed_openai.errors import OpenAIError, ResponseValidationError
from typed_openai.models.base import Result
from typed_openai.models.conversations import ConversationItemList
from typed_openai.models.responses.echoes import InputMessage

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def harness(monkeypatch: pytest.MonkeyPatch) -> Any:
    return loaded("fuzz_answers", monkeypatch)


@pytest.fixture
def properties(monkeypatch: pytest.MonkeyPatch) -> Any:
    return loaded("fuzz_properties", monkeypatch)


def loaded(name: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(sys, "path", [*sys.path])
    spec = importlib.util.spec_from_file_location(name, BENCHMARKS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_damaged_answers_of_all_operations_raise_errors_of_ours_or_nothing(harness: Any) -> None:
    table = harness.promises.Promises()
    asyncio.run(harness.tried(400, table))
    asyncio.run(harness.listed(60, table))
    assert table.lost == []
    assert table.rows[harness.FOREIGN][0] == 400
    assert table.rows[harness.LISTS][0] == 60


RESPONSE = {"id": "r", "object": "response", "created_at": 1, "model": "m", "status": "completed"}
FILTERS: list[Any] = [
    {"key": "a", "value": 1},
    {"filters": [{"key": "a"}], "type": "and"},
    {"type": "or", "filters": [{"type": "and", "filters": [{}]}]},
    {"type": None},
    [],
    "x",
]


@pytest.mark.parametrize("filters", FILTERS, ids=map(str, range(len(FILTERS))))
async def test_a_filter_that_leads_back_to_itself_is_tolerated(connect: Connect, filters: Any) -> None:
    tool = {"type": "file_search", "vector_store_ids": ["v"], "filters": filters}
    body = {**RESPONSE, "output": [], "tools": [tool], "parallel_tool_calls": True, "tool_choice": "auto"}
    found = await done(connect(Wire(status(200, body))).responses.retrieve("r"))
    assert found.model_dump()["tools"] == [tool]
    assert found.issues


async def test_what_cannot_be_told_of_an_answer_is_an_error_with_its_cause(connect: Connect) -> None:
    found = await done(connect(Wire(status(200, {**RESPONSE, "output": 5}))).responses.retrieve("r"))
    with suppress(OpenAIError):
        assert found.output_text == ""


def test_a_property_that_fails_on_what_came_is_an_error_with_its_cause() -> None:
    class Shouting(Result):
        text: str

        @property
        def loud(self) -> str:
            return self.text.upper()

        def as_input(self) -> str:
            return self.text.lower()

    wrong = Shouting.model_construct(text=5)  # type: ignore[arg-type]  # what a server may send
    asks: list[Callable[[], str]] = [lambda: wrong.loud, wrong.as_input]
    for ask in asks:
        with pytest.raises(ResponseValidationError, match="of this Shouting cannot be told") as caught:
            ask()
        assert isinstance(caught.value.__cause__, AttributeError)


def test_a_property_that_a_result_has_of_another_base_is_held_to_the_same() -> None:
    class Loud:
        @property
        def loud(self) -> str:
            return str(vars(self)["text"].upper())

    class Kept(Result, Loud):
        text: str

    class Again(Kept):
        """Inherits it twice removed."""

    for kind in (Kept, Again):
        wrong: Any = kind.model_construct(text=5)  # type: ignore[arg-type]  # what a server may send
        with pytest.raises(ResponseValidationError, match=f"loud of this {kind.__name__} cannot be told"):
            _ = wrong.loud
    assert kind.model_construct(text="a").loud == "A"


def test_every_property_of_every_class_tells_or_raises_an_error_of_ours(properties: Any) -> None:
    table = properties.promises.Promises()
    asyncio.run(properties.every_class(1, table))
    assert table.lost == []
    assert table.rows[properties.CLASSES][0] > 600


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_every_door_gives_what_it_gives_or_an_error_of_ours(properties: Any) -> None:
    table = properties.promises.Promises()
    asyncio.run(properties.doors(300, table))
    assert table.lost == []
    assert table.rows[properties.DOORS][0] == 300


@pytest.mark.parametrize("tag", [{}, [], {"a": [1]}], ids=str)
def test_an_item_whose_type_is_no_text_is_in_the_dump(tag: Any) -> None:
    content = [{"type": tag, "text": "x", "vendor": {"a": 1}}, {"type": "input_text", "text": "y"}]
    data = {"role": "user", "type": "message", "id": "m", "content": content, "more": [{"b": 2}]}
    for whole in (data, {"object": "list", "data": [data], "has_more": False}):
        issues: list[Any] = []
        found: Any = read(InputMessage if whole is data else ConversationItemList, whole, "", issues)
        assert issues
        assert found.model_dump() == found.to_dict() == whole
        assert json.loads(found.to_json(indent=None)) == json.loads(found.model_dump_json()) == whole
        assert "content" not in found.model_dump(exclude={"content"})
    assert found.model_dump(include={"object"}) == {"object": "list"}


@pytest.mark.parametrize("headers", [[b"\xff\xb2"], ["é€".encode()], [b"\xff", "é€".encode()], ["é".encode()]], ids=str)
async def test_headers_that_are_not_ascii_are_in_the_answer_of_the_transport(
    connect: Connect, headers: list[bytes]
) -> None:
    named: Any = [(b"x-%d" % number, value) for number, value in enumerate(headers)]
    answer = lambda request: httpx.Response(200, json={"object": "list", "data": []}, headers=named)  # noqa: E731
    raw = await done(connect(Wire(answer)).models.with_raw_response.list())
    for number in range(len(headers)):
        assert raw.http_response.headers[f"x-{number}"] == raw.headers[f"x-{number}"] != ""


@pytest.mark.parametrize("value", ["²", "9" * 5000, "9" * 30 + "d", "1e999", "-1", "", "nan", "٣"])
async def test_odd_rate_limits_are_none_or_numbers(connect: Connect, value: str) -> None:
    names = ("limit-requests", "remaining-tokens", "reset-requests", "reset-tokens")
    headers = {f"x-ratelimit-{name}": value.encode() for name in names}
    body = {"object": "list", "data": []}
    answer: Any = status(200, body, headers=headers)  # type: ignore[arg-type]  # bytes that no str header may have
    limits = (await done(connect(Wire(answer)).models.list())).meta.rate_limit
    assert limits.limit_requests is None or isinstance(limits.limit_requests, int)
    assert limits.limit_requests is None or value == "-1"
