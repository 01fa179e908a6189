"""The events of assistant streams: one model for each name, with `event` (the name) and `data` (what it is about).

API reference: "Assistants streaming" (events). On the wire the name stands in the `event:` line and the data in the
`data:` line; here both are fields of one object, so that events can be stored and read again.

Rules
* `AssistantStreamEvent` is the union of all of them, told apart by `event`; a name that is newer than this package
  gives an `UnknownEvent` with its data.

Weak spot: `error` and `done` belong to the union because the API description says so; a stream never yields them: it
raises the one and ends at the other.
"""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from typing_extensions import TypeAliasType

from typed_openai.models.assistants.run_step_deltas import RunStepDeltaEvent
from typed_openai.models.assistants.run_steps import RunStep
from typed_openai.models.assistants.runs import Run
from typed_openai.models.assistants.thread_message_deltas import MessageDeltaEvent
from typed_openai.models.assistants.thread_messages import Message
from typed_openai.models.assistants.threads import Thread
from typed_openai.models.base import Open, Result, Tagged
from typed_openai.models.misalignment import Misalignment


class ThreadCreated(Result):
    """A thread was made."""

    event: Literal["thread.created"]
    data: Thread
    """The thread."""
    enabled: bool | None = None
    """Whether input audio is transcribed (the API description has it, nothing sends it)."""


class _RunEvent(Result):
    """An event of a run."""

    event: Any
    data: Run
    """The run."""


class ThreadRunCreated(_RunEvent):
    """A run was made."""

    event: Literal["thread.run.created"]


class ThreadRunQueued(_RunEvent):
    """A run waits for its turn."""

    event: Literal["thread.run.queued"]


class ThreadRunInProgress(_RunEvent):
    """A run works."""

    event: Literal["thread.run.in_progress"]


class ThreadRunRequiresAction(_RunEvent):
    """A run waits for the outputs of function calls."""

    event: Literal["thread.run.requires_action"]


class ThreadRunCompleted(_RunEvent):
    """A run is done."""

    event: Literal["thread.run.completed"]


class ThreadRunIncomplete(_RunEvent):
    """A run ended at a limit."""

    event: Literal["thread.run.incomplete"]


class ThreadRunFailed(_RunEvent):
    """A run failed."""

    event: Literal["thread.run.failed"]


class ThreadRunCancelling(_RunEvent):
    """A run is being cancelled."""

    event: Literal["thread.run.cancelling"]


class ThreadRunCancelled(_RunEvent):
    """A run was cancelled."""

    event: Literal["thread.run.cancelled"]


class ThreadRunExpired(_RunEvent):
    """A run took too long."""

    event: Literal["thread.run.expired"]


class _StepEvent(Result):
    """An event of a step of a run."""

    event: Any
    data: RunStep
    """The step."""


class ThreadRunStepCreated(_StepEvent):
    """A step was begun."""

    event: Literal["thread.run.step.created"]


class ThreadRunStepInProgress(_StepEvent):
    """A step goes on."""

    event: Literal["thread.run.step.in_progress"]


class ThreadRunStepDelta(Result):
    """A step has news."""

    event: Literal["thread.run.step.delta"]
    data: RunStepDeltaEvent
    """What is new, and in which step."""


class ThreadRunStepCompleted(_StepEvent):
    """A step is done."""

    event: Literal["thread.run.step.completed"]


class ThreadRunStepFailed(_StepEvent):
    """A step failed."""

    event: Literal["thread.run.step.failed"]


class ThreadRunStepCancelled(_StepEvent):
    """A step was cancelled."""

    event: Literal["thread.run.step.cancelled"]


class ThreadRunStepExpired(_StepEvent):
    """A step took too long."""

    event: Literal["thread.run.step.expired"]


class _MessageEvent(Result):
    """An event of a message."""

    event: Any
    data: Message
    """The message."""


class ThreadMessageCreated(_MessageEvent):
    """A message was begun."""

    event: Literal["thread.message.created"]


class ThreadMessageInProgress(_MessageEvent):
    """A message is being written."""

    event: Literal["thread.message.in_progress"]


class ThreadMessageDelta(Result):
    """A message has news."""

    event: Literal["thread.message.delta"]
    data: MessageDeltaEvent
    """What is new, and in which message."""

    @property
    def text(self) -> str:
        """The new words of the answer, `""` when there are none."""
        return getattr(self.data, "text", "")


class ThreadMessageCompleted(_MessageEvent):
    """A message is whole."""

    event: Literal["thread.message.completed"]


class ThreadMessageIncomplete(_MessageEvent):
    """A message was given up."""

    event: Literal["thread.message.incomplete"]


class ErrorObject(Result):
    """What went wrong."""

    code: str | None = None
    """The reason, for programs."""
    message: str
    """The reason, for people."""
    param: str | None = None
    """The parameter that is to blame."""
    type: str
    """The kind of error."""
    misalignment: Misalignment | None = None
    """What the model did that nobody asked for."""


class ErrorEvent(Result):
    """The stream ended with an error."""

    event: Literal["error"]
    data: ErrorObject
    """The error."""


class DoneEvent(Result):
    """The stream is complete."""

    event: Literal["done"]
    data: Open[Literal["[DONE]"]]
    """A word that says nothing more."""


class UnknownEvent(Result):
    """An event that this package does not know yet."""

    if TYPE_CHECKING:
        event: Literal["unknown"]  # so that comparing `event` with a name leaves only the event of that name
    else:
        event: str
    """The name of the event; `""` when the server sent none. Type checkers take it for a name that never comes."""

    data: Any = None
    """What it is about, as it came."""


AssistantStreamEvent = TypeAliasType(
    "AssistantStreamEvent",
    Annotated[
        ThreadCreated
        | ThreadRunCreated
        | ThreadRunQueued
        | ThreadRunInProgress
        | ThreadRunRequiresAction
        | ThreadRunCompleted
        | ThreadRunIncomplete
        | ThreadRunFailed
        | ThreadRunCancelling
        | ThreadRunCancelled
        | ThreadRunExpired
        | ThreadRunStepCreated
        | ThreadRunStepInProgress
        | ThreadRunStepDelta
        | ThreadRunStepCompleted
        | ThreadRunStepFailed
        | ThreadRunStepCancelled
        | ThreadRunStepExpired
        | ThreadMessageCreated
        | ThreadMessageInProgress
        | ThreadMessageDelta
        | ThreadMessageCompleted
        | ThreadMessageIncomplete
        | ErrorEvent
        | DoneEvent
        | UnknownEvent,
        Tagged("event"),
    ],
)
"""An event of an assistant stream, told apart by `event`."""


class RunSnapshot(Run):
    """A run as far as a stream has told, with everything that came along with it."""

    thread: Thread | None = None
    """The thread, when it was made along with the run."""
    messages: list[Message] = []
    """What the run wrote, oldest first; the last may be unfinished."""
    steps: list[RunStep] = []
    """What the run did, oldest first; the last may be unfinished."""

    @property
    def text(self) -> str:
        """The texts of all messages, joined by blank lines."""
        return "\n\n".join(message.text for message in self.messages)
