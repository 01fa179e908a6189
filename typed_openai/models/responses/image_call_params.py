"""A picture that the image tool made, on its way back.

API reference: "Responses", the `input` parameter. As it comes: `responses/image_calls.py`, a class of its own since a
request must say `result` and takes any form of error and usage.

Weak spot: of what only an answer says (its `error`, its usage) the service takes any form; so does this."""

from typing import Any, Literal

from typed_openai.models.responses.call_params import ReturnedItem
from typed_openai.models.responses.calls import InputItem


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
