"""What the tests of Azure talk about: a resource, its credentials, and the chat request that a client sends there."""

from __future__ import annotations

from typing import Any

import httpx

from tests.canned import HELLO, Connect, Wire, done

KEY = "azure-key-0123456789"
TOKEN = "entra-token-0123456789"
HOST = "https://x.openai.azure.com"
DATE = "2024-10-21"
VECTOR = {"object": "list", "data": [{"object": "embedding", "index": 0, "embedding": [0.5]}], "model": "m"}
CHAT = "/chat/completions"


async def sent(azure: Connect, **settings: Any) -> httpx.Request:
    """The chat request of a client with these settings."""
    wire = Wire()
    await done(azure(wire, **{"api_key": KEY, **settings}).chat.completions.create(**HELLO))
    return wire.request
