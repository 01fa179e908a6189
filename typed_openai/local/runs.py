"""`/threads/…/runs` and their steps: made, followed, answered, cancelled; plain and as streams of events.

A run comes one state further each time it is asked for (`run_work.py`); a stream takes it as far as it goes. What it
does not say itself it takes from its assistant when it is made.

Rules: one run at a time works on a thread; the outputs of functions are handed in all at once, each call once.

Weak spot: a run whose instructions are changed afterwards (`POST …/runs/{run_id}`) takes only metadata, as the service.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from typed_openai.local.assistants import ASSISTANTS, resources
from typed_openai.local.errors import ApiError, wrong_value
from typed_openai.local.exchange import Answer, Event, Request, StreamReply
from typed_openai.local.kept import Item, Move
from typed_openai.local.models import require_model
from typed_openai.local.router import route
from typed_openai.local.run_work import PATIENCE, STEPS, advance, answer_calls, current
from typed_openai.local.state import State
from typed_openai.local.threads import MESSAGES, RUNS, WORKING, make_thread, message_of, put_message, require_idle

DONE = b"event: done\ndata: [DONE]\n\n"
ROUTES = (
    *RUNS.routes("list", "retrieve", "update"),
    *RUNS.moves(cancel=Move("cancelling", "cancelled", WORKING)),
    *STEPS.routes("list", "retrieve"),
)


def _make(given: Mapping[str, Any], state: State, thread_id: str) -> Item:
    """A new run in the queue."""
    assistant = ASSISTANTS.find(state, given["assistant_id"])
    model = given.get("model") or assistant["model"]
    require_model(state, model)
    said_to = [given.get("instructions") or assistant["instructions"] or "", given.get("additional_instructions")]
    said = {name: given[name] for name in RUNS.first if given.get(name) is not None}
    inherited = {name: assistant[name] for name in ("tools", "temperature", "top_p", "response_format")}
    return RUNS.make(
        state,
        thread_id,
        **{**inherited, **said},
        thread_id=thread_id,
        assistant_id=assistant["id"],
        expires_at=state.now() + PATIENCE,
        model=model,
        instructions="\n\n".join(text for text in said_to if text),
        tool_resources=resources(given.get("tool_resources"), state) or assistant["tool_resources"],
        truncation_strategy={"last_messages": None, **(given.get("truncation_strategy") or {"type": "auto"})},
    )


def _begin(request: Request, state: State, run: Item, before: Iterable[Event] = ()) -> Answer:
    """The answer to a request that made a run: the run in the queue, or everything that it does."""
    if not request.given.get("stream"):
        return RUNS.reply(state, run)
    events = [*before, Event(run, "thread.run.created"), Event(run, "thread.run.queued")]
    return _stream(state, run, events, request.given.get("include") or ())


def _stream(state: State, run: Item, events: list[Event], include: Collection[str] = ()) -> StreamReply:
    """Events, then everything that the run does until it stops."""
    while happened := list(advance(state, current(state, run))):
        events += happened
    return StreamReply(list(_as_shown(state, events, include)), ending=DONE)


def _as_shown(state: State, events: Iterable[Event], include: Collection[str]) -> Iterator[Event]:
    for event in events:
        data: Any = event.data
        kind = {"thread.run": RUNS, "thread.run.step": STEPS}.get(data["object"], MESSAGES)
        yield Event(kind.show(state, data, include), event.name)


@route("POST", "/threads/runs")
def create_thread_and_run(request: Request, state: State) -> Answer:
    """Make a thread and a run on it."""
    ASSISTANTS.find(state, request.given["assistant_id"])
    thread = make_thread(request.given.get("thread") or {}, state)
    return _begin(request, state, _make(request.known, state, thread["id"]), [Event(thread, "thread.created")])


@route("POST", RUNS.list_path)
def create(request: Request, state: State) -> Answer:
    """Make a run, and put the messages that come along into the thread first."""
    (thread,) = RUNS.of(request, state)
    messages = [message_of(each, state) for each in request.given.get("additional_messages") or []]
    require_idle(state, thread)
    run = _make(request.known, state, thread)
    for message in messages:
        put_message(state, thread, **message)
    return _begin(request, state, run)


def _advanced(run: Item, state: State) -> Item:
    """A run a state further, as each question brings it."""
    for _ in advance(state, run):
        pass
    return current(state, run)


RUNS.asked = _advanced


@route("POST", "/threads/{thread_id}/runs/{run_id}/submit_tool_outputs")
def submit_tool_outputs(request: Request, state: State) -> Answer:
    """Hand in what the functions came to; the run goes on."""
    run, given = RUNS.at(request, state), request.given
    if run["status"] == "requires_action":
        run = _advanced(run, state)  # it may have expired meanwhile
    if run["status"] != "requires_action":
        message = f"The run {run['id']!r} is {run['status']}: it does not wait for tool outputs."
        raise ApiError(400, message, param="run_id")
    happened = list(answer_calls(state, run, _outputs(given["tool_outputs"], run)))
    return _stream(state, run, happened) if given.get("stream") else RUNS.reply(state, current(state, run))


def _outputs(given: list[Item], run: Item) -> dict[str, str]:
    """The outputs by call; 400 unless there is one for each call and for no other."""
    left = [call["id"] for call in run["required_action"]["submit_tool_outputs"]["tool_calls"]]
    outputs: dict[str, str] = {}
    for number, each in enumerate(given):
        identifier = str(each.get("tool_call_id"))
        if identifier not in left:
            open_calls = ", ".join(map(repr, left))
            param = f"tool_outputs[{number}].tool_call_id"
            raise wrong_value(param, f"{identifier!r} is not one of the open calls: {open_calls}.")
        left.remove(identifier)
        outputs[identifier] = each.get("output") or ""
    if left:
        raise wrong_value("tool_outputs", f"Outputs are missing for these calls: {', '.join(map(repr, left))}.")
    return outputs
