"""Events over a WebSocket: ours, raw `websockets` + json, the official package; CPU of the client, as ratios.

    make bench            # runs this with the rest; or: python benchmarks/realtime.py [rounds]

One connection carries events both ways at once, a thousand a second and more: pieces of sound out, pieces of text and
sound in. Each measurement is a process of its own, the server is another; the subjects take turns, and the best of each
counts. Over budget is exit code 1. `python benchmarks/realtime.py soak [events]` reads that many events (10⁶), answers
that end, and looks whether memory grows.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

EVENTS = 6000
WARMING = 100
SOUND = "A" * 3200
"""A tenth of a second of telephone sound, as base64."""
BUDGET = 1.2
"""CPU as a ratio to raw websockets + json."""
ALLOWED_KB = 4096
PLACE = {"response_id": "resp_1", "item_id": "item_1", "output_index": 0, "content_index": 0}
ANSWER = [
    {"type": "response.created", "event_id": "e", "response": {"object": "realtime.response", "id": "resp_1"}},
    *(
        {"type": "response.output_audio.delta", "event_id": f"event_{number}", **PLACE, "delta": SOUND}
        if number % 2
        else {"type": "response.output_text.delta", "event_id": f"event_{number}", **PLACE, "delta": " word"}
        for number in range(48)
    ),
    {"type": "response.done", "event_id": "e", "response": {"object": "realtime.response", "id": "resp_1"}},
]
LINES = [json.dumps(event) for event in ANSWER]
APPEND = {"type": "input_audio_buffer.append", "audio": SOUND}
SUBJECTS = {"raw": "raw websockets + json", "ours": "ours", "official": "official"}


async def serve() -> None:
    """Tells as many events as the path asks for, and reads whatever comes."""
    from websockets.asyncio.server import ServerConnection, serve

    async def talk(line: ServerConnection) -> None:
        count = int(line.request.path.partition("count=")[2] if line.request is not None else 0)

        async def read() -> None:
            async for _ in line:
                pass

        reading = asyncio.create_task(read())
        for number in range(count):
            await line.send(LINES[number % len(LINES)])
        await line.send('{"type": "session.created", "event_id": "last", "session": {"type": "realtime"}}')
        await reading

    async with serve(talk, "127.0.0.1", 0, compression=None, max_size=None) as server:
        print(next(iter(server.sockets)).getsockname()[1], flush=True)
        await asyncio.get_running_loop().create_future()


# -- the subjects ------------------------------------------------------------------------------------------------------


def measured(work: Callable[[], None]) -> float:
    """Seconds of CPU of this process."""
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began


def raw_sync(port: int, events: int) -> float:
    from websockets.sync.client import connect

    with connect(f"ws://127.0.0.1:{port}/?count={events}", compression=None, max_size=None) as line:

        def send() -> None:
            for _ in range(events):
                line.send(json.dumps(APPEND))

        def work() -> None:
            sending = threading.Thread(target=send)
            sending.start()
            while json.loads(line.recv())["type"] != "session.created":
                pass
            sending.join()

        return measured(work)


def client_of(module: str, port: int, name: str) -> Any:
    found = getattr(__import__(module), name)
    return found(api_key="sk-x", base_url=f"http://127.0.0.1:{port}", timeout=60)


def package_sync(module: str, port: int, events: int) -> float:
    client = client_of(module, port, "OpenAI")
    with client.realtime.connect(model="m", extra_query={"count": events}) as connection:

        def send() -> None:
            for _ in range(events):
                connection.input_audio_buffer.append(audio=SOUND)

        def work() -> None:
            sending = threading.Thread(target=send)
            sending.start()
            while connection.recv().type != "session.created":
                pass
            sending.join()

        return measured(work)


async def both(events: int, send: Callable[[], Awaitable[object]], recv: Callable[[], Awaitable[bool]]) -> float:
    """CPU of sending and receiving in two tasks."""

    async def sending() -> None:
        for _ in range(events):
            await send()

    gc.collect()
    began = time.process_time()
    task = asyncio.create_task(sending())
    while not await recv():
        pass
    await task
    return time.process_time() - began


async def raw_async(port: int, events: int) -> float:
    from websockets.asyncio.client import connect

    async with connect(f"ws://127.0.0.1:{port}/?count={events}", compression=None, max_size=None) as line:

        async def send() -> None:
            await line.send(json.dumps(APPEND))

        async def recv() -> bool:
            return bool(json.loads(await line.recv())["type"] == "session.created")

        return await both(events, send, recv)


async def package_async(module: str, port: int, events: int) -> float:
    client = client_of(module, port, "AsyncOpenAI")
    async with client.realtime.connect(model="m", extra_query={"count": events}) as connection:

        async def send() -> None:
            await connection.input_audio_buffer.append(audio=SOUND)

        async def recv() -> bool:
            return bool((await connection.recv()).type == "session.created")

        return await both(events, send, recv)


def subject(name: str, colour: str, port: int) -> float:
    """Seconds of CPU, after a short run that loads and builds what is needed."""
    module = "typed_openai" if name == "ours" else "openai"
    found = 0.0
    for events in (WARMING, EVENTS):
        if name == "raw":
            found = raw_sync(port, events) if colour == "sync" else asyncio.run(raw_async(port, events))
        elif colour == "sync":
            found = package_sync(module, port, events)
        else:
            found = asyncio.run(package_async(module, port, events))
    return found


# -- the runs ----------------------------------------------------------------------------------------------------------


def compared(port: int, rounds: int) -> int:
    """Print the table; 1 when over budget."""
    exit_code = 0
    for colour in ("sync", "async"):
        best: dict[str, float] = {}
        for _ in range(rounds):
            for name in SUBJECTS:
                command = [sys.executable, __file__, "client", name, colour, str(port)]
                done = subprocess.run(command, capture_output=True, text=True)
                if done.returncode == 0:
                    best[name] = min(best.get(name, 1e9), float(done.stdout))
        for name, seconds in best.items():
            ratio = seconds / best["raw"]
            over = name == "ours" and ratio > BUDGET
            exit_code = exit_code or int(over)
            limit = f"  budget {BUDGET}{' OVER' if over else ''}" if name == "ours" else ""
            shown = f"{seconds / EVENTS * 1e6:7.1f} µs for one event each way"
            print(f"{colour:6}{SUBJECTS[name]:24}{shown}  × {ratio:.2f}{limit}")
    return exit_code


def soak(port: int, events: int) -> int:
    """Read many events; 1 when memory grows."""
    import resource

    client = client_of("typed_openai", port, "OpenAI")
    sizes: list[int] = []
    with client.realtime.connect(model="m", extra_query={"count": events}) as connection:
        for number, event in enumerate(connection):
            if number % (events // 10) == events // 10 - 1:
                gc.collect()
                pages = int(Path("/proc/self/statm").read_text().split()[1]) if sys.platform == "linux" else 0
                sizes.append(pages * resource.getpagesize() // 1024)
            if event.type == "session.created":
                break
    grown = sizes[-1] - sizes[2]
    print(f"{events:,} events: memory grew by {grown} KB (allowed {ALLOWED_KB})")
    return int(grown > ALLOWED_KB)


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["serve"]:
        with suppress(KeyboardInterrupt):
            asyncio.run(serve())
        return 0
    if arguments[:1] == ["client"]:
        print(subject(arguments[1], arguments[2], int(arguments[3])))
        return 0
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
    server = subprocess.Popen([sys.executable, __file__, "serve"], stdout=subprocess.PIPE, text=True, env=environment)
    try:
        port = int(server.stdout.readline()) if server.stdout is not None else 0
        if arguments[:1] == ["soak"]:
            return soak(port, int(arguments[1]) if arguments[1:] else 1_000_000)
        return compared(port, int(arguments[0]) if arguments else 5)
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
