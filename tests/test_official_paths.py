"""Programs written for the official package find its paths here, and what they find works."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import httpx
import pytest
from pydantic import BaseModel as PydanticModel

import typed_openai
from tests.canned import HELLO, KEY, Wire, completion
from typed_openai import ConfigurationError, OpenAI, StreamTruncatedError
from typed_openai.lib.streaming.chat import ChatCompletionStreamState
from typed_openai.models.chat.chunks import ChatCompletionChunk
from typed_openai.types.chat import ParsedChatCompletion, ParsedChatCompletionMessage, ParsedChoice
from typed_openai.types.responses import ParsedResponse

PATHS = {
    "typed_openai.lib.azure": ("AzureOpenAI", "AsyncAzureOpenAI"),
    "typed_openai.lib._pydantic": ("to_strict_json_schema",),
    "typed_openai.lib._tools": ("pydantic_function_tool",),
    "typed_openai.lib.streaming.chat": ("ChatCompletionStreamState", "ChatCompletionStream", "ContentDeltaEvent"),
    "typed_openai.lib.streaming": ("AssistantEventHandler", "AsyncAssistantStreamManager"),
    "typed_openai.lib.streaming.responses": ("ResponseStream", "ResponseTextDeltaEvent", "ResponseStreamManager"),
    "typed_openai.pagination": (
        "SyncPage",
        "AsyncCursorPage",
        "SyncConversationCursorPage",
        "AsyncConversationCursorPage",
        "SyncNextCursorPage",
        "AsyncNextCursorPage",
    ),
    "typed_openai._types": ("NOT_GIVEN", "NotGiven", "Omit", "omit", "not_given", "FileTypes", "Headers", "Timeout"),
}


class Weather(PydanticModel):
    """Where to look."""

    city: str


@pytest.mark.parametrize("path", PATHS)
def test_a_path_has_its_names(path: str) -> None:
    module = importlib.import_module(path)
    assert [name for name in PATHS[path] if not hasattr(module, name)] == []


def test_the_short_names_are_what_they_stand_for() -> None:
    assert typed_openai.AsyncAPIResponse is typed_openai.APIResponse
    assert typed_openai.HttpxBinaryResponseContent is typed_openai.Binary
    assert OpenAI(api_key=KEY).max_retries == typed_openai.DEFAULT_MAX_RETRIES
    assert typed_openai.DEFAULT_TIMEOUT.read == OpenAI(api_key=KEY).timeout
    assert isinstance(typed_openai.BaseModel.model_validate({"a": 1}), PydanticModel)


def test_default_clients_have_our_settings_and_take_others() -> None:
    with typed_openai.DefaultHttpxClient(headers={"x-mine": "1"}) as client:
        assert client.timeout == typed_openai.DEFAULT_TIMEOUT
        assert client.follow_redirects
        assert client.headers["x-mine"] == "1"
    assert issubclass(typed_openai.DefaultAsyncHttpxClient, httpx.AsyncClient)


def test_a_default_client_carries_calls() -> None:
    wire = Wire(completion())
    client = OpenAI(api_key=KEY, http_client=typed_openai.DefaultHttpxClient(transport=httpx.MockTransport(wire)))
    assert client.chat.completions.create(**HELLO).text


def test_without_its_package_the_aiohttp_client_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx_aiohttp", None)
    with pytest.raises(ConfigurationError, match=r"typed-openai\[aiohttp\]"):
        typed_openai.DefaultAioHttpClient()


def test_a_tool_of_a_model_is_the_dict_that_a_request_takes() -> None:
    made = typed_openai.pydantic_function_tool(Weather, name="look")
    assert (made["type"], made["function"]["name"], made["function"]["strict"]) == ("function", "look", True)
    wire = Wire(completion())
    client = OpenAI(api_key=KEY, http_client=httpx.Client(transport=httpx.MockTransport(wire)))
    client.chat.completions.create(**HELLO, tools=[made])
    assert wire.body["tools"] == [made]


def test_what_parse_gives_has_its_official_names() -> None:
    wire = Wire(completion('{"city": "Oslo"}'))
    client = OpenAI(api_key=KEY, http_client=httpx.Client(transport=httpx.MockTransport(wire)))
    answer: ParsedChatCompletion[Weather] = client.chat.completions.parse(**HELLO, response_format=Weather)
    assert isinstance(answer, ParsedChatCompletion)
    assert isinstance(answer.choices[0], ParsedChoice)
    assert isinstance(answer.choices[0].message, ParsedChatCompletionMessage)
    assert ParsedResponse[Weather]


def test_what_parse_gives_is_made_by_hand_as_there() -> None:
    message = ParsedChatCompletionMessage[Weather](
        content='{"city": "Oslo"}', role="assistant", parsed=Weather(city="Oslo")
    )
    choice = ParsedChoice[Weather](finish_reason="stop", index=0, message=message)
    made = ParsedChatCompletion[Weather](
        id="c", choices=[choice], created=1, model="m", object="chat.completion", usage=None
    )
    assert made.parsed == made.choices[0].message.parsed == Weather(city="Oslo")
    assert (made.id, made.choices[0].finish_reason, made.choices[0].message.role) == ("c", "stop", "assistant")
    assert made.model_dump()["choices"][0]["message"]["content"] == '{"city": "Oslo"}'


def chunk(**choice: Any) -> ChatCompletionChunk:
    whole = {"index": 0, "delta": {}, "finish_reason": None, **choice}
    return ChatCompletionChunk.model_validate(
        {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [whole]}
    )


def test_a_stream_state_adds_chunks_up_and_gives_events() -> None:
    state: ChatCompletionStreamState[Weather] = ChatCompletionStreamState(response_format=Weather)
    with pytest.raises(StreamTruncatedError, match="no chunk"):
        _ = state.current_completion_snapshot
    events = state.handle_chunk(chunk(delta={"role": "assistant", "content": '{"city":'}))
    assert [event.type for event in events] == ["content.delta"]
    assert state.current_completion_snapshot.choices[0].message.content == '{"city":'
    with pytest.raises(StreamTruncatedError, match="finish reason"):
        state.get_final_completion()
    state.handle_chunk(chunk(delta={"content": '"Oslo"}'}))
    assert [event.type for event in state.handle_chunk(chunk(finish_reason="stop"))] == []
    assert [event.type for event in state.finish()] == ["content.done", "finish"]
    assert state.get_final_completion().choices[0].message.parsed == Weather(city="Oslo")


def test_a_file_is_read_with_its_name(tmp_path: Any) -> None:
    (tmp_path / "notes.txt").write_bytes(b"abc")
    assert typed_openai.file_from_path(str(tmp_path / "notes.txt")) == ("notes.txt", b"abc")
