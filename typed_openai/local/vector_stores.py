"""`/vector_stores`: stores that are really filled, with their files and batches of files. Searches: `file_search.py`.

A file that is put into a store is `in_progress`; the second question about it, its batch or its store finds it
`completed`, its chunks in the index, or `failed` with the reason. Nothing happens by itself, so waiting has something
to wait for and ends soon. Whoever may not wait (a run that searches) calls `finish`. A batch is in progress as long as
one of its files is; then it is `completed`, `failed` when all of its files failed, or `cancelled` when it was stopped
before its end.

Rules: a file in a store has the id of the uploaded file, and leaves the store when that is deleted; a store that was
not used for longer than `expires_after` says is `expired` and answers no more.

Weak spot: a store's `usage_bytes` are those of the text that was read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from typed_openai.local.errors import ApiError, refuse_empty, wrong_value
from typed_openai.local.exchange import POLL, Reply, Request
from typed_openai.local.files import FILES
from typed_openai.local.kept import Item, Kept
from typed_openai.local.paging import page
from typed_openai.local.router import route
from typed_openai.local.search_index import SearchIndex
from typed_openai.local.state import State
from typed_openai.local.texts import Unreadable, chunks, text_of

DAY = 24 * 3600
STATES = ("in_progress", "completed", "failed", "cancelled")
AUTO = {"max_chunk_size_tokens": 800, "chunk_overlap_tokens": 400}

# --- stores ----------------------------------------------------------------------------------------------------------


def expires_at(store: Item) -> int | None:
    """When a store expires unless it is used; None: never."""
    return store["last_active_at"] + store["expires_after"]["days"] * DAY if store["expires_after"] else None


def _shown(store: Item, state: State) -> Item:
    files, expiry = STORE_FILES.all(state, store["id"]), expires_at(store)
    counted = counts(files)
    over = expiry is not None and expiry <= state.now()
    shown = {
        **store,
        "usage_bytes": sum(file["usage_bytes"] for file in files),
        "file_counts": counted,
        "status": "expired" if over else "in_progress" if counted["in_progress"] else "completed",
        "expires_at": expiry,
    }
    return {name: shown[name] for name in shown if shown[name] is not None or name in ("name", "expires_at")}


def _asked(store: Item, state: State) -> Item:
    ask(state, STORE_FILES.all(state, store["id"]))
    return store


STORES = Kept(
    "vector store",
    "/vector_stores/{vector_store_id}",
    "vs_",
    first={"name": None, "description": None, "expires_after": None, "metadata": {}},
    asked=_asked,
    polled=True,
    shown=_shown,
)


def make_store(state: State, given: Mapping[str, Any]) -> Item:
    """A new store as a request describes it, its files on their way; also for those who make one in passing."""
    every = _order("", given)
    orders = [{**every, "id": FILES.find(state, each)["id"]} for each in dict.fromkeys(given.get("file_ids") or ())]
    about = {name: given[name] for name in STORES.first if given.get(name) is not None}
    store = STORES.make(state, **about, last_active_at=state.now())
    add_files(state, store["id"], orders)
    return store


def use_store(state: State, identifier: str) -> Item:
    """The store of that id, used now: its days count anew. 400 when it has expired."""
    store = STORES.find(state, identifier)
    if (expires_at(store) or state.now() + 1) <= state.now():
        message = f"The vector store {identifier!r} has expired."
        raise ApiError(400, message, param="vector_store_id", code="vector_store_expired")
    return STORES.put(state, store, last_active_at=state.now())


@route("POST", "/vector_stores")
def create(request: Request, state: State) -> Reply:
    """Make a store; the whole body is optional."""
    return Reply(STORES.show(state, make_store(state, request.known)))


# --- files -----------------------------------------------------------------------------------------------------------


def _worked_on(file: Item, state: State) -> Item:
    """A file at its end: its text read and in the index, or the reason why not."""
    upload = FILES.get(state, file["id"])
    if file["status"] != "in_progress" or upload is None:
        return file
    try:
        text = text_of(upload["filename"], upload["_content"])
    except Unreadable as reason:
        return {**file, "status": "failed", "last_error": {"code": reason.code, "message": reason.message}}
    static = file["chunking_strategy"]["static"]
    pieces = chunks(text, static["max_chunk_size_tokens"], static["chunk_overlap_tokens"])
    state.part(SearchIndex).put(file["vector_store_id"], file["id"], pieces)
    return {**file, "status": "completed", "_text": text, "usage_bytes": len(text.encode())}


def _file_asked(file: Item, state: State) -> Item:
    return _worked_on(file, state) if file["_asked"] else {**file, "_asked": 1}


STORE_FILES = Kept(
    "file in this vector store",
    "/vector_stores/{vector_store_id}/files/{file_id}",
    "",
    within=STORES,
    asked=_file_asked,
    polled=True,
    alive=lambda file, state: FILES.get(state, file["id"]) is not None,
    gone=lambda file, state: state.part(SearchIndex).remove(file["vector_store_id"], file["id"]),
)


def _order(file_id: str, source: Mapping[str, Any], at: str = "") -> Item:
    """A file that is to be put into a store, with the attributes and the chunking of a request or of a part of it."""
    static = (source.get("chunking_strategy") or {}).get("static") or AUTO
    if not 0 <= static["chunk_overlap_tokens"] <= static["max_chunk_size_tokens"] // 2:
        param = f"{at}chunking_strategy.static.chunk_overlap_tokens"
        raise wrong_value(param, f"The parameter {param!r} must be at most half of a chunk, and not negative.")
    chunking = {"type": "static", "static": static}
    return {"id": file_id, "attributes": source.get("attributes") or {}, "chunking_strategy": chunking}


def add_files(state: State, store_id: str, orders: Iterable[Item]) -> list[Item]:
    """Put uploaded files into a store; 404, and nothing is put there, when one of them does not exist."""
    uploads = [(order, FILES.find(state, order["id"])) for order in orders]
    for order, _ in uploads:
        before = STORE_FILES.get(state, store_id, order["id"])
        if before is not None:
            STORE_FILES.forget(state, before)
    begun = {"status": "in_progress", "last_error": None, "usage_bytes": 0, "_asked": 0, "_text": ""}
    return [STORE_FILES.make(state, store_id, vector_store_id=store_id, **begun, **order) for order, _ in uploads]


def ask(state: State, files: Iterable[Item]) -> list[Item]:
    """A question about files: each that is still being worked on comes a step further. Gives them as they are now."""
    return [STORE_FILES.put(state, _file_asked(file, state)) for file in files]


def finish(state: State, store_id: str) -> None:
    """Let all files of a store be done at once."""
    for file in STORE_FILES.all(state, store_id):
        STORE_FILES.put(state, _worked_on(file, state))


def counts(files: Sequence[Item]) -> dict[str, int]:
    """How many files are in which state."""
    found = Counter(file["status"] for file in files)
    return {**{status: found[status] for status in STATES}, "total": len(files)}


def _listed(request: Request, state: State, files: Sequence[Item]) -> Reply:
    """Files in pages, newest first unless asked otherwise, each a step further."""
    wanted = request.given.get("filter")
    shown = [STORE_FILES.show(state, file) for file in ask(state, files)]
    return Reply(page(request, [file for file in shown if wanted in (None, file["status"])]), headers=POLL)


@route("POST", STORE_FILES.list_path)
def create_file(request: Request, state: State) -> Reply:
    """Put an uploaded file into a store."""
    store = use_store(state, request.path_params["vector_store_id"])
    (added,) = add_files(state, store["id"], [_order(request.given["file_id"], request.given)])
    return Reply(STORE_FILES.show(state, added))


@route("GET", STORE_FILES.list_path)
def list_files(request: Request, state: State) -> Reply:
    """The files of a store in pages, by state."""
    return _listed(request, state, STORE_FILES.all(state, *STORE_FILES.of(request, state)))


@route("GET", "/vector_stores/{vector_store_id}/files/{file_id}/content")
def content(request: Request, state: State) -> Reply:
    """What was read in a file; nothing before it is completed."""
    file = STORE_FILES.at(request, state)
    data = [{"type": "text", "text": file["_text"]}] if file["status"] == "completed" else []
    return Reply({"object": "vector_store.file_content.page", "data": data, "has_more": False, "next_page": None})


# --- batches ---------------------------------------------------------------------------------------------------------


def _batch_shown(batch: Item, state: State) -> Item:
    number = counts(batch_files(state, batch))
    failed = number["failed"] == number["total"] > 0
    status = "in_progress" if number["in_progress"] else "failed" if failed else "completed"
    return {**batch, "status": "cancelled" if batch["_cancelled"] else status, "file_counts": number}


def batch_files(state: State, batch: Item) -> list[Item]:
    """The files of a batch that are in the store now."""
    return [file for file in STORE_FILES.all(state, batch["vector_store_id"]) if file["id"] in batch["_files"]]


def _batch_asked(batch: Item, state: State) -> Item:
    ask(state, batch_files(state, batch))
    return batch


FILE_BATCHES = Kept(
    "batch of this vector store",
    "/vector_stores/{vector_store_id}/file_batches/{batch_id}",
    "vsfb_",
    within=STORES,
    asked=_batch_asked,
    polled=True,
    shown=_batch_shown,
)
ROUTES = (
    *STORES.routes("list", "retrieve", "update", "delete"),
    *STORE_FILES.routes("retrieve", "update", "delete"),
    *FILE_BATCHES.routes("retrieve"),
)


@route("POST", FILE_BATCHES.list_path)
def create_batch(request: Request, state: State) -> Reply:
    """Put several uploaded files into a store: each with its own attributes and chunking, or ids with the batch's."""
    store, given = use_store(state, request.path_params["vector_store_id"])["id"], request.given
    own, ids = given.get("files") or [], given.get("file_ids") or []
    if own and ids:
        raise wrong_value("files", "A batch takes 'files' or 'file_ids', not both.")
    refuse_empty("file_ids", own or ids)
    orders = [_order(each, given) for each in ids]
    orders += [_order(file["file_id"], file, f"files[{number}].") for number, file in enumerate(own)]
    files = [file["id"] for file in add_files(state, store, orders)]
    batch = FILE_BATCHES.make(state, store, vector_store_id=store, _files=files, _cancelled=False)
    return Reply(FILE_BATCHES.show(state, batch))


@route("POST", "/vector_stores/{vector_store_id}/file_batches/{batch_id}/cancel")
def cancel_batch(request: Request, state: State) -> Reply:
    """Give up the files of a batch that are not done; a batch that is done stays as it is."""
    batch = FILE_BATCHES.at(request, state)
    going = [file for file in batch_files(state, batch) if file["status"] == "in_progress"]
    for file in going:
        STORE_FILES.put(state, file, status="cancelled")
    batch = FILE_BATCHES.put(state, batch, _cancelled=batch["_cancelled"] or bool(going))
    return Reply(FILE_BATCHES.show(state, batch))


@route("GET", "/vector_stores/{vector_store_id}/file_batches/{batch_id}/files")
def list_batch_files(request: Request, state: State) -> Reply:
    """The files of a batch in pages, by state."""
    return _listed(request, state, batch_files(state, FILE_BATCHES.at(request, state)))
