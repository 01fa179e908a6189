"""The observer that records operations as spans, metrics and events of OpenTelemetry.

A span has the name `{operation} {model}` and covers the whole call: all attempts, and a stream until it ends. A tool
loop is a span `invoke_agent` with its requests and a span `execute_tool {name}` for each call inside. What has no name
in the conventions (files, lists) has no span; its requests carry `traceparent` all the same, so what an instrumentation
of httpx and what the server record hangs together.

Metrics: `gen_ai.client.operation.duration`, `gen_ai.client.token.usage`, `gen_ai.client.operation.time_to_first_chunk`
and `.time_per_output_chunk`, `gen_ai.execute_tool.duration`, `gen_ai.invoke_agent.duration`.

Rules
* Only opentelemetry-api is needed; where it is sent is the business of who sets up its SDK.
* While an operation runs its span is the current one, so spans made in tools and callbacks are inside of it.
* `traceparent` (whatever the propagators of this process write) goes with each attempt; one set by hand stays.
* Error messages are not recorded without content, because they quote what was given.

Weak spot: the conventions are in development; names follow what instrumentations recorded in 2026-11.
"""

from __future__ import annotations

import itertools
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from opentelemetry import metrics, propagate, trace
from opentelemetry._logs import LogRecord, get_logger
from opentelemetry.context import get_current
from opentelemetry.trace import SpanKind, Status, StatusCode

import typed_openai
from typed_openai.core.answer.one_line import one_line
from typed_openai.otel.attributes import (
    RECORDED,
    answered,
    asked,
    description,
    error_type,
    fetches,
    field_of,
    identity,
    known,
    served,
    spent,
    tokens,
)
from typed_openai.otel.content import as_text, captured, content, tool_content

if TYPE_CHECKING:
    from opentelemetry._logs import LoggerProvider
    from opentelemetry.context import Context
    from opentelemetry.metrics import Histogram, MeterProvider
    from opentelemetry.trace import Span, TracerProvider

    from typed_openai.core.observers import ObservedCall
    from typed_openai.core.run.effects import Request

_SCOPE = "typed_openai"
_SECONDS = [0.01 * 2**power for power in range(14)]
_TOKENS = [float(4**power) for power in range(14)]
_EVENT = "gen_ai.client.inference.operation.details"


class _Instruments:
    """The histograms of one provider."""

    def __init__(self, provider: MeterProvider | None) -> None:
        meter = metrics.get_meter(_SCOPE, typed_openai.__version__, provider)

        def seconds(name: str, what: str) -> Histogram:
            return meter.create_histogram(
                name, unit="s", description=what, explicit_bucket_boundaries_advisory=_SECONDS
            )

        self.duration = seconds("gen_ai.client.operation.duration", "How long operations took.")
        self.first = seconds(
            "gen_ai.client.operation.time_to_first_chunk", "From the request to the first event of a stream."
        )
        self.between = seconds(
            "gen_ai.client.operation.time_per_output_chunk", "From one event of a stream to the next."
        )
        self.tool = seconds("gen_ai.execute_tool.duration", "How long tools took.")
        self.agent = seconds("gen_ai.invoke_agent.duration", "How long runs with tools took.")
        self.tokens = meter.create_histogram(
            "gen_ai.client.token.usage",
            unit="{token}",
            description="Tokens read and generated.",
            explicit_bucket_boundaries_advisory=_TOKENS,
        )


class Telemetry:
    """Records operations. One of these is enough for a process: `typed_openai.otel.observer()`."""

    def __init__(self) -> None:
        self.use(None, None, None)

    def use(
        self,
        tracer_provider: TracerProvider | None,
        meter_provider: MeterProvider | None,
        logger_provider: LoggerProvider | None,
    ) -> None:
        """Record with these providers from now on; None for those of OpenTelemetry itself."""
        self._tracer = trace.get_tracer(_SCOPE, typed_openai.__version__, tracer_provider)
        self._instruments = _Instruments(meter_provider)
        self._logger = get_logger(_SCOPE, typed_openai.__version__, logger_provider=logger_provider)

    # -- as an observer ------------------------------------------------------------------------------------------

    def begin(self, call: ObservedCall) -> AbstractContextManager[Any] | None:
        if call.kind == "tool":
            name, kind = f"execute_tool {call.operation}", SpanKind.INTERNAL
            attributes = known(
                {
                    "gen_ai.operation.name": "execute_tool",
                    "gen_ai.tool.name": call.operation,
                    "gen_ai.tool.type": "function",
                    "gen_ai.tool.call.id": field_of(call.params, "id") or None,
                }
            )
        elif call.operation in RECORDED:
            attributes = identity(call)
            model = attributes.get("gen_ai.request.model")
            name = " ".join(map(str, filter(None, (RECORDED[call.operation].name, model))))
            kind = SpanKind.INTERNAL if call.kind == "steps" else SpanKind.CLIENT
            if call.kind == "steps":
                name = RECORDED[call.operation].name
        else:
            return None
        span = self._tracer.start_span(name, None, kind, attributes)
        call.state[self] = span, attributes
        return trace.use_span(span, end_on_exit=False, record_exception=False, set_status_on_exception=False)

    def attempt(self, call: ObservedCall, request: Request) -> None:
        carrier: dict[str, str] = {}
        propagate.inject(carrier, self._within(call))
        for name, value in carrier.items():
            if not request.has(name.lower()):
                request.headers[name.lower()] = value

    def first_event(self, call: ObservedCall) -> None:
        """Nothing: when events came stands in the call at its end."""

    def end(self, call: ObservedCall) -> None:
        if self not in call.state:
            return
        context = self._within(call)
        span, attributes = call.state.pop(self)
        try:
            self._record(call, span, attributes, context)
        finally:
            span.end()

    # -- what these need -----------------------------------------------------------------------------------------

    def _record(self, call: ObservedCall, span: Span, attributes: dict[str, Any], context: Context) -> None:
        """What an operation came to: on its span, in metrics and events."""
        result = call.result
        on_span, in_event = captured()
        measured = {**attributes, **(served(result) if call.kind == "request" else {})}
        failed = known({"error.type": None if call.error is None else error_type(call.error)})
        measured.update(failed)
        self._measure(call, result, measured, context)
        told = {**attributes, **failed}
        if call.kind == "tool":
            said = tool_content(call.params, result) if on_span else {}
        else:
            told |= {**asked(call), **answered(call, result), **self._spent(call, result)}
            wanted = (on_span or in_event) and call.kind == "request" and call.operation != "embeddings.create"
            said = content(call, result) if wanted else {}
        if span.is_recording():
            span.set_attributes(told)
            if on_span:
                span.set_attributes({name: as_text(value) for name, value in said.items()})
            if call.error is not None:
                why = one_line(str(call.error)) if on_span else description(call.error)
                span.set_status(Status(StatusCode.ERROR, why))
        if in_event and call.kind == "request":
            self._logger.emit(LogRecord(event_name=_EVENT, attributes={**told, **said}, context=context))

    def _within(self, call: ObservedCall) -> Context:
        """The context of what an operation does, with its span as the current one where it has one."""
        found: Span | None = call.state.get(self, (None, None))[0]
        context = get_current()
        return context if found is None else trace.set_span_in_context(found, context)

    def _spent(self, call: ObservedCall, result: object) -> dict[str, Any]:
        """Tokens; what is fetched was paid for by who made it."""
        return {} if fetches(call) else spent(result)

    def _measure(self, call: ObservedCall, result: object, attributes: dict[str, Any], context: Context) -> None:
        instruments = self._instruments
        seconds = call.seconds or 0.0
        if call.kind != "request":
            length = instruments.tool if call.kind == "tool" else instruments.agent
            attributes.pop("gen_ai.tool.call.id", None)  # one of a kind, which no metric should be told by
            length.record(seconds, attributes, context)
            return
        instruments.duration.record(seconds, attributes, context)
        counts = {} if fetches(call) else tokens(result)
        for kind, count in counts.items():
            instruments.tokens.record(count, {**attributes, "gen_ai.token.type": kind}, context)
        arrivals = call.arrivals
        if arrivals:
            instruments.first.record(arrivals[0], attributes, context)
        for before, after in itertools.pairwise(arrivals):
            instruments.between.record(after - before, attributes, context)
