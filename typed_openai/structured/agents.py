"""Structured output of agents: a type as the form of their answers, and the value of it that a turn came to.

    session = client.beta.agents.sessions.create(
        environment={"type": "openai_hosted"},
        agent={"model": ..., "text": {"format": agent_text_format(Invoice)}},
    )
    with client.beta.agents.sessions.stream(session.id, input=..., output_type=Invoice) as stream:
        invoice = stream.get_final_result().output_parsed

The form belongs to the agent and is said once; `output_type` says what to read. Types, rewrites and errors are those of
`structured/chat.py`; the errors hold the result of the turn as `.completion`. Of several messages the first is read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic

from pydantic import TypeAdapter

from typed_openai.errors import OutputError
from typed_openai.models.agents.agent_settings import AgentTextFormatJSONSchema
from typed_openai.models.agents.turn_results import AgentTurnResult
from typed_openai.shown.hooks import Shown
from typed_openai.structured.holding import Holding
from typed_openai.structured.output_format import T, json_schema_for

if TYPE_CHECKING:
    from typed_openai.core.answer.meta import Issue, Meta

__all__ = ["ParsedTurn", "agent_text_format", "value_of_turn"]


def agent_text_format(kind: type[T] | TypeAdapter[T]) -> AgentTextFormatJSONSchema:
    """A type as the form of an agent's answers: `agent={"text": {"format": agent_text_format(Invoice)}}`.

    Raises `SchemaError` for a type that strict schemas cannot say.
    """
    return AgentTextFormatJSONSchema.model_validate({"type": "json_schema", "schema": json_schema_for(kind).schema})


class ParsedTurn(Shown, Holding, Generic[T]):
    """What a turn came to, whose answer was read as a value of a type; all that the result has is there.

    `result`: as the events told it. `output_parsed`: the value.
    """

    holds = "result"

    def __init__(self, result: AgentTurnResult, value: T) -> None:
        self.result = result
        self.output_parsed = value

    @property
    def output_text(self) -> str:
        """The words of the answer; the value was read from them."""
        return self.result.output_text

    @property
    def meta(self) -> Meta:
        """How the stream came."""
        return self.result.meta

    @property
    def issues(self) -> tuple[Issue, ...]:
        return self.result.issues

    def __repr__(self) -> str:
        return f"ParsedTurn(turn_id={self.result.turn_id!r}, output_parsed={self.output_parsed!r})"


def value_of_turn(operation: str, result: AgentTurnResult, read: Callable[[str], T]) -> T:
    """The value of a turn's answer. Raises `OutputError` where there is none."""
    turn = result.turn
    status = "not over" if turn is None else turn.status
    if status != "completed":
        why = "" if turn is None or turn.error is None else f": {turn.error.message}"
        raise OutputError(f"{operation}: the turn is {status}{why}", result, result.usage, result.output_text)
    texts = [message.output_text for message in result.messages if message.output_text]
    if not texts:
        raise OutputError(f"{operation}: the turn ended without an answer", result, result.usage)
    return read(texts[0])
