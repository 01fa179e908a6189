"""From bytes to a typed result: the fast path, the tolerant path, and the errors for what is neither. Pure.

* Fast: `validate_json(bytes)`, one call into Rust.
* Tolerant: when that fails but the body is a JSON object (`core/answer/tolerant.py`), with `issues` on the result and
  one log line for a client and a kind of answer. `strict_responses=True` raises instead.
* A success status whose body is not a JSON object is an error that shows the head of the body; an error under a success
  status is the server's error, in whichever words (`reported.py`), and so is an answer without what makes it one
  (`Result.is_answer`). An `error` of a thing that has a state is data.
* What was asked for and not given (`Result.check_asked`) is an issue.
* A bare array where a list is expected is its `data`, with an issue.
* JSON behind a byte order mark, or with half a character (`\\ud83d` alone, from servers that cut texts anywhere), is
  read all the same; U+FFFD stands for the half, and both are issues.
* What a server sent goes onto an error without the secrets of the request, wherever the server put them.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import ValidationError

from typed_openai.core.answer.decode import read_json
from typed_openai.core.answer.meta import Issue, Meta, RawResponse
from typed_openai.core.answer.pages import Envelope
from typed_openai.core.answer.reported import error_in, failure_of, line, may_report, says_failure
from typed_openai.core.answer.sse import SSEDecoder, begins_like_events
from typed_openai.core.hosts import is_openai
from typed_openai.core.known_secrets import HIDDEN, searched, without
from typed_openai.core.redact import CREDENTIAL_NAMES, is_secret, logger, redact_url
from typed_openai.errors import (
    STATUS_ERRORS,
    APIConnectionError,
    APIError,
    APIStatusError,
    InsufficientQuotaError,
    InternalServerError,
    ResponseDecodeError,
    ResponseValidationError,
)
from typed_openai.models.base import Result, attach
from typed_openai.models.readers import reader_of

if TYPE_CHECKING:
    from typed_openai.core.caller import Tolerance
    from typed_openai.core.run.effects import Request

R = TypeVar("R", bound=Result)
V = TypeVar("V")
_HEAD = 200
_OF_A_TEXT = frozenset(("text", "language", "duration", "segments", "words", "task", "usage", "logprobs", "languages"))
"""Fields of a transcription, by which one is known whatever its server calls it."""
_HIDDEN = HIDDEN.encode()
_TEXT = rb'"(?:[^"\\]|\\.)*"?'
_NAMED_SECRET = (
    rb'("[\w-]*(?i:' + CREDENTIAL_NAMES.encode() + rb')"\s*:\s*)(?:' + _TEXT + rb"|\[(?:" + _TEXT + rb'|[^\]"])*\]?)'
)
_WHOLE = rb'"(?:[^"\\]|\\.)*"'
_HEADERS = (
    rb'("headers"\s*:\s*)\{\s*(?!"type")'
    + _WHOLE
    + rb"(?:\s*[:,]\s*"
    + _WHOLE
    + rb')*\s*(?:\}|[:,]?(?:\s*"(?:[^"\\]|\\.)*)?\Z)'
)
"""Headers that a server is to send on behalf of who asks (`tools` of MCP): whatever they are called."""
_ISSUED = _NAMED_SECRET + rb'|"(?:whsec_|ek_|sk-)[^"\s]{8,}(?:[^"\\]|\\.)*"?'
"""Secrets in JSON that is told to people, the end of it cut off or not: by their name, or by how they begin."""
_SEEN_LIMIT = 1000
_seen: set[tuple[str, str]] = set()
_SAID = 3
"""How many deviations of an answer the log shows."""
_HINTS = {
    401: "check the API key, and that it belongs to this server",
    403: "the key may not do this: check organization and project",
    404: "check the model or id, and the URL",
    429: "slow down, or raise max_retries",
}


def parse(model: type[R], content: bytes, meta: Meta, config: Tolerance, request: Request) -> R:
    """The typed result of a successful answer."""
    result: R | None = None
    lacking: tuple[Issue, ...] = ()
    cause: ValidationError | None = None
    try:
        found: R = reader_of(model).validate_json(content, strict=True)
    except ValidationError as error:
        cause = error
    else:
        if found.is_answer() and not may_report(content) and not (lacking := (*found.check_asked(request.asked),)):
            if config.unknown is not None:
                config.unknown.note(model, found, request.operation, request.secrets)
            return attach(found, meta)
        result = found
    # No longer inside the handler: what pydantic said of the whole body is not shown beside what we say.
    return _deviating(model, result, content, meta, config, request, cause, lacking)


class ReceivedText(str):
    """A text that came in another form than the API describes; `issues` says in which."""

    issues: tuple[Issue, ...] = ()


def parse_text(content: bytes, meta: Meta, config: Tolerance, request: Request) -> str:
    """The text of a successful answer: of a JSON string what it says, of an object with a `text` that. Any other JSON,
    a page or a stream is an error."""
    kind = meta.headers.get("content-type", "").lower()
    is_json = "json" in kind or not kind
    if content.removeprefix(BOM_UTF8).lstrip()[:1] in (b"{", b"[", b'"'):
        try:
            data = read_json(content)[0]
        except ValueError:
            data = None
        if error_in(data) is not None:
            raise api_error(meta, content, request.secrets)
        if isinstance(data, dict) and isinstance(data.get("text"), str) and _is_transcript(data, request, is_json):
            return _text_of(data["text"], content, meta, config, request)
        if is_json and isinstance(data, str):
            return data
        if is_json and says_failure(data):
            raise api_error(meta, content, request.secrets)
        if is_json and data is not None:
            why = "it is JSON; does this server know this format?"
            raise no_json(content, meta, request.secrets, why, data, expected="text")
    if kind.startswith(("text/html", "text/event-stream")):
        raise no_json(content, meta, request.secrets, "it is something else", expected="text")
    return RawResponse(meta, content).text


def _is_transcript(data: dict[str, Any], request: Request, is_json: bool) -> bool:
    """Whether an object is the transcript that was asked for as text, in the form of another format."""
    return data.keys() <= _OF_A_TEXT or (is_json and request.asked("response_format") is not None)


def _text_of(text: str, content: bytes, meta: Meta, config: Tolerance, request: Request) -> str:
    """The text that stands in a JSON object (transformers serve, LiteLLM), with an issue."""
    issue = Issue("", "text", 'a JSON object, of which "text" was taken')
    if config.strict_responses:
        message = f"{redact_url(meta.url)}: the answer deviates: {issue}"
        failure = ResponseValidationError(message, meta=public(meta, request.secrets), body=text)
        failure.content, failure.issues = hide(content, request.secrets), (issue,)
        raise failure
    logger.warning("%s of %s deviates: %s", request.operation, config.host, issue)
    found = ReceivedText(text)
    found.issues = (issue,)
    return found


def parse_nothing(content: bytes, meta: Meta, request: Request) -> None:
    """What a call gives that has nothing to give: nothing, unless the body reports a failure all the same."""
    if not content.lstrip().startswith((b"{", b"[")):
        return
    try:
        data = read_json(content)[0]
    except ValueError:
        return
    if says_failure(data) or error_in(data) is not None:
        raise api_error(meta, content, request.secrets)


def _deviating(
    model: type[R],
    result: R | None,
    content: bytes,
    meta: Meta,
    config: Tolerance,
    request: Request,
    cause: ValidationError | None,
    lacking: tuple[Issue, ...],
) -> R:
    """What is not simply an answer: an error of the server, a result that deviates, or nothing of the kind."""
    secrets = request.secrets
    data, odd = decode(content, meta, secrets)
    if isinstance(data, list) and _are_items(model, data):
        data, odd = {"data": data}, [*odd, Issue("", 'an object with "data"', "a bare array, which was taken for it")]
    if not isinstance(data, dict):
        if error_in(data) is not None:
            raise api_error(meta, content, secrets)
        raise no_json(content, meta, secrets, f"it is JSON, but {type(data).__name__}", data)
    issues = lacking
    if result is None:
        result, found = tolerate(model, data, secrets, odd)
        issues = (*found, *result.check_asked(request.asked))
    is_answer, fails = result.is_answer(), says_failure(data)
    owned = is_answer and (error_in(data) is None or _owns_error(model, result))
    if not owned and (fails or meta.method != "DELETE"):  # that something is gone needs no words
        failure = api_error(meta, content, secrets, is_empty=not fails)
        if is_answer:
            partial, there = tolerate(model, hidden(data, secrets), secrets, odd)
            failure.partial = attach(partial, failure.meta, there)
        raise failure
    log_issues(model, issues, config)
    if issues and config.strict_responses:
        raise strict_error(issues, model, meta, data, content, secrets, cause)
    if config.unknown is not None:
        config.unknown.note(model, result, request.operation, secrets)
    return attach(result, meta, issues)


def _are_items(model: type[Result], data: list[Any]) -> bool:
    """Whether a bare array is what a list should have around it (Together's `/models`), and not an error (Gemini)."""
    kind: object = model
    is_thing = bool(data) and isinstance(data[0], dict) and "id" in data[0]
    return isinstance(kind, type) and issubclass(kind, Envelope) and (is_thing or error_in(data) is None)


def _owns_error(model: type[Result], result: Result) -> bool:
    """Whether an `error` is data of the thing that came, and not what came in its place: a thing that has a state, or
    says itself which field that is, may have failed without the call having failed."""
    fields = type(result).__pydantic_fields__
    kind: object = model  # a union where the answer may be one of many things
    return "error" in fields or "status" in fields or (not isinstance(kind, type) and hasattr(result, "id"))


def tolerate(
    model: type[R], data: dict[str, Any], secrets: Sequence[str], odd: Sequence[Issue] = ()
) -> tuple[R, tuple[Issue, ...]]:
    """A typed reading of data that deviates from the API description, and where it does, beside what was `odd`."""
    from typed_openai.core.answer.tally import bounded
    from typed_openai.core.answer.tolerant import build, read

    found = [*odd]
    kind: Any = model  # the events of some streams are a union of models
    result = build(kind, data, "", found) if isinstance(kind, type) else read(kind, data, "", found)
    return result, tuple(
        issue._replace(pointer=without(issue.pointer, secrets), got=without(issue.got, secrets))
        for issue in bounded(tuple(found))
    )


def log_issues(model: type[Result], issues: Sequence[Issue], config: Tolerance) -> None:
    """One line for each kind of answer that deviates, once for a client, and where it was not said before: `issues` of
    the results say all of it."""
    places = {(model.__name__, issue.pointer) for issue in issues}
    if model.__name__ in config.told or places <= _seen:
        return
    config.told.add(model.__name__)
    if len(_seen) < _SEEN_LIMIT:
        _seen.update(places)
    more = f"; and {len(issues) - _SAID} more places" if len(issues) > _SAID else ""
    said = "; ".join(map(str, issues[:_SAID])) + more
    logger.warning(
        "%s of %s is not as the API describes it (said once, see .issues): %s", model.__name__, config.host, said
    )


def strict_error(
    issues: tuple[Issue, ...],
    model: type[Result],
    meta: Meta,
    data: object,
    content: bytes,
    secrets: Sequence[str],
    cause: ValidationError | None,
) -> ResponseValidationError:
    listed = "; ".join(map(str, issues)) or hidden(str(cause), secrets)
    message = f"{redact_url(meta.url)}: the answer is no {model.__name__}: {listed}"
    data, content = hidden(data, secrets), hide(content, secrets)
    failure = ResponseValidationError(message, meta=public(meta, secrets), body=data, content=content)
    failure.issues = issues
    return failure


def decode(content: bytes, meta: Meta, secrets: Sequence[str]) -> tuple[Any, list[Issue]]:
    """The JSON value of a body with what is odd about it, or the error that says what it is instead."""
    try:
        return read_json(content)
    except ValueError as error:
        why = str(error) if content.strip() else "the body is empty"
    raise no_json(content, meta, secrets, why)


def no_json(
    content: bytes,
    meta: Meta,
    secrets: Sequence[str],
    why: str,
    body: object = None,
    expected: str = "a JSON object",
) -> ResponseDecodeError:
    meta = public(meta, secrets)
    kind = meta.headers.get("content-type", "no content type")
    begins = f"; the body begins {head(content, secrets)!r}" if content else ""
    message = (
        f"{meta.url}: expected {expected}, got {kind} with status {meta.status}: {why}{begins}; is base_url right, or "
        "is a proxy in between?"
    )
    return ResponseDecodeError(message, meta=meta, body=hidden(body, secrets), content=hide(content, secrets))


def status_error(
    meta: Meta, content: bytes, request: Request, broken: APIConnectionError | None = None
) -> APIStatusError:
    """The exception for an error status; `broken` is what happened where not all of its body could be read."""
    body, text = error_body(content, request.secrets)
    if broken is not None and not content:
        text = "its body could not be read"
    from typed_openai.core.answer.causes import class_by_cause

    kind = STATUS_ERRORS.get(meta.status, InternalServerError if meta.status >= 500 else APIStatusError)
    kind = class_by_cause(kind, body, text) if 400 <= meta.status < 500 else kind
    meta = public(meta, request.secrets)
    details = [f"request id {meta.request_id}"] if meta.request_id else []
    code = body.get("code") if isinstance(body, dict) else None
    if code is not None:
        details.insert(0, f"code {code}")
    if 300 <= meta.status < 400:
        location = meta.headers.get("location")
        text = "a redirect that says no location"
        if location:
            text = f"redirect to {redact_url(location)!r} was not followed"
    hint = _not_found(meta.url, body, text, request) if meta.status == 404 else _HINTS.get(meta.status, "")
    if kind is InsufficientQuotaError:
        hint = "the quota is used up: check plan and billing; waiting does not help"
    known = f" [{', '.join(details)}]" if details else ""
    message = f"{meta.status} from {meta.method} {meta.url}: {text}{known}{'; ' + hint if hint else ''}"
    error = kind(message, meta=meta, body=body, content=hide(content, request.secrets))
    if broken is not None:
        error.add_note(f"not all of its body could be read: {broken}")
    return error


def _not_found(url: str, body: object, text: str, request: Request) -> str:
    """What to try after a 404. A server that is not OpenAI's, and that does not say what it does not find, may lack the
    whole operation."""
    twice = re.search(r"((?:/[a-z_]+)+)\1$", url)
    if twice:
        return f"base_url ends with {twice[1]}: leave that out"
    hint = request.origin or _HINTS[404]
    said = body if isinstance(body, dict) else {}
    model = request.asked("model")
    named = model is not None and re.search(rf"(?<!\w){re.escape(str(model))}(?!\w)", text)
    is_told = said.get("param") or isinstance(said.get("code"), str) or named
    is_known = is_openai(urlsplit(url).hostname or "")
    return hint if is_told or is_known else f"{hint}; this server may not have {request.operation}"


def error_body(content: bytes, secrets: Sequence[str]) -> tuple[object, str]:
    """The error object (or text) of a body, and what it says in one line (`reported.py`)."""
    try:
        data = hidden(_read_error(content), secrets)
    except ValueError:
        text = hide(content, secrets).decode("utf-8", errors="replace").strip()
        return text, (text[:_HEAD] or "the body is empty")
    body = failure_of(data)
    return body, line(body)


def _read_error(content: bytes) -> Any:
    """The JSON value of an error body, which may stand in an event stream; ValueError where there is none."""
    try:
        return read_json(content)[0]
    except ValueError:
        if not begins_like_events(content):
            raise
    decoder = SSEDecoder()
    for item in (*decoder.feed(content), *decoder.end()):
        data = item if isinstance(item, bytes) else item.data
        if data.lstrip()[:1] in (b"{", b"["):
            return read_json(data)[0]
    raise ValueError("an event stream without JSON in it")


def api_error(meta: Meta, content: bytes, secrets: Sequence[str], is_empty: bool = False) -> APIError:
    """The server's error under a success status, or (`is_empty`) an answer without what makes it one."""
    body, text = error_body(content, secrets)
    asked = f"{meta.method} {redact_url(meta.url)}"
    message = f"error under status {meta.status} from {asked}: {text}"
    if is_empty:
        message = f"status {meta.status} from {asked}, but nothing of an answer in it: the body is "
        message += repr(head(content, secrets))
    return APIError(message, meta=public(meta, secrets), body=body, content=hide(content, secrets))


def head(content: bytes, secrets: Sequence[str]) -> str:
    return masked(hide(content, secrets))[: _HEAD * 4].decode("utf-8", errors="replace")[:_HEAD]


def masked(content: bytes) -> bytes:
    """JSON text fit for a message or a log: without secrets that are made or told by it (signing secrets, keys), or
    that others are to be shown (`authorization` and `headers` of a tool)."""
    content = re.sub(_HEADERS, rb'\1{"' + _HIDDEN + b'":"' + _HIDDEN + b'"}', content)  # an object still
    return re.sub(_ISSUED, rb'\1"' + _HIDDEN + b'"', content)  # compiled at the first failure, not at import


def hide(content: bytes, secrets: Sequence[str]) -> bytes:
    """The bytes without any secret that a server may have echoed, in whichever form."""
    for form in searched(secrets):
        content = content.replace(form.encode("utf-8", "surrogatepass"), _HIDDEN)
    return content


def hidden(value: V, secrets: Sequence[str]) -> V:
    """A JSON value without any secret."""
    found = searched(secrets)
    return _without(value, found) if found else value


def scrubbed(value: V, secrets: Sequence[str]) -> V:
    """What a stream adds up to without any secret, changed in place: a secret may have come in pieces."""
    found = searched(secrets)
    if found:
        _scrub(value, found)
    return value


def _scrub(value: Any, secrets: Sequence[str]) -> Any:
    if isinstance(value, str):
        return _without(value, secrets)
    if isinstance(value, list):
        value[:] = [_scrub(item, secrets) for item in value]
    elif isinstance(value, dict):
        items = [(_without(key, secrets), _scrub(item, secrets)) for key, item in value.items()]
        value.clear()
        value.update(items)
    elif isinstance(value, Result):
        _scrub(vars(value), secrets)
        if value.__pydantic_extra__:
            _scrub(value.__pydantic_extra__, secrets)
        attach(value, public(value.meta, secrets), value.issues)
    return value


def _without(value: Any, secrets: Sequence[str]) -> Any:
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, HIDDEN)
        return value
    if isinstance(value, list):
        return [_without(item, secrets) for item in value]
    if isinstance(value, dict):
        return {_without(key, secrets): _without(item, secrets) for key, item in value.items()}
    return value


def public(meta: Meta, secrets: Sequence[str]) -> Meta:
    """How an answer came, fit for an error: no query in the URL, no secret in the headers of either direction."""
    found = searched(secrets)
    headers = [(name, _without(text, found)) for name, text in meta.headers.items()]
    sent = meta.sent_headers.items()
    asked = [(name, HIDDEN if is_secret(name) else _without(text, found)) for name, text in sent]
    return Meta(meta.status, headers, meta.method, redact_url(meta.url), meta.attempts, meta.elapsed, (asked, {}))
