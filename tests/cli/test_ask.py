"""`ask` and `chat`: context from a pipe, files, schemas, tools, what it took, and a talk that outlives Ctrl-C."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.cli.screen import Screen
from typed_openai.cli.conversation import fields
from typed_openai.local import Fault, LocalServer

TOOLS = '''
def get_weather(city: str) -> str:
    """The weather in a city."""
    return f"sunny in {city}"


def breaks(city: str) -> str:
    """The weather in a city."""
    raise OSError("no network")
'''
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001"
    "e221bc330000000049454e44ae426082"
)


def messages(server: LocalServer) -> Any:
    return server.requests[-1].json()["messages"]


def test_what_is_piped_in_stands_before_the_question(run: Run, server: LocalServer) -> None:
    result = run("ask", "What", "is it?", "-s", "Be brief", stdin="some context\n")
    assert result.stdout.endswith('What is it?".\n')
    assert messages(server) == [
        {"role": "system", "content": "Be brief"},
        {"role": "user", "content": "some context\n\nWhat is it?"},
    ]


def test_a_question_goes_on_with_the_last_conversation(run: Run, server: LocalServer, tmp_path: Path) -> None:
    run("ask", "One", "-m", "first")
    run("ask", "Two", "-c")
    assert [message["role"] for message in messages(server)] == ["user", "assistant", "user"]
    assert server.requests[-1].json()["model"] == "first"
    assert stat.S_IMODE(os.stat(tmp_path / "home" / "last.json").st_mode) == 0o600


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("ask",), "nothing to ask"),
        (("ask", "x", "-c"), "no conversation"),
        (("ask", "x", "--schema", "name, age in"), "types are str, int, float, bool"),
        (("ask", "x", "--schema", ","), "at least one field"),
        (("ask", "x", "--schema", "@none.json"), "cannot read"),
        (("ask", "x", "--schema", "nowhere:Model"), "cannot import 'nowhere'"),
        (("ask", "x", "-t", "get_weather"), "module:name"),
        (("ask", "x", "-t", "json:lods"), "did you mean 'loads'?"),
        (("ask", "x", "-t", "json:__name__"), "not a function"),
    ],
)
def test_what_cannot_be_asked_is_an_error_of_usage(
    run: Run, server: LocalServer, typed: tuple[str, ...], said: str
) -> None:
    result = run(*typed)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not any(request.method == "POST" for request in server.requests)


def test_files_are_parts_or_text_as_they_are(run: Run, server: LocalServer) -> None:
    Path("a.png").write_bytes(PNG)
    Path("notes.txt").write_text("Buy milk.")
    assert run("ask", "What?", "-f", "a.png", "-f", "notes.txt", "-f", "https://example.com/b.png").exit_code == 0
    parts = messages(server)[0]["content"]
    assert [part["type"] for part in parts] == ["image_url", "text", "image_url", "text"]
    assert parts[1]["text"] == "notes.txt:\n\nBuy milk."
    run("ask", "What?", "-f", "notes.txt")
    assert messages(server)[0]["content"] == "notes.txt:\n\nBuy milk.\n\nWhat?"


def test_a_file_that_is_not_there_is_one_line(run: Run) -> None:
    result = run("ask", "What?", "-f", "none.png")
    assert result.exit_code == 1
    assert result.stderr == "Error: none.png: cannot be read: No such file or directory\n"


def test_a_schema_gives_json(run: Run, server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("shapes_of_test.py").write_text("from pydantic import BaseModel\nclass Order(BaseModel):\n    pieces: int\n")
    Path("schema.json").write_text('{"type": "object", "properties": {"pieces": {"type": "integer"}}}')
    assert set(json.loads(run("ask", "Anna, 31", "--schema", "name, age int").stdout)) == {"name", "age"}
    assert json.loads(run("ask", "3 pens", "--schema", "shapes_of_test:Order").stdout) == {"pieces": 3}
    assert "pieces" in json.loads(run("ask", "3 pens", "--schema", "@schema.json").stdout)
    assert isinstance(json.loads(run("ask", "3 pens", "--schema", "n int", "--many").stdout)["items"], list)
    assert run("ask", "3 pens", "--schema", "n int", "--select", "n").stdout == "3\n"


def test_fields_in_short_become_a_model() -> None:
    schema = fields("name, age int, note: what it is about\nok bool").model_json_schema()
    assert {name: each["type"] for name, each in schema["properties"].items()} == {
        "name": "string",
        "age": "integer",
        "note": "string",
        "ok": "boolean",
    }
    assert schema["properties"]["note"]["description"] == "what it is about"


def test_tools_are_called_and_said(run: Run, server: LocalServer) -> None:
    Path("tools_of_test.py").write_text(TOOLS)
    result = run("ask", "The weather in Paris?", "-t", "tools_of_test:get_weather")
    assert "[get_weather" in result.stderr
    assert "sunny in" in result.stderr
    assert result.exit_code == 0
    broken = run("ask", "The weather in Paris?", "-t", "tools_of_test:breaks")
    assert broken.exit_code == 0
    assert "no network" in broken.stderr


def test_parameters_are_passed_and_checked(run: Run, server: LocalServer) -> None:
    assert run("ask", "Hi", "-o", "temperature", "0.5", "-o", "max-tokens", "5").exit_code == 0
    assert server.requests[-1].json()["temperature"] == 0.5
    count = len(server.requests)
    wrong = run("ask", "Hi", "-m", "m", "-o", "temprature", "0.5")
    assert wrong.exit_code == 3
    assert "did you mean 'temperature'?" in wrong.stderr
    assert len(server.requests) == count


def test_what_it_took_is_told_and_a_price_that_nobody_knows_is_not_0(run: Run) -> None:
    told = run("ask", "Hi", "-u").stderr
    assert "tokens read" in told
    assert "price of local-echo not known" in told
    assert "$0" not in told


def test_the_first_code_block_is_all_that_is_wanted(run: Run, server: LocalServer) -> None:
    server.answer("Here:\n\n```python\nprint(1)\n```\nDone.", "Nothing.")
    assert run("ask", "Code", "-x").stdout == "print(1)\n"
    without = run("ask", "Code", "-x")
    assert (without.stdout, without.stderr) == (
        "Nothing.\n",
        "There is no code block in the answer; this is all of it.\n",
    )


def test_the_whole_answer_is_there_as_json(run: Run) -> None:
    assert json.loads(run("ask", "Hi", "--format", "json").stdout)["object"] == "chat.completion"
    assert run("ask", "Hi", "--select", "usage.total_tokens").stdout.strip().isdigit()


def test_of_several_answers_the_first_is_said(run: Run) -> None:
    said = 'Local echo (no model was asked): you said "Hi".\n'
    for more in ((), ("--no-stream",), ("--format", "text")):
        assert run("ask", "Hi", "-m", "m", "-o", "n", "2", *more).stdout == said


def test_the_model_is_that_of_the_environment_or_the_first_of_the_server(
    run: Run, server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("ask", "Hi")
    assert server.requests[-1].json()["model"] == "local-echo"
    monkeypatch.setenv("TYPED_OPENAI_MODEL", "mine")
    run("ask", "Hi")
    assert server.requests[-1].json()["model"] == "mine"


def test_a_talk_from_a_pipe_remembers_and_obeys(run: Run, server: LocalServer) -> None:
    talk = run("chat", "-m", "m", stdin='One\n/modle\n/model other\n/system Be brief\n"""\nTwo\nlines"""\n//x\n/cost\n')
    assert talk.exit_code == 0
    assert 'you said "One"' in talk.stdout
    assert "did you mean /model?" in talk.stderr
    assert "tokens read" in talk.stderr
    told = server.requests[-1].json()
    assert told["model"] == "other"
    assert [message["role"] for message in told["messages"]] == ["system", *["user", "assistant"] * 2, "user"]
    assert told["messages"][3]["content"] == "Two\nlines"
    assert told["messages"][-1]["content"] == "/x"


def test_a_talk_goes_on_after_an_error_without_what_failed(run: Run, server: LocalServer) -> None:
    server.fail_next(Fault(status=400))
    talk = run("chat", "-m", "m", stdin="One\nTwo\n/new\nThree\n/exit\nFour\n")
    assert "Error: 400" in talk.stderr
    bodies = [request.json()["messages"] for request in server.requests if request.method == "POST"]
    assert [[message["content"] for message in body][-1] for body in bodies] == ["One", "Two", "Three"]
    assert [len(body) for body in bodies] == [1, 1, 1]


@pytest.fixture
def slow(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> LocalServer:
    """A server that takes its time between two words."""
    server.answer(" ".join(str(number) for number in range(500)))
    server.fail_next(Fault(stall_after=6, stall=60))
    return server


def test_ctrl_c_stops_the_answer_and_not_the_talk(slow: LocalServer) -> None:
    with Screen("chat", "-m", "m") as screen:
        screen.wait_for("> ")
        screen.press("Count\r")
        screen.wait_for("0 1 2")
        screen.press("\x03")
        screen.wait_for("> ", after="Stopped")
        screen.press("Next\r")
        screen.wait_for("> ", after='said "Next"')
        screen.press("\x04")
        screen.end()
    assert screen.code == 0
    asked = slow.requests[-1].json()["messages"]
    assert [message["role"] for message in asked] == ["user", "assistant", "user"]
    assert asked[1]["content"].startswith("0 1")


def test_ctrl_c_at_the_prompt_drops_the_line_and_tab_completes_commands(server: LocalServer) -> None:
    with Screen("chat", "-m", "m") as screen:
        screen.wait_for("> ")
        screen.press("half a line")
        screen.wait_for("half a line")
        screen.insist("\x03", "\n> ", after="half a line")
        screen.press("/mod\t")
        screen.wait_for("/model")
        screen.press("\r")
        screen.wait_for("\nm\n")
        screen.press("/exit\r")
        screen.end()
    assert screen.code == 0
    assert not any(request.method == "POST" for request in server.requests)


def test_ctrl_c_ends_a_question_with_130_and_keeps_what_was_drawn(slow: LocalServer) -> None:
    with Screen("ask", "Count", "-m", "m") as screen:
        screen.wait_for("0 1 2")
        screen.press("\x03")
        assert "Interrupted." in screen.end()
    assert screen.code == 130
