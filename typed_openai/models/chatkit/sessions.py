"""ChatKit sessions: what lets a web page chat with a workflow of yours (`/chatkit/sessions`).

API reference: "ChatKit" (create and cancel session).

Rules
* Settings go both ways: what is given may be left out, what is said never is (`Said`).
* The client secret goes to the web page; no repr shows it.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StrictInt, StringConstraints

from typed_openai.models.base import Open, Params, Result
from typed_openai.models.shape import SAID, Said, Shape

Variable: TypeAlias = Annotated[str, StringConstraints(max_length=10_485_760)] | int | bool | float
AtLeastOne: TypeAlias = Annotated[int, Field(ge=1)]


class Switch(Shape):
    """Something that is on or off."""

    enabled: Said[bool] = SAID
    """Whether it is on; True by default."""


class ChatKitWorkflow(Shape):
    """The workflow that answers."""

    id: str
    """Its id (`wf_…`)."""
    version: str | None = None
    """Its version; the latest by default."""
    state_variables: Annotated[dict[str, Variable], Field(max_length=64)] | None = None
    """What it begins with: up to 64 variables of its own."""
    tracing: Said[Switch] = SAID
    """Whether it is traced."""


class ChatSessionExpiresAfterParam(Params):
    """When the session ends."""

    anchor: Literal["created_at"] = "created_at"
    seconds: Annotated[StrictInt, Field(ge=1, le=600)]
    """After how many seconds, 1 to 600."""


class ChatSessionRateLimits(Shape):
    """How much may be asked."""

    max_requests_per_1_minute: Said[AtLeastOne] = SAID
    """Requests a minute; 10 by default."""


class ChatSessionFileUpload(Shape):
    """Whether files may be uploaded."""

    enabled: Said[bool] = SAID
    """False by default."""
    max_file_size: Annotated[int, Field(ge=1, le=512)] | None = None
    """How large a file may be, in megabytes, 1 to 512; 512 by default."""
    max_files: AtLeastOne | None = None
    """How many there may be; 10 by default."""


class ChatSessionHistory(Switch):
    """Whether older threads are shown."""

    recent_threads: AtLeastOne | None = None
    """How many; all by default."""


class ChatSessionChatKitConfiguration(Shape):
    """What the chat in the web page can do."""

    automatic_thread_titling: Said[Switch] = SAID
    """Whether threads get titles by themselves."""
    file_upload: Said[ChatSessionFileUpload] = SAID
    """Whether files may be uploaded."""
    history: Said[ChatSessionHistory] = SAID
    """Whether older threads are shown."""


class SessionCreateParams(Params):
    """A session for a web page."""

    user: Annotated[str, StringConstraints(min_length=1)]
    """Who chats: an id of yours, which keeps the threads of users apart."""
    workflow: ChatKitWorkflow
    """The workflow that answers."""
    chatkit_configuration: ChatSessionChatKitConfiguration | None = None
    """What the chat can do."""
    expires_after: ChatSessionExpiresAfterParam | None = None
    """When it ends; after ten minutes by default."""
    rate_limits: ChatSessionRateLimits | None = None
    """How much may be asked."""


class ChatSession(Result):
    """A session for a web page."""

    id: str
    """Its id (`cksess_…`)."""
    object: Open[Literal["chatkit.session"]]
    client_secret: Annotated[str, Field(repr=False)]
    """What the web page opens the chat with. No repr shows it."""
    expires_at: int
    """When it ends, Unix seconds."""
    status: Open[Literal["active", "expired", "cancelled"]]
    """How it is."""
    user: str
    """Who chats."""
    workflow: ChatKitWorkflow
    """The workflow that answers."""
    chatkit_configuration: ChatSessionChatKitConfiguration
    """What the chat can do."""
    max_requests_per_1_minute: int
    """The same as in `rate_limits`."""
    rate_limits: ChatSessionRateLimits
    """How much may be asked."""
