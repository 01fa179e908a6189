"""Messages of threads: what goes in, what comes back, and the deltas of a stream.

API reference: "Messages" (create, list, retrieve, update, delete), "Assistants streaming" (message delta).

Rules
* Pictures and attachments go both ways. Texts have two shapes in the API: `TextContentBlockParam` goes in (a string),
  `TextContentBlock` comes back (an object with annotations).
* `Message.text` joins the texts of a message, which is what most programs want; annotations stay in the blocks.

Weak spots
* A message that came back is not a message to send: its text blocks have another shape. `as_input()` of each block
  gives the input shape, without its annotations.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import Field

from typed_openai.models.assistants.assistant_tools import AttachmentTool, PageParams
from typed_openai.models.base import Model, Nullable, Open, Params, Result, Tagged
from typed_openai.models.given_results import accepts_results
from typed_openai.models.receipts import Deleted
from typed_openai.models.shape import Shape
from typed_openai.models.shared import Metadata, StringOrList
from typed_openai.models.unknown_kinds import UnknownKind

# --- content to send -------------------------------------------------------------------------------------------------

ImageDetail: TypeAlias = Literal["auto", "low", "high"]
"""How closely a picture is looked at: `low` costs fewer tokens."""


class MessageContentPartParam(Model):
    """Content to send: `TextContentBlockParam`, `ImageFileContentBlock` or `ImageURLContentBlock`."""


class TextContentBlockParam(MessageContentPartParam, Params):
    """A text."""

    type: Literal["text"] = "text"
    text: str
    """The text."""


class ImageFile(Shape):
    """A picture that was uploaded."""

    file_id: str
    """Id of the file; uploaded with the purpose `vision`."""
    detail: ImageDetail | None = None
    """How closely to look; `auto` by default."""


class ImageFileContentBlock(MessageContentPartParam, Shape):
    """A picture that was uploaded."""

    type: Literal["image_file"] = "image_file"
    image_file: ImageFile
    """The picture."""


class ImageURL(Shape):
    """A picture on the web."""

    url: str
    """Where it is; jpeg, jpg, png, gif and webp are known to the service."""
    detail: ImageDetail | None = None
    """How closely to look; `auto` by default."""


class ImageURLContentBlock(MessageContentPartParam, Shape):
    """A picture on the web."""

    type: Literal["image_url"] = "image_url"
    image_url: ImageURL
    """The picture."""


if TYPE_CHECKING:
    Content: TypeAlias = str | Sequence[MessageContentPartParam]
else:
    Content = StringOrList[
        str,
        Annotated[
            list[
                Annotated[
                    TextContentBlockParam | ImageFileContentBlock | ImageURLContentBlock,
                    Tagged("type"),
                    accepts_results(),
                ]
            ],
            Field(min_length=1),
        ],
    ]
    """A text, or parts told apart by `type`; at least one."""


class Attachment(Shape):
    """A file along with a message."""

    file_id: str | None = None
    """Id of the file."""
    tools: list[AttachmentTool] | None = None
    """The tools that may see it."""


class MessageCreateParams(Params):
    """What a new message is made of."""

    role: Literal["user", "assistant"]
    """Who speaks: `user`, or `assistant` to put an answer into its mouth."""
    content: Content
    """A text, or text and pictures."""
    attachments: Nullable[list[Attachment]] = None
    """Files for the code interpreter or file search."""
    metadata: Nullable[Metadata] = None
    """Your own notes on it."""


class NewMessage(Params):
    """A message of a thread or run that is about to be made; as `MessageCreateParams`, but it is sent as given."""

    role: Literal["user", "assistant"]
    """Who speaks: `user`, or `assistant` to put an answer into its mouth."""
    content: Content
    """A text, or text and pictures."""
    attachments: list[Attachment] | None = None
    """Files for the code interpreter or file search."""
    metadata: Metadata | None = None
    """Your own notes on it."""


class MessageUpdateParams(Params):
    """What to change in a message."""

    metadata: Nullable[Metadata] = None
    """Your own notes on it; replaces those before."""


class MessageListParams(PageParams):
    """Which messages to list."""

    run_id: str | None = None
    """Only what this run wrote."""


# --- content that came back ------------------------------------------------------------------------------------------


class FileCitation(Result):
    """The file that is cited."""

    file_id: str
    """Its id."""


class FileCitationAnnotation(Result):
    """A place in the text that cites a file, found by file search."""

    type: Literal["file_citation"]
    text: str
    """The words in the text that stand for the citation, such as `【4:0†source】`."""
    file_citation: FileCitation
    """The file."""
    start_index: int
    """Where the words begin."""
    end_index: int
    """Where they end."""


class FilePath(Result):
    """The file that was made."""

    file_id: str
    """Its id."""


class FilePathAnnotation(Result):
    """A place in the text that links to a file which the code interpreter made."""

    type: Literal["file_path"]
    text: str
    """The words in the text that stand for the link, such as `sandbox:/mnt/data/a.csv`."""
    file_path: FilePath
    """The file."""
    start_index: int
    """Where the words begin."""
    end_index: int
    """Where they end."""


class UnknownAnnotation(UnknownKind):
    """A kind of annotation that this package does not know yet."""


Annotation: TypeAlias = Annotated[FileCitationAnnotation | FilePathAnnotation | UnknownAnnotation, Tagged("type")]
"""A note on a place in a text, told apart by `type`."""


class Text(Result):
    """A text with notes on places in it."""

    value: str
    """The text."""
    annotations: list[Annotation]
    """The notes."""


class TextContentBlock(Result):
    """A text."""

    type: Literal["text"]
    text: Text
    """The text and its annotations."""

    def as_input(self) -> dict[str, Any]:
        return {"type": "text", "text": self.text.value}


class RefusalContentBlock(Result):
    """What the assistant said when it would not answer."""

    type: Literal["refusal"]
    refusal: str
    """Its words."""


class UnknownContentBlock(UnknownKind):
    """A kind of content that this package does not know yet."""


MessageContent: TypeAlias = Annotated[
    TextContentBlock | ImageFileContentBlock | ImageURLContentBlock | RefusalContentBlock | UnknownContentBlock,
    Tagged("type"),
]
"""Content of a message, told apart by `type`."""


class MessageIncompleteDetails(Result):
    """Why a message is not whole."""

    reason: Open[Literal["content_filter", "max_tokens", "run_cancelled", "run_expired", "run_failed"]]
    """The reason."""


class Message(Result):
    """A message of a thread."""

    id: str
    """Its id, such as `msg_abc123`."""
    object: Open[Literal["thread.message"]]
    created_at: int
    """When it was made, Unix time in seconds."""
    thread_id: str
    """The thread that it belongs to."""
    status: Open[Literal["in_progress", "incomplete", "completed"]] | None = None
    """Whether it is whole; None for messages that users wrote, of which the service says nothing."""
    incomplete_details: MessageIncompleteDetails | None = None
    """Why it is not whole."""
    completed_at: int | None = None
    """When it was whole, Unix time in seconds."""
    incomplete_at: int | None = None
    """When it was given up, Unix time in seconds."""
    role: Open[Literal["user", "assistant"]]
    """Who speaks."""
    content: list[MessageContent]
    """Texts and pictures."""
    assistant_id: str | None = None
    """The assistant that wrote it."""
    run_id: str | None = None
    """The run that wrote it, or that it was made with."""
    attachments: list[Attachment] | None = None
    """Files for the code interpreter or file search."""
    metadata: dict[str, str] | None = None
    """Your own notes on it."""

    @property
    def text(self) -> str:
        """Its texts, joined by blank lines; `""` when there are none."""
        content: Any = self.content  # a server may have sent anything
        blocks: list[Any] = content if isinstance(content, list) else []
        texts = [getattr(block.text, "value", None) for block in blocks if isinstance(block, TextContentBlock)]
        return "\n\n".join(text for text in texts if isinstance(text, str))


class MessageDeleted(Deleted):
    """The receipt for deleting a message."""

    object: Open[Literal["thread.message.deleted"]]
