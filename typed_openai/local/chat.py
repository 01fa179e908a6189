"""`POST /chat/completions`, plain and streamed.

The order of work: read the messages, let `echo` decide what to say for each of the `n` choices, cut at
stop sequences and limits, then write it down, as one object or as chunks. Both are written from the same `_Chosen`
values, so a stream adds up to exactly the plain answer, and what `store` keeps is the same for both.

A stream brings for each choice the role, then one token per chunk (tool arguments in fragments of the same size),
then the finish reason; several choices take turns; chunks without choices follow for moderation and usage where they
were asked for.

Sampling parameters are checked and then ignored: there is nothing to sample. `functions` and `function_call`, the
forerunners of tools, are answered in their own words.

Weak spot: audio answers (`modalities` with `audio`) are refused, as nothing here can speak.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from typed_openai.local import echo, tokens
from typed_openai.local.echo import Call, Choice, Saying, Tool, Turn, heard
from typed_openai.local.errors import wrong_value
from typed_openai.local.exchange import Answer, Event, Reply, Request, StreamReply
from typed_openai.local.models import require_model
from typed_openai.local.moderations import moderation_results
from typed_openai.local.router import route
from typed_openai.local.script import Asked, Script
from typed_openai.local.state import State
from typed_openai.local.stored_chat import CHATS
from typed_openai.local.tool_choices import choice_of, form_of, tools_of

FINGERPRINT = "fp_local"
_NO_CHOICES: dict[str, list[object]] = {"choices": []}


@dataclass(frozen=True, slots=True)
class _Chosen:
    """One choice of an answer, whole: the ids of its calls stand beside them."""

    index: int
    text: str | None
    refusal: str | None
    calls: tuple[Call, ...]
    ids: tuple[str, ...]
    finish: str
    legacy: bool
    logprobs: list[dict[str, object]] | None

    @property
    def size(self) -> int:
        """Its tokens."""
        return tokens.count(self.text or self.refusal or "") + sum(tokens.count(call.arguments) for call in self.calls)


@route("POST", "/chat/completions")
def create(request: Request, state: State) -> Answer:
    """Answer a conversation."""
    given = request.given
    require_model(state, given["model"])
    turns = _turns(given["messages"])
    if not turns:
        raise wrong_value("messages", "The parameter 'messages' must hold at least one message.")
    if "audio" in (given.get("modalities") or []):
        raise wrong_value("modalities", "The parameter 'modalities' asks for audio; this local server cannot speak.")
    if given.get("top_logprobs") is not None and not given.get("logprobs"):
        raise wrong_value("top_logprobs", "The parameter 'top_logprobs' needs 'logprobs' to be true.")
    tools, choice = _offered(given)
    told = state.part(Script).next(tools, Asked.of(turns, given))
    chosen = [_choose(given, turns, tools, choice, told, number, state) for number in range(given.get("n") or 1)]
    head: dict[str, object] = {
        "id": state.new_id("chatcmpl-"),
        "object": "chat.completion",
        "created": state.now(),
        "model": given["model"],
        "service_tier": "default",
        "system_fingerprint": FINGERPRINT,
    }
    usage = tokens.usage(tokens.chat_prompt(turn.text for turn in turns), sum(each.size for each in chosen))
    asked = given.get("moderation")
    verdict: dict[str, object] = {"moderation": _moderation(turns, chosen, asked["model"])} if asked else {}
    whole = head | {"choices": [_choice(each) for each in chosen], "usage": usage} | verdict
    if given.get("store"):
        whole = whole | {"metadata": given.get("metadata") or {}}
        CHATS.put(state, {**whole, "_messages": given["messages"], "_of": ()})
    if not given.get("stream"):
        return Reply(whole)
    chunk = head | {"object": "chat.completion.chunk"}
    told_usage = usage if (given.get("stream_options") or {}).get("include_usage") else None
    return StreamReply(_chunks(chunk, chosen, verdict, told_usage), usage=usage)


def _turns(messages: Sequence[Mapping[str, Any]]) -> list[Turn]:
    """The messages as turns; a tool result that answers no call is refused."""
    called: dict[str, str] = {}
    turns: list[Turn] = []
    for number, message in enumerate(messages):
        role, tool = message["role"], str(message.get("name") or "")
        for call in message.get("tool_calls") or []:
            called[call["id"]] = call[call["type"]]["name"]
        if role == "tool":
            identifier, at = message["tool_call_id"], f"messages[{number}].tool_call_id"
            if identifier not in called:
                raise wrong_value(at, f"{at!r} is {identifier!r}, but no assistant message before made such a call.")
            tool = called[identifier]
        turns.append(Turn(role, *heard(message.get("content")), tool if role in ("tool", "function") else ""))
    return turns


def _offered(given: Mapping[str, Any]) -> tuple[list[Tool], Choice]:
    """The tools of a request, or the functions that were before them, and the choice among them."""
    functions = [{"type": "function", "function": each} for each in given.get("functions") or []]
    tools, param = tools_of(functions or given.get("tools")), "function_call" if functions else "tool_choice"
    chosen = given.get(param)
    if chosen is not None and not tools:
        raise wrong_value(param, f"The parameter {param!r} makes no sense without tools to choose from.")
    parallel = given.get("parallel_tool_calls") is not False and not functions
    return tools, choice_of(chosen, tools, parallel, param)


def _choose(
    given: Mapping[str, Any],
    turns: list[Turn],
    tools: list[Tool],
    choice: Choice,
    told: Saying | None,
    number: int,
    state: State,
) -> _Chosen:
    form, legacy = form_of(given.get("response_format")), bool(given.get("functions"))
    limits = {name: given[name] for name in ("max_completion_tokens", "max_tokens") if given.get(name) is not None}
    for name, limit in limits.items():
        if limit < 1:
            raise wrong_value(name, f"The parameter {name!r} is {limit}; it must be at least 1.")
    limit = min(limits.values(), default=None)
    said = told or echo.reply_to(turns, tools, choice, form, number, param="response_format")
    ids = tuple(state.new_id("call_") for _ in said.calls)
    text, was_cut = None, False
    if said.text is not None:
        text, was_cut = tokens.cut(tokens.cut_at_stop(said.text, given.get("stop")), limit)
    calls: tuple[Call, ...] = ()
    if said.calls and not was_cut:
        calls, was_cut = _cut_calls(said.calls, None if limit is None else limit - tokens.count(text or ""))
    called = "function_call" if legacy else "tool_calls"
    finish = "length" if was_cut else called if calls else "stop"
    logprobs = tokens.token_logprobs(text, given.get("top_logprobs") or 0) if text and given.get("logprobs") else None
    return _Chosen(number, text, said.refusal, calls, ids, finish, legacy, logprobs)


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
    message: dict[str, object] = {
        "role": "assistant",
        "content": chosen.text,
        "refusal": chosen.refusal,
        "annotations": [],
    }
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


def _moderation(turns: list[Turn], chosen: list[_Chosen], model: str) -> dict[str, object]:
    heard, said = [turn.text for turn in turns if turn.role == "user"], " ".join(each.text or "" for each in chosen)
    return {"input": moderation_results(model, heard), "output": moderation_results(model, [said])}


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
    first: dict[str, object] = {"role": "assistant", "content": None if chosen.text is None else "", "refusal": None}
    yield _entry(chosen, first)
    for place, piece in enumerate(tokens.split(chosen.text or "")):
        yield _entry(chosen, {"content": piece}, chosen.logprobs[place : place + 1] if chosen.logprobs else None)
    for piece in tokens.split(chosen.refusal or ""):
        yield _entry(chosen, {"refusal": piece})
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
