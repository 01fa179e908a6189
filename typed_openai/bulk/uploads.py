"""A large file in parts, from its announcement to its completion: the flow behind `uploads.upload_file_chunked`.

Rules
* Parts are slices of the file, read while they are sent; nothing is held in memory but what is on its way. Each part
  has its own retries, since a slice can be rewound.
* Several parts are on their way at once (`core/run/together.py`); the checksum is computed beside them.
* Whatever has arrived is told to `on_progress`, and is on the error when something fails, as an `UploadProgress` that
  resumes. An upload is never forgotten: it is completed, or cancelled on demand, or named by the error. What is no
  error of ours (Ctrl-C, a cancelled task, an error in `on_progress`) has it too: `made_before(error)`.

Weak spots: the service has no way to ask about an upload, so resuming trusts what it is given (the checksum tells in
the end). An interruption that is not an error of ours does not cancel.
"""

from __future__ import annotations

import hashlib
import io
import os
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from typed_openai.core.request.filetypes import type_of_content, type_of_name
from typed_openai.core.request.multipart import can_seek, content_of, head_of, named, put_back
from typed_openai.core.request.params import check_params
from typed_openai.core.run.effects import Call, Flow, Together, Work
from typed_openai.core.run.made_before import taking_along
from typed_openai.errors import Fault, OpenAIError, RequestValidationError, UploadError
from typed_openai.models.file_input import size_of
from typed_openai.models.uploads import Upload, UploadFileParams, UploadPart, UploadProgress

if TYPE_CHECKING:
    from typed_openai.core.caller import Caller

PART_SIZE = 64 * 1024**2
CONCURRENCY = 4
_BLOCK = 1 << 20
_TITLE = "uploads.upload_file_chunked"


class Uploads(Protocol):
    """The operations that an upload is made of: `client.uploads`."""

    client: Caller
    create: Any
    complete: Any
    cancel: Any
    parts: Any


@dataclass
class Source:
    """The content of a file, read from several places at once."""

    stream: Any
    size: int
    lock: threading.Lock = field(default_factory=threading.Lock)

    def read_at(self, place: int, size: int) -> bytes:
        """Bytes from a place; fewer only at the end."""
        try:
            with self.lock:
                self.stream.seek(place)
                data: bytes = self.stream.read(size)
        except (OSError, ValueError) as error:  # ValueError: it was closed
            raise OpenAIError(f"the file cannot be read: {error}") from error
        if size and not data and place < self.size:
            raise OpenAIError(f"the file ends before byte {place}: it is shorter than it was")
        return data

    def md5(self) -> str:
        """The checksum of all of it, in hex."""
        digest = hashlib.md5(usedforsecurity=False)
        place = 0
        while data := self.read_at(place, _BLOCK):
            digest.update(data)
            place += len(data)
        return digest.hexdigest()


class Slice:
    """A part of a source, as an open file of its own."""

    def __init__(self, source: Source, start: int, size: int) -> None:
        self.source = source
        self.start = start
        self.size: int = min(size, source.size - start)
        self.place = 0

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self.place = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self.place, os.SEEK_END: self.size}[whence]
        return self.place

    def read(self, size: int = -1, /) -> bytes:
        left = max(0, self.size - self.place)
        data = self.source.read_at(self.start + self.place, left if size < 0 else min(size, left))
        self.place += len(data)
        return data


def upload_in_parts(uploads: Uploads, given: dict[str, Any]) -> Flow[Upload]:
    """The whole of it; nothing is sent before everything has been checked."""
    strict = uploads.client.config.changed({"validation": "strict"})
    params = check_params(_TITLE, UploadFileParams, None, given, strict)
    if not isinstance(params, UploadFileParams):
        raise TypeError(params)
    with ExitStack() as stack:
        source, progress = _opened(params, stack)
        name, kind = _named(params, source)
        if params.check is not False and uploads.client.config.validation != "off":
            from typed_openai.bulk.jsonl import refuse_faulty

            yield from refuse_faulty(uploads.client, _TITLE, params.file, params.purpose)
        upload: Upload | None = None
        if progress is None:
            begun: Upload = yield from uploads.create.flow(
                bytes=source.size,
                filename=name,
                mime_type=kind,
                purpose=params.purpose,
                expires_after=params.expires_after,
            )
            size = params.part_size or PART_SIZE
            upload, progress = begun, UploadProgress(upload_id=begun.id, bytes=source.size, part_size=size)
        return (yield from _Sending(uploads, params, source, progress, upload).flow())


def _opened(params: UploadFileParams, stack: ExitStack) -> tuple[Source, UploadProgress | None]:
    """The content of the file, and the progress to go on from, both as they must be."""
    file: Any = params.file  # a str has become a path when it was checked
    content: Any = content_of(file)
    wrong: list[Fault] = []
    size = size_of(content)
    if size is None:
        hint = "what can be read once only has no size and no second attempt: write it to a file first"
        wrong.append(Fault("file", "a file that can be rewound", type(content).__name__, hint))
    if params.bytes is not None and size is not None and params.bytes != size:
        wrong.append(Fault("bytes", f"{size}, the size of the file", str(params.bytes)))
    progress = params.resume
    if progress is not None and size is not None and progress.bytes != size:
        wrong.append(Fault("resume.bytes", f"{size}, the size of the file", str(progress.bytes), "is it another file?"))
    if progress is not None and params.part_size not in (None, progress.part_size):
        wrong.append(Fault("part_size", f"{progress.part_size}, as the upload was begun", str(params.part_size)))
    if wrong or size is None:
        raise RequestValidationError(_TITLE, wrong)
    if isinstance(content, os.PathLike):
        content = stack.enter_context(open(content, "rb"))  # noqa: SIM115 - closed by the stack
    elif isinstance(content, io.StringIO):
        content = io.BytesIO(content.getvalue().encode())
    elif isinstance(content, bytes | bytearray | memoryview):
        content = io.BytesIO(content)
    elif can_seek(content):
        stack.callback(put_back, content, content.tell())
    return Source(content, size), progress


def _named(params: UploadFileParams, source: Source) -> tuple[str, str]:
    """Name and type of the file: as given, else as its own name and its first bytes say."""
    file: Any = params.file
    own, own_kind = named(file)
    name = params.filename or own
    kind = params.mime_type or own_kind or type_of_name(name or "") or type_of_content(head_of(source.stream))
    wrong: list[Fault] = []
    if name is None:
        wrong.append(Fault("filename", "the name of the file, which content alone does not have", "nothing"))
    if kind is None:
        wrong.append(Fault("mime_type", "the type of the file, which its name does not tell", "nothing"))
    if name is None or kind is None:
        raise RequestValidationError(_TITLE, wrong)
    return name, kind


@dataclass
class _Sending:
    """One upload on its way."""

    uploads: Uploads
    params: UploadFileParams
    source: Source
    progress: UploadProgress
    upload: Upload | None
    md5: str | None = None
    kept: list[UploadProgress] = field(default_factory=list[UploadProgress])
    """The progress, for whatever ends it."""

    def flow(self) -> Flow[Upload]:
        """Send what is missing, and complete."""
        self.kept[:] = [self.progress]
        with taking_along(self.kept, self._how_far, UploadError):
            return (yield from self._sent())

    def _sent(self) -> Flow[Upload]:
        try:
            yield from self._tell()
            first: list[Flow[Any]] = [self._checksum()] if self.params.md5 in (None, True) else []
            parts: list[Flow[Any]] = [self._part(place) for place in self.progress.missing]
            yield Together([*first, *parts], self.params.concurrency or CONCURRENCY, self._arrived)
            md5 = self.params.md5 if isinstance(self.params.md5, str) else self.md5
            identifiers = [self.progress.part_ids[place] for place in range(self.progress.parts)]
            done: Upload = yield from self.uploads.complete.flow(self.progress.upload_id, part_ids=identifiers, md5=md5)
        except OpenAIError as error:
            raise (yield from self._failed(error)) from error
        return done

    def _checksum(self) -> Flow[None]:
        self.md5 = yield Work(self.source.md5)

    def _part(self, place: int) -> Flow[tuple[int, str]]:
        size = self.progress.part_size
        data = (f"part-{place}", Slice(self.source, place * size, size), "application/octet-stream")
        part: UploadPart = yield from self.uploads.parts.create.flow(self.progress.upload_id, data=data)
        return place, part.id

    def _arrived(self, value: tuple[int, str] | None) -> object:
        """Note a part; what `on_progress` returns is awaited by an async driver."""
        if value is None:
            return None
        place, identifier = value
        known = self.progress.part_ids
        self.progress = self.progress.model_copy(
            update={"part_ids": dict(sorted({**known, place: identifier}.items()))}
        )
        self.kept[:] = [self.progress]
        tell: Callable[[UploadProgress], object] | None = self.params.on_progress
        return None if tell is None else tell(self.progress)

    def _tell(self) -> Flow[None]:
        if self.params.on_progress is not None:
            yield Call(self.params.on_progress, self.progress)

    def _how_far(self) -> str:
        return f"upload {self.progress.upload_id}: {len(self.progress.part_ids)} of {self.progress.parts} parts arrived"

    def _failed(self, error: OpenAIError) -> Flow[UploadError]:
        """The error to raise; cancels the upload when that was asked for."""
        progress = self.progress
        how_far = self._how_far()
        end = "it stays open until it expires: resume=error.progress goes on, uploads.cancel(id) gives it up"
        note = ""
        if self.params.cancel_on_failure:
            try:
                self.upload = yield from self.uploads.cancel.flow(progress.upload_id)
                end = "it was cancelled"
            except OpenAIError as second:
                note = f"cancelling it failed, too: {second}"
        failure = UploadError(f"{how_far}; {end}; {error}", self.upload, progress)
        if note:
            failure.add_note(note)
        return failure
