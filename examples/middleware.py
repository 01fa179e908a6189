"""Middleware: steps around each attempt, written once for both clients. Logging and a cache come with the package.

Run it with `python -m examples.middleware` (`OPENAI_API_KEY`, or `OPENAI_BASE_URL` of a local server).
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time

from typed_openai import AsyncOpenAI, OpenAI
from typed_openai.middleware import Flow, Reply, Request, Sender, keep_answers, log_requests
from typed_openai.models.chat import ChatMessage, UserMessage

MODEL = "gpt-4o-mini"
MESSAGES: list[ChatMessage] = [UserMessage(content="Hello!")]


def timed(request: Request, send: Sender) -> Flow[Reply]:
    """One of your own: what is before `send` happens on the way out, what is after it on the way back."""
    request.headers["x-team"] = "red"
    began = time.perf_counter()
    reply = yield from send(request)
    print(f"{request.operation} was answered with {reply.status} after {(time.perf_counter() - began) * 1000:.1f} ms")
    return reply


def main() -> None:
    handler = logging.StreamHandler(sys.stdout)
    log = logging.getLogger("examples.requests")
    log.addHandler(handler)
    log.setLevel(logging.INFO)

    # bodies=True logs what your users say; a key is never in it
    with OpenAI(middleware=[timed, log_requests(logger=log, bodies=True, limit=80)]) as client:
        client.chat.completions.create(model=MODEL, messages=MESSAGES)

    # the same function, in the other colour
    async def awaited() -> None:
        async with AsyncOpenAI(middleware=[timed]) as client:
            await client.chat.completions.create(model=MODEL, messages=MESSAGES)

    asyncio.run(awaited())

    # `timed` is inside of the cache here, and sees the first request only
    with OpenAI(middleware=[keep_answers(ttl=43200), timed]) as client:
        for _ in range(3):
            print("kept:", client.chat.completions.create(model=MODEL, messages=MESSAGES).text)
    log.removeHandler(handler)


if __name__ == "__main__":
    main()
