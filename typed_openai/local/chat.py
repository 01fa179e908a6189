"""`POST /chat/completions`, plain and streamed.

The order of work: read the request (`chat_request`), let `echo` decide what to say for each of the `n` choices, cut at
stop sequences and limits, then write it down, as one object or as chunks. Both are written from the same `_Chosen`
values, so a stream adds up to exactly the plain answer, and what `store` keeps is the same for both.

A stream brings for each choice the role, then one token per chunk (tool arguments in fragments of the same size),
then the finish reason; several choices take turns; chunks without choices follow for moderation and usage where they
were asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from typed_openai.local import echo, tokens
from typed_openai.local.chat_request import ChatRequest
from typed_openai.local.described import check_described
from typed_openai.local.echo import Call, Saying
from typed_openai.local.errors import wrong_value
from typed_openai.local.exchange import Answer, Event, Reply, Request, StreamReply
from typed_openai.local.models import require_model
from typed_openai.local.moderations import moderation_results
from typed_openai.local.router import route
from typed_openai.local.scalars import SchemaFault
from typed_openai.local.script import Script
from typed_openai.local.state import State
from typed_openai.local.stored_chat import CHATS

FINGERPRINT = "fp_local"
_NO_CHOICES: dict[str, list[object]] = {"choices": []}


@dataclass(frozen=True, slots=True)
class _Chosen:
    """One choice of an answer, whole: the ids of its calls stand beside them."""

    index: int
    text: str | None
    calls: tuple[Call, ...]
    ids: tuple[str, ...]
    finish: str
    legacy: bool
    logprobs: list[dict[str, object]] | None

    @property
    def size(self) -> int:
        """Its tokens."""
        return tokens.count(self.text or "") + sum(tokens.count(call.arguments) for call in self.calls)


@route("POST", "/chat/completions")
def create(request: Request, state: State) -> Answer:
    """Answer a conversation."""
    body = request.arguments()
    wanted = ChatRequest.read(body)
    check_described("chat.params.ChatCompletionCreateParams", body.members)
    require_model(state, wanted.model)
    told = state.part(Script).next(wanted.tools)
    chosen = [_choose(wanted, number, state, told) for number in range(wanted.number)]
    prompt = tokens.chat_prompt(turn.text for turn in wanted.turns)
    usage = tokens.usage(prompt, sum(each.size for each in chosen))
    head: dict[str, object] = {
        "id": state.new_id("chatcmpl-"),
        "object": "chat.completion",
        "created": state.now(),
        "model": wanted.model,
        "service_tier": "default",
        "system_fingerprint": FINGERPRINT,
    }
    verdict: dict[str, object] = {"moderation": _moderation(wanted, chosen, wanted.moderate)} if wanted.moderate else {}
    whole = head | {"choices": [_choice(each) for each in chosen], "usage": usage} | verdict
    if wanted.store:
        whole = whole | {"metadata": wanted.metadata}
        CHATS.put(state, {**whole, "_messages": wanted.messages, "_of": ()})
    if not wanted.stream:
        return Reply(whole)
    chunk = head | {"object": "chat.completion.chunk"}
    return StreamReply(_chunks(chunk, chosen, verdict, usage if wanted.include_usage else None))


def _choose(wanted: ChatRequest, number: int, state: State, told: Saying | None) -> _Chosen:
    try:
        said = told or echo.reply(wanted.turns, wanted.tools, wanted.choice, wanted.form, number)
    except SchemaFault as fault:
        param = "response_format" if wanted.form.kind == "json_schema" else "tools"
        message = f"The local server could not make up an instance of the schema in {param!r}: {fault}."
        raise wrong_value(param, message) from fault
    ids = tuple(state.new_id("call_") for _ in said.calls)
    if said.text is None:
        calls, was_cut = _cut_calls(said.calls, wanted.limit)
        usual = "function_call" if wanted.legacy else "tool_calls"
        finish = "length" if was_cut else usual
        return _Chosen(number, None, calls, ids, finish, wanted.legacy, None)
    text, was_cut = tokens.cut(tokens.cut_at_stop(said.text, wanted.stops), wanted.limit)
    logprobs = None if wanted.logprobs is None else tokens.token_logprobs(text, wanted.logprobs)
    return _Chosen(number, text, (), (), "length" if was_cut else "stop", wanted.legacy, logprobs)


def _cut_calls(calls: tuple[Call, ...], limit: int | None) -> tuple[tuple[Call, ...], bool]:
    """The calls within a limit: the one that reaches it keeps half its arguments, those after it are gone."""
    kept: list[Call] = []
    left = limit
    for call in calls:
        arguments, was_cut = tokens.cut(call.arguments, left)
        kept.append(Call(call.tool, arguments))
        if was_cut:
            return tuple(kept), True
        left = None if left is None else left - tokens.count(arguments)
    return tuple(kept), False


def _choice(chosen: _Chosen) -> dict[str, object]:
    message: dict[str, object] = {"role": "assistant", "content": chosen.text, "refusal": None, "annotations": []}
    if chosen.legacy and chosen.calls:
        message["function_call"] = {"name": chosen.calls[0].tool.name, "arguments": chosen.calls[0].arguments}
    elif chosen.calls:
        message["tool_calls"] = [
            _call_head(call, identifier, call.arguments)
            for call, identifier in zip(chosen.calls, chosen.ids, strict=False)
        ]
    return {
        "index": chosen.index,
        "message": message,
        "logprobs": _logprobs(chosen.logprobs),
        "finish_reason": chosen.finish,
    }


def _call_head(call: Call, identifier: str, arguments: str) -> dict[str, object]:
    if call.tool.kind == "custom":
        return {"id": identifier, "type": "custom", "custom": {"name": call.tool.name, "input": arguments}}
    return {"id": identifier, "type": "function", "function": {"name": call.tool.name, "arguments": arguments}}


def _logprobs(entries: list[dict[str, object]] | None) -> dict[str, object] | None:
    return None if entries is None else {"content": entries, "refusal": None}


def _moderation(wanted: ChatRequest, chosen: list[_Chosen], model: str) -> dict[str, object]:
    said = " ".join(each.text or "" for each in chosen)
    return {
        "input": moderation_results(model, [turn.text for turn in wanted.turns if turn.role == "user"]),
        "output": moderation_results(model, [said]),
    }


def _chunks(
    head: dict[str, object], chosen: list[_Chosen], verdict: dict[str, object], usage: dict[str, object] | None
) -> Iterator[Event]:
    frame = head if usage is None else head | {"usage": None}
    waiting = [_choice_chunks(each) for each in chosen]
    while waiting:
        going: list[Iterator[dict[str, object]]] = []
        for choice in waiting:
            part = next(choice, None)
            if part is not None:
                yield Event(frame | {"choices": [part]})
                going.append(choice)
        waiting = going
    if verdict:
        yield Event(frame | _NO_CHOICES | verdict)
    if usage is not None:
        yield Event(head | _NO_CHOICES | {"usage": usage})


def _choice_chunks(chosen: _Chosen) -> Iterator[dict[str, object]]:
    """The chunks' entries for one choice, from the role to the finish reason."""
    first: dict[str, object] = {"role": "assistant", "content": None if chosen.calls else "", "refusal": None}
    yield _entry(chosen, first)
    for place, piece in enumerate(tokens.split(chosen.text or "")):
        yield _entry(chosen, {"content": piece}, chosen.logprobs[place : place + 1] if chosen.logprobs else None)
    calls = list(zip(chosen.calls, chosen.ids, strict=False))
    if chosen.legacy:
        for call, _ in calls[:1]:
            yield _entry(chosen, {"function_call": {"name": call.tool.name, "arguments": ""}})
            for piece in tokens.split(call.arguments):
                yield _entry(chosen, {"function_call": {"arguments": piece}})
    else:
        for index, (call, identifier) in enumerate(calls):
            inner, member = ("custom", "input") if call.tool.kind == "custom" else ("function", "arguments")
            yield _entry(chosen, {"tool_calls": [{"index": index} | _call_head(call, identifier, "")]})
            for piece in tokens.split(call.arguments):
                yield _entry(chosen, {"tool_calls": [{"index": index, inner: {member: piece}}]})
    yield _entry(chosen, {}, finish=chosen.finish)


def _entry(
    chosen: _Chosen,
    delta: dict[str, object],
    logprobs: list[dict[str, object]] | None = None,
    finish: str | None = None,
) -> dict[str, object]:
    return {"index": chosen.index, "delta": delta, "logprobs": _logprobs(logprobs), "finish_reason": finish}
