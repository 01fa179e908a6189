"""`/organization/projects/...`: what a project may do, keep and spend.

Weak spots: all of it is kept, and nothing of it heeded; a project has rate limits for the models of this server.
"""

from __future__ import annotations

from typed_openai.local.exchange import Reply, Request
from typed_openai.local.kept import Item, Kept
from typed_openai.local.models import BUILT_IN
from typed_openai.local.organization_access import certificates_of
from typed_openai.local.organization_settings import money_and_data
from typed_openai.local.projects import PROJECTS
from typed_openai.local.router import route
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
TIERS = Single(
    "service tiers",
    f"{_PATH}/service_tier_settings",
    "project.service_tier_settings",
    {"default": "standard", "enabled_tiers": "all"},
    PROJECTS,
    partly=True,
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


ROUTES = (
    *MODELS.routes("retrieve", "update", "delete"),
    *TOOLS.routes("retrieve", "update"),
    *TIERS.routes("retrieve", "update"),
    *money_and_data(_PATH, "project", PROJECTS, "organization_default"),
    *certificates_of(f"{_PATH}/certificates", "organization.project", PROJECTS),
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
