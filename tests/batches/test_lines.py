"""Lines that go in: checked when they are added, addressed by the class of their parameters, split at the limits."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any, get_args

import pytest

from tests.conformance.declared import declared
from typed_openai import RequestValidationError
from typed_openai.bulk.batches import BatchBuilder, BatchLimits
from typed_openai.bulk.endpoints import endpoint_of, operation_at
from typed_openai.core.declare.endpoint import Endpoint
from typed_openai.models.base import Params
from typed_openai.models.batches import BatchEndpoint, BatchRequestInput
from typed_openai.models.chat.messages import UserMessage
from typed_openai.models.chat.params import ChatCompletionCreateParams, ChatCompletionListParams
from typed_openai.models.completions import CompletionCreateParams
from typed_openai.models.embeddings import EmbeddingCreateParams
from typed_openai.models.moderations import ModerationCreateParams

CHAT = ChatCompletionCreateParams(model="m", messages=[UserMessage(content="1 + 1?")])


def chats(number: int, **limits: int) -> BatchBuilder:
    lines = BatchBuilder(BatchLimits(**limits))
    for place in range(number):
        lines.add(f"q-{place}", CHAT)
    return lines


def parsed(content: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.splitlines()]


@pytest.mark.parametrize(
    ("params", "endpoint"),
    [
        (CHAT, "/v1/chat/completions"),
        (EmbeddingCreateParams(model="m", input="a"), "/v1/embeddings"),
        (CompletionCreateParams(model="m", prompt="a"), "/v1/completions"),
        (ModerationCreateParams(input="a"), "/v1/moderations"),
    ],
)
def test_the_class_of_the_parameters_says_which_endpoint_is_asked(params: Params, endpoint: str) -> None:
    lines = BatchBuilder()
    lines.add("a", params)
    [part] = lines.parts()
    [line] = parsed(part.content)
    assert part.endpoint == line["url"] == endpoint_of(params) == endpoint
    assert BatchRequestInput.model_validate(line).custom_id == "a"


def test_every_endpoint_of_the_batch_api_that_is_declared_here_is_found_with_its_answer() -> None:
    found = {endpoint: operation_at(endpoint) for endpoint in get_args(BatchEndpoint)}
    known = {endpoint: operation for endpoint, operation in found.items() if operation is not None}
    assert len(known) >= 4
    for endpoint, operation in known.items():
        declaration = declared()[operation.title]
        assert isinstance(declaration, Endpoint)
        assert (declaration.method, f"/v1{declaration.path}") == ("POST", endpoint)
        assert (declaration.params, declaration.result) == (operation.params, operation.model)
        assert declaration.multipart == operation.multipart


def test_every_declared_operation_that_a_batch_may_ask_is_in_the_table() -> None:
    asked = {f"/v1{each.path}" for each in declared().values() if each.method == "POST"}
    assert {endpoint for endpoint in get_args(BatchEndpoint) if endpoint in asked} == {
        endpoint for endpoint in get_args(BatchEndpoint) if operation_at(endpoint) is not None
    }


def test_a_line_holds_what_the_plain_call_would_send() -> None:
    lines = BatchBuilder()
    lines.add("ünï \n 1", ChatCompletionCreateParams(model="m", messages=[UserMessage(content='a\u2028b"\n')], n=None))
    content = lines.parts()[0].content
    assert content.count(b"\n") == 1
    assert json.loads(content) == {
        "custom_id": "ünï \n 1",
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": {"model": "m", "messages": [{"role": "user", "content": 'a\u2028b"\n'}]},
    }


def test_plain_mappings_are_checked_by_the_model_of_their_endpoint() -> None:
    lines = BatchBuilder()
    lines.add("a", {"model": "m", "input": ["x", "y"], "user": None}, endpoint="/v1/embeddings")
    assert parsed(lines.parts()[0].content)[0]["body"] == {"model": "m", "input": ["x", "y"]}
    with pytest.raises(RequestValidationError) as caught:
        lines.add("b", {"model": "m", "inputs": "x"}, endpoint="/v1/embeddings")
    assert {fault.path for fault in caught.value.faults} == {"input", "inputs"}
    assert "batch line 'b'" in str(caught.value)


@pytest.mark.parametrize(
    ("custom_id", "params", "more", "says"),
    [
        ("q-0", CHAT, {}, "custom_id: used only once, got 'q-0'"),
        ("", CHAT, {}, "custom_id: a non-empty string, got ''"),
        (7, CHAT, {}, "custom_id: a non-empty string, got 7"),
        ("a", CHAT.model_copy(update={"stream": True}), {}, "stream: left out or False, got True"),
        ("a", ChatCompletionListParams(limit=1), {}, "params: a params object of an endpoint that a batch may ask"),
        ("a", CHAT, {"endpoint": "/v1/embeddings"}, "params: parameters of /v1/embeddings"),
        ("a", {"model": "m"}, {}, "endpoint: an endpoint that a batch may ask"),
        ("a", {"model": "m"}, {"endpoint": "/v1/files"}, "endpoint: an endpoint that a batch may ask"),
    ],
)
def test_what_no_batch_can_do_is_refused_at_once(custom_id: Any, params: Any, more: Any, says: str) -> None:
    lines = chats(1)
    with pytest.raises(RequestValidationError, match="nothing was sent") as caught:
        lines.add(custom_id, params, **more)
    assert says in str(caught.value)
    assert list(lines) == ["q-0"]


def test_a_stream_that_is_switched_off_is_none() -> None:
    lines = BatchBuilder()
    lines.add("a", CHAT.model_copy(update={"stream": False}))
    assert len(lines) == 1


def test_no_line_is_no_batch() -> None:
    with pytest.raises(RequestValidationError, match="at least one line"):
        BatchBuilder().parts()


def test_the_limits_are_those_of_the_service() -> None:
    assert BatchLimits() == (50_000, 200_000_000, 50_000)


def test_files_are_split_at_the_number_of_lines() -> None:
    parts = chats(7, lines=3).parts()
    assert [len(part.lines) for part in parts] == [3, 3, 1]
    assert [custom_id for part in parts for custom_id in part.custom_ids] == [f"q-{place}" for place in range(7)]


def test_files_are_split_at_the_number_of_bytes() -> None:
    size = len(chats(1).parts()[0].content)
    assert [part.size for part in chats(5, bytes=2 * size).parts()] == [2 * size, 2 * size, size]
    assert [len(part.content) for part in chats(5, bytes=3 * size - 1).parts()] == [2 * size, 2 * size, size]


def test_a_line_that_fits_into_no_file_is_refused() -> None:
    with pytest.raises(RequestValidationError, match="10 bytes"):
        chats(1, bytes=10)


def test_embeddings_are_split_at_the_number_of_their_inputs() -> None:
    lines = BatchBuilder(BatchLimits(embedding_inputs=4))
    inputs: list[Any] = ["one", ["a", "b"], [1, 2, 3], [[1], [2, 3], [4]], ["a", "b", "c", "d"]]
    for place, value in enumerate(inputs):
        lines.add(f"e-{place}", EmbeddingCreateParams(model="m", input=value))
    assert [part.inputs for part in lines.parts()] == [4, 3, 4]
    assert [len(part.lines) for part in lines.parts()] == [3, 1, 1]


def test_a_file_asks_one_endpoint_and_one_model() -> None:
    lines = BatchBuilder()
    lines.add("a", CHAT)
    lines.add("b", EmbeddingCreateParams(model="m", input="x"))
    lines.add("c", CHAT.model_copy(update={"model": "other"}))
    lines.add("d", CHAT)
    made = [(part.endpoint, part.model, part.custom_ids) for part in lines.parts()]
    assert made == [
        ("/v1/chat/completions", "m", ["a", "d"]),
        ("/v1/embeddings", "m", ["b"]),
        ("/v1/chat/completions", "other", ["c"]),
    ]


def test_some_lines_can_be_sent_again() -> None:
    lines = chats(5)
    again = lines.only(["q-3", "q-1"])
    assert list(again) == ["q-3", "q-1"]
    assert again.parts()[0].lines == [lines.parts()[0].lines[3], lines.parts()[0].lines[1]]
    with pytest.raises(KeyError, match="q-9"):
        lines.only(["q-9"])


def test_adding_lines_loads_no_resources() -> None:
    code = """
from typed_openai.bulk.batches import BatchBuilder
from typed_openai.models.chat.params import ChatCompletionCreateParams
BatchBuilder().add("a", ChatCompletionCreateParams(model="m", messages=[{"role": "user", "content": "x"}]))
import sys; print(*(name for name in sys.modules if name.startswith("typed_openai.resources.")))
"""
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert shown == []
