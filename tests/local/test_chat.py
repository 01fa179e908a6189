"""Plain chat: what is said, how it is cut, what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.local.api import Api, assert_described


def content(answer: Any) -> str:
    """The text of the first choice."""
    text = answer.json["choices"][0]["message"]["content"]
    assert isinstance(text, str)
    return text


def test_it_says_back_what_the_user_said_and_that_no_model_was_asked(api: Api) -> None:
    assert content(api.chat("Hello")) == 'Local echo (no model was asked): you said "Hello".'


def test_an_answer_has_every_member_the_api_describes(api: Api) -> None:
    answer = api.chat("Hello", model="gpt-4o").json
    assert_described(answer, "CreateChatCompletionResponse")
    assert answer["model"] == "gpt-4o"
    assert answer["system_fingerprint"] == "fp_local"
    assert answer["choices"][0]["finish_reason"] == "stop"
    assert answer["choices"][0]["message"]["refusal"] is None


def test_it_echoes_the_last_thing_the_user_said(api: Api) -> None:
    turns = [("system", "Be brief"), ("user", "One"), ("assistant", "Yes"), ("user", "Two"), ("assistant", "Hm")]
    messages = [{"role": role, "content": text} for role, text in turns]
    assert 'you said "Two"' in content(api.chat(messages=messages))


def test_it_mentions_what_else_was_sent(api: Api) -> None:
    parts = [
        {"type": "text", "text": "Look"},
        {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}},
        {"type": "image_url", "image_url": {"url": "https://example.com/b.png"}},
        {"type": "input_audio", "input_audio": {"data": "", "format": "wav"}},
        {"type": "file", "file": {"file_id": "file-1"}},
    ]
    said = content(api.chat(messages=[{"role": "user", "content": parts}]))
    assert said.endswith('you said "Look" and sent 2 images, 1 audio clip and 1 file.')


def test_text_beyond_ascii_comes_back_as_utf8(api: Api) -> None:
    answer = api.chat("naïve 😀 日本")
    assert "naïve 😀 日本" in content(answer)
    assert "naïve 😀 日本".encode() in answer.raw


def test_usage_counts_words_and_adds_up(api: Api) -> None:
    short, longer = (api.chat(text).json["usage"] for text in ("one", "one two three"))
    assert longer["prompt_tokens"] == short["prompt_tokens"] + 2
    assert longer["total_tokens"] == longer["prompt_tokens"] + longer["completion_tokens"]


def test_several_choices_differ_and_say_which_they_are(api: Api) -> None:
    choices = api.chat(n=3).json["choices"]
    assert [each["index"] for each in choices] == [0, 1, 2]
    assert "choice 3" in choices[2]["message"]["content"]


def test_it_ends_before_the_earliest_stop_sequence(api: Api) -> None:
    assert content(api.chat(stop=["you", "was"])) == "Local echo (no model "
    assert content(api.chat(stop="Local")) == ""
    assert api.chat(stop="was").json["choices"][0]["finish_reason"] == "stop"


@pytest.mark.parametrize("limit", ["max_tokens", "max_completion_tokens"])
def test_it_ends_at_the_limit_and_says_so(api: Api, limit: str) -> None:
    answer = api.chat(**{limit: 3}).json
    assert answer["choices"][0]["message"]["content"] == "Local echo (no"
    assert answer["choices"][0]["finish_reason"] == "length"
    assert answer["usage"]["completion_tokens"] == 3


def test_log_probabilities_come_one_for_each_token(api: Api) -> None:
    answer = api.chat(logprobs=True, top_logprobs=2, max_tokens=4).json
    assert_described(answer, "CreateChatCompletionResponse")
    entries = answer["choices"][0]["logprobs"]["content"]
    assert "".join(entry["token"] for entry in entries) == answer["choices"][0]["message"]["content"]
    assert all(entry["logprob"] <= 0 and len(entry["top_logprobs"]) == 2 for entry in entries)
    assert entries[1]["bytes"] == list(b" echo")
    assert entries[1]["top_logprobs"][0]["token"] == " echo"
    assert entries[1]["top_logprobs"][0]["logprob"] > entries[1]["top_logprobs"][1]["logprob"]


def test_json_mode_answers_with_a_json_object(api: Api) -> None:
    said = json.loads(content(api.chat("As JSON", response_format={"type": "json_object"})))
    assert said == {"local_echo": "As JSON", "note": "no model was asked"}


def test_a_schema_is_answered_with_an_instance_of_it(api: Api) -> None:
    schema = {
        "type": "object",
        "properties": {"city": {"type": "string"}, "unit": {"enum": ["C", "F"]}, "days": {"type": "integer"}},
        "required": ["city", "unit", "days"],
    }
    form = {"type": "json_schema", "json_schema": {"name": "forecast", "strict": True, "schema": schema}}
    said = json.loads(content(api.chat("The weather in Oslo for 5 days, in F", response_format=form)))
    assert said == {"city": "Oslo", "unit": "F", "days": 5}


def test_a_schema_without_an_instance_is_refused_with_the_reason(api: Api) -> None:
    form = {"type": "json_schema", "json_schema": {"name": "x", "schema": {"$ref": "#/$defs/Gone"}}}
    error = api.chat(response_format=form).error
    assert error["param"] == "response_format"
    assert "leads nowhere" in error["message"]


def test_moderation_comes_along_when_asked_for(api: Api) -> None:
    answer = api.chat("You idiot", moderation={"model": "omni-moderation-latest"}).json
    assert_described(answer, "CreateChatCompletionResponse")
    assert answer["moderation"]["input"]["results"][0]["flagged"] is True


USER = {"role": "user", "content": "Hi"}


REFUSED: list[tuple[dict[str, object], str]] = [
    ({"messages": [USER]}, "model"),
    ({"model": "", "messages": [USER]}, "model"),
    ({"model": 5, "messages": [USER]}, "model"),
    ({"model": "m"}, "messages"),
    ({"model": "m", "messages": None}, "messages"),
    ({"model": "m", "messages": []}, "messages"),
    ({"model": "m", "messages": "Hi"}, "messages"),
    ({"model": "m", "messages": ["Hi"]}, "messages[0]"),
    ({"model": "m", "messages": [USER, {"content": "Hi"}]}, "messages[1].role"),
    ({"model": "m", "messages": [{"role": "robot", "content": "Hi"}]}, "messages[0].role"),
    ({"model": "m", "messages": [{"role": "user"}]}, "messages[0].content"),
    ({"model": "m", "messages": [{"role": "user", "content": 5}]}, "messages[0].content"),
    ({"model": "m", "messages": [{"role": "user", "content": [{"type": "x"}]}]}, "messages[0].content[0].type"),
    ({"model": "m", "messages": [{"role": "user", "content": [{"type": "file"}]}]}, "messages[0].content[0].file"),
    (
        {"model": "m", "messages": [{"role": "tool", "content": "", "tool_call_id": "c"}]},
        "messages[0].tool_call_id",
    ),
    ({"model": "m", "messages": [USER], "temperature": 2.5}, "temperature"),
    ({"model": "m", "messages": [USER], "temperature": True}, "temperature"),
    ({"model": "m", "messages": [USER], "n": 0}, "n"),
    ({"model": "m", "messages": [USER], "n": 1.5}, "n"),
    ({"model": "m", "messages": [USER], "max_tokens": 0}, "max_tokens"),
    ({"model": "m", "messages": [USER], "stop": ["a", "b", "c", "d", "e"]}, "stop"),
    ({"model": "m", "messages": [USER], "stop": [1]}, "stop[0]"),
    ({"model": "m", "messages": [USER], "stream": "yes"}, "stream"),
    ({"model": "m", "messages": [USER], "top_logprobs": 2}, "top_logprobs"),
    ({"model": "m", "messages": [USER], "metadata": {"a": 1}}, "metadata.a"),
    ({"model": "m", "messages": [USER], "modalities": ["text", "audio"]}, "modalities"),
    ({"model": "m", "messages": [USER], "response_format": {"type": "xml"}}, "response_format.type"),
    ({"model": "m", "messages": [USER], "response_format": {"type": "json_schema"}}, "response_format.json_schema"),
    ({"model": "m", "messages": [USER], "tool_choice": "auto"}, "tool_choice"),
    ({"model": "m", "messages": [USER], "tools": [{"type": "function"}]}, "tools[0].function"),
    ({"model": "m", "messages": [USER], "tools": [{"type": "function", "function": {}}]}, "tools[0].function.name"),
]


@pytest.mark.parametrize(("body", "param"), REFUSED)
def test_a_wrong_request_is_refused_with_the_member_that_is_wrong(
    api: Api, body: dict[str, object], param: str
) -> None:
    answer = api.post("/chat/completions", body)
    assert_described(answer.json, "ErrorResponse")
    assert (answer.status, answer.error["param"]) == (400, param)
    assert param in answer.error["message"]
