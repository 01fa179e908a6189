"""A server in a process of its own that answers as fast as Python can: what is measured is the client.

    with serving() as base_url: ...

`POST /v1/chat/completions` gives a completion, `/v1/responses` a response; with `"stream":true` 200 chunks, one write
for each. Each plain answer may take a while.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
import canned

CHUNKS = 200
PAUSE = 0.0005
"""Seconds between two chunks: each is read by itself, as those of a model are."""
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: %s\r\n"
EVENT = (
    b'data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"m",'
    b'"choices":[{"index":0,"delta":{"content":"word "},"finish_reason":null}]}\n\n'
)
LAST = EVENT.replace(b'"content":"word "', b"").replace(b"null", b'"stop"') + b"data: [DONE]\n\n"


class Speaker(asyncio.Protocol):
    def __init__(self, lag: float) -> None:
        self._lag = lag
        self._got = b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._got += data
        while (end := self._got.find(b"\r\n\r\n")) >= 0:
            head = self._got[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self._got) < end + 4 + length:
                return
            body, self._got = self._got[end + 4 : end + 4 + length], self._got[end + 4 + length :]
            if b'"stream":true' in body.replace(b" ", b""):
                asyncio.get_running_loop().create_task(self._stream())
                continue
            path = head.split(b" ", 2)[1].decode().removeprefix("/v1/")
            content = canned.ANSWERS.get(path, (canned.COMPLETION,))[0]
            if self._lag:
                asyncio.get_running_loop().call_later(self._lag, self._answer, content)
            else:
                self._answer(content)

    def _answer(self, content: bytes) -> None:
        head = HEAD % b"application/json" + b"content-length: %d\r\n\r\n" % len(content)
        self._transport.write(head + content)

    async def _stream(self) -> None:
        self._transport.write(HEAD % b"text/event-stream" + b"transfer-encoding: chunked\r\n\r\n")
        for event in [EVENT] * (CHUNKS - 1) + [LAST]:
            if self._transport.is_closing():
                return
            self._transport.write(b"%x\r\n%b\r\n" % (len(event), event))
            await asyncio.sleep(PAUSE)
        self._transport.write(b"0\r\n\r\n")


async def serve(lag: float) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Speaker(lag), "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def serving(lag: float = 0.0) -> Iterator[str]:
    """The base URL of a server that runs meanwhile; each answer takes `lag` seconds."""
    command = [sys.executable, __file__, str(lag)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}/v1"
        finally:
            process.terminate()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))
