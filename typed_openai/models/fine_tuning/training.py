"""The lines of JSONL files that the service learns or judges by: fine-tuning examples and data of evals.

API reference: "Fine-tuning" (training file formats), "Evals" (JSONL file data source). Lines of batches stand in
`batches.py`; what checks whole files is `typed_openai/bulk/jsonl.py`.

Rules: messages are those of a chat request, and assistant messages may say their `weight`. A chat example may have more
fields than stand here, because graders of reinforcement fine-tuning read fields of your own.
"""

from typing import Annotated, Any, TypeAlias

from pydantic import ConfigDict, Field, StrictBool, StrictInt

from typed_openai.models.base import Params, Tagged
from typed_openai.models.chat.messages import (
    AssistantMessage,
    DeveloperMessage,
    FunctionMessage,
    SystemMessage,
    ToolMessage,
    UserMessage,
)
from typed_openai.models.chat.params import ChatCompletionFunction, FunctionTool


class TrainingAnswer(AssistantMessage):
    """An assistant message to learn from."""

    weight: Annotated[StrictInt, Field(ge=0, le=1)] | None = None
    """1 (default): learn it; 0: it is only there for context."""


TrainingMessages: TypeAlias = Annotated[
    list[
        Annotated[
            DeveloperMessage | SystemMessage | UserMessage | TrainingAnswer | ToolMessage | FunctionMessage,
            Tagged("role"),
        ]
    ],
    Field(min_length=1),
]
"""A conversation, told apart by `role`."""


class ChatExample(Params):
    """A line for supervised or reinforcement fine-tuning of a chat model."""

    model_config = ConfigDict(extra="allow")

    messages: TrainingMessages
    """The conversation; what the assistant says in it is learned."""
    tools: list[FunctionTool] | None = None
    """The tools that the model may call."""
    parallel_tool_calls: StrictBool | None = None
    """Whether several tools may be called at once; True by default."""
    functions: Annotated[list[ChatCompletionFunction], Field(min_length=1, max_length=128)] | None = None
    """The functions that the model may call, in the API before tools."""


class PreferenceInput(Params):
    """What two answers are compared for."""

    messages: TrainingMessages
    """The conversation so far."""
    tools: list[FunctionTool] | None = None
    """The tools that the model may call."""
    parallel_tool_calls: StrictBool | None = None
    """Whether several tools may be called at once; True by default."""


class PreferenceExample(Params):
    """A line for direct preference optimization (DPO)."""

    input: PreferenceInput
    """The conversation so far."""
    preferred_output: Annotated[list[TrainingAnswer], Field(min_length=1)]
    """The better answer."""
    non_preferred_output: Annotated[list[TrainingAnswer], Field(min_length=1)]
    """The worse answer."""


class CompletionExample(Params):
    """A line for fine-tuning an older text model (legacy)."""

    prompt: str
    """What the text begins with."""
    completion: str
    """How it shall go on."""


class EvalLine(Params):
    """A line of data for evals."""

    model_config = ConfigDict(extra="allow")

    item: dict[str, Any]
    """What templates reach as `{{item.name}}`."""
    sample: dict[str, Any] | None = None
    """What a model answered, if that is judged too: `{{sample.output_text}}`."""
