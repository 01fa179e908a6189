"""`/threads/…/runs` and their steps: responses in the background, one for each time that the model is asked.

Rules
* A run is made of one response, and one more for each time that outputs of functions are submitted.
* One run at a time works on a thread; the outputs of functions are handed in all at once, each call once.
* What of a run is known stands in its record (`outcomes.py`); each question brings it up to date (`progress.py`).
* Files that were attached for file search are waited for, up to a minute, before a run begins, as before.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from typed_openai.bridge.definitions import assistant_at, resources_of
from typed_openai.bridge.events import Event, Telling, answered_steps, closing, encoded
from typed_openai.bridge.exchange import Answer, Asked, Bridge, Refusal, Streamed
from typed_openai.bridge.messages import files_for, vector_stores_of
from typed_openai.bridge.outcomes import OVER, PATIENCE, generated, over, steps_in, with_outputs
from typed_openai.bridge.pages import page_of
from typed_openai.bridge.progress import active, changed_by, current, given_up, noted, record_at, require_idle
from typed_openai.bridge.reading import first, member, number, objects, rest
from typed_openai.bridge.refusals import refuse, refuse_choice
from typed_openai.bridge.runs_as_responses import LEAST_TOKENS, following, outputs_of, request_of, run_of
from typed_openai.bridge.shelf import Item
from typed_openai.bridge.steps import shown
from typed_openai.bridge.threads import RUN, THREAD, make_thread, put_messages
from typed_openai.core.run.effects import Sleep
from typed_openai.errors import RequestValidationError

if TYPE_CHECKING:
    from typed_openai.core.run.effects import Flow

_INDEXING = 60.0
"""Seconds that files of a thread are waited for."""


# -- beginning ---------------------------------------------------------------------------------------------------------


def create(bridge: Bridge, asked: Asked) -> Flow[Answer]:
    """Let an assistant work on a thread."""
    refuse(asked)
    assistant = yield from assistant_at(bridge, str(asked.given.get("assistant_id")))
    thread_id = asked.path["thread_id"]
    kept = (yield from bridge.shelf.get(THREAD, thread_id)) or {}
    messages = objects(asked.given.get("additional_messages"))
    _check(bridge, asked, assistant)
    _require_search(asked, assistant, kept, messages)
    yield from require_idle(bridge, thread_id)
    yield from put_messages(bridge, thread_id, messages)
    return (yield from _begin(bridge, asked, assistant, thread_id, ()))


def create_with_thread(bridge: Bridge, asked: Asked) -> Flow[Answer]:
    """Make a thread, and let an assistant work on it."""
    refuse(asked)
    assistant = yield from assistant_at(bridge, str(asked.given.get("assistant_id")))
    described = member(asked.given, "thread")
    _check(bridge, asked, assistant)
    _require_search(asked, assistant, described, objects(described.get("messages")))
    thread = yield from make_thread(bridge, described)
    return (yield from _begin(bridge, asked, assistant, str(thread["id"]), [("thread.created", thread)]))


def _check(bridge: Bridge, asked: Asked, assistant: Item) -> None:
    """Refuses what responses will refuse, while nothing has been sent yet."""
    given = asked.given
    run = run_of(assistant, given, {"thread_id": "", "created_at": 0})
    request = request_of(run, assistant, given, [given.get("tool_resources"), assistant.get("tool_resources")])
    try:
        bridge.request("responses.create", **request)
    except RequestValidationError as error:
        raise RequestValidationError(asked.title, error.faults) from error


def _require_search(asked: Asked, assistant: Item, thread: Item, messages: Iterable[Item]) -> None:
    """Refuse a search that must be made where there is nothing to search."""
    if member(asked.given, "tool_choice").get("type") != "file_search":
        return
    used = [asked.given.get("tool_resources") or assistant.get("tool_resources"), thread.get("tool_resources")]
    described = [member(each, "file_search").get("vector_stores") for each in used]
    attached = files_for([each for one in messages for each in objects(one.get("attachments"))], "file_search")
    if not attached and not any(described) and not any(map(vector_stores_of, used)):
        refuse_choice(asked)


def _begin(bridge: Bridge, asked: Asked, assistant: Item, thread_id: str, before: Iterable[Event]) -> Flow[Answer]:
    """A new run: queued, or event by event."""
    now, given = int(time.time()), asked.given
    kept = yield from _indexed(bridge, thread_id)
    own = given.get("tool_resources")
    resources = first((yield from resources_of(bridge, own)) or None, assistant.get("tool_resources"))
    head = {"id": f"run_{uuid4().hex}", "thread_id": thread_id, "created_at": now, "expires_at": now + PATIENCE}
    run = run_of(assistant, given, head)
    request = request_of(run, assistant, given, [resources, kept.get("tool_resources")])
    record: Item = {"at": time.time_ns(), "run": run, "request": request, "rounds": []}
    return (yield from _ask(bridge, asked, record, request, before))


def _ask(
    bridge: Bridge,
    asked: Asked,
    record: Item,
    request: Mapping[str, Any],
    before: Iterable[Event],
    handed: Callable[[Item], Item] | None = None,
) -> Flow[Answer]:
    """Have a response made for a run; `handed`: what became of the record of one that goes on."""
    if asked.streams:
        reply = yield from bridge.stream("responses.create", **request)
        return Streamed(reply, Telling(bridge, record, before, handed).feed)
    response = yield from bridge.make("responses.create", **request)
    record = yield from noted(bridge, record, response, handed)
    return _shown(record)


def _shown(record: Item) -> Item:
    found: Item = record["run"]
    return found


def _indexed(bridge: Bridge, thread_id: str) -> Flow[Item]:
    """What is kept of a thread, when its files can be searched (or a minute has passed)."""
    kept = (yield from bridge.shelf.get(THREAD, thread_id)) or {}
    store, pause, waited = kept.pop("indexing", None), 0.25, 0.0
    if store is None:
        return kept
    while waited < _INDEXING:
        counts = member((yield from bridge.ask("vector_stores.retrieve", store)), "file_counts")
        if not number(counts.get("in_progress")):
            break
        yield Sleep(pause)
        waited, pause = waited + pause, min(pause * 2, 4.0)

    def searchable(known: Item | None) -> Item | None:
        return rest(known, "indexing") if known is not None and known.get("indexing") == store else known

    return (yield from bridge.shelf.change(searchable, THREAD, thread_id)) or kept


# -- going on ----------------------------------------------------------------------------------------------------------


def submit(bridge: Bridge, asked: Asked) -> Flow[Answer]:
    """Hand in what functions came to, and go on."""
    record = yield from current(bridge, (yield from record_at(bridge, *asked.path.values())))
    run = record["run"]
    if run["status"] != "requires_action":
        raise Refusal(400, f"Runs in status {run['status']!r} do not accept tool outputs.", param="run_id")
    handed = objects(asked.given.get("tool_outputs"))
    outputs = {str(each.get("tool_call_id")): str(each.get("output") or "") for each in handed}
    wanted = [call["id"] for call in run["required_action"]["submit_tool_outputs"]["tool_calls"]]
    if sorted(outputs) != sorted(wanted) or len(handed) != len(wanted):
        named = [each.get("tool_call_id") for each in handed]
        raise Refusal(400, f"Expected tool outputs for call_ids {wanted}, got {named}.", param="tool_outputs")
    now = int(time.time())

    def with_those(known: Item) -> Item:
        return with_outputs(known, outputs, now)

    record = with_those(record)
    request = following(record["request"], generated(record))
    before = answered_steps(record)
    if request.get("max_output_tokens", LEAST_TOKENS) < LEAST_TOKENS:
        return (yield from _spent(bridge, asked, record, outputs, before))
    return (yield from _ask(bridge, asked, record, {**request, "input": outputs_of(outputs)}, before, with_those))


def _spent(bridge: Bridge, asked: Asked, record: Item, outputs: Mapping[str, str], before: list[Event]) -> Flow[Answer]:
    """The end of a run that may generate nothing more; what functions came to is in its thread."""
    thread_id = record["run"]["thread_id"]
    yield from bridge.ask("conversations.items.create", thread_id, items=outputs_of(outputs))
    said: Item = {"incomplete_details": {"reason": "max_completion_tokens"}}
    now = int(time.time())

    def ended(known: Item) -> Item:
        is_over = known["run"]["status"] in OVER
        return known if is_over else over(with_outputs(known, dict(outputs), now), "incomplete", now, said)

    record = yield from changed_by(bridge, record, ended)
    return encoded([*before, *closing(record["run"])]) if asked.streams else _shown(record)


def cancel(bridge: Bridge, asked: Asked) -> Flow[Answer]:
    """Stop a run that is not over."""
    record = yield from record_at(bridge, *asked.path.values())
    status = record["run"]["status"]
    if status in OVER:
        raise Refusal(400, f"Cannot cancel run with status {status!r}.", param="run_id")
    if status == "requires_action":
        return _shown((yield from given_up(bridge, record, "cancelled")))
    response = yield from bridge.ask("responses.cancel", record["rounds"][-1]["id"])
    return _shown((yield from noted(bridge, record, response)))


# -- looking -----------------------------------------------------------------------------------------------------------


def retrieve(bridge: Bridge, asked: Asked) -> Flow[Answer]:
    """One run, as it is now."""
    record = yield from record_at(bridge, *asked.path.values())
    return _shown((yield from current(bridge, record)))


def list_some(bridge: Bridge, asked: Asked) -> Flow[Answer]:
    """The runs of a thread, in pages."""
    yield from active(bridge, asked.path["thread_id"])
    kept = yield from bridge.shelf.every(RUN, asked.path["thread_id"])
    return page_of([_shown(record) for record in kept], asked.query)


def update(bridge: Bridge, asked: Asked) -> Flow[Answer]:
    """Replace the metadata of a run."""
    record = yield from record_at(bridge, *asked.path.values())
    record = yield from current(bridge, record)
    if "metadata" in asked.given:
        told = {"metadata": asked.given["metadata"] or {}}
        record = yield from changed_by(bridge, record, lambda known: {**known, "run": {**known["run"], **told}})
    return _shown(record)


def _includes(asked: Asked) -> bool:
    return any(name.startswith("include") for name in asked.query)


def _steps(bridge: Bridge, asked: Asked) -> Flow[list[Item]]:
    """The steps of a run, as they are now."""
    record = yield from record_at(bridge, asked.path["thread_id"], asked.path["run_id"])
    steps = steps_in((yield from current(bridge, record)))
    return [shown(step, _includes(asked)) for step in steps]


def list_steps(bridge: Bridge, asked: Asked) -> Flow[Answer]:
    """The steps of a run, in pages."""
    return page_of((yield from _steps(bridge, asked)), asked.query)


def retrieve_step(bridge: Bridge, asked: Asked) -> Flow[Answer]:
    """One step."""
    for step in (yield from _steps(bridge, asked)):
        if step["id"] == asked.path["step_id"]:
            return step
    message = f"Run {asked.path['run_id']!r} has no step {asked.path['step_id']!r}."
    raise Refusal(404, message, param="step_id")
