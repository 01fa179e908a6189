"""The parts of chat messages in what the Responses API takes: what is sent of them, checked or not, in both colours."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from tests.canned import Connect, Wire, done, status
from typed_openai import RequestValidationError, estimate_tokens, parts
from typed_openai.models.chat.messages import FilePart, InputFile, TextPart
from typed_openai.models.responses import ResponseInputTextParam
from typed_openai.models.responses.item_params import EasyInputMessageParam, FunctionCallOutputParam
from typed_openai.models.shared import PromptCacheBreakpoint

PICTURE = parts.image("https://example.com/a.png", detail="low")
REPORT = parts.file(b"%PDF-1.7\n", filename="a.pdf")
SENT = [
    {"type": "input_text", "text": "What is this?"},
    {"type": "input_image", "image_url": "https://example.com/a.png", "detail": "low"},
    {"type": "input_file", "file_data": "data:application/pdf;base64,JVBERi0xLjcK", "filename": "a.pdf"},
]


def test_a_part_says_what_it_is_to_responses() -> None:
    assert [part.for_responses() for part in (TextPart(text="What is this?"), PICTURE, REPORT)] == SENT
    kept = TextPart(text="x", prompt_cache_breakpoint=PromptCacheBreakpoint(mode="explicit"))
    assert kept.for_responses() == {"type": "input_text", "text": "x", "prompt_cache_breakpoint": {"mode": "explicit"}}
    uploaded = FilePart(file=InputFile(file_id="file-1", filename=None))
    assert uploaded.for_responses() == {"type": "input_file", "file_id": "file-1"}


def test_a_picture_without_a_detail_gets_auto_which_the_api_requires() -> None:
    part = parts.image("https://example.com/a.png")
    assert part.for_responses()["detail"] == "auto"
    assert EasyInputMessageParam(role="user", content=[part]).model_dump(exclude_unset=True)["content"] == [
        {"type": "input_image", "image_url": "https://example.com/a.png", "detail": "auto"}
    ]


@pytest.mark.parametrize("validation", ["strict", "warn", "off"])
async def test_parts_of_chat_stand_in_every_input_of_responses(connect: Connect, validation: str) -> None:
    wire = Wire(status(200, {"id": "resp_1", "input_tokens": 1, "data": []}))
    client = connect(wire, validation=validation)
    warned = {} if validation == "strict" else {"temprature": 1}
    content = [ResponseInputTextParam(text="What is this?"), PICTURE, REPORT]
    for call, name in (
        (partial(client.responses.create, model="m"), "input"),
        (partial(client.responses.input_tokens.count, model="m"), "input"),
        (partial(client.responses.compact, model="m"), "input"),
        (client.conversations.create, "items"),
        (partial(client.conversations.items.create, "conv_1"), "items"),
    ):
        for given in (
            [{"role": "user", "content": content}],
            [{"role": "user", "content": tuple(content)}],
            iter([{"role": "user", "content": iter(content)}]),
        ):
            await done(call(**{name: given}, **warned))
            assert wire.body[name] == [{"role": "user", "content": SENT}]
        await done(call(**{name: [EasyInputMessageParam(role="user", content=content)]}, **warned))
        assert wire.body[name] == [{"role": "user", "content": SENT}]


@pytest.mark.parametrize("validation", ["strict", "off"])
async def test_parts_of_chat_stand_in_outputs_and_in_variables_of_a_prompt(connect: Connect, validation: str) -> None:
    wire = Wire(status(200, {"id": "resp_1", "input_tokens": 1, "data": []}))
    output = {"type": "function_call_output", "call_id": "c", "output": [PICTURE, REPORT]}
    prompt = {"id": "p", "variables": {"picture": PICTURE, "name": "Otto"}}
    client = connect(wire, validation=validation)
    made = FunctionCallOutputParam(call_id="c", output=[PICTURE, REPORT])
    await done(client.responses.create(model="m", input=[output, made], prompt=prompt))
    assert wire.body["input"] == [output | {"output": SENT[1:]}] * 2
    assert wire.body["prompt"] == {"id": "p", "variables": {"picture": SENT[1], "name": "Otto"}}


async def test_what_was_given_is_left_alone(connect: Connect) -> None:
    for validation in ("strict", "off"):
        given: list[Any] = [{"role": "user", "content": [PICTURE]}]
        await done(
            connect(
                Wire(status(200, {"id": "resp_1", "input_tokens": 1, "data": []})), validation=validation
            ).responses.create(model="m", input=given)
        )
        assert given == [{"role": "user", "content": [PICTURE]}]


async def test_sound_is_refused_as_the_api_takes_none(connect: Connect) -> None:
    sound = parts.audio(b"ID3\x04" + b"\0" * 30)
    client = connect(Wire(status(200, {"id": "resp_1", "input_tokens": 1, "data": []})))
    with pytest.raises(RequestValidationError, match=r"input\[0\].content\[0\]: 'type' must be one of 'input_text'"):
        await done(client.responses.create(model="m", input=[{"role": "user", "content": [sound]}]))


def test_tokens_of_parts_are_estimated_as_those_of_chat() -> None:
    estimate = partial(estimate_tokens, model="gpt-4o", count=len)
    in_chat = estimate(messages=[{"role": "user", "content": [PICTURE]}]).media
    assert in_chat > 0
    for content in ([PICTURE], SENT[1:2]):
        assert estimate(input=[{"role": "user", "content": content}]).media == in_chat
    output = FunctionCallOutputParam(call_id="c", output=[PICTURE, REPORT])
    found = estimate(input=[output])
    assert (found.media, found.uncounted) == (in_chat, ("input[0].output[1]",))
