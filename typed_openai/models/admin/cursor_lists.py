"""Lists of the administration that go on from a cursor which each page names (`next`): groups, roles, who has which.

API reference: "Administration". The others go on from the id of an item: `lists.py`.
"""

from typing import Annotated, Literal

from pydantic import Field, StrictInt

from typed_openai.models.base import Params


class CursorListParams(Params):
    """Which part of a list to fetch that goes on from a cursor."""

    after: str | None = None
    """Go on from here: the `next` of the page before."""
    limit: Annotated[StrictInt, Field(ge=0, le=1000)] | None = None
    """How many to a page, up to 1000."""
    order: Literal["asc", "desc"] | None = None
    """By time of creation: `asc` (oldest first) or `desc`."""
