"""The exit code that says which kind of error ended a command.

0    done (also when the reader of a pipe went away: `| head`)
1    failed: the server said no, a stream broke off, a file could not be written
2    usage: no such command or option, a value that cannot be read, a setting that makes no sense
3    refused before anything was sent: the request, a schema or a line of a file is wrong
4    no key, or the server does not take it
5    rate limit, quota or budget
6    no connection, or no answer in time
130  interrupted
"""

from __future__ import annotations

FAILED, USAGE, REFUSED, KEY, LIMIT, CONNECTION, INTERRUPTED = 1, 2, 3, 4, 5, 6, 130


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
