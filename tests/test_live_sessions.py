"""Live over HTTP: what is asked of the service, what is refused, and that the local server keeps sessions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.canned import Connect, Wire, done, status
from typed_openai import BadRequestError, NotFoundError, OpenAI, RequestValidationError
from typed_openai.local import LocalServer

OFFER = {"type": "webrtc", "sdp": "v=0\r\na=setup:actpass\r\n"}
SESSION: dict[str, Any] = {"model": "gpt-live-1.1", "instructions": "Tea?"}


async def test_a_browser_gets_an_answer_and_an_id(connect: Connect) -> None:
    wire = Wire(status(200, {"session": {"id": "live_1"}, "transport": OFFER}))
    session = {**SESSION, "wake_policy": {"vad_threshold": 0.7}, "idle_timeout_s": 30}
    made = await done(connect(wire).live.create(session=session, transport={"sdp": "v=0"}))
    assert wire.request.url.path == "/v1/live/sessions"
    assert wire.body["transport"] == {"type": "webrtc", "sdp": "v=0"}
    assert wire.body["session"]["wake_policy"] == {"type": "speech", "vad_threshold": 0.7}
    assert (made.session.id, made.transport.sdp, made.issues) == ("live_1", OFFER["sdp"], ())


@pytest.mark.parametrize(
    ("session", "place"),
    [
        ({"instructions": "x"}, "session.model"),
        ({**SESSION, "audio": {"format": {"type": "audio/pcm"}}}, "session.audio.format"),
        ({**SESSION, "wake_policy": {"vad_threshold": 2.0}}, "session.wake_policy.vad_threshold"),
        ({**SESSION, "delegation": {"type": "nobody"}}, "session.delegation"),
        ({**SESSION, "idle_timeout": 3}, "session.idle_timeout"),
    ],
)
async def test_a_session_is_checked_before_it_is_sent(connect: Connect, session: Any, place: str) -> None:
    wire = Wire()
    with pytest.raises(RequestValidationError) as refused:
        await done(connect(wire).live.create(session=session, transport=OFFER))
    assert refused.value.faults[0].path.startswith(place)
    assert wire.requests == []


async def test_a_call_is_taken_with_a_session_of_its_own_kind(connect: Connect) -> None:
    wire = Wire(status(200))
    await done(connect(wire).live.sessions.accept("live_1", session=SESSION))
    assert wire.body == {"session": {"type": "live", **SESSION}}
    for wrong in ("", ".."):
        with pytest.raises(RequestValidationError, match="session_id"):
            await done(connect(Wire()).live.sessions.download_recording(wrong))
    with pytest.raises(RequestValidationError, match="status_code"):
        await done(connect(Wire()).live.sessions.reject("live_1"))


def test_what_was_kept_is_forked_and_has_a_recording() -> None:
    with LocalServer() as server, OpenAI(api_key="sk-x", base_url=server.base_url) as client:
        kept = client.live.create(session={**SESSION, "store": True}, transport=OFFER)
        assert kept.transport.sdp == "v=0\r\na=setup:active\r\n"
        recording = client.live.sessions.download_recording(kept.session.id).read()
        assert client.audio.transcriptions.create(model="whisper-1", file=("a.wav", recording)).text == "Tea?"
        fork = client.live.sessions.fork(kept.session.id, transport=OFFER, session={"store": False})
        with pytest.raises(BadRequestError, match="was not kept"):
            client.live.sessions.fork(fork.session.id, transport=OFFER)
        client.live.sessions.hangup(fork.session.id)
        with pytest.raises(NotFoundError):
            client.live.sessions.hangup("live_gone")


def test_a_telephone_rings_is_taken_and_handed_over() -> None:
    with LocalServer() as server, OpenAI(api_key="sk-x", base_url=server.base_url) as client:
        call = server.ring("live")
        client.live.sessions.accept(call, session=SESSION)
        with pytest.raises(BadRequestError, match="cannot be rejected"):
            client.live.sessions.reject(call, status_code=486)
        client.live.sessions.refer(call, target_uri="tel:+15550100")
        busy = server.ring("live")
        client.live.sessions.reject(busy, status_code=486)
