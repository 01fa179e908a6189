"""Files of requests and of answers, and a server that echoes, for the tests of `client.bulk`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.canned import Connect, done
from tests.test_mapping import Echo

__all__ = ["Echo", "asked", "bulk", "lines_in", "request", "told"]


def request(name: str, text: str | None = None, url: str = "/v1/chat/completions", **body: Any) -> dict[str, Any]:
    """A line that goes in: a question under a name."""
    asked = {"model": "m", "messages": [{"role": "user", "content": name if text is None else text}], **body}
    return {"custom_id": name, "method": "POST", "url": url, "body": asked}


def asked(path: Path, *names: str | dict[str, Any]) -> Path:
    """A file of requests."""
    lines = [request(each) if isinstance(each, str) else each for each in names]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def lines_in(path: Path) -> list[dict[str, Any]]:
    """What a file holds."""
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def told(path: Path) -> dict[str, str | None]:
    """What a file of answers says, by name: the text of an answer, None for a failure. No name stands there twice."""
    found: dict[str, str | None] = {}
    for line in lines_in(path):
        assert line["custom_id"] not in found
        answered = line["error"] is None and line["response"]["status_code"] == 200
        body: Any = (line["response"] or {}).get("body")
        found[line["custom_id"]] = body["choices"][0]["message"]["content"] if answered else None
    return found


async def bulk(connect: Connect, wire: Any, given: Any, out: Path, **options: Any) -> Any:
    """A job over a server of Python, without retries unless given."""
    settings = {"max_retries": options.pop("max_retries", False)}
    return await done(connect(wire, **settings).bulk(given, out, **options))


def is_open(path: Path) -> bool:
    """Whether this process holds a file open."""
    return any(entry.exists() and entry.samefile(path) for entry in Path("/dev/fd").iterdir())
