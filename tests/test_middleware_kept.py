"""Answers that are kept and given again: in memory, in a file, streams too; and stores that fail, but fail no call."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.bulk.files import is_open
from tests.canned import HELLO, Connect, Wire, completion, done, failure, listed, status, stream_of
from tests.test_observers import Notes
from typed_openai import usage_scope
from typed_openai.bridge.stores import SQLiteAssistantStore
from typed_openai.errors import BadRequestError, ConfigurationError, OpenAIError
from typed_openai.middleware import MemoryStore, SQLiteStore, cache
from typed_openai.observers import record

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
    monkeypatch.setattr("typed_openai.core.sqlite_file.PATIENCE", 0.05)
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


@pytest.mark.parametrize("keeper", ["cache", "record", "assistants"])
async def test_a_file_is_made_with_the_folders_around_it(connect: Connect, tmp_path: Path, keeper: str) -> None:
    path = tmp_path / "not" / "there" / "kept.db"
    if keeper == "assistants":
        SQLiteAssistantStore(path).put("assistant/asst_1", b"{}")
    else:
        kept: Any = {"middleware": [cache(path)]} if keeper == "cache" else {"observers": [record(path)]}
        await asked(connect(Wire(completion("a")), **kept))
    assert path.stat().st_size > 0


async def test_what_is_in_a_store_and_no_answer_of_ours_is_asked_for_anew(connect: Connect) -> None:
    class Odd(MemoryStore):
        def get(self, key: str, /) -> bytes | None:
            return b"something else"

    wire = Wire()
    client = connect(wire, middleware=[cache(Odd())])
    assert (await asked(client)).text == "hi"


class AsyncStore:
    """What no flow can call."""

    async def get(self, key: str) -> bytes | None: ...

    async def put(self, key: str, value: bytes) -> None: ...


WRONG: dict[str, Any] = {
    "store": [3, object(), MemoryStore, AsyncStore(), ""],
    "ttl": [0, -1, "5", True, float("nan"), float("inf")],
    "refresh": ["no", 1],
    "streams": ["no", None],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_what_makes_no_sense_is_refused(name: str, value: Any) -> None:
    with pytest.raises(ConfigurationError):
        cache(**{name: value})


class Gives:
    """A store that has something else than it was given."""

    def __init__(self, kept: Any) -> None:
        self.kept = kept

    def get(self, key: str) -> Any:
        return self.kept

    def put(self, key: str, value: bytes) -> None: ...


@pytest.mark.parametrize("kept", ["text", 5, [b"x"], AsyncStore().get], ids=["text", "number", "list", "coroutine"])
async def test_a_store_that_gives_no_bytes_is_used_no_more(
    connect: Connect, caplog: pytest.LogCaptureFixture, kept: Any
) -> None:
    client = connect(Wire(), middleware=[cache(Gives(kept("k") if callable(kept) else kept))])
    assert [(await asked(client)).text for _ in range(2)] == ["hi", "hi"]
    (record,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert "not bytes" in record.getMessage()


@pytest.mark.parametrize(
    "kept",
    [
        b"\xff\xfe\n",
        b"null\n",
        b"[1, 2]\nx",
        b"[1, 2, 3]\nx",
        b"[null, 200, [[1, 2]]]\n{}",
        b'["soon", 200, []]\n{}',
        b'[null, "good", []]\n{}',
        b"[null, null, []]\n{}",
    ],
)
async def test_whatever_was_not_packed_here_is_asked_for_anew(connect: Connect, kept: bytes) -> None:
    wire = Wire()
    client = connect(wire, middleware=[cache(Gives(kept))])
    assert [(await asked(client)).text for _ in range(2)] == ["hi", "hi"]
    assert len(wire.requests) == 2


@pytest.mark.parametrize("view", [bytearray, memoryview])
async def test_bytes_of_any_kind_are_bytes(connect: Connect, view: Any) -> None:
    class Viewed(MemoryStore):
        def get(self, key: str, /) -> Any:
            kept = super().get(key)
            return None if kept is None else view(kept)

    wire = Wire()
    client = connect(wire, middleware=[cache(Viewed())])
    assert [(await asked(client)).text for _ in range(2)] == ["hi", "hi"]
    assert len(wire.requests) == 1


@pytest.mark.parametrize("observed", [False, True], ids=["alone", "observed"])
async def test_what_was_kept_is_not_paid_for_again(connect: Connect, observed: bool) -> None:
    usage = {"prompt_tokens": 2, "completion_tokens": 3, "total_tokens": 5}
    notes = Notes()
    wire = Wire(completion(usage=usage), stream_of("a"))
    client = connect(wire, middleware=[cache()], observers=[notes] if observed else [])
    with usage_scope() as used:
        for _ in range(3):
            assert (await asked(client)).usage.total_tokens == 5
        for _ in range(2):
            await streamed(client)
    assert (used.total_tokens, used.requests) == (5, 5)
    assert len(wire.requests) == 2
    assert notes.told.count("end") == 5 * observed


# --- what is kept ----------------------------------------------------------------------------------------------------

MESSAGE: Any = {"type": "message", "role": "user", "content": "yes"}
CHANGES: dict[str, Callable[[Any], Any]] = {
    "a message of a thread": lambda client: client.beta.threads.messages.create("t", role="user", content="yes"),
    "an item of a conversation": lambda client: client.conversations.items.create("c", items=[MESSAGE]),
    "a turn of a conversation": lambda client: client.responses.create(model="m", input="yes", conversation="c"),
    "work in the background": lambda client: client.responses.create(model="m", input="yes", background=True),
    "a store": lambda client: client.vector_stores.create(name="x"),
    "a batch": lambda client: client.batches.create(
        completion_window="24h", endpoint="/v1/responses", input_file_id="f"
    ),
    "a key": lambda client: client.realtime.client_secrets.create(),
    "an order": lambda client: client.responses.cancel("r"),
    "another body": lambda client: client.responses.create(model="m", input="x", extra_body={"background": True}),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_what_changes_something_is_sent_each_time(connect: Connect, change: Callable[[Any], Any]) -> None:
    wire = Wire(status(200, {"id": "x"}))
    client = connect(wire, middleware=[cache()], max_retries=False)
    for _ in range(2):
        with contextlib.suppress(OpenAIError):  # the answer is none of theirs
            await done(change(client))
    assert len(wire.requests) == 2


QUESTIONS: dict[str, Callable[[Any], Any]] = {
    "chat": lambda client: client.chat.completions.create(**HELLO),
    "a response": lambda client: client.responses.create(model="m", input="a conversation in the background"),
    "completions": lambda client: client.completions.create(model="m", prompt="x"),
    "embeddings": lambda client: client.embeddings.create(model="m", input="x"),
    "moderation": lambda client: client.moderations.create(input="x"),
    "a picture": lambda client: client.images.generate(model="m", prompt="x"),
    "speech": lambda client: client.audio.speech.create(model="m", voice="alloy", input="x"),
    "a body of your own": lambda client: client.request("POST", "/embeddings", body={"model": "m", "input": "x"}),
}


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
async def test_what_only_asks_is_asked_once(connect: Connect, question: Callable[[Any], Any]) -> None:
    kind = {"content-type": "audio/mpeg"}
    wire = Wire(
        lambda request: (status(200, content=b"\xff\xfb", headers=kind) if "speech" in str(request.url) else WHOLE)(
            request
        )
    )
    client = connect(wire, middleware=[cache()], max_retries=False)
    for _ in range(2):
        with contextlib.suppress(OpenAIError):  # as above
            await done(question(client))
    assert len(wire.requests) == 1


WHOLE = status(200, {"id": "x", "error": None, "status": "completed", "data": [], "choices": [], "output": []})
NOT_GOOD = {
    "an error": status(200, {"error": {"message": "no time", "code": 503}}),
    "half of it": status(200, content=b'{"id": "x", "choi', headers={"content-type": "application/json"}),
    "a page": status(200, content=b"<html>log in</html>", headers={"content-type": "text/html"}),
    "nothing": status(200, content=b"", headers={"content-type": "application/json"}),
    "what failed": status(200, {"id": "x", "object": "response", "status": "failed", "output": []}),
}


@pytest.mark.parametrize("answer", NOT_GOOD.values(), ids=NOT_GOOD)
async def test_what_is_no_good_answer_is_not_kept(connect: Connect, answer: Any) -> None:
    wire = Wire(answer, WHOLE)
    client = connect(wire, middleware=[cache()], max_retries=False)
    with contextlib.suppress(OpenAIError):
        await done(client.responses.create(model="m", input="x"))
    assert (await done(client.responses.create(model="m", input="x"))).status == "completed"
    assert len(wire.requests) == 2


def with_headers(answer: httpx.Response, headers: dict[str, str]) -> httpx.Response:
    answer.headers.update(headers)
    return answer


async def test_what_the_server_had_left_is_not_said_again(connect: Connect) -> None:
    headers = {"x-ratelimit-remaining-requests": "0", "retry-after": "5", "x-request-id": "req_1"}
    answer = completion()
    client = connect(Wire(lambda request: with_headers(answer(request), headers)), middleware=[cache()])
    first, again = [(await asked(client)).meta.headers for _ in range(2)]
    assert first["x-ratelimit-remaining-requests"] == "0"
    assert [name for name in headers if name in again] == ["x-request-id"]


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
