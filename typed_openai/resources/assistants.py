"""Assistants (API reference: Assistants; deprecated by the service in favour of Responses)."""

from typed_openai.core.answer.pages import CursorPage
from typed_openai.core.declare.verbs import Resource, delete, ends, get, post
from typed_openai.models.assistants.assistants import (
    Assistant,
    AssistantCreateParams,
    AssistantDeleted,
    AssistantListParams,
    AssistantUpdateParams,
)

BETA = {"OpenAI-Beta": "assistants=v2"}
DEPRECATED = ends(
    "2026-08-26", "typed_openai.bridge.assistants_over_responses(client) lets programs go on over Responses"
)


class Assistants(Resource):
    """Models with instructions and tools, kept by the service. Deprecated by it."""

    path = "beta.assistants"
    _headers = BETA
    _deprecated = DEPRECATED

    create = post("/assistants", AssistantCreateParams, Assistant)
    """Make an assistant."""
    retrieve = get("/assistants/{assistant_id}", Assistant)
    """Fetch an assistant."""
    update = post("/assistants/{assistant_id}", AssistantUpdateParams, Assistant)
    """Change an assistant; what is left out stays as it is."""
    list = get("/assistants", AssistantListParams, CursorPage[Assistant])
    """List the assistants, the newest first unless `order` says otherwise."""
    delete = delete("/assistants/{assistant_id}", AssistantDeleted)
    """Delete an assistant."""
