"""Responses from the local server, asked with the client in both colours: as described, and with a memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from inspect import isawaitable
from typing import Any

import pytest

from typed_openai import AsyncOpenAI, BadRequestError, NotFoundError, OpenAI
from typed_openai.local import LocalServer

TOOL = {
    "type": "function",
    "name": "get_weather",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    "strict": True,
}


class Asking:
    """A client of either colour; every answer must be as the API description says."""

    def __init__(self, kind: type[Any], server: LocalServer) -> None:
        self.client = kind(base_url=server.base_url, api_key="k", strict_responses=True)

    async def __call__(self, outcome: Any) -> Any:
        return await outcome if isawaitable(outcome) else outcome

    async def events(self, outcome: Any) -> list[Any]:
        stream = await self(outcome)
        return [event async for event in stream] if hasattr(stream, "__aiter__") else list(stream)

    @property
    def responses(self) -> Any:
        return self.client.responses


@pytest.fixture(params=[OpenAI, AsyncOpenAI], ids=["sync", "async"])
async def ask(request: pytest.FixtureRequest, server: LocalServer) -> AsyncIterator[Asking]:
    asking = Asking(request.param, server)
    yield asking
    await asking(asking.client.close())


async def test_a_text_is_echoed(ask: Asking) -> None:
    response = await ask(ask.responses.create(model="gpt-4o", input="Hello"))
    assert 'you said "Hello"' in response.output_text
    assert response.usage.total_tokens == response.usage.input_tokens + response.usage.output_tokens


async def test_a_stream_adds_up_to_what_is_stored(ask: Asking) -> None:
    how = {"model": "gpt-4o", "input": "Hello", "reasoning": {"effort": "low"}}
    async_or_not = ask.responses.stream(**how)
    response = await ask(async_or_not.get_final_response())
    assert [item.type for item in response.output] == ["reasoning", "message"]
    assert (await ask(ask.responses.retrieve(response.id))).model_dump() == response.model_dump()


async def test_a_tool_is_called_and_its_answer_is_heard(ask: Asking) -> None:
    first = await ask(ask.responses.create(model="gpt-4o", input="The weather in Paris?", tools=[TOOL]))
    [call] = first.function_calls
    assert call.arguments == '{"city":"Paris"}'
    output = {"type": "function_call_output", "call_id": call.call_id, "output": "sunny"}
    by_items = await ask(ask.responses.create(model="gpt-4o", input=[*first.output, output]))
    by_id = await ask(ask.responses.create(model="gpt-4o", previous_response_id=first.id, input=[output]))
    assert by_items.output_text == by_id.output_text
    assert 'get_weather answered "sunny"' in by_id.output_text


async def test_an_output_that_answers_nothing_is_refused(ask: Asking) -> None:
    output = {"type": "function_call_output", "call_id": "call_0", "output": "sunny"}
    with pytest.raises(BadRequestError, match="No tool call"):
        await ask(ask.responses.create(model="gpt-4o", input=[output]))


async def test_a_response_in_the_background_is_further_each_time(ask: Asking) -> None:
    response = await ask(ask.responses.create(model="gpt-4o", input="Hello", background=True))
    seen = [response.status] + [(await ask(ask.responses.retrieve(response.id))).status for _ in range(3)]
    assert seen == ["queued", "in_progress", "completed", "completed"]


async def test_a_response_in_the_background_can_be_given_up(ask: Asking) -> None:
    response = await ask(ask.responses.create(model="gpt-4o", input="Hello", background=True))
    assert (await ask(ask.responses.cancel(response.id))).status == "cancelled"
    assert (await ask(ask.responses.retrieve(response.id))).status == "cancelled"


async def test_a_stream_goes_on_after_any_event(ask: Asking) -> None:
    events = await ask.events(ask.responses.create(model="gpt-4o", input="Hello", stream=True, background=True))
    identifier = events[0].response.id
    for number in (0, 3, len(events) - 2):
        rest = await ask.events(ask.responses.retrieve(identifier, stream=True, starting_after=number))
        assert [event.model_dump() for event in rest] == [event.model_dump() for event in events[number + 1 :]]


async def test_what_is_deleted_is_gone(ask: Asking) -> None:
    response = await ask(ask.responses.create(model="gpt-4o", input="Hello"))
    assert await ask(ask.responses.delete(response.id)) is None
    with pytest.raises(NotFoundError):
        await ask(ask.responses.retrieve(response.id))


async def test_what_is_not_stored_cannot_be_fetched(ask: Asking) -> None:
    response = await ask(ask.responses.create(model="gpt-4o", input="Hello", store=False))
    with pytest.raises(NotFoundError):
        await ask(ask.responses.retrieve(response.id))


async def test_the_items_of_the_input_are_listed(ask: Asking) -> None:
    items = [{"role": "user", "content": text} for text in ("one", "two", "three")]
    response = await ask(ask.responses.create(model="gpt-4o", input=items))
    page = await ask(ask.responses.input_items.list(response.id, limit=2))
    found = [item async for item in page] if hasattr(page, "__aiter__") else list(page)
    assert [item.content[0].text for item in found] == ["three", "two", "one"]


async def test_a_compacted_conversation_goes_on(ask: Asking) -> None:
    first = await ask(ask.responses.create(model="gpt-4o", input="Hello"))
    compacted = await ask(ask.responses.compact(model="gpt-4o", previous_response_id=first.id))
    assert [item.type for item in compacted.output] == ["message", "compaction"]
    response = await ask(
        ask.responses.create(model="gpt-4o", input=[*compacted.output, {"role": "user", "content": "And?"}])
    )
    assert 'you said "And?"' in response.output_text


async def test_tokens_are_counted_as_a_response_would(ask: Asking) -> None:
    counted = await ask(ask.responses.input_tokens.count(model="gpt-4o", input="Hello there"))
    response = await ask(ask.responses.create(model="gpt-4o", input="Hello there"))
    assert abs(counted.input_tokens - response.usage.input_tokens) <= 5


async def test_a_limit_cuts_and_says_so(ask: Asking) -> None:
    response = await ask(ask.responses.create(model="gpt-4o", input="word " * 50, max_output_tokens=16))
    assert response.status == "incomplete"
    assert response.incomplete_details.reason == "max_output_tokens"
