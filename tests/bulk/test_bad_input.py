"""What bad input gets: one clear error before anything is sent, and files that stay as they are."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.bulk.files import Echo, asked, bulk, lines_in, request, told
from tests.canned import Connect, done
from typed_openai import ConfigurationError, MissingAPIKeyError, OpenAI, OpenAIError, RequestValidationError


async def refusal(connect: Connect, given: Any, out: Path, **options: Any) -> str:
    """What a job says that is refused; nothing was sent, and no file is there that was not there before."""
    wire, before = Echo(), sorted(out.parent.iterdir())
    with pytest.raises(OpenAIError) as caught:
        await bulk(connect, wire, given, out, **options)
    assert isinstance(caught.value, ConfigurationError | RequestValidationError)
    assert wire.requests == []
    assert sorted(out.parent.iterdir()) == before
    return str(caught.value)


async def test_a_file_that_is_not_there(connect: Connect, tmp_path: Path) -> None:
    said = await refusal(connect, tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    assert said == f"client.bulk: {tmp_path}/in.jsonl is not a file that is there"
    assert not (tmp_path / "out.jsonl").exists()


async def test_a_directory_on_either_side(connect: Connect, tmp_path: Path) -> None:
    assert "is a directory, not a file" in await refusal(connect, tmp_path, tmp_path / "out.jsonl")
    assert "is a directory, not a file" in await refusal(connect, asked(tmp_path / "in.jsonl", "a"), tmp_path)


async def test_a_name_without_a_known_ending(connect: Connect, tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("x")
    assert "a file whose name ends with .jsonl" in await refusal(connect, tmp_path / "in.txt", tmp_path / "out.jsonl")


async def test_a_broken_third_line(connect: Connect, tmp_path: Path) -> None:
    path = asked(tmp_path / "in.jsonl", *"abcd")
    lines = path.read_text().splitlines()
    lines[2] = lines[2][:40]
    path.write_text("\n".join(lines))
    said = await refusal(connect, path, tmp_path / "out.jsonl")
    assert said.startswith(f"client.bulk, {path}: 1 fault, nothing was sent\n  line 3: a JSON object")
    assert not (tmp_path / "out.jsonl").exists()


async def test_every_fault_of_every_line_with_its_line(connect: Connect, tmp_path: Path) -> None:
    lines = [request("a"), request("b", max_token=1), {**request("c"), "url": "/v1/chat"}, request("a")]
    with pytest.raises(RequestValidationError) as caught:
        await bulk(connect, Echo(), asked(tmp_path / "in.jsonl", *lines), tmp_path / "out.jsonl")
    assert [(getattr(fault, "line", 0), fault.path) for fault in caught.value.faults] == [
        (2, "body.max_token"),
        (3, "url"),
        (4, "custom_id"),
    ]


async def test_endpoints_may_be_mixed(connect: Connect, tmp_path: Path) -> None:
    vector = {"custom_id": "v", "method": "POST", "url": "/v1/embeddings", "body": {"model": "e", "inputs": "x"}}
    said = await refusal(connect, asked(tmp_path / "in.jsonl", "a", vector), tmp_path / "out.jsonl")
    assert "line 2, body.input" in said
    assert "url" not in said


async def test_what_the_client_lets_through_is_no_fault(tmp_path: Path) -> None:
    connect, wire = Connect(is_async=False), Echo()
    client = connect(wire, vendor_fields=["guided_json"])
    report = client.bulk(asked(tmp_path / "in.jsonl", request("a", guided_json={})), tmp_path / "out.jsonl")
    assert report.answered == 1
    assert wire.body["guided_json"] == {}


async def test_the_output_of_another_job(connect: Connect, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    await bulk(connect, Echo(), asked(tmp_path / "in.jsonl", "a", "b"), out)
    before = out.read_bytes()
    fewer = asked(tmp_path / "fewer.jsonl", "a")
    assert "has an answer for custom_id 'b', which" in await refusal(connect, fewer, out)
    other = asked(tmp_path / "other.jsonl", request("a"), request("b", "something else"))
    assert "is not what is asked now" in await refusal(connect, other, out)
    assert "is not what is asked now" in await refusal(connect, lines_in(other), out)
    assert out.read_bytes() == before


@pytest.mark.parametrize("content", ["my notes\n", '{"a": 1}\n', '{"a": 1}', "{\n", '{"custom_id": "a"}\n', "[]"])
async def test_a_file_that_is_no_output_is_left_as_it_is(connect: Connect, tmp_path: Path, content: str) -> None:
    out = tmp_path / "notes.jsonl"
    out.write_text(content)
    said = await refusal(connect, asked(tmp_path / "in.jsonl", "a"), out)
    assert "line 1 of" in said
    assert "is not a line of answers" in said
    assert out.read_text() == content


async def test_one_file_for_both(connect: Connect, tmp_path: Path) -> None:
    path = asked(tmp_path / "in.jsonl", "a")
    assert "cannot be both" in await refusal(connect, path, tmp_path / ".." / tmp_path.name / "in.jsonl")


async def test_an_output_that_another_job_is_writing(connect: Connect, tmp_path: Path) -> None:
    from typed_openai.bulk.output import Output

    busy = Output(tmp_path / "out.jsonl")
    said = await refusal(connect, asked(tmp_path / "in.jsonl", "a"), tmp_path / "out.jsonl")
    assert "another job is writing to" in said
    busy.close()


async def test_a_full_disk_ends_the_job_and_keeps_what_was_written(
    connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, out, real = asked(tmp_path / "in.jsonl", *"abcdefgh"), tmp_path / "out.jsonl", os.write

    def write(file: int, content: bytes) -> int:
        if out.exists() and out.read_bytes().count(b"\n") >= 2:
            real(file, content[:10])
            raise OSError(28, "No space left on device")
        return real(file, content)

    wire = Echo()
    monkeypatch.setattr("os.write", write)
    with pytest.raises(ConfigurationError, match=r"client\.bulk: .*No space left on device"):
        await bulk(connect, wire, given, out, concurrency=1)
    monkeypatch.undo()
    assert told(out) == {"a": "a", "b": "b"}
    again = Echo()
    await bulk(connect, again, given, out)
    assert len(again.asked) == 6


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"engine": "spark"}, "engine: one of 'map', 'batch', 'ray', got 'spark'"),
        ({"engine": "ray"}, 'engine="ray"'),  # without the package, or with an http_client
        ({"concurrency": 0}, "concurrency: a whole number, 1 or more, got 0"),
        ({"concurency": 3}, "did you mean 'concurrency'?"),
        ({"rpm": -1}, "rpm: a number above 0, a minute, got -1"),
        ({"budget": True}, "budget: a whole number"),
        ({"budget_usd": "ten"}, "budget_usd: an amount of US dollars above 0, got 'ten'"),
        ({"clients": []}, "clients: at least one client, got none"),
        ({"clients": "sk-1"}, "clients: a list of clients"),
        ({"progress": int}, "progress: True, a tqdm bar, or a function, got <class 'int'>"),
        ({"progress": 7}, "progress: True, a tqdm bar, or a function, got 7"),
    ],
)
async def test_options_that_make_no_sense(connect: Connect, tmp_path: Path, options: dict[str, Any], said: str) -> None:
    assert said in await refusal(connect, asked(tmp_path / "in.jsonl", "a"), tmp_path / "out.jsonl", **options)


@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
async def test_a_job_that_cannot_begin_leaves_no_file_and_files_as_they_were(
    connect: Connect, tmp_path: Path, ending: str
) -> None:
    given, out = asked(tmp_path / "in.jsonl", *"ab"), tmp_path / f"out.{ending}"
    await refusal(connect, given, out, engine="ray")
    await bulk(connect, Echo(), given, out)
    before = out.read_bytes()
    await refusal(connect, given, out, engine="ray")
    assert out.read_bytes() == before


async def test_clients_of_the_other_colour(connect: Connect, tmp_path: Path) -> None:
    other = Connect(is_async=not connect.is_async)(Echo())
    given = asked(tmp_path / "in.jsonl", "a")
    assert "as the job's own" in await refusal(connect, given, tmp_path / "out.jsonl", clients=[other])
    own = connect(Echo())
    assert "weights above 0" in await refusal(connect, given, tmp_path / "out.jsonl", clients={own: 0})


@pytest.mark.parametrize("given", [b"{}", 7, {"custom_id": "a"}, None])
async def test_what_is_neither_a_path_nor_an_iterable(connect: Connect, tmp_path: Path, given: Any) -> None:
    assert "an iterable of params objects or lines" in await refusal(connect, given, tmp_path / "out.jsonl")


async def test_rows_without_a_template_and_templates_without_their_columns(connect: Connect, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("id,text\n1,hello\n")
    out = tmp_path / "out.jsonl"
    assert "template=... says what is asked" in await refusal(connect, tmp_path / "in.csv", out)
    template = {"model": "m", "messages": [{"role": "user", "content": "Translate {txt}"}]}
    said = await refusal(connect, tmp_path / "in.csv", out, template=template)
    assert "template: {txt}: a column of" in said
    assert "did you mean 'text'?" in said
    template["messages"] = [{"role": "user", "content": "Translate {text}"}]
    said = await refusal(connect, tmp_path / "in.csv", out, template=template, id_column="idd")
    assert "column 'idd': a column of" in said
    assert "did you mean 'id'?" in said


async def test_a_key_that_is_refused_stops_the_job_and_leaves_the_rest(connect: Connect, tmp_path: Path) -> None:
    from tests.canned import Wire, failure

    names = [f"q{number}" for number in range(50)]
    wire = Wire(failure(401, message="no such key"))
    report = await bulk(connect, wire, asked(tmp_path / "in.jsonl", *names), tmp_path / "out.jsonl", concurrency=2)
    assert len(wire.requests) <= 3
    assert "no such key" in (report.stopped or "")
    assert report.left == 50 - report.failed
    assert not report.is_complete


def test_nothing_of_it_is_loaded_before_it_is_asked_for() -> None:
    import subprocess
    import sys

    code = "from typed_openai import OpenAI; OpenAI(api_key='x').chat.completions; import sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert [name for name in loaded if name.startswith("typed_openai.bulk")] == []
    assert OpenAI.bulk.__doc__ is not None


async def test_a_client_without_a_key_is_said_before_anything_is_read(
    connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    client = connect.kind()
    with pytest.raises(MissingAPIKeyError):
        await done(client.bulk(tmp_path / "in.jsonl", tmp_path / "out.jsonl"))


async def test_an_error_that_is_not_the_lines_ends_the_job(connect: Connect, tmp_path: Path) -> None:
    given = asked(tmp_path / "in.jsonl", *(f"q{number}" for number in range(30)))
    client = connect(Echo(), api_key=lambda: "")
    with pytest.raises(ConfigurationError, match="returned by api_key"):
        await done(client.bulk(given, tmp_path / "out.jsonl", concurrency=2))
    assert len(lines_in(tmp_path / "out.jsonl")) <= 3


async def test_a_line_that_asks_for_a_stream_is_refused_with_the_rest_of_the_file(
    connect: Connect, tmp_path: Path
) -> None:
    given = asked(tmp_path / "in.jsonl", "a", request("b", stream=True))
    assert "line 2, body.stream: left out or False" in await refusal(connect, given, tmp_path / "out.jsonl")
