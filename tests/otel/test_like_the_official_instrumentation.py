"""Spans and metrics of ours, attribute by attribute, beside those that opentelemetry-instrumentation-genai-openai
records of the official client, asked the same of the same server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import openai
import pytest
from opentelemetry.instrumentation.genai.openai import OpenAIInstrumentor
from opentelemetry.sdk.trace import ReadableSpan

from tests.otel.recorded import Recorded
from typed_openai import OpenAI
from typed_openai.errors import RateLimitError
from typed_openai.local import Fault, LocalServer

VARIABLE = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
MESSAGES = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Good day"}]
ADD: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "add",
        "description": "Add two numbers.",
        "parameters": {
            "type": "object",
            "properties": {"a": {"type": "integer"}},
            "required": ["a"],
            "additionalProperties": False,
        },
        "strict": True,
    },
}
TALK = [
    {"role": "user", "content": [{"type": "text", "text": "What is 2 + 3?"}]},
    {
        "role": "assistant",
        "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "add", "arguments": '{"a": 2}'}}],
    },
    {"role": "tool", "tool_call_id": "c1", "content": "5"},
]
OURS_ALONE = {"gen_ai.request.reasoning.level", "openai.response.system_fingerprint"}
"""What the conventions have and the other leaves out (of streams, the fingerprint)."""
ONE_OF_A_KIND = {"gen_ai.response.time_to_first_chunk", "gen_ai.response.id", "server.port"}


def chat(client: Any, **more: Any) -> Any:
    return client.chat.completions.create(**{"model": "gpt-4o", "messages": MESSAGES, **more})


def read(stream: Any) -> None:
    for _ in stream:
        pass


def streamed(client: Any) -> None:
    with client.responses.stream(model="gpt-4o", input="Good day") as stream:
        stream.until_done()


def failing(call: Callable[[Any], object]) -> Callable[[Any], object]:
    def failed(client: Any) -> None:
        with pytest.raises((openai.RateLimitError, RateLimitError)):
            call(client)

    return failed


CALLS: dict[str, Callable[[Any], object]] = {
    "chat": chat,
    "chat with everything": lambda client: chat(
        client,
        temperature=0.5,
        max_tokens=10,
        seed=3,
        stop=["x"],
        n=2,
        top_p=0.9,
        frequency_penalty=0.1,
        presence_penalty=0.2,
        service_tier="default",
        response_format={"type": "json_object"},
    ),
    "chat with one stop and new limit": lambda client: chat(client, stop="x", max_completion_tokens=9, n=1),
    "chat with a tool": lambda client: chat(client, tools=[ADD], tool_choice="required"),
    "chat after a tool": lambda client: chat(client, messages=TALK),
    "chat, raw": lambda client: client.chat.completions.with_raw_response.create(model="gpt-4o", messages=MESSAGES),
    "streamed chat": lambda client: read(chat(client, stream=True)),
    "streamed chat with usage": lambda client: read(chat(client, stream=True, stream_options={"include_usage": True})),
    "response": lambda client: client.responses.create(model="gpt-4o", input="Good day"),
    "response with everything": lambda client: client.responses.create(
        model="gpt-4o",
        input=[{"role": "user", "content": "Good day"}],
        instructions="Be brief.",
        temperature=0.3,
        top_p=0.5,
        max_output_tokens=50,
        text={"format": {"type": "json_object"}},
        service_tier="default",
    ),
    "response with a tool": lambda client: client.responses.create(
        model="gpt-4o", input="Good day", tools=[{"type": "function", **ADD["function"]}], tool_choice="required"
    ),
    "streamed response": lambda client: read(client.responses.create(model="gpt-4o", input="Good day", stream=True)),
    "events of a response": streamed,
    "fetched response": lambda client: client.responses.retrieve(
        client.responses.create(model="gpt-4o", input="Good day").id
    ),
    "embeddings": lambda client: client.embeddings.create(model="text-embedding-3-small", input=["a", "b"]),
    "embeddings of a size": lambda client: client.embeddings.create(
        model="text-embedding-3-small", input="a", dimensions=8, encoding_format="float"
    ),
    "error": failing(chat),
}


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    with LocalServer() as running:
        yield running


def asked_of(kind: Any, server: LocalServer, call: Callable[[Any], object]) -> None:
    if call is CALLS["error"]:
        server.fail_next(Fault(status=429))
    with kind(api_key="k", base_url=f"{server.url}/v1", max_retries=0) as client:
        call(client)


def theirs(server: LocalServer, call: Callable[[Any], object]) -> Recorded:
    found = Recorded()
    instrumentor = OpenAIInstrumentor()
    instrumentor.instrument(**found.providers)
    try:
        asked_of(openai.OpenAI, server, call)
    finally:
        instrumentor.uninstrument()
    return found


def attributes(span: ReadableSpan) -> dict[str, Any]:
    """By name, without what the two cannot have in common."""
    found = {name: _comparable(value) for name, value in (span.attributes or {}).items()}
    return {name: value for name, value in found.items() if name not in ONE_OF_A_KIND}


def _comparable(value: Any) -> Any:
    if isinstance(value, str):
        if value.startswith(("[{", '{"')):
            return _without_nothing(json.loads(value))
        return value.removeprefix("typed_openai.").removeprefix("openai.")
    return value


def _without_nothing(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_nothing(each) for each in value]
    if isinstance(value, dict):
        return {name: _without_nothing(each) for name, each in value.items() if each is not None and name != "id"}
    return value


@pytest.mark.parametrize("mode", ["NO_CONTENT", "SPAN_ONLY"])
@pytest.mark.parametrize("name", CALLS)
def test_spans_say_the_same(
    name: str, mode: str, server: LocalServer, recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, mode)
    other = theirs(server, CALLS[name])
    asked_of(OpenAI, server, CALLS[name])
    assert [span.name for span in recorded.spans] == [span.name for span in other.spans]
    for ours, official in zip(recorded.spans, other.spans, strict=True):
        found, wanted = attributes(ours), attributes(official)
        assert {**found, **wanted} == found
        assert found.keys() - wanted.keys() <= OURS_ALONE
        assert (ours.kind, ours.status.status_code) == (official.kind, official.status.status_code)
        assert set(ours.attributes or ()) & ONE_OF_A_KIND == set(official.attributes or ()) & ONE_OF_A_KIND


@pytest.mark.parametrize("name", CALLS)
def test_metrics_say_the_same(name: str, server: LocalServer, recorded: Recorded) -> None:
    other = theirs(server, CALLS[name]).metrics()
    asked_of(OpenAI, server, CALLS[name])
    found = recorded.metrics()
    assert found.keys() == other.keys()
    for metric, points in found.items():
        assert sorted(map(_point, points)) == sorted(map(_point, other[metric])), metric


def _point(point: Any) -> str:
    told = {name: _comparable(value) for name, value in point.attributes.items() if not name.startswith("openai.")}
    total = point.sum if "gen_ai.token.type" in told else None
    return str((sorted(told.items(), key=str), point.count, total, [*map(float, point.explicit_bounds)]))


def test_events_say_the_same(server: LocalServer, recorded: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "EVENT_ONLY")
    (official,) = theirs(server, chat).events
    asked_of(OpenAI, server, chat)
    (ours,) = recorded.events
    assert ours.event_name == official.event_name == "gen_ai.client.inference.operation.details"
    found, wanted = (
        {name: json.loads(json.dumps(value)) for name, value in event.attributes.items() if name not in ONE_OF_A_KIND}
        for event in (ours, official)
    )
    assert {**found, **_without_nothing(wanted)} == found
    assert "gen_ai.input.messages" not in recorded.attributes
