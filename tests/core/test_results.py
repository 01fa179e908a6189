"""Operations whose result depends on the value of a parameter: which model reads the answer, and what text is none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Literal

import httpx
import pytest

from typed_openai import AsyncOpenAI, OpenAI, RequestValidationError
from typed_openai.core.declare.verbs import Resource, post
from typed_openai.errors import APIError, ResponseDecodeError
from typed_openai.models.base import Params, Result


class PrintParams(Params):
    title: str
    format: Literal["short", "long", "text"] | None = None


class Short(Result):
    text: str


class Long(Result):
    text: str
    pages: int


class Press(Resource):
    """Prints."""

    path = "press"

    create = post("/print", PrintParams, Short, results={("format", "long"): Long, ("format", "text"): str})


AsyncPress = Press.awaited
Printed = Callable[..., Any]


@pytest.fixture(params=["sync", "async"])
def printed(request: pytest.FixtureRequest) -> Printed:
    """Call `create` in either colour against one canned answer."""

    def call(content: bytes, kind: str, *args: Any, mode: str = "", settings: Any = None, **kwargs: Any) -> Any:
        transport = httpx.MockTransport(
            lambda _: httpx.Response(200, content=content, headers={"content-type": kind} if kind else {})
        )
        known = {"api_key": "sk-x", **(settings or {})}
        if request.param == "sync":
            press: Any = Press(OpenAI(http_client=httpx.Client(transport=transport), **known))
            return (getattr(press, mode) if mode else press).create(*args, **kwargs)

        async def main() -> Any:
            press: Any = AsyncPress(AsyncOpenAI(http_client=httpx.AsyncClient(transport=transport), **known))
            return await (getattr(press, mode) if mode else press).create(*args, **kwargs)

        return asyncio.run(main())

    return call


JSON = b'{"text": "Once", "pages": 3}'


def test_the_value_of_the_parameter_chooses_the_model(printed: Printed) -> None:
    assert type(printed(JSON, "application/json", title="t")) is Short
    assert type(printed(JSON, "application/json", title="t", format="short")) is Short
    long = printed(JSON, "application/json", title="t", format="long")
    assert (type(long), long.pages) == (Long, 3)


def test_text_is_given_as_it_came(printed: Printed) -> None:
    assert printed("Döner\n".encode(), "text/plain; charset=utf-8", title="t", format="text") == "Döner\n"
    assert printed("Döner".encode("latin-1"), "text/plain; charset=latin-1", title="t", format="text") == "Döner"
    assert printed(b"", "text/plain", title="t", format="text") == ""
    assert printed(b"[12]", "text/plain", title="t", format="text") == "[12]"


def test_a_raw_response_parses_to_the_same(printed: Printed) -> None:
    response = printed(b"Once\n", "text/plain", title="t", format="text", mode="with_raw_response")
    assert (response.status_code, response.parse()) == (200, "Once\n")


def test_text_that_a_server_wrapped_in_json_is_unwrapped(printed: Printed) -> None:
    assert printed(b'"Once\\n"', "application/json", title="t", format="text") == "Once\n"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (JSON, "application/json"),
        (JSON, ""),
        (b"<html>Welcome</html>", "text/html"),
        (b"data: {}\n\n", "text/event-stream"),
    ],
)
def test_what_is_no_text_is_not_taken_for_it(printed: Printed, content: bytes, kind: str) -> None:
    with pytest.raises(ResponseDecodeError, match="expected text, got") as caught:
        printed(content, kind, title="t", format="text")
    assert caught.value.content == content


def test_an_error_under_a_success_status_is_raised_where_text_was_asked(printed: Printed) -> None:
    with pytest.raises(APIError, match="no such voice"):
        printed(b'{"error": {"message": "no such voice"}}', "text/plain", title="t", format="text")


def test_a_params_object_must_say_beside_it_what_the_result_depends_on(printed: Printed) -> None:
    params = PrintParams(title="t", format="text")
    with pytest.raises(RequestValidationError, match=r"create\(params, format='text'\)"):
        printed(b"Once", "text/plain", params)
    assert printed(b"Once", "text/plain", params, format="text") == "Once"
    assert type(printed(JSON, "application/json", params, format="short")) is Short


def test_unchecked_parameters_choose_too(printed: Printed) -> None:
    assert printed(b"Once", "text/plain", title=1, format="text", settings={"validation": "off"}) == "Once"
