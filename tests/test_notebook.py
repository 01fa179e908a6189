"""In a notebook: a real IPython kernel, spoken to as Jupyter does. One kernel for all tests here, and no frontend.

What is shown is for `test_shown.py`; here only that a kernel finds it, completes names, and shows errors in few lines.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from queue import Empty
from typing import Any

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # those of pyzmq and traitlets are none of ours
    from jupyter_client.blocking.client import BlockingKernelClient
    from jupyter_client.manager import KernelManager

PREPARED = """
import asyncio, base64, json
import typed_openai
from typed_openai import AsyncOpenAI, AzureOpenAI, OpenAI
from typed_openai.core.answer.meta import Meta
from typed_openai.core.answer.raw import Binary
from typed_openai.local import LocalServer
from typed_openai.models.images.images import Image
server = LocalServer()
server.__enter__()
client = OpenAI(base_url=server.base_url, api_key="sk-kernel-secret")
HELLO = {"model": "gpt-4o", "messages": [{"role": "user", "content": "**Hello** <script>alert(1)</script>"}]}
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""
TIMEOUT = 60.0


class Kernel:
    """Runs cells, and gives what a notebook would show under them."""

    def __init__(self, client: BlockingKernelClient) -> None:
        self.client = client

    def run(self, code: str) -> list[dict[str, Any]]:
        """The contents of what came out: results (`data`), errors (`traceback`), streams (`text`)."""
        asked = self.client.execute(code)
        found: list[dict[str, Any]] = []
        while True:
            try:
                message: dict[str, Any] = self.client.get_iopub_msg(timeout=TIMEOUT)
            except Empty:
                pytest.fail(f"the kernel does not answer: {code}")
            if message["parent_header"].get("msg_id") != asked:
                continue
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return found
            if message["msg_type"] in ("execute_result", "display_data", "error", "stream"):
                found.append(message["content"])

    def shown(self, code: str) -> dict[str, Any]:
        """The views of what a cell ends with."""
        (content,) = self.run(code)
        data: dict[str, Any] = content["data"]
        return data

    def completed(self, code: str) -> list[str]:
        reply: dict[str, Any] = self.client.complete(code, reply=True, timeout=TIMEOUT)
        return [str(match).rpartition(".")[2] for match in reply["content"]["matches"]]

    def inspected(self, code: str) -> str:
        reply: dict[str, Any] = self.client.inspect(code, reply=True, timeout=TIMEOUT)
        return str(reply["content"]["data"]["text/plain"])


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        manager = KernelManager()
        assert manager.kernel_spec is not None
        manager.kernel_spec.argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        manager.start_kernel()
        client = manager.client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=TIMEOUT)
            found = Kernel(client)
            assert found.run(PREPARED) == []
            yield found
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
            manager.context.destroy(0)


def test_an_answer_is_rendered_as_markdown_without_the_html_in_it(kernel: Kernel) -> None:
    for code in (
        "client.chat.completions.create(**HELLO)",
        "client.responses.create(model='m', input='**Hello** <b>')",
    ):
        data = kernel.shown(code)
        assert "**Hello**" in data["text/markdown"]
        assert "&lt;" in data["text/markdown"]
        assert "<script>" not in data["text/markdown"]
        assert "text=" in data["text/plain"]
        assert "text/html" not in data


def test_an_answer_of_an_async_client_is_shown_alike(kernel: Kernel) -> None:
    asked = "answer = await it.chat.completions.create(**HELLO)"
    assert kernel.run(f"async with AsyncOpenAI(base_url=server.base_url) as it:\n    {asked}") == []
    assert "**Hello**" in kernel.shown("answer")["text/markdown"]


def test_pages_are_tables(kernel: Kernel) -> None:
    data = kernel.shown("client.models.list()")
    assert data["text/html"].startswith("<table>")
    assert "has_next_page" in data["text/plain"]


def test_pictures_and_sound_are_shown(kernel: Kernel) -> None:
    assert "image/png" in kernel.shown("Image(b64_json=base64.b64encode(PNG).decode())")
    data = kernel.shown("Binary(Meta(), b'ID3' + bytes(10))")
    assert data["text/html"].startswith("<audio controls")


def test_what_map_gave_is_a_table(kernel: Kernel) -> None:
    code = (
        "from typed_openai.models.chat import ChatCompletionCreateParams\n"
        "next(client.map([ChatCompletionCreateParams.model_validate(HELLO)]))"
    )
    assert kernel.shown(code)["text/html"].startswith("<table>")


def test_a_vector_is_a_line(kernel: Kernel) -> None:
    data = kernel.shown("client.embeddings.create(model='m', input=['a'] * 50, dimensions=500)")
    assert len(data["text/plain"]) < 1500
    assert "500 numbers" in data["text/plain"]


@pytest.mark.parametrize(
    "code", ["client.chat.completions.create(model='m', messages=[], temprature=1)", "OpenAI(max_retries=-1)"]
)
def test_an_error_is_a_few_lines(kernel: Kernel, code: str) -> None:
    (content,) = kernel.run(f"def ask():\n    return {code}\n\nask()")
    lines = "\n".join(content["traceback"]).splitlines()
    assert len(lines) <= 6
    assert lines[0] == "the cell, line 4: ask()"
    assert lines[1] == f"the cell, line 2 in ask: return {code}"
    assert "sk-kernel-secret" not in str(content)


def test_an_error_of_the_service_is_a_few_lines(kernel: Kernel) -> None:
    (content,) = kernel.run("client.models.retrieve('no-such-model')")
    lines = "\n".join(content["traceback"]).splitlines()
    assert len(lines) <= 6
    assert lines[0].endswith("client.models.retrieve('no-such-model')")
    assert lines[1].startswith("NotFoundError: ")


def test_a_tab_lists_what_is_public(kernel: Kernel) -> None:
    names = kernel.completed("client.")
    assert {"chat", "responses", "with_options", "timeout"} <= set(names)
    assert not {"driver", "identify", "require_key", "secrets", "is_async", "credential"} & set(names)
    inside = kernel.completed("client.chat.completions.")
    assert {"create", "parse", "stream", "with_raw_response"} <= set(inside)
    assert not {"awaited", "mode", "only_plain", "path", "client", "is_async"} & set(inside)


def test_a_tab_after_the_bracket_lists_settings_and_parameters(kernel: Kernel) -> None:
    settings = kernel.completed("OpenAI(")
    assert {"api_key=", "base_url=", "timeout=", "max_retries=", "http_client="} <= set(settings)
    assert {"azure_endpoint=", "api_version="} <= set(kernel.completed("AzureOpenAI("))
    assert {"messages=", "model=", "temperature="} <= set(kernel.completed("client.chat.completions.create("))


def test_a_question_mark_shows_every_setting(kernel: Kernel) -> None:
    text = kernel.inspected("OpenAI")
    for part in ("max_retries", "How often a failed request is tried again", "= 120.0", "OPENAI_API_KEY"):
        assert part in text
    text = kernel.inspected("client.chat.completions.create")
    assert "Ask for the next message of a conversation" in text
    assert "messages: " in text
    assert "= Ellipsis" not in text
