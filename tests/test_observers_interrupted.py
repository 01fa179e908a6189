"""Observers that are interrupted: every other one is told of the end of what it was told the beginning of."""

from __future__ import annotations

import contextlib
import gc

import pytest

from tests.canned import HELLO, Connect, Wire, completion, done, listed, stream_of
from tests.test_observers import Notes


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("method", ["begin", "attempt", "first_event", "end"])
async def test_an_interrupt_in_an_observer_leaves_nobody_with_half_of_the_story(
    connect: Connect, method: str, stream: bool
) -> None:
    class Stop(BaseException): ...

    def stop(*told: object) -> None:
        raise Stop

    before, interrupted, after = Notes(), Notes(), Notes()
    setattr(interrupted, method, stop)
    client = connect(Wire(stream_of("a") if stream else completion()), observers=[before, interrupted, after])
    with contextlib.suppress(Stop):
        await listed(await done(client.chat.completions.create(**HELLO, stream=stream)))
    del client
    gc.collect()
    for told in (before.told, after.told):
        assert [what for what in told if what.startswith("begin")][1:] == []
        assert sum(what.startswith("begin") for what in told) == sum(what.startswith("end") for what in told)
