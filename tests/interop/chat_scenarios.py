"""Scenarios of `chat.completions`: the shortest request, and those that use every parameter and kind of message."""

from __future__ import annotations

from typing import Any

from tests.interop.scenario import Scenario, scenario
from typed_openai.models.chat.params import ChatCompletionCreateParams

PICTURE = "data:image/png;base64,iVBORw0KGgo="
HELLO = [{"role": "user", "content": "hello"}]
CITY = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "unit": {"enum": ["celsius", "fahrenheit"]}},
    "required": ["city", "unit"],
    "additionalProperties": False,
}
WEATHER = {
    "type": "function",
    "function": {"name": "get_weather", "description": "The weather of a city.", "parameters": CITY, "strict": True},
}
GRAMMAR = {"type": "grammar", "grammar": {"syntax": "lark", "definition": 'start: "a"+'}}
TOOLS = [
    WEATHER,
    {"type": "function", "function": {"name": "now"}},
    {"type": "custom", "custom": {"name": "note", "description": "Takes a note.", "format": {"type": "text"}}},
    {"type": "custom", "custom": {"name": "spell", "format": GRAMMAR}},
    {"type": "custom", "custom": {"name": "free"}},
]

EVERY_MESSAGE: list[dict[str, Any]] = [
    {"role": "developer", "content": "Be brief.", "name": "house"},
    {"role": "system", "content": [{"type": "text", "text": "Be kind."}]},
    {
        "role": "user",
        "name": "ann",
        "content": [
            {"type": "text", "text": "What is in these? naïve 😀 \u2028"},
            {"type": "image_url", "image_url": {"url": PICTURE, "detail": "low"}},
            {"type": "image_url", "image_url": {"url": "https://example.com/cat.png"}},
            {"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}},
            {"type": "file", "file": {"file_id": "file-1"}},
            {"type": "file", "file": {"file_data": "data:application/pdf;base64,JVBERi0=", "filename": "a.pdf"}},
        ],
    },
    {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {"type": "function", "id": "call_1", "function": {"name": "get_weather", "arguments": '{"city":"Paris"}'}},
            {"type": "custom", "id": "call_2", "custom": {"name": "note", "input": "sunny"}},
        ],
    },
    {"role": "tool", "tool_call_id": "call_1", "content": "22 °C"},
    {"role": "tool", "tool_call_id": "call_2", "content": [{"type": "text", "text": "noted"}]},
    {
        "role": "assistant",
        "name": "bot",
        "content": [{"type": "text", "text": "No."}, {"type": "refusal", "refusal": "I can't."}],
        "refusal": "I can't.",
    },
    {"role": "assistant", "content": "Listen.", "audio": {"id": "audio_1"}},
    {"role": "assistant", "content": None, "function_call": {"name": "old", "arguments": "{}"}},
    {"role": "function", "name": "old", "content": "done"},
    {"role": "user", "content": "And in one word?"},
]

EVERYTHING: dict[str, Any] = {
    "model": "gpt-4o",
    "audio": {"format": "mp3", "voice": "alloy"},
    "frequency_penalty": -2,
    "logit_bias": {"50256": -100, "7": 100},
    "logprobs": True,
    "max_completion_tokens": 100,
    "metadata": {"topic": "weather", "ünï": "😀"},
    "modalities": ["text", "audio"],
    "n": 2,
    "parallel_tool_calls": False,
    "prediction": {"type": "content", "content": [{"type": "text", "text": "Once upon a time"}]},
    "presence_penalty": 0.5,
    "prompt_cache_key": "key",
    "prompt_cache_retention": "24h",
    "reasoning_effort": "low",
    "safety_identifier": "user-1",
    "seed": 42,
    "service_tier": "flex",
    "stop": ["\n", "END"],
    "store": True,
    "temperature": 0,
    "tool_choice": "auto",
    "tools": TOOLS,
    "top_logprobs": 20,
    "top_p": 0.5,
    "user": "user-1",
    "verbosity": "low",
    "web_search_options": {
        "search_context_size": "low",
        "user_location": {"type": "approximate", "approximate": {"city": "Ghent", "country": "BE"}},
    },
}
SCHEMA_FORMAT = {
    "type": "json_schema",
    "json_schema": {"name": "city", "description": "A city.", "schema": CITY, "strict": True},
}
OLD_FUNCTIONS = [{"name": "old", "description": "Does it.", "parameters": CITY}]


def _create(about: str, /, **keywords: Any) -> Scenario:
    given = {"model": "gpt-4o", "messages": HELLO, **keywords}
    return scenario("chat.completions.create", about, **given)


def _chosen(tools: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": tools}}


CHAT_SCENARIOS: list[Scenario] = [
    _create("of one message"),
    _create("of every kind of message", messages=EVERY_MESSAGE),
    _create("with everything", **EVERYTHING),
    _create("with everything and every message", messages=EVERY_MESSAGE, **EVERYTHING),
    _create("with a voice of one's own", audio={"format": "wav", "voice": {"id": "voice_1"}}, modalities=["audio"]),
    _create("with an answer that keeps to a schema", response_format=SCHEMA_FORMAT),
    _create("with an answer in JSON", response_format={"type": "json_object"}),
    _create("with an answer in text", response_format={"type": "text"}, stop="END"),
    _create("with some tools allowed", tools=[WEATHER], tool_choice=_chosen([{"type": "function", "name": "now"}])),
    _create(
        "with a function chosen", tools=[WEATHER], tool_choice={"type": "function", "function": {"name": "get_weather"}}
    ),
    _create("with a custom tool chosen", tools=TOOLS, tool_choice={"type": "custom", "custom": {"name": "note"}}),
    _create("with functions of old", functions=OLD_FUNCTIONS, function_call={"name": "old"}),
    _create("with a limit of old", max_tokens=5, function_call="none", functions=OLD_FUNCTIONS),
    scenario(
        "chat.completions.create",
        "given as a params object",
        ChatCompletionCreateParams.model_validate({"model": "gpt-4o", "messages": EVERY_MESSAGE, **EVERYTHING}),
    ),
    _create("streamed", stream=True),
    _create("streamed with everything", messages=EVERY_MESSAGE, stream=True, **EVERYTHING),
    _create("streamed with usage", stream=True, stream_options={"include_usage": True, "include_obfuscation": False}),
    scenario("chat.completions.stream", "of one message", model="gpt-4o", messages=HELLO),
    scenario("chat.completions.stream", "with tools", model="gpt-4o", messages=HELLO, tools=[WEATHER]),
    scenario("chat.completions.stream", "with everything", messages=EVERY_MESSAGE, **EVERYTHING),
]
