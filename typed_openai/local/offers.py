"""Tools on offer and the choice among them, as far as chat and responses speak of them alike.

Rule: a choice by name is one of the tools of the same request, and refused otherwise.
"""

from __future__ import annotations

from typed_openai.local.arguments import Arguments
from typed_openai.local.echo import Choice, Tool
from typed_openai.local.errors import wrong_value


def function_in(declared: Arguments) -> Tool:
    """The function that an object declares by name and parameters."""
    declared.child("parameters")
    return Tool(declared.string("name"), "function", declared.raw("parameters"))


def choice_by_word(body: Arguments, param: str, parallel: bool) -> Choice:
    """`none`, `auto` or `required`."""
    mode = body.choice(param, ("none", "auto", "required"))
    return Choice("none" if mode == "none" else "required" if mode == "required" else "auto", None, parallel)


def choice_by_name(named: list[Arguments], tools: list[Tool], parallel: bool, forced: bool = True) -> Choice:
    """One of the tools that these objects name, or (unless `forced`) a text."""
    names = {tool.name for tool in tools}
    for each in named:
        if each.string("name") not in names:
            reason = f"There is no tool {each.string('name')!r} among those of the request."
            raise wrong_value(each.path("name"), reason)
    return Choice("required" if forced else "auto", tuple(each.string("name") for each in named), parallel)
