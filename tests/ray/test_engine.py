"""Lines asked by the workers of a real local Ray: shared limits, workers that die, jobs that are killed."""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.bulk.files import asked, lines_in, told
from tests.bulk.killing import killed_at, written
from tests.canned import done
from typed_openai import AsyncOpenAI, ConfigurationError, OpenAI
from typed_openai.local import Fault, LocalServer

pytestmark = [pytest.mark.ray, pytest.mark.filterwarnings("default")]  # Ray warns of itself
NAMES = [f"q{number}" for number in range(120)]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A cluster that all tests of the module are in."""
    ray = importlib.import_module("ray")
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    yield ray
    ray.shutdown()


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalServer() as server:
        yield server


def client_of(server: LocalServer, kind: Any = OpenAI, **settings: Any) -> Any:
    return kind(base_url=server.base_url, **{"api_key": "sk-x", **settings})


@pytest.mark.parametrize(("kind", "workers"), [(OpenAI, 1), (OpenAI, 2), (AsyncOpenAI, 2)])
async def test_every_line_gets_one_answer_however_many_workers_there_are(
    cluster: Any, server: LocalServer, tmp_path: Path, kind: Any, workers: int
) -> None:
    given, out = asked(tmp_path / "in.jsonl", *NAMES), tmp_path / "out.jsonl"
    seen: list[int] = []
    options = {"engine": "ray", "workers": workers, "concurrency": 8}
    client = client_of(server, kind)
    report = await done(client.bulk(given, out, progress=lambda told: seen.append(told.done), **options))
    assert (report.answered, report.failed, report.requests) == (120, 0, 120)
    assert report.usage.total_tokens == sum(usage.total_tokens for usage in report.by_model.values()) > 0
    assert sum(report.latencies) == 120
    assert told(out).keys() == set(NAMES)
    assert all(told(out).values())
    assert seen[-1] == 120
    again = await done(client.bulk(given, out, **options))
    assert (again.answered, again.resumed) == (0, 120)
    assert len(server.requests) == 120
    assert left_over(tmp_path) == []


def left_over(folder: Path) -> list[str]:
    """What a job left beside its files."""
    return [path.name for path in folder.iterdir() if path.name not in ("in.jsonl", "out.jsonl")]


def test_failures_stay_as_lines_and_are_asked_again(cluster: Any, server: LocalServer, tmp_path: Path) -> None:
    given, out = asked(tmp_path / "in.jsonl", *NAMES[:10]), tmp_path / "out.jsonl"
    server.fail_next(Fault(status=400), times=3)
    client = client_of(server)
    first = client.bulk(given, out, engine="ray", workers=2, price=lambda answer: Decimal("0.5"))
    assert (first.answered, first.failed) == (7, 3)
    assert first.cost == Decimal("3.5")
    assert sum(first.errors.values()) == 3
    second = client.bulk(given, out, engine="ray", workers=2)
    assert (second.resumed, second.answered) == (7, 3)
    assert told(out).keys() == set(NAMES[:10])


def test_the_workers_share_one_pace(cluster: Any, server: LocalServer, tmp_path: Path) -> None:
    given = asked(tmp_path / "in.jsonl", *NAMES[:21])
    client_of(server).bulk(given, tmp_path / "warm.jsonl", engine="ray", workers=2)
    began = time.monotonic()
    client_of(server).bulk(given, tmp_path / "out.jsonl", engine="ray", workers=2, rpm=300)
    assert time.monotonic() - began >= 20 * 0.2 - 0.1, "both together ask no faster than one may"


def test_the_workers_share_one_budget(cluster: Any, server: LocalServer, tmp_path: Path) -> None:
    given, out = asked(tmp_path / "in.jsonl", *NAMES), tmp_path / "out.jsonl"
    options: dict[str, Any] = {"engine": "ray", "workers": 2, "concurrency": 4}
    price, budget = Decimal("0.1"), Decimal("3")
    report = client_of(server).bulk(given, out, price=lambda answer: price, budget_usd=budget, **options)
    assert "the budget of $3 is used up" in (report.stopped or "")
    assert 27 <= report.answered <= 32
    assert report.answered == len(lines_in(out)) == len(server.requests)
    assert client_of(server).bulk(given, out, **options).resumed == report.answered


def test_a_worker_that_dies_costs_no_answer_and_no_line_is_there_twice(
    cluster: Any, server: LocalServer, tmp_path: Path
) -> None:
    given, out = asked(tmp_path / "in.jsonl", *NAMES), tmp_path / "out.jsonl"
    killed: list[int] = []

    def kill() -> None:
        while len(server.requests) < 30:
            time.sleep(0.005)
        killed.extend(workers()[:1])
        for process in killed:
            os.kill(process, signal.SIGKILL)

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    report = client_of(server).bulk(given, out, engine="ray", workers=2, concurrency=4, rpm=2400)
    killer.join(10)
    assert killed
    assert (report.answered, report.failed) == (120, 0)
    assert told(out).keys() == set(NAMES)
    assert len(lines_in(out)) == 120
    assert len(server.requests) <= 120 + 4, "only what the dead worker had under way is asked again"


def workers() -> list[int]:
    """The processes of Ray that ask."""
    found: list[int] = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if b"ray::MapWorker" in path.read_bytes():
                found.append(int(path.parent.name))
    return found


def test_a_job_that_is_killed_goes_on_where_it_was(
    server: LocalServer, cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, out = asked(tmp_path / "in.jsonl", *NAMES), tmp_path / "out.jsonl"
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    address = cluster.get_runtime_context().gcs_address
    options = {"engine": "ray", "workers": 2, "concurrency": 4, "rpm": 1200, "address": address}
    spooled = 120
    assert killed_at(spooled + 20, given, out, **options) == -signal.SIGKILL
    report = client_of(server).bulk(given, out, engine="ray", workers=2)
    assert report.resumed >= 20
    assert report.resumed + report.answered == 120
    assert told(out).keys() == set(NAMES)
    assert len(server.requests) <= 120 + 2 * 4, "no more is asked again than was under way"
    assert written(out) == 120


def test_a_key_that_is_refused_stops_the_job(cluster: Any, server: LocalServer, tmp_path: Path) -> None:
    server.fail_next(Fault(status=401), times=1000)
    report = client_of(server).bulk(asked(tmp_path / "in.jsonl", *NAMES), tmp_path / "out.jsonl", engine="ray")
    assert "every client is given up" in (report.stopped or "")
    assert len(server.requests) < 60


def test_what_a_worker_failed_of_is_said_in_a_line_and_the_answers_are_kept(
    cluster: Any, server: LocalServer, tmp_path: Path
) -> None:
    def price(answer: Any) -> Decimal:
        raise ValueError("no price for this")

    given, out = asked(tmp_path / "in.jsonl", *NAMES[:10]), tmp_path / "out.jsonl"
    with pytest.raises(ConfigurationError, match=r"a worker failed: .*no price for this") as caught:
        client_of(server).bulk(given, out, engine="ray", workers=2, price=price)
    assert "\n" not in str(caught.value)
    assert 0 < len(lines_in(out)) <= len(server.requests)
    assert len(server.requests) - len(lines_in(out)) <= 2, "Ray kills the other worker with what it has under way"


def test_a_cluster_that_is_not_there_is_said_at_once(tmp_path: Path, server: LocalServer) -> None:
    ray = importlib.import_module("ray")
    ray.shutdown()
    given, began = asked(tmp_path / "in.jsonl", "a"), time.monotonic()
    with pytest.raises(ConfigurationError, match=r"there is no cluster at address='127\.0\.0\.1:1'"):
        client_of(server).bulk(given, tmp_path / "out.jsonl", engine="ray", address="127.0.0.1:1")
    assert time.monotonic() - began < 10


def test_a_cluster_of_its_own_is_begun_and_ended(server: LocalServer, tmp_path: Path) -> None:
    ray = importlib.import_module("ray")
    given = asked(tmp_path / "in.jsonl", *NAMES[:4])
    assert client_of(server).bulk(given, tmp_path / "out.jsonl", engine="ray").answered == 4
    assert not ray.is_initialized()
