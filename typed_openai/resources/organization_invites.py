"""Invitations to an organization (API reference: Administration)."""

from typed_openai.core.answer.pages import CursorPage
from typed_openai.core.declare.verbs import Resource, delete, get, post
from typed_openai.models.admin.invites import Invite, InviteCreateParams, InviteDeleteResponse, InviteListParams


class Invites(Resource):
    """Invitations to the organization."""

    path = "admin.organization.invites"
    _admin = True

    create = post("/organization/invites", InviteCreateParams, Invite)
    """Invite somebody, by a mail to their address."""
    retrieve = get("/organization/invites/{invite_id}", Invite)
    """Fetch an invitation: what became of it."""
    list = get("/organization/invites", InviteListParams, CursorPage[Invite])
    """List the invitations."""
    delete = delete("/organization/invites/{invite_id}", InviteDeleteResponse)
    """Take an invitation back that was not accepted yet."""
