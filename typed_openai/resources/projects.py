"""The projects of an organization (API reference: Administration, Projects)."""

from typed_openai.core.answer.pages import CursorPage
from typed_openai.core.declare.verbs import Resource, get, nested, post
from typed_openai.models.admin.projects import Project, ProjectCreateParams, ProjectListParams, ProjectUpdateParams


class Projects(Resource):
    """What work, keys, people and bills of an organization are divided into."""

    path = "admin.organization.projects"
    _admin = True

    create = post("/organization/projects", ProjectCreateParams, Project)
    """Make a project. It cannot be deleted again, only archived."""
    retrieve = get("/organization/projects/{project_id}", Project)
    """Fetch a project."""
    update = post("/organization/projects/{project_id}", ProjectUpdateParams, Project)
    """Change the name or the key of a project."""
    list = get("/organization/projects", ProjectListParams, CursorPage[Project])
    """List the projects of the organization, without those that were archived unless `include_archived` says so."""
    archive = post("/organization/projects/{project_id}/archive", Project)
    """Archive a project: nothing in it can be used or changed any more, for good."""
    api_keys = nested("typed_openai.resources.project_access.APIKeys")
    """Its keys."""
    certificates = nested("typed_openai.resources.project_settings.Certificates")
    """Certificates for mutual TLS that are active in it."""
    data_retention = nested("typed_openai.resources.project_settings.DataRetention")
    """What is kept of what it sends."""
    groups = nested("typed_openai.resources.project_access.Groups")
    """The groups that have access to it."""
    hosted_tool_permissions = nested("typed_openai.resources.project_settings.HostedToolPermissions")
    """The tools of the service that it may use."""
    model_permissions = nested("typed_openai.resources.project_settings.ModelPermissions")
    """The models that it may use."""
    rate_limits = nested("typed_openai.resources.project_settings.RateLimits")
    """How much it may ask of each model."""
    roles = nested("typed_openai.resources.project_access.Roles")
    """Named sets of permissions in it."""
    service_accounts = nested("typed_openai.resources.project_access.ServiceAccounts")
    """Its accounts for programs."""
    service_tier_settings = nested("typed_openai.resources.project_settings.ServiceTierSettings")
    """How fast it is answered."""
    spend_alerts = nested("typed_openai.resources.project_settings.SpendAlerts")
    """Mails about what it spends."""
    spend_limit = nested("typed_openai.resources.project_settings.SpendLimit")
    """What it may spend."""
    users = nested("typed_openai.resources.project_access.Users")
    """Who works in it."""
