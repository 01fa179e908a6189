"""Objects of other libraries among the arguments: each counts as its dump, at any depth."""

from __future__ import annotations

import dataclasses
import enum
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, ClassVar, TypedDict

import pydantic
import pytest

from tests.canned import Connect, Wire, body_of, completion, done, refused
from typed_openai.core.request.foreign import as_data
from typed_openai.models.chat.completions import ChatCompletion
from typed_openai.models.chat.messages import UserMessage


class Role(enum.Enum):
    """A role as some frameworks have it."""

    USER = "user"


class Part(pydantic.BaseModel):
    """A part of a message, in other words; the alias is the API's name."""

    kind: str = pydantic.Field(alias="type")
    text: str
    note: str | None = None


def part(text: str, kind: str = "text") -> Part:
    return Part.model_validate({"type": kind, "text": text})


class Message(pydantic.BaseModel):
    """A message with something of its own program in it."""

    __api_exclude__: ClassVar[set[str]] = {"parsed"}

    role: Role
    content: list[Part]
    parsed: object = None


@dataclasses.dataclass
class PartClass:
    """The same as a dataclass."""

    type: str
    text: str


@dataclasses.dataclass
class MessageClass:
    """The same as a dataclass."""

    role: str
    content: list[Any]


class MessageDict(TypedDict):
    """The same as a dict with a type."""

    role: str
    content: list[Any]


PART = {"type": "text", "text": "hi"}
SENT = {"role": "user", "content": [PART]}
FORMS: list[Any] = [
    Message(role=Role.USER, content=[part("hi")], parsed=object()),
    {"role": "user", "content": [part("hi")]},
    MessageClass("user", [PartClass("text", "hi")]),
    MessageClass("user", [PART]),
    {"role": "user", "content": (PartClass("text", "hi"),)},
    MessageDict(role="user", content=[part("hi")]),
    UserMessage(content=[PART]),  # type: ignore[list-item]  # a dict stands in for a part
]


@pytest.mark.parametrize("validation", ["strict", "warn"])
@pytest.mark.parametrize("message", FORMS, ids=lambda form: type(form).__name__)
async def test_an_object_is_sent_as_its_dump(connect: Connect, message: Any, validation: str) -> None:
    sent = await body_of(connect, model="m", messages=[message], settings={"validation": validation})
    assert sent["messages"] == [SENT]


@pytest.mark.parametrize("validation", ["strict", "warn", "off"])
async def test_objects_that_a_generator_gives_are_sent_as_their_dumps(connect: Connect, validation: str) -> None:
    given = (form for form in FORMS[:4])
    sent = await body_of(connect, model="m", messages=given, settings={"validation": validation})
    assert sent["messages"] == [SENT] * 4


class Effort(pydantic.BaseModel):
    """What openai-agents gives for `reasoning`."""

    effort: str | None = None
    summary: str | None = None


async def test_an_object_in_the_place_of_a_parameter_is_sent_as_its_dump(connect: Connect) -> None:
    wire = Wire(completion())
    create = connect(wire).responses.with_raw_response.create
    await done(create(model="m", input="hi", reasoning=Effort(effort="low")))
    assert wire.body["reasoning"] == {"effort": "low"}


async def test_a_fault_inside_of_an_object_names_its_place(connect: Connect) -> None:
    wrong = Message(role=Role.USER, content=[part("a"), part("b", "txt")])
    error = await refused(connect, model="m", messages=[{"role": "user", "content": "x"}, wrong])
    assert [fault.path for fault in error.faults] == ["messages[1].content[1]"]


async def test_what_was_given_is_not_changed(connect: Connect) -> None:
    given: list[Any] = [Message(role=Role.USER, content=[part("hi")])]
    before = list(given)
    await body_of(connect, model="m", messages=given)
    assert given == before
    assert isinstance(given[0], Message)


@pytest.mark.parametrize("make", [dict, list, tuple, lambda x: x], ids=["dict", "list", "tuple", "plain"])
def test_data_without_objects_is_the_same_object(make: Callable[[Any], Any]) -> None:
    value = make([("a", (1, "b")), ("c", None)])
    assert as_data(value) is value


async def test_plain_data_is_looked_at_once(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("typed_openai.core.request.foreign.as_data", lambda value: pytest.fail("looked for objects"))
    await body_of(connect, model="m", messages=[SENT])


async def test_a_result_of_ours_goes_where_no_result_is_foreseen(connect: Connect) -> None:
    answer = await done(connect(Wire(completion("hi"))).chat.completions.create(model="m", messages=[SENT]))
    assert isinstance(answer, ChatCompletion)
    sent = await body_of(connect, model="m", messages=[SENT, answer.choices[0].message])
    assert sent["messages"][1]["content"] == "hi"


class NotGiven:
    """The official package's mark, as `openai.NOT_GIVEN` is one."""


@pytest.mark.parametrize("validation", ["strict", "warn", "off"])
async def test_the_official_mark_is_left_out_and_an_iterator_beside_it_is_sent_whole(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, validation: str
) -> None:
    monkeypatch.setitem(sys.modules, "openai", SimpleNamespace(NotGiven=NotGiven))
    wire, messages = Wire(), [{"role": "user", "content": "Hi"}]
    client = connect(wire, validation=validation)
    await done(client.chat.completions.create(model="m", messages=iter(messages), tools=NotGiven()))
    assert wire.body == {"model": "m", "messages": messages}


async def test_the_official_mark_is_left_out_at_any_depth(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openai", SimpleNamespace(NotGiven=NotGiven))
    picture = {"type": "image_url", "image_url": {"url": "https://x", "detail": NotGiven()}}
    wire = Wire()
    messages = [{"role": "user", "content": [picture], "name": NotGiven()}]
    await done(connect(wire).chat.completions.create(model="m", messages=messages, stream_options={"x": NotGiven()}))
    assert wire.body["messages"] == [
        {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://x"}}]}
    ]


async def test_a_fault_beside_the_official_mark_is_told_as_it_is(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openai", SimpleNamespace(NotGiven=NotGiven))
    messages = iter([{"role": "user", "content": "Hi"}])
    arguments: dict[str, Any] = {"model": "m", "messages": messages, "temperature": "hot", "tools": NotGiven()}
    error = await refused(connect, **arguments)
    assert [fault.path for fault in error.faults] == ["temperature"]
