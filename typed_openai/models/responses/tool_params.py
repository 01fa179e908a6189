"""The tools of a request that are your own (functions, custom tools), and the union with those of the service.

API reference: "Responses", the `tools` parameter. What the service echoes: `responses/tools.py`.

Rules
* All tools are `ResponseTool`s, told apart by `type`; those that may stand in a namespace are `NamespacedTool`s.

Weak spot: whether a schema keeps to what `strict` allows is for the service to say."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import Field, StrictBool, StringConstraints

from typed_openai.models.base import Model, Params, Tagged, accepts_results
from typed_openai.models.responses.service_tool_params import (
    ApplyPatchToolParam,
    CodeInterpreterParam,
    ComputerToolParam,
    ComputerUsePreviewToolParam,
    FileSearchToolParam,
    FunctionShellToolParam,
    ImageGenerationParam,
    LocalShellParam,
    McpParam,
    WebSearchPreviewToolParam,
    WebSearchToolParam,
)
from typed_openai.models.shared import EACH_ONCE
from typed_openai.models.tools import ResponseTool

ToolName: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[a-zA-Z0-9_-]+$")]
"""A name that the service takes for a tool; the description says it of tools in namespaces and of outputs only."""


class NamespacedTool(Model):
    """A tool that may stand in a namespace."""


class FunctionToolParam(ResponseTool, Params):
    """One of your functions, with a schema for its arguments."""

    type: Literal["function"] = "function"
    name: ToolName
    """Its name."""
    parameters: dict[str, Any] | None
    """Its arguments, as a JSON schema of type object."""
    strict: StrictBool | None = None  # required by the description, not by the service: frameworks leave it out
    """Whether calls keep to the schema exactly (only a subset of JSON schema then)."""
    description: str | None = None
    """What it is for: the model reads it."""
    output_schema: dict[str, Any] | None = None
    """What it gives back, as a JSON schema."""
    defer_loading: StrictBool | None = None
    """Whether it is only loaded when a search for tools finds it."""
    allowed_callers: list[Literal["direct", "programmatic"]] | None = None
    """Who may call it: the model (`direct`), its programs (`programmatic`)."""
    async_: StrictBool | None = Field(default=None, alias="async")
    """Whether its outcome may come later, in a request after the next one."""


class CustomToolFormat(Model):
    """What the input of a custom tool looks like."""


class TextFormatParam(CustomToolFormat, Params):
    """Any text."""

    type: Literal["text"] = "text"


class GrammarFormatParam(CustomToolFormat, Params):
    """Text that keeps to a grammar."""

    type: Literal["grammar"] = "grammar"
    syntax: Literal["lark", "regex"]
    """The language that the grammar is written in."""
    definition: str
    """The grammar."""


if TYPE_CHECKING:
    AnyCustomFormat: TypeAlias = CustomToolFormat
else:
    AnyCustomFormat = Annotated[TextFormatParam | GrammarFormatParam, Tagged("type"), accepts_results()]
    """Any text, or text of a grammar."""


class CustomToolParam(ResponseTool, NamespacedTool, Params):
    """A tool of yours that takes one text."""

    type: Literal["custom"] = "custom"
    name: ToolName
    """Its name."""
    description: str | None = None
    """What it is for: the model reads it."""
    format: AnyCustomFormat | None = None
    """What its input looks like; any text by default."""
    defer_loading: StrictBool | None = None
    """Whether it is only loaded when a search for tools finds it."""
    allowed_callers: Annotated[list[Literal["direct", "programmatic"]], Field(min_length=1)] | None = None
    """Who may call it: the model (`direct`), its programs (`programmatic`)."""
    async_: StrictBool | None = Field(default=None, alias="async")
    """Whether its outcome may come later, in a request after the next one."""


class NamespaceFunctionParam(NamespacedTool, Params):
    """A function inside a namespace."""

    type: Literal["function"] = "function"
    name: ToolName
    """Its name."""
    description: str | None = None
    """What it is for: the model reads it."""
    parameters: dict[str, Any] | None = None
    """Its arguments, as a JSON schema of type object."""
    strict: StrictBool | None = None
    """Whether calls keep to the schema exactly (only a subset of JSON schema then)."""
    output_schema: dict[str, Any] | None = None
    """What it gives back, as a JSON schema."""
    defer_loading: StrictBool | None = None
    """Whether it is only loaded when a search for tools finds it."""
    allowed_callers: Annotated[list[Literal["direct", "programmatic"]], Field(min_length=1)] | None = None
    """Who may call it: the model (`direct`), its programs (`programmatic`)."""
    async_: StrictBool | None = Field(default=None, alias="async")
    """Whether its outcome may come later, in a request after the next one."""


if TYPE_CHECKING:
    AnyNamespacedTool: TypeAlias = NamespacedTool
else:
    AnyNamespacedTool = Annotated[NamespaceFunctionParam | CustomToolParam, Tagged("type"), accepts_results()]
    """A tool inside a namespace."""


if TYPE_CHECKING:
    NamespacedTools: TypeAlias = Sequence[NamespacedTool]
else:
    NamespacedTools = Annotated[list[AnyNamespacedTool], EACH_ONCE]
    """The tools of a namespace."""


class NamespaceToolParam(ResponseTool, Params):
    """Several tools under one name."""

    type: Literal["namespace"] = "namespace"
    name: Annotated[str, StringConstraints(min_length=1)]
    """Its name."""
    description: str
    """What it is for: the model reads it."""
    tools: Annotated[NamespacedTools, Field(min_length=1)]
    """The tools."""


class ToolSearchToolParam(ResponseTool, Params):
    """Lets the model look for tools that were not loaded (`defer_loading`)."""

    type: Literal["tool_search"] = "tool_search"
    execution: Literal["server", "client"] | None = None
    """Who searches: the service or you."""
    description: str | None = None
    """What it is for: the model reads it."""
    parameters: dict[str, Any] | None = None
    """Its arguments, as a JSON schema of type object."""


class ProgrammaticToolCallingParam(ResponseTool, Params):
    """Lets the model write programs that call tools."""

    type: Literal["programmatic_tool_calling"] = "programmatic_tool_calling"


if TYPE_CHECKING:
    AnyTool: TypeAlias = ResponseTool
else:
    AnyTool = Annotated[
        FunctionToolParam
        | FileSearchToolParam
        | ComputerToolParam
        | ComputerUsePreviewToolParam
        | WebSearchToolParam
        | McpParam
        | CodeInterpreterParam
        | ProgrammaticToolCallingParam
        | ImageGenerationParam
        | LocalShellParam
        | FunctionShellToolParam
        | CustomToolParam
        | NamespaceToolParam
        | ToolSearchToolParam
        | WebSearchPreviewToolParam
        | ApplyPatchToolParam,
        Tagged("type"),
        accepts_results("for_responses"),
    ]
    """A tool, told apart by `type`."""


if TYPE_CHECKING:
    Tools: TypeAlias = Sequence[ResponseTool]
else:
    Tools = Annotated[list[AnyTool], EACH_ONCE]
    """The tools of a request."""
