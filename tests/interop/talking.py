"""Talk over a realtime socket, of ours or of the official client, with whichever server."""

from __future__ import annotations

from typing import Any

from tests.interop.colours import Session


def user(text: str) -> dict[str, Any]:
    return {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}


async def until(session: Session, connection: Any, kind: str) -> list[Any]:
    found: list[Any] = []
    async for event in session.each(connection):
        found.append(event)
        if event.type == kind:
            return found
    raise AssertionError(f"the connection ended before {kind}: {[event.type for event in found]}")
