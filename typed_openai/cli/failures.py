"""What went wrong, as one message on standard error; which kind it was, says the exit code (`core/exit_codes.py`).

The message is the error's own: it says what was expected and what to do. `--verbose` adds the traceback.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


def message_of(error: BaseException) -> str:
    """What is said on standard error."""
    return "\n".join(_lines(error))


def _lines(error: BaseException) -> Iterator[str]:
    from typed_openai import errors

    said = str(error) or type(error).__name__
    if isinstance(error, OSError) and not isinstance(error, errors.OpenAIError):
        said = f"{error.filename}: {error.strerror}" if error.filename else error.strerror or said
    yield f"Error: {said}"
    yield from getattr(error, "__notes__", ())
    request_id = getattr(getattr(error, "meta", None), "request_id", None)
    if request_id and request_id not in said:
        yield f"(request {request_id})"
    hint = _hint(error)
    if hint:
        yield hint


def _hint(error: BaseException) -> str:
    from typed_openai import errors

    if isinstance(error, errors.MissingAPIKeyError):
        return "Without a key: `typed-openai serve` starts a local server, `typed-openai demo` shows what it does."
    partial: Any = getattr(error, "partial", None)
    if isinstance(error, errors.StreamError) and partial is not None:
        return "What came before is above; the answer is not complete."
    return ""
