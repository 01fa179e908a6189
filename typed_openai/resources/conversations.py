"""Conversations: what was said, kept by the service and gone on with by responses (API reference: Conversations)."""

from typed_openai.core.answer.pages import CursorPage
from typed_openai.core.declare.verbs import Resource, delete, get, nested, post
from typed_openai.models.conversations import (
    Conversation,
    ConversationCreateParams,
    ConversationDeletedResource,
    ConversationItem,
    ConversationItemList,
    ConversationUpdateParams,
    ItemCreateParams,
    ItemListParams,
    ItemRetrieveParams,
)


class Items(Resource):
    """What a conversation is made of: messages, thoughts, calls, outputs."""

    create = post(
        "/conversations/{conversation_id}/items", ItemCreateParams, ConversationItemList, in_query=("include",)
    )
    """Add up to 20 items to a conversation."""
    retrieve = get("/conversations/{conversation_id}/items/{item_id}", ItemRetrieveParams, ConversationItem)
    """Fetch one item of a conversation."""
    list = get("/conversations/{conversation_id}/items", ItemListParams, CursorPage[ConversationItem])
    """List the items of a conversation, the newest first unless `order` says otherwise."""
    delete = delete("/conversations/{conversation_id}/items/{item_id}", Conversation)
    """Take an item out of a conversation, which is given back."""


class Conversations(Resource):
    """Keep what was said with the service."""

    path = "conversations"

    create = post("/conversations", ConversationCreateParams, Conversation)
    """Begin a conversation, empty or with up to 20 items."""
    retrieve = get("/conversations/{conversation_id}", Conversation)
    """Fetch a conversation, without its items."""
    update = post("/conversations/{conversation_id}", ConversationUpdateParams, Conversation)
    """Replace your notes on a conversation."""
    delete = delete("/conversations/{conversation_id}", ConversationDeletedResource)
    """Delete a conversation; its items are not deleted."""
    items = nested(Items)
