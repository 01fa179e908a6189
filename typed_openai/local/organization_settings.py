"""`/organization`: alerts and a limit for what is spent, what is kept of data, keys and buckets of a cloud.

Weak spots: nothing is ever spent here, and so no mail sent; keys and buckets are kept and not used, and are all found
to be good; regions of buckets are made up.
"""

from __future__ import annotations

from typed_openai.local.exchange import Reply, Request
from typed_openai.local.kept import CRUD, Item, Kept, Move
from typed_openai.local.router import Route, route
from typed_openai.local.single import Single
from typed_openai.local.state import State

FOUND: Item = {"region": "eu-central-1", "account_id": "1", "external_id": "org-local", "audience": "org-local"}
"""What the service says of a bucket beside what it was told."""


def money_and_data(path: str, kind: str, within: Kept | None, kept: str) -> tuple[Route, ...]:
    """The routes for what the organization or a project may spend, and for what is `kept` of its data."""
    spent = Single("spend limit", f"{path}/spend_limit", f"{kind}.spend_limit", within=within, set=_unspent)
    alerts = Kept("spend alert", f"{path}/spend_alerts/{{alert_id}}", "alert_", f"{kind}.spend_alert", within=within)
    alerts.order = "asc"
    data = Single(
        "data retention", f"{path}/data_retention", f"{kind}.data_retention", {"type": kept}, within, _retained
    )
    limits = (*spent.routes("retrieve", "update", "delete"), *data.routes("retrieve", "update"))
    return (*limits, *alerts.routes(*CRUD))


def _unspent(said: Item) -> Item:
    return {**said, "enforcement": {"status": "inactive"}}


def _retained(said: Item) -> Item:
    return {"type": said["retention_type"]}


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
    first={"geography": "EU", "status": "pending"},
    made=lambda said, state: {**said, "provider": {**FOUND, **said["provider"]}},
)
ROUTES = (
    *money_and_data("/organization", "organization", None, "modified_abuse_monitoring"),
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
