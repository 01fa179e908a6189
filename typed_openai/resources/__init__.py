"""The tree of operations: what hangs below a client. One file per API area, loaded when it is first used."""

from typing import TYPE_CHECKING, Any

from typed_openai.core.declare.endpoint import Resource, nested

if TYPE_CHECKING:
    from typed_openai.core.declare.signature import Mode


class Resources:
    """The areas of the API, as attributes of a client."""

    audio = nested("audio.Audio")
    """Speech into text, text into speech."""
    batches = nested("batches.Batches")
    """Many requests at once, answered within a day."""
    beta = nested("beta.Beta")
    """What the service calls beta: assistants and threads."""
    chat = nested("chat.Chat")
    """Conversations with a model: plain, streamed, stored."""
    completions = nested("completions.Completions")
    """The older text completions."""
    containers = nested("containers.Containers")
    """Machines for code and shells, and the files in them."""
    conversations = nested("conversations.Conversations")
    """What was said, kept by the service."""
    embeddings = nested("embeddings.Embeddings")
    """Texts as vectors."""
    files = nested("files.Files")
    """Documents that the service keeps for other calls."""
    fine_tuning = nested("fine_tuning.FineTuning")
    """Models trained on your own examples."""
    images = nested("images.Images")
    """Pictures: drawn, edited, varied."""
    models = nested("models.Models")
    """The models that a key may use."""
    moderations = nested("moderations.Moderations")
    """Whether texts or images are harmful."""
    responses = nested("responses.Responses")
    """What a model answers, with tools, thoughts and a memory."""
    uploads = nested("uploads.Uploads")
    """Large files, sent in parts."""
    vector_stores = nested("vector_stores.VectorStores")
    """Files made searchable by meaning."""
    webhooks = nested("webhooks.Webhooks")
    """What the service delivers to you, checked and typed, and where it delivers."""

    @property
    def with_raw_response(self) -> Any:
        """All operations, giving an `APIResponse` with status, headers and `parse()`."""
        return _View(self, "raw")

    @property
    def with_streaming_response(self) -> Any:
        """All operations as context managers, giving an answer whose body is read bit by bit."""
        return _View(self, "streaming")


class AsyncResources(Resources):
    """The areas of the API, as attributes of an async client: the same tree, which takes the colour of its client."""


class _View(Resource, Resources):
    """The whole tree of a client, its answers raw or streamed: `client.with_raw_response.models.list()`."""

    def __init__(self, client: Any, mode: "Mode") -> None:
        super().__init__(client, mode)
        self.is_async = client.is_async
