"""`/organization`: administrators' keys, certificates, workload identity.

Weak spots: keys open nothing here; nothing is read out of a certificate, which is good for a year from its upload; no
token of a provider is taken by anybody.
"""

from __future__ import annotations

from typed_openai.local.exchange import Reply, Request
from typed_openai.local.kept import CRUD, Item, Kept
from typed_openai.local.paging import page
from typed_openai.local.router import Route
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
    order="asc",
    made=_key,
    once={"value": "_value"},
)
CERTIFICATES = Kept(
    "certificate",
    "/organization/certificates/{certificate_id}",
    "cert_",
    first={"name": None, "_active": {}},
    made=lambda said, state: {
        **{name: value for name, value in said.items() if name != "certificate"},
        "certificate_details": {"valid_at": state.now(), "expires_at": state.now() + YEAR},
        "_content": said["certificate"],
    },
    included=lambda certificate, include: _with_content(certificate) if "content" in include else certificate,
)
_IDENTITY = "/organization/workload_identity_providers/{workload_identity_provider_id}"
PROVIDERS = Kept(
    "workload identity provider",
    _IDENTITY,
    "wip_",
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
    within=PROVIDERS,
    first={"name": None, "description": None, "enabled": True, "permissions": {"type": "service_account_default"}},
    made=lambda said, state: {**said, "updated_at": state.now()},
    shown=lambda rule, state: {**rule, "workload_identity_provider_id": rule["_of"][0]},
)


def _with_content(certificate: Item) -> Item:
    details = {**certificate["certificate_details"], "content": certificate["_content"]}
    return {**certificate, "certificate_details": details}


def certificates_of(path: str, kind: str, within: Kept | None = None) -> tuple[Route, ...]:
    """The routes that list certificates, and make them active or inactive: in the organization or in a project."""

    def listed(request: Request, state: State) -> Reply:
        place = _place(request, state)
        return Reply(page(request, [_shown(each, place, state) for each in CERTIFICATES.all(state)]))

    def switched(word: str, active: bool) -> Route:
        def switch(request: Request, state: State) -> Reply:
            place = _place(request, state)
            found = [
                CERTIFICATES.find(state, each) for each in request.given["certificate_ids"]
            ]  # all of them, or none
            for each in found:
                CERTIFICATES.put(state, each, _active={**each["_active"], place: active})
            data = [_shown(CERTIFICATES.find(state, each["id"]), place, state) for each in found]
            return Reply({"object": f"{kind}.certificate.{word.removesuffix('e')}ion", "data": data})

        return Route("POST", f"{path}/{word}", switch)

    def _place(request: Request, state: State) -> str:
        return "" if within is None else str(within.at(request, state)["id"])

    def _shown(certificate: Item, place: str, state: State) -> Item:
        active = certificate["_active"].get(place, False)
        return {**CERTIFICATES.show(state, certificate), "object": f"{kind}.certificate", "active": active}

    return (Route("GET", path, listed), switched("activate", active=True), switched("deactivate", active=False))


ROUTES = (
    *KEYS.routes("create", "list", "retrieve", "delete"),
    *CERTIFICATES.routes("create", "retrieve", "update", "delete"),
    *certificates_of("/organization/certificates", "organization"),
    *PROVIDERS.routes(*CRUD),
    *RULES.routes(*CRUD),
)
