"""What a project may do, keep and spend (API reference: Administration)."""

from typed_openai.core.answer.pages import CursorPage, Page
from typed_openai.core.declare.verbs import Resource, delete, get, post
from typed_openai.models.admin.certificates import (
    CertificateActivateParams,
    CertificateDeactivateParams,
    CertificateListParams,
)
from typed_openai.models.admin.project_settings import (
    CertificateListResponse,
    DataRetentionUpdateParams,
    HostedToolPermissionUpdateParams,
    ModelPermissionUpdateParams,
    ProjectDataRetention,
    ProjectHostedToolPermissions,
    ProjectModelPermissions,
    ProjectModelPermissionsDeleted,
    ProjectRateLimit,
    ProjectServiceTierSettings,
    ProjectSpendAlert,
    ProjectSpendAlertDeleted,
    ProjectSpendLimit,
    ProjectSpendLimitDeleted,
    RateLimitListRateLimitsParams,
    RateLimitUpdateRateLimitParams,
    ServiceTierSettingUpdateParams,
)
from typed_openai.models.admin.spending import (
    SpendAlertCreateParams,
    SpendAlertListParams,
    SpendAlertUpdateParams,
    SpendLimitUpdateParams,
)

_PROJECT = "/organization/projects/{project_id}"
_ALERT = f"{_PROJECT}/spend_alerts/{{alert_id}}"


class RateLimits(Resource):
    """How much a project may ask of each model."""

    path = "admin.organization.projects.rate_limits"
    _admin = True

    list_rate_limits = get(f"{_PROJECT}/rate_limits", RateLimitListRateLimitsParams, CursorPage[ProjectRateLimit])
    """List the rate limits of a project, one for each model."""
    update_rate_limit = post(
        f"{_PROJECT}/rate_limits/{{rate_limit_id}}", RateLimitUpdateRateLimitParams, ProjectRateLimit
    )
    """Change the rate limit of a model; what is not named stays."""


class ModelPermissions(Resource):
    """The models that a project may use."""

    path = "admin.organization.projects.model_permissions"
    _admin = True

    retrieve = get(f"{_PROJECT}/model_permissions", ProjectModelPermissions)
    """Fetch the list of models that a project may use, or may not."""
    update = post(f"{_PROJECT}/model_permissions", ModelPermissionUpdateParams, ProjectModelPermissions)
    """Replace that list."""
    delete = delete(f"{_PROJECT}/model_permissions", ProjectModelPermissionsDeleted)
    """Delete that list: the project may use every model then."""


class HostedToolPermissions(Resource):
    """The tools of the service that a project may use."""

    path = "admin.organization.projects.hosted_tool_permissions"
    _admin = True

    retrieve = get(f"{_PROJECT}/hosted_tool_permissions", ProjectHostedToolPermissions)
    """Fetch which tools a project may use."""
    update = post(f"{_PROJECT}/hosted_tool_permissions", HostedToolPermissionUpdateParams, ProjectHostedToolPermissions)
    """Allow or forbid tools; those that are not named stay as they are."""


class ServiceTierSettings(Resource):
    """How fast a project is answered."""

    path = "admin.organization.projects.service_tier_settings"
    _admin = True

    retrieve = get(f"{_PROJECT}/service_tier_settings", ProjectServiceTierSettings)
    """Fetch how fast requests of a project are answered."""
    update = post(f"{_PROJECT}/service_tier_settings", ServiceTierSettingUpdateParams, ProjectServiceTierSettings)
    """Change it; what is not named stays."""


class DataRetention(Resource):
    """What is kept of what a project sends."""

    path = "admin.organization.projects.data_retention"
    _admin = True

    retrieve = get(f"{_PROJECT}/data_retention", ProjectDataRetention)
    """Fetch what is kept."""
    update = post(f"{_PROJECT}/data_retention", DataRetentionUpdateParams, ProjectDataRetention)
    """Change what is kept from now on."""


class SpendLimit(Resource):
    """What a project may spend."""

    path = "admin.organization.projects.spend_limit"
    _admin = True

    retrieve = get(f"{_PROJECT}/spend_limit", ProjectSpendLimit)
    """Fetch the limit of a project, and whether it is reached."""
    update = post(f"{_PROJECT}/spend_limit", SpendLimitUpdateParams, ProjectSpendLimit)
    """Set the limit of a project: at that amount the service answers it no more."""
    delete = delete(f"{_PROJECT}/spend_limit", ProjectSpendLimitDeleted)
    """Lift the limit of a project."""


class SpendAlerts(Resource):
    """Mails about what a project spends."""

    path = "admin.organization.projects.spend_alerts"
    _admin = True

    create = post(f"{_PROJECT}/spend_alerts", SpendAlertCreateParams, ProjectSpendAlert)
    """Have a mail sent when a month of a project costs more than an amount."""
    retrieve = get(_ALERT, ProjectSpendAlert)
    """Fetch an alert of a project."""
    update = post(_ALERT, SpendAlertUpdateParams, ProjectSpendAlert)
    """Put an alert in place of one that there is: all of it, not only what changes."""
    list = get(f"{_PROJECT}/spend_alerts", SpendAlertListParams, CursorPage[ProjectSpendAlert])
    """List the alerts of a project, the oldest first unless `order` says otherwise."""
    delete = delete(_ALERT, ProjectSpendAlertDeleted)
    """Delete an alert of a project."""


class Certificates(Resource):
    """Certificates of the organization that are active in a project."""

    path = "admin.organization.projects.certificates"
    _admin = True

    list = get(f"{_PROJECT}/certificates", CertificateListParams, CursorPage[CertificateListResponse])
    """List the certificates of the organization, and whether they are active in a project."""
    activate = post(f"{_PROJECT}/certificates/activate", CertificateActivateParams, Page[CertificateListResponse])
    """Make up to 10 certificates active in a project: all of them, or none."""
    deactivate = post(f"{_PROJECT}/certificates/deactivate", CertificateDeactivateParams, Page[CertificateListResponse])
    """Make up to 10 certificates inactive in a project: all of them, or none."""
