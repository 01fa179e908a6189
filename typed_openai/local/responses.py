"""`/responses`: create (plain, streamed, in the background), retrieve, cancel, delete, input items, tokens, compaction.

The order of work: read the items (`response_request`), let `echo` decide what to say, write it down as items; the
events of a stream are told from the finished response, so that a stream adds up to exactly the plain answer.

Rules: responses are stored unless `store` is false, and gone on from by `previous_response_id` or in a `conversation`.
One made in the background is `queued`, and one step further each time it is retrieved; its events can be streamed again
from any number on (`starting_after`). Thinking models (`reasoning`) answer with an item of thoughts first.

Weak spots: what is asked in the background is in its conversation at once; the tools of the service are never used.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from typed_openai.local import echo, tokens
from typed_openai.local.conversations import CONVERSATIONS, ITEMS, add_items
from typed_openai.local.errors import ApiError, missing, wrong_value
from typed_openai.local.exchange import Answer, Event, Reply, Request, StreamReply
from typed_openai.local.kept import Item, Kept
from typed_openai.local.models import require_model
from typed_openai.local.paging import page
from typed_openai.local.response_request import as_kept, conversation_of, echoed, message, read_items, sealed, turns_in
from typed_openai.local.router import is_beta, route
from typed_openai.local.state import State
from typed_openai.local.subagents import with_subagents
from typed_openai.local.tool_choices import said_to

_OVER = frozenset({"completed", "failed", "incomplete", "cancelled"})


def _shown(stored: Item, _: State) -> Item:
    """A response as the API shows it now."""
    whole: Item = stored["_whole"]
    return whole if stored["status"] == whole["status"] else {**begun(whole), "status": stored["status"]}


def _asked(stored: Item, _: State) -> Item:
    following = {"queued": "in_progress", "in_progress": stored["_whole"]["status"]}
    return {**stored, "status": following.get(stored["status"], stored["status"])}


RESPONSES = Kept("response", "/responses/{response_id}", "resp_", deleted="response", asked=_asked, shown=_shown)
ROUTES = RESPONSES.routes("delete")


def begun(whole: Mapping[str, Any]) -> Item:
    """A response before anything is in it."""
    none = dict.fromkeys(("usage", "completed_at", "incomplete_details"))
    return {**whole, "status": "in_progress", "output": [], **none}


@route("POST", "/responses")
def create(request: Request, state: State) -> Answer:
    """Answer."""
    given = {name: value for name, value in request.given.items() if name != "multi_agent" or is_beta(request)}
    return answer(given, state)


def answer(given: Mapping[str, Any], state: State) -> Answer:
    """The answer to what a request says, whatever brought it here."""
    earlier, items = _earlier(given, state), read_items(given.get("input"))
    if not items and not earlier and conversation_of(given) is None:
        raise missing("input")
    stored = given.get("store") is not False
    if given.get("background") and not stored:
        raise wrong_value("background", "A response that is made in the background must be stored.")
    whole = _answered(given, [*earlier, *items], state)
    whole["output"] = with_subagents(given, whole["output"], state)
    items = [as_kept(item, state) for item in items]
    said: list[Item] = [*items, *whole["output"]]
    queued = given.get("background") and not given.get("stream")
    kept = {"_whole": whole, "_items": items, "_history": [*earlier, *said], "_of": ()}
    response = {"id": whole["id"], **kept, "status": "queued" if queued else whole["status"]}
    if stored:
        RESPONSES.put(state, response)
    if conversation := conversation_of(given):
        add_items(state, conversation, said)
    if given.get("stream"):
        return StreamReply(list(events(whole)), ending=b"", usage=whole["usage"])
    return RESPONSES.reply(state, response)


def told(given: Mapping[str, Any], state: State) -> list[Item]:
    """What the events of a streamed answer say, for those who tell it otherwise (over sockets)."""
    answered = answer({**given, "stream": True}, state)
    listed = answered.events if isinstance(answered, StreamReply) else ()
    return [each.data for each in listed if isinstance(each, Event) and isinstance(each.data, dict)]


def _earlier(given: Mapping[str, Any], state: State) -> list[Item]:
    """What was said before, in the response or the conversation that this one goes on from."""
    identifier, conversation = given.get("previous_response_id"), conversation_of(given)
    if identifier is None and conversation is None:
        return []
    if identifier is None:
        CONVERSATIONS.find(state, str(conversation))
        return [ITEMS.show(state, item) for item in ITEMS.all(state, str(conversation))]
    if conversation is not None:
        raise wrong_value("conversation", "A response goes on from 'conversation' or 'previous_response_id', not both.")
    found = RESPONSES.get(state, identifier)
    if found is None:
        message = f"There is no response {identifier!r} to go on from."
        raise ApiError(400, message, param="previous_response_id", code="previous_response_not_found")
    history: list[Item] = found["_history"]
    return history


def _answered(given: Mapping[str, Any], items: list[Item], state: State) -> Item:
    """The finished response."""
    require_model(state, given.get("model") or "")
    instructions = given.get("instructions")
    turns = [*([echo.Turn("system", instructions)] if isinstance(instructions, str) else []), *turns_in(items)]
    said = said_to(state, turns, given, (given.get("text") or {}).get("format"), "text.format")
    output: list[Item] = []
    thoughts = ""
    if (given.get("reasoning") or {"effort": "none"}).get("effort") != "none":
        thoughts = "No model was asked, so there is little to think."
        summary = [{"type": "summary_text", "text": thoughts}]
        about = {"type": "reasoning", "summary": summary, "encrypted_content": "local"}
        output.append({"id": state.new_id("rs_"), **about})
    text, was_cut = tokens.cut(said.text or "", given.get("max_output_tokens"))
    if said.text is not None:
        status = "incomplete" if was_cut else "completed"
        output.append({**message("assistant", text), "id": state.new_id("msg_"), "status": status})
    if said.refusal is not None:
        refused = {**message("assistant", ""), "content": [{"type": "refusal", "refusal": said.refusal}]}
        output.append({**refused, "id": state.new_id("msg_"), "status": "completed"})
    output += [_call(call, state) for call in said.calls]
    size = sum(
        tokens.count(each) for each in (thoughts, text, said.refusal or "", *(call.arguments for call in said.calls))
    )
    return {
        "id": state.new_id("resp_"),
        "object": "response",
        "created_at": state.now(),
        "completed_at": None if was_cut else state.now(),
        "status": "incomplete" if was_cut else "completed",
        "error": None,
        "incomplete_details": {"reason": "max_output_tokens"} if was_cut else None,
        "instructions": instructions,
        "model": given["model"],
        "metadata": given.get("metadata") or {},
        "service_tier": "default",
        **echoed(given),
        "output": output,
        "usage": tokens.response_usage(tokens.chat_prompt(turn.text for turn in turns), size, tokens.count(thoughts)),
    }


def _call(call: echo.Call, state: State) -> Item:
    head = {"call_id": state.new_id("call_"), "name": call.tool.name}
    if call.tool.kind == "custom":
        return {"id": state.new_id("ctc_"), "type": "custom_tool_call", **head, "input": call.arguments}
    if call.tool.name == "computer":  # by a script alone: what is to be done, and what the service flags
        wanted = {"actions": [], "pending_safety_checks": [], **json.loads(call.arguments)}
        about = {"type": "computer_call", "status": "completed", "call_id": head["call_id"], **wanted}
        return {"id": state.new_id("cu_"), **about}
    kind = {"type": "function_call", "status": "completed"}
    return {"id": state.new_id("fc_"), **kind, **head, "arguments": call.arguments}


# --- events ----------------------------------------------------------------------------------------------------------


def events(whole: Mapping[str, object]) -> Iterator[Event]:
    """The events that tell of a response from its beginning to its end."""
    for number, (name, data) in enumerate(_told(whole)):
        yield Event({"type": name, "sequence_number": number, **data}, name)


def _told(whole: Mapping[str, object]) -> Iterator[tuple[str, dict[str, object]]]:
    yield "response.created", {"response": begun(whole)}
    yield "response.in_progress", {"response": begun(whole)}
    output = whole["output"]
    for index, item in enumerate(output if isinstance(output, list) else []):
        yield from _item_told(item, {"output_index": index, "item_id": item["id"]})
    yield f"response.{whole['status']}", {"response": whole}


def _item_told(item: dict[str, object], place: dict[str, object]) -> Iterator[tuple[str, dict[str, object]]]:
    empty = {name: "" if name in ("arguments", "input") else value for name, value in item.items()}
    empty |= {name: [] for name in ("content", "summary") if name in item}
    if "status" in item:
        empty["status"] = "in_progress"
    yield "response.output_item.added", {"output_index": place["output_index"], "item": empty}
    for kind, where, part_kind in (("content", "content_index", "content_part"), ("summary", "summary_index", "")):
        parts = item.get(kind)
        for index, part in enumerate(parts if isinstance(parts, list) else []):
            yield from _part_told(part, {**place, where: index}, part_kind or "reasoning_summary_part")
    for name, event in (("arguments", "function_call_arguments"), ("input", "custom_tool_call_input")):
        if name in item and item["type"] != "multi_agent_call":
            for piece in tokens.split(str(item[name])):
                yield f"response.{event}.delta", {**place, "delta": piece}
            called = {"name": item["name"]} if name == "arguments" else {}
            yield f"response.{event}.done", {**place, **called, name: item[name]}
    yield "response.output_item.done", {"output_index": place["output_index"], "item": item}


def _part_told(part: dict[str, object], place: dict[str, object], kind: str) -> Iterator[tuple[str, dict[str, object]]]:
    name = "refusal" if "refusal" in part else "text"
    event = {"summary_text": "reasoning_summary_text", "refusal": "refusal"}.get(str(part["type"]), "output_text")
    more: dict[str, object] = {"logprobs": []} if event == "output_text" else {}
    yield f"response.{kind}.added", {**place, "part": {**part, name: ""}}
    for piece in tokens.split(str(part[name])):
        yield f"response.{event}.delta", {**place, "delta": piece, **more}
    yield f"response.{event}.done", {**place, name: part[name], **more}
    yield f"response.{kind}.done", {**place, "part": part}


# --- what is stored --------------------------------------------------------------------------------------------------


@route("GET", RESPONSES.path)
def retrieve(request: Request, state: State) -> Answer:
    """One response; made in the background, it is one step further each time."""
    if not request.given.get("stream"):
        return RESPONSES.retrieve(request, state)
    after, whole = request.given.get("starting_after"), RESPONSES.at(request, state)["_whole"]
    return StreamReply(list(events(whole))[0 if after is None else after + 1 :], ending=b"")


@route("POST", "/responses/{response_id}/cancel")
def cancel(request: Request, state: State) -> Reply:
    """Give up a response that is made in the background."""
    found = RESPONSES.at(request, state)
    if not found["_whole"].get("background"):
        raise ApiError(400, f"The response {found['id']!r} is not made in the background.", param="response_id")
    if found["status"] not in _OVER:
        found = RESPONSES.put(state, found, status="cancelled")
    return RESPONSES.reply(state, found)


@route("GET", "/responses/{response_id}/input_items")
def input_items(request: Request, state: State) -> Reply:
    """What a response was made from, in pages, newest first."""
    return Reply(page(request, RESPONSES.at(request, state)["_items"]))


@route("POST", "/responses/input_tokens")
def input_tokens(request: Request, state: State) -> Reply:
    """How many tokens a request would have."""
    given = request.given
    turns = turns_in([*_earlier(given, state), *read_items(given.get("input"))])
    count = tokens.chat_prompt([given.get("instructions") or "", *(turn.text for turn in turns)])
    return Reply({"object": "response.input_tokens", "input_tokens": count})


@route("POST", "/responses/compact")
def compact(request: Request, state: State) -> Reply:
    """Keep what users said and seal the rest."""
    given = request.given
    require_model(state, given["model"])
    items = [*_earlier(given, state), *(as_kept(item, state) for item in read_items(given.get("input")))]
    prompt = tokens.chat_prompt(turn.text for turn in turns_in(items))
    kept = [item for item in items if item["type"] == "message" and item["role"] == "user"]
    rest = [item for item in items if item not in kept]
    seal = {"id": state.new_id("cmp_"), "type": "compaction", "encrypted_content": sealed(rest)}
    about = {"id": state.new_id("resp_"), "object": "response.compaction", "created_at": state.now()}
    return Reply({**about, "output": [*kept, seal], "usage": tokens.response_usage(prompt, 0)})
