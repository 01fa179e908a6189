"""`/organization`: users, groups, roles, invitations, and who has which role.

Nobody is in the organization at first. Who was invited is: an invitation is `accepted` by the second question about it,
so that a program can see both.

For other areas: `ROLES`, `USERS` and `GROUPS` know what there is; `roles_of` makes the routes by which a kind of object
is given roles.

Weak spots: permissions allow nothing here, and are any words; a user has only the roles that were given to them, not
those of their groups; there are no roles of the service.
"""

from __future__ import annotations

from typed_openai.local.exchange import Reply, Request
from typed_openai.local.kept import CRUD, Item, Kept
from typed_openai.local.router import Route, route
from typed_openai.local.state import State

WEEK = 7 * 24 * 3600
MANY = 1000
"""Items to a page, of lists with a cursor."""


def _accepted(invite: Item, state: State) -> Item:
    """The second question about an invitation finds its user in the organization."""
    asked = {**invite, "_asked": invite["_asked"] + 1}
    if asked["_asked"] != 2 or asked["status"] != "pending":
        return asked
    name, now = asked["email"].partition("@")[0], state.now()
    USERS.make(state, email=asked["email"], name=name, role=asked["role"], added_at=now, created=now)
    return {**asked, "status": "accepted", "accepted_at": now}


INVITES = Kept(
    "invite",
    "/organization/invites/{invite_id}",
    "invite-",
    first={"projects": [], "status": "pending", "_asked": 0},
    made=lambda said, state: {**said, "expires_at": state.now() + WEEK},
    asked=_accepted,
)
USERS = Kept("user", "/organization/users/{user_id}", "user-")
GROUPS = Kept(
    "group",
    "/organization/groups/{group_id}",
    "group_",
    "group",
    order="asc",
    limit=100,
    most=MANY,
    cursor=True,
    first={"is_scim_managed": False, "scim_managed": False, "group_type": "group"},
)
ROLES = Kept(
    "role",
    "/organization/roles/{role_id}",
    "role_",
    order="asc",
    limit=MANY,
    most=MANY,
    cursor=True,
    called={"role_name": "name"},
    first={
        **dict.fromkeys(("description", "created_by", "created_by_user_obj", "metadata")),
        "permissions": [],
        "resource_type": "api.organization",
        "predefined_role": False,
    },
    made=lambda said, state: {**said, "updated_at": state.now()},
)
IN_GROUPS = Kept(
    "user of the group",
    "/organization/groups/{group_id}/users/{user_id}",
    "user-",
    within=GROUPS,
    limit=100,
    most=MANY,
    cursor=True,
    alive=lambda item, state: USERS.get(state, item["id"]) is not None,
    shown=lambda item, state: {**USERS.find(state, item["id"]), **_OF_GROUPS},
)
_OF_GROUPS: Item = {"picture": None, "is_service_account": False, "user_type": "user"}


def roles_of(whom: Kept, word: str, path: str, roles: Kept = ROLES) -> tuple[Route, ...]:
    """The routes by which objects of a kind (`word`: `user`) are given roles, at this path."""

    def shown(item: Item, state: State) -> Item:
        source = {"principal_id": item["_of"][-1], "principal_type": word}
        return {**roles.find(state, *item["_role"]), "assignment_sources": [source]}

    def give(request: Request, state: State) -> Reply:
        of = held.of(request, state)
        role = roles.find(state, *of[: len(roles.names) - 1], request.given["role_id"])
        held.make(state, *of, id=role["id"], _role=(*role["_of"], role["id"]))
        about = {word: whom.show(state, whom.find(state, *of)), "role": roles.show(state, role)}
        return Reply({"object": held.tag, **about})

    held = Kept("role", path, "role_", f"{word}.role", within=whom, limit=MANY, most=MANY, cursor=True, shown=shown)
    held.alive = lambda item, state: roles.get(state, *item["_role"]) is not None
    return (Route("POST", held.list_path, give), *held.routes("list", "retrieve", "delete"))


ROUTES = (
    *INVITES.routes("create", "list", "retrieve", "delete"),
    *USERS.routes("list", "retrieve", "update", "delete"),
    *roles_of(USERS, "user", "/organization/users/{user_id}/roles/{role_id}"),
    *GROUPS.routes(*CRUD),
    *roles_of(GROUPS, "group", "/organization/groups/{group_id}/roles/{role_id}"),
    *IN_GROUPS.routes("list", "retrieve", "delete"),
    *ROLES.routes(*CRUD),
)


@route("POST", IN_GROUPS.list_path)
def join(request: Request, state: State) -> Reply:
    """Put a user of the organization into a group."""
    of, user = IN_GROUPS.of(request, state), USERS.find(state, request.given["user_id"])
    IN_GROUPS.make(state, *of, id=user["id"])
    return Reply({"object": IN_GROUPS.tag, "user_id": user["id"], "group_id": of[0]})
