"""Uploads: one large file sent in parts (`/uploads`).

API reference: "Uploads" (create, add part, complete, cancel). An upload takes up to 8 GB in parts of up to 64 MB and
is given up by the service after an hour. `client.uploads.upload_file_chunked` does all of it: `UploadFileParams` is
what it takes, `UploadProgress` how far it is.
"""

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StrictBool, StrictInt

from typed_openai.models.base import Model, Open, Params, Result
from typed_openai.models.file_input import FileInput
from typed_openai.models.files import FileExpiresAfter, FileObject, FilePurpose


class UploadCreateParams(Params):
    """The file that will be sent in parts."""

    bytes: StrictInt
    """How many bytes all parts will have together."""
    filename: str
    """The name of the file."""
    mime_type: str
    """Its type, such as `text/jsonl`; it has to fit the purpose."""
    purpose: FilePurpose
    """What the file is for, as in `files.create`."""
    expires_after: FileExpiresAfter | None = None
    """When the file is deleted by itself. Default: files for `batch` after 30 days, all others never."""


class PartCreateParams(Params):
    """One part of an upload."""

    data: FileInput
    """The bytes of this part, at most 64 MB."""


class UploadCompleteParams(Params):
    """How the parts make up the file."""

    part_ids: list[str]
    """The parts, in the order of the file."""
    md5: str | None = None
    """Checksum of the whole file (MD5 in hex), for the service to compare."""


class UploadPart(Result):
    """A part that the service has."""

    id: str
    """Names the part when the upload is completed."""
    created_at: int
    """When it arrived, Unix seconds."""
    object: Open[Literal["upload.part"]]
    upload_id: str
    """The upload that it belongs to."""


class Upload(Result):
    """A file that arrives in parts."""

    id: str
    """Names the upload in other calls."""
    bytes: int
    """How many bytes all parts have together."""
    created_at: int
    """When it was begun, Unix seconds."""
    expires_at: int
    """When the service gives it up, Unix seconds."""
    filename: str
    """The name of the file."""
    object: Open[Literal["upload"]] | None = None
    purpose: str
    """What the file is for."""
    status: Open[Literal["pending", "completed", "cancelled", "expired"]]
    """Only a `pending` upload takes parts."""
    file: FileObject | None = None
    """The finished file, once the upload is completed."""


class UploadProgress(Model):
    """How far a file that is sent in parts is: all it takes to go on later, in another process too.

    Keep it with `model_dump_json()`, read it with `UploadProgress.model_validate_json(text)`, and hand it to
    `client.uploads.upload_file_chunked(file=..., resume=progress)`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    upload_id: str
    """The upload."""
    bytes: int
    """How many bytes the file has."""
    part_size: Annotated[int, Field(ge=1)]
    """How many bytes each part has; the last one has the rest."""
    part_ids: dict[int, str] = {}
    """The parts that have arrived, by their place in the file (from 0)."""

    @property
    def parts(self) -> int:
        """How many parts there are in all."""
        return -(-self.bytes // self.part_size)

    @property
    def missing(self) -> list[int]:
        """The places of the parts that have not arrived."""
        return [place for place in range(self.parts) if place not in self.part_ids]

    @property
    def sent(self) -> int:
        """How many bytes have arrived."""
        short = self.parts * self.part_size - self.bytes if self.parts - 1 in self.part_ids else 0
        return len(self.part_ids) * self.part_size - short


class UploadFileParams(Params):
    """A large file to send in parts."""

    file: FileInput
    """The file: a path, bytes, an open binary file that can be rewound, or `(name, content[, content type])`."""
    purpose: FilePurpose
    """What it is for, as in `files.create`."""
    mime_type: str | None = None
    """Its type, such as `text/jsonl`. Default: what its name says, or its first bytes."""
    filename: str | None = None
    """Its name. Default: that of the path or of the open file; without one it must be given."""
    bytes: Annotated[StrictInt, Field(ge=1)] | None = None
    """How many bytes it has, compared with what is found. Default: what is found."""
    part_size: Annotated[StrictInt, Field(ge=1)] | None = None
    """Bytes of a part. Default, and the most that the service takes: 64 MB."""
    md5: str | StrictBool | None = None
    """Checksum of the file in hex, compared by the service. Default: computed here; `False` sends none."""
    expires_after: FileExpiresAfter | None = None
    """When the file is deleted by itself."""
    concurrency: Annotated[StrictInt, Field(ge=1, le=64)] | None = None
    """How many parts are on their way at once. Default 4."""
    on_progress: Callable[[UploadProgress], object] | None = None
    """Called when the upload has begun and after each part, one after the other; async allowed for async clients."""
    resume: UploadProgress | None = None
    """Go on with an upload that was begun: what `on_progress` or `UploadError.progress` gave. Parts that arrived are
    not sent again; the file must be the same."""
    cancel_on_failure: StrictBool | None = None
    """True: when something fails, cancel the upload. Default: leave it open, so that it can be resumed."""
    check: StrictBool | None = None
    """False: do not look into the lines of JSONL first."""
