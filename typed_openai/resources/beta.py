"""What the service calls beta: agents, responses with several agents; assistants and threads, which it deprecates.

Chat was beta once, for structured output: `client.beta.chat` is `client.chat` under its old name.
"""

from typed_openai.core.declare.verbs import Resource, nested


class Beta(Resource):
    """What the service calls beta."""

    path = "beta"

    agents = nested("typed_openai.resources.agents.Agents")
    assistants = nested("typed_openai.resources.assistants.Assistants")
    chat = nested("typed_openai.resources.chat.Chat")
    """The same as `client.chat`, where all of it is today."""
    chatkit = nested("typed_openai.resources.chatkit.ChatKit")
    """Chats in web pages that a workflow of yours answers."""
    realtime = nested("typed_openai.resources.beta_realtime.Realtime")
    """Realtime as it was before it became stable."""
    responses = nested("typed_openai.resources.beta_responses.Responses")
    """Responses with several agents, over HTTP and over a socket."""
    threads = nested("typed_openai.resources.threads.Threads")
