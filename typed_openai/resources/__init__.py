"""The tree of operations: what hangs below a client. One file per API area, loaded when it is first used."""

from typing import TYPE_CHECKING, Any

from typed_openai.core.declare.verbs import Resource, nested

if TYPE_CHECKING:
    from typed_openai.core.declare.resource import Mode


class Resources:
    """The areas of the API, as attributes of a client."""

    admin = nested("typed_openai.resources.admin.Admin")
    """An organization and who runs it: projects, people, keys, costs. Asked with `admin_api_key`."""
    audio = nested("typed_openai.resources.audio.Audio")
    """Speech into text, text into speech."""
    batches = nested("typed_openai.resources.batches.Batches")
    """Many requests at once, answered within a day."""
    beta = nested("typed_openai.resources.beta.Beta")
    """What the service calls beta: agents, assistants and threads."""
    chat = nested("typed_openai.resources.chat.Chat")
    """Conversations with a model: plain, streamed, stored."""
    completions = nested("typed_openai.resources.completions.Completions")
    """The older text completions."""
    containers = nested("typed_openai.resources.containers.Containers")
    """Machines for code and shells, and the files in them."""
    content_provenance_checks = nested("typed_openai.resources.content_provenance_checks.ContentProvenanceChecks")
    """Whether a picture or a sound was made by a model of OpenAI."""
    conversations = nested("typed_openai.resources.conversations.Conversations")
    """What was said, kept by the service."""
    decisions = nested("typed_openai.resources.decisions.Decisions")
    """Questions with few possible answers, and how likely each is."""
    embeddings = nested("typed_openai.resources.embeddings.Embeddings")
    """Texts as vectors."""
    evals = nested("typed_openai.resources.evals.Evals")
    """How well a model answers, judged by graders."""
    files = nested("typed_openai.resources.files.Files")
    """Documents that the service keeps for other calls."""
    fine_tuning = nested("typed_openai.resources.fine_tuning.FineTuning")
    """Models trained on your own examples."""
    images = nested("typed_openai.resources.images.Images")
    """Pictures: drawn, edited, varied."""
    live = nested("typed_openai.resources.live.Live")
    """Speak with a model that listens meanwhile, and hands work on."""
    models = nested("typed_openai.resources.models.Models")
    """The models that a key may use."""
    moderations = nested("typed_openai.resources.moderations.Moderations")
    """Whether texts or images are harmful."""
    realtime = nested("typed_openai.resources.realtime.Realtime")
    """Speak with a model."""
    responses = nested("typed_openai.resources.responses.Responses")
    """What a model answers, with tools, thoughts and a memory."""
    safety = nested("typed_openai.resources.safety.Safety")
    """What the safety systems report."""
    skills = nested("typed_openai.resources.skills.Skills")
    """Folders of instructions and scripts for the shells of responses."""
    uploads = nested("typed_openai.resources.uploads.Uploads")
    """Large files, sent in parts."""
    vector_stores = nested("typed_openai.resources.vector_stores.VectorStores")
    """Files made searchable by meaning."""
    videos = nested("typed_openai.resources.videos.Videos")
    """Videos: made, edited, extended, remixed."""
    webhooks = nested("typed_openai.resources.webhooks.Webhooks")
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
