"""The bytes that all subjects are measured on, and a loopback server that sends them. Standard library only.

The server runs in a process of its own, so that its work is not counted as the client's. It answers every POST with the
canned completion, or with the canned stream when the body asks for one.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import canned_responses

HEAD = {"id": "chatcmpl-7bbq05PiZqlHxjV1j7OHnKKDURKaf", "created": 1718750612, "model": "gpt-4o-2024-05-13"}
FINGERPRINT = {"system_fingerprint": "fp_9cb5d38cf7"}
USAGE = {
    "prompt_tokens": 19,
    "completion_tokens": 10,
    "total_tokens": 29,
    "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0, "accepted_prediction_tokens": 0},
}
MESSAGE = {"role": "assistant", "content": "Hello! How may I assist you today?", "refusal": None}
COMPLETION = json.dumps(
    {
        **HEAD,
        "object": "chat.completion",
        "choices": [{"index": 0, "message": MESSAGE, "logprobs": None, "finish_reason": "stop"}],
        "usage": USAGE,
        **FINGERPRINT,
    }
).encode()
CHUNKS = 1000


def event(delta: dict[str, object], finish_reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
    rest = {"service_tier": "default", **FINGERPRINT, "choices": [choice], "usage": None, "obfuscation": "q8Zr2Lw"}
    chunk = {**HEAD, "object": "chat.completion.chunk", **rest}  # what the service says in each, padding included
    return b"data: " + json.dumps(chunk, separators=(",", ":")).encode() + b"\n\n"


EVENTS = [event({"role": "assistant", "content": ""}), *[event({"content": " word"})] * (CHUNKS - 2), event({}, "stop")]
STREAM = b"".join(EVENTS) + b"data: [DONE]\n\n"
BLOCKS = [b"".join(EVENTS[start : start + 5]) for start in range(0, CHUNKS, 5)] + [b"data: [DONE]\n\n"]

MODEL = "gpt-4o"
MESSAGES = [
    {"role": "system", "content": "You are a helpful assistant."},
    {"role": "user", "content": "Hello! What can you do for me today?"},
]
KEY = "sk-benchmark"
HEADERS = {"content-type": "application/json", "x-request-id": "req_benchmark", "openai-processing-ms": "5"}
STREAM_HEADERS = {**HEADERS, "content-type": "text/event-stream; charset=utf-8"}

ANSWERS = {"chat/completions": (COMPLETION, BLOCKS), "responses": (canned_responses.RESPONSE, canned_responses.BLOCKS)}
"""What is answered where: plain, and streamed."""


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
            )
            await reader.readexactly(length)
            lines = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
            writer.write(f"HTTP/1.1 200 OK\r\n{lines}content-length: {len(COMPLETION)}\r\n\r\n".encode() + COMPLETION)
            await writer.drain()
    writer.close()


async def _main() -> None:
    server = await asyncio.start_server(_serve, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextlib.contextmanager
def server() -> Iterator[str]:
    """The base URL of the canned server, in a process of its own."""
    with subprocess.Popen([sys.executable, __file__], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
        finally:
            process.terminate()


if __name__ == "__main__":
    asyncio.run(_main())
