"""A search over vector stores, for whoever wants one: the endpoint, and tools that search files on the way.

    found = search(state, ["vs_1"], "return policy", limit=5)
    found[0]["content"], found[0]["score"], found[0]["filename"]

Searching looks for words, not for meaning (`search_index.py`); with `rewrite_query` it says the words that it takes to
matter.

Rules: only files that are `completed` and fulfil the filter are looked at; results come best first. A search uses its
stores (their days until they expire count anew); one that has expired is refused, one that does not exist is a 404.

Weak spot: every ranker ranks the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from typed_openai.local.attribute_filters import Condition, read_filter
from typed_openai.local.errors import missing
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.files import FILES
from typed_openai.local.kept import Item
from typed_openai.local.router import route
from typed_openai.local.search_index import SearchIndex, rewritten
from typed_openai.local.state import State
from typed_openai.local.vector_stores import STORE_FILES, finish, use_store


def search(
    state: State,
    store_ids: Sequence[str],
    query: str | Sequence[str],
    *,
    condition: Condition | None = None,
    limit: int = 10,
    threshold: float = 0.0,
    patient: bool = False,
) -> list[Item]:
    """At most `limit` chunks that score at least `threshold` (0 to 1), as the API shows them with their files.

    `condition` is what `read_filter` makes of a filter; `patient` first lets all files be done, as a run does that
    waits for its stores.
    """
    fulfilled = read_filter(None) if condition is None else condition
    files = {}
    for store_id in dict.fromkeys(store_ids):
        use_store(state, store_id)
        if patient:
            finish(state, store_id)
        for file in STORE_FILES.all(state, store_id):
            if file["status"] == "completed" and fulfilled(file["attributes"]):
                files[store_id, file["id"]] = file["attributes"]
    hits = state.part(SearchIndex).find(files.keys(), [query] if isinstance(query, str) else query)
    good = [hit for hit in hits if hit.score >= threshold][:limit]
    return [
        {
            "file_id": hit.file,
            "filename": FILES.find(state, hit.file)["filename"],
            "score": hit.score,
            "attributes": files[hit.store, hit.file],
            "content": [{"type": "text", "text": hit.text}],
        }
        for hit in good
    ]


@route("POST", "/vector_stores/{vector_store_id}/search")
def find(request: Request, state: State) -> Reply:
    """The chunks that fit the query best."""
    given = request.given
    queries = [given["query"]] if isinstance(given["query"], str) else given["query"]
    if not any(queries):
        raise missing("query")
    data = search(
        state,
        [request.path_params["vector_store_id"]],
        queries,
        condition=read_filter(given.get("filters")),
        limit=given.get("max_num_results") or 10,
        threshold=(given.get("ranking_options") or {}).get("score_threshold") or 0.0,
    )
    told = [rewritten(query) for query in queries] if given.get("rewrite_query") else queries
    page = {"object": "vector_store.search_results.page", "search_query": told, "data": data}
    return Reply({**page, "has_more": False, "next_page": None})
