"""The tools of a response, as the service echoes them.

API reference: "Responses" (`tools` of the response object, tool search). What you send: `responses/tool_params.py`.

Weak spot: a tool that is newer than this package is an `UnknownTool` with its data in `model_extra`."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field

from typed_openai.models.base import Open, Result, Tagged, UnknownTag
from typed_openai.models.responses.service_tools import (
    ApplyPatchTool,
    CodeInterpreter,
    ComputerTool,
    ComputerUsePreviewTool,
    FileSearchTool,
    FunctionShellTool,
    ImageGeneration,
    LocalShell,
    Mcp,
    WebSearchPreviewTool,
    WebSearchTool,
)


class FunctionTool(Result):
    """One of your functions, with a schema for its arguments."""

    type: Literal["function"]
    name: str
    """Its name."""
    parameters: dict[str, Any] | None = None
    """Its arguments, as a JSON schema of type object."""
    strict: bool | None = None
    """Whether calls keep to the schema exactly (only a subset of JSON schema then)."""
    description: str | None = None
    """What it is for: the model reads it."""
    output_schema: dict[str, Any] | None = None
    """What it gives back, as a JSON schema."""
    defer_loading: bool | None = None
    """Whether it is only loaded when a search for tools finds it."""
    allowed_callers: list[Open[Literal["direct", "programmatic"]]] | None = None
    """Who may call it: the model (`direct`), its programs (`programmatic`)."""
    async_: bool | None = Field(default=None, alias="async")
    """Whether its outcome may come later, in a request after the next one."""


class TextFormat(Result):
    """Any text."""

    type: Literal["text"]


class GrammarFormat(Result):
    """Text that keeps to a grammar."""

    type: Literal["grammar"]
    syntax: Open[Literal["lark", "regex"]]
    """The language that the grammar is written in."""
    definition: str
    """The grammar."""


class UnknownCustomFormat(Result):
    """A format of a kind that is newer than this package; its data is in `model_extra`."""

    type: UnknownTag
    """The kind of object."""


CustomFormat: TypeAlias = Annotated[TextFormat | GrammarFormat | UnknownCustomFormat, Tagged("type")]
"""Any text, or text of a grammar."""


class CustomTool(Result):
    """A tool of yours that takes one text."""

    type: Literal["custom"]
    name: str
    """Its name."""
    description: str | None = None
    """What it is for: the model reads it."""
    format: CustomFormat | None = None
    """What its input looks like; any text by default."""
    defer_loading: bool | None = None
    """Whether it is only loaded when a search for tools finds it."""
    allowed_callers: list[Open[Literal["direct", "programmatic"]]] | None = None
    """Who may call it: the model (`direct`), its programs (`programmatic`)."""
    async_: bool | None = Field(default=None, alias="async")
    """Whether its outcome may come later, in a request after the next one."""


class NamespaceFunction(Result):
    """A function inside a namespace."""

    name: str
    """Its name."""
    type: Literal["function"]
    description: str | None = None
    """What it is for: the model reads it."""
    parameters: dict[str, Any] | None = None
    """Its arguments, as a JSON schema of type object."""
    strict: bool | None = None
    """Whether calls keep to the schema exactly (only a subset of JSON schema then)."""
    output_schema: dict[str, Any] | None = None
    """What it gives back, as a JSON schema."""
    defer_loading: bool | None = None
    """Whether it is only loaded when a search for tools finds it."""
    allowed_callers: list[Open[Literal["direct", "programmatic"]]] | None = None
    """Who may call it: the model (`direct`), its programs (`programmatic`)."""
    async_: bool | None = Field(default=None, alias="async")
    """Whether its outcome may come later, in a request after the next one."""


class UnknownToolInNamespace(Result):
    """A tool of a kind that is newer than this package; its data is in `model_extra`."""

    type: UnknownTag
    """The kind of object."""


ToolInNamespace: TypeAlias = Annotated[NamespaceFunction | CustomTool | UnknownToolInNamespace, Tagged("type")]
"""A tool inside a namespace."""


class NamespaceTool(Result):
    """Several tools under one name."""

    type: Literal["namespace"]
    name: str
    """Its name."""
    description: str
    """What it is for: the model reads it."""
    tools: list[ToolInNamespace]
    """The tools."""


class ToolSearchTool(Result):
    """Lets the model look for tools that were not loaded (`defer_loading`)."""

    type: Literal["tool_search"]
    execution: Open[Literal["server", "client"]] | None = None
    """Who searches: the service or you."""
    description: str | None = None
    """What it is for: the model reads it."""
    parameters: dict[str, Any] | None = None
    """Its arguments, as a JSON schema of type object."""


class ProgrammaticToolCalling(Result):
    """Lets the model write programs that call tools."""

    type: Literal["programmatic_tool_calling"]


class UnknownTool(Result):
    """A tool of a kind that is newer than this package; its data is in `model_extra`."""

    type: UnknownTag
    """The kind of object."""


Tool: TypeAlias = Annotated[
    FunctionTool
    | FileSearchTool
    | ComputerTool
    | ComputerUsePreviewTool
    | WebSearchTool
    | Mcp
    | CodeInterpreter
    | ProgrammaticToolCalling
    | ImageGeneration
    | LocalShell
    | FunctionShellTool
    | CustomTool
    | NamespaceTool
    | ToolSearchTool
    | WebSearchPreviewTool
    | ApplyPatchTool
    | UnknownTool,
    Tagged("type"),
]
"""A tool, told apart by `type`."""
