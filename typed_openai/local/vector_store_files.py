"""`/vector_stores/{id}/files` and `/vector_stores/{id}/file_batches`: uploaded files in a store, and how far they are.

A question about a file, a list of files or a batch moves the files in question on (`vector_store_state.py`). A batch
is in progress as long as one of its files is; then it is `completed`, `failed` when all of its files failed, or
`cancelled` when it was stopped before its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from typed_openai.local.arguments import Arguments
from typed_openai.local.attribute_filters import read_attributes
from typed_openai.local.errors import missing, not_found, wrong_value
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.files import POLL
from typed_openai.local.paging import page
from typed_openai.local.router import route
from typed_openai.local.state import State
from typed_openai.local.vector_store_state import (
    STATES,
    Batch,
    Batches,
    Chunking,
    Order,
    StoreFile,
    add_files,
    ask,
    cancel,
    change_file,
    counts,
    files_of,
    find_store,
    find_store_file,
    remove_file,
    use_store,
)

MOST_FILES = 2000


def read_chunking(body: Arguments) -> Chunking:
    """The chunking strategy that a request asks for, `auto` when none."""
    given = body.child("chunking_strategy")
    if given is None or given.choice("type", ("auto", "static")) == "auto":
        return Chunking()
    static = given.required_child("static")
    static.required("max_chunk_size_tokens")
    static.required("chunk_overlap_tokens")
    size = static.integer("max_chunk_size_tokens", 100, 4096) or 0
    overlap = static.integer("chunk_overlap_tokens", 0, size // 2) or 0
    return Chunking(size, overlap)


def _order(body: Arguments) -> Order:
    return Order(body.string("file_id"), read_attributes(body), read_chunking(body))


def _file(request: Request, state: State) -> StoreFile:
    return find_store_file(state, request.path_params["vector_store_id"], request.path_params["file_id"])


def _listed(request: Request, state: State, files: Sequence[StoreFile]) -> Reply:
    """Files in pages, newest first unless asked otherwise, each a step further."""
    wanted = request.query_choice("filter", STATES, "") if request.query_text("filter") else None
    shown = [file.shown() for file in ask(state, files) if wanted in (None, file.status)]
    return Reply(page(request, shown, default_order="desc"), headers=POLL)


@route("POST", "/vector_stores/{vector_store_id}/files")
def create(request: Request, state: State) -> Reply:
    """Put an uploaded file into a store."""
    store = use_store(state, request.path_params["vector_store_id"])
    (added,) = add_files(state, store.id, [_order(request.arguments())])
    return Reply(added.shown())


@route("GET", "/vector_stores/{vector_store_id}/files")
def listing(request: Request, state: State) -> Reply:
    """The files of a store in pages, by state."""
    store = find_store(state, request.path_params["vector_store_id"])
    return _listed(request, state, files_of(state, store.id))


@route("GET", "/vector_stores/{vector_store_id}/files/{file_id}")
def retrieve(request: Request, state: State) -> Reply:
    """One file, a step further."""
    (file,) = ask(state, [_file(request, state)])
    return Reply(file.shown(), headers=POLL)


@route("POST", "/vector_stores/{vector_store_id}/files/{file_id}")
def update(request: Request, state: State) -> Reply:
    """Replace the attributes of a file; null removes them."""
    body = request.arguments()
    if "attributes" not in body.members:
        raise missing("attributes")
    return Reply(change_file(state, _file(request, state), read_attributes(body)).shown())


@route("DELETE", "/vector_stores/{vector_store_id}/files/{file_id}")
def delete(request: Request, state: State) -> Reply:
    """Take a file out of a store; the uploaded file stays."""
    file = _file(request, state)
    remove_file(state, file)
    return Reply({"id": file.id, "object": "vector_store.file.deleted", "deleted": True})


@route("GET", "/vector_stores/{vector_store_id}/files/{file_id}/content")
def content(request: Request, state: State) -> Reply:
    """What was read in a file; nothing before it is completed."""
    file = _file(request, state)
    data = [{"type": "text", "text": file.text}] if file.status == "completed" else []
    return Reply({"object": "vector_store.file_content.page", "data": data, "has_more": False, "next_page": None})


# --- batches ---------------------------------------------------------------------------------------------------------


def _batch(request: Request, state: State) -> Batch:
    find_store(state, request.path_params["vector_store_id"])
    identifier = request.path_params["batch_id"]
    found = state.part(Batches).get(identifier)
    if found is None or found.store_id != request.path_params["vector_store_id"]:
        raise not_found("batch of this vector store", identifier, "batch_id")
    return found


def _files_of(state: State, batch: Batch) -> list[StoreFile]:
    return [file for file in files_of(state, batch.store_id) if file.id in batch.file_ids]


def _shown(batch: Batch, files: Sequence[StoreFile]) -> dict[str, object]:
    number = counts(files)
    status = "completed"
    if batch.cancelled:
        status = "cancelled"
    elif number["in_progress"]:
        status = "in_progress"
    elif files and number["failed"] == number["total"]:
        status = "failed"
    return {
        "id": batch.id,
        "object": "vector_store.files_batch",
        "created_at": batch.created_at,
        "vector_store_id": batch.store_id,
        "status": status,
        "file_counts": number,
    }


def _orders(body: Arguments) -> list[Order]:
    """The files of a batch: each with its own attributes and chunking, or ids with those of the batch."""
    own, ids = body.objects("files"), body.strings("file_ids")
    if own and ids:
        raise wrong_value("files", "A batch takes 'files' or 'file_ids', not both.")
    attributes, chunking = read_attributes(body), read_chunking(body)
    orders = [_order(each) for each in own] or [Order(each, attributes, chunking) for each in ids]
    if not orders:
        raise missing("file_ids")
    if len(orders) > MOST_FILES:
        raise wrong_value("files" if own else "file_ids", f"A batch has {MOST_FILES} files at most.")
    return orders


@route("POST", "/vector_stores/{vector_store_id}/file_batches")
def create_batch(request: Request, state: State) -> Reply:
    """Put several uploaded files into a store."""
    store = use_store(state, request.path_params["vector_store_id"])
    added = add_files(state, store.id, _orders(request.arguments()))
    batch = Batch(state.new_id("vsfb_"), store.id, state.now(), tuple(file.id for file in added))
    state.part(Batches).put(batch.id, batch)
    return Reply(_shown(batch, _files_of(state, batch)))


@route("GET", "/vector_stores/{vector_store_id}/file_batches/{batch_id}")
def retrieve_batch(request: Request, state: State) -> Reply:
    """One batch, its files a step further."""
    batch = _batch(request, state)
    return Reply(_shown(batch, ask(state, _files_of(state, batch))), headers=POLL)


@route("POST", "/vector_stores/{vector_store_id}/file_batches/{batch_id}/cancel")
def cancel_batch(request: Request, state: State) -> Reply:
    """Give up the files of a batch that are not done; a batch that is done stays as it is."""
    batch = _batch(request, state)
    files = _files_of(state, batch)
    if counts(files)["in_progress"]:
        cancel(state, files)
        batch = replace(batch, cancelled=True)
        state.part(Batches).put(batch.id, batch)
    return Reply(_shown(batch, _files_of(state, batch)))


@route("GET", "/vector_stores/{vector_store_id}/file_batches/{batch_id}/files")
def list_batch_files(request: Request, state: State) -> Reply:
    """The files of a batch in pages, by state."""
    return _listed(request, state, _files_of(state, _batch(request, state)))
