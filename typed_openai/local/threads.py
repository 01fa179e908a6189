"""`/threads` and their messages: made, changed, listed, deleted.

Rules: a message keeps its content as blocks, texts with empty annotations; while a run works on a thread nothing can be
put into it, as at the service (400); deleting a thread deletes its messages, and its runs and their steps with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typed_openai.local.assistants import resources
from typed_openai.local.errors import ApiError
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.files import FILES
from typed_openai.local.kept import Item, Kept
from typed_openai.local.router import route
from typed_openai.local.state import State

WORKING = ("queued", "in_progress", "requires_action", "cancelling")
"""The states of a run to which something is still to happen."""

THREADS = Kept(
    "thread",
    "/threads/{thread_id}",
    "thread_",
    first={"metadata": {}, "tool_resources": {}},
    changed=lambda _, said, state: _with_resources(said, state),
)
_NONE = ("incomplete_details", "incomplete_at", "assistant_id", "run_id")
MESSAGES = Kept(
    "message",
    "/threads/{thread_id}/messages/{message_id}",
    "msg_",
    within=THREADS,
    first={"status": "completed", **dict.fromkeys(_NONE), "attachments": [], "metadata": {}},
)
RUNS = Kept(
    "run",
    "/threads/{thread_id}/runs/{run_id}",
    "run_",
    within=THREADS,
    polled=True,
    first={
        **dict.fromkeys(("required_action", "last_error", "started_at", "cancelled_at", "failed_at", "completed_at")),
        **dict.fromkeys(("incomplete_details", "usage", "max_prompt_tokens", "max_completion_tokens")),
        "status": "queued",
        "tools": [],
        "tool_choice": "auto",
        "parallel_tool_calls": True,
        "metadata": {},
        **dict.fromkeys(("temperature", "top_p"), 1.0),
        "response_format": "auto",
    },
    shown=lambda run, _: {name: value for name, value in run.items() if name != "tool_resources"},
)
"""Without what only the server needs to know; `runs.py`."""

ROUTES = THREADS.routes("retrieve", "update", "delete") + MESSAGES.routes("list", "retrieve", "update", "delete")


def require_idle(state: State, thread_id: str) -> None:
    """400 while a run works on the thread."""
    for run in RUNS.all(state, thread_id):
        if run["status"] in WORKING:
            raise ApiError(400, f"Thread {thread_id!r} already has an active run {run['id']!r}.", param="thread_id")


# -- messages --------------------------------------------------------------------------------------------------------


def put_message(state: State, thread_id: str, role: str, content: list[Item], **members: Any) -> Item:
    """Make a message of content blocks; `members` replace what a finished one has."""
    about = {"thread_id": thread_id, "completed_at": state.now(), "role": role, "content": content}
    return MESSAGES.make(state, thread_id, **{**about, **members})


def text_block(text: str, annotations: list[Item] | None = None) -> Item:
    """A text as it stands in a message."""
    return {"type": "text", "text": {"value": text, "annotations": annotations or []}}


def message_of(given: Mapping[str, Any], state: State) -> Item:
    """What `put_message` takes of a message in a request; 404 when it names a file that is not there."""
    attachments, content = given.get("attachments") or [], given["content"]
    blocks = [text_block(content)] if isinstance(content, str) else [_block(part) for part in content]
    for named in [*attachments, *(block.get("image_file") or {} for block in blocks)]:
        if named.get("file_id"):
            FILES.find(state, named["file_id"])
    metadata = given.get("metadata") or {}
    return {"role": given["role"], "content": blocks, "attachments": attachments, "metadata": metadata}


def _block(part: Item) -> Item:
    kind = part["type"]
    if kind == "text":
        return text_block(part["text"])
    return {"type": kind, kind: {**part[kind], "detail": part[kind].get("detail") or "auto"}}


@route("POST", MESSAGES.list_path)
def create_message(request: Request, state: State) -> Reply:
    """Put a message into a thread."""
    (thread,) = MESSAGES.of(request, state)
    message = message_of(request.given, state)
    require_idle(state, thread)
    return MESSAGES.reply(state, put_message(state, thread, **message))


# -- threads ---------------------------------------------------------------------------------------------------------


def make_thread(given: Mapping[str, Any], state: State) -> Item:
    """A new thread with the messages that a request describes."""
    messages = [message_of(each, state) for each in given.get("messages") or []]
    said = {name: given[name] for name in THREADS.first if given.get(name) is not None}
    thread = THREADS.make(state, **_with_resources(said, state))
    for message in messages:
        put_message(state, thread["id"], **message)
    return thread


@route("POST", "/threads")
def create(request: Request, state: State) -> Reply:
    """Make a thread; the request may be empty."""
    return THREADS.reply(state, make_thread(request.known, state))


def _with_resources(said: Item, state: State) -> Item:
    """What is said of a thread, once what its tools are to use is there."""
    return {
        **said,
        **({"tool_resources": resources(said["tool_resources"], state)} if "tool_resources" in said else {}),
    }
