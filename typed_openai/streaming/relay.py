"""A stream passed on to somebody else as server-sent events: what `stream.to_sse()` gives, for a web application.

    return StreamingResponse(stream.to_sse(), media_type="text/event-stream")

Rules
* Events that the API sends are written as it sends them, so that any client of the API reads them back, ours included:
  chat chunks without a name, events with a `type` under that name, those of assistants under theirs. Events that only
  `stream()` makes (`content.delta`, ...) are JSON objects with their `type`, for a browser.
* The end is that of the API: `[DONE]` where it has one (`Accumulator.closing`), else nothing after the last event.
* An error of the stream becomes a last event `{"error": {"message", "type", "code", "param"}}` in the place of the end,
  which clients of the API raise; it is logged here, since nobody else sees it. The address of the server it came from
  is not told. Errors that are none of ours go through.
* Whoever stops reading ends the stream: the connection goes back.

Weak spot: a reconnecting `EventSource` of a browser asks anew; there are no event ids to go on from.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, Protocol

from pydantic_core import PydanticSerializationError, to_json

from typed_openai.core.redact import logger
from typed_openai.errors import APIError, OpenAIError
from typed_openai.models.base import Result
from typed_openai.streaming.outputs import PartialOutput

if TYPE_CHECKING:
    from typed_openai.streaming.accumulator import Accumulator

_NAME = re.compile(r"[\w.-]+")
_WHERE = re.compile(r"[A-Z]+ \S+: ")
_TOLD = ("message", "type", "code", "param")


class Closing(Protocol):
    """A stream of either kind."""

    def __iter__(self) -> Iterator[Any]: ...
    def close(self) -> object: ...


class AsyncClosing(Protocol):
    """The same, async."""

    def __aiter__(self) -> AsyncIterator[Any]: ...
    async def close(self) -> object: ...


def relayed(stream: Closing, kind: type[Accumulator[Any, Any]]) -> Iterator[bytes]:
    """The events of a stream as bytes, its end or its error included."""
    try:
        for event in stream:
            yield frame(event)
        yield kind.closing
    except OpenAIError as error:
        yield failure(error, kind)
    finally:
        stream.close()


async def relayed_async(stream: AsyncClosing, kind: type[Accumulator[Any, Any]]) -> AsyncIterator[bytes]:
    """The same of an async stream."""
    try:
        async for event in stream:
            yield frame(event)
        yield kind.closing
    except OpenAIError as error:
        yield failure(error, kind)
    finally:
        await stream.close()


def frame(event: object) -> bytes:
    """One event as it is sent."""
    if not isinstance(event, Result):
        return _made(event)
    data = getattr(event, "data", None)
    name = getattr(event, "event", None)
    if isinstance(name, str) and isinstance(data, Result):
        return _written(name, _dumped(data))
    return _written(getattr(event, "type", None), _dumped(event))


def _made(event: object) -> bytes:
    """An event that `stream()` makes: its fields and its name."""
    name = getattr(event, "type", None) or getattr(event, "event", None)
    if isinstance(event, PartialOutput):
        values: dict[str, Any] = {"index": event.index, "data": event.data}
    else:
        names = [each.name for each in fields(event)] if is_dataclass(event) else []
        values = {each: getattr(event, each) for each in names if not each.startswith("_")}
    return _written(name, to_json({"type": name, **values}, fallback=str))


def _dumped(event: Result) -> bytes:
    try:
        return event.model_dump_json().encode()
    except (PydanticSerializationError, UnicodeError):  # half a character, which only escapes can say
        return json.dumps(event.model_dump(), default=str).encode()


def _written(name: object, data: bytes) -> bytes:
    named = isinstance(name, str) and _NAME.fullmatch(name) is not None
    return b"%bdata: %b\n\n" % (f"event: {name}\n".encode() if named else b"", data)


def failure(error: OpenAIError, kind: type[Accumulator[Any, Any]]) -> bytes:
    """The last event of a stream that failed."""
    logger.warning("a stream that is passed on ended with %s: %s", type(error).__name__, error)
    body = error.body if isinstance(error, APIError) and isinstance(error.body, dict) else {}
    told = {name: body.get(name) for name in _TOLD}
    told["message"] = told["message"] or _WHERE.sub("", str(error).partition("\n")[0], count=1)
    told["type"] = told["type"] or re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(error).__name__).lower()
    return _written("error" if kind.names_events else None, to_json({"error": told}, fallback=str))
