"""The lines of a bulk job, in the format of the Batch service, so that a file moves between the engines.

in:     {"custom_id": "a", "method": "POST", "url": "/v1/chat/completions", "body": {…}}
out:    {"id": …, "custom_id": "a", "response": {"status_code": 200, "request_id": …, "body": {…}}, "error": null}

Rules
* A body that was received stands in its line byte for byte (but for line breaks between its members).
* The `id` of a line that was asked here is a fingerprint of what was asked, so that the answer to another question is
  not taken for this one's when a job goes on.
* An endpoint's refusal is a `response` with its status, as the service writes it. What got no answer has an `error`
  with a code and a message; what came and is not an answer stands beside it. An answer is a line with a `response` of
  status 2xx and no `error`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import from_json, to_json

from typed_openai.core.answer.decode import read_json
from typed_openai.errors import APIError, APIStatusError, OpenAIError, RequestValidationError

if TYPE_CHECKING:
    from typed_openai.core.answer.meta import Meta
    from typed_openai.models.base import Result

OURS = "bulk_req_"
"""How the `id` of a line begins that was asked here."""


@dataclass(frozen=True, slots=True)
class Line:
    """One request: its name, the endpoint that it is for, and the parameters; or why it cannot be asked."""

    custom_id: str
    url: str = ""
    body: Mapping[str, Any] | None = None
    error: OpenAIError | None = None

    @property
    def fingerprint(self) -> str:
        """What is asked, as the `id` of the line that comes out."""
        asked = json.dumps([self.url, self.body], sort_keys=True, separators=(",", ":"), default=str)
        return OURS + sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()[:24]

    @property
    def content(self) -> bytes:
        """The line that goes in."""
        return b'{"custom_id":%b,"method":"POST","url":%b,"body":%b}\n' % tuple(
            map(to_json, (self.custom_id, self.url, self.body))
        )


class Answer(NamedTuple):
    """What a line got: the result as it was read, the bytes it was read from, and how long that attempt took."""

    value: Result
    content: bytes
    seconds: float

    @property
    def meta(self) -> Meta:
        """How it came."""
        return self.value.meta


def answer_line(line: Line, answer: Answer) -> bytes:
    """The line of an answer."""
    body = answer.content
    if answer.value.issues:  # perhaps of another form: JSON behind a byte order mark, half a character
        body = to_json(read_json(body)[0])
    return _line(line, _response(answer.meta, body), b"null")


def failure_line(line: Line, error: Exception) -> bytes:
    """The line of what failed."""
    response, told = b"null", b"null"
    if isinstance(error, APIError) and error.content:
        try:
            body = to_json(from_json(error.content))
        except ValueError:
            body = to_json(error.content.decode("utf-8", "replace"))
        response = _response(error.meta, body)
    if not (isinstance(error, APIStatusError) and response != b"null"):
        told = to_json({"code": code_of(error), "message": message_of(error)})
    return _line(line, response, told)


def _response(meta: Meta, body: bytes) -> bytes:
    flat = body.replace(b"\r", b" ").replace(b"\n", b" ")  # inside texts JSON has none
    return b'{"status_code":%d,"request_id":%b,"body":%b}' % (meta.status, to_json(meta.request_id), flat)


def _line(line: Line, response: bytes, error: bytes) -> bytes:
    names = to_json(line.fingerprint), to_json(line.custom_id)
    return b'{"id":%b,"custom_id":%b,"response":%b,"error":%b}\n' % (*names, response, error)


def has_form(data: Mapping[str, Any]) -> bool:
    """Whether a line that came out has its answer where the Batch service puts it, and as an object."""
    response = data.get("response")
    return response is None or (isinstance(response, Mapping) and isinstance(response.get("body"), Mapping))


def is_answered(data: Mapping[str, Any]) -> bool:
    """Whether a line that came out holds an answer."""
    response = data.get("response")
    if not isinstance(response, Mapping) or data.get("error"):
        return False
    status = response.get("status_code", 200)
    return isinstance(status, int) and 200 <= status < 300


def code_of(error: Exception) -> str:
    """The kind of an error, for counting: the server's own code, the status, or the name of the class."""
    if isinstance(error, APIStatusError):
        return error.code or error.type or f"status {error.status_code}"
    if isinstance(error, RequestValidationError):
        return "refused_before_sending"
    name = type(error).__name__.removesuffix("Error")
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in name).lstrip("_").replace("a_p_i_", "")


def message_of(error: Exception) -> str:
    """What an error says, on one line."""
    return " ".join(str(error).split())
