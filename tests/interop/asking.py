"""The words of the user decide what aimock answers; this is the shortest request that says them."""

from __future__ import annotations

from typing import Any


def asking(words: str, **more: Any) -> dict[str, Any]:
    """Keyword arguments of a chat request with these words of the user."""
    return {"model": "gpt-4o", "messages": [{"role": "user", "content": words}], **more}
