"""Whatever a server answers, and whatever is asked unchecked, is recorded: no span is lost, nothing is logged of it.

The table is made of answers that are right: each member gone, and each of `ODD` in its place, at any depth.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest

from tests.conformance.declared import declared, places
from tests.otel.recorded import Recorded
from typed_openai import OpenAI, OpenAIError
from typed_openai.otel.attributes import RECORDED

ODD: list[Any] = [None, "x", 1, [], {}, [None], ["x"], [[]], [{}], {"a": None}]
DETAILS = {"cached_tokens": 1}
CALL = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
SAID = {"type": "message", "id": "m", "role": "assistant", "content": [{"type": "output_text", "text": "hi"}]}
ANSWERS: dict[str, dict[str, Any]] = {
    "chat.completions.create": {
        "id": "c",
        "model": "m",
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": "x", "tool_calls": [CALL]},
            }
        ],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "prompt_tokens_details": DETAILS},
        "service_tier": "default",
        "system_fingerprint": "f",
    },
    "responses.create": {
        "id": "r",
        "model": "m",
        "status": "incomplete",
        "incomplete_details": {"reason": "max_output_tokens"},
        "output": [
            SAID,
            {"type": "reasoning", "id": "i", "summary": [{"type": "summary_text", "text": "t"}]},
            {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
            {"type": "web_search_call", "id": "w", "status": "completed"},
        ],
        "usage": {"input_tokens": 1, "output_tokens": 1, "output_tokens_details": {"reasoning_tokens": 1}},
    },
    "embeddings.create": {"model": "m", "data": [{"index": 0, "embedding": [1.0]}], "usage": {"prompt_tokens": 1}},
    "completions.create": {"id": "c", "model": "m", "choices": [{"text": "x", "index": 0, "finish_reason": "stop"}]},
}
ASKED: dict[str, dict[str, Any]] = {
    "chat.completions.create": {"messages": [{"role": "user", "content": "x"}]},
    "responses.create": {"input": "x"},
    "embeddings.create": {"input": "x"},
    "completions.create": {"prompt": "x"},
}


def mutations(value: Any) -> Iterator[Any]:
    places: list[Any] = list(value) if isinstance(value, dict) else list(range(len(value)))
    for place in places:
        if isinstance(value, dict):
            yield {name: each for name, each in value.items() if name != place}
        inner = [*mutations(value[place])] if isinstance(value[place], dict | list) else []
        for odd in [*ODD, *inner]:
            changed = value.copy()
            changed[place] = odd
            yield changed


@pytest.fixture(autouse=True)
def with_content(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "SPAN_AND_EVENT")


def ask(operation: str, body: Any, **params: Any) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=body))
    with OpenAI(api_key="sk-x", max_retries=0, http_client=httpx.Client(transport=transport)) as client:
        found: Any = client.with_options(validation="off")
        for name in operation.split("."):
            found = getattr(found, name)
        with suppress(OpenAIError):
            found(model="m", **{**ASKED[operation], **params})


@pytest.mark.parametrize("operation", ANSWERS)
def test_no_answer_costs_a_span(operation: str, recorded: Recorded, caplog: pytest.LogCaptureFixture) -> None:
    bodies = [*mutations(ANSWERS[operation])]
    assert len(bodies) > 50
    with caplog.at_level(logging.WARNING):
        for body in bodies:
            ask(operation, body)
    assert len(recorded.spans) == len(bodies)
    assert [line for line in caplog.messages if "observer" in line or "ttribute" in line] == []


@pytest.mark.parametrize(
    "name", ["response_format", "text", "stop", "n", "seed", "messages", "input", "tools", "prompt"]
)
def test_nothing_that_is_asked_unchecked_costs_a_span(
    name: str, recorded: Recorded, caplog: pytest.LogCaptureFixture
) -> None:
    odd = [*ODD, {"type": []}, {"format": {"type": {}}}, [CALL, {"role": [], "content": {}}]]
    with caplog.at_level(logging.WARNING):
        for value in odd:
            for operation, body in ANSWERS.items():
                ask(operation, body, **{name: value})
    assert len(recorded.spans) == len(odd) * len(ANSWERS)
    assert [line for line in caplog.messages if "observer" in line or "ttribute" in line] == []


def test_each_loop_of_tools_and_each_way_to_ask_for_a_response_has_a_name() -> None:
    loops = {place for place in places() if place.endswith(".run_tools") and not place.startswith("beta.chat.")}
    asks = {title for title in declared() if title.endswith(("responses.create", "responses.retrieve"))}
    assert len(loops) > 3
    assert len(asks) > 3
    assert (loops | asks) - RECORDED.keys() == set()
