"""What is said and done in a session, item by item: messages, thoughts, calls, outcomes, approvals.

Rules
* Items are told apart by `type` (`AgentSessionItem`); one that is newer than this package is an `UnknownSessionItem`.
* `arguments` and outcomes of calls are any JSON: the service gives them as they are, not as text.

Weak spot: what a subagent is told may be encrypted; there is nothing to read then.
"""

from typing import Annotated, Any, Literal, TypeAlias

from typing_extensions import TypeAliasType

from typed_openai.models.base import Model, Open, Result, Tagged
from typed_openai.models.shape import Shape
from typed_openai.models.unknown_kinds import UnknownKind

CallStatus: TypeAlias = Literal["in_progress", "completed", "failed", "incomplete"]
"""How far a call is."""
OutputStatus: TypeAlias = Literal["in_progress", "completed", "incomplete"]
"""How far an item is."""

# --- contents --------------------------------------------------------------------------------------------------------


class AnyInputContent(Model):
    """A part of what an agent is told."""


class AgentInputText(AnyInputContent, Shape):
    """A text for the agent."""

    type: Literal["input_text"] = "input_text"
    text: str
    """The text."""


class AgentInputImage(AnyInputContent, Shape):
    """A picture for the agent."""

    type: Literal["input_image"] = "input_image"
    image_url: str
    """Where it is, or the picture itself as a `data:` URL."""


class AgentOutputText(Result):
    """A text of the agent."""

    type: Literal["output_text"]
    text: str
    """The text."""


class EncryptedContent(Result):
    """Something that agents told each other and nobody else can read."""

    type: Literal["encrypted_content"]
    encrypted_content: str
    """It, encrypted."""


class AgentSummaryText(Result):
    """What the agent thought, in short."""

    type: Literal["summary_text"]
    text: str
    """The text."""


AgentInputContent: TypeAlias = Annotated[AgentInputText | AgentInputImage | UnknownKind, Tagged("type")]
"""A part of what an agent is told."""
AgentMessageContent: TypeAlias = Annotated[
    AgentInputText | AgentInputImage | AgentOutputText | UnknownKind, Tagged("type")
]
"""A part of a message."""
AgentContent: TypeAlias = Annotated[AgentOutputText | EncryptedContent | UnknownKind, Tagged("type")]
"""A part of what agents tell each other."""

# --- items -----------------------------------------------------------------------------------------------------------


class SessionItem(Result):
    """Something that was said or done."""

    id: str
    """Names the item."""
    turn_id: str
    """The turn that it belongs to."""


class SessionCall(SessionItem):
    """Something that the agent does."""

    status: Open[CallStatus]
    """How far it is."""


class AgentSessionMessage(Result):
    """A message of the user or of the agent."""

    type: Literal["message"]
    id: str | None = None
    """Names the item; older messages of users have none."""
    turn_id: str
    """The turn that it belongs to."""
    role: Open[Literal["user", "assistant"]]
    """Who says it."""
    content: list[AgentMessageContent]
    """What is said."""
    phase: Open[Literal["commentary", "final_answer"]] | None = None
    """What the agent says at work, or its answer; None for users."""
    status: Open[OutputStatus]
    """How far it is."""

    @property
    def output_text(self) -> str:
        """The words of the agent, all parts together."""
        return "".join(part.text for part in self.content if isinstance(part, AgentOutputText))

    @property
    def text(self) -> str:
        """The words, whoever says them."""
        parts = (part for part in self.content if isinstance(part, AgentOutputText | AgentInputText))
        return "".join(part.text for part in parts)


class AgentReasoningItem(SessionItem):
    """What the agent thought."""

    type: Literal["reasoning"]
    summary: list[AgentSummaryText]
    """It, in short."""
    status: Open[OutputStatus] | None = None
    """How far it is."""


class AgentFunctionCall(SessionCall):
    """A call of one of your functions."""

    type: Literal["function_call"]
    call_id: str
    """Names the call where its outcome is handed in."""
    name: str
    """Which function."""
    arguments: Any
    """Its arguments: an object of JSON."""


class AgentFunctionCallOutput(SessionCall):
    """What one of your functions came to."""

    type: Literal["function_call_output"]
    call_id: str
    """The call that this is about."""
    output: str | list[AgentInputContent] | None = None
    """What it gave."""
    error: str | None = None
    """What went wrong."""


class AgentMessageItem(SessionItem):
    """A message from one agent to another."""

    type: Literal["agent_message"]
    content: list[AgentContent]
    """What is said."""
    recipient_agent_id: str
    """Id or name of who it is for."""
    sender_agent_id: str
    """Id or name of who says it."""


class AgentMcpCall(SessionCall):
    """A call of a tool of an MCP server."""

    type: Literal["mcp_call"]
    server_label: str
    """What the server is called."""
    name: str
    """Which tool."""
    arguments: Any
    """Its arguments."""
    output: Any = None
    """What it gave."""
    error: Any = None
    """What went wrong."""


class ComputerScreenshot(Result):
    """What was on the screen."""

    type: Literal["computer_screenshot"]
    image_url: str
    """The picture (JPEG) as a `data:` URL."""


class AgentComputerUseCall(SessionCall):
    """The agent uses the browser."""

    type: Literal["computer_use_call"]
    title: str | None = None
    """What it is about."""
    output: ComputerScreenshot | None = None
    """The last screenshot, where those are shown."""


class LoginField(Result):
    """A field of a form to log in with."""

    id: str
    """Names it where its value is handed in (`field_id`)."""
    label: str
    """What stands beside it."""
    required: bool
    """Whether it may be left empty."""
    type: str
    """How to show it: `text`, `email`, `password`, ..."""


class LoginOption(Result):
    """A way to log in."""

    id: str
    """Names it where it is chosen (`selected_option`)."""
    label: str
    """What it is called."""
    field_ids: list[str]
    """The fields that it needs."""


class BrowserAuthenticationRequest(Result):
    """The browser meets a form to log in with, which your user is to fill in."""

    type: Literal["browser_authentication"]
    credential_origin: str | None = None
    """Where the values will be entered."""
    fields: list[LoginField]
    """The fields to show. All that is filled in is secret."""
    options: list[LoginOption]
    """Ways to log in; none for a plain form."""
    reason: str | None = None
    """Why the agent needs it."""


class AgentApprovalRequest(SessionItem):
    """The browser asked for somebody to log in. What was filled in is not in it."""

    type: Literal["computer_use_approval_request"]
    request: BrowserAuthenticationRequest
    """What was asked for."""
    request_id: str
    """Names the request where it is answered."""


class BrowserAuthenticationResponse(Result):
    """Whether somebody logged in."""

    type: Literal["browser_authentication"]
    action: Open[Literal["submit", "cancel"]]
    """What was done."""
    selected_option: str | None = None
    """The way that was chosen, where there were several."""


class BrowserOriginAccessResponse(Result):
    """Whether the browser may go somewhere."""

    type: Literal["browser_origin_access"]
    decision: Open[Literal["approve", "deny", "cancel"]]
    """What was decided."""


class AgentApprovalResult(SessionItem):
    """A request of the browser was answered; that all is done is not said."""

    type: Literal["computer_use_approval_request_result"]
    request_id: str
    """The request that this is about."""
    response: Annotated[BrowserAuthenticationResponse | BrowserOriginAccessResponse | UnknownKind, Tagged("type")]
    """The answer, without what was filled in."""


class AgentSearchAction(Result):
    """A search of the web."""

    type: Literal["search"]
    query: str | None = None
    """What was looked for, where it was one thing."""
    queries: list[str] | None = None
    """What was looked for, where it was several things."""


class AgentOpenPageAction(Result):
    """A page is opened."""

    type: Literal["open_page"]
    url: str | None = None
    """The page."""


class AgentFindInPageAction(AgentOpenPageAction):
    """A page is searched."""

    type: Literal["find_in_page"]  # type: ignore[assignment]  # the same with a pattern, under another tag
    pattern: str | None = None
    """What was looked for."""


class AgentOtherAction(Result):
    """Something else on the web."""

    type: Literal["other"]


AgentWebSearchAction: TypeAlias = Annotated[
    AgentSearchAction | AgentOpenPageAction | AgentFindInPageAction | AgentOtherAction | UnknownKind, Tagged("type")
]
"""What a search of the web does."""


class AgentWebSearchCall(SessionItem):
    """The agent searches the web."""

    type: Literal["web_search_call"]
    action: AgentWebSearchAction | None = None
    """What it does."""
    status: Open[OutputStatus]
    """How far it is."""


class AgentCommandExecution(SessionCall):
    """The agent runs a command."""

    type: Literal["command_execution"]
    command: str
    """The command."""
    cwd: str | None = None
    """The directory in which it runs."""
    output: str | None = None
    """What it printed."""
    exit_code: int | None = None
    """What it ended with."""
    duration_ms: int | None = None
    """How long it took, in milliseconds."""


class CreateSubagentCall(SessionCall):
    """The agent makes a subagent."""

    type: Literal["create_subagent_call"]
    agent_id: str
    """Who makes it."""
    content: list[AgentContent]
    """What it is to do."""
    model: str | None = None
    """Its model."""
    reasoning_effort: str | None = None
    """How long it may think."""


class SendSubagentInputCall(SessionCall):
    """An agent tells another something."""

    type: Literal["send_subagent_input_call"]
    content: list[AgentContent]
    """What it says."""
    recipient_agent_id: str
    """Who is told."""
    sender_agent_id: str
    """Who tells it."""


class _SubagentCall(SessionCall):
    """An agent does something about another."""

    recipient_agent_id: str
    """Who it is about."""
    sender_agent_id: str
    """Who does it."""


class ResumeSubagentCall(_SubagentCall):
    """An agent opens a subagent again."""

    type: Literal["resume_subagent_call"]


class InterruptSubagentCall(_SubagentCall):
    """An agent stops what a subagent does; it can be asked again."""

    type: Literal["interrupt_subagent_call"]


class CloseSubagentCall(_SubagentCall):
    """An agent closes a subagent."""

    type: Literal["close_subagent_call"]


class WaitForSubagentsCall(SessionCall):
    """An agent waits for subagents."""

    type: Literal["wait_for_subagents_call"]
    recipient_agent_ids: list[str]
    """Who is waited for."""
    sender_agent_id: str
    """Who waits."""


class UnknownSessionItem(UnknownKind):
    """An item of a kind that is newer than this package; its data is in `model_extra`."""

    id: str | None = None
    """Names the item."""
    turn_id: str | None = None
    """The turn that it belongs to."""


AgentSessionItem = TypeAliasType(
    "AgentSessionItem",
    Annotated[
        AgentSessionMessage
        | AgentReasoningItem
        | AgentFunctionCall
        | AgentFunctionCallOutput
        | AgentMessageItem
        | AgentMcpCall
        | AgentComputerUseCall
        | AgentApprovalRequest
        | AgentApprovalResult
        | AgentWebSearchCall
        | AgentCommandExecution
        | CreateSubagentCall
        | SendSubagentInputCall
        | ResumeSubagentCall
        | WaitForSubagentsCall
        | InterruptSubagentCall
        | CloseSubagentCall
        | UnknownSessionItem,
        Tagged("type"),
    ],
)
"""An item of a session, told apart by `type`."""
