"""Lists in pages, as the API gives them: `after`, `before`, `limit`, `order`, and a `has_more` that is true.

One function for every list there is. The items are handed over oldest first, filtered already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from typed_openai.local.errors import not_found, refuse_outside
from typed_openai.local.exchange import Request


def page(
    request: Request, items: Sequence[Mapping[str, object]], *, order: str = "desc", limit: int = 20, most: int = 100
) -> dict[str, Any]:
    """The page that the request asks for; `order` and `limit` are what counts when it says nothing of them.

    Raises `ApiError` 404 when its cursor is not an item of the list. Both ids of an empty page are empty strings,
    because the API description does not allow null there.
    """
    given = request.given
    if (given.get("order") or order).startswith("desc"):
        items = list(reversed(items))
    refuse_outside("limit", given.get("limit"), 1, most)
    size = given.get("limit") or limit
    after, before = given.get("after"), given.get("before")
    start = _position(items, "after", after) + 1 if after else 0
    stop = _position(items, "before", before) if before else len(items)
    shown = items[start:stop][:size]
    return whole_page(shown, more=start + len(shown) < stop)


def whole_page(shown: Sequence[Mapping[str, object]], *, more: bool = False) -> dict[str, Any]:
    """These items as a page; whether there are more behind it."""
    ends = {"first_id": shown[0]["id"], "last_id": shown[-1]["id"]} if shown else {"first_id": "", "last_id": ""}
    return {"object": "list", "data": shown, **ends, "has_more": more}


def _position(items: Sequence[Mapping[str, object]], param: str, identifier: str) -> int:
    for index, item in enumerate(items):
        if item["id"] == identifier:
            return index
    raise not_found("list entry", identifier, param)
