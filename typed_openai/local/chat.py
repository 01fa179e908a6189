"""`/chat/completions`: made, plain and streamed, and kept where that is asked for (`store`).

The order of work: read the messages, let `echo` decide what to say for each of the `n` choices, cut at
stop sequences and limits, then write it down, as one object or as chunks. Chunks are told from the choices of the plain
answer, so a stream adds up to exactly that, and what `store` keeps is the same for both.

A stream brings for each choice the role, then one token per chunk (tool arguments in fragments of the same size),
then the finish reason; several choices take turns; chunks without choices follow for moderation and usage where they
were asked for.

Sampling parameters are checked and then ignored: there is nothing to sample. `functions` and `function_call`, the
forerunners of tools, are answered in their own words.

Of what is stored only the metadata can change.

Weak spots: audio answers (`modalities` with `audio`) are refused, as nothing here can speak; stored messages come back
with the role they had, as the service does, though its description names `assistant` as the only one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from typed_openai.local import echo, tokens
from typed_openai.local.echo import Call, Choice, Saying, Tool, Turn, heard
from typed_openai.local.errors import refuse_outside, wrong_value
from typed_openai.local.exchange import Answer, Event, Reply, Request, StreamReply
from typed_openai.local.kept import Item, Kept
from typed_openai.local.models import require_model
from typed_openai.local.moderations import moderation_results
from typed_openai.local.paging import page
from typed_openai.local.router import route
from typed_openai.local.script import Asked, Script
from typed_openai.local.state import State
from typed_openai.local.tool_choices import choice_of, form_of, tools_of

FINGERPRINT = "fp_local"
_LISTED_PARTS = ("text", "image_url")

CHATS = Kept("stored chat completion", "/chat/completions/{completion_id}", "chatcmpl-", order="asc")
ROUTES = CHATS.routes("list", "retrieve", "update", "delete")
_NO_CHOICES: Item = {"choices": []}


@route("POST", "/chat/completions")
def create(request: Request, state: State) -> Answer:
    """Answer a conversation."""
    given = request.given
    require_model(state, given["model"])
    turns = _turns(given["messages"])
    if "audio" in (given.get("modalities") or []):
        raise wrong_value("modalities", "The parameter 'modalities' asks for audio; this local server cannot speak.")
    if given.get("top_logprobs") is not None and not given.get("logprobs"):
        raise wrong_value("top_logprobs", "The parameter 'top_logprobs' needs 'logprobs' to be true.")
    tools, choice = _offered(given)
    told = state.part(Script).next(tools, Asked.of(turns, given))
    chosen = [_choose(given, turns, tools, choice, told, number, state) for number in range(given.get("n") or 1)]
    head: Item = {
        "id": state.new_id("chatcmpl-"),
        "object": "chat.completion",
        "created": state.now(),
        "model": given["model"],
        "service_tier": "default",
        "system_fingerprint": FINGERPRINT,
    }
    usage = tokens.usage(tokens.chat_prompt(turn.text for turn in turns), sum(map(_size, chosen)))
    asked = given.get("moderation")
    verdict: Item = {"moderation": _moderation(turns, chosen, asked["model"])} if asked else {}
    whole = head | {"choices": chosen, "usage": usage} | verdict
    if given.get("store"):
        whole = whole | {"metadata": given.get("metadata") or {}}
        CHATS.put(state, {**whole, "_messages": given["messages"], "_of": ()})
    if not given.get("stream"):
        return Reply(whole)
    told_usage = usage if (given.get("stream_options") or {}).get("include_usage") else None
    return StreamReply(_chunks(head | {"object": "chat.completion.chunk"}, chosen, verdict, told_usage), usage=usage)


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
) -> Item:
    """One choice, whole."""
    form, legacy = form_of(given.get("response_format")), bool(given.get("functions"))
    limits = {name: given[name] for name in ("max_completion_tokens", "max_tokens") if given.get(name) is not None}
    for name, limit in limits.items():
        refuse_outside(name, limit, 1)
    limit = min(limits.values(), default=None)
    said = told or echo.reply_to(turns, tools, choice, form, number, param="response_format")
    ids = [state.new_id("call_") for _ in said.calls]
    text, was_cut = None, False
    if said.text is not None:
        text, was_cut = tokens.cut(tokens.cut_at_stop(said.text, given.get("stop")), limit)
    calls: tuple[Call, ...] = ()
    if said.calls and not was_cut:
        calls, was_cut = _cut_calls(said.calls, None if limit is None else limit - tokens.count(text or ""))
    message: Item = {"role": "assistant", "content": text, "refusal": said.refusal, "annotations": []}
    called = "function_call" if legacy else "tool_calls"
    if calls:
        listed = [_call(call, identifier) for call, identifier in zip(calls, ids, strict=False)]
        message[called] = listed[0]["function"] if legacy else listed
    entries = tokens.token_logprobs(text, given.get("top_logprobs") or 0) if text and given.get("logprobs") else None
    finish = "length" if was_cut else called if calls else "stop"
    return {"index": number, "message": message, "logprobs": _logprobs(entries), "finish_reason": finish}


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


def _call(call: Call, identifier: str) -> Item:
    if call.tool.kind == "custom":
        return {"id": identifier, "type": "custom", "custom": {"name": call.tool.name, "input": call.arguments}}
    return {"id": identifier, "type": "function", "function": {"name": call.tool.name, "arguments": call.arguments}}


def _called(message: Item) -> list[tuple[Item, str, str]]:
    """The calls of a message: each with its kind, and the member that its arguments are."""
    legacy = [{"type": "function", "function": message["function_call"]}] if "function_call" in message else []
    calls = [*legacy, *message.get("tool_calls", ())]
    return [(call, call["type"], "input" if call["type"] == "custom" else "arguments") for call in calls]


def _size(choice: Item) -> int:
    """The tokens of a choice."""
    message = choice["message"]
    arguments = [call[kind][member] for call, kind, member in _called(message)]
    return sum(map(tokens.count, (message["content"] or message["refusal"] or "", *arguments)))


def _logprobs(entries: list[Item] | None) -> Item | None:
    return None if entries is None else {"content": entries, "refusal": None}


def _moderation(turns: list[Turn], chosen: list[Item], model: str) -> Item:
    heard = [turn.text for turn in turns if turn.role == "user"]
    said = " ".join(each["message"]["content"] or "" for each in chosen)
    return {"input": moderation_results(model, heard), "output": moderation_results(model, [said])}


def _chunks(head: Item, chosen: list[Item], verdict: Item, usage: Item | None) -> Iterator[Event]:
    frame = head if usage is None else head | {"usage": None}
    waiting = [_choice_chunks(each) for each in chosen]
    while waiting:
        going: list[Iterator[Item]] = []
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


def _choice_chunks(choice: Item) -> Iterator[Item]:
    """The chunks' entries for one choice, from the role to the finish reason."""
    message, entries = choice["message"], (choice["logprobs"] or {}).get("content")

    def entry(delta: Item, logprobs: list[Item] | None = None, finish: str | None = None) -> Item:
        told = {"logprobs": _logprobs(logprobs), "finish_reason": finish}
        return {"index": choice["index"], "delta": delta, **told}

    content = None if message["content"] is None else ""
    yield entry({"role": "assistant", "content": content, "refusal": None})
    for place, piece in enumerate(tokens.split(message["content"] or "")):
        yield entry({"content": piece}, entries[place : place + 1] if entries else None)
    for piece in tokens.split(message["refusal"] or ""):
        yield entry({"refusal": piece})
    for index, (call, kind, member) in enumerate(_called(message)):
        begun: Item = {"index": index, **call, kind: {**call[kind], member: ""}}
        going: list[Item] = [{"index": index, kind: {member: piece}} for piece in tokens.split(call[kind][member])]
        for part in (begun, *going):
            yield entry({"function_call": part[kind]} if "function_call" in message else {"tool_calls": [part]})
    yield entry({}, finish=choice["finish_reason"])


# -- what is stored --------------------------------------------------------------------------------------------------


@route("GET", "/chat/completions/{completion_id}/messages")
def messages(request: Request, state: State) -> Reply:
    """The messages that a stored completion answered, in pages."""
    chat = CHATS.at(request, state)
    shown = [_message(each, f"{chat['id']}-{place}") for place, each in enumerate(chat["_messages"])]
    return Reply(page(request, shown, order="asc"))


def _message(message: Item, identifier: str) -> dict[str, Any]:
    """A message of a request in the form of this list: its content as one string, its parts beside it."""
    content, parts = message.get("content"), None
    if isinstance(content, list):
        parts = [part for part in content if part.get("type") in _LISTED_PARTS]
        content = " ".join(part["text"] for part in parts if isinstance(part.get("text"), str)) or None
    return {"refusal": None, **message, "id": identifier, "content": content, "content_parts": parts}
