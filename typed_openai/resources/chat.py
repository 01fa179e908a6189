"""Chat completions: plain, streamed, with typed events, and stored ones (API reference: Chat)."""

from typing import Any

from typed_openai.client import BaseClient
from typed_openai.core.endpoint import Resource, asynchronous, delete, get, nested, post
from typed_openai.core.pages import CursorPage
from typed_openai.models.chat_answers import ChatCompletionStoreMessage
from typed_openai.models.chat_completions import ChatCompletion, ChatCompletionDeleted
from typed_openai.models.chat_params import (
    ChatCompletionCreateParams,
    ChatCompletionListParams,
    ChatCompletionUpdateParams,
    MessageListParams,
)
from typed_openai.models.shared import StreamOptions

CHUNKS = "chat.ChatCompletionAccumulator"


def with_usage(client: BaseClient, params: dict[str, Any]) -> dict[str, Any]:
    """Ask for the usage at the end, where the server is known to take the question and the caller has not chosen."""
    wanted = client.config.capabilities.stream_usage and params.get("stream_options") is None
    return {"stream_options": StreamOptions(include_usage=True)} if wanted else {}


class Messages(Resource):
    """The messages of a stored completion."""

    path = "chat.completions.messages"

    list = get("/chat/completions/{completion_id}/messages", MessageListParams, CursorPage[ChatCompletionStoreMessage])
    """List the messages that led to a stored completion, oldest first unless `order` says otherwise."""


AsyncMessages = asynchronous(Messages)


class Completions(Resource):
    """Ask a model, and look after what was stored."""

    path = "chat.completions"

    create = post(
        "/chat/completions", ChatCompletionCreateParams, ChatCompletion, stream="chat.ChatCompletionAccumulator"
    )
    """Ask for the next message of a conversation; with `stream=True` chunk by chunk."""
    stream = post(
        "/chat/completions",
        ChatCompletionCreateParams,
        ChatCompletion,
        stream=CHUNKS,
        events="chat.EVENTS",
        prepare=with_usage,
    )
    """Ask for the next message as typed events, with a running snapshot and `get_final_completion()`."""
    retrieve = get("/chat/completions/{completion_id}", ChatCompletion)
    """Fetch a stored completion (one created with `store=True`)."""
    update = post("/chat/completions/{completion_id}", ChatCompletionUpdateParams, ChatCompletion)
    """Replace the metadata of a stored completion."""
    list = get("/chat/completions", ChatCompletionListParams, CursorPage[ChatCompletion])
    """List stored completions, oldest first unless `order` says otherwise."""
    delete = delete("/chat/completions/{completion_id}", ChatCompletionDeleted)
    """Delete a stored completion."""
    messages = nested("chat.Messages")


AsyncCompletions = asynchronous(Completions)


class Chat(Resource):
    """Conversations with a model."""

    path = "chat"

    completions = nested("chat.Completions")


AsyncChat = asynchronous(Chat)
