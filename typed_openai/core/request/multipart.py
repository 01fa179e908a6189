"""A set of parameters as multipart form: which fields are files, what they are called, and how they are read again.

Rules
* A file may be a path (`PathLike`), bytes, an open binary file, a `StringIO` (sent as UTF-8), or a tuple
  `(name, content[, content type[, headers of the part]])`.
* A path is opened when an attempt is sent and closed after it. An open file is sent from its beginning, wherever it
  stands, and never closed: it belongs to the caller. What cannot be rewound (a pipe) is sent once and not tried again.
* Names and content types are guessed where the caller gave none, from the name and then from the first bytes; what has
  no name is called `upload`, with a suffix when its first bytes tell one (some servers go by that alone).
* Other fields are flattened in the API's style.

The encoding itself is httpx's. Weak spot: a `str` is never taken for a path here, because a string may be meant as
content; params models say which fields are files (`models/file_input.py`) and turn a `str` into a path.
"""

from __future__ import annotations

import inspect
import io
import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias, TypeGuard

from typed_openai.core.request.filetypes import LONGEST_MARK, UNKNOWN, suffix_of, type_of_content, type_of_name
from typed_openai.core.request.query import pairs
from typed_openai.errors import Fault, RequestValidationError

ALLOWED = "a path, bytes, an open binary file, or (name, content[, content type])"


class BinaryReader(Protocol):
    """Anything whose `read(size)` gives bytes: an open binary file, a `BytesIO`, a pipe, another response."""

    def read(self, size: int = ..., /) -> bytes:
        """At most `size` bytes, `b""` at the end."""
        ...


FileContent: TypeAlias = bytes | bytearray | memoryview | BinaryReader | io.StringIO | os.PathLike[str]
_Named: TypeAlias = tuple[str, FileContent] | tuple[str, FileContent, str | None]
File: TypeAlias = FileContent | _Named | tuple[str, FileContent, str | None, Mapping[str, str]]
Part: TypeAlias = tuple[str, tuple[str | None, Any, str, Mapping[str, str]]]
Keep: TypeAlias = Callable[[AbstractContextManager[Any]], Any]


@dataclass(slots=True)
class Form:
    """What a multipart body consists of: plain fields, and files as `(field name, file)`."""

    operation: str
    fields: dict[str, list[str]]
    files: list[tuple[str, File]]
    whole: list[tuple[str, bytes, str]] = field(default_factory=list[tuple[str, bytes, str]])
    """Fields with a content type of their own, as `(name, content, content type)`."""
    spent: set[str] = field(default_factory=set[str])
    """The fields whose files were read and cannot be read again."""

    def parts(self, opened: ExitStack) -> list[Part]:
        """The files, ready to be read from their beginning; what is opened here is closed with `opened`."""
        parts: list[Part] = [(name, (None, content, kind, {})) for name, content, kind in self.whole]
        return [*parts, *((name, self._part(name, file, opened.enter_context)) for name, file in self.files)]

    def alone(self, name: str) -> tuple[bytes, str] | None:
        """Content and content type of that field where the form has nothing else."""
        if self.fields or self.files or [field for field, _, _ in self.whole] != [name]:
            return None
        return self.whole[0][1:]

    def obstacle(self) -> str | None:
        """Why this form cannot be sent once more, None when it can."""
        for name, file in self.files:
            if name in self.spent:
                return f"the file in {name!r} cannot be rewound"
            content = content_of(file)
            why = unreadable(content)
            if isinstance(content, os.PathLike):
                try:
                    os.stat(content)
                except OSError as error:
                    why = f"{os.fspath(content)!r}: {error.strerror}"
            if why is not None:
                return f"the file in {name!r} cannot be read again ({why})"
        return None

    def _part(self, name_of_field: str, file: File, keep: Keep) -> tuple[str, Any, str, Mapping[str, str]]:
        name, kind = named(file)
        content: Any = content_of(file)
        why = unreadable(content)
        if why is not None:
            raise RequestValidationError(self.operation, [Fault(name_of_field, ALLOWED, why)])
        if isinstance(content, os.PathLike):
            try:
                content = keep(open(content, "rb"))  # noqa: SIM115 - closed by the ExitStack
            except OSError as error:
                given = f"{os.fspath(content)!r} ({error.strerror})"
                raise RequestValidationError(
                    self.operation, [Fault(name_of_field, "a file that can be read", given)]
                ) from error
        elif isinstance(content, io.StringIO):
            try:
                content = content.getvalue().encode()
            except UnicodeEncodeError as error:
                fault = Fault(name_of_field, "text that UTF-8 can carry", str(error))
                raise RequestValidationError(self.operation, [fault]) from None
        elif isinstance(content, bytearray | memoryview):
            content = bytes(content)
        if not isinstance(content, bytes) and not can_seek(content):
            self.spent.add(name_of_field)
            content = _Once(content)
        if name is None:
            suffix = suffix_of(head_of(content))
            name = "upload" if suffix is None else f"upload.{suffix}"
        kind = kind or type_of_name(name) or type_of_content(head_of(content)) or UNKNOWN
        return name, content, kind, file[3] if isinstance(file, tuple) and len(file) == 4 else {}


def content_of(file: File) -> FileContent:
    """The content of a file, without the name that may stand before it."""
    return file[1] if isinstance(file, tuple) else file


def named(file: File) -> tuple[str | None, str | None]:
    """Name and content type of a file as far as it was given them: in a tuple, as a path, as the `name` of what is open
    (of a path, its last part). Bytes that are no UTF-8, which names on a disk may have, are question marks."""
    if isinstance(file, tuple):
        return _carried(file[0]) or None, file[2] if len(file) > 2 else None
    own = os.fspath(file) if isinstance(file, os.PathLike) else getattr(file, "name", None)
    return (_carried(os.path.basename(own)) or None) if isinstance(own, str) else None, None


def _carried(name: str | None) -> str | None:
    return name and name.encode("utf-8", "replace").decode()


def unreadable(content: FileContent) -> str | None:
    """Why a file that was handed over open cannot be sent, None when it can."""
    if isinstance(content, bytes | bytearray | memoryview | os.PathLike):
        return None
    kind = type(content).__name__
    if getattr(content, "closed", False) is True:
        return f"{kind} (closed)"
    if hasattr(content, "encoding") and not isinstance(content, io.StringIO):
        return f"{kind} (text)"
    if inspect.iscoroutinefunction(getattr(content, "read", None)):
        return f"{kind} (its read() is async)"
    return None


class _Once:
    """What is left of a file that cannot seek: httpx must neither rewind it nor believe its size (a pipe says 0), nor,
    where a redirect asks for it once more, send it empty."""

    def __init__(self, stream: Any) -> None:
        self._read = stream.read
        self._is_over = False

    def read(self, size: int = -1) -> Any:
        if self._is_over:
            raise io.UnsupportedOperation("it was sent once, and cannot be rewound")
        block = self._read(size)
        self._is_over = not block
        return block


def can_seek(stream: Any) -> bool:
    """Whether an open file can be read from its beginning again."""
    seekable = getattr(stream, "seekable", None)
    return bool(seekable()) if callable(seekable) else hasattr(stream, "seek")


def put_back(stream: Any, place: int) -> None:
    """Let an open file stand where it stood before we read it, if it is still open."""
    if getattr(stream, "closed", False) is not True:
        stream.seek(place)


def head_of(content: Any) -> bytes:
    """The first bytes of what is going to be sent, `b""` where they could be read only once."""
    if isinstance(content, bytes):
        return content[:LONGEST_MARK]
    if not can_seek(content):
        return b""
    content.seek(0)  # from where it will be sent
    head = content.read(LONGEST_MARK)
    content.seek(0)
    return head if isinstance(head, bytes) else b""


def is_file(value: object) -> bool:
    """Whether a value of a params model goes out as a file."""
    if isinstance(value, tuple):
        return len(value) in (2, 3, 4) and isinstance(value[0], str) and is_file(value[1])
    return isinstance(value, bytes | bytearray | memoryview | os.PathLike) or hasattr(value, "read")


def are_files(value: object) -> TypeGuard[list[File]]:
    """Whether a value of a params model is a list that goes out as files."""
    return isinstance(value, list) and bool(value) and all(map(is_file, value))


def form(operation: str, values: Mapping[str, Any]) -> Form:
    """Split checked parameters into plain fields and files; a list of files repeats `name[]`."""
    plain: dict[str, Any] = {}
    files: list[tuple[str, File]] = []
    for name, value in values.items():
        if is_file(value):
            files.append((name, value))
        elif are_files(value):
            files.extend((f"{name}[]", item) for item in value)
        else:
            plain[name] = value
    fields: dict[str, list[str]] = {}
    for name, text in pairs(plain):
        try:
            (name + text).encode()
        except UnicodeEncodeError as error:
            raise RequestValidationError(operation, [Fault(name, "text that UTF-8 can carry", str(error))]) from None
        fields.setdefault(name, []).append(text)
    return Form(operation, fields, files)
