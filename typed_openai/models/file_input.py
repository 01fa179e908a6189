"""The one type of all parameters that are files, and what is checked about a file before anything is sent.

    class FileCreateParams(Params):
        file: FileInput

A file is given as

* a path: `str` or `PathLike` (a `str` is always a path, never content or a URL);
* content: `bytes`, an open binary file, anything with `read(size)`, a `StringIO` (sent as UTF-8);
* `(name, content)` or `(name, content, content type)`, where `content` is any of these except `str`: beside a name
  nobody could tell whether that is a path or text.

Refused, each with its reason: a missing or unreadable file, a directory, a file opened as text, a closed one, one whose
`read` is async, and (`FileInput`, not `FileInputOrEmpty`) an empty file. Checking reads nothing of the content, opens
no pipe, and leaves an open file where it stood. What remains after the check is what `core/request/multipart.py` sends:
a `str` has become a `Path`.

Weak spots: a file may vanish between the check and the sending (that has its own error); whether an unseekable stream
is empty is not known before it is sent, and it is sent once only: it stands in the way of retries.
"""

import io
import os
import re
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeAlias, get_args, get_origin

from pydantic import BaseModel, Discriminator, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from typed_openai.core.request.multipart import ALLOWED, BinaryReader, can_seek, unreadable
from typed_openai.models.text_inputs import is_many

__all__ = [
    "ONE_OR_MANY_FILES",
    "FileCheck",
    "FileInput",
    "FileInputOrEmpty",
    "is_file_field",
    "needs_file",
    "size_of",
    "with_paths",
]

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_Content: TypeAlias = os.PathLike[str] | bytes | bytearray | memoryview | BinaryReader | io.StringIO
_File: TypeAlias = (
    str
    | _Content
    | tuple[str, _Content]
    | tuple[str, _Content, str | None]
    | tuple[str, _Content, str | None, Mapping[str, str]]
)


class FileCheck:
    """Marks a field of a params model as a file."""

    __slots__ = ("allow_empty",)

    def __init__(self, allow_empty: bool = False) -> None:
        self.allow_empty = allow_empty

    def __call__(self, value: Any) -> Any:
        """The file as it will be sent; raises when it cannot be."""
        if isinstance(value, tuple):
            return self._named(value)
        if isinstance(value, str):
            value = Path(_path(value))
        return self._content(value)

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "format": "binary"}

    def _named(self, value: tuple[Any, ...]) -> Any:
        name, content, kind, headers = (*value, None, None)[:4] if len(value) in (2, 3, 4) else (None,) * 4
        if not isinstance(name, str) or not isinstance(kind, str | None) or not isinstance(headers, Mapping | None):
            raise _refusal(ALLOWED)
        if isinstance(content, str):
            raise _refusal("(name, content) with a Path or bytes as content: of a str nobody knows which of both it is")
        if any(character < " " for text in (name, kind or "") for character in text):
            raise _refusal("a file whose name and type have no line breaks or other control characters")
        for text in (*(headers or {}), *(headers or {}).values()):
            if not isinstance(text, str) or any(character < " " for character in text):
                raise _refusal("headers of a file that are text without line breaks or other control characters")
        if not all(_HEADER_NAME.fullmatch(each) for each in headers or {}):
            raise _refusal("headers of a file whose names are letters, digits and hyphens")
        return (name, self._content(content), *([kind] if headers is None else [kind, headers])[: len(value) - 2])

    def _content(self, value: Any) -> Any:
        if isinstance(value, os.PathLike):
            size = _size_of_path(value)
        else:
            if not isinstance(value, bytes | bytearray | memoryview) and not callable(getattr(value, "read", None)):
                raise _refusal(ALLOWED)
            why = unreadable(value)
            if why is not None:
                hint = '; open it with "rb"' if why.endswith("(text)") else ""
                raise _refusal(f"{ALLOWED}, not a {why}{hint}")
            size = size_of(value)
        if size == 0 and not self.allow_empty:
            raise _refusal("a file that is not empty")
        return value


FileInput = Annotated[_File, FileCheck()]
"""A file that has content."""
FileInputOrEmpty = Annotated[_File, FileCheck(allow_empty=True)]
"""A file that may also be empty."""


def _one_or_many(value: object) -> str:
    named = isinstance(value, tuple) and isinstance(next(iter(value), None), str)
    one = named or isinstance(value, memoryview | os.PathLike) or hasattr(value, "read") or not is_many(value)
    return "one" if one else "many"


ONE_OR_MANY_FILES = Discriminator(_one_or_many)
"""Annotation for a union of one file (tagged `one`) and several (`many`); a tuple that begins with a text is one."""


def size_of(content: Any) -> int | None:
    """How many bytes a checked file will be sent as; None when only reading it would tell. Moves nothing."""
    if isinstance(content, tuple):
        return size_of(content[1])
    if isinstance(content, os.PathLike):
        return _size_of_path(content)
    if isinstance(content, memoryview):
        return content.nbytes
    if isinstance(content, bytes | bytearray):
        return len(content)
    if isinstance(content, io.StringIO):
        return len(content.getvalue().encode("utf-8", "surrogatepass"))
    if not can_seek(content):
        return None
    place = content.tell()
    size: int = content.seek(0, os.SEEK_END)
    content.seek(place)
    return size


def with_paths(model: type[BaseModel], values: dict[str, Any]) -> dict[str, Any]:
    """Parameters that nobody checked (`validation="off"`), the `str` of their file fields as paths all the same."""
    found = dict(values)
    for name, info in model.__pydantic_fields__.items():
        value = found.get(name)
        if isinstance(value, str | list) and is_file_field(info):
            listed = value if isinstance(value, list) else [value]
            paths = [Path(item) if isinstance(item, str) else item for item in listed]
            found[name] = paths if isinstance(value, list) else paths[0]
    return found


def needs_file(model: type[BaseModel]) -> bool:
    """Whether a required parameter can be nothing but a file, or files."""
    return any(
        info.is_required() and _is_file(info.annotation, info.metadata) for info in model.__pydantic_fields__.values()
    )


def _is_file(annotation: Any, marks: Iterable[object] = ()) -> bool:
    inner, marks = get_args(annotation), getattr(annotation, "__metadata__", marks)
    return _marked(marks) or (
        bool(inner) and all(map(_is_file, inner[:1] if get_origin(annotation) is Annotated else inner))
    )


def is_file_field(info: FieldInfo) -> bool:
    """Whether a parameter may be a file."""
    return _is_file_field(info.annotation) or _marked(info.metadata)


def _is_file_field(annotation: Any) -> bool:
    return _marked(getattr(annotation, "__metadata__", ())) or any(map(_is_file_field, get_args(annotation)))


def _marked(metadata: Iterable[object]) -> bool:
    return any(isinstance(item, FileCheck) for item in metadata)


def _path(text: str) -> str:
    if not text:
        raise _refusal("the path of a file, which is never empty")
    if "\0" in text or "\n" in text or len(text) > 4096:
        raise _refusal("the path of a file; content is given as bytes: text.encode()")
    if text.lower().startswith(("http://", "https://", "data:")):
        raise _refusal("the path of a file; what is behind a URL is given as bytes")
    return text


def _size_of_path(path: os.PathLike[str]) -> int | None:
    """The size of a regular file that can be opened, None for a pipe or device."""
    try:
        found = os.stat(path)
        if stat.S_ISDIR(found.st_mode):
            raise _refusal("a file, not a directory")
        if stat.S_ISREG(found.st_mode):
            with open(path, "rb"):
                return found.st_size
    except OSError as error:
        hint = "; ~ is not expanded: os.path.expanduser()" if os.fsdecode(path).startswith("~") else ""
        raise _refusal(f"a file that can be read ({error.strerror}{hint})") from None
    return None


def _refusal(allowed: str) -> PydanticCustomError:
    return PydanticCustomError("file", "{allowed}", {"allowed": allowed})
