"""What the service tells of its safety systems: alerts about responses, cases about users (`/safety`).

API reference: "Safety" (retrieve alert, retrieve case). Ids come in webhooks (`safety_...`) and by mail.

Weak spot: all of this is known from the official library only; the API description has none of it.
"""

from typing import Literal

from typed_openai.models.base import Open, Result
from typed_openai.models.misalignment import UnintendedKind


class Reported(Result):
    """Something that the safety systems report."""

    id: str
    """Its id."""
    created_at: int
    """When it was reported, Unix seconds."""
    reason: str | None = None
    """Why, in words that may be shown; None where nothing may be kept of the request."""


class SafetyAlert(Reported):
    """A response that may have done what nobody meant it to do."""

    object: Open[Literal["safety.alert"]]
    error_type: Open[UnintendedKind]
    """What it may have done: sent data away, looked into data, destroyed something."""
    model: str
    """Name of the model."""
    request_id: str
    """Id of the request."""
    response_id: str
    """Id of the response."""
    request_paused: bool
    """Whether the request was held; the response may have gone on all the same."""
    detailed_explanation: str | None = None
    """More about it, for a while, where nothing else may be kept."""


class Notice(Result):
    """What was said to whom the case is about."""

    type: Open[Literal["warning", "deactivation"]]
    """How far it goes."""


class SafetyCase(Reported):
    """A user, or somebody else, who broke the rules."""

    object: Open[Literal["safety.case"]]
    entity_identifier: str
    """Whom it is about: the `safety_identifier` of requests."""
    notice: Notice
    """What follows."""
