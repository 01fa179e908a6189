"""What reads JSON as a model, or as one of a union of models.

    reader_of(Response).validate_json(content, strict=True)
    reader_of(RealtimeServerEvent).validate_json(message, strict=True)

Rules
* A union of many models (events) is read by the tag at the head of the text, `{"type": "session.created"`, with
  the model of that tag: the first event builds its own model, not those of 60 others.
* Where no tag stands at the head, or an event is not as it should be, the whole union reads it, and says what is wrong.

Weak spot: a server that writes other fields before the tag makes the whole union be built, at the first event, as a
broken event does.
"""

import functools
from typing import Annotated, Any, get_args, get_origin

from pydantic import TypeAdapter, ValidationError

from typed_openai.models.base import Tagged

_MANY = 8
"""Models from which on a union is read by its tags; to build fewer takes no time worth the name."""


def reader_of(kind: Any) -> Any:
    """What reads JSON as `kind` (`validate_json`): a model, or the alias of a union of models."""
    found = getattr(kind, "__pydantic_validator__", None)
    return _union_reader(kind) if found is None else found


@functools.cache
def _union_reader(union: Any) -> Any:
    inner: Any = getattr(union, "__value__", union)
    marks: list[Any] = []
    if get_origin(inner) is Annotated:
        inner, *marks = get_args(inner)
    tagged = next((mark for mark in marks if isinstance(mark, Tagged)), None)
    if tagged is None or len(get_args(inner)) < _MANY:
        return TypeAdapter(union).validator
    return UnionReader(union, inner, tagged)


class UnionReader:
    """Reads the members of a large union, each with its own model."""

    def __init__(self, union: Any, members: Any, tagged: Tagged) -> None:
        self._field = tagged.field
        self._models, self._unknown = tagged.members(members)
        self._union = union
        texts = f'{{"{tagged.field}":"', f'{{"{tagged.field}": "', '"'
        self._marks: tuple[Any, Any] = texts, tuple(map(str.encode, texts))
        self._seen: dict[str | bytes, tuple[str, Any]] = {}

    @functools.cached_property
    def _whole(self) -> Any:
        return TypeAdapter(self._union).validator

    def validate_json(self, data: str | bytes, *, strict: bool | None = None) -> Any:
        """The member that a text is; raises pydantic's ValidationError as the union does."""
        compact, spaced, quote = self._marks[type(data) is bytes]
        start = 0
        if data.startswith(compact):
            start = len(compact)
        elif data.startswith(spaced):
            start = len(spaced)
        if start:
            tag = data[start : data.find(quote, start)]
            said, read = self._seen.get(tag) or self._met(tag)
            try:
                found = read(data, strict=strict)
            except ValidationError:
                pass  # what is wrong is for the union to say
            else:
                if getattr(found, self._field) == said:  # else it is said twice, and the last counts
                    return found
        return self._whole.validate_json(data, strict=strict)

    def validate_python(self, data: Any, *, strict: bool | None = None) -> Any:
        """The same from an object."""
        return self._whole.validate_python(data, strict=strict)

    def _met(self, tag: str | bytes) -> tuple[str, Any]:
        said = tag if isinstance(tag, str) else tag.decode("utf-8", "replace")
        model = self._models.get(said, self._unknown)
        read = self._whole.validate_json if model is None else reader_of(model).validate_json
        if said in self._models:  # what is unknown may have any name: they are not kept
            self._seen[tag] = said, read
        return said, read
