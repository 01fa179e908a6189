"""`responses.parse` in both colours: what is sent, what comes back, what is raised where there is no value."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from pydantic import BaseModel, Field

from tests.canned import Answer, Connect, Wire, done, status
from typed_openai import (
    ContentFilterFinishReasonError,
    LengthFinishReasonError,
    OutputError,
    OutputValidationError,
    ParsedResponse,
    RefusalError,
    RequestValidationError,
    SchemaError,
)

GOOD = '{"name": "Anna", "age": 30}'
USAGE = {
    "input_tokens": 5,
    "input_tokens_details": {"cached_tokens": 1, "cache_write_tokens": 0},
    "output_tokens": 3,
    "output_tokens_details": {"reasoning_tokens": 2},
    "total_tokens": 8,
}


class Person(BaseModel):
    name: str
    age: int = Field(ge=0)


ANNA = Person(name="Anna", age=30)


def said(text: str) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": []}


def answered(*parts: dict[str, Any], **more: Any) -> Answer:
    """A response with one message of these parts."""
    message = {"id": "msg-1", "type": "message", "role": "assistant", "status": "completed", "content": list(parts)}
    body = {"id": "resp-1", "object": "response", "created_at": 1, "model": "m", "output": [message], "tools": []}
    more = {"parallel_tool_calls": True, "tool_choice": "auto", "status": "completed", "usage": USAGE, **more}
    return status(200, {**body, **more})


async def parse(connect: Connect, *answers: Any, kind: Any = Person, **params: Any) -> Any:
    wire = answers[0] if isinstance(answers[0], Wire) else Wire(*answers)
    given = {"model": "m", "input": "Who?", "text_format": kind, **params}
    return await done(connect(wire).responses.parse(**given))


async def test_the_answer_is_a_value_of_the_type(connect: Connect) -> None:
    answer = await parse(connect, answered(said(GOOD)))
    assert answer.output_parsed == ANNA
    assert (answer.id, answer.model, answer.output_text, answer.status) == ("resp-1", "m", GOOD, "completed")
    assert answer.usage.total_tokens == 8
    assert pickle.loads(pickle.dumps(answer)).output_parsed == ANNA
    assert isinstance(answer, ParsedResponse)


async def test_the_request_has_the_strict_schema_beside_what_else_was_said_of_the_text(connect: Connect) -> None:
    wire = Wire(answered(said('{"value": [1]}')))
    assert (await parse(connect, wire, kind=list[int], text={"verbosity": "low"})).output_parsed == [1]
    sent = wire.body["text"]
    assert sent["verbosity"] == "low"
    assert (sent["format"]["type"], sent["format"]["strict"]) == ("json_schema", True)
    assert sent["format"]["schema"]["properties"]["value"]["type"] == "array"


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (
            LengthFinishReasonError,
            answered(said('{"na'), status="incomplete", incomplete_details={"reason": "max_output_tokens"}),
        ),
        (
            ContentFilterFinishReasonError,
            answered(said('{"na'), status="incomplete", incomplete_details={"reason": "content_filter"}),
        ),
        (RefusalError, answered({"type": "refusal", "refusal": "No."})),
        (OutputValidationError, answered(said('{"name": "Anna", "age": -1}'))),
        (OutputValidationError, answered(said("Sure!"))),
        (OutputError, answered(status="failed", error={"code": "server_error", "message": "broke"})),
    ],
)
async def test_where_there_is_no_value_the_error_keeps_everything(
    connect: Connect, kind: type[OutputError], answer: Answer
) -> None:
    with pytest.raises(OutputError) as caught:
        await parse(connect, answer)
    assert caught.type is kind
    assert caught.value.completion.id == "resp-1"
    assert caught.value.usage.total_tokens == 8
    assert caught.value.partial_text == caught.value.completion.output_text


@pytest.mark.parametrize("output", [None, "?", [7], [{"type": 7}], [{"type": "message", "content": "Hi"}]])
async def test_an_answer_of_another_form_is_no_value_and_no_crash(connect: Connect, output: Any) -> None:
    with pytest.raises(OutputError):
        await parse(connect, answered(output=output))


async def test_tool_calls_are_no_value_and_no_failure(connect: Connect) -> None:
    call = {"type": "function_call", "id": "fc", "call_id": "c", "name": "f", "arguments": "{}", "status": "completed"}
    answer = await parse(connect, answered(output=[call]))
    assert answer.function_calls[0].name == "f"
    with pytest.raises(OutputError, match="called tools"):
        answer.output_parsed  # noqa: B018 - that is the point


async def test_asked_again_the_model_sees_what_was_wrong(connect: Connect) -> None:
    wire = Wire(answered(said('{"name": "Anna", "age": "?"}')), answered(said(GOOD)))
    answer = await parse(connect, wire, reasks=1)
    assert answer.output_parsed == ANNA
    first, wrong, faults = wire.body["input"]
    assert first == {"role": "user", "content": "Who?"}
    assert wrong["content"][0]["text"] == '{"name": "Anna", "age": "?"}'
    assert "age: Input should be a valid integer" in faults["content"]
    assert (answer.asks, answer.usage.total_tokens, answer.response.usage.total_tokens) == (2, 16, 8)
    assert answer.usage.output_tokens_details.reasoning_tokens == 4


async def test_a_conversation_that_the_service_keeps_is_not_sent_again(connect: Connect) -> None:
    wire = Wire(answered(said("{}")), answered(said(GOOD)))
    await parse(connect, wire, reasks=1, conversation="conv-1")
    assert [item["role"] for item in wire.body["input"]] == ["user"]
    assert "name: Field required" in wire.body["input"][0]["content"]


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"reasks": -1}, RequestValidationError),
        ({"stream": True}, RequestValidationError),
        ({"background": True}, RequestValidationError),
        ({"text_format": dict[str, Any]}, SchemaError),
    ],
)
async def test_wrong_parameters_are_not_sent(connect: Connect, params: Any, error: type[Exception]) -> None:
    wire = Wire(answered(said(GOOD)))
    with pytest.raises(error):
        await parse(connect, wire, **params)
    assert wire.requests == []
