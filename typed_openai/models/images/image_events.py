"""The events of a stream of pictures: unfinished ones while the model draws, then the finished one.

API reference: "Image streaming" (image generation and image edit stream events).

Rules: `type` tells the events apart; an event that this package does not know becomes an `UnknownImageEvent` with its
data. Each holds its picture in base64 and can `save(path)` it.

Weak spot: an event does not say which of `n` pictures it belongs to; the service streams one.
"""

from typing import Annotated, Literal, TypeAlias

from typing_extensions import TypeAliasType

from typed_openai.models.base import Open, Tagged, UnknownTag
from typed_openai.models.images.images import ImagesUsage, Picture

Background: TypeAlias = Open[Literal["transparent", "opaque", "auto"]]
Encoding: TypeAlias = Open[Literal["png", "webp", "jpeg"]]
Quality: TypeAlias = Open[Literal["low", "medium", "high", "xhigh", "max", "auto"]]


class _StreamedPicture(Picture):
    """What all known events hold."""

    b64_json: str
    """The picture in base64."""
    background: Background
    """What the background was asked to be."""
    created_at: int
    """When the event was made, in Unix seconds."""
    output_format: Encoding
    """How the picture is encoded."""
    quality: Quality
    """How well it was asked to be drawn."""
    size: str
    """Width and height in pixels, or `auto`, as asked."""


class ImageGenPartialImageEvent(_StreamedPicture):
    """A generated picture, unfinished."""

    type: Literal["image_generation.partial_image"]
    partial_image_index: int
    """Its number among the unfinished pictures, from 0."""


class ImageGenCompletedEvent(_StreamedPicture):
    """A generated picture, finished: the last event."""

    type: Literal["image_generation.completed"]
    usage: ImagesUsage
    """What the request consumed, in tokens."""
    safety_identifier: str | None = None
    """The anonymous name of the end user that was sent."""


class ImageEditPartialImageEvent(_StreamedPicture):
    """An edited picture, unfinished."""

    type: Literal["image_edit.partial_image"]
    partial_image_index: int
    """Its number among the unfinished pictures, from 0."""


class ImageEditCompletedEvent(_StreamedPicture):
    """An edited picture, finished: the last event."""

    type: Literal["image_edit.completed"]
    usage: ImagesUsage
    """What the request consumed, in tokens."""
    safety_identifier: str | None = None
    """The anonymous name of the end user that was sent."""


class UnknownImageEvent(Picture):
    """An event that this package does not know, with its data."""

    type: UnknownTag
    """The kind of event."""


ImageGenStreamEvent = TypeAliasType(
    "ImageGenStreamEvent",
    Annotated[ImageGenPartialImageEvent | ImageGenCompletedEvent | UnknownImageEvent, Tagged("type")],
)
"""One event of `images.generate(stream=True)`."""

ImageEditStreamEvent = TypeAliasType(
    "ImageEditStreamEvent",
    Annotated[ImageEditPartialImageEvent | ImageEditCompletedEvent | UnknownImageEvent, Tagged("type")],
)
"""One event of `images.edit(stream=True)`."""
