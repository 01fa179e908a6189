"""Calls that a request takes in another shape than an answer has, and the base of items that only requests have so.

API reference: "Responses", the `input` parameter. All other calls go both ways: `responses/calls.py`,
`responses/shell_calls.py`.

Rule: the service leaves out of an answer what a request must say (`code`, `outputs`, `result`), and takes any form of
what only an answer says of a picture (its error, its usage). So there are two classes of both.

Weak spot: which calls a model takes back is for the service to say."""

from typing import Annotated, Any, Literal

from typed_openai.models.responses.calls import CodeOutput, InputItem
from typed_openai.models.returned import Returned
from typed_openai.models.shape import CLOSED


class ReturnedItem(Returned):
    """An item that is often filled from the dump of a result: it forgets what is only ever said by the server."""

    output_only = frozenset({"created_by", "parsed_arguments"})


# --- code ------------------------------------------------------------------------------------------------------------


class ResponseCodeInterpreterToolCallParam(InputItem, ReturnedItem):
    """Code that ran in a container."""

    not_null = frozenset({"id", "status"})

    type: Literal["code_interpreter_call"] = "code_interpreter_call"
    id: str | None = None
    """Its id."""
    status: Literal["in_progress", "completed", "incomplete", "interpreting", "failed"] | None = None
    """How far it has come."""
    container_id: str
    """Id of the container."""
    code: str | None
    """The code."""
    outputs: Annotated[list[CodeOutput], CLOSED] | None
    """What the code printed and made, when the request asked for it."""


# --- pictures --------------------------------------------------------------------------------------------------------


class ImageGenerationCallParam(InputItem, ReturnedItem):
    """A picture that was made."""

    not_null = frozenset({"id", "status"})

    type: Literal["image_generation_call"] = "image_generation_call"
    id: str | None = None
    """Its id."""
    status: Literal["in_progress", "completed", "generating", "failed"] | None = None
    """How far it has come."""
    result: str | None
    """The picture in base64."""
    action: Literal["generate", "edit", "auto"] | None = None
    """Whether it was made or changed."""
    background: Literal["transparent", "opaque", "auto"] | None = None
    """What is behind it."""
    error: dict[str, Any] | None = None
    """Why it was not made."""
    output_format: Literal["png", "webp", "jpeg", "gif", "svg"] | None = None
    """How it is encoded."""
    quality: Literal["low", "medium", "high", "xhigh", "max", "auto"] | None = None
    """How finely it is drawn."""
    revised_prompt: str | None = None
    """What was really drawn, in words."""
    size: Literal["1024x1024", "1024x1536", "1536x1024"] | str | None = None
    """Width x height."""
    svg_usage: dict[str, Any] | None = None
    """What writing an svg consumed."""
