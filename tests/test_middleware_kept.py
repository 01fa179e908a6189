"""Answers that are kept and given again: in memory, in a file, streams too; and stores that fail, but fail no call."""

from __future__ import annotations

import logging
import sqlite3
import stat
import time
from pathlib import Path
from typing import Any

import pytest

from tests.bulk.files import is_open
from tests.canned import HELLO, Connect, Wire, completion, done, failure, listed, status, stream_of
from typed_openai.errors import BadRequestError, ConfigurationError
from typed_openai.middleware import MemoryStore, SQLiteStore, cache

AGAIN = {"retry-after": "0"}


async def asked(client: Any, **more: Any) -> Any:
    return await done(client.chat.completions.create(**{**HELLO, **more}))


async def streamed(client: Any, **more: Any) -> str:
    stream = await asked(client, stream=True, **more)
    return "".join(chunk.choices[0].delta.content or "" for chunk in await listed(stream))


@pytest.fixture(params=["memory", "file"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    return MemoryStore() if request.param == "memory" else SQLiteStore(tmp_path / "answers.db")


async def test_a_repeated_question_is_answered_from_the_store(connect: Connect, store: Any) -> None:
    wire = Wire(completion("first"), completion("second"))
    client = connect(wire, middleware=[cache(store)])
    assert [(await asked(client)).text for _ in range(3)] == ["first"] * 3
    assert (await asked(client, temperature=1)).text == "second"
    assert len(wire.requests) == 2


async def test_a_stream_is_given_again_as_a_stream(connect: Connect, store: Any) -> None:
    wire = Wire(stream_of("a", "b"), completion("other"))
    client = connect(wire, middleware=[cache(store)])
    assert [await streamed(client) for _ in range(3)] == ["ab"] * 3
    assert len(wire.requests) == 1
    assert (await asked(client)).text == "other"


async def test_a_stream_that_was_left_is_not_kept(connect: Connect, store: Any) -> None:
    wire = Wire(stream_of("a", "b"))
    client = connect(wire, middleware=[cache(store)])
    stream = await asked(client, stream=True)
    await done(anext(stream) if connect.is_async else next(stream))
    await done(stream.close())
    assert await streamed(client) == "ab"
    assert len(wire.requests) == 2


async def test_a_stream_that_broke_is_not_kept(connect: Connect, store: Any) -> None:
    def cut(request: Any) -> Any:
        return status(
            200, content=stream_of("a", "b")(request).content[:-40], headers={"content-type": "text/event-stream"}
        )(request)

    wire = Wire(cut, stream_of("a", "b"))
    client = connect(wire, middleware=[cache(store)])
    with pytest.raises(Exception, match="stream ended"):
        await streamed(client)
    assert await streamed(client) == "ab"


async def test_errors_are_not_kept(connect: Connect, store: Any) -> None:
    wire = Wire(failure(400), completion("good"))
    client = connect(wire, middleware=[cache(store)])
    with pytest.raises(BadRequestError):
        await asked(client)
    assert (await asked(client)).text == "good"


async def test_an_answer_holds_for_so_long(connect: Connect, store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    wire = Wire(completion("first"), completion("second"))
    client = connect(wire, middleware=[cache(store, ttl=60)])
    await asked(client)
    wall, steady = time.time, time.monotonic
    monkeypatch.setattr(time, "time", lambda: wall() + 59)
    monkeypatch.setattr(time, "monotonic", lambda: steady() + 59)
    assert (await asked(client)).text == "first"
    monkeypatch.setattr(time, "time", lambda: wall() + 61)
    monkeypatch.setattr(time, "monotonic", lambda: steady() + 61)
    assert (await asked(client)).text == "second"


async def test_a_file_is_for_its_owner_and_for_the_next_process(connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / "answers.db"
    wire = Wire(completion("first"), completion("second"))
    assert (await asked(connect(wire, middleware=[cache(path)]))).text == "first"
    assert (await asked(connect(wire, middleware=[cache(str(path))]))).text == "first"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (await asked(connect(wire, middleware=[cache(path, refresh=True)]))).text == "second"
    assert (await asked(connect(wire, middleware=[cache(path)]))).text == "second"


def test_the_oldest_go_first(tmp_path: Path) -> None:
    for store in (MemoryStore(2), SQLiteStore(tmp_path / "few.db", 2)):
        for key in ("a", "b", "a", "c"):
            store.put(key, key.encode())
        assert [store.get(key) for key in ("a", "b", "c")] == [b"a", None, b"c"]


class Failing:
    """A store that cannot."""

    def __init__(self) -> None:
        self.tried = 0

    def get(self, key: str) -> bytes | None:
        self.tried += 1
        raise OSError("no space left on device")

    def put(self, key: str, value: bytes) -> None:
        raise OSError("no space left on device")


@pytest.mark.parametrize("way", ["get", "put", "locked", "damaged", "a folder"])
async def test_a_store_that_fails_is_one_line_and_fails_no_call(
    connect: Connect, tmp_path: Path, way: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("typed_openai.middleware.stores.PATIENCE", 0.05)
    path = tmp_path / "answers.db"
    given: Any = path
    holding = sqlite3.connect(path)
    if way == "locked":
        holding.execute("begin exclusive")
    elif way == "damaged":
        path.write_bytes(b"this is not a database, and it is long enough to be seen as none " * 20)
    elif way == "a folder":
        given = tmp_path
    else:
        given = Failing()
        monkeypatch.setattr(given, "get" if way == "put" else "put", lambda *given: None)
    client = connect(Wire(completion("a"), stream_of("b"), completion("c")), middleware=[cache(given)])
    assert (await asked(client)).text == "a"
    assert await streamed(client) == "b"
    assert (await asked(client)).text == "c"
    holding.close()
    (record,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert "used no more" in record.getMessage()
    assert "\n" not in record.getMessage()


async def test_what_is_in_a_store_and_no_answer_of_ours_is_asked_for_anew(connect: Connect) -> None:
    class Odd(MemoryStore):
        def get(self, key: str, /) -> bytes | None:
            return b"something else"

    wire = Wire()
    client = connect(wire, middleware=[cache(Odd())])
    assert (await asked(client)).text == "hi"


@pytest.mark.parametrize("wrong", [{"store": 3}, {"ttl": 0}, {"store": object()}], ids=["number", "ttl", "object"])
def test_what_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        cache(**wrong)


@pytest.mark.parametrize("size", [0, "many", True])
def test_a_size_is_a_number_of_answers(size: Any) -> None:
    with pytest.raises(ConfigurationError, match="size"):
        MemoryStore(size)


def test_a_store_that_cannot_be_used_leaves_no_file_open(tmp_path: Path) -> None:
    path = tmp_path / "answers.db"
    path.write_bytes(b"this is not a database, and it is long enough to be seen as none " * 20)
    with pytest.raises(sqlite3.DatabaseError) as caught:
        SQLiteStore(path).get("key")
    assert caught.tb is not None  # which holds all that was there
    assert not is_open(path)
