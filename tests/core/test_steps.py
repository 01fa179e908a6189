"""Operations of several steps, and waiting: written once, run in both colours, against a scripted transport."""

from __future__ import annotations

import asyncio
import dataclasses
import inspect
import json
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Annotated, Any, Literal

import httpx
import pytest

from tests.canned import is_coroutine_function
from tests.conftest import Clock
from typed_openai import (
    AsyncOpenAI,
    DeadlineExceededError,
    OpenAI,
    RequestValidationError,
    WaitFailedError,
    WaitTimeoutError,
)
from typed_openai.core.call_options import CallOptions
from typed_openai.core.declare.flow_methods import flow_method, repeated
from typed_openai.core.declare.verbs import Resource, get, post
from typed_openai.core.run.effects import Flow
from typed_openai.core.run.waiting import Waiting, wait_for
from typed_openai.models.base import Params, Result


class Job(Result):
    id: str
    status: str


class JobCreateParams(Params):
    model: str
    stream: Literal[False] | None = None


seen: list[BaseException | None] = []


class Watched:
    """Sees what leaves a flow."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        seen.append(error)


@dataclasses.dataclass(frozen=True)
class Manner:
    """How a job is done."""

    tries: int = 3
    """How often it is tried."""


class Jobs(Resource):
    """Things that take their time."""

    path = "jobs"

    create = post("/jobs", JobCreateParams, Job)
    retrieve = get("/jobs/{job_id}", Job)

    @flow_method
    def wait(self, job_id: str, *, wait: Waiting | None = None) -> Flow[Job]:
        """Wait until a job is done."""
        fetch: Callable[[], Flow[Job]] = partial(self.retrieve.flow, job_id)
        return (yield from wait_for(fetch, pending={"running"}, failed={"failed"}, wait=wait))

    @flow_method
    def watched(self, job_id: str, *, wait: Waiting | None = None) -> Flow[Job]:
        """Wait, and look at what goes wrong."""
        with Watched():
            job: Job = yield from self.wait.flow(job_id, wait=wait)
        return job

    @flow_method
    def rename(self, job_id: str, *, names: list[Annotated[str, "checked"]]) -> Flow[Job]:
        """Give a job names."""
        job: Job = yield from self.retrieve.flow(job_id)
        return job

    @flow_method(params=JobCreateParams, leave_out=("stream",))
    def create_and_wait(self, *, wait: Waiting | None = None, **params: Any) -> Flow[Job]:
        """Start a job and wait until it is done."""
        job: Job = yield from self.create.flow(**params)
        done: Job = yield from self.wait.flow(job.id, wait=wait)
        return done

    @flow_method(params=JobCreateParams, leave_out=("stream",), options=(Manner, CallOptions))
    def create_twice(self, *, names: list[str] | None = None, **params: Any) -> Flow[Job]:
        """Start a job twice."""
        create = repeated("jobs.create_twice", self.create, params)
        for _ in range(params.pop("tries", 2) - 1):
            yield from create(**params)
        job: Job = yield from create(**params)
        return job


AsyncJobs: Any = Jobs.awaited
JOB = {"id": "job-1", "status": "completed"}
FAST: Waiting = {"interval": 0.001}


class Server:
    """Answers each question about a job with the next of its states."""

    def __init__(self, *states: str, headers: dict[str, str] | None = None) -> None:
        self.states: Iterator[str] = iter(states)
        self.asked: list[str] = []
        self.headers = headers or {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{request.method} {request.url.path}")
        return httpx.Response(200, json={"id": "job-1", "status": next(self.states)}, headers=self.headers)


Jobbed = Callable[..., Any]


@pytest.fixture(params=["sync", "async"])
def run(request: pytest.FixtureRequest) -> Callable[[Server, str, Any], Any]:
    """Run an operation of `Jobs` in either colour."""

    def in_sync(server: Server, name: str, *args: Any, **kwargs: Any) -> Any:
        client = OpenAI(api_key="sk-x", http_client=httpx.Client(transport=httpx.MockTransport(server)))
        return getattr(Jobs(client), name)(*args, **kwargs)

    def in_async(server: Server, name: str, *args: Any, **kwargs: Any) -> Any:
        async def main() -> Any:
            async with httpx.AsyncClient(transport=httpx.MockTransport(server)) as http_client:
                client = AsyncOpenAI(api_key="sk-x", http_client=http_client)
                return await getattr(AsyncJobs(client), name)(*args, **kwargs)

        return asyncio.run(main())

    return in_sync if request.param == "sync" else in_async


def test_it_asks_until_the_state_is_no_longer_pending(run: Jobbed) -> None:
    server = Server("running", "running", "completed")
    assert run(server, "wait", "job-1", wait=FAST).status == "completed"
    assert server.asked == ["GET /v1/jobs/job-1"] * 3


def test_steps_compose(run: Jobbed) -> None:
    server = Server("running", "running", "completed")
    assert run(server, "create_and_wait", model="m", wait=FAST).status == "completed"
    assert server.asked == ["POST /v1/jobs", "GET /v1/jobs/job-1", "GET /v1/jobs/job-1"]


def test_a_failure_raises_with_the_object(run: Jobbed) -> None:
    with pytest.raises(WaitFailedError, match="Job job-1 ended as 'failed'") as caught:
        run(Server("running", "failed"), "wait", "job-1", wait=FAST)
    assert caught.value.result.status == "failed"


def test_a_failure_is_returned_on_demand(run: Jobbed) -> None:
    assert run(Server("failed"), "wait", "job-1", wait={"raise_on_failure": False}).status == "failed"


def test_an_unknown_state_is_an_end_and_not_waited_for_for_ever(run: Jobbed) -> None:
    assert run(Server("exploded"), "wait", "job-1", wait=FAST).status == "exploded"


def test_the_deadline_bounds_the_whole_wait_and_says_what_was_seen_last(run: Jobbed) -> None:
    began = time.monotonic()
    with pytest.raises(WaitTimeoutError, match="still 'running' after") as caught:
        run(Server(*["running"] * 100), "wait", "job-1", wait={"interval": 0.01, "deadline": 0.05})
    assert time.monotonic() - began < 30
    assert caught.value.result.id == "job-1"


@pytest.mark.parametrize(
    ("wait", "said"),
    [
        ({"intervall": 1}, r"jobs.create_and_wait: .*\n  wait.intervall: no such option \(did you mean 'interval'\?\)"),
        ({"x": 1}, r"wait.x: no such option \(there are interval, max_interval, deadline, "),
        (5, "wait: a dict of interval, .*, got 5"),
    ],
)
def test_how_to_wait_is_checked_before_anything_is_sent(run: Jobbed, wait: Any, said: str) -> None:
    server = Server("completed")
    with pytest.raises(RequestValidationError, match=said):
        run(server, "create_and_wait", model="m", wait=wait)
    assert server.asked == []


def test_the_server_may_say_when_to_ask_again(run: Jobbed) -> None:
    began = time.monotonic()
    server = Server("running", "completed", headers={"openai-poll-after-ms": "20"})
    run(server, "wait", "job-1", wait={"interval": 60})
    assert 0.02 <= time.monotonic() - began < 30


def test_progress_is_told_each_time(run: Jobbed) -> None:
    seen: list[str] = []
    run(
        Server("running", "completed"),
        "wait",
        "job-1",
        wait={**FAST, "on_progress": lambda job: seen.append(job.status)},
    )
    assert seen == ["running", "completed"]


def test_the_signature_spells_the_parameters_out() -> None:
    jobs = Jobs(OpenAI(api_key="sk-x"))
    signature = inspect.signature(jobs.create_and_wait)
    assert list(signature.parameters) == ["wait", "model"]
    assert signature.parameters["model"].default is inspect.Parameter.empty
    assert jobs.create_and_wait.__doc__.startswith("Start a job and wait until it is done.")
    assert is_coroutine_function(AsyncJobs(AsyncOpenAI(api_key="sk-x")).wait)


def test_the_signature_shows_types_without_their_annotations() -> None:
    signature = inspect.signature(Jobs(OpenAI(api_key="sk-x")).rename)
    assert signature.parameters["names"].annotation == list[str]
    assert signature.return_annotation is Job


def test_what_is_sent_is_the_parameters(run: Jobbed) -> None:
    bodies: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        bodies.append(json.loads(request.content) if request.content else None)
        return httpx.Response(200, json={"id": "job-1", "status": "completed"})

    run(answer, "create_and_wait", model="m")
    assert bodies[0] == {"model": "m"}


class Sorrow(BaseException):
    """Nothing that anybody would catch by accident."""


def test_a_flow_sees_whatever_a_callback_of_the_user_ends_with(run: Jobbed) -> None:
    for raised, arrives in (
        (ZeroDivisionError(), ZeroDivisionError),
        (Sorrow(), Sorrow),
        (StopIteration(), RuntimeError),
    ):

        def see(job: object, error: BaseException = raised) -> None:
            raise error

        seen.clear()
        with pytest.raises(arrives):
            run(Server("running", "completed"), "watched", "job-1", wait={**FAST, "on_progress": see})
        assert [type(error) for error in seen] == [arrives]


def test_shared_options_stand_in_the_signature_with_their_defaults_and_in_the_docstring() -> None:
    bound = Jobs(OpenAI(api_key="sk-x")).create_twice
    signature = inspect.signature(bound)
    assert list(signature.parameters) == ["names", "model", "tries", *CallOptions.__annotations__]
    assert signature.parameters["tries"].default == 3
    assert signature.parameters["tries"].annotation is int
    assert signature.parameters["deadline"].annotation == float | None
    text = inspect.getdoc(bound) or ""
    assert text.startswith("Start a job twice.\n\nArgs:\n")
    assert "\n    tries: How often it is tried.\n" in text
    assert "\n    timeout: Seconds" in text


@pytest.mark.parametrize("mode", ["raw", "streaming"])
def test_there_is_no_raw_answer_to_several_requests_and_it_says_so(mode: str) -> None:
    for client, kind in ((OpenAI(api_key="sk-x"), Jobs), (AsyncOpenAI(api_key="sk-x"), AsyncJobs)):
        view = getattr(kind(client), f"with_{mode}_response")
        with pytest.raises(
            AttributeError, match=rf"jobs.with_{mode}_response has no wait: .* call jobs.wait, .* `meta`"
        ):
            view.wait("job-1")
        assert not hasattr(view, "wait")


def test_the_deadline_of_a_call_is_for_all_its_requests(run: Jobbed, clock: Clock) -> None:
    timeouts: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        timeouts.append(request.extensions["timeout"].get("read"))
        clock.skip(60)
        return httpx.Response(200, json=JOB)

    with pytest.raises(DeadlineExceededError, match=r"jobs.create_twice: .* deadline of 100 s"):
        run(answer, "create_twice", model="m", deadline=100, tries=4)
    assert len(timeouts) == 2
    assert timeouts[1] < 50 < timeouts[0]


def test_what_is_no_deadline_is_refused(run: Jobbed) -> None:
    for given in ({"deadline": -1}, {"deadline": "soon"}, {"idempotency_key": "mine"}):
        with pytest.raises(RequestValidationError, match=f"jobs.create_twice: .*\n.*{next(iter(given))}"):
            run(Server(), "create_twice", model="m", **given)
