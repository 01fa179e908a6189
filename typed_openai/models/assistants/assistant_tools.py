"""What assistants, threads and runs share: tools, tool resources, tool choice, response format, truncation.

API reference: "Assistants" (the objects that its operations refer to). Deprecated by the service.

Rules
* Names as in the ecosystem: what goes out ends in `Param` (`FunctionToolParam`), what comes back does not
  (`FunctionTool`). Objects that came back may be handed in again: `tools=assistant.tools`.
* Unions of request objects have a nominal base (`AssistantToolParam`), so that variables holding lists of them
  type-check unannotated.

Weak spots
* `file_search` of tool resources takes ids of vector stores or vector stores to make. That one of them is there is
  checked by hand; that the service refuses both at once is left to it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeAlias

from pydantic import Field, StrictFloat, StrictInt, Tag, model_validator
from pydantic_core import PydanticCustomError

from typed_openai.models.base import Open, Params, Result, Tagged, UnknownTag, accepts_results
from typed_openai.models.shared import (
    STRING_OR_OBJECT,
    FunctionDefinition,
    Metadata,
    ResponseFormat,
    ResponseFormatJSONObject,
    ResponseFormatJSONSchema,
    ResponseFormatText,
)
from typed_openai.models.tools import AssistantToolParam
from typed_openai.models.vector_stores.chunking import ChunkingStrategyParam

RunStepInclude: TypeAlias = Literal["step_details.tool_calls[*].file_search.results[*].content"]
"""What run steps may show besides: the chunks that a file search found."""

Order: TypeAlias = Literal["asc", "desc"]
"""By time of creation: oldest first (`asc`) or newest first (`desc`, the default of the service)."""

# --- tools to give ---------------------------------------------------------------------------------------------------


class CodeInterpreterToolParam(AssistantToolParam, Params):
    """Let the model write and run Python code."""

    type: Literal["code_interpreter"] = "code_interpreter"


class FileSearchRankingOptionsParam(Params):
    """How what a file search finds is ranked."""

    score_threshold: Annotated[StrictFloat, Field(ge=0, le=1)]
    """Leave out what scores below this, from 0 to 1."""
    ranker: Literal["auto", "default_2024_08_21"] | None = None
    """The ranker; `auto` by default."""


class FileSearchParam(Params):
    """How to search files."""

    max_num_results: Annotated[StrictInt, Field(ge=1, le=50)] | None = None
    """How many results at most, from 1 to 50; the default depends on the model (5 or 20)."""
    ranking_options: FileSearchRankingOptionsParam | None = None
    """How results are ranked, and from which score they count."""


class FileSearchToolParam(AssistantToolParam, Params):
    """Let the model search the files of vector stores."""

    type: Literal["file_search"] = "file_search"
    file_search: FileSearchParam | None = None
    """How to search."""


class FunctionToolParam(AssistantToolParam, Params):
    """Let the model ask for a function of yours to be called."""

    type: Literal["function"] = "function"
    function: FunctionDefinition
    """Its name, purpose and arguments."""


class AttachedFileSearchParam(AssistantToolParam, Params):
    """Let file search see an attachment."""

    type: Literal["file_search"] = "file_search"


if TYPE_CHECKING:
    AssistantTools: TypeAlias = Sequence[AssistantToolParam]
    RunTools: TypeAlias = Sequence[AssistantToolParam]
    AttachmentTools: TypeAlias = Sequence[AssistantToolParam]
else:
    _Tool = Annotated[
        CodeInterpreterToolParam | FileSearchToolParam | FunctionToolParam,
        Field(discriminator="type"),
        accepts_results(),
    ]
    AssistantTools = Annotated[list[_Tool], Field(max_length=128)]
    """Up to 128 tools."""
    RunTools = Annotated[list[_Tool], Field(max_length=20)]
    """Up to 20 tools."""
    AttachmentTools = list[
        Annotated[CodeInterpreterToolParam | AttachedFileSearchParam, Field(discriminator="type"), accepts_results()]
    ]
    """The tools that see an attachment."""

# --- tools that came back --------------------------------------------------------------------------------------------


class CodeInterpreterTool(AssistantToolParam, Result):
    """The model may write and run Python code."""

    type: Literal["code_interpreter"]


class FileSearchRankingOptions(Result):
    """How what a file search finds is ranked."""

    score_threshold: float
    """What scores below this is left out, from 0 to 1."""
    ranker: Open[Literal["auto", "default_2024_08_21"]] | None = None
    """The ranker."""


class FileSearch(Result):
    """How files are searched."""

    max_num_results: int | None = None
    """How many results at most."""
    ranking_options: FileSearchRankingOptions | None = None
    """How results are ranked, and from which score they count."""


class FileSearchTool(AssistantToolParam, Result):
    """The model may search the files of vector stores."""

    type: Literal["file_search"]
    file_search: FileSearch | None = None
    """How to search."""


class Function(Result):
    """A function as it was described to the model."""

    name: str
    """What the model calls it."""
    description: str | None = None
    """What it does and when to call it."""
    parameters: dict[str, Any] | None = None
    """Its arguments, as a JSON schema."""
    strict: bool | None = None
    """Whether calls keep to the schema exactly."""


class FunctionTool(AssistantToolParam, Result):
    """The model may ask for a function of yours to be called."""

    type: Literal["function"]
    function: Function
    """Its name, purpose and arguments."""


class UnknownTool(AssistantToolParam, Result):
    """A kind of tool that this package does not know yet."""

    type: UnknownTag
    """The kind of tool."""


AssistantTool: TypeAlias = Annotated[CodeInterpreterTool | FileSearchTool | FunctionTool | UnknownTool, Tagged("type")]
"""A tool of an assistant or a run, told apart by `type`."""

AttachmentTool: TypeAlias = Annotated[CodeInterpreterTool | FileSearchTool | UnknownTool, Tagged("type")]
"""A tool that sees an attachment, told apart by `type`."""

# --- what tools work on ----------------------------------------------------------------------------------------------


class CodeInterpreterResourcesParam(Params):
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


class FileSearchResourcesParam(Params):
    """The vector store that file search looks into."""

    vector_store_ids: Annotated[list[str], Field(max_length=1)] | None = None
    """Its id; there may be one at most."""


class NewFileSearchResourcesParam(FileSearchResourcesParam):
    """The vector store that file search looks into: one that exists, or one to make."""

    vector_stores: Annotated[list[NewVectorStoreParam], Field(max_length=1)] | None = None
    """The one to make; there may be one at most."""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if not self.model_fields_set & {"vector_store_ids", "vector_stores"}:
            raise PydanticCustomError("one_of_both", "Input should have vector_store_ids or vector_stores")
        return self


class ToolResourcesParam(Params):
    """What tools work on."""

    code_interpreter: CodeInterpreterResourcesParam | None = None
    """Files for the code interpreter."""
    file_search: FileSearchResourcesParam | None = None
    """A vector store for file search."""


class NewToolResourcesParam(Params):
    """What tools work on; a vector store may be made along with it."""

    code_interpreter: CodeInterpreterResourcesParam | None = None
    """Files for the code interpreter."""
    file_search: NewFileSearchResourcesParam | None = None
    """A vector store for file search."""


class CodeInterpreterResources(Result):
    """Files for the code interpreter."""

    file_ids: list[str] | None = None
    """Their ids."""


class FileSearchResources(Result):
    """The vector store that file search looks into."""

    vector_store_ids: list[str] | None = None
    """Its id."""


class ToolResources(Result):
    """What tools work on."""

    code_interpreter: CodeInterpreterResources | None = None
    """Files for the code interpreter."""
    file_search: FileSearchResources | None = None
    """A vector store for file search."""


# --- tool choice -----------------------------------------------------------------------------------------------------


class AssistantToolChoiceFunctionParam(Params):
    """A function by its name."""

    name: str
    """Its name."""


class AssistantToolChoiceParam(Params):
    """The tool that must be used."""

    type: Literal["function", "code_interpreter", "file_search"]
    """The kind of tool."""
    function: AssistantToolChoiceFunctionParam | None = None
    """Which function, when it is one."""


AssistantToolChoiceOptionParam: TypeAlias = Annotated[
    Annotated[Literal["none", "auto", "required"], Tag("a string")]
    | Annotated[AssistantToolChoiceParam, Tag("an object")],
    STRING_OR_OBJECT,
    accepts_results(),
]
"""No tool, as the model sees fit, some tool, or the one that is named."""


class AssistantToolChoiceFunction(Result):
    """A function by its name."""

    name: str
    """Its name."""


class AssistantToolChoice(Result):
    """The tool that must be used."""

    type: Open[Literal["function", "code_interpreter", "file_search"]]
    """The kind of tool."""
    function: AssistantToolChoiceFunction | None = None
    """Which function, when it is one."""


# --- response format -------------------------------------------------------------------------------------------------

if TYPE_CHECKING:
    AssistantResponseFormatOptionParam: TypeAlias = Literal["auto"] | ResponseFormat
else:
    AssistantResponseFormatOptionParam = Annotated[
        Annotated[Literal["auto"], Tag("a string")]
        | Annotated[
            Annotated[
                ResponseFormatText | ResponseFormatJSONObject | ResponseFormatJSONSchema, Field(discriminator="type")
            ],
            Tag("an object"),
        ],
        STRING_OR_OBJECT,
        accepts_results(),
    ]
    """The form of answers: `auto`, or an object told apart by `type`."""


class AssistantFormatText(Result):
    """Plain text."""

    type: Literal["text"]


class AssistantFormatJSONObject(Result):
    """Some JSON object."""

    type: Literal["json_object"]


class AssistantJSONSchema(Result):
    """The schema that answers keep to, with its name."""

    name: str
    """Name of the format."""
    description: str | None = None
    """What the format is for."""
    schema_: dict[str, Any] | None = Field(default=None, alias="schema")
    """The JSON schema itself. The attribute has a `_` because pydantic owns `schema`."""
    strict: bool | None = None
    """Whether answers keep to the schema exactly."""


class AssistantFormatJSONSchema(Result):
    """JSON that keeps to a schema."""

    type: Literal["json_schema"]
    json_schema: AssistantJSONSchema
    """The schema, with a name."""


class UnknownFormat(Result):
    """A kind of format that this package does not know yet."""

    type: UnknownTag
    """The kind of format."""


AssistantResponseFormat: TypeAlias = Annotated[
    AssistantFormatText | AssistantFormatJSONObject | AssistantFormatJSONSchema | UnknownFormat, Tagged("type")
]
"""The form of answers as it was asked for, told apart by `type`."""


# --- truncation ------------------------------------------------------------------------------------------------------


class TruncationStrategyParam(Params):
    """How much of a long thread a run sees."""

    type: Literal["auto", "last_messages"]
    """`auto` drops messages in the middle to fit the model's context; `last_messages` keeps the newest ones."""
    last_messages: Annotated[StrictInt, Field(ge=1)] | None = None
    """How many of the newest messages are kept, with `last_messages`."""


class TruncationStrategy(Result):
    """How much of a long thread a run sees."""

    type: Open[Literal["auto", "last_messages"]]
    """`auto`: messages in the middle are dropped; `last_messages`: the newest are kept."""
    last_messages: int | None = None
    """How many of the newest messages are kept."""
