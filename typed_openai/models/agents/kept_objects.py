"""What the objects of agents have in common: ids and times, and how they are listed.

Known from the official package (3.57.0) alone, as all of this folder; the API description has none of it.
"""

from typing import Literal

from pydantic import StrictInt

from typed_openai.models.base import Params, Result


class AgentListParams(Params):
    """Which objects to list."""

    after: str | None = None
    """Go on after the object with this id."""
    limit: StrictInt | None = None
    """How many to a page, 1 to 100; 20 by default."""
    order: Literal["asc", "desc"] | None = None
    """By time: `desc` (newest first, default) or `asc`."""


class AgentObject(Result):
    """Something that the service keeps."""

    id: str
    """Names it in other calls."""
    created_at: int
    """When it was made, Unix seconds."""
