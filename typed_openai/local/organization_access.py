"""`/organization`: administrators' keys, certificates, workload identity.

Weak spots: keys open nothing here; nothing is read out of a certificate, which is good for a year from its upload; no
token of a provider is taken by anybody.
"""

from __future__ import annotations

from typing import Any

from typed_openai.local.exchange import Reply, Request
from typed_openai.local.kept import CRUD, Item, Kept
from typed_openai.local.paging import page
from typed_openai.local.router import Route, route
from typed_openai.local.state import State

YEAR = 365 * 24 * 3600
OWNER = {"type": "user", "object": "organization.user", "id": "user-local", "name": "local", "role": "owner"}


def _key(said: Item, state: State) -> Item:
    """A key, which is the same in each run and good for tests only."""
    value, now, seconds = f"sk-admin-{state.new_id('')}", state.now(), said.get("expires_in_seconds")
    about: Item = {"name": said["name"], "expires_at": now + seconds if seconds else None, "last_used_at": None}
    return {**about, "owner": {**OWNER, "created_at": now}, "redacted_value": f"sk-...{value[-4:]}", "_value": value}


KEYS = Kept(
    "administrator's key",
    "/organization/admin_api_keys/{key_id}",
    "key_",
    "organization.admin_api_key",
    order="asc",
    made=_key,
)
CERTIFICATES = Kept(
    "certificate",
    "/organization/certificates/{certificate_id}",
    "cert_",
    "certificate",
    first={"name": None, "_active": False},
    made=lambda said, state: {
        **{name: value for name, value in said.items() if name != "certificate"},
        "certificate_details": {"valid_at": state.now(), "expires_at": state.now() + YEAR},
        "_content": said["certificate"],
    },
)
_IDENTITY = "/organization/workload_identity_providers/{workload_identity_provider_id}"
PROVIDERS = Kept(
    "workload identity provider",
    _IDENTITY,
    "wip_",
    "organization.workload_identity_provider",
    first={
        "description": None,
        "enabled": True,
        "attribute_transformations": [],
        "verification": {"type": "discovery", "discovery_url": None},
    },
    made=lambda said, state: {**said, "updated_at": state.now()},
)
RULES = Kept(
    "federation rule",
    f"{_IDENTITY}/federation_rules/{{workload_identity_federation_rule_id}}",
    "wifr_",
    "organization.workload_identity_federation_rule",
    within=PROVIDERS,
    first={"name": None, "description": None, "enabled": True, "permissions": {"type": "service_account_default"}},
    made=lambda said, state: {**said, "updated_at": state.now()},
    shown=lambda rule, state: {**rule, "workload_identity_provider_id": rule["_of"][0]},
)


def listed(state: State, certificate: Item, active: bool, where: str = "organization") -> Item:
    """A certificate as lists of the organization or of a project show it."""
    return {**CERTIFICATES.show(state, certificate), "object": f"{where}.certificate", "active": active}


def switched(word: str, active: bool) -> Route:
    """The route that makes certificates active or inactive: all of them or, when one is not there, none."""

    def switch(request: Request, state: State) -> Reply:
        found = [CERTIFICATES.find(state, each) for each in request.given["certificate_ids"]]
        changed = [CERTIFICATES.put(state, each, _active=active) for each in found]
        data = [listed(state, each, active) for each in changed]
        return Reply({"object": f"organization.certificate.{word.removesuffix('e')}ion", "data": data})

    return Route("POST", f"/organization/certificates/{word}", switch)


ROUTES = (
    *KEYS.routes("list", "retrieve", "delete"),
    *CERTIFICATES.routes("create", "update", "delete"),
    switched("activate", active=True),
    switched("deactivate", active=False),
    *PROVIDERS.routes(*CRUD),
    *RULES.routes(*CRUD),
)


@route("POST", KEYS.list_path)
def create_key(request: Request, state: State) -> Reply:
    """Make a key; it is told here."""
    made = KEYS.make(state, **_key(dict(request.given), state))
    return Reply({**KEYS.show(state, made), "value": made["_value"]})


@route("GET", CERTIFICATES.list_path)
def list_certificates(request: Request, state: State) -> Reply:
    """Certificates with whether they are active."""
    return Reply(page(request, [listed(state, each, each["_active"]) for each in CERTIFICATES.all(state)]))


@route("GET", CERTIFICATES.path)
def certificate(request: Request, state: State) -> Reply:
    """A certificate, with what is in it when that is asked for."""
    found = CERTIFICATES.at(request, state)
    shown: dict[str, Any] = CERTIFICATES.show(state, found)
    if "content" in (request.given.get("include") or ()):
        shown["certificate_details"] = {**shown["certificate_details"], "content": found["_content"]}
    return Reply(shown)
