"""Values of a type out of a stream, of both APIs in both colours: what is there already, the value at the end, and an
error wherever there is none. Never a silent half."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from pydantic import BaseModel, Field, TypeAdapter, field_validator
from typing_extensions import TypedDict

from tests.canned import Connect, Wire, done, listed
from tests.structured.telling import CHAT, RESPONSES, chunk, sent
from typed_openai import (
    ContentFilterFinishReasonError,
    LengthFinishReasonError,
    OutputError,
    OutputValidationError,
    ParsedChatCompletion,
    ParsedOutput,
    ParsedResponse,
    PartialOutput,
    RefusalError,
    RequestValidationError,
    SchemaError,
    StreamTruncatedError,
    usage_scope,
)
from typed_openai.structured.output_format import OutputFormat, json_schema_for

PIECES = ('{"na', 'me": "An', 'na", "age": 3', "0", "}")
TEXT = "".join(PIECES)


class Person(BaseModel):
    name: str
    age: int = Field(ge=0)


class Film(TypedDict, total=False):
    title: str
    year: int


ANNA = Person(name="Anna", age=30)


@pytest.fixture(params=[CHAT, RESPONSES], ids=lambda api: api.name)
def api(request: pytest.FixtureRequest) -> Any:
    return request.param


def wire_of(api: Any, *pieces: str, **more: Any) -> Wire:
    return Wire(sent(api.events(*pieces, **more), api.ends_with_done))


async def read(api: Any, connect: Connect, *pieces: str, kind: Any = Person, **params: Any) -> list[Any]:
    """All events of the stream."""
    return await listed(api.stream(connect(wire_of(api, *pieces)), kind, **params))


async def partials(api: Any, connect: Connect, *pieces: str, kind: Any) -> list[PartialOutput[Any]]:
    return [event for event in await read(api, connect, *pieces, kind=kind) if isinstance(event, PartialOutput)]


async def ending(api: Any, stream: Any) -> tuple[list[Any], Exception | None]:
    """The events, and the error that the loop over them ended with."""
    events: list[Any] = []
    try:
        if hasattr(stream, "__aiter__"):
            async for event in stream:
                events.append(event)
        else:
            for event in stream:
                events.append(event)
    except (OutputError, StreamTruncatedError) as error:
        return events, error
    return events, None


# --- what comes ------------------------------------------------------------------------------------------------------


async def test_the_final_result_has_the_value(api: Any, connect: Connect) -> None:
    result = await api.final(api.stream(connect(wire_of(api, *PIECES)), Person))
    assert api.parsed(result) == ANNA
    wanted: Any = ParsedChatCompletion if api is CHAT else ParsedResponse
    assert isinstance(result, wanted)
    assert (result.usage.total_tokens, result.asks, result.model) == (8, 1, "m")


async def test_the_value_is_an_event_at_the_end_and_the_same_in_the_result(api: Any, connect: Connect) -> None:
    stream = api.stream(connect(wire_of(api, *PIECES)), Person)
    events = await listed(stream)
    (parsed,) = [event for event in events if event.type == "output.parsed"]
    assert parsed == ParsedOutput(ANNA)
    result = await api.final(stream)
    assert api.parsed(result) is parsed.parsed
    assert await api.final(stream) is result


async def test_what_is_there_already_follows_each_piece_of_text(api: Any, connect: Connect) -> None:
    found = await partials(api, connect, *PIECES, kind=Person)
    assert [partial.data for partial in found] == [
        {},
        {"name": "An"},
        {"name": "Anna"},
        {"name": "Anna"},
        {"name": "Anna", "age": 30},
    ]
    assert [partial.parsed for partial in found] == [None, None, None, None, ANNA]
    assert [partial.text for partial in found] == ["".join(PIECES[: n + 1]) for n in range(5)]
    assert {(partial.type, partial.index) for partial in found} == {("output.partial", 0)}
    assert repr(found[1]) == 'PartialOutput(\'{"name": "An\', index=0)'


async def test_all_other_events_come_as_without_a_type(api: Any, connect: Connect) -> None:
    bare = {"response_format": None} if api is CHAT else {"text_format": None}
    plain = await listed(api.stream(connect(wire_of(api, *PIECES)), None, **bare))
    typed = await read(api, connect, *PIECES)
    assert [event for event in typed if not isinstance(event, PartialOutput | ParsedOutput)] == plain
    assert len(plain) > len(PIECES)


async def test_text_and_snapshot_are_as_without_a_type(api: Any, connect: Connect) -> None:
    stream = api.stream(connect(wire_of(api, *PIECES)), Person)
    assert stream.snapshot is None
    assert await listed(stream.text()) == [*PIECES]
    assert api.text(stream.snapshot) == TEXT


@pytest.mark.parametrize(
    ("kind", "pieces", "data", "parsed"),
    [
        (list[int], ('{"value": [1', ", 2", ", 3]}"), [[], [1], [1, 2, 3]], [[], [1], [1, 2, 3]]),
        (
            list[Person],
            ('{"value": [', '{"name": "Anna", "age": 30}, {"na', 'me": "B", "age": 1}]}'),
            [[], [{"name": "Anna", "age": 30}, {}], [{"name": "Anna", "age": 30}, {"name": "B", "age": 1}]],
            [[], [ANNA], [ANNA, Person(name="B", age=1)]],
        ),
        (
            dict[str, str],
            ('{"value": [{"key": "a", "value": "x"}, {"key": "b', '", "value": "y', '"}]}'),
            [{"a": "x"}, {"a": "x", "b": "y"}, {"a": "x", "b": "y"}],
            [{"a": "x"}, {"a": "x", "b": "y"}, {"a": "x", "b": "y"}],
        ),
        (
            tuple[int, str],
            ('{"value": {"item_0": 1, ', '"item_1": "t', 'wo"}}'),
            [[1], [1, "t"], [1, "two"]],
            [None, (1, "t"), (1, "two")],
        ),
        (
            TypeAdapter(Film),
            ('{"title": "M", "ye', 'ar": 1931', "}"),
            [{"title": "M"}, {"title": "M"}, {"title": "M", "year": 1931}],
            [{"title": "M"}, {"title": "M"}, {"title": "M", "year": 1931}],
        ),
        (
            TypeAdapter(dict[str, int] | str),
            ('{"value": [{"key": "a"', ', "value": 1}]}'),
            [{}, {"a": 1}],
            [{}, {"a": 1}],
        ),
        (TypeAdapter(int | None), ('{"value": nu', "ll}"), [None, None], [None, None]),
    ],
    ids=str,
)
async def test_what_the_strict_schema_rewrote_is_undone_in_what_is_partial(
    api: Any, connect: Connect, kind: Any, pieces: tuple[str, ...], data: Any, parsed: Any
) -> None:
    found = await partials(api, connect, *pieces, kind=kind)
    assert [partial.data for partial in found] == data
    assert [partial.parsed for partial in found] == parsed
    result = await api.final(api.stream(connect(wire_of(api, *pieces)), kind))
    assert api.parsed(result) == parsed[-1]


async def test_who_does_not_look_does_not_pay(api: Any, connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    ordinary = OutputFormat.partial_data

    def noted(form: OutputFormat[Any], text: str) -> Any:
        asked.append(text)
        return ordinary(form, text)

    monkeypatch.setattr(OutputFormat, "partial_data", noted)
    found = await partials(api, connect, *PIECES, kind=Person)
    assert asked == []
    assert found[1].data is found[1].data
    assert asked == ['{"name": "An']


async def test_the_request_has_the_strict_schema_and_a_stream(api: Any, connect: Connect) -> None:
    wire = wire_of(api, *PIECES)
    await listed(api.stream(connect(wire), Person, temperature=0))
    assert wire.body["stream"] is True
    assert wire.body["temperature"] == 0
    asked = api.asked(wire.body)
    assert (asked["name"], asked["strict"]) == ("Person", True)
    assert asked["schema"] == json_schema_for(Person).schema


async def test_tokens_are_counted_once(api: Any, connect: Connect) -> None:
    with usage_scope() as scope:
        await api.final(api.stream(connect(wire_of(api, *PIECES)), Person))
    assert scope.total_tokens == 8


async def test_each_choice_has_its_own_value(connect: Connect) -> None:
    def said(index: int, text: str | None, finish: str | None = None) -> dict[str, Any]:
        return chunk([{"index": index, "delta": {"content": text} if text else {}, "finish_reason": finish}])

    told = [said(0, '{"value": ['), said(1, '{"value": [7'), said(0, "1]}"), said(1, "]}"), said(1, None, "stop")]
    wire = Wire(sent([*told, said(0, None, "stop")]))
    stream = CHAT.stream(connect(wire), list[int], n=2)
    events = await listed(stream)
    found = [(event.index, event.data) for event in events if isinstance(event, PartialOutput)]
    assert found == [(0, []), (1, []), (0, [1]), (1, [7])]
    assert [event for event in events if event.type == "output.parsed"] == [ParsedOutput([7], 1), ParsedOutput([1], 0)]
    assert [choice.message.parsed for choice in (await CHAT.final(stream)).choices] == [[1], [7]]
    again = CHAT.stream(connect(wire), list[int], n=2)
    words = "".join(await listed(again.text()))
    assert words == (await CHAT.final(again)).text == '{"value": [1]}'


async def test_tool_calls_are_no_value_and_no_failure(api: Any, connect: Connect) -> None:
    stream = api.stream(connect(Wire(sent(api.called(), api.ends_with_done))), Person)
    assert "output.parsed" not in {event.type for event in await listed(stream)}
    with pytest.raises(OutputError, match="called tools"):
        api.parsed(await api.final(stream))


# --- no value --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (LengthFinishReasonError, lambda api: api.cut()),
        (ContentFilterFinishReasonError, lambda api: api.filtered()),
        (RefusalError, lambda api: api.refused()),
        (OutputValidationError, lambda api: api.events('{"name": "Anna", ', '"age": -1}')),
        (OutputValidationError, lambda api: api.events("Sure! ", "Here it is.")),
        (OutputValidationError, lambda api: api.events('{"name": "An')),
    ],
)
async def test_where_there_is_no_value_the_loop_ends_with_the_error_that_parse_raises(
    api: Any, connect: Connect, kind: type[OutputError], told: Any
) -> None:
    stream = api.stream(connect(Wire(sent(told(api), api.ends_with_done))), Person)
    events, error = await ending(api, stream)
    assert type(error) is kind
    assert "output.parsed" not in {event.type for event in events}
    assert error.usage.total_tokens == 8
    assert error.completion == stream.snapshot
    assert error.partial_text == api.text(stream.snapshot)
    assert str(error).startswith(
        ("the answer does not fit", f"{'chat.completions' if api is CHAT else api.name}.stream")
    )
    with pytest.raises(kind):
        await api.final(stream)
    for event in events:
        if isinstance(event, PartialOutput):
            assert event.parsed is None


async def test_cut_at_any_event_it_is_an_error_with_what_came(api: Any, connect: Connect) -> None:
    whole = api.events(*PIECES)
    last = len(whole) - 1 if api is CHAT else len(whole)  # without the usage a chat stream is complete
    for count in range(1, last):
        stream = api.stream(connect(Wire(sent(whole[:count], False))), Person)
        events, error = await ending(api, stream)
        assert isinstance(error, StreamTruncatedError), count
        pieces = [event for event in events if event.type == "output.partial"]
        assert api.text(error.partial) == (pieces[-1].text if pieces else "")
        assert "output.parsed" not in {event.type for event in events}
        with pytest.raises(RuntimeError):
            await api.final(stream)


async def test_a_stream_that_was_left_has_no_final_result(api: Any, connect: Connect) -> None:
    stream = api.stream(connect(Wire(sent(api.events(*PIECES)[:4], False))), Person)
    first = await done(anext(stream) if hasattr(stream, "__anext__") else next(stream))
    assert first is not None
    await done(stream.close())
    with pytest.raises(RuntimeError, match="closed before its end"):
        await api.final(stream)


# --- what a response stream may do -----------------------------------------------------------------------------------


async def test_a_piece_that_comes_twice_counts_once(connect: Connect) -> None:
    told = RESPONSES.events(*PIECES)
    doubled = [twin for event in told for twin in (event, event)]
    stream = RESPONSES.stream(connect(Wire(sent(doubled, False))), Person)
    events = await listed(stream)
    assert [event.text for event in events if isinstance(event, PartialOutput)][-1] == TEXT
    assert len(events) == len(told) + len(PIECES) + 1
    assert RESPONSES.parsed(await RESPONSES.final(stream)) == ANNA


async def test_pieces_in_another_order_are_put_right(connect: Connect) -> None:
    told = RESPONSES.events(*PIECES)
    told[2], told[3] = told[3], told[2]
    events = await listed(RESPONSES.stream(connect(Wire(sent(told, False))), Person))
    texts = [event.text for event in events if isinstance(event, PartialOutput)]
    assert texts[2:] == ["".join(PIECES[:3]), "".join(PIECES[:4]), TEXT]


async def test_a_background_response_is_read_where_it_is_taken_up_again(connect: Connect) -> None:
    told = RESPONSES.events(*PIECES)
    for after, partial_events in ((None, len(PIECES)), (3, 0)):
        wire = Wire(sent(told[after + 1 :] if after is not None else told, False))
        again = {"response_id": "resp_1", **({"starting_after": after} if after is not None else {})}
        stream = connect(wire).responses.stream(text_format=Person, **again)
        events = await listed(stream)
        assert wire.request.method == "GET"
        assert "text" not in wire.request.url.params
        assert [event.type for event in events].count("output.partial") == partial_events
        assert events[-1] == ParsedOutput(ANNA)
        assert RESPONSES.parsed(await RESPONSES.final(stream)) == ANNA


async def test_a_background_stream_that_breaks_goes_on_without_doubling_anything(connect: Connect) -> None:
    told = RESPONSES.events(*PIECES)
    head = told[0]["response"]
    told[0] = {**told[0], "response": {**head, "background": True}}
    for count in range(1, len(told)):
        wire = Wire(sent(told[:count], False), sent(told[max(0, count - 2) :], False))
        stream = RESPONSES.stream(connect(wire), Person, background=True)
        events = await listed(stream)
        texts = [event.text for event in events if isinstance(event, PartialOutput)]
        assert texts == ["".join(PIECES[: n + 1]) for n in range(5)], count
        assert [event.type for event in events].count("output.parsed") == 1
        assert RESPONSES.parsed(await RESPONSES.final(stream)) == ANNA
        assert [request.method for request in wire.requests] == ["POST", "GET"]


async def test_an_answer_that_broke_behind_its_end_is_judged_like_any_other(connect: Connect) -> None:
    """The connection of a background stream breaks in the middle of what follows the last event."""
    told = RESPONSES.cut()
    told[0] = {**told[0], "response": {**told[0]["response"], "background": True}}
    whole = sent(told, False)

    def broken(request: Any) -> Any:
        answer = whole(request)
        answer.headers.pop("content-length", None)
        return type(answer)(200, content=answer.content + b"data: {", headers=answer.headers)

    events, error = await ending(RESPONSES, RESPONSES.stream(connect(Wire(broken)), Person, background=True))
    assert events[-1].type == "response.incomplete"
    assert isinstance(error, LengthFinishReasonError)


# --- the call --------------------------------------------------------------------------------------------------------


async def test_other_things_said_of_the_text_are_kept(connect: Connect) -> None:
    wire = wire_of(RESPONSES, *PIECES)
    await listed(RESPONSES.stream(connect(wire), Person, text={"verbosity": "low"}))
    assert wire.body["text"]["verbosity"] == "low"
    assert wire.body["text"]["format"]["type"] == "json_schema"


@pytest.mark.parametrize("how", ["stream", "parse"])
async def test_two_formats_at_once_are_refused(connect: Connect, how: str) -> None:
    wire = Wire()
    call = getattr(connect(wire).responses, how)
    with pytest.raises(RequestValidationError, match=r"text\.format"):
        await done(call(model="m", input="x", text_format=Person, text={"format": {"type": "json_object"}}))
    assert wire.requests == []


async def test_a_type_that_has_no_schema_is_refused_when_the_stream_is_made(api: Any, connect: Connect) -> None:
    wire = Wire()
    with pytest.raises(SchemaError, match="free keys"):
        api.stream(connect(wire), dict[str, Any])
    with pytest.raises(RequestValidationError, match="temperature"):
        api.stream(connect(wire), Person, temprature=1)
    assert wire.requests == []


async def test_a_format_that_is_no_type_gives_the_ordinary_stream(connect: Connect) -> None:
    client = connect(wire_of(CHAT, *PIECES))
    form = json_schema_for(Person).response_format
    result = await CHAT.final(CHAT.stream(client, form))
    assert not isinstance(result, ParsedChatCompletion)
    assert result.text == TEXT


@pytest.mark.parametrize("given", [Person, list[int], TypeAdapter(int), int | None], ids=str)
@pytest.mark.parametrize("stream", [True, False])
async def test_create_takes_no_type_and_says_who_does(connect: Connect, given: Any, stream: bool) -> None:
    client, wire = connect(Wire()), Wire()
    with pytest.raises(RequestValidationError, match=r"parse\(response_format=...\), or stream\(response_format=...\)"):
        await done(client.chat.completions.create(model="m", messages=[], response_format=given, stream=stream))
    with pytest.raises(RequestValidationError, match=r"parse\(text_format=...\), or stream\(text_format=...\)"):
        await done(client.responses.create(model="m", input="x", text_format=given, stream=stream))
    assert wire.requests == []


@pytest.mark.parametrize("name", ["response_format", "text_format"])
def test_the_signature_shows_that_a_type_may_be_given(connect: Connect, name: str) -> None:
    client = connect(Wire())
    stream = client.chat.completions.stream if name == "response_format" else client.responses.stream
    signature = inspect.signature(stream)
    assert "TypeAdapter" in str(signature.parameters[name].annotation)
    assert "Parsed" in str(signature.return_annotation)


class Month(BaseModel):
    said: str

    @field_validator("said")
    @classmethod
    def last(cls, said: str) -> str:
        return said.split("-")[1]


async def test_a_validator_that_does_not_expect_a_cut_text_ends_no_stream(api: Any, connect: Connect) -> None:
    events = await partials(api, connect, '{"said": "20', "24-", '02"}', kind=Month)
    assert [None if event.parsed is None else event.parsed.said for event in events] == [None, "", "02"]
