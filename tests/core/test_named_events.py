"""Events that are told apart by name: the machine puts name and data together, for unions of models too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

import pytest
from typing_extensions import TypeAliasType

from typed_openai.core.answer.meta import Meta
from typed_openai.core.run.effects import Request
from typed_openai.errors import APIStreamError, ResponseValidationError, StreamDecodeError, StreamTruncatedError
from typed_openai.models.base import Result, Tagged
from typed_openai.settings.config import Config
from typed_openai.streaming.accumulator import Accumulator, name_as_type
from typed_openai.streaming.machine import StreamMachine


class Grew(Result):
    """A plant grew."""

    type: Literal["plant.grew"]
    by: float


class Died(Result):
    """A plant died."""

    type: Literal["plant.died"]


class UnknownPlantEvent(Result):
    """Something else."""

    type: str


PlantEvent = TypeAliasType("PlantEvent", Annotated[Grew | Died | UnknownPlantEvent, Tagged("type")])


class Plants(Accumulator[Any, Any]):
    """Events whose data says what they are, unless only the name does."""

    event = PlantEvent
    wrap = staticmethod(name_as_type)

    def __init__(self) -> None:
        self.events: list[Any] = []

    def add(self, event: Any) -> None:
        self.events.append(event)

    def snapshot(self) -> Any:
        return self.events or None

    @property
    def is_complete(self) -> bool:
        return any(isinstance(event, Died) for event in self.events)


def read(stream: str, **settings: Any) -> list[Any]:
    """The events of a stream, fed in pieces of seven bytes."""
    request = Request("plants.watch", "GET", "http://test/plants", (), {})
    machine: StreamMachine[Any] = StreamMachine(Plants, Config(**settings), request, Meta())
    return list(_read(machine, stream.encode()))


def _read(machine: StreamMachine[Any], content: bytes) -> Iterator[Any]:
    for place in range(0, len(content), 7):
        yield from machine.feed(content[place : place + 7])
        if machine.done:
            return
    yield from machine.end()


def test_each_event_has_the_model_of_its_type() -> None:
    grew, died = read('data: {"type":"plant.grew","by":1.5}\n\ndata: {"type":"plant.died"}\n\n')
    assert isinstance(grew, Grew)
    assert grew.by == 1.5
    assert isinstance(died, Died)


def test_a_type_that_is_missing_is_the_name_of_the_event() -> None:
    grew, died = read('event: plant.grew\ndata: {"by":1.5}\n\nevent: plant.died\ndata: {}\n\n')
    assert isinstance(grew, Grew)
    assert isinstance(died, Died)
    assert grew.issues == ()


def test_a_type_that_is_there_wins() -> None:
    (died,) = read('event: message.x\ndata: {"type":"plant.died"}\n\n')
    assert isinstance(died, Died)


def test_an_unknown_event_is_given_with_its_data() -> None:
    sang, _ = read('event: plant.sang\ndata: {"tune":"A"}\n\nevent: plant.died\ndata: {}\n\n')
    assert isinstance(sang, UnknownPlantEvent)
    assert (sang.type, sang.model_extra) == ("plant.sang", {"tune": "A"})


def test_an_event_that_deviates_keeps_its_model_and_says_where() -> None:
    grew, _ = read('event: plant.grew\ndata: {"by":"much"}\n\nevent: plant.died\ndata: {}\n\n')
    assert isinstance(grew, Grew)
    assert [issue.pointer for issue in grew.issues] == ["/by"]


def test_an_event_without_name_and_type_is_given_all_the_same() -> None:
    lost, _ = read('data: {"tune":"A"}\n\ndata: {"type":"plant.died"}\n\n')
    assert isinstance(lost, UnknownPlantEvent)
    assert [issue.pointer for issue in lost.issues] == ["/type"]


def test_strictness_holds_for_unions_too() -> None:
    with pytest.raises(ResponseValidationError, match="PlantEvent"):
        read('data: {"type":"plant.grew","by":"much"}\n\n', strict_responses=True)


@pytest.mark.parametrize(
    "stream",
    [
        'event: error\ndata: {"message":"no water"}\n\n',
        'event: plant.grew\ndata: {"error":{"message":"no water"}}\n\n',
        'data: {"error":{"message":"no water"}}\n\n',
    ],
)
def test_an_error_raises_whatever_its_name(stream: str) -> None:
    with pytest.raises(APIStreamError, match="no water"):
        read(stream)


@pytest.mark.parametrize(
    "ending",
    [
        "event: done\ndata: {}\n\n",
        'data: {"type":"plant.died"}\n\ndata: [DONE]\n\n',
        'data: {"type":"plant.died"}\n\nevent: x\ndata: [DONE]\n\n',
    ],
)
def test_a_stream_ends_when_it_says_so(ending: str) -> None:
    count = 1 + ending.count("died")
    assert len(read(f'data: {{"type":"plant.grew","by":1}}\n\n{ending}data: nonsense\n\n')) == count


@pytest.mark.parametrize("ending", ["data: [DONE]\n\n", "event: x\ndata: [DONE]\n\n"])
def test_done_alone_is_no_end_where_the_api_has_an_event_for_it(monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    grew = f'data: {{"type":"plant.grew","by":1}}\n\n{ending}'
    with pytest.raises(StreamTruncatedError, match="DONE"):
        read(grew)
    assert len(read(f'{grew}data: {{"type":"plant.died"}}\n\n')) == 2  # it is read on
    monkeypatch.setattr(Plants, "ends_alone", True)
    assert len(read(grew)) == 1


def test_a_stream_that_does_not_end_is_cut() -> None:
    with pytest.raises(StreamTruncatedError) as caught:
        read('data: {"type":"plant.grew","by":1}\n\n')
    assert [type(event) for event in caught.value.partial] == [Grew]


@pytest.mark.parametrize("data", ["1", "nonsense", '["a"]'])
def test_what_is_no_object_is_an_error(data: str) -> None:
    with pytest.raises(StreamDecodeError):
        read(f"event: plant.grew\ndata: {data}\n\ndata: x\n\n")


@pytest.mark.parametrize(
    ("name", "data", "wrapped"),
    [
        ("", {"a": 1}, {"a": 1}),
        ("ev", {"a": 1}, {"a": 1, "type": "ev"}),
        ("ev", {"type": None}, {"type": "ev"}),
        ("ev", {"type": "m"}, {"type": "m"}),
        ("ev", {}, {"type": "ev"}),
        ("ev", [1], [1]),
    ],
)
def test_the_name_stands_in_for_a_type_that_is_missing(name: str, data: Any, wrapped: Any) -> None:
    assert json.loads(name_as_type(name, json.dumps(data).encode())) == wrapped


def test_what_is_no_json_is_left_to_who_reads_it() -> None:
    assert name_as_type("n", b"x{") == b"x{"


# --- the same, however the bytes come ----------------------------------------------------------------------------


class NamedPlants(Plants):
    """The same events, each read by the model of its name."""

    by_name: ClassVar[Any] = {"plant.grew": Grew, "plant.died": Died}


def in_blocks(kind: type[Plants], blocks: list[bytes]) -> list[Any]:
    request = Request("plants.watch", "GET", "http://test/plants", (), {})
    machine: StreamMachine[Any] = StreamMachine(kind, Config(log_errors=False), request, Meta())
    found: list[Any] = []
    for block in blocks:
        found += machine.feed(block)
        if machine.done:
            return found
    return [*found, *machine.end()]


STORY = (
    b'event: plant.grew\ndata: {"type":"plant.grew","by":1.5}\n\n' * 3
    + b'event: plant.grew\ndata: {"by":"much","error":null}\n\nevent: plant.sang\ndata: {"tune":"A"}\n\n: ping\n\n'
    + b'event: plant.grew\r\ndata: {"type":"plant.grew",\r\ndata: "by":2}\r\n\r\n'
    + b'data: {"type":"plant.grew","by":3}\n\n' * 2
    + b'event: plant.grew\ndata: {"type":"plant.grew","by":4}\n\n' * 2
    + b'event: plant.died\ndata: {"type":"plant.died"}\n\nevent: done\ndata: {}\n\n'
)


@pytest.mark.parametrize("kind", [Plants, NamedPlants])
def test_events_are_the_same_wherever_their_bytes_are_cut(kind: type[Plants]) -> None:
    whole = [(type(event), event.model_dump(), event.issues) for event in in_blocks(kind, [STORY])]
    assert [cls for cls, *_ in whole].count(Grew) == 9
    assert len([cls for cls, _, issues in whole if issues]) == 1
    cuts = [[STORY[:place], STORY[place:]] for place in range(1, len(STORY))]
    sizes = [[STORY[place : place + size] for place in range(0, len(STORY), size)] for size in range(1, 130)]
    for blocks in (*cuts, *sizes):
        found = [(type(event), event.model_dump(), event.issues) for event in in_blocks(kind, blocks)]
        assert found == whole, [len(block) for block in blocks]


@pytest.mark.parametrize("kind", [Plants, NamedPlants])
@pytest.mark.parametrize("said", ['{"message":"no water"}', '"no water"'])
def test_an_error_raises_among_ordinary_events_too(kind: type[Plants], said: str) -> None:
    grew = b'event: plant.grew\ndata: {"type":"plant.grew","by":1}\n\n'
    broke = f'event: plant.grew\ndata: {{"type":"plant.grew","by":2,"error":{said}}}\n\n'.encode()
    for blocks in ([grew, grew, broke, grew], [grew, grew + broke + grew]):
        with pytest.raises(APIStreamError, match="no water") as caught:
            in_blocks(kind, blocks)
        assert caught.value.events_received == len(caught.value.partial) == 2
