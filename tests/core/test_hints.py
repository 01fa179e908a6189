"""What a refusal says of a name or a value that does not exist: where exactly it stands, and what was meant."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests.canned import Connect, Wire, completion, done, refused
from tests.conformance import declared, spec
from tests.conformance.generate import invalid_instances
from tests.conformance.test_schemas import goes_back, parameters
from typed_openai import OpenAI, RequestValidationError
from typed_openai.core.request.places import place_of
from typed_openai.core.request.refusals import faults

USER = {"role": "user", "content": "x"}
FUNCTION = {"name": "f", "parameters": {}}
CHAT: list[tuple[dict[str, Any], str | None, str]] = [
    ({"messages": [{"role": "user", "contents": "x"}]}, "messages[0].contents", "content"),
    ({"messages": [{"role": "user", "text": "x"}]}, "messages[0].text", "content"),
    ({"messages": [{"role": "usr", "content": "x"}]}, "messages[0]", "user"),
    (
        {"messages": [{"role": "user", "content": [{"type": "input_text", "text": "x"}]}]},
        "messages[0].content[0]",
        "text",
    ),
    (
        {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"uri": "x"}}]}]},
        "messages[0].content[0].image_url.uri",
        "url",
    ),
    (
        {"messages": [USER, {"role": "assistant", "content": None, "tool_call": []}]},
        "messages[1].tool_call",
        "tool_calls",
    ),
    ({"messages": [USER, {"role": "tool", "content": "x", "call_id": "c"}]}, "messages[1].call_id", "tool_call_id"),
    ({"tools": [{"type": "function", "function": {**FUNCTION, "descripton": "d"}}]}, None, "description"),
    ({"tools": [{"type": "function", **FUNCTION}]}, "tools[0].name", "function.name"),
    ({"response_format": {"type": "json_schema", "schema": {}}}, "response_format.schema", "json_schema.schema"),
    ({"response_format": {"type": "json_schemas"}}, "response_format", "json_schema"),
    ({"stream_options": {"include_usages": True}}, "stream_options.include_usages", "include_usage"),
    ({"max_output_tokens": 5}, "max_output_tokens", "max_completion_tokens"),
    ({"input": "x"}, "input", "messages"),
]
RESPONSES: list[tuple[dict[str, Any], str | None, str]] = [
    ({"input": [{"role": "user", "contents": "x"}]}, "input[0].contents", "content"),
    ({"input": [{"rol": "user", "content": "x"}]}, "input[0].rol", "role"),
    ({"input": [{"role": "user", "content": [{"type": "text", "text": "x"}]}]}, "input[0].content[0]", "input_text"),
    ({"input": [{"role": "user", "content": [{"type": "input_text", "txt": "x"}]}]}, None, "text"),
    ({"input": [{"type": "function_call_output", "callid": "c", "output": "x"}]}, "input[0].callid", "call_id"),
    ({"input": [{"type": "mesage", "role": "user", "content": "x"}]}, "input[0]", "message"),
    ({"tools": [{"type": "functon", **FUNCTION, "strict": True}]}, "tools[0]", "function"),
    ({"tools": [{"type": "mcp", "server_label": "s", "server_uri": "x"}]}, "tools[0].server_uri", "server_url"),
    ({"tool_choice": {"type": "function", "nam": "f"}}, "tool_choice.nam", "name"),
    ({"reasoning": {"efort": "low"}}, "reasoning.efort", "effort"),
    ({"text": {"format": {"type": "json_schema", "name": "f", "shema": {}}}}, "text.format.shema", "schema"),
    ({"messages": [USER]}, "messages", "input"),
    ({"response_format": {"type": "text"}}, "response_format", "text"),
    ({"max_tokens": 5}, "max_tokens", "max_output_tokens"),
]


def hints(error: RequestValidationError) -> dict[str, str]:
    return {fault.path: fault.hint for fault in error.faults}


@pytest.mark.parametrize(("given", "path", "meant"), CHAT)
async def test_a_chat_request_that_is_misspelt_anywhere_says_what_was_meant(
    connect: Connect, given: dict[str, Any], path: str | None, meant: str
) -> None:
    told = hints(await refused(connect, **{"model": "m", "messages": [USER], **given}))
    found = " ".join(told.values()) if path is None else told[path]
    assert f"did you mean {meant!r}?" in found


async def test_a_setting_of_clients_in_a_call_says_where_it_belongs(connect: Connect) -> None:
    told = hints(await refused(connect, model="m", messages=[USER], max_retries=3))
    assert told == {"max_retries": "a setting of clients: client.with_options(max_retries=...)"}
    nested = hints(await refused(connect, model="m", messages=[{**USER, "max_retries": 3}]))
    assert "with_options" not in nested["messages[0].max_retries"]


async def test_a_wrong_size_is_told_in_the_words_of_all_refusals(connect: Connect) -> None:
    error = await refused(connect, model="m", messages=[], stop=["a"] * 5, safety_identifier="x" * 65)
    assert {fault.path: fault.allowed for fault in error.faults} == {
        "messages": "at least 1 item",
        "stop": "at most 4 items",
        "safety_identifier": "at most 64 characters",
    }


@pytest.mark.parametrize(("given", "path", "meant"), RESPONSES)
def test_a_response_request_that_is_misspelt_anywhere_says_what_was_meant(
    given: dict[str, Any], path: str | None, meant: str
) -> None:
    with pytest.raises(RequestValidationError) as caught:
        OpenAI(api_key="k").responses.create(model="m", **given)
    told = hints(caught.value)
    found = " ".join(told.values()) if path is None else told[path]
    assert f"did you mean {meant!r}?" in found


SAID = {"role": "user", "content": "x"}
SHAPES: list[tuple[str, dict[str, Any], str]] = [
    ("responses.create", {"input": ["x"]}, "input[0]: an input item, got 'x' (as {'role': 'user', 'content': ...})"),
    ("responses.create", {"input": SAID}, f"input: a string or a list, got {SAID} (in a list: [...])"),
    ("responses.create", {"tools": {"type": "x"}}, "tools: a list, got {'type': 'x'} (in a list: [...])"),
    (
        "responses.create",
        {"input": [{"type": "function_call_output", "call_id": "c", "output": {}}]},
        "input[0].output: a string or a list, got {} (as a text: json.dumps(...))",
    ),
    (
        "responses.create",
        {"input": [{"role": "tool", "content": "x"}]},
        "input[0].role: one of 'user', 'assistant', 'system' or 'developer', got 'tool' "
        "(what a tool gave is {'type': 'function_call_output', 'call_id': ..., 'output': ...} here)",
    ),
    (
        "chat.completions.create",
        {"model": "m", "messages": "x"},
        "messages: a list, got 'x' (in a list: [{'role': 'user', 'content': ...}])",
    ),
    (
        "chat.completions.create",
        {"model": "m", "messages": ["x"]},
        "messages[0]: an object, got 'x' (as {'role': 'user', 'content': ...})",
    ),
    ("responses.create", {"reasoning": "high"}, "reasoning: an object, got 'high'"),
]


@pytest.mark.parametrize(("operation", "given", "said"), SHAPES)
def test_what_is_of_the_wrong_shape_is_shown_the_right_one(operation: str, given: dict[str, Any], said: str) -> None:
    call: Any = OpenAI(api_key="k")
    for name in operation.split("."):
        call = getattr(call, name)
    with pytest.raises(RequestValidationError) as caught:
        call(**given)
    assert list(map(str, caught.value.faults)) == [said]


def test_a_function_that_is_no_tool_yet_is_told_how_to_become_one() -> None:
    with pytest.raises(RequestValidationError, match=r"tools\[0\]: an object.*becomes a tool by @tool"):
        OpenAI(api_key="k").responses.create(tools=[written])  # type: ignore[list-item,unused-ignore]  # on purpose


def test_a_tool_in_the_shape_of_chat_is_told_how_responses_has_it() -> None:
    with pytest.raises(RequestValidationError) as caught:
        OpenAI(api_key="k").responses.create(tools=[{"type": "function", "function": FUNCTION}])  # type: ignore[call-overload,unused-ignore]  # wrong on purpose
    told = hints(caught.value)
    assert list(told) == ["tools[0].name", "tools[0].parameters", "tools[0].function"]
    assert told["tools[0].function"] == "what is in it stands beside 'type' here"


async def test_a_name_that_is_like_no_other_says_how_to_send_it(connect: Connect) -> None:
    told = hints(await refused(connect, model="m", messages=[{**USER, "zzz": 1}]))
    assert told == {"messages[0].zzz": "to send it all the same: extra_body={'messages': ...}"}


KINDS: list[tuple[str, dict[str, Any], str, str]] = [
    ("beta.agents.sessions.create", {"environment": {"typ": "none"}}, "environment", "type"),
    ("decisions.create", {"model": "m", "input": [{"rolee": "user", "content": "x"}]}, "input[0]", "role"),
    ("realtime.client_secrets.create", {"session": {"tpye": "realtime"}}, "session", "type"),
    ("responses.create", {"tools": [{"typ": "function", **FUNCTION}]}, "tools[0]", "type"),
    ("chat.completions.create", {"model": "m", "messages": [{"rol": "user", "content": "x"}]}, "messages[0]", "role"),
]


@pytest.mark.parametrize(("title", "given", "path", "meant"), KINDS)
def test_a_misspelt_name_of_the_kind_says_what_was_meant(
    title: str, given: dict[str, Any], path: str, meant: str
) -> None:
    model = declared.declared()[title].params
    assert model is not None
    with pytest.raises(ValidationError) as caught:
        model.model_validate(given)
    told = {fault.path: fault.hint for fault in faults(caught.value, given, model)}
    assert told[path].startswith(f"did you mean {meant!r} by ")


def test_an_object_that_does_not_say_its_kind_is_told_the_kinds() -> None:
    """By every union of few kinds that is met: an agent's environment, a question, the format of a text."""
    model = declared.declared()["decisions.create"].params
    assert model is not None
    given = {
        "model": "m",
        "input": [{"role": "usr", "content": "x"}],
        "questions": [{"name": "n", "instructions": "i"}],
    }
    with pytest.raises(ValidationError) as caught:
        model.model_validate(given)
    told = {fault.path: fault.hint for fault in faults(caught.value, given, model)}
    assert told["questions[0]"] == "'type' is one of 'predicate', 'choice', 'score'"
    assert told["input[0]"].startswith("did you mean 'user'?")


def test_a_misspelt_name_that_is_told_of_itself_is_told_once() -> None:
    with pytest.raises(RequestValidationError) as caught:
        OpenAI(api_key="k").responses.create(model="m", input=[{"rol": "user", "content": "x"}])  # type: ignore[call-overload,unused-ignore]  # wrong on purpose
    assert hints(caught.value) == {"input[0].role": "", "input[0].rol": "did you mean 'role'?"}


async def test_what_travels_in_the_query_is_told_to_go_there(connect: Connect) -> None:
    """An `extra_body` of a GET is a body that no server reads."""
    wire = Wire(completion())
    client = connect(wire)
    with pytest.raises(RequestValidationError) as caught:
        await done(client.files.with_raw_response.list(order="up", zzz=1))
    told = hints(caught.value)
    assert told["order"].startswith("a value newer than this package goes through extra_query={'order': ...}")
    assert told["zzz"] == "to send it all the same: extra_query={'zzz': ...}"
    await done(client.files.with_raw_response.list(extra_query={"order": "up", "zzz": 1}))
    assert str(wire.request.url).endswith("/files?order=up&zzz=1")
    with pytest.raises(RequestValidationError) as caught:
        await done(
            client.conversations.items.create("conv_1", items=[{"role": "user", "content": "x"}], include=["y"], z=1)
        )
    assert "extra_query={'include': ...}" in hints(caught.value)["include[0]"]
    assert hints(caught.value)["z"] == "to send it all the same: extra_body={'z': ...}"


@pytest.mark.parametrize("value", [5, None, ["high"], {"high": 1}], ids=str)
async def test_what_is_no_text_is_not_taken_for_a_newer_value(connect: Connect, value: object) -> None:
    told = hints(await refused(connect, model="m", messages=[USER, {"role": value, "content": "x"}], n="x"))
    assert told == {"messages[1]": "", "n": ""}
    told = hints(await refused(connect, model="m", messages=[USER], audio={"format": value, "voice": "alloy"}))
    assert told == {"audio.format": ""}


async def test_a_wrong_key_of_a_map_is_told_as_a_key(connect: Connect) -> None:
    given = {1: "a", "k" * 65: "b", "c": 2, "d": "\ud800"}
    error = await refused(connect, model="m", messages=[USER], metadata=given, logit_bias={(1,): 1, "5": 101})
    long = "k" * 65
    assert list(map(str, error.faults)) == [
        "logit_bias: keys that are a string, got (1,) (tuple)",
        "logit_bias.5: less than or equal to 100, got 101",
        "metadata: keys that are a string or keys of at most 64 characters, got 1",
        "metadata.c: a string, got 2",
        "metadata.d: text without lone surrogates, which are halves of characters, got '\\ud800'",
    ], long


WHOLE = {"vector_stores.search": "its filters are checked as a whole, one by one"} | {
    title: "a union of events, each of which is here under its own name"
    for title, (_, model) in declared.requests().items()
    if not isinstance(model, type)
}


@pytest.mark.parametrize("title", sorted(declared.requests().keys() - WHOLE.keys()))
def test_a_name_that_does_not_exist_is_told_with_its_very_place(title: str) -> None:
    """Of every request that the API description has, at every depth: tags of unions are never taken for names."""
    schema, model = declared.requests()[title]
    found = [i for i in invalid_instances(schema, spec.document(), closed=True) if i.kind == "unknown_property"]
    for instance in found[:40]:
        if goes_back(instance):
            continue
        given = parameters(instance.value)
        with pytest.raises(ValidationError) as caught:
            model.model_validate(given)
        assert all(place_of(model, item["loc"]) is not None for item in caught.value.errors(include_url=False))
        assert written(instance.pointer) in [fault.path for fault in faults(caught.value, given, model)]


def written(pointer: str) -> str:
    """A JSON pointer as a caller writes the place."""
    path = ""
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        path += f"[{name}]" if name.isdigit() else f".{name}"
    return path.removeprefix(".")
