"""`/organization/projects`: projects, and who works in them, with which roles and keys.

For other areas: `PROJECTS` knows what there is. A service account is made with a key, a user's keys are made on the
dashboard, which this server does not have: a project has the keys of its service accounts.

Weak spots: keys open nothing here; roles and scopes are any words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typed_openai.local.errors import missing
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.kept import CRUD, Item, Kept
from typed_openai.local.organization_members import GROUPS as ALL_GROUPS
from typed_openai.local.organization_members import MANY, roles_of
from typed_openai.local.organization_members import ROLES as ALL_ROLES
from typed_openai.local.organization_members import USERS as ALL_USERS
from typed_openai.local.router import route
from typed_openai.local.state import State

_PATH = "/organization/projects/{project_id}"
_OF = "/projects/{project_id}"


PROJECTS = Kept(
    "project",
    _PATH,
    "proj_",
    first={"name": None, "external_key_id": None, "archived_at": None},
    made=lambda said, _: {name: value for name, value in said.items() if name != "geography"},
    shown=lambda project, _: {**project, "status": "archived" if project["archived_at"] else "active"},
    wanted=lambda project, given: bool(given.get("include_archived")) or not project["archived_at"],
)
USERS = Kept("user of the project", f"{_PATH}/users/{{user_id}}", "user-", within=PROJECTS)
GROUPS = Kept(
    "group of the project",
    f"{_PATH}/groups/{{group_id}}",
    "group_",
    named="",
    within=PROJECTS,
    order="asc",
    cursor=True,
    shown=lambda group, _: {name: value for name, value in group.items() if name != "id"},
)
"""They have no `id` of their own, only that of the group."""
ROLES = Kept(
    "role",
    f"{_OF}/roles/{{role_id}}",
    "role_",
    within=PROJECTS,
    order="asc",
    limit=MANY,
    most=MANY,
    cursor=True,
    called=ALL_ROLES.called,
    first={**ALL_ROLES.first, "resource_type": "api.project"},
    made=ALL_ROLES.made,
)
ACCOUNTS = Kept(
    "service account",
    f"{_PATH}/service_accounts/{{service_account_id}}",
    "user-",
    within=PROJECTS,
    gone=lambda account, state: _void(account, state),
)
KEYS = Kept(
    "API key",
    f"{_PATH}/api_keys/{{api_key_id}}",
    "key_",
    within=PROJECTS,
    first={"last_used_at": None, "owner_project_access": "active"},
    changed=lambda _, said, state: {"expires_at": _end(said, state)} if _end(said, state) else {},
)


def _as_known(members: Kept, everybody: Kept) -> Kept:
    """The same members of projects, shown as the organization knows them."""
    about = members.what, members.path, members.prefix, members.kind
    known = Kept(*about, within=PROJECTS, parts=members.parts)
    known.shown = lambda member, state: everybody.show(state, everybody.find(state, member["id"]))
    return known


def _end(given: Mapping[str, Any], state: State) -> int | None:
    """Until when a key is good that is to be good for so long; None for ever."""
    seconds = given.get("expires_in_seconds")
    return state.now() + int(seconds) if seconds else None


def _void(account: Item, state: State) -> None:
    """The keys of a service account go with it."""
    for key in KEYS.all(state, *account["_of"]):
        if key["_account"] == account["id"]:
            KEYS.forget(state, key)


ROUTES = (
    *PROJECTS.routes("create", "list", "retrieve", "update"),
    *USERS.routes("list", "retrieve", "update", "delete"),
    *roles_of(_as_known(USERS, ALL_USERS), "user", f"{_OF}/users/{{user_id}}/roles/{{role_id}}", ROLES),
    *roles_of(_as_known(GROUPS, ALL_GROUPS), "group", f"{_OF}/groups/{{group_id}}/roles/{{role_id}}", ROLES),
    *GROUPS.routes("list", "retrieve", "delete"),
    *ROLES.routes(*CRUD),
    *ACCOUNTS.routes("list", "retrieve", "update", "delete"),
    *KEYS.routes("list", "retrieve", "update", "delete"),
)


@route("POST", f"{_PATH}/archive")
def archive(request: Request, state: State) -> Reply:
    """Archive a project, once and for all."""
    found = PROJECTS.at(request, state)
    return PROJECTS.reply(state, PROJECTS.put(state, found, archived_at=found["archived_at"] or state.now()))


@route("POST", USERS.list_path)
def add_user(request: Request, state: State) -> Reply:
    """Let a user of the organization work in a project."""
    of, given = USERS.of(request, state), request.given
    named = {"id": given.get("user_id"), "email": given.get("email")}
    if not any(named.values()):
        raise missing("user_id")
    wanted = {name: value for name, value in named.items() if value}
    user = next((each for each in ALL_USERS.all(state) if wanted.items() <= each.items()), None)
    user = user or ALL_USERS.find(state, wanted.get("id") or wanted["email"])
    about = {name: user.get(name) for name in ("id", "email", "name")}
    return USERS.reply(state, USERS.make(state, *of, **about, role=given["role"], added_at=state.now()))


@route("POST", GROUPS.list_path)
def add_group(request: Request, state: State) -> Reply:
    """Let the members of a group work in a project."""
    of, group = GROUPS.of(request, state), ALL_GROUPS.find(state, request.given["group_id"])
    about = {"project_id": of[0], "group_id": group["id"], "group_name": group["name"], "group_type": "group"}
    return GROUPS.reply(state, GROUPS.make(state, *of, id=group["id"], **about))


@route("POST", ACCOUNTS.list_path)
def add_account(request: Request, state: State) -> Reply:
    """Make a service account, with a key unless it is to be without."""
    of, given = ACCOUNTS.of(request, state), request.given
    bare = bool(given.get("create_service_account_only"))
    account = ACCOUNTS.make(state, *of, name=given["name"], role="none" if bare else "member")
    key = None if bare else _key(state, account, "Secret Key", given)
    return Reply({**ACCOUNTS.show(state, account), "api_key": key})


@route("POST", f"{ACCOUNTS.path}/api_keys")
def add_key(request: Request, state: State) -> Reply:
    """Make a further key of a service account."""
    account, given = ACCOUNTS.at(request, state), request.given
    return Reply(_key(state, account, given.get("name") or "Secret Key", given))


def _key(state: State, account: Item, name: str, given: Mapping[str, Any]) -> Item:
    """A key as it is told once; the same in each run, and good for tests only."""
    value = state.new_id("sk-svcacct-")
    own = {each: account[each] for each in ("id", "name", "created_at", "role")}
    owner = {"type": "service_account", "service_account": own}
    about = {"name": name, "redacted_value": f"sk-...{value[-4:]}", "expires_at": _end(given, state)}
    key = KEYS.make(state, *account["_of"], **about, owner=owner, _account=account["id"])
    told = {each: key[each] for each in ("id", "name", "created_at", "expires_at")}
    return {"object": "organization.project.service_account.api_key", "value": value, **told}
