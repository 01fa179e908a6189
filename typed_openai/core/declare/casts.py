"""What an answer that nobody declared is given as: `cast_to=` of `client.request`, `client.post` and their like.

| `cast_to=` | is given |
|---|---|
| left out | an `APIResponse`: `json()`, `parse()`, status and headers |
| a model of this package | that, read as calls read it: forgiving, with `issues` |
| a page (`SyncCursorPage[Model]`) | that, which goes on by itself |
| `str`, `bytes`, `httpx.Response`, `Binary` | the body, the answer |
| `NoneType` | None |
| any other type that pydantic reads: `dict`, `list[Model]`, a TypedDict, a model of yours | a value of it |
| a `TypeAdapter` | what it reads |

With `stream=True` it is the type of an event, unless `stream_cls=Stream[Item]` says that. What names no such type is
refused before anything is sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import GenericAlias, NoneType
from typing import Any, get_args, get_origin

from pydantic.errors import PydanticSchemaGenerationError, PydanticUndefinedAnnotation, PydanticUserError

from typed_openai.core.answer.pages import Page
from typed_openai.core.answer.raw import Binary, is_stream
from typed_openai.core.declare.call import names_type
from typed_openai.core.request.faults import shown
from typed_openai.errors import Fault
from typed_openai.models.base import Params, Result

ALLOWED = "a type: a model, a page of models, a TypedDict, dict, list[...], str, bytes, a TypeAdapter"
_NO_SCHEMA = (PydanticSchemaGenerationError, PydanticUndefinedAnnotation, PydanticUserError, TypeError, NameError)


class Place(Params):
    """Where a list goes on."""

    after: str | None = None
    """The id of the last item there was."""
    page: str | None = None
    """The mark of the page that follows."""


@dataclass(frozen=True)
class Cast:
    """What was asked for: what the operation gives, and what the body of its answer is read as then."""

    result: Any = Result
    to: Any = None
    streams: Any = None
    """The kind of a stream (an `Accumulator`)."""
    is_raw: bool = False
    """Whether an `APIResponse` is wanted, at least on the way."""

    @property
    def params(self) -> type[Params] | None:
        """What the operation takes: of a list, where it goes on."""
        origin = get_origin(self.result)
        return Place if isinstance(origin, type) and issubclass(origin, Page) else None


def meant(cast_to: Any, stream: object, stream_cls: Any) -> Cast | list[Fault]:
    """What is meant by these three, or what is wrong with them."""
    if stream not in (None, False, True):
        return [Fault("stream", "True or False", shown(stream))]
    if not stream:
        if stream_cls is not None or is_stream(cast_to):
            return [Fault("stream", "True, as a stream is asked for", shown(stream))]
        return _of_body(cast_to)
    item = cast_to
    if stream_cls is not None:
        if not is_stream(stream_cls):
            return [Fault("stream_cls", "Stream[...] or AsyncStream[...], of the type of an event", shown(stream_cls))]
        item = next(iter(get_args(stream_cls)), cast_to)
    elif is_stream(cast_to):
        item = next(iter(get_args(cast_to)), None)
    return _of_events(Result if item is None else item)


def _of_body(kind: Any) -> Cast | list[Fault]:
    from typed_openai.core.run.native import HTTPXResponse

    if kind is None:
        return Cast(is_raw=True)
    origin = get_origin(kind) or kind
    if isinstance(origin, type) and issubclass(origin, Page):
        item = next(iter(get_args(kind)), Result)
        if isinstance(item, type) and issubclass(item, Result):
            return Cast(kind if get_args(kind) else GenericAlias(origin, (Result,)))
        return [Fault("cast_to", f"a page of models of this package: {origin.__name__}[Model]", shown(kind))]
    if any(kind is each for each in (str, NoneType, Binary)) or (isinstance(kind, type) and issubclass(kind, Result)):
        return Cast(kind)
    faults = [] if kind is bytes or kind is HTTPXResponse else _unread("cast_to", kind)
    return faults or Cast(to=kind, is_raw=True)


def _of_events(item: Any) -> Cast | list[Fault]:
    faults = _unread("cast_to", item)
    if faults:
        return faults
    from typed_openai.streaming.undeclared import kind_of

    return Cast(streams=kind_of(item))


def _unread(name: str, kind: Any) -> list[Fault]:
    """What is wrong with a type whose values are to be read."""
    anything: tuple[Any, ...] = (Any, object)
    if not names_type(kind) and not any(kind is each for each in anything):
        return [Fault(name, ALLOWED, shown(kind))]
    if isinstance(kind, type) and issubclass(kind, Result):
        return []
    from typed_openai.core.answer.reading import adapter_of

    try:
        adapter_of(kind)
    except _NO_SCHEMA as error:
        why = str(error).partition("\n")[0]
        return [Fault(name, f"{ALLOWED}: pydantic can read no value of {kind!r} ({why})", "")]
    return []
