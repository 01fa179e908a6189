"""`/organization`: alerts and a limit for what is spent, what is kept of data, keys and buckets of a cloud.

Weak spots: nothing is ever spent here, and so no mail sent; keys and buckets are kept and not used, and are all found
to be good; regions of buckets are made up.
"""

from __future__ import annotations

from typed_openai.local.exchange import Reply, Request
from typed_openai.local.kept import CRUD, Item, Kept, Move
from typed_openai.local.router import route
from typed_openai.local.single import Single
from typed_openai.local.state import State

FOUND: Item = {"region": "eu-central-1", "account_id": "1", "external_id": "org-local", "audience": "org-local"}
"""What the service says of a bucket beside what it was told."""
ALERTS = Kept("spend alert", "/organization/spend_alerts/{alert_id}", "alert_", "organization.spend_alert", order="asc")
LIMIT = Single(
    "spend limit",
    "/organization/spend_limit",
    "organization.spend_limit",
    set=lambda said: {**said, "enforcement": {"status": "inactive"}},
)
RETENTION = Single(
    "data retention",
    "/organization/data_retention",
    "organization.data_retention",
    first={"type": "modified_abuse_monitoring"},
    set=lambda said: {"type": said["retention_type"]},
)
KEYS = Kept(
    "external key",
    "/organization/external_keys/{external_key_id}",
    "ekey_",
    "organization.external_key",
    first={"purpose": "ekm", "workspace_id": "org-local", "api_project_ids": []},
)
STORAGE = Kept(
    "external storage",
    "/organization/external_storage/{external_storage_id}",
    "estore_",
    "organization.external_storage",
    first={"geography": "EU", "status": "pending"},
    made=lambda said, state: {**said, "provider": {**FOUND, **said["provider"]}},
)
ROUTES = (
    *ALERTS.routes(*CRUD),
    *LIMIT.routes("retrieve", "update", "delete"),
    *RETENTION.routes("retrieve", "update"),
    *KEYS.routes("create", "list", "retrieve"),
    *STORAGE.routes("create", "list", "retrieve", "delete"),
    *STORAGE.moves(validate=Move("validated")),
)


@route("DELETE", KEYS.path)
def delete_key(request: Request, state: State) -> Reply:
    """Take a key away, and say what it was."""
    found = KEYS.at(request, state)
    KEYS.forget(state, found)
    return Reply(KEYS.show(state, found))


@route("POST", f"{KEYS.path}/validate")
def validate_key(request: Request, state: State) -> Reply:
    """A key is good that is there."""
    KEYS.at(request, state)
    return Reply({"status": "valid"})
