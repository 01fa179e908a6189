"""Scenarios of `realtime` and `beta.realtime` over HTTP: secrets, calls, sessions of before."""

from __future__ import annotations

from typing import Any

from tests.interop.scenario import scenario
from typed_openai.models.base import NULL
from typed_openai.models.realtime.audio import AudioPCMU, RealtimeAudioConfig, RealtimeAudioConfigInput, SemanticVad
from typed_openai.models.realtime.session import RealtimeFunctionTool, RealtimeSessionCreateRequest

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}
TOOL = {"type": "function", "name": "weather", "description": "What it is like.", "parameters": SCHEMA}
SERVER = {"type": "mcp", "server_label": "shop", "server_url": "https://example.com/mcp", "allowed_tools": ["buy"]}
AUDIO: dict[str, Any] = {
    "input": {
        "format": {"type": "audio/pcm", "rate": 24000},
        "transcription": {"model": "gpt-4o-transcribe", "language": "en", "prompt": "Tea."},
        "noise_reduction": {"type": "near_field"},
        "turn_detection": {"type": "server_vad", "threshold": 0.5, "idle_timeout_ms": 6000, "create_response": True},
    },
    "output": {"format": {"type": "audio/pcma"}, "voice": "marin", "speed": 1.25},
}
EVERYTHING: dict[str, Any] = {
    "model": "gpt-realtime",
    "output_modalities": ["audio"],
    "instructions": "Be kind.",
    "audio": AUDIO,
    "include": ["item.input_audio_transcription.logprobs"],
    "tracing": {"workflow_name": "shop", "group_id": "g", "metadata": {"a": 1}},
    "tools": [TOOL, SERVER],
    "tool_choice": {"type": "function", "name": "weather"},
    "parallel_tool_calls": True,
    "reasoning": {"effort": "low"},
    "max_output_tokens": 1024,
    "truncation": {"type": "retention_ratio", "retention_ratio": 0.8, "token_limits": {"post_instructions": 5000}},
    "prompt": {"id": "pmpt_1", "version": "2", "variables": {"city": "Rome"}},
}
TRANSLATION: dict[str, Any] = {
    "model": "gpt-realtime-translate",
    "audio": {
        "input": {"transcription": {"model": "gpt-realtime-whisper"}, "noise_reduction": {"type": "far_field"}},
        "output": {"language": "de"},
    },
}
SECRETS = [
    scenario("realtime.client_secrets.create", "of nothing"),
    scenario(
        "realtime.client_secrets.create",
        "with everything",
        session={"type": "realtime", **EVERYTHING},
        expires_after={"anchor": "created_at", "seconds": 60},
    ),
    scenario(
        "realtime.client_secrets.create",
        "of models",
        session=RealtimeSessionCreateRequest(
            audio=RealtimeAudioConfig(
                input=RealtimeAudioConfigInput(format=AudioPCMU(), turn_detection=SemanticVad(eagerness="low"))
            ),
            tools=[RealtimeFunctionTool(name="weather")],
            max_output_tokens="inf",
            truncation="disabled",
            tracing="auto",
        ),
    ),
    scenario(
        "realtime.client_secrets.create",
        "that only listens",
        session={"type": "transcription", "audio": {"input": {**AUDIO["input"], "turn_detection": None}}},
    ),
    scenario("realtime.translations.client_secrets.create", "of a model", session={"model": "gpt-realtime-translate"}),
    scenario(
        "realtime.translations.client_secrets.create",
        "with everything",
        session=TRANSLATION,
        expires_after={"seconds": 7200},
    ),
]
CALLS = [
    scenario("realtime.calls.create", "with an offer", sdp="v=0\r\n"),  # parts that are JSON are text to steady
    scenario("realtime.calls.accept", "with everything", "rtc_1", type="realtime", **EVERYTHING),
    scenario("realtime.calls.accept", "untraced", "rtc_1", type="realtime", tracing=NULL, prompt=NULL),
    scenario("realtime.calls.hangup", "by id", "rtc_1"),
    scenario("realtime.calls.refer", "to a telephone", "rtc_1", target_uri="tel:+15550100"),
    scenario("realtime.calls.reject", "by id", "rtc_1"),
    scenario("realtime.calls.reject", "since nobody is free", "rtc_1", status_code=486),
]
BEFORE = [
    scenario(
        "beta.realtime.sessions.create",
        "with what is described",
        modalities=["text", "audio"],
        instructions="Be kind.",
        voice="sage",
        input_audio_format="pcm16",
        output_audio_format="g711_alaw",
        input_audio_transcription={"model": "whisper-1"},
        speed=1.5,
        tracing="auto",
        turn_detection={"type": "server_vad", "silence_duration_ms": 500},
        tools=[TOOL],
        tool_choice="auto",
        temperature=0.8,
        max_response_output_tokens="inf",
        extra_body={"client_secret": {"value": "ek_1", "expires_at": 1}},  # the description takes it for the answer
    ),
    scenario("beta.realtime.transcription_sessions.create", "of nothing"),
    scenario(
        "beta.realtime.transcription_sessions.create",
        "with what is described",
        include=["item.input_audio_transcription.logprobs"],
        input_audio_format="g711_ulaw",
        input_audio_noise_reduction={"type": "near_field"},
        input_audio_transcription={"model": "whisper-1", "language": "en"},
        turn_detection={"type": "server_vad", "threshold": 0.5},
    ),
]
REALTIME = [*SECRETS, *CALLS, *BEFORE]
