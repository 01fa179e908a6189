"""How `client.bulk` scales: the same lines with 1, 2 and 4 workers of Ray, against a server with a fixed delay.

Each worker has `CONCURRENCY` requests under way, so the lines a second go with the workers until the CPU is used up.
They are counted by the server, between the first and the last tenth of its answers: how long Ray takes to begin is no
part of it.
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


def serve(listener: socket.socket, answered: Any) -> None:
    """Answer every request after `DELAY` seconds, and count."""
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=converse, args=(connection, answered), daemon=True).start()


def converse(connection: socket.socket, answered: Any) -> None:
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
        with answered.get_lock():
            answered.value += 1


def watched(answered: Any, count: int, times: dict[int, float]) -> None:
    """Note when the server had answered a tenth, and nine tenths."""
    for share in (count // 10, count * 9 // 10):
        while answered.value < share:
            time.sleep(0.01)
        times[answered.value] = time.monotonic()


def job(client: OpenAI, folder: Path, answered: Any, **options: Any) -> float:
    """Lines a second of a job, as the server sees it."""
    times: dict[int, float] = {}
    answered.value = 0
    watcher = threading.Thread(target=watched, args=(answered, LINES, times), daemon=True)
    watcher.start()
    given = folder / "in.jsonl"
    asked = {"model": "m", "messages": [{"role": "user", "content": "hello"}]}
    with open(given, "w") as file:
        for number in range(LINES):
            line = {"custom_id": str(number), "method": "POST", "url": "/v1/chat/completions", "body": asked}
            file.write(json.dumps(line) + "\n")
    out = folder / f"out-{time.monotonic_ns()}.jsonl"
    report = client.bulk(given, out, concurrency=CONCURRENCY, **options)
    assert report.answered == LINES, report
    watcher.join()
    (first, began), (last, ended) = times.items()
    return (last - first) / (ended - began)


def main() -> None:
    """Print the table."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    fork = multiprocessing.get_context("fork")
    answered = fork.Value("i", 0)
    server = fork.Process(target=serve, args=(listener, answered), daemon=True)
    server.start()
    ray = importlib.import_module("ray")
    importlib.import_module("ray.data")
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    ray.init(num_cpus=4, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    with (
        tempfile.TemporaryDirectory() as name,
        OpenAI(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}") as client,
    ):
        folder = Path(name)
        print(f"{LINES} lines, {DELAY * 1000:.0f} ms each, {CONCURRENCY} at once for each worker")
        print(f"limit of one worker   {CONCURRENCY / DELAY:8.0f} lines/s")
        print(f"map, this process     {job(client, folder, answered):8.0f} lines/s")
        for workers in (1, 2, 4):
            rate = job(client, folder, answered, engine="ray", workers=workers)
            print(f"ray, {workers} workers        {rate:8.0f} lines/s")
    ray.shutdown()
    server.terminate()


if __name__ == "__main__":
    main()
