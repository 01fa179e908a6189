"""`/responses`: create (plain, streamed, in the background), retrieve, cancel, delete, input items, tokens, compaction.

The order of work: read the request (`response_request`), let `echo` decide what to say, write it down as items; the
events of a stream are told from the finished response, so that a stream adds up to exactly the plain answer.

Rules: responses are stored unless `store` is false, and gone on from by `previous_response_id` or in a `conversation`.
One made in the background is `queued`, and one step further each time it is retrieved; its events can be streamed again
from any number on (`starting_after`). Thinking models (`reasoning`) answer with an item of thoughts first.

Weak spots: what is asked in the background is in its conversation at once; the tools of the service are never used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from typed_openai.local import echo, tokens
from typed_openai.local.arguments import Arguments
from typed_openai.local.conversations import add_items, remembered
from typed_openai.local.described import check_described
from typed_openai.local.errors import ApiError, wrong_value
from typed_openai.local.exchange import Answer, Event, Reply, Request, StreamReply
from typed_openai.local.models import require_model
from typed_openai.local.paging import page
from typed_openai.local.response_request import ResponseRequest, heard, message, read_items, sealed
from typed_openai.local.router import route
from typed_openai.local.scalars import SchemaFault
from typed_openai.local.script import Script
from typed_openai.local.state import Collection, State

_KEPT = re.compile("(function|custom_tool|computer|shell)_call(_output)?$")
"""Items that the service keeps with a status."""
_OVER = frozenset({"completed", "failed", "incomplete", "cancelled"})


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """A finished response, how far it is shown, what was asked, and everything that was said up to its end."""

    whole: Mapping[str, object]
    status: str
    items: list[dict[str, object]]
    history: list[Mapping[str, object]]

    def shown(self) -> Mapping[str, object]:
        """The response as the API shows it now."""
        if self.status == self.whole["status"]:
            return self.whole
        return {**begun(self.whole), "status": self.status}


class StoredResponses(Collection[StoredResponse]):
    """The responses of one server."""


def begun(whole: Mapping[str, object]) -> dict[str, object]:
    """A response before anything is in it."""
    return {**whole, "status": "in_progress", "output": [], "usage": None, "completed_at": None} | {
        "incomplete_details": None
    }


@route("POST", "/responses")
def create(request: Request, state: State) -> Answer:
    """Answer."""
    body = request.arguments()
    conversation = _conversation(body)
    earlier = _earlier(body, state)
    wanted = ResponseRequest.read(body, earlier)
    check_described("responses.params.ResponseCreateParams", body.members)
    require_model(state, wanted.model)
    if wanted.background and not wanted.store:
        raise wrong_value("background", "A response that is made in the background must be stored.")
    whole = _answered(wanted, state)
    items = [_with_id(item, state) for item in wanted.items]
    output: object = whole["output"]
    said = output if isinstance(output, list) else []
    stored = StoredResponse(whole, str(whole["status"]), items, [*earlier, *items, *said])
    if wanted.background and not wanted.stream:
        stored = replace(stored, status="queued")
    if wanted.store:
        state.part(StoredResponses).put(str(whole["id"]), stored)
    if conversation is not None:
        add_items(state, conversation, [*items, *said])
    if wanted.stream:
        return StreamReply(list(events(whole)), ending=b"")
    return Reply(stored.shown())


def _earlier(body: Arguments, state: State) -> list[Mapping[str, object]]:
    identifier, conversation = body.optional_string("previous_response_id"), _conversation(body)
    if identifier is None:
        return [] if conversation is None else remembered(state, conversation)
    if conversation is not None:
        raise wrong_value("conversation", "A response goes on from 'conversation' or 'previous_response_id', not both.")
    found = state.part(StoredResponses).get(identifier)
    if found is None:
        message = f"There is no response {identifier!r} to go on from."
        raise ApiError(400, message, param="previous_response_id", code="previous_response_not_found")
    return found.history


def _conversation(body: Arguments) -> str | None:
    """Id of the conversation that a response is in."""
    given = body.raw("conversation")
    return (
        body.required_child("conversation").string("id")
        if isinstance(given, dict)
        else (body.optional_string("conversation"))
    )


def _with_id(item: Mapping[str, object], state: State) -> dict[str, object]:
    """An item as the service keeps it."""
    kind = str(item["type"])
    prefix = "msg_" if kind == "message" else "item_"
    head = {} if item.get("id") else {"id": state.new_id(prefix)}
    return {**head, **item, **({"status": "completed"} if _KEPT.search(kind) and not item.get("status") else {})}


def _answered(wanted: ResponseRequest, state: State) -> dict[str, object]:
    """The finished response."""
    try:
        told = state.part(Script).next(wanted.tools)
        said = told or echo.reply(wanted.turns, wanted.tools, wanted.choice, wanted.form)
    except SchemaFault as fault:
        param = "text.format" if wanted.form.kind == "json_schema" else "tools"
        reason = f"The local server could not make up an instance of the schema in {param!r}: {fault}."
        raise wrong_value(param, reason) from fault
    identifier = state.new_id("resp_")
    output: list[dict[str, object]] = []
    thoughts = ""
    if wanted.thinks:
        thoughts = "No model was asked, so there is little to think."
        summary = [{"type": "summary_text", "text": thoughts}]
        output.append(
            {"id": state.new_id("rs_"), "type": "reasoning", "summary": summary, "encrypted_content": "local"}
        )
    was_cut, size = False, tokens.count(thoughts)
    if said.text is not None:
        text, was_cut = tokens.cut(said.text, wanted.limit)
        size += tokens.count(text)
        item = {**message("assistant", text), "id": state.new_id("msg_")}
        output.append({**item, "status": "incomplete" if was_cut else "completed"})
    for call in said.calls:
        size += tokens.count(call.arguments)
        output.append(_call(call, state))
    prompt = tokens.chat_prompt(turn.text for turn in wanted.turns)
    return {
        "id": identifier,
        "object": "response",
        "created_at": state.now(),
        "completed_at": None if was_cut else state.now(),
        "status": "incomplete" if was_cut else "completed",
        "error": None,
        "incomplete_details": {"reason": "max_output_tokens"} if was_cut else None,
        "instructions": wanted.instructions,
        "model": wanted.model,
        "metadata": wanted.metadata,
        "service_tier": "default",
        **wanted.echoed,
        "output": output,
        "usage": usage(prompt, size, tokens.count(thoughts)),
    }


def _call(call: echo.Call, state: State) -> dict[str, object]:
    head: dict[str, object] = {"call_id": state.new_id("call_"), "name": call.tool.name}
    if call.tool.kind == "custom":
        return {"id": state.new_id("ctc_"), "type": "custom_tool_call", **head, "input": call.arguments}
    return {
        "id": state.new_id("fc_"),
        "type": "function_call",
        "status": "completed",
        **head,
        "arguments": call.arguments,
    }


def usage(prompt: int, size: int, thoughts: int = 0) -> dict[str, object]:
    """What was consumed, as responses say it."""
    return {
        "input_tokens": prompt,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": size,
        "output_tokens_details": {"reasoning_tokens": thoughts},
        "total_tokens": prompt + size,
    }


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
        if name in item:
            for piece in tokens.split(str(item[name])):
                yield f"response.{event}.delta", {**place, "delta": piece}
            called = {"name": item["name"]} if name == "arguments" else {}
            yield f"response.{event}.done", {**place, **called, name: item[name]}
    yield "response.output_item.done", {"output_index": place["output_index"], "item": item}


def _part_told(part: dict[str, object], place: dict[str, object], kind: str) -> Iterator[tuple[str, dict[str, object]]]:
    summary = kind == "reasoning_summary_part"
    event = "reasoning_summary_text" if summary else "output_text"
    more: dict[str, object] = {} if summary else {"logprobs": []}
    yield f"response.{kind}.added", {**place, "part": {**part, "text": ""}}
    for piece in tokens.split(str(part["text"])):
        yield f"response.{event}.delta", {**place, "delta": piece, **more}
    yield f"response.{event}.done", {**place, "text": part["text"], **more}
    yield f"response.{kind}.done", {**place, "part": part}


# --- what is stored --------------------------------------------------------------------------------------------------


def _stored(request: Request, state: State) -> tuple[str, StoredResponse]:
    identifier = request.path_params["response_id"]
    found = state.part(StoredResponses).found(identifier, "response", "response_id")
    return identifier, found


@route("GET", "/responses/{response_id}")
def retrieve(request: Request, state: State) -> Answer:
    """One response; made in the background, it is one step further each time."""
    identifier, found = _stored(request, state)
    if request.query_choice("stream", ("true", "false"), "false") == "true":
        after = request.query_integer("starting_after", -1, 0, 10**9) if request.query_text("starting_after") else -1
        return StreamReply(list(events(found.whole))[after + 1 :], ending=b"")
    if found.status not in _OVER:
        following = "in_progress" if found.status == "queued" else str(found.whole["status"])
        found = replace(found, status=following)
        state.part(StoredResponses).put(identifier, found)
    return Reply(found.shown())


@route("POST", "/responses/{response_id}/cancel")
def cancel(request: Request, state: State) -> Reply:
    """Give up a response that is made in the background."""
    identifier, found = _stored(request, state)
    if not found.whole.get("background"):
        raise ApiError(400, f"The response {identifier!r} is not made in the background.", param="response_id")
    if found.status not in _OVER:
        found = replace(found, status="cancelled")
        state.part(StoredResponses).put(identifier, found)
    return Reply(found.shown())


@route("DELETE", "/responses/{response_id}")
def delete(request: Request, state: State) -> Reply:
    """Forget a response."""
    identifier, _ = _stored(request, state)
    state.part(StoredResponses).pop(identifier)
    return Reply({"id": identifier, "object": "response", "deleted": True})


@route("GET", "/responses/{response_id}/input_items")
def input_items(request: Request, state: State) -> Reply:
    """What a response was made from, in pages, newest first."""
    _, found = _stored(request, state)
    return Reply(page(request, found.items))


@route("POST", "/responses/input_tokens")
def input_tokens(request: Request, state: State) -> Reply:
    """How many tokens a request would have."""
    body = request.arguments()
    items = [*_earlier(body, state), *read_items(body, "input")]
    texts = [turn.text for turn in heard(items)]
    count = tokens.chat_prompt([body.optional_string("instructions") or "", *texts])
    return Reply({"object": "response.input_tokens", "input_tokens": count})


@route("POST", "/responses/compact")
def compact(request: Request, state: State) -> Reply:
    """Keep what users said and seal the rest."""
    body = request.arguments()
    require_model(state, body.string("model"))
    items = [*_earlier(body, state), *(_with_id(item, state) for item in read_items(body, "input"))]
    prompt = tokens.chat_prompt(turn.text for turn in heard(items))
    kept = [item for item in items if item.get("type") == "message" and item.get("role") == "user"]
    rest = [item for item in items if item not in kept]
    seal = {"id": state.new_id("cmp_"), "type": "compaction", "encrypted_content": sealed(rest)}
    shown = {
        "id": state.new_id("resp_"),
        "object": "response.compaction",
        "created_at": state.now(),
        "output": [*kept, seal],
        "usage": usage(prompt, 0),
    }
    return Reply(shown)
