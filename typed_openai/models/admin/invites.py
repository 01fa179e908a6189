"""Invitations to an organization (`/organization/invites`).

API reference: "Invites".

Rules: without `projects` an invitation is one to the default project, too; with an empty list to none.
"""

from typing import Literal

from typed_openai.models.admin.lists import AdminListParams
from typed_openai.models.base import Open, Params, Result
from typed_openai.models.receipts import Deleted
from typed_openai.models.shape import Shape


class InvitedProject(Shape):
    """A project that somebody is invited to."""

    id: str
    """Its id."""
    role: Literal["member", "owner"]
    """What they will be there."""


class InviteCreateParams(Params):
    """Whom to invite."""

    email: str
    """Their address."""
    role: Literal["reader", "owner"]
    """What they will be in the organization."""
    projects: list[InvitedProject] | None = None
    """The projects that they will be in; the default one when this is left out, none when it is empty."""


class InviteListParams(AdminListParams):
    """Which invitations to list."""


class Invite(Result):
    """An invitation."""

    object: Open[Literal["organization.invite"]]
    id: str
    """Names the invitation in other calls."""
    email: str
    """Whom it was sent to."""
    role: Open[Literal["owner", "reader"]]
    """What they will be in the organization."""
    status: Open[Literal["accepted", "expired", "pending"]]
    """What became of it."""
    created_at: int
    """When it was sent, Unix seconds."""
    expires_at: int | None = None
    """When it is void, Unix seconds."""
    accepted_at: int | None = None
    """When it was accepted, Unix seconds; None before."""
    projects: list[InvitedProject]
    """The projects that they will be in."""


class InviteDeleteResponse(Deleted):
    """An invitation that was taken back."""

    object: Open[Literal["organization.invite.deleted"]]
