"""Several flows at once: bounded, in order, told as they come, and what a failure or an interruption leaves behind."""

from __future__ import annotations

import asyncio
import contextvars
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from typed_openai import AsyncOpenAI, OpenAI
from typed_openai.core.run import together
from typed_openai.core.run.effects import Flow, Sleep, Together, Work
from typed_openai.errors import ConfigurationError

Run = Callable[[Flow[Any]], Any]
PATIENCE = 30
"""Seconds for which a job waits that nobody lets go on: only a failing test waits so long."""


@pytest.fixture(params=["sync", "async"])
def run(request: pytest.FixtureRequest) -> Run:
    """Run a flow in either colour."""
    if request.param == "sync":
        return OpenAI(api_key="sk-x").driver.run
    return lambda flow: asyncio.run(AsyncOpenAI(api_key="sk-x").driver.run(flow))


class Jobs:
    """Flows that can be watched: each waits until its gate is open, and fails where it is among `failing`."""

    def __init__(self, count: int, closed: Sequence[int] = (), failing: Sequence[int] = ()) -> None:
        self.gates = [threading.Event() for _ in range(count)]
        for number, gate in enumerate(self.gates):
            if number not in closed:
                gate.set()
        self.failing = failing
        self.begun: list[int] = []
        self.running = self.most = 0
        self.lock = threading.Lock()
        self.on_begin: Callable[[], object] = lambda: None

    def job(self, number: int) -> Flow[int]:
        with self.lock:
            self.begun.append(number)
            self.running += 1
            self.most = max(self.most, self.running)
            self.on_begin()
        until = time.monotonic() + PATIENCE
        while not self.gates[number].is_set():
            assert time.monotonic() < until, f"nobody let job {number} go on"
            yield Sleep(0.001)
        with self.lock:
            self.running -= 1
        if number in self.failing:
            raise ConfigurationError(f"job {number}")
        return number

    def open(self) -> None:
        """Let all go on."""
        for gate in self.gates:
            gate.set()

    def flows(self) -> Sequence[Flow[int]]:
        return [self.job(number) for number in range(len(self.gates))]

    def together(self, limit: int, each: Callable[[Any], object] | None = None) -> Flow[list[int]]:
        values: list[int] = yield Together(self.flows(), limit, each)
        return values


@pytest.fixture
def nothing_begins(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Is set when, after a failure, no flow may begin any more."""
    shut = threading.Event()

    class Watched(together._Flows):
        def __setattr__(self, name: str, value: object) -> None:
            super().__setattr__(name, value)
            if name == "_failed" and value:
                shut.set()

    monkeypatch.setattr(together, "_Flows", Watched)
    return shut


def test_values_come_in_the_order_of_the_flows_and_are_told_as_they_are_done(run: Run) -> None:
    jobs = Jobs(3, closed=[0, 2])
    told: list[int] = []

    def tell(value: int) -> None:
        told.append(value)
        jobs.gates[{1: 2, 2: 0, 0: 0}[value]].set()

    assert run(jobs.together(3, tell)) == [0, 1, 2]
    assert told == [1, 2, 0]


def test_no_more_than_the_limit_run_at_once(run: Run) -> None:
    jobs = Jobs(7, closed=[0, 1, 2])
    jobs.on_begin = lambda: jobs.open() if jobs.running == 3 else None
    assert run(jobs.together(3)) == list(range(7))
    assert jobs.most == 3


def test_nothing_at_all_is_nothing(run: Run) -> None:
    assert run(Jobs(0).together(2)) == []


def test_after_a_failure_nothing_is_begun_and_what_runs_is_finished_and_told(
    run: Run, nothing_begins: threading.Event
) -> None:
    jobs = Jobs(4, closed=[0], failing=[0])
    jobs.gates[1] = nothing_begins
    jobs.on_begin = lambda: jobs.gates[0].set() if jobs.running == 2 else None
    told: list[int] = []
    with pytest.raises(ConfigurationError, match="job 0"):
        run(jobs.together(2, told.append))
    assert jobs.begun == [0, 1]
    assert told == [1]


def test_the_failure_is_thrown_into_the_flow_that_waits(run: Run) -> None:
    def outer() -> Flow[str]:
        try:
            yield Together(Jobs(2, failing=[0]).flows(), 2)
        except ConfigurationError as error:
            return f"caught {error}"
        return "nothing to catch"

    assert run(outer()) == "caught job 0"


def test_an_error_of_the_listener_ends_it_and_nothing_more_is_begun(run: Run) -> None:
    jobs = Jobs(6)

    def refuse(value: object) -> None:
        raise KeyError("listener")

    with pytest.raises(KeyError, match="listener"):
        run(jobs.together(1, refuse))
    assert jobs.begun == [0]


def test_an_async_listener_is_awaited_and_refused_by_a_sync_client() -> None:
    told: list[int] = []

    async def listen(value: int) -> None:
        await asyncio.sleep(0)
        told.append(value)

    asyncio.run(AsyncOpenAI(api_key="sk-x").driver.run(Jobs(2).together(2, listen)))
    assert sorted(told) == [0, 1]
    with pytest.raises(ConfigurationError, match="is async"):
        OpenAI(api_key="sk-x").driver.run(Jobs(1).together(1, listen))


def test_a_cancelled_task_takes_its_flows_along() -> None:
    begun: list[int] = []
    both = asyncio.Event()

    def job(number: int) -> Flow[None]:
        begun.append(number)
        if len(begun) == 2:
            both.set()
        yield Sleep(3600)

    def outer() -> Flow[None]:
        yield Together([job(number) for number in range(3)], 2)

    async def main() -> None:
        task = asyncio.create_task(AsyncOpenAI(api_key="sk-x").driver.run(outer()))
        await both.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert begun == [0, 1]


def test_flows_see_the_context_of_who_waits_for_them(run: Run) -> None:
    name = contextvars.ContextVar("name", default="none")

    def reading() -> Flow[str]:
        yield Sleep(0)
        return name.get()

    def outer() -> Flow[list[str]]:
        found: list[str] = yield Together([reading(), reading()], 2)
        return found

    token = name.set("mine")
    try:
        assert run(outer()) == ["mine", "mine"]
    finally:
        name.reset(token)


def test_work_gives_its_value_and_its_errors(run: Run) -> None:
    def fail() -> None:
        raise ConfigurationError("work")

    def outer() -> Flow[Any]:
        value = yield Work(sum, [1, 2])
        try:
            yield Work(fail)
        except ConfigurationError as error:
            return value, str(error)

    assert run(outer()) == (3, "work")


def test_work_does_not_block_the_event_loop() -> None:
    def outer() -> Flow[str]:
        name: str = yield Work(lambda: threading.current_thread().name)
        return name

    assert asyncio.run(AsyncOpenAI(api_key="sk-x").driver.run(outer())) != threading.current_thread().name
    assert OpenAI(api_key="sk-x").driver.run(outer()) == threading.current_thread().name
