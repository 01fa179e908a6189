"""Whether a picture or a sound was made by a model of OpenAI (API reference: Content provenance checks)."""

from typed_openai.core.declare.verbs import Resource, post
from typed_openai.models.content_provenance_checks import ContentProvenanceCheck, ContentProvenanceCheckCreateParams


class ContentProvenanceChecks(Resource):
    """Look for marks of OpenAI's models in pictures and sounds."""

    path = "content_provenance_checks"

    create = post(
        "/content_provenance_checks", ContentProvenanceCheckCreateParams, ContentProvenanceCheck, multipart=True
    )
    """Look for marks in a file; that none is found proves nothing."""
