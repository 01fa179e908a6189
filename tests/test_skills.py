"""Skills: folders go out as files under their names, come back as zip files, and are kept by the local server."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.canned import Connect, Wire, done, parts, status
from typed_openai import BadRequestError, NotFoundError, OpenAI, RequestValidationError
from typed_openai.local import LocalServer

MANIFEST = b"---\nname: tea\ndescription: How tea is made.\n---\nBoil water.\n"
SKILL = {
    "id": "skill_1",
    "object": "skill",
    "created_at": 1,
    "name": "tea",
    "description": "How tea is made.",
    "default_version": "1",
    "latest_version": "2",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A skill as it lies on a disk, with what stays at home."""
    top = tmp_path / "tea"
    for name in ("SKILL.md", "scripts/pot.py", ".git/HEAD", "scripts/__pycache__/pot.pyc"):
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_bytes(MANIFEST)
    (top / "scripts" / "__init__.py").touch()
    return top


@pytest.mark.parametrize("kind", [str, Path])
async def test_the_path_of_a_folder_stands_for_its_files(connect: Connect, folder: Path, kind: Any) -> None:
    wire = Wire(status(200, SKILL))
    made = await done(connect(wire).skills.create(files=kind(folder)))
    assert [(name, file) for name, file, _, _ in parts(wire.request)] == [
        ("files[]", "tea/SKILL.md"),
        ("files[]", "tea/scripts/__init__.py"),
        ("files[]", "tea/scripts/pot.py"),
    ]
    assert (made.latest_version, made.issues) == ("2", ())


async def test_a_zip_file_goes_out_alone(connect: Connect) -> None:
    wire = Wire(status(200, {**SKILL, "object": "skill.version", "skill_id": "skill_1", "version": "2"}))
    version = await done(
        connect(wire).skills.versions.create("skill_1", files=("tea.zip", b"PK\x05\x06" + bytes(18)), default=True)
    )
    assert [part[:2] for part in parts(wire.request)] == [("default", None), ("files", "tea.zip")]
    assert wire.request.url.path == "/v1/skills/skill_1/versions"
    assert version.version == "2"


async def test_a_skill_of_nothing_is_refused(connect: Connect, tmp_path: Path) -> None:
    wire = Wire()
    nothings: list[dict[str, Any]] = [{}, {"files": tmp_path}, {"files": tmp_path / "gone"}, {"files": []}]
    for files in nothings:
        with pytest.raises(RequestValidationError, match="files"):
            await done(connect(wire).skills.create(**files))
    assert wire.requests == []


async def test_a_version_is_named_by_skill_and_number_in_either_way(connect: Connect) -> None:
    for arguments, named in ((("skill_1", "2"), {}), (("2",), {"skill_id": "skill_1"})):
        wire = Wire(status(200, content=b"PK"))
        content = await done(connect(wire).skills.versions.content.retrieve(*arguments, **named))
        assert wire.request.url.path == "/v1/skills/skill_1/versions/2/content"
        assert content.read() == b"PK"
    for wrong in ("", ".."):
        with pytest.raises(RequestValidationError, match="skill_id"):
            await done(connect(Wire()).skills.content.retrieve(wrong))


def test_versions_are_kept_byte_for_byte_until_the_last_is_gone(folder: Path) -> None:
    with LocalServer() as server, OpenAI(api_key="sk-x", base_url=server.base_url) as client:
        skill = client.skills.create(files=folder)
        assert (skill.name, skill.description, skill.default_version) == ("tea", "How tea is made.", "1")
        packed = zipfile.ZipFile(io.BytesIO(client.skills.content.retrieve(skill.id).read()))
        assert packed.read("tea/SKILL.md") == MANIFEST
        (folder / "SKILL.md").write_bytes(MANIFEST.replace(b"How tea", b"How better tea"))
        second = client.skills.versions.create(skill.id, files=folder)
        assert (second.version, second.description) == ("2", "How better tea is made.")
        assert client.skills.update(skill.id, default_version="2").default_version == "2"
        assert [each.version for each in client.skills.versions.list(skill.id)] == ["2", "1"]
        assert client.skills.versions.delete("2", skill_id=skill.id).version == "2"
        assert client.skills.retrieve(skill.id).default_version == "1"
        assert client.skills.delete(skill.id).deleted
        with pytest.raises(NotFoundError):
            client.skills.versions.retrieve("1", skill_id=skill.id)
        assert list(client.skills.list()) == []


def test_what_has_no_manifest_and_what_is_no_zip_file_is_refused() -> None:
    with LocalServer() as server, OpenAI(api_key="sk-x", base_url=server.base_url) as client:
        for files, why in (([("tea/a.md", b"x")], "there is none"), (("a.zip", b"PK broken"), "cannot be read")):
            with pytest.raises(BadRequestError, match=why):
                client.skills.create(files=files)
        skill = client.skills.create(files=[("tea/SKILL.md", b"no front matter")])
        assert skill.name == "tea"
        with pytest.raises(NotFoundError, match="skill version"):
            client.skills.update(skill.id, default_version="9")
