"""What `typed_openai.observers.record` keeps of calls, in both colours, and what it does where it cannot."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.canned import HELLO, KEY, Connect, Wire, completion, done, failure, listed, status, stream_of
from typed_openai import observers
from typed_openai.core import sqlite_file
from typed_openai.errors import BadRequestError
from typed_openai.observers import record

AGAIN = {"retry-after": "0"}
USAGE = {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}


def rows(path: Path) -> list[dict[str, Any]]:
    with observers.opened(path) as calls:
        return [dict(row) for row in calls.execute("select * from calls order by id")]


async def asked(client: Any, **more: Any) -> Any:
    return await done(client.chat.completions.create(**{**HELLO, **more}))


async def test_a_call_is_a_row_however_often_it_was_tried(connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / "calls.db"
    wire = Wire(failure(500, headers=AGAIN), completion("hi there", usage=USAGE))
    await asked(connect(wire, observers=[record(path)]))
    (row,) = rows(path)
    assert (row["operation"], row["method"], row["status"], row["model"]) == (
        "chat.completions.create",
        "POST",
        200,
        "m",
    )
    assert (row["input_tokens"], row["output_tokens"], row["error"]) == (3, 4, "")
    assert '"hello"' in row["request"]
    assert "hi there" in row["answer"]
    assert row["seconds"] >= 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_stream_is_kept_with_what_it_adds_up_to(connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / "calls.db"
    client = connect(Wire(stream_of("hi ", "there")), observers=[record(path)])
    stream = await asked(client, stream=True)
    assert not path.exists()
    await listed(stream)
    (row,) = rows(path)
    assert (row["status"], "hi there" in row["answer"]) == (200, True)


async def test_an_error_is_kept_and_no_key(connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / "calls.db"
    client = connect(Wire(failure(400, message=f"bad key {KEY}")), observers=[record(path)])
    with pytest.raises(BadRequestError):
        await asked(client, messages=[{"role": "user", "content": f"my key is {KEY}"}])
    (row,) = rows(path)
    assert row["status"] == 400
    assert "bad key" in row["error"]
    assert KEY.encode() not in path.read_bytes()


async def test_files_are_kept_with_their_names(connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / "calls.db"
    client = connect(Wire(status(200, {"text": "hi"})), observers=[record(path)])
    await done(client.audio.transcriptions.create(model="m", file=("a.mp3", b"ID3sound")))
    (row,) = rows(path)
    assert "a.mp3" in row["request"]
    assert "ID3sound" not in row["request"]


@pytest.mark.parametrize("way", ["damaged", "locked", "a folder"])
async def test_a_file_that_cannot_be_written_is_one_line_and_fails_no_call(
    connect: Connect, tmp_path: Path, way: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_file, "PATIENCE", 0.05)
    path = tmp_path / "calls.db"
    holding = sqlite3.connect(path)
    if way == "locked":
        holding.execute("begin exclusive")
    elif way == "damaged":
        path.write_bytes(b"this is not a database, and it is long enough to be seen as none " * 20)
    else:
        path = tmp_path
    client = connect(Wire(), observers=[record(path)])
    for _ in range(2):
        assert (await asked(client)).text == "hi"
    holding.close()
    (record_of_it,) = caplog.records
    assert "cannot be recorded" in record_of_it.getMessage()
