"""Several agents that work on one response (`client.beta.responses`): the items by which they talk with one another.

API reference: "Responses", beta `responses_multi_agent=v1`. All other shapes are those of responses, each of which may
name its agent; so the `Beta...` names of the official package stand for them, and there is no second set of models.

Rule: a message has two classes. The service says it in parts of any kind (`AgentMessage`) and takes texts, pictures and
what only it can read (`AgentMessageParam`), which is what the API describes for each.

Weak spot: outside the beta the service sends no agents, and does not take them.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StrictBool, StrictInt, StringConstraints

from typed_openai.models.base import Open, Params, Result
from typed_openai.models.json_text import json_texts
from typed_openai.models.responses.call_params import ReturnedItem
from typed_openai.models.responses.calls import IdentifiedItem, InputItem, ResponseItemBase
from typed_openai.models.responses.content import AgentMessageContent, MessageContent, ResponseOutputText
from typed_openai.models.shape import CLOSED

MultiAgentAction: TypeAlias = Literal[
    "spawn_agent", "interrupt_agent", "list_agents", "send_message", "followup_task", "wait_agent"
]
"""What one agent does with others."""


class MultiAgent(Params):
    """Whether a model may hand work to agents of its own."""

    enabled: StrictBool
    """Whether it may."""
    max_concurrent_subagents: Annotated[StrictInt, Field(ge=1)] | None = None
    """How many of them may be at work at once."""


@json_texts("arguments")
class MultiAgentCall(IdentifiedItem):
    """What an agent does with others: begins one, writes to one, waits for one."""

    type: Literal["multi_agent_call"] = "multi_agent_call"
    call_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    """Id of the call: the answer to a call names it."""
    action: MultiAgentAction
    """What is done."""
    arguments: str
    """With what, as JSON text."""


class MultiAgentCallOutput(IdentifiedItem):
    """What such a call came to."""

    type: Literal["multi_agent_call_output"] = "multi_agent_call_output"
    call_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    """Id of the call."""
    action: MultiAgentAction
    """What was done."""
    output: list[ResponseOutputText]
    """What it came to, as texts."""


class AgentMessage(ResponseItemBase, Result):
    """A message from one agent to another."""

    type: Open[Literal["agent_message"]]
    id: str
    """Its id."""
    author: str
    """Name of the agent who wrote it."""
    recipient: str
    """Name of the agent whom it is for."""
    content: list[MessageContent]
    """What it says."""


class AgentMessageParam(InputItem, ReturnedItem):
    """A message from one agent to another, handed back: a text, a picture, or what only the service can read."""

    type: Literal["agent_message"] = "agent_message"
    id: str | None = None
    """Its id."""
    author: str
    """Name of the agent who wrote it."""
    recipient: str
    """Name of the agent whom it is for."""
    content: Annotated[list[AgentMessageContent], CLOSED]
    """What it says."""
