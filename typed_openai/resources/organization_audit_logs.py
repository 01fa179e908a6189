"""Who did what in an organization (API reference: Administration, Audit logs)."""

from typed_openai.core.answer.pages import CursorPage
from typed_openai.core.declare.verbs import Resource, get
from typed_openai.models.admin.audit_logs import AuditLogListParams, AuditLogListResponse


class AuditLogs(Resource):
    """Who did what in the organization. An owner has to switch it on."""

    path = "admin.organization.audit_logs"
    _admin = True

    list = get("/organization/audit_logs", AuditLogListParams, CursorPage[AuditLogListResponse])
    """List what was done in the organization, the newest first."""
