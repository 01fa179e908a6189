"""How `client.bulk` scales: the same lines with 1, 2 and 4 workers of Ray, against a server with a fixed delay.

Each worker has `CONCURRENCY` requests under way, so with an idle machine the lines a second go with the workers until
the CPU is used up. The time that Ray takes to begin is measured with one line, and taken off.
"""

from __future__ import annotations

import importlib
import json
import logging
import multiprocessing
import socket
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from typed_openai import OpenAI

LINES, DELAY, CONCURRENCY = 960, 0.25, 16
BODY = json.dumps(
    {
        "id": "c",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": "hello", "refusal": None},
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": 5, "completion_tokens": 5, "total_tokens": 10},
    }
).encode()
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(BODY) + BODY


def serve(listener: socket.socket) -> None:
    """Answer every request after `DELAY` seconds."""
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=converse, args=(connection,), daemon=True).start()


def converse(connection: socket.socket) -> None:
    """One connection, request by request."""
    file = connection.makefile("rb")
    while line := file.readline():
        length = 0
        while line not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
            line = file.readline()
        file.read(length)
        time.sleep(DELAY)
        connection.sendall(ANSWER)


def job(client: OpenAI, folder: Path, count: int, **options: Any) -> float:
    """Lines a second of a job."""
    given = folder / f"in-{count}.jsonl"
    asked = {"model": "m", "messages": [{"role": "user", "content": "hello"}]}
    with open(given, "w") as file:
        for number in range(count):
            line = {"custom_id": str(number), "method": "POST", "url": "/v1/chat/completions", "body": asked}
            file.write(json.dumps(line) + "\n")
    out = folder / f"out-{time.monotonic_ns()}.jsonl"
    report = client.bulk(given, out, concurrency=CONCURRENCY, **options)
    assert report.answered == count, report
    return report.seconds


def main() -> None:
    """Print the table."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    server = multiprocessing.get_context("fork").Process(target=serve, args=(listener,), daemon=True)
    server.start()
    ray = importlib.import_module("ray")
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    ray.init(num_cpus=4, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    with (
        tempfile.TemporaryDirectory() as name,
        OpenAI(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}") as client,
    ):
        folder = Path(name)
        print(f"{LINES} lines, {DELAY * 1000:.0f} ms each, {CONCURRENCY} at once for each worker")
        print(f"limit of one worker   {CONCURRENCY / DELAY:8.0f} lines/s")
        print(f"map, this process     {LINES / job(client, folder, LINES):8.0f} lines/s")
        for workers in (1, 2, 4):
            begin = job(client, folder, workers, engine="ray", workers=workers)
            seconds = job(client, folder, LINES, engine="ray", workers=workers)
            print(f"ray, {workers} workers        {LINES / (seconds - begin):8.0f} lines/s ({begin:.1f} s to begin)")
    ray.shutdown()
    server.terminate()


if __name__ == "__main__":
    main()
