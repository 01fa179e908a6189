"""A search over vector stores, for whoever wants one: the endpoint, and tools that search files on the way.

    found = search(state, ["vs_1"], "return policy", limit=5)
    found[0].text, found[0].score, found[0].filename

Rules: only files that are `completed` and fulfil the filter are looked at; results come best first. A search uses its
stores (their days until they expire count anew); one that has expired is refused, one that does not exist is a 404.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from typed_openai.local.attribute_filters import Attributes, Condition, read_filter
from typed_openai.local.search_index import SearchIndex
from typed_openai.local.state import State
from typed_openai.local.vector_store_state import files_of, finish, use_store


@dataclass(frozen=True, slots=True)
class Found:
    """One chunk that a search found, and the file it is from."""

    file_id: str
    filename: str
    score: float
    attributes: Attributes
    text: str


def search(
    state: State,
    store_ids: Sequence[str],
    query: str | Sequence[str],
    *,
    condition: Condition | None = None,
    limit: int = 10,
    threshold: float = 0.0,
    patient: bool = False,
) -> list[Found]:
    """At most `limit` chunks that score at least `threshold` (0 to 1).

    `condition` is what `read_filter` makes of a filter; `patient` first lets all files be done, as a run does that
    waits for its stores.
    """
    fulfilled = read_filter(None) if condition is None else condition
    files = {}
    for store_id in dict.fromkeys(store_ids):
        use_store(state, store_id)
        if patient:
            finish(state, store_id)
        for file in files_of(state, store_id):
            if file.status == "completed" and fulfilled(file.order.attributes):
                files[store_id, file.id] = file
    hits = state.part(SearchIndex).find(files.keys(), [query] if isinstance(query, str) else query)
    good = [hit for hit in hits if hit.score >= threshold][:limit]
    named = [(hit, files[hit.store, hit.file]) for hit in good]
    return [Found(file.id, file.name, hit.score, file.order.attributes, hit.text) for hit, file in named]
