"""How far runs are: each question about one asks the service for its response, and notes what is new.

Rules
* A run that is over is told from the store, and the service not asked any more.
* Several may ask at the same moment, and hand in outputs meanwhile: each changes what the others left (`shelf.py`).
* What a run wrote is noted when it is over: which messages, which files in which containers.
* A run that gives up while functions are being called leaves calls without outputs in the conversation, which the
  service would refuse to go on with; they are answered with the reason.
"""

from __future__ import annotations

import time
from collections.abc import Callable
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


def noted(bridge: Bridge, record: Item, response: Item, handed: Callable[[Item], Item] | None = None) -> Flow[Item]:
    """The record after a response was seen, kept. `handed`: what handing in outputs made of it, before a new one."""
    now = int(time.time())

    def seen(known: Item) -> Item:
        is_new = all(each["id"] != response.get("id") for each in known["rounds"])
        return absorbed(handed(known) if handed is not None and is_new else known, response, now)

    changed = yield from changed_by(bridge, record, seen)
    run = changed["run"]
    if response.get("status") in OVER:
        told, messages = notes_on(response, run, now), messages_in(response)
        for item in messages:
            key = (MESSAGE, run["thread_id"], str(item.get("id")))
            yield from bridge.shelf.change(lambda known: {**told, **(known or {})}, *key)
        for file, container in container_files(messages).items():
            yield from bridge.shelf.put({"container_id": container}, FILE, file)
    return changed


def changed_by(bridge: Bridge, record: Item, alter: Callable[[Item], Item]) -> Flow[Item]:
    """Keep what becomes of a record as it is kept by now (as it is given, where it is not), and whether its run still
    works on its thread; what it became."""
    thread_id, run_id = record["run"]["thread_id"], record["run"]["id"]
    changed = yield from bridge.shelf.change(lambda known: alter(known or record), RUN, thread_id, run_id)
    is_over = changed["run"]["status"] in OVER

    def working(known: Item | None) -> Item | None:
        names_it = known is not None and known.get("run_id") == run_id
        return (None if names_it else known) if is_over else known if names_it else {"run_id": run_id}

    yield from bridge.shelf.change(working, ACTIVE, thread_id)
    return changed


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

    def ended(known: Item) -> Item:
        if known["run"]["status"] in OVER:
            return known
        rounds = [{**each, "steps": stopped(each["steps"], status, now)} for each in known["rounds"]]
        return over({**known, "rounds": rounds}, status, now)

    return (yield from changed_by(bridge, record, ended))


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
