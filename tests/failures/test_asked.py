"""What was asked for and not given is an issue: fewer things than asked for, other things, or things out of order."""

from __future__ import annotations

import json
from base64 import b64encode
from struct import pack
from typing import Any

import pytest

from tests.canned import HELLO, Connect, Wire, done, status
from typed_openai import ResponseValidationError
from typed_openai.core.answer.meta import Issue
from typed_openai.core.answer.tolerant import build
from typed_openai.models.audio.transcriptions import TranscriptionVerbose
from typed_openai.models.base import NULL, Result
from typed_openai.models.chat.completions import ChatCompletion
from typed_openai.models.completions import Completion
from typed_openai.models.embeddings import CreateEmbeddingResponse
from typed_openai.models.images.images import ImagesResponse
from typed_openai.models.moderations import ModerationCreateResponse
from typed_openai.models.responses.results import Response

TOKEN = {"token": "x", "logprob": -0.1, "bytes": None, "top_logprobs": []}


def choice(index: int = 0, **more: Any) -> dict[str, Any]:
    message = {"role": "assistant", "content": "x", "refusal": None}
    return {"index": index, "message": message, "finish_reason": "stop", "logprobs": None, **more}


def chat(*choices: dict[str, Any]) -> dict[str, Any]:
    return {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [*choices]}


def text(*choices: dict[str, Any]) -> dict[str, Any]:
    whole = [{"text": "x", "finish_reason": "stop", "logprobs": None, **each} for each in choices]
    return {"id": "c", "object": "text_completion", "created": 1, "model": "m", "choices": whole}


def vectors(*indexes: Any, size: int = 2, packed: bool = False) -> dict[str, Any]:
    def vector(index: Any) -> Any:
        numbers = [float(index or 0)] * size
        return b64encode(pack(f"<{size}f", *numbers)).decode() if packed else numbers

    data = [{"object": "embedding", "index": index, "embedding": vector(index)} for index in indexes]
    return {"object": "list", "model": "m", "data": data, "usage": {"prompt_tokens": 1, "total_tokens": 1}}


def pictures(*images: dict[str, str]) -> dict[str, Any]:
    return {"created": 1, "data": [*images]}


CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "chat": ("chat.completions.create", HELLO),
    "text": ("completions.create", {"model": "m"}),
    "vectors": ("embeddings.create", {"model": "m"}),
    "pictures": ("images.generate", {"prompt": "p"}),
    "verdicts": ("moderations.create", {}),
    "response": ("responses.create", {"model": "m", "input": "i"}),
    "words": ("audio.transcriptions.create", {"model": "m", "file": b"x"}),
}
VERBOSE = {"text": "x", "duration": 1.0, "language": "english"}
CALL: dict[str, Any] = {"role": "assistant", "content": None, "tool_calls": []}
LISTED = {**choice(), "logprobs": {"content": [TOKEN], "refusal": None}}
TIMED = {"response_format": "verbose_json", "timestamp_granularities": ["word"]}

SOUND = {"modalities": ["text", "audio"], "audio": {"voice": "alloy", "format": "wav"}}
SPOKEN = {"id": "a", "data": "AA==", "expires_at": 1, "transcript": "x"}


def response(*items: dict[str, Any]) -> dict[str, Any]:
    head = {"id": "r", "object": "response", "created_at": 1, "model": "m", "status": "completed"}
    return {**head, "parallel_tool_calls": True, "tool_choice": "auto", "tools": [], "output": [*items]}


def words(logprobs: list[Any]) -> dict[str, Any]:
    part = {"type": "output_text", "text": "x", "annotations": [], "logprobs": logprobs}
    return {"type": "message", "id": "m", "role": "assistant", "status": "completed", "content": [part]}


PROBABLE = words([{"token": "x", "logprob": -0.1, "bytes": [1], "top_logprobs": []}])
THOUGHT = {"type": "reasoning", "id": "rs", "summary": []}
SEARCH = {"type": "file_search_call", "id": "fs", "status": "completed", "queries": ["q"]}
TOKENS, SEALED = {"include": ["message.output_text.logprobs"]}, {"include": ["reasoning.encrypted_content"]}
FOUND = {"include": ["file_search_call.results"]}

LACKING: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, str]]] = [
    ("chat", {"n": 2}, chat(choice()), {"/choices": "1"}),
    ("chat", {"n": 3}, chat(choice(), choice(1)), {"/choices": "2"}),
    ("chat", {"logprobs": True}, chat(choice()), {"/choices/0/logprobs": "nothing"}),
    (
        "chat",
        {"logprobs": True},
        chat(choice(logprobs={"content": None, "refusal": None})),
        {"/choices/0/logprobs": ""},
    ),
    ("chat", {"logprobs": True}, chat(choice(logprobs={"content": [], "refusal": None})), {"/choices/0/logprobs": ""}),
    ("chat", {"logprobs": True, "n": 2}, chat(LISTED, choice(1)), {"/choices/1/logprobs": "nothing"}),
    ("chat", {"logprobs": True, "top_logprobs": 2}, chat(LISTED), {"/choices/0/logprobs": "nothing"}),
    ("text", {"prompt": "p", "n": 2}, text({"index": 0}), {"/choices": "1"}),
    ("text", {"prompt": ["a", "b"]}, text({"index": 0}), {"/choices": "1"}),
    ("text", {"prompt": [[1], [2]], "n": 2}, text({"index": 0}, {"index": 1}), {"/choices": "2"}),
    ("text", {"prompt": "p", "logprobs": 1}, text({"index": 0}), {"/choices/0/logprobs": "nothing"}),
    ("vectors", {"input": ["a", "b", "c"]}, vectors(0), {"/data": "1"}),
    ("vectors", {"input": [[1], [2]]}, vectors(0), {"/data": "1"}),
    ("vectors", {"input": "a", "dimensions": 8}, vectors(0, size=320), {"/data/0/embedding": "320"}),
    ("vectors", {"input": ["a", "b"], "dimensions": 1}, vectors(0, 1), {"/data/0/embedding": "2"}),
    ("vectors", {"input": ["a", "b", "c"]}, vectors(2, 0, 1), {"/data": "indexes 2, 0, 1"}),
    ("vectors", {"input": ["a", "b"]}, vectors(1, 0, packed=True), {"/data": "indexes 1, 0"}),
    ("vectors", {"input": ["a", "b"]}, vectors(0, 0), {"/data": "indexes 0, 0"}),
    ("vectors", {"input": ["a", "b"]}, vectors(1, 2), {"/data": "indexes 1, 2"}),
    ("pictures", {"n": 2}, pictures({"url": "u"}), {"/data": "1"}),
    ("pictures", {"n": 2}, {"created": 1}, {"/data": "0"}),
    ("pictures", {"response_format": "b64_json"}, pictures({"url": "u"}), {"/data/0/b64_json": "nothing"}),
    ("verdicts", {"input": ["a", "b"]}, {"id": "m", "model": "m", "results": []}, {"/results": "0"}),
    ("words", TIMED, VERBOSE, {"/words": "nothing"}),
    ("chat", SOUND, chat(choice()), {"/choices/0/message/audio": "nothing"}),
    ("response", TOKENS, response(words([])), {"/output/0/content/0/logprobs": "nothing"}),
    ("response", SEALED, response(THOUGHT, words([])), {"/output/0/encrypted_content": "nothing"}),
    ("response", FOUND, response(words([]), SEARCH), {"/output/1/results": "nothing"}),
    ("words", {"include": ["logprobs"]}, {"text": "x"}, {"/logprobs": "nothing"}),
]
GIVEN: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("chat", {}, chat(choice())),
    ("chat", {"n": 1}, chat(choice(), choice(1))),
    ("chat", {"n": 2}, chat(choice(), choice(1))),
    ("chat", {"logprobs": True}, chat(LISTED)),
    ("chat", {"logprobs": False}, chat(choice())),
    ("chat", {"logprobs": True}, chat(choice(message=CALL))),
    ("text", {"prompt": "p"}, text({"index": 0})),
    ("text", {"prompt": [1, 2, 3]}, text({"index": 0})),
    ("vectors", {"input": "a"}, vectors(0)),
    ("vectors", {"input": [1, 2, 3]}, vectors(0)),
    ("vectors", {"input": ["a", "b"], "dimensions": 2}, vectors(0, 1)),
    ("vectors", {"input": ("a", "b")}, vectors(0, 1, packed=True)),
    ("pictures", {"n": 1, "response_format": "url"}, pictures({"url": "u"})),
    ("words", TIMED, {**VERBOSE, "text": ""}),
    ("chat", SOUND, chat(choice(message={"role": "assistant", "content": None, "refusal": None, "audio": SPOKEN}))),
    ("chat", SOUND, chat(choice(message=CALL))),
    ("response", {**TOKENS, "top_logprobs": 1}, response(PROBABLE)),
    ("response", {}, response(THOUGHT, words([]), SEARCH)),
    ("response", {**SEALED, **FOUND}, response(words([]))),
    ("response", SEALED, response({**THOUGHT, "encrypted_content": "x"})),
    ("response", FOUND, response({**SEARCH, "results": []})),
    ("response", TOKENS, {**response(words([])), "status": "in_progress"}),
]


def call(client: Any, kind: str, asked: dict[str, Any]) -> Any:
    name, ordinary = CALLS[kind]
    for each in name.split("."):
        client = getattr(client, each)
    return client(**ordinary, **asked)


@pytest.mark.parametrize("validation", ["strict", "warn", "off"])
@pytest.mark.parametrize(("kind", "asked", "body", "lacking"), LACKING)
async def test_what_was_asked_for_and_not_given_is_an_issue(
    connect: Connect, kind: str, asked: dict[str, Any], body: dict[str, Any], lacking: dict[str, str], validation: Any
) -> None:
    result = await done(call(connect(Wire(status(200, body)), validation=validation), kind, asked))
    assert {issue.pointer: issue.got for issue in result.issues} == {
        pointer: got or "nothing" for pointer, got in lacking.items()
    }
    if kind != "vectors":
        assert result.model_dump() == body


@pytest.mark.parametrize(("kind", "asked", "body", "lacking"), LACKING)
async def test_strict_responses_refuse_it(
    connect: Connect, kind: str, asked: dict[str, Any], body: dict[str, Any], lacking: dict[str, str]
) -> None:
    with pytest.raises(ResponseValidationError) as caught:
        await done(call(connect(Wire(status(200, body)), strict_responses=True), kind, asked))
    assert {issue.pointer for issue in caught.value.issues} == {*lacking}
    assert caught.value.body == body


@pytest.mark.parametrize(("kind", "asked", "body"), GIVEN)
async def test_what_was_given_is_no_issue(
    connect: Connect, kind: str, asked: dict[str, Any], body: dict[str, Any]
) -> None:
    assert (await done(call(connect(Wire(status(200, body)), strict_responses=True), kind, asked))).issues == ()


@pytest.mark.parametrize("packed", [True, False])
async def test_vectors_out_of_order_are_put_into_the_order_of_the_inputs(connect: Connect, packed: bool) -> None:
    wire = Wire(status(200, vectors(3, 0, 2, 1, packed=packed)))
    result = await done(connect(wire).embeddings.create(model="m", input=list("abcd")))
    assert [each.index for each in result.data] == [0, 1, 2, 3]
    assert [each.embedding[0] for each in result.data] == [0.0, 1.0, 2.0, 3.0]
    assert [each["index"] for each in result.model_dump()["data"]] == [0, 1, 2, 3]


async def test_vectors_without_a_usable_index_stay_as_they_came(connect: Connect) -> None:
    for indexes in ([0, 0, 0], [None, 1, 0], ["1", 0, 2]):
        body = vectors(0, 1, 2)
        for vector, index in zip(body["data"], indexes, strict=True):
            vector["index"] = index
        result = await done(connect(Wire(status(200, body))).embeddings.create(model="m", input=list("abc")))
        assert [each.embedding[0] for each in result.data] == [0.0, 1.0, 2.0]
        assert "/data" in [issue.pointer for issue in result.issues]


@pytest.mark.parametrize("asked", [{"n": 2}, {"logprobs": True}])
async def test_the_final_completion_of_a_stream_says_it_too(connect: Connect, asked: dict[str, Any]) -> None:
    piece = {"index": 0, "delta": {"role": "assistant", "content": "x"}, "finish_reason": "stop"}
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [piece]}
    body = f"data: {json.dumps(chunk)}\n\ndata: [DONE]\n\n".encode()
    wire = Wire(status(200, content=body, headers={"content-type": "text/event-stream"}))
    expected = ["/choices"] if "n" in asked else ["/choices/0/logprobs"]
    stream = connect(wire).chat.completions.stream(**HELLO, **asked)
    for _ in range(2):
        final = await done(stream.get_final_completion())
        assert [issue.pointer for issue in final.issues] == expected
    whole = await done(connect(wire).chat.completions.create(**HELLO, **asked))
    assert [issue.pointer for issue in whole.issues] == ["", *expected]


ODD: list[Any] = [
    None,
    True,
    -1,
    0,
    2,
    2.5,
    "",
    "x",
    "b64_json",
    [],
    [1],
    ["word", None],
    [[], {}],
    (),
    {},
    {"a": []},
    NULL,
    object(),
]


MODELS: dict[str, type[Result]] = {
    "chat": ChatCompletion,
    "text": Completion,
    "vectors": CreateEmbeddingResponse,
    "pictures": ImagesResponse,
    "verdicts": ModerationCreateResponse,
    "response": Response,
    "words": TranscriptionVerbose,
}


@pytest.mark.parametrize("kind", CALLS)
def test_whatever_was_asked_and_given_nothing_raises(kind: str) -> None:
    bodies = [body for which, _, body, _ in LACKING if which == kind]
    for body in [*bodies, *(dict.fromkeys(body, odd) for body in bodies for odd in ODD[:-2])]:
        result = build(MODELS[kind], body, "", [])
        assert isinstance(result.is_answer(), bool)
        for odd in ODD:
            found = result.check_asked({}.get if odd is None else dict.fromkeys(PARAMETERS, odd).get)
            assert all(isinstance(issue, Issue) for issue in found)


PARAMETERS = ("n", "logprobs", "top_logprobs", "prompt", "input", "dimensions", "response_format", "include",
              "timestamp_granularities", "modalities")  # fmt: skip
