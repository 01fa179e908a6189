"""Scenarios of `skills`: uploads of files and of a zip file, versions, bytes."""

from __future__ import annotations

from typing import Any

from tests.interop.scenario import scenario

MANIFEST = b"---\nname: tea\ndescription: How tea is made.\n---\nBoil water.\n"
FOLDER: list[Any] = [("tea/SKILL.md", MANIFEST), ("tea/pot.py", b"print('tea')")]
ZIP = ("tea.zip", b"PK\x05\x06" + bytes(18))
PAGE: dict[str, Any] = {"after": "a", "limit": 2, "order": "asc"}
SKILLS = [
    scenario("skills.create", "of files", files=FOLDER),
    scenario("skills.create", "of a zip file", files=ZIP),
    scenario("skills.retrieve", "by id", "skill_1"),
    scenario("skills.update", "with a default", "skill_1", default_version="2"),
    scenario("skills.list", "all of them"),
    scenario("skills.list", "a page", **PAGE),
    scenario("skills.delete", "by id", "skill_1"),
    scenario("skills.content.retrieve", "by id", "skill_1"),
    scenario("skills.versions.create", "of files", "skill_1", files=FOLDER),
    scenario("skills.versions.create", "as the default", "skill_1", files=ZIP, default=True),
    scenario("skills.versions.retrieve", "by number", "skill_1", "2"),
    scenario("skills.versions.list", "all of them", "skill_1"),
    scenario("skills.versions.list", "a page", "skill_1", **PAGE),
    scenario("skills.versions.delete", "by number", "skill_1", "2"),
    scenario("skills.versions.content.retrieve", "by number", "skill_1", "2"),
]
