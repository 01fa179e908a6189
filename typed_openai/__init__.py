"""A typed client for the OpenAI HTTP API and everything that speaks its protocol.

    from typed_openai import OpenAI

    client = OpenAI()
    completion = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Hello!"}])
    print(completion.text)

Every request is checked before it leaves, every answer is typed. Importing this package imports nothing heavy: the
names below are looked up when they are first used. Models are imported from their area: `typed_openai.models.chat`.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typed_openai.client import AsyncOpenAI, OpenAI, __version__
    from typed_openai.config import Config, configure
    from typed_openai.core.meta import Attempt, Issue, Meta, RateLimit
    from typed_openai.core.pages import AsyncCursorPage, AsyncPage, SyncCursorPage, SyncPage
    from typed_openai.core.raw import APIResponse, Binary
    from typed_openai.core.retry import RetryEvent
    from typed_openai.errors import (
        APIConnectionError,
        APIError,
        APIResponseValidationError,
        APIStatusError,
        APIStreamError,
        APITimeoutError,
        AuthenticationError,
        BadRequestError,
        ConfigurationError,
        ConflictError,
        DeadlineExceededError,
        InternalServerError,
        MissingAPIKeyError,
        NotFoundError,
        OpenAIError,
        PermissionDeniedError,
        RateLimitError,
        RequestTimeoutError,
        RequestValidationError,
        ResponseDecodeError,
        ResponseValidationError,
        StreamDeadlineError,
        StreamDecodeError,
        StreamError,
        StreamInterruptedError,
        StreamStalledError,
        StreamTruncatedError,
        UnprocessableEntityError,
        WaitError,
        WaitFailedError,
        WaitTimeoutError,
    )
    from typed_openai.models.base import NULL, Null
    from typed_openai.streaming.stream import AsyncStream, Stream

__all__ = [
    "NULL",
    "APIConnectionError",
    "APIError",
    "APIResponse",
    "APIResponseValidationError",
    "APIStatusError",
    "APIStreamError",
    "APITimeoutError",
    "AsyncCursorPage",
    "AsyncOpenAI",
    "AsyncPage",
    "AsyncStream",
    "Attempt",
    "AuthenticationError",
    "BadRequestError",
    "Binary",
    "Config",
    "ConfigurationError",
    "ConflictError",
    "DeadlineExceededError",
    "InternalServerError",
    "Issue",
    "Meta",
    "MissingAPIKeyError",
    "NotFoundError",
    "Null",
    "OpenAI",
    "OpenAIError",
    "PermissionDeniedError",
    "RateLimit",
    "RateLimitError",
    "RequestTimeoutError",
    "RequestValidationError",
    "ResponseDecodeError",
    "ResponseValidationError",
    "RetryEvent",
    "Stream",
    "StreamDeadlineError",
    "StreamDecodeError",
    "StreamError",
    "StreamInterruptedError",
    "StreamStalledError",
    "StreamTruncatedError",
    "SyncCursorPage",
    "SyncPage",
    "UnprocessableEntityError",
    "WaitError",
    "WaitFailedError",
    "WaitTimeoutError",
    "__version__",
    "configure",
]

_ROOMS = {
    "client": ("AsyncOpenAI", "OpenAI", "__version__"),
    "config": ("Config", "configure"),
    "core.meta": ("Attempt", "Issue", "Meta", "RateLimit"),
    "core.pages": ("AsyncCursorPage", "AsyncPage", "SyncCursorPage", "SyncPage"),
    "core.raw": ("APIResponse", "Binary"),
    "core.retry": ("RetryEvent",),
    "models.base": ("NULL", "Null"),
    "streaming.stream": ("AsyncStream", "Stream"),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_ROOM_OF.get(name, 'errors')}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
