"""A process that ends while answers are still being read ends like any other: no crash, no noise.

On Python 3.13 a sync stream that was open at the end, after an async one was left, ended the interpreter with SIGSEGV.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.wire.clients import RUNNING
from tests.wire.server import WireServer

BEFORE = """
import asyncio, sys
from typed_openai import AsyncOpenAI, OpenAI
URL = {url!r}
ASK = dict(model="m", messages=[dict(role="user", content="hello")])

async def leave_async_by_break():
    async for chunk in await AsyncOpenAI(base_url=URL, api_key="k").chat.completions.create(**ASK, stream=True):
        break

async def leave_async_held():
    global held_async
    held_async = await AsyncOpenAI(base_url=URL, api_key="k").chat.completions.create(**ASK, stream=True)
    await anext(held_async)

async def leave_async_events():
    global manager_async
    manager_async = AsyncOpenAI(base_url=URL, api_key="k").chat.completions.stream(**ASK)
    stream = await manager_async.__aenter__()
    await anext(aiter(stream))

for leave in (leave_async_by_break, leave_async_held, leave_async_events):
    asyncio.run(leave())
client = OpenAI(base_url=URL, api_key="k")
"""
SYNC = {
    "nothing": "pass",
    "held and unread": "held = client.chat.completions.create(**ASK, stream=True)",
    "next": "held = client.chat.completions.create(**ASK, stream=True); next(held)",
    "loop": "held = client.chat.completions.create(**ASK, stream=True); loop = iter(held); next(loop)",
    "loop alone": "loop = iter(client.chat.completions.create(**ASK, stream=True)); next(loop)",
    "cycle": "held = client.chat.completions.create(**ASK, stream=True); next(held); held.me = [held]; del held",
    "events": "manager = client.chat.completions.stream(**ASK); stream = manager.__enter__(); next(iter(stream))",
    "streamed response": (
        "manager = client.files.with_streaming_response.content('f'); "
        "blocks = manager.__enter__().iter_bytes(); next(blocks)"
    ),
    "in a module": "held = client.chat.completions.create(**ASK, stream=True); next(held); sys.modules['kept'] = held",
}


@pytest.mark.parametrize("left", SYNC)
def test_a_process_ends_quietly_whatever_is_still_open(server: WireServer, left: str) -> None:
    server.script(RUNNING)
    code = BEFORE.format(url=server.base_url) + SYNC[left] + "\nprint('end')\n"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "end\n", "")
