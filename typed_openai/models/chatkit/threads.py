"""ChatKit threads: what users and workflows said in the chat of a web page (`/chatkit/threads`).

API reference: "ChatKit" (retrieve, list and delete threads; list items). Threads are made by the web page alone.

Rules: items are told apart by `type`; one that is newer than this package is an `UnknownThreadItem`.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StrictInt, StringConstraints
from typing_extensions import TypeAliasType

from typed_openai.models.base import Open, Params, Result, Tagged
from typed_openai.models.json_text import json_texts
from typed_openai.models.receipts import Deleted
from typed_openai.models.unknown_kinds import UnknownKind

# --- which -----------------------------------------------------------------------------------------------------------


class ThreadListItemsParams(Params):
    """Which items to list."""

    after: str | None = None
    """Go on after the one with this id."""
    before: str | None = None
    """Stop before the one with this id."""
    limit: Annotated[StrictInt, Field(ge=0, le=100)] | None = None
    """How many to a page, 0 to 100; 20 by default."""
    order: Literal["asc", "desc"] | None = None
    """By age: the oldest (`asc`) or the newest (`desc`, default) first."""


class ThreadListParams(ThreadListItemsParams):
    """Which threads to list."""

    user: Annotated[str, StringConstraints(min_length=1, max_length=512)] | None = None
    """Only those of this user."""


# --- threads ---------------------------------------------------------------------------------------------------------


class StatusActive(Result):
    """The chat goes on."""

    type: Literal["active"]


class StatusLocked(Result):
    """The chat rests."""

    type: Literal["locked"]
    reason: str | None = None
    """Why."""


class StatusClosed(Result):
    """The chat is over."""

    type: Literal["closed"]
    reason: str | None = None
    """Why."""


class UnknownThreadStatus(UnknownKind):
    """A state that is newer than this package; its data is in `model_extra`."""


ThreadStatus: TypeAlias = Annotated[StatusActive | StatusLocked | StatusClosed | UnknownThreadStatus, Tagged("type")]
"""Whether the chat goes on, told apart by `type`."""


class Kept(Result):
    """Something that the service keeps."""

    id: str
    """Its id."""
    created_at: int
    """When it was made, Unix seconds."""


class ChatKitThread(Kept):
    """A chat."""

    object: Open[Literal["chatkit.thread"]]
    title: str | None = None
    """What it is about; None until it has a title."""
    status: ThreadStatus
    """Whether it goes on."""
    user: str
    """Who chats: the `user` of the session."""


class ThreadDeleteResponse(Deleted):
    """A chat that was deleted."""

    object: Open[Literal["chatkit.thread.deleted"]]


# --- items -----------------------------------------------------------------------------------------------------------


class ThreadItem(Kept):
    """Something in a chat."""

    object: Open[Literal["chatkit.thread_item"]]
    thread_id: str
    """The chat."""


class ContentInputText(Result):
    """What a user wrote."""

    type: Literal["input_text"]
    text: str
    """The text."""


class ContentQuotedText(Result):
    """What a user quoted."""

    type: Literal["quoted_text"]
    text: str
    """The text."""


class UnknownUserContent(UnknownKind):
    """A part of a kind that is newer than this package; its data is in `model_extra`."""


UserContent: TypeAlias = Annotated[ContentInputText | ContentQuotedText | UnknownUserContent, Tagged("type")]
"""What a user wrote or quoted, told apart by `type`."""


class ChatKitAttachment(Result):
    """A file that a user attached."""

    type: Open[Literal["image", "file"]]
    """What it is."""
    id: str
    """Its id."""
    name: str
    """What it is called."""
    mime_type: str
    """Its content type."""
    preview_url: str | None = None
    """Where a small picture of it is."""


class InferenceOptionsToolChoice(Result):
    """The tool that is to be used."""

    id: str
    """Its id."""


class InferenceOptions(Result):
    """How a message is to be answered."""

    model: str | None = None
    """Name of the model; None for that of the workflow."""
    tool_choice: InferenceOptionsToolChoice | None = None
    """The tool that is to be used; None for any."""


class ChatKitThreadUserMessageItem(ThreadItem):
    """What a user said."""

    type: Literal["chatkit.user_message"]
    content: list[UserContent]
    """What was written and quoted."""
    attachments: list[ChatKitAttachment]
    """Files that came with it."""
    inference_options: InferenceOptions | None = None
    """How it is to be answered."""


class AnnotationFileSource(Result):
    """A file."""

    type: Open[Literal["file"]]
    filename: str
    """What it is called."""


class AnnotationFile(Result):
    """A file that a text refers to."""

    type: Literal["file"]
    source: AnnotationFileSource
    """The file."""


class AnnotationURLSource(Result):
    """A page."""

    type: Open[Literal["url"]]
    url: str
    """Its address."""


class AnnotationURL(Result):
    """A page that a text refers to."""

    type: Literal["url"]
    source: AnnotationURLSource
    """The page."""


class UnknownChatAnnotation(UnknownKind):
    """A reference of a kind that is newer than this package; its data is in `model_extra`."""


ChatAnnotation: TypeAlias = Annotated[AnnotationFile | AnnotationURL | UnknownChatAnnotation, Tagged("type")]
"""What a text refers to, told apart by `type`."""


class ChatKitResponseOutputText(Result):
    """What a workflow wrote."""

    type: Open[Literal["output_text"]]
    text: str
    """The text."""
    annotations: list[ChatAnnotation]
    """What it refers to."""


class ChatKitThreadAssistantMessageItem(ThreadItem):
    """What a workflow said."""

    type: Literal["chatkit.assistant_message"]
    content: list[ChatKitResponseOutputText]
    """What was written."""


class ChatKitWidgetItem(ThreadItem):
    """Something to look at and to press."""

    type: Literal["chatkit.widget"]
    widget: str
    """What it is, as JSON text."""


@json_texts("arguments")
class ChatKitClientToolCall(ThreadItem):
    """A call of a function in the web page."""

    type: Literal["chatkit.client_tool_call"]
    call_id: str
    """Id of the call."""
    name: str
    """Name of the function."""
    arguments: str
    """The arguments, as JSON text."""
    output: str | None = None
    """What it gave, as JSON text; None while it runs."""
    status: Open[Literal["in_progress", "completed"]]
    """How far it is."""


class Task(Result):
    """A piece of work that is shown."""

    heading: str | None = None
    """What it is called."""
    summary: str | None = None
    """What it is about."""


class ChatKitTask(Task, ThreadItem):
    """A piece of work that is shown."""

    type: Literal["chatkit.task"]
    task_type: Open[Literal["custom", "thought"]]
    """Whether it is a thought."""


class ChatKitTaskGroupTask(Task):
    """A piece of work among others."""

    type: Open[Literal["custom", "thought"]]
    """Whether it is a thought."""


class ChatKitTaskGroup(ThreadItem):
    """Pieces of work that are shown together."""

    type: Literal["chatkit.task_group"]
    tasks: list[ChatKitTaskGroupTask]
    """The pieces."""


class UnknownThreadItem(UnknownKind):
    """Something of a kind that is newer than this package; its data is in `model_extra`."""

    id: str
    """Its id."""


Data = TypeAliasType(
    "Data",
    Annotated[
        ChatKitThreadUserMessageItem
        | ChatKitThreadAssistantMessageItem
        | ChatKitWidgetItem
        | ChatKitClientToolCall
        | ChatKitTask
        | ChatKitTaskGroup
        | UnknownThreadItem,
        Tagged("type"),
    ],
)
"""Something in a chat, told apart by `type`."""
