"""Models: which ones a server offers (`/models`), and the receipt for deleting a fine-tuned one.

API reference: "Models" (list, retrieve, delete). There are no request bodies here; the name of a model is a path
parameter.

Rules
* The class is called `Model`, as everywhere in the ecosystem. The pydantic base of the same name stays in `base.py`;
  here only `Result` is imported, so that the two never meet.
* Dates stay what the server sent: `created` is a Unix time, `shutdown_date` an ISO date string. Both dump unchanged.

Weak spots
* Compatible servers add much of their own (`permission`, `max_model_len`, `context_length`, `pricing`). It is kept as
  extra attributes, untyped: no two servers agree on it.
"""

from typing import Literal

from typed_openai.models.base import Open, Result


class Model(Result):
    """One model that the server offers."""

    id: str
    """The name to give as `model=` in requests."""
    created: int
    """When the model was made, Unix time in seconds."""
    object: Open[Literal["model"]]
    owned_by: str
    """Who owns the model: an organisation, `system`, or whatever the server calls itself."""
    shutdown_date: str | None = None
    """The day on which the model is switched off (`YYYY-MM-DD`); None when none is announced."""


class ModelDeleted(Result):
    """The answer to deleting a fine-tuned model."""

    id: str
    """The name of the model."""
    deleted: bool
    """Whether it is gone."""
    object: str
    """The kind of object: `model`."""
