"""What must not leave: texts that match a pattern are replaced before a request is sent (`redact`).

Rules
* Looked at are all texts in a JSON body, at any depth (messages, tools, metadata), and the fields of a form, those that
  are JSON (the session of a call) as a body is; not names of fields, models, roles, ids or types, and not what base64
  is made of. Of `metadata` and `variables`, whose names are yours, every text is.
* All attempts send the same.

* A socket that is opened is a warning in the log: what is said over it passes by here.

Weak spots: what was asked stays as it was in the parameters that observers and telemetry see. Files and what stands in
the URL are not looked at, nor numbers. What spans two messages is not found.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from typed_openai.core.redact import logger
from typed_openai.errors import ConfigurationError

if TYPE_CHECKING:
    from typed_openai.core.run.effects import Flow, Middleware, Reply, Request, Sender

EMAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
"""A mail address."""
CARD_NUMBER = r"\b(?:\d[ -]?){12,18}\d\b"
"""The number of a credit card, with blanks or hyphens or without."""
_AS_THEY_ARE = frozenset(
    (
        "model",
        "role",
        "type",
        "id",
        "object",
        "tool_call_id",
        "call_id",
        "file_id",
        "data",
        "file_data",
        "url",
        "image_url",
    )
)
"""Members whose texts are no prose."""
_JSON = "application/json"
_FREE = frozenset(("metadata", "variables"))
"""Members whose members are named by who asks."""


def redact(*patterns: str | re.Pattern[str], by: str = "[redacted]") -> Middleware:
    """Replace what matches one of these patterns in everything that is sent: `redact(EMAIL, r"\\bProject \\w+")`.

    `by` is what stands there instead; it may name groups of the pattern (`\\1`). Raises `ConfigurationError` for a
    pattern that is none.
    """
    if not patterns:
        raise ConfigurationError("redact: at least one pattern")
    try:
        compiled = [re.compile(pattern) for pattern in patterns]
        for pattern in compiled:
            pattern.sub("", "")  # of bytes it is no pattern for texts
    except (re.error, TypeError) as error:
        raise ConfigurationError(f"redact: a regular expression, got {patterns!r} ({error})") from error
    try:
        for pattern in compiled:
            re.compile(f"{pattern.pattern}|", pattern.flags).sub(by, "")  # finds something: `by` is read
    except (re.error, TypeError, IndexError) as error:
        raise ConfigurationError(f"by: a text, perhaps with groups of each pattern, got {by!r} ({error})") from error

    def cleaned(text: str) -> str:
        for pattern in compiled:
            text = pattern.sub(by, text)
        return text

    def redacted(request: Request, send: Sender) -> Flow[Reply]:
        if request.url.startswith("ws"):
            logger.warning("%s: redact does not see what is said over a socket", request.operation)
        if request.content:
            request.content = _cleaned_json(request.content, cleaned)
        elif request.form is not None:
            form = request.form
            form.whole = [
                (name, _cleaned_json(content, cleaned) if kind == _JSON else content, kind)
                for name, content, kind in form.whole
            ]
            for name, values in form.fields.items():
                if name not in _AS_THEY_ARE:
                    form.fields[name] = [cleaned(value) for value in values]
        return (yield from send(request))

    return redacted


def _cleaned_json(content: bytes, cleaned: Any) -> bytes:
    try:
        before = json.loads(content)
    except ValueError:
        return content
    after = _walked(before, cleaned)
    return content if after == before else json.dumps(after, ensure_ascii=False, separators=(",", ":")).encode()


def _walked(value: Any, cleaned: Any, name: str = "") -> Any:
    if isinstance(value, str):
        return value if name in _AS_THEY_ARE else cleaned(value)
    if isinstance(value, dict):
        named = name not in _FREE
        return {
            key: _walked(each, cleaned, key if named or isinstance(each, dict) else "") for key, each in value.items()
        }
    if isinstance(value, list):
        return [_walked(each, cleaned, name) for each in value]
    return value
