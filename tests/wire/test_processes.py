"""Whole processes: Ctrl-C ends one at once, a fork may go on, and none ends with a word on stderr.

Each runs with `-W error`: a socket, transport or task that is forgotten would be told.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Generator
from contextlib import contextmanager

from tests.wire.bodies import COMPLETION, DONE, HELLO
from tests.wire.server import END, STALL, Step, WireServer, answer, chunk, chunked

PRELUDE = """
import asyncio, gc, os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have us ignore it
from typed_openai import AsyncOpenAI, OpenAI
settings = {"api_key": "sk-x", "base_url": sys.argv[1], "max_retries": 0, "timeout": 10}
ask = {"model": "m", "messages": [{"role": "user", "content": "hello"}]}
"""


@contextmanager
def started(server: WireServer, script: str) -> Generator[subprocess.Popen[str]]:
    """A process that runs the script, and is gone afterwards."""
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", PRELUDE + textwrap.dedent(script), server.base_url],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def run(server: WireServer, script: str) -> str:
    """What the script prints; nothing may stand on stderr."""
    with started(server, script) as process:
        out, err = process.communicate(timeout=15)
    assert (process.returncode, err) == (0, "")
    return out.strip()


SYNC_LOOP = """
with OpenAI(**settings) as client:
    for chunk in client.chat.completions.create(**ask, stream=True):
        print("chunk", flush=True)
"""
ASYNC_LOOP = """
async def main():
    async with AsyncOpenAI(**settings) as client:
        async for chunk in await client.chat.completions.create(**ask, stream=True):
            print("chunk", flush=True)

asyncio.run(main())
"""


def test_ctrl_c_ends_a_process_that_waits_for_a_stream(server: WireServer) -> None:
    server.script([*chunked(*HELLO[:2]), STALL])
    with started(server, SYNC_LOOP) as sync, started(server, ASYNC_LOOP) as awaited:
        for process in (sync, awaited):
            assert process.stdout is not None
            assert [process.stdout.readline() for _ in range(2)] == ["chunk\n", "chunk\n"]
            time.sleep(0.1)  # it waits now: a signal on the last metres to `recv` is only seen when `recv` returns
            sent = time.monotonic()
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=5)
            assert time.monotonic() - sent < 4.5
            assert process.returncode == -signal.SIGINT
            assert err.strip().endswith("KeyboardInterrupt")
            assert err.count("Traceback") == err.count("During handling") + 1
            assert "Exception ignored" not in err
            assert "Warning" not in err


def test_the_handler_of_a_signal_may_ask_while_its_thread_waits(server: WireServer) -> None:
    slow: list[Step] = [0.3, *answer(COMPLETION)]
    stream: list[Step] = [*chunked(HELLO[0]), 0.3, *map(chunk, [*HELLO[1:], DONE]), END]
    server.script(answer(COMPLETION), answer(COMPLETION), slow, slow, stream, answer(COMPLETION))
    out = run(
        server,
        """
        import threading
        from typed_openai.core.run import network

        client, me = OpenAI(**settings), threading.main_thread().ident

        def say(*_):
            print(client.chat.completions.create(**ask).text, flush=True)

        def signalled(over):
            while me not in network._standing and not over.is_set():
                pass
            os.kill(os.getpid(), signal.SIGALRM)

        def disturbed(work):
            over = threading.Event()
            thread = threading.Thread(target=signalled, args=(over,))
            thread.start()
            work()
            over.set()
            thread.join()

        say(), say()  # all that is imported is
        signal.signal(signal.SIGALRM, say)
        disturbed(say)
        events = iter(client.chat.completions.create(**ask, stream=True))
        next(events)
        disturbed(lambda: print(1 + len(list(events))))
        """,
    )
    assert sorted(out.splitlines()) == ["5", *["Hello there"] * 5]


def test_clients_go_on_in_a_forked_child_and_in_its_parent(server: WireServer) -> None:
    server.script([*chunked(*HELLO, DONE), END])
    out = run(
        server,
        """
        client, awaited = OpenAI(**settings, deadline=20), AsyncOpenAI(**settings, deadline=20)

        def count():
            return len(list(client.chat.completions.create(**ask, stream=True)))

        async def acount():
            return len([chunk async for chunk in await awaited.chat.completions.create(**ask, stream=True)])

        async def main():
            print(count(), await acount(), flush=True)
            running = iter(client.chat.completions.create(**ask, stream=True))
            next(running)
            child = os.fork()
            if child == 0:
                asyncio._set_running_loop(None)
                print(count(), asyncio.new_event_loop().run_until_complete(acount()), flush=True)
                os._exit(0)
            assert os.waitpid(child, 0)[1] == 0
            print(1 + len(list(running)), count(), await acount())

        asyncio.run(main())
        client.close()
        """,
    )
    assert out.split() == ["5"] * 7
    assert server.accepted == 4  # one of each colour, in the parent and in the child


def test_what_a_forked_child_leaves_goes_on_in_its_parent(server: WireServer) -> None:
    server.script([*chunked(HELLO[0]), 0.3, *map(chunk, [*HELLO[1:], DONE]), END])
    out = run(
        server,
        """
        with OpenAI(**settings) as client, client.chat.completions.create(**ask, stream=True) as stream:
            next(stream)
            child = os.fork()
            if child == 0:
                sys.exit()
            assert os.waitpid(child, 0)[1] == 0
            print(1 + len(list(stream)))
        """,
    )
    assert out == "5"


def test_a_forked_child_breaks_off_no_call_of_its_parent(server: WireServer) -> None:
    server.script([0.5, *answer(COMPLETION)])
    out = run(
        server,
        """
        import threading
        from typed_openai.core.run import network

        client = OpenAI(**settings)
        thread = threading.Thread(target=lambda: print(client.chat.completions.create(**ask).text))
        thread.start()
        while thread.ident not in network._standing:
            pass
        child = os.fork()
        if child == 0:
            network.wake(thread.ident)  # the number of a thread of the parent's is that of one of the child's soon
            os._exit(0)
        os.waitpid(child, 0)
        thread.join()
        """,
    )
    assert out == "Hello there"


def test_a_child_that_is_forked_while_another_thread_makes_connections_makes_its_own(server: WireServer) -> None:
    server.script(answer(COMPLETION))
    out = run(
        server,
        """
        import threading, time
        from typed_openai.core.run import pools

        OpenAI(**settings).chat.completions.create(**ask)  # a thread that imports must not be forked in Python itself
        client, making, made = OpenAI(**settings), threading.Event(), pools._sync_carrier

        def slowly(*arguments):
            making.set()
            time.sleep(0.2)
            return made(*arguments)

        def say():
            print(client.chat.completions.create(**ask).text, flush=True)

        pools._sync_carrier = slowly
        thread = threading.Thread(target=say)
        thread.start()
        making.wait()
        child = os.fork()
        if child == 0:
            say()
            os._exit(0)
        os.waitpid(child, 0)
        thread.join()
        """,
    )
    assert out.splitlines() == ["Hello there"] * 2


def test_nothing_is_said_about_streams_and_clients_that_were_simply_forgotten(server: WireServer) -> None:
    server.script([*chunked(*HELLO[:2]), STALL])
    out = run(
        server,
        """
        client = AsyncOpenAI(**settings, deadline=20)

        async def main():
            forgotten = await client.chat.completions.create(**ask, stream=True)
            begun = await client.chat.completions.create(**ask, stream=True)
            await anext(begun)
            async for chunk in await client.chat.completions.create(**ask, stream=True):
                break
            await client.chat.completions.create(**ask, stream=True)
            return begun

        begun = asyncio.run(main())
        del begun
        asyncio.run(main())
        gc.collect()

        async def other():
            mine = AsyncOpenAI(**settings)
            events = mine.chat.completions.stream(**ask)
            await anext(events)

        asyncio.run(other())
        plain = OpenAI(**settings)
        kept = plain.chat.completions.create(**ask, stream=True)
        next(kept)
        print("done")
        plain.close()
        """,
    )
    assert out == "done"
    assert server.until(lambda: server.open == 0)
