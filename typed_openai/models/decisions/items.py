"""What decisions look at, over HTTP and in a live session: messages, calls of tools and their outputs.

API reference: "Decisions", and "Live", decisions, as the official package 3.57.0 has them.

Rules
* An item is a `Shape`; one that the server keeps has an id, one that you create may have one of yours.
* A message may leave its `type` out: who speaks (`role`) tells it from others.

Weak spot: that a picture is small enough is for the server to say.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Discriminator, Tag

from typed_openai.models.base import Result, Tagged
from typed_openai.models.json_text import json_texts
from typed_openai.models.shape import SAID, Said, Shape
from typed_openai.models.shared import PromptCacheBreakpoint, StringOrList
from typed_openai.models.unknown_kinds import UnknownKind

# --- parts -----------------------------------------------------------------------------------------------------------


class DecisionInputText(Shape):
    """A text."""

    type: Literal["input_text"] = "input_text"
    text: str
    """The text."""
    prompt_cache_breakpoint: PromptCacheBreakpoint | None = None
    """The end of what shall be cached; over HTTP only."""


class DecisionInputImage(Shape):
    """A picture."""

    type: Literal["input_image"] = "input_image"
    image_url: str
    """Where it is: an address, or a data URL with the picture itself."""
    detail: Literal["low", "high", "auto", "original"] | None = None
    """How closely the model looks at it; `auto` by default."""
    prompt_cache_breakpoint: PromptCacheBreakpoint | None = None
    """The end of what shall be cached; over HTTP only."""


class DecisionInputJSON(Shape):
    """Data of yours."""

    type: Literal["input_json"] = "input_json"
    data: list[dict[str, Any]] | dict[str, Any]
    """An object, or several."""


class DecisionOutputText(Shape):
    """What a model said."""

    type: Literal["output_text"] = "output_text"
    text: str
    """The text."""


class DecisionRefusal(Shape):
    """That a model refused to answer."""

    type: Literal["refusal"] = "refusal"
    refusal: str
    """How it put that."""


class UnknownDecisionPart(UnknownKind):
    """A part of a kind that is newer than this package; its data is in `model_extra`."""


DecisionText: TypeAlias = StringOrList[str, list[DecisionInputText]]
"""A text, or several."""

DecisionPart: TypeAlias = Annotated[
    DecisionInputText | DecisionInputImage | DecisionInputJSON | UnknownDecisionPart, Tagged("type")
]
"""A text, a picture or data, told apart by `type`."""

DecisionContent: TypeAlias = StringOrList[str, list[DecisionPart]]
"""A text, or texts, pictures and data."""

DecisionAssistantPart: TypeAlias = Annotated[DecisionOutputText | DecisionRefusal | UnknownDecisionPart, Tagged("type")]
"""What a model said, told apart by `type`."""

DecisionAssistantContent: TypeAlias = StringOrList[str, list[DecisionAssistantPart]]
"""A text, or what a model said in parts."""

# --- items -----------------------------------------------------------------------------------------------------------


class DecisionItemBase(Shape):
    """What all items have."""

    id: Said[str] = SAID
    """Its id: yours, or one that the server makes."""


class DecisionMessage(DecisionItemBase):
    """What all messages have."""

    type: Literal["message"] | None = None


class DecisionUserMessage(DecisionMessage):
    """What a user says."""

    role: Literal["user"] = "user"
    content: DecisionContent
    """A text, or parts."""


class DecisionDeveloperMessage(DecisionMessage):
    """What you say."""

    role: Literal["developer"] = "developer"
    content: DecisionText
    """A text, or several."""


class DecisionSystemMessage(DecisionMessage):
    """What you say above all."""

    role: Literal["system"] = "system"
    content: DecisionText
    """A text, or several."""


class DecisionAssistantMessage(DecisionMessage):
    """What a model says."""

    role: Literal["assistant"] = "assistant"
    content: DecisionAssistantContent
    """A text, or parts."""
    phase: Literal["commentary", "final_answer"] | None = None
    """Whether it comments on the work or is the final answer."""


class DecisionCall(DecisionItemBase):
    """What calls and outputs have."""

    call_id: str
    """Id of the call."""
    status: Literal["in_progress", "completed", "incomplete"] | None = None
    """How far it has come."""


class DecisionNamedCall(DecisionCall):
    """What calls have."""

    name: str
    """Name of the tool."""
    namespace: str | None = None
    """The namespace that it belongs to."""


@json_texts("arguments")
class DecisionFunctionCall(DecisionNamedCall):
    """A call of a function."""

    type: Literal["function_call"] = "function_call"
    arguments: str
    """The arguments, as JSON text."""


class DecisionCustomToolCall(DecisionNamedCall):
    """A call of a custom tool."""

    type: Literal["custom_tool_call"] = "custom_tool_call"
    input: str
    """What it was given."""


class DecisionFunctionCallOutput(DecisionCall):
    """What a function gave."""

    type: Literal["function_call_output"] = "function_call_output"
    output: DecisionContent
    """A text, or texts and pictures."""


class DecisionCustomToolCallOutput(DecisionCall):
    """What a custom tool gave."""

    type: Literal["custom_tool_call_output"] = "custom_tool_call_output"
    output: DecisionContent
    """A text, or texts and pictures."""


class UnknownDecisionItem(Result):
    """An item of a kind that is newer than this package; its data is in `model_extra`."""

    type: str | None = None
    """The kind of item."""
    id: str | None = None
    """Its id."""


_ROLES = ("user", "developer", "system", "assistant")
_CALLS = ("function_call", "function_call_output", "custom_tool_call", "custom_tool_call_output")


def _said(item: Any, name: str) -> Any:
    return item.get(name) if isinstance(item, Mapping) else getattr(item, name, None)


def _kind(item: Any) -> str | None:
    """Which of them it is: a message by who speaks."""
    kind = _said(item, "type")
    found = _said(item, "role") if kind in (None, "message") else kind
    return found if found in (*_ROLES, *_CALLS) else None


def _kept_kind(item: Any) -> str:
    return _kind(item) or "unknown"


KnownDecisionItem: TypeAlias = (
    Annotated[DecisionUserMessage, Tag("user")]
    | Annotated[DecisionDeveloperMessage, Tag("developer")]
    | Annotated[DecisionSystemMessage, Tag("system")]
    | Annotated[DecisionAssistantMessage, Tag("assistant")]
    | Annotated[DecisionFunctionCall, Tag("function_call")]
    | Annotated[DecisionFunctionCallOutput, Tag("function_call_output")]
    | Annotated[DecisionCustomToolCall, Tag("custom_tool_call")]
    | Annotated[DecisionCustomToolCallOutput, Tag("custom_tool_call_output")]
)
"""An item of a kind that this package knows."""

DecisionItem: TypeAlias = Annotated[
    KnownDecisionItem,
    Discriminator(
        _kind,
        custom_error_type="decision_item",
        custom_error_message="Input should be a message (by its `role`), a call of a tool, or the output of one",
    ),
]
"""An item that you create."""

DecisionStoredItem: TypeAlias = Annotated[
    KnownDecisionItem | Annotated[UnknownDecisionItem, Tag("unknown")], Discriminator(_kept_kind)
]
"""An item that the server keeps."""
