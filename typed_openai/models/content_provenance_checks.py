"""Whether a picture or a sound was made by a model of OpenAI (`/content_provenance_checks`).

API reference: "Content provenance checks" (create).

Rules: "not detected" is no proof of anything: marks are lost when a file is changed, and other makers leave others.
"""

from typing import Annotated, Literal, TypeAlias

from typed_openai.models.base import Open, Params, Result, Tagged
from typed_openai.models.file_input import FileInput
from typed_openai.models.unknown_kinds import UnknownKind


class ContentProvenanceCheckCreateParams(Params):
    """What to look at."""

    file: FileInput
    """A picture (PNG, JPEG, WebP, GIF) or a sound."""


class Finding(Result):
    """What was found of one kind of mark."""

    outcome: Open[Literal["detected", "not_detected"]]
    """Whether a mark of OpenAI was found."""
    model: str | None = None
    """The model that made it, as far as the mark says so."""
    generated_at: str | None = None
    """When it was made, as RFC 3339 in UTC, as far as the mark says so."""


class ResultC2PA(Finding):
    """The signed manifest in a picture."""

    type: Literal["c2pa"]
    validation_state: Open[Literal["trusted", "valid", "invalid", "not_present"]]
    """Whether its signature holds, and is of somebody known."""
    issuer: str | None = None
    """Who signed it."""


class ResultSynthID(Finding):
    """The watermark in a picture or a sound."""

    type: Literal["synthid"]


class UnknownProvenanceResult(UnknownKind):
    """A kind of mark that is newer than this package; its data is in `model_extra`."""


ProvenanceResult: TypeAlias = Annotated[ResultC2PA | ResultSynthID | UnknownProvenanceResult, Tagged("type")]
"""What was found of one kind of mark, told apart by `type`."""


class ContentProvenanceCheck(Result):
    """What was found in a file."""

    object: Open[Literal["content_provenance_check"]]
    created_at: int
    """When it was looked at, Unix seconds."""
    results: list[ProvenanceResult]
    """Of pictures both kinds of marks, of sounds the watermark."""
