"""What instruments the official package sees the calls of a view: logfire, OpenInference, OpenTelemetry's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.canned import done
from tests.frameworks.programs.conftest import SIDES, Pair, colour, pair, pytest_generate_tests
from typed_openai.local import Fault

for package in ("logfire", "openinference.instrumentation.openai"):  # before a server is started for them
    pytest.importorskip(package, reason="not installed: make frameworks")
sdk: Any = pytest.importorskip("opentelemetry.sdk.trace", reason="opentelemetry is not installed: make frameworks")
export: Any = pytest.importorskip("opentelemetry.sdk.trace.export")
memory: Any = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter")

__all__ = ["SIDES", "colour", "pair", "pytest_generate_tests"]
HI: dict[str, Any] = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}]}
Spans = Callable[[], list[Any]]


@pytest.fixture(params=["logfire", "openinference", "opentelemetry"])
def spans(request: pytest.FixtureRequest, pair: Pair) -> Iterator[Spans]:
    """One way to instrument the official package, and the spans that it made."""
    exporter = memory.InMemorySpanExporter()
    provider = sdk.TracerProvider()
    provider.add_span_processor(export.SimpleSpanProcessor(exporter))
    undo: Callable[[], object] = list
    if request.param == "logfire":
        logfire: Any = pytest.importorskip("logfire")
        logfire.configure(
            send_to_logfire=False, console=False, additional_span_processors=[export.SimpleSpanProcessor(exporter)]
        )
        for client in (pair.sync, pair.awaited):
            logfire.instrument_openai(client)
    else:
        where = {
            "openinference": "openinference.instrumentation.openai",
            "opentelemetry": "opentelemetry.instrumentation.genai.openai",
        }
        instrumentor = pytest.importorskip(where[request.param]).OpenAIInstrumentor()
        instrumentor.instrument(tracer_provider=provider)
        undo = instrumentor.uninstrument
    yield lambda: list(exporter.get_finished_spans())
    undo()


async def test_a_call_is_seen(spans: Spans, pair: Pair, colour: str) -> None:
    await done(pair.of(colour).chat.completions.create(**HI))
    found = spans()
    assert len(found) == 1
    assert "gpt-4o" in str(dict(found[0].attributes))


async def test_a_stream_is_seen(spans: Spans, pair: Pair, colour: str) -> None:
    stream = await done(pair.of(colour).chat.completions.create(**HI, stream=True))
    chunks = list(stream) if colour == "sync" else [chunk async for chunk in stream]  # OpenInference's have both ways
    assert len(chunks) > 3
    assert "gpt-4o" in str([dict(span.attributes) for span in spans()])


async def test_a_response_is_seen(spans: Spans, pair: Pair, colour: str) -> None:
    await done(pair.of(colour).responses.create(model="gpt-4o", input="hi"))
    assert "gpt-4o" in str([dict(span.attributes) for span in spans()])


async def test_an_error_is_seen(spans: Spans, pair: Pair, colour: str) -> None:
    openai: Any = pytest.importorskip("openai")
    pair.server.fail_next(Fault(status=404))
    with pytest.raises(openai.NotFoundError):
        await done(pair.of(colour).chat.completions.create(**HI))
    assert any(span.status.status_code.name == "ERROR" for span in spans())
