"""Nine kinds of credential are looked for in every result, error, page, stream, log and pickle; and what a server says
stands in no message and no log with its line breaks and escapes."""

from __future__ import annotations

import json
import logging
import pickle
import re
import traceback
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.canned import HELLO, Connect, Wire, completion, done, failure, listed, models, status
from typed_openai.core.answer.one_line import one_line
from typed_openai.core.answer.tolerant import build
from typed_openai.errors import APIError, OpenAIError, StreamError, WaitFailedError
from typed_openai.models.chat.completions import ChatCompletion

SECRET = "Very5ecretCredential"


KINDS: dict[str, tuple[Callable[[Connect, Wire], dict[str, Any]], dict[str, Any]]] = {
    "api_key": (lambda connect, wire: {"api_key": SECRET}, {}),
    "api_key of a function": (lambda connect, wire: {"api_key": lambda: SECRET}, {}),
    "default_headers": (lambda connect, wire: {"default_headers": {"Authorization": f"Bearer {SECRET}"}}, {}),
    "default_headers of a vendor": (lambda connect, wire: {"default_headers": {"Helicone-Auth": SECRET}}, {}),
    "default_query": (lambda connect, wire: {"default_query": {"key": SECRET}}, {}),
    "extra_headers": (lambda connect, wire: {}, {"extra_headers": {"api-key": SECRET}}),
    "extra_query": (lambda connect, wire: {}, {"extra_query": {"access_token": SECRET}}),
    "headers of an http_client": (
        lambda connect, wire: {"http_client": connect.http_client(wire, headers={"X-Api-Key": SECRET})},
        {},
    ),
    "cookies of an http_client": (
        lambda connect, wire: {"http_client": connect.http_client(wire, cookies={"session": SECRET})},
        {},
    ),
    "params of an http_client": (
        lambda connect, wire: {"http_client": connect.http_client(wire, params={"token": SECRET})},
        {},
    ),
}


def echoed(request: httpx.Request) -> str:
    """What a server may repeat of a request: its URL and headers."""
    return f"{request.url.raw_path.decode()} {dict(request.headers)}"


def echoing(code: int) -> Any:
    def answer(request: httpx.Request) -> httpx.Response:
        body = {"error": {"message": echoed(request), "code": SECRET, "param": f"x{SECRET}"}}
        return httpx.Response(code, json=body, headers={"x-echo": SECRET, "x-request-id": SECRET})

    return answer


def event(content: str) -> bytes:
    choice = {"index": 0, "delta": {"role": "assistant", "content": content}, "finish_reason": None}
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


def streaming(*contents: str) -> Any:
    """A stream that ends too early."""
    body = b"".join(map(event, contents))
    return status(200, content=body, headers={"content-type": "text/event-stream"})


def made(connect: Connect, kind: str, wire: Wire) -> tuple[Any, dict[str, Any]]:
    settings, options = KINDS[kind]
    given = settings(connect, wire)
    if "http_client" in given:
        return connect.kind(max_retries=0, **{"api_key": "sk-other", **given}), options
    return connect(wire, max_retries=0, **given), options


def shown(value: Any) -> str:
    """All that can be seen of an object: its texts, its parts, its pickle."""
    held = {} if hasattr(value, "get_next_page") else getattr(value, "__dict__", {})  # a page holds how to go on
    texts = [repr(value), str(value), repr(held)]
    if isinstance(value, BaseException):
        texts += traceback.format_exception(value)
        texts += [shown(getattr(value, name)) for name in ("meta", "response", "request") if hasattr(value, name)]
    if hasattr(value, "partial"):
        texts.append(repr(value.partial))
    if hasattr(value, "meta"):
        texts += [
            repr(value.meta),
            str(getattr(value.meta, "url", "")),
            repr(value.issues if hasattr(value, "issues") else ""),
        ]
    return "\n".join([*texts, pickle.dumps(value).decode("latin-1")])


@pytest.mark.parametrize("kind", KINDS)
async def test_no_result_page_raw_answer_log_or_pickle_holds_a_credential(
    connect: Connect, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wire = Wire(completion(), models("a"), completion())
    client, options = made(connect, kind, wire)
    result = await done(client.chat.completions.create(**HELLO, **options))
    page = await done(client.models.list(**options))
    raw = await done(client.chat.completions.with_raw_response.create(**HELLO, **options))
    assert any(SECRET in echoed(request) for request in wire.requests), "it was sent"
    for value in (result, page, raw.meta):
        assert SECRET not in shown(value)
    for value in (client, client.config, client.chat, client.chat.completions.create):
        assert SECRET not in repr(value) + str(value)
    assert caplog.records
    assert SECRET not in caplog.text
    assert not [record for record in caplog.records if SECRET in str(record.args)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("code", [200, 400, 401, 404, 429, 503])
async def test_no_error_of_a_server_that_repeats_it_holds_a_credential(
    connect: Connect, kind: str, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wire = Wire(echoing(code))
    client, options = made(connect, kind, wire)
    with pytest.raises(APIError) as caught:
        await done(client.with_options(log_errors=True).chat.completions.create(**HELLO, **options))
    assert SECRET not in shown(caught.value)
    assert SECRET not in caplog.text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("contents", [[SECRET], [SECRET[:7], SECRET[7:]], list(SECRET)])
async def test_no_broken_stream_holds_a_credential_not_even_in_pieces(
    connect: Connect, kind: str, contents: list[str]
) -> None:
    client, options = made(connect, kind, Wire(streaming(*contents)))
    with pytest.raises(StreamError) as caught:
        await listed(await done(client.chat.completions.create(**HELLO, stream=True, **options)))
    error = caught.value
    assert error.partial is not None
    assert SECRET not in repr(error.partial) + error.partial.text + str(error.partial.model_dump())
    assert error.partial.text == "[REDACTED]"


# --- what a server says ----------------------------------------------------------------------------------------------

NASTY = "first\r\nsecond\x1b[31mred\x1b[0m\x00\x07\x85\u2028\u2029\u202egnp.exe\x9b2J"
UNFIT = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]")


@pytest.mark.parametrize(
    "answer",
    [
        failure(400, message=NASTY, code=NASTY, type=NASTY),
        failure(200, message=NASTY),
        failure(503, message=NASTY, code=NASTY),
        status(200, content=NASTY.encode(), headers={"content-type": "text/html"}),
        status(500, content=NASTY.encode()),
        status(200, {"detail": NASTY}),
        status(302, headers={"location": "http://h/\x1b[31m"}),
        status(200, [NASTY]),
    ],
)
async def test_the_text_of_a_server_stands_in_messages_and_logs_in_one_line(
    connect: Connect, caplog: pytest.LogCaptureFixture, answer: Any
) -> None:
    caplog.set_level(logging.INFO, "typed_openai")
    client = connect(Wire(answer), max_retries=1, log_errors=True)
    with pytest.raises(OpenAIError) as caught:
        await done(client.with_options(max_retries=0).chat.completions.create(**HELLO))
    assert not UNFIT.search(str(caught.value) + caught.value.message)
    assert "\n" not in str(caught.value)
    for record in caplog.records:
        if record.name == "typed_openai":
            assert not UNFIT.search(record.getMessage())
            assert "\n" not in record.getMessage()


async def test_an_issue_is_told_in_one_line(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    found: list[Any] = []
    build(ChatCompletion, {"id": 5, "choices": [{"index": NASTY, NASTY: 1}], "created": NASTY}, "", found)
    assert found
    assert not [issue for issue in found if UNFIT.search(str(issue)) or "\n" in str(issue)]


def test_the_reason_of_a_failed_wait_is_told_in_one_line() -> None:
    assert "\n" not in str(WaitFailedError(f"ended: {NASTY}", None))


def test_one_line_spells_out_and_loses_nothing_else() -> None:
    assert one_line("a\nb\x1bc\u202ed\ud800é 漢 🎉") == "a\\nb\\x1bc\\u202ed\\ud800é 漢 🎉"
