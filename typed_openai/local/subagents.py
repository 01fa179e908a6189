"""Several agents that work on one response: what `multi_agent` adds to an output (`/responses?beta=true`).

The first agent, `/root`, begins a second, waits for it and answers; every item says whose it is.

Rules: only where `multi_agent` is enabled and the request is one of the beta. Weak spot: the second agent says what the
first says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from typed_openai.local.kept import Item
from typed_openai.local.state import State

ROOT = {"agent_name": "/root"}
HELPER = {"agent_name": "/root/helper"}


def with_subagents(given: Mapping[str, Any], output: list[Item], state: State) -> list[Item]:
    """An output as several agents make it, or as it is where one is asked."""
    if not (given.get("multi_agent") or {}).get("enabled"):
        return output
    texts = [part["text"] for item in output for part in item.get("content") or [] if "text" in part]
    said = {"type": "agent_message", "author": HELPER["agent_name"], "recipient": ROOT["agent_name"]}
    message: Item = {"id": state.new_id("amsg_"), "agent": HELPER, **said, "content": [_text(text) for text in texts]}
    return [
        *_called("spawn_agent", {"task": "helper", "message": "Think about it."}, "helper", state),
        message,
        *_called("wait_agent", {"agent": HELPER["agent_name"]}, "done", state),
        *({**item, "agent": ROOT} for item in output),
    ]


def _called(action: str, arguments: Item, outcome: str, state: State) -> list[Item]:
    call = {"agent": ROOT, "call_id": state.new_id("call_"), "action": action}
    asked = {"id": state.new_id("mac_"), "type": "multi_agent_call", **call, "arguments": json.dumps(arguments)}
    came = {"id": state.new_id("maco_"), "type": "multi_agent_call_output", **call, "output": [_text(outcome)]}
    return [asked, came]


def _text(text: str) -> Item:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
