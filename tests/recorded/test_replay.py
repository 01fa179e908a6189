"""Areas of the API replayed from cassettes, in both colours; what is asserted holds for any server's recording.

A test here must ask for the same thing each time: what it sends is compared with what was recorded.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.canned import done, listed
from typed_openai import NotFoundError

CHAT = "gpt-4o-mini"
MESSAGES = [{"role": "user", "content": "Say hello."}]
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather in a city",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
EXAMPLE = {"messages": [{"role": "user", "content": "Good?"}, {"role": "assistant", "content": "Yes."}]}


async def test_recorded_models_are_listed(client: Any) -> None:
    models = await listed(client.models.list())
    assert models
    assert {model.object for model in models} == {"model"}


async def test_a_recorded_chat_has_text_and_usage(client: Any) -> None:
    completion = await done(client.chat.completions.create(model=CHAT, messages=MESSAGES))
    assert completion.text
    assert completion.usage.total_tokens > completion.usage.prompt_tokens > 0
    assert completion.meta.request_id
    assert completion.issues == ()


async def test_a_recorded_stream_is_whole(client: Any) -> None:
    stream = await done(client.chat.completions.create(model=CHAT, messages=MESSAGES, stream=True))
    chunks = await listed(stream)
    assert len(chunks) > 2
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert "".join(chunk.text for chunk in chunks)
    assert all(chunk.issues == () for chunk in chunks)


async def test_recorded_events_add_up_to_an_answer(client: Any) -> None:
    stream = client.chat.completions.stream(model=CHAT, messages=MESSAGES, tools=[WEATHER], tool_choice="required")
    events = await listed(stream)
    completion = await done(stream.get_final_completion())
    [call] = completion.choices[0].message.tool_calls
    assert (call.function.name, list(json.loads(call.function.arguments))) == ("get_weather", ["city"])
    assert len(events) > 2


async def test_recorded_vectors_are_floats(client: Any) -> None:
    answer = await done(client.embeddings.create(model="text-embedding-3-small", input=["a", "b"], dimensions=16))
    assert [len(each.embedding) for each in answer.data] == [16, 16]
    assert isinstance(answer.data[0].embedding[0], float)


async def test_a_recorded_form_is_found_whatever_its_boundary(client: Any) -> None:
    content = (json.dumps(EXAMPLE) + "\n").encode() * 10
    file = await done(client.files.create(file=("examples.jsonl", content), purpose="fine-tune"))
    assert (await done(client.files.content(file.id))).read() == content
    assert (await done(client.files.delete(file.id))).deleted


async def test_recorded_sound_is_heard_again(client: Any) -> None:
    speech = await done(client.audio.speech.create(model="tts-1", voice="alloy", input="Hello!", response_format="wav"))
    sound = speech.read()
    assert sound[:4] == b"RIFF"
    heard = await done(client.audio.transcriptions.create(model="whisper-1", file=("hello.wav", sound)))
    assert heard.text


async def test_a_recorded_refusal_is_an_error_of_its_class(client: Any) -> None:
    with pytest.raises(NotFoundError) as caught:
        await done(client.models.retrieve("no-such-model"))
    assert caught.value.code == "model_not_found"
