"""The calls of a tool loop, told to observers: each is an operation of its own (`kind` "tool").

Its name is the one that the model knows; the `CalledTool` that was asked for is its `params`, the finished one its
`result`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typed_openai.core.run.observing import observe

if TYPE_CHECKING:
    from typed_openai.core.caller import Caller
    from typed_openai.core.run.effects import Flow


def observed_call(client: Caller, place: int, outcomes: list[Any], flow: Flow[None]) -> Flow[None]:
    """The flow that puts the outcome of a call in its place, observed."""
    asked = outcomes[place]
    observation = observe(client, asked.name, "tool", asked)
    if observation is None:
        return (yield from flow)
    with observation:
        observation.begin()
        yield from flow
        observation.gives(outcomes[place], outcomes[place].error)
