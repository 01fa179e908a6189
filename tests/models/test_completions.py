"""Legacy completions: every parameter of the reference with its bounds; answers and stream events in one shape."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from typed_openai.models.base import NULL
from typed_openai.models.completions import Completion, CompletionCreateParams
from typed_openai.models.shared import StreamOptions

EVERYTHING: dict[str, Any] = {
    "model": "gpt-3.5-turbo-instruct",
    "prompt": "Say this is a test",
    "best_of": 2,
    "echo": True,
    "frequency_penalty": -0.5,
    "logit_bias": {"50256": -100},
    "logprobs": 5,
    "max_tokens": 7,
    "n": 1,
    "presence_penalty": 0.5,
    "seed": 42,
    "stop": ["\n", "END"],
    "stream": True,
    "stream_options": {"include_usage": True, "include_obfuscation": False},
    "suffix": " of the broadcast system",
    "temperature": 0.0,
    "top_p": 1.0,
    "user": "user-1234",
}
NOT_NULLABLE = {"model", "user"}

PLAIN = (
    '{"id":"cmpl-1","object":"text_completion","created":1589478378,"model":"gpt-3.5-turbo-instruct",'
    '"system_fingerprint":"fp_44709d6fcb","choices":[{"text":"\\n\\nThis is indeed a test","index":0,"logprobs":null,'
    '"finish_reason":"length"}],"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}}'
)
ECHOED = (
    '{"id":"cmpl-2","object":"text_completion","created":1589478378,"model":"davinci-002","choices":[{"text":"Hi you",'
    '"index":0,"logprobs":{"tokens":["Hi"," you"],"token_logprobs":[null,-0.25],"top_logprobs":[null,{" you":-0.25}],'
    '"text_offset":[0,2]},"finish_reason":"stop"}]}'
)
EVENT = (
    '{"id":"cmpl-3","object":"text_completion","created":1690759702,"choices":[{"text":"This","index":0,'
    '"logprobs":null,"finish_reason":null}],"model":"gpt-3.5-turbo-instruct","usage":null}'
)
USAGE_EVENT = (
    '{"id":"cmpl-3","object":"text_completion","created":1690759702,"choices":[],"model":"gpt-3.5-turbo-instruct",'
    '"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}'
)
AZURE = (
    '{"id":"cmpl-4","object":"text_completion","created":1690759702,"model":"gpt-35-turbo-instruct",'
    '"prompt_filter_results":[{"prompt_index":0,"content_filter_results":{"hate":{"filtered":false,"severity":"safe"}}}],'
    '"choices":[{"text":"Hi","index":0,"finish_reason":"stop","logprobs":null,'
    '"content_filter_results":{"violence":{"filtered":false,"severity":"low"}}}]}'
)
VLLM = (
    '{"id":"cmpl-5","object":"text_completion","created":1764000000,"model":"Qwen/Qwen3-8B","choices":[{"index":0,'
    '"text":"Hi","logprobs":null,"finish_reason":"abort","stop_reason":151643,"prompt_logprobs":null}],'
    '"service_tier":null,"system_fingerprint":null,"usage":{"prompt_tokens":1,"total_tokens":2,"completion_tokens":1,'
    '"prompt_tokens_details":null},"kv_transfer_params":null}'
)
BODIES = {"plain": PLAIN, "echoed": ECHOED, "event": EVENT, "usage": USAGE_EVENT, "azure": AZURE, "vllm": VLLM}


def sent(**given: Any) -> dict[str, Any]:
    """What goes out for these parameters (with a model and a prompt)."""
    params = CompletionCreateParams.model_validate({"model": "m", "prompt": "p", **given})
    return params.model_dump(mode="json", exclude_unset=True)


def refused(**given: Any) -> list[dict[str, Any]]:
    """The faults of these parameters, those of `NULL` left out: any other value is reported as being none."""
    with pytest.raises(ValidationError) as caught:
        sent(**given)
    faults = [dict(fault) for fault in caught.value.errors()]
    return [fault for fault in faults if fault["type"] != "is_instance_of"] or faults


# --- what goes out ---------------------------------------------------------------------------------------------------


def test_every_parameter_goes_out_as_given() -> None:
    assert sent(**EVERYTHING) == EVERYTHING
    assert set(EVERYTHING) == set(CompletionCreateParams.model_fields)


@pytest.mark.parametrize("name", sorted(set(EVERYTHING) - NOT_NULLABLE))
def test_null_goes_out_where_the_api_takes_it(name: str) -> None:
    assert sent(**{name: NULL})[name] is None


@pytest.mark.parametrize("name", sorted(NOT_NULLABLE))
def test_null_is_refused_where_the_api_does_not_take_it(name: str) -> None:
    assert refused(**{name: NULL})[0]["loc"][0] == name


@pytest.mark.parametrize("name", ["model", "prompt"])
def test_model_and_prompt_are_required(name: str) -> None:
    given = {"model": "m", "prompt": "p"}
    del given[name]
    with pytest.raises(ValidationError, match=f"{name}\n  Field required"):
        CompletionCreateParams.model_validate(given)


@pytest.mark.parametrize("value", ["", "text", [], ["one", "two"], [1, 2], [[1, 2], [3]]], ids=repr)
def test_a_prompt_is_texts_or_tokens(value: object) -> None:
    assert sent(prompt=value)["prompt"] == value


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: ("one", "two"), ["one", "two"]),
        (lambda: (text for text in ("one", "two")), ["one", "two"]),
        (lambda: iter([15, 16]), [15, 16]),
    ],
    ids=["tuple", "generator", "iterator"],
)
def test_whatever_can_be_read_only_once_is_read_whole(make: Callable[[], object], expected: list[Any]) -> None:
    assert sent(prompt=make())["prompt"] == expected
    assert sent(stop=(text for text in ("a", "b")))["stop"] == ["a", "b"]


@pytest.mark.parametrize(
    "value", [5, b"x", {}, [1, "x"], [True], [1.0], [[]], [[1], []], ["x", 1], [[1], ["x"]]], ids=repr
)
def test_another_prompt_is_one_fault(value: object) -> None:
    assert len(refused(prompt=value)) == 1


@pytest.mark.parametrize("value", ["\n", ["\n"], ["a", "b", "c", "d"]], ids=repr)
def test_stop_is_a_text_or_1_to_4_of_them(value: object) -> None:
    assert sent(stop=value)["stop"] == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("best_of", -1),
        ("best_of", 21),
        ("best_of", True),
        ("echo", "yes"),
        ("echo", 1),
        ("frequency_penalty", 2.1),
        ("frequency_penalty", -2.1),
        ("frequency_penalty", "0.5"),
        ("logit_bias", {"1": 101}),
        ("logit_bias", {"1": -101}),
        ("logit_bias", {"1": 0.5}),
        ("logit_bias", [1]),
        ("logprobs", 6),
        ("logprobs", -1),
        ("logprobs", True),
        ("max_tokens", -1),
        ("max_tokens", 1.5),
        ("n", 0),
        ("n", 129),
        ("presence_penalty", 3),
        ("seed", 1.5),
        ("seed", 2**63),
        ("seed", -(2**63) - 1),
        ("stop", []),
        ("stop", ["a", "b", "c", "d", "e"]),
        ("stop", [1]),
        ("stop", 1),
        ("stream", "true"),
        ("stream_options", {"include_usages": True}),
        ("stream_options", {"include_usage": "yes"}),
        ("suffix", 1),
        ("temperature", 2.1),
        ("temperature", -0.1),
        ("temperature", True),
        ("top_p", 1.1),
        ("user", 1),
        ("max_token", 5),
    ],
)
def test_a_wrong_value_is_one_fault_at_its_parameter(name: str, value: object) -> None:
    faults = refused(**{name: value})
    assert [fault["loc"][0] for fault in faults] == [name]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("best_of", 0),
        ("best_of", 20),
        ("frequency_penalty", -2),
        ("frequency_penalty", 2),
        ("logit_bias", {}),
        ("logit_bias", {"1": 100}),
        ("logprobs", 0),
        ("max_tokens", 0),
        ("n", 128),
        ("seed", -(2**63)),
        ("seed", 2**63 - 1),
        ("stream_options", {}),
        ("temperature", 2),
        ("top_p", 0),
    ],
)
def test_the_bounds_themselves_are_allowed(name: str, value: object) -> None:
    assert sent(**{name: value})[name] == value


def test_options_made_as_a_model_are_sent_as_set() -> None:
    options = StreamOptions(include_usage=True)
    params = CompletionCreateParams(model="m", prompt=["one"], stream=True, stream_options=options)
    assert params.model_dump(exclude_unset=True)["stream_options"] == {"include_usage": True}


# --- what comes back -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_an_answer_dumps_as_it_came(body: str) -> None:
    completion = Completion.model_validate_json(body, strict=True)
    assert completion.model_dump() == json.loads(body)
    assert json.loads(completion.model_dump_json()) == json.loads(body)


@pytest.mark.parametrize(("body", "text"), [(PLAIN, "\n\nThis is indeed a test"), (EVENT, "This"), (USAGE_EVENT, "")])
def test_text_is_that_of_the_first_choice_and_empty_without_one(body: str, text: str) -> None:
    assert Completion.model_validate_json(body).text == text


def test_choice_is_the_first_and_none_without_one() -> None:
    choice = Completion.model_validate_json(PLAIN).choice
    assert choice is not None
    assert choice.finish_reason == "length"
    assert Completion.model_validate_json(USAGE_EVENT).choice is None


def test_an_event_before_the_end_has_no_finish_reason_and_no_usage() -> None:
    event = Completion.model_validate_json(EVENT, strict=True)
    assert event.choices[0].finish_reason is None
    assert event.usage is None


def test_the_first_echoed_token_has_no_probability() -> None:
    logprobs = Completion.model_validate_json(ECHOED, strict=True).choices[0].logprobs
    assert logprobs is not None
    assert logprobs.token_logprobs == [None, -0.25]
    assert logprobs.top_logprobs == [None, {" you": -0.25}]


def test_the_filter_results_of_azure_are_typed() -> None:
    completion = Completion.model_validate_json(AZURE, strict=True)
    prompts, found = completion.prompt_filter_results, completion.choices[0].content_filter_results
    assert prompts is not None
    assert prompts[0].prompt_index == 0
    assert found is not None
    assert found.violence is not None
    assert found.violence.severity == "low"


@pytest.mark.parametrize("field", ["id", "object", "created", "model", "choices"])
def test_a_missing_field_is_a_deviation(field: str) -> None:
    body = json.loads(PLAIN)
    del body[field]
    with pytest.raises(ValidationError, match=field):
        Completion.model_validate_json(json.dumps(body), strict=True)


@pytest.mark.parametrize("field", ["text", "index"])
def test_a_choice_without_text_or_index_is_a_deviation(field: str) -> None:
    body = json.loads(PLAIN)
    del body["choices"][0][field]
    with pytest.raises(ValidationError, match=f"choices.0.{field}"):
        Completion.model_validate_json(json.dumps(body), strict=True)
