"""What the service answers to deleting something: each area says in its `object` what it was.

An answer whose fields stand in another order, or that names something else (`eval_id`), is a class of its own.
"""

from typed_openai.models.base import Result


class Deleted(Result):
    """The answer to deleting something."""

    id: str
    """Id of what was deleted."""
    deleted: bool
    """Whether it is gone."""
