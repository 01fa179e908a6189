"""What frameworks need of a client, without any framework: the official package is played by a few lines."""

from __future__ import annotations

import inspect
import sys
from types import ModuleType
from typing import Any

import httpx
import pytest
from pydantic import BaseModel

from tests.canned import HELLO, Connect, Wire, broken, completion, done, failure, listed, status, stream_of
from typed_openai import ConfigurationError, NotFoundError, OpenAI, RequestValidationError, as_official


class NotGiven:
    """The official mark for what was not given."""


class Omit:
    """The newer one."""


class OfficialModel(BaseModel, extra="allow"):
    """The official base class: `construct` takes what comes."""

    @classmethod
    def construct(cls, _fields_set: set[str] | None = None, **values: Any) -> Any:
        return cls(**values)


class Message(OfficialModel):
    """A message."""


class Choice(OfficialModel):
    """An answer."""

    message: Message


class ChatCompletion(OfficialModel):
    """A completion."""

    choices: list[Choice]


class ChatCompletionChunk(OfficialModel):
    """A chunk."""


class ChunkEvent(OfficialModel):
    """What the official helper gives for each chunk."""


class Part(OfficialModel):
    """A piece of a message."""


class OutputItem(OfficialModel):
    """A message."""

    content: list[Part]


class ParsedResponse(OfficialModel):
    """A response."""

    output: list[OutputItem]


class OfficialClient:
    """The official client."""


class OfficialAsyncClient:
    """The other colour."""


class OfficialError(Exception):
    """The root of the official errors that have an answer."""

    def __init__(self, message: str, *, response: Any, body: object) -> None:
        super().__init__(message)
        self.response = response
        self.body = body


class OfficialConnectionError(Exception):
    """No answer."""

    def __init__(self, *, message: str, request: Any) -> None:
        super().__init__(message)
        self.request = request


class OfficialTimeoutError(OfficialConnectionError):
    """No answer in time."""

    def __init__(self, request: Any) -> None:
        super().__init__(message="late", request=request)


@pytest.fixture
def official(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    package = ModuleType("openai")
    names: dict[str, dict[str, Any]] = {
        "openai": {
            "NotGiven": NotGiven,
            "Omit": Omit,
            "BaseModel": OfficialModel,
            "OpenAI": OfficialClient,
            "AsyncOpenAI": OfficialAsyncClient,
            "NotFoundError": OfficialError,
            "APIConnectionError": OfficialConnectionError,
            "APITimeoutError": OfficialTimeoutError,
        },
        "openai.types": {},
        "openai.types.chat": {"ChatCompletion": ChatCompletion, "ChatCompletionChunk": ChatCompletionChunk},
        "openai.types.responses": {"ParsedResponse": ParsedResponse},
        "openai.lib": {},
        "openai.lib.streaming": {},
        "openai.lib.streaming.chat": {"ChunkEvent": ChunkEvent},
    }
    for name, content in names.items():
        module = package if name == "openai" else ModuleType(name)
        vars(module).update(content)
        monkeypatch.setitem(sys.modules, name, module)
    return package


@pytest.mark.parametrize("mark", [NotGiven(), Omit()])
async def test_what_is_marked_as_not_given_is_not_sent(official: ModuleType, connect: Connect, mark: object) -> None:
    wire = Wire()
    await done(connect(wire).chat.completions.create(**HELLO, seed=mark, stream=mark, tools=mark, timeout=mark))
    assert wire.body == HELLO


async def test_a_mark_of_anybody_else_is_refused(connect: Connect) -> None:
    with pytest.raises(RequestValidationError):
        await done(connect(Wire()).chat.completions.create(**HELLO, seed=Omit()))


async def test_a_result_is_the_official_class_of_the_same_name(official: ModuleType, connect: Connect) -> None:
    client = as_official(connect(Wire(completion("hello"))))
    answer = await done(client.chat.completions.create(**HELLO))
    assert type(answer) is ChatCompletion
    assert answer.model_dump()["choices"][0]["message"]["content"] == "hello"


async def test_a_raw_answer_parses_to_the_official_class(official: ModuleType, connect: Connect) -> None:
    client = as_official(connect(Wire(completion())))
    answer = await done(client.chat.completions.with_raw_response.create(**HELLO))
    assert type(answer.parse()) is ChatCompletion
    assert answer.status_code == 200


async def test_a_raw_parse_gives_the_official_class_with_the_value_in_it(
    official: ModuleType, connect: Connect
) -> None:
    client = as_official(connect(Wire(completion('{"value": [1, 2]}'))))
    answer = await done(client.chat.completions.with_raw_response.parse(**HELLO, response_format=list[int]))
    assert type(answer.parse()) is ChatCompletion
    assert answer.parse().choices[0].message.parsed == [1, 2]
    assert answer.status_code == 200


async def test_a_raw_parse_with_a_format_that_is_no_type_is_a_create(official: ModuleType, connect: Connect) -> None:
    wire = Wire(completion("{}"))
    format = {"type": "json_object"}
    raw = as_official(connect(wire)).chat.completions.with_raw_response
    answer = await done(raw.parse(**HELLO, response_format=format))
    assert type(answer.parse()) is ChatCompletion
    assert wire.body["response_format"] == format


async def test_a_stream_gives_official_chunks(official: ModuleType, connect: Connect) -> None:
    client = as_official(connect(Wire(stream_of("a", "b"))))
    chunks = await listed(await done(client.chat.completions.create(**HELLO, stream=True)))
    assert {type(chunk) for chunk in chunks} == {ChatCompletionChunk}


async def test_a_stream_may_be_entered_and_left_early(official: ModuleType, connect: Connect) -> None:
    client = as_official(connect(Wire(stream_of("a", "b"))))
    stream = await done(client.chat.completions.create(**HELLO, stream=True))
    if connect.is_async:
        async with stream as entered:
            assert type(await anext(entered)) is ChatCompletionChunk
    else:
        with stream as entered:
            assert type(next(entered)) is ChatCompletionChunk
    assert stream.is_complete is False


async def test_the_view_passes_for_the_official_client(official: ModuleType, connect: Connect) -> None:
    seen: Any = as_official(connect(Wire()))
    again, resource = seen.with_options(timeout=5), seen.chat.completions
    assert isinstance(seen, OfficialAsyncClient if connect.is_async else OfficialClient)
    assert not isinstance(seen, OfficialClient if connect.is_async else OfficialAsyncClient)
    assert isinstance(again, OfficialAsyncClient if connect.is_async else OfficialClient)
    assert not isinstance(resource, OfficialClient | OfficialAsyncClient)


@pytest.mark.parametrize("entered", [True, False])
async def test_a_stream_of_events_gives_the_official_event_of_each_chunk(
    official: ModuleType, connect: Connect, entered: bool
) -> None:
    client = as_official(connect(Wire(stream_of('{"value"', ": [1, 2]}"))))
    stream = client.chat.completions.stream(**HELLO, response_format=list[int])
    if entered and connect.is_async:
        async with stream as opened:
            events = [await anext(opened), await anext(opened)]
    elif entered:
        with stream as opened:
            events = [next(opened), next(opened)]
    else:
        events = await listed(stream)
    assert [(type(event), type(event.chunk)) for event in events] == [(ChunkEvent, ChatCompletionChunk)] * 2
    assert [event.type for event in events] == ["chunk", "chunk"]


async def test_the_final_completion_of_a_stream_has_its_value(official: ModuleType, connect: Connect) -> None:
    client = as_official(connect(Wire(stream_of('{"value"', ": [1, 2]}"))))
    final = await done(client.chat.completions.stream(**HELLO, response_format=list[int]).get_final_completion())
    assert type(final) is ChatCompletion
    assert final.choices[0].message.model_dump()["parsed"] == [1, 2]


async def test_a_stream_of_events_raises_official_errors(official: ModuleType, connect: Connect) -> None:
    client = as_official(connect(Wire(failure(404))))
    with pytest.raises(OfficialError):
        await listed(client.chat.completions.stream(**HELLO))


async def test_a_response_has_its_value_where_the_official_one_has_it(official: ModuleType, connect: Connect) -> None:
    text = {"type": "output_text", "text": '{"value": [1, 2]}', "annotations": [], "logprobs": []}
    message = {"type": "message", "id": "m", "role": "assistant", "status": "completed", "content": [text]}
    body = {"id": "r", "object": "response", "created_at": 1, "status": "completed", "model": "m", "output": [message]}
    client = as_official(connect(Wire(status(200, body))))
    raw = await done(client.responses.with_raw_response.parse(model="m", input="x", text_format=list[int]))
    for answer in (raw.parse(), await done(client.responses.parse(model="m", input="x", text_format=list[int]))):
        assert type(answer) is ParsedResponse
        assert answer.output[0].content[0].model_dump()["parsed"] == [1, 2]
    assert raw.status_code == 200


async def test_what_has_no_official_class_stays_ours(official: ModuleType, connect: Connect) -> None:
    client = connect(Wire(completion()))
    seen = as_official(client)
    assert seen.base_url == client.base_url
    assert type(seen.with_options(timeout=5)) is type(seen)


async def test_an_error_of_the_api_becomes_the_official_one(official: ModuleType, connect: Connect) -> None:
    client = as_official(connect(Wire(failure(404, message="no such model"))))
    with pytest.raises(OfficialError, match="no such model") as caught:
        await done(client.chat.completions.create(**HELLO))
    assert caught.value.response.status_code == 404
    assert caught.value.response.request.method == "POST"
    assert isinstance(caught.value.__cause__, NotFoundError)


@pytest.mark.parametrize(
    ("failing", "kind"),
    [(httpx.ConnectError("refused"), OfficialConnectionError), (httpx.ReadTimeout("late"), OfficialTimeoutError)],
)
async def test_no_answer_is_the_official_error_too(
    official: ModuleType, connect: Connect, failing: Exception, kind: type[Exception]
) -> None:
    client = as_official(connect(Wire(broken(failing)), max_retries=0))
    with pytest.raises(OfficialConnectionError) as caught:
        await done(client.chat.completions.create(**HELLO))
    assert type(caught.value) is kind
    assert "/chat/completions" in caught.value.request.url


async def test_what_our_checks_refuse_stays_our_error(official: ModuleType, connect: Connect) -> None:
    with pytest.raises(RequestValidationError, match="max_token"):
        await done(as_official(connect(Wire())).chat.completions.create(**HELLO, max_token=5))


async def test_async_operations_are_seen_as_such(official: ModuleType, connect: Connect) -> None:
    for client in (connect(Wire()), as_official(connect(Wire()))):
        assert inspect.iscoroutinefunction(client.chat.completions.create) is connect.is_async
        assert "messages" in inspect.signature(client.chat.completions.create).parameters


def test_without_the_official_package_the_view_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(ConfigurationError, match="openai is not installed"):
        as_official(OpenAI(api_key="sk-x"))
