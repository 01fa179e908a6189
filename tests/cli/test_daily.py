"""The small commands: pictures, sound, vectors, tokens, checks, completion, curl, logs, and the demo."""

from __future__ import annotations

import json
import os
import shlex
import stat
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import KEY, Run
from tests.cli.screen import Screen
from typed_openai.local import Fault, LocalServer

GOOD = {"custom_id": "1", "method": "POST", "url": "/v1/chat/completions"}
ASKED = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Hi"}]}


def test_what_is_said_can_be_written_down_again(run: Run) -> None:
    assert run("say", "Good", "morning", "--output", "a.wav").exit_code == 0
    assert Path("a.wav").read_bytes().startswith(b"RIFF")
    assert run("transcribe", "a.wav").stdout.strip()
    assert "-->" in run("transcribe", "a.wav", "--as", "srt").stdout
    assert "text" in json.loads(run("transcribe", "-", "--format", "json", stdin=Path("a.wav").read_bytes()).stdout)
    assert run("say", stdin="From a pipe").stdout_bytes[:4] in (b"RIFF", b"ID3\x04")


def test_a_picture_goes_into_a_file_or_a_pipe(run: Run, server: LocalServer) -> None:
    result = run("image", "An", "otter", "--output", "otter.png", "--size", "1024x1024")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "Saved otter.png\n")
    assert Path("otter.png").read_bytes().startswith(b"\x89PNG")
    assert server.requests[-1].json()["output_format"] == "png"
    assert run("image", "An otter").stdout_bytes.startswith(b"\x89PNG")
    assert run("image", "Redder", "-f", "otter.png", "--output", "red.png", "-n", "2").exit_code == 0
    assert Path("red.png").exists()
    assert Path("red-2.png").exists()


def test_vectors_are_json_lines_or_an_array(run: Run) -> None:
    Path("texts.txt").write_text("two\nthree\n")
    lines = [json.loads(line) for line in run("embed", "one", "-f", "texts.txt").stdout.splitlines()]
    assert [(line["index"], line["text"]) for line in lines] == [(0, "one"), (1, "two"), (2, "three")]
    assert len(run("embed", stdin="one\ntwo\n").stdout.splitlines()) == 2
    assert run("embed", "one", "two", "--output", "v.npy", "--dimensions", "8").exit_code == 0
    content = Path("v.npy").read_bytes()
    size = int.from_bytes(content[8:10], "little")
    assert content[:8] == b"\x93NUMPY\x01\x00"
    assert (size + 10) % 64 == 0
    assert b"'shape': (2, 8)" in content[10 : 10 + size]
    assert len(struct.unpack(f"<{2 * 8}f", content[10 + size :])) == 16


def test_tokens_are_counted_and_nothing_is_sent(run: Run, server: LocalServer) -> None:
    assert int(run("tokens", "How many tokens?").stdout) > 2
    assert int(run("tokens", stdin=json.dumps(ASKED)).stdout) > 4
    assert json.loads(run("tokens", "Hi", "--format", "json").stdout)["method"] in ("rough", "tiktoken")
    assert run("tokens").exit_code == 2
    assert server.requests == []


def lines(*found: Any) -> str:
    return "".join(f"{json.dumps(line) if isinstance(line, dict) else line}\n" for line in found)


def test_every_fault_of_a_file_has_its_line(run: Run, server: LocalServer) -> None:
    wrong = {**ASKED, "messages": [{"role": "usr", "content": "Hi"}]}
    Path("in.jsonl").write_text(lines({**GOOD, "body": ASKED}, {**GOOD, "body": wrong, "custom_id": "2"}, "{", GOOD))
    result = run("check", "in.jsonl")
    assert result.exit_code == 3
    found = result.stdout.splitlines()
    assert found[0].startswith("in.jsonl:2: body.messages[0]")
    assert "did you mean 'user'?" in found[0]
    assert any(line.startswith("in.jsonl:3: ") for line in found)
    assert any(line.startswith("in.jsonl:4: custom_id") for line in found)
    assert server.requests == []


def test_a_good_file_has_its_tokens_and_its_price(run: Run) -> None:
    unknown = {**GOOD, "body": {**ASKED, "model": "mine"}, "custom_id": "2"}
    Path("in.jsonl").write_text(lines({**GOOD, "body": ASKED}, unknown))
    result = run("check", "in.jsonl")
    assert result.exit_code == 0
    assert "2 lines for batch, no faults" in result.stdout
    assert "at least; nobody knows the price of mine" in result.stdout
    told = json.loads(run("check", "in.jsonl", "--format", "json").stdout)[0]
    assert (told["lines"], told["faults"], told["unknown_prices"]) == (2, [], ["mine"])
    assert told["cost_usd"] > 0
    Path("train.jsonl").write_text(lines({"messages": ASKED["messages"]}))
    assert "lines for fine-tune" in run("check", "train.jsonl").stdout


@pytest.mark.parametrize(("name", "said"), [("none.jsonl", "No such file"), (".", "Is a directory")])
def test_a_file_that_cannot_be_read_is_one_line(run: Run, name: str, said: str) -> None:
    result = run("check", name)
    assert result.exit_code == 2
    assert said in result.stderr


# -- curl -----------------------------------------------------------------------------------------------------------


CURLED = [
    ("models", "list"),
    ("files", "create", "--file", 'it\'s "a" file.txt', "--purpose", "user_data"),
    ("chat", "completions", "create", "--model", "m", "--messages", "{role: user, content: it's $HOME}", "--stream"),
    ("ask", "Hi", "-m", "m"),
]


@pytest.mark.parametrize("arguments", CURLED, ids=lambda arguments: arguments[0])
def test_curl_sends_what_the_command_would_have_sent(run: Run, server: LocalServer, arguments: tuple[str, ...]) -> None:
    Path('it\'s "a" file.txt').write_text("Hello")
    printed = run("curl", *arguments)
    assert printed.exit_code == 0
    assert server.requests == []
    assert KEY not in printed.stdout
    assert "$OPENAI_API_KEY" in printed.stdout
    run(*arguments)
    own = server.requests[-1]
    subprocess.run(["sh", "-c", printed.stdout], check=True, capture_output=True, timeout=30, env=os.environ)
    curled = server.requests[-1]
    assert len(server.requests) == 2
    assert (curled.method, curled.path, curled.query) == (own.method, own.path, own.query)
    if "boundary" in own.headers.get("content-type", ""):
        assert b"filename=\"it's" in curled.body
        assert b"Hello" in curled.body
    else:
        assert curled.body == own.body
        assert curled.headers.get("content-type") == own.headers.get("content-type")


def test_curl_hides_the_secrets_of_other_headers_too(run: Run) -> None:
    printed = run("curl", "models", "list", "--header", "X-Api-Key: geheim-12345", "--header", "X-Team: a b").stdout
    assert "geheim" not in printed
    assert "$X_API_KEY" in printed
    assert shlex.split(printed.replace("\\\n", ""))[-1] in ("x-team: a b", "x-api-key: $X_API_KEY")


# -- logs -----------------------------------------------------------------------------------------------------------


def test_nothing_is_recorded_unless_somebody_wants_it(run: Run, tmp_path: Path) -> None:
    run("ask", "Hi")
    assert not (tmp_path / "home" / "logs.db").exists()
    assert "logs on" in run("logs", "list").stderr


def test_calls_are_recorded_without_keys_and_found_again(run: Run, server: LocalServer, tmp_path: Path) -> None:
    run("logs", "on")
    run("ask", "Where is Paris?", "-m", "m")
    server.fail_next(Fault(status=400))
    run("ask", f"my key is {KEY}", "-m", "m")
    run("logs", "off")
    run("ask", "Not this")
    rows = [json.loads(line) for line in run("logs", "list", "--search", "").stdout.splitlines()]
    assert [row["status"] for row in rows if row["method"] == "POST"] == [400, 200]
    found = [json.loads(line) for line in run("logs", "list", "--search", "Paris").stdout.splitlines()]
    assert "Where is Paris?" in found[0]["answer"]
    assert found[0]["output_tokens"] > 0
    assert KEY.encode() not in (tmp_path / "home" / "logs.db").read_bytes()
    assert stat.S_IMODE(os.stat(tmp_path / "home" / "logs.db").st_mode) == 0o600
    assert run("logs", "clear", "--yes").stdout == f"{len(rows)} calls dropped.\n"


def test_a_file_of_calls_that_is_none_is_said_in_one_line_and_fails_no_call(run: Run, tmp_path: Path) -> None:
    run("logs", "on")
    (tmp_path / "home" / "logs.db").write_text("this is not a database, and it is long enough to be seen as none")
    result = run("models", "list")
    assert result.exit_code == 0
    assert result.stdout
    (line,) = result.stderr.splitlines()
    assert "calls cannot be recorded in " in line


# -- completion -----------------------------------------------------------------------------------------------------


def completed(line: str) -> list[str]:
    words = line.split(" ")
    given = {"_TYPED_OPENAI_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    done = subprocess.run(
        [sys.executable, "-m", "typed_openai"],
        env=os.environ | given,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == ""
    return [entry.partition(",")[2] for entry in done.stdout.splitlines() if entry]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("typed-openai fi", ["files", "fine-tuning"]),
        ("typed-openai files ret", ["retrieve", "retrieve-content"]),
        ("typed-openai files list --ord", ["--order"]),
        ("typed-openai files create --purpose f", ["fine-tune"]),
        ("typed-openai models retrieve local-e", ["local-echo", "local-embedding"]),
        ("typed-openai chat completions create --model local-m", ["local-moderation"]),
        ("typed-openai ask -m local-m", ["local-moderation"]),
        ("typed-openai curl fi", ["files", "fine-tuning"]),
    ],
)
def test_a_tab_completes_commands_options_words_and_ids(server: LocalServer, line: str, found: list[str]) -> None:
    assert completed(line) == found


def test_ids_are_asked_for_once_a_minute_and_a_dead_server_is_silent(server: LocalServer) -> None:
    completed("typed-openai models retrieve l")
    assert completed("typed-openai models retrieve ft:local-e") == ["ft:local-echo:sample::0001"]
    assert len(server.requests) == 1
    server.stop()
    assert completed("typed-openai files retrieve f") == []
    server.start()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_its_script(run: Run, shell: str) -> None:
    assert "_TYPED_OPENAI_COMPLETE" in run("completion", shell).stdout


# -- what it costs to begin -----------------------------------------------------------------------------------------


def test_help_imports_neither_pydantic_nor_httpx_nor_rich() -> None:
    code = """
import sys
from typed_openai.cli.root import root
for arguments in (["--help"], ["files", "--help"], ["fine-tuning", "jobs", "--help"]):
    try:
        root.main(arguments)
    except SystemExit as end:
        assert end.code == 0
loaded = {"pydantic", "httpx", "rich", "typed_openai.client", "yaml", "jmespath", "asyncio"} & set(sys.modules)
assert not loaded, loaded
"""
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)


def test_without_the_extra_the_demo_runs_and_everything_else_says_what_to_install(server: LocalServer) -> None:
    code = """
import importlib.util, sys
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name in ("click", "rich") else found(name, *rest)
from typed_openai.__main__ import main
sys.exit(main())
"""
    demo = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert "did you mean 'max_tokens'?" in demo.stdout
    assert 'pip install "typed-openai[cli]"' in demo.stdout
    other = subprocess.run([sys.executable, "-c", code, "ask", "Hi"], capture_output=True, text=True, timeout=60)
    assert other.returncode == 2
    assert other.stderr == 'Error: the command line needs click, rich: pip install "typed-openai[cli]"\n'


def test_a_large_file_that_is_sent_has_a_bar_and_a_slow_call_a_spinner(server: LocalServer) -> None:
    Path("large.bin").write_bytes(bytes(3_000_000))
    server.fail_next(Fault(delay=1.5))
    began = time.monotonic()
    with Screen("files", "create", "--file", "large.bin", "--purpose", "user_data") as screen:
        shown = screen.end()
    assert time.monotonic() - began > 1
    assert screen.code == 0
    assert "sending large.bin" in shown
    assert "3.0/3.0 MB" in shown or "MB" in shown
    assert server.requests[-1].size > 3_000_000
    server.fail_next(Fault(delay=1.5))
    with Screen("models", "list") as screen:
        assert "models.list" in screen.end()
