"""What a stream of pictures adds up to: the finished pictures, or the latest unfinished one while there are none."""

from __future__ import annotations

from typing import Any, ClassVar, Generic, TypeVar

from typed_openai.models.base import Result
from typed_openai.models.images.image_events import (
    ImageEditCompletedEvent,
    ImageEditPartialImageEvent,
    ImageEditStreamEvent,
    ImageGenCompletedEvent,
    ImageGenPartialImageEvent,
    ImageGenStreamEvent,
)
from typed_openai.models.images.images import ImagesResponse
from typed_openai.streaming.accumulator import Accumulator, name_as_type
from typed_openai.streaming.joining import built

E = TypeVar("E", bound=Result)
_COMPLETED = (ImageGenCompletedEvent, ImageEditCompletedEvent)
_PARTIAL = (ImageGenPartialImageEvent, ImageEditPartialImageEvent)
_ABOUT = ("background", "output_format", "quality", "size", "usage", "safety_identifier")


class _Pictures(Accumulator[E, ImagesResponse], Generic[E]):
    """Adds events up to one `ImagesResponse`."""

    wrap: ClassVar[Any] = staticmethod(name_as_type)

    def __init__(self) -> None:
        self._finished: list[dict[str, Any]] = []
        self._latest: dict[str, Any] | None = None

    def add(self, event: E) -> None:
        if isinstance(event, _COMPLETED):
            self._latest = event.model_dump()
            self._finished.append(self._latest)
        elif isinstance(event, _PARTIAL):
            self._latest = event.model_dump()

    def snapshot(self) -> ImagesResponse | None:
        if self._latest is None:
            return None
        shown = self._finished or [self._latest]
        about = {name: shown[-1][name] for name in _ABOUT if shown[-1].get(name) is not None}
        images = [{"b64_json": each.get("b64_json")} for each in shown]
        return built(ImagesResponse, {"created": shown[0].get("created_at"), "data": images, **about})

    @property
    def is_complete(self) -> bool:
        return bool(self._finished)


class ImageGenAccumulator(_Pictures[Any]):
    """Adds the events of `images.generate(stream=True)` up to one `ImagesResponse`."""

    event = ImageGenStreamEvent


class ImageEditAccumulator(_Pictures[Any]):
    """Adds the events of `images.edit(stream=True)` up to one `ImagesResponse`."""

    event = ImageEditStreamEvent
