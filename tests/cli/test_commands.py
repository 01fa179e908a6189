"""Every declared operation is a command that nobody wrote: its name, its ids, its options, its body, its refusals."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import pytest

from tests.cli.conftest import KEY, Run
from tests.conformance.declared import declared, places
from typed_openai.cli import tree
from typed_openai.cli.operations import OperationCommand
from typed_openai.cli.root import Area, root
from typed_openai.cli.session import SHARED
from typed_openai.local import LocalServer

HI = {"role": "user", "content": "Hi"}
UNTYPEABLE = {
    "parse",  # a type
    "run_tools",  # functions
    "batches.submit",  # a BatchBuilder, as the next two
    "batches.run",
    "beta.agents.sessions.artifacts.for_result",  # a result, as the next one
    "images.save",
    "connect",  # a connection that stays open, for a program
    "unwrap",  # sends nothing, as the next one
    "verify_signature",
}


def commands(area: click.Group, place: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command below an area, by the name of its operation."""
    context = click.Context(area)
    for entry in area.entries.values() if isinstance(area, Area) else tree.entries().values():
        command = area.get_command(context, entry.name)
        name = ".".join((*place, entry.name))
        if isinstance(command, Area):
            yield from commands(command, (*place, entry.name))
        elif command is not None:
            yield name, command


def test_every_operation_that_can_be_typed_is_a_command() -> None:
    found = dict(commands(root))
    left_out = {name for name in places() - set(found) if name not in UNTYPEABLE}
    assert {name for name in left_out if name.rpartition(".")[2] not in UNTYPEABLE} == set()
    assert len(found) > 130


def test_every_command_has_a_sentence_and_every_option_but_a_few_has_one() -> None:
    for name, command in commands(root):
        assert isinstance(command, OperationCommand)
        assert command.get_short_help_str(), name
        assert command.help, name


def test_no_parameter_of_an_operation_takes_the_name_of_an_option_of_every_command_but_one() -> None:
    taken = {(name, each) for name, endpoint in declared().items() for each in SHARED if _has(endpoint.params, each)}
    assert taken == {("admin.organization.external_storage.create", "provider")}


def test_a_parameter_may_be_called_as_what_the_command_is_run_with(run: Run) -> None:
    made = json.loads(run("realtime", "client-secrets", "create", "--session", '{"type": "transcription"}').stdout)
    assert made["session"]["type"] == "transcription"


def test_an_option_of_every_command_may_stand_before_a_command_that_has_its_name(
    run: Run, server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_ADMIN_KEY", KEY)
    bucket = {"type": "aws", "bucket": "b", "role_arn": "r"}
    asked = ["admin", "organization", "external-storage", "create", "--project-id", "p", "--provider"]
    assert run(*asked, json.dumps(bucket)).exit_code == 0
    assert server.requests[-1].json() == {"project_id": "p", "provider": bucket}
    assert "'nobody'" in run("--provider", "nobody", *asked, json.dumps(bucket)).stderr


def _has(params: object, name: str) -> bool:
    return name in getattr(params, "__pydantic_fields__", {})


def test_every_help_can_be_shown(run: Run) -> None:
    for name in ("", "files", "files list", "chat completions create", "vector-stores files upload-and-poll"):
        result = run(*name.split(), "--help")
        assert result.exit_code == 0, name
        assert "Usage: typed-openai" in result.stdout


def test_options_show_kinds_bounds_and_sentences(run: Run) -> None:
    shown = run("chat", "completions", "create", "--help").stdout
    assert "--temperature NUMBER 0..2" in shown
    assert "--stream / --no-stream" in shown
    assert "--service-tier auto|default|flex" in shown
    assert "Name of the model. [required]" in shown


def test_a_list_pages_by_itself_and_stops_at_its_limit(run: Run, server: LocalServer) -> None:
    for number in range(5):
        assert run("vector-stores", "create", "--name", f"store {number}").exit_code == 0
    everything = run("vector-stores", "list", "--order", "asc").stdout.splitlines()
    assert [json.loads(line)["name"] for line in everything] == [f"store {number}" for number in range(5)]
    some = run("vector-stores", "list", "--limit", "3", "--order", "asc").stdout.splitlines()
    assert [json.loads(line)["name"] for line in some] == ["store 0", "store 1", "store 2"]
    assert len(run("vector-stores", "list", "--limit", "0").stdout.splitlines()) == 5
    assert server.requests[-2].query == {"limit": ["3"], "order": ["asc"]}


@pytest.mark.parametrize("area", ["models", "files"])
@pytest.mark.parametrize("limit", ["-1", "1.5", "ten", "true", ""])
def test_a_limit_that_is_no_number_is_an_error_of_usage(run: Run, server: LocalServer, area: str, limit: str) -> None:
    result = run(area, "list", "--limit", limit)
    assert result.exit_code == 2
    assert "--limit: a whole number, 0 or more, got" in result.stderr
    assert not server.requests


def test_ids_stand_by_position_in_the_order_of_the_path(run: Run) -> None:
    thread = json.loads(run("beta", "threads", "create").stdout)["id"]
    message = run("beta", "threads", "messages", "create", thread, "--role", "user", "--content", "Hello")
    told = json.loads(run("beta", "threads", "messages", "retrieve", thread, json.loads(message.stdout)["id"]).stdout)
    assert told["content"][0]["text"]["value"] == "Hello"


def test_a_body_from_a_pipe_lies_below_the_options(run: Run, server: LocalServer) -> None:
    body = {"model": "of the body", "temperature": 0.5, "messages": [{"role": "user", "content": "Hi"}]}
    run("chat", "completions", "create", "--model", "of the option", stdin=json.dumps(body))
    assert server.requests[-1].json() == {**body, "model": "of the option"}


@pytest.mark.parametrize(
    ("arguments", "piped", "name", "sent"),
    [
        (("chat", "completions", "create", "--messages", "-"), json.dumps([HI]), "messages", [HI]),
        (("chat", "completions", "create", "--messages", "-"), "- {role: user, content: Hi}\n", "messages", [HI]),
        (("responses", "create", "--input", "-"), "Buy milk: 3 l", "input", "Buy milk: 3 l"),
        (("embeddings", "create", "--input", "-"), "{", "input", "{"),
    ],
)
def test_an_option_that_wants_standard_input_has_all_of_it(
    run: Run, server: LocalServer, arguments: Sequence[str], piped: str, name: str, sent: object
) -> None:
    result = run(*arguments, "--model", "m", stdin=piped)
    assert result.exit_code == 0, result.stderr
    assert server.requests[-1].json()[name] == sent


def test_a_file_may_come_from_standard_input(run: Run) -> None:
    made = run("files", "create", "--purpose", "user_data", "--file", "-", stdin=b"\x00\xff not text")
    assert made.exit_code == 0, made.stderr
    assert run("files", "content", json.loads(made.stdout)["id"]).stdout_bytes == b"\x00\xff not text"


def test_a_body_may_be_yaml_and_a_file(run: Run, server: LocalServer) -> None:
    Path("body.yaml").write_text("model: m\nmessages:\n- role: user\n  content: yes and 2026-11-29\n")
    assert run("chat", "completions", "create", "--body", "@body.yaml").exit_code == 0
    assert server.requests[-1].json()["messages"][0]["content"] == "yes and 2026-11-29"


@pytest.mark.parametrize("body", ["{", "[1, 2]", "just a text", "a: b: c"])
def test_a_body_that_is_not_an_object_is_an_error_of_usage(run: Run, body: str, server: LocalServer) -> None:
    result = run("chat", "completions", "create", stdin=body)
    assert result.exit_code == 2
    assert "standard input" in result.stderr
    assert server.requests == []


def test_a_wrong_value_is_refused_in_the_words_of_the_request_before_anything_is_sent(
    run: Run, server: LocalServer
) -> None:
    result = run("files", "create", "--file", "nothing.jsonl", "--purpose", "fine-tun")
    assert result.exit_code == 3
    assert "file: a file that can be read (No such file or directory)" in result.stderr
    assert "did you mean 'fine-tune'?" in result.stderr
    assert server.requests == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("fils", "list"), "did you mean 'files'?"),
        (("files", "lst"), "did you mean 'list'?"),
        (("logs", "lst"), "no command 'lst' in `typed-openai logs`: did you mean 'list'?"),
        (("files", "list", "--purpse", "batch"), "--purpose"),
        (("responses", "parse"), "call it from Python"),
        (("files", "retrieve"), "Missing argument 'FILE_ID'"),
        (("models", "list", "--select", "data["), "--select"),
        (("models", "list", "--header", "nothing"), "NAME:VALUE"),
        (("models", "list", "--provider", "grok"), "did you mean 'groq'?"),
    ],
)
def test_what_cannot_be_understood_is_an_error_of_usage_that_says_what_was_meant(
    run: Run, server: LocalServer, typed: tuple[str, ...], said: str
) -> None:
    result = run(*typed)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_where_the_id_of_a_file_is_wanted_a_file_is_uploaded_first(run: Run, server: LocalServer) -> None:
    line = {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]}
    Path("data.jsonl").write_text("\n".join([json.dumps(line)] * 10))
    made = run("fine-tuning", "jobs", "create", "--model", "local-echo", "--training-file", "@data.jsonl")
    assert made.exit_code == 0, made.stderr
    assert "Uploaded data.jsonl as file-" in made.stderr
    job = json.loads(made.stdout)
    described = json.loads(run("files", "retrieve", job["training_file"]).stdout)
    assert (described["filename"], described["purpose"]) == ("data.jsonl", "fine-tune")


def test_a_binary_answer_goes_into_a_pipe_byte_by_byte_and_into_a_file(run: Run) -> None:
    Path("some.bin").write_bytes(bytes(range(256)))
    name = json.loads(run("files", "create", "--file", "some.bin", "--purpose", "user_data").stdout)["id"]
    assert run("files", "content", name).stdout_bytes == bytes(range(256))
    assert run("files", "content", name, "--output", "copy.bin").stdout_bytes == b""
    assert Path("copy.bin").read_bytes() == bytes(range(256))


def test_a_call_that_fails_leaves_no_file_behind(run: Run) -> None:
    assert run("files", "content", "file-none", "--output", "copy.bin").exit_code == 1
    assert not Path("copy.bin").exists()


def test_a_deprecated_operation_says_so_beside_its_result(run: Run) -> None:
    Path("a.txt").write_text("Hello")
    name = json.loads(run("files", "create", "--file", "a.txt", "--purpose", "user_data").stdout)["id"]
    result = run("files", "retrieve-content", name)
    assert result.stdout == "Hello\n"
    assert "deprecated" in result.stderr


def test_what_is_waited_for_is_waited_for(run: Run, server: LocalServer) -> None:
    Path("a.txt").write_text("The sky is blue.")
    store = json.loads(run("vector-stores", "create").stdout)["id"]
    done = run("vector-stores", "files", "upload-and-poll", store, "--file", "a.txt", "--wait", "interval=0.01")
    assert json.loads(done.stdout)["status"] == "completed"
