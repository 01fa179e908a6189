"""What comes where sound was asked for, or another kind of file that is never text (a zip file, a video): an error of a
server or a page of a proxy under status 200 is not sound.

Rules
* The bytes decide, not what the headers call them. What begins like a known kind of file is believed, and so is what
  holds a byte that stands in no text; raw samples (`pcm`) may have any bytes.
* Not sound: a whole JSON text or the beginning of an object, what begins like markup, nothing at all; and any text
  that its headers call one.
* `Judged` looks at blocks as they arrive: what is sound by its first bytes goes on at once, what may be text is held
  until it is known, and of what is not sound 1 MiB is kept for the error.

Weak spot: bare words (`upstream connect error`) that are called sound pass as such, like the bytes that tests make up.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from typed_openai.core.answer.decode import read_json
from typed_openai.core.answer.reported import says_failure
from typed_openai.core.answer.response import api_error, no_json
from typed_openai.core.request.filetypes import LONGEST_MARK, type_of_content
from typed_openai.core.run.effects import MAX_ERROR_BODY

if TYPE_CHECKING:
    from typed_openai.core.answer.meta import Headers
    from typed_openai.core.answer.readers import Reader
    from typed_openai.core.run.effects import Reply

S = TypeVar("S")
_LOOKED_AT = 4 * LONGEST_MARK
"""As many first bytes as tell how a text begins."""
_MARKUP = re.compile(rb"<(?:[a-z!?/]|$)", re.IGNORECASE)
_OBJECT = re.compile(rb'(?:\[\s*)?\{\s*"')
_OF_NO_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
"""Bytes that stand in no text; among any 64 bytes of sound is one."""


class Media:
    """What a binary operation gives, in words: `Media("sound")`, `Media("a zip file")`."""

    def __init__(self, name: str) -> None:
        self._name = name

    def may_be_text(self, content: bytes, headers: Headers) -> bool:
        """Whether what begins like this, and has no byte that stands in no text, may be anything but sound."""
        if type_of_content(content[:LONGEST_MARK]) is not None:
            return False
        begin = _begin(content)
        is_begun = begin[:1] in (b"", b"{", b"[") or BOM_UTF8.startswith(begin) or _MARKUP.match(begin) is not None
        return is_begun or _is_text(headers)

    def check(self, content: bytes, reply: Reply) -> None:
        """Raise what the body is instead: the error of the server, or a `ResponseDecodeError`."""
        meta, secrets = reply.meta, reply.request.secrets
        if not self.may_be_text(content[:_LOOKED_AT], meta.headers) or _OF_NO_TEXT.search(content):
            return
        begin = _begin(content)
        if not begin:
            raise no_json(content, meta, secrets, "the body is empty", expected=self._name)
        data = _json(content) if begin[:1] in (b"{", b"[") else None
        if says_failure(data) or (isinstance(data, list) and data and says_failure(data[0])):
            raise api_error(meta, content, secrets)
        if data is not None:
            raise no_json(content, meta, secrets, "it is JSON", data, expected=self._name)
        if _OBJECT.match(begin) or _MARKUP.match(begin) or _is_text(meta.headers):
            raise no_json(content, meta, secrets, "it is text", expected=self._name)


class Judged(Generic[S]):
    """A reader of a body that gets nothing but sound; `held` is what came and may be something else."""

    def __init__(self, media: Media, reader: Reader[S], reply: Reply, held: list[bytes]) -> None:
        self._media = media
        self._reader = reader
        self._reply = reply
        self._held = held
        self._head = b""
        self._size = 0
        self._is_sound = False
        self._most = min(MAX_ERROR_BODY, reply.request.max_body or MAX_ERROR_BODY)

    def feed(self, block: bytes) -> Iterator[S]:
        """What is complete with this block, once it is known to be sound."""
        if self._is_sound:
            yield from self._reader.feed(block)
            return
        self._held.append(block)
        self._size += len(block)
        self._head += block[: _LOOKED_AT - len(self._head)]
        if _OF_NO_TEXT.search(block) or not self._media.may_be_text(self._head, self._reply.meta.headers):
            yield from self._let_go()
        elif self._size > self._most:
            self._media.check(b"".join(self._held), self._reply)
            yield from self._let_go()

    def end(self) -> Iterator[S]:
        """What only the end completes; raises what the body is, if it is no sound."""
        if not self._is_sound:
            self._media.check(b"".join(self._held), self._reply)
            yield from self._let_go()
        yield from self._reader.end()

    def _let_go(self) -> Iterator[S]:
        self._is_sound = True
        held = [*self._held]
        self._held.clear()
        for block in held:
            yield from self._reader.feed(block)


def _begin(content: bytes) -> bytes:
    """How a text begins, without what may stand before it."""
    return content.removeprefix(BOM_UTF8).lstrip()


def _json(content: bytes) -> Any:
    try:
        return read_json(content)[0]
    except ValueError:
        return None


def _is_text(headers: Headers) -> bool:
    kind = headers.get("content-type", "").lower()
    return kind.startswith("text/") or "json" in kind or "xml" in kind
