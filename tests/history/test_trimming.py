"""A conversation that is cut can still be sent: whole turns, instructions kept, calls with their outputs."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from typed_openai import ConfigurationError, OpenAIError
from typed_openai.history import HistoryTooLongError, trim
from typed_openai.models.chat.messages import SystemMessage, UserMessage
from typed_openai.tokens.estimate import estimate_tokens


def by_words(text: str) -> int:
    return len(text.split())


def said(role: str, words: int = 5) -> dict[str, Any]:
    return {"role": role, "content": "w " * words}


def call(name: str) -> dict[str, Any]:
    function = {"name": "f", "arguments": "{}"}
    return {"role": "assistant", "tool_calls": [{"id": name, "type": "function", "function": function}]}


def output(name: str) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": name, "content": "w " * 20}


def cut(messages: Any, tokens: int) -> list[Any]:
    kept: list[Any] = trim(messages, tokens=tokens, count=by_words)
    return kept


def test_what_fits_is_what_was_given_in_a_new_list() -> None:
    messages = [said("system"), said("user"), said("assistant"), said("user")]
    assert cut(messages, 1000) == messages
    assert cut(messages, 1000) is not messages


def test_the_oldest_turns_go_and_the_instructions_stay() -> None:
    messages = [said("system"), said("user", 50), said("assistant", 50), said("user"), said("assistant"), said("user")]
    assert cut(messages, 60) == [messages[0], *messages[3:]]
    assert len(messages) == 6


def test_models_are_cut_as_dicts_are() -> None:
    kept = [SystemMessage(content="Be brief."), UserMessage(content="And now?")]
    before = [UserMessage(content="w " * 50), {"role": "assistant", "content": "Good."}]
    assert cut([kept[0], *before, kept[1]], 30) == kept


def test_a_call_goes_with_its_output() -> None:
    messages = [said("user"), call("a"), output("a"), said("assistant"), said("user"), said("assistant"), said("user")]
    for tokens in range(20, 90):
        kept = cut(messages, tokens)
        asked = {each["id"] for one in kept for each in one.get("tool_calls", ())}
        assert asked == {one["tool_call_id"] for one in kept if one["role"] == "tool"}
        assert kept[0]["role"] == "user"


def test_a_long_run_of_tools_loses_its_oldest_rounds() -> None:
    messages = [said("user"), call("a"), output("a"), call("b"), output("b"), call("c"), output("c")]
    assert cut(messages, 80) == [messages[0], *messages[3:]]
    assert cut(messages, 50) == [messages[0], *messages[5:]]


def test_items_of_responses_are_cut_with_their_thoughts() -> None:
    thought = {"type": "reasoning", "id": "rs_1", "summary": []}
    asked = {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}
    told = {"type": "function_call_output", "call_id": "c", "output": "w " * 20}
    messages = [said("user"), thought, asked, told, thought, asked, told]
    assert cut(messages, 50) == [messages[0], *messages[4:]]


def test_what_cannot_be_cut_and_is_too_long_says_by_how_much() -> None:
    with pytest.raises(HistoryTooLongError, match="shorten the instructions") as caught:
        cut([said("system", 50), said("user", 50)], 40)
    assert caught.value.tokens == 40
    assert caught.value.least == estimate_tokens(messages=[said("system", 50), said("user", 50)], count=by_words)
    assert isinstance(caught.value, OpenAIError)
    again = pickle.loads(pickle.dumps(caught.value))
    assert vars(again) == vars(caught.value)


@pytest.mark.parametrize("wrong", [0, -1, True, 2.5, "many"])
def test_tokens_are_a_whole_number_from_one(wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match="a whole number from 1"):
        trim([said("user")], tokens=wrong)


@pytest.mark.parametrize("wrong", ["Hello", {"role": "user"}, 3])
def test_what_is_no_list_of_messages_is_refused(wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match="a list of messages"):
        trim(wrong, tokens=100)


def test_nothing_is_nothing() -> None:
    assert cut([], 10) == []


ROLES = st.sampled_from(["user", "assistant", "system", "developer"])


@given(st.lists(st.builds(said, ROLES, st.integers(0, 30)), max_size=12), st.integers(1, 300))
def test_what_is_kept_is_the_instructions_and_an_end_that_fits(messages: list[Any], tokens: int) -> None:
    try:
        kept = cut(messages, tokens)
    except HistoryTooLongError:
        assert estimate_tokens(messages=messages, count=by_words) > tokens
        return
    assert estimate_tokens(messages=kept, count=by_words) <= tokens or not kept
    head = [*messages[: next((n for n, m in enumerate(messages) if m["role"] in ("user", "assistant")), len(messages))]]
    assert kept[: len(head)] == head
    users = [each for each in messages if each["role"] == "user"]
    assert not users or users[-1] in kept
