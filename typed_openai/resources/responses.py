"""Responses: what a model answers, with tools, thoughts and a memory of its own (API reference: Responses)."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import NoneType
from typing import Any

from pydantic import TypeAdapter

from typed_openai.core.endpoint import Resource, asynchronous, delete, get, nested, post
from typed_openai.core.flow import Flow
from typed_openai.core.pages import CursorPage
from typed_openai.core.steps import steps
from typed_openai.core.waiting import Waiting, wait_for
from typed_openai.models.response_outputs import ResponseItem
from typed_openai.models.response_params import (
    InputItemListParams,
    InputTokenCountParams,
    ResponseCompactParams,
    ResponseCreateParams,
    ResponseRetrieveParams,
)
from typed_openai.models.response_results import CompactedResponse, InputTokenCountResponse, Response
from typed_openai.models.response_service_tool_params import ResponseTool
from typed_openai.response_tool_loop import ResponseToolLoop, ResponseToolRun, ResponseToolStep
from typed_openai.settings import TimeoutLike
from typed_openai.structured import T
from typed_openai.structured_responses import ParsedResponse, parsing_response
from typed_openai.tool_loop import OnToolError

_STREAM = "responses.ResponseAccumulator"
_PENDING = frozenset({"queued", "in_progress"})
_FAILED = frozenset({"failed", "cancelled"})


class InputItems(Resource):
    """What led to a response."""

    path = "responses.input_items"

    list = get("/responses/{response_id}/input_items", InputItemListParams, CursorPage[ResponseItem])
    """List the items that a stored response was made from, the newest first unless `order` says otherwise."""


AsyncInputItems = asynchronous(InputItems)


class InputTokens(Resource):
    """How much a request would be."""

    path = "responses.input_tokens"

    count = post("/responses/input_tokens", InputTokenCountParams, InputTokenCountResponse)
    """Count the tokens of a request without making it."""


AsyncInputTokens = asynchronous(InputTokens)


class Responses(Resource):
    """Ask a model, and look after what the service keeps."""

    path = "responses"

    create = post("/responses", ResponseCreateParams, Response, stream=_STREAM)
    """Ask for a response; event by event with `stream=True`, made while you wait elsewhere with `background=True`."""
    stream = post(
        "/responses", ResponseCreateParams, Response, stream=_STREAM, events="responses.EVENTS", resumes="retrieve"
    )
    """Ask for a response as typed events, with a running snapshot and `get_final_response()`.

    With `background=True` a broken connection is opened again where it broke off. With `response_id` nothing is asked
    anew: the events of that background response follow, those after the number `starting_after` when that is given.
    """
    retrieve = get("/responses/{response_id}", ResponseRetrieveParams, Response, stream=_STREAM)
    """Fetch a stored response; with `stream=True` its events, those after `starting_after` when that is given."""
    cancel = post("/responses/{response_id}/cancel", Response)
    """Give up a response that is made in the background."""
    delete = delete("/responses/{response_id}", NoneType)
    """Delete a stored response."""

    @steps
    def wait(self, response_id: str, *, wait: Waiting | None = None) -> Flow[Response]:
        """Wait until a background response is over.

        Asks every 0.5 s at first and every 10 s at last, for up to 10 minutes, unless `wait` says otherwise. A response
        that is incomplete is returned. Raises `WaitFailedError` for one that failed or was cancelled, with the response
        on `result`, and `WaitTimeoutError` at the deadline, with the response as it was last.
        """
        fetch: Callable[[], Flow[Response]] = partial(self.retrieve.steps, response_id)
        return (yield from wait_for(fetch, pending=_PENDING, failed=_FAILED, wait=wait))

    compact = post("/responses/compact", ResponseCompactParams, CompactedResponse)
    """Compact a long conversation; the output is the input of what comes next."""
    input_items = nested("responses.InputItems")
    input_tokens = nested("responses.InputTokens")

    @steps(params=ResponseCreateParams, leave_out=("stream", "stream_options", "background"))
    def parse(
        self,
        *,
        text_format: type[T] | TypeAdapter[T],
        reasks: int = 0,
        extra_headers: Mapping[str, str | None] | None = None,
        extra_body: Mapping[str, object] | None = None,
        timeout: float | TimeoutLike | None = None,
        deadline: float | None = None,
        **params: Any,
    ) -> Flow[ParsedResponse[T]]:
        """Ask for a value of a type: `output_parsed` of what this gives is one.

        `text_format` is any type that pydantic can describe, or a `TypeAdapter` of it (for unions). Where the answer
        does not fit, the model is told so and asked again up to `reasks` times; `usage` is that of all asks. `timeout`
        and `deadline` (seconds) are for each ask. Raises `SchemaError` for a type that strict schemas cannot say, and
        `OutputError` (cut, filtered, refused, not fitting: with the response as `completion`) where there is no value.
        """
        options = {"extra_headers": extra_headers, "extra_body": extra_body, "timeout": timeout, "deadline": deadline}
        return (yield from parsing_response(self.create.steps, text_format, reasks, {**params, **options}))

    @steps(params=ResponseCreateParams, leave_out=("stream", "stream_options", "tools", "background"))
    def run_tools(
        self,
        *,
        tools: Sequence[Callable[..., Any] | ResponseTool | Mapping[str, object]],
        max_rounds: int = 8,
        parallel: bool = True,
        on_tool_error: OnToolError = "raise",
        on_step: Callable[[ResponseToolStep], object] | None = None,
        extra_headers: Mapping[str, str | None] | None = None,
        extra_body: Mapping[str, object] | None = None,
        timeout: float | TimeoutLike | None = None,
        deadline: float | None = None,
        **params: Any,
    ) -> Flow[ResponseToolRun]:
        """Ask, call the functions that the model wants called, tell it the outcomes, until it answers.

        tools: functions, plain or made with `tool`, and tools of the service; async ones with an async client.
        max_rounds: how many rounds of calls at most. Then `ToolRoundsExceededError` is raised, with the conversation.
        parallel: the calls of one round run at once; False is one after the other.
        on_tool_error: "raise" what a tool raised, with a note that names it; "feed_back" tells the model; a function is
            given the error and the call, and what it returns is told to the model. Arguments that do not fit and tools
            that are not there are always told to the model.
        on_step: called after each round with a `ResponseToolStep`; it may be async with an async client.
        `timeout` and `deadline` (seconds) are for each request; a `tool_choice` that forces calls is for the first.
        """
        options = {"extra_headers": extra_headers, "extra_body": extra_body, "timeout": timeout, "deadline": deadline}
        loop = ResponseToolLoop(
            self.create.steps,
            {**params, **options},
            tools=tools,
            is_async=self.is_async,
            max_rounds=max_rounds,
            parallel=parallel,
            on_tool_error=on_tool_error,
            on_step=on_step,
        )
        return (yield from loop.converse())


AsyncResponses = asynchronous(Responses)
