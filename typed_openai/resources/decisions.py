"""Decisions: questions with few possible answers, and how likely each is (API reference: Decisions)."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from typed_openai.core.call_options import CallOptions
from typed_openai.core.declare.flow_methods import flow_method
from typed_openai.core.declare.verbs import Resource, post
from typed_openai.core.run.effects import Flow
from typed_openai.models.decisions.decisions import Decision
from typed_openai.models.decisions.params import DecisionCreateParams

if TYPE_CHECKING:
    from typed_openai.tools.decision_loop import DecisionToolRun, DecisionToolStep


class Decisions(Resource):
    """Ask questions with few possible answers."""

    path = "decisions"

    create = post("/decisions", DecisionCreateParams, Decision)
    """Ask up to 400 questions about an input; answers come in their order, each with how likely it is."""

    @flow_method(
        params=DecisionCreateParams,
        leave_out=("questions",),
        options=("typed_openai.tools.loop.ToolOptions", CallOptions),
    )
    def run_tools(
        self,
        *,
        tools: Sequence[Callable[..., Any]],
        observe: Callable[[], object] | None = None,
        verify: Callable[[], object] | None = None,
        on_step: Callable[["DecisionToolStep"], object] | None = None,
        **params: Any,
    ) -> Flow["DecisionToolRun"]:
        """Let the model choose the next function to call, call it, and ask again, until the task is done.

        A choice is not a permission: a function that may do harm asks for itself. An error that ends the run early
        still has it: `DecisionToolRun.of(error)`. `run.status` says how it ended: `done`, `verified`, `refused`.

        tools: functions without arguments, plain or made with `tool`; their descriptions are what the model chooses by.
        observe: gives what is to be seen before each choice: a text, or texts and pictures.
        verify: asked when the model says that the task is done; False lets it go on.
        on_step: called after each round with a `DecisionToolStep`; it may be async with an async client.
        """
        from typed_openai.tools.decision_loop import DecisionToolLoop

        return (yield from DecisionToolLoop(self.create, tools, observe, verify, on_step, params).converse())
