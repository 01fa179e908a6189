"""Several calls of a sync client at once, over real sockets: who leaves them does not wait for a stalled server."""

from __future__ import annotations

import re
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.wire.bodies import COMPLETION
from tests.wire.clients import sync_client
from tests.wire.colours import MESSAGES
from tests.wire.server import STALL, WireServer, answer, head
from tests.wire.test_processes import started
from typed_openai.models.chat.params import ChatCompletionCreateParams

UPLOAD = {
    "id": "upload_1",
    "object": "upload",
    "bytes": 64,
    "created_at": 1,
    "expires_at": 2,
    "filename": "a",
    "purpose": "user_data",
    "status": "pending",
}
MAP = """
from typed_openai.models.chat.params import ChatCompletionCreateParams
items = [ChatCompletionCreateParams(**ask) for _ in range(9)]
print("begun", flush=True)
list(OpenAI(**{**settings, "max_retries": 2}).map(items, concurrency=3, checkpoint=%s))
"""
WAYS = {
    "map": MAP % None,
    "map with a checkpoint": MAP % "sys.argv[0] + str(os.getpid())",
    "map with functions": """
        client = OpenAI(**settings)
        functions = [lambda: client.chat.completions.create(**ask)] * 9
        print("begun", flush=True)
        list(client.map(functions, concurrency=3))
        """,
    "upload": """
        content = bytes(64)
        client = OpenAI(**{**settings, "max_retries": 2})
        print("begun", flush=True)
        client.uploads.upload_file_chunked(
            file=("a", content), purpose="user_data", mime_type="x/y", part_size=8, concurrency=3
        )
        """,
}


def questions(count: int) -> list[ChatCompletionCreateParams]:
    return [ChatCompletionCreateParams(model="m", messages=MESSAGES) for _ in range(count)]  # type: ignore[arg-type]  # dicts do as well


@pytest.mark.parametrize("script", WAYS.values(), ids=WAYS)
def test_ctrl_c_ends_calls_that_wait_for_their_answers_at_once(
    server: WireServer, script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    server.script(*[answer(UPLOAD)] * ("upload" in script), [STALL], [*head(200), b"{", STALL], [STALL])
    asked = len(server.requests) + 3 + ("upload" in script)
    with started(server, script) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        assert server.until(lambda: len(server.requests) >= asked, 15)
        sent = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=5)
        assert time.monotonic() - sent < 3
        assert process.returncode == -signal.SIGINT
        ended, *told = re.split("^KeyboardInterrupt$", err.strip(), flags=re.MULTILINE)[1:]
        assert ended.strip() == ("upload upload_1: 0 of 8 parts arrived" if "upload" in script else "")
        assert not told
        assert "Exception ignored" not in err
        assert "Warning" not in err
    assert len(server.requests) == asked


def names() -> list[str]:
    return [each.name for each in threading.enumerate() if each.name.startswith("typed-openai")]


def leave_by_break(results: Any) -> None:
    for _ in results:
        break
    results.close()


def leave_by_close(results: Any) -> None:
    next(results)
    results.close()


@pytest.mark.parametrize("leave", [leave_by_break, leave_by_close])
def test_leaving_a_map_breaks_off_the_calls_that_run(server: WireServer, leave: Any) -> None:
    server.script(answer(COMPLETION), [STALL])
    with sync_client(server) as client:
        results = client.map(questions(9), concurrency=3, ordered=False)
        left = time.monotonic()
        leave(results)
        assert time.monotonic() - left < 3
        assert names() == []
        assert server.until(lambda: server.open <= 1)  # the one that answered may serve another call


def test_leaving_a_map_with_a_checkpoint_keeps_what_is_paid_for(server: WireServer, tmp_path: Path) -> None:
    server.script(answer(COMPLETION), [0.1, *answer(COMPLETION)])
    path = tmp_path / "answers.jsonl"
    with sync_client(server) as client:
        results = client.map(questions(9), concurrency=3, ordered=False, checkpoint=path)
        next(results)
        results.close()
    assert len(path.read_bytes().splitlines()) == len(server.requests)
    assert names() == []
