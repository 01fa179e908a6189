"""A set of parameters as multipart form: which fields are files, what they are called, and how they are read again.

Rules
* A file may be a path (`PathLike`), bytes, an open binary file, or a tuple `(name, content[, content type])`.
* A path is opened when an attempt is sent and closed after it; an open file is rewound for a retry and never closed: it
  belongs to the caller. What cannot be rewound is sent once: a retry of it raises.
* Names and content types are guessed where the caller gave none; other fields are flattened in the API's style.

The encoding itself is httpx's. Weak spot: a `str` is never taken for a path, because a string may be meant as content;
resources whose API takes paths say so in their params model.
"""

from __future__ import annotations

import io
import mimetypes
import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from typing import IO, Any, TypeAlias

from typed_openai.core.query import pairs
from typed_openai.errors import Fault, RequestValidationError

FileContent: TypeAlias = "bytes | IO[bytes] | os.PathLike[str]"
FileInput: TypeAlias = "FileContent | tuple[str, FileContent] | tuple[str, FileContent, str]"
Part: TypeAlias = tuple[str, tuple[str, Any, str]]


@dataclass(slots=True)
class Form:
    """What a multipart body consists of: plain fields, and files as `(field name, file)`."""

    operation: str
    fields: dict[str, list[str]]
    files: list[tuple[str, FileInput]]
    starts: dict[int, int | None] = field(default_factory=dict)
    """Where each open file stood when it was first read, None when it cannot seek."""

    def parts(self, opened: ExitStack) -> list[Part]:
        """The files, ready to be read from their beginning; what is opened here is closed with `opened`."""
        return [(name, self._part(name, file, opened.enter_context)) for name, file in self.files]

    def _part(
        self, name_of_field: str, file: FileInput, keep: Callable[[AbstractContextManager[Any]], Any]
    ) -> tuple[str, Any, str]:
        name, content, kind = None, file, None
        if isinstance(file, tuple):
            name, content, kind = (*file, None)[:3]
        if isinstance(content, os.PathLike):
            try:
                stream = keep(open(content, "rb"))  # noqa: SIM115 - closed by the ExitStack
            except OSError as error:
                given = f"{os.fspath(content)!r} ({error.strerror})"
                raise RequestValidationError(
                    self.operation, [Fault(name_of_field, "a file that can be read", given)]
                ) from error
            name = name or os.path.basename(os.fspath(content))
        elif isinstance(content, bytes):
            stream = content
        else:
            stream = self._rewound(name_of_field, content)
            name = name or os.path.basename(str(getattr(stream, "name", "") or ""))
        name = name or "upload"
        return name, stream, kind or mimetypes.guess_type(name)[0] or "application/octet-stream"

    def _rewound(self, name: str, stream: Any) -> Any:
        if isinstance(stream, io.TextIOBase) or not hasattr(stream, "read"):
            kind = f"{type(stream).__name__} (text)" if hasattr(stream, "read") else type(stream).__name__
            allowed = "a path, bytes, a binary file, or (name, content[, content type])"
            raise RequestValidationError(self.operation, [Fault(name, allowed, kind)])
        if id(stream) not in self.starts:
            self.starts[id(stream)] = stream.tell() if stream.seekable() else None
            return stream
        start = self.starts[id(stream)]
        if start is None:
            fault = Fault(name, "a file that can be rewound for another attempt", "one that cannot seek")
            raise RequestValidationError(self.operation, [fault])
        stream.seek(start)
        return stream


def is_file(value: object) -> bool:
    """Whether a value of a params model goes out as a file."""
    if isinstance(value, tuple):
        return len(value) in (2, 3) and isinstance(value[0], str) and is_file(value[1])
    return isinstance(value, bytes | os.PathLike) or hasattr(value, "read")


def form(operation: str, values: Mapping[str, Any]) -> Form:
    """Split checked parameters into plain fields and files; a list of files repeats `name[]`."""
    plain: dict[str, Any] = {}
    files: list[tuple[str, FileInput]] = []
    for name, value in values.items():
        if is_file(value):
            files.append((name, value))
        elif isinstance(value, list) and value and all(map(is_file, value)):
            files.extend((f"{name}[]", item) for item in value)
        else:
            plain[name] = value
    fields: dict[str, list[str]] = {}
    for name, text in pairs(plain):
        fields.setdefault(name, []).append(text)
    return Form(operation, fields, files)
