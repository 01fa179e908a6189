"""Scenarios of assistants, threads, messages, runs and their steps."""

from __future__ import annotations

from typing import Any

from tests.interop.scenario import Scenario, scenario
from typed_openai.models.base import NULL

CHUNKS = ["step_details.tool_calls[*].file_search.results[*].content"]
WEATHER: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather of a city.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
        "strict": True,
    },
}
SEARCH: dict[str, Any] = {
    "type": "file_search",
    "file_search": {
        "max_num_results": 5,
        "ranking_options": {"ranker": "default_2024_08_21", "score_threshold": 0.5},
    },
}
TOOLS = [{"type": "code_interpreter"}, SEARCH, WEATHER]
RESOURCES: dict[str, Any] = {
    "code_interpreter": {"file_ids": ["file-1", "file-2"]},
    "file_search": {"vector_store_ids": ["vs_1"]},
}
STATIC = {"type": "static", "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 50}}
STORE = {"file_ids": ["file-1"], "chunking_strategy": STATIC, "metadata": {"a": "b"}}
NEW_STORE: dict[str, Any] = {"file_search": {"vector_stores": [STORE]}}
FORMAT = {"type": "json_schema", "json_schema": {"name": "city", "schema": {"type": "object"}, "strict": False}}
PAGE = {"after": "x_0", "before": "x_9", "limit": 2, "order": "asc"}
MESSAGE: dict[str, Any] = {
    "role": "user",
    "content": [
        {"type": "text", "text": "What is in these? naïve 😀"},
        {"type": "image_file", "image_file": {"file_id": "file-1", "detail": "low"}},
        {"type": "image_url", "image_url": {"url": "https://example.com/cat.png"}},
    ],
    "attachments": [{"file_id": "file-2", "tools": [{"type": "code_interpreter"}, {"type": "file_search"}]}],
    "metadata": {"topic": "cats"},
}
RUN: dict[str, Any] = {
    "assistant_id": "asst_1",
    "model": "gpt-4o",
    "instructions": "Be brief.",
    "max_completion_tokens": 256,
    "max_prompt_tokens": 1000,
    "metadata": {"a": "b"},
    "parallel_tool_calls": False,
    "response_format": FORMAT,
    "temperature": 0,
    "tool_choice": {"type": "function", "function": {"name": "get_weather"}},
    "tools": TOOLS,
    "top_p": 0.5,
    "truncation_strategy": {"type": "last_messages", "last_messages": 3},
}
MORE: dict[str, Any] = {
    "additional_instructions": "And kind.",
    "additional_messages": [MESSAGE, {"role": "assistant", "content": "Yes."}],
    "reasoning_effort": "low",
    "include": CHUNKS,
}
OUTPUTS = [{"tool_call_id": "call_1", "output": "22 °C"}]

ASSISTANTS: list[Scenario] = [
    scenario("beta.assistants.create", "of a model", model="gpt-4o"),
    scenario(
        "beta.assistants.create",
        "with everything",
        model="gpt-4o",
        name="EventKind",
        description="Helps.",
        instructions="Help.",
        metadata={"a": "b"},
        reasoning_effort="low",
        response_format=FORMAT,
        temperature=2,
        tool_resources=RESOURCES | NEW_STORE,
        tools=TOOLS,
        top_p=1,
    ),
    scenario("beta.assistants.create", "with a format as it likes", model="m", response_format="auto", name=NULL),
    scenario("beta.assistants.retrieve", "by id", "asst_1"),
    scenario("beta.assistants.update", "its name", "asst_1", name="Other", tool_resources=RESOURCES, description=NULL),
    scenario("beta.assistants.list", "all of them"),
    scenario("beta.assistants.list", "a page", **PAGE),
    scenario("beta.assistants.delete", "by id", "asst_1"),
    scenario("beta.threads.create", "empty"),
    scenario(
        "beta.threads.create", "with everything", messages=[MESSAGE], metadata={"a": "b"}, tool_resources=NEW_STORE
    ),
    scenario("beta.threads.retrieve", "by id", "thread_1"),
    scenario("beta.threads.update", "its notes", "thread_1", metadata=NULL, tool_resources=RESOURCES),
    scenario("beta.threads.delete", "by id", "thread_1"),
    scenario("beta.threads.create_and_run", "of an assistant", assistant_id="asst_1"),
    scenario(
        "beta.threads.create_and_run",
        "with everything",
        **RUN,
        thread={"messages": [MESSAGE], "metadata": {"a": "b"}, "tool_resources": NEW_STORE},
        tool_resources=RESOURCES,
    ),
    scenario("beta.threads.create_and_run", "streamed", assistant_id="asst_1", stream=True),
    scenario("beta.threads.create_and_run_stream", "of an assistant", assistant_id="asst_1"),
    scenario("beta.threads.messages.create", "of a text", "thread_1", role="user", content="Hello"),
    scenario("beta.threads.messages.create", "of everything", "thread_1", **MESSAGE),
    scenario("beta.threads.messages.retrieve", "by id", "msg_1", thread_id="thread_1"),
    scenario("beta.threads.messages.update", "its notes", "thread_1", "msg_1", metadata={"a": "b"}),
    scenario("beta.threads.messages.list", "all of them", "thread_1"),
    scenario("beta.threads.messages.list", "a page of one run", "thread_1", run_id="run_1", **PAGE),
    scenario("beta.threads.messages.delete", "by id", "msg_1", thread_id="thread_1"),
    scenario("beta.threads.runs.create", "of an assistant", "thread_1", assistant_id="asst_1"),
    scenario("beta.threads.runs.create", "with everything", "thread_1", **RUN, **MORE),
    scenario("beta.threads.runs.create", "streamed", "thread_1", assistant_id="asst_1", stream=True),
    scenario("beta.threads.runs.stream", "of an assistant", "thread_1", assistant_id="asst_1"),
    scenario("beta.threads.runs.create_and_stream", "of an assistant", "thread_1", assistant_id="asst_1"),
    scenario("beta.threads.runs.retrieve", "by id", "run_1", thread_id="thread_1"),
    scenario("beta.threads.runs.update", "its notes", "run_1", thread_id="thread_1", metadata={"a": "b"}),
    scenario("beta.threads.runs.list", "all of them", "thread_1"),
    scenario("beta.threads.runs.list", "a page", "thread_1", **PAGE),
    scenario("beta.threads.runs.cancel", "by id", "run_1", thread_id="thread_1"),
    scenario("beta.threads.runs.submit_tool_outputs", "plain", "run_1", thread_id="thread_1", tool_outputs=OUTPUTS),
    scenario(
        "beta.threads.runs.submit_tool_outputs",
        "streamed",
        "run_1",
        thread_id="thread_1",
        tool_outputs=OUTPUTS,
        stream=True,
    ),
    scenario(
        "beta.threads.runs.submit_tool_outputs_stream", "one", "run_1", thread_id="thread_1", tool_outputs=OUTPUTS
    ),
    scenario("beta.threads.runs.steps.retrieve", "by id", "step_1", run_id="run_1", thread_id="thread_1"),
    scenario(
        "beta.threads.runs.steps.retrieve",
        "with chunks",
        "step_1",
        run_id="run_1",
        thread_id="thread_1",
        include=CHUNKS,
    ),
    scenario("beta.threads.runs.steps.list", "all of them", "run_1", thread_id="thread_1"),
    scenario(
        "beta.threads.runs.steps.list", "a page with chunks", "run_1", thread_id="thread_1", include=CHUNKS, **PAGE
    ),
]
