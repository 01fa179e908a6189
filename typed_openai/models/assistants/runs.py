"""Runs: an assistant working on a thread (deprecated by the service). API reference: "Runs".

Rules
* A run is over (`is_over`) when it is `completed`, `incomplete`, `failed`, `cancelled` or `expired`; while it
  `requires_action`, it waits (ten minutes) for the outputs of `tool_calls`.

Weak spots
* `include` of `create` travels in the query, everything else in the body.
* The service refuses less than 256 for both token limits; so do these params, as the API description does.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StrictBool, StrictInt

from typed_openai.models.assistants.assistant_tools import (
    AssistantResponseFormat,
    AssistantResponseFormatOptionParam,
    AssistantTool,
    AssistantToolChoice,
    AssistantToolChoiceOptionParam,
    PageParams,
    RunStepInclude,
    RunTools,
    Temperature,
    ToolResources,
    TopP,
    TruncationStrategy,
)
from typed_openai.models.assistants.thread_messages import NewMessage
from typed_openai.models.assistants.threads import NewThread
from typed_openai.models.base import Nullable, Open, Params, Result
from typed_openai.models.json_text import json_texts
from typed_openai.models.known_values import KnownChatModel
from typed_openai.models.priced import Priced
from typed_openai.models.shared import Metadata, ReasoningEffort

RunStatus: TypeAlias = Literal[
    "queued",
    "in_progress",
    "requires_action",
    "cancelling",
    "cancelled",
    "failed",
    "completed",
    "incomplete",
    "expired",
]
"""The states of a run."""

TokenLimit: TypeAlias = Annotated[StrictInt, Field(ge=1)]  # 256 by the description; the service was recorded with 16

# --- requests --------------------------------------------------------------------------------------------------------


class _RunParams(Params):
    """What a run takes over from its assistant, unless it says otherwise, and what bounds it."""

    assistant_id: str
    """The assistant that works."""
    model: Nullable[KnownChatModel] = None
    """Another model than the assistant's."""
    instructions: Nullable[str] = None
    """Other instructions than the assistant's."""
    max_completion_tokens: Nullable[TokenLimit] = None
    """Tokens that may be generated in the whole run, at least 256; beyond it the run ends `incomplete`."""
    max_prompt_tokens: Nullable[TokenLimit] = None
    """Tokens that may be read in the whole run, at least 256; beyond it the run ends `incomplete`."""
    metadata: Nullable[Metadata] = None
    """Your own notes on the run."""
    parallel_tool_calls: StrictBool | None = None
    """Whether several functions may be asked for at once; True by default."""
    response_format: Nullable[AssistantResponseFormatOptionParam] = None
    """The form of answers; `auto` by default."""
    stream: Nullable[StrictBool] = None
    """Whether to get events as they happen, up to the end of the run."""
    temperature: Nullable[Temperature] = None
    """How varied answers are, from 0 to 2."""
    tool_choice: Nullable[AssistantToolChoiceOptionParam] = None
    """Which tool must be used; `auto` by default."""
    tools: Nullable[RunTools] = None
    """Other tools than the assistant's: up to 20."""
    top_p: Nullable[TopP] = None
    """Consider only the likeliest tokens that make up this share of the probability, from 0 to 1."""
    truncation_strategy: Nullable[TruncationStrategy] = None
    """How much of a long thread the run sees; `auto` by default."""


class RunCreateParams(_RunParams):
    """What a new run is made of."""

    include: list[RunStepInclude] | None = None
    """What run steps show besides: the chunks that a file search found. Travels in the query."""
    additional_instructions: Nullable[str] = None
    """Instructions on top of those."""
    additional_messages: Nullable[list[NewMessage]] = None
    """Messages to put into the thread first."""
    reasoning_effort: Nullable[ReasoningEffort] = None
    """How long a reasoning model may think before it answers."""


class ThreadCreateAndRunParams(_RunParams):
    """What a new thread and its first run are made of."""

    thread: NewThread | None = None
    """The thread to make; an empty one by default."""
    tool_resources: Nullable[ToolResources] = None
    """What tools work on in this run, in place of the assistant's."""


class RunUpdateParams(Params):
    """What to change in a run."""

    metadata: Nullable[Metadata] = None
    """Your own notes on it; replaces those before."""


class RunListParams(PageParams):
    """Which runs to list."""


class ToolOutput(Params):
    """What a function call came to."""

    output: str | None = None
    """The outcome as a text, JSON for instance."""
    tool_call_id: str | None = None
    """Id of the call that this answers."""


class RunSubmitToolOutputsParams(Params):
    """What the function calls of a run came to; all of them, in one request."""

    tool_outputs: list[ToolOutput]
    """One output for each call that the run asked for."""
    stream: Nullable[StrictBool] = None
    """Whether to get events as they happen, up to the end of the run."""


# --- results ---------------------------------------------------------------------------------------------------------


@json_texts("arguments")
class RequiredActionFunction(Result):
    """The function to call, and with what."""

    name: str
    """Its name."""
    arguments: str
    """Its arguments, as the JSON text that the model wrote."""


class RequiredActionFunctionToolCall(Result):
    """A function call that the run waits for."""

    id: str
    """Id of the call; the output refers to it."""
    type: Open[Literal["function"]]
    function: RequiredActionFunction
    """Name and arguments."""


class RequiredActionSubmitToolOutputs(Result):
    """The calls that the run waits for."""

    tool_calls: list[RequiredActionFunctionToolCall]
    """The calls."""


class RequiredAction(Result):
    """What the run waits for."""

    type: Open[Literal["submit_tool_outputs"]]
    submit_tool_outputs: RequiredActionSubmitToolOutputs
    """The calls whose outputs it waits for."""


class RunLastError(Result):
    """Why a run failed."""

    code: Open[Literal["server_error", "rate_limit_exceeded", "invalid_prompt"]]
    """The reason, for programs."""
    message: str
    """The reason, for people."""


class RunIncompleteDetails(Result):
    """Why a run ended before it was done."""

    reason: Open[Literal["max_completion_tokens", "max_prompt_tokens"]] | None = None
    """The limit that was reached."""


class RunUsage(Result):
    """What a run, or a step of it, consumed, in tokens."""

    completion_tokens: int
    """Generated."""
    prompt_tokens: int
    """Read."""
    total_tokens: int
    """Both together."""


class Run(Priced, Result):
    """An assistant working on a thread."""

    id: str
    """Its id, such as `run_abc123`."""
    object: Open[Literal["thread.run"]]
    created_at: int
    """When it was made, Unix time in seconds."""
    thread_id: str
    """The thread that it works on."""
    assistant_id: str
    """The assistant that works."""
    status: Open[RunStatus]
    """How far it is."""
    required_action: RequiredAction | None = None
    """What it waits for, while it `requires_action`."""
    last_error: RunLastError | None = None
    """Why it failed."""
    expires_at: int | None = None
    """When it will be given up, Unix time in seconds."""
    started_at: int | None = None
    """When it began to work, Unix time in seconds."""
    cancelled_at: int | None = None
    """When it was cancelled, Unix time in seconds."""
    failed_at: int | None = None
    """When it failed, Unix time in seconds."""
    completed_at: int | None = None
    """When it was done, Unix time in seconds."""
    incomplete_details: RunIncompleteDetails | None = None
    """Why it ended before it was done."""
    model: str
    """Name of the model that answers."""
    instructions: str | None  # never null by the description; recorded as null
    """The instructions that hold for it."""
    tools: list[AssistantTool]
    """What it may use."""
    metadata: dict[str, str] | None = None
    """Your own notes on it."""
    usage: RunUsage | None = None
    """What it consumed; None until it is over."""
    temperature: float | None = None
    """How varied answers are."""
    top_p: float | None = None
    """The share of the probability that is considered."""
    max_prompt_tokens: int | None = None
    """Tokens that may be read."""
    max_completion_tokens: int | None = None
    """Tokens that may be generated."""
    truncation_strategy: TruncationStrategy | None = None
    """How much of a long thread it sees."""
    tool_choice: Literal["none", "auto", "required"] | AssistantToolChoice | None = None
    """Which tool must be used: `none`, `auto`, `required` or an object."""
    parallel_tool_calls: bool | None = None  # required by the description; absent in recordings of 2024
    """Whether several functions may be asked for at once."""
    response_format: Literal["auto"] | AssistantResponseFormat | None = None
    """The form of answers: `auto` or an object."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.status in ("completed", "incomplete", "failed", "cancelled", "expired")

    @property
    def tool_calls(self) -> list[RequiredActionFunctionToolCall]:
        """The function calls that it waits for; empty unless it `requires_action`."""
        asked = getattr(self.required_action, "submit_tool_outputs", None)
        calls = getattr(asked, "tool_calls", None)
        return calls if self.status == "requires_action" and isinstance(calls, list) else []
