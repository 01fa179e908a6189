"""Which tools a response shall use: a rule for all of them, or a choice among them.

API reference: "Responses", the `tool_choice` parameter.

Weak spot: that the chosen tool is among those of the request is for the service to say.
"""

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import Tag

from typed_openai.models.base import Model, Params, Tagged
from typed_openai.models.shared import STRING_OR_OBJECT


class ResponseToolChoice(Model):
    """Which tools to use, when a rule (`none`, `auto`, `required`) does not say enough."""


class ToolChoiceAllowedParam(ResponseToolChoice, Params):
    """Use only some of the tools, without changing the cached list of them."""

    type: Literal["allowed_tools"] = "allowed_tools"
    mode: Literal["auto", "required"]
    """`auto`: the model may use one of them; `required`: it must."""
    tools: list[dict[str, Any]]
    """Which ones, each as `{"type": "function", "name": "..."}`."""


class ToolChoiceTypesParam(ResponseToolChoice, Params):
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


class ToolChoiceFunctionParam(ResponseToolChoice, Params):
    """Call this function."""

    type: Literal["function"] = "function"
    name: str
    """Its name."""


class ToolChoiceMcpParam(ResponseToolChoice, Params):
    """Use this MCP server."""

    type: Literal["mcp"] = "mcp"
    server_label: str
    """What you call the server."""
    name: str | None = None
    """One of its tools."""


class ToolChoiceCustomParam(ResponseToolChoice, Params):
    """Call this custom tool."""

    type: Literal["custom"] = "custom"
    name: str
    """Its name."""


class ToolChoiceProgrammaticParam(ResponseToolChoice, Params):
    """Write a program that calls tools."""

    type: Literal["programmatic_tool_calling"] = "programmatic_tool_calling"


class ToolChoiceApplyPatchParam(ResponseToolChoice, Params):
    """Change a file."""

    type: Literal["apply_patch"] = "apply_patch"


class ToolChoiceShellParam(ResponseToolChoice, Params):
    """Use the shell."""

    type: Literal["shell"] = "shell"


if TYPE_CHECKING:
    ToolChoice: TypeAlias = Literal["none", "auto", "required"] | ResponseToolChoice
else:
    ToolChoice = Annotated[
        Annotated[Literal["none", "auto", "required"], Tag("a string")]
        | Annotated[
            ToolChoiceAllowedParam
            | ToolChoiceTypesParam
            | ToolChoiceFunctionParam
            | ToolChoiceMcpParam
            | ToolChoiceCustomParam
            | ToolChoiceProgrammaticParam
            | ToolChoiceApplyPatchParam
            | ToolChoiceShellParam,
            Tagged("type"),
            Tag("an object"),
        ],
        STRING_OR_OBJECT,
    ]
    """A rule for all tools, or a choice among them."""
