"""What a tool is to each API that takes tools, for type checkers: the bases that only say what a model is.

They stand apart so that a tool made of a function (`typed_openai/tools.py`) is one of each without loading the models
of each. What such a tool is on the wire, it says itself: `as_input()` for chat and assistants, `for_responses()`.
"""

from typing import Any

from typed_openai.models.base import Model, Params, in_form


class AssistantToolParam(Model):
    """A tool to give: `CodeInterpreterToolParam`, `FileSearchToolParam`, `FunctionToolParam`, or one that came back."""


class ResponseTool(Model):
    """A tool that a response may use: your own or one of the service."""


class ResponseRequest(Params):
    """A request of the Responses API that may name tools: made of functions, they are flat here, checked or not."""

    @classmethod
    def unchecked(cls, given: dict[str, Any]) -> dict[str, Any]:
        tools = given.get("tools")
        flat = [in_form(each, "for_responses") for each in tools] if isinstance(tools, list | tuple) else tools
        return given | {"tools": flat} if "tools" in given else given
