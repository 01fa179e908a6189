"""OpenTelemetry (extra `[otel]`): spans and metrics of the GenAI semantic conventions, for all that reads them.

    import typed_openai.otel

    typed_openai.otel.instrument()             every client of this process, those that exist already included
    client = OpenAI(telemetry=True)            or only this one
    OpenAI(telemetry=False)                    never this one

`opentelemetry-instrument` does the same by itself. What is recorded goes to the providers that OpenTelemetry was set up
with, or to those given here; without any nothing is kept. What the conventions are and how they are met is in
`otel/telemetry.py`; what people and models said is recorded only when
`OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` says so (`otel/content.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from typed_openai.core.extras import needed
from typed_openai.core.run.effects import EVERYWHERE

if TYPE_CHECKING:
    from opentelemetry._logs import LoggerProvider
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import TracerProvider

    from typed_openai.otel.telemetry import Telemetry

__all__ = ["instrument", "observer", "uninstrument"]

_made: list[Telemetry] = []
"""The one observer of this process, once there is one: what is switched on twice is recorded once."""


def observer() -> Telemetry:
    """What records operations: the one that `telemetry=True` and `instrument()` use, to be put among `observers` of
    your own choice and order. Raises `ConfigurationError` when the extra is not installed."""
    if not _made:
        needed("opentelemetry.trace", "telemetry")
        from typed_openai.otel.telemetry import Telemetry

        _made.append(Telemetry())
    return _made[0]


def instrument(
    *,
    tracer_provider: TracerProvider | None = None,
    meter_provider: MeterProvider | None = None,
    logger_provider: LoggerProvider | None = None,
) -> None:
    """Record the operations of every client of this process, except those with `telemetry=False`.

    Providers that are not given are those of OpenTelemetry itself (`set_tracer_provider`, ...). Called again, it goes
    on with the providers given then. Raises `ConfigurationError` when the extra is not installed.
    """
    telemetry = observer()
    telemetry.use(tracer_provider, meter_provider, logger_provider)
    if telemetry not in EVERYWHERE:
        EVERYWHERE.append(telemetry)


def uninstrument() -> None:
    """Record no more, but for clients with `telemetry=True`, which go on with OpenTelemetry's own providers."""
    if _made:
        _made[0].use(None, None, None)
        if _made[0] in EVERYWHERE:
            EVERYWHERE.remove(_made[0])
