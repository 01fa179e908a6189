"""Warnings of what the service gives up: operations when they are called, fields when they are given.

    class Evals(Resource):
        _deprecated = ends("2026-11-30", "Azure and compatible servers have it")

    max_tokens: Annotated[Nullable[StrictInt], DEPRECATED] = None
    \"\"\"... Deprecated by the service: use `max_completion_tokens`.\"\"\"

Rules
* What OpenAI ends, and fields, are no fault elsewhere: only calls to its own hosts warn. What has a better name in this
  package warns everywhere.
* Who has operations answered by somebody else than the server (a middleware with `answers`) is not warned of them.
* The warning points to the first line outside this package, and says of a field what its prose says.
* Of fields only what is given counts, at any depth of a request: not None, and not what a server sent.
* A call that gives no such field pays nothing for it. The validator of a field runs when it is given, and never
  otherwise: it tells the call that checks, by the list that is the context of the validation, or, of an object that is
  made before a call, everybody (`MADE`). Only then is it looked for where.

Weak spot: a task that an async program makes of a call has no line of the program above it; `asyncio` stands there.
"""

from __future__ import annotations

import functools
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping
from types import FrameType
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, core_schema

from typed_openai.core.hosts import is_openai

if TYPE_CHECKING:
    from typed_openai.core.caller import Policies

_PACKAGE = "typed_openai"
_PROSE = "Deprecated by the service"


class Ends(str):
    """Why something is deprecated: OpenAI ends it on a day."""

    __slots__ = ()


def ends(day: str, hint: str) -> Ends:
    """That OpenAI ends an area on this day (`2026-11-30`), and what to do then."""
    return Ends(f"OpenAI ends it on {day}; {hint}")


def with_end(purpose: str, why: str | None) -> str:
    """What a docstring says, and when it ends."""
    return f"{purpose}\n\nDeprecated: {why}." if isinstance(why, Ends) else purpose


def warn(operation: str, why: str, config: Policies) -> None:
    """Warn whoever calls an operation that is deprecated, unless it is so only at another server."""
    if isinstance(why, Ends) and not is_openai(config.host):
        return
    if not any(operation.startswith(getattr(each, "answers", ())) for each in config.middleware):
        _warn(f"{operation} is deprecated: {why}")


def warn_of_fields(operation: str, fields: Iterable[tuple[type[Any], str]], config: Policies, of: type[Any]) -> None:
    """Warn whoever gives fields (their class, their name) that are deprecated; `of`: the parameters of the call."""
    if not is_openai(config.host):
        return
    from typed_openai.core.attribute_docs import attribute_docs

    for owner, name in dict.fromkeys(fields):
        _, _, why = " ".join(attribute_docs(owner).get(name, "").split()).partition(_PROSE)
        why = why.strip(" :.") or "the service gives it up"
        place = name if owner is of else f"{owner.__name__}.{name}"
        _warn(f"{place} of {operation} is deprecated: {why}")


def _warn(text: str) -> None:
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] == _PACKAGE:
        frame = frame.f_back
    if frame is None:
        warnings.warn(text, DeprecationWarning, stacklevel=3)
        return
    where = frame.f_globals
    registry = where.setdefault("__warningregistry__", {})
    warnings.warn_explicit(
        text, DeprecationWarning, frame.f_code.co_filename, frame.f_lineno, where.get("__name__"), registry
    )


# -- fields ------------------------------------------------------------------------------------------------------------

MADE: set[str] = set()
"""Deprecated fields of objects that were made outside a call, by name."""


class _Deprecated:
    """The annotation."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_after_validator_function(_notice, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "deprecated": True}

    def __repr__(self) -> str:
        return "DEPRECATED"


DEPRECATED = _Deprecated()
"""Annotation for a field that the service gives up."""


def _notice(value: Any, info: ValidationInfo) -> Any:
    if value is not None:
        name, noticed = str(info.field_name), info.context
        if isinstance(noticed, list):
            noticed.append(name)
        else:
            MADE.add(name)
    return value


@functools.cache
def deprecated_fields(model: type[BaseModel]) -> frozenset[str]:
    """The fields of a model that are deprecated."""
    fields = model.__pydantic_fields__.items()
    return frozenset(name for name, info in fields if any(isinstance(mark, _Deprecated) for mark in info.metadata))


def deprecated_in(value: Any) -> Iterator[tuple[type[BaseModel], str]]:
    """The deprecated fields that are given in parameters, what stands within others last: class and name."""
    waiting = [value]
    for this in waiting:  # which grows
        if isinstance(this, BaseModel):
            own, was_set = type(this).__pydantic_fields__, this.model_fields_set
            given = {name: getattr(this, name) for name in own if name in was_set and getattr(this, name) is not None}
            yield from ((type(this), name) for name in given if name in deprecated_fields(type(this)))
            waiting += given.values()
        elif isinstance(this, list | tuple):
            waiting += this
        elif isinstance(this, Mapping):
            waiting += this.values()
