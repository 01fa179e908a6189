"""`/vector_stores`: stores that are really filled and searched. Their files: `vector_store_files.py`.

A store is `in_progress` as long as one of its files is, and a question about it moves its files on. Searching looks for
words, not for meaning (`search_index.py`); with `rewrite_query` it says the words that it takes to matter.

Weak spots: every ranker ranks the same; a store's `usage_bytes` are those of the text that was read.
"""

from __future__ import annotations

from dataclasses import replace

from typed_openai.local.arguments import Arguments
from typed_openai.local.attribute_filters import read_filter
from typed_openai.local.errors import missing, wrong_type, wrong_value
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.file_search import Found, search
from typed_openai.local.files import POLL
from typed_openai.local.paging import page
from typed_openai.local.router import route
from typed_openai.local.search_index import rewritten
from typed_openai.local.state import State
from typed_openai.local.vector_store_files import read_chunking
from typed_openai.local.vector_store_state import (
    Order,
    Store,
    Stores,
    add_files,
    ask,
    counts,
    files_of,
    find_store,
    remove_store,
)

RANKERS = ("auto", "default-2024-11-15", "none")
MOST_FILES = 500


def make_store(state: State, body: Arguments) -> Store:
    """A new store as a request describes it, its files on their way; also for those who make one in passing."""
    chunking, file_ids = read_chunking(body), body.strings("file_ids")
    if len(file_ids) > MOST_FILES:
        raise wrong_value(body.path("file_ids"), f"A store may be made with {MOST_FILES} files at most.")
    now = state.now()
    store = Store(
        id=state.new_id("vs_"),
        created_at=now,
        last_active_at=now,
        name=body.optional_string("name"),
        description=body.optional_string("description"),
        metadata=body.metadata(),
        days=_days(body),
    )
    add_files(state, store.id, [Order(file_id, chunking=chunking) for file_id in dict.fromkeys(file_ids)])
    state.part(Stores).put(store.id, store)
    return store


def _days(body: Arguments) -> int | None:
    given = body.child("expires_after")
    if given is None:
        return None
    given.choice("anchor", ("last_active_at",))
    given.required("days")
    return given.integer("days", 1, 365)


def _shown(state: State, store: Store) -> dict[str, object]:
    files = files_of(state, store.id)
    busy = any(file.status == "in_progress" for file in files)
    expired = store.expired(state.now())
    shown: dict[str, object] = {
        "id": store.id,
        "object": "vector_store",
        "created_at": store.created_at,
        "name": store.name,
        "usage_bytes": sum(len(file.text.encode()) for file in files),
        "file_counts": counts(files),
        "status": "expired" if expired else "in_progress" if busy else "completed",
        "expires_at": store.expires_at,
        "last_active_at": store.last_active_at,
        "metadata": store.metadata,
    }
    if store.description is not None:
        shown["description"] = store.description
    if store.days is not None:
        shown["expires_after"] = {"anchor": "last_active_at", "days": store.days}
    return shown


@route("POST", "/vector_stores")
def create(request: Request, state: State) -> Reply:
    """Make a store; the whole body is optional."""
    body = request.arguments() if request.body else Arguments({})
    return Reply(_shown(state, make_store(state, body)))


@route("GET", "/vector_stores")
def listing(request: Request, state: State) -> Reply:
    """The stores in pages, newest first unless asked otherwise."""
    stores = state.part(Stores).values()
    return Reply(page(request, [_shown(state, store) for store in stores], default_order="desc"))


@route("GET", "/vector_stores/{vector_store_id}")
def retrieve(request: Request, state: State) -> Reply:
    """One store; its files come a step further."""
    store = find_store(state, request.path_params["vector_store_id"])
    ask(state, files_of(state, store.id))
    return Reply(_shown(state, store), headers=POLL)


@route("POST", "/vector_stores/{vector_store_id}")
def update(request: Request, state: State) -> Reply:
    """Change name, metadata and expiry; null empties them, what is not named stays."""
    store = find_store(state, request.path_params["vector_store_id"])
    body = request.arguments()
    if "name" in body.members:
        store = replace(store, name=body.optional_string("name"))
    if "metadata" in body.members:
        store = replace(store, metadata=body.metadata())
    if "expires_after" in body.members:
        store = replace(store, days=_days(body))
    state.part(Stores).put(store.id, store)
    return Reply(_shown(state, store))


@route("DELETE", "/vector_stores/{vector_store_id}")
def delete(request: Request, state: State) -> Reply:
    """Forget a store; the uploaded files stay."""
    store = find_store(state, request.path_params["vector_store_id"])
    remove_store(state, store)
    return Reply({"id": store.id, "object": "vector_store.deleted", "deleted": True})


@route("POST", "/vector_stores/{vector_store_id}/search")
def find(request: Request, state: State) -> Reply:
    """The chunks that fit the query best."""
    body = request.arguments()
    queries = _queries(body)
    ranking = body.child("ranking_options") or Arguments({})
    ranking.choice("ranker", RANKERS, "auto")
    found = search(
        state,
        [request.path_params["vector_store_id"]],
        queries,
        condition=read_filter(body.child("filters")),
        limit=body.integer("max_num_results", 1, 50) or 10,
        threshold=ranking.number("score_threshold", 0, 1) or 0.0,
    )
    if body.flag("rewrite_query"):
        queries = [rewritten(query) for query in queries]
    shown = [_result(each) for each in found]
    answer = {"object": "vector_store.search_results.page", "search_query": queries, "data": shown}
    return Reply({**answer, "has_more": False, "next_page": None})


def _queries(body: Arguments) -> list[str]:
    given = body.required("query")
    if not isinstance(given, str | list):
        raise wrong_type("query", "a string or an array of strings", given)
    queries = body.strings("query") if isinstance(given, list) else [given]
    if not any(queries):
        raise missing("query")
    return queries


def _result(found: Found) -> dict[str, object]:
    return {
        "file_id": found.file_id,
        "filename": found.filename,
        "score": found.score,
        "attributes": found.attributes,
        "content": [{"type": "text", "text": found.text}],
    }
