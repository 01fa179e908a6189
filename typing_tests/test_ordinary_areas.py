"""Ordinary code in the other areas, one snippet a function: no type checker says a word, with the plugin or without.

Never executed; the same for chat: `test_ordinary_chat.py`.
"""

import json
from pathlib import Path
from typing import Any, assert_type

from pydantic import BaseModel

from typed_openai import AsyncOpenAI, OpenAI
from typed_openai.models.responses import Response
from typed_openai.types.responses import ResponseInputItemParam, ResponseInputParam

client = OpenAI()
async_client = AsyncOpenAI()


class Weather(BaseModel):
    city: str


def a_text_is_answered() -> str:
    return client.responses.create(model="gpt-4o", input="Hi", instructions="Be brief.").output_text


def items_are_answered(question: str) -> None:
    client.responses.create(model="gpt-4o", input=[{"role": "user", "content": question}])
    client.responses.create(
        model="gpt-4o", input=[{"role": "user", "content": [{"type": "input_text", "text": question}]}]
    )
    client.responses.create(model="gpt-4o", input=[{"type": "message", "role": "user", "content": question}])


def items_in_a_variable(texts: list[dict[str, str]], objects: list[dict[str, object]], anything: list[Any]) -> None:
    client.responses.create(model="gpt-4o", input=texts)
    client.responses.create(model="gpt-4o", input=objects)
    client.responses.create(model="gpt-4o", input=anything)
    client.responses.create(model="gpt-4o", input=[*texts, {"role": "user", "content": "Hi"}])


def items_with_official_types(items: ResponseInputParam, item: ResponseInputItemParam) -> None:
    items.append({"role": "user", "content": "Hi"})
    client.responses.create(model="gpt-4o", input=items)
    client.responses.create(model="gpt-4o", input=[item, {"role": "user", "content": "Hi"}])


def a_conversation_goes_on(first: Response) -> None:
    client.responses.create(model="gpt-4o", input=[*first.output, {"role": "user", "content": "And?"}])
    client.responses.create(model="gpt-4o", input="And?", previous_response_id=first.id)


def a_function_call_is_answered(first: Response) -> None:
    for item in first.output:
        if item.type == "function_call":
            arguments = json.loads(item.arguments)
            client.responses.create(
                model="gpt-4o",
                input=[{"type": "function_call_output", "call_id": item.call_id, "output": str(arguments)}],
                previous_response_id=first.id,
            )


def a_picture_is_seen(url: str) -> None:
    client.responses.create(
        model="gpt-4o",
        input=[
            {
                "role": "user",
                "content": [
                    {"type": "input_text", "text": "What is this?"},
                    {"type": "input_image", "image_url": url, "detail": "auto"},
                ],
            }
        ],
    )


def the_service_has_tools(ids: list[str]) -> None:
    client.responses.create(
        model="gpt-4o",
        input="Hi",
        tools=[
            {"type": "web_search"},
            {"type": "file_search", "vector_store_ids": ids},
            {"type": "code_interpreter", "container": {"type": "auto"}},
            {"type": "mcp", "server_label": "x", "server_url": "https://x", "require_approval": "never"},
            {"type": "function", "name": "f", "parameters": {"type": "object"}, "strict": True},
        ],
        tool_choice="auto",
    )


def tools_come_in_a_variable(tools: list[dict[str, Any]]) -> None:
    client.responses.create(model="gpt-4o", input="Hi", tools=tools, tool_choice={"type": "web_search_preview"})


def it_thinks() -> None:
    client.responses.create(model="o3", input="Hi", reasoning={"effort": "low", "summary": "auto"})
    client.responses.create(model="o3", input="Hi", reasoning={"effort": None}, text={"verbosity": "low"})


def an_answer_keeps_to_a_schema(schema: dict[str, Any]) -> None:
    client.responses.create(
        model="gpt-4o",
        input="Hi",
        text={"format": {"type": "json_schema", "name": "weather", "schema": schema, "strict": True}},
    )


def an_answer_is_parsed() -> None:
    parsed = client.responses.parse(model="gpt-4o", input="Hi", text_format=Weather)
    assert_type(parsed.output_parsed, Weather)


def keyword_arguments_in_a_dict(options: dict[str, Any]) -> str:
    text: str = client.responses.create(**options).output_text
    return text


def events_are_read() -> None:
    for event in client.responses.create(model="gpt-4o", input="Hi", stream=True):
        if event.type == "response.output_text.delta":
            print(event.delta, end="")


async def events_are_read_by_an_async_client() -> None:
    async for event in await async_client.responses.create(
        model="gpt-4o", input=[{"role": "user", "content": "Hi"}], stream=True
    ):
        if event.type == "response.completed":
            print(event.response.usage)


def texts_become_vectors(texts: list[str]) -> list[list[float]]:
    answer = client.embeddings.create(model="text-embedding-3-small", input=texts)
    return [item.embedding for item in answer.data]


def texts_are_judged() -> None:
    client.moderations.create(input="Hi")
    client.moderations.create(input=["Hi", "Ho"])
    client.moderations.create(
        model="omni-moderation-latest",
        input=[{"type": "text", "text": "Hi"}, {"type": "image_url", "image_url": {"url": "https://x/y.png"}}],
    )


def a_picture_is_drawn(size: str) -> None:
    client.images.generate(model="gpt-image-1", prompt="A cat", size="1024x1024")
    client.images.generate(model="gpt-image-1", prompt="A cat", size=size)


def a_text_is_spoken(path: Path, voice: str) -> None:
    client.audio.speech.create(model="tts-1", voice="alloy", input="Hi").write_to_file(path)
    client.audio.speech.create(model="tts-1", voice=voice, input="Hi")
    client.audio.speech.create(model="tts-1", voice={"id": "voice_1"}, input="Hi")


def speech_is_written_down(path: Path) -> str:
    return client.audio.transcriptions.create(model="whisper-1", file=path).text


def a_file_is_kept(path: Path) -> None:
    kept = client.files.create(file=path, purpose="user_data", expires_after={"anchor": "created_at", "seconds": 3600})
    client.files.delete(kept.id)


def a_batch_is_run(path: Path) -> None:
    kept = client.files.create(file=path, purpose="batch")
    client.batches.create(
        input_file_id=kept.id, endpoint="/v1/chat/completions", completion_window="24h", metadata={"a": "b"}
    )


def documents_are_searched(store: str, year: int) -> None:
    client.vector_stores.create(name="docs", expires_after={"anchor": "last_active_at", "days": 7})
    client.vector_stores.search(
        store,
        query="Hi",
        filters={
            "type": "and",
            "filters": [
                {"type": "eq", "key": "language", "value": "en"},
                {"type": "or", "filters": [{"type": "gte", "key": "year", "value": year}]},
            ],
        },
    )


def a_model_is_trained(kept: str) -> None:
    client.fine_tuning.jobs.create(
        model="gpt-4o-mini",
        training_file=kept,
        method={"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 3}}},
    )


def an_assistant_works(thread: str) -> None:
    assistant = client.beta.assistants.create(model="gpt-4o", tools=[{"type": "code_interpreter"}])
    client.beta.threads.messages.create(thread, role="user", content=[{"type": "text", "text": "Hi"}])
    client.beta.threads.runs.create(thread, assistant_id=assistant.id, tool_choice="auto")


def a_thread_begins(history: list[dict[str, str]]) -> None:
    client.beta.threads.create(messages=[{"role": "user", "content": "Hi"}])
    client.beta.threads.create(messages=history)


def a_conversation_is_kept() -> None:
    kept = client.conversations.create(items=[{"type": "message", "role": "user", "content": "Hi"}])
    client.responses.create(model="gpt-4o", input="And?", conversation={"id": kept.id})
    client.responses.create(model="gpt-4o", input="And?", conversation=kept.id)


def a_prompt_is_kept(name: str) -> None:
    client.responses.create(
        prompt={"id": "pmpt_1", "variables": {"name": name, "who": {"type": "input_text", "text": "x"}}}
    )


def models_are_listed() -> list[str]:
    return sorted(model.id for model in client.models.list())


def an_old_text_goes_on(prompts: list[str]) -> None:
    client.completions.create(model="gpt-3.5-turbo-instruct", prompt="Once", max_tokens=5)
    client.completions.create(model="babbage-002", prompt=prompts)
