"""What a chat request says: its messages as turns.

Refused is what no model of a request can see: tool results that answer no call.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from typed_openai.local.echo import Turn
from typed_openai.local.errors import wrong_value

PARTS = {"image_url": "image", "input_audio": "audio clip", "file": "file"}
"""Content parts that are not text: their type, and what to call them."""


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
        text, extras = _content(message.get("content"))
        turns.append(Turn(role, text, extras, tool if role in ("tool", "function") else ""))
    return turns


def _content(content: str | list[Mapping[str, Any]] | None) -> tuple[str, Counter[str]]:
    """The text of a message's content and a count of everything else in it."""
    parts = [{"type": "text", "text": content}] if isinstance(content, str) else content or []
    extras = Counter(PARTS[part["type"]] for part in parts if part["type"] in PARTS)
    texts = [part.get(part["type"]) or "" for part in parts if part["type"] in ("text", "refusal")]
    return " ".join(texts), extras
