"""`parse(to=...)`: the body of an answer as any type the caller names. Loaded when somebody does.

* A model of this package is read as calls read it: forgiving, with `issues`.
* `str` and `bytes` are the body as it is, `httpx.Response` is the answer itself; anything else (`dict`, `list[int]`, a
  pydantic model or a `TypeAdapter`) is JSON that must fit, else `ResponseValidationError`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from typed_openai.core.answer.response import decode, hidden, hide, parse, public
from typed_openai.core.once_each import OfType
from typed_openai.errors import ResponseValidationError
from typed_openai.models.base import Result

if TYPE_CHECKING:
    from typed_openai.core.answer.meta import RawResponse
    from typed_openai.core.answer.unknown_report import UnknownReport
    from typed_openai.core.run.effects import Reply


@dataclass(frozen=True)
class _Forgiving:
    """How what is read by hand is taken: as it comes."""

    strict_responses: bool = False
    host: str = ""
    told: set[str] = field(default_factory=set)
    unknown: UnknownReport | None = None


_ADAPTERS = OfType[TypeAdapter[Any]](TypeAdapter)


def adapter_of(kind: Any) -> TypeAdapter[Any]:
    """What reads values of a type, made once for each; an adapter is one already. Raises what pydantic raises for a
    type that it cannot read."""
    return kind if isinstance(kind, TypeAdapter) else _ADAPTERS(kind)


def read_as(kind: Any, answer: RawResponse, reply: Reply) -> Any:
    """The body as a value of `kind`."""
    from typed_openai.core.run.native import HTTPXResponse

    content, request = answer.content, reply.request
    if kind is bytes:
        return content
    if kind is str:
        return answer.text
    if kind is HTTPXResponse:
        return reply.whole(content)
    if isinstance(kind, type) and issubclass(kind, Result):
        return reply.counted(lambda: parse(kind, content, reply.meta, _Forgiving(unknown=request.unknown), request))
    data, _ = decode(content, reply.meta, request.secrets)
    try:
        value = adapter_of(kind).validate_python(data)
    except ValidationError as error:
        said = misfits(error)
    else:
        if request.unknown is not None:
            request.unknown.note_read(value, data, request.operation, request.secrets)
        return value
    message = f"the answer does not fit {kind!r}: {hidden(said, request.secrets)}"
    raise ResponseValidationError(
        message,
        meta=public(reply.meta, request.secrets),
        body=hidden(data, request.secrets),
        content=hide(content, request.secrets),
    )


def misfits(error: ValidationError) -> str:
    """What of a value does not fit the type that was asked for, in a line."""
    return "; ".join(f"{'.'.join(map(str, each['loc'])) or '(all)'}: {each['msg']}" for each in error.errors())
