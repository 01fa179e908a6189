"""Responses as models: what comes in may go out again, and what is wrong is refused before a byte is sent."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import httpx
import pytest

from tests.conformance import spec
from tests.conformance.generate import valid_instances
from tests.responses.events import CALL, MESSAGE, THOUGHT, WHOLE
from typed_openai import OpenAI, RequestValidationError
from typed_openai.core.request.params import json_body
from typed_openai.models.responses.echoes import ItemReference
from typed_openai.models.responses.item_params import EasyInputMessageParam, FunctionCallOutputParam
from typed_openai.models.responses.items import ResponseFunctionToolCall, ResponseOutputMessage
from typed_openai.models.responses.outputs import UnknownItem
from typed_openai.models.responses.params import ResponseCreateParams
from typed_openai.models.responses.results import Response
from typed_openai.models.responses.tools import FunctionTool

SHELL: dict[str, Any] = {
    "id": "sh_1",
    "type": "shell_call_output",
    "call_id": "call_2",
    "status": "completed",
    "output": [{"stdout": "a", "stderr": "", "outcome": {"type": "exit", "exit_code": 0}, "created_by": "me"}],
    "max_output_length": None,
    "created_by": "me",
}


def response(*items: dict[str, Any], **more: Any) -> Response:
    return Response.model_validate_json(json.dumps({**WHOLE, "output": items, **more}), strict=True)


def sent(**arguments: Any) -> Any:
    seen: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(json.loads(request.content))
        return httpx.Response(200, json=WHOLE)

    http = httpx.Client(transport=httpx.MockTransport(answer))
    OpenAI(api_key="k", base_url="http://x/v1", http_client=http).responses.create(model="m", **arguments)
    return seen[0]


def test_the_text_is_that_of_all_messages() -> None:
    assert response(MESSAGE, CALL, MESSAGE).output_text == "Hi youHi you"
    assert response(CALL).output_text == ""


def test_a_text_that_a_server_sends_itself_is_kept_and_not_trusted() -> None:
    found = response(MESSAGE, output_text="other")
    assert found.output_text == "Hi you"
    assert found.model_dump()["output_text"] == "other"


def test_items_are_models_of_their_type() -> None:
    message, call, unknown = response(MESSAGE, CALL, {"type": "dream", "id": "d_1", "plot": "x"}).output
    assert isinstance(message, ResponseOutputMessage)
    assert isinstance(call, ResponseFunctionToolCall)
    assert isinstance(unknown, UnknownItem)
    assert [item.id for item in response(MESSAGE, CALL, unknown.model_dump(), {"type": "dream"}).output] == [
        MESSAGE["id"],
        CALL["id"],
        "d_1",
        None,
    ]
    assert unknown.as_input() == {"type": "dream", "id": "d_1", "plot": "x"}


@pytest.mark.parametrize(
    "item", [{"id": "msg_1"}, {"type": None, "id": "msg_1"}, {"type": "item_reference", "id": "x"}]
)
def test_a_reference_in_the_instructions_is_one_with_and_without_its_type(item: dict[str, Any]) -> None:
    found = response(instructions=[item]).instructions
    assert isinstance(found, list)
    assert isinstance(found[0], ItemReference)
    assert found[0].model_dump() == item


@pytest.mark.parametrize(
    "item",
    [
        {**THOUGHT, "encrypted_content": "x", "content": [{"type": "reasoning_text", "text": "Hm, hm."}]},
        MESSAGE,
        CALL,
        {"id": "ctc_1", "type": "custom_tool_call", "call_id": "call_3", "name": "spell", "input": "a"},
        {
            "id": "ci_1",
            "type": "code_interpreter_call",
            "status": "completed",
            "container_id": "c_1",
            "code": None,
            "outputs": None,
        },
        {
            "id": "ws_1",
            "type": "web_search_call",
            "status": "completed",
            "action": {"type": "search", "queries": ["a"], "sources": [{"type": "url", "url": "https://a.b"}]},
        },
    ],
    ids=lambda item: str(item["type"]),
)
def test_an_item_goes_out_as_it_came(item: dict[str, Any]) -> None:
    found = response(item)
    assert found.as_input() == [item]
    assert sent(input=found.output)["input"] == [item]
    assert sent(input=found.as_input())["input"] == [item]
    assert sent(input=[found.output[0].model_dump()])["input"] == [item]


def test_what_only_the_server_says_stays_here() -> None:
    outgoing = {name: value for name, value in SHELL.items() if name not in ("created_by", "max_output_length")}
    outgoing["output"] = [{name: value for name, value in SHELL["output"][0].items() if name != "created_by"}]
    assert response(SHELL).as_input() == [outgoing]
    assert sent(input=response(SHELL, CALL).output)["input"] == [outgoing, CALL]


def test_what_another_server_added_goes_back_to_it() -> None:
    signed = {**CALL, "signature": "of another server"}
    assert sent(input=response(signed).output)["input"] == [signed]


def test_nulls_of_optional_fields_are_not_sent_back() -> None:
    thought = {**THOUGHT, "status": None, "content": None, "encrypted_content": None}
    assert response(thought).as_input() == [THOUGHT]


def test_requests_are_written_with_models() -> None:
    tool = FunctionTool(name="now", parameters=None, strict=True)
    items = [
        EasyInputMessageParam(role="user", content="Hi"),
        FunctionCallOutputParam(call_id="call_1", output="12:00"),
    ]
    body = sent(input=items, tools=[tool])
    assert body["input"] == [
        {"role": "user", "content": "Hi"},
        {"type": "function_call_output", "call_id": "call_1", "output": "12:00"},
    ]
    assert body["tools"] == [{"type": "function", "name": "now", "parameters": None, "strict": True}]


@pytest.mark.parametrize(
    ("arguments", "where"),
    [
        ({"input": [{"role": "user", "content": [{"type": "input_txt", "text": "x"}]}]}, "content"),
        ({"input": [{"type": "function_call_output", "output": 3}]}, "output"),
        ({"input": [{"type": "dream"}]}, "input"),
        ({"input": 3}, "input"),
        ({"input": "x", "max_output_tokens": 15}, "max_output_tokens"),
        ({"input": "x", "tools": [{"type": "function", "name": "f"}]}, "tools"),
        ({"input": "x", "tool_choice": "sometimes"}, "tool_choice"),
        ({"input": "x", "instruction": "misspelt"}, "instruction"),
    ],
)
def test_what_is_wrong_is_refused_before_it_is_sent(arguments: dict[str, Any], where: str) -> None:
    with pytest.raises(RequestValidationError, match=where):
        sent(**arguments)


def test_chat_does_not_import_responses() -> None:
    code = "import sys, typed_openai; typed_openai.OpenAI(api_key='k').chat.completions.create.__signature__\n"
    code += "print([name for name in sys.modules if name.startswith('typed_openai') and 'models.response' in name])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


ECHOED = ("prompt", "prompt_cache_options", "reasoning", "text", "tools")
"""Settings that a response repeats and that go both ways."""


@pytest.mark.parametrize("name", ECHOED)
def test_a_setting_that_came_may_be_given_again_in_any_form(name: str) -> None:
    described: Any = spec.schema("Response")
    found = [each.value for each in valid_instances(described, spec.document()) if each.value.get(name)]
    assert found
    for value in found:
        read = Response.model_validate_json(json.dumps(value))
        echo = getattr(read, name)
        dumped = json.loads(read.model_dump_json())[name]
        for form in (echo, dumped):
            params = ResponseCreateParams.model_validate({name: form})
            sent = json.loads(json_body("responses.create", params, None))[name]
            assert sent == dumped == value[name]
