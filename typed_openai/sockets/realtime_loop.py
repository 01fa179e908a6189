"""The tool loop in the words of realtime sessions: `connection.run_tools`. What it does is said in `tools/loop.py`.

Rules
* The server keeps the conversation: what goes out is what is said first, and the outputs of calls; each round asks with
  a `response.create` that carries the tools.
* Outputs are texts.

Weak spot: where the server answers by itself (turn detection), the next response is taken for the one asked for.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from typed_openai.models.realtime.items import RealtimeConversationItemFunctionCall
from typed_openai.models.realtime.responses import RealtimeResponse, RealtimeResponseUsage
from typed_openai.sockets.asking import Asking
from typed_openai.sockets.senders import checked
from typed_openai.structured.sum_usage import added
from typed_openai.tools.loop import CalledTool, ToolLoop, ToolRun, ToolStep

if TYPE_CHECKING:
    from typed_openai.sockets.effects import Steps
    from typed_openai.tools.definition import ToolFunction

__all__ = ["RealtimeToolLoop", "RealtimeToolRun", "RealtimeToolStep"]

_ITEM, _ASK = "conversation.item.create", "response.create"


class RealtimeToolStep(ToolStep[RealtimeResponse]):
    """One response and the calls that it asked for."""

    @property
    def response(self) -> RealtimeResponse:
        """What the model answered."""
        return self.answer


class RealtimeToolRun(ToolRun[RealtimeToolStep]):
    """A conversation with tools, to its end; `messages` are the items that were sent."""

    @property
    def response(self) -> RealtimeResponse:
        """The last answer."""
        return self.steps[-1].answer

    @property
    def text(self) -> str:
        """What the last answer wrote or said."""
        return self.response.output_text

    @property
    def usage(self) -> RealtimeResponseUsage | None:
        """What all responses consumed; None where the server said nothing."""
        nothing: RealtimeResponseUsage | None = None
        return functools.reduce(added, (step.answer.usage for step in self.steps), nothing)


class RealtimeToolLoop(ToolLoop[RealtimeResponse, RealtimeToolStep, RealtimeToolRun]):
    """Says what there is to say, and asks."""

    operation = "realtime.run_tools"
    refused = ()
    parts: ClassVar[Mapping[str, str]] = {}
    instead = "realtime sessions take texts only; return a text that describes it or says where it is"

    def __init__(self, connection: Any, tools: Any, first: Any, on_step: Any, params: Mapping[str, Any]) -> None:
        self._connection = connection
        self._sent = 0
        self._first = first
        asking: Any = Asking(connection, self._asks, self._made_ready)
        super().__init__(asking, tools, on_step, params)

    def begin(self) -> None:
        if isinstance(self._first, str):
            content = [{"type": "input_text", "text": self._first}]
            self.messages: list[Any] = [{"type": "message", "role": "user", "content": content}]
        elif isinstance(self._first, Iterable):
            self.messages = [*self._first]

    def definition(self, function: ToolFunction[..., Any]) -> Any:
        return {name: value for name, value in function.for_responses().items() if name != "strict"}

    def is_of_the_service(self, tool: Any) -> bool:
        return isinstance(tool, Mapping) and tool.get("type") == "mcp"

    def asking(self) -> dict[str, Any]:
        return {"items": self.messages[self._sent :], "response": {**self.params, "tools": self.offered or None}}

    def _made_ready(self, items: list[Any], response: dict[str, Any]) -> list[tuple[str, bytes]]:
        """The messages of a round, checked."""
        connection = self._connection
        given = {name: value for name, value in response.items() if value is not None}
        events = [*((_ITEM, {"item": item}) for item in items), (_ASK, {"response": given})]
        known, config = connection.protocol.events, connection.config
        return [checked(kind, known[kind], None, fields, None, config) for kind, fields in events]

    def _asks(self, items: list[Any], response: dict[str, Any], **options: Any) -> Steps[RealtimeResponse]:
        connection = self._connection
        for message in self._made_ready(items, response):
            yield from connection._session.send(*message)
        self._sent = len(self.messages)
        answer: RealtimeResponse = (yield from connection._answer()).response
        return answer

    def asked(self, answer: RealtimeResponse) -> list[CalledTool]:
        calls = [item for item in answer.output or [] if isinstance(item, RealtimeConversationItemFunctionCall)]
        return [CalledTool(call.call_id or "", call.name, call.arguments) for call in calls]

    def said(self, answer: RealtimeResponse) -> list[Any]:
        return []

    def told(self, call: CalledTool) -> Any:
        return {"type": "function_call_output", "call_id": call.id, "output": call.output}

    def step(self, answer: RealtimeResponse, calls: list[CalledTool], messages: list[Any]) -> RealtimeToolStep:
        return RealtimeToolStep(len(self.steps) + 1, answer, calls, messages)

    def made_of(self, steps: list[RealtimeToolStep], messages: list[Any]) -> RealtimeToolRun:
        return RealtimeToolRun(steps, messages)
