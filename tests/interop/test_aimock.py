"""What works, against aimock: plain and streamed answers, typed events, rounds with tools, embeddings, lists.

The answers stand in `fixtures/chat.json`, chosen by the words of the user. aimock keeps a journal of what it received,
which is compared with what was given.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.interop.asking import asking
from tests.interop.chat_scenarios import HELLO, WEATHER
from tests.interop.colours import Session
from tests.interop.declared import declared_operations
from tests.interop.expectations import assert_as_described, assert_chunks, assert_typed, deviations
from tests.interop.scenario import Scenario
from tests.interop.scenarios import eventful, plain, streamed
from typed_openai.errors import NotFoundError
from typed_openai.models.chat.messages import ToolMessage
from typed_openai.streaming.chat import ContentDelta, Finish, ReasoningDelta, ToolCallDelta, ToolCallDone, Usage

pytestmark = pytest.mark.interop

SERVED = {
    "models.list",
    "chat.completions.create",
    "chat.completions.stream",
    "embeddings.create",
    "moderations.create",
}
"""The operations that aimock has; for the others it answers 404."""

KEPT = ("batches.", "files.", "fine_tuning.jobs.")
"""What aimock keeps: it knows only ids that it gave out itself, so it is asked step by step (`test_aimock_kept.py`)."""

MEDIA = ("images.", "audio.transcriptions.", "audio.translations.", "audio.speech.")
"""What has answers of its own (`test_aimock_media.py`)."""

RESPONSES = ("responses.create", "beta.responses.create")
"""What is asked in `test_aimock_responses.py`; the beta is the same path with a query, which aimock overlooks."""

GREETING = "Hi there! How can I help you today, naïve 😀 friend?"


VIDEOS = ("videos.",)
"""What aimock has for the prompts of its fixtures alone."""

APART = (*KEPT, *MEDIA, *RESPONSES, *VIDEOS)


def served(scenarios: list[Scenario]) -> list[Scenario]:
    return [one for one in scenarios if one.operation in SERVED]


def absent(scenarios: list[Scenario]) -> list[Scenario]:
    return [one for one in scenarios if one.operation not in SERVED and not one.operation.startswith(APART)]


@pytest.mark.parametrize("scenario", served(plain()), ids=str)
async def test_a_call_is_answered_and_typed(aimock: Session, scenario: Scenario) -> None:
    result = await aimock.run(scenario.call(aimock.operation(scenario.operation)))
    assert_typed(declared_operations()[scenario.operation], result)
    assert deviations(result) == []
    assert result.meta.request_id == result.meta.headers["X-Request-Id"]


@pytest.mark.parametrize("scenario", served(streamed()), ids=str)
async def test_a_stream_is_typed_and_read_to_the_end(aimock: Session, scenario: Scenario) -> None:
    stream = await aimock.run(scenario.call(aimock.operation(scenario.operation)))
    chunks = await aimock.all(stream)
    assert_chunks(declared_operations()[scenario.operation], chunks)
    assert stream.response.content.endswith(b"data: [DONE]\n\n")


@pytest.mark.parametrize("scenario", served(eventful()), ids=str)
async def test_typed_events_add_up_to_a_typed_answer(aimock: Session, scenario: Scenario) -> None:
    async with aimock.entered(scenario.call(aimock.operation(scenario.operation))) as stream:
        events = await aimock.all(stream)
    assert any(isinstance(event, Finish) for event in events)
    assert_as_described(declared_operations()[scenario.operation], stream.snapshot)


@pytest.mark.parametrize("scenario", absent(plain()), ids=str)
async def test_an_operation_that_a_server_does_not_have_is_not_found(aimock: Session, scenario: Scenario) -> None:
    with pytest.raises(NotFoundError, match="Not found") as caught:
        await aimock.run(scenario.call(aimock.operation(scenario.operation)))
    assert caught.value.type == "not_found"
    assert f"this server may not have {scenario.operation}" in str(caught.value)
    assert len(caught.value.attempts) == 1


@pytest.mark.parametrize(
    "scenario", [one for one in served(plain() + streamed()) if one.keywords.get("messages")], ids=str
)
async def test_a_request_arrives_as_it_was_given(aimock: Session, scenario: Scenario) -> None:
    outcome = await aimock.run(scenario.call(aimock.operation(scenario.operation)))
    if scenario.streams:
        await aimock.all(outcome)
    [entry] = aimock.received()
    body = {name: value for name, value in entry["body"].items() if not name.startswith("_")}
    assert body == scenario.keywords


async def test_plain_and_streamed_answers_say_the_same(aimock: Session) -> None:
    chat = aimock.client.chat.completions
    plain_answer = await aimock.run(chat.create(**asking("hello")))
    chunks = await aimock.all(await aimock.run(chat.create(**asking("hello"), stream=True)))
    assert plain_answer.choices[0].message.content == GREETING
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == GREETING
    assert [chunk.choices[0].finish_reason for chunk in chunks] == [None] * (len(chunks) - 1) + ["stop"]


async def test_usage_comes_in_a_last_chunk_without_choices(aimock: Session) -> None:
    call = aimock.client.chat.completions.create(**asking("hello"), stream=True, stream_options={"include_usage": True})
    *others, last = await aimock.all(await aimock.run(call))
    assert last.choices == []
    assert last.usage.total_tokens == last.usage.prompt_tokens + last.usage.completion_tokens
    assert all(chunk.usage is None for chunk in others)


async def test_typed_events_carry_text_finish_and_usage_and_leave_the_whole_answer(aimock: Session) -> None:
    call = aimock.client.chat.completions.stream(**asking("hello"), stream_options={"include_usage": True})
    async with aimock.entered(call) as stream:
        events = await aimock.all(stream)
    assert "".join(event.delta for event in events if isinstance(event, ContentDelta)) == GREETING
    assert [event.reason for event in events if isinstance(event, Finish)] == ["stop"]
    completion = await aimock.run(stream.get_final_completion())
    assert completion.choices[0].message.content == GREETING
    assert [event.usage for event in events if isinstance(event, Usage)] == [completion.usage]


async def test_text_of_a_stream_is_its_words_alone(aimock: Session) -> None:
    async with aimock.entered(aimock.client.chat.completions.stream(**asking("hello"))) as stream:
        assert "".join(await aimock.all(stream.text())) == GREETING


async def test_line_separators_inside_json_do_not_split_an_event(aimock: Session) -> None:
    text = "one\u2028two\u2029three\u0085four\r\nfive\x00"
    async with aimock.entered(aimock.client.chat.completions.stream(**asking("separators"))) as stream:
        assert "".join(await aimock.all(stream.text())) == text
    whole = await aimock.run(aimock.client.chat.completions.create(**asking("separators")))
    assert whole.choices[0].message.content == text


async def test_thoughts_are_kept_apart_from_the_answer(aimock: Session) -> None:
    async with aimock.entered(aimock.client.chat.completions.stream(**asking("reason", model="o3"))) as stream:
        events = await aimock.all(stream)
    assert "".join(event.delta for event in events if isinstance(event, ReasoningDelta)) == "Let me think."
    assert "".join(event.delta for event in events if isinstance(event, ContentDelta)) == "Reasoned answer"
    for message in (
        stream.snapshot.choices[0].message,
        (await aimock.run(aimock.client.chat.completions.create(**asking("reason", model="o3")))).choices[0].message,
    ):
        assert (message.reasoning_content, message.content) == ("Let me think.", "Reasoned answer")


async def test_json_mode_gives_json(aimock: Session) -> None:
    call = aimock.client.chat.completions.create(**asking("capital?"), response_format={"type": "json_object"})
    assert json.loads((await aimock.run(call)).choices[0].message.content) == {"capital": "Paris"}


async def plain_round(session: Session, asked: dict[str, Any]) -> Any:
    return (await session.run(session.client.chat.completions.create(**asked))).choices[0].message


async def streamed_round(session: Session, asked: dict[str, Any]) -> Any:
    async with session.entered(session.client.chat.completions.stream(**asked)) as stream:
        return (await session.run(stream.get_final_completion())).choices[0].message


@pytest.mark.parametrize("round_", [plain_round, streamed_round])
async def test_an_answer_with_tool_calls_is_given_back_as_it_is(aimock: Session, round_: Callable[..., Any]) -> None:
    asked = asking("What is the weather in Paris?", tools=[WEATHER])
    message = await round_(aimock, asked)
    [call] = message.tool_calls
    assert (call.type, call.id, call.function.name) == ("function", "call_paris", "get_weather")
    assert json.loads(call.function.arguments) == {"city": "Paris", "unit": "celsius"}
    asked["messages"] += [message, ToolMessage(tool_call_id=call.id, content="sunny")]
    assert (await round_(aimock, asked)).content == "It is sunny in Paris."
    sent_back = aimock.received()[-1]["body"]["messages"][1]
    assert sent_back == {  # without the null content, which some servers do not take beside calls
        "role": "assistant",
        "tool_calls": [
            {
                "id": "call_paris",
                "type": "function",
                "function": {"name": "get_weather", "arguments": call.function.arguments},
            }
        ],
    }


async def test_the_arguments_of_a_tool_call_come_in_pieces_and_then_whole(aimock: Session) -> None:
    call = aimock.client.chat.completions.stream(**asking("weather", tools=[WEATHER]))
    async with aimock.entered(call) as stream:
        events = await aimock.all(stream)
    pieces = [event for event in events if isinstance(event, ToolCallDelta)]
    [done] = [event for event in events if isinstance(event, ToolCallDone)]
    assert len(pieces) > 3
    assert {(piece.index, piece.id, piece.name) for piece in pieces} == {(0, "call_paris", "get_weather")}
    assert "".join(piece.arguments_delta for piece in pieces) == done.arguments == '{"city":"Paris","unit":"celsius"}'


async def test_tool_calls_around_a_text_add_up(aimock: Session) -> None:
    async with aimock.entered(aimock.client.chat.completions.stream(**asking("two tools and a word"))) as stream:
        events = await aimock.all(stream)
    done = [event for event in events if isinstance(event, ToolCallDone)]
    assert [(one.index, one.id, one.name, one.arguments) for one in done] == [
        (0, "call_first", "first", '{"number":1}'),
        (1, "call_second", "second", '{"number":2}'),
    ]
    message = stream.snapshot.choices[0].message
    assert message.content == "Both of them."
    assert [call.id for call in message.tool_calls] == ["call_first", "call_second"]


@pytest.mark.parametrize("encoding", [None, "float", "base64"])
async def test_vectors_are_floats_whatever_was_asked(aimock: Session, encoding: str | None) -> None:
    call = aimock.client.embeddings.create(model="m", input=["exact", "exact"], encoding_format=encoding)
    answer = await aimock.run(call)
    assert [item.embedding for item in answer.data] == [[0.5, -0.25, 0.125]] * 2
    assert [item.index for item in answer.data] == [0, 1]


async def test_vectors_have_the_wanted_length(aimock: Session) -> None:
    answer = await aimock.run(aimock.client.embeddings.create(model="m", input="anything", dimensions=7))
    assert len(answer.data[0].embedding) == 7


async def test_calls_at_the_same_time_get_each_their_own_answer(aimock: Session) -> None:
    create = aimock.client.embeddings.create
    calls = [functools.partial(create, model="m", input="anything", dimensions=length) for length in range(1, 41)]
    assert [len(answer.data[0].embedding) for answer in await aimock.at_once(calls)] == list(range(1, 41))


async def test_a_raw_response_of_a_stream_parses_into_the_stream(aimock: Session) -> None:
    call = aimock.client.chat.completions.with_raw_response.create(**asking("hello"), stream=True)
    response = await aimock.run(call)
    assert response.headers["content-type"] == "text/event-stream"
    chunks = await aimock.all(response.parse())
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == GREETING


async def test_a_list_is_one_page_that_can_be_iterated(aimock: Session) -> None:
    page = await aimock.run(aimock.client.models.list())
    names = [model.id async for model in aimock.each(page)]
    assert names == [model.id for model in page.data]
    assert "gpt-4o" in names
    assert not page.has_next_page()


@pytest.mark.parametrize("path", ["", "/", "/v1", "/v1/", "/openai", "/openai/v1/"])
async def test_a_base_url_works_with_and_without_version_and_slash(aimock: Session, path: str) -> None:
    there = aimock.changed(base_url=aimock.server.url + path, api_version="v1")
    assert (await there.run(there.client.chat.completions.create(**asking("hello")))).choices
    assert len(aimock.received()) == 1


async def test_a_client_with_other_options_shares_what_the_first_one_knows(aimock: Session) -> None:
    other = aimock.changed(default_headers={"X-Extra": "yes"})
    await other.run(other.client.chat.completions.create(model="gpt-4o", messages=HELLO))
    [entry] = aimock.received()
    assert entry["headers"]["x-extra"] == "yes"
    assert entry["headers"]["authorization"] == "[REDACTED]"
