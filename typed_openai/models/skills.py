"""Skills: folders of instructions and scripts that shells of responses work by (`/skills`).

API reference: "Skills" (create, retrieve, update, list, delete; versions; content).

Rules
* A skill is a folder with a `SKILL.md` in it, which says its name and what it is for. It is given as the path of that
  folder, as its files (`("tea/SKILL.md", content)`: names with the folder in them), or as one zip file.
* Each upload is a version; versions never change. One of them is the default.

Weak spot: of a folder, what begins with a dot and `__pycache__` stays at home; whoever wants it gives files.
"""

import os
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Field, StrictBool, StrictInt, Tag, model_validator
from pydantic_core import PydanticCustomError

from typed_openai.models.base import Open, Params, Result
from typed_openai.models.file_input import ONE_OR_MANY_FILES, FileInput, FileInputOrEmpty
from typed_openai.models.receipts import Deleted

MOST_FILES = 500


def _unfolded(value: Any) -> Any:
    """The files of a folder, under names that begin with its own; anything else is what it is."""
    folder = Path(value) if isinstance(value, str | os.PathLike) else None
    if folder is None or not folder.is_dir():
        return value
    within = [path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file()]
    shown = [path for path in within if not any(part[0] == "." or part == "__pycache__" for part in path.parts)]
    return [((folder.resolve().name / path).as_posix(), folder / path) for path in shown]


SkillFiles: TypeAlias = Annotated[
    Annotated[FileInput, Tag("one")]
    | Annotated[list[FileInputOrEmpty], Field(min_length=1, max_length=MOST_FILES), Tag("many")],
    ONE_OR_MANY_FILES,
    BeforeValidator(_unfolded),
]
"""The path of a folder, its files, or a zip file."""


class SkillCreateParams(Params):
    """A skill to upload."""

    files: SkillFiles | None = None
    """The path of a folder, up to 500 files of one (`("tea/SKILL.md", content)`), or a zip file."""

    @model_validator(mode="after")
    def _is_something(self) -> "SkillCreateParams":
        if self.files is None:
            raise PydanticCustomError("no_files", "files: the path of a folder, its files, or a zip file", {})
        return self


class VersionCreateParams(SkillCreateParams):
    """A version of a skill to upload."""

    default: StrictBool | None = None
    """Whether it is the default from now on."""


class SkillUpdateParams(Params):
    """What to change about a skill."""

    default_version: str
    """The version that is the default from now on."""


class SkillListParams(Params):
    """Which skills, or versions of one, to list."""

    after: str | None = None
    """Go on after the one with this id."""
    limit: Annotated[StrictInt, Field(ge=0, le=100)] | None = None
    """How many to a page, 0 to 100."""
    order: Literal["asc", "desc"] | None = None
    """By age (version): the oldest (`asc`) or the newest (`desc`) first."""


class SkillManifest(Result):
    """What a skill says of itself."""

    id: str
    """Names it in other calls."""
    created_at: int
    """When it was made, Unix seconds."""
    name: str
    """Its name, as its `SKILL.md` says it."""
    description: str
    """What it is for, as its `SKILL.md` says it."""


class Skill(SkillManifest):
    """A skill that the service keeps."""

    object: Open[Literal["skill"]]
    default_version: str
    """The version that is used when none is named."""
    latest_version: str
    """The version that was uploaded last."""


class SkillVersion(SkillManifest):
    """A version of a skill."""

    object: Open[Literal["skill.version"]]
    skill_id: str
    """The skill."""
    version: str
    """Its number."""


class DeletedSkill(Deleted):
    """A skill that was deleted."""

    object: Open[Literal["skill.deleted"]]


class DeletedSkillVersion(Result):
    """A version that was deleted."""

    id: str
    """Its id."""
    version: str
    """The number that it had."""
    deleted: bool
    """True."""
    object: Open[Literal["skill.version.deleted"]]
