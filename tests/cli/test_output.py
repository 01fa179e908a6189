"""Where somebody looks there are tables, Markdown and colours; where a program reads there is JSON."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.screen import Screen
from typed_openai.cli.live import finished
from typed_openai.cli.terminal import clean
from typed_openai.local import Fault, LocalServer

ASKED = ("chat", "completions", "create", "--model", "m", "--messages", "{role: user, content: Hi}")
MARKDOWN = "# Title\n\nSome **bold** words.\n\n```python\nx = 1\n\ny = 2\n```\n\n* one\n* two\n"


@pytest.mark.parametrize(
    ("format", "said"),
    [
        ("auto", '{"id":"local-echo","created"'),
        ("jsonl", '{"id":"local-echo","created"'),
        ("json", '[\n  {\n    "id": "local-echo"'),
        ("yaml", "---\nid: local-echo\n"),
        ("text", '{"id":"local-echo"'),
        ("table", " id "),
    ],
)
def test_a_list_is_written_in_the_format_that_was_asked_for(run: Run, format: str, said: str) -> None:
    assert said in run("models", "list", "--format", format).stdout


@pytest.mark.parametrize(
    ("format", "said"),
    [
        ("auto", '"choices": ['),
        ("jsonl", '"choices":['),
        ("text", 'Local echo (no model was asked): you said "Hi".\n'),
        ("yaml", "choices:\n"),
        ("table", "choices"),
    ],
)
def test_a_result_is_written_in_the_format_that_was_asked_for(run: Run, format: str, said: str) -> None:
    assert said in run(*ASKED, "--format", format).stdout


def test_a_stream_is_one_event_a_line_in_a_pipe_and_bare_words_as_text(run: Run) -> None:
    lines = run(*ASKED, "--stream").stdout.splitlines()
    assert len(lines) > 3
    assert all(json.loads(line)["object"] == "chat.completion.chunk" for line in lines)
    assert run(*ASKED, "--stream", "--format", "text").stdout == ('Local echo (no model was asked): you said "Hi".\n')


def test_a_selected_text_is_bare_and_everything_else_json(run: Run) -> None:
    assert run("models", "list", "--select", "id", "--limit", "1").stdout == "local-echo\n"
    assert run("models", "list", "--select", "id", "--limit", "1", "--format", "json").stdout == "null\n"
    assert run("models", "list", "--select", "[].id | length(@)", "--format", "json").stdout == "4\n"
    assert run(*ASKED, "--select", "choices[0].message.role").stdout == "assistant\n"
    assert run(*ASKED, "--select", "/choices/0/index").stdout == "0\n"


@pytest.mark.parametrize("expression", ["a[", "", "a b", "$.id"])
@pytest.mark.parametrize("arguments", [("models", "list"), ASKED, ("ask", "Hi", "-m", "m")], ids=" ".join)
def test_an_expression_that_makes_no_sense_is_refused_before_anything_is_asked(
    run: Run, server: LocalServer, arguments: Sequence[str], expression: str
) -> None:
    result = run(*arguments, "--select", expression)
    assert result.exit_code == 2
    assert "--select: not JMESPath" in result.stderr
    assert not server.requests


def test_the_options_of_every_command_may_stand_before_it(run: Run) -> None:
    assert run("--select", "id", "models", "list", "--limit", "1").stdout == "local-echo\n"
    assert run("--select", "id", "models", "list", "--limit", "1", "--select", "object").stdout == "model\n"


def test_what_is_written_to_a_file_leaves_nothing_on_standard_output(run: Run) -> None:
    assert run("models", "list", "--output", "models.jsonl").stdout == ""
    assert len(Path("models.jsonl").read_text().splitlines()) == 4


def test_a_terminal_shows_a_table_with_colours(server: LocalServer) -> None:
    with Screen("models", "list") as screen:
        shown = screen.end()
    assert screen.code == 0
    assert "─────" in shown
    assert "2025-06-15 15:06:40" in shown
    assert "\x1b[1m" in screen.text


def test_no_color_leaves_a_table_without_colours(server: LocalServer) -> None:
    with Screen("models", "list", NO_COLOR="1") as screen:
        assert "local-echo" in screen.end()
    assert "\x1b[3" not in screen.text


@pytest.mark.parametrize("given", ["0", "00", "", "-1", "many"])
def test_a_width_that_is_none_takes_nothing_of_an_answer_away(server: LocalServer, given: str) -> None:
    with Screen(*ASKED, COLUMNS=given, LINES=given) as screen:
        screen.end()
    assert screen.code == 0
    assert "Local echo" in screen.words


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)],
)
def test_colours_come_into_a_pipe_only_when_they_are_forced(
    run: Run, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], coloured: bool
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    shown = run("models", "list", "--format", "table").stdout
    assert "local-echo" in shown
    assert ("\x1b[" in shown) == coloured


def test_what_is_waited_for_shows_its_state_and_its_time(server: LocalServer) -> None:
    counts = {"completed": 1, "failed": 0, "total": 3}
    batch = {"id": "batch_1", "object": "batch", "status": "in_progress", "endpoint": "/v1/embeddings", "created_at": 1}
    batch |= {"input_file_id": "file-1", "completion_window": "24h", "request_counts": counts}
    server.fail_next(Fault(body=batch, path="/batches/batch_1"))
    server.fail_next(Fault(body={**batch, "status": "completed"}, path="/batches/batch_1"))
    with Screen("batches", "wait", "batch_1", "--wait", "interval=2.5") as screen:
        shown = screen.end()
    assert screen.code == 0
    assert "batches.wait: in_progress, 1 of 3, 0:0" in shown
    assert "completed" in shown


def test_a_terminal_shows_markdown_while_it_streams(server: LocalServer) -> None:
    server.answer(MARKDOWN)
    with Screen(*ASKED) as screen:
        shown = screen.end()
    assert screen.code == 0
    assert "Some bold words." in shown
    assert "**" not in shown
    assert "• one" in shown
    assert server.requests[-1].json()["stream"] is True


def test_what_a_server_says_cannot_steer_a_terminal(server: LocalServer) -> None:
    server.answer("evil \x1b]0;title\x07\x1b[2J\u202e words")
    with Screen(*ASKED) as screen:
        screen.end()
    assert "\x1b]0;" not in screen.text
    assert "\x1b[2J" not in screen.text
    assert "\u202e" not in screen.text
    assert clean("a\x1b[31mb\tc\r\nd") == "a\\x1b[31mb\tc\nd"


def test_a_binary_answer_is_saved_where_somebody_looks_and_nothing_is_overwritten(server: LocalServer) -> None:
    for name in ("speech.wav", "speech-2.wav"):
        with Screen("audio", "speech", "create", "--model", "m", "--voice", "alloy", "--input", "Hello") as screen:
            assert f"Saved {name}" in screen.end()
        assert os.path.getsize(name) > 100


def test_a_picture_is_saved_with_its_path_printed(server: LocalServer) -> None:
    with Screen("images", "generate", "--prompt", "A red square", "--model", "m") as screen:
        shown = screen.end()
    assert screen.code == 0, shown
    assert "Saved image.png" in shown
    assert Path("image.png").read_bytes().startswith(b"\x89PNG")


def test_what_counts_as_finished_ends_where_no_later_word_changes_it() -> None:
    before = 0
    for size in range(len(MARKDOWN) + 1):
        end = finished(MARKDOWN[:size])
        assert end >= before
        assert end == 0 or MARKDOWN[:end].endswith("\n\n")
        assert MARKDOWN[:end].count("```") in (0, 2)
        before = end
    assert before > 30
