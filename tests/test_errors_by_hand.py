"""Errors that an application builds for its own tests, as those of the official package are built."""

from __future__ import annotations

import pickle
import subprocess
import sys
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import httpx
import pytest

import typed_openai as openai
from typed_openai.errors import STATUS_ERRORS, APIError, APIStatusError

REQUEST = httpx.Request("POST", "https://api.openai.com/v1/chat/completions", headers={"x-mine": "1"})


def answer(status: int) -> httpx.Response:
    return httpx.Response(status, headers={"x-request-id": "req-1"}, json={"error": {"code": "c"}}, request=REQUEST)


@pytest.mark.parametrize(("status", "kind"), [*STATUS_ERRORS.items(), (503, openai.InternalServerError)], ids=str)
def test_a_status_error_is_built_of_a_response(status: int, kind: type[APIStatusError]) -> None:
    response = answer(status)
    error: Any = kind("m", response=response, body={"code": "c", "param": "p", "type": "t"})
    assert (str(error), error.message, error.status_code, error.request_id) == ("m", "m", status, "req-1")
    assert (error.code, error.param, error.type) == ("c", "p", "t")
    assert error.response is response
    assert error.response.json() == {"error": {"code": "c"}}
    assert error.request is not None
    assert (error.request.method, str(error.request.url), error.request.headers["x-mine"]) == (
        "POST",
        str(REQUEST.url),
        "1",
    )
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.status_code, again.response.status_code) == (kind, status, status)


@pytest.mark.parametrize("response", [MagicMock(), MagicMock(status_code=429), SimpleNamespace(status_code=429)])
def test_a_stand_in_for_a_response_will_do(response: Any) -> None:
    error = openai.RateLimitError("m", response=response, body=None)
    assert error.status_code == 429
    assert error.response is response
    assert (error.code, error.request_id, error.body) == (None, None, None)


def test_a_response_without_request_or_body_will_do() -> None:
    error = openai.NotFoundError("m", response=httpx.Response(404, stream=httpx.ByteStream(b"")), body=None)
    assert (error.status_code, error.content) == (404, b"")


@pytest.mark.parametrize(
    "error",
    [
        openai.APIConnectionError(request=REQUEST),
        openai.APIConnectionError(message="m", request=REQUEST),
        openai.APITimeoutError(request=REQUEST),
        openai.APITimeoutError(REQUEST),
        APIError("m", REQUEST, body=None),
        APIError("m", request=REQUEST, body={"code": "c"}),
    ],
    ids=repr,
)
def test_an_error_without_an_answer_is_built_of_a_request(error: Any) -> None:
    assert error.request is REQUEST
    assert (error.meta.method, error.meta.url) == ("POST", str(REQUEST.url))
    assert str(error)
    assert isinstance(pickle.loads(pickle.dumps(error)), type(error))


@pytest.mark.parametrize("arguments", [{"response": answer(200), "body": {"a": 1}}, (answer(200), {"a": 1})], ids=repr)
def test_an_answer_of_another_shape_is_built_of_a_response(arguments: Any) -> None:
    made = openai.APIResponseValidationError
    error = made(**arguments) if isinstance(arguments, dict) else made(*arguments)
    assert (error.status_code, error.body) == (200, {"a": 1})
    assert "description" in str(error)


def test_an_output_error_is_built_of_nothing_or_of_a_completion() -> None:
    completion = object()
    assert openai.LengthFinishReasonError(completion=completion).completion is completion
    assert "content filter" in str(openai.ContentFilterFinishReasonError())
    assert isinstance(openai.OpenAIError(), Exception)
    assert isinstance(openai.InvalidWebhookSignatureError(), ValueError)


def test_httpx_is_not_loaded_by_building_one() -> None:
    built = "o.ContentFilterFinishReasonError(), o.APIError('m'), o.APIConnectionError()"
    code = f"import sys, typed_openai as o; {built}; print('httpx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
