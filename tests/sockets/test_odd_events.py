"""Events that a server left members out of, or filled with something else: they come, with issues; nothing breaks off.

The table is made of the protocols: each event that there is, without its members, and with each of `ODD` in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sockets.conftest import Colour
from tests.sockets.servers import Peer, serving
from tests.sockets.test_speaking import created, done, piece
from typed_openai.errors import StreamDecodeError
from typed_openai.sockets import protocols
from typed_openai.sockets.failures import ServerEventError
from typed_openai.sockets.heard import PIECES
from typed_openai.sockets.pcm import REALTIME, format_of
from typed_openai.sockets.protocol import SocketProtocol
from typed_openai.sockets.transcripts import Transcript

ODD: list[Any] = [None, "x", 1, [], {}, [1], {"type": "y", "id": None}]
CONNECTING = {
    protocols.REALTIME: lambda client: client.realtime.connect(model="m"),
    protocols.TRANSLATIONS: lambda client: client.realtime.translations.connect(model="m"),
    protocols.RESPONSES: lambda client: client.responses.connect(),
    protocols.BETA_RESPONSES: lambda client: client.beta.responses.connect(),
    protocols.LIVE: lambda client: client.live.connect(),
}


def variants(protocol: SocketProtocol) -> Iterator[dict[str, Any]]:
    """Each event in each odd form."""
    for kind, model in protocol.by_type.items():
        names = [name for name in model.model_fields if name != "type"]
        yield {"type": kind}
        for odd in ODD:
            yield {"type": kind, **dict.fromkeys(names, odd)}
            yield from ({"type": kind, name: odd} for name in names)


@pytest.mark.parametrize("protocol", CONNECTING, ids=lambda protocol: protocol.name)
def test_whatever_an_event_lacks_it_comes_and_can_be_added_up(protocol: SocketProtocol) -> None:
    colour, transcript, events = Colour(is_async=False), Transcript(), list(variants(protocol))
    assert len(events) > 100

    def serve(peer: Peer) -> None:
        peer.tell(*events)
        peer.wait()

    with serving(serve) as server, CONNECTING[protocol](colour.client(server.url)) as connection:
        for event in events:
            try:
                came = connection.recv(timeout=10)
            except ServerEventError as error:
                came = error.event
            assert came.type == event["type"]
            transcript.add(came)
        connection._machine.partial()
    colour.close()


@pytest.mark.parametrize("kind", sorted(PIECES))
def test_whatever_a_piece_of_sound_lacks_the_others_are_heard(colour: Colour, kind: str) -> None:
    odd = [{"type": kind}, *({"type": kind, "delta": value, "item_id": value} for value in ODD)]

    def serve(peer: Peer) -> None:
        peer.tell(created(), *odd, piece("output_audio", "AQI="), done())
        peer.wait()

    with serving(serve) as server, colour.opened(colour.realtime(server.url)) as connection:
        assert b"".join(colour.each(connection.audio()))[-2:] == b"\x01\x02"


@pytest.mark.parametrize("odd", [None, "x", [], 1])
def test_an_answer_that_has_no_response_is_an_error(colour: Colour, odd: object) -> None:
    def serve(peer: Peer) -> None:
        for _ in range(2):
            peer.tell({"type": "response.done", "event_id": "e", "response": odd})
        peer.wait()

    with serving(serve) as server, colour.opened(colour.realtime(server.url)) as connection:
        for read in (connection.get_final_response, lambda: connection.run_tools(tools=[print_it])):
            with pytest.raises(StreamDecodeError, match=r"response\.done has no response"):
                colour.run(read())


def print_it(text: str) -> None:
    """Prints a text."""


@pytest.mark.parametrize("rate", [0, -8000, "24000", None, [1]])
def test_a_rate_that_is_none_is_the_usual_one(rate: object) -> None:
    assert format_of({"type": "audio/pcm", "rate": rate}) == REALTIME


def test_an_item_that_stands_behind_itself_stands_where_it_came() -> None:
    transcript = Transcript()
    item = {"type": "message", "id": "i1", "role": "user", "content": "odd"}
    added = {"type": "conversation.item.added", "event_id": "e", "item": item, "previous_item_id": "i1"}
    whole = {**added, "item": {**item, "content": [{"type": "input_text", "text": "Hi"}]}}
    transcript.add(protocols.REALTIME.reader.validate_python(whole))
    assert str(transcript) == "user: Hi"
