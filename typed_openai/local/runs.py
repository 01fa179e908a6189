"""`/threads/…/runs` and their steps: made, followed, answered, cancelled; plain and as streams of events.

A run comes one state further each time it is asked for (`run_work.py`); a stream takes it as far as it goes. What it
does not say itself it takes from its assistant when it is made.

Rules: one run at a time works on a thread; the outputs of functions are handed in all at once, each call once.

Weak spot: a run whose instructions are changed afterwards (`POST …/runs/{run_id}`) takes only metadata, as the service.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from typed_openai.local.arguments import Arguments
from typed_openai.local.assistant_request import read_choice, read_format, read_resources, read_tools
from typed_openai.local.assistants import find_assistant
from typed_openai.local.errors import ApiError, not_found, wrong_value
from typed_openai.local.exchange import Answer, Event, Reply, Request, StreamReply
from typed_openai.local.models import require_model
from typed_openai.local.paging import page
from typed_openai.local.router import route
from typed_openai.local.run_work import PATIENCE, advance, answer_calls, current, steps_of
from typed_openai.local.state import State
from typed_openai.local.threads import OVER, Runs, check_message, find_thread, make_thread, put_message, require_idle

INCLUDE = "step_details.tool_calls[*].file_search.results[*].content"
DONE = b"event: done\ndata: [DONE]\n\n"
MOST_TOOLS = 20
LEAST_TOKENS = 1
POLL = {"openai-poll-after-ms": "10"}


def _run(request: Request, state: State) -> dict[str, Any]:
    thread = find_thread(state, request.path_params["thread_id"])
    found = state.part(Runs).get(request.path_params["run_id"])
    if found is None or found["thread_id"] != thread["id"]:
        raise not_found("run", request.path_params["run_id"], "run_id")
    return found


def _make(body: Arguments, state: State, thread_id: str) -> dict[str, Any]:
    """A new run in the queue."""
    assistant = find_assistant(state, body.string("assistant_id"))
    instructions = body.optional_string("instructions") or assistant["instructions"] or ""
    more = body.optional_string("additional_instructions")
    model = body.optional_string("model") or str(assistant["model"])
    require_model(state, model)
    truncation = body.child("truncation_strategy")
    if truncation is not None:
        truncation.choice("type", ("auto", "last_messages"))
        truncation.integer("last_messages", 1)
    temperature, top_p = body.number("temperature", 0, 2), body.number("top_p", 0, 1)
    run: dict[str, Any] = {
        "id": state.new_id("run_"),
        "object": "thread.run",
        "created_at": state.now(),
        "thread_id": thread_id,
        "assistant_id": assistant["id"],
        "status": "queued",
        "required_action": None,
        "last_error": None,
        "expires_at": state.now() + PATIENCE,
        "started_at": None,
        "cancelled_at": None,
        "failed_at": None,
        "completed_at": None,
        "incomplete_details": None,
        "model": model,
        "instructions": f"{instructions}\n\n{more}" if more else instructions,
        "tools": read_tools(body, MOST_TOOLS) if body.raw("tools") is not None else assistant["tools"],
        "tool_resources": read_resources(body, state) or assistant["tool_resources"],
        "metadata": body.metadata(),
        "usage": None,
        "temperature": assistant["temperature"] if temperature is None else temperature,
        "top_p": assistant["top_p"] if top_p is None else top_p,
        "max_prompt_tokens": body.integer("max_prompt_tokens", LEAST_TOKENS),
        "max_completion_tokens": body.integer("max_completion_tokens", LEAST_TOKENS),
        "truncation_strategy": {"last_messages": None, **(truncation.members if truncation else {"type": "auto"})},
        "tool_choice": read_choice(body),
        "parallel_tool_calls": body.flag("parallel_tool_calls", default=True),
        "response_format": read_format(body) if body.raw("response_format") else assistant["response_format"],
    }
    return run


def _begin(
    body: Arguments, state: State, run: dict[str, Any], before: Iterable[Event] = (), include: bool = False
) -> Answer:
    """The answer to a request that made a run: the run in the queue, or everything that it does."""
    state.part(Runs).put(str(run["id"]), run)
    if not body.flag("stream"):
        return Reply(_shown(run))
    events = [*before, Event(run, "thread.run.created"), Event(run, "thread.run.queued")]
    return _stream(state, run, events, include)


def _stream(state: State, run: dict[str, Any], events: list[Event], include: bool = False) -> StreamReply:
    """Events, then everything that the run does until it stops."""
    while True:
        happened = list(advance(state, current(state, run)))
        if not happened:
            return StreamReply(_as_shown(events, include), ending=DONE)
        events += happened


def _as_shown(events: Iterable[Event], include: bool) -> Iterator[Event]:
    for event in events:
        data = event.data
        if isinstance(data, dict) and data.get("object") == "thread.run":
            data = _shown(data)
        elif isinstance(data, dict) and data.get("object") == "thread.run.step":
            data = _shown_step(data, include)
        yield Event(data, event.name)


def _shown(run: dict[str, Any]) -> dict[str, Any]:
    """A run as the API shows it: without what only the server needs to know."""
    return {name: value for name, value in run.items() if name != "tool_resources"}


@route("POST", "/threads/runs")
def create_thread_and_run(request: Request, state: State) -> Answer:
    """Make a thread and a run on it."""
    body = request.arguments()
    find_assistant(state, body.string("assistant_id"))
    thread = make_thread(body.child("thread") or Arguments({}), state)
    return _begin(body, state, _make(body, state, str(thread["id"])), [Event(thread, "thread.created")])


@route("POST", "/threads/{thread_id}/runs")
def create(request: Request, state: State) -> Answer:
    """Make a run, and put the messages that come along into the thread first."""
    thread = str(find_thread(state, request.path_params["thread_id"])["id"])
    body = request.arguments()
    include = _includes(request)
    messages = [check_message(each, state) for each in body.objects("additional_messages")]
    require_idle(state, thread)
    run = _make(body, state, thread)
    for message in messages:
        put_message(state, thread, **message)
    return _begin(body, state, run, include=include)


@route("GET", "/threads/{thread_id}/runs")
def listing(request: Request, state: State) -> Reply:
    """The runs of a thread in pages, the newest first."""
    thread = find_thread(state, request.path_params["thread_id"])
    runs = [_shown(run) for run in state.part(Runs).values() if run["thread_id"] == thread["id"]]
    return Reply(page(request, runs, default_order="desc"))


@route("GET", "/threads/{thread_id}/runs/{run_id}")
def retrieve(request: Request, state: State) -> Reply:
    """One run, which this question brings a state further."""
    run = _run(request, state)
    for _ in advance(state, run):
        pass
    return Reply(_shown(current(state, run)), headers=POLL)


@route("POST", "/threads/{thread_id}/runs/{run_id}")
def update(request: Request, state: State) -> Reply:
    """Replace the metadata of a run."""
    changed = {**_run(request, state), "metadata": request.arguments().metadata()}
    state.part(Runs).put(str(changed["id"]), changed)
    return Reply(_shown(changed))


@route("POST", "/threads/{thread_id}/runs/{run_id}/cancel")
def cancel(request: Request, state: State) -> Reply:
    """Stop a run; it is `cancelling` until it is asked for again."""
    run = _run(request, state)
    if run["status"] in OVER:
        raise ApiError(400, f"The run {run['id']!r} is {run['status']}: it cannot be cancelled.", param="run_id")
    changed = {**run, "status": "cancelling"}
    state.part(Runs).put(str(run["id"]), changed)
    return Reply(_shown(changed))


@route("POST", "/threads/{thread_id}/runs/{run_id}/submit_tool_outputs")
def submit_tool_outputs(request: Request, state: State) -> Answer:
    """Hand in what the functions came to; the run goes on."""
    run = _run(request, state)
    body = request.arguments()
    body.required("tool_outputs")
    for _ in advance(state, run) if run["status"] == "requires_action" else ():
        pass  # it may have expired meanwhile
    run = current(state, run)
    if run["status"] != "requires_action":
        message = f"The run {run['id']!r} is {run['status']}: it does not wait for tool outputs."
        raise ApiError(400, message, param="run_id")
    happened = list(answer_calls(state, run, _outputs(body, _asked(run))))
    run = current(state, run)
    return _stream(state, run, happened) if body.flag("stream") else Reply(_shown(run))


def _asked(run: dict[str, Any]) -> list[str]:
    action = run["required_action"]
    return [str(call["id"]) for call in action["submit_tool_outputs"]["tool_calls"]] if isinstance(action, dict) else []


def _outputs(body: Arguments, asked: list[str]) -> dict[str, str]:
    """The outputs by call; 400 unless there is one for each call and for no other."""
    outputs: dict[str, str] = {}
    for each in body.objects("tool_outputs"):
        identifier = each.string("tool_call_id")
        if identifier not in asked or identifier in outputs:
            known = ", ".join(map(repr, asked))
            raise wrong_value(each.path("tool_call_id"), f"{identifier!r} is none of the open calls: {known}.")
        outputs[identifier] = each.optional_string("output") or ""
    if len(outputs) < len(asked):
        open_calls = ", ".join(repr(identifier) for identifier in asked if identifier not in outputs)
        raise wrong_value("tool_outputs", f"Outputs are missing for these calls: {open_calls}.")
    return outputs


# -- steps -----------------------------------------------------------------------------------------------------------


def _includes(request: Request) -> bool:
    """Whether the chunks of file searches were asked for."""
    wanted = [*request.query.get("include[]", []), *request.query.get("include", [])]
    for each in wanted:
        if each != INCLUDE:
            raise wrong_value("include", f"The query parameter 'include' has {each!r}; allowed is {INCLUDE!r}.")
    return bool(wanted)


def _shown_step(step: dict[str, Any], include: bool) -> dict[str, Any]:
    """A step as the API shows it: with the chunks of file searches or without."""
    details = step["step_details"]
    if include or not isinstance(details, dict) or details["type"] != "tool_calls":
        return step
    return {
        **step,
        "step_details": {**details, "tool_calls": [_without_chunks(call) for call in details["tool_calls"]]},
    }


def _without_chunks(call: dict[str, Any]) -> dict[str, Any]:
    searched = call.get("file_search")
    if not isinstance(searched, dict):
        return call
    results = [{name: value for name, value in each.items() if name != "content"} for each in searched["results"]]
    return {**call, "file_search": {**searched, "results": results}}


@route("GET", "/threads/{thread_id}/runs/{run_id}/steps")
def list_steps(request: Request, state: State) -> Reply:
    """The steps of a run in pages, the newest first."""
    include = _includes(request)
    steps = [_shown_step(step, include) for step in steps_of(state, _run(request, state)["id"])]
    return Reply(page(request, steps, default_order="desc"))


@route("GET", "/threads/{thread_id}/runs/{run_id}/steps/{step_id}")
def retrieve_step(request: Request, state: State) -> Reply:
    """One step."""
    include = _includes(request)
    for step in steps_of(state, _run(request, state)["id"]):
        if step["id"] == request.path_params["step_id"]:
            return Reply(_shown_step(step, include))
    raise not_found("step", request.path_params["step_id"], "step_id")
