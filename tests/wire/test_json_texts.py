"""Arguments that came as the value itself and not as JSON text: they read as JSON text everywhere, dump as they came,
and an issue says so. In chat, responses and assistants; whole, in pieces, in events, for tools."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest

import typed_openai.models
from tests.canned import HELLO, Connect, Wire, done, status
from tests.tool_runs.talk import Chat, InResponses
from tests.wire.bodies import choice, completion, piece
from tests.wire.reading import named, read_all
from tests.wire.test_other_forms import added, partial, responding
from typed_openai.models.base import Result
from typed_openai.models.json_text import JSONText
from typed_openai.streaming.assistants import AssistantAccumulator, AssistantReader
from typed_openai.streaming.responses import ResponseAccumulator

VALUES: list[Any] = [{"a": 1}, {"text": "x"}, {"type": "text", "text": "x"}, {}, [1, {"b": None}], [], 5, 1.5, True, ""]


def text_of(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def results() -> Iterator[type[Result]]:
    for module in walk_packages(typed_openai.models.__path__, "typed_openai.models."):
        for found in vars(import_module(module.name)).values():
            if isinstance(found, type) and issubclass(found, Result) and found.__module__ == module.name:
                yield found


def test_every_field_of_an_answer_that_holds_arguments_reads_as_json_text() -> None:
    fields = [
        (kind, name)
        for kind in results()
        for name, info in kind.model_fields.items()
        if name == "arguments" and info.annotation in (str, str | None)
    ]
    assert len(fields) >= 12
    unmarked = [f"{kind.__name__}.{name}" for kind, name in fields if not isinstance(vars(kind).get(name), JSONText)]
    assert unmarked == []


@pytest.mark.parametrize("value", VALUES, ids=repr)
async def test_of_a_whole_answer_of_chat(connect: Connect, value: Any) -> None:
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": value}}
    custom = {"id": "d", "type": "custom", "custom": {"name": "g", "input": value}}
    message = {"role": "assistant", "content": None, "tool_calls": [call, custom]}
    body = completion(choices=[choice(message=message)])
    found = await done(connect(Wire(status(200, body))).chat.completions.create(**HELLO))
    one, other = found.choices[0].message.tool_calls
    assert (one.function.arguments, other.custom.input) == (text_of(value), text_of(value))
    assert found.model_dump() == json.loads(found.model_dump_json()) == body
    assert len(found.issues) == (0 if isinstance(value, str) else 2)
    assert pickle.loads(pickle.dumps(found)).choices[0].message.tool_calls[0].function.arguments == text_of(value)
    sent = found.choices[0].message.as_input()["tool_calls"][0]["function"]
    assert sent == {"name": "f", "arguments": text_of(value)}


@pytest.mark.parametrize("form", ["object", "dump", "input", "json"])
@pytest.mark.parametrize("value", VALUES[:6], ids=repr)
async def test_it_goes_back_as_text_in_whichever_form(connect: Connect, form: str, value: Any) -> None:
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": value}}
    body = completion(choices=[choice(message={"role": "assistant", "content": None, "tool_calls": [call]})])
    wire = Wire(status(200, body))
    client = connect(wire)
    message = (await done(client.chat.completions.create(**HELLO))).choices[0].message
    given = {
        "object": lambda: message,
        "dump": message.model_dump,
        "input": message.as_input,
        "json": lambda: json.loads(message.model_dump_json()),
    }[form]()
    await done(client.chat.completions.create(model="m", messages=[*HELLO["messages"], given]))
    assert wire.body["messages"][-1]["tool_calls"][0]["function"]["arguments"] == text_of(value)


@pytest.mark.parametrize("value", VALUES[:-1], ids=repr)
def test_of_the_chunks_of_chat_and_their_events(value: Any) -> None:
    call = {"index": 0, "id": "c", "type": "function", "function": {"name": "f", "arguments": value}}
    events, final, _ = added([piece({"tool_calls": [call]}), piece({}, "tool_calls")])
    made: Any = (final.choices[0].message.tool_calls or [])[0]
    assert made.function.arguments == text_of(value)
    assert [each.arguments for each in events if each.type.endswith("arguments.done")] == [text_of(value)]
    assert "".join(each.arguments_delta for each in events if each.type.endswith("arguments.delta")) == text_of(value)
    assert [issue.pointer for issue in final.issues] == ["/choices/0/delta/tool_calls/0/function/arguments"]


@pytest.mark.parametrize("value", VALUES, ids=repr)
async def test_of_a_response(connect: Connect, value: Any) -> None:
    items = [
        {"type": "function_call", "id": "a", "call_id": "c", "name": "f", "arguments": value, "status": "completed"},
        {"type": "mcp_call", "id": "b", "name": "f", "server_label": "s", "arguments": value},
        {"type": "mcp_approval_request", "id": "d", "name": "f", "server_label": "s", "arguments": value},
        {"type": "custom_tool_call", "id": "e", "call_id": "c", "name": "f", "input": value},
    ]
    body = {"id": "r", "object": "response", "status": "completed", "output": items}
    found = await done(connect(Wire(status(200, body))).responses.create(model="m", input="i"))
    assert [each.arguments for each in found.output[:3]] == [text_of(value)] * 3
    assert found.output[3].input == text_of(value)
    assert found.function_calls[0].arguments == text_of(value)
    assert found.model_dump() == body
    odd = [issue.pointer for issue in found.issues if issue.pointer.endswith(("arguments", "input"))]
    assert len(odd) == (0 if isinstance(value, str) else 4)


@pytest.mark.parametrize("value", VALUES[:-1], ids=repr)
@pytest.mark.parametrize(
    ("kind", "field"), [("function_call_arguments", "arguments"), ("mcp_call_arguments", "arguments"),
                        ("custom_tool_call_input", "input")]
)  # fmt: skip
def test_of_the_events_of_a_response(kind: str, field: str, value: Any) -> None:
    delta = responding(f"{kind}.delta", item_id="i", delta=value)
    found = partial(ResponseAccumulator, [delta])
    assert getattr(found.output[0], field) == text_of(value)
    found = partial(ResponseAccumulator, [responding(f"{kind}.done", item_id="i", sequence_number=1, **{field: value})])
    assert getattr(found.output[0], field) == text_of(value)
    told: Any = ResponseAccumulator.by_name[f"response.{kind}.delta"].model_construct(**delta)
    assert (told.delta, told.model_dump(exclude_unset=True)["delta"]) == (text_of(value), value)


RUN = {"id": "run_1", "object": "thread.run", "status": "requires_action", "thread_id": "t", "assistant_id": "a"}


@pytest.mark.parametrize("value", VALUES, ids=repr)
async def test_of_a_run_and_its_steps(connect: Connect, value: Any) -> None:
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": value, "output": None}}
    action = {"type": "submit_tool_outputs", "submit_tool_outputs": {"tool_calls": [call]}}
    run = {**RUN, "required_action": action}
    found = await done(connect(Wire(status(200, run))).beta.threads.runs.retrieve("run_1", thread_id="t"))
    assert found.tool_calls[0].function.arguments == text_of(value)
    assert found.model_dump() == run
    step = {"id": "s", "object": "thread.run.step", "step_details": {"type": "tool_calls", "tool_calls": [call]}}
    client = connect(Wire(status(200, step)))
    found = await done(client.beta.threads.runs.steps.retrieve("s", thread_id="t", run_id="r"))
    assert found.step_details.tool_calls[0].function.arguments == text_of(value)
    assert found.model_dump() == step
    assert bool([each for each in found.issues if "arguments" in each.pointer]) == (not isinstance(value, str))


@pytest.mark.parametrize("value", VALUES[:-1], ids=repr)
def test_of_the_events_of_an_assistant(value: Any) -> None:
    def delta(arguments: Any, **more: Any) -> dict[str, Any]:
        call = {"index": 0, "type": "function", **more, "function": {"arguments": arguments}}
        details = {"type": "tool_calls", "tool_calls": [call]}
        return {"id": "s", "object": "thread.run.step.delta", "delta": {"step_details": details}}

    found = partial(AssistantAccumulator, [delta(value, id="c")], "thread.run.step.delta")
    assert found.steps[0].step_details.tool_calls[0].function.arguments == text_of(value)
    found = partial(AssistantAccumulator, [delta("<"), delta(value), delta(">")], "thread.run.step.delta")
    assert found.steps[0].step_details.tool_calls[0].function.arguments == f"<{text_of(value)}>"
    events, _ = read_all(AssistantReader(), [named("thread.run.step.delta", delta(value))])
    assert [each.delta for each in events if each.event == "tool_call.delta"] == [text_of(value)]


@pytest.mark.parametrize("api", [Chat, InResponses])
async def test_a_tool_is_called_with_it(connect: Connect, api: Any) -> None:
    def f(text: str) -> str:
        return f"got {text}"

    given: Any = {"text": "x"}
    wire = Wire(api.answer(("f", given)), api.answer(text="Done."))
    run = await done(api.run(connect(wire), tools=[f]))
    assert api.told(wire.body) == ["got x"]
    assert run.steps[0].calls[0].arguments == text_of(given)


@pytest.mark.parametrize("api", [Chat, InResponses])
@pytest.mark.parametrize("value", [[1], 5, True], ids=repr)
async def test_what_is_no_object_is_the_fault_of_the_model_and_told_to_it(
    connect: Connect, api: Any, value: Any
) -> None:
    def f(text: str) -> str:
        raise AssertionError("never called")

    wire = Wire(api.answer(("f", value)), api.answer(text="Done."))
    await done(api.run(connect(wire), tools=[f]))
    assert "object" in api.told(wire.body)[0].lower() or "dictionary" in api.told(wire.body)[0].lower()
