"""A stream whose server reports, before it has said anything, that it has no time just now: the request is sent again.

The status came before the server knew; what it reports instead (`{"error": {"code": 429}}`, an event `error`) counts as
the status would have, with the pauses, the number of attempts and the deadline of `core/run/retry.py`.

Rules
* Nothing has been said while all events were quiet (`Accumulator.is_quiet`): chat's role alone, a response that is in
  progress. What they said does not count any more; who reads the stream event by event sees those of both answers.
* What the server keeps and goes on with (a run, a background response, a conversation) is not begun twice.

Weak spot: what the first attempt consumed is not known, and counts nowhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typed_openai.core.run.effects import Flow, Reply
    from typed_openai.errors import APIError
    from typed_openai.streaming.machine import StreamMachine


def renewed(machine: StreamMachine[Any], reply: Reply, error: APIError) -> Flow[tuple[StreamMachine[Any], Reply]]:
    """The answer to the request sent again, and what reads it; raises the error where it is final."""
    from typed_openai.core.run.flow import perform_again
    from typed_openai.errors import OpenAIError

    try:
        another = yield from perform_again(error, machine.request, machine.config)
    except OpenAIError as failure:
        if machine.request.observed is not None:
            machine.request.observed.finish(failure)
        raise
    another.scope, reply.scope = reply.scope, None
    new = type(machine)(machine.kind, machine.config, machine.request, another.meta, run=machine.run)
    new.resumable = machine.resumable
    new.begin()
    return new, another
