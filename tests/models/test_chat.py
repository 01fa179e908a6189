"""Chat: what a request takes and refuses, and what goes over the wire.

The exhaustive part (every field, every limit) is the conformance harness; here stand the promises that users build on.
"""

import json
import warnings
from types import MappingProxyType
from typing import Any

import pytest
from pydantic import ValidationError

import typed_openai.models.chat
from tests.doors import public_classes
from typed_openai.models.base import NULL, Params
from typed_openai.models.chat.messages import (
    AssistantMessage,
    ChatMessage,
    ContentPart,
    DeveloperMessage,
    FilePart,
    FunctionCall,
    FunctionMessage,
    FunctionToolCall,
    ImagePart,
    ImageURL,
    InputAudio,
    InputAudioPart,
    InputFile,
    RefusalPart,
    SystemMessage,
    TextPart,
    ToolMessage,
    UserMessage,
)
from typed_openai.models.chat.params import (
    AllowedTools,
    AllowedToolsChoice,
    ChatCompletionCreateParams,
    ChatCompletionListParams,
    ChatCompletionUpdateParams,
    CustomTool,
    CustomToolDefinition,
    FunctionTool,
    FunctionToolChoice,
    Grammar,
    GrammarFormat,
    MessageListParams,
    ToolName,
)
from typed_openai.models.shared import FunctionDefinition, JSONSchema, ResponseFormatJSONSchema

HI: dict[str, Any] = {"role": "user", "content": "hi"}


def params(**given: Any) -> ChatCompletionCreateParams:
    return ChatCompletionCreateParams.model_validate({"model": "m", "messages": [HI], **given})


def wire(given: Params) -> Any:
    """What goes over the wire."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return json.loads(given.model_dump_json(exclude_unset=True, by_alias=True))


def sent(message: Any) -> Any:
    """What a message becomes inside a request."""
    return wire(params(messages=[message]))["messages"][0]


def faults(**given: Any) -> list[tuple[Any, ...]]:
    with pytest.raises(ValidationError) as caught:
        params(**given)
    locations = [fault["loc"] for fault in caught.value.errors()]
    return [location for location in locations if location[-1] != "is-instance[Null]"]


# --- requests --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "message",
    [
        {"role": "developer", "content": "be brief"},
        {"role": "system", "content": [{"type": "text", "text": "a"}], "name": "n"},
        {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://x/y.png", "detail": "low"}}]},
        {"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": "UklG", "format": "wav"}}]},
        {"role": "user", "content": [{"type": "file", "file": {"file_id": "file-1"}}]},
        {"role": "user", "content": [{"type": "text", "text": "a", "prompt_cache_breakpoint": {"mode": "explicit"}}]},
        {"role": "assistant", "content": [{"type": "refusal", "refusal": "no"}]},
        {"role": "assistant", "content": None, "refusal": None, "audio": {"id": "audio_1"}},
        {"role": "assistant", "function_call": {"name": "f", "arguments": "{}"}},
        {"role": "assistant", "tool_calls": [{"id": "1", "type": "custom", "custom": {"name": "c", "input": "x"}}]},
        {"role": "tool", "tool_call_id": "1", "content": "42"},
        {"role": "function", "name": "f", "content": None},
    ],
    ids=lambda message: message["role"],
)
def test_a_message_goes_out_as_it_was_given(message: dict[str, Any]) -> None:
    assert sent(message) == message


def test_models_and_dicts_are_the_same_on_the_wire() -> None:
    messages: list[ChatMessage] = [
        DeveloperMessage(content="be brief"),
        SystemMessage(content=[TextPart(text="or not")]),
        UserMessage(
            content=[
                TextPart(text="look"),
                ImagePart(image_url=ImageURL(url="https://x/y.png")),
                InputAudioPart(input_audio=InputAudio(data="UklG", format="wav")),
                FilePart(file=InputFile(file_id="file-1")),
            ]
        ),
        AssistantMessage(
            content=None, tool_calls=[FunctionToolCall(id="1", function=FunctionCall(name="f", arguments="{}"))]
        ),
        ToolMessage(tool_call_id="1", content="42"),
        AssistantMessage(content=[RefusalPart(refusal="no")]),
        FunctionMessage(name="f", content="1"),
    ]
    assert wire(ChatCompletionCreateParams(model="m", messages=messages))["messages"] == [
        {"role": "developer", "content": "be brief"},
        {"role": "system", "content": [{"type": "text", "text": "or not"}]},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "look"},
                {"type": "image_url", "image_url": {"url": "https://x/y.png"}},
                {"type": "input_audio", "input_audio": {"data": "UklG", "format": "wav"}},
                {"type": "file", "file": {"file_id": "file-1"}},
            ],
        },
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"type": "function", "id": "1", "function": {"name": "f", "arguments": "{}"}}],
        },
        {"role": "tool", "tool_call_id": "1", "content": "42"},
        {"role": "assistant", "content": [{"type": "refusal", "refusal": "no"}]},
        {"role": "function", "name": "f", "content": "1"},
    ]


@pytest.mark.parametrize(
    "messages",
    [
        (HI,),
        iter([HI]),
        (message for message in [HI]),
        [MappingProxyType(HI)],
        [{"role": "user", "content": iter([{"type": "text", "text": "hi"}])}],
    ],
    ids=["tuple", "iterator", "generator", "read-only mapping", "iterator of parts"],
)
def test_whatever_yields_messages_is_read_once_and_kept_as_a_list(messages: Any) -> None:
    checked = params(messages=messages)
    assert wire(checked) == wire(checked)
    assert wire(checked)["messages"] in ([HI], [{"role": "user", "content": [{"type": "text", "text": "hi"}]}])


FAULTS: list[tuple[dict[str, Any], tuple[Any, ...]]] = [
    ({"messages": []}, ("messages",)),
    ({"messages": [{"role": "robot", "content": "hi"}]}, ("messages", 0)),
    ({"messages": [{"role": "user"}]}, ("messages", 0, "user", "content")),
    ({"messages": [{"role": "user", "content": 5}]}, ("messages", 0, "user", "content")),
    ({"messages": [{"role": "user", "content": []}]}, ("messages", 0, "user", "content", "a list")),
    ({"messages": [{"role": "user", "content": {"type": "text"}}]}, ("messages", 0, "user", "content")),
    ({"messages": [{"role": "tool", "content": "42"}]}, ("messages", 0, "tool", "tool_call_id")),
    ({"messages": [{**HI, "nmae": "n"}]}, ("messages", 0, "user", "nmae")),
    ({"messages": [{"role": "assistant", "contnt": "x"}]}, ("messages", 0, "assistant", "contnt")),
    ({"temperature": 2.1}, ("temperature", "constrained-float")),
    ({"temperature": "1"}, ("temperature", "constrained-float")),
    ({"n": True}, ("n", "constrained-int")),
    (
        {"logit_bias": {"50256": 101}},
        ("logit_bias", "function-before[_numbers_as_names(), dict[str,constrained-int]]", "50256"),
    ),
    ({"tool_choice": "always"}, ("tool_choice", "a string")),
    ({"tool_choice": {"type": "function"}}, ("tool_choice", "an object", "function", "function")),
    ({"tools": [{"type": "function", "function": {}}]}, ("tools", 0, "function", "function", "name")),
    ({"response_format": {"type": "xml"}}, ("response_format",)),
    ({"audio": {"format": "wav", "voice": 3}}, ("audio", "ChatCompletionAudioParam", "voice")),
    ({"prediction": {"type": "content", "content": 1}}, ("prediction", "PredictionContent", "content")),
    ({"stop": ["a"] * 5}, ("stop", "tagged-union[str,list[str]]", "a list")),
    ({"functions": []}, ("functions",)),
    ({"parallel_tool_calls": NULL}, ("parallel_tool_calls",)),
    ({"max_token": 5}, ("max_token",)),
]


@pytest.mark.parametrize(("given", "where"), FAULTS, ids=[".".join(map(str, where)) for _, where in FAULTS])
def test_a_fault_is_refused_once_and_where_it_is(given: dict[str, Any], where: tuple[Any, ...]) -> None:
    assert faults(**given) == [where]


def test_a_fault_deep_inside_a_list_of_parts_is_reported_once() -> None:
    content = [{"type": "text", "text": "a"}, {"type": "image_url", "image_url": {"url": 5}}]
    assert faults(messages=[HI, {"role": "user", "content": content}]) == [
        ("messages", 1, "user", "content", "a list", 1, "image_url", "image_url", "url")
    ]


def test_a_whole_number_is_a_temperature_and_not_a_number_is_none() -> None:
    assert wire(params(temperature=1))["temperature"] == 1
    assert faults(temperature=float("nan"))


def test_null_is_sent_where_the_api_takes_it() -> None:
    assert wire(params(stop=NULL, metadata=NULL)) == {"model": "m", "messages": [HI], "stop": None, "metadata": None}


def test_every_kind_of_object_in_a_request_survives() -> None:
    given: dict[str, Any] = {
        "audio": {"format": "pcm16", "voice": {"id": "voice_1"}},
        "function_call": {"name": "f"},
        "functions": [{"name": "f", "parameters": {"type": "object"}}],
        "logit_bias": {"50256": -100},
        "metadata": {"k": "v"},
        "modalities": ["text", "audio"],
        "moderation": {"model": "omni", "policy": {"input": {"mode": "block"}, "output": None}},
        "prediction": {"type": "content", "content": [{"type": "text", "text": "x"}]},
        "prompt_cache_options": {"mode": "explicit", "ttl": "30m"},
        "response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": {"type": "object"}}},
        "stop": ["a", "b"],
        "stream_options": {"include_usage": True},
        "tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": [{"type": "function"}]}},
        "tools": [
            {"type": "function", "function": {"name": "f", "strict": None}},
            {"type": "custom", "custom": {"name": "c", "format": {"type": "text"}}},
        ],
        "web_search_options": {"user_location": {"type": "approximate", "approximate": {"country": "BE"}}},
    }
    assert wire(params(**given)) == {"model": "m", "messages": [HI], **given}


def test_constants_are_sent_though_nobody_wrote_them() -> None:
    grammar = GrammarFormat(grammar=Grammar(definition="start: INT", syntax="lark"))
    given = ChatCompletionCreateParams(
        model="m",
        messages=[UserMessage(content="hi")],
        tools=[
            FunctionTool(function=FunctionDefinition(name="f")),
            CustomTool(custom=CustomToolDefinition(name="c", format=grammar)),
        ],
        tool_choice=FunctionToolChoice(function=ToolName(name="f")),
        response_format=ResponseFormatJSONSchema(json_schema=JSONSchema(name="n", schema={"type": "object"})),
    )
    assert wire(given) == {
        "model": "m",
        "messages": [HI],
        "tools": [
            {"type": "function", "function": {"name": "f"}},
            {
                "type": "custom",
                "custom": {
                    "name": "c",
                    "format": {"type": "grammar", "grammar": {"definition": "start: INT", "syntax": "lark"}},
                },
            },
        ],
        "tool_choice": {"type": "function", "function": {"name": "f"}},
        "response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": {"type": "object"}}},
    }


def test_lists_of_mixed_models_need_no_annotation() -> None:
    parts = [TextPart(text="a"), ImagePart(image_url=ImageURL(url="u"))]
    messages = [SystemMessage(content="s"), UserMessage(content=parts)]
    choice = AllowedToolsChoice(allowed_tools=AllowedTools(mode="auto", tools=[{"type": "function"}]))
    tools = [
        FunctionTool(function=FunctionDefinition(name="f")),
        CustomTool(custom=CustomToolDefinition(name="c")),
    ]
    checked = ChatCompletionCreateParams(model="m", messages=messages, tools=tools, tool_choice=choice)
    assert all(isinstance(part, ContentPart) for part in parts)
    assert [message["role"] for message in wire(checked)["messages"]] == ["system", "user"]


def test_the_other_operations_take_their_parameters() -> None:
    assert wire(ChatCompletionUpdateParams(metadata={"k": "v"})) == {"metadata": {"k": "v"}}
    assert wire(ChatCompletionUpdateParams(metadata=NULL)) == {"metadata": None}
    assert wire(ChatCompletionListParams(limit=2, order="desc", metadata={"k": "v"})) == {
        "limit": 2,
        "order": "desc",
        "metadata": {"k": "v"},
    }
    assert wire(MessageListParams(after="msg_1", limit=2, order="asc")) == {
        "after": "msg_1",
        "limit": 2,
        "order": "asc",
    }


@pytest.mark.parametrize("metadata", [{str(i): "v" for i in range(17)}, {"k" * 65: "v"}, {"k": "v" * 513}, {"k": 1}])
def test_metadata_beyond_the_limits_are_refused(metadata: Any) -> None:
    assert faults(metadata=metadata)


def test_the_public_door_of_the_area_leads_to_every_public_class() -> None:
    inner = ("chat.answers", "chat.completions", "chat.messages", "chat.params", "shared")
    internal = {"AnsweredMessage"}
    found = public_classes(inner)
    assert len(found) > 60
    assert found - internal <= set(dir(typed_openai.models.chat))
