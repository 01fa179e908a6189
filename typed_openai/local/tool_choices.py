"""What is said to tools, the choice among them, the form of an answer: each API has these in its own way.

The three differ in where a name stands: beside the type (Responses), or in a member of that name (chat, assistants);
`inner` makes one of both. `said_to` decides for all of them, by the script or by the rules of `echo.py`.

Rule: a choice by name is one of the tools of the same request, and refused otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from typed_openai.local.echo import Choice, Form, Saying, Tool, Turn, reply_to
from typed_openai.local.errors import wrong_value
from typed_openai.local.script import Asked, Script
from typed_openai.local.state import State

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


def said_to(
    state: State, turns: Sequence[Turn], params: Mapping[str, Any], form: Any = None, param: str = "tools"
) -> Saying:
    """What is said to these turns: what the script has for them, else what rules make of the tools and the choice in
    the parameters and of the form, which stands at `param`. 400 where a schema has no instance."""
    offered = tools_of(params.get("tools"))
    wanted = choice_of(params.get("tool_choice"), offered, params.get("parallel_tool_calls") is not False)
    told = state.part(Script).next(offered, Asked.of(turns, params))
    return told or reply_to(turns, offered, wanted, form_of(form), param=param)


def form_of(value: Any) -> Form:
    """The form that a response format asks for."""
    if value is None or isinstance(value, str) or value["type"] == "text":
        return Form()
    if value["type"] == "json_object":
        return Form("json_object")
    return Form("json_schema", inner(value)[0].get("schema") or {"type": "object"})
