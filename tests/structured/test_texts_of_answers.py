"""What `.text` and `.output_text` are for every form that an answer has been seen in, in chat and in responses; the
stream of the same answer says the same."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wire.reading import named, read_all
from typed_openai.core.answer.tolerant import build
from typed_openai.models.chat.completions import ChatCompletion
from typed_openai.models.responses.results import Response
from typed_openai.streaming.chat import ChatCompletionReader
from typed_openai.streaming.responses import ResponseReader


def text(words: Any, **more: Any) -> dict[str, Any]:
    return {"type": "output_text", "text": words, "annotations": [], **more}


def message(*parts: Any, **more: Any) -> dict[str, Any]:
    return {"type": "message", "id": "m", "role": "assistant", "status": "completed", "content": [*parts], **more}


REFUSAL = {"type": "refusal", "refusal": "no"}
THOUGHT = {"type": "reasoning", "id": "rs", "summary": [{"type": "summary_text", "text": "hm"}]}
CALL = {"type": "function_call", "id": "fc", "call_id": "c", "name": "f", "arguments": "{}"}
RESPONSES: dict[str, tuple[Any, str, list[str], str | None]] = {
    "one part": ([message(text("a"))], "a", ["a"], None),
    "two parts": ([message(text("a"), text("b"))], "ab", ["a", "b"], None),
    "two messages": ([message(text("a")), message(text("b"), id="n")], "ab", ["a", "b"], None),
    "commentary before the answer": (
        [message(text("c"), phase="commentary"), message(text("a"), id="n", phase="final_answer")], "ca", ["a"], None),
    "commentary alone": ([message(text("c"), phase="commentary")], "c", [], None),
    "a phase that is new": ([message(text("a"), phase="newer")], "a", ["a"], None),
    "a refusal": ([message(REFUSAL)], "", [], "no"),
    "a text and a refusal": ([message(text("a"), REFUSAL)], "a", ["a"], "no"),
    "thoughts before it": ([THOUGHT, message(text("a"))], "a", ["a"], None),
    "thoughts in it": ([message({"type": "thinking", "thinking": "hm"}, text("a"))], "a", ["a"], None),
    "thoughts of its own kind": ([message({"type": "reasoning_text", "text": "hm"}, text("a"))], "a", ["a"], None),
    "a call beside it": ([message(text("a")), CALL], "a", ["a"], None),
    "a call alone": ([CALL], "", [], None),
    "a content that is the text": ([{**message(), "content": "a"}], "a", ["a"], None),
    "a content that is one part": ([{**message(), "content": text("a")}], "a", ["a"], None),
    "parts called text": ([message({"type": "text", "text": "a"})], "a", ["a"], None),
    "parts without a type": ([message({"text": "a"})], "a", ["a"], None),
    "a text with a value": ([message(text({"value": "a"}))], "a", ["a"], None),
    "a number": ([message(text(5))], "5", ["5"], None),
    "a message without a type": ([{"role": "assistant", "content": [text("a")]}], "a", ["a"], None),
    "no content": ([{**message(), "content": None}], "", [], None),
    "parts that are none": ([message(5, None, text("a"))], "a", ["a"], None),
    "no items": ([], "", [], None),
    "items that are none": ([5, None, "x", message(text("a"))], "a", ["a"], None),
    "no list": (5, "", [], None),
}  # fmt: skip


@pytest.mark.parametrize("form", RESPONSES)
def test_the_text_of_a_response(form: str) -> None:
    output, all_of_it, answer, refusal = RESPONSES[form]
    found = build(Response, {"id": "r", "output": output}, "", [])
    assert (found.output_text, found.answer_texts, found.refusal) == (all_of_it, answer, refusal)
    assert found.model_dump()["output"] == output


@pytest.mark.parametrize("form", [form for form, case in RESPONSES.items() if isinstance(case[0], list)])
def test_the_text_of_a_response_that_came_item_by_item(form: str) -> None:
    output, all_of_it, answer, refusal = RESPONSES[form]
    events: list[dict[str, Any]] = [{"type": "response.created", "response": {"id": "r", "status": "in_progress"}}]
    for place, item in enumerate(output):
        if item is not None:
            events.append({"type": "response.output_item.done", "output_index": place, "item": item})
    _, found = read_all(
        ResponseReader(), [named("", {**each, "sequence_number": number}) for number, each in enumerate(events)]
    )
    assert (found.output_text, found.answer_texts, found.refusal) == (all_of_it, answer, refusal)


PART = {"type": "text", "text": "a"}
CHAT: dict[str, tuple[dict[str, Any], str, str]] = {
    "a text": ({"content": "a"}, "a", ""),
    "no text": ({"content": None}, "", ""),
    "a part": ({"content": [PART]}, "a", ""),
    "one part and no list": ({"content": PART}, "a", ""),
    "two parts": ({"content": [PART, {"type": "text", "text": "b"}]}, "ab", ""),
    "parts of the other API": ({"content": [text("a")]}, "a", ""),
    "a part without a type": ({"content": [{"text": "a"}]}, "a", ""),
    "a text with a value": ({"content": [{"type": "text", "text": {"value": "a"}}]}, "a", ""),
    "a number": ({"content": 5}, "5", ""),
    "a refusal beside it": ({"content": None, "refusal": "no"}, "", ""),
    "a refusal among the parts": ({"content": [{"type": "refusal", "refusal": "no"}, PART]}, "a", ""),
    "thoughts among the parts": (
        {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, PART]}, "a", "hm"),
    "thoughts as a summary": (
        {"content": [{"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}]}, PART]}, "a", "hm"),
    "thoughts beside it": ({"content": "a", "reasoning_content": "hm"}, "a", "hm"),
    "thoughts under their other name": ({"content": "a", "reasoning": "hm"}, "a", "hm"),
    "thoughts as a list": ({"content": "a", "reasoning": [{"type": "text", "text": "hm"}]}, "a", "hm"),
    "a picture among the parts": ({"content": [{"type": "image_url", "image_url": {"url": "u"}}, PART]}, "a", ""),
}  # fmt: skip


@pytest.mark.parametrize("form", CHAT)
def test_the_text_of_a_chat_answer_whole_and_streamed(form: str) -> None:
    said, words, thoughts = CHAT[form]
    whole = {"id": "c", "choices": [{"index": 0, "message": {"role": "assistant", **said}, "finish_reason": "stop"}]}
    found = build(ChatCompletion, whole, "", [])
    assert (found.text, found.choices[0].message.text, found.choices[0].message.thoughts) == (words, words, thoughts)
    chunk = {"id": "c", "choices": [{"index": 0, "delta": said, "finish_reason": "stop"}]}
    events, final = read_all(ChatCompletionReader(), [named("", chunk)])
    assert (final.text, final.choices[0].message.thoughts) == (words, thoughts)
    assert "".join(each.delta for each in events if each.type == "content.delta") == words
    assert "".join(each.delta for each in events if each.type == "reasoning.delta") == thoughts
