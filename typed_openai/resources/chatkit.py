"""ChatKit: chats in web pages that a workflow of yours answers (API reference: ChatKit)."""

from typed_openai.core.answer.pages import CursorPage
from typed_openai.core.declare.verbs import Resource, delete, get, nested, post
from typed_openai.models.chatkit.sessions import ChatSession, SessionCreateParams
from typed_openai.models.chatkit.threads import (
    ChatKitThread,
    Data,
    ThreadDeleteResponse,
    ThreadListItemsParams,
    ThreadListParams,
)

BETA = {"OpenAI-Beta": "chatkit_beta=v1"}


class Sessions(Resource):
    """Let a web page chat with a workflow."""

    _headers = BETA

    create = post("/chatkit/sessions", SessionCreateParams, ChatSession)
    """Make a session for a user; `client_secret` goes to the web page."""
    cancel = post("/chatkit/sessions/{session_id}/cancel", ChatSession)
    """End a session before its time: its secret opens nothing any more."""


class Threads(Resource):
    """Read what was said."""

    _headers = BETA

    retrieve = get("/chatkit/threads/{thread_id}", ChatKitThread)
    """Fetch a chat: its title, whether it goes on."""
    list = get("/chatkit/threads", ThreadListParams, CursorPage[ChatKitThread])
    """List the chats, of one `user` or of all, the newest first unless `order` says otherwise."""
    delete = delete("/chatkit/threads/{thread_id}", ThreadDeleteResponse)
    """Delete a chat with all that was said in it."""
    list_items = get("/chatkit/threads/{thread_id}/items", ThreadListItemsParams, CursorPage[Data])
    """List what was said in a chat, the newest first unless `order` says otherwise."""


class ChatKit(Resource):
    """Chats in web pages."""

    path = "beta.chatkit"

    sessions = nested(Sessions)
    """Let a web page chat with a workflow."""
    threads = nested(Threads)
    """Read what was said."""
