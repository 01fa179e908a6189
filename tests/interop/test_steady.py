"""Every declared operation against steady, which checks each request against the API description and answers from it.

steady reports what it thinks of a request in headers: `X-Steady-Error-Count` and one code, path and message for each
error; an unknown query parameter is only reported there, the answer is 200 all the same.
"""

from __future__ import annotations

import functools
import json
from typing import Any

import pytest

from tests.interop.chat_scenarios import HELLO
from tests.interop.colours import Session
from tests.interop.declared import declared_operations
from tests.interop.expectations import assert_as_described, assert_chunks
from tests.interop.scenario import Scenario
from tests.interop.scenarios import SCENARIOS, eventful, one_each, plain, streamed
from tests.interop.servers import DESCRIPTION
from typed_openai.core.answer.meta import Headers
from typed_openai.core.declare.endpoint import Endpoint
from typed_openai.errors import APIError, APIStatusError, BadRequestError, NotFoundError, StreamDecodeError

pytestmark = pytest.mark.interop


def verdict(headers: Headers) -> list[str]:
    """What steady found wrong with a request."""
    count = int(headers["x-steady-error-count"])
    parts = ("code", "path", "message")
    return [" ".join(headers[f"x-steady-error-{number}-{part}"] for part in parts) for number in range(1, count + 1)]


def assert_accepted(scenario: Scenario, headers: Headers) -> None:
    """steady found nothing wrong, and took the request for the operation that it is."""
    assert verdict(headers) == []
    assert headers["x-steady-matched-path"] == declared_operations()[scenario.operation].path


@functools.cache
def described_operations() -> dict[str, Any]:
    """The paths of the API description, which steady goes by."""
    paths: dict[str, Any] = json.loads(DESCRIPTION.read_bytes())["paths"]
    return paths


def is_described(endpoint: Endpoint) -> bool:
    """Whether the description has the operation; some are known from the official package only."""
    return endpoint.method.lower() in described_operations().get(endpoint.path, {})


def described(scenarios: list[Scenario]) -> list[Scenario]:
    return [one for one in scenarios if is_described(declared_operations()[one.operation])]


def is_described_as_stream(scenario: Scenario) -> bool:
    """Whether the description knows event streams of this operation; those of legacy completions it leaves out."""
    endpoint = declared_operations()[scenario.operation]
    return "text/event-stream" in json.dumps(
        described_operations()[endpoint.path][endpoint.method.lower()]["responses"]
    )


def test_every_described_operation_has_a_scenario() -> None:
    known = declared_operations()
    wanted = {title for title, endpoint in known.items() if is_described(endpoint)}
    tried = {one.operation for one in SCENARIOS}
    assert len(wanted) >= 250
    assert wanted <= tried <= set(known)


@pytest.mark.parametrize("scenario", described(plain()), ids=str)
async def test_a_call_is_accepted_and_its_answer_typed(steady: Session, scenario: Scenario) -> None:
    result = await steady.run(scenario.call(steady.operation(scenario.operation)))
    if not isinstance(result, str | None):  # which cannot say how they came: the raw response can
        assert_accepted(scenario, result.meta.headers)
    assert_as_described(declared_operations()[scenario.operation], result)


@pytest.mark.parametrize("scenario", described(one_each()), ids=str)
async def test_a_raw_response_has_status_and_headers_and_parses(steady: Session, scenario: Scenario) -> None:
    response = await steady.run(scenario.call(steady.operation(scenario.operation, "with_raw_response")))
    assert response.status_code in (200, 201)  # a call that was made
    assert_accepted(scenario, response.headers)
    assert_as_described(declared_operations()[scenario.operation], response.parse())


@pytest.mark.parametrize("scenario", described(one_each()), ids=str)
async def test_a_streaming_response_is_read_bit_by_bit_and_parses(steady: Session, scenario: Scenario) -> None:
    call = scenario.call(steady.operation(scenario.operation, "with_streaming_response"))
    async with steady.entered(call) as response:
        assert_accepted(scenario, response.headers)
        pieces = await steady.all(response.iter_bytes(7))
    if not declared_operations()[scenario.operation].is_binary:
        assert isinstance(json.loads(b"".join(pieces)), dict | str)
    assert max((len(piece) for piece in pieces), default=0) <= 7  # of a file the description says nothing
    async with steady.entered(scenario.call(steady.operation(scenario.operation, "with_streaming_response"))) as again:
        parsed = await steady.run(again.parse())
    if declared_operations()[scenario.operation].is_binary:
        assert isinstance(parsed, bytes)
    else:
        assert_as_described(declared_operations()[scenario.operation], parsed)


NEED_ITEMS = (
    *(f"chat.completions.{name}" for name in ("create", "retrieve", "update")),
    "completions.create",
    "embeddings.create",
)
"""Operations whose answer is none without a choice or a vector, though the description allows it."""


@pytest.mark.parametrize("scenario", described(one_each()), ids=str)
@pytest.mark.parametrize("size", [0, 3])
async def test_answers_of_many_shapes_are_typed(steady: Session, scenario: Scenario, size: int) -> None:
    operation = steady.operation(scenario.operation)
    for seed in range(5):
        shape = {"X-Steady-Seed": str(seed), "X-Steady-Array-Size": str(size)}
        call = functools.partial(operation, *scenario.arguments, **scenario.keywords, extra_headers=shape)
        if size == 0 and scenario.operation in NEED_ITEMS:
            with pytest.raises(APIError, match="nothing of an answer"):
                await steady.run(call())
            continue
        assert_as_described(declared_operations()[scenario.operation], await steady.run(call()))


@pytest.mark.parametrize("scenario", [one for one in streamed() if is_described_as_stream(one)], ids=str)
async def test_a_stream_is_accepted_and_ends_with_an_event_called_done(steady: Session, scenario: Scenario) -> None:
    stream = await steady.run(scenario.call(steady.operation(scenario.operation)))
    chunks = await steady.all(stream)
    assert_accepted(scenario, stream.meta.headers)
    assert stream.meta.headers["x-steady-streaming"] == "true"
    assert_chunks(declared_operations()[scenario.operation], chunks)
    assert len(chunks) == 5
    assert b"event: done" in stream.response.content


@pytest.mark.parametrize("scenario", [one for one in streamed() if not is_described_as_stream(one)], ids=str)
async def test_a_server_that_answers_whole_where_a_stream_was_asked_is_named(
    steady: Session, scenario: Scenario
) -> None:
    stream = await steady.run(scenario.call(steady.operation(scenario.operation)))
    with pytest.raises(StreamDecodeError, match="expected an event stream, got application/json") as caught:
        await steady.all(stream)
    assert_accepted(scenario, caught.value.headers)
    assert caught.value.body == json.loads(caught.value.content)


@pytest.mark.parametrize("scenario", [one for one in eventful() if not is_described_as_stream(one)], ids=str)
async def test_typed_events_of_a_server_that_answers_whole_are_an_error(steady: Session, scenario: Scenario) -> None:
    async with steady.entered(scenario.call(steady.operation(scenario.operation))) as stream:
        with pytest.raises(StreamDecodeError, match="expected an event stream, got application/json") as caught:
            await steady.all(stream)
    assert_accepted(scenario, caught.value.headers)


@pytest.mark.parametrize("scenario", [one for one in eventful() if is_described_as_stream(one)], ids=str)
async def test_typed_events_are_read_to_the_end_and_add_up(steady: Session, scenario: Scenario) -> None:
    async with steady.entered(scenario.call(steady.operation(scenario.operation))) as stream:
        events = await steady.all(stream)
        assert_accepted(scenario, stream.meta.headers)
    assert events
    if scenario.operation != "responses.stream":  # its five events are of one kind, which adds up to nothing here
        assert_as_described(declared_operations()[scenario.operation], stream.snapshot)


async def test_what_is_not_checked_here_steady_refuses(steady: Session) -> None:
    """Without this the tests above could pass because steady looks at nothing."""
    chat = steady.changed(validation="off").client.chat.completions
    with pytest.raises(BadRequestError) as caught:
        await steady.run(chat.create(model="gpt-4o", messages=HELLO, temperature="hot", n=0))
    assert verdict(caught.value.headers) == [
        "E3008 body.temperature Expected type number, got string",
        "E4004 body.n Numeric range violation",
    ]


async def test_a_query_parameter_that_does_not_exist_is_seen_by_steady(steady: Session) -> None:
    page = await steady.run(steady.client.chat.completions.list(extra_query={"limits": 3}))
    assert verdict(page.meta.headers) == ['E3015 query.limits Query parameter "limits" is not defined in the spec']


@pytest.mark.parametrize(
    "scenario", [one for one in one_each() if not is_described(declared_operations()[one.operation])], ids=str
)
async def test_what_only_the_official_package_knows_is_not_found(steady: Session, scenario: Scenario) -> None:
    with pytest.raises(APIStatusError, match=r"404.*Path not found|405.*not allowed for"):  # a path, or its verb
        await steady.run(scenario.call(steady.operation(scenario.operation)))


async def test_a_path_that_does_not_exist_is_an_error_with_the_words_of_the_server(steady: Session) -> None:
    elsewhere = steady.changed(base_url=f"{steady.server.url}/v1", api_version=False)
    with pytest.raises(NotFoundError, match="Path not found: /v1/models") as caught:
        await elsewhere.run(elsewhere.client.models.list())
    assert caught.value.attempts[0].outcome.startswith("404")
