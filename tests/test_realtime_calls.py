"""Realtime over HTTP: what is asked of the service, what the secrets show, and that the local server keeps calls."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.canned import Connect, Wire, done, parts, status
from typed_openai import NULL, BadRequestError, NotFoundError, OpenAI, RequestValidationError, tool
from typed_openai.local import LocalServer
from typed_openai.models.realtime.audio import AudioPCM, ServerVad
from typed_openai.models.realtime.session import RealtimeSessionCreateResponse, UnknownRealtimeSession

SECRET = "ek_0123456789abcdef"
SESSION = {"type": "realtime", "id": "sess_1", "object": "realtime.session", "model": "gpt-realtime"}
OFFER = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\na=setup:actpass\r\n"


@tool
def weather(city: str) -> str:
    """What the weather is like."""
    return city


async def test_a_secret_opens_a_session_and_no_repr_shows_it(connect: Connect) -> None:
    wire = Wire(status(200, {"value": SECRET, "expires_at": 1, "session": SESSION}))
    given = {"type": "realtime", "audio": {"output": {"voice": "marin"}}, "tools": [weather]}
    made = await done(connect(wire).realtime.client_secrets.create(session=given, expires_after={"seconds": 60}))
    assert wire.request.url.path == "/v1/realtime/client_secrets"
    sent = wire.body["session"]["tools"][0]
    assert (sent["type"], sent["name"], "strict" in sent) == ("function", "weather", False)
    assert wire.body["expires_after"] == {"seconds": 60}
    assert made.value == SECRET
    assert isinstance(made.session, RealtimeSessionCreateResponse)
    assert SECRET not in repr(made)
    assert made.model_dump()["value"] == SECRET


async def test_a_session_of_a_newer_kind_is_kept(connect: Connect) -> None:
    session = {"type": "dream", "id": "sess_1", "of": "tea"}
    wire = Wire(status(200, {"value": SECRET, "expires_at": 1, "session": session}))
    made = await done(connect(wire).realtime.client_secrets.create())
    assert isinstance(made.session, UnknownRealtimeSession)
    assert made.session.model_dump() == session
    assert wire.body == {}


async def test_what_a_session_is_set_up_with_may_leave_its_kinds_out(connect: Connect) -> None:
    wire = Wire(status(200))
    audio = {"input": {"format": {"rate": 24000}, "turn_detection": {"threshold": 0.7}}}
    await done(connect(wire).realtime.calls.accept("rtc_1", type="realtime", audio=audio, tracing=NULL))
    heard = wire.body["audio"]["input"]
    assert heard["format"] == {"type": "audio/pcm", "rate": 24000}
    assert heard["turn_detection"] == {"type": "server_vad", "threshold": 0.7}
    assert wire.body["tracing"] is None


def test_where_a_server_leaves_the_kinds_out_they_are_what_is_usual() -> None:
    audio = {"input": {"format": {"rate": 24000}, "turn_detection": {"threshold": 0.7}}}
    read = RealtimeSessionCreateResponse.model_validate_json(json.dumps({**SESSION, "audio": audio}), strict=True)
    assert read.audio is not None
    assert read.audio.input is not None
    assert isinstance(read.audio.input.format, AudioPCM)
    assert isinstance(read.audio.input.turn_detection, ServerVad)
    assert read.model_dump()["audio"] == audio


@pytest.mark.parametrize(
    ("session", "place"),
    [
        ({"type": "realtme"}, "session"),
        ({"type": "realtime", "audio": {"output": {"speed": 3.0}}}, "session.audio.output.speed"),
        ({"type": "realtime", "tools": [{"type": "function", "nam": "f"}]}, "session.tools[0].nam"),
        ({"type": "realtime", "tool_choice": {"type": "dream"}}, "session.tool_choice"),
        ({"type": "transcription", "instructions": "x"}, "session.instructions"),
        ({"type": "realtime", "audio": {"input": {"format": {"type": "audio/pcmu", "rate": 24000}}}}, "rate"),
    ],
)
async def test_a_session_is_checked_before_it_is_sent(connect: Connect, session: dict[str, Any], place: str) -> None:
    wire = Wire()
    with pytest.raises(RequestValidationError) as refused:
        await done(connect(wire).realtime.client_secrets.create(session=session))
    assert place in refused.value.faults[0].path
    assert wire.requests == []


async def test_an_offer_goes_out_as_a_part_of_its_own_and_the_session_as_json(connect: Connect) -> None:
    wire = Wire(status(201, content=b"v=0\r\n"))
    answer = await done(connect(wire).realtime.calls.create(sdp=OFFER, session={"type": "realtime", "model": "m"}))
    sdp, session = parts(wire.request)
    assert sdp == ("sdp", None, "application/sdp", OFFER.encode())
    assert session[:3] == ("session", None, "application/json")
    assert json.loads(session[3]) == {"type": "realtime", "model": "m"}
    assert wire.request.headers["accept"] == "application/sdp"
    assert answer.text == "v=0\r\n"


async def test_an_offer_alone_is_the_whole_body(connect: Connect) -> None:
    wire = Wire(status(201, content=b"v=0\r\n"))
    await done(connect(wire).realtime.calls.create(sdp=OFFER))
    assert wire.request.content == OFFER.encode()
    assert wire.request.headers["content-type"] == "application/sdp"


async def test_calls_are_named_by_their_id_and_by_nothing_else(connect: Connect) -> None:
    for wrong in ("", " ", "..", "rtc/1", "rtc\\1"):
        with pytest.raises(RequestValidationError, match="call_id"):
            await done(connect(Wire()).realtime.calls.hangup(wrong))
    wire = Wire(status(200))
    await done(connect(wire).realtime.calls.hangup("rtc 1"))
    assert wire.request.url.raw_path == b"/v1/realtime/calls/rtc%201/hangup"


def test_a_call_rings_is_accepted_and_handed_over() -> None:
    with LocalServer() as server, OpenAI(api_key="sk-x", base_url=server.base_url) as client:
        call = server.ring()
        client.realtime.calls.accept(call, type="realtime", model="gpt-realtime-2", instructions="Be kind.")
        with pytest.raises(BadRequestError, match="is active; it cannot be rejected"):
            client.realtime.calls.reject(call, status_code=486)
        client.realtime.calls.refer(call, target_uri="tel:+15550100")
        with pytest.raises(BadRequestError):
            client.realtime.calls.hangup(call)
        with pytest.raises(NotFoundError):
            client.realtime.calls.hangup("rtc_gone")


def test_a_secret_is_a_key_for_calls_and_for_nothing_else() -> None:
    with (
        LocalServer(api_key="sk-owner-key") as server,
        OpenAI(api_key="sk-owner-key", base_url=server.base_url) as mine,
    ):
        secret = mine.realtime.client_secrets.create(session={"type": "realtime", "model": "gpt-realtime-2"})
        with OpenAI(api_key=secret.value, base_url=server.base_url, max_retries=0) as browser:
            answer = browser.realtime.calls.create(sdp=OFFER)
            assert answer.text == OFFER.replace("actpass", "active")
            call = answer.meta.headers["location"].rpartition("/")[2]
            with pytest.raises(Exception, match="API key"):
                browser.models.list()
        mine.realtime.calls.hangup(call)


def test_sessions_of_before_carry_their_secret() -> None:
    with LocalServer() as server, OpenAI(api_key="sk-x", base_url=server.base_url) as client:
        session = client.beta.realtime.sessions.create(model="gpt-realtime", voice="sage", modalities=["text"])
        assert session.client_secret is not None
        assert session.client_secret.value.startswith("ek_")
        assert (session.voice, session.modalities, session.issues) == ("sage", ["text"], ())
        heard = client.beta.realtime.transcription_sessions.create(input_audio_transcription={"model": "whisper-1"})
        assert heard.client_secret.value.startswith("ek_")
        secret = client.realtime.translations.client_secrets.create(
            session={"model": "gpt-realtime-translate", "audio": {"output": {"language": "de"}}}
        )
        assert secret.session.audio.output is not None
        assert secret.session.audio.output.language == "de"
        assert secret.issues == ()
