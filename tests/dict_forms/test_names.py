"""Official names: every name of the table is there, is what it says, and looks like any other module to Python."""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from typing_extensions import is_typeddict

from typed_openai.dict_forms.official_names import ROOT, names_in, table

PLACES = sorted(table())


def module(place: str) -> Any:
    return importlib.import_module(f"{ROOT}.{place}".rstrip("."))


def test_there_are_many_names() -> None:
    assert sum(map(len, table().values())) > 2000
    assert len(PLACES) > 500


@pytest.mark.parametrize("place", PLACES)
def test_every_name_of_a_module_can_be_imported(place: str) -> None:
    found = module(place)
    assert set(table()[place]) <= set(dir(found))
    for name in names_in(found.__name__):
        assert getattr(found, name) is not None or name in table()[place]
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = found.no_such_name


def test_params_are_dict_forms_and_results_are_models() -> None:
    chat = module("chat")
    assert is_typeddict(chat.ChatCompletionUserMessageParam)
    assert all(map(is_typeddict, get_args(chat.ChatCompletionMessageParam)))
    assert issubclass(chat.ChatCompletion, BaseModel)
    assert module("chat.chat_completion").ChatCompletion is chat.ChatCompletion
    assert "gpt-4o" in get_args(module("").ChatModel)


@pytest.mark.parametrize(
    ("place", "name", "ours"),
    [
        ("chat", "ChatCompletionToolParam", "chat.params.FunctionToolDict"),
        ("chat", "ChatCompletionNamedToolChoiceParam", "chat.params.FunctionToolChoiceDict"),
        ("chat", "ChatCompletionContentPartImageParam", "chat.messages.ImagePartDict"),
        ("chat.chat_completion", "Choice", "chat.completions.Choice"),
        ("chat.chat_completion_chunk", "ChoiceDelta", "chat.chunks.ChoiceDelta"),
        ("chat.completion_create_params", "CompletionCreateParamsNonStreaming", "ChatCompletionCreateParamsDict"),
        ("responses", "Response", "responses.results.Response"),
        ("responses", "FunctionToolParam", "responses.tools.FunctionToolDict"),
        ("responses", "EasyInputMessageParam", "responses.item_params.EasyInputMessageParamDict"),
        ("responses.response_reasoning_item", "Summary", "responses.content.ResponseSummaryText"),
        ("shared_params", "Reasoning", "responses.results.ReasoningDict"),
        ("shared_params", "ResponseFormatJSONSchema", "shared.ResponseFormatJSONSchemaDict"),
        ("beta", "Assistant", "assistants.Assistant"),
        ("beta.threads", "Message", "thread_messages.Message"),
        ("", "CompletionUsage", "shared.CompletionUsage"),
        ("", "FileObject", "files.FileObject"),
    ],
)
def test_a_name_stands_for_the_right_class(place: str, name: str, ours: str) -> None:
    found = getattr(module(place), name)
    assert f"{found.__module__}.{found.__name__}".endswith(ours)


def test_modules_without_a_file_are_found_like_others() -> None:
    assert importlib.util.find_spec("typed_openai.types.chat.chat_completion") is not None
    assert importlib.util.find_spec("typed_openai.types.chat.no_such_module") is None
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("typed_openai.types.no_such_area")
