"""The engine of Ray without Ray: what goes to the workers, what a worker does, how it is gathered. `tests/ray` has the
real one; here a stand-in runs everything in this process."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.bulk.files import asked, lines_in, told
from tests.canned import done
from typed_openai import AsyncOpenAI, AzureOpenAI, ConfigurationError, OpenAI
from typed_openai.bulk.limits import Rates
from typed_openai.bulk.ray_engine import SharedRates, Worker, maker_of
from typed_openai.local import Fault, LocalServer

NAMES = [f"q{number}" for number in range(40)]


class Actor:
    """An actor that is an ordinary object: `actor.method.remote(...)` calls the method."""

    def __init__(self, held: object) -> None:
        self.held = held

    def __getattr__(self, name: str) -> Any:
        return types.SimpleNamespace(remote=getattr(self.held, name))


class Remote:
    """What `ray.remote(...)(kind)` gives."""

    def __init__(self, kind: Any) -> None:
        self.kind = kind

    def options(self, **options: Any) -> Remote:
        return self

    def remote(self, *args: Any) -> Actor:
        return Actor(self.kind(*args))


class Dataset:
    """A data set of Ray's, one row after the other in this process."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self.rows = rows

    def map_batches(self, kind: Any, *, fn_constructor_args: tuple[Any, ...], **options: Any) -> Dataset:
        self.worker = kind(*fn_constructor_args)
        self.options = options
        return self

    def iter_rows(self) -> Iterator[dict[str, Any]]:
        for row in self.rows:
            batch = self.worker({name: [value] for name, value in row.items()})
            yield {name: values[0] for name, values in batch.items()}


class RayError(Exception):
    """What Ray raises."""


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A stand-in for Ray; `begun` says whether somebody is in a cluster."""
    ray: Any = types.ModuleType("ray")
    data: Any = types.ModuleType("ray.data")
    ray.begun = False

    def init(**options: Any) -> None:
        ray.begun = True

    def shutdown() -> None:
        ray.begun = False

    ray.init, ray.shutdown, ray.get = init, shutdown, lambda value: value
    ray.is_initialized = lambda: ray.begun
    ray.cluster_resources = lambda: {"CPU": 4.0}
    ray.remote = lambda **options: Remote
    ray.exceptions = types.SimpleNamespace(RayError=RayError)
    data.DataContext = types.SimpleNamespace(get_current=lambda: types.SimpleNamespace())
    data.from_items = lambda rows, override_num_blocks: Dataset(rows)
    data.ActorPoolStrategy = lambda size: size
    ray.data = data
    monkeypatch.setitem(sys.modules, "ray", ray)
    monkeypatch.setitem(sys.modules, "ray.data", data)
    return ray


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalServer() as server:
        yield server


def client_of(server: LocalServer, kind: Any = OpenAI) -> Any:
    return kind(base_url=server.base_url, api_key="sk-x", max_retries=0)


@pytest.mark.parametrize("kind", [OpenAI, AsyncOpenAI])
async def test_a_job_asks_every_line_once_and_leaves_nothing_behind(
    ray: Any, server: LocalServer, tmp_path: Path, kind: Any
) -> None:
    given, out = asked(tmp_path / "in.jsonl", *NAMES), tmp_path / "out.jsonl"
    server.fail_next(Fault(status=400), times=2)
    client = client_of(server, kind)
    first = await done(client.bulk(given, out, engine="ray", workers=2))
    assert (first.answered, first.failed, first.requests) == (38, 2, 40)
    assert first.usage.total_tokens > 0
    assert sum(first.latencies) == 38
    second = await done(client.bulk(given, out, engine="ray", workers=2))
    assert (second.answered, second.resumed) == (2, 38)
    third = await done(client.bulk(given, out, engine="ray"))
    assert third.resumed == 40
    assert told(out).keys() == set(NAMES)
    assert leftovers(tmp_path) == []
    assert not ray.begun, "the cluster that was begun has ended"


def leftovers(folder: Path) -> list[str]:
    """What a job left beside its files."""
    return [path.name for path in folder.iterdir() if path.name not in ("in.jsonl", "out.jsonl")]


def test_a_cluster_that_was_there_stays(ray: Any, server: LocalServer, tmp_path: Path) -> None:
    ray.begun = True
    client_of(server).bulk(asked(tmp_path / "in.jsonl", "a"), tmp_path / "out.jsonl", engine="ray")
    assert ray.begun


@pytest.mark.parametrize("budget", [{"budget": 200}, {"budget_usd": "1.00", "price": lambda answer: Decimal("0.1")}])
def test_a_budget_is_that_of_all_workers(ray: Any, server: LocalServer, tmp_path: Path, budget: dict[str, Any]) -> None:
    given, out = asked(tmp_path / "in.jsonl", *NAMES), tmp_path / "out.jsonl"
    report = client_of(server).bulk(given, out, engine="ray", workers=4, concurrency=2, **budget)
    assert 5 <= report.answered <= 20
    assert report.left == 40 - report.answered
    assert "is used up" in (report.stopped or "")
    assert len(lines_in(out)) == report.answered == len(server.requests)


def test_what_the_cluster_fails_with_is_one_line_and_what_came_is_kept(
    ray: Any, server: LocalServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Dataset.iter_rows

    def breaking(dataset: Dataset) -> Iterator[dict[str, Any]]:
        yield from list(real(dataset))[:1]
        raise RayError("Traceback ...\n  File ...\nWorkerCrashedError: out of memory\n")

    monkeypatch.setattr(Dataset, "iter_rows", breaking)
    given, out = asked(tmp_path / "in.jsonl", *NAMES), tmp_path / "out.jsonl"
    with pytest.raises(ConfigurationError) as caught:
        client_of(server).bulk(given, out, engine="ray", workers=1)
    assert str(caught.value).startswith(
        'engine="ray": a worker failed: WorkerCrashedError: out of memory; the next run'
    )
    assert len(lines_in(out)) == 40, "what the workers had written is there"
    assert not ray.begun


def test_a_worker_that_takes_over_a_span_asks_only_what_is_left(ray: Any, server: LocalServer, tmp_path: Path) -> None:
    given, answers = asked(tmp_path / "in.jsonl", *NAMES[:6]), tmp_path / "answers.jsonl"
    batch = {
        "lines": [str(given)],
        "start": [0],
        "stop": [given.stat().st_size],
        "answers": [str(answers)],
    }
    made = [Worker(maker_of(client_of(server)), 1, Actor(Rates()), None) for _ in range(2)]
    assert '"answered":6' in made[0](batch)["told"][0]
    answers.write_bytes(answers.read_bytes()[:-30])
    assert '"answered":6' in made[1](batch)["told"][0]
    assert len(server.requests) == 7
    assert len(told(answers)) == 6


def test_the_pace_of_all_is_asked_and_told(ray: Any) -> None:
    rates = Rates(rpm=60, clock=lambda: 100.0)
    first, second = SharedRates(Actor(rates)), SharedRates(Actor(rates))
    assert [first.reserve(1), second.reserve(1), first.reserve(1)] == [0.0, 1.0, 2.0]
    second.observe({"content-type": "x"}, pause=30.0)
    assert first.reserve(1) == 30.0
    first.settle(5, 5)
    first.observe({})


@pytest.mark.parametrize(
    "settings",
    [
        {"api_key": "sk-1", "base_url": "http://localhost:1/v1"},
        {"api_key": "sk-1", "base_url": "http://localhost:1", "api_version": False},
        {"api_key": False, "base_url": "http://localhost:1", "timeout": False, "max_retries": False},
        {"api_key": "sk-1", "organization": "o", "project": "p", "validation": "warn", "deadline": 3.0},
        {"api_key": "sk-1", "provider": "groq", "default_headers": {"x-a": "1"}, "vendor_fields": ["a"]},
        {"api_key": "sk-1", "max_body": False, "idle_timeout": False, "default_query": {"a": 1}},
    ],
)
def test_a_client_is_made_again_of_its_settings(settings: dict[str, Any]) -> None:
    client = OpenAI(**settings)
    again = client.maker()()
    assert again.config.settings() == client.config.settings()
    assert again.credential == client.credential
    assert type(again) is OpenAI


def test_a_client_of_azure_is_made_again_of_its_settings() -> None:
    client = AzureOpenAI(azure_endpoint="https://x.openai.azure.com", api_key="k", api_version="2024-10-21")
    again = client.maker()()
    assert again.config.settings() == client.config.settings()
    assert again.credential == client.credential
    assert again.config.azure is not None


def test_headers_that_were_added_later_go_along() -> None:
    client = OpenAI(api_key="sk-1")
    client.add_headers({"x-tenant": "7"})
    assert client.maker()()._added == {"x-tenant": "7"}


def test_a_client_with_connections_of_its_own_cannot_go_along(tmp_path: Path) -> None:
    given = asked(tmp_path / "in.jsonl", "a")
    client = OpenAI(api_key="sk-1", http_client=httpx.Client())
    with pytest.raises(ConfigurationError, match="a client without http_client"):
        client.bulk(given, tmp_path / "out.jsonl", engine="ray")


def test_without_ray_the_error_names_the_extra(
    server: LocalServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ConfigurationError, match=r"typed-openai\[ray\]"):
        client_of(server).bulk(asked(tmp_path / "in.jsonl", "a"), tmp_path / "out.jsonl", engine="ray")
    assert server.requests == []
