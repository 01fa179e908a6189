"""`sessions.stream(output_type=T)`: the events of a turn, and the value of a type among them (`streaming/outputs.py`).

The form of the answer was said when the agent was made (`structured/agents.py`). Only the agent of the session answers:
what it says at work, and what subagents say, is read as nothing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from functools import partial
from typing import Any, Generic, TypeAlias

from typed_openai.agents.turns import AsyncTurnEvents, TurnEvents, TurnReader
from typed_openai.core.declare.event_kinds import TypedEventKind
from typed_openai.errors import OutputError
from typed_openai.models.agents.session_events import AgentSessionEvent
from typed_openai.models.agents.turn_results import AgentTurnResult
from typed_openai.streaming.outputs import OutputReader, ParsedOutput, PartialOutput, T
from typed_openai.structured.agents import ParsedTurn, value_of_turn
from typed_openai.structured.asks import keeping
from typed_openai.structured.output_format import json_schema_for

_OPERATION = "beta.agents.sessions.stream"

ParsedTurnEvent: TypeAlias = AgentSessionEvent | PartialOutput[T] | ParsedOutput[T]


class TurnOutputReader(OutputReader[Any, AgentSessionEvent, AgentTurnResult, T, ParsedTurn[T]]):
    """Reads the value out of a turn."""

    def choice_of(self, event: Any) -> int | None:
        turn: TurnReader = self.innermost  # type: ignore[assignment]  # `_begin` put it there
        known = turn.accumulator
        is_root = known.turn is None or event.turn_id in (None, known.turn.id)
        return 0 if is_root and known.items.said_of(event.item_id).get("phase") != "commentary" else None

    def part_of(self, event: Any) -> Hashable:
        return event.item_id, event.content_index

    def ended(self, event: Any) -> Iterator[ParsedOutput[T]]:
        result = self.accumulator.snapshot() if self.accumulator.is_complete else None
        if result is not None:
            try:
                value = self._value(result)
            except OutputError:
                return  # raised with the result
            yield ParsedOutput(value)

    def final(self, whole: AgentTurnResult) -> ParsedTurn[T]:
        with keeping(whole, whole.usage):
            return ParsedTurn(whole, self._value(whole))

    def _value(self, whole: AgentTurnResult) -> T:
        return value_of_turn(_OPERATION, whole, partial(self.value, 0))


class ParsedTurnStream(TurnEvents[ParsedTurnEvent[T]], Generic[T]):
    """The events of a turn with a value of a type; `snapshot` is what it came to so far, `text()` the words alone."""

    _reader: TurnOutputReader[T]

    def get_final_result(self) -> ParsedTurn[T]:
        """Read to the end and return what the turn came to, with its value.

        Raises `OutputError` where there is no value, and `StreamError` when the stream is not whole.
        """
        self._final()
        return self._reader.result()


class AsyncParsedTurnStream(AsyncTurnEvents[ParsedTurnEvent[T]], Generic[T]):
    """The events of a turn with a value of a type; `snapshot` is what it came to so far, `text()` the words alone."""

    _reader: TurnOutputReader[T]

    async def get_final_result(self) -> ParsedTurn[T]:
        """Read to the end and return what the turn came to, with its value.

        Raises `OutputError` where there is no value, and `StreamError` when the stream is not whole.
        """
        await self._final()
        return self._reader.result()


def _begin(kind: Any, given: object, params: dict[str, Any]) -> tuple[TurnOutputReader[Any], dict[str, Any]]:
    return TurnOutputReader(TurnReader(), json_schema_for(kind)), params


EVENTS = TypedEventKind(ParsedTurnStream, AsyncParsedTurnStream, _begin)
