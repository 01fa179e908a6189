"""What a run does: `advance` brings it one state further, and says what happened in events.

    queued → in_progress → completed
                         → incomplete        the answer reached `max_completion_tokens`
                         → requires_action   functions are to be called; their outputs bring it back to `queued`
    cancelling → cancelled
    any of these → expired                   ten minutes after it was made

Polling calls it once for each question, a stream until the run stops; both see the same objects. Before it answers, a
run with file search looks the last question up in its vector stores, as one step; then `echo` decides: call functions,
or say something. After file search the answer cites the file it found best.

Rules: objects are replaced, never changed, so an event keeps the state that it tells of; the results of a file search
are kept with their chunks, which only `include` shows.

Weak spots: the code interpreter is on offer but never used, since nothing here may run code; vector stores do not
come with an attachment, a message with one is only told of.
"""

from __future__ import annotations

from collections.abc import Iterator

from typed_openai.local import tokens
from typed_openai.local.echo import Saying, Turn, heard
from typed_openai.local.errors import ApiError
from typed_openai.local.exchange import Event
from typed_openai.local.file_search import search
from typed_openai.local.kept import Item, Kept
from typed_openai.local.state import State
from typed_openai.local.threads import MESSAGES, RUNS, THREADS, WORKING, put_message, text_block
from typed_openai.local.tool_choices import said_to

PATIENCE = 600
"""Seconds that a run may take, waiting for the outputs of functions included."""

MOST_RESULTS = 20
"""What a file search finds at most, unless its tool says otherwise."""

STEPS = Kept(
    "step",
    "/threads/{thread_id}/runs/{run_id}/steps/{step_id}",
    "step_",
    within=RUNS,
    included=lambda step, include: step if include else _without_chunks(step),
)
_OF_HITS = ("file_id", "score", "content")
_NO_ERROR: Item = {"last_error": None, "expired_at": None, "cancelled_at": None, "failed_at": None}


def _without_chunks(step: Item) -> Item:
    """A step without the chunks that its file searches found."""
    details = step["step_details"]
    calls = [dict(call) for call in _calls(step)]
    for searched in (call for call in calls if "file_search" in call):
        found = [{**each} for each in searched["file_search"]["results"]]
        for each in found:
            del each["content"]
        searched["file_search"] = {**searched["file_search"], "results": found}
    return {**step, "step_details": {**details, "tool_calls": calls}} if calls else step


def advance(state: State, run: Item) -> Iterator[Event]:
    """Bring a run one state further; nothing happens when it is over or waits for outputs."""
    status = run["status"]
    if status not in WORKING:
        return
    if state.now() >= run["expires_at"]:
        yield from _end(state, run, "expired")
    elif status == "queued":
        yield _put(state, run, "thread.run.in_progress", status="in_progress", started_at=state.now())
    elif status == "in_progress":
        yield from _work(state, run)
    elif status == "cancelling":
        yield from _end(state, run, "cancelled", cancelled_at=state.now())


def current(state: State, run: Item) -> Item:
    """The run as it is now."""
    return RUNS.get(state, run["thread_id"], run["id"]) or run


def steps_of(state: State, run: Item) -> list[Item]:
    """The steps of a run, oldest first."""
    return STEPS.all(state, run["thread_id"], run["id"])


def answer_calls(state: State, run: Item, outputs: dict[str, str]) -> Iterator[Event]:
    """Put the outputs of functions into the step that asked for them, and the run back into the queue."""
    step = steps_of(state, run)[-1]
    calls = [{**call, "function": {**call["function"], "output": outputs[call["id"]]}} for call in _calls(step)]
    yield _finish_step(state, {**step, "step_details": {"type": "tool_calls", "tool_calls": calls}})
    yield _put(state, run, "thread.run.queued", status="queued", required_action=None)


def _calls(step: Item) -> list[Item]:
    calls: list[Item] = step["step_details"].get("tool_calls", [])
    return calls


def _put(state: State, run: Item, event: str, **changes: object) -> Event:
    return Event(RUNS.put(state, current(state, run), **changes), event)


def _end(state: State, run: Item, status: str, **changes: object) -> Iterator[Event]:
    """The end of a run, and of the step that was not done yet."""
    for step in steps_of(state, run):
        if step["status"] == "in_progress":
            ended = {"status": status, f"{status}_at": state.now()}
            yield Event(STEPS.put(state, step, **ended), f"thread.run.step.{status}")
    usage = _usage(state, run)
    yield _put(state, run, f"thread.run.{status}", status=status, required_action=None, usage=usage, **changes)


# -- work ------------------------------------------------------------------------------------------------------------


def _work(state: State, run: Item) -> Iterator[Event]:
    try:
        searches = any(tool["type"] == "file_search" for tool in run["tools"]) and run["tool_choice"] != "none"
        if searches and not steps_of(state, run):
            yield from _look_up(state, run)
        said = _decide(state, run)
    except ApiError as refusal:
        code = "invalid_prompt" if refusal.param in ("tools", "response_format") else "server_error"
        yield from _end(
            state, run, "failed", failed_at=state.now(), last_error={"code": code, "message": refusal.message}
        )
        return
    if said.calls:
        yield from _ask(state, run, said)
    else:
        yield from _say(state, run, said.text or said.refusal or "")


def _decide(state: State, run: Item) -> Saying:
    turns = _turns(state, run["thread_id"])
    for step in steps_of(state, run):
        for call in _calls(step):
            if function := call.get("function"):
                turns.append(Turn("tool", str(function["output"]), tool=function["name"]))
    chosen = run["tool_choice"]
    is_other = isinstance(chosen, dict) and chosen["type"] != "function"
    params = {**run, "tool_choice": "none"} if is_other else run
    return said_to(state, turns, params, run["response_format"], "response_format")


def _turns(state: State, thread_id: str) -> list[Turn]:
    """The messages of a thread as turns."""
    turns: list[Turn] = []
    for message in MESSAGES.all(state, thread_id):
        text, extras = heard(message["content"])
        extras.update({"file": len(message["attachments"])} if message["attachments"] else {})
        turns.append(Turn(message["role"], text, extras))
    return turns


def _look_up(state: State, run: Item) -> Iterator[Event]:
    """One step that searches the vector stores of the thread and of the assistant for the last question."""
    turns = reversed(_turns(state, run["thread_id"]))
    question = next((turn.text for turn in turns if turn.role == "user"), "")
    options = next(tool for tool in run["tools"] if tool["type"] == "file_search").get("file_search") or {}
    ranking: Item = {"ranker": "default_2024_08_21", "score_threshold": 0.0, **(options.get("ranking_options") or {})}
    limit, threshold = options.get("max_num_results") or MOST_RESULTS, ranking["score_threshold"]
    used = (THREADS.find(state, run["thread_id"])["tool_resources"], run["tool_resources"])
    stores = [each for resources in used for each in resources.get("file_search", {}).get("vector_store_ids", [])]
    hits = search(state, stores, question, limit=limit, threshold=threshold, patient=True) if stores else []
    found = [{"file_name": hit["filename"], **{name: hit[name] for name in _OF_HITS}} for hit in hits]
    searched = {"ranking_options": ranking, "results": found}
    call: Item = {"id": state.new_id("call_"), "type": "file_search", "file_search": searched}
    step = _new_step(state, run, "tool_calls", {"type": "tool_calls", "tool_calls": []})
    yield from _begun(step)
    yield _step_delta(step, [{"index": 0, "id": call["id"], "type": "file_search", "file_search": {}}])
    yield _finish_step(state, {**step, "step_details": {"type": "tool_calls", "tool_calls": [call]}})


def _ask(state: State, run: Item, said: Saying) -> Iterator[Event]:
    """One step that asks for functions to be called; the run waits for their outputs."""
    asked = [(state.new_id("call_"), call.tool.name, call.arguments) for call in said.calls]
    begun = _new_step(state, run, "tool_calls", {"type": "tool_calls", "tool_calls": []})
    yield from _begun(begun)
    for index, (identifier, name, arguments) in enumerate(asked):
        function: Item = {"name": name, "arguments": "", "output": None}
        yield _step_delta(begun, [{"index": index, "id": identifier, "type": "function", "function": function}])
        for piece in tokens.split(arguments):
            yield _step_delta(begun, [{"index": index, "type": "function", "function": {"arguments": piece}}])
    wanted: list[Item] = [
        {"id": identifier, "type": "function", "function": {"name": name, "arguments": arguments}}
        for identifier, name, arguments in asked
    ]
    calls = [{**call, "function": {**call["function"], "output": None}} for call in wanted]
    STEPS.put(state, begun, step_details={"type": "tool_calls", "tool_calls": calls})
    action = {"type": "submit_tool_outputs", "submit_tool_outputs": {"tool_calls": wanted}}
    yield _put(state, run, "thread.run.requires_action", status="requires_action", required_action=action)


def _say(state: State, run: Item, text: str) -> Iterator[Event]:
    """One step that writes a message; the run is done."""
    text, was_cut = tokens.cut(text, run["max_completion_tokens"])
    cited = None if was_cut else _citation(state, run, text)
    now = state.now()
    owner = {"assistant_id": run["assistant_id"], "run_id": run["id"]}
    going = {"status": "in_progress", "completed_at": None, **owner}
    message = put_message(state, run["thread_id"], "assistant", [], **going)
    details = {"type": "message_creation", "message_creation": {"message_id": message["id"]}}
    step = _new_step(state, run, "message_creation", details)
    yield from _begun(step)
    yield Event(message, "thread.message.created")
    yield Event(message, "thread.message.in_progress")
    for place, piece in enumerate(tokens.split(text)):
        opening: Item = {} if place else {"annotations": []}
        yield _message_delta(message, {"value": piece, **opening})
    if cited is not None:
        yield _message_delta(message, {"value": cited["text"], "annotations": [{"index": 0, **cited}]})
    block = text_block(text + str(cited["text"]) if cited else text, [cited] if cited else None)
    ended: Item = {"status": "completed", "completed_at": now, "content": [block]}
    if was_cut:
        reason = {"reason": "max_tokens"}
        ended = {"status": "incomplete", "incomplete_at": now, "incomplete_details": reason, "content": [block]}
    message = MESSAGES.put(state, message, **ended)
    yield Event(message, f"thread.message.{message['status']}")
    yield _finish_step(state, step)
    if was_cut:
        yield from _end(state, run, "incomplete", incomplete_details={"reason": "max_completion_tokens"})
    else:
        yield from _end(state, run, "completed", completed_at=now)


def _citation(state: State, run: Item, text: str) -> Item | None:
    """The note on the best file that the run found, which follows its answer."""
    for step in steps_of(state, run):
        for call in _calls(step):
            searched = call.get("file_search")
            if searched and searched["results"] and not text.startswith("{"):
                best = searched["results"][0]
                mark = f" 【0:0†{best['file_name']}】"
                file = {"file_citation": {"file_id": best["file_id"]}}
                place = {"start_index": len(text), "end_index": len(text) + len(mark)}
                return {"type": "file_citation", "text": mark, **file, **place}
    return None


# -- steps -----------------------------------------------------------------------------------------------------------


def _new_step(state: State, run: Item, kind: str, details: Item) -> Item:
    owner = {name: run[name] for name in ("assistant_id", "thread_id")}
    begun = {"type": kind, "status": "in_progress", "step_details": details, "completed_at": None}
    rest = {**_NO_ERROR, "metadata": {}, "usage": None}
    return STEPS.make(state, run["thread_id"], run["id"], **owner, run_id=run["id"], **begun, **rest)


def _begun(step: Item) -> Iterator[Event]:
    yield Event(step, "thread.run.step.created")
    yield Event(step, "thread.run.step.in_progress")


def _finish_step(state: State, step: Item) -> Event:
    done = STEPS.put(state, step, status="completed", completed_at=state.now(), usage=_usage(state, step))
    return Event(done, "thread.run.step.completed")


def _step_delta(step: Item, calls: list[Item]) -> Event:
    delta = {"step_details": {"type": "tool_calls", "tool_calls": calls}}
    return Event({"id": step["id"], "object": "thread.run.step.delta", "delta": delta}, "thread.run.step.delta")


def _message_delta(message: Item, text: Item) -> Event:
    delta = {"content": [{"index": 0, "type": "text", "text": text}]}
    return Event({"id": message["id"], "object": "thread.message.delta", "delta": delta}, "thread.message.delta")


def _usage(state: State, of: Item) -> Item:
    """What a run, or a step of it, consumed."""
    messages = _turns(state, of["thread_id"])
    prompt = tokens.chat_prompt(turn.text for turn in messages)
    completion = tokens.count(messages[-1].text) if messages and messages[-1].role == "assistant" else 0
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
