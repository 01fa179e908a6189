"""magentic: `OpenaiChatModel` for prompts that give texts, objects, calls and streams, in both colours."""

from typing import Any

import pytest

from tests.canned import done
from tests.frameworks.programs.conftest import Pair, User, weather

magentic: Any = pytest.importorskip("magentic", reason="magentic is not installed: make frameworks")

TAKES_CLIENTS = True


@pytest.fixture
def model(pair: Pair) -> Any:
    made = magentic.OpenaiChatModel("gpt-4o")
    made._client, made._async_client = pair.sync, pair.awaited
    return made


def chat(model: Any, text: str, **settings: Any) -> Any:
    return magentic.Chat([magentic.UserMessage(text)], model=model, **settings)


async def last(chat: Any, colour: str) -> Any:
    return (await done(getattr(chat, "submit" if colour == "sync" else "asubmit")())).last_message.content


async def test_an_answer(model: Any, colour: str) -> None:
    assert 'you said "hi"' in await last(chat(model, "hi"), colour)


async def test_a_stream(model: Any, colour: str) -> None:
    kind = magentic.StreamedStr if colour == "sync" else magentic.AsyncStreamedStr
    streamed = await last(chat(model, "hi", output_types=[kind]), colour)
    pieces = list(streamed) if colour == "sync" else [piece async for piece in streamed]
    assert len(pieces) > 3
    assert 'you said "hi"' in "".join(pieces)


async def test_an_object(model: Any, colour: str) -> None:
    user = await last(chat(model, "Ada is 36", output_types=[User]), colour)
    assert user.model_dump() == {"name": "Ada", "age": 36}


async def test_a_call(model: Any, colour: str) -> None:
    asked = chat(model, "weather in Paris", functions=[weather], output_types=[magentic.FunctionCall])
    found = await last(asked, colour)
    assert found() == "sunny in Paris"


def test_a_prompt_with_a_chain_of_calls(model: Any) -> None:
    def tell() -> str:
        """What magentic answers in place of this."""
        return ""

    chained = magentic.prompt_chain("weather in Paris", functions=[weather], model=model)(tell)
    assert "sunny in Paris" in chained()
