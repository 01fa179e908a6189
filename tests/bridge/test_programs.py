"""Programs that were written for the Assistants API run over responses as they are: examples, pages, other clients."""

from __future__ import annotations

import importlib
import logging
from pathlib import Path
from typing import Any

import pytest

import typed_openai
from tests.bridge.conftest import FAST, WEATHER, Bridged
from tests.canned import AzureConnect, Wire, done, status
from tests.test_docs import blocks
from typed_openai import ConfigurationError, OpenAI
from typed_openai.bridge import assistants_over_responses
from typed_openai.frameworks import as_official
from typed_openai.local import LocalServer
from typed_openai.usage import usage_scope

PAGE = Path(__file__).parent.parent.parent / "docs" / "coming-from-ruby-assistants.md"


def over_responses() -> OpenAI:
    """What the programs take for `OpenAI()`."""
    return assistants_over_responses(OpenAI(), ignore=["max_prompt_tokens"])


@pytest.fixture
def environment(server: LocalServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> LocalServer:
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-local")
    monkeypatch.chdir(tmp_path)
    return server


def no_assistants(server: LocalServer) -> bool:
    """Whether the server was asked, and for nothing of the API that was closed."""
    paths = [each.path for each in server.requests]
    return bool(paths) and not any(path.startswith(("/v1/assistants", "/v1/threads")) for path in paths)


@pytest.mark.parametrize("name", ["assistants", "assistant_tools", "assistant_files"])
def test_an_example_runs_over_responses(
    name: str, environment: LocalServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    example = importlib.import_module(f"examples.{name}")
    monkeypatch.setattr(example, "OpenAI", over_responses)
    example.main()
    assert "completed" in capsys.readouterr().out
    assert no_assistants(environment)


def test_the_page_for_people_who_come_from_ruby_runs_over_responses(
    environment: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typed_openai, "OpenAI", over_responses)
    names: dict[str, object] = {"__name__": "__docs__"}
    for line, source in blocks(PAGE):
        exec(compile("\n" * (line - 1) + source, str(PAGE), "exec", dont_inherit=True), names)  # noqa: S102 - our own
    assert no_assistants(environment)


async def test_what_a_program_can_do_without_is_left_out_with_a_line_in_the_log(
    bridged: Bridged, caplog: pytest.LogCaptureFixture
) -> None:
    client: Any = assistants_over_responses(
        bridged.plain, store=bridged.store, ignore=["max_prompt_tokens", "truncation_strategy"]
    )
    thread, assistant = await bridged.thread("Hello"), await bridged.assistant()
    truncation = {"type": "last_messages", "last_messages": 2}
    given = {"assistant_id": assistant, "max_prompt_tokens": 500, "truncation_strategy": truncation}
    with caplog.at_level(logging.INFO, logger="typed_openai"):
        run = await done(client.beta.threads.runs.create_and_poll(thread, **given, wait=FAST))
    assert (run.status, run.max_prompt_tokens) == ("completed", None)
    assert "max_prompt_tokens" not in bridged.sent("/v1/responses")
    said = [record.getMessage() for record in caplog.records if "is ignored" in record.getMessage()]
    assert [line.split(": ")[1].split(" ")[0] for line in said] == ["max_prompt_tokens", "truncation_strategy.type"]


def test_only_that_can_be_left_out() -> None:
    with OpenAI(api_key="sk-x") as plain, pytest.raises(ConfigurationError, match="only max_prompt_tokens"):
        assistants_over_responses(plain, ignore=["max_completion_tokens"])  # type: ignore[list-item]  # what is refused


@pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")  # the official package warns of its own classes
async def test_the_official_package_goes_over_responses_too(bridged: Bridged) -> None:
    official = as_official(bridged.client)
    assistant = await done(official.beta.assistants.create(model="gpt-4o", tools=[WEATHER]))
    messages: list[Any] = [{"role": "user", "content": "What is the weather in Paris?"}]
    thread = await done(official.beta.threads.create(messages=messages))
    run = await done(official.beta.threads.runs.create_and_poll(thread_id=thread.id, assistant_id=assistant.id))
    assert (type(run).__module__.split(".")[0], run.status) == ("openai", "requires_action")
    (call,) = run.required_action.submit_tool_outputs.tool_calls
    stream = official.beta.threads.runs.submit_tool_outputs_stream(
        run_id=run.id, thread_id=thread.id, tool_outputs=[{"tool_call_id": call.id, "output": "20 °C"}]
    )
    if bridged.client.is_async:
        async with stream as handler:
            await handler.until_done()
            text = (await handler.get_final_messages())[0].content[0].text.value
    else:
        with stream as handler:
            handler.until_done()
            text = handler.get_final_messages()[0].content[0].text.value
    assert "20 °C" in text
    assert no_assistants(bridged.server)


async def test_on_azure_the_paths_are_those_of_azure(azure: AzureConnect) -> None:
    conversation = {"id": "conv_1", "object": "conversation", "created_at": 1, "metadata": {}}
    wire = Wire(status(200, conversation))
    plain = azure(wire, azure_endpoint="https://x.openai.azure.com", api_version="2025-04-01-preview")
    await done(assistants_over_responses(plain).beta.threads.retrieve("conv_1"))
    plain_wire = Wire(status(200, conversation))
    other = azure(plain_wire, azure_endpoint="https://x.openai.azure.com", api_version="2025-04-01-preview")
    await done(other.conversations.retrieve("conv_1"))
    assert wire.request.url == plain_wire.request.url
    assert wire.request.headers["api-key"] == plain_wire.request.headers["api-key"]


async def test_a_run_counts_once_what_its_responses_consumed(bridged: Bridged) -> None:
    thread, assistant = await bridged.thread("Hello"), await bridged.assistant()
    with usage_scope() as usage:
        run = await bridged.run(thread, assistant)
    assert usage.total_tokens == run.usage.total_tokens > 0
