"""What is asked of both servers about responses: the shortest request, every kind of input and tool, what is stored.

Weak spot: steady refuses every message whose content is a list, because two of the description's exclusive forms of a
message (`EasyInputMessage`, `InputMessage`) fit it; parts are asked about in the outputs of calls.
"""

from __future__ import annotations

from typing import Any

from tests.interop.scenario import Scenario, scenario

CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
WEATHER = {"type": "function", "name": "get_weather", "parameters": CITY, "strict": True}
TOOLS: list[dict[str, Any]] = [
    WEATHER,
    {"type": "custom", "name": "spell", "format": {"type": "grammar", "syntax": "lark", "definition": 'start: "a"'}},
    {"type": "file_search", "vector_store_ids": ["vs_1"], "max_num_results": 3},
    {"type": "web_search", "search_context_size": "low", "user_location": {"type": "approximate", "city": "Ghent"}},
    {"type": "code_interpreter", "container": {"type": "auto", "file_ids": ["file-1"]}},
    {"type": "image_generation", "size": "1024x1024", "partial_images": 1},
    {"type": "mcp", "server_label": "wiki", "server_url": "https://example.com/mcp", "require_approval": "never"},
    {"type": "namespace", "name": "crm", "description": "Customers.", "tools": [{"type": "function", "name": "find"}]},
    {"type": "shell", "environment": {"type": "local"}},
    {"type": "apply_patch"},
]
SAID = {"type": "output_text", "text": "Hello", "annotations": [], "logprobs": []}
ITEMS: list[dict[str, Any]] = [
    {"type": "message", "role": "developer", "content": "Be brief."},
    {"role": "user", "content": "What is in these? naïve 😀"},
    {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Hm."}], "encrypted_content": "x"},
    {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [SAID]},
    {"type": "function_call", "call_id": "call_1", "name": "get_weather", "arguments": '{"city":"Paris"}'},
    {"type": "function_call_output", "call_id": "call_1", "output": "sunny"},
    {
        "type": "function_call_output",
        "call_id": "call_1",
        "output": [
            {"type": "input_text", "text": "Here."},
            {"type": "input_image", "image_url": "https://example.com/cat.png", "detail": "low"},
            {"type": "input_file", "file_id": "file-1"},
        ],
    },
    {"type": "custom_tool_call", "call_id": "call_2", "name": "spell", "input": "a"},
    {"type": "custom_tool_call_output", "call_id": "call_2", "output": "done"},
    {"type": "item_reference", "id": "msg_2"},
]

RESPONSES: list[Scenario] = [
    scenario("responses.create", "to a text", model="gpt-4o", input="hello"),
    scenario("responses.create", "to items", model="gpt-4o", input=ITEMS),
    scenario(
        "responses.create",
        "with everything",
        model="gpt-4o",
        input="hello",
        background=False,
        include=["reasoning.encrypted_content", "message.output_text.logprobs"],
        instructions="Be brief.",
        max_output_tokens=16,
        max_tool_calls=3,
        metadata={"topic": "weather", "ünï": "😀"},
        parallel_tool_calls=False,
        previous_response_id="resp_0",
        prompt_cache_key="key",
        reasoning={"effort": "low", "summary": "auto"},
        safety_identifier="user-1",
        service_tier="flex",
        store=True,
        temperature=0.5,
        text={"format": {"type": "json_schema", "name": "city", "schema": CITY, "strict": True}, "verbosity": "low"},
        tool_choice={"type": "function", "name": "get_weather"},
        tools=TOOLS,
        top_logprobs=2,
        top_p=1,
        truncation="auto",
    ),
    scenario("responses.create", "streamed", model="gpt-4o", input="hello", stream=True),
    scenario("responses.stream", "as events", model="gpt-4o", input="hello"),
    scenario("responses.retrieve", "by id", "resp_1"),
    scenario("responses.retrieve", "with more", "resp_1", include=["code_interpreter_call.outputs"]),
    scenario("responses.cancel", "by id", "resp_1"),
    scenario("responses.delete", "by id", "resp_1"),
    scenario("responses.compact", "a conversation", model="gpt-4o", input=ITEMS),
    scenario("responses.input_items.list", "all of them", "resp_1"),
    scenario("responses.input_items.list", "a page", "resp_1", after="msg_0", limit=2, order="asc"),
    scenario("responses.input_tokens.count", "of a text", model="gpt-4o", input="hello"),
    scenario("responses.input_tokens.count", "of items and tools", model="gpt-4o", input=ITEMS, tools=TOOLS),
]

BETA = {"betas": ["responses_multi_agent=v1"]}
TALK = [
    {"type": "multi_agent_call", "call_id": "c1", "action": "spawn_agent", "arguments": "{}"},
    {
        "type": "multi_agent_call_output",
        "call_id": "c1",
        "action": "spawn_agent",
        "output": [{"type": "output_text", "text": "done"}],
        "agent": {"agent_name": "/root"},
    },
    {
        "type": "agent_message",
        "author": "/root/helper",
        "recipient": "/root",
        "content": [{"type": "input_text", "text": "done"}, {"type": "encrypted_content", "encrypted_content": "x"}],
    },
]
SEVERAL_AGENTS = [
    scenario("beta.responses.create", "of a text", model="gpt-4o", input="hello"),
    scenario(
        "beta.responses.create",
        "with several agents",
        model="gpt-4o",
        input=[{"role": "user", "content": "hello"}, *TALK],
        multi_agent={"enabled": True, "max_concurrent_subagents": 2},
        **BETA,
    ),
    scenario("beta.responses.create", "streamed", model="gpt-4o", input="hello", stream=True, **BETA),
    scenario("beta.responses.retrieve", "by id", "resp_1", **BETA),
    scenario("beta.responses.cancel", "by id", "resp_1", **BETA),
    scenario("beta.responses.delete", "by id", "resp_1", **BETA),
    scenario("beta.responses.compact", "a conversation", model="gpt-4o", input=TALK, **BETA),
    scenario("beta.responses.input_items.list", "a page", "resp_1", after="msg_0", limit=2, order="asc", **BETA),
    scenario("beta.responses.input_tokens.count", "of a text", model="gpt-4o", input="hello", **BETA),
]
