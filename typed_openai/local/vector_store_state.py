"""What a server remembers of vector stores: the stores, the files in them, batches of files; and how they move on.

A file that is put into a store is `in_progress`; the second question about it, its batch or its store finds it
`completed`, its chunks in the index, or `failed` with the reason. Nothing happens by itself, so waiting has something
to wait for and ends soon. Whoever may not wait (a run that searches) calls `finish`.

Rules: a file in a store has the id of the uploaded file, and leaves the store when that is deleted; a store that was
not used for longer than `expires_after` says is `expired` and answers no more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from typed_openai.local.attribute_filters import Value
from typed_openai.local.errors import ApiError, not_found
from typed_openai.local.files import find_file
from typed_openai.local.search_index import SearchIndex
from typed_openai.local.state import Collection, State
from typed_openai.local.texts import Unreadable, chunks, text_of

DAY = 24 * 3600
STATES = ("in_progress", "completed", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class Chunking:
    """How a file is cut, in tokens; the default is what `auto` means."""

    size: int = 800
    overlap: int = 400

    def shown(self) -> dict[str, object]:
        """As the API shows it."""
        static = {"max_chunk_size_tokens": self.size, "chunk_overlap_tokens": self.overlap}
        return {"type": "static", "static": static}


@dataclass(frozen=True, slots=True)
class Order:
    """A file that is to be put into a store."""

    file_id: str
    attributes: Mapping[str, Value] = field(default_factory=dict[str, Value])
    chunking: Chunking = field(default_factory=Chunking)


@dataclass(frozen=True, slots=True)
class StoreFile:
    """A file in a store. `asked` counts the questions since it was put there; `text` is what was read in it."""

    store_id: str
    order: Order
    name: str
    created_at: int
    status: str = "in_progress"
    asked: int = 0
    text: str = ""
    error: Mapping[str, str] | None = None

    @property
    def id(self) -> str:
        return self.order.file_id

    def shown(self) -> dict[str, object]:
        """As the API shows it."""
        return {
            "id": self.id,
            "object": "vector_store.file",
            "created_at": self.created_at,
            "vector_store_id": self.store_id,
            "status": self.status,
            "last_error": self.error,
            "usage_bytes": len(self.text.encode()),
            "attributes": self.order.attributes,
            "chunking_strategy": self.order.chunking.shown(),
        }


@dataclass(frozen=True, slots=True)
class Store:
    """A vector store without its files."""

    id: str
    created_at: int
    last_active_at: int
    name: str | None = None
    description: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict[str, str])
    days: int | None = None

    @property
    def expires_at(self) -> int | None:
        return None if self.days is None else self.last_active_at + self.days * DAY

    def expired(self, now: int) -> bool:
        """Whether its time is over."""
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True, slots=True)
class Batch:
    """Files that were put into a store at once."""

    id: str
    store_id: str
    created_at: int
    file_ids: tuple[str, ...]
    cancelled: bool = False


class Stores(Collection[Store]):
    """The vector stores of one server."""


class StoreFiles(Collection[StoreFile]):
    """The files in them, by store and file."""


class Batches(Collection[Batch]):
    """The batches of files."""


def find_store(state: State, identifier: str) -> Store:
    """The store of that id; 404 when there is none."""
    return state.part(Stores).found(identifier, "vector store", "vector_store_id")


def use_store(state: State, identifier: str) -> Store:
    """The store of that id, used now: its days count anew. 400 when it has expired."""
    store = find_store(state, identifier)
    if store.expired(state.now()):
        message = f"The vector store {identifier!r} has expired."
        raise ApiError(400, message, param="vector_store_id", code="vector_store_expired")
    used = replace(store, last_active_at=state.now())
    state.part(Stores).put(identifier, used)
    return used


def files_of(state: State, store_id: str) -> list[StoreFile]:
    """The files of a store, oldest first; those that were deleted as files leave it."""
    there: list[StoreFile] = []
    for key, file in state.part(StoreFiles).items():
        if file.store_id != store_id:
            continue
        if find_file(state, file.id) is None:
            _drop(state, key, file)
        else:
            there.append(file)
    return there


def find_store_file(state: State, store_id: str, file_id: str) -> StoreFile:
    """A file of a store; 404 when it is not there."""
    find_store(state, store_id)
    for file in files_of(state, store_id):
        if file.id == file_id:
            return file
    raise not_found("file in this vector store", file_id, "file_id")


def add_files(state: State, store_id: str, orders: Sequence[Order]) -> list[StoreFile]:
    """Put uploaded files into a store; 404, and nothing is put there, when one of them does not exist."""
    uploads = [(order, find_file(state, order.file_id)) for order in orders]
    added: list[StoreFile] = []
    for order, upload in uploads:
        if upload is None:
            raise not_found("file", order.file_id, "file_id")
        added.append(StoreFile(store_id, order, upload.name, state.now()))
    for file in added:
        key = _key(file)
        _drop(state, key, file)
        state.part(StoreFiles).put(key, file)
    return added


def change_file(state: State, file: StoreFile, attributes: Mapping[str, Value]) -> StoreFile:
    """Replace the attributes of a file."""
    changed = replace(file, order=replace(file.order, attributes=attributes))
    state.part(StoreFiles).put(_key(file), changed)
    return changed


def remove_file(state: State, file: StoreFile) -> None:
    """Take a file out of its store."""
    _drop(state, _key(file), file)


def remove_store(state: State, store: Store) -> None:
    """Forget a store with its files and batches."""
    for file in files_of(state, store.id):
        remove_file(state, file)
    for batch in state.part(Batches).values():
        if batch.store_id == store.id:
            state.part(Batches).pop(batch.id)
    state.part(Stores).pop(store.id)


def ask(state: State, files: Iterable[StoreFile]) -> list[StoreFile]:
    """A question about files: each that is still being worked on comes a step further. Gives them as they are now."""
    return [_changed(state, file, _asked(state, file)) for file in files]


def finish(state: State, store_id: str) -> None:
    """Let all files of a store be done at once."""
    for file in files_of(state, store_id):
        _changed(state, file, _worked_on(state, file))


def cancel(state: State, files: Iterable[StoreFile]) -> None:
    """Give up files that are not done yet."""
    for file in files:
        if file.status == "in_progress":
            _changed(state, file, replace(file, status="cancelled"))


def counts(files: Sequence[StoreFile]) -> dict[str, int]:
    """How many files are in which state."""
    found = Counter(file.status for file in files)
    return {**{status: found[status] for status in STATES}, "total": len(files)}


def _asked(state: State, file: StoreFile) -> StoreFile:
    return _worked_on(state, file) if file.asked >= 1 else replace(file, asked=file.asked + 1)


def _worked_on(state: State, file: StoreFile) -> StoreFile:
    """A file at its end: its text read and in the index, or the reason why not."""
    upload = find_file(state, file.id)
    if file.status != "in_progress" or upload is None:
        return file
    try:
        text = text_of(file.name, upload.content)
    except Unreadable as reason:
        return replace(file, status="failed", error={"code": reason.code, "message": reason.message})
    pieces = chunks(text, file.order.chunking.size, file.order.chunking.overlap)
    state.part(SearchIndex).put(file.store_id, file.id, pieces)
    return replace(file, status="completed", text=text)


def _changed(state: State, before: StoreFile, after: StoreFile) -> StoreFile:
    if after is not before:
        state.part(StoreFiles).put(_key(after), after)
    return after


def _key(file: StoreFile) -> str:
    return f"{file.store_id}/{file.id}"


def _drop(state: State, key: str, file: StoreFile) -> None:
    if state.part(StoreFiles).pop(key) is not None:
        state.part(SearchIndex).remove(file.store_id, file.id)
