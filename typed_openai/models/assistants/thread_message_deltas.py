"""How the messages of a thread grow in a stream. API reference: "Assistants streaming" (message delta object).

Rules: everything but `index` and `type` may be missing; `streaming/assistants.py` adds deltas up to a `Message`.
"""

from typing import Annotated, Literal, TypeAlias

from typed_openai.models.assistants.thread_messages import ImageDetail
from typed_openai.models.base import Open, Result, Tagged
from typed_openai.models.unknown_kinds import UnknownKind


class FileCitationDelta(Result):
    """The file that is cited."""

    file_id: str | None = None
    """Its id."""
    quote: str | None = None
    """The words of the file that are cited."""


class FileCitationDeltaAnnotation(Result):
    """A place in the text that cites a file."""

    index: int
    """Which annotation of the text, from 0."""
    type: Literal["file_citation"]
    text: str | None = None
    """The words in the text that stand for the citation."""
    file_citation: FileCitationDelta | None = None
    """The file."""
    start_index: int | None = None
    """Where the words begin."""
    end_index: int | None = None
    """Where they end."""


class FilePathDelta(Result):
    """The file that was made."""

    file_id: str | None = None
    """Its id."""


class FilePathDeltaAnnotation(Result):
    """A place in the text that links to a file."""

    index: int
    """Which annotation of the text, from 0."""
    type: Literal["file_path"]
    text: str | None = None
    """The words in the text that stand for the link."""
    file_path: FilePathDelta | None = None
    """The file."""
    start_index: int | None = None
    """Where the words begin."""
    end_index: int | None = None
    """Where they end."""


class UnknownDeltaAnnotation(UnknownKind):
    """A kind of annotation that this package does not know yet."""


AnnotationDelta: TypeAlias = Annotated[
    FileCitationDeltaAnnotation | FilePathDeltaAnnotation | UnknownDeltaAnnotation, Tagged("type")
]
"""A note on a place in a text, told apart by `type`."""


class TextDelta(Result):
    """The next words of a text."""

    value: str | None = None
    """The words."""
    annotations: list[AnnotationDelta] | None = None
    """Notes on places in the text."""


class TextDeltaBlock(Result):
    """A piece of a text."""

    index: int
    """Which content of the message, from 0."""
    type: Literal["text"]
    text: TextDelta | None = None
    """The words."""


class ImageFileDelta(Result):
    """A picture among the files."""

    file_id: str | None = None
    """Id of the file."""
    detail: Open[ImageDetail] | None = None
    """How closely it was looked at."""


class ImageFileDeltaBlock(Result):
    """A picture among the files."""

    index: int
    """Which content of the message, from 0."""
    type: Literal["image_file"]
    image_file: ImageFileDelta | None = None
    """The picture."""


class ImageURLDelta(Result):
    """A picture on the web."""

    url: str | None = None
    """Where it is."""
    detail: Open[ImageDetail] | None = None
    """How closely it was looked at."""


class ImageURLDeltaBlock(Result):
    """A picture on the web."""

    index: int
    """Which content of the message, from 0."""
    type: Literal["image_url"]
    image_url: ImageURLDelta | None = None
    """The picture."""


class RefusalDeltaBlock(Result):
    """The next words of a refusal."""

    index: int
    """Which content of the message, from 0."""
    type: Literal["refusal"]
    refusal: str | None = None
    """The words."""


class UnknownDeltaBlock(UnknownKind):
    """A kind of content that this package does not know yet."""


MessageContentDelta: TypeAlias = Annotated[
    TextDeltaBlock | ImageFileDeltaBlock | ImageURLDeltaBlock | RefusalDeltaBlock | UnknownDeltaBlock, Tagged("type")
]
"""A piece of a message's content, told apart by `type`."""


class MessageDelta(Result):
    """What is new in a message."""

    role: Open[Literal["user", "assistant"]] | None = None
    """Who speaks."""
    content: list[MessageContentDelta] | None = None
    """Pieces of content."""


class MessageDeltaEvent(Result):
    """What is new in a message, and in which."""

    id: str
    """Id of the message."""
    object: Open[Literal["thread.message.delta"]]
    delta: MessageDelta
    """What is new."""

    @property
    def text(self) -> str:
        """The words in it, `""` when there are none."""
        blocks = getattr(self.delta, "content", None)
        texts = (
            [block.text for block in blocks if isinstance(block, TextDeltaBlock)] if isinstance(blocks, list) else []
        )
        return "".join(text.value for text in texts if isinstance(text, TextDelta) and isinstance(text.value, str))
