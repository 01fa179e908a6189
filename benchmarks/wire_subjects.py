"""One measurement over sockets, in a process of its own: `wire_subjects.py SUBJECT WORK IN_FLIGHT CALLS BASE_URL`.

Prints one number: CPU microseconds of the client for one call (or chunk), the best of several rounds; for `map` the
requests a second and the megabytes that the process grew by.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import json
import os
import resource
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
import canned

ROUNDS = 4
BODY: dict[str, Any] = {"model": canned.MODEL, "messages": canned.MESSAGES}
HEADERS = {"authorization": f"Bearer {canned.KEY}"}
Call = Callable[[], Awaitable[Any]]


def cpu() -> float:
    """CPU seconds of this process, those of the kernel for it included."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def client(subject: str, url: str, is_async: bool) -> Any:
    """A client of ours or of the official package: `ours`, `ours+aiohttp`, `official`, `official+aiohttp`."""
    name, _, transport = subject.partition("+")
    package = importlib.import_module("typed_openai" if name == "ours" else "openai")
    kind = package.AsyncOpenAI if is_async else package.OpenAI
    more: dict[str, Any] = {}
    if transport:
        more = {"transport": transport} if name == "ours" else {"http_client": package.DefaultAioHttpClient()}
    return kind(api_key=canned.KEY, base_url=url, **more)


def sync_call(subject: str, url: str) -> Callable[[], Any]:
    if subject != "raw httpx":
        create = client(subject, url, False).chat.completions.create
        return lambda: create(**BODY)
    import httpx

    http = httpx.Client(headers=HEADERS)
    return lambda: http.post(f"{url}/chat/completions", json=BODY).json()


def chunks(subject: str, url: str) -> Callable[[], int]:
    """A function that takes one stream, and says how many chunks there were."""
    if subject != "raw httpx":
        create = client(subject, url, False).chat.completions.create
        return lambda: sum(len(chunk.choices) for chunk in create(**BODY, stream=True))
    import httpx

    http = httpx.Client(headers=HEADERS)

    def take() -> int:
        count = 0
        with http.stream("POST", f"{url}/chat/completions", json={**BODY, "stream": True}) as answer:
            for line in answer.iter_lines():
                if line.startswith("data: ") and line != "data: [DONE]":
                    count += len(json.loads(line[6:])["choices"])
        return count

    return take


async def async_call(subject: str, url: str) -> Call:
    if subject == "raw httpx":
        import httpx

        limits = httpx.Limits(max_connections=1000, max_keepalive_connections=1000)
        http = httpx.AsyncClient(headers=HEADERS, limits=limits, timeout=600)

        async def ask_httpx() -> Any:
            return (await http.post(f"{url}/chat/completions", json=BODY)).json()

        return ask_httpx
    if subject == "raw aiohttp":
        import aiohttp

        session = aiohttp.ClientSession(headers=HEADERS, connector=aiohttp.TCPConnector(limit=1000))

        async def ask_aiohttp() -> Any:
            async with session.post(f"{url}/chat/completions", json=BODY) as answer:
                return await answer.json()

        return ask_aiohttp
    create = client(subject, url, True).chat.completions.create
    return lambda: create(**BODY)


def measure_sync(work: Callable[[], Any], calls: int) -> float:
    for _ in range(10):
        work()
    best = float("inf")
    for _ in range(ROUNDS):
        gc.collect()
        began, done = cpu(), 0
        for _ in range(calls // ROUNDS):
            outcome = work()
            done += outcome if isinstance(outcome, int) else 1
        best = min(best, (cpu() - began) / done)
    return best * 1e6


async def measure_async(subject: str, url: str, in_flight: int, calls: int) -> float:
    """`in_flight` tasks, each of which makes one call after the other."""
    ask = await async_call(subject, url)
    each = max(1, calls // ROUNDS // in_flight)

    async def work(times: int) -> None:
        for _ in range(times):
            await ask()

    await asyncio.gather(*(work(1) for _ in range(in_flight)))
    best = float("inf")
    for _ in range(ROUNDS):
        gc.collect()
        began = cpu()
        await asyncio.gather(*(work(each) for _ in range(in_flight)))
        best = min(best, (cpu() - began) / (each * in_flight))
    return best * 1e6


async def measure_burst(subject: str, url: str, calls: int) -> float:
    """All calls at once, as `asyncio.gather` of a list begins them; connections are new."""
    ask = await async_call(subject, url)
    began = cpu()
    await asyncio.gather(*(ask() for _ in range(calls)))
    return (cpu() - began) / calls * 1e6


async def measure_map(subject: str, url: str, in_flight: int, calls: int) -> tuple[float, float]:
    """Requests a second of CPU and megabytes more: our `map`; for the others `asyncio.gather` behind a semaphore."""
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, cpu()
    if subject.startswith("ours"):
        from typed_openai.models.chat.params import ChatCompletionCreateParams

        params = (ChatCompletionCreateParams(**BODY) for _ in range(calls))
        async for each in client(subject, url, True).map(params, concurrency=in_flight):
            assert each.error is None
    else:
        ask, places = await async_call(subject, url), asyncio.Semaphore(in_flight)

        async def one() -> Any:
            async with places:
                return await ask()

        await asyncio.gather(*(one() for _ in range(calls)))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return calls / (cpu() - began), grown


def main() -> None:
    subject, work, in_flight, calls, url = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
    began = time.monotonic()
    if work == "sync":
        told: tuple[float, ...] = (measure_sync(sync_call(subject, url), calls),)
    elif work == "chunk":
        told = (measure_sync(chunks(subject, url), calls),)
    elif work == "map":
        told = asyncio.run(measure_map(subject, url, in_flight, calls))
    elif work == "burst":
        told = (asyncio.run(measure_burst(subject, url, in_flight)),)
    else:
        told = (asyncio.run(measure_async(subject, url, in_flight, calls)),)
    print(*told, time.monotonic() - began, flush=True)
    os._exit(0)  # what is left open is closed by the system


if __name__ == "__main__":
    main()
