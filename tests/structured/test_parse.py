"""`chat.completions.parse` in both colours: what is sent, what comes back, what is raised where there is no value."""

from __future__ import annotations

import copy
import inspect
import pickle
from typing import Annotated, Any

import httpx
import pytest
from pydantic import AfterValidator, BaseModel, Field, TypeAdapter

from tests.canned import HELLO, Answer, Connect, Wire, completion, done, status
from typed_openai import (
    BadRequestError,
    ContentFilterFinishReasonError,
    DeadlineExceededError,
    LengthFinishReasonError,
    OpenAIError,
    OutputError,
    OutputValidationError,
    RefusalError,
    RequestValidationError,
    SchemaError,
)
from typed_openai.structured.chat import ParsedChatCompletion
from typed_openai.structured.output_format import json_schema_for

USAGE = {"prompt_tokens": 5, "completion_tokens": 3, "total_tokens": 8}
DETAILED = {**USAGE, "completion_tokens_details": {"reasoning_tokens": 2}}


class Person(BaseModel):
    name: str
    age: int = Field(ge=0)


GOOD = '{"name": "Anna", "age": 30}'
ANNA = Person(name="Anna", age=30)


def answered(*, finish: str = "stop", **message: Any) -> Answer:
    """A completion with this message."""
    choice = {"index": 0, "message": {"role": "assistant", **message}, "logprobs": None, "finish_reason": finish}
    return completion("", choices=[choice], usage=USAGE)


async def parse(connect: Connect, *answers: Answer, kind: Any = Person, **params: Any) -> Any:
    wire = answers[0] if isinstance(answers[0], Wire) else Wire(*answers)
    return await done(connect(wire).chat.completions.parse(**{**HELLO, "response_format": kind, **params}))


async def failing(connect: Connect, *answers: Answer, **params: Any) -> OutputError:
    with pytest.raises(OutputError) as caught:
        await parse(connect, *answers, **params)
    return caught.value


async def test_the_answer_is_a_value_of_the_type(connect: Connect) -> None:
    answer = await parse(connect, completion(GOOD, usage=USAGE))
    assert answer.parsed == answer.choices[0].message.parsed == ANNA
    assert answer.choices[0].message.content == GOOD
    assert answer.usage.to_dict() == USAGE
    assert answer.asks == 1
    assert isinstance(answer, ParsedChatCompletion)


async def test_all_that_the_completion_has_is_there(connect: Connect) -> None:
    answer = await parse(connect, completion(GOOD, system_fingerprint="fp", new_field=1))
    assert (answer.id, answer.model, answer.created, answer.text) == ("chatcmpl-1", "m", 1, GOOD)
    assert answer.meta.status == 200
    assert answer.system_fingerprint == answer.completion.system_fingerprint == "fp"
    assert answer.new_field == 1
    assert answer.to_dict() == answer.completion.to_dict()
    assert (answer.choices[0].index, answer.choices[0].finish_reason, answer.choices[0].logprobs) == (0, "stop", None)
    assert answer.choices[0].message.role == "assistant"
    with pytest.raises(AttributeError):
        answer.no_such_thing  # noqa: B018 - that is the point


async def test_the_request_has_the_strict_schema(connect: Connect) -> None:
    wire = Wire(completion(GOOD))
    await parse(connect, wire, temperature=0)
    sent = wire.body["response_format"]
    assert sent["type"] == "json_schema"
    assert (sent["json_schema"]["name"], sent["json_schema"]["strict"]) == ("Person", True)
    assert sent["json_schema"]["schema"]["additionalProperties"] is False
    assert wire.body["temperature"] == 0


async def test_options_of_the_call_reach_the_request(connect: Connect) -> None:
    wire = Wire(completion(GOOD))
    await parse(connect, wire, extra_headers={"X-Mine": "1"}, extra_body={"more": 2})
    assert wire.request.headers["x-mine"] == "1"
    assert wire.body["more"] == 2


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (list[Person], f'{{"value": [{GOOD}]}}', [ANNA]),
        (dict[str, int], '{"value": [{"key": "a", "value": 1}]}', {"a": 1}),
        (TypeAdapter(int | None), '{"value": null}', None),
        (TypeAdapter(Person | int), '{"value": 3}', 3),
    ],
    ids=str,
)
async def test_types_that_are_no_models_work_too(connect: Connect, kind: Any, text: str, value: object) -> None:
    assert (await parse(connect, completion(text), kind=kind)).parsed == value


async def test_each_of_several_answers_is_read(connect: Connect) -> None:
    texts = [GOOD, '{"name": "Ben", "age": 2}']
    choices = [
        {"index": place, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        for place, text in enumerate(texts)
    ]
    answer = await parse(connect, completion("", choices=choices), n=2)
    assert [choice.message.parsed.name for choice in answer.choices] == ["Anna", "Ben"]


async def test_a_message_may_stand_in_the_next_request(connect: Connect) -> None:
    wire = Wire(completion(GOOD))
    first = await parse(connect, wire)
    messages = [*HELLO["messages"], first.choices[0].message, {"role": "user", "content": "again"}]
    await parse(connect, wire, messages=messages)
    assert wire.body["messages"][1] == {"role": "assistant", "content": GOOD}


async def test_what_it_gives_survives_a_pickle_and_a_copy(connect: Connect) -> None:
    answer = await parse(connect, completion(GOOD, usage=USAGE))
    for twin in (pickle.loads(pickle.dumps(answer)), copy.copy(answer), copy.deepcopy(answer)):
        assert twin.parsed == ANNA
        assert twin.completion == answer.completion


# --- no value --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "answer", "said"),
    [
        (LengthFinishReasonError, answered(content='{"name": "An', finish="length"), "cut at the token limit after 12"),
        (ContentFilterFinishReasonError, answered(content='{"na', finish="content_filter"), "content filter cut"),
        (RefusalError, answered(content=None, refusal="I will not."), "refused: 'I will not.'"),
        (OutputValidationError, answered(content='{"name": "Anna", "age": -1}'), "age: .*greater than or equal to 0"),
        (OutputValidationError, answered(content="Sure!"), "text that is not JSON"),
        (OutputValidationError, answered(content=None), "text that is not JSON"),
        (OutputValidationError, answered(content=[{"type": "thinking", "thinking": "Hm."}]), "text that is not JSON"),
    ],
)
async def test_where_there_is_no_value_the_error_keeps_everything(
    connect: Connect, kind: type[OutputError], answer: Answer, said: str
) -> None:
    error = await failing(connect, answer)
    assert type(error) is kind
    with pytest.raises(kind, match=said):
        raise error
    assert error.completion.id == "chatcmpl-1"
    assert error.usage.total_tokens == 8
    assert error.partial_text == error.completion.text
    twin = pickle.loads(pickle.dumps(error))
    assert (twin.completion, twin.partial_text, str(twin)) == (error.completion, error.partial_text, str(error))


@pytest.mark.parametrize("raised", [KeyError("Rome"), ZeroDivisionError("by zero"), RuntimeError("no database")])
async def test_what_a_validator_raises_that_says_nothing_of_the_value_does_not_cost_the_answer(
    connect: Connect, raised: Exception
) -> None:
    def look_up(name: str) -> str:
        raise raised

    class Known(BaseModel):
        name: Annotated[str, AfterValidator(look_up)]

    error = await failing(connect, answered(content='{"name": "Rome"}'), kind=Known)
    with pytest.raises(OutputValidationError, match=f"{type(raised).__name__}: "):
        raise error
    assert error.__cause__ is raised
    assert error.completion.id == "chatcmpl-1"
    assert error.partial_text == '{"name": "Rome"}'


async def test_a_refusal_says_what_was_said(connect: Connect) -> None:
    error = await failing(connect, answered(content=None, refusal="No."))
    assert isinstance(error, RefusalError)
    assert error.refusal == "No."


async def test_tool_calls_are_no_value_and_no_failure(connect: Connect) -> None:
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    answer = await parse(connect, answered(content=None, tool_calls=[call], finish="tool_calls"))
    assert answer.choices[0].message.parsed is None
    assert answer.choices[0].message.tool_calls[0].function.name == "f"
    with pytest.raises(OutputError, match="called tools"):
        answer.parsed  # noqa: B018 - that is the point


# --- asking again ----------------------------------------------------------------------------------------------------


async def test_it_does_not_ask_again_unless_told_to(connect: Connect) -> None:
    wire = Wire(completion("{}"))
    await failing(connect, wire)
    assert len(wire.requests) == 1


async def test_asked_again_the_model_sees_what_was_wrong(connect: Connect) -> None:
    wire = Wire(completion('{"name": "Anna", "age": "?"}', usage=USAGE), completion(GOOD, usage=DETAILED))
    answer = await parse(connect, wire, reasks=2, messages=iter(HELLO["messages"]))
    assert answer.parsed == ANNA
    assert answer.asks == len(wire.requests) == 2
    first, wrong, faults = wire.body["messages"]
    assert first == HELLO["messages"][0]
    assert wrong == {"role": "assistant", "content": '{"name": "Anna", "age": "?"}'}
    assert "age: Input should be a valid integer" in faults["content"]


async def test_usage_is_that_of_all_asks(connect: Connect) -> None:
    bad = completion("{}", usage=USAGE)
    answer = await parse(connect, Wire(bad, bad, completion(GOOD, usage=DETAILED)), reasks=2)
    assert answer.usage.to_dict() == {
        "prompt_tokens": 15,
        "completion_tokens": 9,
        "total_tokens": 24,
        "completion_tokens_details": {"reasoning_tokens": 2},
    }
    assert answer.completion.usage.total_tokens == 8
    error = await failing(connect, Wire(bad), reasks=2)
    assert error.usage.total_tokens == 24


async def test_only_what_does_not_fit_is_asked_for_again(connect: Connect) -> None:
    for answer in (answered(content="{", finish="length"), answered(content=None, refusal="No.")):
        wire = Wire(answer)
        await failing(connect, wire, reasks=3)
        assert len(wire.requests) == 1


async def test_an_error_of_the_server_passes_through(connect: Connect) -> None:
    with pytest.raises(OpenAIError) as caught:
        await parse(connect, status(400, {"error": {"message": "no"}}), reasks=2)
    assert not isinstance(caught.value, OutputError)


async def test_where_the_server_fails_between_asks_the_answer_that_did_not_fit_is_kept(connect: Connect) -> None:
    wire = Wire(completion("{}", usage=USAGE), status(400, {"error": {"message": "no"}}))
    with pytest.raises(BadRequestError) as caught:
        await parse(connect, wire, reasks=2)
    before = caught.value.__cause__
    assert isinstance(before, OutputValidationError)
    assert (before.partial_text, before.usage.total_tokens) == ("{}", 8)


async def test_the_deadline_is_for_all_asks_together(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("time.monotonic", lambda: now)

    def slow(request: httpx.Request) -> httpx.Response:
        nonlocal now
        now += 60
        return completion("{}")(request)

    wire = Wire(slow)
    with pytest.raises(DeadlineExceededError, match=r"chat.completions.parse: .* 100 s") as caught:
        await parse(connect, wire, reasks=5, deadline=100)
    assert len(wire.requests) == 2
    assert isinstance(caught.value.__cause__, OutputValidationError)


# --- refused before a byte is sent -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("params", "error", "said"),
    [
        ({"reasks": -1}, RequestValidationError, "reasks"),
        ({"reasks": True}, RequestValidationError, "reasks"),
        ({"stream": True}, RequestValidationError, "stream: no parameter of parse"),
        ({"temprature": 1}, RequestValidationError, "temperature"),
        ({"response_format": {"type": "json_object"}}, SchemaError, "create"),
        ({"response_format": dict[str, Any]}, SchemaError, "free keys"),
    ],
)
async def test_wrong_parameters_are_not_sent(
    connect: Connect, params: dict[str, Any], error: type[OpenAIError], said: str
) -> None:
    wire = Wire(completion(GOOD))
    with pytest.raises(error, match=said):
        await parse(connect, wire, **params)
    assert wire.requests == []


def test_the_signature_shows_the_parameters(connect: Connect) -> None:
    signature = inspect.signature(connect(Wire()).chat.completions.parse)
    assert {"response_format", "reasks", "messages", "model", "temperature"} <= set(signature.parameters)
    assert "stream" not in signature.parameters


async def test_the_old_name_of_chat_does_the_same(connect: Connect) -> None:
    answer = await done(connect(Wire(completion(GOOD))).beta.chat.completions.parse(**HELLO, response_format=Person))
    assert answer.parsed == ANNA


@pytest.mark.parametrize("choices", ["?", [7], [{"index": 0, "message": None, "finish_reason": "stop"}]])
async def test_an_answer_of_another_form_is_no_value_and_no_crash(connect: Connect, choices: Any) -> None:
    with pytest.raises(OutputError):
        (await parse(connect, completion("", choices=choices))).parsed  # noqa: B018 - that is the point


def test_the_same_type_is_converted_once() -> None:
    assert json_schema_for(Person) is json_schema_for(Person)
