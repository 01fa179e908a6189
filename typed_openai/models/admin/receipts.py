"""What the administration answers to deleting: once for all areas, each of which says what it was in its `object`."""

from typed_openai.models.base import Result


class Deleted(Result):
    """The answer to deleting something."""

    id: str
    """What was deleted."""
    deleted: bool
    """Whether it is gone."""
