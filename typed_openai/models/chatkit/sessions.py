"""ChatKit sessions: what lets a web page chat with a workflow of yours (`/chatkit/sessions`).

API reference: "ChatKit" (create and cancel session).

Rules
* What is given may be left out, what is said never is: so settings are two classes each, one for each direction.
* The client secret goes to the web page; no repr shows it.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StrictBool, StrictFloat, StrictInt, StringConstraints

from typed_openai.models.base import Open, Params, Result

# --- what is given ---------------------------------------------------------------------------------------------------

Variable: TypeAlias = Annotated[str, StringConstraints(max_length=10_485_760)] | StrictInt | StrictBool | StrictFloat
AtLeastOne: TypeAlias = Annotated[StrictInt, Field(ge=1)]


class WorkflowTracingParam(Params):
    """Whether the workflow is traced."""

    enabled: StrictBool | None = None
    """True by default."""


class ChatSessionWorkflowParam(Params):
    """The workflow that answers."""

    id: str
    """Its id (`wf_…`)."""
    version: str | None = None
    """Its version; the latest by default."""
    state_variables: Annotated[dict[str, Variable], Field(max_length=64)] | None = None
    """What it begins with: up to 64 variables of its own."""
    tracing: WorkflowTracingParam | None = None
    """Whether it is traced."""


class ChatSessionExpiresAfterParam(Params):
    """When the session ends."""

    anchor: Literal["created_at"] = "created_at"
    seconds: Annotated[StrictInt, Field(ge=1, le=600)]
    """After how many seconds, 1 to 600."""


class ChatSessionRateLimitsParam(Params):
    """How much may be asked."""

    max_requests_per_1_minute: AtLeastOne | None = None
    """Requests a minute; 10 by default."""


class AutomaticThreadTitlingParam(Params):
    """Whether threads get titles by themselves."""

    enabled: StrictBool | None = None
    """True by default."""


class FileUploadParam(Params):
    """Whether files may be uploaded."""

    enabled: StrictBool | None = None
    """False by default."""
    max_file_size: Annotated[StrictInt, Field(ge=1, le=512)] | None = None
    """How large a file may be, in megabytes, 1 to 512; 512 by default."""
    max_files: AtLeastOne | None = None
    """How many there may be; 10 by default."""


class HistoryParam(Params):
    """Whether older threads are shown."""

    enabled: StrictBool | None = None
    """True by default."""
    recent_threads: AtLeastOne | None = None
    """How many; all by default."""


class ChatSessionChatKitConfigurationParam(Params):
    """What the chat in the web page can do."""

    automatic_thread_titling: AutomaticThreadTitlingParam | None = None
    """Whether threads get titles by themselves."""
    file_upload: FileUploadParam | None = None
    """Whether files may be uploaded."""
    history: HistoryParam | None = None
    """Whether older threads are shown."""


class SessionCreateParams(Params):
    """A session for a web page."""

    user: Annotated[str, StringConstraints(min_length=1)]
    """Who chats: an id of yours, which keeps the threads of users apart."""
    workflow: ChatSessionWorkflowParam
    """The workflow that answers."""
    chatkit_configuration: ChatSessionChatKitConfigurationParam | None = None
    """What the chat can do."""
    expires_after: ChatSessionExpiresAfterParam | None = None
    """When it ends; after ten minutes by default."""
    rate_limits: ChatSessionRateLimitsParam | None = None
    """How much may be asked."""


# --- what is said ----------------------------------------------------------------------------------------------------


class Switch(Result):
    """Something that is on or off."""

    enabled: bool
    """Whether it is on."""


class ChatSessionFileUpload(Switch):
    """Whether files may be uploaded."""

    max_file_size: int | None = None
    """How large a file may be, in megabytes."""
    max_files: int | None = None
    """How many there may be."""


class ChatSessionHistory(Switch):
    """Whether older threads are shown."""

    recent_threads: int | None = None
    """How many; None for all."""


class ChatSessionChatKitConfiguration(Result):
    """What the chat in the web page can do."""

    automatic_thread_titling: Switch
    """Whether threads get titles by themselves."""
    file_upload: ChatSessionFileUpload
    """Whether files may be uploaded."""
    history: ChatSessionHistory
    """Whether older threads are shown."""


class ChatKitWorkflow(Result):
    """The workflow that answers."""

    id: str
    """Its id."""
    version: str | None = None
    """Its version; None for the latest."""
    state_variables: dict[str, str | int | bool | float] | None = None
    """What it began with."""
    tracing: Switch
    """Whether it is traced."""


class ChatSessionRateLimits(Result):
    """How much may be asked."""

    max_requests_per_1_minute: int
    """Requests a minute."""


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
