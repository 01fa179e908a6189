"""What went wrong, as one message on standard error and an exit code that says which kind it was.

    0    done (also when the reader of a pipe went away: `| head`)
    1    failed: the server said no, a stream broke off, a file could not be written
    2    usage: no such command or option, a value that cannot be read, a setting that makes no sense
    3    refused before anything was sent: the request, a schema or a line of a file is wrong
    4    no key, or the server does not take it
    5    rate limit, quota or budget
    6    no connection, or no answer in time
    130  interrupted

The message is the error's own: it says what was expected and what to do. `--verbose` adds the traceback.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

FAILED, USAGE, REFUSED, KEY, LIMIT, CONNECTION, INTERRUPTED = 1, 2, 3, 4, 5, 6, 130

if TYPE_CHECKING:
    from collections.abc import Iterator


def exit_code(error: BaseException) -> int:
    """The exit code for an error."""
    from typed_openai import errors

    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    codes: tuple[tuple[tuple[type[BaseException], ...], int], ...] = (
        ((errors.MissingAPIKeyError, errors.AuthenticationError, errors.PermissionDeniedError), KEY),
        ((errors.RateLimitError, errors.BudgetExceededError), LIMIT),
        ((errors.RequestValidationError, errors.SchemaError), REFUSED),
        ((errors.ConfigurationError,), USAGE),
        ((errors.APIConnectionError,), CONNECTION),
    )
    return next((code for kinds, code in codes if isinstance(error, kinds)), FAILED)


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
