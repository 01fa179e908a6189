"""What was asked is known by operation and by typed parameters, whoever asked; and parameters equal what they say."""

from __future__ import annotations

from typing import Any

import openai
import pytest

from typed_openai import NotFoundError, OpenAI, RequestValidationError
from typed_openai.local import LocalServer
from typed_openai.models.chat.params import ChatCompletionCreateParams

ASKED: dict[str, Any] = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "temperature": 0}


@pytest.fixture
def client(server: LocalServer) -> OpenAI:
    return OpenAI(base_url=server.base_url)


def test_params_are_typed_and_equal_what_was_given(server: LocalServer, client: OpenAI) -> None:
    client.chat.completions.create(**ASKED)
    with openai.OpenAI(base_url=server.base_url, api_key="sk-theirs") as theirs:
        theirs.chat.completions.create(**ASKED)
    for request in server.requests:
        assert request.operation == "chat.completions.create"
        params: Any = request.params
        assert isinstance(params, ChatCompletionCreateParams)
        message: Any = params.messages[0]
        assert (params.temperature, message.content) == (0, "hi")
        assert request.params == ASKED
        assert request.params != {**ASKED, "temperature": 1}
    assert server.requests[0].params == server.requests[1].params


def test_what_the_path_and_the_query_say_is_known(server: LocalServer, client: OpenAI) -> None:
    client.files.list(limit=3)
    client.models.retrieve("local-echo")
    listed, retrieved = server.requests
    assert (listed.operation, listed.params, dict(listed.path_params)) == ("files.list", {"limit": 3}, {})
    assert (retrieved.operation, retrieved.params) == ("models.retrieve", None)
    assert retrieved.path_params == {"model": "local-echo"}


def test_files_of_a_form_are_there_as_bytes(server: LocalServer, client: OpenAI) -> None:
    client.files.create(file=("a.txt", b"text"), purpose="user_data")
    [request] = server.requests
    assert request.params.purpose == "user_data"
    assert request.params.file == ("a.txt", b"text")


def test_members_that_nobody_knows_stand_in_the_json_alone(server: LocalServer, client: OpenAI) -> None:
    client.chat.completions.create(**ASKED, extra_body={"thinking": True})
    [request] = server.requests
    assert request.params == ASKED
    assert request.json()["thinking"] is True


def test_what_does_not_fit_is_an_error_that_names_the_place(server: LocalServer) -> None:
    wrong: Any = [{"role": "nobody"}]
    with (
        openai.OpenAI(base_url=server.base_url, api_key="sk-theirs") as theirs,
        pytest.raises(openai.BadRequestError),
    ):
        theirs.chat.completions.create(model="gpt-4o", messages=wrong)
    with pytest.raises(RequestValidationError, match=r"messages\[0\]"):
        _ = server.requests[0].params


def test_a_path_that_nobody_declared_has_no_operation(server: LocalServer, client: OpenAI) -> None:
    with pytest.raises(NotFoundError, match="does not know"):
        client.request("GET", "/nothing")
    assert (server.requests[0].operation, server.requests[0].params) == ("", None)


def test_params_with_the_same_values_are_equal() -> None:
    one, other = (ChatCompletionCreateParams(**ASKED) for _ in range(2))
    assert one == other
    assert one != ChatCompletionCreateParams(**{**ASKED, "model": "gpt-5"})
