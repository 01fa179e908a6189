"""Responses: what a model answers, with tools, thoughts and a memory of its own (API reference: Responses)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import NoneType
from typing import TYPE_CHECKING, Any

from typed_openai.core.answer.pages import CursorPage
from typed_openai.core.call_options import CallOptions
from typed_openai.core.declare.flow_methods import flow_method, repeated
from typed_openai.core.declare.verbs import Resource, delete, get, nested, post
from typed_openai.core.declare.waits import waits
from typed_openai.models.base import Wanted
from typed_openai.models.responses.outputs import ResponseItem
from typed_openai.models.responses.params import (
    InputItemListParams,
    InputTokenCountParams,
    ResponseCompactParams,
    ResponseCreateParams,
    ResponseRetrieveParams,
)
from typed_openai.models.responses.results import CompactedResponse, InputTokenCountResponse, Response
from typed_openai.sockets.declaration import socket

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from typed_openai.core.run.effects import Flow
    from typed_openai.models.tools import ResponseTool
    from typed_openai.structured.responses import ParsedResponse
    from typed_openai.tools.computers import ComputerOperator
    from typed_openai.tools.mcp import MCPSession
    from typed_openai.tools.response_loop import ResponseToolRun, ResponseToolStep

_STREAM = "typed_openai.streaming.responses.ResponseAccumulator"
_PENDING = frozenset({"queued", "in_progress"})
_FAILED = frozenset({"failed", "cancelled"})


class InputItems(Resource):
    """What led to a response."""

    list = get("/responses/{response_id}/input_items", InputItemListParams, CursorPage[ResponseItem])
    """List the items that a stored response was made from, the newest first unless `order` says otherwise."""


class InputTokens(Resource):
    """How much a request would be."""

    count = post("/responses/input_tokens", InputTokenCountParams, InputTokenCountResponse)
    """Count the tokens of a request without making it."""


class Responses(Resource):
    """Ask a model, and look after what the service keeps."""

    path = "responses"

    create = post("/responses", ResponseCreateParams, Response, stream=_STREAM)
    """Ask for a response; event by event with `stream=True`, made while you wait elsewhere with `background=True`."""
    stream = post(
        "/responses",
        ResponseCreateParams,
        Response,
        stream=_STREAM,
        events="typed_openai.streaming.responses.EVENTS",
        typed=("text_format", "typed_openai.streaming.parsed_responses.EVENTS"),
        resumes="retrieve",
    )
    """Ask for a response as typed events, with a running snapshot and `get_final_response()`.

    With `background=True` a broken connection is opened again where it broke off. With `response_id` nothing is asked
    anew: the events of that background response follow, those after the number `starting_after` when that is given.
    With a type (or a `TypeAdapter` of it) as `text_format` there are values of it among the events: what is there
    already (`output.partial`) after each piece of text, the value (`output.parsed`) at the end, and `output_parsed` on
    the final response. What `parse` would raise is raised after the last event then.
    """
    retrieve = get("/responses/{response_id}", ResponseRetrieveParams, Response, stream=_STREAM)
    """Fetch a stored response; with `stream=True` its events, those after `starting_after` when that is given."""
    cancel = post("/responses/{response_id}/cancel", Response)
    """Give up a response that is made in the background."""
    delete = delete("/responses/{response_id}", NoneType, headers={"accept": "*/*"})
    """Delete a stored response."""

    wait = waits(retrieve, pending=_PENDING, failed=_FAILED)
    """Wait until a background response is over.

    Asks every 0.5 s at first and every 10 s at last, for up to 10 minutes, unless `wait` says otherwise. A response
    that is incomplete is returned. Raises `WaitFailedError` for one that failed or was cancelled, with the response
    on `result`, and `WaitTimeoutError` at the deadline, with the response as it was last.
    """

    connect = socket("/responses", None, "typed_openai.sockets.connections.RESPONSES")
    """Open a connection for many responses: `connection.response.create(...)`, or one lane for each
    (`connection.lane("name")`)."""
    compact = post("/responses/compact", ResponseCompactParams, CompactedResponse)
    """Compact a long conversation; the output is the input of what comes next."""
    input_items = nested(InputItems)
    input_tokens = nested(InputTokens)

    @flow_method(
        params=ResponseCreateParams,
        leave_out=("stream", "stream_options", "background"),
        options=(CallOptions,),
        raw=True,
    )
    def parse(
        self, *, text_format: type[Wanted] | TypeAdapter[Wanted] | None = None, reasks: int = 0, **params: Any
    ) -> Flow[ParsedResponse[Wanted]]:
        """Ask for a value of a type: `output_parsed` of what this gives is one.

        `text_format` is any type that pydantic can describe, or a `TypeAdapter` of it (for unions); it may be left
        out where only tools are typed (`parsed_arguments` of their calls).
        Where the answer does not fit, the model is told so and asked again up to `reasks` times; `usage` is that of all
        asks, `deadline` (seconds) for all of them together. Raises `SchemaError` for a type that strict schemas cannot
        say, and `OutputError` (cut, filtered, refused, not fitting: with the response as `completion`) where there is
        no value.
        """
        from typed_openai.structured.responses import parsing_response

        create = repeated("responses.parse", self.create, params)
        return (yield from parsing_response(create, text_format, reasks, params))

    @flow_method(
        params=ResponseCreateParams,
        leave_out=("stream", "stream_options", "tools", "background"),
        options=("typed_openai.tools.loop.ToolOptions", CallOptions),
    )
    def run_tools(
        self,
        *,
        tools: Sequence[Callable[..., Any] | ResponseTool | ComputerOperator | MCPSession | Mapping[str, object]],
        on_step: Callable[[ResponseToolStep], object] | None = None,
        **params: Any,
    ) -> Flow[ResponseToolRun]:
        """Ask, call the functions that the model wants called, tell it the outcomes, until it answers.

        An error that ends the run early still has it: `ResponseToolRun.of(error)` is the run so far. `timeout` is for
        each request, `deadline` (seconds) for all of the run; a `tool_choice` that forces calls is for the first
        request.

        tools: functions, plain or made with `tool`, and tools of the service; async ones, and sessions of MCP servers,
            with an async client. A computer stands with what drives it: `computer(driver, approve=...)`.
        on_step: called after each round with a `ResponseToolStep`; it may be async with an async client.
        """
        from typed_openai.tools.response_loop import ResponseToolLoop

        return (yield from ResponseToolLoop(self.create, tools, on_step, params).converse())
