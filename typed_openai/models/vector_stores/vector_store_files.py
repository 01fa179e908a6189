"""The files in a vector store, one by one and in batches: what adds, changes and lists them, and what comes back.

API reference: "Vector store files" and "Vector store file batches". A file in a store has the id of the uploaded file
that it was made from; its attributes and its state belong to the store.

Rules
* The names of the params classes are those of the ecosystem; `FileCreateParams` of the "Files" area is another class.

Weak spots
* A batch takes `file_ids` or `files`. That one of them must be there is checked; that both exclude each other only the
  reference's prose says, and only the service checks it.
"""

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from typed_openai.models.base import Null, Nullable, Open, Params, Result
from typed_openai.models.vector_stores.chunking import ChunkingStrategyParam, FileChunkingStrategy
from typed_openai.models.vector_stores.vector_stores import Attributes, FileCounts, ReadAttributes

FileState: TypeAlias = Literal["in_progress", "completed", "cancelled", "failed"]
"""How far a file or a batch is."""

# --- requests --------------------------------------------------------------------------------------------------------


class FileCreateParams(Params):
    """An uploaded file, to be put into a store."""

    file_id: str
    """Id of the uploaded file."""
    attributes: Nullable[Attributes] = None
    """What searches may filter it by, up to 16 pairs."""
    chunking_strategy: ChunkingStrategyParam | None = None
    """How it is cut; `auto` by default."""


class FileUpdateParams(Params):
    """What can be changed on a file in a store."""

    attributes: Attributes | Null
    """What searches may filter it by, in place of what it had; `NULL` removes all."""


class FileListParams(Params):
    """Which files of a store, or of a batch, to list."""

    after: str | None = None
    """Id of the last file of the page before."""
    before: str | None = None
    """Id of the first file of the page after."""
    filter: FileState | None = None
    """Only files in this state."""
    limit: StrictInt | None = None
    """How many to a page, 1 to 100; 20 by default."""
    order: Literal["asc", "desc"] | None = None
    """By time of creation: `asc` or `desc` (newest first, default)."""


class FileBatchListFilesParams(FileListParams):
    """Which files of a batch to list."""


class File(Params):
    """One file of a batch, with attributes and chunking of its own."""

    file_id: str
    """Id of the uploaded file."""
    attributes: Attributes | None = None
    """What searches may filter it by, up to 16 pairs."""
    chunking_strategy: ChunkingStrategyParam | None = None
    """How it is cut; `auto` by default."""


class FileBatchCreateParams(Params):
    """Several uploaded files, to be put into a store at once: `file_ids` or `files`."""

    attributes: Nullable[Attributes] = None
    """Attributes for all of `file_ids`, up to 16 pairs."""
    chunking_strategy: ChunkingStrategyParam | None = None
    """How all of `file_ids` are cut; `auto` by default."""
    file_ids: Annotated[list[str], Field(min_length=1, max_length=2000)] | None = None
    """Ids of uploaded files, up to 2000."""
    files: Annotated[list[File], Field(min_length=1, max_length=2000)] | None = None
    """Uploaded files with attributes and chunking of their own, up to 2000; what is set for all is ignored then."""

    @model_validator(mode="after")
    def _has_files(self) -> Self:
        if self.file_ids is None and self.files is None:
            raise PydanticCustomError("no_files", "a list of files is needed: file_ids=[...] or files=[...]")
        return self


# --- answers ---------------------------------------------------------------------------------------------------------


class LastError(Result):
    """Why a file could not be made searchable."""

    code: Open[Literal["server_error", "unsupported_file", "invalid_file"]]
    """The kind of fault."""
    message: str
    """The fault in words."""


class VectorStoreFile(Result):
    """A file in a vector store."""

    id: str
    """Id, that of the uploaded file."""
    object: Open[Literal["vector_store.file"]]
    created_at: int
    """When it was put into the store, Unix time in seconds."""
    vector_store_id: str
    """Id of the store."""
    status: Open[FileState]
    """How far it is; only a `completed` file is found."""
    last_error: LastError | None
    """Why it failed; None when it did not."""
    usage_bytes: int | None = None  # required by the description; absent in recordings of batches
    """Bytes that it takes up in the store, which is not the size of the file."""
    attributes: ReadAttributes | None = None
    """What searches may filter it by."""
    chunking_strategy: FileChunkingStrategy | None = None
    """How it was cut."""


class VectorStoreFileDeleted(Result):
    """The answer to taking a file out of a store; the uploaded file itself is not deleted."""

    id: str
    """Id of the file."""
    deleted: bool
    """Whether it is out."""
    object: Open[Literal["vector_store.file.deleted"]]


class FileContentResponse(Result):
    """A piece of what was read from a file."""

    text: str | None = None
    """The text."""
    type: str | None = None
    """The kind of content: `text`."""


class VectorStoreFileBatch(Result):
    """Several files that were put into a store at once."""

    id: str
    """Id, such as `vsfb_abc123`."""
    object: Open[Literal["vector_store.files_batch"]]
    created_at: int
    """When it was made, Unix time in seconds."""
    vector_store_id: str
    """Id of the store."""
    status: Open[FileState]
    """How far it is; `completed` also when some of its files failed, which `file_counts` tells."""
    file_counts: FileCounts
    """How many of its files are in which state."""
