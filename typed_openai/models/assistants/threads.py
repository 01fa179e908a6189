"""Threads: conversations kept by the service (deprecated by it). API reference: "Threads".

Weak spot: a thread cannot be listed; whoever loses its id has lost it.
"""

from typing import Annotated, Literal

from typed_openai.models.assistants.assistant_tools import NewToolResourcesParam, ToolResources
from typed_openai.models.assistants.thread_messages import NewMessage
from typed_openai.models.base import Nullable, Open, Params, Result
from typed_openai.models.given_results import accepts_results
from typed_openai.models.receipts import Deleted
from typed_openai.models.shared import Metadata


class ThreadCreateParams(Params):
    """What a new thread is made of."""

    messages: list[NewMessage] | None = None
    """What it begins with."""
    metadata: Nullable[Metadata] = None
    """Your own notes on it."""
    tool_resources: Nullable[Annotated[NewToolResourcesParam, accepts_results()]] = None
    """What tools work on in this thread: files for the code interpreter, a vector store for file search."""


class NewThread(Params):
    """A thread that is made along with a run; as `ThreadCreateParams`, but it is sent as given."""

    messages: list[NewMessage] | None = None
    """What it begins with."""
    metadata: Metadata | None = None
    """Your own notes on it."""
    tool_resources: Annotated[NewToolResourcesParam, accepts_results()] | None = None
    """What tools work on in this thread."""


class ThreadUpdateParams(Params):
    """What to change in a thread; what is left out stays as it is."""

    metadata: Nullable[Metadata] = None
    """Your own notes on it; replaces those before."""
    tool_resources: Nullable[ToolResources] = None
    """What tools work on in this thread."""


class Thread(Result):
    """A conversation."""

    id: str
    """Its id, such as `thread_abc123`. Keep it: threads cannot be listed."""
    object: Open[Literal["thread"]]
    created_at: int
    """When it was made, Unix time in seconds."""
    tool_resources: ToolResources | None = None
    """What tools work on in this thread."""
    metadata: dict[str, str] | None = None
    """Your own notes on it."""


class ThreadDeleted(Deleted):
    """The receipt for deleting a thread."""

    object: Open[Literal["thread.deleted"]]
