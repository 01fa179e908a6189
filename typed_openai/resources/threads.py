"""Threads and their messages (API reference: Threads, Messages; deprecated by the service in favour of Responses)."""

from __future__ import annotations

from typed_openai.core.answer.pages import CursorPage
from typed_openai.core.declare.verbs import Resource, delete, get, nested, post
from typed_openai.core.declare.waits import waits_after
from typed_openai.models.assistants.runs import Run, ThreadCreateAndRunParams
from typed_openai.models.assistants.thread_messages import (
    Message,
    MessageCreateParams,
    MessageDeleted,
    MessageListParams,
    MessageUpdateParams,
)
from typed_openai.models.assistants.threads import Thread, ThreadCreateParams, ThreadDeleted, ThreadUpdateParams
from typed_openai.resources.assistants import BETA, DEPRECATED
from typed_openai.resources.runs import EVENTS, STREAM


class Messages(Resource):
    """What was said in a thread."""

    _headers = BETA
    _deprecated = DEPRECATED

    create = post("/threads/{thread_id}/messages", MessageCreateParams, Message)
    """Put a message into a thread."""
    retrieve = get("/threads/{thread_id}/messages/{message_id}", Message)
    """Fetch a message."""
    update = post("/threads/{thread_id}/messages/{message_id}", MessageUpdateParams, Message)
    """Replace the metadata of a message."""
    list = get("/threads/{thread_id}/messages", MessageListParams, CursorPage[Message])
    """List the messages of a thread, the newest first unless `order` says otherwise."""
    delete = delete("/threads/{thread_id}/messages/{message_id}", MessageDeleted)
    """Delete a message."""


class Threads(Resource):
    """Conversations kept by the service. Deprecated by it."""

    path = "beta.threads"
    _headers = BETA
    _deprecated = DEPRECATED

    create = post("/threads", ThreadCreateParams, Thread)
    """Make a thread; keep its id, threads cannot be listed."""
    retrieve = get("/threads/{thread_id}", Thread)
    """Fetch a thread."""
    update = post("/threads/{thread_id}", ThreadUpdateParams, Thread)
    """Replace the metadata or the tool resources of a thread."""
    delete = delete("/threads/{thread_id}", ThreadDeleted)
    """Delete a thread and its messages."""
    create_and_run = post("/threads/runs", ThreadCreateAndRunParams, Run, stream=EVENTS)
    """Make a thread and start a run on it; with `stream=True` event by event."""
    create_and_run_stream = post("/threads/runs", ThreadCreateAndRunParams, Run, stream=EVENTS, events=STREAM)
    """Make a thread and run on it, as typed events with a snapshot and `get_final_run()`."""
    messages = nested(Messages)
    runs = nested("typed_openai.resources.runs.Runs")
    create_and_run_poll = waits_after(create_and_run, "runs.poll", spelled=("poll_interval_ms",))
    """Make a thread, start a run on it and wait until it is over or `requires_action`; see `runs.poll`."""
