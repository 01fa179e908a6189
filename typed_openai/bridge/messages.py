"""Messages of threads as items of conversations, both ways. Pure: JSON objects in, JSON objects out.

    thread message                                      conversation item (`"type": "message"`)
    a text of a user                                    `input_text`
    a text of the assistant                             `output_text`, with annotations
    `image_file`, `image_url`                           `input_image` with `file_id`, or with `image_url`
    `refusal`                                           `refusal`
    `file_citation` (text, file, from where to where)   `file_citation` (file, where): no words stand for it any more
    `file_path`                                         `container_file_citation` (container, file, from where to where)

Rules: what an item has no place for (metadata, attachments, who wrote it, when) stands in notes beside it; content and
annotations of kinds that are not in the table go on as they came.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from typed_openai.bridge.reading import member, number, objects, rest, text
from typed_openai.bridge.shelf import Item

_TEXTS = frozenset({"input_text", "output_text", "text", "summary_text"})
_WHY = {"max_output_tokens": "max_tokens"}
"""Why an answer ended, in the words of messages where those differ."""
DETAIL = "auto"


def item_of(message: Mapping[str, Any]) -> Item:
    """The item for a message that is put into a thread."""
    said = "output_text" if message["role"] == "assistant" else "input_text"
    content = message["content"]
    parts = [{"type": "text", "text": content}] if isinstance(content, str) else content
    return {"type": "message", "role": message["role"], "content": [_part(part, said) for part in parts]}


def _part(part: Item, said: str) -> Item:
    kind = part["type"]
    if kind == "text":
        more: Item = {"annotations": []} if said == "output_text" else {}
        return {"type": said, "text": part["text"], **more}
    inner = part[kind]
    where = {"file_id": inner["file_id"]} if kind == "image_file" else {"image_url": inner["url"]}
    return {"type": "input_image", **where, "detail": inner.get("detail") or DETAIL}


def message_of(item: Item, thread_id: str, notes: Mapping[str, Any]) -> Item:
    """The message that an item is, with the notes on it."""
    status = item.get("status") or "completed"
    is_over = status != "in_progress"
    made = number(notes.get("created_at")) or 0
    ended = number(notes.get("completed_at")) or made
    incomplete = status == "incomplete"
    why = {"reason": _WHY.get(reason := text(notes.get("why")), reason) or "run_failed"}
    return {
        "id": item.get("id"),
        "object": "thread.message",
        "created_at": made,
        "thread_id": thread_id,
        "status": status,
        "incomplete_details": why if incomplete else None,
        "completed_at": ended if is_over and not incomplete else None,
        "incomplete_at": ended if incomplete else None,
        "role": item.get("role"),
        "content": [block_of(part) for part in objects(item.get("content"))],
        "assistant_id": notes.get("assistant_id"),
        "run_id": notes.get("run_id"),
        "attachments": notes.get("attachments") or [],
        "metadata": notes.get("metadata") or {},
    }


def block_of(part: Item) -> Item:
    """The block of a message that a piece of content is."""
    kind = part.get("type")
    if kind in _TEXTS:
        said = text(part.get("text"))
        return {"type": "text", "text": {"value": said, "annotations": annotations_of(part, said)}}
    if kind == "input_image" and part.get("file_id"):
        return {"type": "image_file", "image_file": {"file_id": part["file_id"], "detail": part.get("detail")}}
    if kind == "input_image" and part.get("image_url"):
        return {"type": "image_url", "image_url": {"url": part["image_url"], "detail": part.get("detail")}}
    return part


def annotations_of(part: Item, said: str) -> list[Item]:
    """The notes on a text."""
    return [annotation_of(each, said) for each in objects(part.get("annotations"))]


def annotation_of(note: Item, said: str) -> Item:
    """One note on a text, of which this much has been said."""
    kind, file = note.get("type"), {"file_id": note.get("file_id")}
    if kind in ("file_citation", "file_path"):
        place = number(note.get("index")) or 0
        more = rest(note, "type", "file_id", "index")
        return {"type": kind, "text": "", kind: {**file, **more}, "start_index": place, "end_index": place}
    if kind == "container_file_citation":
        start, end = (number(note.get(name)) or 0 for name in ("start_index", "end_index"))
        more = rest(note, "type", "file_id", "start_index", "end_index")
        where = {"start_index": start, "end_index": end}
        return {"type": "file_path", "text": said[start:end], "file_path": {**file, **more}, **where}
    return note


def container_files(items: Iterable[Item]) -> dict[str, str]:
    """The files that messages link to, and the container that each lies in."""
    return {
        str(note["file_id"]): str(note["container_id"])
        for item in items
        for part in objects(item.get("content"))
        for note in objects(part.get("annotations"))
        if note.get("type") == "container_file_citation" and note.get("file_id") and note.get("container_id")
    }


def files_for(attachments: Iterable[Item], tool: str) -> list[str]:
    """The attached files that a tool may see."""
    return [
        str(each["file_id"])
        for each in attachments
        if each.get("file_id") and any(one.get("type") == tool for one in objects(each.get("tools")))
    ]


def vector_stores_of(resources: object) -> list[str]:
    """The vector stores that tool resources name."""
    return list(member(resources, "file_search").get("vector_store_ids") or ())


def code_files_of(resources: object) -> list[str]:
    """The files for the code interpreter that tool resources name."""
    return list(member(resources, "code_interpreter").get("file_ids") or ())
