"""Errors, from ours to the official package's: those that came of the API become the official ones of the same name.

Rules
* The official error carries our message (host, cause, what to try) and the real response: status, headers, body.
* What our checks refuse, and settings that make no sense, stay our errors: no server has seen that request.
* Ours is the `__cause__`: attempts, meta and, of streams, what arrived are on it.
"""

from __future__ import annotations

from typing import Any

from typed_openai import errors

OURS = "typed_openai.error"
"""Where a response of the view keeps our error, among its extensions."""


def ours_in(error: BaseException) -> errors.OpenAIError | None:
    """Our error behind one that the official package raised; None when it is that package's own."""
    found: BaseException | None = error
    while found is not None and not isinstance(found, errors.OpenAIError):
        kept = getattr(getattr(found, "response", None), "extensions", {}).get(OURS)
        found = kept if kept is not None else found.__cause__
    return found


def translated(error: Exception, official: Any, family: Any) -> Exception:
    """What a caller of the view is to see of an error, ours or the official package's."""
    ours = ours_in(error)
    if ours is None:
        return error
    if not isinstance(ours, errors.APIError):
        return ours
    kind: Any = next(same for each in type(ours).__mro__ if (same := getattr(official, each.__name__, None)))
    made: Any = error if isinstance(error, kind) else _made(kind, ours, official, family)
    made.message = ours.message
    made.args = (ours.message,)
    made.__cause__ = ours
    found: Exception = made
    return found


def _made(kind: Any, error: errors.APIError, official: Any, family: Any) -> Any:
    """The official error of the same name, or of the nearest that there is."""
    request = family.Request(error.meta.method or "POST", error.meta.url or "http://unknown")
    if issubclass(kind, official.APITimeoutError):
        return kind(request=request)
    if issubclass(kind, official.APIConnectionError):
        return kind(message=error.message, request=request)
    if issubclass(kind, official.APIStatusError | official.APIResponseValidationError):
        response = family.Response(
            error.meta.status, headers=list(error.meta.headers.items()), content=error.content, request=request
        )
        return kind(message=error.message, response=response, body=error.body)
    return official.APIError(error.message, request, body=error.body)
