"""The three that are compared: raw httpx + json, the official package, and ours. One file, one shape, same bytes.

Run as `python subjects.py SUBJECT WORK BASE_URL`: a fresh process for each measurement; prints one number. Seconds are
CPU seconds of this process (`process_time`), the best of several rounds, except where the work is waiting.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import json
import re
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
        def __init__(self, blocks: list[bytes]) -> None:
            self.blocks = blocks

        def __iter__(self) -> Any:
            return iter(self.blocks)

    def answer(request: Any) -> Any:
        content, blocks = canned.ANSWERS[request.url.path.removeprefix("/v1/")]
        if b'"stream":true' in request.content.replace(b" ", b""):
            return httpx.Response(200, stream=Blocks(blocks), headers=canned.STREAM_HEADERS)
        return httpx.Response(200, content=content, headers=canned.HEADERS)

    kind = httpx.AsyncClient if asynchronous else httpx.Client
    return kind(transport=httpx.MockTransport(answer))


class Raw:
    """httpx and json, as one writes it without a package: dicts in, dicts out."""

    base_url = "https://api.openai.com/v1"

    def __init__(self) -> None:
        import httpx

        self.httpx = httpx
        self.headers = {"authorization": f"Bearer {canned.KEY}"}

    def make(self, base_url: str | None = None) -> None:
        self.client = mock(self.httpx) if base_url is None else self.httpx.Client()
        self.client.headers.update(self.headers)
        self.base_url = base_url or self.base_url

    def post(self, path: str, body: dict[str, Any]) -> Any:
        answer = self.client.post(f"{self.base_url}/{path}", json=body)
        answer.raise_for_status()
        return answer.json()

    def call(self) -> Any:
        body = {"model": canned.MODEL, "messages": canned.MESSAGES}
        return self.post("chat/completions", body)["choices"][0]["message"]["content"]

    def respond(self) -> Any:
        return self.post("responses", {"model": canned.MODEL, "input": canned.MESSAGES})["output"][1]["content"][0][
            "text"
        ]

    def stream(self) -> int:
        count = 0
        body = {"model": canned.MODEL, "messages": canned.MESSAGES, "stream": True}
        with self.client.stream("POST", f"{self.base_url}/chat/completions", json=body) as answer:
            for line in answer.iter_lines():
                if line.startswith("data: "):
                    if line == "data: [DONE]":
                        break
                    count += len(json.loads(line[6:])["choices"])
        return count

    def events(self) -> int:
        count = 0
        body = {"model": canned.MODEL, "input": canned.MESSAGES, "stream": True}
        with self.client.stream("POST", f"{self.base_url}/responses", json=body) as answer:
            for line in answer.iter_lines():
                if line.startswith("data: "):  # the name of an event stands in its data, too
                    event = json.loads(line[6:])
                    count += event["sequence_number"] >= 0
                    if event["type"] == "response.completed":
                        break
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

    def respond(self) -> Any:
        return self.client.responses.create(model=canned.MODEL, input=canned.MESSAGES).output[1].content[0].text

    def stream(self) -> int:
        count = 0
        for chunk in self.client.chat.completions.create(model=canned.MODEL, messages=canned.MESSAGES, stream=True):
            count += len(chunk.choices)
        return count

    def events(self) -> int:
        count = 0
        for event in self.client.responses.create(model=canned.MODEL, input=canned.MESSAGES, stream=True):
            count += event.sequence_number >= 0
            if event.type == "response.completed":
                break
        return count

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

    def make_own(self) -> None:
        """With an `http_client` of the user's own, as the other two have it."""
        import httpx

        self.client = self.package.OpenAI(api_key=canned.KEY, http_client=mock(httpx))

    def make(self, base_url: str | None = None) -> None:
        if base_url is not None:
            self.client = self.package.OpenAI(api_key=canned.KEY, base_url=base_url)
            return
        import httpx

        canned_answers = mock(httpx)._transport
        self.client = self.package.OpenAI(api_key=canned.KEY, transport=canned_answers)


def small_model() -> None:
    """What a typed application has anyway: pydantic, which loads most of itself when it makes its first model."""
    pydantic: Any = importlib.import_module("pydantic")

    class Answer(pydantic.BaseModel):  # type: ignore[misc]  # the base is known at run time only
        id: str
        created: int | None = None


SUBJECTS = {"raw": Raw, "official": Official, "ours": Ours}
FOREIGN = {"of responses": ({"chat"}, {"response", "responses"}), "of chat": ({"response", "responses"}, {"chat"})}
"""Words in the names of the modules of the area in use, and of those that it has no need of."""


def measure(name: str, work: str, base_url: str) -> float:
    """One number: seconds, MB for `memory` and `loaded`, or how many modules of another area the one in use loads."""
    if work == "cold":
        began = time.perf_counter()
        subject: Any = SUBJECTS[name]()
        subject.make(base_url)
        subject.call()
        return time.perf_counter() - began
    if work in ("import", "loaded", "import responses", "loaded responses"):
        began = time.process_time()
        subject = SUBJECTS[name]()
        if name == "raw":
            small_model()
        subject.make(base_url)
        if name != "raw":
            _ = subject.client.responses.create if work.endswith("responses") else subject.client.chat.completions
        took = time.process_time() - began
        return took if work.startswith("import") else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    subject = SUBJECTS[name]()
    if work == "memory":
        small_model()
        subject.make(base_url)
        subject.call()
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if work == "concurrent":
        asyncio.run(subject.many(base_url, 20))
        began = time.process_time()
        asyncio.run(subject.many(base_url, 300))
        return time.process_time() - began
    if work == "own" and name == "ours":
        subject.make_own()
    else:
        subject.make()
    if work == "own":
        return best(subject.call, 300)
    if work in ("call", "respond"):
        return best(getattr(subject, work), 300)
    if work in FOREIGN:
        _ = (subject.call(), subject.stream()) if work == "of responses" else (subject.respond(), subject.events())
        ours = [name for name in sys.modules if name.startswith("typed_openai.") and ".core." not in name]
        own, other = (sum(bool(words & set(re.split(r"[._]", name))) for name in ours) for words in FOREIGN[work])
        assert own, "no module of the area in use: have they been renamed?"
        return other
    read = subject.stream if work == "chunk" else subject.events
    assert read() == canned.CHUNKS
    return best(read, 3) / canned.CHUNKS


if __name__ == "__main__":
    print(measure(*sys.argv[1:4]))
