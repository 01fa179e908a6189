"""`/agents/environments`: machines that run nothing, with files that are really kept, and templates for them.

Rules
* An environment is ready at once. Files are put into it when it is made, by `files`, and by turns (`agent_work.py`).
* Contents, variables and commands are never shown.

Weak spots: packages, plugins, skills and network are repeated, not used; nothing expires.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from typed_openai.local.errors import wrong_value
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.files import FILES
from typed_openai.local.kept import CRUD, Item, Kept
from typed_openai.local.router import route
from typed_openai.local.state import State

WORKSPACE = "/workspace/"
SHOWN: Item = {
    "capability_directories": [],
    "desktop": {"enabled": False},
    "files": [],
    "network": {"access": "enabled", "allowed_domains": []},
    "packages": {"npm": [], "python": [], "system": []},
    "plugins": [],
    "skills": [],
}
"""What an environment has that was told nothing of it."""
_ALONE = ("id", "object", "type", "status", "files", "plugins", "skills")


def _alone(item: Item, state: State) -> Item:
    """An environment by itself; a session shows more of it."""
    return {name: item[name] for name in _ALONE}


ENVIRONMENTS = Kept("environment", "/agents/environments/{environment_id}", "env_", shown=_alone)
TEMPLATES = Kept(
    "environment template",
    "/agents/environments/templates/{environment_template_id}",
    "envtmpl_",
    first={"name": None},
    made=lambda said, state: {**_template(said, state, {**SHOWN, "_contents": {}}), "updated_at": state.now()},
    changed=lambda template, said, state: _template(said, state, template),
)
ROUTES = (*ENVIRONMENTS.routes("list", "retrieve"), *TEMPLATES.routes(*CRUD))


def described(
    given: Mapping[str, Any], state: State, known: Mapping[str, Any] = SHOWN
) -> tuple[Item, dict[str, bytes]]:
    """What is shown of an environment or template, and the files in it by their paths."""
    said = {name: value for name, value in given.items() if name in SHOWN and value is not None}
    nulls = {name: SHOWN[name] for name in SHOWN if name in given and given[name] is None}
    shown = {**known, **nulls, **said}
    contents: dict[str, bytes] = {}
    if "files" in said:
        shown["files"] = [_file(each, place, contents, state) for place, each in enumerate(said["files"])]
    if "network" in said:
        shown["network"] = {
            "access": said["network"]["access"],
            "allowed_domains": said["network"].get("allowed_domains") or [],
        }
    for name in ("packages", "desktop"):
        shown[name] = {**SHOWN[name], **{part: value for part, value in shown[name].items() if value is not None}}
    for name in ("plugins", "skills"):
        shown[name] = [{part: value for part, value in each.items() if part != "source"} for each in shown[name]]
    return shown, contents


def _file(given: Mapping[str, Any], place: int, contents: dict[str, bytes], state: State) -> Item:
    path = _in_workspace(given["path"], f"files[{place}].path")
    contents[path] = content = content_of(given, f"files[{place}].", state)
    size = {"size_bytes": len(content)} if given["type"] == "inline" else {"file_id": given["file_id"]}
    return {"type": given["type"], "path": path, **size}


def content_of(given: Mapping[str, Any], at: str, state: State) -> bytes:
    """The bytes of a file that is put into an environment."""
    if given["type"] == "file_id":
        found: bytes = FILES.find(state, given["file_id"])["_content"]
        return found
    try:
        return base64.b64decode(given["data"], validate=True)
    except binascii.Error as error:
        raise wrong_value(f"{at}data", f"The content is not base64: {error}.") from error


def _in_workspace(path: str, param: str) -> str:
    if not path.startswith(WORKSPACE) or any(part in ("", ".", "..") for part in path.split("/")[1:]):
        raise wrong_value(param, f"A file goes to an absolute path below {WORKSPACE}, not to {path!r}.")
    return path


def new_environment(given: Mapping[str, Any], state: State) -> Item:
    """A new environment that OpenAI would host, like its template where it names one."""
    template = given.get("environment_template_id")
    known: Item = SHOWN if template is None else TEMPLATES.find(state, template)
    shown, contents = described(given, state, {name: known[name] for name in SHOWN})
    shown["files"] = [{"id": state.new_id("envfile_"), "size_bytes": 0, **each} for each in shown["files"]]
    contents = {**known.get("_contents", {}), **contents}
    shown["files"] = [{**each, "size_bytes": len(contents.get(each["path"], b""))} for each in shown["files"]]
    shown["skills"] = [_installed(each) for each in shown["skills"]]
    about = {"type": "openai_hosted", "status": "ready", "container_size": given.get("container_size") or "medium"}
    return ENVIRONMENTS.make(state, **shown, **about, _contents=contents)


def _installed(skill: Item) -> Item:
    if skill["type"] != "skill_reference":
        return skill
    return {**skill, "name": skill["skill_id"], "description": "", "version": skill.get("version") or "1"}


@route("POST", ENVIRONMENTS.list_path)
def create(request: Request, state: State) -> Reply:
    """Make an environment."""
    return ENVIRONMENTS.reply(state, new_environment(request.given["environment"], state))


# -- files -----------------------------------------------------------------------------------------------------------


def put_file(state: State, environment: Item, path: str, content: bytes) -> None:
    """Put a file into an environment."""
    ENVIRONMENTS.put(state, environment, _contents={**environment["_contents"], path: content})


def _shown(environment: Item, path: str, content: bytes) -> Item:
    about = {"object": "agent.environment.file", "environment_id": environment["id"]}
    return {**about, "path": path, "size_bytes": len(content)}


@route("POST", f"{ENVIRONMENTS.path}/files")
def create_file(request: Request, state: State) -> Reply:
    """Put a file into an environment."""
    found, path = ENVIRONMENTS.at(request, state), _in_workspace(request.given["path"], "path")
    content = content_of(request.given, "", state)
    put_file(state, found, path, content)
    return Reply(_shown(found, path, content))


@route("GET", f"{ENVIRONMENTS.path}/files")
def list_files(request: Request, state: State) -> Reply:
    """The files in an environment by their paths; the mark of a page is the path before it."""
    found, given = ENVIRONMENTS.at(request, state), request.given
    below, is_rising = (given.get("path") or WORKSPACE).rstrip("/") + "/", given.get("order") == "asc"
    paths = sorted((path for path in found["_contents"] if path.startswith(below)), key=_parts, reverse=not is_rising)
    if given.get("page"):
        last = _parts(given["page"])
        paths = [path for path in paths if (_parts(path) > last) == is_rising and path != given["page"]]
    size = given.get("limit") or 20
    more = len(paths) > size
    data = [_shown(found, path, found["_contents"][path]) for path in paths[:size]]
    return Reply({"object": "list", "data": data, "has_more": more, "next": paths[size - 1] if more else None})


def _parts(path: str) -> list[str]:
    return path.split("/")


def _template(said: Item, state: State, known: Item) -> Item:
    """What is said of a template, over what is known of it."""
    shown, contents = described(said, state, {name: known[name] for name in SHOWN})
    named = {"name": said["name"]} if "name" in said else {}
    return {**named, **shown, "_contents": contents if "files" in said else known["_contents"]}
