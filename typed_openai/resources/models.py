"""The models that a key may use (API reference: Models)."""

from typed_openai.core.answer.pages import Page
from typed_openai.core.declare.verbs import Resource, delete, get
from typed_openai.models.models import Model, ModelDeleted


class Models(Resource):
    """List and describe models; delete fine-tuned ones."""

    path = "models"

    retrieve = get("/models/{model}", Model)
    """Describe one model: its owner and when it was made."""
    list = get("/models", Page[Model])
    """List the models that this key may use; one page holds them all."""
    delete = delete("/models/{model}", ModelDeleted)
    """Delete a fine-tuned model; you must own it."""
