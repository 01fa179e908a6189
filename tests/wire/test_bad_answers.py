"""Plain calls to servers that answer wrongly: a typed result with `issues`, or an error that keeps what came."""

from __future__ import annotations

import gzip
import json
import os
import pickle
import warnings
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.wire.bodies import COMPLETION, choice, completion
from tests.wire.colours import KEY, Colour, failing
from tests.wire.server import CUT, WireServer, answer, head
from typed_openai import AsyncOpenAI, OpenAI
from typed_openai.errors import (
    APIConnectionError,
    APIError,
    BadRequestError,
    InternalServerError,
    NotFoundError,
    RateLimitError,
    ResponseDecodeError,
    ResponseValidationError,
    UnprocessableEntityError,
)

HTML = b"<!DOCTYPE html><html><body>Please sign in</body></html>"
NULLED = {
    "tools": None,
    "usage": {
        "prompt_tokens": 1,
        "completion_tokens": 1,
        "total_tokens": 2,
        "prompt_tokens_details": None,
        "completion_tokens_details": None,
        "input_tokens_details": None,
    },
    "service_tier": None,
    "system_fingerprint": None,
    "metadata": None,
    "error": None,
    "choices": [
        choice(
            message={
                "role": "assistant",
                "content": "hi",
                "refusal": None,
                "tool_calls": None,
                "annotations": None,
                "audio": None,
                "function_call": None,
                "reasoning_content": None,
            }
        )
    ],
}
STRANGE_CALL = {"id": "call_1", "type": "teleport", "teleport": {"to": "Mars"}}


# --- answers that are no JSON object ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (HTML, "Please sign in"),
        (b'{"id": "chatcmpl-1", "object": "chat.comp', "EOF"),
        (b"", "the body is empty"),
        (b" \r\n", "the body is empty"),
        (b'[{"id": 1}]', "it is JSON, but list"),
        (b'"fine"', "it is JSON, but str"),
        (b"null", "it is JSON, but NoneType"),
        (b'{"id": "\xff"}', "invalid unicode"),
        (b"\xff\xfe", "status 200"),
        (b'{"a":' * 5000, "recursion"),
    ],
    ids=["HTML", "cut", "empty", "blank", "list", "string", "null", "no UTF-8", "binary", "too deep"],
)
def test_what_is_no_json_object_is_a_decode_error_that_shows_it(
    server: WireServer, colour: Colour, body: bytes, said: str
) -> None:
    server.script(answer(body, content_type="text/html; charset=utf-8"))
    error = failing(ResponseDecodeError, lambda: colour.chat(server)).error
    assert isinstance(error, ResponseDecodeError)
    assert error.content == body
    assert error.status_code == 200
    assert said in str(error)
    assert "text/html" in str(error)
    assert f"127.0.0.1:{server.port}" in str(error)
    assert len(str(error)) < 800
    assert len(server.requests) == 1  # asking again would not help


BODY = json.dumps(COMPLETION).encode()
NEARLY_JSON: dict[str, tuple[bytes, str, str]] = {
    "half a character": (b"a\\ud83d b", "a\ufffd b", "half a character"),
    "the other half": (b"a\\uDE00", "a\ufffd", "half a character"),
    "two first halves": (b"\\ud83d\\ud83d\\ude00", "\ufffd\U0001f600", "half a character"),
    "behind a backslash": (b"\\\\\\ud83d", "\\\ufffd", "half a character"),
}
"""What servers send that cut texts between the halves of a character (JavaScript does): sent, read, said."""


@pytest.mark.parametrize(("sent", "text", "said"), NEARLY_JSON.values(), ids=NEARLY_JSON)
def test_half_a_character_becomes_a_replacement_character_and_an_issue(
    server: WireServer, colour: Colour, sent: bytes, text: str, said: str
) -> None:
    body = BODY.replace(b"Hello there", sent)
    server.script(answer(body))
    completion = colour.chat(server)
    assert completion.text == text
    assert [(issue.pointer, said in issue.got) for issue in completion.issues] == [("", True)]
    error = failing(ResponseValidationError, lambda: colour.chat(server, strict_responses=True)).error
    assert isinstance(error, ResponseValidationError)
    assert error.content == body


def test_an_escaped_backslash_before_a_code_is_no_character(server: WireServer, colour: Colour) -> None:
    server.script(answer(BODY.replace(b"Hello there", b"\\\\ud83d \\ud83d\\ude00")))
    completion = colour.chat(server)
    assert (completion.text, completion.issues) == ("\\ud83d \U0001f600", ())


def test_a_byte_order_mark_before_json_is_an_issue(server: WireServer, colour: Colour) -> None:
    server.script(answer(b"\xef\xbb\xbf" + BODY))
    completion = colour.chat(server)
    assert completion.text == "Hello there"
    assert [issue.got for issue in completion.issues] == ["a byte order mark before it"]


def test_an_error_is_understood_behind_a_byte_order_mark_and_with_half_a_character(
    server: WireServer, colour: Colour
) -> None:
    server.script(answer(b'\xef\xbb\xbf{"error": {"message": "no \\ud83d", "code": "c"}}', status=400))
    error = failing(BadRequestError, lambda: colour.chat(server)).error
    assert isinstance(error, BadRequestError)
    assert (error.code, "no \ufffd" in str(error)) == ("c", True)


def test_a_body_shorter_than_its_content_length_keeps_what_came(server: WireServer, colour: Colour) -> None:
    server.script([*answer(b'{"id": "chatc', length=500), CUT])
    error = failing(APIConnectionError, lambda: colour.chat(server)).error
    assert isinstance(error, APIConnectionError)
    assert error.content == b'{"id": "chatc'
    assert error.meta.status == 200
    assert error.kind == "protocol"


@pytest.mark.parametrize("damage", ["bytes", "cut"])
def test_a_damaged_gzip_body_is_an_error_of_ours(server: WireServer, colour: Colour, damage: str) -> None:
    packed = gzip.compress(b'{"id": "chatcmpl-1"}' * 50)
    body = packed[:20] + b"\xff" * 20 if damage == "bytes" else packed[:30]
    server.script(answer(body, Content_Encoding="gzip"))
    with pytest.raises(APIError) as caught:
        colour.chat(server)
    assert isinstance(caught.value, APIConnectionError | ResponseDecodeError)
    assert f"127.0.0.1:{server.port}" in str(caught.value)


def test_a_gzip_body_is_read(server: WireServer, colour: Colour) -> None:
    server.script(answer(gzip.compress(json.dumps(COMPLETION).encode()), Content_Encoding="gzip"))
    assert colour.chat(server).text == "Hello there"


# --- errors under status 200 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "said", "code"),
    [
        ({"error": {"message": "no such model", "code": "model_not_found"}}, "no such model", "model_not_found"),
        ({"error": "no such model"}, "no such model", None),
        ({**COMPLETION, "error": {"message": "upstream broke", "code": 502}}, "upstream broke", "502"),
        ({"object": "error", "message": "no such model", "code": 40401}, "no such model", "40401"),
        ([{"error": {"message": "no such model", "code": 404}}], "no such model", "404"),
    ],
    ids=["object", "text", "beside a completion", "vLLM", "in a list"],
)
def test_an_error_under_status_200_raises(
    server: WireServer, colour: Colour, body: object, said: str, code: str | None
) -> None:
    server.script(answer(body))
    error = failing(APIError, lambda: colour.chat(server)).error
    assert isinstance(error, APIError)
    assert said in str(error)
    assert error.code == code
    assert error.meta.status == 200
    assert said.encode() in error.content


@pytest.mark.parametrize("nothing", [None, "", {}, False, {"message": None, "code": None}])
def test_an_error_field_that_says_nothing_is_no_error(server: WireServer, colour: Colour, nothing: object) -> None:
    server.script(answer(completion(error=nothing)))
    assert colour.chat(server).text == "Hello there"


# --- error bodies ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "body", "kind", "said", "code"),
    [
        (400, {"error": {"message": "bad key", "type": "t", "code": "c"}}, BadRequestError, "bad key", "c"),
        (404, {"error": "no such model"}, NotFoundError, "no such model", None),
        (404, {"error": "no such model", "code": "missing"}, NotFoundError, "no such model", "missing"),
        (404, {"detail": "Not Found"}, NotFoundError, "Not Found", None),
        (
            422,
            {"detail": [{"loc": ["body", "model"], "msg": "field required"}]},
            UnprocessableEntityError,
            "model",
            None,
        ),
        (429, {"message": "slow down"}, RateLimitError, "slow down", None),
        (404, {"error": {"message": "gone", "code": 404}}, NotFoundError, "gone", "404"),
        (400, [{"error": {"message": "bad", "code": 400}}], BadRequestError, "bad", "400"),
        (400, {"error": None, "message": "bad"}, BadRequestError, "bad", None),
        (400, {"error": {"message": None, "detail": "bad"}}, BadRequestError, "bad", None),
        (400, {"object": "error", "message": "too long", "code": 400}, BadRequestError, "too long", "400"),
        (400, {"errors": [{"message": "bad"}]}, BadRequestError, "bad", None),
        (400, {}, BadRequestError, "{}", None),
        (400, b"null", BadRequestError, "null", None),
        (500, b"[" * 5000, InternalServerError, "[[", None),
        (502, HTML, InternalServerError, "Please sign in", None),
        (500, b"it broke", InternalServerError, "it broke", None),
        (404, b"", NotFoundError, "the body is empty", None),
        (418, {"error": {"message": "teapot"}}, None, "teapot", None),
    ],
)
def test_an_error_body_of_any_shape_is_understood(
    server: WireServer, colour: Colour, status: int, body: object, kind: Any, said: str, code: str | None
) -> None:
    server.script(answer(body, status, content_type=None))
    with pytest.raises(kind or APIError) as caught:
        colour.chat(server)
    error: Any = caught.value
    assert error.status_code == status
    assert said in str(error)
    assert str(status) in str(error)
    assert error.code == code
    assert error.response.content == error.content != b"" or body == b""
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_an_error_body_that_is_cut_is_still_the_error_of_its_status(server: WireServer, colour: Colour) -> None:
    server.script([*answer(b'{"error": {"message": "Rate limit rea', 429, length=999), CUT])
    error = failing(RateLimitError, lambda: colour.chat(server)).error
    assert "Rate limit rea" in str(error)
    assert "not all of its body could be read" in error.__notes__[0]


@pytest.mark.parametrize("streaming", [False, True], ids=["plain", "streamed"])
def test_an_error_body_of_which_nothing_can_be_read_is_not_called_empty(
    server: WireServer, colour: Colour, streaming: bool
) -> None:
    server.script(answer({"error": {"message": "no"}}, 400, content_encoding="gzip"))
    error = failing(BadRequestError, lambda: (colour.chunks if streaming else colour.chat)(server)).error
    assert "its body could not be read" in str(error)
    assert "cannot be decompressed" in error.__notes__[0]


def test_a_server_that_closes_after_a_500_does_not_hinder_the_next_attempt(
    server: WireServer, colour: Colour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("typed_openai.core.run.retry.INITIAL_DELAY", 0.01)
    server.script([*head(500, None), b"overloaded", CUT], answer(COMPLETION))
    result = colour.chat(server, max_retries=1)
    assert result.text == "Hello there"
    assert [attempt.outcome for attempt in result.meta.attempts] == ["500 InternalServerError"]


# --- answers that deviate --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "issues"),
    [
        (COMPLETION, {}),
        (completion(**NULLED), {}),
        (completion(created=1_700_000_000.0), {"/created": "1700000000.0"}),
        (completion(created=1.5), {"/created": "1.5"}),
        (completion(created="1700000000"), {"/created": "'1700000000'"}),
        (completion(created=...), {"/created": "nothing"}),
        (completion(id=None), {"/id": "None"}),
        (completion(choices=[choice(finish_reason=...)]), {"/choices/0/finish_reason": "nothing"}),
        (completion(choices=[choice(finish_reason="sensitive")]), {}),
        (completion(choices=[choice(finish_reason="")]), {}),
        (completion(choices=[None]), {"/choices/0": "None"}),
        (completion(choices={"0": choice()}), {"/choices": "{"}),
        (
            completion(choices=[choice(), choice(index="1", message=None)]),
            {"/choices/1/index": "'1'", "/choices/1/message": "None"},
        ),
        (completion(object="chat.completion.v2", service_tier="standard"), {}),
        (completion(object=None), {"/object": "None"}),
        (completion(choices=[choice(message={"role": "bot", "content": "x"})]), {}),
        (completion(choices=[choice(message={"content": "x"})]), {"/choices/0/message/role": "nothing"}),
        (
            completion(choices=[choice(message={"role": "assistant", "content": ["x"]})]),
            {"/choices/0/message/content": "['x']"},
        ),
        (completion(choices=[choice(message={"role": "assistant", "tool_calls": [STRANGE_CALL]})]), {}),
        (
            completion(choices=[choice(message={"role": "assistant", "tool_calls": [{"id": "", "type": "function"}]})]),
            {"/choices/0/message/tool_calls/0/function": "nothing"},
        ),
        (completion(usage={"prompt_tokens": 1.0}), {
            "/usage/prompt_tokens": "1.0", "/usage/completion_tokens": "nothing", "/usage/total_tokens": "nothing",
        }),
        (completion(usage=[]), {"/usage": "[]"}),
        (completion(metadata={"a/b~c": 1}), {"/metadata/a~1b~0c": "1"}),
        (completion(cls="x", self=1, _fields_set=[1], model_dump=2, text="t", issues=[], meta={}), {}),
        (completion(created=None, cls="x", self=1, _fields_set=[1], model_dump=2, text="t"), {"/created": "None"}),
        ({"choices": [choice()]}, dict.fromkeys(["/id", "/created", "/model", "/object"], "nothing")),
    ],
)  # fmt: skip
def test_an_answer_that_deviates_is_typed_says_where_and_dumps_as_it_came(
    server: WireServer, colour: Colour, body: dict[str, Any], issues: dict[str, str]
) -> None:
    server.script(answer(body))
    result = colour.chat(server)
    assert type(result).__name__ == "ChatCompletion"
    assert {issue.pointer for issue in result.issues} == set(issues)
    assert all(issues[issue.pointer] in issue.got for issue in result.issues)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert result.model_dump() == body
    assert isinstance(result.text, str)
    again = pickle.loads(pickle.dumps(result))
    assert (again.model_dump(), again.issues) == (body, result.issues)


def test_what_is_valid_beside_a_deviation_is_typed_all_the_same(server: WireServer, colour: Colour) -> None:
    server.script(answer(completion(created=None, usage=NULLED["usage"])))
    result = colour.chat(server)
    assert result.created is None
    assert result.text == "Hello there"
    assert result.usage.total_tokens == 2
    assert result.choices[0].message.role == "assistant"


def test_a_missing_required_field_reads_as_none(server: WireServer, colour: Colour) -> None:
    server.script(answer(completion(created=..., choices=[choice(finish_reason=...)])))
    result = colour.chat(server)
    assert (result.created, result.choices[0].finish_reason) == (None, None)


def test_an_unknown_member_of_a_union_keeps_its_data(server: WireServer, colour: Colour) -> None:
    server.script(answer(completion(choices=[choice(message={"role": "assistant", "tool_calls": [STRANGE_CALL]})])))
    call = colour.chat(server).choices[0].message.tool_calls[0]
    assert type(call).__name__ == "UnknownToolCall"
    assert (call.type, call.teleport) == ("teleport", {"to": "Mars"})


def test_a_deviation_is_logged_once(server: WireServer, colour: Colour, caplog: pytest.LogCaptureFixture) -> None:
    field = f"system_fingerprint_{colour.name}_{os.environ['OPENAI_TRANSPORT']}"
    server.script(answer(completion(metadata={field: 1})))
    for _ in range(3):
        colour.chat(server)
    told = [record for record in caplog.records if field in record.getMessage()]
    assert [record.levelname for record in told] == ["WARNING"]


def test_strict_responses_raise_with_issues_and_body(server: WireServer, colour: Colour) -> None:
    body = completion(created=1.5, choices=[choice(finish_reason=...)])
    server.script(answer(body))
    error = failing(ResponseValidationError, lambda: colour.chat(server, strict_responses=True)).error
    assert isinstance(error, ResponseValidationError)
    assert [issue.pointer for issue in error.issues] == ["/choices/0/finish_reason", "/created"]
    assert error.body == body
    assert "/created: expected" in str(error)
    again = pickle.loads(pickle.dumps(error))
    assert (again.issues, again.body, again.content) == (error.issues, error.body, error.content)


def test_strict_responses_take_what_is_merely_unknown(server: WireServer, colour: Colour) -> None:
    body = completion(vendor=1, choices=[choice(finish_reason="sensitive")])
    server.script(answer(body))
    assert colour.chat(server, strict_responses=True).model_dump() == body


# --- bodies read bit by bit ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["iter_bytes", "iter_text", "iter_lines", "read"])
def test_a_body_read_bit_by_bit_breaks_with_an_error_of_ours(server: WireServer, way: str) -> None:
    server.script([*answer(b"first\nsecond", length=500), CUT])
    with (
        OpenAI(api_key=KEY, base_url=server.base_url) as client,
        client.with_streaming_response.models.list() as response,
        pytest.raises(APIConnectionError) as caught,
    ):
        list(getattr(response, way)())
    assert caught.value.kind == "protocol"
    assert caught.value.meta.status == 200
    assert caught.value.content == (b"first\nsecond" if way == "read" else b"")


def test_a_body_that_is_taken_twice_is_told_as_that(server: WireServer) -> None:
    server.script(answer(b"first\nsecond"))
    with (
        OpenAI(api_key=KEY, base_url=server.base_url) as client,
        client.with_streaming_response.models.list() as response,
    ):
        assert next(response.iter_bytes(5)) == b"first"
        with pytest.raises(APIConnectionError, match="the body was taken already") as caught:
            response.read()
    assert caught.value.final


@pytest.mark.parametrize("way", ["iter_bytes", "iter_text", "iter_lines", "read"])
async def test_an_async_body_read_bit_by_bit_breaks_with_an_error_of_ours(server: WireServer, way: str) -> None:
    server.script([*answer(b"first\nsecond", length=500), CUT])
    async with (
        AsyncOpenAI(api_key=KEY, base_url=server.base_url) as client,
        client.with_streaming_response.models.list() as response,
    ):
        reading = response.read() if way == "read" else _listed(getattr(response, way)())
        with pytest.raises(APIConnectionError) as caught:
            await reading
    assert caught.value.content == (b"first\nsecond" if way == "read" else b"")


async def _listed(pieces: AsyncIterator[object]) -> list[object]:
    return [piece async for piece in pieces]
