"""What a chat request says: its messages as turns.

Refused is what no model of a request can see: tool results that answer no call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from typed_openai.local.echo import Turn, heard
from typed_openai.local.errors import wrong_value


def stops_of(given: Mapping[str, Any]) -> list[str]:
    """The stop sequences of a request."""
    stops = given.get("stop") or []
    return [stop for stop in ([stops] if isinstance(stops, str) else stops) if stop]


def turns_of(messages: Sequence[Mapping[str, Any]]) -> list[Turn]:
    """The messages as turns."""
    called: dict[str, str] = {}
    turns: list[Turn] = []
    for number, message in enumerate(messages):
        role, tool = message["role"], str(message.get("name") or "")
        for call in message.get("tool_calls") or []:
            called[call["id"]] = call[call["type"]]["name"]
        if role == "tool":
            identifier, at = message["tool_call_id"], f"messages[{number}].tool_call_id"
            if identifier not in called:
                raise wrong_value(at, f"{at!r} is {identifier!r}, but no assistant message before made such a call.")
            tool = called[identifier]
        turns.append(Turn(role, *heard(message.get("content")), tool if role in ("tool", "function") else ""))
    return turns
