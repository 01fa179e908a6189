"""`report_unknown=True`: what came that no model knows is counted in `client.unknown`; without it nothing is done."""

from __future__ import annotations

import json
import logging
import pickle
import subprocess
import sys
from typing import Annotated, Any
from unittest.mock import create_autospec

import pytest
from pydantic import AliasChoices, AliasPath, BaseModel, ConfigDict, Field, TypeAdapter

from tests.canned import HELLO, KEY, Connect, Wire, completion, done, listed, models, status
from tests.sockets.conftest import Colour
from tests.sockets.servers import Peer, serving
from typed_openai import AsyncOpenAI, ConfigurationError, OpenAI, UnknownReport, configure
from typed_openai.core.answer import unknown_report
from typed_openai.models.base import Result
from typed_openai.types import Model
from typed_openai.webhooks import sign_webhook

USAGE = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
SAID = "something that a user said"


def told(client: Any) -> list[tuple[str, str, str, int]]:
    return [(each.kind, each.pointer, each.example, each.count) for each in client.unknown]


def stream(*events: dict[str, Any], end: str = "data: [DONE]\n\n") -> Wire:
    body = "".join(f"data: {json.dumps(event)}\n\n" for event in events) + end
    return Wire(status(200, content=body.encode(), headers={"content-type": "text/event-stream"}))


def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice], **more}


# --- where it may come ------------------------------------------------------------------------------------------------


async def test_fields_values_and_members_of_a_whole_answer_are_counted(connect: Connect) -> None:
    call = {"id": "call_1", "type": "spell", "spell": {"name": SAID}}
    message = {"role": "assistant", "content": SAID, "tool_calls": [call, call], "x_thought": SAID}
    choice = {"index": 0, "message": message, "finish_reason": "bored", "logprobs": None}
    usage = {**USAGE, "completion_tokens_details": {"dreamt_tokens": 3}}
    client = connect(Wire(completion(choices=[choice], usage=usage)), report_unknown=True)
    for _ in range(2):
        await done(client.chat.completions.create(**HELLO))
    assert sorted(told(client)) == [
        ("field", "/choices/*/message/x_thought", "a string", 2),
        ("field", "/usage/completion_tokens_details/dreamt_tokens", "a whole number", 2),
        ("member", "/choices/*/message/tool_calls/*", 'type "spell": an object with spell', 4),
        ("value", "/choices/*/finish_reason", '"bored"', 2),
    ]
    rows = client.unknown.records()
    assert {row["answer"] for row in rows} == {"ChatCompletion"}
    assert {row["operation"] for row in rows} == {"chat.completions.create"}
    assert {"CompletionTokensDetails"} < {row["model"] for row in rows}
    assert SAID not in f"{client.unknown} {client.unknown!r} {rows}"
    assert repr(client.unknown) == "<UnknownReport: 2 fields, 1 value, 1 member>"


async def test_chunks_of_a_stream_are_counted_whichever_way_it_is_read(connect: Connect) -> None:
    wire = stream(chunk({"content": "a", "x_mood": 1}), chunk({"content": "b", "x_mood": 2}), chunk({}, "bored"))
    client = connect(wire, report_unknown=True)
    expected = [
        ("field", "/choices/*/delta/x_mood", "a whole number", 2),
        ("value", "/choices/*/finish_reason", '"bored"', 1),
    ]
    chunks = await done(client.chat.completions.create(**HELLO, stream=True))
    assert len([each async for each in chunks] if connect.is_async else list(chunks)) == 3
    assert told(client) == expected
    manager = client.chat.completions.stream(**HELLO)
    if connect.is_async:
        async with manager as opened:
            await opened.get_final_completion()
    else:
        with manager as opened:
            opened.get_final_completion()
    assert [each[3] for each in told(client)] == [4, 2]
    assert {each.answer for each in client.unknown} == {"ChatCompletionChunk"}


async def test_a_stream_that_came_in_the_place_of_an_answer_is_counted(connect: Connect) -> None:
    client = connect(stream(chunk({"content": "a", "x_mood": 1}, "stop")), report_unknown=True)
    assert (await done(client.chat.completions.create(**HELLO))).text == "a"
    assert told(client) == [("field", "/choices/*/delta/x_mood", "a whole number", 1)]


async def test_events_of_a_response_are_counted_newer_ones_as_a_whole(connect: Connect) -> None:
    made = {"id": "resp_1", "object": "response", "created_at": 1, "model": "m", "output": [], "tools": []}
    made |= {"parallel_tool_calls": True, "tool_choice": "auto", "status": "completed", "x_place": "moon"}
    events = [
        {"type": "response.daydream", "sequence_number": 0, "about": SAID},
        {"type": "response.completed", "sequence_number": 1, "response": made},
    ]
    client = connect(stream(*events, end=""), report_unknown=True)
    found = await done(client.responses.create(model="m", input="hello", stream=True))
    assert len([each async for each in found] if connect.is_async else list(found)) == 2
    assert ("field", "/response/x_place", "a string", 1) in told(client)
    (member,) = [each for each in client.unknown if each.kind == "member"]
    assert (member.answer, member.pointer) == ("UnknownEvent", "")
    assert member.example.startswith('type "response.daydream": an object with ')
    assert str(member).startswith("UnknownEvent /: unknown member of UnknownEvent, ")


async def test_items_of_every_page_are_counted(connect: Connect) -> None:
    item = {"id": "file-1", "object": "file", "bytes": 1, "created_at": 1, "filename": "f", "purpose": "spells"}
    page = {"object": "list", "data": [item], "has_more": True, "last_id": "file-1", "x_total": 2}
    last = {**page, "data": [{**item, "id": "file-2"}], "last_id": "file-2", "has_more": False}
    client = connect(Wire(status(200, page), status(200, last)), report_unknown=True)
    found = client.files.list()
    assert len([each async for each in found] if connect.is_async else list(found)) == 2
    assert ("field", "/x_total", "a whole number", 2) in told(client)
    assert ("value", "/data/*/purpose", '"spells"', 2) in told(client)


async def test_an_answer_that_deviates_besides_is_counted(connect: Connect) -> None:
    client = connect(Wire(completion(created="today", x_place="moon")), report_unknown=True)
    assert (await done(client.chat.completions.create(**HELLO))).issues
    assert told(client) == [("field", "/x_place", "a string", 1)]


async def test_a_raw_answer_is_counted_when_it_is_read(connect: Connect) -> None:
    client = connect(Wire(models("a", x_place="moon")), report_unknown=True)
    raw = await done(client.models.with_raw_response.list())
    assert not client.unknown
    raw.parse()
    assert told(client) == [("field", "/x_place", "a string", 1)]


async def test_of_a_request_by_hand_nothing_is_known_and_so_nothing_unknown(connect: Connect) -> None:
    client = connect(Wire(status(200, {"anything": 1})), report_unknown=True)
    answer = await done(client.request("GET", "/anything"))
    assert isinstance(answer.parse(), Result)
    assert not client.unknown


class Cup(BaseModel):
    """A model of the user's, which drops what it does not know."""

    size: int = Field(alias="cupSize")
    of: Annotated[str, Field(validation_alias=AliasChoices("of", AliasPath("filled", 0)))] = "tea"


class Kept(Cup):
    """One that keeps it."""

    model_config = ConfigDict(extra="allow")


class Table(BaseModel):
    """Has models of this package in it."""

    cups: list[Cup]
    by_name: dict[str, Kept] = {}
    model: Model | None = None


CUP = {"cupSize": 1, "filled": ["milk"], "x_steam": SAID}
TABLE = {
    "cups": [CUP, CUP],
    "by_name": {SAID: CUP},
    "model": {"id": "m", "object": "model", "created": 1, "owned_by": "me", "x_mood": 1},
    "x_lamp": True,
}
READ: dict[str, tuple[Any, Any, list[tuple[str, str, str, int]]]] = {
    "a model": (Cup, CUP, [("field", "/x_steam", "a string", 1)]),
    "a model that keeps what it does not know": (Kept, CUP, [("field", "/x_steam", "a string", 1)]),
    "a list": (list[Cup], [CUP, CUP], [("field", "/*/x_steam", "a string", 2)]),
    "an adapter": (TypeAdapter(list[Cup]), [CUP], [("field", "/*/x_steam", "a string", 1)]),
    "a union": (Cup | list[Cup], [CUP], [("field", "/*/x_steam", "a string", 1)]),
    "models of ours below": (
        Table,
        TABLE,
        [
            ("field", "/by_name/*/x_steam", "a string", 1),
            ("field", "/cups/*/x_steam", "a string", 2),
            ("field", "/model/x_mood", "a whole number", 1),
            ("field", "/x_lamp", "true or false", 1),
        ],
    ),
    "a model of ours": (Model, TABLE["model"], [("field", "/x_mood", "a whole number", 1)]),
    "a list of ours": (list[Model], [TABLE["model"]], [("field", "/*/x_mood", "a whole number", 1)]),
    "plain data": (dict[str, Any], CUP, []),
    "any result": (Result, CUP, []),
}


@pytest.mark.parametrize(("kind", "data", "expected"), READ.values(), ids=READ)
async def test_what_is_read_as_a_type_of_the_users_is_looked_at(
    connect: Connect, kind: Any, data: Any, expected: list[Any]
) -> None:
    by_hand, cast = (connect(Wire(status(200, data)), report_unknown=True) for _ in range(2))
    raw = await done(by_hand.get("/cups"))
    assert not by_hand.unknown
    raw.parse(to=kind)
    await done(cast.get("/cups", cast_to=kind))
    assert sorted(told(by_hand)) == sorted(told(cast)) == expected
    assert SAID not in str(cast.unknown)
    silent = connect(Wire(status(200, data)))
    await done(silent.get("/cups", cast_to=kind))


async def test_events_that_are_read_as_a_type_of_the_users_are_looked_at(connect: Connect) -> None:
    client = connect(stream(CUP, CUP), report_unknown=True)
    assert len(await listed(await done(client.post("/cups", body={}, cast_to=Cup, stream=True)))) == 2
    assert told(client) == [("field", "/x_steam", "a string", 2)]


def test_events_of_a_socket_are_counted() -> None:
    def serve(peer: Peer) -> None:
        peer.tell(
            {"type": "session.created", "event_id": "e", "x_mood": SAID}, {"type": "session.dreamt", "event_id": "e"}
        )
        peer.line.close(1000, "enough")

    for is_async in (False, True):
        colour = Colour(is_async)
        with serving(serve) as server:
            client = colour.client(server.url, report_unknown=True)
            with colour.opened(client.realtime.connect(model="m")) as connection:
                assert [each.type for each in colour.each(connection)] == ["session.created", "session.dreamt"]
        assert ("field", "/x_mood", "a string", 1) in told(client)
        assert [each.kind for each in client.unknown if "dreamt" in each.example] == ["member"]
        colour.close()


def test_a_webhook_is_counted(connect: Connect) -> None:
    client = connect(Wire(), report_unknown=True, webhook_secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = json.dumps({"id": "evt_1", "object": "event", "created_at": 1, "type": "batch.dreamt", "data": {"id": SAID}})
    client.webhooks.unwrap(body, sign_webhook(body, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
    ((kind, pointer, example, count),) = told(client)
    assert (kind, pointer, count) == ("member", "", 1)
    assert example.startswith('type "batch.dreamt"')


# --- what is told -----------------------------------------------------------------------------------------------------


async def test_each_is_logged_once_and_in_one_line(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    client = connect(Wire(completion(x_a=1, x_b=2)), report_unknown=True)
    with caplog.at_level(logging.WARNING, "typed_openai"):
        for _ in range(3):
            await done(client.chat.completions.create(**HELLO))
    assert [record.getMessage() for record in caplog.records] == [
        f"chat.completions.create: ChatCompletion /{name}: unknown field of ChatCompletion, a whole number "
        "(said once, see client.unknown)"
        for name in ("x_a", "x_b")
    ]


@pytest.mark.parametrize(
    "secret", [KEY, f"see {KEY}", "sk-proj-abcdefghijkl", "whsec_abcdefghijkl", SAID, "x" * 100, "a\nb"]
)
async def test_no_secret_and_nothing_of_what_was_said_is_told(
    connect: Connect, secret: str, caplog: pytest.LogCaptureFixture
) -> None:
    odd: dict[str, Any] = {"service_tier": secret, secret: secret, "x_y": {secret: 1}, "x_z": [secret]}
    client = connect(Wire(completion(**odd)), report_unknown=True)
    await done(client.chat.completions.create(**HELLO))
    assert len(client.unknown) == 4
    shown = f"{client.unknown} {client.unknown!r} {client.unknown.records()} {list(client.unknown)} {caplog.text}"
    assert secret not in shown
    assert KEY not in shown


async def test_the_keys_of_a_map_are_the_users_and_not_told(connect: Connect) -> None:
    made = {"id": "b", "object": "batch", "endpoint": "/v1/responses", "input_file_id": "f", "completion_window": "24h"}
    more: dict[str, Any] = {"status": "dreaming", "created_at": 1, "metadata": {"name": SAID}}
    client = connect(Wire(status(200, {**made, **more})), report_unknown=True)
    await done(client.batches.retrieve("b"))
    assert told(client) == [("value", "/status", '"dreaming"', 1)]


async def test_a_report_has_an_end_and_counts_what_is_beyond(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(unknown_report, "LIMIT", 3)
    more: dict[str, Any] = {f"x_{n}": n for n in range(10)}
    client = connect(Wire(completion(**more)), report_unknown=True)
    await done(client.chat.completions.create(**HELLO))
    assert (len(client.unknown), client.unknown.beyond, len(caplog.records)) == (3, 7, 4)
    assert str(client.unknown).endswith("and 7 more, for which there was no place")
    client.unknown.clear()
    assert (len(client.unknown), client.unknown.beyond) == (0, 0)


# --- the setting ------------------------------------------------------------------------------------------------------


async def test_clients_that_with_options_makes_share_the_report_and_may_leave_it(connect: Connect) -> None:
    client = connect(Wire(completion(x_a=1)), report_unknown=True)
    other, off = client.with_options(timeout=5), client.with_options(report_unknown=False)
    await done(other.chat.completions.create(**HELLO))
    await done(off.chat.completions.create(**HELLO))
    assert other.unknown is client.unknown
    assert [each.count for each in client.unknown] == [1]
    assert off.with_options(report_unknown=True).unknown is not client.unknown


@pytest.mark.parametrize("kind", [OpenAI, AsyncOpenAI])
def test_it_is_switched_on_for_all_clients_by_configure_or_the_environment(
    kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not kind(api_key=KEY).unknown.is_on
    for word in ("1", "true", "on", "Yes"):
        monkeypatch.setenv("OPENAI_REPORT_UNKNOWN", word)
        assert kind(api_key=KEY).unknown.is_on
        assert kind(api_key=KEY, provider="groq").unknown.is_on
        assert not kind(api_key=KEY, report_unknown=False).unknown.is_on
    monkeypatch.setenv("OPENAI_REPORT_UNKNOWN", "0")
    assert not kind(api_key=KEY).unknown.is_on
    configure(report_unknown=True)
    assert kind(api_key=KEY).unknown.is_on
    configure(report_unknown=None)
    monkeypatch.setenv("OPENAI_REPORT_UNKNOWN", "maybe")
    with pytest.raises(ConfigurationError, match=r"OPENAI_REPORT_UNKNOWN must be one of 1, true, .*'maybe'"):
        kind(api_key=KEY)
    monkeypatch.delenv("OPENAI_REPORT_UNKNOWN")
    with pytest.raises(ConfigurationError, match="report_unknown must be True or False, got 'yes'"):
        kind(api_key=KEY, report_unknown="yes")


def test_who_asks_a_client_that_does_not_report_is_told_what_to_set() -> None:
    report = OpenAI(api_key=KEY).unknown
    assert repr(report) == str(report) == "<UnknownReport: off (report_unknown=True turns it on)>"
    for ask in (report.records, lambda: list(report), lambda: len(report), lambda: bool(report)):
        with pytest.raises(ConfigurationError, match="report_unknown=True"):
            ask()
    assert create_autospec(OpenAI(api_key=KEY)).unknown is not None


def test_a_report_is_pickled_as_an_empty_one() -> None:
    report = UnknownReport()
    report.note(Result, Result(), "x")
    assert not pickle.loads(pickle.dumps(report))


def test_who_does_not_report_loads_nothing_of_it() -> None:
    program = """
import sys
from tests.canned import HELLO, Connect, Wire
Connect(False)(Wire()).chat.completions.create(**HELLO)
print([name for name in sys.modules if ".core.answer.unknown" in name])
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"
