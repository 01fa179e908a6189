"""A key that a server echoes is nowhere: not in the error, its parts, its pickle, a traceback or a log."""

from __future__ import annotations

import json
import logging
import os
import pickle
import traceback
from collections.abc import Iterator
from typing import Any

import pytest

from tests.wire.bodies import HELLO, completion, event, piece
from tests.wire.colours import KEY, Colour, failing
from tests.wire.server import CUT, END, Step, WireServer, answer, chunked, head
from typed_openai.errors import (
    APIConnectionError,
    APIError,
    APIStreamError,
    AuthenticationError,
    NotFoundError,
    OpenAIError,
    ResponseDecodeError,
    ResponseValidationError,
    StreamDecodeError,
    StreamError,
    StreamInterruptedError,
    StreamTruncatedError,
)

ECHO = {"error": {"message": f"Incorrect API key provided: {KEY}", "param": KEY, "code": KEY, KEY: [{"a": KEY}]}}
PLAIN: list[tuple[type[OpenAIError], list[Step], dict[str, Any]]] = [
    (AuthenticationError, answer(ECHO, 401), {}),
    (AuthenticationError, answer(f"no such key: Bearer {KEY}".encode(), 401, "text/plain"), {}),
    (AuthenticationError, answer(b"", 401, None, WWW_Authenticate=f"Bearer token={KEY}"), {}),
    (APIError, answer(ECHO), {}),
    (APIError, answer(completion(error={"message": KEY})), {}),
    (ResponseDecodeError, answer(f"<html>{KEY}</html>".encode(), content_type=f"text/html; x={KEY}"), {}),
    (ResponseDecodeError, answer([KEY]), {}),
    (ResponseDecodeError, answer(f'{{"id": "{KEY}'.encode()), {}),
    (ResponseDecodeError, answer(b" " * 395 + KEY.encode()), {}),
    (ResponseValidationError, answer(completion(created=KEY)), {"strict_responses": True}),
    (APIConnectionError, [*answer(f'{{"id": "{KEY}"'.encode(), length=500), CUT], {}),
]
STREAMED: list[tuple[type[OpenAIError], list[Step], dict[str, Any]]] = [
    (AuthenticationError, answer(ECHO, 401), {}),
    (APIStreamError, [*chunked(HELLO[0], event(ECHO)), END], {}),
    (APIStreamError, [*chunked(HELLO[0], b"event: error\ndata: " + KEY.encode() + b"\n\n"), END], {}),
    (APIStreamError, answer(ECHO), {}),
    (StreamDecodeError, [*chunked(HELLO[0], event(f"<html>{KEY}</html>".encode())), END], {}),
    (StreamDecodeError, answer(f"<html>{KEY}</html>".encode(), content_type=f"text/html; x={KEY}"), {}),
    (StreamDecodeError, answer([KEY]), {}),
    (StreamTruncatedError, [*head(200, X_Echo=KEY), HELLO[0], f'data: {{"id": "{KEY}'.encode(), CUT], {}),
    (StreamInterruptedError, [*chunked(HELLO[0], f'data: {{"id": "{KEY}'.encode()), CUT], {}),
    (ResponseValidationError, [*chunked(event(piece(created=KEY))), END], {"strict_responses": True}),
]


def places(error: OpenAIError, caplog: pytest.LogCaptureFixture) -> Iterator[tuple[str, str]]:
    """Everywhere somebody may look."""
    assert isinstance(error, APIError)
    yield "text", str(error) + repr(error) + repr(error.args) + repr(getattr(error, "__notes__", None))
    yield "body", repr(error.body)
    yield "fields", repr((error.code, error.param, error.type, error.attempts))
    yield "content", error.content.decode(errors="replace") + error.response.text
    yield "headers", repr(list(error.headers.items())) + repr(error.meta)
    yield "issues", repr(getattr(error, "issues", ()))
    yield "partial", repr(error.partial) if isinstance(error, StreamError) else ""
    yield "pickle", pickle.dumps(error).decode("latin-1")
    yield "traceback", "".join(traceback.format_exception(error))
    yield "log", "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("httpcore"))
    yield "records", repr([record.args for record in caplog.records if record.name.startswith("typed_openai")])


def assert_hidden(error: OpenAIError, caplog: pytest.LogCaptureFixture) -> None:
    assert [place for place, text in places(error, caplog) if KEY in text] == []
    told = [record for record in caplog.records if record.levelname == "ERROR"]
    assert [record.name for record in told] == ["typed_openai"]  # the error was logged, once
    assert str(error).splitlines()[0] in told[0].getMessage()


@pytest.mark.parametrize(("kind", "script", "settings"), PLAIN)
def test_a_key_echoed_in_an_answer_is_hidden(
    server: WireServer,
    colour: Colour,
    caplog: pytest.LogCaptureFixture,
    kind: type[OpenAIError],
    script: list[Step],
    settings: dict[str, Any],
) -> None:
    caplog.set_level(logging.DEBUG)
    server.script(script)
    error = failing(kind, lambda: colour.chat(server, log_errors=True, **settings)).error
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert_hidden(error, caplog)


@pytest.mark.parametrize(("kind", "script", "settings"), STREAMED)
def test_a_key_echoed_in_a_stream_is_hidden(
    server: WireServer,
    colour: Colour,
    caplog: pytest.LogCaptureFixture,
    kind: type[OpenAIError],
    script: list[Step],
    settings: dict[str, Any],
) -> None:
    caplog.set_level(logging.DEBUG)
    server.script(script)
    error = failing(kind, lambda: colour.chunks(server, log_errors=True, **settings)).error
    assert_hidden(error, caplog)


def from_a_function() -> str:
    return KEY


@pytest.mark.parametrize(
    ("settings", "options"),
    [
        ({"api_key": from_a_function}, {}),
        ({"api_key": False, "default_headers": {"api-key": KEY}}, {}),
        ({"api_key": "sk-other"}, {"extra_headers": {"Authorization": f"Bearer {KEY}"}}),
    ],
    ids=["function", "default header", "extra header"],
)
def test_it_is_hidden_wherever_it_was_given(
    server: WireServer,
    colour: Colour,
    caplog: pytest.LogCaptureFixture,
    settings: dict[str, Any],
    options: dict[str, Any],
) -> None:
    caplog.set_level(logging.DEBUG)
    server.script(answer(ECHO))
    error = failing(APIError, lambda: colour.chat(server, options=options, log_errors=True, **settings)).error
    assert KEY in str(server.requests[0].headers)
    assert_hidden(error, caplog)


def test_a_key_with_slashes_is_hidden_when_they_are_escaped(server: WireServer, colour: Colour) -> None:
    key = "abc/def/ghi"
    server.script(answer(json.dumps({"error": {"message": key}}).replace("/", "\\/").encode(), 401))
    error = failing(AuthenticationError, lambda: colour.chat(server, api_key=key)).error
    assert isinstance(error, AuthenticationError)
    assert key not in str(error) + repr(error.body)
    assert error.content == b'{"error": {"message": "[REDACTED]"}}'


def test_a_key_in_a_value_that_deviates_is_hidden_in_issues_and_log(
    server: WireServer, colour: Colour, caplog: pytest.LogCaptureFixture
) -> None:
    server.script(answer(completion(metadata={f"seen_by_{colour.name}_{os.environ['OPENAI_TRANSPORT']}": [KEY]})))
    result = colour.chat(server)
    assert [issue.got for issue in result.issues] == ["['[REDACTED]']"]
    assert KEY not in caplog.text
    assert f"seen_by_{colour.name}_{os.environ['OPENAI_TRANSPORT']}" in caplog.text


def test_an_error_shows_no_query(server: WireServer, colour: Colour) -> None:
    server.script(answer(b"", 404))
    error = failing(NotFoundError, lambda: colour.chat(server, default_query={"key": "AIza-secret"})).error
    assert "key=AIza-secret" in server.requests[-1].path
    assert b"AIza" not in pickle.dumps(error)
    assert "AIza" not in str(error)
