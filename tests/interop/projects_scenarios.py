"""What is asked of steady about projects, about what an organization uses, and about what was done in it.

What the description does not know (service tiers, changes of keys, usage of decisions) is not asked of steady; its
scenarios serve the tests that need one call of each operation.
"""

from __future__ import annotations

from typing import Any

from tests.interop.organization_scenarios import ALERT, LIMIT, PAGE
from tests.interop.scenario import Scenario, scenario
from typed_openai.models.base import NULL

AT = "admin.organization.projects"
USAGE = "admin.organization.usage"
IN: dict[str, Any] = {"project_id": "proj_1"}
SPAN: dict[str, Any] = {"start_time": 1_750_000_000, "end_time": 1_750_600_000, "limit": 7, "page": "page_1"}
BY_KEY: dict[str, Any] = {**SPAN, "project_ids": ["proj_1"], "api_key_ids": ["key_1", "key_2"], "user_ids": ["user_1"]}

PROJECTS: list[Scenario] = [
    scenario(f"{AT}.create", "by name", name="Atlas"),
    scenario(f"{AT}.create", "somewhere", name="Atlas", residency="EU_STORAGE_PROCESSING", external_key_id=NULL),
    scenario(f"{AT}.retrieve", "by id", "proj_1"),
    scenario(f"{AT}.update", "of its name", "proj_1", name="Pleione", external_key_id="ekey_1"),
    scenario(f"{AT}.list", "all of them"),
    scenario(f"{AT}.list", "with every filter", after="proj_0", limit=3, include_archived=True),
    scenario(f"{AT}.archive", "by id", "proj_1"),
]
ACCESS: list[Scenario] = [
    scenario(f"{AT}.users.create", "by id", "proj_1", user_id="user_1", role="member"),
    scenario(f"{AT}.users.create", "by address", "proj_1", email="a@example.com", role="owner", user_id=NULL),
    scenario(f"{AT}.users.retrieve", "by ids", "user_1", **IN),
    scenario(f"{AT}.users.update", "of the role", "user_1", **IN, role="owner"),
    scenario(f"{AT}.users.list", "a page", "proj_1", after="user_0", limit=3),
    scenario(f"{AT}.users.delete", "by ids", "user_1", **IN),
    scenario(f"{AT}.users.roles.create", "by ids", "user_1", **IN, role_id="role_1"),
    scenario(f"{AT}.users.roles.retrieve", "by ids", "role_1", **IN, user_id="user_1"),
    scenario(f"{AT}.users.roles.list", "a page", "user_1", **IN, **PAGE),
    scenario(f"{AT}.users.roles.delete", "by ids", "role_1", **IN, user_id="user_1"),
    scenario(f"{AT}.groups.create", "by id", "proj_1", group_id="group_1", role="member"),
    scenario(f"{AT}.groups.retrieve", "of a kind", "group_1", **IN, group_type="tenant_group"),
    scenario(f"{AT}.groups.list", "a page", "proj_1", **PAGE),
    scenario(f"{AT}.groups.delete", "by ids", "group_1", **IN),
    scenario(f"{AT}.groups.roles.create", "by ids", "group_1", **IN, role_id="role_1"),
    scenario(f"{AT}.groups.roles.retrieve", "by ids", "role_1", **IN, group_id="group_1"),
    scenario(f"{AT}.groups.roles.list", "a page", "group_1", **IN, **PAGE),
    scenario(f"{AT}.groups.roles.delete", "by ids", "role_1", **IN, group_id="group_1"),
    scenario(f"{AT}.roles.create", "by name", "proj_1", role_name="auditor", permissions=["api.usage.read"]),
    scenario(f"{AT}.roles.retrieve", "by ids", "role_1", **IN),
    scenario(f"{AT}.roles.update", "of all", "role_1", **IN, role_name="reader", permissions=["a"], description=NULL),
    scenario(f"{AT}.roles.list", "a page", "proj_1", **PAGE),
    scenario(f"{AT}.roles.delete", "by ids", "role_1", **IN),
    scenario(f"{AT}.service_accounts.create", "by name", "proj_1", name="bot"),
    scenario(f"{AT}.service_accounts.create", "without a key", "proj_1", name="bot", create_service_account_only=True),
    scenario(f"{AT}.service_accounts.retrieve", "by ids", "sa_1", **IN),
    scenario(f"{AT}.service_accounts.update", "of all", "sa_1", **IN, name="robot", role="owner"),
    scenario(f"{AT}.service_accounts.list", "a page", "proj_1", after="sa_0", limit=3),
    scenario(f"{AT}.service_accounts.delete", "by ids", "sa_1", **IN),
    scenario(f"{AT}.service_accounts.api_keys.create", "by ids", "sa_1", **IN, name="second", scopes=["api.all.read"]),
    scenario(f"{AT}.api_keys.retrieve", "by ids", "key_1", **IN),
    scenario(f"{AT}.api_keys.update", "of all", "key_1", **IN, scopes=[], expires_in_seconds=3600),
    scenario(f"{AT}.api_keys.list", "a page", "proj_1", after="key_0", limit=3, owner_project_access="any"),
    scenario(f"{AT}.api_keys.delete", "by ids", "key_1", **IN),
]
SETTINGS: list[Scenario] = [
    scenario(f"{AT}.rate_limits.list_rate_limits", "a page", "proj_1", after="rl_0", before="rl_9", limit=3),
    scenario(
        f"{AT}.rate_limits.update_rate_limit",
        "of all",
        "rl_1",
        **IN,
        batch_1_day_max_input_tokens=1,
        max_audio_megabytes_per_1_minute=2,
        max_images_per_1_minute=3,
        max_requests_per_1_day=4,
        max_requests_per_1_minute=5,
        max_tokens_per_1_minute=6,
    ),
    scenario(f"{AT}.model_permissions.retrieve", "by id", "proj_1"),
    scenario(f"{AT}.model_permissions.update", "a list", "proj_1", mode="deny_list", model_ids=["gpt-4o"]),
    scenario(f"{AT}.model_permissions.delete", "by id", "proj_1"),
    scenario(f"{AT}.hosted_tool_permissions.retrieve", "by id", "proj_1"),
    scenario(f"{AT}.hosted_tool_permissions.update", "of two", "proj_1", mcp={"enabled": False}, web_search=NULL),
    scenario(f"{AT}.service_tier_settings.retrieve", "by id", "proj_1"),
    scenario(f"{AT}.service_tier_settings.update", "of all", "proj_1", default="fast", enabled_tiers=["flex", "fast"]),
    scenario(f"{AT}.service_tier_settings.update", "for all", "proj_1", enabled_tiers="all"),
    scenario(f"{AT}.data_retention.retrieve", "by id", "proj_1"),
    scenario(f"{AT}.data_retention.update", "as the organization", "proj_1", retention_type="organization_default"),
    scenario(f"{AT}.spend_limit.retrieve", "by id", "proj_1"),
    scenario(f"{AT}.spend_limit.update", "by id", "proj_1", **LIMIT),
    scenario(f"{AT}.spend_limit.delete", "by id", "proj_1"),
    scenario(f"{AT}.spend_alerts.create", "by mail", "proj_1", **ALERT),
    scenario(f"{AT}.spend_alerts.retrieve", "by ids", "alert_1", **IN),
    scenario(f"{AT}.spend_alerts.update", "of all", "alert_1", **IN, **ALERT),
    scenario(f"{AT}.spend_alerts.list", "a page", "proj_1", **PAGE, before="alert_9"),
    scenario(f"{AT}.spend_alerts.delete", "by ids", "alert_1", **IN),
    scenario(f"{AT}.certificates.list", "a page", "proj_1", **PAGE),
    scenario(f"{AT}.certificates.activate", "two", "proj_1", certificate_ids=["cert_1", "cert_2"]),
    scenario(f"{AT}.certificates.deactivate", "one", "proj_1", certificate_ids=["cert_1"]),
]
USED: list[Scenario] = [
    *(
        scenario(f"{USAGE}.{kind}", "with every filter", **BY_KEY, models=["gpt-4o"], group_by=["model", "user_id"])
        for kind in ("audio_speeches", "audio_transcriptions", "embeddings", "moderations")
    ),
    *(
        scenario(f"{USAGE}.{kind}", "with every filter", **BY_KEY, bucket_width="1h", batch=True, group_by=["batch"])
        for kind in ("completions", "decisions")
    ),
    *(
        scenario(f"{USAGE}.{kind}", "with every filter", **SPAN, project_ids=["proj_1"], group_by=["project_id"])
        for kind in ("code_interpreter_sessions", "vector_stores")
    ),
    scenario(f"{USAGE}.completions", "since a moment", start_time=1_750_000_000),
    scenario(f"{USAGE}.file_search_calls", "with every filter", **BY_KEY, vector_store_ids=["vs_1"], bucket_width="1m"),
    scenario(
        f"{USAGE}.images",
        "with every filter",
        **BY_KEY,
        sizes=["256x256", "1024x1792"],
        sources=["image.edit"],
        group_by=["size", "source"],
    ),
    scenario(f"{USAGE}.web_search_calls", "with every filter", **BY_KEY, context_levels=["low"], models=["gpt-4o"]),
    scenario(f"{USAGE}.costs", "by day", start_time=1_750_000_000),
    scenario(
        f"{USAGE}.costs",
        "with every filter",
        **SPAN,
        bucket_width="1d",
        project_ids=["proj_1"],
        api_key_ids=["key_1"],
        group_by=["line_item", "project_id"],
    ),
    scenario("admin.organization.audit_logs.list", "all of them"),
    scenario(
        "admin.organization.audit_logs.list",
        "with every filter",
        actor_emails=["a@example.com"],
        actor_ids=["user_1"],
        after="audit_0",
        before="audit_9",
        effective_at={"gte": 1_750_000_000, "lt": 1_750_600_000},
        event_types=["project.created", "api_key.deleted"],
        limit=3,
        project_ids=["proj_1"],
        resource_ids=["proj_1"],
        tenant_only=False,
    ),
]
PROJECT_SCENARIOS = [*PROJECTS, *ACCESS, *SETTINGS, *USED]
