"""Files that the code interpreter made: they lie in containers now, and are asked for by the ids of messages as before.

Rule: only a file whose id a run told is looked for in its container; all others are asked for as usual.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from typed_openai.bridge.exchange import Answer, Asked, Bridge
from typed_openai.bridge.progress import FILE
from typed_openai.bridge.reading import number, text
from typed_openai.core.run.effects import Reply, Send

if TYPE_CHECKING:
    from typed_openai.core.run.effects import Flow


def _sent(asked: Asked, url: str) -> Flow[Reply]:
    """The answer to the request as it is, from this URL."""
    reply: Reply = yield Send(replace(asked.request, url=url, kept=None))
    return reply


def content(bridge: Bridge, asked: Asked) -> Flow[Answer]:
    """What is in a file."""
    identifier = asked.path["file_id"]
    known = yield from bridge.shelf.get(FILE, identifier)
    if known is None:
        return (yield from _sent(asked, asked.request.url))
    there = bridge.request("containers.files.content.retrieve", identifier, container_id=known["container_id"])
    return (yield from _sent(asked, there.url))


def retrieve(bridge: Bridge, asked: Asked) -> Flow[Answer]:
    """What is known of a file."""
    identifier = asked.path["file_id"]
    known = yield from bridge.shelf.get(FILE, identifier)
    if known is None:
        return (yield from _sent(asked, asked.request.url))
    found = yield from bridge.ask("containers.files.retrieve", identifier, container_id=known["container_id"])
    return {
        "id": identifier,
        "object": "file",
        "bytes": number(found.get("bytes")) or 0,
        "created_at": number(found.get("created_at")) or 0,
        "filename": text(found.get("path")).rpartition("/")[2],
        "purpose": "assistants_output",
        "status": "processed",
        "container_id": known["container_id"],
    }
