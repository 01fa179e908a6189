"""A typed client for the OpenAI HTTP API and everything that speaks its protocol.

    from typed_openai import OpenAI

    client = OpenAI()
    completion = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Hello!"}])
    print(completion.text)

Every request is checked before it leaves, every answer is typed. Importing this package imports nothing heavy: the
names below are looked up when they are first used. Models are imported from their area: `typed_openai.models.chat`.
"""

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typed_openai.azure import AsyncAzureOpenAI, AzureOpenAI
    from typed_openai.bulk.jsonl import LineFault, check_jsonl
    from typed_openai.bulk.map import MapResult
    from typed_openai.bulk.map_results import AsyncMapResults, MapResults
    from typed_openai.client import AsyncClient, AsyncOpenAI, Client, OpenAI, __version__
    from typed_openai.core.answer.meta import Attempt, Issue, Meta, RateLimit
    from typed_openai.core.answer.pages import AsyncCursorPage, AsyncPage, SyncCursorPage, SyncPage
    from typed_openai.core.answer.raw import APIResponse, Binary
    from typed_openai.core.answer.raw import APIResponse as AsyncAPIResponse
    from typed_openai.core.answer.raw import Binary as HttpxBinaryResponseContent
    from typed_openai.core.answer.unknown_report import UnknownEntry, UnknownReport
    from typed_openai.core.call_options import CallOptions, PostOptions
    from typed_openai.core.observers import ObservedCall, Observer
    from typed_openai.core.run.made_before import made_before
    from typed_openai.core.run.native import Timeout
    from typed_openai.core.run.retry import RetryEvent
    from typed_openai.core.setting_types import Capabilities
    from typed_openai.errors import (
        APIConnectionError,
        APIError,
        APIResponseValidationError,
        APIStatusError,
        APIStreamError,
        APITimeoutError,
        AuthenticationError,
        BadRequestError,
        BodyTooLargeError,
        BudgetExceededError,
        ConfigurationError,
        ConflictError,
        ContentFilterFinishReasonError,
        ContentPolicyError,
        ContextLengthExceededError,
        DeadlineExceededError,
        InsufficientQuotaError,
        InternalServerError,
        InvalidWebhookSignatureError,
        LengthFinishReasonError,
        MissingAPIKeyError,
        NotFoundError,
        OpenAIError,
        OutputError,
        OutputValidationError,
        PermissionDeniedError,
        RateLimitError,
        RefusalError,
        RequestTimeoutError,
        RequestValidationError,
        ResponseDecodeError,
        ResponseValidationError,
        SchemaError,
        StreamDeadlineError,
        StreamDecodeError,
        StreamError,
        StreamInterruptedError,
        StreamStalledError,
        StreamTooLargeError,
        StreamTruncatedError,
        ToolRoundsExceededError,
        UnprocessableEntityError,
        UploadError,
        WaitError,
        WaitFailedError,
        WaitTimeoutError,
    )
    from typed_openai.frameworks import as_official
    from typed_openai.lib._tools import file_from_path, pydantic_function_tool, pydantic_responses_function_tool
    from typed_openai.models.base import NOT_GIVEN, NULL, NotGiven, Null, Omit, not_given, omit
    from typed_openai.models.base import Result as BaseModel
    from typed_openai.prices import Cost, UnknownPriceError
    from typed_openai.providers import Provider
    from typed_openai.settings.config import Config, configure
    from typed_openai.settings.default_clients import (
        DEFAULT_CONNECTION_LIMITS,
        DEFAULT_MAX_RETRIES,
        DEFAULT_TIMEOUT,
        DefaultAioHttpClient,
        DefaultAsyncHttpxClient,
        DefaultHttpxClient,
    )
    from typed_openai.sockets.failures import (
        ServerEventError,
        WebSocketConnectionClosedError,
        WebSocketQueueFullError,
    )
    from typed_openai.sockets.reconnecting import ReconnectingEvent, ReconnectingOverrides
    from typed_openai.streaming.assistant_handlers import AssistantEventHandler, AsyncAssistantEventHandler
    from typed_openai.streaming.chat import AsyncChatCompletionStream, ChatCompletionAccumulator, ChatCompletionStream
    from typed_openai.streaming.outputs import ParsedOutput, PartialOutput
    from typed_openai.streaming.parsed_chat import AsyncParsedChatCompletionStream, ParsedChatCompletionStream
    from typed_openai.streaming.parsed_responses import AsyncParsedResponseStream, ParsedResponseStream
    from typed_openai.streaming.responses import AsyncResponseStream, ResponseAccumulator, ResponseStream
    from typed_openai.streaming.stream import AsyncStream, Stream
    from typed_openai.structured.chat import ParsedChatCompletion
    from typed_openai.structured.output_format import (
        OutputFormat,
        SchemaFault,
        json_schema_for,
        lint_schema,
        partial_json,
    )
    from typed_openai.structured.responses import ParsedResponse
    from typed_openai.tokens.estimate import estimate_tokens, rough_token_count
    from typed_openai.tools.chat_loop import ChatToolRun
    from typed_openai.tools.definition import tool
    from typed_openai.tools.loop import ToolRun
    from typed_openai.tools.response_loop import ResponseToolRun
    from typed_openai.usage import UsageScope, usage_scope
    from typed_openai.webhooks import sign_webhook

__all__ = [
    "DEFAULT_CONNECTION_LIMITS",
    "DEFAULT_MAX_RETRIES",
    "DEFAULT_TIMEOUT",
    "NOT_GIVEN",
    "NULL",
    "APIConnectionError",
    "APIError",
    "APIResponse",
    "APIResponseValidationError",
    "APIStatusError",
    "APIStreamError",
    "APITimeoutError",
    "AssistantEventHandler",
    "AsyncAPIResponse",
    "AsyncAssistantEventHandler",
    "AsyncAzureOpenAI",
    "AsyncChatCompletionStream",
    "AsyncClient",
    "AsyncCursorPage",
    "AsyncMapResults",
    "AsyncOpenAI",
    "AsyncPage",
    "AsyncParsedChatCompletionStream",
    "AsyncParsedResponseStream",
    "AsyncResponseStream",
    "AsyncStream",
    "Attempt",
    "AuthenticationError",
    "AzureOpenAI",
    "BadRequestError",
    "BaseModel",
    "Binary",
    "BodyTooLargeError",
    "BudgetExceededError",
    "CallOptions",
    "Capabilities",
    "ChatCompletionAccumulator",
    "ChatCompletionStream",
    "ChatToolRun",
    "Client",
    "Config",
    "ConfigurationError",
    "ConflictError",
    "ContentFilterFinishReasonError",
    "ContentPolicyError",
    "ContextLengthExceededError",
    "Cost",
    "DeadlineExceededError",
    "DefaultAioHttpClient",
    "DefaultAsyncHttpxClient",
    "DefaultHttpxClient",
    "HttpxBinaryResponseContent",
    "InsufficientQuotaError",
    "InternalServerError",
    "InvalidWebhookSignatureError",
    "Issue",
    "LengthFinishReasonError",
    "LineFault",
    "MapResult",
    "MapResults",
    "Meta",
    "MissingAPIKeyError",
    "NotFoundError",
    "NotGiven",
    "Null",
    "ObservedCall",
    "Observer",
    "Omit",
    "OpenAI",
    "OpenAIError",
    "OutputError",
    "OutputFormat",
    "OutputValidationError",
    "ParsedChatCompletion",
    "ParsedChatCompletionStream",
    "ParsedOutput",
    "ParsedResponse",
    "ParsedResponseStream",
    "PartialOutput",
    "PermissionDeniedError",
    "PostOptions",
    "Provider",
    "RateLimit",
    "RateLimitError",
    "ReconnectingEvent",
    "ReconnectingOverrides",
    "RefusalError",
    "RequestTimeoutError",
    "RequestValidationError",
    "ResponseAccumulator",
    "ResponseDecodeError",
    "ResponseStream",
    "ResponseToolRun",
    "ResponseValidationError",
    "RetryEvent",
    "SchemaError",
    "SchemaFault",
    "ServerEventError",
    "Stream",
    "StreamDeadlineError",
    "StreamDecodeError",
    "StreamError",
    "StreamInterruptedError",
    "StreamStalledError",
    "StreamTooLargeError",
    "StreamTruncatedError",
    "SyncCursorPage",
    "SyncPage",
    "Timeout",
    "ToolRoundsExceededError",
    "ToolRun",
    "UnknownEntry",
    "UnknownPriceError",
    "UnknownReport",
    "UnprocessableEntityError",
    "UploadError",
    "UsageScope",
    "WaitError",
    "WaitFailedError",
    "WaitTimeoutError",
    "WebSocketConnectionClosedError",
    "WebSocketQueueFullError",
    "__version__",
    "as_official",
    "check_jsonl",
    "configure",
    "estimate_tokens",
    "file_from_path",
    "json_schema_for",
    "lint_schema",
    "made_before",
    "not_given",
    "omit",
    "partial_json",
    "pydantic_function_tool",
    "pydantic_responses_function_tool",
    "rough_token_count",
    "sign_webhook",
    "tool",
    "usage_scope",
]

_ROOMS = {
    "azure": ("AsyncAzureOpenAI", "AzureOpenAI"),
    "tools.chat_loop": ("ChatToolRun",),
    "client": ("AsyncClient", "AsyncOpenAI", "Client", "OpenAI", "__version__"),
    "settings.config": ("Config", "configure"),
    "settings.default_clients": (
        "DEFAULT_CONNECTION_LIMITS",
        "DEFAULT_MAX_RETRIES",
        "DEFAULT_TIMEOUT",
        "DefaultAioHttpClient",
        "DefaultAsyncHttpxClient",
        "DefaultHttpxClient",
    ),
    "core.answer.meta": ("Attempt", "Issue", "Meta", "RateLimit"),
    "core.run.made_before": ("made_before",),
    "core.answer.pages": ("AsyncCursorPage", "AsyncPage", "SyncCursorPage", "SyncPage"),
    "core.answer.raw": ("APIResponse", "Binary"),
    "core.answer.unknown_report": ("UnknownEntry", "UnknownReport"),
    "core.observers": ("ObservedCall", "Observer"),
    "core.run.retry": ("RetryEvent",),
    "core.run.native": ("Timeout",),
    "frameworks": ("as_official",),
    "bulk.jsonl": ("LineFault", "check_jsonl"),
    "bulk.map_results": ("AsyncMapResults", "MapResults"),
    "lib._tools": ("file_from_path", "pydantic_function_tool", "pydantic_responses_function_tool"),
    "bulk.map": ("MapResult",),
    "models.base": ("NOT_GIVEN", "NULL", "NotGiven", "Null", "Omit", "not_given", "omit"),
    "structured.output_format": ("OutputFormat", "SchemaFault", "json_schema_for", "lint_schema", "partial_json"),
    "prices": ("Cost", "UnknownPriceError"),
    "providers": ("Capabilities", "Provider"),
    "tools.response_loop": ("ResponseToolRun",),
    "core.call_options": ("CallOptions", "PostOptions"),
    "sockets.failures": ("ServerEventError", "WebSocketConnectionClosedError", "WebSocketQueueFullError"),
    "sockets.reconnecting": ("ReconnectingEvent", "ReconnectingOverrides"),
    "streaming.assistant_handlers": ("AssistantEventHandler", "AsyncAssistantEventHandler"),
    "streaming.chat": ("AsyncChatCompletionStream", "ChatCompletionAccumulator", "ChatCompletionStream"),
    "streaming.outputs": ("ParsedOutput", "PartialOutput"),
    "streaming.parsed_chat": ("AsyncParsedChatCompletionStream", "ParsedChatCompletionStream"),
    "streaming.parsed_responses": ("AsyncParsedResponseStream", "ParsedResponseStream"),
    "streaming.responses": ("AsyncResponseStream", "ResponseAccumulator", "ResponseStream"),
    "streaming.stream": ("AsyncStream", "Stream"),
    "structured.chat": ("ParsedChatCompletion",),
    "structured.responses": ("ParsedResponse",),
    "tokens.estimate": ("estimate_tokens", "rough_token_count"),
    "tools.loop": ("ToolRun",),
    "tools.definition": ("tool",),
    "usage": ("UsageScope", "usage_scope"),
    "webhooks": ("sign_webhook",),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}
_OTHERWISE_CALLED = {
    "AsyncAPIResponse": ("core.answer.raw", "APIResponse"),
    "BaseModel": ("models.base", "Result"),
    "HttpxBinaryResponseContent": ("core.answer.raw", "Binary"),
}
"""Names of the official package for what has another name here."""


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}{_hint(name)}", name=name)
    room, own = _OTHERWISE_CALLED.get(name, (_ROOM_OF.get(name, "errors"), name))
    value = getattr(importlib.import_module(f"{__name__}.{room}"), own)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _hint(name: str) -> str:
    if name.startswith("_"):
        return ""
    from typed_openai.shown.wrong_names import not_in_module

    hint = not_in_module(name, __all__)
    return f": {hint}" if hint else ""


class _Package(ModuleType):
    """This module, which refuses what was a setting of the official package: here it would have no effect."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name.startswith("_") or name in __all__ or isinstance(value, ModuleType)):
            from typed_openai.shown.wrong_names import set_in_module

            hint = set_in_module(name)
            if hint:
                raise AttributeError(f"{__name__}.{name} = ... has no effect: {hint}", name=name)
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
