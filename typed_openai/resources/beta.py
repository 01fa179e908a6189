"""What the service calls beta: assistants, and the threads they work on (both deprecated by it).

Chat was beta once, for structured output: `client.beta.chat` is `client.chat` under its old name.
"""

from typed_openai.core.declare.verbs import Resource, asynchronous, nested


class Beta(Resource):
    """What the service calls beta."""

    path = "beta"

    assistants = nested("typed_openai.resources.assistants.Assistants")
    chat = nested("typed_openai.resources.chat.Chat")
    """The same as `client.chat`, where all of it is today."""
    chatkit = nested("typed_openai.resources.chatkit.ChatKit")
    """Chats in web pages that a workflow of yours answers."""
    realtime = nested("typed_openai.resources.beta_realtime.Realtime")
    """Realtime as it was before it became stable."""
    responses = nested("typed_openai.resources.beta_responses.Responses")
    """Responses over a socket, with more than is stable."""
    threads = nested("typed_openai.resources.threads.Threads")


AsyncBeta = asynchronous(Beta)
