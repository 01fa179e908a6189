"""What arrives at a backend over OTLP, set up as `docs/telemetry.md` says: a receiver on loopback takes its place."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader

import typed_openai.otel
from tests.otel.receiver import Receiver
from tests.otel.recorded import Recorded
from typed_openai import OpenAI
from typed_openai.local import LocalServer

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs/telemetry.md").read_text()
BACKENDS = re.findall(r"^\| ([^|]+) \| `(http[^`]+)` \| (?:`([^`]+)`)?", PAGE, re.MULTILINE)
SET_UP = next(block for block in re.findall(r"^```py\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL) if "OTLP" in block)
ASK = """
from opentelemetry import trace
from typed_openai import OpenAI

OpenAI().chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "hi"}])
trace.get_tracer_provider().force_flush()
"""


def test_the_page_names_the_backends() -> None:
    assert [name.split(",")[0].split(" (")[0] for name, _, _ in BACKENDS] == [
        "a collector",
        "Logfire",
        "Langfuse",
        "Phoenix",
    ]


@pytest.mark.parametrize(("endpoint", "headers"), [row[1:] for row in BACKENDS], ids=[row[0] for row in BACKENDS])
def test_spans_come_where_the_variables_say(endpoint: str, headers: str, tmp_path: Path) -> None:
    script = tmp_path / "app.py"
    script.write_text(SET_UP + ASK)
    below = urlsplit(endpoint).path
    with Receiver() as receiver, LocalServer() as server:
        environment = {
            "PYTHONPATH": str(ROOT),
            "OPENAI_BASE_URL": server.url,
            "OPENAI_API_KEY": "k",
            "OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url + below,
            "OTEL_EXPORTER_OTLP_HEADERS": headers.replace("<", "%3C").replace(">", "%3E").replace(" ", "%20"),
        }
        subprocess.run([sys.executable, str(script)], env=environment, check=True, timeout=60)
        assert receiver.paths == [f"{below}/v1/traces"]
        assert receiver.spans["chat gpt-4o"]["gen_ai.usage.output_tokens"] > 0
        name, _, value = headers.partition("=")
        assert receiver.headers[0].get(name.lower()) == (value or None)


def test_metrics_arrive(recorded: Recorded) -> None:
    with Receiver() as receiver, LocalServer() as server:
        exporter = OTLPMetricExporter(endpoint=f"{receiver.url}/v1/metrics")
        provider = MeterProvider([PeriodicExportingMetricReader(exporter, 3_600_000)])
        typed_openai.otel.instrument(meter_provider=provider)
        with OpenAI(api_key="k", base_url=server.url) as client:
            messages = [{"role": "user", "content": "hi"}]
            for _ in client.chat.completions.create(model="m", messages=messages, stream=True):
                pass
        provider.shutdown()
        assert receiver.metrics == {
            "gen_ai.client.operation.duration",
            "gen_ai.client.operation.time_to_first_chunk",
            "gen_ai.client.operation.time_per_output_chunk",
        }


def test_the_entry_point_that_the_package_declares_is_an_instrumentor(recorded: Recorded) -> None:
    from typed_openai.core.run.effects import EVERYWHERE

    group = "opentelemetry_instrumentor"
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"][group]
    instrumentor = EntryPoint("typed_openai", declared["typed_openai"], group).load()()
    assert type(instrumentor).__name__ == "TypedOpenAIInstrumentor"
    instrumentor.uninstrument()
    assert EVERYWHERE == []
    instrumentor.instrument(skip_dep_check=True, **recorded.providers)
    assert len(EVERYWHERE) == 1
