"""Middleware that holds requests back (`limit`, `pace`), asks elsewhere (`fallback`), keeps texts here (`redact`)."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.canned import HELLO, Connect, Wire, broken, completion, done, failure, listed, status, stream_of
from typed_openai import AsyncOpenAI, OpenAI
from typed_openai.errors import (
    AuthenticationError,
    ConfigurationError,
    DeadlineExceededError,
    InternalServerError,
    OpenAIError,
    RateLimitError,
)
from typed_openai.middleware import CARD_NUMBER, EMAIL, fallback, limit, pace, redact

AGAIN = {"retry-after": "0"}


async def asked(client: Any, **more: Any) -> Any:
    return await done(client.chat.completions.create(**{**HELLO, **more}))


# --- limit ----------------------------------------------------------------------------------------------------------


class Crowd:
    """Counts how many requests are at the server at once."""

    def __init__(self) -> None:
        self.here = 0
        self.most = 0
        self.lock = threading.Lock()
        self.two = threading.Event()

    def come(self) -> None:
        with self.lock:
            self.here += 1
            self.most = max(self.most, self.here)
            if self.here == 2:
                self.two.set()

    def go(self) -> None:
        with self.lock:
            self.here -= 1


async def test_no_more_run_at_once_in_tasks() -> None:
    crowd = Crowd()

    async def answer(request: httpx.Request) -> httpx.Response:
        crowd.come()
        for _ in range(5):
            await asyncio.sleep(0)
        crowd.go()
        return completion()(request)

    client = AsyncOpenAI(api_key="k", transport=httpx.MockTransport(answer), middleware=[limit(2)])
    await asyncio.gather(*(client.chat.completions.create(**HELLO) for _ in range(9)))
    assert crowd.most == 2


def test_no_more_run_at_once_in_threads() -> None:
    crowd = Crowd()

    def answer(request: httpx.Request) -> httpx.Response:
        crowd.come()
        crowd.two.wait(5)  # until there are two of them
        crowd.go()
        return completion()(request)

    client = OpenAI(api_key="k", transport=httpx.MockTransport(answer), middleware=[limit(2)])
    with ThreadPoolExecutor(6) as threads:
        assert len([*threads.map(lambda _: client.chat.completions.create(**HELLO), range(12))]) == 12
    assert crowd.most == 2


async def test_a_stream_has_its_place_until_it_ends(connect: Connect) -> None:
    one = limit(1)
    client = connect(Wire(stream_of("a", "b")), middleware=[one])
    other = connect(Wire(), middleware=[one], deadline=0.05)
    stream = await asked(client, stream=True)
    with pytest.raises(DeadlineExceededError, match="before it was the turn"):
        await asked(other)
    await listed(stream)
    assert (await asked(other)).text == "hi"
    stream = await asked(client, stream=True)
    await done(stream.close())
    assert (await asked(other)).text == "hi"
    stream = await asked(client, stream=True)
    del stream
    gc.collect()
    assert (await asked(other)).text == "hi"


async def test_what_fails_gives_its_place_back(connect: Connect) -> None:
    one = limit(1)
    wire = Wire(broken(httpx.ConnectError("no")), failure(500, headers=AGAIN), failure(400), completion())
    client = connect(wire, middleware=[one], max_retries=2)
    with pytest.raises(Exception, match="400"):
        await asked(client)
    assert (await asked(client)).text == "hi"


async def test_who_gives_up_waiting_takes_no_place() -> None:
    one = limit(1)
    client = AsyncOpenAI(api_key="k", transport=httpx.MockTransport(stream_of("a")), middleware=[one])
    stream = await client.chat.completions.create(**HELLO, stream=True)
    waiting = asyncio.create_task(client.chat.completions.create(**HELLO, stream=True))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await listed(stream)
    async with await client.chat.completions.create(**HELLO, stream=True) as another:
        assert len(await listed(another)) == 1


# --- pace -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long flows asked to wait; nobody does."""
    found: list[float] = []

    async def asleep(seconds: float, *more: object) -> None:
        found.append(seconds)

    monkeypatch.setattr("time.sleep", found.append)
    monkeypatch.setattr(asyncio, "sleep", asleep)
    return found


async def test_requests_are_spread_over_the_minute(connect: Connect, slept: list[float]) -> None:
    client = connect(Wire(), middleware=[pace(rpm=60)])
    for _ in range(3):
        await asked(client)
    assert [round(seconds) for seconds in slept] == [1, 2]


async def test_what_an_answer_took_is_what_counts(connect: Connect, slept: list[float]) -> None:
    usage = {"prompt_tokens": 500, "completion_tokens": 500, "total_tokens": 1000}
    client = connect(Wire(completion(usage=usage)), middleware=[pace(tpm=60_000)])
    for _ in range(2):
        await asked(client)
    assert [round(seconds) for seconds in slept] == [1]


async def test_a_request_whose_turn_comes_too_late_is_not_sent(connect: Connect, slept: list[float]) -> None:
    wire = Wire()
    client = connect(wire, middleware=[pace(rpm=1)], deadline=5)
    await asked(client)
    with pytest.raises(DeadlineExceededError):
        await asked(client)
    assert len(wire.requests) == 1
    assert slept == []


# --- fallback -------------------------------------------------------------------------------------------------------


def several(connect: Connect, *wires: Wire, **settings: Any) -> list[Any]:
    return [
        connect(wire, api_key=f"key-{number}", base_url=f"https://server-{number}.test", **settings)
        for number, wire in enumerate(wires)
    ]


async def test_the_next_client_answers_where_the_first_cannot(connect: Connect) -> None:
    first, second = Wire(failure(503)), Wire(completion("from the second"))
    one, two = several(connect, first, second)
    answer = await asked(fallback([one, two], models={two: "other-model"}))
    assert answer.text == "from the second"
    assert len(first.requests) == 1
    assert str(second.request.url) == "https://server-1.test/v1/chat/completions"
    assert second.request.headers["authorization"] == "Bearer key-1"
    assert second.body["model"] == "other-model"
    assert second.body["messages"] == first.body["messages"]
    assert "key-0" not in str(second.request.headers)


@pytest.mark.parametrize("trouble", [failure(429), failure(500), broken(httpx.ConnectError("no"))])
async def test_who_failed_is_left_alone_while_it_cools_down(connect: Connect, trouble: Any) -> None:
    first, second = Wire(trouble), Wire()
    client = fallback(several(connect, first, second), cool_down=60)
    for _ in range(3):
        await asked(client)
    assert (len(first.requests), len(second.requests)) == (1, 3)


@pytest.mark.filterwarnings("ignore:beta.assistants")
async def test_headers_of_the_operation_go_along_and_those_of_the_client_do_not(connect: Connect) -> None:
    second = Wire(status(200, {"object": "list", "data": [], "has_more": False}))
    one, two = several(connect, Wire(failure(503)), second)
    first = one.with_options(organization="org-1", default_headers={"x-of": "the first"})
    await done(fallback([first, two]).beta.assistants.list())
    sent = second.request.headers
    assert sent["openai-beta"] == "assistants=v2"
    assert {"openai-organization", "x-of"}.isdisjoint(sent)


@pytest.mark.parametrize("key", [lambda: "own key", "own key"], ids=["function", "text"])
async def test_each_is_asked_with_its_own_key(connect: Connect, key: Any) -> None:
    second = Wire()
    one = connect(Wire(failure(503)), api_key=lambda: "key of the first", base_url="https://server-0.test")
    two = connect(second, api_key=key, base_url="https://server-1.test")
    await asked(fallback([one, two]))
    assert second.request.headers["authorization"] == "Bearer own key"


async def test_what_only_administrators_may_ask_is_for_the_first_alone(connect: Connect) -> None:
    second = Wire()
    one, two = several(connect, Wire(failure(503)), second, max_retries=0)
    with pytest.raises(InternalServerError):
        await done(fallback([one.with_options(admin_api_key="admin"), two]).admin.organization.users.list())
    assert second.requests == []


async def test_who_cooled_down_is_asked_again(connect: Connect) -> None:
    first, second = Wire(failure(503), completion("well again")), Wire()
    client = fallback(several(connect, first, second), cool_down=0)
    await asked(client)
    assert (await asked(client)).text == "well again"


async def test_a_refusal_is_the_answer(connect: Connect) -> None:
    first, second = Wire(failure(401)), Wire()
    with pytest.raises(AuthenticationError):
        await asked(fallback(several(connect, first, second)))
    assert second.requests == []


async def test_where_all_fail_the_call_tries_again_and_then_raises(connect: Connect) -> None:
    first, second = Wire(failure(503, headers=AGAIN)), Wire(failure(429, headers=AGAIN))
    with pytest.raises((RateLimitError, InternalServerError)):
        await asked(fallback(several(connect, first, second, max_retries=1)))
    assert (len(first.requests), len(second.requests)) == (2, 2)


async def test_a_stream_falls_back_before_it_begins(connect: Connect) -> None:
    client = fallback(several(connect, Wire(failure(503)), Wire(stream_of("a", "b"))))
    stream = await asked(client, stream=True)
    assert len(await listed(stream)) == 2


def test_models_are_for_clients_of_the_list(connect: Connect) -> None:
    one, two = several(connect, Wire(), Wire())
    with pytest.raises(ConfigurationError, match="models"):
        fallback([one, two], models={connect(Wire()): "m"})


@pytest.mark.parametrize(
    "wrong",
    [lambda one: [one], lambda one: [one, 3], lambda one: [one, OpenAI(api_key="k"), AsyncOpenAI(api_key="k")]],
    ids=["one", "number", "colours"],
)
def test_clients_of_one_colour_are_wanted(connect: Connect, wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match="fallback"):
        fallback(wrong(connect(Wire())))


# --- redact ---------------------------------------------------------------------------------------------------------


async def test_what_matches_does_not_leave(connect: Connect) -> None:
    wire = Wire(failure(500, headers=AGAIN), completion())
    client = connect(wire, middleware=[redact(EMAIL, CARD_NUMBER, r"Project \w+")])
    said = "Write to ada@example.org about Project Apollo, card 4111 1111 1111 1111."
    parts = [{"type": "text", "text": said}]
    messages = [{"role": "system", "content": said}, {"role": "user", "content": parts}]
    await done(client.chat.completions.create(model="m", messages=messages, metadata={"who": "ada@example.org"}))
    clean = "Write to [redacted] about [redacted], card [redacted]."
    for request in wire.requests:
        body = json.loads(request.content)
        assert body["messages"][0]["content"] == body["messages"][1]["content"][0]["text"] == clean
        assert body["metadata"] == {"who": "[redacted]"}
        assert int(request.headers["content-length"]) == len(request.content)


@pytest.mark.parametrize("name", ["id", "url", "data", "type", "role", "model", "anything"])
async def test_what_you_name_yourself_is_looked_at_whatever_it_is_called(connect: Connect, name: str) -> None:
    wire = Wire()
    client = connect(wire, middleware=[redact(EMAIL)])
    prompt = {"id": "pmpt_1", "variables": {name: "ada@x.org", "part": {"type": "input_text", "text": "ada@x.org"}}}
    with contextlib.suppress(OpenAIError):  # the answer is one of chat
        await done(client.responses.create(model="m", input="x", metadata={name: "ada@x.org"}, prompt=prompt))
    assert "ada@" not in wire.requests[0].content.decode()
    assert wire.body["prompt"]["variables"]["part"]["type"] == "input_text"
    assert wire.body["prompt"]["id"] == "pmpt_1"


def test_a_socket_that_is_not_looked_at_is_a_warning(openai_client: OpenAI, caplog: pytest.LogCaptureFixture) -> None:
    with openai_client.with_options(middleware=[redact(EMAIL)]).realtime.connect(model="m"):
        pass
    assert "realtime.connect: redact does not see what is said over a socket" in caplog.text


async def test_fields_of_a_form_are_looked_at_too(connect: Connect) -> None:
    wire = Wire(status(200, {"text": "hi"}))
    client = connect(wire, middleware=[redact(EMAIL, by="<mail>")])
    await done(client.audio.transcriptions.create(model="m", file=("a.mp3", b"ID3"), prompt="That is ada@example.org."))
    assert b"That is <mail>." in wire.request.content


async def test_json_in_a_form_is_looked_at_as_a_body_is(connect: Connect) -> None:
    wire = Wire(status(201, content=b"v=0", headers={"content-type": "application/sdp"}))
    client = connect(wire, middleware=[redact(EMAIL)])
    session = {"type": "realtime", "instructions": "Write to ada@x.org.", "tools": [{"type": "function", "name": "f"}]}
    await done(client.realtime.calls.create(sdp="v=0 ada@x.org", session=session))
    assert b"Write to [redacted]." in wire.request.content
    assert b"ada@x.org" in wire.request.content  # what is negotiated between machines stays as it is


async def test_what_does_not_match_is_sent_byte_for_byte(connect: Connect) -> None:
    plain, looked_at = Wire(), Wire()
    await asked(connect(plain))
    await asked(connect(looked_at, middleware=[redact(EMAIL)]))
    assert plain.request.content == looked_at.request.content


@pytest.mark.parametrize("wrong", [(), ("(",), (3,)], ids=["none", "broken", "number"])
def test_a_pattern_is_wanted(wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match="redact"):
        redact(*wrong)
