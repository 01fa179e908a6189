"""Safety reports and checks of provenance: what comes, what newer servers say, what the local server makes of it."""

from __future__ import annotations

import pytest

from tests.canned import Connect, Wire, done, parts, status
from typed_openai import BadRequestError, OpenAI, RequestValidationError
from typed_openai.local import LocalServer
from typed_openai.models.content_provenance_checks import ResultC2PA, ResultSynthID, UnknownProvenanceResult

C2PA = {"type": "c2pa", "outcome": "detected", "validation_state": "trusted", "issuer": "OpenAI", "model": "m"}
CHECK = {"object": "content_provenance_check", "created_at": 1}
ALERT = {
    "id": "alert_1",
    "object": "safety.alert",
    "created_at": 1,
    "error_type": "potentially_new",
    "model": "m",
    "request_id": "req_1",
    "response_id": "resp_1",
    "request_paused": True,
    "reason": None,
}


async def test_marks_are_told_apart_and_newer_ones_are_kept(connect: Connect) -> None:
    newer = {"type": "glow", "hue": 3}
    wire = Wire(status(200, {**CHECK, "results": [C2PA, {"type": "synthid", "outcome": "not_detected"}, newer]}))
    found = await done(connect(wire).content_provenance_checks.create(file=("a.png", b"\x89PNG")))
    assert parts(wire.request)[0][:3] == ("file", "a.png", "image/png")
    signed, watermark, other = found.results
    assert isinstance(signed, ResultC2PA)
    assert (signed.validation_state, signed.issuer, signed.generated_at) == ("trusted", "OpenAI", None)
    assert isinstance(watermark, ResultSynthID)
    assert isinstance(other, UnknownProvenanceResult)
    assert other.model_extra == {"hue": 3}


async def test_a_check_needs_a_file(connect: Connect) -> None:
    with pytest.raises(RequestValidationError, match="file"):
        await done(connect(Wire()).content_provenance_checks.create(file=b""))


async def test_reports_are_fetched_by_id(connect: Connect) -> None:
    wire = Wire(status(200, ALERT))
    alert = await done(connect(wire).safety.alerts.retrieve("alert_1"))
    assert wire.request.url.path == "/v1/safety/alerts/alert_1"
    assert (alert.error_type, alert.request_paused, alert.issues) == ("potentially_new", True, ())
    for wrong in ("", "."):
        with pytest.raises(RequestValidationError, match="id"):
            await done(connect(Wire()).safety.cases.retrieve(wrong))


def test_the_local_server_knows_what_it_made_itself() -> None:
    with LocalServer() as server, OpenAI(api_key="sk-x", base_url=server.base_url) as client:
        sound = client.audio.speech.create(model="tts-1", voice="sage", input="Tea?").read()
        check = client.content_provenance_checks.create(file=("tea.wav", sound))
        assert [(each.type, each.outcome) for each in check.results if each.type != "c2pa"] == [("synthid", "detected")]
        picture = client.content_provenance_checks.create(file=("a.png", b"\x89PNG\r\n\x1a\n"))
        assert [each.type for each in picture.results] == ["synthid", "c2pa"]
        with pytest.raises(BadRequestError, match="neither a picture"):
            client.content_provenance_checks.create(file=("a.txt", b"text"))
        assert client.safety.alerts.retrieve("alert_9").id == "alert_9"
        assert client.safety.cases.retrieve("case_9").notice.type == "warning"
