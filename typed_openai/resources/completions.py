"""The older text completions (API reference: Completions, legacy)."""

from typed_openai.core.declare.verbs import Resource, post
from typed_openai.models.completions import Completion, CompletionCreateParams


class Completions(Resource):
    """Continue a text."""

    path = "completions"

    create = post(
        "/completions",
        CompletionCreateParams,
        Completion,
        stream="typed_openai.streaming.completions.CompletionAccumulator",
    )
    """Continue a prompt; with `stream=True` piece by piece."""
