"""`/containers`: containers and their files, byte for byte, until they are deleted, expire, or the server ends.

A container is `running` for as long as somebody asks for it or its files within `expires_after` (20 minutes of the
server's clock by default); after that it is `expired` and takes no more files.

Weak spots: nothing runs in these containers; files come only from `create`; network and skills are repeated, not used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from typed_openai.local.arguments import Arguments, JsonObject
from typed_openai.local.errors import ApiError, missing, not_found, wrong_value
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.files import find_file
from typed_openai.local.forms import read_form
from typed_openai.local.paging import page
from typed_openai.local.router import route
from typed_openai.local.state import Collection, State

MEMORY = ("1g", "4g", "16g", "64g")
MINUTES = 20
"""How long a container lives on unused, unless it says otherwise."""
FOLDER = "/mnt/data/"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of a container."""

    shown: Mapping[str, object]
    content: bytes


@dataclass(frozen=True, slots=True)
class Container:
    """The object as it is shown while it runs, when it was used last, and its files by id, oldest first."""

    shown: Mapping[str, object]
    minutes: int
    used: int
    files: Mapping[str, Kept] = field(default_factory=dict)

    def runs(self, now: int) -> bool:
        """Whether it has been used recently enough."""
        return now < self.used + 60 * self.minutes

    def at(self, now: int) -> Mapping[str, object]:
        """As the API shows it now."""
        return {**self.shown, "status": "running" if self.runs(now) else "expired", "last_active_at": self.used}


class Containers(Collection[Container]):
    """The containers of one server."""


def _place(request: Request, state: State) -> tuple[str, Container]:
    """The container that a request is about; being asked for keeps it alive."""
    identifier = request.path_params["container_id"]
    containers = state.part(Containers)
    found = containers.found(identifier, "container", "container_id")
    if found.runs(state.now()):
        found = replace(found, used=state.now())
        containers.put(identifier, found)
    return identifier, found


def _file(request: Request, found: Container) -> Kept:
    identifier = request.path_params["file_id"]
    kept = found.files.get(identifier)
    if kept is None:
        raise not_found("container file", identifier, "file_id")
    return kept


def _minutes(body: Arguments) -> int:
    given = body.child("expires_after")
    if given is None:
        return MINUTES
    given.choice("anchor", ("last_active_at",))
    given.required("minutes")
    return given.integer("minutes", 1) or MINUTES


def _network(body: Arguments) -> JsonObject:
    given = body.child("network_policy")
    if given is None or given.choice("type", ("disabled", "allowlist")) == "disabled":
        return {"type": "disabled"}
    domains = given.strings("allowed_domains")
    if not domains:
        raise missing(given.path("allowed_domains"))
    return {"type": "allowlist", "allowed_domains": [*domains]}


def _uploaded(identifier: str, state: State) -> tuple[str, bytes]:
    """Name and bytes of an uploaded file."""
    found = find_file(state, identifier)
    if found is None:
        raise not_found("file", identifier, "file_id")
    return found.name, found.content


def _put_in(container: str, name: str, content: bytes, state: State) -> Kept:
    shown = {
        "id": state.new_id("cfile_"),
        "object": "container.file",
        "container_id": container,
        "created_at": state.now(),
        "bytes": len(content),
        "path": FOLDER + name.replace("\\", "/").rpartition("/")[2],
        "source": "user",
    }
    return Kept(shown, content)


@route("POST", "/containers")
def create(request: Request, state: State) -> Reply:
    """Make a container."""
    body = request.arguments()
    name, minutes = body.string("name"), _minutes(body)
    memory, network = body.choice("memory_limit", MEMORY, "1g"), _network(body)
    sources = [_uploaded(each, state) for each in body.strings("file_ids")]
    identifier = state.new_id("cntr_")
    shown = {
        "id": identifier,
        "object": "container",
        "name": name,
        "created_at": state.now(),
        "expires_after": {"anchor": "last_active_at", "minutes": minutes},
        "memory_limit": memory,
        "network_policy": network,
    }
    kept = [_put_in(identifier, file, content, state) for file, content in sources]
    made = Container(shown, minutes, state.now(), {str(file.shown["id"]): file for file in kept})
    state.part(Containers).put(identifier, made)
    return Reply(made.at(state.now()))


@route("GET", "/containers")
def listing(request: Request, state: State) -> Reply:
    """The containers in pages, newest first unless asked otherwise."""
    name, now = request.query_text("name"), state.now()
    found = [each.at(now) for each in state.part(Containers).values() if name in (None, each.shown["name"])]
    return Reply(page(request, found, default_order="desc"))


@route("GET", "/containers/{container_id}")
def retrieve(request: Request, state: State) -> Reply:
    """One container."""
    return Reply(_place(request, state)[1].at(state.now()))


@route("DELETE", "/containers/{container_id}")
def delete(request: Request, state: State) -> Reply:
    """Forget a container and its files."""
    identifier, _ = _place(request, state)
    state.part(Containers).pop(identifier)
    return Reply({"id": identifier, "object": "container.deleted", "deleted": True})


@route("POST", "/containers/{container_id}/files")
def create_file(request: Request, state: State) -> Reply:
    """Put a file into a container: one that is sent, or one that was uploaded before."""
    identifier, found = _place(request, state)
    if not found.runs(state.now()):
        raise ApiError(400, f"The container {identifier!r} has expired.", param="container_id", code="expired")
    if request.headers.get("content-type", "").startswith("multipart/"):
        form = read_form(request)
        body: Arguments = form.arguments()
        sent = form.optional_file("file")
    else:
        body, sent = request.arguments(), None
    uploaded = body.optional_string("file_id")
    if sent is None and uploaded is None:
        raise missing("file")
    if sent is not None and uploaded is not None:
        raise wrong_value("file_id", "A container file comes from 'file' or from 'file_id', not from both.")
    name, content = (sent.name, sent.content) if sent is not None else _uploaded(str(uploaded), state)
    kept = _put_in(identifier, name, content, state)
    state.part(Containers).put(identifier, replace(found, files={**found.files, str(kept.shown["id"]): kept}))
    return Reply(kept.shown)


@route("GET", "/containers/{container_id}/files")
def list_files(request: Request, state: State) -> Reply:
    """The files of a container in pages, newest first unless asked otherwise."""
    _, found = _place(request, state)
    return Reply(page(request, [kept.shown for kept in found.files.values()], default_order="desc"))


@route("GET", "/containers/{container_id}/files/{file_id}")
def retrieve_file(request: Request, state: State) -> Reply:
    """One file."""
    return Reply(_file(request, _place(request, state)[1]).shown)


@route("GET", "/containers/{container_id}/files/{file_id}/content")
def content(request: Request, state: State) -> Reply:
    """The bytes of a file."""
    kept = _file(request, _place(request, state)[1])
    return Reply(kept.content, content_type="application/octet-stream")


@route("DELETE", "/containers/{container_id}/files/{file_id}")
def delete_file(request: Request, state: State) -> Reply:
    """Forget a file."""
    identifier, found = _place(request, state)
    gone = _file(request, found)
    rest = {name: kept for name, kept in found.files.items() if kept is not gone}
    state.part(Containers).put(identifier, replace(found, files=rest))
    return Reply({"id": gone.shown["id"], "object": "container.file.deleted", "deleted": True})
