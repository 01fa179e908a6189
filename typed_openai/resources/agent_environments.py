"""Where agents work: environments, their files, templates for new ones (API reference: Agent environments; beta)."""

from typed_openai.core.answer.pages import CursorPage, TokenPage
from typed_openai.core.declare.verbs import Resource, asynchronous, delete, get, nested, post
from typed_openai.models.agents.environments import (
    EnvironmentCreateParams,
    EnvironmentFile,
    EnvironmentFileCreateParams,
    EnvironmentFileListParams,
    EnvironmentInfo,
    EnvironmentListParams,
    EnvironmentTemplate,
    EnvironmentTemplateDeleted,
    TemplateCreateParams,
    TemplateUpdateParams,
)
from typed_openai.models.agents.kept_objects import AgentListParams
from typed_openai.resources.agent_beta import BETA


class Files(Resource):
    """Put files into an environment, and see what is in it."""

    path = "beta.agents.environments.files"
    _headers = BETA

    create = post("/agents/environments/{environment_id}/files", EnvironmentFileCreateParams, EnvironmentFile)
    """Put a file into an environment: an uploaded one, or its content in base64."""
    list = get("/agents/environments/{environment_id}/files", EnvironmentFileListParams, TokenPage[EnvironmentFile])
    """List the files in an environment by their paths, the last first unless `order` says otherwise."""


AsyncFiles = asynchronous(Files)


class Templates(Resource):
    """What new environments are made like."""

    path = "beta.agents.environments.templates"
    _headers = BETA

    create = post("/agents/environments/templates", TemplateCreateParams, EnvironmentTemplate)
    """Make a template."""
    retrieve = get("/agents/environments/templates/{environment_template_id}", EnvironmentTemplate)
    """Fetch a template."""
    update = post("/agents/environments/templates/{environment_template_id}", TemplateUpdateParams, EnvironmentTemplate)
    """Change a template; what is left out stays as it is, and so do environments that are there."""
    list = get("/agents/environments/templates", AgentListParams, CursorPage[EnvironmentTemplate])
    """List the templates, the newest first unless `order` says otherwise."""
    delete = delete("/agents/environments/templates/{environment_template_id}", EnvironmentTemplateDeleted)
    """Delete a template."""


AsyncTemplates = asynchronous(Templates)


class Environments(Resource):
    """Machines for agents, made beforehand."""

    path = "beta.agents.environments"
    _headers = BETA

    create = post("/agents/environments", EnvironmentCreateParams, EnvironmentInfo)
    """Make an environment; sessions work in it when they are given its id."""
    retrieve = get("/agents/environments/{environment_id}", EnvironmentInfo)
    """Fetch an environment: how far it is, what was put into it."""
    list = get("/agents/environments", EnvironmentListParams, CursorPage[EnvironmentInfo])
    """List the environments that OpenAI hosts, the newest first unless `order` says otherwise."""
    files = nested("typed_openai.resources.agent_environments.Files")
    templates = nested("typed_openai.resources.agent_environments.Templates")


AsyncEnvironments = asynchronous(Environments)
