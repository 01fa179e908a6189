"""What `opentelemetry-instrument` finds by the entry point `opentelemetry_instrumentor`, and does with this package.

It asks for a class with these two methods; opentelemetry-instrumentation, which has a base class for such, is not
needed for that.
"""

from __future__ import annotations

from typing import Any

from typed_openai.otel import instrument, uninstrument

_PROVIDERS = ("tracer_provider", "meter_provider", "logger_provider")


class TypedOpenAIInstrumentor:
    """Switches the telemetry of this package on and off, in the words of OpenTelemetry's instrumentors."""

    def instrument(self, **options: Any) -> None:
        """As `typed_openai.otel.instrument`; options that are about versions of other packages mean nothing here."""
        instrument(**{name: options[name] for name in _PROVIDERS if name in options})

    def uninstrument(self, **options: Any) -> None:
        """As `typed_openai.otel.uninstrument`."""
        uninstrument()
