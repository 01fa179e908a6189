"""Lists in pages, as the Assistants API gives them: `after`, `before`, `limit` and `order`.

What is kept here is handed over whole, the oldest first; what a server keeps comes page by page (`threads.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from typed_openai.bridge.exchange import Refusal
from typed_openai.bridge.shelf import Item

USUAL, MOST = 20, 100
"""How many there are on a page, and how many there may be."""


def size_of(query: Mapping[str, str]) -> int:
    """How many are wanted. Refuses what is no number from 1 to 100."""
    given = query.get("limit", str(USUAL))
    if not given.isdecimal() or not 1 <= int(given) <= MOST:
        raise Refusal(400, f"The query parameter 'limit' is {given}; it must be from 1 to {MOST}.", param="limit")
    return int(given)


def ascends(query: Mapping[str, str]) -> bool:
    """Whether the oldest come first."""
    return query.get("order", "desc") == "asc"


def page_of(items: Sequence[Item], query: Mapping[str, str]) -> Item:
    """The page that is asked for. Refuses a cursor that is not in the list."""
    listed = [*items] if ascends(query) else [*reversed(items)]
    places = {item["id"]: place for place, item in enumerate(listed)}
    for name in ("after", "before"):
        if name in query and query[name] not in places:
            raise Refusal(404, f"Nothing in this list has the id {query[name]!r}.", param=name)
    begin = places[query["after"]] + 1 if "after" in query else 0
    end = places[query["before"]] if "before" in query else len(listed)
    shown = listed[begin:end][: size_of(query)]
    return whole(shown, begin + len(shown) < end)


def whole(shown: Sequence[Item], has_more: bool) -> Item:
    """These as a page."""
    ids = [item["id"] for item in shown] or [""]
    return {"object": "list", "data": [*shown], "first_id": ids[0], "last_id": ids[-1], "has_more": has_more}
