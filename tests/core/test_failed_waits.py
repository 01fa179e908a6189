"""What is waited for and ends badly says why, whatever it is: the reason of the server stands in the text."""

from __future__ import annotations

from typing import Any

import pytest

from tests.canned import Connect, Wire, done, failure, status
from typed_openai import RequestValidationError, WaitFailedError, WaitTimeoutError

CAUSE = {"code": "server_error", "message": "the disk is full"}
LISTED = {"object": "list", "data": [{"line": 2, "code": "bad", "message": "no such model"}]}
MANY = {"object": "list", "data": [{"message": f"fault {number}"} for number in range(7)]}

WAITS: list[tuple[str, tuple[str, ...], dict[str, Any], dict[str, Any], str]] = [
    ("beta.threads.runs.poll", ("run_1",), {"thread_id": "t"}, {"status": "failed", "last_error": CAUSE}, "disk"),
    (
        "beta.threads.runs.poll",
        ("run_1",),
        {"thread_id": "t"},
        {"status": "expired", "incomplete_details": {"reason": "max_prompt_tokens"}},
        "'expired': max_prompt_tokens",
    ),
    ("batches.wait", ("batch_1",), {}, {"status": "failed", "errors": LISTED}, "line 2: no such model"),
    ("batches.wait", ("batch_1",), {}, {"status": "failed", "errors": MANY}, "fault 0, fault 1, fault 2 and 4 more"),
    ("batches.wait", ("batch_1",), {}, {"status": "failed", "errors": [CAUSE]}, "server_error: the disk is full"),
    ("fine_tuning.jobs.wait", ("ft_1",), {}, {"status": "failed", "error": CAUSE}, "server_error: the disk is full"),
    ("fine_tuning.jobs.wait", ("ft_1",), {}, {"status": "failed", "error": "the disk is full"}, "the disk is full"),
    ("files.wait_for_processing", ("file-1",), {}, {"status": "error", "status_details": "bad line 3"}, "bad line 3"),
    ("files.wait_for_processing", ("file-1",), {}, {"status": "error", "error": CAUSE}, "server_error: the disk"),
    (
        "vector_stores.files.poll",
        ("file-1",),
        {"vector_store_id": "v"},
        {"status": "failed", "last_error": CAUSE},
        "server_error: the disk is full",
    ),
    (
        "vector_stores.file_batches.poll",
        ("vsfb_1",),
        {"vector_store_id": "v"},
        {"status": "failed", "last_error": CAUSE},
        "server_error: the disk is full",
    ),
    ("responses.wait", ("resp_1",), {}, {"status": "failed", "error": CAUSE}, "server_error: the disk is full"),
    ("responses.wait", ("resp_1",), {}, {"status": "failed", "error": {"code": "server_error"}}, ": server_error"),
]


def operation(client: Any, name: str) -> Any:
    for each in name.split("."):
        client = getattr(client, each)
    return client


@pytest.mark.parametrize(("name", "args", "kwargs", "end", "said"), WAITS)
async def test_the_reason_stands_in_the_text(
    connect: Connect, name: str, args: tuple[str, ...], kwargs: dict[str, Any], end: dict[str, Any], said: str
) -> None:
    client = connect(Wire(status(200, {"id": "x_1", **end})))
    with pytest.raises(WaitFailedError, match=f"x_1 ended as '{end['status']}'.*") as caught:
        await done(operation(client, name)(*args, **kwargs))
    assert said in str(caught.value)
    assert caught.value.result.id == "x_1"
    returned = await done(operation(client, name)(*args, **kwargs, wait={"raise_on_failure": False}))
    assert returned.status == end["status"]


# --- batches of files ------------------------------------------------------------------------------------------------


def batch(failed: Any, completed: int = 2) -> Any:
    counts = {"in_progress": 0, "completed": completed, "failed": failed, "cancelled": 0, "total": completed + 1}
    return status(
        200,
        {
            "id": "vsfb_1",
            "object": "vector_store.files_batch",
            "created_at": 1,
            "vector_store_id": "vs_1",
            "status": "completed",
            "file_counts": counts,
        },
    )


FAILED = status(
    200,
    {
        "object": "list",
        "has_more": False,
        "data": [
            {
                "id": "file-9",
                "object": "vector_store.file",
                "usage_bytes": 1,
                "created_at": 1,
                "vector_store_id": "vs_1",
                "status": "failed",
                "last_error": {"code": "unsupported_file", "message": "no text in it"},
            }
        ],
    },
)


async def test_a_batch_of_files_that_is_completed_with_failed_files_says_so_and_why(connect: Connect) -> None:
    wire = Wire(batch(1), FAILED)
    with pytest.raises(WaitFailedError) as caught:
        await done(connect(wire).vector_stores.file_batches.poll("vsfb_1", vector_store_id="vs_1"))
    assert "1 of 3 files failed: file-9 (unsupported_file: no text in it)" in str(caught.value)
    assert caught.value.result.file_counts.completed == 2
    assert wire.last.url.params["filter"] == "failed"


async def test_that_files_failed_is_said_also_where_nobody_says_which(connect: Connect) -> None:
    wire = Wire(batch(1), failure(404))
    with pytest.raises(WaitFailedError, match=r"ended as 'completed': 1 of 3 files failed$"):
        await done(connect(wire).vector_stores.file_batches.poll("vsfb_1", vector_store_id="vs_1"))


@pytest.mark.parametrize("failed", [0, None, "?"])
async def test_a_batch_of_files_without_failed_ones_is_a_success(connect: Connect, failed: Any) -> None:
    wire = Wire(batch(failed, 1))
    found = await done(connect(wire).vector_stores.file_batches.poll("vsfb_1", vector_store_id="vs_1"))
    assert (found.status, len(wire.requests)) == ("completed", 1)


async def test_a_batch_of_files_with_failed_ones_is_returned_on_demand(connect: Connect) -> None:
    wire = Wire(batch(1))
    poll = connect(wire).vector_stores.file_batches.poll
    found = await done(poll("vsfb_1", vector_store_id="vs_1", wait={"raise_on_failure": False}))
    assert (found.file_counts.failed, len(wire.requests)) == (1, 1)


@pytest.mark.parametrize("told", ["1e999", "9" * 400, "soon", "3600001"])
async def test_an_absurd_time_to_ask_again_is_not_waited_for(connect: Connect, sleeps: list[float], told: str) -> None:
    wire = Wire(status(200, {"id": "file-1", "status": "pending"}, headers={"openai-poll-after-ms": told}))
    with pytest.raises(WaitTimeoutError):
        await done(connect(wire).files.wait_for_processing("file-1", wait={"deadline": 30}))
    assert 0 < max(sleeps) <= 10


async def test_the_server_may_say_when_to_ask_again(connect: Connect, sleeps: list[float]) -> None:
    wire = Wire(
        status(200, {"id": "file-1", "status": "pending"}, headers={"openai-poll-after-ms": "7000"}),
        status(200, {"id": "file-1", "status": "processed"}),
    )
    await done(connect(wire).files.wait_for_processing("file-1"))
    assert sleeps == [7.0]


ODD: tuple[Any, ...] = ("1", -1, True, float("nan"), [])
ODD_OPTIONS: list[tuple[dict[str, Any], str]] = [
    *(
        ({"wait": {name: odd}}, f"wait.{name}: seconds, 0 or more")
        for name in ("interval", "max_interval", "deadline")
        for odd in ODD
    ),
    ({"wait": {"interval": None}}, "wait.interval: seconds, 0 or more, got None"),
    ({"wait": {"on_progress": 5}}, "wait.on_progress: a function, got 5"),
    ({"wait": {"raise_on_failure": "no"}}, "wait.raise_on_failure: True or False, got 'no'"),
    ({"wait": 5}, "wait: a dict of interval"),
    *(({"poll_interval_ms": odd}, "poll_interval_ms: a number, 0 or more") for odd in ODD),
]


@pytest.mark.parametrize(("options", "said"), ODD_OPTIONS)
async def test_an_option_that_cannot_be_is_refused_before_anything_is_sent(
    connect: Connect, options: dict[str, Any], said: str
) -> None:
    wire = Wire(status(200, {"id": "video_1", "object": "video", "status": "completed"}))
    with pytest.raises(RequestValidationError) as caught:
        await done(connect(wire).videos.poll("video_1", **options))
    assert said in str(caught.value)
    assert wire.requests == []


@pytest.mark.parametrize("odd", [None, 5, True, [], {}, {"name": "queued"}])
async def test_a_state_that_is_not_text_ends_the_wait(connect: Connect, odd: Any) -> None:
    for name, args, kwargs in {(each[0], each[1], tuple(each[2].items())) for each in WAITS}:
        wire = Wire(status(200, {"id": "x", "status": odd}))
        found = await done(operation(connect(wire), name)(*args, **dict(kwargs)))
        assert found.status == odd
        assert len(wire.requests) == 1
