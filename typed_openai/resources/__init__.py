"""The tree of operations: what hangs below a client. One file per API area, loaded when it is first used."""

from typed_openai.core.endpoint import nested


class Resources:
    """The areas of the API, as attributes of a client."""

    chat = nested("chat.Chat")
    """Conversations with a model: plain, streamed, stored."""
    completions = nested("completions.Completions")
    """The older text completions."""
    embeddings = nested("embeddings.Embeddings")
    """Texts as vectors."""
    models = nested("models.Models")
    """The models that a key may use."""
    moderations = nested("moderations.Moderations")
    """Whether texts or images are harmful."""


class AsyncResources(Resources):
    """The areas of the API, as attributes of an async client: the same tree, which takes the colour of its client."""
