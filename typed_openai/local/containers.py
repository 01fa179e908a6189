"""`/containers`: containers and their files, byte for byte, until they are deleted, expire, or the server ends.

A container is `running` for as long as somebody asks for it or its files within `expires_after` (20 minutes of the
server's clock by default); after that it is `expired` and takes no more files.

Weak spots: nothing runs in these containers; files come only from `create`; network and skills are repeated, not used.
"""

from __future__ import annotations

from typed_openai.local.errors import ApiError, missing, wrong_value
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.files import FILES
from typed_openai.local.kept import Item, Kept
from typed_openai.local.router import route
from typed_openai.local.state import State

FOLDER = "/mnt/data/"


def runs(container: Item, state: State) -> bool:
    """Whether a container has been used recently enough."""
    return state.now() < int(container["last_active_at"] + 60 * container["expires_after"]["minutes"])


class Containers(Kept):
    """Being asked for keeps a container alive."""

    def find(self, state: State, *ids: str) -> Item:
        """The container; used now, unless its time is over."""
        found = super().find(state, *ids)
        return self.put(state, found, last_active_at=state.now()) if runs(found, state) else found


CONTAINERS = Containers(
    "container",
    "/containers/{container_id}",
    "cntr_",
    "container",
    first={
        "expires_after": {"anchor": "last_active_at", "minutes": 20},
        "memory_limit": "1g",
        "network_policy": {"type": "disabled"},
    },
    shown=lambda container, state: {**container, "status": "running" if runs(container, state) else "expired"},
)
FILES_WITHIN = Kept(
    "container file", "/containers/{container_id}/files/{file_id}", "cfile_", "container.file", within=CONTAINERS
)
ROUTES = CONTAINERS.routes("list", "retrieve", "delete") + FILES_WITHIN.routes("list", "retrieve", "delete", "content")


def _put_in(container: str, name: str, content: bytes, state: State) -> Item:
    path = FOLDER + name.replace("\\", "/").rpartition("/")[2]
    about = {"container_id": container, "bytes": len(content), "path": path, "source": "user"}
    return FILES_WITHIN.make(state, container, **about, _content=content)


@route("POST", "/containers")
def create(request: Request, state: State) -> Reply:
    """Make a container."""
    given = request.known
    sources = [FILES.find(state, each) for each in given.get("file_ids") or []]
    about = {name: given[name] for name in ("name", *CONTAINERS.first) if given.get(name)}
    container = CONTAINERS.make(state, **about, last_active_at=state.now())
    for file in sources:
        _put_in(container["id"], file["filename"], file["_content"], state)
    return CONTAINERS.reply(state, container)


@route("POST", FILES_WITHIN.list_path)
def create_file(request: Request, state: State) -> Reply:
    """Put a file into a container: one that is sent, or one that was uploaded before."""
    container = CONTAINERS.find(state, *FILES_WITHIN.of(request, state))
    if not runs(container, state):
        message = f"The container {container['id']!r} has expired."
        raise ApiError(400, message, param="container_id", code="expired")
    sent, uploaded = request.files("file"), request.given.get("file_id", "")
    if bool(sent) is bool(uploaded):
        both = "A container file comes from 'file' or from 'file_id', not from both."
        raise wrong_value("file_id", both) if sent else missing("file")
    file = None if sent else FILES.find(state, uploaded)
    name, content = (sent[0].name, sent[0].content) if file is None else (file["filename"], file["_content"])
    return FILES_WITHIN.reply(state, _put_in(container["id"], name, content, state))
