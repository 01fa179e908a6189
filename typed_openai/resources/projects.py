"""The projects of an organisation (API reference: Administration, Projects)."""

from typed_openai.core.answer.pages import CursorPage
from typed_openai.core.declare.verbs import Resource, asynchronous, get, post
from typed_openai.models.admin.projects import Project, ProjectCreateParams, ProjectListParams, ProjectUpdateParams


class Projects(Resource):
    """What work, keys, people and bills of an organisation are divided into."""

    path = "admin.organization.projects"
    _admin = True

    create = post("/organization/projects", ProjectCreateParams, Project)
    """Make a project. It cannot be deleted again, only archived."""
    retrieve = get("/organization/projects/{project_id}", Project)
    """Fetch a project."""
    update = post("/organization/projects/{project_id}", ProjectUpdateParams, Project)
    """Change the name or the key of a project."""
    list = get("/organization/projects", ProjectListParams, CursorPage[Project])
    """List the projects of the organisation, without those that were archived unless `include_archived` says so."""
    archive = post("/organization/projects/{project_id}/archive", Project)
    """Archive a project: nothing in it can be used or changed any more, for good."""


AsyncProjects = asynchronous(Projects)
