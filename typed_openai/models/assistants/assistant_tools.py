"""What assistants, threads and runs share: tools, tool resources, tool choice, response format, truncation.

API reference: "Assistants" (the objects that its operations refer to). Deprecated by the service.

Rules
* Tools, choices, formats and strategies go both ways: `tools=assistant.tools`. Only what makes vector stores on the way
  (`New...Param`) is given and never said.
* Unions of request objects have a nominal base (`AssistantToolParam`), so that variables holding lists of them
  type-check unannotated.

Weak spots
* `file_search` of tool resources takes ids of vector stores or vector stores to make. That one of them is there is
  checked by hand; that the service refuses both at once is left to it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal, Self, TypeAlias

from pydantic import Field, StrictFloat, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from typed_openai.models.base import Params, Tagged
from typed_openai.models.given_results import accepts_results
from typed_openai.models.shape import CLOSED, Shape
from typed_openai.models.shared import (
    FunctionDefinition,
    Metadata,
    ResponseFormatJSONObject,
    ResponseFormatJSONSchema,
    ResponseFormatText,
    StringOrObject,
)
from typed_openai.models.tools import AssistantToolParam
from typed_openai.models.unknown_kinds import UnknownKind
from typed_openai.models.vector_stores.chunking import ChunkingStrategyParam

RunStepInclude: TypeAlias = Literal["step_details.tool_calls[*].file_search.results[*].content"]
"""What run steps may show besides: the chunks that a file search found."""

Temperature: TypeAlias = Annotated[StrictFloat, Field(ge=0, le=2)]
TopP: TypeAlias = Annotated[StrictFloat, Field(ge=0, le=1)]

Order: TypeAlias = Literal["asc", "desc"]
"""By time of creation: oldest first (`asc`) or newest first (`desc`, the default of the service)."""


class WindowParams(Params):
    """Which part of a list to fetch."""

    after: str | None = None
    """Go on after the object of this id."""
    before: str | None = None
    """Stop before the object of this id."""


class PageParams(WindowParams):
    """Which part of a list to fetch, and in which order."""

    limit: StrictInt | None = None
    """How many on a page, from 1 to 100; 20 by default."""
    order: Order | None = None
    """Newest first (`desc`, the default) or oldest first (`asc`)."""


# --- tools -----------------------------------------------------------------------------------------------------------


class CodeInterpreterTool(AssistantToolParam, Shape):
    """Let the model write and run Python code."""

    type: Literal["code_interpreter"] = "code_interpreter"


class FileSearchRankingOptions(Shape):
    """How what a file search finds is ranked."""

    score_threshold: Annotated[float, Field(ge=0, le=1)]
    """Leave out what scores below this, from 0 to 1."""
    ranker: Literal["auto", "default_2024_08_21"] | None = None
    """The ranker; `auto` by default."""


class FileSearch(Shape):
    """How to search files."""

    max_num_results: Annotated[int, Field(ge=1, le=50)] | None = None
    """How many results at most, from 1 to 50; the default depends on the model (5 or 20)."""
    ranking_options: FileSearchRankingOptions | None = None
    """How results are ranked, and from which score they count."""


class FileSearchTool(AssistantToolParam, Shape):
    """Let the model search the files of vector stores."""

    type: Literal["file_search"] = "file_search"
    file_search: FileSearch | None = None
    """How to search."""


class FunctionTool(AssistantToolParam, Shape):
    """Let the model ask for a function of yours to be called."""

    type: Literal["function"] = "function"
    function: FunctionDefinition
    """Its name, purpose and arguments."""


class AttachedFileSearch(AssistantToolParam, Shape):
    """Let file search see an attachment."""

    type: Literal["file_search"] = "file_search"


class UnknownTool(AssistantToolParam, UnknownKind):
    """A kind of tool that this package does not know yet."""


AssistantTool: TypeAlias = Annotated[CodeInterpreterTool | FileSearchTool | FunctionTool | UnknownTool, Tagged("type")]
"""A tool of an assistant or a run, told apart by `type`."""

AttachmentTool: TypeAlias = Annotated[CodeInterpreterTool | AttachedFileSearch | UnknownTool, Tagged("type")]
"""A tool that sees an attachment, told apart by `type`."""

if TYPE_CHECKING:
    AssistantTools: TypeAlias = Sequence[AssistantToolParam]
    RunTools: TypeAlias = Sequence[AssistantToolParam]
else:
    _Tool = Annotated[AssistantTool, CLOSED, accepts_results()]
    AssistantTools = Annotated[list[_Tool], Field(max_length=128)]
    """Up to 128 tools."""
    RunTools = Annotated[list[_Tool], Field(max_length=20)]
    """Up to 20 tools."""

# --- what tools work on ----------------------------------------------------------------------------------------------


class CodeInterpreterResources(Shape):
    """Files for the code interpreter."""

    file_ids: Annotated[list[str], Field(max_length=20)] | None = None
    """Ids of up to 20 files."""


class NewVectorStoreParam(Params):
    """A vector store to make along with an assistant or thread."""

    file_ids: list[str] | None = None
    """Ids of the files to put into it."""
    chunking_strategy: ChunkingStrategyParam | None = None
    """How the files are cut into chunks; `auto` by default."""
    metadata: Metadata | None = None
    """Your own notes on it."""


class NewFileSearchResourcesParam(Params):
    """The vector store that file search looks into: one that exists, or one to make."""

    vector_store_ids: Annotated[list[str], Field(max_length=1)] | None = None
    """Its id; there may be one at most."""
    vector_stores: Annotated[list[NewVectorStoreParam], Field(max_length=1)] | None = None
    """The one to make; there may be one at most."""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if not self.model_fields_set & {"vector_store_ids", "vector_stores"}:
            raise PydanticCustomError("one_of_both", "Input should have vector_store_ids or vector_stores")
        return self


class NewToolResourcesParam(Params):
    """What tools work on; a vector store may be made along with it."""

    code_interpreter: CodeInterpreterResources | None = None
    """Files for the code interpreter."""
    file_search: NewFileSearchResourcesParam | None = None
    """A vector store for file search."""


class FileSearchResources(Shape):
    """The vector store that file search looks into."""

    vector_store_ids: Annotated[list[str], Field(max_length=1)] | None = None
    """Its id; there may be one at most."""


class ToolResources(Shape):
    """What tools work on."""

    code_interpreter: CodeInterpreterResources | None = None
    """Files for the code interpreter."""
    file_search: FileSearchResources | None = None
    """A vector store for file search."""


# --- tool choice -----------------------------------------------------------------------------------------------------


class AssistantToolChoiceFunction(Shape):
    """A function by its name."""

    name: str
    """Its name."""


class AssistantToolChoice(Shape):
    """The tool that must be used."""

    type: Literal["function", "code_interpreter", "file_search"]
    """The kind of tool."""
    function: AssistantToolChoiceFunction | None = None
    """Which function, when it is one."""


AssistantToolChoiceOptionParam: TypeAlias = Annotated[
    StringOrObject[Literal["none", "auto", "required"], AssistantToolChoice], accepts_results()
]
"""No tool, as the model sees fit, some tool, or the one that is named."""


# --- response format -------------------------------------------------------------------------------------------------


class UnknownFormat(UnknownKind):
    """A kind of format that this package does not know yet."""


AssistantResponseFormat: TypeAlias = Annotated[
    ResponseFormatText | ResponseFormatJSONObject | ResponseFormatJSONSchema | UnknownFormat, Tagged("type")
]
"""The form of answers as it was asked for, told apart by `type`."""

AssistantResponseFormatOptionParam: TypeAlias = Annotated[
    StringOrObject[Literal["auto"], AssistantResponseFormat], CLOSED, accepts_results()
]
"""The form of answers: `auto`, or an object told apart by `type`."""


# --- truncation ------------------------------------------------------------------------------------------------------


class TruncationStrategy(Shape):
    """How much of a long thread a run sees."""

    type: Literal["auto", "last_messages"]
    """`auto` drops messages in the middle to fit the model's context; `last_messages` keeps the newest ones."""
    last_messages: Annotated[int, Field(ge=1)] | None = None
    """How many of the newest messages are kept, with `last_messages`."""
