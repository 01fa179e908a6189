"""What callers of the official package are used to: files with headers, causes as classes, headers by environment."""

from __future__ import annotations

import pickle
from contextlib import suppress
from typing import Any

import pytest

import typed_openai
from tests.canned import HELLO, Connect, Wire, completion, done, failure, models, parts, status
from typed_openai import errors
from typed_openai import parts as message_parts
from typed_openai.errors import (
    APIStatusError,
    BadRequestError,
    ConfigurationError,
    ContentPolicyError,
    ContextLengthExceededError,
    InsufficientQuotaError,
    PermissionDeniedError,
    RateLimitError,
    RequestValidationError,
)

FILE = {"id": "f", "object": "file", "bytes": 1, "created_at": 1, "filename": "a", "purpose": "user_data"}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)

# --- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["text/plain", None])
async def test_a_file_may_have_headers_of_its_own(connect: Connect, kind: str | None) -> None:
    wire = Wire(status(200, FILE))
    file = ("a.txt", b"x", kind, {"X-Part": "seven", "Content-Language": "de"})
    await done(connect(wire).files.create(file=file, purpose="user_data"))
    assert ("file", "a.txt", "text/plain", b"x") in parts(wire.last)
    assert b"X-Part: seven" in wire.last.content
    assert b"Content-Language: de" in wire.last.content


@pytest.mark.parametrize(
    "file",
    [
        ("a", b"x", "t", {"X": "a\r\nY: b"}),
        ("a", b"x", "t", {"X\n": "a"}),
        ("a", b"x", "t", {"X": 1}),
        ("a", b"x", "t", {"": "1"}),
        ("a", b"x", "t", {"X Y": "1"}),
        ("a", b"x", "t", "headers"),
        ("a", b"x", 1),
        ("a", b"x", "t", {}, 5),
        ("a",),
        (),
    ],
)
async def test_what_no_file_with_headers_can_be_is_refused(connect: Connect, file: Any) -> None:
    wire = Wire(status(200, FILE))
    with pytest.raises(RequestValidationError, match="file"):
        await done(connect(wire).files.create(file=file, purpose="user_data"))
    assert wire.requests == []


@pytest.mark.parametrize("rest", [(None,), (None, None), ("text/plain", None), ("text/plain", {})])
async def test_what_is_not_said_of_a_file_may_be_none(connect: Connect, rest: tuple[Any, ...]) -> None:
    wire = Wire(status(200, FILE))
    await done(connect(wire).files.create(file=("a.txt", b"x", *rest), purpose="user_data"))
    assert ("file", "a.txt", "text/plain", b"x") in parts(wire.last)


# --- moderations -----------------------------------------------------------------------------------------------------


async def test_parts_of_messages_may_be_judged(connect: Connect) -> None:
    wire = Wire(status(200, {"id": "m", "model": "o", "results": []}))
    client = connect(wire)
    await done(client.moderations.create(input=[message_parts.image(PNG), {"type": "text", "text": "x"}]))
    image, text = wire.body["input"]
    assert image["image_url"]["url"].startswith("data:image/png;base64,")
    assert text == {"type": "text", "text": "x"}
    with pytest.raises(RequestValidationError, match="detail"):
        await done(client.moderations.create(input=[message_parts.image(PNG, detail="low")]))


# --- causes ----------------------------------------------------------------------------------------------------------

LONG, USED, BARRED = ContextLengthExceededError, InsufficientQuotaError, ContentPolicyError
CAUSES: list[tuple[int, dict[str, Any], type[APIStatusError]]] = [
    (400, {"code": "context_length_exceeded"}, LONG),
    (400, {"message": "This model's maximum context length is 4096 tokens. However, you requested 5000."}, LONG),
    (400, {"type": "exceed_context_size_error", "message": "the request exceeds the available context size"}, LONG),
    (400, {"message": "The input token count (1200000) exceeds the maximum number of tokens allowed"}, LONG),
    (400, {"message": "prompt is too long: 210000 tokens > 200000 maximum"}, LONG),
    (400, {"code": "content_filter", "innererror": {"code": "ResponsibleAIPolicyViolation"}}, BARRED),
    (400, {"code": "content_policy_violation"}, BARRED),
    (400, {"code": "moderation_blocked"}, BARRED),
    (429, {"code": "insufficient_quota"}, USED),
    (429, {"type": "insufficient_quota"}, USED),
    (429, {"code": "rate_limit_exceeded"}, RateLimitError),
    (400, {"code": "invalid_value", "message": "max_tokens is too large"}, BadRequestError),
    (400, {}, BadRequestError),
    (403, {"code": "insufficient_quota"}, PermissionDeniedError),
    (404, {"code": "context_length_exceeded"}, errors.NotFoundError),
]


@pytest.mark.parametrize(("code", "said", "kind"), CAUSES)
async def test_the_cause_is_a_class_below_that_of_the_status(
    connect: Connect, code: int, said: dict[str, Any], kind: type[APIStatusError]
) -> None:
    wire = Wire(failure(code, **said))
    with pytest.raises(APIStatusError) as caught:
        await done(connect(wire, max_retries=0).chat.completions.create(**HELLO))
    assert caught.type is kind
    assert isinstance(caught.value, errors.STATUS_ERRORS[code])
    assert getattr(typed_openai, kind.__name__) is kind


@pytest.mark.parametrize("said", [{"code": "insufficient_quota"}, {"type": "insufficient_quota"}])
async def test_a_quota_that_is_used_up_is_not_tried_again(connect: Connect, said: dict[str, Any]) -> None:
    wire = Wire(failure(429, **said))
    with pytest.raises(InsufficientQuotaError, match="check plan and billing"):
        await done(connect(wire, max_retries=3).chat.completions.create(**HELLO))
    assert len(wire.requests) == 1


# --- headers ---------------------------------------------------------------------------------------------------------


async def test_the_environment_may_add_headers(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Team: red\n\n x-route :a:b \nX-Given: environment")
    wire = Wire(models("a"))
    await done(connect(wire, default_headers={"X-Given": "argument"}).models.list())
    sent = wire.last.headers
    assert (sent["x-team"], sent["x-route"], sent["x-given"]) == ("red", "a:b", "argument")


async def test_headers_of_the_environment_go_to_no_other_server(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "Authorization: Bearer mine\nX-Team: red")
    wire = Wire(models("a"))
    await done(connect(wire, provider="groq", api_key="gsk").models.list())
    assert wire.last.headers["authorization"] == "Bearer gsk"


def test_headers_of_the_environment_that_are_none_are_refused(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    for wrong in ("no colon", "bad name: x", "X: ü"):
        monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", wrong)
        with pytest.raises(ConfigurationError):
            connect.kind(api_key="k")


async def test_headers_added_later_reach_the_clients_that_are_made_later_only_and_that_is_said(
    connect: Connect,
) -> None:
    wire = Wire(completion())
    client = connect(wire)
    before = client.with_options(timeout=5)
    client.add_headers({"X-Late": "1"})
    await done(before.chat.completions.create(**HELLO))
    assert "x-late" not in wire.last.headers
    await done(client.with_options(timeout=5).chat.completions.create(**HELLO))
    assert wire.last.headers["x-late"] == "1"
    assert "those that it made before do not" in (client.add_headers.__doc__ or "")
    assert "do not reach the new one" in (client.with_options.__doc__ or "")


# --- numbers of array libraries --------------------------------------------------------------------------------------


class Scalar:
    """A number as numpy has it: neither an `int` nor a `float` of Python."""

    dtype = "int64"

    def __init__(self, value: Any) -> None:
        self.value = value

    def tolist(self) -> Any:
        return self.value


@pytest.mark.parametrize("validation", ["strict", "warn", "off"])
async def test_numbers_of_array_libraries_are_numbers(connect: Connect, validation: Any) -> None:
    wire = Wire(completion())
    client = connect(wire, validation=validation)
    tokens = {"17": Scalar(5)}
    await done(
        client.chat.completions.create(
            **HELLO, seed=Scalar(3), temperature=Scalar(0.5), logit_bias=tokens, extra_body={"x": [Scalar(1)]}
        )
    )
    assert wire.body.items() >= {"seed": 3, "temperature": 0.5, "logit_bias": {"17": 5}, "x": [1]}.items()
    assert isinstance(tokens["17"], Scalar), "what was passed stays as it is"


class Whole:
    """A whole number of a library for numbers (gmpy2, sympy): it says so by `__index__`."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __index__(self) -> int:
        return self.value


async def test_what_says_that_it_is_a_whole_number_is_one(connect: Connect) -> None:
    wire = Wire(completion())
    asked: Any = {"seed": Whole(3), "temperature": Whole(1), "logit_bias": {"17": Whole(5)}}
    await done(connect(wire).chat.completions.create(**HELLO, **asked))
    assert wire.body.items() >= {"seed": 3, "temperature": 1, "logit_bias": {"17": 5}}.items()


async def test_a_streamed_answer_says_why_it_cannot_be_pickled(connect: Connect) -> None:
    manager = connect(Wire(completion())).chat.completions.with_streaming_response.create(**HELLO)
    if connect.is_async:
        async with manager as response:
            with pytest.raises(TypeError, match="on its connection: pickle what read"):
                pickle.dumps(response)
    else:
        with manager as response, pytest.raises(TypeError, match="on its connection: pickle what read"):
            pickle.dumps(response)


async def test_arrays_are_lists(connect: Connect) -> None:
    wire = Wire(status(200, {"object": "list", "data": [], "model": "m"}))
    with suppress(errors.APIError):  # no vector came
        await done(connect(wire, max_retries=0).embeddings.create(model="m", input=Scalar([1, 2, 3])))
    assert wire.body["input"] == [1, 2, 3]


async def test_a_wrong_number_of_an_array_library_is_refused_as_any(connect: Connect) -> None:
    wire = Wire(completion())
    with pytest.raises(RequestValidationError, match="temperature"):
        await done(connect(wire).chat.completions.create(**HELLO, temperature=Scalar(9.5)))
    assert wire.requests == []


# --- raw answers -----------------------------------------------------------------------------------------------------


async def test_a_raw_answer_pickles_with_what_parse_gives(connect: Connect) -> None:
    client = connect(Wire(completion("hello")))
    raw = await done(client.chat.completions.with_raw_response.create(**HELLO))
    for again in (pickle.loads(pickle.dumps(raw)), pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(raw))))):
        assert (again.content, again.status_code, again.headers) == (raw.content, 200, raw.headers)
        assert (again.http_version, again.json()) == (raw.http_version, raw.json())
        assert again.parse().text == "hello"
        assert again.parse() is again.parse()


async def test_a_raw_answer_that_does_not_parse_pickles_with_its_error(connect: Connect) -> None:
    client = connect(Wire(status(200, content=b"<html>")))
    raw = await done(client.models.with_raw_response.list())
    again = pickle.loads(pickle.dumps(raw))
    assert again.content == b"<html>"
    for _ in range(2):
        with pytest.raises(errors.ResponseDecodeError):
            again.parse()
