"""What the pages for people who come from Ruby point at exists, and no snippet of the gem's README is forgotten."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "docs").glob("coming-from-ruby*.md"))
TEXT = "\n".join(page.read_text() for page in PAGES)
CALLS = [
    "OpenAI::Client.new",
    "OpenAI.configure",
    "add_headers",
    "log_errors",
    "request_timeout",
    "uri_base",
    "extra_headers",
    "rough_token_count",
    "models.list",
    "models.retrieve",
    "client.chat",
    "stream_options",
    "image_url",
    "json_object",
    "tool_call",
    "client.completions",
    "client.embeddings",
    "batches.create",
    "files.upload",
    "files.content",
    "finetunes.create",
    "finetunes.list_events",
    "vector_stores.modify",
    "vector_store_files.create",
    "vector_store_file_batches.list",
    "assistants.modify",
    "threads.create",
    "messages.modify",
    "runs.create",
    "run_steps.list",
    "create_thread_and_run",
    "submit_tool_outputs",
    "image_file",
    "query_parameters",
    "images.generate",
    "images.edit",
    "images.variations",
    "client.moderations",
    "audio.translate",
    "audio.transcribe",
    "audio.speech",
    "Faraday::Error",
    "bin/console",
    "api_type",
    "localhost:11434",
    "api.groq.com",
]
"""One name for each snippet of the README."""


def test_there_are_two_pages() -> None:
    assert len(PAGES) == 2
    assert len(CALLS) > 40


@pytest.mark.parametrize("call", CALLS)
def test_each_snippet_of_the_readme_has_its_row(call: str) -> None:
    rows = [line for line in TEXT.splitlines() if line.startswith("|")]
    name = call.rpartition(".")[2] if call.islower() else call
    assert any(call in row or f"`{name}`" in row for row in rows)


def test_the_tests_and_examples_that_the_pages_name_exist() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)
    assert len(named) > 30
    missing = [f"{path}::{name}" for path, name in named if f"def {name}(" not in _read(path)]
    assert missing == []
    files = re.findall(r"`((?:examples|tests)/[\w/]+\.py)`", TEXT)
    assert [path for path in files if not (ROOT / path).is_file()] == []


def _read(path: str) -> str:
    file = ROOT / path
    return file.read_text() if file.is_file() else ""
