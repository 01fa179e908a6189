"""A conversation keeps what was said, in both colours and over both APIs, and sends as much of it as fits."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from typed_openai import APIError, AsyncOpenAI, ConfigurationError, OpenAI
from typed_openai.history import AsyncConversation, Conversation, HistoryTooLongError
from typed_openai.local import Fault, LocalServer, ToolCall

Saying = Callable[..., Any]
APIS = ["chat", "responses"]


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalServer() as server:
        yield server


@pytest.fixture(params=["sync", "async"])
def made(request: pytest.FixtureRequest) -> Callable[..., tuple[Any, Saying]]:
    """A conversation of either colour, and how something is said in it."""

    def sync(server: LocalServer, **given: Any) -> tuple[Any, Saying]:
        client = OpenAI(base_url=server.base_url, api_key="sk-x", max_retries=0)
        conversation: Any = Conversation(client, model="gpt-4o", **given)
        return conversation, conversation.say

    def awaited(server: LocalServer, **given: Any) -> tuple[Any, Saying]:
        client = AsyncOpenAI(base_url=server.base_url, api_key="sk-x", max_retries=0)
        conversation: Any = AsyncConversation(client, model="gpt-4o", **given)

        def say(*args: Any, **kwargs: Any) -> Any:
            async def once() -> Any:
                try:
                    return await conversation.say(*args, **kwargs)
                finally:
                    await client.close()

            return asyncio.run(once())

        return conversation, say

    return sync if request.param == "sync" else awaited


def texts(conversation: Any) -> list[str]:
    def text(message: Any) -> str:
        content = message["content"]
        return content if isinstance(content, str) else "".join(part["text"] for part in content)

    return [text(message) for message in conversation.messages]


def sent(server: LocalServer) -> list[Any]:
    body = server.requests[-1].json()
    listed: list[Any] = body.get("messages") or body["input"]
    return listed


@pytest.mark.parametrize("api", APIS)
def test_what_was_said_is_sent_with_what_is_said_next(made: Any, api: str) -> None:
    with LocalServer(script=["One.", "Two."]) as server:
        conversation, say = made(server, api=api, instructions="Be brief.")
        say("First?")
        assert [each["role"] for each in sent(server)] == ["system", "user"]
    assert texts(conversation) == ["Be brief.", "First?", "One."]


@pytest.mark.parametrize("api", APIS)
def test_a_history_goes_through_json_and_is_gone_on_with(made: Any, api: str) -> None:
    with LocalServer(script=["One.", "Two."]) as server:
        first, say = made(server, api=api)
        say("First?")
        second, say = made(server, api=api, messages=json.loads(json.dumps(first.messages)))
        say("Second?")
        assert len(sent(server)) == 3
    assert texts(second) == ["First?", "One.", "Second?", "Two."]


@pytest.mark.parametrize("api", APIS)
def test_what_is_sent_is_cut_and_what_was_said_is_kept(server: LocalServer, made: Any, api: str) -> None:
    before = [{"role": "user", "content": "word " * 200}, {"role": "assistant", "content": "word " * 200}]
    conversation, say = made(server, api=api, instructions="Be brief.", messages=before, tokens=100)
    say("And now?")
    assert [each["role"] for each in sent(server)] == ["system", "user"]
    assert len(conversation.messages) == 5


def test_a_call_that_fails_leaves_the_history_as_it_was(server: LocalServer, made: Any) -> None:
    conversation, say = made(server, instructions="Be brief.")
    server.fail_next(Fault(status=500))
    with pytest.raises(APIError):
        say("Hello")
    assert texts(conversation) == ["Be brief."]
    conversation.tokens = 5
    with pytest.raises(HistoryTooLongError):
        say("Hello")
    assert texts(conversation) == ["Be brief."]


def lamp(is_on: bool) -> str:
    """Switch the lamp."""
    return "bright" if is_on else "dark"


@pytest.mark.parametrize("api", APIS)
def test_functions_are_called_and_their_outputs_are_part_of_the_history(made: Any, api: str) -> None:
    with LocalServer(script=[ToolCall("lamp", is_on=True), "It is bright."]) as server:
        conversation, say = made(server, api=api, tools=[lamp], tokens=1000)
        answer = say("Light, please.")
    assert (answer.text if api == "chat" else answer.output_text) == "It is bright."
    assert len(conversation.messages) == 4
    assert "bright" in json.dumps(conversation.messages[2])


def test_a_stream_is_said_in_two_halves() -> None:
    with LocalServer(script=["Good day."]) as server:
        client = OpenAI(base_url=server.base_url, api_key="sk-x")
        conversation = Conversation(client, model="gpt-4o")
        with client.chat.completions.stream(**conversation.asking("Hello")) as stream:
            conversation.answered(stream.get_final_completion())
    assert texts(conversation) == ["Hello", "Good day."]


def test_parts_and_messages_can_be_said(server: LocalServer, made: Any) -> None:
    conversation, say = made(server)
    say([{"type": "text", "text": "Hello"}])
    assert sent(server) == [{"role": "user", "content": [{"type": "text", "text": "Hello"}]}]
    with pytest.raises(ConfigurationError, match="a text, a list of parts"):
        conversation.asking(3)


def test_a_client_of_the_other_colour_is_refused_with_the_right_name() -> None:
    with pytest.raises(ConfigurationError, match="use AsyncConversation"):
        Conversation(AsyncOpenAI(api_key="sk-x"), model="gpt-4o")
    with pytest.raises(ConfigurationError, match="use Conversation"):
        AsyncConversation(OpenAI(api_key="sk-x"), model="gpt-4o")
    with pytest.raises(ConfigurationError, match="'chat' or 'responses'"):
        Conversation(OpenAI(api_key="sk-x"), model="gpt-4o", api="batch")


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("with_tools", [False, True])
def test_what_is_said_at_the_same_time_stands_beside_its_answer(
    server: LocalServer, api: Any, with_tools: bool
) -> None:
    """In threads and in tasks, while somebody has begun to say something by halves."""
    tools: list[Any] = [add] if with_tools else []
    given: dict[str, Any] = {
        "model": "gpt-4o",
        "api": api,
        "tools": tools,
        **({"tool_choice": "none"} if tools else {}),
    }
    words = [f"word{number}" for number in range(6)]

    async def in_tasks(conversation: Any) -> None:
        await asyncio.gather(*(conversation.say(word) for word in words))
        await conversation._resource.client.close()

    server.fail_next(Fault(delay=0.02), times=12)
    awaited: Any = AsyncConversation(AsyncOpenAI(base_url=server.base_url, api_key="sk-x"), **given)
    halves = awaited.asking("by halves")
    asyncio.run(in_tasks(awaited))
    with OpenAI(base_url=server.base_url, api_key="sk-x") as client, ThreadPoolExecutor(6) as threads:
        sync: Any = Conversation(client, **given)
        list(threads.map(sync.say, words))
    assert "by halves" in str(halves)
    for conversation in (sync, awaited):
        assert len(conversation.messages) == 2 * len(words)
        pairs = [*zip(conversation.messages[::2], conversation.messages[1::2], strict=True)]
        assert sorted(question["content"] for question, _ in pairs) == words
        for question, answer in pairs:
            assert question["content"] in json.dumps(answer), pairs


def add(a: int, b: int) -> int:
    """Add."""
    return a + b
