"""Everything that can go wrong, under one base, with the names the ecosystem knows.

    OpenAIError
    ├── ConfigurationError (ValueError)        a setting is missing or makes no sense
    │   └── MissingAPIKeyError
    ├── WaitError                              waiting for something to be done
    │   ├── WaitFailedError                    it ended badly; the object is on `.result`
    │   └── WaitTimeoutError (TimeoutError)    it was not done in time; `.result` is how it was last seen
    ├── InvalidWebhookSignatureError (ValueError)  a delivery is not from the service, or too old
    ├── BudgetExceededError                    the budget of a `usage_scope` is used up; nothing was sent
    ├── RequestValidationError (ValueError)    refused before a byte was sent: every fault with its path
    ├── SchemaError (TypeError)                a type has no strict schema: where and why is on `.faults`
    ├── OutputError                            an answer is not the value asked for; it is on `.completion`
    │   ├── LengthFinishReasonError            it was cut at the token limit; `.partial_text` is what came
    │   ├── ContentFilterFinishReasonError     it was cut by a content filter
    │   ├── RefusalError                       the model would not answer; `.refusal` says why
    │   └── OutputValidationError              it does not fit the type; every fault is on `.faults`
    ├── ToolRoundsExceededError                a model still asks for tools; `.messages` is what was said
    ├── WebSocketQueueFullError                what waits for a socket to be opened again is too much
    ├── UploadError                            a file sent in parts did not get there whole; `.progress` says how far
    └── APIError                               something happened on the way, or the server said no
        ├── APIConnectionError                 no (whole) answer: refused, DNS, TLS, reset
        │   ├── BodyTooLargeError              an answer goes on beyond `max_body`; `.content` is what came
        │   └── APITimeoutError (TimeoutError) one operation took longer than `timeout`
        │       └── DeadlineExceededError      the whole call took longer than `deadline`
        ├── APIStatusError                     an answer with an error status
        │   │   (by cause: ContextLengthExceededError, ContentPolicyError are 400, InsufficientQuotaError 429)
        │   ├── BadRequestError 400            ├── ConflictError 409
        │   ├── AuthenticationError 401        ├── UnprocessableEntityError 422
        │   ├── PermissionDeniedError 403      ├── RateLimitError 429
        │   ├── NotFoundError 404              └── InternalServerError 5xx
        │   └── RequestTimeoutError 408
        ├── APIResponseValidationError         an answer that is not what the API description promises
        │   ├── ResponseDecodeError            not JSON at all (HTML, empty, cut)
        │   └── ResponseValidationError        JSON of another shape, with `strict_responses=True`
        └── StreamError                        a stream that did not end well; `.partial` is what arrived
            ├── APIStreamError                 the server reported an error inside the stream
            │   └── ServerEventError           the same over a socket, which stays open (`sockets/failures.py`)
            ├── StreamDecodeError              (also ResponseDecodeError) an event that is not JSON
            ├── StreamDeadlineError            (also DeadlineExceededError) the deadline passed
            ├── StreamInterruptedError         (also APIConnectionError) the connection broke
            │   └── WebSocketConnectionClosedError     that of a socket; `.unsent_messages` were not sent
            ├── StreamStalledError             (also APITimeoutError) no data for `idle_timeout` seconds
            ├── StreamTooLargeError            (also BodyTooLargeError) it goes on beyond `max_body`
            └── StreamTruncatedError           it ended without a terminal sign

Rules: plain data only, so that every one pickles; messages say host, cause and what to try; each can be built by hand
as those of the official package are, which costs what comes from the server nothing. No secret is ever in a message
(texts of the server are searched for the key that was used), nor a line break or an escape that a server sent. Weak
spot: `__cause__` does not survive pickling.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from typed_openai.core.answer.one_line import one_line
from typed_openai.core.known_secrets import without
from typed_openai.core.request.fault import Fault as Fault

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from typed_openai.core.answer.meta import Attempt, Headers, Issue, Meta, RawResponse, SentRequest

# fmt: off
__all__ = [  # several to a line: this file is long enough
    "APIConnectionError", "APIError", "APIResponseValidationError", "APIStatusError", "APIStreamError",
    "APITimeoutError", "AuthenticationError", "BadRequestError", "BodyTooLargeError", "BudgetExceededError",
    "ConfigurationError", "ConflictError", "ContentFilterFinishReasonError", "ContentPolicyError",
    "ContextLengthExceededError", "DeadlineExceededError", "InsufficientQuotaError", "InternalServerError",
    "InvalidWebhookSignatureError", "LengthFinishReasonError", "MissingAPIKeyError", "NotFoundError",
    "OpenAIError", "OutputError", "OutputValidationError", "PermissionDeniedError", "RateLimitError",
    "RefusalError", "RequestTimeoutError", "RequestValidationError", "ResponseDecodeError",
    "ResponseValidationError", "SchemaError", "StreamDeadlineError", "StreamDecodeError", "StreamError",
    "StreamInterruptedError", "StreamStalledError", "StreamTooLargeError", "StreamTruncatedError",
    "ToolRoundsExceededError", "UnprocessableEntityError", "UploadError", "WaitError", "WaitFailedError",
    "WaitTimeoutError",
]
# fmt: on


def _rebuild(cls: type[OpenAIError], message: str, state: dict[str, Any]) -> OpenAIError:
    error = cls.__new__(cls, message)
    error.args = (message,)
    error.__dict__.update(state)
    return error


class OpenAIError(Exception):
    """Base of everything that this package raises."""

    said = ""
    """The message of one that is built without."""

    def __init__(self, message: str | None = None) -> None:
        message = self.said if message is None else without(message)
        super().__init__(message)
        self.message: str = message

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in a notebook: a few lines."""
        from typed_openai.shown.tracebacks import lines_of

        return lines_of(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), str(self), self.__dict__)


class ConfigurationError(OpenAIError, ValueError):
    """A setting is missing or makes no sense."""


class MissingAPIKeyError(ConfigurationError):
    """The server needs a key and none was given."""


_MOST_SHOWN = 20
"""Faults that the message of a `RequestValidationError` lists; a file may have thousands."""


class RequestValidationError(OpenAIError, ValueError):
    """The parameters are wrong; nothing was sent. `faults` lists all of them; `operation` names the call."""

    def __init__(self, operation: str, faults: Sequence[Fault]) -> None:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        lines = "\n".join(f"  {fault}" for fault in faults[:_MOST_SHOWN])
        if len(faults) > _MOST_SHOWN:
            lines += f"\n  and {len(faults) - _MOST_SHOWN} more (on .faults)"
        super().__init__(f"{operation}: {count}, nothing was sent\n{lines}")
        self.operation = operation
        self.faults: list[Fault] = list(faults)


class BudgetExceededError(OpenAIError):
    """The budget of a `usage_scope` is used up; nothing was sent. `budget` and `used` are in tokens (`int`), or in US
    dollars (`Decimal`)."""

    def __init__(self, operation: str, budget: int | Decimal, used: int | Decimal) -> None:
        of = f"{used} of a budget of {budget} tokens are" if isinstance(budget, int) else f"${used} of ${budget} is"
        super().__init__(f"{operation}: not sent, {of} used")
        self.operation = operation
        self.budget = budget
        self.used = used


class InvalidWebhookSignatureError(OpenAIError, ValueError):
    """A webhook is not from the service, was changed on its way, or is too old (or too new)."""


class WaitError(OpenAIError):
    """Waiting for something did not end well; `result` is the object as it was last seen."""

    def __init__(self, message: str, result: Any) -> None:
        super().__init__(one_line(message))
        self.result = result


class WaitFailedError(WaitError):
    """What was waited for ended in a failure."""


class WaitTimeoutError(WaitError, TimeoutError):
    """What was waited for was not done before the deadline."""


class SchemaError(OpenAIError, TypeError):
    """A type that the API's strict schemas have no words for. `faults`: each place (JSON pointer), rule and hint."""

    def __init__(self, message: str, faults: Sequence[object] = ()) -> None:
        super().__init__(message)
        self.faults: list[object] = list(faults)


class ToolRoundsExceededError(OpenAIError):
    """A model still asks for tools after `max_rounds` rounds of calls. Nothing of the conversation is lost.

    `completion`: the last answer, whose calls were not made. `messages`: the conversation before it, ready to be sent
    again. `steps`: the rounds that were made.
    """

    def __init__(self, message: str, completion: Any, messages: list[Any], steps: Sequence[Any] = ()) -> None:
        super().__init__(message)
        self.completion = completion
        self.messages = messages
        self.steps: list[Any] = list(steps)


class OutputError(OpenAIError):
    """An answer came, but not the value that was asked for. Nothing of it is lost.

    `completion`: the last answer, whole. `usage`: what it consumed, earlier asks included (None when the server did not
    say). `partial_text`: the text that came.
    """

    def __init__(
        self, message: str | None = None, completion: Any = None, usage: Any = None, partial_text: str = ""
    ) -> None:
        super().__init__(message)
        self.completion = completion
        self.usage = usage
        self.partial_text = partial_text


class LengthFinishReasonError(OutputError):
    """The answer was cut at the token limit."""

    said = "the answer was cut at the token limit"


class ContentFilterFinishReasonError(OutputError):
    """The answer was cut by a content filter."""

    said = "the answer was cut by a content filter"


class RefusalError(OutputError):
    """The model would not answer."""

    refusal: str = ""
    """What it said instead."""


class OutputValidationError(OutputError):
    """The answer is not JSON, or not of the type. `faults`: everything that is wrong with it, with its path."""

    faults: Sequence[Fault] = ()


class UploadError(OpenAIError):
    """A file that is sent in parts did not get there whole; the upload stands open unless it was cancelled.

    `upload` is the upload as it was last seen (None when it was resumed), `progress` which parts have arrived: hand it
    to `uploads.upload_file_chunked(resume=...)` to go on. What happened is the `__cause__`.
    """

    def __init__(self, message: str, upload: Any, progress: Any) -> None:
        super().__init__(message)
        self.upload = upload
        self.progress = progress


class APIError(OpenAIError):
    """Something happened on the way, or the server said no.

    `body` is the parsed error object (or text) of the server, `meta` how the answer came, `attempts` every try
    that failed, this one included. `code`, `param` and `type` are the server's, None where it gave none. `partial` is
    the typed result of what came all the same, None when nothing did.
    """

    partial: Any = None

    given_request: Any = None
    given_response: Any = None

    def __init__(
        self,
        message: object = None,
        request: object = None,
        *,
        response: object = None,
        meta: Meta | None = None,
        body: object = None,
        content: bytes = b"",
    ) -> None:
        """Built by hand (in tests of an application) as in the official package: `request` is an `httpx.Request`,
        `response` an `httpx.Response` or what looks like one; either may come first, in the place of the message."""
        if meta is None:
            from typed_openai.core.answer.by_hand import built

            message, self.given_request, self.given_response, meta, content = built(message, request, response, content)
        super().__init__(one_line(message) if isinstance(message, str) else None)
        self.meta: Meta = meta
        self.body = body
        self.content: bytes = content
        self.attempts: tuple[Attempt, ...] = ()

    def _field(self, name: str) -> str | None:
        value = self.body.get(name) if isinstance(self.body, dict) else None
        return None if value is None else str(value)

    @property
    def code(self) -> str | None:
        return self._field("code")

    @property
    def param(self) -> str | None:
        return self._field("param")

    @property
    def type(self) -> str | None:
        return self._field("type")

    @property
    def request_id(self) -> str | None:
        return self.meta.request_id

    @property
    def headers(self) -> Headers:
        return self.meta.headers

    @property
    def request(self) -> SentRequest:
        """What was asked: `method`, `url` and `headers`; what it was built with, if it was built by hand."""
        found: SentRequest = self.response.request if self.given_request is None else self.given_request
        return found

    @property
    def response(self) -> RawResponse:
        """The answer as it came: `status_code`, `headers`, `text`, `content`, `json()`."""
        if self.given_response is not None:
            found: RawResponse = self.given_response
            return found
        from typed_openai.core.answer.meta import RawResponse

        return RawResponse(self.meta, self.content)


class APIConnectionError(APIError):
    """No answer, or not all of it; `kind` says which: connect, dns, tls, proxy, pool, read, write, protocol, ...."""

    said = "Connection error."
    kind: str = "connect"
    final: bool = False
    """True where trying again cannot help: a name without an address form, a certificate that is not trusted."""

    def of_kind(self, kind: str, *, final: bool = False) -> Self:
        self.kind = kind
        self.final = final
        return self


class BodyTooLargeError(APIConnectionError):
    """An answer goes on beyond `max_body` bytes (unpacked); `content` is what came up to there. Not tried again."""

    kind = "size"
    final = True

    @staticmethod
    def told(most: int | None) -> str:
        """What the message says."""
        return f"the body has more than {most} bytes; raise max_body=... if it may, or take it bit by bit"


class APITimeoutError(APIConnectionError, TimeoutError):
    """One network operation of an attempt took longer than `timeout` allows."""

    said = "Request timed out."
    kind = "timeout"


class DeadlineExceededError(APITimeoutError):
    """The call as a whole (attempts, back-off, reading) took longer than `deadline`."""

    kind = "deadline"


class APIStatusError(APIError):
    """The server answered with an error status."""

    @property
    def status_code(self) -> int:
        return self.meta.status or next((status for status, kind in STATUS_ERRORS.items() if isinstance(self, kind)), 0)


class BadRequestError(APIStatusError):
    """400: the server did not accept the request."""


class ContextLengthExceededError(BadRequestError):
    """400: what was asked, with what may be answered, is longer than the model takes."""


class ContentPolicyError(BadRequestError):
    """400: a filter or a policy of the server does not allow this content."""


class AuthenticationError(APIStatusError):
    """401: no key, or not one that the server knows."""


class PermissionDeniedError(APIStatusError):
    """403: the key may not do this."""


class NotFoundError(APIStatusError):
    """404: no such object, model or path."""


class RequestTimeoutError(APIStatusError):
    """408: the server gave up waiting; retried."""


class ConflictError(APIStatusError):
    """409: the object is being changed by somebody else; retried."""


class UnprocessableEntityError(APIStatusError):
    """422: well-formed, but the server cannot make sense of it."""


class RateLimitError(APIStatusError):
    """429: too many requests or tokens (retried), or the quota is used up (code `insufficient_quota`, not retried)."""


class InsufficientQuotaError(RateLimitError):
    """429: the quota or the credit is used up; waiting does not help, and nothing is tried again."""


class InternalServerError(APIStatusError):
    """5xx: the server failed; retried."""


class APIResponseValidationError(APIError):
    """An answer that is not what the API description promises; `content` holds it whole."""

    said = "the answer is not what the API description promises"

    def __init__(self, message: object = None, body: object = None, **options: Any) -> None:
        super().__init__(message, body=body, **options)

    @property
    def status_code(self) -> int:
        return self.meta.status


class ResponseDecodeError(APIResponseValidationError):
    """A success status whose body is not JSON: HTML of a proxy, nothing at all, a cut text."""


class ResponseValidationError(APIResponseValidationError):
    """With `strict_responses=True`: JSON that deviates from the API description; `issues` lists where."""

    issues: tuple[Issue, ...] = ()


class StreamError(APIError):
    """A stream that did not end well. Nothing received is lost.

    `partial` is the typed snapshot of what arrived (None when no event did), `events_received` counts the events,
    `content` holds the bytes.
    """

    events_received: int = 0


class APIStreamError(StreamError):
    """The server reported an error inside the stream."""


class StreamDecodeError(StreamError, ResponseDecodeError):
    """An event of the stream is not JSON."""


class StreamInterruptedError(StreamError, APIConnectionError):
    """The connection broke while the stream was running."""

    kind = "read"


class StreamStalledError(StreamError, APITimeoutError):
    """No data event came for `idle_timeout` seconds; keep-alive comments do not count."""

    kind = "idle"


class StreamTooLargeError(StreamError, BodyTooLargeError):
    """The stream goes on beyond `max_body` bytes, which are kept for `partial`."""


class StreamDeadlineError(StreamError, DeadlineExceededError):
    """The deadline of the call passed while the stream was running."""


class StreamTruncatedError(StreamError):
    """The stream ended without `[DONE]`, a finish reason or a terminal event."""


STATUS_ERRORS: dict[int, type[APIStatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    408: RequestTimeoutError,
    409: ConflictError,
    422: UnprocessableEntityError,
    429: RateLimitError,
}
