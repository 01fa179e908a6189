"""What a request for a response holds, and what it means here: items, turns, and what an answer repeats of it.

Rules: items of kinds that say nothing to a listener (thoughts, calls of the service's tools) are kept and not heard; a
compacted item holds what it stands for in base64 and is heard again. An output that answers no call is refused. Of the
tools, functions and custom tools are used; those of the service are accepted and never called, because nothing here can
search or compute.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from typing import Any

from typed_openai.local.echo import Turn, heard
from typed_openai.local.errors import wrong_value
from typed_openai.local.kept import Item
from typed_openai.local.state import State

_PREFIXES = {"message": "msg_", "reasoning": "rs_", "function_call": "fc_", "custom_tool_call": "ctc_"}
_WITH_STATUS = frozenset(
    f"{kind}_call{end}"
    for kind in ("function", "custom_tool", "computer", "shell", "apply_patch")
    for end in ("", "_output")
)
"""Items that the service keeps with a status, also when they came without one."""
_FILLED: Mapping[str, Item] = {
    "output_text": {"annotations": [], "logprobs": []},
    "input_image": {"detail": "auto"},
}
"""What the service says of a piece of a message that came without it."""
_CALLS = frozenset({"function_call", "custom_tool_call"})
_ANSWERS = frozenset({"function_call_output", "custom_tool_call_output"})
_REPEATED = (
    "background", "max_output_tokens", "max_tool_calls", "previous_response_id", "prompt_cache_key", "reasoning",
    "safety_identifier", "truncation", "user",
)  # fmt: skip


def read_items(value: str | list[Item] | None) -> list[Item]:
    """The items of an input, a text being the message of a user."""
    if isinstance(value, str):
        return [message("user", value)]
    items: list[Item] = []
    for item in value or []:
        kind = item.get("type") or ("message" if "role" in item else "item_reference")
        own: Item = {}
        if kind == "message":
            own["status"] = item.get("status") or "completed"
            if isinstance(item.get("content"), str):
                own["content"] = _parts(item["role"], item["content"])
        items.append({**item, **own, "type": kind})
    return items


def message(role: str, text: str) -> Item:
    """A message as an item."""
    return {"type": "message", "role": role, "status": "completed", "content": _parts(role, text)}


def _parts(role: str, text: str) -> list[Item]:
    if role == "assistant":
        return [{"type": "output_text", "text": text, "annotations": [], "logprobs": []}]
    return [{"type": "input_text", "text": text}]


def as_kept(item: Mapping[str, Any], state: State) -> Item:
    """An item as the service keeps it."""
    kind = item["type"]
    kept = {**item, "id": item.get("id") or state.new_id(_PREFIXES.get(kind, "item_"))}
    if kind in _WITH_STATUS and not kept.get("status"):
        kept["status"] = "completed"
    if kind == "message" and isinstance(item.get("content"), list):
        kept["content"] = [{**_FILLED.get(part.get("type"), {}), **part} for part in item["content"]]
    return kept


def sealed(items: Iterable[Mapping[str, object]]) -> str:
    """Items as the text of a compacted item."""
    return b64encode(json.dumps(list(items)).encode()).decode()


def _opened(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    try:
        found = json.loads(b64decode(item.get("encrypted_content") or ""))
    except ValueError:
        return []
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def turns_in(items: Iterable[Mapping[str, Any]]) -> list[Turn]:
    """What the items say, as turns. Refuses an output that answers no call."""
    called: dict[object, str] = {}
    turns: list[Turn] = []
    for item in items:
        kind = item["type"]
        if kind == "compaction":
            turns += turns_in(_opened(item))
        elif kind == "message":
            turns.append(Turn(item["role"], *heard(item.get("content"))))
        elif kind in _CALLS:
            called[item.get("call_id")] = str(item.get("name"))
            turns.append(Turn("assistant"))
        elif kind in _ANSWERS:
            identifier = item.get("call_id")
            if identifier not in called:
                raise wrong_value("input", f"No tool call was found for the output with call_id {identifier!r}.")
            turns.append(Turn("tool", *heard(item.get("output")), called[identifier]))
    return turns


def text_of(response: Mapping[str, Any]) -> str:
    """What a response says."""
    parts = [part for item in response["output"] for part in item.get("content") or []]
    return "".join(part.get("text") or "" for part in parts)


def echoed(given: Mapping[str, Any]) -> Item:
    """What a response repeats of its request."""
    tools = [
        {"parameters": None, "strict": True, **each} if each["type"] == "function" else each
        for each in given.get("tools") or []
    ]
    conversation = conversation_of(given)
    return {
        **{name: given[name] for name in _REPEATED if given.get(name) is not None},
        **({} if conversation is None else {"conversation": {"id": conversation}}),
        **{name: 1.0 if given.get(name) is None else given[name] for name in ("temperature", "top_p")},
        "tools": tools,
        "tool_choice": given.get("tool_choice") or "auto",
        "parallel_tool_calls": given.get("parallel_tool_calls") is not False,
        "text": given.get("text") or {"format": {"type": "text"}},
    }


def conversation_of(given: Mapping[str, Any]) -> str | None:
    """Id of the conversation that a response is in."""
    value = given.get("conversation")
    return value["id"] if isinstance(value, dict) else value
