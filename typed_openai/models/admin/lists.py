"""What the lists of the administration are asked: the same words for most of them, written once.

API reference: "Administration". How many there may be on a page, and how many there are unless somebody says so,
depends on the list; where the service says it, the class of the list does. Groups, roles and who has which go on from a
cursor that each page names (`next`), all others from the id of an item.
"""

from typing import Annotated, Literal

from pydantic import Field, StrictInt

from typed_openai.models.base import Params


class AdminListParams(Params):
    """Which part of a list to fetch."""

    after: str | None = None
    """Go on after the item with this id (or from this cursor, where pages have one)."""
    limit: StrictInt | None = None
    """How many on one page."""


class AdminOrderedListParams(AdminListParams):
    """Which part of a list to fetch, in which order."""

    order: Literal["asc", "desc"] | None = None
    """By the time of creation: `asc` oldest first, `desc` newest first."""


class CursorListParams(Params):
    """Which part of a list to fetch that goes on from a cursor."""

    after: str | None = None
    """Go on from here: the `next` of the page before."""
    limit: Annotated[StrictInt, Field(ge=0, le=1000)] | None = None
    """How many to a page, up to 1000."""
    order: Literal["asc", "desc"] | None = None
    """By time of creation: `asc` (oldest first) or `desc`."""
