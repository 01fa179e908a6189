"""Lists in pages, as the API gives them: `after`, `before`, `limit`, `order`, and a `has_more` that is true.

One function for every list there is. The items are handed over oldest first, filtered already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from typed_openai.local.errors import not_found
from typed_openai.local.exchange import Request

ORDERS = ("asc", "desc")


def page(
    request: Request,
    items: Sequence[Mapping[str, object]],
    *,
    default_order: str = "asc",
    default_limit: int = 20,
    most: int = 100,
) -> dict[str, object]:
    """The page that the request's query asks for. 404 when its cursor is no item of the list.

    Both ids of an empty page are empty strings, because the API description does not allow null there.
    """
    if request.query_choice("order", ORDERS, default_order) == "desc":
        items = list(reversed(items))
    limit = request.query_integer("limit", default_limit, 1, most)
    after, before = request.query_text("after"), request.query_text("before")
    start = _position(items, "after", after) + 1 if after else 0
    stop = _position(items, "before", before) if before else len(items)
    shown = items[start:stop][:limit]
    return {
        "object": "list",
        "data": shown,
        "first_id": shown[0]["id"] if shown else "",
        "last_id": shown[-1]["id"] if shown else "",
        "has_more": start + len(shown) < stop,
    }


def _position(items: Sequence[Mapping[str, object]], param: str, identifier: str) -> int:
    for index, item in enumerate(items):
        if item["id"] == identifier:
            return index
    raise not_found("list entry", identifier, param)
