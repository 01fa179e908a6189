"""Bytes as JSON data, as forgiving as can be without guessing; what had to be forgiven is told as issues. Pure."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from typing import Any

from pydantic_core import from_json

from typed_openai.core.answer.meta import Issue

_ESCAPES = rb"\\(?:ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|u[0-9a-f]{4}|.)"
"""The escapes in JSON text, one after the other; those of a character with two halves as one."""


def read_json(content: bytes) -> tuple[Any, list[Issue]]:
    """The JSON value of bytes, and what is odd about them; ValueError where they are not JSON."""
    try:
        return from_json(content), []
    except ValueError:
        bare = content.removeprefix(BOM_UTF8)
        whole = re.sub(_ESCAPES, _whole, bare, flags=re.IGNORECASE | re.DOTALL)
        if whole == content:
            raise
    odd = [Issue("", "JSON", "a byte order mark before it")] if bare != content else []
    odd += [Issue("", "whole characters", "half a character")] if whole != bare else []
    return from_json(whole), odd


def _whole(escape: re.Match[bytes]) -> bytes:
    """An escape as it is, or U+FFFD for half a character."""
    is_half = len(escape[0]) == 6 and 0xD800 <= int(escape[0][2:], 16) <= 0xDFFF
    return rb"\ufffd" if is_half else escape[0]
