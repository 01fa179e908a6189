"""An editor offers keys, values and names wherever a user writes them: in dicts, in strings, after a dot."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import jedi
import pytest

from tests.editor.language_server import LanguageServer

pytestmark = pytest.mark.editor
WHEEL = Path(os.environ.get("TYPES_PYTHON", Path(__file__).parents[2] / ".venv-types" / "bin" / "python"))
HEAD = "from typed_openai import OpenAI\nclient = OpenAI()\n"
CHAT = HEAD + 'client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Hi"}], '
RESPOND = HEAD + 'client.responses.create(model="gpt-4o", '

CURSORS = {
    "a model of chat": (HEAD + 'client.chat.completions.create(model="|")', "gpt-4o"),
    "a model of Responses": (HEAD + 'client.responses.create(model="|")', "o3-pro"),
    "an embedding model": (HEAD + 'client.embeddings.create(model="|", input="x")', "text-embedding-3-small"),
    "the role of a message": (
        HEAD + 'client.chat.completions.create(model="x", messages=[{"role": "|"}])',
        "developer",
    ),
    "the keys of a message": (HEAD + 'client.chat.completions.create(model="x", messages=[{"|"}])', "content"),
    "the keys of an assistant's message": (
        HEAD + 'client.chat.completions.create(model="x", messages=[{"role": "assistant", "|"}])',
        "tool_calls",
    ),
    "the type of a part": (
        HEAD + 'client.chat.completions.create(model="x", messages=[{"role": "user", "content": [{"type": "|"}]}])',
        "image_url",
    ),
    "the keys of a picture": (
        HEAD
        + 'client.chat.completions.create(model="x", messages=[{"role": "user", "content": '
        + '[{"type": "image_url", "image_url": {"|"}}]}])',
        "detail",
    ),
    "the type of a tool": (CHAT + 'tools=[{"type": "|"}])', "custom"),
    "the keys of a tool": (CHAT + 'tools=[{"type": "function", "|"}])', "function"),
    "the keys of a function": (CHAT + 'tools=[{"type": "function", "function": {"|"}}])', "parameters"),
    "the form of the answer": (CHAT + 'response_format={"type": "|"})', "json_schema"),
    "options of streams": (CHAT + 'stream_options={"|"})', "include_usage"),
    "a plain literal": (CHAT + 'reasoning_effort="|")', "minimal"),
    "a tool choice": (CHAT + 'tool_choice="|")', "required"),
    "keys of reasoning": (RESPOND + 'reasoning={"|"})', "effort"),
    "values of reasoning": (RESPOND + 'reasoning={"effort": "|"})', "low"),
    "the type of a tool of Responses": (RESPOND + 'tools=[{"type": "|"}])', "web_search"),
    "the type of an item": (RESPOND + 'input=[{"type": "|"}])', "function_call_output"),
    "the format of a text": (RESPOND + 'text={"format": {"type": "|"}})', "json_schema"),
    "the size of a picture": (HEAD + 'client.images.generate(prompt="x", size="|")', "1024x1024"),
    "a voice": (HEAD + 'client.audio.speech.create(input="x", model="tts-1", voice="|")', "alloy"),
    "the purpose of a file": (HEAD + 'client.files.create(file="x", purpose="|")', "batch"),
    "parameters": (HEAD + "client.chat.completions.create(tempe|)", "temperature="),
    "options of a call": (HEAD + "client.chat.completions.create(extra_|)", "extra_headers="),
    "the timeout of a call": (HEAD + "client.models.list(time|)", "timeout="),
    "settings of a client": ("from typed_openai import OpenAI\nOpenAI(max_|)", "max_retries="),
    "areas": (HEAD + "client.|", "responses"),
    "operations": (HEAD + "client.chat.completions.|", "create"),
    "fields of a result": (CHAT + "stream=False).|", "usage"),
    "fields inside a result": (CHAT + "stream=False).choices[0].message.|", "tool_calls"),
    "types of events": (
        HEAD + 'for event in client.responses.create(model="x", input="x", stream=True):\n    if event.type == "|":',
        "response.output_text.delta",
    ),
    "types of chat events": (
        HEAD
        + 'with client.chat.completions.stream(model="x", messages=[]) as stream:\n'
        + '    for event in stream:\n        if event.type == "|":',
        "content.delta",
    ),
    "keys of an annotated variable": (
        "from typed_openai.types.chat import ChatCompletionUserMessageParam\n"
        'message: ChatCompletionUserMessageParam = {"|"}',
        "content",
    ),
    "official names": ("from typed_openai.types.chat import ChatCompletionMessageP|", "ChatCompletionMessageParam"),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanguageServer]:
    with LanguageServer(WHEEL, tmp_path_factory.mktemp("app")) as running:
        yield running


@pytest.mark.parametrize("cursor", CURSORS)
def test_pyright_offers(server: LanguageServer, cursor: str) -> None:
    text, wanted = CURSORS[cursor]
    offered = server.complete(text)
    assert wanted in offered, f"{len(offered)} others: {sorted(offered)[:20]}"


@pytest.mark.parametrize("area", ["chat.completions", "responses", "files", "beta.threads.runs", "vector_stores"])
def test_jedi_finds_the_operations_of_an_area(area: str) -> None:
    offered = by_jedi(f"{HEAD}client.{area}.")
    assert "create" in offered
    assert "with_raw_response" in offered


def test_jedi_finds_parameters_and_fields_of_results() -> None:
    assert {"model=", "messages=", "timeout="} <= by_jedi(HEAD + "client.chat.completions.create(")
    assert {"choices", "usage", "text"} <= by_jedi(
        HEAD + 'answer = client.chat.completions.create(model="x", messages=[])\nanswer.'
    )


def by_jedi(text: str) -> set[str]:
    lines = text.split("\n")
    environment = jedi.create_environment(str(WHEEL.parents[1]), safe=False)
    script = jedi.Script(text, environment=environment, project=jedi.Project(WHEEL.parents[1]))
    return {found.name for found in script.complete(len(lines), len(lines[-1]))}
