"""The three that are compared: raw httpx + json, the official package, and ours. One file, one shape, same bytes.

Run as `python subjects.py SUBJECT WORK BASE_URL`: a fresh process for each measurement; prints one number. Seconds are
CPU seconds of this process (`process_time`), the best of several rounds, except where the work is waiting.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
import canned

ROUNDS = 7


def best(work: Callable[[], object], times: int) -> float:
    """CPU seconds of one `work()`: the best of several rounds."""
    found = float("inf")
    work()
    gc.collect()
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(times):
            work()
        found = min(found, (time.process_time() - began) / times)
    return found


def mock(httpx: Any, asynchronous: bool = False) -> Any:
    """A client of an httpx-like module whose transport answers with the canned bytes."""

    class Blocks(httpx.SyncByteStream):  # type: ignore[misc]  # the base is known at run time only
        def __iter__(self) -> Any:
            return iter(canned.BLOCKS)

    def answer(request: Any) -> Any:
        if b'"stream":true' in request.content.replace(b" ", b""):
            return httpx.Response(200, stream=Blocks(), headers=canned.STREAM_HEADERS)
        return httpx.Response(200, content=canned.COMPLETION, headers=canned.HEADERS)

    kind = httpx.AsyncClient if asynchronous else httpx.Client
    return kind(transport=httpx.MockTransport(answer))


class Raw:
    """httpx and json, as one writes it without a package: dicts in, dicts out."""

    url = "https://api.openai.com/v1/chat/completions"

    def __init__(self) -> None:
        import httpx

        self.httpx = httpx
        self.headers = {"authorization": f"Bearer {canned.KEY}"}

    def make(self, base_url: str | None = None) -> None:
        self.client = mock(self.httpx) if base_url is None else self.httpx.Client()
        self.client.headers.update(self.headers)
        if base_url is not None:
            self.url = f"{base_url}/chat/completions"

    def call(self) -> Any:
        answer = self.client.post(self.url, json={"model": canned.MODEL, "messages": canned.MESSAGES})
        answer.raise_for_status()
        return answer.json()["choices"][0]["message"]["content"]

    def stream(self) -> int:
        count = 0
        body = {"model": canned.MODEL, "messages": canned.MESSAGES, "stream": True}
        with self.client.stream("POST", self.url, json=body) as answer:
            for line in answer.iter_lines():
                if line.startswith("data: "):
                    if line == "data: [DONE]":
                        break
                    count += len(json.loads(line[6:])["choices"])
        return count

    async def many(self, base_url: str, count: int) -> None:
        limits = self.httpx.Limits(max_connections=1000, max_keepalive_connections=100)
        async with self.httpx.AsyncClient(headers=self.headers, limits=limits, timeout=60) as client:

            async def one() -> Any:
                body = {"model": canned.MODEL, "messages": canned.MESSAGES}
                return (await client.post(f"{base_url}/chat/completions", json=body)).json()

            await asyncio.gather(*(one() for _ in range(count)))


class Package:
    """What the official package and ours share: the same call surface."""

    def call(self) -> Any:
        return (
            self.client.chat.completions.create(model=canned.MODEL, messages=canned.MESSAGES).choices[0].message.content
        )

    def stream(self) -> int:
        chunks = self.client.chat.completions.create(model=canned.MODEL, messages=canned.MESSAGES, stream=True)
        return sum(len(chunk.choices) for chunk in chunks)

    async def many(self, base_url: str, count: int) -> None:
        async with self.package.AsyncOpenAI(api_key=canned.KEY, base_url=base_url) as client:
            create = client.chat.completions.create
            await asyncio.gather(*(create(model=canned.MODEL, messages=canned.MESSAGES) for _ in range(count)))

    client: Any
    package: Any


class Official(Package):
    def __init__(self) -> None:
        import openai  # type: ignore[import-not-found, unused-ignore]  # lives in .venv-bench only

        self.package = openai

    def make(self, base_url: str | None = None) -> None:
        if base_url is not None:
            self.client = self.package.OpenAI(api_key=canned.KEY, base_url=base_url)
            return
        import httpx2  # type: ignore[import-not-found, unused-ignore]  # comes with the official package

        self.client = self.package.OpenAI(api_key=canned.KEY, http_client=mock(httpx2))


class Ours(Package):
    def __init__(self) -> None:
        import typed_openai

        self.package = typed_openai

    def make(self, base_url: str | None = None) -> None:
        self.client = self.package.OpenAI(api_key=canned.KEY, base_url=base_url)
        if base_url is None:
            import httpx

            own = self.client.driver.pool.client()  # what users have, with nothing but the canned transport put in
            own._transport = mock(httpx)._transport


SUBJECTS = {"raw": Raw, "official": Official, "ours": Ours}


def measure(name: str, work: str, base_url: str) -> float:
    """One number: seconds, or MB for `memory`."""
    if work == "cold":
        began = time.perf_counter()
        subject: Any = SUBJECTS[name]()
        subject.make(base_url)
        subject.call()
        return time.perf_counter() - began
    if work in ("import", "loaded"):
        began = time.process_time()
        subject = SUBJECTS[name]()
        if name == "raw":
            importlib.import_module("pydantic")  # what a typed application loads anyway
        subject.make(base_url)
        if name != "raw":
            _ = subject.client.chat.completions
        took = time.process_time() - began
        return took if work == "import" else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    subject = SUBJECTS[name]()
    if work == "memory":
        importlib.import_module("pydantic")  # as above
        subject.make(base_url)
        subject.call()
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if work == "concurrent":
        asyncio.run(subject.many(base_url, 20))
        began = time.process_time()
        asyncio.run(subject.many(base_url, 300))
        return time.process_time() - began
    subject.make()
    if work == "call":
        return best(subject.call, 300)
    assert subject.stream() == canned.CHUNKS
    return best(subject.stream, 3) / canned.CHUNKS


if __name__ == "__main__":
    print(measure(*sys.argv[1:4]))
