"""What the tests of connections have in common: clients, streams that have begun, and a look at what is left."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from tests.wire.bodies import HELLO
from tests.wire.colours import KEY, MESSAGES
from tests.wire.server import STALL, Step, WireServer, chunked, head
from typed_openai import AsyncOpenAI, OpenAI

RUNNING: list[Step] = [*chunked(*HELLO[:2]), STALL]
"""A stream that has begun and will not end."""
UNTIL_CLOSED: list[Step] = [*head(200), *HELLO[:2], STALL]
"""The same, in a body whose end is the end of the connection."""


def sync_client(server: WireServer, **settings: Any) -> OpenAI:
    return OpenAI(api_key=KEY, base_url=server.base_url, max_retries=0, timeout=5, **settings)


def async_client(server: WireServer, **settings: Any) -> AsyncOpenAI:
    return AsyncOpenAI(api_key=KEY, base_url=server.base_url, max_retries=0, timeout=5, **settings)


def begin(client: OpenAI) -> Any:
    return client.chat.completions.create(model="m", messages=MESSAGES, stream=True)


async def begin_async(client: AsyncOpenAI) -> Any:
    return await client.chat.completions.create(model="m", messages=MESSAGES, stream=True)


async def gone(server: WireServer) -> bool:
    """Whether the server soon sees no connection any more, while the loop goes on."""
    limit = time.monotonic() + 2
    while server.open:
        if time.monotonic() > limit:
            return False
        await asyncio.sleep(0.002)
    return True


async def idle() -> bool:
    """Whether soon no task is left but the test."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    return not others or not (await asyncio.wait(others, timeout=2))[1]
