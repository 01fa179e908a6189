"""What comes where sound was asked for: an error of a server or a page of a proxy under status 200 is not sound.

Sound is what is neither JSON nor markup nor text. What begins like a known kind of file is believed, whatever is said
of it in headers; raw samples (`pcm`) may have any bytes, so that only a whole JSON text counts as JSON.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from typing import TYPE_CHECKING

from typed_openai.core.answer.decode import read_json
from typed_openai.core.answer.reported import says_failure
from typed_openai.core.answer.response import api_error, no_json
from typed_openai.core.request.filetypes import LONGEST_MARK, type_of_content

if TYPE_CHECKING:
    from typed_openai.core.answer.meta import Headers
    from typed_openai.core.run.effects import Reply

_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<head", b"<body")


class Media:
    """What a binary operation gives, in words: `Media("sound")`."""

    def __init__(self, name: str) -> None:
        self._name = name

    def doubts(self, headers: Headers) -> bool:
        """Whether the headers speak against it, so that the body is to be looked at before anybody gets it."""
        return _is_text(headers)

    def check(self, content: bytes, reply: Reply) -> None:
        """Raise what the body is instead: the error of the server, or a `ResponseDecodeError`."""
        meta, secrets = reply.meta, reply.request.secrets
        if type_of_content(content[:LONGEST_MARK]) is not None:
            return
        begin = content.removeprefix(BOM_UTF8).lstrip()
        if not begin:
            raise no_json(content, meta, secrets, "the body is empty", expected=self._name)
        if begin[:1] in (b"{", b"["):
            try:
                data = read_json(content)[0]
            except ValueError:
                data = None
            if says_failure(data) or (isinstance(data, list) and data and says_failure(data[0])):
                raise api_error(meta, content, secrets)
            if data is not None:
                raise no_json(content, meta, secrets, "it is JSON", data, expected=self._name)
        if begin[:20].lower().startswith(_MARKUP) or _is_text(meta.headers):
            raise no_json(content, meta, secrets, "it is text", expected=self._name)


def _is_text(headers: Headers) -> bool:
    kind = headers.get("content-type", "").lower()
    return kind.startswith("text/") or "json" in kind or "xml" in kind
