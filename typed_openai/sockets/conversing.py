"""What the connection of a realtime session can do besides: say something, wait for an answer, interrupt it, use tools.

Rules
* An answer is that of the next response that ends; one that failed is an error with what came of it.
* Interrupting tells the model what was heard of it: the response is cancelled where it is under way, and the item cut
  at what was played (`conversation.item.truncate`), never beyond what had come.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from typed_openai.errors import StreamDecodeError
from typed_openai.models.base import Result
from typed_openai.sockets.senders import checked
from typed_openai.sockets.steps import stepwise, taking
from typed_openai.sockets.voice import Sounding

if TYPE_CHECKING:
    from typed_openai.models.realtime.responses import RealtimeResponse
    from typed_openai.sockets.effects import Steps
    from typed_openai.sockets.realtime_loop import RealtimeToolRun, RealtimeToolStep

_FAILED = "failed"


class Conversing(Sounding):
    """A realtime session."""

    def _told(self, kind: str, **fields: Any) -> Steps[None]:
        """Send an event of ours."""
        message = checked(kind, self.protocol.events[kind], None, fields, None, self.config)
        yield from self._session.send(*message)

    @stepwise
    def say(self, text: str, *, role: Literal["user", "system"] = "user", respond: bool = True) -> Steps[None]:
        """Say something in writing, and ask for an answer (unless `respond=False`)."""
        content = [{"type": "input_text", "text": text}]
        yield from self._told("conversation.item.create", item={"type": "message", "role": role, "content": content})
        if respond:
            yield from self._told("response.create")

    @stepwise
    def get_final_response(self) -> Steps[RealtimeResponse]:
        """Read until the next response is whole, and give it; other events go to the handlers.

        Raises `ServerEventError` for one that failed, `StreamDecodeError` for one that is none, and
        `WebSocketConnectionClosedError` where the connection ends first.
        """
        found: RealtimeResponse = (yield from self._answer()).response
        return found

    def _answer(self) -> Steps[Any]:
        while (event := (yield from self._event())) is not None:
            yield from self._dispatch(event)
            if event.type in self.protocol.ends:
                self._check_answer(event)
                if not isinstance(event.response, Result):
                    raise self._machine.failure(StreamDecodeError, f"the event {event.type} has no response")
                return event
        raise self._machine.closed(self._session.how_it_ended())

    def _check_answer(self, event: Any) -> None:
        """Raise for a response that failed."""
        if event.type in self.protocol.ends and getattr(event.response, "status", None) == _FAILED:
            raise self._machine.failed(event)

    @stepwise
    def interrupt(self, played_ms: int) -> Steps[bool]:
        """Stop the answer, since somebody speaks: `played_ms` is how much of its latest item was played.

        Cancels the response if it is under way, and cuts the item at what was heard of it. Gives whether there was
        anything to cut.
        """
        spoken = self._machine.spoken
        if self._machine.under_way:
            yield from self._told("response.cancel")
        came = self._format("output").milliseconds(spoken.bytes)
        if not spoken.item_id:
            return False
        place = {"item_id": spoken.item_id, "content_index": spoken.content_index}
        yield from self._told("conversation.item.truncate", **place, audio_end_ms=max(min(played_ms, came), 0))
        return True

    @taking(
        params="typed_openai.models.realtime.response_params.RealtimeResponseCreateParams",
        leave_out=("tools", "input"),
        options=("typed_openai.tools.loop.ToolOptions",),
    )
    def run_tools(
        self,
        *,
        tools: Sequence[Callable[..., Any] | Mapping[str, object]],
        input: str | Sequence[Mapping[str, object]] | None = None,
        on_step: Callable[[RealtimeToolStep], object] | None = None,
        **params: Any,
    ) -> Steps[RealtimeToolRun]:
        """Ask, call the functions that the model wants called, tell it the outcomes, until it answers.

        tools: functions, plain or made with `tool`, and tools of the service; async ones with an async client.
        input: what is said first, a text or items; left out where it was said already.
        on_step: called after each round; it may be async with an async client.
        params: those of a response (`instructions`, `output_modalities`, `tool_choice`, ...), and `max_rounds=8`,
        `parallel=True`, `on_tool_error="raise"` of the one tool loop.
        """
        from typed_openai.sockets.realtime_loop import RealtimeToolLoop

        return (yield from RealtimeToolLoop(self, tools, input, on_step, params).converse())
