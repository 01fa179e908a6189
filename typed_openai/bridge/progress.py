"""How far runs are: each question about one asks the service for its response, and notes what is new.

Rules
* A run that is over is told from the store, and the service not asked any more.
* What a run wrote is noted when it is over: which messages, which files in which containers.
* A run that gives up while functions are being called leaves calls without outputs in the conversation, which the
  service would refuse to go on with; they are answered with the reason.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from typed_openai.bridge.exchange import Bridge, Refusal
from typed_openai.bridge.messages import container_files
from typed_openai.bridge.outcomes import OVER, PATIENCE, absorbed, messages_in, notes_on, over
from typed_openai.bridge.runs_as_responses import INCLUDE, outputs_of
from typed_openai.bridge.shelf import Item
from typed_openai.bridge.steps import stopped
from typed_openai.bridge.threads import ACTIVE, MESSAGE, RUN

if TYPE_CHECKING:
    from typed_openai.core.run.effects import Flow

FILE = "container-file"


def noted(bridge: Bridge, record: Item, response: Item) -> Flow[Item]:
    """The record after a response was seen, kept."""
    now = int(time.time())
    changed = absorbed(record, response, now)
    run = changed["run"]
    yield from kept_as(bridge, changed)
    if response.get("status") in OVER:
        told, messages = notes_on(response, run, now), messages_in(response)
        for item in messages:
            key = (MESSAGE, run["thread_id"], str(item.get("id")))
            known = (yield from bridge.shelf.get(*key)) or {}
            yield from bridge.shelf.put({**told, **known}, *key)
        for file, container in container_files(messages).items():
            yield from bridge.shelf.put({"container_id": container}, FILE, file)
    return changed


def kept_as(bridge: Bridge, record: Item) -> Flow[Item]:
    """Keep a record, and whether its run still works on its thread; the record."""
    run = record["run"]
    yield from bridge.shelf.put(record, RUN, run["thread_id"], run["id"])
    if run["status"] in OVER:
        yield from bridge.shelf.delete(ACTIVE, run["thread_id"])
    else:
        yield from bridge.shelf.put({"run_id": run["id"]}, ACTIVE, run["thread_id"])
    return record


def record_at(bridge: Bridge, thread_id: str, run_id: str) -> Flow[Item]:
    """What is kept of a run; refuses with what to do when it is nothing."""
    record = yield from bridge.shelf.get(RUN, thread_id, run_id)
    if record is None:
        name = type(bridge.shelf.store).__name__
        raise Refusal(
            404,
            f"No run {run_id!r} of thread {thread_id!r} is kept in this {name}. Runs are found by who shares the store"
            " of whoever made them: give assistants_over_responses(client, store=...) a file.",
            param="run_id",
        )
    return record


def current(bridge: Bridge, record: Item) -> Flow[Item]:
    """A record as things are now."""
    run = record["run"]
    if run["status"] in OVER:
        return record
    if run["status"] == "requires_action":
        late = time.time() >= record["at"] / 1e9 + PATIENCE
        return (yield from given_up(bridge, record, "expired")) if late else record
    response = yield from bridge.ask("responses.retrieve", record["rounds"][-1]["id"], include=INCLUDE)
    return (yield from noted(bridge, record, response))


def given_up(bridge: Bridge, record: Item, status: str) -> Flow[Item]:
    """The record of a run that waited for outputs and does so no longer."""
    run = record["run"]
    calls = run["required_action"]["submit_tool_outputs"]["tool_calls"]
    outputs = outputs_of({call["id"]: f"There is no output: the run was {status}." for call in calls})
    yield from bridge.ask("conversations.items.create", run["thread_id"], items=outputs)
    now = int(time.time())
    rounds = [{**each, "steps": stopped(each["steps"], status, now)} for each in record["rounds"]]
    ended = over({**record, "rounds": rounds}, status, now)
    return (yield from kept_as(bridge, ended))


def active(bridge: Bridge, thread_id: str) -> Flow[Item | None]:
    """The run that works on a thread, as things are now; None when none does."""
    known = yield from bridge.shelf.get(ACTIVE, thread_id)
    record = None if known is None else (yield from bridge.shelf.get(RUN, thread_id, str(known["run_id"])))
    if record is None:
        return None
    record = yield from current(bridge, record)
    return None if record["run"]["status"] in OVER else record


def require_idle(bridge: Bridge, thread_id: str) -> Flow[None]:
    """Refuses while a run works on the thread."""
    record = yield from active(bridge, thread_id)
    if record is not None:
        run = record["run"]
        message = f"Thread {thread_id!r} already has an active run {run['id']!r} ({run['status']})."
        raise Refusal(400, message, param="thread_id")
