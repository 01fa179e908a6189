"""Many responses on one connection: each lane gets its own, whoever reads, and none takes another down."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.sockets.conftest import Colour
from tests.sockets.servers import Peer, serving
from typed_openai import tool
from typed_openai.errors import APITimeoutError, ConfigurationError, RequestValidationError, StreamTooLargeError
from typed_openai.sockets.failures import ServerEventError, WebSocketConnectionClosedError
from typed_openai.sockets.lanes import LaneLimits


def whole(identifier: str, text: str, status: str = "completed", output: Any = None) -> dict[str, Any]:
    message = {
        "type": "message",
        "id": f"msg_{identifier}",
        "role": "assistant",
        "status": "completed",
        "content": [{"type": "output_text", "text": text, "annotations": []}],
    }
    return {
        "id": identifier,
        "object": "response",
        "created_at": 1,
        "model": "gpt-5",
        "status": status,
        "output": [message] if output is None else output,
        "parallel_tool_calls": True,
        "tools": [],
        "tool_choice": "auto",
    }


class Answer:
    """The events of one answer, numbered."""

    def __init__(self, lane: str | None, identifier: str, *pieces: str) -> None:
        self.lane = {} if lane is None else {"stream_id": lane}
        self.number = 0
        begun = whole(identifier, "", "in_progress", [])
        item = {
            "type": "message",
            "id": f"msg_{identifier}",
            "role": "assistant",
            "status": "in_progress",
            "content": [],
        }
        part = {"type": "output_text", "text": "", "annotations": []}
        place: dict[str, Any] = {"item_id": item["id"], "output_index": 0, "content_index": 0}
        self.begin = [
            self._event("response.created", response=begun),
            self._event("response.output_item.added", output_index=0, item=item),
            self._event("response.content_part.added", **place, part=part),
        ]
        self.pieces = [self._event("response.output_text.delta", **place, delta=each, logprobs=[]) for each in pieces]
        self.end = self._event("response.completed", response=whole(identifier, "".join(pieces)))

    def _event(self, kind: str, **fields: Any) -> dict[str, Any]:
        self.number += 1
        return {"type": kind, "sequence_number": self.number, **fields, **self.lane}

    @property
    def all(self) -> list[dict[str, Any]]:
        return [*self.begin, *self.pieces, self.end]


def interleaved(*answers: Answer) -> list[dict[str, Any]]:
    return [event for together in zip(*(answer.all for answer in answers), strict=True) for event in together]


ONE, TWO = Answer("one", "resp_1", "Hel", "lo"), Answer("two", "resp_2", "Bon", "jour")


def ask(colour: Colour, *lanes: Any) -> None:
    for lane in lanes:
        colour.run(lane.create(model="gpt-5", input="Hi"))


def test_lanes_that_come_mixed_are_read_one_after_the_other(colour: Colour) -> None:
    told: list[Any] = []

    def serve(peer: Peer) -> None:
        told.extend([peer.told(), peer.told()])
        peer.tell(*interleaved(ONE, TWO))
        peer.wait()

    with serving(serve) as server, colour.opened(colour.responses(server.url)) as connection:
        one, two = connection.lane("one"), connection.lane("two")
        assert connection.lane("one") is one
        ask(colour, one, two)
        assert colour.run(two.get_final_response()).output_text == "Bonjour"
        assert [event.type for event in colour.each(one)] == [event["type"] for event in ONE.all]
        assert colour.run(one.get_final_response()).output_text == "Hello"
        assert list(colour.each(one)) == []
    assert told == [
        {"type": "response.create", "model": "gpt-5", "input": "Hi", "stream_id": name} for name in ("one", "two")
    ]


def test_lanes_may_be_read_at_the_same_time(colour: Colour) -> None:
    names = [f"lane_{number}" for number in range(8)]
    answers = [Answer(name, f"resp_{name}", *name) for name in names]

    def serve(peer: Peer) -> None:
        for _ in names:
            peer.told()
        peer.tell(*interleaved(*answers))
        peer.wait()

    found: dict[str, str] = {}

    def read(lane: Any) -> None:
        found[lane.stream_id] = colour.run(lane.get_final_response()).output_text

    with serving(serve) as server, colour.opened(colour.responses(server.url)) as connection:
        lanes = [connection.lane(name) for name in names]
        ask(colour, *lanes)
        threads = [threading.Thread(target=read, args=(lane,)) for lane in lanes]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
    assert found == {name: name for name in names}


def test_a_lane_without_a_name_has_the_events_without_one(colour: Colour) -> None:
    answer = Answer(None, "resp_0", "Hi")

    def serve(peer: Peer) -> None:
        assert "stream_id" not in peer.told()
        peer.tell(*answer.all, {"type": "response.dreamt", "sequence_number": 9, "stream_id": "elsewhere"})
        peer.wait()

    with serving(serve) as server, colour.opened(colour.responses(server.url)) as connection:
        lane = connection.lane()
        ask(colour, lane)
        assert colour.run(lane.get_final_response()).output_text == "Hi"
        assert colour.run(connection.recv()).type == "response.dreamt"


def test_without_lanes_everything_comes_to_the_connection(colour: Colour) -> None:
    def serve(peer: Peer) -> None:
        peer.told()
        peer.tell(*ONE.all)

    with serving(serve) as server, colour.opened(colour.responses(server.url)) as connection:
        colour.run(connection.response.create(model="gpt-5", input="Hi", stream_id="one", generate=True))
        assert [event.type for event in colour.each(connection)] == [event["type"] for event in ONE.all]


def test_an_error_ends_its_lane_and_no_other(colour: Colour) -> None:
    wrong = {"type": "error", "stream_id": "one", "status": 400, "error": {"message": "too long", "code": "c"}}

    def serve(peer: Peer) -> None:
        peer.told(), peer.told()
        peer.tell(*ONE.begin, ONE.pieces[0], wrong, *TWO.all)
        peer.told()
        peer.tell(*ONE.all)
        peer.wait()

    with serving(serve) as server, colour.opened(colour.responses(server.url)) as connection:
        one, two = connection.lane("one"), connection.lane("two")
        ask(colour, one, two)
        assert colour.run(two.get_final_response()).output_text == "Bonjour"
        for _ in range(2):
            with pytest.raises(ServerEventError, match="too long") as caught:
                colour.run(one.get_final_response())
        assert (caught.value.code, caught.value.partial.output_text) == ("c", "Hel")
        ask(colour, one)
        assert colour.run(one.get_final_response()).output_text == "Hello"


def test_an_error_without_a_lane_is_raised_in_all_that_wait(colour: Colour) -> None:
    def serve(peer: Peer) -> None:
        peer.told(), peer.told()
        peer.tell({"type": "error", "status": 500, "error": {"message": "all is lost"}})
        peer.wait()

    with serving(serve) as server, colour.opened(colour.responses(server.url)) as connection:
        one, two, idle = connection.lane("one"), connection.lane("two"), connection.lane("three")
        ask(colour, one, two)
        for lane in (one, two):
            with pytest.raises(ServerEventError, match="all is lost"):
                colour.run(lane.get_final_response())
        with pytest.raises(ConfigurationError, match="nothing was asked"):
            colour.run(idle.get_final_response())


def test_a_cut_ends_the_answers_of_all_lanes_with_what_came(colour: Colour) -> None:
    def serve(peer: Peer) -> None:
        peer.told(), peer.told()
        peer.tell(*ONE.begin, *TWO.begin, ONE.pieces[0], TWO.pieces[0])
        peer.cut()

    with serving(serve) as server, colour.opened(colour.responses(server.url)) as connection:
        one, two = connection.lane("one"), connection.lane("two")
        ask(colour, one, two)
        with pytest.raises(WebSocketConnectionClosedError) as caught:
            colour.run(one.get_final_response())
        assert {name: part.output_text for name, part in caught.value.partial.items()} == {"one": "Hel", "two": "Bon"}
        with pytest.raises(WebSocketConnectionClosedError) as caught:
            colour.run(two.get_final_response())
        assert caught.value.partial.output_text == "Bon"


def test_a_reconnect_ends_the_answers_of_all_lanes_and_new_ones_go_on(colour: Colour) -> None:
    def first(peer: Peer) -> None:
        peer.told()
        peer.tell(*ONE.begin, ONE.pieces[0])
        peer.cut()

    def second(peer: Peer) -> None:
        peer.told()
        peer.tell(*ONE.all)
        peer.wait()

    with serving(first, second) as server:
        with colour.opened(colour.responses(server.url, reconnect=True, initial_delay=0.001)) as connection:
            one = connection.lane("one")
            ask(colour, one)
            with pytest.raises(WebSocketConnectionClosedError, match="opened again") as caught:
                colour.run(one.get_final_response())
            assert caught.value.partial.output_text == "Hel"
            ask(colour, one)
            assert colour.run(one.get_final_response()).output_text == "Hello"
            assert colour.run(connection.recv()).type == "reconnected"


def test_a_lane_that_nobody_reads_is_bounded_and_takes_no_other_down(colour: Colour) -> None:
    long = Answer("one", "resp_1", *["x"] * 50)

    def serve(peer: Peer) -> None:
        peer.told(), peer.told()
        peer.tell(*long.all, *TWO.all)
        peer.wait()

    with serving(serve) as server, colour.opened(colour.responses(server.url)) as connection:
        connection.limits = LaneLimits(max_lanes=2, max_events=10)
        one, two = connection.lane("one"), connection.lane("two")
        with pytest.raises(ConfigurationError, match="max_lanes"):
            connection.lane("three")
        ask(colour, one, two)
        assert colour.run(two.get_final_response()).output_text == "Bonjour"
        with pytest.raises(StreamTooLargeError, match="more than 10 events"):
            colour.run(one.get_final_response())


def test_an_answer_under_way_can_be_steered_and_not_asked_over(colour: Colour) -> None:
    told: list[Any] = []

    def serve(peer: Peer) -> None:
        peer.told()
        peer.tell(*ONE.begin)
        told.append(peer.told())
        peer.tell(*ONE.pieces, ONE.end)
        peer.wait()

    with serving(serve) as server, colour.opened(colour.responses(server.url)) as connection:
        one = connection.lane("one")
        ask(colour, one)
        colour.run(one.recv())
        with pytest.raises(ConfigurationError, match="not whole yet"):
            ask(colour, one)
        colour.run(one.steer("Shorter!"))
        assert one.snapshot.id == "resp_1"
        assert colour.run(one.get_final_response()).output_text == "Hello"
    assert told == [{"type": "response.steer", "input": "Shorter!", "previous_response_id": "resp_1"}]


def test_an_answer_that_was_steered_is_followed_by_the_one_that_counts(colour: Colour) -> None:
    next_one = Answer("one", "resp_9", "Hi")

    def serve(peer: Peer) -> None:
        peer.told()
        peer.tell(*ONE.begin)
        peer.told()
        accepted = {"type": "response.steer.accepted", "sequence_number": 4, "stream_id": "one"}
        steer = {"id": "steer_1", "previous_response_id": "resp_1"}
        cut = {"type": "response.incomplete", "sequence_number": 5, "stream_id": "one"}
        peer.tell(
            {**accepted, "steer": steer}, {**cut, "response": whole("resp_1", "Hel", "incomplete")}, *next_one.all
        )
        peer.wait()

    with serving(serve) as server, colour.opened(colour.responses(server.url)) as connection:
        one = connection.lane("one")
        ask(colour, one)
        colour.run(one.recv())
        colour.run(one.steer("Shorter!"))
        kinds = [event.type for event in colour.each(one)]
        assert colour.run(one.get_final_response()).output_text == "Hi"
    assert kinds.count("response.created") == 1
    assert kinds[-1] == "response.completed"


def test_a_lane_can_be_waited_for_for_some_time_and_be_given_up(colour: Colour) -> None:
    def serve(peer: Peer) -> None:
        peer.told()
        peer.told()
        peer.tell(*ONE.all)

    with serving(serve) as server, colour.opened(colour.responses(server.url)) as connection:
        one = connection.lane("one")
        ask(colour, one)
        with pytest.raises(APITimeoutError, match="still open"):
            colour.run(one.recv(timeout=0.01))
        colour.run(one.close())
        colour.run(connection.response.steer(input="x", previous_response_id="r"))
        assert len(list(colour.each(connection))) == len(ONE.all)


def test_wrong_parameters_of_a_lane_are_refused(colour: Colour) -> None:
    with serving(lambda peer: peer.wait()) as server, colour.opened(colour.responses(server.url)) as connection:
        lane = connection.lane("one")
        with pytest.raises(RequestValidationError, match="temprature"):
            colour.run(lane.create(model="gpt-5", input="Hi", temprature=1))
        with pytest.raises(RequestValidationError, match="stream_id"):
            colour.run(connection.lane("not a name!").create(model="gpt-5", input="Hi"))


@tool
def temperature(city: str) -> int:
    """How warm it is."""
    return 21


def test_tools_run_over_a_socket_through_the_one_loop(colour: Colour) -> None:
    told: list[Any] = []
    call = {
        "type": "function_call",
        "id": "fc_1",
        "call_id": "call_1",
        "name": "temperature",
        "arguments": '{"city": "Rome"}',
        "status": "completed",
    }

    def serve(peer: Peer) -> None:
        told.append(peer.told())
        asked = {"type": "response.completed", "sequence_number": 2, "response": whole("resp_1", "", output=[call])}
        peer.tell(*Answer("tools", "resp_1").begin[:1], {**asked, "stream_id": "tools"})
        told.append(peer.told())
        peer.tell(*Answer("tools", "resp_2", "21 degrees").all)
        peer.wait()

    with serving(serve) as server, colour.opened(colour.responses(server.url)) as connection:
        asking = connection.run_tools(tools=[temperature], model="gpt-5", input="How warm?", stream_id="tools")
        run = colour.run(asking)
    assert (run.text, [call.output for call in run.calls]) == ("21 degrees", ["21"])
    assert told[1]["input"][-1] == {"type": "function_call_output", "call_id": "call_1", "output": "21"}
    assert {event["stream_id"] for event in told} == {"tools"}


def test_the_beta_can_put_items_into_an_answer_under_way(colour: Colour) -> None:
    told: list[Any] = []
    with serving(lambda peer: told.append(peer.told())) as server:
        manager = colour.client(server.url).beta.responses.connect(extra_query={"x": "1"})
        with colour.opened(manager) as connection:
            colour.run(connection.response.inject(input=[{"role": "user", "content": "and?"}], response_id="resp_1"))
            list(colour.each(connection))
        assert server.asked[0].path == "/v1/responses?beta=true&x=1"
    assert told[0]["type"] == "response.inject"


def test_the_beta_lets_several_agents_work_on_an_answer(colour: Colour) -> None:
    told: list[Any] = []
    asked = {"type": "response.create", "model": "gpt-5", "input": "hi", "multi_agent": {"enabled": True}}

    def serve(peer: Peer) -> None:
        told.append(peer.told())
        peer.tell({"type": "response.completed", "sequence_number": 0, "response": whole("resp_1", "hi")})
        peer.wait()

    with serving(serve) as server, colour.opened(colour.client(server.url).beta.responses.connect()) as connection:
        colour.run(connection.send(asked))
        assert colour.run(connection.recv()).response.output_text == "hi"
    with (
        serving(lambda peer: peer.wait()) as server,
        colour.opened(colour.responses(server.url)) as stable,
        pytest.raises(RequestValidationError) as caught,
    ):
        colour.run(stable.send(asked))
    assert told[0] == asked
    assert "multi_agent" in str(caught.value)
