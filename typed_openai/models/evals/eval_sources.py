"""What runs of evaluations are fed with: where items come from, and what a model is asked about each.

API reference: "Evals" (`data_source` of a run). It goes both ways: given with a run, and shown by it.

Rules: a source that holds the answers already (`jsonl`) asks no model; the others ask by chat (`completions`) or by the
Responses API (`responses`), and each of these has messages, options and stored answers of its own.
"""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field

from typed_openai.models.assistants.assistant_tools import FunctionTool
from typed_openai.models.base import Model, Tagged
from typed_openai.models.evals.messages import EvalMessage, EvalTemplateMessage
from typed_openai.models.responses.text import AnswerFormat
from typed_openai.models.responses.tools import Tool
from typed_openai.models.shape import Shape
from typed_openai.models.shared import (
    Metadata,
    ReasoningEffort,
    ResponseFormatJSONObject,
    ResponseFormatJSONSchema,
    ResponseFormatText,
)
from typed_openai.models.unknown_kinds import UnknownKind

# --- where the items come from ---------------------------------------------------------------------------------------


class EvalSource(Model):
    """Where the items of a run come from."""


class EvalContentItem(Shape):
    """One item, written out."""

    item: dict[str, Any]
    """What templates find under `item`."""
    sample: dict[str, Any] | None = None
    """The answer, where there is one already: what templates find under `sample`."""


class EvalContentSource(EvalSource, Shape):
    """Items that stand in the request."""

    type: Literal["file_content"] = "file_content"
    content: list[EvalContentItem]
    """The items."""


class EvalFileSource(EvalSource, Shape):
    """Items of an uploaded JSONL file (purpose `evals`), each line `{"item": {...}}`."""

    type: Literal["file_id"] = "file_id"
    id: str
    """Id of the file."""


class EvalStoredCompletionsSource(EvalSource, Shape):
    """Stored chats that the service looks up."""

    type: Literal["stored_completions"] = "stored_completions"
    metadata: Metadata | None = None
    """Only those with these notes."""
    model: str | None = None
    """Only those of this model."""
    created_after: int | None = None
    """Only those made after this time, Unix seconds."""
    created_before: int | None = None
    """Only those made before this time, Unix seconds."""
    limit: int | None = None
    """How many at most."""


class EvalResponsesSource(EvalSource, Shape):
    """Stored responses that the service looks up."""

    type: Literal["responses"] = "responses"
    metadata: dict[str, Any] | None = None
    """Only those with these notes."""
    model: str | None = None
    """Only those of this model."""
    instructions_search: str | None = None
    """Only those whose instructions hold this text."""
    created_after: Annotated[int, Field(ge=0)] | None = None
    """Only those made at this time or later, Unix seconds."""
    created_before: Annotated[int, Field(ge=0)] | None = None
    """Only those made at this time or earlier, Unix seconds."""
    reasoning_effort: ReasoningEffort | None = None
    """Only those that thought this long."""
    temperature: float | None = None
    """Only those with this temperature."""
    top_p: float | None = None
    """Only those with this `top_p`."""
    users: list[str] | None = None
    """Only those asked by these."""
    tools: list[str] | None = None
    """Only those that had tools of these names."""


class UnknownEvalSource(EvalSource, UnknownKind):
    """A source of a kind that is newer than this package; its data is in `model_extra`."""


# --- what the model is asked -----------------------------------------------------------------------------------------


class EvalInputMessages(Model):
    """What the model is asked for each item."""


class EvalChatTemplate(EvalInputMessages, Shape):
    """Messages to chat, with templates."""

    type: Literal["template"] = "template"
    template: list[EvalTemplateMessage]
    """The messages."""


class EvalTemplate(EvalInputMessages, Shape):
    """Messages to the Responses API, with templates."""

    type: Literal["template"] = "template"
    template: list[EvalMessage]
    """The messages."""


class EvalItemReference(EvalInputMessages, Shape):
    """Messages that stand in each item."""

    type: Literal["item_reference"] = "item_reference"
    item_reference: str
    """Where: `item.input_trajectory`, say."""


class UnknownEvalInputMessages(EvalInputMessages, UnknownKind):
    """Messages of a kind that is newer than this package; their data is in `model_extra`."""


class UnknownEvalFormat(UnknownKind):
    """A format of a kind that is newer than this package; its data is in `model_extra`."""


class EvalSamplingParams(Shape):
    """How the evaluated model writes."""

    reasoning_effort: ReasoningEffort | None = None
    """How long it may think."""
    temperature: float | None = None
    """How freely it chooses its words; 1 by default."""
    max_completion_tokens: int | None = None
    """How many tokens it may write."""
    top_p: float | None = None
    """Out of which share of the likely words it chooses; 1 by default."""
    seed: int | None = None
    """Makes its choices repeatable, as far as possible; 42 by default."""


class EvalChatSamplingParams(EvalSamplingParams):
    """How a model writes that is evaluated by chat."""

    response_format: (
        Annotated[
            ResponseFormatText | ResponseFormatJSONSchema | ResponseFormatJSONObject | UnknownEvalFormat, Tagged("type")
        ]
        | None
    ) = None
    """The form of its answers."""
    tools: list[FunctionTool] | None = None
    """Functions that it may call; nobody runs them."""


class EvalTextConfig(Shape):
    """The form of the answers."""

    format: AnswerFormat | None = None
    """Text (default), JSON of a schema, or some JSON."""


class EvalResponsesSamplingParams(EvalSamplingParams):
    """How a model writes that is evaluated by the Responses API."""

    tools: list[Tool] | None = None
    """Tools that it may use."""
    text: EvalTextConfig | None = None
    """The form of its answers."""


# --- what a run is fed with ------------------------------------------------------------------------------------------


class EvalRunDataSource(Model):
    """What a run is fed with: items, and how a model is asked about each."""


class CreateEvalJSONLRunDataSource(EvalRunDataSource, Shape):
    """Items that hold all that graders look at; no model is asked."""

    type: Literal["jsonl"] = "jsonl"
    source: Annotated[EvalContentSource | EvalFileSource | UnknownEvalSource, Tagged("type")]
    """Where the items come from."""


class CreateEvalCompletionsRunDataSource(EvalRunDataSource, Shape):
    """Items about which a model is asked by chat."""

    type: Literal["completions"] = "completions"
    source: Annotated[
        EvalContentSource | EvalFileSource | EvalStoredCompletionsSource | UnknownEvalSource, Tagged("type")
    ]
    """Where the items come from."""
    input_messages: (
        Annotated[EvalChatTemplate | EvalItemReference | UnknownEvalInputMessages, Tagged("type")] | None
    ) = None
    """What the model is asked."""
    model: str | None = None
    """Name of the model."""
    sampling_params: EvalChatSamplingParams | None = None
    """How it writes."""


class CreateEvalResponsesRunDataSource(EvalRunDataSource, Shape):
    """Items about which a model is asked by the Responses API."""

    type: Literal["responses"] = "responses"
    source: Annotated[EvalContentSource | EvalFileSource | EvalResponsesSource | UnknownEvalSource, Tagged("type")]
    """Where the items come from."""
    input_messages: Annotated[EvalTemplate | EvalItemReference | UnknownEvalInputMessages, Tagged("type")] | None = None
    """What the model is asked."""
    model: str | None = None
    """Name of the model."""
    sampling_params: EvalResponsesSamplingParams | None = None
    """How it writes."""


class UnknownEvalRunDataSource(EvalRunDataSource, UnknownKind):
    """A source of a kind that is newer than this package; its data is in `model_extra`."""


DataSource: TypeAlias = Annotated[
    CreateEvalJSONLRunDataSource
    | CreateEvalCompletionsRunDataSource
    | CreateEvalResponsesRunDataSource
    | UnknownEvalRunDataSource,
    Tagged("type"),
]
"""What a run is fed with, told apart by `type`."""
