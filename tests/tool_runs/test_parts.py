"""Tools that give parts of messages: pictures, files and texts, as parts in what is sent; in both colours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.canned import Connect, Wire, done
from tests.tool_runs.talk import Api, Chat, InResponses
from typed_openai import OpenAIError, parts
from typed_openai.models.chat.messages import TextPart
from typed_openai.models.responses import (
    ResponseInputFileParam,
    ResponseInputImageParam,
    ResponseInputTextParam,
)
from typed_openai.models.responses.content import ResponseInputText
from typed_openai.tools.chat_loop import ChatToolRun
from typed_openai.tools.definition import ToolOutputError
from typed_openai.tools.loop import CalledTool

PICTURE = parts.image("https://example.com/a.png")
PLOT = {"type": "input_image", "image_url": "https://example.com/a.png", "detail": "auto"}
SOUND = parts.audio(b"ID3\x04" + b"\0" * 30)


def plot() -> Any:
    return PICTURE


async def plot_later() -> Any:
    return PICTURE


def plot_awaitably() -> Any:
    return plot_later()


def giving(outcome: object) -> Callable[[], Any]:
    def plot() -> Any:
        return outcome

    return plot


CALL = ("plot", "{}")


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (PICTURE, [PLOT]),
        ([PICTURE], [PLOT]),
        ((TextPart(text="This year"), PICTURE), [{"type": "input_text", "text": "This year"}, PLOT]),
        (
            ["This year", PICTURE, {"n": 1}],
            [{"type": "input_text", "text": "This year"}, PLOT, {"type": "input_text", "text": '{"n":1}'}],
        ),
        (ResponseInputImageParam(file_id="f"), [{"type": "input_image", "file_id": "f", "detail": "auto"}]),
        (
            [ResponseInputFileParam(file_url="https://example.com/a.pdf"), ResponseInputTextParam(text="x")],
            [{"type": "input_file", "file_url": "https://example.com/a.pdf"}, {"type": "input_text", "text": "x"}],
        ),
        (ResponseInputText(type="input_text", text="came"), [{"type": "input_text", "text": "came"}]),
        (
            parts.file(b"%PDF-1.7\n"),
            [{"type": "input_file", "file_data": "data:application/pdf;base64,JVBERi0xLjcK", "filename": "file.pdf"}],
        ),
    ],
)
async def test_responses_are_told_parts_as_parts(connect: Connect, outcome: object, told: list[Any]) -> None:
    wire = Wire(InResponses.answer(CALL), InResponses.answer(text="I see."))
    client = connect(wire)
    run = await done(InResponses.run(client, tools=[giving(outcome)]))
    assert InResponses.told(wire.body) == [told]
    assert run.calls[0].output == told
    await done(InResponses.again(client, [*run.messages, {"role": "user", "content": "Thanks"}]))
    assert InResponses.told(wire.body) == [told]


@pytest.mark.parametrize("text", [TextPart(text="This year"), ResponseInputTextParam(text="This year")])
async def test_chat_is_told_texts_as_parts(connect: Connect, text: object) -> None:
    wire = Wire(Chat.answer(CALL), Chat.answer(text="I see."))
    client = connect(wire)
    run = await done(Chat.run(client, tools=[giving([text, "and more"])]))
    told: Any = [{"type": "text", "text": "This year"}, {"type": "text", "text": "and more"}]
    assert Chat.told(wire.body) == [told]
    assert run.calls[0].output == told
    await done(Chat.again(client, [*run.messages, {"role": "user", "content": "Thanks"}]))
    assert Chat.told(wire.body) == [told]


@pytest.mark.parametrize("outcome", [PICTURE, ["See:", PICTURE], ResponseInputImageParam(file_id="f"), SOUND])
async def test_a_picture_is_an_error_of_the_tool_in_chat(connect: Connect, outcome: object) -> None:
    wire = Wire(Chat.answer(CALL), Chat.answer(text="I see."))
    client = connect(wire)
    with pytest.raises(ToolOutputError, match=r"chat takes texts only; .* use responses\.run_tools") as caught:
        await done(Chat.run(client, tools=[giving(outcome)]))
    assert "raised by the tool 'plot'" in caught.value.__notes__[0]
    assert isinstance(caught.value, OpenAIError | TypeError)
    ended = ChatToolRun.of(caught.value)
    assert ended is not None
    await done(Chat.again(client, ended.messages))
    assert Chat.told(wire.body) == ["plot failed: ToolOutputError"]


async def test_sound_is_an_error_of_the_tool_everywhere(connect: Connect, api: Api) -> None:
    wire = Wire(api.answer(CALL), api.answer(text="I see."))
    run = await done(api.run(connect(wire), tools=[giving([SOUND])], on_tool_error="feed_back"))
    assert isinstance(run.calls[0].error, ToolOutputError)
    assert api.told(wire.body)[0].startswith(
        "plot failed: ToolOutputError: the output of a tool cannot hold InputAudio"
    )


async def test_async_functions_give_parts_too() -> None:
    tools: list[Any] = [plot, plot_awaitably, plot_later]
    calls = [(tool.__name__, "{}") for tool in tools]
    wire = Wire(InResponses.answer(*calls), InResponses.answer(text="I see."))
    await done(InResponses.run(Connect(is_async=True)(wire), tools=tools))
    assert InResponses.told(wire.body) == [[PLOT]] * 3


async def test_what_is_told_instead_of_an_error_may_be_parts(connect: Connect) -> None:
    def decide(error: Exception, call: CalledTool) -> object:
        return ["Take this.", PICTURE]

    wire = Wire(InResponses.answer(("boom", "{}")), InResponses.answer(text="I see."))

    def boom() -> str:
        raise LookupError

    run = await done(InResponses.run(connect(wire), tools=[boom], on_tool_error=decide))
    assert InResponses.told(wire.body) == [[{"type": "input_text", "text": "Take this."}, PLOT]]
    assert isinstance(run.calls[0].error, LookupError)


async def test_lists_without_parts_are_json_as_ever(connect: Connect, api: Api) -> None:
    for outcome, told in (([], "[]"), (["a", 1], '["a",1]'), ({"picture": 1}, '{"picture":1}'), (None, "null")):
        wire = Wire(api.answer(CALL), api.answer(text="I see."))
        await done(api.run(connect(wire), tools=[giving(outcome)]))
        assert api.told(wire.body) == [told]
