"""What code written for the official package finds under the names it knows, so that changing the import is enough.

Names that are not here are said on `docs/coming-from-openai.md`, whose blocks are executed.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import NoneType
from typing import Any

import httpx
import pytest

import typed_openai
from tests.canned import HELLO, KEY, Connect, Wire, broken, completion, done, failing, failure, models, status
from typed_openai import (
    NOT_GIVEN,
    APIConnectionError,
    NotGiven,
    Omit,
    OpenAI,
    RequestValidationError,
    Timeout,
    not_given,
    omit,
)

PAGE = Path(__file__).parent.parent / "docs" / "coming-from-openai.md"


@pytest.fixture(params=[False, True], ids=["sync", "async"])
def connect(request: pytest.FixtureRequest) -> Connect:
    return Connect(is_async=request.param)


# -- what was not given -----------------------------------------------------------------------------------------------


async def test_what_is_marked_as_not_given_is_not_sent(connect: Connect) -> None:
    wire = Wire()
    marks: dict[str, Any] = {"temperature": NOT_GIVEN, "tools": omit, "timeout": not_given, "extra_headers": omit}
    await done(connect(wire).chat.completions.create(**HELLO, **marks))
    assert wire.body == HELLO


def test_the_marks_have_the_types_that_ported_code_asks_for() -> None:
    assert isinstance(NOT_GIVEN, NotGiven)
    assert isinstance(omit, Omit)
    assert not isinstance(0.5, NotGiven | Omit)
    assert NotGiven is Omit is NoneType


# -- settings of a client ---------------------------------------------------------------------------------------------

SETTINGS: dict[str, Any] = {
    "api_key": KEY,
    "organization": "org",
    "project": "proj",
    "timeout": 5.0,
    "max_retries": 4,
    "default_headers": {"x-a": "b"},
    "default_query": {"q": "1"},
    "webhook_secret": "whsec_x",
}


def test_settings_are_read_from_the_client(connect: Connect) -> None:
    client = connect(Wire(), **SETTINGS)
    assert {name: getattr(client, name) for name in SETTINGS} == SETTINGS
    other = client.copy(api_key="sk-other", max_retries=1)
    assert (other.api_key, other.max_retries, other.timeout) == ("sk-other", 1, 5.0)


@pytest.mark.parametrize("name", [*SETTINGS, "base_url"])
def test_a_setting_that_is_assigned_is_not_silently_ignored(connect: Connect, name: str) -> None:
    client = connect(Wire())
    with pytest.raises(AttributeError, match=rf"client\.with_options\({name}=\.\.\.\)"):
        setattr(client, name, "new")


def test_a_timeout_of_httpx_has_its_name_here(connect: Connect) -> None:
    assert connect(Wire(), timeout=Timeout(10, connect=2)).timeout.connect == 2
    assert Timeout is httpx.Timeout


# -- results ----------------------------------------------------------------------------------------------------------


async def answered(connect: Connect) -> Any:
    return await done(connect(Wire(completion(usage=None))).chat.completions.create(**HELLO))


async def test_a_result_knows_its_request_id_by_the_official_name(connect: Connect) -> None:
    answer = status(200, {"id": "m", "object": "model", "created": 1, "owned_by": "me"}, headers={"x-request-id": "r1"})
    assert (await done(connect(Wire(answer)).models.retrieve("m")))._request_id == "r1"


async def test_to_dict_takes_the_official_options(connect: Connect) -> None:
    result = await answered(connect)
    assert result.to_dict() == result.to_dict(mode="python") == result.model_dump()
    assert "usage" in result.to_dict()
    assert "usage" not in result.to_dict(exclude_none=True)
    assert result.to_dict(exclude_unset=False)["service_tier"] is None


async def test_to_json_takes_the_official_options(connect: Connect) -> None:
    result = await answered(connect)
    assert json.loads(result.to_json()) == result.to_dict()
    assert "\n" not in result.to_json(indent=None)
    assert "usage" not in json.loads(result.to_json(exclude_none=True))


async def test_names_of_the_api_can_be_had_as_names_of_the_model(connect: Connect) -> None:
    verdict = {"flagged": False, "categories": {"hate/threatening": True}, "category_scores": {}}
    answer = status(200, {"id": "m", "model": "m", "results": [verdict]})
    result = await done(connect(Wire(answer)).moderations.create(input="x"))
    assert result.results[0].categories.to_dict() == {"hate/threatening": True}
    assert result.results[0].categories.to_dict(use_api_names=False) == {"hate_threatening": True}


async def test_a_page_is_dumped_as_a_result_is(connect: Connect) -> None:
    page = await done(connect(Wire(models("a"))).models.list())
    assert page.to_dict() == page.model_dump() == json.loads(page.to_json()) == json.loads(page.model_dump_json())
    assert page.to_dict()["data"][0]["id"] == "a"


async def test_bytes_are_written_and_read_under_the_older_names(connect: Connect, tmp_path: Path) -> None:
    content = await done(connect(Wire(status(200, content=b"one\ntwo\r\n\nthree"))).files.content("file-1"))
    content.stream_to_file(tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == content.content
    assert list(content.iter_lines()) == ["one", "two", "", "three"]


async def test_a_separator_inside_json_ends_no_line(connect: Connect) -> None:
    content = await done(connect(Wire(status(200, content='{"a":"\u2028"}\n{}\n'.encode()))).files.content("file-1"))
    assert [json.loads(line) for line in content.iter_lines()] == [{"a": "\u2028"}, {}]


# -- errors -----------------------------------------------------------------------------------------------------------


async def test_an_error_names_the_request_it_came_of(connect: Connect) -> None:
    error = await failing(connect, Wire(failure(400)))
    assert (error.request.method, error.request.url) == ("POST", "https://api.openai.com/v1/chat/completions")
    assert error.response.request == error.request


async def test_so_does_an_error_without_an_answer(connect: Connect) -> None:
    error = await failing(connect, Wire(broken(httpx.ConnectError("no"))), {"max_retries": 0})
    assert isinstance(error, APIConnectionError)
    assert error.request.url == "https://api.openai.com/v1/chat/completions"


async def test_a_raw_answer_names_its_request(connect: Connect) -> None:
    raw = await done(connect(Wire()).chat.completions.with_raw_response.create(**HELLO))
    assert raw.http_request == raw.request
    assert raw.request.method == "POST"


# -- names ------------------------------------------------------------------------------------------------------------


def test_every_public_name_of_the_official_package_is_here_or_on_the_page() -> None:
    listed = (Path(__file__).parent / "official_names.txt").read_text().split()
    text = PAGE.read_text()
    assert len(listed) > 60
    assert [name for name in listed if not hasattr(typed_openai, name) and f"`{name}`" not in text] == []


def test_a_client_is_a_client_under_its_short_name() -> None:
    assert typed_openai.Client is OpenAI
    assert typed_openai.AsyncClient is typed_openai.AsyncOpenAI


# -- what older examples send -----------------------------------------------------------------------------------------


async def test_numbers_of_tokens_may_be_numbers(connect: Connect) -> None:
    """tiktoken gives numbers, and JSON has only texts as names: nothing is lost and nothing is guessed."""
    wire = Wire()
    await done(connect(wire).chat.completions.create(**HELLO, logit_bias={50256: -100, "11": 5}))
    assert wire.body["logit_bias"] == {"50256": -100, "11": 5}
    with pytest.raises(RequestValidationError, match="a string, got True"):
        await done(connect(wire).chat.completions.create(**HELLO, logit_bias={True: 1}))


async def test_a_tool_message_may_name_its_tool(connect: Connect) -> None:
    """The service's own examples did so for years."""
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    said = {"role": "tool", "tool_call_id": "c1", "name": "f", "content": "22"}
    messages = [*HELLO["messages"], {"role": "assistant", "content": None, "tool_calls": [call]}, said]
    wire = Wire()
    await done(connect(wire).chat.completions.create(model="m", messages=messages))
    assert wire.body["messages"][2] == said
