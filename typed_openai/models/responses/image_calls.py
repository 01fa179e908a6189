"""A picture that the image tool made, as an item of a response.

API reference: "Responses" (`image_generation_call` items). What goes back: `responses/call_params.py`.

Weak spot: most of its fields stand in the official package and not in the API description."""

from typing import Literal

from typed_openai.models.base import Open, Result
from typed_openai.models.responses.calls import ResponseItemBase


class ImageModerationDetails(Result):
    """What moderation objected to."""

    categories: list[str]
    """The categories."""
    moderation_stage: Open[Literal["input", "output", "unknown"]]
    """When: at what was asked for, or at the picture."""


class ImageGenerationCallError(Result):
    """Why a picture was not made."""

    code: str | None = None
    """The reason, for programs."""
    message: str
    """The reason, for people."""
    param: str | None = None
    """The parameter that is to blame."""
    type: str
    """The kind of error."""
    moderation_details: ImageModerationDetails | None = None
    """What moderation objected to."""


class ImageSvgUsage(Result):
    """What writing an svg consumed, in tokens."""

    input_tokens: int
    """Read."""
    model: str
    """Name of the model that wrote it."""
    output_tokens: int
    """Generated, thinking included."""
    reasoning_tokens: int
    """Thought."""
    total_tokens: int
    """All together."""


class ImageGenerationCall(ResponseItemBase, Result):
    """A picture that was made."""

    type: Open[Literal["image_generation_call"]]
    id: str
    """Its id."""
    status: Open[Literal["in_progress", "completed", "generating", "failed"]]
    """How far it has come."""
    result: str | None = None
    """The picture in base64."""
    action: Open[Literal["generate", "edit", "auto"]] | None = None
    """Whether it was made or changed."""
    background: Open[Literal["transparent", "opaque", "auto"]] | None = None
    """What is behind it."""
    error: ImageGenerationCallError | None = None
    """Why it was not made."""
    output_format: Open[Literal["png", "webp", "jpeg", "gif", "svg"]] | None = None
    """How it is encoded."""
    quality: Open[Literal["low", "medium", "high", "xhigh", "max", "auto"]] | None = None
    """How finely it is drawn."""
    revised_prompt: str | None = None
    """What was really drawn, in words."""
    size: Literal["1024x1024", "1024x1536", "1536x1024"] | str | None = None
    """Width x height."""
    svg_usage: ImageSvgUsage | None = None
    """What writing an svg consumed."""
