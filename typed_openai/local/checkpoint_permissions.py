"""`/fine_tuning/checkpoints/{checkpoint}/permissions`: which projects may use a checkpoint. Kept, and without effect.

Weak spot: the service wants an admin key and a checkpoint that exists; here any name will do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from typed_openai.local.errors import missing, not_found
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.paging import page
from typed_openai.local.router import route
from typed_openai.local.state import Collection, State

ORDERS = {"ascending": "asc", "descending": "desc"}


@dataclass(frozen=True, slots=True)
class Permission:
    """One project that may use one checkpoint."""

    id: str
    checkpoint: str
    project: str
    created: int

    def shown(self) -> dict[str, object]:
        """The permission as the API shows it."""
        return {
            "object": "checkpoint.permission",
            "id": self.id,
            "created_at": self.created,
            "project_id": self.project,
        }


class Permissions(Collection[Permission]):
    """The permissions of one server."""


@route("POST", "/fine_tuning/checkpoints/{fine_tuned_model_checkpoint}/permissions")
def create(request: Request, state: State) -> Reply:
    """Let projects use a checkpoint."""
    projects = request.arguments().strings("project_ids")
    if not projects:
        raise missing("project_ids")
    made: list[dict[str, object]] = []
    for project in projects:
        checkpoint = request.path_params["fine_tuned_model_checkpoint"]
        permission = Permission(state.new_id("cp_"), checkpoint, project, state.now())
        state.part(Permissions).put(permission.id, permission)
        made.append(permission.shown())
    return Reply(
        {"object": "list", "data": made, "first_id": made[0]["id"], "last_id": made[-1]["id"], "has_more": False}
    )


@route("GET", "/fine_tuning/checkpoints/{fine_tuned_model_checkpoint}/permissions")
def listing(request: Request, state: State) -> Reply:
    """The permissions of a checkpoint in pages, newest first."""
    checkpoint, project = request.path_params["fine_tuned_model_checkpoint"], request.query_text("project_id")
    found = [
        each.shown()
        for each in state.part(Permissions).values()
        if each.checkpoint == checkpoint and project in (None, each.project)
    ]
    order = ORDERS[request.query_choice("order", tuple(ORDERS), "descending")]
    asked = replace(request, query={**request.query, "order": [order]})  # this list has words of its own for it
    return Reply(page(asked, found, default_limit=10))


@route("DELETE", "/fine_tuning/checkpoints/{fine_tuned_model_checkpoint}/permissions/{permission_id}")
def delete(request: Request, state: State) -> Reply:
    """Take a permission back."""
    identifier = request.path_params["permission_id"]
    found = state.part(Permissions).get(identifier)
    if found is None or found.checkpoint != request.path_params["fine_tuned_model_checkpoint"]:
        raise not_found("permission", identifier, "permission_id")
    state.part(Permissions).pop(identifier)
    return Reply({"object": "checkpoint.permission", "id": identifier, "deleted": True})
