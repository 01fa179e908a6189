"""`/threads` and their messages: made, changed, listed, deleted.

Rules: a message keeps its content as blocks, texts with empty annotations; while a run works on a thread nothing can be
put into it, as at the service (400); deleting a thread deletes its messages, and its runs and their steps with them.
"""

from __future__ import annotations

from typing import Any

from typed_openai.local.arguments import Arguments, Json
from typed_openai.local.assistant_request import read_resources
from typed_openai.local.errors import ApiError, missing, not_found, wrong_type
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.files import shown_file
from typed_openai.local.paging import page
from typed_openai.local.router import route
from typed_openai.local.state import Collection, State

OVER = frozenset({"completed", "incomplete", "failed", "cancelled", "expired"})
"""The states of a run to which nothing more happens."""


class Threads(Collection[dict[str, Any]]):
    """The threads of one server."""


class Messages(Collection[dict[str, Any]]):
    """The messages of all threads."""


class Runs(Collection[dict[str, Any]]):
    """The runs on all threads."""


class Steps(Collection[dict[str, Any]]):
    """The steps of all runs."""


def find_thread(state: State, identifier: str) -> dict[str, Any]:
    """The thread of that id; 404 when there is none."""
    return state.part(Threads).found(identifier, "thread", "thread_id")


def messages_of(state: State, thread_id: str) -> list[dict[str, Any]]:
    """The messages of a thread, oldest first."""
    return [message for message in state.part(Messages).values() if message["thread_id"] == thread_id]


def require_idle(state: State, thread_id: str) -> None:
    """400 while a run works on the thread."""
    for run in state.part(Runs).values():
        if run["thread_id"] == thread_id and run["status"] not in OVER:
            raise ApiError(400, f"Thread {thread_id!r} already has an active run {run['id']!r}.", param="thread_id")


# -- messages --------------------------------------------------------------------------------------------------------


def put_message(
    state: State, thread_id: str, role: str, content: list[dict[str, Any]], **members: object
) -> dict[str, Any]:
    """Make a message of content blocks; `members` replace what a finished one has."""
    now = state.now()
    message: dict[str, Any] = {
        "id": state.new_id("msg_"),
        "object": "thread.message",
        "created_at": now,
        "thread_id": thread_id,
        "status": "completed",
        "incomplete_details": None,
        "completed_at": now,
        "incomplete_at": None,
        "role": role,
        "content": content,
        "assistant_id": None,
        "run_id": None,
        "attachments": [],
        "metadata": {},
        **members,
    }
    state.part(Messages).put(str(message["id"]), message)
    return message


def text_block(text: str, annotations: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """A text as it stands in a message."""
    return {"type": "text", "text": {"value": text, "annotations": annotations or []}}


def check_message(body: Arguments, state: State) -> dict[str, Any]:
    """What `put_message` takes, read from a request: role, content and members."""
    role = body.choice("role", ("user", "assistant"))
    attachments: list[Json] = body.array("attachments")
    for attachment in body.objects("attachments"):
        shown_file(state, attachment.string("file_id"))
        for tool in attachment.objects("tools"):
            tool.choice("type", ("code_interpreter", "file_search"))
    members = {"attachments": attachments, "metadata": body.metadata()}
    return {"role": role, "content": _content(body, state), **members}


def _content(body: Arguments, state: State) -> list[dict[str, Any]]:
    value = body.raw("content")
    if value is None:
        raise missing(body.path("content"))
    if isinstance(value, str):
        return [text_block(value)]
    if not isinstance(value, list):
        raise wrong_type(body.path("content"), "a string or an array of content parts", value)
    if not value:
        raise missing(body.path("content"))
    return [_block(part, state) for part in body.objects("content")]


def _block(part: Arguments, state: State) -> dict[str, Any]:
    kind = part.choice("type", ("text", "image_file", "image_url"))
    if kind == "text":
        return text_block(part.string("text"))
    picture = part.required_child(kind)
    if kind == "image_file":
        shown_file(state, picture.string("file_id"))
    else:
        picture.string("url")
    detail = picture.choice("detail", ("auto", "low", "high"), default="auto")
    return {"type": kind, kind: {**picture.members, "detail": detail}}


def _message(request: Request, state: State) -> dict[str, Any]:
    thread = find_thread(state, request.path_params["thread_id"])
    found = state.part(Messages).get(request.path_params["message_id"])
    if found is None or found["thread_id"] != thread["id"]:
        raise not_found("message", request.path_params["message_id"], "message_id")
    return found


@route("POST", "/threads/{thread_id}/messages")
def create_message(request: Request, state: State) -> Reply:
    """Put a message into a thread."""
    thread = str(find_thread(state, request.path_params["thread_id"])["id"])
    given = check_message(request.arguments(), state)
    require_idle(state, thread)
    return Reply(put_message(state, thread, **given))


@route("GET", "/threads/{thread_id}/messages")
def list_messages(request: Request, state: State) -> Reply:
    """The messages of a thread in pages, the newest first; `run_id` asks for those of one run."""
    thread = find_thread(state, request.path_params["thread_id"])
    run = request.query_text("run_id")
    found = [each for each in messages_of(state, str(thread["id"])) if run is None or each["run_id"] == run]
    return Reply(page(request, found, default_order="desc"))


@route("GET", "/threads/{thread_id}/messages/{message_id}")
def retrieve_message(request: Request, state: State) -> Reply:
    """One message."""
    return Reply(_message(request, state))


@route("POST", "/threads/{thread_id}/messages/{message_id}")
def update_message(request: Request, state: State) -> Reply:
    """Replace the metadata of a message."""
    found = _message(request, state)
    changed = {**found, "metadata": request.arguments().metadata()}
    state.part(Messages).put(str(found["id"]), changed)
    return Reply(changed)


@route("DELETE", "/threads/{thread_id}/messages/{message_id}")
def delete_message(request: Request, state: State) -> Reply:
    """Take a message out of its thread."""
    found = _message(request, state)
    state.part(Messages).pop(str(found["id"]))
    return Reply({"id": found["id"], "object": "thread.message.deleted", "deleted": True})


# -- threads ---------------------------------------------------------------------------------------------------------


def make_thread(body: Arguments, state: State) -> dict[str, Any]:
    """A new thread with the messages that a request describes."""
    messages = [check_message(each, state) for each in body.objects("messages")]
    thread: dict[str, Any] = {
        "id": state.new_id("thread_"),
        "object": "thread",
        "created_at": state.now(),
        "tool_resources": read_resources(body, state),
        "metadata": body.metadata(),
    }
    state.part(Threads).put(str(thread["id"]), thread)
    for message in messages:
        put_message(state, str(thread["id"]), **message)
    return thread


@route("POST", "/threads")
def create(request: Request, state: State) -> Reply:
    """Make a thread; the request may be empty."""
    return Reply(make_thread(request.arguments() if request.body else Arguments({}), state))


@route("GET", "/threads/{thread_id}")
def retrieve(request: Request, state: State) -> Reply:
    """One thread."""
    return Reply(find_thread(state, request.path_params["thread_id"]))


@route("POST", "/threads/{thread_id}")
def update(request: Request, state: State) -> Reply:
    """Replace the metadata or the tool resources of a thread."""
    found = find_thread(state, request.path_params["thread_id"])
    body = request.arguments()
    given: dict[str, Any] = {}
    if "metadata" in body.members:
        given["metadata"] = body.metadata()
    if "tool_resources" in body.members:
        given["tool_resources"] = read_resources(body, state)
    changed = {**found, **given}
    state.part(Threads).put(str(found["id"]), changed)
    return Reply(changed)


@route("DELETE", "/threads/{thread_id}")
def delete(request: Request, state: State) -> Reply:
    """Forget a thread and all that belongs to it."""
    found = find_thread(state, request.path_params["thread_id"])
    kinds: tuple[type[Collection[dict[str, Any]]], ...] = (Messages, Runs, Steps)
    for kind in kinds:
        store = state.part(kind)
        for item in store.values():
            if item["thread_id"] == found["id"]:
                store.pop(str(item["id"]))
    state.part(Threads).pop(str(found["id"]))
    return Reply({"id": found["id"], "object": "thread.deleted", "deleted": True})
