"""The files that a turn left behind, found by their paths: `artifacts.for_result(result)`.

Rule: an artifact belongs to one turn; two of one path in one turn are refused, since nobody knows which is meant.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from typed_openai.core.answer.pages import all_items
from typed_openai.core.request.faults import shown
from typed_openai.core.run.effects import Work
from typed_openai.errors import Fault, RequestValidationError

if TYPE_CHECKING:
    from typed_openai.core.answer.raw import Binary
    from typed_openai.core.run.effects import Flow
    from typed_openai.models.agents.turns import SessionArtifact


def content_of(resource: Any, path: str, options: Mapping[str, Any]) -> Flow[Binary]:
    """The bytes of the artifact at a path."""
    artifact = yield from _found(resource, "content", path, options)
    return (yield from _bytes(resource, artifact, options))


def download(resource: Any, path: str, to: str | os.PathLike[str], options: Mapping[str, Any]) -> Flow[SessionArtifact]:
    """The artifact at a path, written into a file."""
    artifact = yield from _found(resource, "download", path, options)
    content = yield from _bytes(resource, artifact, options)
    yield Work(content.write_to_file, to)
    return artifact


def _bytes(resource: Any, artifact: SessionArtifact, options: Mapping[str, Any]) -> Flow[Binary]:
    operation = resource.client.beta.agents.sessions.artifacts.content
    content: Binary = yield from operation.flow(artifact.id, session_id=artifact.session_id, **options)
    return content


def _found(resource: Any, name: str, path: str, options: Mapping[str, Any]) -> Flow[SessionArtifact]:
    session_id, turn_id = resource._turn
    title = f"{resource.path}.{name}"
    if session_id is None or turn_id is None:
        raise RequestValidationError(title, [Fault("result", "a result with a turn", "one without")])
    listing = resource.client.beta.agents.sessions.artifacts.list
    page = yield from listing.flow(session_id, limit=100, **options)
    known: list[SessionArtifact] = yield from all_items(page)
    own = [artifact for artifact in known if artifact.turn_id == turn_id]
    found = [artifact for artifact in own if artifact.path == path]
    if len(found) != 1:
        there = ", ".join(artifact.path for artifact in own) or "no artifact"
        allowed = "a path that one artifact of the turn has"
        raise RequestValidationError(title, [Fault("path", allowed, shown(path), f"the turn left {there}")])
    return found[0]
