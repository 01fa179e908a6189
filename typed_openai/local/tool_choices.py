"""Tools on offer, the choice among them, the form of an answer: chat, Responses and runs say them each in their way.

The three differ in where a name stands: beside the type (Responses), or in a member of that name (chat, assistants);
`inner` makes one of both.

Rule: a choice by name is one of the tools of the same request, and refused otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from typed_openai.local.echo import Choice, Form, Tool
from typed_openai.local.errors import wrong_value

_MODES: Mapping[str, Literal["none", "auto", "required"]] = {"none": "none", "required": "required"}


def inner(value: Mapping[str, Any], at: str = "") -> tuple[Mapping[str, Any], str]:
    """Where what is of a kind stands: in the member that has the name of the kind, or beside it."""
    kind = value.get("type") or ""
    found = value.get(kind)
    return (found, f"{at}.{kind}") if isinstance(found, Mapping) else (value, at)


def tools_of(given: Iterable[Mapping[str, Any]] | None) -> list[Tool]:
    """The functions and custom tools among these; the tools of the service are never called here."""
    own = [(each, inner(each)[0]) for each in given or () if each["type"] in ("function", "custom")]
    return [Tool(told["name"], each["type"], told.get("parameters")) for each, told in own]


def choice_of(value: Any, tools: Sequence[Tool], parallel: bool, at: str = "tool_choice") -> Choice:
    """What a choice asks for, which stands at this place of a request; None leaves it to the text."""
    if value is None or isinstance(value, str):
        return Choice(_MODES.get(value or "", "auto"), None, parallel)
    kind = value.get("type") or "function"
    told, place = inner(value, at)
    if kind not in ("function", "custom", "allowed_tools"):
        return Choice("auto", None, parallel)
    allowed = kind == "allowed_tools"
    named = [inner(each, f"{place}.tools[{n}]") for n, each in enumerate(told["tools"])] if allowed else [(told, place)]
    names = {tool.name for tool in tools}
    for each, where in named:
        if "name" in each and each["name"] not in names:
            reason = f"There is no tool {each['name']!r} among those of the request."
            raise wrong_value(f"{where}.name", reason)
    forced = not allowed or told.get("mode") == "required"
    among = tuple(each["name"] for each, _ in named if "name" in each)
    return Choice("required" if forced else "auto", among, parallel)


def form_of(value: Any) -> Form:
    """The form that a response format asks for."""
    if value is None or isinstance(value, str) or value["type"] == "text":
        return Form()
    if value["type"] == "json_object":
        return Form("json_object")
    return Form("json_schema", inner(value)[0].get("schema") or {"type": "object"})
