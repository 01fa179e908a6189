"""Why the service stopped a model that did something nobody asked for: part of errors of responses, assistants, videos.

API reference: the official package 3.57.0; the API description does not know it yet.

Weak spot: the kinds of it are told in one word, which may be a new one."""

from typing import Literal, TypeAlias

from typed_openai.models.base import Open, Result

UnintendedKind: TypeAlias = Literal[
    "potentially_unintended_data_transfer",
    "potentially_unintended_data_access",
    "potentially_unintended_destructive_activity",
    "other",
]
"""What a model may have done that nobody meant it to do: sent data away, looked into data, destroyed something."""


class MisalignmentSteer(Result):
    """How one may go on all the same."""

    message: str
    """What to tell the model."""


class Misalignment(Result):
    """Why the service stopped a model that did something nobody asked for."""

    detailed_explanation: str | None = None
    """What happened, in words."""
    error_type: Open[UnintendedKind] | None = None
    """The kind of it."""
    review_target: str | None = None
    """By what one refers to it, to go on in spite of it."""
    steer: MisalignmentSteer | None = None
    """How one may go on."""
