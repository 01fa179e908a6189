"""The tools that are your own (functions, custom tools), and the union with those of the service.

API reference: "Responses", the `tools` parameter and its echo, tool search.

Rules
* All tools are `ResponseTool`s, told apart by `type`; those that may stand in a namespace are `NamespacedTool`s.

Weak spots: whether a schema keeps to what `strict` allows is for the service to say. A tool that is newer than this
package is an `UnknownTool` with its data in `model_extra`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import Field, StringConstraints

from typed_openai.models.base import Model, Tagged
from typed_openai.models.given_results import accepts_results
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
from typed_openai.models.shape import CLOSED, Shape
from typed_openai.models.shared import EACH_ONCE
from typed_openai.models.tools import ResponseTool
from typed_openai.models.unknown_kinds import UnknownKind

ToolName: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[a-zA-Z0-9_-]+$")]
"""A name that the service takes for a tool; the description says it of tools in namespaces and of outputs only."""


class NamespacedTool(Model):
    """A tool that may stand in a namespace."""


class CustomToolFormat(Model):
    """What the input of a custom tool looks like."""


class _OwnTool(Shape):
    """A tool of yours."""

    type: Any
    name: ToolName
    """Its name."""
    description: str | None = None
    """What it is for: the model reads it."""
    defer_loading: bool | None = None
    """Whether it is only loaded when a search for tools finds it."""
    async_: bool | None = Field(default=None, alias="async")
    """Whether its outcome may come later, in a request after the next one."""


class FunctionTool(ResponseTool, _OwnTool):
    """One of your functions, with a schema for its arguments."""

    type: Literal["function"] = "function"
    parameters: dict[str, Any] | None
    """Its arguments, as a JSON schema of type object."""
    strict: bool | None = None  # required by the description, not by the service: frameworks leave it out
    """Whether calls keep to the schema exactly (only a subset of JSON schema then)."""
    output_schema: dict[str, Any] | None = None
    """What it gives back, as a JSON schema."""
    allowed_callers: list[Literal["direct", "programmatic"]] | None = None
    """Who may call it: the model (`direct`), its programs (`programmatic`)."""


class TextFormat(CustomToolFormat, Shape):
    """Any text."""

    type: Literal["text"] = "text"


class GrammarFormat(CustomToolFormat, Shape):
    """Text that keeps to a grammar."""

    type: Literal["grammar"] = "grammar"
    syntax: Literal["lark", "regex"]
    """The language that the grammar is written in."""
    definition: str
    """The grammar."""


class UnknownCustomFormat(UnknownKind):
    """A format of a kind that is newer than this package; its data is in `model_extra`."""


CustomFormat: TypeAlias = Annotated[TextFormat | GrammarFormat | UnknownCustomFormat, Tagged("type")]
"""Any text, or text of a grammar."""


class CustomTool(ResponseTool, NamespacedTool, _OwnTool):
    """A tool of yours that takes one text."""

    type: Literal["custom"] = "custom"
    format: CustomFormat | None = None
    """What its input looks like; any text by default."""
    allowed_callers: Annotated[list[Literal["direct", "programmatic"]], Field(min_length=1)] | None = None
    """Who may call it: the model (`direct`), its programs (`programmatic`)."""


class NamespaceFunction(NamespacedTool, _OwnTool):
    """A function inside a namespace."""

    type: Literal["function"] = "function"
    parameters: dict[str, Any] | None = None
    """Its arguments, as a JSON schema of type object."""
    strict: bool | None = None
    """Whether calls keep to the schema exactly (only a subset of JSON schema then)."""
    output_schema: dict[str, Any] | None = None
    """What it gives back, as a JSON schema."""
    allowed_callers: Annotated[list[Literal["direct", "programmatic"]], Field(min_length=1)] | None = None
    """Who may call it: the model (`direct`), its programs (`programmatic`)."""


class UnknownToolInNamespace(UnknownKind):
    """A tool of a kind that is newer than this package; its data is in `model_extra`."""


ToolInNamespace: TypeAlias = Annotated[NamespaceFunction | CustomTool | UnknownToolInNamespace, Tagged("type")]
"""A tool inside a namespace."""


class NamespaceTool(ResponseTool, Shape):
    """Several tools under one name."""

    type: Literal["namespace"] = "namespace"
    name: Annotated[str, StringConstraints(min_length=1)]
    """Its name."""
    description: str
    """What it is for: the model reads it."""
    tools: Annotated[list[ToolInNamespace], EACH_ONCE, Field(min_length=1)]
    """The tools."""


class ToolSearchTool(ResponseTool, Shape):
    """Lets the model look for tools that were not loaded (`defer_loading`)."""

    type: Literal["tool_search"] = "tool_search"
    execution: Literal["server", "client"] | None = None
    """Who searches: the service or you."""
    description: str | None = None
    """What it is for: the model reads it."""
    parameters: dict[str, Any] | None = None
    """Its arguments, as a JSON schema of type object."""


class ProgrammaticToolCalling(ResponseTool, Shape):
    """Lets the model write programs that call tools."""

    type: Literal["programmatic_tool_calling"] = "programmatic_tool_calling"


class UnknownTool(UnknownKind):
    """A tool of a kind that is newer than this package; its data is in `model_extra`."""


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
    Tagged("type", first=("function",)),
]
"""A tool, told apart by `type`."""


if TYPE_CHECKING:
    Tools: TypeAlias = Sequence[ResponseTool]
else:
    Tools = Annotated[list[Annotated[Tool, CLOSED, accepts_results("for_responses")]], EACH_ONCE]
    """The tools of a request."""
