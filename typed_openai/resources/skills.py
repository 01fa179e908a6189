"""Skills: folders of instructions and scripts for the shells of responses (API reference: Skills)."""

from typed_openai.core.answer.pages import CursorPage
from typed_openai.core.answer.raw import Binary
from typed_openai.core.declare.verbs import Resource, delete, get, nested, post
from typed_openai.models.skills import (
    DeletedSkill,
    DeletedSkillVersion,
    Skill,
    SkillCreateParams,
    SkillListParams,
    SkillUpdateParams,
    SkillVersion,
    VersionCreateParams,
)

_BYTES = {"accept": "application/binary"}


class Content(Resource):
    """What is in a skill."""

    retrieve = get("/skills/{skill_id}/content", Binary, headers=_BYTES, media="a zip file")
    """Fetch the default version as a zip file: `read()`, `iter_bytes()`, `write_to_file(path)`."""


class VersionContent(Resource):
    """What is in a version of a skill."""

    retrieve = get("/skills/{skill_id}/versions/{version}/content", Binary, headers=_BYTES, media="a zip file")
    """Fetch a version as a zip file: `read()`, `iter_bytes()`, `write_to_file(path)`."""


class Versions(Resource):
    """Upload further versions of a skill, and look after them."""

    create = post("/skills/{skill_id}/versions", VersionCreateParams, SkillVersion, multipart=True)
    """Upload a version: a folder, its files, or a zip file; with `default=True` it is the one that is used."""
    retrieve = get("/skills/{skill_id}/versions/{version}", SkillVersion)
    """Fetch what a version says of itself."""
    list = get("/skills/{skill_id}/versions", SkillListParams, CursorPage[SkillVersion])
    """List the versions of a skill, the newest first unless `order` says otherwise."""
    delete = delete("/skills/{skill_id}/versions/{version}", DeletedSkillVersion)
    """Delete a version."""
    content = nested(VersionContent)
    """What is in a version of a skill."""


class Skills(Resource):
    """Upload skills, and look after them."""

    path = "skills"

    create = post("/skills", SkillCreateParams, Skill, multipart=True)
    """Upload a skill: a folder (its path), its files, or a zip file."""
    retrieve = get("/skills/{skill_id}", Skill)
    """Fetch what a skill says of itself, and which versions there are."""
    update = post("/skills/{skill_id}", SkillUpdateParams, Skill)
    """Say which version is the default."""
    list = get("/skills", SkillListParams, CursorPage[Skill])
    """List the skills, the newest first unless `order` says otherwise."""
    delete = delete("/skills/{skill_id}", DeletedSkill)
    """Delete a skill with all its versions."""
    content = nested(Content)
    """What is in a skill."""
    versions = nested(Versions)
    """Upload further versions of a skill, and look after them."""
