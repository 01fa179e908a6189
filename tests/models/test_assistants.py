"""Params and results of assistants, threads, messages, runs and steps: what is taken, refused, given back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from tests.interop.assistants_scenarios import FORMAT, MESSAGE, NEW_STORE, RESOURCES, RUN, TOOLS
from typed_openai.core.request.params import json_body
from typed_openai.models.assistants.assistant_events import AssistantStreamEvent, ThreadMessageDelta, ThreadRunStepDelta
from typed_openai.models.assistants.assistant_tools import FunctionTool, UnknownTool
from typed_openai.models.assistants.assistants import Assistant, AssistantCreateParams, AssistantUpdateParams
from typed_openai.models.assistants.run_steps import FileSearchToolCall, RunStep
from typed_openai.models.assistants.runs import (
    Run,
    RunCreateParams,
    RunSubmitToolOutputsParams,
    ThreadCreateAndRunParams,
)
from typed_openai.models.assistants.thread_messages import Message, MessageCreateParams
from typed_openai.models.assistants.threads import ThreadCreateParams
from typed_openai.models.base import NULL, Params
from typed_openai.models.readers import reader_of

ASSISTANT: dict[str, Any] = {
    "id": "asst_1",
    "object": "assistant",
    "created_at": 1,
    "name": None,
    "description": None,
    "model": "m",
    "instructions": None,
    "tools": [*TOOLS, {"type": "browser", "depth": 3}],
    "tool_resources": RESOURCES,
    "metadata": {},
    "temperature": 1.0,
    "top_p": 1.0,
    "response_format": FORMAT,
}


def sent(params: Params) -> Any:
    return json.loads(json_body("test", params, None))


@pytest.mark.parametrize(
    ("model", "given"),
    [
        (AssistantCreateParams, {"model": "m", "tools": TOOLS, "tool_resources": NEW_STORE, "response_format": FORMAT}),
        (
            AssistantCreateParams,
            {"model": "m", "tools": [], "tool_resources": {"file_search": {"vector_store_ids": []}}},
        ),
        (AssistantUpdateParams, {"tool_resources": RESOURCES, "response_format": "auto"}),
        (ThreadCreateParams, {"messages": [MESSAGE]}),
        (MessageCreateParams, MESSAGE),
        (RunCreateParams, RUN),
        (RunCreateParams, {"assistant_id": "a", "tool_choice": "required"}),
        (
            ThreadCreateAndRunParams,
            {"assistant_id": "a", "thread": {"messages": [MESSAGE], "tool_resources": NEW_STORE}},
        ),
        (RunSubmitToolOutputsParams, {"tool_outputs": [{"tool_call_id": "c", "output": ""}]}),
    ],
)
def test_what_is_given_goes_out(model: type[Params], given: dict[str, Any]) -> None:
    assert sent(model.model_validate(given)) == given


def test_null_takes_a_value_away_and_none_leaves_it_out() -> None:
    assert sent(AssistantUpdateParams(name=NULL, description=None)) == {"name": None}


@pytest.mark.parametrize(
    ("model", "wrong", "place"),
    [
        (AssistantCreateParams, {"model": "m", "name": "x" * 257}, ("name",)),
        (AssistantCreateParams, {"model": "m", "tools": [{"type": "browser"}]}, ("tools", 0)),
        (AssistantCreateParams, {"model": "m", "temperature": 2.1}, ("temperature",)),
        (AssistantCreateParams, {"model": "m", "tool_resources": {"file_search": {}}}, ("tool_resources",)),
        (AssistantCreateParams, {"model": "m", "tools": [{"type": "code_interpreter"}] * 129}, ("tools",)),
        (AssistantUpdateParams, {"tool_resources": NEW_STORE}, ("tool_resources",)),
        (MessageCreateParams, {"role": "system", "content": "x"}, ("role",)),
        (MessageCreateParams, {"role": "user", "content": []}, ("content", "a list")),
        (RunCreateParams, {"assistant_id": "a", "max_completion_tokens": 0}, ("max_completion_tokens",)),
        (RunCreateParams, {"assistant_id": "a", "tools": [{"type": "code_interpreter"}] * 21}, ("tools",)),
        (RunCreateParams, {"assistant_id": "a", "include": ["everything"]}, ("include", 0)),
        (RunSubmitToolOutputsParams, {"tool_outputs": [{"tool_id": "c"}]}, ("tool_outputs", 0, "tool_id")),
    ],
)
def test_what_does_not_fit_is_refused_where_it_stands(
    model: Any, wrong: dict[str, Any], place: tuple[Any, ...]
) -> None:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(wrong)
    assert any(error["loc"][: len(place)] == place for error in caught.value.errors())


def test_an_assistant_is_read_and_dumps_as_it_came() -> None:
    assistant = Assistant.model_validate_json(json.dumps(ASSISTANT), strict=True)
    assert assistant.model_dump(mode="json") == ASSISTANT
    assert isinstance(assistant.tools[2], FunctionTool)
    assert assistant.tools[2].function.name == "get_weather"
    unknown = assistant.tools[3]
    assert isinstance(unknown, UnknownTool)
    assert unknown.model_extra == {"depth": 3}


def test_tools_and_resources_that_came_back_may_be_handed_in_again() -> None:
    assistant = Assistant.model_validate(ASSISTANT)
    known = assistant.tools[:3]
    params = RunCreateParams.model_validate(
        {"assistant_id": "a", "tools": known, "response_format": assistant.response_format}
    )
    assert sent(params) == {"assistant_id": "a", "tools": TOOLS, "response_format": FORMAT}
    update = AssistantUpdateParams.model_validate({"tool_resources": assistant.tool_resources})
    assert sent(update) == {"tool_resources": RESOURCES}


def test_the_text_of_a_message_is_that_of_its_text_blocks() -> None:
    picture = {"type": "image_file", "image_file": {"file_id": "f"}}
    texts = [{"type": "text", "text": {"value": value, "annotations": []}} for value in ("one", "two")]
    message = Message.model_validate({**_message(), "content": [texts[0], picture, {"type": "hologram"}, texts[1]]})
    assert message.text == "one\n\ntwo"
    assert message.content[0].as_input() == {"type": "text", "text": "one"}


def _message() -> dict[str, Any]:
    head = {"id": "msg_1", "object": "thread.message", "created_at": 1, "thread_id": "t", "status": "completed"}
    return {**head, "role": "assistant", "content": []}


def test_a_run_lists_its_calls_only_while_it_waits_for_them() -> None:
    call = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    action = {"type": "submit_tool_outputs", "submit_tool_outputs": {"tool_calls": [call]}}
    run = Run.model_validate({**run_data("requires_action"), "required_action": action})
    assert [each.id for each in run.tool_calls] == ["call_1"]
    assert not run.is_over
    assert Run.model_validate(run_data("completed")).tool_calls == []
    assert Run.model_validate(run_data("completed")).is_over


def run_data(status: str) -> dict[str, Any]:
    head = {"id": "run_1", "object": "thread.run", "created_at": 1, "thread_id": "t", "assistant_id": "a"}
    return {**head, "status": status, "model": "m", "instructions": "", "tools": [], "parallel_tool_calls": True}


def test_a_step_gives_its_calls_or_its_message() -> None:
    head = {"id": "step_1", "object": "thread.run.step", "created_at": 1, "thread_id": "t", "assistant_id": "a"}
    head |= {"run_id": "r", "status": "completed"}
    found = {"file_id": "f", "file_name": "a.md", "score": 0.5, "content": [{"type": "text", "text": "chunk"}]}
    call = {"id": "call_1", "type": "file_search", "file_search": {"results": [found]}}
    searched = RunStep.model_validate(
        {**head, "type": "tool_calls", "step_details": {"type": "tool_calls", "tool_calls": [call]}}
    )
    assert isinstance(searched.tool_calls[0], FileSearchToolCall)
    assert searched.message_id is None
    details = {"type": "message_creation", "message_creation": {"message_id": "msg_1"}}
    said = RunStep.model_validate({**head, "type": "message_creation", "step_details": details})
    assert (said.message_id, said.tool_calls) == ("msg_1", [])


def test_events_are_told_apart_by_their_name_and_keep_what_is_unknown() -> None:
    read = reader_of(AssistantStreamEvent).validate_python
    delta = {"id": "m", "object": "thread.message.delta", "delta": {"content": [{"index": 0, "type": "text"}]}}
    event = read({"event": "thread.message.delta", "data": delta})
    assert isinstance(event, ThreadMessageDelta)
    assert event.text == ""
    step = read({"event": "thread.run.step.delta", "data": {"id": "s", "object": "thread.run.step.delta", "delta": {}}})
    assert isinstance(step, ThreadRunStepDelta)
    new = read({"event": "thread.run.dreaming", "data": {"of": "sheep"}})
    assert (new.event, new.data) == ("thread.run.dreaming", {"of": "sheep"})
