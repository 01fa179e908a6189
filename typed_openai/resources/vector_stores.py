"""Vector stores, their files and batches of files (API reference: Vector stores).

The helpers that wait ask for the object until its state is no longer `in_progress`. Those that upload check everything
before the first byte goes out; when something fails after a file was uploaded, a note on the error names that file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from typed_openai.core.answer.pages import CursorPage, Page
from typed_openai.core.call_options import PostOptions
from typed_openai.core.caller import Caller
from typed_openai.core.declare.flow_methods import flow_method
from typed_openai.core.declare.operation import Operation
from typed_openai.core.declare.verbs import Resource, delete, get, nested, post
from typed_openai.core.declare.waits import begun, waits, waits_after
from typed_openai.core.run.effects import Flow, Together
from typed_openai.core.run.made_before import taking_along
from typed_openai.core.run.waiting import Waiting, reason
from typed_openai.errors import Fault, OpenAIError, RequestValidationError
from typed_openai.models.file_input import FileInput
from typed_openai.models.files import FileObject
from typed_openai.models.vector_stores.vector_store_files import (
    FileBatchCreateParams,
    FileBatchListFilesParams,
    FileContentResponse,
    FileCreateParams,
    FileListParams,
    FileUpdateParams,
    VectorStoreFile,
    VectorStoreFileBatch,
    VectorStoreFileDeleted,
)
from typed_openai.models.vector_stores.vector_stores import (
    SearchPage,
    VectorStore,
    VectorStoreCreateParams,
    VectorStoreDeleted,
    VectorStoreListParams,
    VectorStoreSearchParams,
    VectorStoreSearchResponse,
    VectorStoreUpdateParams,
)
from typed_openai.resources.files import Files as UploadedFiles

_BETA = {"OpenAI-Beta": "assistants=v2"}
_PENDING = frozenset({"in_progress"})
_FAILED = frozenset({"failed", "cancelled"})
_SPELLED = ("poll_interval_ms", "max_wait_seconds")
_NAMED = 5
"""Files that failed which a message names."""


def _refuse_now(operation: Operation, *args: Any, **kwargs: Any) -> None:
    """Raise for wrong arguments of a call that is to be made later, before anything else is sent."""
    operation.request(*args, **kwargs)


def _uploaded(client: Caller, files: Sequence[FileInput], done: list[FileObject], limit: int = 1) -> Flow[None]:
    """Upload files, at most `limit` at a time; each is put on `done` as soon as it is there, at last in their order."""
    create = UploadedFiles(client).create
    for file in files:
        _refuse_now(create, file=file, purpose="assistants")
    flows = [create.flow(file=file, purpose="assistants") for file in files]
    done[:] = yield Together(flows, limit, done.append)


def _named(done: Sequence[FileObject]) -> str:
    """Which files were uploaded and are in no store."""
    names = ", ".join(f"{file.id} ({file.filename})" for file in done)
    return f"uploaded before this, and not in the vector store: {names}"


class Files(Resource):
    """Put uploaded files into a vector store, and look after them there."""

    _headers = _BETA

    create = post("/vector_stores/{vector_store_id}/files", FileCreateParams, VectorStoreFile)
    """Put an uploaded file into a store; it is searchable once it is `completed`."""
    retrieve = get("/vector_stores/{vector_store_id}/files/{file_id}", VectorStoreFile)
    """Fetch a file of a store: its state, its attributes, and why it failed."""
    update = post("/vector_stores/{vector_store_id}/files/{file_id}", FileUpdateParams, VectorStoreFile)
    """Replace the attributes of a file of a store."""
    list = get("/vector_stores/{vector_store_id}/files", FileListParams, CursorPage[VectorStoreFile])
    """List the files of a store, the newest first unless `order` says otherwise."""
    delete = delete("/vector_stores/{vector_store_id}/files/{file_id}", VectorStoreFileDeleted)
    """Take a file out of a store; the uploaded file itself stays."""
    content = get("/vector_stores/{vector_store_id}/files/{file_id}/content", Page[FileContentResponse])
    """Read what was made of a file: its text in pieces, as it can be searched."""

    poll = waits(retrieve, "file_id", keywords=("vector_store_id",), pending=_PENDING, failed=_FAILED, spelled=_SPELLED)
    """Wait until a file of a store has been processed.

    Raises `WaitFailedError` when it failed or was cancelled, `WaitTimeoutError` at the deadline (600 s unless
    `wait` says otherwise); the file is on the error's `result`. `poll_interval_ms` and `max_wait_seconds` are the
    names that other packages have for `interval` (then kept) and `deadline` of `wait`.
    """
    create_and_poll = waits_after(create, "poll", "file_id", keywords=("vector_store_id",), spelled=_SPELLED)
    """Put an uploaded file into a store and wait until it has been processed; errors as for `poll`."""

    @flow_method(params=FileCreateParams, leave_out=("file_id",), options=(PostOptions,))
    def upload(self, *, vector_store_id: str, file: FileInput, **params: Any) -> Flow[VectorStoreFile]:
        """Upload a file and put it into a store, without waiting until it has been processed.

        The file is a path, bytes, an open binary file, or `(name, content[, content type])`. When it was uploaded and
        cannot be put into the store, a note on the error names it.
        """
        _refuse_now(self.create, vector_store_id, file_id="file", **params)
        done: list[FileObject] = []
        with taking_along(done, lambda: _named(done)):
            yield from _uploaded(self.client, [file], done)
            made: VectorStoreFile = yield from self.create.flow(vector_store_id, file_id=done[0].id, **params)
        return made

    @flow_method(params=FileCreateParams, leave_out=("file_id",), options=(PostOptions,))
    def upload_and_poll(
        self,
        *,
        vector_store_id: str,
        file: FileInput,
        poll_interval_ms: int | None = None,
        max_wait_seconds: float | None = None,
        wait: Waiting | None = None,
        **params: Any,
    ) -> Flow[VectorStoreFile]:
        """Upload a file, put it into a store and wait until it has been processed; errors as for `poll`."""
        made: VectorStoreFile = yield from self.upload.flow(vector_store_id=vector_store_id, file=file, **params)
        ways = {"poll_interval_ms": poll_interval_ms, "max_wait_seconds": max_wait_seconds, "wait": wait}
        with begun(made, self.poll):
            polled: VectorStoreFile = yield from self.poll.flow(made.id, vector_store_id=vector_store_id, **ways)
        return polled


class FileBatches(Resource):
    """Put several uploaded files into a vector store at once."""

    _headers = _BETA

    create = post("/vector_stores/{vector_store_id}/file_batches", FileBatchCreateParams, VectorStoreFileBatch)
    """Put several uploaded files into a store: `file_ids`, or `files` with attributes of their own."""
    retrieve = get("/vector_stores/{vector_store_id}/file_batches/{batch_id}", VectorStoreFileBatch)
    """Fetch a batch: its state, and how many of its files are in which."""
    cancel = post("/vector_stores/{vector_store_id}/file_batches/{batch_id}/cancel", VectorStoreFileBatch)
    """Stop working on a batch; files that are already done stay in the store."""
    list_files = get(
        "/vector_stores/{vector_store_id}/file_batches/{batch_id}/files",
        FileBatchListFilesParams,
        CursorPage[VectorStoreFile],
    )
    """List the files of a batch, the newest first unless `order` says otherwise."""

    def _failed_files(self, batch: VectorStoreFileBatch) -> Flow[str]:
        """Which files of a batch failed and why, as far as the server says."""
        counts = batch.file_counts
        failed, total = getattr(counts, "failed", None), getattr(counts, "total", None)
        if not isinstance(failed, int) or failed < 1:
            return ""
        told = f"{failed} of {total} files failed" if isinstance(total, int) else f"{failed} files failed"
        try:
            page: Any = yield from self.list_files.flow(batch.vector_store_id, batch.id, filter="failed", limit=_NAMED)
        except OpenAIError:
            return told  # that they failed is known all the same
        named = [f"{file.id} ({why})" if (why := reason(file)) else str(file.id) for file in page.data]
        return f"{told}: {', '.join(named)}{' and others' if failed > len(named) else ''}" if named else told

    poll = waits(
        retrieve,
        "batch_id",
        keywords=("vector_store_id",),
        pending=_PENDING,
        failed=_FAILED,
        spelled=("poll_interval_ms",),
        shortfall=_failed_files,
    )
    """Wait until a batch has been processed.

    Raises `WaitFailedError` when the batch failed or was cancelled, and when it is `completed` but some of its
    files failed: the text says which and why (`raise_on_failure=False` returns the batch, whose
    `file_counts.failed` tells). `WaitTimeoutError` at the deadline (600 s unless `wait` says otherwise). The batch
    is on the error's `result`.
    """
    create_and_poll = waits_after(create, "poll", "vector_store_id", spelled=("poll_interval_ms",))
    """Put several uploaded files into a store and wait until they have been processed; errors as for `poll`."""

    @flow_method(params=FileBatchCreateParams, leave_out=("file_ids", "files"), options=(PostOptions,))
    def upload_and_poll(
        self,
        vector_store_id: str,
        *,
        files: Iterable[FileInput],
        file_ids: Iterable[str] = (),
        max_concurrency: int = 5,
        poll_interval_ms: int | None = None,
        wait: Waiting | None = None,
        **params: Any,
    ) -> Flow[VectorStoreFileBatch]:
        """Upload files, put them and `file_ids` into a store as one batch, and wait; errors as for `poll`.

        Each file is a path, bytes, an open binary file, or `(name, content[, content type])`; `max_concurrency` are
        uploaded at a time. All are checked before the first is sent. When something fails after that, a note on the
        error names the files that were uploaded.
        """
        sources, ids = [*files], [*file_ids]
        if max_concurrency < 1:
            fault = Fault("max_concurrency", "at least 1", str(max_concurrency))
            raise RequestValidationError("vector_stores.file_batches.upload_and_poll", [fault])
        _refuse_now(self.create, vector_store_id, file_ids=[*ids, *("file" for _ in sources)], **params)
        done: list[FileObject] = []
        with taking_along(done, lambda: _named(done)):
            yield from _uploaded(self.client, sources, done, max_concurrency)
            ids += [file.id for file in done]
            made: VectorStoreFileBatch = yield from self.create.flow(vector_store_id, file_ids=ids, **params)
        with begun(made, self.poll):
            polled: VectorStoreFileBatch = yield from self.poll.flow(
                made.id, vector_store_id=vector_store_id, poll_interval_ms=poll_interval_ms, wait=wait
            )
        return polled


class VectorStores(Resource):
    """Make files searchable by meaning, and search them."""

    path = "vector_stores"
    _headers = _BETA

    create = post("/vector_stores", VectorStoreCreateParams, VectorStore)
    """Make a vector store, empty or with uploaded files."""
    retrieve = get("/vector_stores/{vector_store_id}", VectorStore)
    """Fetch a store: its state, its size, and how many of its files are ready."""
    update = post("/vector_stores/{vector_store_id}", VectorStoreUpdateParams, VectorStore)
    """Change the name, the expiry or the metadata of a store."""
    list = get("/vector_stores", VectorStoreListParams, CursorPage[VectorStore])
    """List the stores, the newest first unless `order` says otherwise."""
    delete = delete("/vector_stores/{vector_store_id}", VectorStoreDeleted)
    """Delete a store; the uploaded files stay."""
    search = post(
        "/vector_stores/{vector_store_id}/search",
        VectorStoreSearchParams,
        SearchPage[VectorStoreSearchResponse],
    )
    """Search a store: the chunks that fit the query best, with their scores; `search_query` of the page says it."""
    files = nested(Files)
    """Put uploaded files into a vector store, and look after them there."""
    file_batches = nested(FileBatches)
    """Put several uploaded files into a vector store at once."""
