"""What a first answer builds, counted in a fresh process: a number that grows here is a slower start for everybody.

Each limit is a little above what is built today. Where one is passed: let what is rare wait (`models/deferred.py`), or
load it where it is asked for, or say here why everybody shall pay for it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

COUNTING = """
import json, sys
import httpx, canned
from typed_openai import OpenAI

def answer(request):
    content, blocks = canned.ANSWERS[request.url.path.removeprefix("/v1/")]
    stream = b'"stream":true' in request.content
    return httpx.Response(200, content=b"".join(blocks) if stream else content, headers={
        "content-type": "text/event-stream" if stream else "application/json"})

client = OpenAI(api_key="sk-123", transport=httpx.MockTransport(answer))
hello = [{"role": "user", "content": "Hello!"}]
ASKED

from typed_openai.models.base import Model

def below(kind):
    for each in kind.__subclasses__():
        yield each
        yield from below(each)

def models_in(schema, found):
    waiting = [schema]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            if each.get("type") == "model":
                found.add(each["cls"].__name__)
            waiting += each.values()
        elif isinstance(each, (list, tuple)):
            waiting += each
    return found

made = set(below(Model))
built = set()
for kind in made:
    if kind.__pydantic_complete__:
        models_in(kind.__pydantic_core_schema__, built)
modules = [name for name in sys.modules if name.startswith("typed_openai")]
print(json.dumps({"modules": len(modules), "classes": len(made), "schemas": len(built), "built": sorted(built)}))
"""
ASKED = {
    "chat": "client.chat.completions.create(model='m', messages=hello)",
    "a chat chunk": "next(iter(client.chat.completions.create(model='m', messages=hello, stream=True)))",
    "Responses": "client.responses.create(model='m', input=hello)",
    "a Responses event": "next(iter(client.responses.create(model='m', input=hello, stream=True)))",
    "a realtime event": """
from typed_openai.models.readers import reader_of
from typed_openai.models.realtime.server_events import RealtimeServerEvent
reader_of(RealtimeServerEvent).validate_json(
    b'{"type": "input_audio_buffer.committed", "event_id": "e", "item_id": "i"}')
""",
    "an event of a live session": """
from typed_openai.models.readers import reader_of
from typed_openai.models.live.server_events import LiveServerEvent
reader_of(LiveServerEvent).validate_json(b'{"type": "session.input_audio.muted", "event_id": "e"}')
""",
    "a webhook": """
from typed_openai.models.readers import reader_of
from typed_openai.models.webhooks.webhook_events import UnwrapWebhookEvent
reader_of(UnwrapWebhookEvent).validate_json(
    b'{"type": "batch.completed", "id": "e", "created_at": 1, "data": {"id": "b"}}', strict=True)
""",
}
LIMITS: dict[str, dict[str, int]] = {
    "chat": {"modules": 103, "classes": 108, "schemas": 80},
    "a chat chunk": {"modules": 120, "classes": 116, "schemas": 78},
    "Responses": {"modules": 133, "classes": 315, "schemas": 72},
    "a Responses event": {"modules": 149, "classes": 385, "schemas": 73},
    "a realtime event": {"schemas": 3},
    "an event of a live session": {"schemas": 3},
    "a webhook": {"schemas": 4},
}
"""The most that may be made: modules of ours, classes of models, and models in schemas that are built. Each client asks
the small `once_each` (what is made once for each URL) and `value_kinds` (what a value is called in an error)."""


def counted(asked: str) -> dict[str, Any]:
    code = COUNTING.replace("ASKED", ASKED[asked])
    environment = {"PYTHONPATH": "benchmarks:.", "PATH": "/usr/bin:/bin"}
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environment)
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


@pytest.mark.parametrize("asked", list(LIMITS))
def test_a_first_answer_builds_little(asked: str) -> None:
    found = counted(asked)
    over = {what: (found[what], most) for what, most in LIMITS[asked].items() if found[what] > most}
    assert over == {}, found["built"]
