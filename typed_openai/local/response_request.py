"""A request for a response, read and checked: what `POST /responses` may hold and what it means here.

`ResponseRequest.read(body, earlier)` turns the JSON body into items, turns, tools, a choice, a form and limits;
`earlier` are the items of the responses that it goes on from. It refuses what the service refuses: no input, items
of unknown roles, outputs that answer no call, tools that are not on offer, numbers out of range.

Rules: items of kinds that say nothing to a listener (thoughts, calls of the service's tools) are kept and not heard; a
compacted item holds what it stands for in base64 and is heard again. Of the tools, functions and custom tools are used;
those of the service are accepted and never called, because nothing here can search or compute.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from typed_openai.local.arguments import Arguments, Json, JsonObject
from typed_openai.local.echo import Choice, Form, Tool, Turn
from typed_openai.local.errors import missing, wrong_type, wrong_value
from typed_openai.local.offers import choice_by_name, choice_by_word, function_in

ROLES = frozenset({"user", "assistant", "system", "developer"})
PARTS = {"input_image": "image", "input_file": "file", "input_audio": "audio clip"}
TEXTS = {"input_text": "text", "output_text": "text", "text": "text", "refusal": "refusal"}
_CALLS = {"function_call": "arguments", "custom_tool_call": "input"}
_ANSWERS = frozenset({"function_call_output", "custom_tool_call_output"})


@dataclass(frozen=True, slots=True)
class ResponseRequest:
    """A checked request for a response."""

    model: str
    instructions: Json
    items: list[JsonObject]
    turns: list[Turn]
    tools: list[Tool]
    choice: Choice
    form: Form
    limit: int | None
    thinks: bool
    stream: bool
    background: bool
    store: bool
    metadata: dict[str, str]
    echoed: dict[str, object]

    @classmethod
    def read(cls, body: Arguments, earlier: Iterable[Mapping[str, object]] = ()) -> ResponseRequest:
        """Check a request body. Raises `ApiError` 400 with the member that is wrong."""
        model = body.string("model")
        body.number("temperature", 0, 2)
        body.number("top_p", 0, 1)
        items = read_items(body, "input")
        if not items and not earlier:
            raise missing("input")
        tools = _tools(body)
        reasoning = body.child("reasoning")
        return cls(
            model=model,
            instructions=body.raw("instructions"),
            items=items,
            turns=[*_instructed(body), *heard([*earlier, *items])],
            tools=tools,
            choice=_choice(body, tools),
            form=_form(body),
            limit=body.integer("max_output_tokens", 16),
            thinks=reasoning is not None and reasoning.optional_string("effort") != "none",
            stream=body.flag("stream"),
            background=body.flag("background"),
            store=body.flag("store", default=True),
            metadata=body.metadata(),
            echoed=_echoed(body),
        )


def read_items(body: Arguments, name: str) -> list[JsonObject]:
    """The items of an input, a text being the message of a user."""
    value = body.raw(name)
    if value is None:
        return []
    if isinstance(value, str):
        return [message("user", value)]
    if not isinstance(value, list):
        raise wrong_type(body.path(name), "a string or an array of items", value)
    items: list[JsonObject] = []
    for item in body.objects(name):
        members = dict(item.members)
        kind = item.optional_string("type") or ("message" if "role" in members else "item_reference")
        if kind == "message":
            role = item.choice("role", ROLES)
            if isinstance(members.get("content"), str):
                members["content"] = _parts(role, str(members["content"]))
            for part in Arguments(members, item.path("")[:-1]).objects("content"):
                part.choice("type", {*TEXTS, *PARTS})
            members.setdefault("status", "completed")
        items.append({**members, "type": kind})
    return items


def message(role: str, text: str) -> JsonObject:
    """A message as an item."""
    return {"type": "message", "role": role, "status": "completed", "content": _parts(role, text)}


def _parts(role: str, text: str) -> Json:
    if role == "assistant":
        return [{"type": "output_text", "text": text, "annotations": [], "logprobs": []}]
    return [{"type": "input_text", "text": text}]


def sealed(items: Iterable[Mapping[str, object]]) -> str:
    """Items as the text of a compacted item."""
    return b64encode(json.dumps(list(items)).encode()).decode()


def _opened(item: Mapping[str, object]) -> list[Mapping[str, object]]:
    try:
        found = json.loads(b64decode(str(item.get("encrypted_content") or "")))
    except ValueError:
        return []
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def heard(items: Iterable[Mapping[str, object]]) -> list[Turn]:
    """What the items say, as turns. Refuses an output that answers no call."""
    called: dict[object, str] = {}
    turns: list[Turn] = []
    for item in items:
        kind = item.get("type")
        if kind == "compaction":
            turns += heard(_opened(item))
        elif kind == "message":
            text, extras = _content(item.get("content"))
            turns.append(Turn(str(item.get("role")), text, extras))
        elif kind in _CALLS:
            called[item.get("call_id")] = str(item.get("name"))
            turns.append(Turn("assistant"))
        elif kind in _ANSWERS:
            identifier = item.get("call_id")
            if identifier not in called:
                reason = f"No tool call was found for the output with call_id {identifier!r}."
                raise wrong_value("input", reason)
            text, extras = _content(item.get("output"))
            turns.append(Turn("tool", text, extras, called[identifier]))
    return turns


def _content(content: object) -> tuple[str, Counter[str]]:
    extras: Counter[str] = Counter()
    if not isinstance(content, list):
        return str(content or ""), extras
    texts: list[str] = []
    for part in content:
        kind = part.get("type") if isinstance(part, dict) else None
        if kind in TEXTS:
            texts.append(str(part.get(TEXTS[kind]) or ""))
        elif kind in PARTS:
            extras[PARTS[kind]] += 1
    return " ".join(texts), extras


def _instructed(body: Arguments) -> list[Turn]:
    said = body.optional_string("instructions")
    return [Turn("system", said)] if said else []


def _tools(body: Arguments) -> list[Tool]:
    found: list[Tool] = []
    for each in body.objects("tools"):
        kind = each.string("type")
        if kind == "function":
            found.append(function_in(each))
        elif kind == "custom":
            found.append(Tool(each.string("name"), "custom"))
    return found


def _choice(body: Arguments, tools: list[Tool]) -> Choice:
    value = body.raw("tool_choice")
    parallel = body.flag("parallel_tool_calls", default=True)
    if value is None:
        return Choice("auto", None, parallel)
    if isinstance(value, str):
        return choice_by_word(body, "tool_choice", parallel)
    chosen = body.required_child("tool_choice")
    kind = chosen.string("type")
    if kind in ("function", "custom"):
        return choice_by_name([chosen], tools, parallel)
    if kind == "allowed_tools":
        forced = chosen.choice("mode", ("auto", "required")) == "required"
        named = [each for each in chosen.objects("tools") if each.raw("name") is not None]
        return choice_by_name(named, tools, parallel, forced)
    return Choice("auto", None, parallel)


def _form(body: Arguments) -> Form:
    text = body.child("text")
    given = text.child("format") if text is not None else None
    if given is None:
        return Form()
    kind = given.choice("type", ("text", "json_object", "json_schema"))
    if kind == "json_object":
        return Form("json_object")
    if kind == "text":
        return Form()
    given.string("name")
    given.required_child("schema")
    return Form("json_schema", given.raw("schema"))


_REPEATED = (
    "background", "max_output_tokens", "max_tool_calls", "previous_response_id", "prompt_cache_key", "reasoning",
    "safety_identifier", "truncation", "user",
)  # fmt: skip


def _echoed(body: Arguments) -> dict[str, object]:
    """What a response repeats of its request."""
    tools = [
        {"parameters": None, "strict": True, **each.members} if each.raw("type") == "function" else dict(each.members)
        for each in body.objects("tools")
    ]
    conversation = body.raw("conversation")
    if conversation is not None:
        conversation = {"id": conversation} if isinstance(conversation, str) else conversation
    sampled = {name: 1.0 if body.raw(name) is None else body.raw(name) for name in ("temperature", "top_p")}
    return {
        **{name: body.raw(name) for name in _REPEATED if body.raw(name) is not None},
        **({} if conversation is None else {"conversation": conversation}),
        **sampled,
        "tools": tools,
        "tool_choice": body.raw("tool_choice") or "auto",
        "parallel_tool_calls": body.flag("parallel_tool_calls", default=True),
        "text": body.raw("text") or {"format": {"type": "text"}},
    }
