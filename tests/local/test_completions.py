"""Text completions, the API from before chat."""

from __future__ import annotations

from typing import Any

import pytest

from tests.local.api import Api, assert_described


def complete(api: Api, prompt: object = "Once", **members: object) -> Any:
    return api.post("/completions", {"model": "local-echo", "prompt": prompt, **members})


def test_it_echoes_the_prompt(api: Api) -> None:
    answer = complete(api).json
    assert_described(answer, "CreateCompletionResponse")
    assert answer["choices"][0]["text"] == "Local echo (no model was asked): Once"
    assert answer["object"] == "text_completion"


def test_sixteen_tokens_are_the_default_limit(api: Api) -> None:
    choice = complete(api, "word " * 30).json["choices"][0]
    assert choice["finish_reason"] == "length"
    assert complete(api, "word " * 30).json["usage"]["completion_tokens"] == 16
    assert complete(api, "word " * 30, max_tokens=100).json["choices"][0]["finish_reason"] == "stop"


def test_each_prompt_gets_its_choices(api: Api) -> None:
    choices = complete(api, ["One", "Two"], n=2).json["choices"]
    assert [each["index"] for each in choices] == [0, 1, 2, 3]
    assert [each["text"][-3:] for each in choices] == ["One", "One", "Two", "Two"]


def test_prompts_may_be_tokens(api: Api) -> None:
    assert complete(api, [1, 2]).json["choices"][0]["text"].endswith("the tokens 1, 2")
    assert len(complete(api, [[1, 2], [3]]).json["choices"]) == 2


def test_the_prompt_can_be_put_in_front(api: Api) -> None:
    assert complete(api, "Once", echo=True, max_tokens=1).json["choices"][0]["text"] == "OnceLocal"


def test_log_probabilities_are_lists_side_by_side(api: Api) -> None:
    answer = complete(api, logprobs=2).json
    assert_described(answer, "CreateCompletionResponse")
    choice = answer["choices"][0]
    listed = choice["logprobs"]
    assert "".join(listed["tokens"]) == choice["text"]
    assert len(listed["tokens"]) == len(listed["token_logprobs"]) == len(listed["top_logprobs"])
    for at, piece in zip(listed["text_offset"], listed["tokens"], strict=True):
        assert choice["text"][at:].startswith(piece)
    assert all(len(top) == 2 for top in listed["top_logprobs"])


def test_a_stream_adds_up_to_the_plain_answer(api: Api) -> None:
    wanted: dict[str, object] = {"n": 2, "echo": True, "logprobs": 1}
    plain = complete(api, **wanted).json
    *events, usage = complete(api, stream=True, stream_options={"include_usage": True}, **wanted).events
    entries = [event["choices"][0] for event in events]
    for choice in plain["choices"]:
        mine = [entry for entry in entries if entry["index"] == choice["index"]]
        assert "".join(entry["text"] for entry in mine) == choice["text"]
        assert [entry["finish_reason"] for entry in mine][-1] == choice["finish_reason"]
        for name, values in choice["logprobs"].items():
            assert [value for entry in mine if entry["logprobs"] for value in entry["logprobs"][name]] == values
    assert (usage["choices"], usage["usage"]) == ([], plain["usage"])


@pytest.mark.parametrize(
    ("members", "param"),
    [
        ({"model": None}, "model"),
        ({"prompt": 5}, "prompt"),
        ({"prompt": []}, "prompt"),
        ({"prompt": ["a", 1]}, "prompt[1]"),
        ({"prompt": [1, "a"]}, "prompt[1]"),
        ({"logprobs": 6}, "logprobs"),
        ({"n": 3, "best_of": 2}, "best_of"),
        ({"max_tokens": -1}, "max_tokens"),
    ],
)
def test_a_wrong_request_is_refused(api: Api, members: dict[str, object], param: str) -> None:
    answer = complete(api, **members) if "prompt" not in members else complete(api, members["prompt"])
    assert (answer.status, answer.error["param"]) == (400, param)


def test_the_prompt_is_required_but_may_be_null(api: Api) -> None:
    assert api.post("/completions", {"model": "m"}).error["param"] == "prompt"
    assert complete(api, None).status == 200
