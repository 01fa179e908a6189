"""`/organization/projects/...`: what a project may do, keep and spend.

Weak spots: all of it is kept, and nothing of it heeded; a project has rate limits for the models of this server.
"""

from __future__ import annotations

from typed_openai.local.exchange import Reply, Request
from typed_openai.local.kept import CRUD, Item, Kept
from typed_openai.local.models import BUILT_IN
from typed_openai.local.organization_access import CERTIFICATES, listed
from typed_openai.local.paging import page
from typed_openai.local.projects import PROJECTS
from typed_openai.local.router import Route, route
from typed_openai.local.single import Single
from typed_openai.local.state import State

_PATH = PROJECTS.path
NAMES = ("code_interpreter", "file_search", "image_generation", "mcp", "web_search")
LIMITS: Item = {"max_requests_per_1_minute": 500, "max_tokens_per_1_minute": 200_000}
"""What a project may ask of each model before somebody changes it."""
MODELS = Single(
    "list of models",
    f"{_PATH}/model_permissions",
    "project.model_permissions",
    {"mode": "deny_list", "model_ids": []},
    PROJECTS,
)
TOOLS = Single(
    "tools",
    f"{_PATH}/hosted_tool_permissions",
    "",
    {name: {"enabled": True} for name in NAMES},
    PROJECTS,
    partly=True,
)
RETENTION = Single(
    "data retention",
    f"{_PATH}/data_retention",
    "project.data_retention",
    {"type": "organization_default"},
    PROJECTS,
    set=lambda said: {"type": said["retention_type"]},
)
LIMIT = Single(
    "spend limit",
    f"{_PATH}/spend_limit",
    "project.spend_limit",
    within=PROJECTS,
    set=lambda said: {**said, "enforcement": {"status": "inactive"}},
)
TIERS = Single(
    "service tiers",
    f"{_PATH}/service_tier_settings",
    "project.service_tier_settings",
    {"default": "standard", "enabled_tiers": "all"},
    PROJECTS,
    partly=True,
)
ALERTS = Kept(
    "spend alert", f"{_PATH}/spend_alerts/{{alert_id}}", "alert_", "project.spend_alert", within=PROJECTS, order="asc"
)
RATES = Kept(
    "rate limit",
    f"{_PATH}/rate_limits/{{rate_limit_id}}",
    "rl-",
    "project.rate_limit",
    within=PROJECTS,
    order="asc",
    limit=100,
)


def _certificate(state: State, certificate: Item, project: str) -> Item:
    return listed(state, certificate, project in certificate.get("_projects", ()), "organization.project")


def switched(word: str, active: bool) -> Route:
    """The route that makes certificates active or inactive in a project: all of them or, when one is gone, none."""

    def switch(request: Request, state: State) -> Reply:
        project = PROJECTS.at(request, state)["id"]
        found = [CERTIFICATES.find(state, each) for each in request.given["certificate_ids"]]
        for each in found:
            within = {*each.get("_projects", ()), project} if active else {*each.get("_projects", ())} - {project}
            CERTIFICATES.put(state, each, _projects=within)
        data = [_certificate(state, CERTIFICATES.find(state, each["id"]), project) for each in found]
        return Reply({"object": f"organization.project.certificate.{word.removesuffix('e')}ion", "data": data})

    return Route("POST", f"{_PATH}/certificates/{word}", switch)


ROUTES = (
    *MODELS.routes("retrieve", "update", "delete"),
    *TOOLS.routes("retrieve", "update"),
    *TIERS.routes("retrieve", "update"),
    *RETENTION.routes("retrieve", "update"),
    *LIMIT.routes("retrieve", "update", "delete"),
    *ALERTS.routes(*CRUD),
    switched("activate", active=True),
    switched("deactivate", active=False),
)


def _prepared(request: Request, state: State) -> None:
    """Let a project have its rate limits: one for each model that this server was made with."""
    of = RATES.of(request, state)
    for model in BUILT_IN:
        if RATES.get(state, *of, f"rl-{model}") is None:
            RATES.make(state, *of, id=f"rl-{model}", model=model, **LIMITS)


@route("GET", RATES.list_path)
def rate_limits(request: Request, state: State) -> Reply:
    """The rate limits of a project."""
    _prepared(request, state)
    return RATES.listing(request, state)


@route("POST", RATES.path)
def update_rate_limit(request: Request, state: State) -> Reply:
    """Change the rate limit of a model."""
    _prepared(request, state)
    return RATES.update(request, state)


@route("GET", f"{_PATH}/certificates")
def certificates(request: Request, state: State) -> Reply:
    """The certificates of the organization, with whether they are active in a project."""
    project = PROJECTS.at(request, state)["id"]
    return Reply(page(request, [_certificate(state, each, project) for each in CERTIFICATES.all(state)]))
