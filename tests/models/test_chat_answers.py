"""Chat: what an answer gives back, and how it becomes part of the next request."""

import copy
import json
import pickle
import re
import warnings
from typing import Any

import pytest
from pydantic import ValidationError

from typed_openai.core.answer.tolerant import build
from typed_openai.models.chat.answers import (
    ChatCompletionMessage,
    ChatCompletionMessageFunctionToolCall,
    ChatCompletionStoreMessage,
    UnknownToolCall,
)
from typed_openai.models.chat.chunks import ChatCompletionChunk
from typed_openai.models.chat.completions import (
    ChatCompletion,
    ChatCompletionDeleted,
    ChatCompletionModeration,
    UnknownModeration,
)
from typed_openai.models.chat.messages import AssistantMessage, UserMessage
from typed_openai.models.chat.params import ChatCompletionCreateParams


def sent(message: Any) -> Any:
    """What a message becomes inside a request."""
    checked = ChatCompletionCreateParams.model_validate({"model": "m", "messages": [message]})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return json.loads(checked.model_dump_json(exclude_unset=True, by_alias=True))["messages"][0]


CALL: dict[str, Any] = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": '{"a":1}'}}
CITATION = {"start_index": 0, "end_index": 2, "title": "T", "url": "https://x"}
ANSWER: dict[str, Any] = {
    "role": "assistant",
    "content": "hi",
    "refusal": None,
    "annotations": [{"type": "url_citation", "url_citation": CITATION}],
    "audio": {"id": "audio_1", "data": "UklG", "expires_at": 1750000000, "transcript": "hi"},
    "function_call": None,
    "tool_calls": [CALL, {"id": "call_2", "type": "custom", "custom": {"name": "c", "input": "x"}}],
}
ANSWER_SENT: dict[str, Any] = {
    "role": "assistant",
    "content": "hi",
    "annotations": ANSWER["annotations"],
    "audio": {"id": "audio_1"},
    "tool_calls": ANSWER["tool_calls"],
}
COMPLETION: dict[str, Any] = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1750000000,
    "model": "m",
    "choices": [
        {
            "index": 0,
            "message": ANSWER,
            "finish_reason": "stop",
            "logprobs": {
                "content": [
                    {
                        "token": "hi",
                        "logprob": -0.5,
                        "bytes": [104, 105],
                        "top_logprobs": [{"token": "ho", "logprob": -1, "bytes": None}],
                    }
                ],
                "refusal": None,
            },
            "content_filter_results": {"hate": {"filtered": False, "severity": "safe"}},
        }
    ],
    "usage": {
        "prompt_tokens": 1,
        "completion_tokens": 2,
        "total_tokens": 3,
        "prompt_tokens_details": {"cached_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 1},
    },
    "service_tier": "standard",
    "system_fingerprint": None,
    "moderation": None,
    "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": {"jailbreak": {"filtered": False}}}],
    "newer_than_this_package": {"a": [1]},
}


def answer(**fields: Any) -> ChatCompletionMessage:
    body = {"role": "assistant", "content": None, "refusal": None} | fields
    return ChatCompletionMessage.model_validate_json(json.dumps(body), strict=True)


def test_a_completion_dumps_as_what_came_in() -> None:
    completion = ChatCompletion.model_validate_json(json.dumps(COMPLETION), strict=True)
    assert completion.model_dump() == COMPLETION
    assert json.loads(completion.model_dump_json()) == COMPLETION
    assert completion.text == "hi"
    assert pickle.loads(pickle.dumps(completion)) == completion


@pytest.mark.parametrize(
    "message", [{"role": "assistant", "content": None, "refusal": "no"}, {"role": "assistant"}], ids=["null", "absent"]
)
def test_a_completion_without_content_has_no_text(message: dict[str, Any]) -> None:
    body = COMPLETION | {"choices": [{"index": 0, "finish_reason": "stop", "logprobs": None, "message": message}]}
    assert ChatCompletion.model_validate_json(json.dumps(body), strict=True).text == ""


@pytest.mark.parametrize("choices", [None, [], [None], [{}], [{"message": None, "delta": {"content": ["a"]}}], "x"])
def test_the_text_of_a_broken_answer_is_empty(choices: Any) -> None:
    assert build(ChatCompletion, COMPLETION | {"choices": choices}, "", []).text == ""
    assert build(ChatCompletionChunk, {"choices": choices}, "", []).text == ""


@pytest.mark.parametrize(
    "returned",
    [
        answer(**ANSWER),
        answer(**ANSWER).model_copy(),
        answer(**ANSWER).model_copy(deep=True),
        copy.copy(answer(**ANSWER)),
        pickle.loads(pickle.dumps(answer(**ANSWER))),
    ],
    ids=["itself", "copy", "deep copy", "copy.copy", "unpickled"],
)
def test_an_answer_is_a_message_of_the_next_request(returned: ChatCompletionMessage) -> None:
    assert sent(returned) == ANSWER_SENT
    assert returned.as_input() == ANSWER_SENT


def test_an_answer_that_was_changed_is_sent_as_changed() -> None:
    assert sent(answer(**ANSWER).model_copy(update={"content": "ho"})) == ANSWER_SENT | {"content": "ho"}


def test_the_dump_of_an_answer_is_a_message_too_and_is_not_changed() -> None:
    dump = answer(**ANSWER).model_dump()
    before = copy.deepcopy(dump)
    assert sent(dump) == ANSWER_SENT | {"refusal": None, "function_call": None}
    assert dump == before


def test_the_dump_of_an_official_answer_with_all_its_nulls_is_a_message() -> None:
    dump = {
        **dict.fromkeys(["refusal", "annotations", "audio", "function_call", "tool_calls", "reasoning_content"]),
        "role": "assistant",
        "content": "hi",
        "parsed": {"a": 1},
    }
    assert sent(dump) == {"role": "assistant", "content": "hi", "refusal": None, "audio": None, "function_call": None}


def test_what_only_a_server_says_of_a_tool_call_is_dropped_from_its_dump() -> None:
    function = {**CALL["function"], "parsed_arguments": {"a": 1}}
    assert sent({"role": "assistant", "content": None, "tool_calls": [{**CALL, "index": 0, "function": function}]}) == {
        "role": "assistant",
        "content": None,
        "tool_calls": [CALL],
    }


def test_thoughts_go_back_to_the_server_that_said_them() -> None:
    thoughts: dict[str, Any] = {"reasoning_content": "hm", "reasoning": "hm", "reasoning_details": [{"type": "x"}]}
    said = {"role": "assistant", "content": "hi"} | thoughts
    assert sent(answer(content="hi", **thoughts)) == said
    assert sent(said) == said


def test_signatures_on_tool_calls_go_back_to_the_server_that_made_them() -> None:
    signed = CALL | {"extra_content": {"google": {"thought_signature": "s"}}}
    returned = answer(tool_calls=[signed | {"index": 0}])
    assert sent(returned)["tool_calls"] == [signed]


def test_a_function_call_goes_back_without_what_others_added() -> None:
    returned = answer(function_call={**CALL["function"], "parsed_arguments": {"a": 1}})
    assert sent(returned) == {"role": "assistant", "function_call": CALL["function"]}


def test_no_content_is_left_out_beside_tool_calls_and_so_is_an_empty_list_of_calls() -> None:
    assert answer(tool_calls=[CALL]).as_input() == {"role": "assistant", "tool_calls": [CALL]}
    assert answer(tool_calls=[], newer=1).as_input() == {"role": "assistant", "content": None, "newer": 1}


NEWS: dict[str, Any] = {
    "thinking_blocks": [{"type": "thinking", "thinking": "hm", "signature": "s"}],
    "provider_specific_fields": {"a": None},
    "x": [1, {"y": 2.5}],
    "citations": None,
}


@pytest.mark.parametrize(
    "form",
    [
        lambda message: message,
        lambda message: message.model_dump(),
        lambda message: message.to_dict(),
        lambda message: message.as_input(),
        lambda message: json.loads(message.model_dump_json()),
        lambda message: json.loads(json.dumps(message.as_input())),
    ],
    ids=["object", "dump", "dict", "input", "dump in JSON", "input in JSON"],
)
def test_members_that_nobody_knows_go_back_to_the_server_that_said_them(form: Any) -> None:
    call = {**CALL, **NEWS, "function": {**CALL["function"], **NEWS}}
    custom = {"id": "call_2", "type": "custom", **NEWS, "custom": {"name": "c", "input": "x", **NEWS}}
    newer = {"id": "call_3", "type": "shell", "shell": {"command": "ls"}}
    calls = [call, custom, newer]
    found = sent(form(answer(content="hi", tool_calls=calls, **NEWS)))
    assert {name: found[name] for name in NEWS} == NEWS
    assert found["tool_calls"] == calls


@pytest.mark.parametrize("name", ["contents", "tool_call", "refusals", "cache_control", "prefix", "partial"])
def test_what_no_server_can_have_said_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(ValidationError) as caught:
        sent({"role": "assistant", "content": "hi", name: "x"})
    assert [(error["type"], error["loc"][-1]) for error in caught.value.errors()] == [("extra_forbidden", name)]


def test_parts_of_an_answer_go_back_as_they_came() -> None:
    parts: list[dict[str, Any]] = [
        {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]},
        {"type": "text", "text": "hi", "citations": [{"at": 1}]},
        {"type": "text", "text": "ho"},
        {"type": "refusal", "refusal": "no", "why": None},
    ]
    said = {"role": "assistant", "content": parts}
    assert sent(said) == said
    assert sent(build(ChatCompletionMessage, said, "", [])) == said


@pytest.mark.parametrize(
    "part", [{"type": "text", "txt": "hi"}, {"type": "text", "text": "hi", "cache_control": {}}, {"type": "image_url"}]
)
def test_a_part_that_nobody_can_have_said_is_refused(part: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        sent({"role": "assistant", "content": [part]})


def test_annotations_are_sent_as_given() -> None:
    notes = [{"type": "url_citation", "url_citation": CITATION}, {"type": "later", "at": 1}]
    said = {"role": "assistant", "content": "hi", "annotations": notes}
    assert sent(said) == said
    assert sent({**said, "annotations": []}) == {**said, "annotations": []}


@pytest.mark.parametrize("arguments", [None, "missing", {"a": 1}, ""])
def test_what_a_server_left_out_of_a_call_is_filled_in(arguments: Any) -> None:
    function = {"name": "f"} | ({} if arguments == "missing" else {"arguments": arguments})
    returned = build(ChatCompletionMessage, {"role": "assistant", "tool_calls": [{"function": function}]}, "", [])
    (call,) = sent(returned)["tool_calls"]
    assert call["type"] == "function"
    assert call["id"] == sent(returned)["tool_calls"][0]["id"] != ""
    assert call["function"]["arguments"] == {"{'a': 1}": '{"a":1}', "": ""}.get(str(arguments), "{}")


def test_two_calls_without_ids_are_told_apart() -> None:
    calls = [{"function": {"name": "f", "arguments": "{}"}}] * 2
    returned = build(ChatCompletionMessage, {"role": "assistant", "tool_calls": calls}, "", [])
    assert len({call["id"] for call in sent(returned)["tool_calls"]}) == 2


def test_tool_calls_of_an_answer_fit_into_a_message_of_your_own() -> None:
    calls = answer(tool_calls=[CALL]).tool_calls
    assert calls is not None
    assert sent(AssistantMessage(content="mine", tool_calls=calls)) == {
        "role": "assistant",
        "content": "mine",
        "tool_calls": [CALL],
    }


def test_an_answer_that_deviates_can_be_sent_back() -> None:
    untyped = {"id": "call_1", "function": {"name": "f", "arguments": "{}"}}
    returned = build(ChatCompletionMessage, {"role": "", "tool_calls": [untyped], "audio": {"id": "a"}}, "", [])
    assert sent(returned) == {
        "role": "assistant",
        "audio": {"id": "a"},
        "tool_calls": [untyped | {"type": "function"}],
    }


def test_an_unknown_kind_of_tool_call_keeps_its_data_and_a_broken_known_one_is_a_fault() -> None:
    odd = {"id": "call_1", "type": "shell", "shell": {"command": "ls"}}
    calls = answer(tool_calls=[odd, CALL]).tool_calls
    assert calls is not None
    assert isinstance(calls[0], UnknownToolCall)
    assert calls[0].model_extra == {"shell": {"command": "ls"}}
    assert isinstance(calls[1], ChatCompletionMessageFunctionToolCall)
    with pytest.raises(ValidationError):
        answer(tool_calls=[{"id": "call_1", "type": "function", "function": {"name": "f"}}])


def test_the_outcome_of_moderation_is_told_apart() -> None:
    verdict = {
        "type": "moderation_result",
        "model": "omni",
        "flagged": False,
        "categories": {"hate": False},
        "category_scores": {"hate": 0},
        "category_applied_input_types": {"hate": ["text"]},
    }
    body = {
        "input": {"type": "moderation_results", "model": "omni", "results": [verdict]},
        "output": {"type": "error", "code": "c", "message": "m"},
    }
    moderation = ChatCompletionModeration.model_validate_json(json.dumps(body), strict=True)
    assert moderation.model_dump() == body
    newer = ChatCompletionModeration.model_validate({**body, "output": {"type": "later", "at": 1}})
    assert isinstance(newer.output, UnknownModeration)


@pytest.mark.parametrize(
    ("stored", "as_input"),
    [
        (
            {"role": "user", "content": None, "content_parts": [{"type": "text", "text": "a"}], "name": None},
            {"role": "user", "content": [{"type": "text", "text": "a"}]},
        ),
        (
            {"content_parts": [{"type": "image_url", "image_url": {"url": "u"}}], "role": "user", "name": "n"},
            {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "u"}}], "name": "n"},
        ),
        (
            {"role": "tool", "content": "42", "tool_call_id": "call_1", "content_parts": None},
            {"role": "tool", "content": "42", "tool_call_id": "call_1"},
        ),
        ({"role": "assistant", "content": "hi", "refusal": None}, {"role": "assistant", "content": "hi"}),
    ],
    ids=["text parts", "picture", "tool", "assistant"],
)
def test_a_stored_message_can_be_sent_again_whoever_spoke(stored: dict[str, Any], as_input: dict[str, Any]) -> None:
    body = {"id": "msg_1"} | stored
    message = ChatCompletionStoreMessage.model_validate_json(json.dumps(body), strict=True)
    assert message.model_dump() == body
    assert sent(message) == as_input


def test_parts_of_a_stored_message_fit_into_a_message_of_your_own() -> None:
    body = {"id": "msg_1", "role": "user", "content_parts": [{"type": "text", "text": "a"}]}
    parts = ChatCompletionStoreMessage.model_validate(body).content_parts
    assert parts is not None
    assert sent(UserMessage(content=parts)) == {"role": "user", "content": [{"type": "text", "text": "a"}]}


def test_a_deletion_is_read() -> None:
    body = {"id": "chatcmpl-1", "object": "chat.completion.deleted", "deleted": True}
    assert ChatCompletionDeleted.model_validate_json(json.dumps(body), strict=True).model_dump() == body


# --- chunks ----------------------------------------------------------------------------------------------------------


def chunk(choices: list[Any], **fields: Any) -> dict[str, Any]:
    head = {"id": "c", "object": "chat.completion.chunk", "created": 1750000000, "model": "m"}
    return {**head, "choices": choices, **fields}


DELTAS = {
    "first": {"role": "assistant", "content": "", "refusal": None},
    "words": {"content": " typed"},
    "thoughts": {"reasoning_content": "hm", "reasoning": "hm"},
    "tool call": {"tool_calls": [{"index": 0, **CALL}]},
    "piece of a call": {"tool_calls": [{"index": 0, "function": {"arguments": "{"}}]},
    "function call": {"function_call": {"name": "f", "arguments": ""}},
    "sound": {"audio": {"id": "audio_1", "data": "UklG", "transcript": "h"}},
    "unknown": {"newer": {"a": 1}},
    "empty": {},
}


@pytest.mark.parametrize("delta", DELTAS.values(), ids=DELTAS)
def test_a_chunk_dumps_as_what_came_in(delta: dict[str, Any]) -> None:
    body = chunk([{"index": 0, "delta": delta, "finish_reason": None, "logprobs": None}], usage=None, obfuscation="x")
    parsed = ChatCompletionChunk.model_validate_json(json.dumps(body), strict=True)
    assert parsed.model_dump() == body
    assert parsed.choice is not None
    assert parsed.text == delta.get("content", "")


@pytest.mark.parametrize(
    "fields",
    [
        {"usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}},
        {"prompt_filter_results": [{"prompt_index": 0, "content_filter_results": {"hate": {"filtered": False}}}]},
    ],
    ids=["usage", "azure"],
)
def test_a_chunk_without_choices_has_neither_choice_nor_text(fields: dict[str, Any]) -> None:
    body = chunk([], **fields)
    parsed = ChatCompletionChunk.model_validate_json(json.dumps(body), strict=True)
    assert parsed.model_dump() == body
    assert (parsed.choice, parsed.text) == (None, "")


@pytest.mark.parametrize("reason", ["stop", "guardrail_intervened", "", None])
def test_an_unknown_finish_reason_is_read_as_it_came(reason: str | None) -> None:
    body = chunk([{"index": 0, "delta": {}, "finish_reason": reason}])
    parsed = ChatCompletionChunk.model_validate_json(json.dumps(body), strict=True)
    assert parsed.choice is not None
    assert parsed.choice.finish_reason == reason


def test_no_python_runs_between_the_bytes_of_a_chunk_and_its_model() -> None:
    ChatCompletionChunk.model_rebuild()
    schema: Any = ChatCompletionChunk.__pydantic_core_schema__
    hot = kinds_of({name: part for name, part in fields_of(schema).items() if name != "moderation"})
    assert {"model", "model-fields", "list", "nullable", "str", "int"} <= hot
    assert not [kind for kind in hot if kind.startswith("function-")]
    assert [kind for kind in kinds_of(fields_of(schema)["moderation"]) if kind.startswith("function-")], "found nothing"


def fields_of(schema: Any) -> dict[str, Any]:
    """The fields of the model that a core schema describes."""
    while schema["type"] != "model-fields":
        schema = schema["schema"]
    fields: dict[str, Any] = schema["fields"]
    return fields


def kinds_of(schema: object) -> set[str]:
    """The types of all schemas inside a core schema, read from its picture."""
    return set(re.findall(r"'type': '([a-z-]+)'", repr(schema)))
