"""Logfire, Langfuse and Phoenix, set up by their own packages as `docs/telemetry.md` says, record what our clients do:
spans arrive at a receiver on loopback."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from typed_openai.local import LocalServer

pytest.importorskip("opentelemetry.proto", reason="opentelemetry is not installed: make frameworks")
from tests.otel.receiver import Receiver

ROOT = Path(__file__).parent.parent.parent
BLOCKS = re.findall(r"^```py\n(.*?)^```", (ROOT / "docs/telemetry.md").read_text(), re.MULTILINE | re.DOTALL)
SETTINGS = {
    "logfire": {"LOGFIRE_SEND_TO_LOGFIRE": "false", "LOGFIRE_CONSOLE": "false", "OTEL_EXPORTER_OTLP_ENDPOINT": "{url}"},
    "langfuse": {"LANGFUSE_PUBLIC_KEY": "pk-lf-1", "LANGFUSE_SECRET_KEY": "sk-lf-1", "LANGFUSE_BASE_URL": "{url}"},
    "phoenix": {"PHOENIX_COLLECTOR_ENDPOINT": "{url}"},
}
ASK = """
from opentelemetry import trace
from typed_openai import OpenAI

OpenAI().chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "hi"}])
trace.get_tracer_provider().force_flush()
"""


@pytest.mark.parametrize("backend", SETTINGS)
def test_what_the_page_says_records_a_call(backend: str, tmp_path: Path) -> None:
    if find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed: make frameworks")
    (block,) = [each for each in BLOCKS if re.search(rf"^(import|from) {backend}\b", each, re.MULTILINE)]
    script = tmp_path / "app.py"
    script.write_text(block + ASK)
    with Receiver() as receiver, LocalServer() as server:
        settings = {name: value.format(url=receiver.url) for name, value in SETTINGS[backend].items()}
        ours = {"PYTHONPATH": str(ROOT), "OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "k"}
        subprocess.run([sys.executable, str(script)], env={**os.environ, **ours, **settings}, check=True, timeout=120)
        assert receiver.spans["chat gpt-4o"]["gen_ai.response.model"] == "gpt-4o"
        assert receiver.spans["chat gpt-4o"]["gen_ai.usage.output_tokens"] > 0
