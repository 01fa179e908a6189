"""The check of JSONL before an upload: what passes, every fault with its line, and how it is switched off."""

from __future__ import annotations

import io
import json
import logging
import pathlib
import pickle
from typing import Any

import pytest

from tests.canned import Connect, Wire, done, parts, status
from typed_openai import RequestValidationError, check_jsonl
from typed_openai.bulk.jsonl import LineFault

QUESTION = {"role": "user", "content": "a"}
ANSWER = {"role": "assistant", "content": "b"}
CALL = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}
CHAT: dict[str, Any] = {"messages": [QUESTION, ANSWER]}
DPO: dict[str, Any] = {
    "input": {"messages": [QUESTION]},
    "preferred_output": [ANSWER],
    "non_preferred_output": [{"role": "assistant", "content": "c"}],
}


def request(custom_id: str, **changed: Any) -> dict[str, Any]:
    body = {"model": "m", "messages": [QUESTION]}
    return {"custom_id": custom_id, "method": "POST", "url": "/v1/chat/completions", "body": body, **changed}


def lines(*values: Any) -> bytes:
    return b"".join(value if isinstance(value, bytes) else json.dumps(value).encode() + b"\n" for value in values)


def said(content: bytes, purpose: str = "fine-tune") -> list[str]:
    return [str(fault) for fault in check_jsonl(content, purpose)]


# --- what passes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "examples",
    [
        [CHAT],
        [CHAT] * 3,
        [{"messages": [QUESTION, {**ANSWER, "weight": 0}, QUESTION, {**ANSWER, "weight": 1}]}],
        [
            {
                "messages": [{"role": "system", "content": "s"}, QUESTION, ANSWER],
                "tools": [TOOL],
                "parallel_tool_calls": False,
            }
        ],
        [{"messages": [QUESTION, {"role": "assistant", "tool_calls": [CALL]}]}],
        [{"messages": [QUESTION], "reference_answer": {"fields": "of your own"}}],
        [DPO, DPO],
        [{"prompt": "a", "completion": "b"}],
    ],
)
def test_examples_as_the_service_wants_them_pass(examples: list[Any]) -> None:
    assert said(lines(*examples)) == []


def test_requests_of_a_batch_pass() -> None:
    assert said(lines(*(request(f"r-{number}") for number in range(5))), "batch") == []
    embeddings = {"method": "POST", "url": "/v1/embeddings", "body": {"model": "m", "input": ["a"]}}
    assert said(lines({"custom_id": "1", **embeddings}, {"custom_id": "2", **embeddings}), "batch") == []


def test_data_of_evals_passes() -> None:
    assert said(lines({"item": {"q": 1}}, {"item": {}, "sample": {"output_text": "x"}}), "evals") == []


@pytest.mark.parametrize(
    "content",
    [
        lines(CHAT, CHAT).rstrip(),
        lines(CHAT, CHAT).replace(b"\n", b"\r\n"),
        lines(CHAT, CHAT) + b"\n \n\n",
        json.dumps({"messages": [{**QUESTION, "content": "a\u2028b\x0b"}, ANSWER]}, ensure_ascii=False).encode(),
        lines({"messages": [{**QUESTION, "content": "NaN Infinity"}, ANSWER]}),
    ],
    ids=["no end", "CRLF", "empty lines at the end", "other separators inside", "words that JSON does not have"],
)
def test_only_line_feeds_end_a_line(content: bytes) -> None:
    assert said(content) == []


def test_a_file_is_read_whatever_way_it_is_given_and_left_where_it_stood(tmp_path: pathlib.Path) -> None:
    content = lines(CHAT, {"messages": []})
    path = tmp_path / "a.jsonl"
    path.write_bytes(content)
    with path.open("rb") as file:
        file.seek(7)
        given: list[Any] = [
            path,
            str(path),
            content,
            bytearray(content),
            io.BytesIO(content),
            io.StringIO(content.decode()),
        ]
        for source in [*given, file, ("a.jsonl", content), ("a.jsonl", path, "x/y")]:
            assert [fault.line for fault in check_jsonl(source, "fine-tune")] == [2]
        assert file.tell() == 7


def test_a_file_larger_than_a_block_is_read_line_by_line() -> None:
    long = {"messages": [{**QUESTION, "content": "x" * 700_000}, ANSWER]}
    assert [fault.line for fault in check_jsonl(lines(long, long, long, {"messages": 1}, long), "fine-tune")] == [4]


def test_purposes_that_are_not_known_are_never_looked_into() -> None:
    class Untouchable:
        def read(self, size: int = -1, /) -> bytes:
            raise AssertionError("read")

    for purpose in ("assistants", "vision", "user_data", "something-new"):
        assert check_jsonl(Untouchable(), purpose) == []


def test_a_source_that_is_no_file_is_refused(tmp_path: pathlib.Path) -> None:
    with pytest.raises(RequestValidationError, match=r"source: a file that can be read .No such file"):
        check_jsonl(tmp_path / "gone", "batch")


# --- every fault with its line ---------------------------------------------------------------------------------------


def test_a_broken_line_3_is_named_with_its_column() -> None:
    assert said(lines(CHAT, CHAT, b'{"messages": [{"role": "user",, "content": 1}]}\n', CHAT)) == [
        "line 3: a JSON object; key must be a string at column 31, got "
        '\'{"messages": [{"role": "user",, "content": 1}]}\''
    ]


def test_every_fault_of_every_line_is_found() -> None:
    content = lines(
        {"messages": [{"role": "usr", "content": "a"}, {"role": "assistant"}]},
        CHAT,
        b'{"messages": [\n',
        b"\n",
        [1],
        {"messages": [QUESTION, {**ANSWER, "weight": 2}], "parallel_tool_calls": "yes"},
        b'{"messages": [{"role": "user", "content": "\xff"}]}\n',
        b'{"messages": [], "x": NaN}\n',
    )
    found = check_jsonl(content, "fine-tune")
    assert [(fault.line, fault.path) for fault in found] == [
        (1, "messages[0]"),
        (3, ""),
        (4, ""),
        (5, ""),
        (6, "messages[1].weight"),
        (6, "parallel_tool_calls"),
        (7, ""),
        (8, ""),
    ]
    assert [str(fault) for fault in found][2:4] == [
        "line 4: a JSON object, got an empty line",
        "line 5: a JSON object, got [1]",
    ]
    assert "text in UTF-8, got byte 0xff at column 44" in str(found[6])


@pytest.mark.parametrize("broken", ["preferred_output", "non_preferred_output", "input"])
def test_a_preference_has_all_of_its_parts(broken: str) -> None:
    assert said(lines(DPO, {name: value for name, value in DPO.items() if name != broken})) == [
        f"line 2, {broken}: required, got nothing"
    ]
    asked = {**DPO, "preferred_output": [QUESTION]}
    assert said(lines(asked))[0].startswith("line 1, preferred_output[0].role: one of 'assistant', got 'user'")


def test_all_examples_are_of_one_kind() -> None:
    assert said(lines(CHAT, DPO, {"prompt": "a", "completion": "b"}, {"text": "a"})) == [
        "line 2: an object with messages, as line 1, got one with input + preferred_output + non_preferred_output",
        "line 3: an object with messages, as line 1, got one with prompt + completion",
        "line 4: an object with messages or input + preferred_output + non_preferred_output or prompt + completion, "
        "got ['text']",
    ]


def test_requests_of_a_batch_have_names_of_their_own_one_url_and_a_body_that_the_operation_takes() -> None:
    wrong = {"model": "m", "messages": [QUESTION], "max_token": 5, "temperature": 3}
    content = lines(
        request("a"),
        request("a"),
        request("b", url="/v1/embeddings", body={"model": "m", "input": "x"}),
        request("c", body=wrong),
        request("d", method="GET"),
        {"custom_id": "e"},
        request("f", url="/v1/nothing"),
        request("g"),
    )
    assert [(fault.line, fault.path) for fault in check_jsonl(content, "batch")] == [
        (2, "custom_id"),
        (3, "url"),
        (4, "body.temperature"),
        (4, "body.max_token"),
        (5, "method"),
        (6, "method"),
        (6, "url"),
        (6, "body"),
        (7, "url"),
    ]
    found = said(content, "batch")
    assert found[0] == "line 2, custom_id: a name that no other line has, as line 1 does, got 'a'"
    assert found[1] == "line 3, url: '/v1/chat/completions' as in line 1, got '/v1/embeddings'"
    assert found[3] == "line 4, body.max_token: no such parameter (did you mean 'max_tokens'?)"


def test_data_of_evals_has_an_item() -> None:
    assert said(lines({"item": {}}, {"itme": {}}, {"item": 1}), "evals") == [
        "line 2, item: required, got nothing (did you mean 'item' by 'itme'?)",
        "line 3, item: an object, got 1",
    ]


@pytest.mark.parametrize("content", [json.dumps([CHAT, CHAT], indent=1).encode(), json.dumps(CHAT, indent=1).encode()])
def test_one_long_json_text_is_told_once(content: bytes) -> None:
    (found,) = said(content)
    assert found.startswith("line 1: a whole JSON object, got ")
    assert "write each object into one line" in found


@pytest.mark.parametrize("content", [b"", b"\n", b"\n\n \n"])
def test_a_file_without_lines_is_a_fault_of_line_1(content: bytes) -> None:
    assert said(content) == ["line 1: a JSON object, got an empty line"]


def test_a_byte_order_mark_is_named_and_the_line_is_read_all_the_same() -> None:
    assert said(b"\xef\xbb\xbf" + lines(CHAT, CHAT)) == [
        "line 1: JSON from its first byte, got a byte order mark (save it as UTF-8 without BOM)"
    ]


def test_a_fault_survives_pickling() -> None:
    fault = LineFault(3, "a", "b", "c", "d")
    again = pickle.loads(pickle.dumps(fault))
    assert (str(again), again.line) == (str(fault), 3)


# --- before an upload ------------------------------------------------------------------------------------------------

OK = status(
    200, {"id": "file-1", "object": "file", "bytes": 1, "created_at": 1, "filename": "a", "purpose": "b", "status": "c"}
)
BROKEN = lines(CHAT, CHAT, b"{broken\n")


async def test_a_file_with_a_broken_line_is_not_sent(connect: Connect, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(BROKEN)
    for file in (path, str(path), ("a.jsonl", BROKEN), io.BytesIO(BROKEN)):
        wire = Wire(OK)
        with pytest.raises(
            RequestValidationError, match=r"files\.create: 1 fault, nothing was sent\n  line 3: a JSON"
        ) as caught:
            await done(connect(wire).files.create(file=file, purpose="fine-tune"))
        assert [fault.line for fault in caught.value.faults if isinstance(fault, LineFault)] == [3]
        assert caught.value.__notes__ == ["check=False uploads the file as it is"]
        assert wire.requests == []
        assert pickle.loads(pickle.dumps(caught.value)).faults[0].line == 3


async def test_one_argument_switches_the_check_off(connect: Connect) -> None:
    wire = Wire(OK)
    await done(connect(wire).files.create(file=("a.jsonl", BROKEN), purpose="fine-tune", check=False))
    assert [name for name, *_ in parts(wire.request)] == ["purpose", "file"]
    with pytest.raises(RequestValidationError, match="check: True or False, got 'no'"):
        await done(connect(wire).files.create(file=("a.jsonl", BROKEN), purpose="fine-tune", check="no"))


async def test_the_check_is_as_strict_as_the_client(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "typed_openai")
    for validation, logged in (("off", 0), ("warn", 1)):
        wire = Wire(OK)
        await done(connect(wire, validation=validation).files.create(file=("a.jsonl", BROKEN), purpose="batch"))
        assert [content for *_, content in parts(wire.request)] == [b"batch", BROKEN]
        assert len(caplog.records) == logged
    assert "line 3: a JSON object" in caplog.text


async def test_other_purposes_and_right_files_are_sent(connect: Connect) -> None:
    for purpose, content in (
        ("assistants", BROKEN),
        ("vision", BROKEN),
        ("fine-tune", lines(CHAT)),
        ("batch", lines(request("a"))),
    ):
        wire = Wire(OK)
        await done(connect(wire).files.create(file=io.BytesIO(content), purpose=purpose))
        assert parts(wire.request)[-1][-1] == content


async def test_what_can_be_read_once_only_is_not_used_up_by_looking(connect: Connect) -> None:
    class Pipe:
        def __init__(self) -> None:
            self.read = io.BytesIO(BROKEN).read

    wire = Wire(OK)
    await done(connect(wire).files.create(file=("a.jsonl", Pipe()), purpose="fine-tune"))
    assert parts(wire.request)[-1][-1] == BROKEN


async def test_thousands_of_faults_make_a_short_message_and_a_whole_list(connect: Connect) -> None:
    with pytest.raises(RequestValidationError) as caught:
        await done(connect(Wire(OK)).files.create(file=("a.jsonl", b"{\x00\n" * 3000), purpose="evals"))
    assert len(caught.value.faults) == 3000
    assert str(caught.value).endswith("and 2980 more (on .faults)")
    assert len(str(caught.value)) < 5000


def test_a_request_of_a_batch_asks_for_no_stream() -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": "x"}]}
    assert said(lines(request("a", body={**body, "stream": False})), "batch") == []
    [found] = said(lines(request("a"), request("b", body={**body, "stream": True})), "batch")
    assert found.startswith("line 2, body.stream: left out or False, got True")
