"""Files: documents kept by the service for other endpoints (`/files`).

API reference: "Files" (upload, list, retrieve, delete, content). What a file parameter may be stands in
`file_input.py`, the check of JSONL before it is sent in `typed_openai/bulk/jsonl.py`.

Weak spot: the service calls `status` and `status_details` deprecated, yet they are all it says about processing.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StrictInt

from typed_openai.models.base import Open, Params, Result
from typed_openai.models.file_input import FileInput
from typed_openai.models.receipts import Deleted

FilePurpose: TypeAlias = Literal["assistants", "batch", "fine-tune", "vision", "user_data", "evals"]
"""What a file is uploaded for."""


class FileExpiresAfter(Params):
    """When a file is deleted by itself."""

    anchor: Literal["created_at"] = "created_at"
    seconds: Annotated[StrictInt, Field(ge=3600, le=2_592_000)]
    """How long it is kept: from 3600 (an hour) to 2592000 (30 days)."""


class FileCreateParams(Params):
    """A file to upload."""

    file: FileInput
    """The file: a path, bytes, an open binary file, or `(name, content[, content type])`. At most 512 MB; `.jsonl` for
    fine-tuning, batches and evals."""
    purpose: FilePurpose
    """What it is for: `assistants`, `batch`, `fine-tune`, `vision` (images for fine-tuning), `evals`, or `user_data`
    (any use)."""
    expires_after: FileExpiresAfter | None = None
    """When it is deleted by itself. Default: files for `batch` after 30 days, all others never."""


class FileListParams(Params):
    """Which files to list."""

    after: str | None = None
    """Go on after the file with this id."""
    limit: StrictInt | None = None
    """How many on one page, from 1 to 10000. Default 10000."""
    order: Literal["asc", "desc"] | None = None
    """By the time of creation: `asc` oldest first, `desc` (default) newest first."""
    purpose: str | None = None
    """Only files of this purpose."""


class FileObject(Result):
    """A file that the service keeps."""

    id: str
    """Names the file in other calls."""
    bytes: int
    """Its size."""
    created_at: int
    """When it was uploaded, Unix seconds."""
    filename: str
    """The name it was uploaded with."""
    object: Open[Literal["file"]]
    purpose: Open[
        Literal[
            "assistants",
            "assistants_output",
            "batch",
            "batch_output",
            "fine-tune",
            "fine-tune-results",
            "vision",
            "user_data",
            "evals",
        ]
    ]
    """What it is for; the `..._output` and `...-results` kinds are made by the service."""
    status: Open[Literal["uploaded", "processed", "error"]]
    """How far its processing is (deprecated by the service): `uploaded`, `processed`, or `error`."""
    expires_at: int | None = None
    """When it will be deleted by itself, Unix seconds; None for never."""
    status_details: str | None = None
    """Why processing failed, if it did (deprecated by the service)."""


class FileDeleted(Deleted):
    """A file that was deleted."""

    object: Open[Literal["file"]]
