"""Assistants (API reference: Assistants; deprecated by the service in favour of Responses)."""

from typed_openai.core.answer.pages import CursorPage
from typed_openai.core.declare.verbs import Resource, asynchronous, delete, get, post
from typed_openai.models.assistants.assistants import (
    Assistant,
    AssistantCreateParams,
    AssistantDeleted,
    AssistantListParams,
    AssistantUpdateParams,
)

BETA = {"OpenAI-Beta": "assistants=v2"}
DEPRECATED = "the service gives up the Assistants API in favour of the Responses API"


class Assistants(Resource):
    """Models with instructions and tools, kept by the service. Deprecated by it."""

    path = "beta.assistants"
    _headers = BETA
    _deprecated = DEPRECATED

    create = post("/assistants", AssistantCreateParams, Assistant)
    """Make an assistant. Deprecated by the service."""
    retrieve = get("/assistants/{assistant_id}", Assistant)
    """Fetch an assistant. Deprecated by the service."""
    update = post("/assistants/{assistant_id}", AssistantUpdateParams, Assistant)
    """Change an assistant; what is left out stays as it is. Deprecated by the service."""
    list = get("/assistants", AssistantListParams, CursorPage[Assistant])
    """List the assistants, the newest first unless `order` says otherwise. Deprecated by the service."""
    delete = delete("/assistants/{assistant_id}", AssistantDeleted)
    """Delete an assistant. Deprecated by the service."""


AsyncAssistants = asynchronous(Assistants)
