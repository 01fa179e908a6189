"""Which model a client event has, by its `type`: what a socket checks before it sends.

Weak spot: the models of a table are imported together; a socket needs most of them.
"""

from typing import Any, get_args

from typed_openai.models.base import Params, literal_values


def by_type(union: Any) -> dict[str, type[Params]]:
    """The models of a union of client events by the one value that their `type` has."""
    models: tuple[type[Params], ...] = get_args(get_args(union)[0])
    return {str(tag): model for model in models for tag in literal_values(model.model_fields["type"].annotation)}
