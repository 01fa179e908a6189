"""Scenarios of `live` over HTTP; the description has none of it, so they only show how it is called."""

from __future__ import annotations

from typing import Any

from tests.interop.scenario import scenario

OFFER: dict[str, Any] = {"type": "webrtc", "sdp": "v=0\r\n"}
SESSION: dict[str, Any] = {"model": "gpt-live-1.1", "instructions": "Be kind.", "audio": {"output": {"voice": "marin"}}}
LIVE = [
    scenario("live.create", "for a browser", session={**SESSION, "store": True}, transport=OFFER),
    scenario("live.sessions.accept", "of a telephone", "live_1", session={"type": "live", **SESSION}),
    scenario("live.sessions.download_recording", "by id", "live_1"),
    scenario("live.sessions.fork", "with less", "live_1", transport=OFFER, session={"store": False}),
    scenario("live.sessions.hangup", "by id", "live_1"),
    scenario("live.sessions.refer", "to a telephone", "live_1", target_uri="tel:+15550100"),
    scenario("live.sessions.reject", "since nobody is free", "live_1", status_code=486),
]
