"""Which tools a response shall use: a rule for all of them, or a choice among them.

API reference: "Responses", the `tool_choice` parameter and its echo.

Weak spot: that the chosen tool is among those of the request is for the service to say.
"""

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from typed_openai.models.base import Model, Tagged
from typed_openai.models.shape import CLOSED, Shape
from typed_openai.models.shared import StringOrObject
from typed_openai.models.unknown_kinds import UnknownKind


class ResponseToolChoice(Model):
    """Which tools to use, when a rule (`none`, `auto`, `required`) does not say enough."""


class ToolChoiceAllowed(ResponseToolChoice, Shape):
    """Use only some of the tools, without changing the cached list of them."""

    type: Literal["allowed_tools"] = "allowed_tools"
    mode: Literal["auto", "required"]
    """`auto`: the model may use one of them; `required`: it must."""
    tools: list[dict[str, Any]]
    """Which ones, each as `{"type": "function", "name": "..."}`."""


class ToolChoiceTypes(ResponseToolChoice, Shape):
    """Use this tool of the service."""

    type: Literal[
        "file_search",
        "web_search_preview",
        "computer",
        "computer_use_preview",
        "computer_use",
        "web_search_preview_2025_03_11",
        "image_generation",
        "code_interpreter",
    ]
    """Which tool."""


class ToolChoiceFunction(ResponseToolChoice, Shape):
    """Call this function."""

    type: Literal["function"] = "function"
    name: str
    """Its name."""


class ToolChoiceMcp(ResponseToolChoice, Shape):
    """Use this MCP server."""

    type: Literal["mcp"] = "mcp"
    server_label: str
    """What you call the server."""
    name: str | None = None
    """One of its tools."""


class ToolChoiceCustom(ResponseToolChoice, Shape):
    """Call this custom tool."""

    type: Literal["custom"] = "custom"
    name: str
    """Its name."""


class ToolChoiceProgrammatic(ResponseToolChoice, Shape):
    """Write a program that calls tools."""

    type: Literal["programmatic_tool_calling"] = "programmatic_tool_calling"


class ToolChoiceApplyPatch(ResponseToolChoice, Shape):
    """Change a file."""

    type: Literal["apply_patch"] = "apply_patch"


class ToolChoiceShell(ResponseToolChoice, Shape):
    """Use the shell."""

    type: Literal["shell"] = "shell"


class UnknownToolChoice(UnknownKind):
    """A choice of a kind that is newer than this package; its data is in `model_extra`."""


NamedToolChoice: TypeAlias = (
    ToolChoiceFunction
    | ToolChoiceMcp
    | ToolChoiceCustom
    | ToolChoiceProgrammatic
    | ToolChoiceApplyPatch
    | ToolChoiceShell
    | UnknownToolChoice
)
"""A choice of one tool, or of a kind that is newer than this package."""

ToolChoiceObject: TypeAlias = Annotated[ToolChoiceAllowed | ToolChoiceTypes | NamedToolChoice, Tagged("type", first=())]
"""A choice among the tools, told apart by `type`."""

if TYPE_CHECKING:
    ToolChoice: TypeAlias = Literal["none", "auto", "required"] | ResponseToolChoice
else:
    ToolChoice = Annotated[StringOrObject[Literal["none", "auto", "required"], ToolChoiceObject], CLOSED]
    """A rule for all tools, or a choice among them, as a request takes it."""
