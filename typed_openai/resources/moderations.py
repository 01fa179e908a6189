"""Whether texts or images are harmful (API reference: Moderations)."""

from typed_openai.core.declare.verbs import Resource, post
from typed_openai.models.moderations import ModerationCreateParams, ModerationCreateResponse


class Moderations(Resource):
    """Classify inputs by the categories of the usage policy."""

    path = "moderations"

    create = post("/moderations", ModerationCreateParams, ModerationCreateResponse)
    """Classify a text, several texts, or texts and images; one result for each input."""
