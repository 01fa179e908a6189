"""What is recorded of operations, in both colours: one span for a call with all its attempts, until its stream ends;
tools and runs; what is sent along; and what is never recorded."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanKind, StatusCode

import typed_openai.otel
from tests.canned import HELLO, Connect, Wire, broken, completion, done, failure, listed, models, status, stream_of
from tests.otel.recorded import Recorded
from typed_openai import usage_scope
from typed_openai.errors import BudgetExceededError, ConfigurationError, OpenAIError, RequestValidationError
from typed_openai.models.chat import ChatCompletionCreateParams

AGAIN = {"retry-after": "0"}
USAGE = {
    "prompt_tokens": 3,
    "completion_tokens": 4,
    "total_tokens": 7,
    "prompt_tokens_details": {"cached_tokens": 2, "audio_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 1, "audio_tokens": 0},
}
VARIABLE = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"


def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


def asks_for_a_sum() -> Any:
    call = {"id": "call_1", "type": "function", "function": {"name": "add", "arguments": '{"a": 2, "b": 3}'}}
    message = {"role": "assistant", "content": None, "refusal": None, "tool_calls": [call]}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "tool_calls"}
    return completion(choices=[choice])


def parent(span: ReadableSpan) -> int | None:
    return span.parent.span_id if span.parent is not None else None


def number(span: ReadableSpan) -> int:
    assert span.context is not None
    return int(span.context.span_id)


# --- spans ----------------------------------------------------------------------------------------------------------


async def test_a_call_is_a_span_with_what_was_asked_and_answered(connect: Connect, recorded: Recorded) -> None:
    await done(connect(Wire(completion(usage=USAGE))).chat.completions.create(**HELLO, temperature=0.5))
    assert (recorded.span.name, recorded.span.kind) == ("chat m", SpanKind.CLIENT)
    assert recorded.attributes == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "m",
        "gen_ai.request.temperature": 0.5,
        "gen_ai.response.finish_reasons": ("stop",),
        "gen_ai.response.id": "chatcmpl-1",
        "gen_ai.response.model": "m",
        "gen_ai.usage.input_tokens": 3,
        "gen_ai.usage.output_tokens": 4,
        "gen_ai.usage.cache_read.input_tokens": 2,
        "gen_ai.usage.reasoning.output_tokens": 1,
        "server.address": "api.openai.com",
    }


async def test_attempts_are_in_one_span(connect: Connect, recorded: Recorded) -> None:
    wire = Wire(failure(500, headers=AGAIN), broken(httpx.ConnectError("no")), completion())
    await done(connect(wire).chat.completions.create(**HELLO))
    assert recorded.span.status.status_code is StatusCode.UNSET
    sent = {request.headers["traceparent"] for request in wire.requests}
    assert len(wire.requests) == 3
    (traceparent,) = sent
    assert f"-{number(recorded.span):016x}-" in traceparent


async def test_the_span_of_a_stream_ends_with_the_stream(connect: Connect, recorded: Recorded) -> None:
    stream = await done(connect(Wire(stream_of("a", "b", "c"))).chat.completions.create(**HELLO, stream=True))
    assert recorded.spans == []
    assert not trace.get_current_span().is_recording()
    await listed(stream)
    assert recorded.attributes["gen_ai.request.stream"] is True
    assert recorded.attributes["gen_ai.response.time_to_first_chunk"] > 0
    measured = recorded.metrics()
    assert [point.count for point in measured["gen_ai.client.operation.time_to_first_chunk"]] == [1]
    assert [point.count for point in measured["gen_ai.client.operation.time_per_output_chunk"]] == [2]


async def test_an_error_is_one_of_the_span_and_of_the_duration(connect: Connect, recorded: Recorded) -> None:
    with pytest.raises(OpenAIError):
        await done(connect(Wire(failure(400, code="bad"))).chat.completions.create(**HELLO))
    assert recorded.span.status.status_code is StatusCode.ERROR
    assert recorded.span.status.description == "400 bad"
    assert recorded.attributes["error.type"] == "typed_openai.BadRequestError"
    (point,) = recorded.metrics()["gen_ai.client.operation.duration"]
    assert point.attributes["error.type"] == "typed_openai.BadRequestError"


async def test_a_stream_that_breaks_is_an_error_of_its_span(connect: Connect, recorded: Recorded) -> None:
    def cut(request: httpx.Request) -> httpx.Response:
        content = stream_of("a", "b")(request).content[:-40]
        return status(200, content=content, headers={"content-type": "text/event-stream"})(request)

    stream = await done(connect(Wire(cut)).chat.completions.create(**HELLO, stream=True))
    with pytest.raises(OpenAIError):
        await listed(stream)
    assert recorded.attributes["error.type"] == "typed_openai.StreamTruncatedError"
    assert recorded.attributes["gen_ai.response.model"] == "m"


async def test_a_run_with_tools_is_a_span_around_requests_and_tools(connect: Connect, recorded: Recorded) -> None:
    def added(a: int, b: int) -> int:
        """Add two numbers."""
        with recorded.tracer_provider.get_tracer("mine").start_as_current_span("my work"):
            return a + b

    added.__name__ = "add"
    client = connect(Wire(asks_for_a_sum(), completion("5")))
    await done(client.chat.completions.run_tools(**HELLO, tools=[added]))
    asked, mine, tool, again, run = recorded.spans
    assert [span.name for span in recorded.spans] == ["chat m", "my work", "execute_tool add", "chat m", "invoke_agent"]
    assert parent(run) is None
    assert {parent(asked), parent(tool), parent(again)} == {number(run)}
    assert parent(mine) == number(tool)
    assert (tool.kind, run.kind) == (SpanKind.INTERNAL, SpanKind.INTERNAL)
    assert dict(tool.attributes or {}) == {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "add",
        "gen_ai.tool.type": "function",
        "gen_ai.tool.call.id": "call_1",
    }
    (point,) = recorded.metrics()["gen_ai.execute_tool.duration"]
    assert "gen_ai.tool.call.id" not in point.attributes


async def test_a_tool_that_fails_is_an_error_though_the_run_goes_on(connect: Connect, recorded: Recorded) -> None:
    def failing(a: int, b: int) -> int:
        """Add two numbers."""
        raise ZeroDivisionError("a secret")

    failing.__name__ = "add"
    client = connect(Wire(asks_for_a_sum(), completion("5")))
    await done(client.chat.completions.run_tools(**HELLO, tools=[failing], on_tool_error="feed_back"))
    tool = next(span for span in recorded.spans if span.name == "execute_tool add")
    assert (tool.attributes or {})["error.type"] == "ZeroDivisionError"
    assert tool.status.description == "ZeroDivisionError"


async def test_items_of_a_map_are_inside_the_span_around_it(connect: Connect, recorded: Recorded) -> None:
    client = connect(Wire())
    with recorded.tracer_provider.get_tracer("mine").start_as_current_span("mine") as around:
        results = client.map([ChatCompletionCreateParams(**HELLO)] * 3)
        assert len(await listed(results)) == 3
    inside = [span for span in recorded.spans if span.name == "chat m"]
    assert [parent(span) for span in inside] == [around.get_span_context().span_id] * 3


async def test_pictures_and_sound_are_content_that_is_generated(connect: Connect, recorded: Recorded) -> None:
    picture = status(200, {"created": 1, "data": [{"b64_json": "aGk="}], "usage": None})
    await done(connect(Wire(picture)).images.generate(model="gpt-image-1", prompt="A cat"))
    sound = status(200, content=b"ID3sound", headers={"content-type": "audio/mpeg"})
    await done(connect(Wire(sound)).audio.speech.create(model="tts-1", voice="alloy", input="Hello"))
    text = status(200, {"text": "Hello"})
    await done(connect(Wire(text)).audio.transcriptions.create(model="whisper-1", file=("a.mp3", b"ID3")))
    names = ["generate_content gpt-image-1", "generate_content tts-1", "generate_content whisper-1"]
    assert [span.name for span in recorded.spans] == names
    assert [(span.attributes or {})["gen_ai.output.type"] for span in recorded.spans] == ["image", "speech", "text"]


async def test_what_has_no_name_in_the_conventions_has_no_span_but_is_traced(
    connect: Connect, recorded: Recorded
) -> None:
    wire = Wire(models("a"))
    with recorded.tracer_provider.get_tracer("mine").start_as_current_span("mine") as around:
        await done(connect(wire).models.list())
    assert [span.name for span in recorded.spans] == ["mine"]
    assert f"{around.get_span_context().span_id:016x}" in wire.request.headers["traceparent"]


@pytest.mark.parametrize(
    ("base_url", "provider"),
    [
        ("https://api.groq.com/openai", "groq"),
        ("https://api.mistral.ai", "mistral_ai"),
        ("https://name.openai.azure.com/openai/v1", "azure.ai.openai"),
        ("https://generativelanguage.googleapis.com/v1beta/openai", "gcp.gemini"),
        ("https://x.ai.example", "openai"),
        ("http://127.0.0.1:8000", "openai"),
    ],
)
async def test_the_provider_is_told_by_its_host(
    connect: Connect, recorded: Recorded, base_url: str, provider: str
) -> None:
    await done(connect(Wire(), base_url=base_url).chat.completions.create(**HELLO))
    assert recorded.attributes["gen_ai.provider.name"] == provider
    assert recorded.attributes.get("server.port") == (8000 if "8000" in base_url else None)


async def test_a_span_that_is_sampled_out_still_counts_in_the_metrics(connect: Connect) -> None:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.sampling import ALWAYS_OFF

    found = Recorded()
    typed_openai.otel.instrument(**{**found.providers, "tracer_provider": TracerProvider(sampler=ALWAYS_OFF)})
    try:
        await done(connect(Wire(completion(usage=USAGE))).chat.completions.create(**HELLO))
    finally:
        typed_openai.otel.uninstrument()
    assert len(found.metrics()["gen_ai.client.token.usage"]) == 2


# --- what is said ---------------------------------------------------------------------------------------------------


async def test_nothing_that_was_said_is_recorded_unless_it_is_asked_for(
    connect: Connect, recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    said = "my mother's maiden name"
    hello = {"model": "m", "messages": [{"role": "user", "content": said}]}
    client = connect(Wire(completion(said, usage=USAGE)))
    await done(client.chat.completions.create(**hello))
    with pytest.raises(RequestValidationError, match="maiden"):
        await done(client.chat.completions.create(model="m", messages=[{"role": said, "content": 1}]))
    with pytest.raises(OpenAIError):
        await done(connect(Wire(failure(400, message=said))).chat.completions.create(**hello))
    await done(connect(Wire(asks_for_a_sum(), completion(said))).chat.completions.run_tools(**hello, tools=[add]))
    everything = [span.to_json() for span in recorded.spans]
    assert len(everything) == 7
    assert not [text for text in everything if "maiden" in text or '"a": 2' in text]
    assert recorded.events == []


async def test_what_tools_are_given_and_give_is_content_too(
    connect: Connect, recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "span_only")
    await done(connect(Wire(asks_for_a_sum(), completion("5"))).chat.completions.run_tools(**HELLO, tools=[add]))
    tool = next(span for span in recorded.spans if span.name == "execute_tool add")
    assert (tool.attributes or {})["gen_ai.tool.call.arguments"] == '{"a": 2, "b": 3}'
    assert (tool.attributes or {})["gen_ai.tool.call.result"] == "5"


async def test_a_mode_that_is_none_records_nothing_and_says_so(
    connect: Connect, recorded: Recorded, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(VARIABLE, f"EVERYTHING_{connect.is_async}")
    for _ in range(2):
        await done(connect(Wire()).chat.completions.create(**HELLO))
    assert "gen_ai.input.messages" not in (recorded.spans[0].attributes or {})
    assert len(caplog.records) == 1
    assert "SPAN_ONLY" in caplog.text


# --- where it is switched -------------------------------------------------------------------------------------------


async def test_a_client_that_is_told_so_records_with_the_providers_there_are(connect: Connect) -> None:
    found = Recorded()
    client = connect(Wire(), telemetry=True)
    typed_openai.otel.observer().use(**found.providers)
    try:
        await done(client.chat.completions.create(**HELLO))
        await done(connect(Wire()).chat.completions.create(**HELLO))
    finally:
        typed_openai.otel.uninstrument()
    assert len(found.spans) == 1


async def test_what_is_switched_on_twice_is_recorded_once(connect: Connect, recorded: Recorded) -> None:
    typed_openai.otel.instrument(**recorded.providers)
    await done(connect(Wire(), telemetry=True).chat.completions.create(**HELLO))
    assert len(recorded.spans) == 1


async def test_a_client_can_be_left_out(connect: Connect, recorded: Recorded) -> None:
    client = connect(Wire())
    await done(client.with_options(telemetry=False).chat.completions.create(**HELLO))
    await done(connect(Wire(), telemetry=False, log_errors=True).chat.completions.create(**HELLO))
    assert recorded.spans == []
    await done(client.chat.completions.create(**HELLO))
    assert len(recorded.spans) == 1


async def test_nothing_is_recorded_after_it_is_switched_off(connect: Connect, recorded: Recorded) -> None:
    typed_openai.otel.uninstrument()
    typed_openai.otel.uninstrument()
    wire = Wire()
    await done(connect(wire).chat.completions.create(**HELLO))
    assert recorded.spans == []
    assert "traceparent" not in wire.request.headers


async def test_a_traceparent_of_your_own_stays(connect: Connect, recorded: Recorded) -> None:
    wire = Wire(failure(500, headers=AGAIN), completion())
    mine = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    await done(connect(wire).chat.completions.create(**HELLO, extra_headers={"traceparent": mine}))
    await done(connect(wire, default_headers={"traceparent": mine}).chat.completions.create(**HELLO))
    assert {request.headers["traceparent"] for request in wire.requests} == {mine}


async def test_answers_are_kept_under_the_question_and_not_under_its_trace(
    connect: Connect, recorded: Recorded
) -> None:
    from typed_openai.middleware import keep_answers

    wire = Wire()
    client = connect(wire, middleware=[keep_answers()])
    for _ in range(2):
        await done(client.chat.completions.create(**HELLO))
    assert len(wire.requests) == 1
    assert len(recorded.spans) == 2


async def test_a_budget_that_is_used_up_is_an_error_of_the_span(connect: Connect, recorded: Recorded) -> None:
    with usage_scope(budget=0), pytest.raises(BudgetExceededError):
        await done(connect(Wire()).chat.completions.create(**HELLO))
    assert recorded.attributes["error.type"] == "typed_openai.BudgetExceededError"


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(("opentelemetry", "typed_openai.otel."))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    monkeypatch.setattr(typed_openai.otel, "_made", [])
    with pytest.raises(ConfigurationError, match=r"typed-openai\[otel\]"):
        typed_openai.otel.instrument()
    with pytest.raises(ConfigurationError, match=r"typed-openai\[otel\]"):
        typed_openai.OpenAI(api_key="k", telemetry=True)


def test_a_call_that_nobody_observes_loads_nothing_of_it() -> None:
    script = """
import sys, httpx
from typed_openai import OpenAI
client = OpenAI(api_key="k", http_client=httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(
    200, json={"object": "list", "data": []}))))
client.chat.completions.list()
print([name for name in sys.modules if name.startswith(("opentelemetry", "typed_openai.otel"))
       or name.endswith((".observers", ".observing", ".observed"))])
"""
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout.strip() == "[]"
