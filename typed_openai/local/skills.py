"""`/skills`: folders that are really kept, each upload as a version, and given back as zip files.

Name and description are those of the front matter of `SKILL.md` (`name: ...`); without a `SKILL.md` at the top of the
folder an upload is refused, as is a zip file that cannot be read.

Rules: deleting the default version makes the newest that is left the default; with the last version the skill goes.

Weak spots: nothing runs by these skills; of the front matter only single lines are read.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping

from typed_openai.local.errors import missing, not_found, wrong_value
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.kept import Item, Kept
from typed_openai.local.router import Route, route
from typed_openai.local.state import State

_SAID = re.compile(r"^(name|description):[ \t]*[\"']?(.*?)[\"']?[ \t]*$", re.MULTILINE)
_EPOCH = (1980, 1, 1, 0, 0, 0)


class Versions(Kept):
    """Versions are found by their numbers."""

    def get(self, state: State, *ids: str) -> Item | None:
        """The version of that number."""
        return next((each for each in self.all(state, *ids[:-1]) if each["version"] == ids[-1]), None)

    def delete(self, request: Request, state: State) -> Reply:
        """Forget a version, and the skill with its last one."""
        found = self.at(request, state)
        skill = SKILLS.find(state, found["skill_id"])
        self.forget(state, found)
        left = [each["version"] for each in self.all(state, skill["id"])]
        if not left:
            SKILLS.forget(state, skill)
        elif found["version"] == skill["default_version"]:
            SKILLS.put(state, skill, default_version=left[-1])
        receipt = {"object": "skill.version.deleted", "deleted": True}
        return Reply({**receipt, "id": found["id"], "version": found["version"]})


SKILLS = Kept("skill", "/skills/{skill_id}", "skill_")
VERSIONS = Versions("skill version", "/skills/{skill_id}/versions/{version}", "skillver_", within=SKILLS)


def _content(request: Request, state: State) -> Reply:
    skill = SKILLS.at(request, state)
    version = VERSIONS.find(state, skill["id"], skill["default_version"])
    return Reply(version["_content"], content_type="application/zip")


ROUTES = (
    *SKILLS.routes("list", "retrieve", "delete"),
    Route("GET", f"{SKILLS.path}/content", _content),
    *VERSIONS.routes("list", "retrieve", "delete", "content"),
)


def _files(request: Request) -> Mapping[str, bytes]:
    """The files of an upload by their names, those of a zip file among them."""
    sent = request.files("files")
    if not sent:
        raise missing("files")
    if len(sent) > 1 or not sent[0].content.startswith(b"PK"):
        return {each.name: each.content for each in sent}
    try:
        with zipfile.ZipFile(io.BytesIO(sent[0].content)) as packed:
            return {each.filename: packed.read(each) for each in packed.infolist() if not each.is_dir()}
    except (zipfile.BadZipFile, RuntimeError, OSError) as error:
        raise wrong_value("files", f"The zip file {sent[0].name!r} cannot be read: {error}.") from error


def _uploaded(request: Request) -> Item:
    """What an upload is, and what it says of itself."""
    files = _files(request)
    manifest = next((name for name in sorted(files, key=len) if name.rpartition("/")[2] == "SKILL.md"), None)
    if manifest is None or manifest.count("/") > 1:
        raise wrong_value("files", "A skill is a folder with a SKILL.md at its top; there is none.")
    said = dict(_SAID.findall(files[manifest].decode(errors="replace")))
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        for name, content in files.items():
            packed.writestr(zipfile.ZipInfo(name, _EPOCH), content)
    folder = manifest.rpartition("/")[0] or "skill"
    about = {"name": said.get("name") or folder, "description": said.get("description", "")}
    return {**about, "_content": held.getvalue()}


@route("POST", SKILLS.list_path)
def create(request: Request, state: State) -> Reply:
    """Keep a skill, its first version."""
    upload = _uploaded(request)
    about = {name: upload[name] for name in ("name", "description")}
    skill = SKILLS.make(state, **about, default_version="1", latest_version="1")
    VERSIONS.make(state, skill["id"], **upload, skill_id=skill["id"], version="1")
    return SKILLS.reply(state, skill)


@route("POST", SKILLS.path)
def update(request: Request, state: State) -> Reply:
    """Make another version the default."""
    skill, version = SKILLS.at(request, state), request.given["default_version"]
    if VERSIONS.get(state, skill["id"], version) is None:
        raise not_found("skill version", version, "default_version")
    return SKILLS.reply(state, SKILLS.put(state, skill, default_version=version))


@route("POST", VERSIONS.list_path)
def create_version(request: Request, state: State) -> Reply:
    """Keep another version."""
    skill, upload = SKILLS.find(state, *VERSIONS.of(request, state)), _uploaded(request)
    number = str(int(skill["latest_version"]) + 1)
    default = {"default_version": number} if request.given.get("default") else {}
    about = {name: upload[name] for name in ("name", "description")}
    SKILLS.put(state, skill, latest_version=number, **default, **about)
    version = VERSIONS.make(state, skill["id"], **upload, skill_id=skill["id"], version=number)
    return VERSIONS.reply(state, version)
