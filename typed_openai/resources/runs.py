"""Runs and their steps (API reference: Runs, Run steps; deprecated by the service in favour of Responses).

The helpers that wait poll the run until it is over, or until it waits for the outputs of functions; `run_tools` goes on
from there by itself. A run that failed, expired or was cancelled raises `WaitFailedError` with the run on `.result`,
unless `wait={"raise_on_failure": False}`.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from typing import Any

from typed_openai.core.answer.pages import CursorPage, next_page
from typed_openai.core.call_options import CallOptions
from typed_openai.core.declare.flow_methods import flow_method
from typed_openai.core.declare.verbs import Resource, get, nested, post
from typed_openai.core.declare.waits import waits, waits_after
from typed_openai.core.run.effects import Flow
from typed_openai.core.run.waiting import Waiting
from typed_openai.models.assistants.run_steps import (
    FileSearchChunk,
    FileSearchToolCall,
    RunStep,
    StepListParams,
    StepRetrieveParams,
)
from typed_openai.models.assistants.runs import (
    Run,
    RunCreateParams,
    RunListParams,
    RunSubmitToolOutputsParams,
    RunUpdateParams,
)
from typed_openai.resources.assistants import BETA, DEPRECATED
from typed_openai.tools.assistant_loop import Functions

EVENTS = "typed_openai.streaming.assistants.AssistantAccumulator"
STREAM = "typed_openai.streaming.assistant_kinds.EVENTS"
_PENDING = frozenset({"queued", "in_progress", "cancelling"})
_FAILED = frozenset({"failed", "expired", "cancelled"})
_SPELLED = ("poll_interval_ms",)
_CHUNKS = "step_details.tool_calls[*].file_search.results[*].content"


class Steps(Resource):
    """What a run did, one after the other."""

    _headers = BETA
    _deprecated = DEPRECATED

    retrieve = get("/threads/{thread_id}/runs/{run_id}/steps/{step_id}", StepRetrieveParams, RunStep)
    """Fetch a step."""
    list = get("/threads/{thread_id}/runs/{run_id}/steps", StepListParams, CursorPage[RunStep])
    """List the steps of a run, the newest first unless `order` says otherwise."""


class Runs(Resource):
    """Assistants working on a thread."""

    path = "beta.threads.runs"
    _headers = BETA
    _deprecated = DEPRECATED

    create = post("/threads/{thread_id}/runs", RunCreateParams, Run, stream=EVENTS, in_query=("include",))
    """Let an assistant work on a thread; with `stream=True` event by event."""
    stream = post(
        "/threads/{thread_id}/runs",
        RunCreateParams,
        Run,
        stream=EVENTS,
        events=STREAM,
        in_query=("include",),
    )
    """Let an assistant work on a thread, as typed events with a snapshot."""
    create_and_stream = post(
        "/threads/{thread_id}/runs",
        RunCreateParams,
        Run,
        stream=EVENTS,
        events=STREAM,
        in_query=("include",),
    )
    """The older name of `stream`."""
    retrieve = get("/threads/{thread_id}/runs/{run_id}", Run)
    """Fetch a run."""
    update = post("/threads/{thread_id}/runs/{run_id}", RunUpdateParams, Run)
    """Replace the metadata of a run."""
    list = get("/threads/{thread_id}/runs", RunListParams, CursorPage[Run])
    """List the runs of a thread, the newest first unless `order` says otherwise."""
    cancel = post("/threads/{thread_id}/runs/{run_id}/cancel", Run)
    """Stop a run that is not over; it is `cancelling` for a while."""
    submit_tool_outputs = post(
        "/threads/{thread_id}/runs/{run_id}/submit_tool_outputs",
        RunSubmitToolOutputsParams,
        Run,
        stream=EVENTS,
    )
    """Answer the function calls of a run that `requires_action`, all at once."""
    submit_tool_outputs_stream = post(
        "/threads/{thread_id}/runs/{run_id}/submit_tool_outputs",
        RunSubmitToolOutputsParams,
        Run,
        stream=EVENTS,
        events=STREAM,
    )
    """Answer the function calls of a run and follow it as typed events."""
    steps = nested(Steps)

    poll = waits(retrieve, "run_id", "thread_id", pending=_PENDING, failed=_FAILED, spelled=_SPELLED)
    """Wait until a run is over or `requires_action`.

    Raises `WaitFailedError` when it failed, expired or was cancelled, `WaitTimeoutError` after `wait["deadline"]`
    (600 s by default); both have the run on `.result`. `poll_interval_ms` is an interval that does not grow.
    """
    create_and_poll = waits_after(create, "poll", "thread_id", spelled=_SPELLED)
    """Let an assistant work on a thread and wait until it is done or `requires_action`; see `poll`."""
    submit_tool_outputs_and_poll = waits_after(submit_tool_outputs, "poll", "run_id", "thread_id", spelled=_SPELLED)
    """Answer the function calls of a run and wait until it is done or asks for more; see `poll`."""

    @flow_method(params=RunCreateParams, leave_out=("stream",), options=(CallOptions,))
    def run_tools(
        self,
        thread_id: str,
        *,
        functions: Functions,
        max_rounds: int = 10,
        wait: Waiting | None = None,
        **params: Any,
    ) -> Flow[Run]:
        """Let an assistant work on a thread, and call your functions whenever it asks for them, until it is done.

        `functions`: plain functions, or a mapping of names to functions; async ones with an async client. Arguments
        are checked by the annotations of the function; what does not fit is told to the model, which may try again.
        What a function raises ends the loop; `ToolRun.of(error)` has what was done by then. After `max_rounds` rounds
        of calls the run is cancelled and `WaitFailedError` raised; for waiting see `poll`.
        """
        from typed_openai.tools.assistant_loop import AssistantToolLoop

        given = {**params, "max_rounds": max_rounds}
        done = yield from AssistantToolLoop(self, thread_id, functions, wait, given).converse()
        return done.steps[-1].answer

    @flow_method
    def file_search_chunks(self, run_id: str, thread_id: str) -> Flow[builtins.list[FileSearchChunk]]:
        """The chunks that file search found for a run, in the order of its steps; the best fit of a search first.

        Lists all steps with the `include` that makes the service show the chunks.
        """
        page: Any = yield from self.steps.list.flow(
            run_id=run_id, thread_id=thread_id, include=[_CHUNKS], order="asc", limit=100
        )
        found = [chunk for step in page.data for chunk in _chunks(step)]
        while page.has_next_page():
            page = yield from next_page(page)
            found += [chunk for step in page.data for chunk in _chunks(step)]
        return found


def _chunks(step: RunStep) -> Iterator[FileSearchChunk]:
    """The chunks that one step found."""
    for call in step.tool_calls:
        if not isinstance(call, FileSearchToolCall):
            continue
        for result in call.file_search.results or ():
            for content in result.content or ():
                if content.text is not None:
                    yield FileSearchChunk(
                        text=content.text,
                        score=result.score,
                        file_id=result.file_id,
                        file_name=result.file_name,
                        step_id=step.id,
                        tool_call_id=call.id,
                    )
