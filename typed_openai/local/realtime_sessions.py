"""Realtime sessions, made over HTTP or by a socket: what one is that nobody described, what a change makes of it.

Rules: what a change leaves out stays, in `audio` at every level; what it sets to null is off. The kind of a session
(`realtime`, `transcription`) is that of the first change that names one. A voice stays once something was said.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typed_openai.local.errors import ApiError
from typed_openai.local.kept import Item
from typed_openai.local.state import State

SESSION_LIFE = 3600
_PCM: Mapping[str, Any] = {"type": "audio/pcm", "rate": 24000}
_TURNS: Mapping[str, Any] = {
    "type": "server_vad",
    "threshold": 0.5,
    "prefix_padding_ms": 300,
    "silence_duration_ms": 500,
    "create_response": True,
    "interrupt_response": True,
}
_OBJECTS = {"realtime": "realtime.session", "transcription": "realtime.transcription_session"}


def begun(state: State, kind: str, given: Mapping[str, Any]) -> Item:
    """A new session, with what was asked for: of the kind that this says, else of this one."""
    kind = given.get("type") or kind
    heard = {"format": dict(_PCM), "transcription": None, "noise_reduction": None, "turn_detection": dict(_TURNS)}
    about: Item = {"type": kind, "id": state.new_id("sess_"), "expires_at": state.now() + SESSION_LIFE}
    if kind not in _OBJECTS:
        return {**about, **given}
    about["object"] = _OBJECTS[kind]
    if kind == "transcription":
        usual: Item = {"audio": {"input": heard}, "include": None}
    else:
        usual = {
            "model": "gpt-realtime",
            "output_modalities": ["audio"],
            "instructions": "Repeat what you hear.",
            "audio": {"input": heard, "output": {"format": dict(_PCM), "voice": "alloy", "speed": 1.0}},
            "tools": [],
            "tool_choice": "auto",
            "max_output_tokens": "inf",
            "truncation": "auto",
        }
    return changed({**about, **usual}, given)


def changed(session: Item, given: Mapping[str, Any], has_spoken: bool = False) -> Item:
    """A session after a change. Refuses another voice after something was said."""
    new = _voice(given)
    if has_spoken and new is not None and new != _voice(session):
        message = "The voice cannot be changed once something was said in it."
        raise ApiError(400, message, param="session.audio.output.voice", code="cannot_update_voice")
    audio = {name: {**(session["audio"].get(name) or {}), **(part or {})} for name, part in _audio(given).items()}
    for part in audio.values():
        if isinstance(part.get("turn_detection"), Mapping):
            part["turn_detection"] = _turns(part["turn_detection"])
    kept = {name: value for name, value in given.items() if name not in ("type", "audio", "id", "object")}
    return {**session, **kept, "audio": {**session["audio"], **audio}}


def _audio(given: Mapping[str, Any]) -> Mapping[str, Any]:
    return given.get("audio") or {}


def _voice(given: Mapping[str, Any]) -> Any:
    return (_audio(given).get("output") or {}).get("voice")


def _turns(given: Mapping[str, Any]) -> Item:
    if given["type"] != "server_vad":
        return {"create_response": True, "interrupt_response": True, "eagerness": "auto", **given}
    return {**_TURNS, **given}
