"""From bytes to a typed result: the fast path, the tolerant path, and the errors for what is neither. Pure.

* Fast: `validate_json(bytes)`, one call into Rust.
* Tolerant: when that fails but the body is a JSON object (`core/tolerant.py`), with `issues` on the result and one log
  line for each new deviation. `strict_responses=True` raises instead.
* A success status whose body is no JSON object is an error that shows the head of the body; an `error` object under a
  success status is the server's error.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError
from pydantic_core import from_json

from typed_openai.config import logger, redact_url
from typed_openai.core.meta import Issue, Meta, RawResponse
from typed_openai.errors import (
    STATUS_ERRORS,
    APIError,
    APIStatusError,
    InternalServerError,
    ResponseDecodeError,
    ResponseValidationError,
)
from typed_openai.models.base import Result, attach

if TYPE_CHECKING:
    from typed_openai.config import Config
    from typed_openai.core.request import Request

R = TypeVar("R", bound=Result)
_HEAD = 200
_SEEN_LIMIT = 1000
_seen: set[tuple[str, str]] = set()
_HINTS = {
    401: "check the API key (OPENAI_API_KEY) and that it belongs to this server",
    403: "the key may not do this: check organization and project",
    404: "check the model or id, and the URL",
    429: "slow down, or raise max_retries",
}


def parse(model: type[R], content: bytes, meta: Meta, config: Config) -> R:
    """The typed result of a successful answer."""
    try:
        result: R = model.__pydantic_validator__.validate_json(content, strict=True)
    except ValidationError as error:
        return _deviating(model, content, meta, config, error)
    extra = result.__pydantic_extra__
    if extra and "error" in extra and is_error(extra["error"]):
        raise api_error(extra, meta, content, config.secrets)
    return attach(result, meta)


def _deviating(model: type[R], content: bytes, meta: Meta, config: Config, error: ValidationError) -> R:
    data = decode(content, meta, config)
    if is_error(data.get("error")):
        raise api_error(data, meta, content, config.secrets)
    result, issues = tolerate(model, data, config)
    if config.strict_responses:
        raise strict_error(issues, model, meta, data, content, error)
    return attach(result, meta, issues)


def tolerate(model: type[R], data: dict[str, Any], config: Config) -> tuple[R, tuple[Issue, ...]]:
    """A typed reading of data that deviates from the API description, and where it does."""
    from typed_openai.core.tolerant import build

    issues: list[Issue] = []
    result = build(model, data, "", issues)
    for issue in issues:
        key = (model.__name__, issue.pointer)
        if key not in _seen and len(_seen) < _SEEN_LIMIT:
            _seen.add(key)
            logger.warning("%s of %s deviates (said once): %s", model.__name__, config.host, issue)
    return result, tuple(issues)


def strict_error(
    issues: tuple[Issue, ...], model: type[Result], meta: Meta, data: object, content: bytes, cause: ValidationError
) -> ResponseValidationError:
    listed = "; ".join(map(str, issues)) or str(cause)
    message = f"{redact_url(meta.url)}: the answer is no {model.__name__}: {listed}"
    failure = ResponseValidationError(message, meta=meta, body=data, content=content)
    failure.issues = issues
    return failure


def decode(content: bytes, meta: Meta, config: Config) -> dict[str, Any]:
    """The JSON object of a body, or the error that says what it is instead."""
    expected, data = "a JSON object", None
    try:
        data = from_json(content)
    except ValueError as error:
        why = str(error) if content.strip() else "the body is empty"
    else:
        if isinstance(data, dict):
            return data
        why = f"it is JSON, but {type(data).__name__}"
    kind = meta.headers.get("content-type", "no content type")
    where = redact_url(meta.url)
    message = (
        f"{where}: expected {expected}, got {kind} with status {meta.status}: {why}; the body begins "
        f"{head(content, config.secrets)!r}; is base_url right, or is a proxy in between?"
    )
    raise ResponseDecodeError(message, meta=meta, body=data, content=hide(content, config.secrets))


def status_error(meta: Meta, content: bytes, config: Config, request: Request) -> APIStatusError:
    """The exception for an error status."""
    content = hide(content, request.secrets)
    body, text = error_body(content)
    kind = STATUS_ERRORS.get(meta.status, InternalServerError if meta.status >= 500 else APIStatusError)
    meta = Meta(meta.status, meta.raw_headers, meta.method, redact_url(meta.url), meta.attempts, meta.elapsed)
    details = [f"request id {meta.request_id}"] if meta.request_id else []
    code = body.get("code") if isinstance(body, dict) else None
    if code is not None:
        details.insert(0, f"code {code}")
    if 300 <= meta.status < 400:
        text = f"redirect to {redact_url(meta.headers.get('location', ''))!r} was not followed"
    hint = _HINTS.get(meta.status, "")
    if code == "insufficient_quota":
        hint = "the quota is used up: check plan and billing; waiting does not help"
    known = f" [{', '.join(details)}]" if details else ""
    message = f"{meta.status} from {meta.method} {meta.url}: {text}{known}{'; ' + hint if hint else ''}"
    return kind(message, meta=meta, body=body, content=content)


def error_body(content: bytes) -> tuple[object, str]:
    """The error object (or text) of a body, and what it says in one line. Servers send at least five shapes."""
    try:
        data = json.loads(content)
    except ValueError:
        text = RawResponse(Meta(), content).text.strip()
        return text, (text[:_HEAD] or "the body is empty")
    inner = data.get("error", data) if isinstance(data, dict) else data
    if isinstance(inner, dict):
        said = inner.get("message") or inner.get("detail") or inner.get("error") or inner.get("msg")
        return inner, said if isinstance(said, str) else json.dumps(said or inner)[:_HEAD]
    return inner, str(inner)[:_HEAD]


def is_error(value: object) -> bool:
    """Whether the value of an `error` field reports one (gateways send `null`, `""` and `{}` when all is well)."""
    return bool(value)


def api_error(data: dict[str, Any], meta: Meta, content: bytes, secrets: list[str]) -> APIError:
    """The server's error under a success status."""
    content = hide(content, secrets)
    body, text = error_body(hide(json.dumps({"error": data["error"]}).encode(), secrets))
    where = redact_url(meta.url)
    return APIError(
        f"error under status {meta.status} from {meta.method} {where}: {text}", meta=meta, body=body, content=content
    )


def head(content: bytes, secrets: list[str]) -> str:
    return hide(content[: _HEAD * 2], secrets).decode("utf-8", errors="replace")[:_HEAD]


def hide(content: bytes, secrets: list[str]) -> bytes:
    """The bytes without any secret that a server may have echoed."""
    for secret in secrets:
        content = content.replace(secret.encode(), b"[REDACTED]")
    return content
